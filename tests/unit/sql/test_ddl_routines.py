"""Stored routines in DDL texts of each dialect: what their bodies touch, call, and where they cannot be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decompose.evidence.schema import Routine, Schema, TableRef
from decompose.sql.ddl import read_ddl

TABLES = "CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int);\n"


def shown(schema: Schema) -> list[str]:
    """`function f sql: read a, update b; calls g; unread: dynamic SQL`, one line per routine."""
    return [_shown(routine) for routine in schema.routines]


def _shown(routine: Routine) -> str:
    touched = ", ".join(f"{access.mode} {access.table.name}" for access in routine.accesses) or "nothing"
    calls = f"; calls {', '.join(ref.name for ref in routine.calls)}" if routine.calls else ""
    unread = f"; unread: {routine.unread}" if routine.unread else ""
    return f"{routine.kind} {routine.name} {routine.language}: {touched}{calls}{unread}"


@pytest.mark.parametrize(
    ("dialect", "ddl", "expected"),
    [
        (
            "postgresql",
            "CREATE FUNCTION f(x int) RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN "
            "SELECT a.id INTO n FROM a JOIN b ON b.id = a.id WHERE a.id = x; INSERT INTO c VALUES ('secret'); "
            "RETURN n; END $$;",
            "function f plpgsql: read a, read b, insert c",
        ),
        (
            "postgresql",
            "CREATE OR REPLACE PROCEDURE p() LANGUAGE 'sql' AS 'DELETE FROM a; TRUNCATE b, c;';",
            "procedure p sql: delete a, truncate b, truncate c",
        ),
        (
            "postgresql",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC UPDATE a SET id = 1; SELECT 1; END;",
            "function f sql: update a",
        ),
        (
            "postgresql",
            "CREATE FUNCTION f() RETURNS void AS $$ BEGIN PERFORM 1 FROM a JOIN b USING (id) FOR UPDATE OF b; "
            "PERFORM id FROM a WHERE id IN (SELECT id FROM c) FOR NO KEY UPDATE; END $$ LANGUAGE plpgsql;",
            "function f plpgsql: lock a, read a, lock b, read b, read c",
        ),
        (
            "postgresql",
            "CREATE FUNCTION f() RETURNS void AS $$ INSERT INTO a VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2 "
            "$$ LANGUAGE sql;",
            "function f sql: insert a, update a",
        ),
        (
            "postgresql",
            "CREATE FUNCTION f(t text) RETURNS void AS $$ BEGIN EXECUTE 'DELETE FROM ' || t; DELETE FROM a; END $$ "
            "LANGUAGE plpgsql;",
            "function f plpgsql: delete a; unread: dynamic SQL",
        ),
        (
            "postgresql",
            "CREATE FUNCTION f() RETURNS int AS $$ plpy.execute('select 1 from a') $$ LANGUAGE plpython3u;",
            "function f plpython3u: nothing; unread: language plpython3u",
        ),
        (
            "postgresql",
            "CREATE FUNCTION f(x int) RETURNS int AS $$ SELECT 1 FROM a $$ LANGUAGE sql; "
            "CREATE FUNCTION f(x text) RETURNS int AS $$ SELECT 1 FROM b $$ LANGUAGE sql;",
            "function f sql: read a, read b",
        ),
        (
            "mysql",
            "DELIMITER //\nCREATE DEFINER=`root`@`%` PROCEDURE p(IN x INT) MODIFIES SQL DATA BEGIN "
            "DECLARE n INT; SELECT id INTO n FROM a LOCK IN SHARE MODE; "
            "INSERT INTO b VALUES (x) ON DUPLICATE KEY UPDATE id = 1; REPLACE INTO c VALUES (1); END //\nDELIMITER ;",
            "procedure p sql: lock a, read a, insert b, update b, write c",
        ),
        (
            "mysql",
            "DELIMITER //\nCREATE PROCEDURE p(t TEXT) BEGIN SET @q = CONCAT('x', t); PREPARE s FROM @q; EXECUTE s; "
            "END //\nDELIMITER ;",
            "procedure p sql: nothing; unread: dynamic SQL",
        ),
        (
            "mysql",
            "DELIMITER ;;\nCREATE EVENT e ON SCHEDULE EVERY 1 DAY ON COMPLETION PRESERVE DO BEGIN DELETE FROM a; "
            "END ;;\nDELIMITER ;",
            "event e sql: delete a",
        ),
        (
            "tsql",
            "GO\nCREATE PROCEDURE [dbo].[p] @x int AS BEGIN\n SET NOCOUNT ON\n UPDATE t SET id = 1 FROM a t JOIN b ON "
            "b.id = t.id\n DELETE FROM c\nEND\nGO\n",
            "procedure p tsql: read a, update a, read b, delete c",
        ),
        (
            "tsql",
            "GO\nCREATE PROC p @sql nvarchar(100) WITH EXECUTE AS OWNER AS EXEC sp_executesql @sql\nGO\n",
            "procedure p tsql: nothing; unread: dynamic SQL",
        ),
        (
            "tsql",
            "GO\nCREATE FUNCTION f (@x int) RETURNS int AS EXTERNAL NAME x.y.z\nGO\n",
            "function f clr: nothing; unread: language clr",
        ),
        (
            "oracle",
            "CREATE OR REPLACE PROCEDURE p (x IN NUMBER) IS BEGIN INSERT INTO a VALUES (x); "
            "MERGE INTO b USING c ON (b.id = c.id) WHEN MATCHED THEN UPDATE SET id = 1; END;\n/\n",
            "procedure P plsql: insert A, write B, read C",
        ),
        (
            "oracle",
            "CREATE OR REPLACE PROCEDURE p IS BEGIN EXECUTE IMMEDIATE 'drop table a'; END;\n/\n",
            "procedure P plsql: nothing; unread: dynamic SQL",
        ),
    ],
)
def test_bodies_tell_what_they_touch(dialect: str, ddl: str, expected: str) -> None:
    schema = read_ddl(TABLES.replace("; ", ";\n") + ddl, dialect)
    assert shown(schema) == [expected]
    assert "secret" not in repr(schema)
    assert bool(schema.unread) is ("unread" in expected)


def test_what_only_triggers_run_is_no_routine() -> None:
    ddl = (
        "CREATE FUNCTION t() RETURNS pg_catalog.trigger AS $$ BEGIN PERFORM g(); RETURN NEW; END $$ LANGUAGE plpgsql;"
        "CREATE FUNCTION g() RETURNS void AS $$ INSERT INTO b VALUES (1) $$ LANGUAGE sql;"
        "CREATE TRIGGER x AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION t();"
    )
    schema = read_ddl(TABLES + ddl, "postgresql")
    assert shown(schema) == ["function g sql: insert b"]
    assert schema.triggers[0].writes == (TableRef("b", "public"),)


@pytest.mark.parametrize(
    ("dialect", "call"), [("postgresql", "PERFORM g(1);"), ("mysql", "CALL g(1);"), ("mysql", "SET @x = g(1);")]
)
def test_routines_name_the_routines_they_call(dialect: str, call: str) -> None:
    if dialect == "mysql":
        ddl = (
            f"DELIMITER //\nCREATE PROCEDURE f() BEGIN {call} END //\n"
            "CREATE FUNCTION g(x INT) RETURNS INT BEGIN RETURN 1; END //\nDELIMITER ;"
        )
    else:
        ddl = (
            f"CREATE FUNCTION f() RETURNS void AS $$ BEGIN {call} END $$ LANGUAGE plpgsql;"
            "CREATE FUNCTION g(x int) RETURNS int AS $$ SELECT 1 $$ LANGUAGE sql;"
        )
    assert [[ref.name for ref in routine.calls] for routine in read_ddl(TABLES + ddl, dialect).routines] == [["g"], []]


def test_a_tsql_procedure_calls_another_without_brackets() -> None:
    ddl = "GO\nCREATE PROCEDURE f AS\nEXEC @rc = dbo.g @x = 1\nGO\nCREATE PROCEDURE g @x int AS SELECT 1\nGO\n"
    assert [len(routine.calls) for routine in read_ddl(TABLES + ddl, "tsql").routines] == [1, 0]


def test_a_dropped_routine_is_gone_and_made_anew() -> None:
    made = "CREATE PROCEDURE p() UPDATE a SET id = 1;"
    again = "DROP PROCEDURE IF EXISTS p; CREATE PROCEDURE p() UPDATE b SET id = 1;"
    assert shown(read_ddl(TABLES + made + again, "mysql")) == ["procedure p sql: update b"]
    assert shown(read_ddl(TABLES + made + "DROP PROCEDURE p;", "mysql")) == []


def test_an_owner_given_later_is_no_overload() -> None:
    ddl = "CREATE FUNCTION f() RETURNS int AS $$ SELECT 1 FROM a $$ LANGUAGE sql; ALTER FUNCTION f() OWNER TO x;"
    assert shown(read_ddl(TABLES + ddl, "postgresql")) == ["function f sql: read a"]


def test_a_view_reads_what_the_functions_in_it_read() -> None:
    ddl = (
        "CREATE FUNCTION f() RETURNS SETOF b AS $$ SELECT * FROM b $$ LANGUAGE sql;"
        "CREATE VIEW v AS SELECT a.id FROM a, f() x;"
    )
    assert [ref.name for ref in read_ddl(TABLES + ddl, "postgresql").views[0].reads] == ["a", "b"]


@given(st.text(max_size=80), st.sampled_from(["postgresql", "mysql", "tsql", "oracle", "sqlite"]))
def test_no_body_breaks_the_reader(body: str, dialect: str) -> None:
    read_ddl(f"{TABLES}CREATE FUNCTION f() RETURNS int AS $$ {body} $$ LANGUAGE sql;", dialect)
    read_ddl(f"{TABLES}CREATE PROCEDURE p() BEGIN EXECUTE {body} FOR UPDATE OF; CALL LOCK TABLE; END", dialect)


PACKAGE = """
CREATE TABLE a (id NUMBER); CREATE TABLE b (id NUMBER); CREATE TABLE c (id NUMBER);
CREATE OR REPLACE PACKAGE shop AS
  PROCEDURE place(n NUMBER);
  FUNCTION total RETURN NUMBER;
END shop;
/
CREATE OR REPLACE PACKAGE BODY shop AS
  limit_ NUMBER := 3;
  CURSOR rows_ IS SELECT id FROM c;
  PROCEDURE note_it;
  FUNCTION total RETURN NUMBER IS n NUMBER; BEGIN SELECT COUNT(*) INTO n FROM a; RETURN n; END total;
  PROCEDURE place(n NUMBER) IS
    PROCEDURE inner_ IS BEGIN DELETE FROM c; END inner_;
  BEGIN
    IF n > 1 THEN
      INSERT INTO a VALUES (n);
      CASE n WHEN 2 THEN inner_; ELSE NULL; END CASE;
    END IF;
    FOR r IN (SELECT id FROM b) LOOP UPDATE b SET id = 1; END LOOP;
    note_it;
    other.log(n);
  END place;
  PROCEDURE place(n NUMBER, m NUMBER) IS BEGIN UPDATE c SET id = m; END;
  PROCEDURE note_it IS BEGIN INSERT INTO c VALUES (total()); END note_it;
  FUNCTION outside RETURN NUMBER IS LANGUAGE JAVA NAME 'X.y() return int';
BEGIN
  limit_ := 4;
END shop;
/
CREATE PACKAGE BODY other IS
  PROCEDURE log(n NUMBER) AS BEGIN shop.note_it; EXECUTE IMMEDIATE 'x'; END;
END;
/
CREATE TABLE d (id NUMBER);
"""


def test_every_packaged_routine_is_a_routine() -> None:
    schema = read_ddl(PACKAGE, "oracle")
    assert shown(schema) == [
        "procedure OTHER.LOG plsql: nothing; calls SHOP.NOTE_IT; unread: dynamic SQL",
        "procedure SHOP.NOTE_IT plsql: insert C; calls SHOP.TOTAL",
        "function SHOP.OUTSIDE java: nothing; unread: language java",
        "procedure SHOP.PLACE plsql: insert A, read B, update B, delete C, update C; calls OTHER.LOG, SHOP.NOTE_IT",
        "function SHOP.TOTAL plsql: read A",
    ]
    assert [table.name for table in schema.tables] == ["A", "B", "C", "D"]
    assert [routine.line for routine in schema.routines][1] == 25
    assert schema.unread == (("stored routine whose body cannot be read in full", 2),)


def test_a_package_that_is_replaced_or_dropped_is_forgotten() -> None:
    again = "CREATE OR REPLACE PACKAGE BODY shop AS PROCEDURE p IS BEGIN DELETE FROM a; END; END;\n/\n"
    names = [routine.name for routine in read_ddl(PACKAGE + again, "oracle").routines]
    assert names == ["OTHER.LOG", "SHOP.P"]
    assert [r.name for r in read_ddl(PACKAGE + "DROP PACKAGE BODY shop;\n", "oracle").routines] == ["OTHER.LOG"]


WORDS = ["procedure", "function", "begin", "end", ";", "is", "as", "case", "if", "loop", "(", ")", "p", "return"]


@given(st.lists(st.sampled_from(WORDS)))
def test_no_package_body_breaks_the_reader(words: list[str]) -> None:
    read_ddl("CREATE PACKAGE BODY x AS " + " ".join(words) + "\n/\n", "oracle")


@pytest.mark.parametrize(
    ("dialect", "body", "commits"),
    [
        ("postgresql", "INSERT INTO a VALUES (1); COMMIT; UPDATE b SET id = 1;", True),
        ("postgresql", "FOR r IN SELECT id FROM a LOOP UPDATE b SET id = 1; COMMIT; END LOOP;", True),
        ("postgresql", "INSERT INTO a VALUES (1); UPDATE b SET id = 1; COMMIT;", False),
        ("postgresql", "SELECT 1 FROM a; COMMIT; UPDATE b SET id = 1;", False),
        ("postgresql", "INSERT INTO a VALUES (1); ROLLBACK; UPDATE b SET id = 1;", False),
        (
            "mysql",
            "START TRANSACTION; INSERT INTO a VALUES (1); COMMIT; START TRANSACTION; DELETE FROM b; COMMIT;",
            True,
        ),
        ("mysql", "WHILE n DO UPDATE a SET id = 1; COMMIT; END WHILE;", True),
        ("mysql", "START TRANSACTION; INSERT INTO a VALUES (1); INSERT INTO b VALUES (1); COMMIT;", False),
        ("mysql", "REPEAT UPDATE a SET id = 1; COMMIT; UNTIL n END REPEAT;", True),
        ("mysql", "INSERT INTO a VALUES (length(repeat('x', 3))); COMMIT;", False),
        ("postgresql", "INSERT INTO a VALUES (length(repeat('x', 3))); COMMIT;", False),
        ("tsql", "BEGIN TRAN; UPDATE a SET id = 1; COMMIT TRAN; BEGIN TRAN; UPDATE b SET id = 1; COMMIT TRAN;", True),
        ("tsql", "BEGIN TRAN; UPDATE a SET id = 1; UPDATE b SET id = 1; COMMIT;", False),
    ],
)
def test_a_body_that_commits_in_between_says_so(dialect: str, body: str, commits: bool) -> None:
    heads = {
        "postgresql": f"CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN {body} END $$;",
        "mysql": f"DELIMITER //\nCREATE PROCEDURE p() BEGIN {body} END//\n",
        "tsql": f"CREATE PROCEDURE p AS BEGIN {body} END\nGO\n",
    }
    tables = TABLES + ("GO\n" if dialect == "tsql" else "")
    (found,) = read_ddl(tables + heads[dialect], dialect).routines
    assert found.commits is commits
