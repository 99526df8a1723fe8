"""The capture recipes of GitHub Actions and GitLab CI, their steps run against private servers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import servers
from ci_hosts import Shell, document
from decompose import pipeline
from decompose.evidence.bundle import Evidence
from servers import DatabaseServer

DDL = """
CREATE TABLE users (id integer PRIMARY KEY, name varchar(40));
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer);
"""
WORK = """
BEGIN;
UPDATE users SET name = 'it''s "secret"; line
two' WHERE id = 1;
INSERT INTO orders (id, user_id) VALUES (1, 1);
COMMIT;
"""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "shell")


def recipe(name: str) -> Any:
    return document(f"delivery/recipes/{name}.yml")


def step(name: str, title: str) -> str:
    (found,) = [s["run"] for s in recipe(name)["jobs"]["drift"]["steps"] if s.get("name") == title]
    return str(found)


def play(shell: Shell, where: Path, environment: Mapping[str, str], *scripts: str) -> None:
    for script in scripts:
        done = shell.run(script, where, environment)
        assert done.returncode == 0, f"{script}\n{done.stderr}"


def evidence(where: Path, log: str) -> Evidence:
    (where / "structure.sql").write_text(DDL)
    return pipeline.collect(pipeline.CollectRequest((str(where / "structure.sql"),), (str(where / log),)))


def assert_the_transaction_is_there(seen: Evidence) -> None:
    written = [profile for profile in seen.profiles if profile.writes == ("orders", "users")]
    assert [profile.count for profile in written] == [1]
    assert "secret" not in repr(seen)


def psql(server: DatabaseServer) -> dict[str, str]:
    return {
        "PGHOST": server.host, "PGPORT": str(server.port), "PGUSER": servers.USER, "PGPASSWORD": server.password,
        "PGDATABASE": "postgres", "CONTAINER": "service",
    }  # fmt: skip


def mysql(server: DatabaseServer, shell: Shell) -> dict[str, str]:
    # The recipes speak to MySQL as root without a socket; the private server knows another account.
    options = f"--host={server.host} --port={server.port} --user={servers.USER} --password={server.password}"
    shell.program(
        "mysql", f'#!/bin/sh\n[ "$1" = --user=root ] || exit 9\nshift\nexec mariadb --no-defaults {options} "$@"\n'
    )
    return {}


def test_github_postgresql(shell: Shell, tmp_path: Path) -> None:
    with servers.postgresql() as server:
        shell.program(
            "docker", f'#!/bin/sh\n[ "$1 $2" = "logs service" ] && cat {server.directory}/server-output.txt >&2\n'
        )
        name, environment = "github-postgresql", psql(server)
        tests = f"psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 <<'SQL'\n{DDL}{WORK}\nSQL"
        switch_on = step(name, "Switch the log on") + "\nsleep 0.3"
        play(shell, tmp_path, environment, switch_on, tests, step(name, "Take the log"))
        assert_the_transaction_is_there(evidence(tmp_path, "postgresql.log"))


def test_gitlab_postgresql(shell: Shell, tmp_path: Path) -> None:
    job = recipe("gitlab-postgresql")["tests"]
    command = job["services"][0]["command"]
    settings = dict(setting.split("=", 1) for setting in command[2::2])
    assert command[1::2] == ["-c"] * len(settings)
    with servers.postgresql(settings) as server:
        tests = f"psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 <<'SQL'\n{DDL}{WORK}\nSQL"
        play(shell, tmp_path, psql(server), tests, *job["after_script"])
        assert_the_transaction_is_there(evidence(tmp_path, job["artifacts"]["paths"][0]))


def test_github_mysql(shell: Shell, tmp_path: Path) -> None:
    with servers.mariadb() as server, server.database("shop"):
        name, environment = "github-mysql", mysql(server, shell)
        tests = f"mysql --user=root shop <<'SQL'\n{DDL}{WORK}\nSQL"
        play(shell, tmp_path, environment, step(name, "Switch the log on"), tests, step(name, "Take the log"))
        assert_the_transaction_is_there(evidence(tmp_path, "mysql.jsonl"))


def test_gitlab_mysql(shell: Shell, tmp_path: Path) -> None:
    job = recipe("gitlab-mysql")["tests"]
    with servers.mariadb() as server, server.database("shop"):
        environment = mysql(server, shell)
        tests = f"mysql --user=root shop <<'SQL'\n{DDL}{WORK}\nSQL"
        play(shell, tmp_path, environment, *job["before_script"], tests, *job["after_script"])
        assert_the_transaction_is_there(evidence(tmp_path, job["artifacts"]["paths"][0]))
