"""Where every table lies on the map: services as countries of hexagonal tiles, related countries side by side.

Pure arithmetic on axial hexagon coordinates (q, r): the same evidence gives the same map, and nothing is laid out by
the reader's browser. The centre of tile (q, r) lies at x = q + r / 2, y = r * sqrt(3) / 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import cos, hypot, log2, pi, sin, sqrt

from decompose.evidence.bundle import Evidence

Tile = tuple[int, int]
Affinity = Mapping[int, Mapping[int, float]]

HUES = 8
_ROW = sqrt(3) / 2
_SEA = 1.5
"""Open water between two countries, in tiles, before rounding to the grid."""
_SPOTS = 1500
"""About how many places next to others a country may choose from; more is slower, not better."""
_PARTNERS = 8
"""The most coupled countries decide where one lies; the others pull too little to be asked."""
_FLAT = 1.6
"""How much wider than high the map should be: screens are wide."""
_SQUAT = 1.2
"""The same for a single country."""
_WIDE_TRANSACTION = 12
"""A transaction over more tables says little about any two of them and would cost their square."""
_CAREFUL = 150
"""Up to so many tables a country is arranged tile by tile; beyond, they follow each other from the middle outwards."""
_NEIGHBOURS: tuple[Tile, ...] = ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1))


def affinities(evidence: Evidence, index: Mapping[str, int]) -> dict[int, dict[int, float]]:
    """How strongly two tables belong together: written in one transaction, joined, referring to each other."""
    found: dict[int, dict[int, float]] = {}

    def add(tables: Iterable[int], weight: float) -> None:
        for left, right in combinations(sorted(set(tables)), 2):
            found.setdefault(left, {})[right] = found.get(left, {}).get(right, 0.0) + weight
            found.setdefault(right, {})[left] = found.get(right, {}).get(left, 0.0) + weight

    for profile in evidence.profiles:
        if profile.count and len(profile.boundary) <= _WIDE_TRANSACTION:
            add((index[table] for table in profile.boundary), log2(1 + profile.count))
    for statement in evidence.statements:
        for pair in statement.joins:
            add((index[pair.left], index[pair.right]), 0.3 * log2(1 + statement.executions))
    for link in evidence.links:
        add((index[link.child], index[link.parent]), 1.0)
    return found


def lay_out(countries: Sequence[Sequence[int]], affinity: Affinity) -> tuple[dict[int, Tile], list[int]]:
    """The tile of every table, and a hue (0 to HUES - 1) for every country that differs from its neighbours'."""
    shapes = {size: _shape(size) for size in sorted({len(tables) for tables in countries})}
    centres = _centres(countries, _between(countries, affinity), shapes)
    tiles: dict[int, Tile] = {}
    for country, (q, r) in centres.items():
        for table, (dq, dr) in _arranged(countries[country], affinity, shapes[len(countries[country])]).items():
            tiles[table] = (q + dq, r + dr)
    return tiles, _hues([centres.get(country) for country in range(len(countries))])


def _distance(left: Tile, right: Tile) -> float:
    q, r = left[0] - right[0], left[1] - right[1]
    return hypot(q + r / 2, r * _ROW)


def _shape(size: int) -> list[Tile]:
    """`size` tiles in one compact piece around the origin, the inner ones first; the shortest coast wins."""
    reach = int(sqrt(size)) + 3
    every = [(q, r) for r in range(-reach, reach + 1) for q in range(-reach - r // 2 - 1, reach - r // 2 + 2)]
    found: list[list[Tile]] = []
    for x, y in ((0.0, 0.0), (0.5, 0.0), (0.25, _ROW / 2), (0.5, 1 / sqrt(12))):
        near = {(q, r): round((q + r / 2 - x) ** 2 + (_SQUAT * (r * _ROW - y)) ** 2, 6) for q, r in every}
        found.append(sorted(every, key=lambda tile, near=near: (near[tile], tile[1], tile[0]))[:size])  # type: ignore[misc]
    return min(found, key=_coast)


def _coast(shape: Sequence[Tile]) -> int:
    inside = set(shape)
    return sum((q + dq, r + dr) not in inside for q, r in shape for dq, dr in _NEIGHBOURS)


def _radius(tables: int) -> float:
    return sqrt(tables * _ROW / pi) + 0.15


def _between(countries: Sequence[Sequence[int]], affinity: Affinity) -> dict[int, dict[int, float]]:
    home = {table: number for number, tables in enumerate(countries) for table in tables}
    found: dict[int, dict[int, float]] = {number: {} for number in range(len(countries))}
    for table, others in affinity.items():
        for other, weight in others.items():
            here, there = home[table], home[other]
            if here != there:
                found[here][there] = found[here].get(there, 0.0) + weight
    return found


def _centres(
    countries: Sequence[Sequence[int]], pull: Mapping[int, Mapping[int, float]], shapes: Mapping[int, Sequence[Tile]]
) -> dict[int, Tile]:
    """The largest country first, then always the one most coupled to those that have their place."""
    waiting = [number for number, tables in enumerate(countries) if tables]
    placed: dict[int, Tile] = {}
    taken: set[Tile] = set()
    while waiting:
        chosen = min(
            waiting,
            key=lambda number: (
                -sum(weight for other, weight in pull[number].items() if other in placed),
                -len(countries[number]),
                number,
            ),
        )
        waiting.remove(chosen)
        shape = shapes[len(countries[chosen])]
        centre = _shore(chosen, countries, pull[chosen], placed, taken, shape)
        placed[chosen] = centre
        for q, r in shape:
            taken.add((centre[0] + q, centre[1] + r))
    return placed


def _shore(
    chosen: int,
    countries: Sequence[Sequence[int]],
    pull: Mapping[int, float],
    placed: Mapping[int, Tile],
    taken: set[Tile],
    shape: Sequence[Tile],
) -> Tile:
    """The cheapest free place next to some placed country: near to those it is coupled to, and near to the middle."""
    if not placed:
        return (0, 0)
    partners = sorted((-weight, other) for other, weight in pull.items() if other in placed)[:_PARTNERS]
    total = -sum(weight for weight, _ in partners) or 1.0
    radius = _radius(len(countries[chosen]))
    angles = max(12, min(36, _SPOTS // len(placed)))
    spots: set[Tile] = set()
    for other, (q, r) in placed.items():
        away = radius + _radius(len(countries[other])) + _SEA
        for step in range(angles):
            angle = 2 * pi * step / angles
            spots.add(_nearest(q + r / 2 + away * cos(angle), r * _ROW + away * sin(angle)))

    def cost(spot: Tile) -> float:
        x, y = spot[0] + spot[1] / 2, spot[1] * _ROW
        drawn = -sum(weight / total * _distance(spot, placed[other]) for weight, other in partners)
        return drawn + max(abs(x) + radius, _FLAT * (abs(y) + radius))

    ranked = sorted((round(cost(spot), 6), spot) for spot in spots)
    for _, spot in ranked:
        if _is_free(spot, shape, taken):
            return spot
    return (max(q + r // 2 for q, r in taken) + len(shape) + 3, 0)


def _nearest(x: float, y: float) -> Tile:
    r = round(y / _ROW)
    return round(x - r / 2), r


def _is_free(centre: Tile, shape: Sequence[Tile], taken: set[Tile]) -> bool:
    """Whether the shape and the water of one tile around it meet nobody's land."""
    for q, r in reversed(shape):
        here = (centre[0] + q, centre[1] + r)
        if here in taken or any((here[0] + dq, here[1] + dr) in taken for dq, dr in _NEIGHBOURS):
            return False
    return True


def _arranged(tables: Sequence[int], affinity: Affinity, shape: Sequence[Tile]) -> dict[int, Tile]:
    """The tables on the country's tiles: the best connected in the middle, relatives next to each other."""
    inside = set(tables)
    links = {table: {o: w for o, w in affinity.get(table, {}).items() if o in inside} for table in tables}
    drawn = dict.fromkeys(tables, 0.0)
    waiting = sorted(tables, key=lambda table: (-sum(links[table].values()), table))
    free = list(shape)
    found: dict[int, Tile] = {}
    while waiting:
        table = max(waiting, key=lambda each: drawn[each]) if found else waiting[0]
        waiting.remove(table)
        near = [(weight, found[other]) for other, weight in links[table].items() if other in found]
        tile = free[0]
        if near and len(tables) <= _CAREFUL:
            tile = min(free, key=lambda spot: sum(weight * _distance(spot, where) for weight, where in near))
        free.remove(tile)
        found[table] = tile
        for other, weight in links[table].items():
            drawn[other] += weight
    return found


def _hues(centres: Sequence[Tile | None]) -> list[int]:
    """For each country the hue that its six nearest coloured neighbours use least."""
    hues = [0] * len(centres)
    coloured: list[int] = []
    for number, centre in enumerate(centres):
        if centre is None:
            hues[number] = number % HUES
            continue
        near = sorted((_distance(centre, centres[other] or (0, 0)), other) for other in coloured)
        used = [hues[other] for _, other in near[: HUES - 2]]
        every = [hues[other] for other in coloured]
        hues[number] = min(range(HUES), key=lambda hue: (used.count(hue), every.count(hue), hue))
        coloured.append(number)
    return hues
