"""Logs of servers of other languages and versions: one story, told by real servers, read alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decompose import pipeline
from decompose.errors import InputError
from decompose.evidence.capture.model import Rebuildable
from decompose.evidence.capture.postgresql import LANGUAGES_READ
from decompose.evidence.log_entry import Event, Gap, LogEntry
from decompose.sources.logs.postgresql_english import english_message, english_severity
from decompose.sources.logs.postgresql_languages import LANGUAGES
from log_reading import fixture, read

TEXT_LOGS = [f"postgresql-{language}.log" for language in (*LANGUAGES, "18")]
OTHER_LOGS = ["postgresql-12.csv", "postgresql-13.csv"]
IN_LATIN_1 = ("de", "es", "fr", "it", "sv")
Told = dict[str, list[tuple[str, str, bool]]]


def told(data: bytes) -> Told:
    """What the sessions of the story did, by their labels; connections that came have none yet."""
    items = read(data)
    assert [item for item in items if isinstance(item, Gap)] == []
    found: Told = {}
    for item in items:
        if isinstance(item, LogEntry) and item.event is not Event.OTHER:
            found.setdefault(item.label, []).append((item.event.name, item.sql, item.done))
    return found


ENGLISH = told(fixture("postgresql-en.log"))


def test_the_story_holds_what_the_tests_need() -> None:
    events = {label: [event for event, *_ in found] for label, found in ENGLISH.items()}
    assert events == {
        "": ["CONNECT", "CONNECT"],
        "web": [*["STATEMENT"] * 6, "END", "END"],
        "jobs": ["STATEMENT", "STATEMENT", "FAILURE", "STATEMENT", "END"],
    }
    assert [done for *_, done in ENGLISH["jobs"]] == [True, True, False, True, False]


@pytest.mark.parametrize("name", TEXT_LOGS + OTHER_LOGS)
def test_every_language_and_version_tells_the_same(name: str) -> None:
    assert told(fixture(name)) == ENGLISH


@pytest.mark.parametrize("name", TEXT_LOGS + OTHER_LOGS)
def test_transactions_are_rebuilt_from_it(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_bytes(fixture(name))
    coverage = pipeline.collect(pipeline.CollectRequest(logs=(str(path),))).coverage
    assert (coverage.sessions, coverage.transactions, coverage.transactions_explicit) == (2, 5, 1)
    assert (coverage.transactions_complete, coverage.statements) == (4, 10)
    (found,) = pipeline.diagnose(str(path), pipeline.DoctorRequest())
    assert found.rebuildable is Rebuildable.TRANSACTIONS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ending", ["csv", "export", "json"])
def test_csv_and_json_logs_speak_the_same_language(language: str, ending: str) -> None:
    words = LANGUAGES[language]
    log, error = words.log or "LOG", words.error or "ERROR"
    rows = [
        (log, f"{words.statement.split('|')[0]}: SELECT 1", ""),
        (error, "x", "SELECT 2"),
        (log, f"{words.ends.split('|')[0]}: x", ""),
    ]
    lines = ["session_id,session_line_num,error_severity,message,query"] if ending == "export" else []
    for number, (severity, message, query) in enumerate(rows, 1):
        if ending == "json":
            record = {"timestamp": "2026-03-02 08:00:00.101 UTC", "session_id": "6b033b6b.835", "line_num": number}
            record |= {"error_severity": severity, "message": message} | ({"statement": query} if query else {})
            lines.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")))
        elif ending == "export":
            lines.append(f'6b033b6b.835,{number},{severity},"{message}",{query}')
        else:
            begin = f'2026-03-02 08:00:00.101 UTC,"u","d",2101,"[local]",6b033b6b.835,{number},"idle",'
            end = f'{severity},00000,"{message}",,,,,,"{query}",,,"a","client backend",,0'
            lines.append(f"{begin}2026-03-02 08:00:00 UTC,2/3,0,{end}")
    items = read(("\n".join(lines) + "\n").encode())
    assert [(item.event.name, item.sql) for item in items if isinstance(item, LogEntry)] == [
        ("STATEMENT", "SELECT 1"),
        ("FAILURE", "SELECT 2"),
        ("END", ""),
    ]


@pytest.mark.parametrize("language", IN_LATIN_1)
def test_a_log_in_latin_1_tells_the_same(language: str) -> None:
    assert told(fixture(f"postgresql-{language}.log").decode().encode("latin-1", "replace")) == ENGLISH


@pytest.mark.parametrize("language", LANGUAGES)
def test_plans_beside_statements_count_once_in_every_language(language: str) -> None:
    """The plans of auto_explain are in English whatever the server speaks."""
    words = LANGUAGES[language]
    begin = "2026-03-02 08:00:00.101 UTC [2101] 6b033b6b.835 u@d/a "
    lines = [
        f"{begin}{words.log or 'LOG'}:  {words.statement.split('|')[0]}: SELECT 1 FROM t",
        f"{begin}{words.log or 'LOG'}:  duration: 0.04 ms  plan:\n\tQuery Text: SELECT 1 FROM t\n\t"
        "Seq Scan on t  (cost=0.15..8.17 rows=1 width=32)",
    ]
    items = read(("\n".join(lines * 5) + "\n").encode())
    assert sum(1 for item in items if isinstance(item, LogEntry) and item.event is Event.STATEMENT) == 5


def test_the_doctor_knows_the_languages_that_are_read() -> None:
    assert set(LANGUAGES_READ) == {"en", *LANGUAGES}


@pytest.mark.parametrize(
    ("message", "english"),
    [
        ("Dauer: 0.042 ms", "Dauer: 0.042 ms"),
        ("Dauer: 0.042 ms  Parsen s: SELECT 1", "Dauer: 0.042 ms  Parsen s: SELECT 1"),
        ("Ausführen Fetch von s/c: SELECT 1", "Ausführen Fetch von s/c: SELECT 1"),
        ("Dauer: 1.5 ms  Ausführen s/c: SELECT ': '", "duration: 1.5 ms  execute s/c: SELECT ': '"),
        ("durée : 0.1 ms, instruction : SELECT 1", "duration: 0.1 ms  statement: SELECT 1"),
        ("exécute fetch à partir de c : SELECT 1", "exécute fetch à partir de c : SELECT 1"),
        ("esecuzione di fetch da c: SELECT 1", "esecuzione di fetch da c: SELECT 1"),
        ("ejecutar fetch desde c: SELECT 1", "ejecutar fetch desde c: SELECT 1"),
        ("kör hämtning från c: SELECT 1", "kör hämtning från c: SELECT 1"),
        ("执行FETCH操作 c: SELECT 1", "执行FETCH操作 c: SELECT 1"),
        ("执行时间: 0.042 ms", "执行时间: 0.042 ms"),
        ("执行时间: 0.042 ms 执行c: SELECT 1", "duration: 0.042 ms  execute c: SELECT 1"),
        ("statement: Anweisung: x", "statement: Anweisung: x"),
        ("automatic vacuum of table", "automatic vacuum of table"),
    ],
)
def test_messages_are_put_into_english(message: str, english: str) -> None:
    assert english_message(message) == english


@given(st.text(max_size=60))
def test_english_stays_english(text: str) -> None:
    once = english_message(text)
    assert english_message(once) == once
    assert english_severity(english_severity(text)) == english_severity(text)


@pytest.mark.parametrize(
    "line",
    [
        '2026-03-02 08:00:00.101 UTC,"u","d",2101,"[local]",6b033b6b.835,1,"idle",2026-03-02 08:00:00 UTC,2/3,0,CHYBA,'
        '23505,"tajné",,,,,,,,,"a","client backend",,0',
        '{"timestamp":"2026-03-02 08:00:00.101 UTC","session_id":"6b033b6b.835","error_severity":"CHYBA",'
        '"message":"tajné"}',
    ],
)
def test_a_language_that_is_not_read_is_a_gap_that_says_so(line: str) -> None:
    (gap,) = read((line + "\n").encode())
    assert isinstance(gap, Gap)
    assert "lc_messages" in gap.reason
    assert "tajné" not in gap.reason


def test_a_log_without_a_record_asks_for_its_language(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    begin = "2026-03-02 08:00:00.101 UTC [2101] 6b033b6b.835 u@d/a "
    path.write_text(f"{begin}ZÁZNAM:  příkaz: SELECT 1\n" * 5)
    with pytest.raises(InputError) as caught:
        pipeline.collect(pipeline.CollectRequest(logs=(str(path),), log_format="postgresql-stderr"))
    assert "lc_messages" in caught.value.hint


@pytest.mark.parametrize("name", TEXT_LOGS)
def test_the_size_of_blocks_changes_nothing(name: str) -> None:
    data = fixture(name)
    assert read(data, block_bytes=64) == read(data)
