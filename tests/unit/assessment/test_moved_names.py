"""What tables are called in their service's own schema, where their names alone do not tell them apart."""

from __future__ import annotations

from dataclasses import replace

from builders import cut, evidence, schema, tx
from decompose.assessment.plan.plan import plan
from decompose.assessment.portable_sql import PortableSql
from decompose.evidence.bundle import Coverage, Evidence
from decompose.evidence.fold.assemble import complete
from decompose.evidence.schema import Schema
from decompose.reports.plan_markdown import render_plan_markdown


def known(*names: str) -> Schema:
    """Tables of these qualified names, with a key and a column."""
    model = schema("model").tables[0]
    tables = [replace(model, schema=name.rpartition(".")[0], name=name.rpartition(".")[2]) for name in names]
    return Schema("postgresql", tuple(sorted(tables, key=lambda table: (table.schema, table.name))))


def seen(*names: str) -> Evidence:
    return complete(known(*names), (), (), Coverage())


def moved(*names: str) -> dict[str, str]:
    found = seen(*names)
    sql = PortableSql(found)
    return {table.name: sql.moved(table.name, "svc") for table in found.tables}


def test_tables_of_one_name_keep_their_schema_in_the_new_name() -> None:
    assert moved("papers.files", "abstracts.files", "papers.reviews") == {
        "papers.files": "svc.papers_files",
        "abstracts.files": "svc.abstracts_files",
        "reviews": "svc.reviews",
    }


def test_a_new_name_is_never_one_that_is_taken() -> None:
    found = moved("a.b_c", "x.b_c", "a_b.c", "y.c", "public.a_b_c")
    assert len({name.casefold() for name in found.values()}) == len(found) == 5
    assert found["a_b_c"] == "svc.a_b_c"


def test_the_plan_copies_each_into_a_table_of_its_own_and_says_so() -> None:
    found = plan(seen("papers.files", "abstracts.files"), cut("review: papers.files abstracts.files"))
    text = render_plan_markdown(found)
    assert "INSERT INTO review.papers_files" in text
    assert "INSERT INTO review.abstracts_files" in text
    assert "these get new ones: abstracts.files as abstracts_files, papers.files as papers_files" in text


def test_a_table_that_only_the_log_names_moves_under_its_own_name() -> None:
    found = evidence(Schema("postgresql"), tx("W other.things"))
    assert PortableSql(found).moved("other.things", "svc") == "svc.things"
