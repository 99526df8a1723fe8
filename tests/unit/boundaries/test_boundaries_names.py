from __future__ import annotations

import pytest

from builders import evidence, schema
from decompose.boundaries.names import service_names
from decompose.graph.build import build_graph
from decompose.graph.vocabulary import read_vocabulary


@pytest.mark.parametrize(
    ("tables", "name"),
    [
        ("wish_lists; wish_list_lines; wish_list_emails", "wish-list"),
        ("easy_thumbnails_source; easy_thumbnails_picture", "easy-thumbnail"),
        ("order_items; order_notes; orders", "order"),
        ("kb_articles; kb_revisions", "kb"),
        ("ticket_events", "ticket"),
    ],
)
def test_a_word_that_never_stands_alone_brings_the_one_it_stands_with(tables: str, name: str) -> None:
    graph = build_graph(evidence(schema(tables + "; countries; currencies")))
    inside = tuple(number for number, node in enumerate(graph.tables) if node.name not in ("countries", "currencies"))
    assert service_names(graph, [inside], read_vocabulary(graph), [""]) == [name]
