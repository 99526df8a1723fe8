"""draw.io (diagrams.net) files: tables in swim lanes on a grid, services on a ring; two pictures can be compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from math import ceil, cos, hypot, pi, sin, sqrt

from decompose.assessment.model import Analysis
from decompose.exports.boundary_graph import picture_graph
from decompose.exports.labels import edge_key, edge_label, left_out, node_lines
from decompose.exports.model import APART, DEFAULTS, BoundaryGraph, Edge, EdgeKind, ExportOptions, Group, Node, NodeKind
from decompose.exports.names import identifiers, one_line
from decompose.exports.palette import APART_TINT, INK, LINES, thickness, tints
from decompose.exports.xml_text import HEADER, empty, opened

WIDTH, HEIGHT, GAP, TITLE = 180, 32, 24, 32
_BESIDE = 34
"""How far beside each other edges between the same two boxes lie."""
_DASHES = {EdgeKind.TRANSACTION: "", EdgeKind.JOIN: "dashed=1;", EdgeKind.REFERENCE: "dashed=1;dashPattern=1 3;"}


def render_drawio(analysis: Analysis, options: ExportOptions = DEFAULTS) -> str:
    """One page; columns stand in their table's lane, whatever service it belongs to."""
    graph = picture_graph(analysis, options)
    ids = identifiers(
        [*(node.id for node in graph.nodes), *(_key(group.id) for group in graph.groups)], reserved=("0", "1")
    )
    cells = [empty("mxCell", {"id": "0"}), empty("mxCell", {"id": "1", "parent": "0"})]
    ring = _ring([node for node in graph.nodes if not node.group])
    cells += [*_frames(graph, ids, ring), *_edges(graph, ids, ring)]
    return "\n".join(
        [
            HEADER,
            opened("mxfile", {"host": "decompose"}),
            "  " + opened("diagram", {"id": "boundaries", "name": _title(graph)}),
            "    <mxGraphModel><root>",
            *(f"      {cell}" for cell in cells),
            "    </root></mxGraphModel>",
            "  </diagram>",
            "</mxfile>",
            "",
        ]
    )


def _title(graph: BoundaryGraph) -> str:
    return "Service boundaries" + (f" ({left_out(graph)})" if graph.left_out else "")


def _key(group: str) -> str:
    return f"group {group}"


def _ring(nodes: Sequence[Node]) -> dict[str, tuple[int, int]]:
    """The middle of each box on an ellipse, the first one on top: hardly a line between two runs through a third."""
    wide, high = max(320, 45 * len(nodes)), max(220, 32 * len(nodes))
    turns = (2 * pi * number / max(len(nodes), 1) - pi / 2 for number in range(len(nodes)))
    return {
        node.id: (round(wide + WIDTH / 2 + wide * cos(turn)), round(high + HEIGHT + high * sin(turn)))
        for node, turn in zip(nodes, turns, strict=True)
    }


def _frames(graph: BoundaryGraph, ids: Mapping[str, str], ring: Mapping[str, tuple[int, int]]) -> Iterator[str]:
    lanes = _lanes(graph)
    across = max(ceil(sqrt(len(lanes))), 1)
    tint = tints(lane.id for lane, _ in lanes)
    place = _Grid(across)
    for lane, members in lanes:
        left, top = place.next(len(members) * (HEIGHT + 8) + TITLE + 8)
        colour = APART_TINT if lane.kind in APART else tint[lane.id]
        yield from _lane(lane, ids, colour, (left, top, WIDTH + 16, len(members) * (HEIGHT + 8) + TITLE + 8))
        for row, node in enumerate(members):
            yield from _box(node, ids, ids[_key(lane.id)], "#ffffff", (8, TITLE + row * (HEIGHT + 8), WIDTH, HEIGHT))
    free = [node for node in graph.nodes if not node.group]
    tint = tints(node.id for node in free)
    for node in free:
        x, y = ring[node.id]
        colour = APART_TINT if node.kind in APART else tint[node.id]
        yield from _box(node, ids, "1", colour, (x - WIDTH // 2, y - HEIGHT, WIDTH, 2 * HEIGHT))


def _lanes(graph: BoundaryGraph) -> list[tuple[Group, list[Node]]]:
    """Frames that hold nodes; a table of columns is named with its service."""
    labels = {group.id: group.label for group in graph.groups}
    found = []
    for group in graph.groups:
        members = [node for node in graph.nodes if node.group == group.id]
        if members:
            label = f"{group.label} ({labels[group.parent]})" if group.kind is NodeKind.TABLE else group.label
            found.append((Group(group.id, label, group.kind, group.parent), members))
    return found


class _Grid:
    """Places for boxes of one width, row by row; a row is as high as its highest box."""

    def __init__(self, across: int) -> None:
        self._across = across
        self._count = self._top = self._height = 0

    def next(self, height: int) -> tuple[int, int]:
        """Left and top of the next box."""
        column = self._count % self._across
        if column == 0 and self._count:
            self._top += self._height + GAP
            self._height = 0
        self._count += 1
        self._height = max(self._height, height)
        return column * (WIDTH + 16 + 4 * GAP), self._top


Frame = tuple[int, int, int, int]


def _lane(group: Group, ids: Mapping[str, str], colour: str, frame: Frame) -> Iterator[str]:
    style = f"swimlane;html=0;startSize={TITLE - 8};fillColor={colour};strokeColor={INK};fontColor={INK};"
    yield from _cell(ids[_key(group.id)], group.label, style, "1", frame)


def _box(node: Node, ids: Mapping[str, str], parent: str, colour: str, frame: Frame) -> Iterator[str]:
    style = f"rounded=1;html=0;whiteSpace=wrap;fillColor={colour};strokeColor={INK};fontColor={INK};"
    yield from _cell(ids[node.id], ", ".join(node_lines(node)), style, parent, frame)


def _cell(id_: str, label: str, style: str, parent: str, frame: Frame) -> Iterator[str]:
    left, top, width, height = frame
    yield opened("mxCell", {"id": id_, "value": one_line(label), "style": style, "vertex": 1, "parent": parent})
    yield "  " + empty("mxGeometry", {"x": left, "y": top, "width": width, "height": height, "as": "geometry"})
    yield "</mxCell>"


def _edges(graph: BoundaryGraph, ids: Mapping[str, str], ring: Mapping[str, tuple[int, int]]) -> Iterator[str]:
    """Several edges between two boxes of the ring lie beside each other, so that each can be read."""
    beside: defaultdict[tuple[str, str], count[int]] = defaultdict(count)
    for edge in graph.edges:
        left, right = min(edge.source, edge.target), max(edge.source, edge.target)
        number = next(beside[left, right])
        bend = None
        if left in ring and right in ring:
            bend = _beside(ring[left], ring[right], (number + 1) // 2 * (_BESIDE if number % 2 else -_BESIDE))
        yield from _edge(edge, ids, bend)


def _beside(left: tuple[int, int], right: tuple[int, int], away: int) -> tuple[int, int]:
    """The point so far beside the middle of two others."""
    across, down = right[0] - left[0], right[1] - left[1]
    length = hypot(across, down) or 1.0
    return (
        round((left[0] + right[0]) / 2 - away * down / length),
        round((left[1] + right[1]) / 2 + away * across / length),
    )


def _edge(edge: Edge, ids: Mapping[str, str], bend: tuple[int, int] | None) -> Iterator[str]:
    head = "endArrow=classic;" if edge.kind is EdgeKind.REFERENCE else "endArrow=none;"
    line = f"{_DASHES[edge.kind]}strokeColor={LINES[edge.kind]};strokeWidth={thickness(edge.weight)};"
    style = f"html=0;{head}{line}fontSize=10;fontColor={INK};labelBackgroundColor=#ffffff;{'curved=1;' if bend else ''}"
    source, target = ids[edge.source], ids[edge.target]
    name = f"{source}-{target}-{edge_key(edge)}"
    told = {"id": name, "value": one_line(edge_label(edge)), "style": style, "edge": 1, "parent": "1"}
    yield opened("mxCell", {**told, "source": source, "target": target})
    if bend is None:
        yield "  " + empty("mxGeometry", {"relative": 1, "as": "geometry"})
    else:
        yield "  " + opened("mxGeometry", {"relative": 1, "as": "geometry"})
        yield f'    <Array as="points">{empty("mxPoint", {"x": bend[0], "y": bend[1]})}</Array>'
        yield "  </mxGeometry>"
    yield "</mxCell>"
