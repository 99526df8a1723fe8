"""Stored routines of a live database equal the reading of the script that made them."""

from __future__ import annotations

from databases import load_mariadb, load_postgresql
from decompose.sources.schemas import read_schema
from decompose.sql.ddl import read_ddl

POSTGRESQL = """
CREATE TABLE public.users (id integer NOT NULL PRIMARY KEY);
CREATE TABLE public.orders (id integer NOT NULL PRIMARY KEY, user_id integer);
CREATE SCHEMA jobs;
CREATE FUNCTION public.place(u integer) RETURNS integer LANGUAGE plpgsql AS $body$
BEGIN
  PERFORM 1 FROM users WHERE id = u FOR SHARE;
  INSERT INTO orders VALUES (1, u);
  RETURN jobs.count_orders();
END $body$;
CREATE FUNCTION jobs.count_orders() RETURNS integer LANGUAGE sql AS $$ SELECT count(*)::integer FROM public.orders $$;
CREATE FUNCTION jobs.modern() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM public.users; END;
CREATE PROCEDURE jobs.clean() LANGUAGE sql AS $$ DELETE FROM public.orders $$;
CREATE FUNCTION jobs.any_of(t text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE t; END $$;
CREATE FUNCTION jobs.noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER noted AFTER INSERT ON public.orders FOR EACH ROW EXECUTE FUNCTION jobs.noted();
"""
MARIADB = """
CREATE TABLE users (id int NOT NULL PRIMARY KEY);
CREATE TABLE orders (id int NOT NULL PRIMARY KEY, user_id int);
DELIMITER //
CREATE PROCEDURE place(IN u int) MODIFIES SQL DATA
BEGIN
  DECLARE n int;
  SELECT id INTO n FROM users WHERE id = u LOCK IN SHARE MODE;
  INSERT INTO orders VALUES (1, count_orders());
END //
CREATE FUNCTION count_orders() RETURNS int READS SQL DATA RETURN (SELECT count(*) FROM orders) //
CREATE PROCEDURE any_of(t text) BEGIN PREPARE s FROM t; EXECUTE s; END //
CREATE EVENT clean ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM orders //
DELIMITER ;
"""


def test_postgresql(postgresql_url: str) -> None:
    load_postgresql(postgresql_url, POSTGRESQL)
    live, read = read_schema(postgresql_url), read_ddl(POSTGRESQL, "postgresql")
    assert live == read
    assert live.unread == read.unread
    assert [routine.name for routine in live.routines] == ["any_of", "clean", "count_orders", "modern", "place"]


def test_mariadb(mariadb_url: str) -> None:
    load_mariadb(mariadb_url, MARIADB)
    live, read = read_schema(mariadb_url), read_ddl(MARIADB, "mariadb")
    assert live == read
    assert live.unread == read.unread
    assert [(routine.kind, routine.name) for routine in live.routines] == [
        ("procedure", "any_of"),
        ("event", "clean"),
        ("function", "count_orders"),
        ("procedure", "place"),
    ]
