"""Fixtures every test may ask for: a private server per session, a fresh empty database per test."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from servers import DatabaseServer, ServerUnavailableError, mariadb, postgresql

# The gate tries the same examples every time, so that a red run is the change's own; DECOMPOSE_FUZZ=1 looks for more.
settings.register_profile(
    "gate", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], print_blob=False
)
settings.register_profile("fuzz", deadline=None, max_examples=2_000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fuzz" if os.environ.get("DECOMPOSE_FUZZ") else "gate")


@pytest.fixture(scope="session", autouse=True)
def template_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Parsed templates are cached in a folder of the tests' own, never in that of whoever runs them."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = before


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
