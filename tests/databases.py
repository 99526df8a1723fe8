"""Loading a script into a live database, as psql and the mariadb client would, through the drivers the tests have."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from sqlalchemy.engine import make_url


def load_postgresql(url: str, script: str) -> None:
    """Run a script; psql's own commands and owners, which only the dumped server knows, are left out."""
    import psycopg

    text = re.sub(r"^(?:\\.*|ALTER .* OWNER TO .*;)$", "", script, flags=re.MULTILINE)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(text.encode())


def load_mariadb(url: str, script: str) -> None:
    """Run a script with DELIMITER sections."""
    import pymysql
    from pymysql.constants import CLIENT

    at = make_url(url)
    with pymysql.connect(
        host=at.host, port=at.port or 3306, user=at.username, password=str(at.password), database=at.database,
        client_flag=CLIENT.MULTI_STATEMENTS, autocommit=True,
    ) as connection, connection.cursor() as cursor:  # fmt: skip
        for part in _mariadb_parts(script):
            cursor.execute(part)
            while cursor.nextset():
                pass


def _mariadb_parts(script: str) -> list[str]:
    parts = []
    for number, section in enumerate(re.split(r"^DELIMITER (\S+)$", script, flags=re.MULTILINE)):
        if number % 2:
            delimiter = section
        else:
            pieces = [section] if not number or delimiter == ";" else section.split(delimiter)
            parts += [piece for piece in pieces if piece.strip()]
    return parts


def load_sqlite(path: Path, script: str) -> None:
    """Run a script on a new SQLite file."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(script)
    connection.close()
