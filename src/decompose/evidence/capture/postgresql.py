"""PostgreSQL's logging settings judged. Source: the manual, "Error Reporting and Logging", versions 10 to 18."""

from __future__ import annotations

import re
from collections.abc import Iterator

from decompose.evidence.capture.model import Aspect, Diagnosis, Rebuildable, ServerSettings, State
from decompose.evidence.capture.postgresql_change import privileges, statements

PREFIX = "%m [%p] %q%c %l %v %x %e user=%u,db=%d,app=%a,client=%h "
"""The log_line_prefix that leaves nothing to guess."""

SETTINGS = (
    "auto_explain.log_min_duration",
    "compute_query_id",
    "lc_messages",
    "log_connections",
    "log_destination",
    "log_directory",
    "log_disconnections",
    "log_duration",
    "log_filename",
    "log_line_prefix",
    "log_min_duration_sample",
    "log_min_duration_statement",
    "log_min_error_statement",
    "log_min_messages",
    "log_parameter_max_length",
    "log_statement",
    "log_statement_sample_rate",
    "log_transaction_sample_rate",
    "logging_collector",
    "pgaudit.log",
    "session_preload_libraries",
    "shared_preload_libraries",
)

LANGUAGES_READ = ("de", "en", "es", "fr", "it", "ja", "ka", "ko", "ru", "sv", "uk", "zh")
"""The languages of `lc_messages` whose logs can be read."""

_STRUCTURED = ("csvlog", "jsonlog")
_WINDOWS_NAMES = (
    "chinese", "english", "french", "georgian", "german", "italian", "japanese", "korean", "russian", "spanish",
    "swedish", "ukrainian",
)  # fmt: skip
_EXTENSIONS = ("pgaudit", "auto_explain", "pg_stat_statements")


def diagnose_postgresql(source: str, server: ServerSettings) -> Diagnosis:
    """What can be rebuilt from this server's log as it is set now, and the statements that complete it."""
    aspects = tuple(_aspects(server))
    rebuildable, because = _verdict(server)
    wanted = tuple(_wanted(server))
    reached = tuple((name, value) for name, value in wanted if not server.fact("managed") and not _fixed(server, name))
    on, back = statements(server, reached)
    return Diagnosis(
        source=source,
        kind="server",
        title=f"{server.product} {server.version}",
        rebuildable=rebuildable,
        because=because,
        aspects=aspects,
        settings=server.settings,
        switch_on=on,
        switch_back=back,
        privileges=privileges(server, tuple(name for name, _ in reached)),
        notes=tuple(_notes(server, wanted)),
    )


def _verdict(server: ServerSettings) -> tuple[Rebuildable, str]:
    if server.value("log_min_messages") in ("fatal", "panic"):
        return Rebuildable.NOTHING, f"log_min_messages = {server.value('log_min_messages')} keeps statements out"
    if _foreign_language(server):
        return Rebuildable.NOTHING, "messages are in a language that is not read (lc_messages)"
    logged, how = _statements_logged(server)
    if logged in (Rebuildable.TRANSACTIONS, Rebuildable.SAMPLED) and not _has_session(server):
        return Rebuildable.STATEMENTS, f"{how}, but nothing tells the sessions apart"
    return logged, how


def _statements_logged(server: ServerSettings) -> tuple[Rebuildable, str]:
    """Which statements reach the log, whatever can be told of their sessions."""
    if server.value("log_statement") == "all":
        return Rebuildable.TRANSACTIONS, "every statement is logged (log_statement = all)"
    if _number(server.value("log_min_duration_statement", "-1")) == 0:
        return Rebuildable.TRANSACTIONS, "every statement is logged (log_min_duration_statement = 0)"
    if _audits_all(server):
        return Rebuildable.TRANSACTIONS, f"pgaudit logs every statement (pgaudit.log = {server.value('pgaudit.log')})"
    rate = _number(server.value("log_transaction_sample_rate", "0"))
    if rate >= 1:
        return Rebuildable.TRANSACTIONS, "every statement is logged (log_transaction_sample_rate = 1)"
    if rate > 0:
        return Rebuildable.SAMPLED, f"whole transactions are logged, a share of {rate:g} of them"
    return _parts_logged(server)


def _parts_logged(server: ServerSettings) -> tuple[Rebuildable, str]:
    if _number(server.value("log_min_duration_sample", "-1")) >= 0:
        share = server.value("log_statement_sample_rate", "1")
        return Rebuildable.STATEMENTS, f"single statements are sampled (share {share}): transactions fall apart"
    if _number(server.value("log_min_duration_statement", "-1")) > 0:
        least = server.value("log_min_duration_statement")
        return Rebuildable.STATEMENTS, f"only statements slower than {least} are logged: transactions fall apart"
    if server.value("log_statement") == "mod":
        return Rebuildable.STATEMENTS, "log_statement = mod leaves out reads, BEGIN and COMMIT"
    if "pg_stat_statements" in _libraries(server):
        return Rebuildable.STATEMENTS, "statements are not logged; pg_stat_statements adds them up"
    return Rebuildable.NOTHING, f"statements are not logged (log_statement = {server.value('log_statement', '?')})"


def _aspects(server: ServerSettings) -> Iterator[Aspect]:
    yield _statement_aspect(server)
    structured = _structured(server)
    letters = _letters(server)
    if structured:
        yield Aspect("sessions", State.YES, f"{structured} carries the session")
        for name in ("order", "database", "label"):
            yield Aspect(name, State.YES, f"{structured} carries it")
    else:
        yield _session_aspect(letters)
        yield _letter_aspect("order", "l", "the session's record number", letters)
        yield _letter_aspect("database", "d", "the database", letters)
        yield _letter_aspect("label", "a", "the application's name", letters)
    yield _failure_aspect(server)
    messages = server.value("lc_messages")
    state = State.NO if _foreign_language(server) else State.YES
    yield Aspect("language", state, f"lc_messages = {messages or 'that of the environment'}")


def _statement_aspect(server: ServerSettings) -> Aspect:
    rebuildable, how = _statements_logged(server)
    states = {Rebuildable.TRANSACTIONS: State.YES, Rebuildable.NOTHING: State.NO}
    return Aspect("statements", states.get(rebuildable, State.PARTLY), how)


def _session_aspect(letters: str) -> Aspect:
    if "c" in letters:
        return Aspect("sessions", State.YES, "%c, the session")
    if "p" in letters:
        return Aspect("sessions", State.PARTLY, "%p, the process number, which is used again; %c is not")
    return Aspect("sessions", State.NO, "log_line_prefix has neither %c nor %p")


def _letter_aspect(name: str, letter: str, says: str, letters: str) -> Aspect:
    if letter in letters:
        return Aspect(name, State.YES, f"%{letter}, {says}")
    return Aspect(name, State.NO, f"log_line_prefix has no %{letter} ({says})")


def _failure_aspect(server: ServerSettings) -> Aspect:
    least = server.value("log_min_messages", "warning")
    hidden = least in ("log", "fatal", "panic")
    says = f"log_min_messages = {least}" + (": failed statements look like good ones" if hidden else "")
    return Aspect("failures", State.NO if hidden else State.YES, says)


def _wanted(server: ServerSettings) -> Iterator[tuple[str, str]]:
    """The settings to change, with their new values, in the order of their names' weight."""
    logged, _ = _statements_logged(server)
    if logged is not Rebuildable.TRANSACTIONS:
        yield "log_statement", "all"
    if server.value("log_min_messages") in ("log", "fatal", "panic"):
        yield "log_min_messages", "warning"
    if _foreign_language(server):
        yield "lc_messages", "C"
    letters = _letters(server)
    if _structured(server) or all(letter in letters for letter in "clda"):
        return
    if server.value("logging_collector") == "on":
        yield "log_destination", f"{server.value('log_destination')},csvlog".lstrip(",")
    else:
        yield "log_line_prefix", PREFIX


def _notes(server: ServerSettings, wanted: tuple[tuple[str, str], ...]) -> Iterator[str]:
    changed = [name for name, _ in wanted]
    if server.fact("managed") and wanted:
        new = "; ".join(f"{name} = {value}" for name, value in wanted)
        old = "; ".join(f"{name} = {server.value(name)}" for name in changed)
        yield f"{server.fact('managed')}: no ALTER SYSTEM. Set in its parameter group or flags: {new}. Back: {old}."
    for name, value in wanted:
        if _fixed(server, name) and (setting := server.setting(name)):
            yield f"{name} comes from the server's {setting.source}, which beats ALTER SYSTEM: set {value} there."
    if server.fact("overrides"):
        yield f"Set for single roles or databases, where ALTER SYSTEM has no effect: {server.fact('overrides')}."
    if "log_statement" in changed:
        yield (
            "Cost: a line per statement. Less: log_transaction_sample_rate = 0.1 in its place keeps whole transactions "
            "(12+); log_statement_sample_rate tears them apart."
        )
    if server.value("log_parameter_max_length") == "-1":
        yield "Bind values are logged too; log_parameter_max_length = 0 keeps them out of the file."
    if server.fact("where"):
        yield f"The log is in {server.fact('where')}."
    loaded = [name for name in _EXTENSIONS if name in _libraries(server)]
    if loaded:
        yield f"Loaded: {', '.join(loaded)}."


def _fixed(server: ServerSettings, name: str) -> bool:
    """Whether the value comes from where ALTER SYSTEM does not reach."""
    setting = server.setting(name)
    return setting is not None and setting.source in ("command line", "environment variable")


def _structured(server: ServerSettings) -> str:
    """The destination that carries every field, empty without one; it needs the collector."""
    if server.value("logging_collector") != "on":
        return ""
    destinations = server.value("log_destination").replace(" ", "").split(",")
    return next((each for each in _STRUCTURED if each in destinations), "")


def _has_session(server: ServerSettings) -> bool:
    letters = _letters(server)
    return bool(_structured(server)) or "c" in letters or "p" in letters


def _letters(server: ServerSettings) -> str:
    """The escapes of log_line_prefix, without padding."""
    found: list[str] = []
    parts = iter(server.value("log_line_prefix"))
    for character in parts:
        if character == "%":
            letter = next(parts, "")
            while letter and letter in "-0123456789":
                letter = next(parts, "")
            found.append(letter)
    return "".join(found)


def _audits_all(server: ServerSettings) -> bool:
    classes = {each.strip().lower() for each in server.value("pgaudit.log").split(",")}
    return "pgaudit" in _libraries(server) and ("all" in classes or {"read", "write", "misc"} <= classes)


def _libraries(server: ServerSettings) -> tuple[str, ...]:
    names = f"{server.value('shared_preload_libraries')},{server.value('session_preload_libraries')}"
    return tuple(part.strip().strip('"').rpartition("/")[2] for part in names.split(","))


def _foreign_language(server: ServerSettings) -> bool:
    """Whether the server writes its messages in a language that is not read; Windows names languages in English."""
    language = re.split(r"[_.@-]", server.value("lc_messages").lower())[0]
    return language not in ("", "c", "posix", *LANGUAGES_READ, *_WINDOWS_NAMES)


def _number(text: str) -> float:
    """The leading number of a value with or without a unit: `250ms`, `-1`, `0.5`; -1 where there is none."""
    digits = text.strip().rstrip("abcdefghijklmnopqrstuvwxyzAB ")
    try:
        return float(digits)
    except ValueError:
        return -1.0
