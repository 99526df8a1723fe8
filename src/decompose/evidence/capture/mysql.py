"""MySQL's and MariaDB's logging settings judged.

Sources: the MySQL manual, "MySQL Server Logs"; the MariaDB knowledge base, "Slow Query Log Extended Statistics".
"""

from __future__ import annotations

from collections.abc import Iterator

from decompose.evidence.capture.model import Aspect, Diagnosis, Rebuildable, ServerSettings, State

VARIABLES = (
    "binlog_format",
    "binlog_row_image",
    "general_log",
    "general_log_file",
    "log_bin",
    "log_output",
    "log_slow_extra",
    "log_slow_filter",
    "log_slow_rate_limit",
    "log_slow_rate_type",
    "log_slow_verbosity",
    "log_timestamps",
    "long_query_time",
    "min_examined_row_limit",
    "performance_schema",
    "slow_query_log",
    "slow_query_log_file",
)
CONSUMERS = ("events_statements_history_long", "events_transactions_history_long")
SWITCHERS = ("SUPER", "SYSTEM_VARIABLES_ADMIN")
"""Either lets a user SET GLOBAL; MariaDB knows only the first."""


def diagnose_mysql(source: str, server: ServerSettings) -> Diagnosis:
    """What can be rebuilt from this server's logs as they are set now, and the statements that complete them."""
    rebuildable, because = _verdict(server)
    wanted = () if rebuildable is Rebuildable.TRANSACTIONS else tuple(_wanted(server))
    managed = bool(server.fact("managed"))
    return Diagnosis(
        source=source,
        kind="server",
        title=f"{server.product} {server.version}",
        rebuildable=rebuildable,
        because=because,
        aspects=tuple(_aspects(server)),
        settings=server.settings,
        switch_on=() if managed else tuple(_set(name, new) for name, new in wanted),
        switch_back=() if managed else tuple(_set(name, server.value(name)) for name, _ in reversed(wanted)),
        privileges=tuple(_privileges(server)) if wanted else (),
        notes=tuple(_notes(server, wanted)),
    )


def _verdict(server: ServerSettings) -> tuple[Rebuildable, str]:
    if _general(server):
        return Rebuildable.TRANSACTIONS, "the general log takes every statement of every session"
    if _slow(server):
        holes = _slow_holes(server)
        if not holes:
            return Rebuildable.TRANSACTIONS, "the slow log takes every statement (long_query_time = 0)"
        if holes == (_SAMPLED_SESSIONS,):
            return Rebuildable.SAMPLED, f"the slow log takes whole sessions, {holes[0]}"
    if _binlog(server):
        return Rebuildable.WRITES, "the binary log (ROW) holds what each transaction wrote, and no reads"
    if _history(server):
        return Rebuildable.STATEMENTS, "performance_schema keeps only the last events of each kind"
    if _slow(server):
        return Rebuildable.STATEMENTS, f"the slow log leaves statements out: {', '.join(_slow_holes(server))}"
    return Rebuildable.NOTHING, "neither the general log nor the slow log is written to a file"


_SAMPLED_SESSIONS = "sampled by session"


def _aspects(server: ServerSettings) -> Iterator[Aspect]:
    general, slow = _general(server), _slow(server)
    yield Aspect("general log", State.YES if general else State.NO, _told(server, "general_log", "log_output"))
    holes = _slow_holes(server)
    state = State.NO if not slow else State.PARTLY if holes else State.YES
    left_out = f" ({', '.join(holes)})" if slow and holes else ""
    yield Aspect("slow log", state, _told(server, "slow_query_log", "long_query_time") + left_out)
    binlog = State.PARTLY if _binlog(server) else State.NO
    yield Aspect("binary log", binlog, f"{_told(server, 'log_bin', 'binlog_format')}: writes only")
    consumers = server.fact("consumers")
    state = State.UNKNOWN if not consumers else State.PARTLY if _history(server) else State.NO
    says = f"performance_schema = {server.value('performance_schema', '?')}, {consumers or 'consumers not visible'}"
    yield Aspect("history", state, says)


def _told(server: ServerSettings, *names: str) -> str:
    return ", ".join(f"{name} = {server.value(name, '?')}" for name in names)


def _wanted(server: ServerSettings) -> Iterator[tuple[str, str]]:
    output = server.value("log_output").upper()
    if "FILE" not in output.split(","):
        yield "log_output", "FILE" if output in ("", "NONE") else f"FILE,{output}"
    if not _on(server, "general_log"):
        yield "general_log", "ON"


def _set(name: str, value: str) -> str:
    """Switches go bare, sets of words in quotes; the values are the server's own words."""
    word = value if value in ("ON", "OFF") else "'" + value.replace("'", "''") + "'"
    return f"SET GLOBAL {name} = {word};"


def _privileges(server: ServerSettings) -> Iterator[str]:
    role = server.fact("role") or "this user"
    held = sorted(server.may & set(SWITCHERS))
    needed = "SUPER" if server.product == "MariaDB" else "SYSTEM_VARIABLES_ADMIN (before 8.0: SUPER)"
    if held:
        yield f"To switch: {held[0]}, which {role} has. To read: any user."
    else:
        yield f"To switch: {needed}, which {role} is not seen to have. To read: any user."


def _notes(server: ServerSettings, wanted: tuple[tuple[str, str], ...]) -> Iterator[str]:
    if server.fact("managed") and wanted:
        new = "; ".join(f"{name} = {value}" for name, value in wanted)
        old = "; ".join(f"{name} = {server.value(name)}" for name, _ in wanted)
        yield f"{server.fact('managed')}: no SET GLOBAL. Set in its parameter group or flags: {new}. Back: {old}."
    elif wanted:
        yield "Takes effect at once, for open sessions too; a restart of the server brings its files' values back."
        yield "Cost: a line per statement, with its values. Watch the disk: the file is not rotated by the server."
    if server.value("general_log_file"):
        yield f"The general log is {server.value('general_log_file')} on the server."
    if _general(server):
        yield "The general log does not tell whether a statement failed: a failed one counts as executed."


def _general(server: ServerSettings) -> bool:
    return _on(server, "general_log") and _to_file(server)


def _slow(server: ServerSettings) -> bool:
    return _on(server, "slow_query_log") and _to_file(server)


def _slow_holes(server: ServerSettings) -> tuple[str, ...]:
    """Why the slow log would not hold every statement; empty where it does."""
    holes = []
    if _number(server.value("long_query_time", "10")) > 0:
        holes.append(f"long_query_time = {_number(server.value('long_query_time', '10')):g}")
    if _number(server.value("min_examined_row_limit", "0")) > 0:
        holes.append(f"min_examined_row_limit = {server.value('min_examined_row_limit')}")
    filters = server.value("log_slow_filter").lower().split(",")
    # A statement that no query cache answered counts as query_cache_miss, so this word lets everything pass.
    if filters != [""] and "query_cache_miss" not in filters:
        holes.append("log_slow_filter")
    if _number(server.value("log_slow_rate_limit", "1")) > 1:
        by_session = server.value("log_slow_rate_type") == "session"
        holes.append(
            _SAMPLED_SESSIONS if by_session else f"log_slow_rate_limit = {server.value('log_slow_rate_limit')}"
        )
    return tuple(holes)


def _binlog(server: ServerSettings) -> bool:
    return _on(server, "log_bin") and server.value("binlog_format").upper() == "ROW"


def _history(server: ServerSettings) -> bool:
    seen = server.fact("consumers")
    return _on(server, "performance_schema") and all(f"{name} = YES" in seen for name in CONSUMERS)


def _to_file(server: ServerSettings) -> bool:
    return "FILE" in server.value("log_output").upper().split(",")


def _on(server: ServerSettings, name: str) -> bool:
    return server.value(name).upper() in ("ON", "1")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
