"""A view that is given another name is found as a table is: through the search path, and in any case."""

from __future__ import annotations

import pytest

from decompose.sql.ddl import read_ddl


@pytest.mark.parametrize(
    ("dialect", "text", "view"),
    [
        ("tsql", "CREATE VIEW dbo.v AS SELECT 1 AS a;\nGO\nEXEC sp_rename 'V', 'w';", "dbo.w"),
        (
            "postgresql",
            "CREATE VIEW public.v AS SELECT 1 AS a;\nSET search_path TO x, public;\nALTER VIEW v RENAME TO w;",
            "public.w",
        ),
        (
            "postgresql",
            "CREATE TABLE public.v (a int);\nCREATE VIEW x.v AS SELECT 1 AS a;\n"
            "SET search_path TO x, public;\nALTER VIEW v RENAME TO w;",
            "x.w",
        ),
        ("postgresql", 'CREATE VIEW public."V" AS SELECT 1 AS a;\nALTER VIEW v RENAME TO w;', "public.V"),
    ],
)
def test_a_renamed_view_is_found(dialect: str, text: str, view: str) -> None:
    (found,) = read_ddl(text, dialect).views
    assert f"{found.ref.schema}.{found.ref.name}" == view
