"""Fixtures every test may ask for: a private server per session, a fresh empty database per test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from servers import DatabaseServer, ServerUnavailableError, mariadb, postgresql


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[DatabaseServer]:
    """A PostgreSQL server, started when the first test asks for it. A machine without one fails, it does not skip."""
    try:
        with postgresql() as server:
            yield server
    except ServerUnavailableError as reason:
        pytest.fail(str(reason), pytrace=False)


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[DatabaseServer]:
    """A MariaDB server, started when the first test asks for it. A machine without one fails, it does not skip."""
    try:
        with mariadb() as server:
            yield server
    except ServerUnavailableError as reason:
        pytest.fail(str(reason), pytrace=False)


@pytest.fixture
def postgresql_url(postgresql_server: DatabaseServer) -> Iterator[str]:
    """The SQLAlchemy URL of a fresh empty PostgreSQL database."""
    with postgresql_server.database() as name:
        yield postgresql_server.url(name)


@pytest.fixture
def mariadb_url(mariadb_server: DatabaseServer) -> Iterator[str]:
    """The SQLAlchemy URL of a fresh empty MariaDB database."""
    with mariadb_server.database() as name:
        yield mariadb_server.url(name)
