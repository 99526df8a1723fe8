"""`decompose doctor --format json`: the diagnoses of all sources as one object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from decompose.evidence.capture.model import Diagnosis, LogCounts
from decompose.store.json_text import pretty

FORMAT = "decompose/doctor@1"


def dump(diagnoses: Sequence[Diagnosis]) -> str:
    """The object as text, in the order of the sources; `store/schemas/doctor.schema.json` describes it."""
    return pretty({"format": FORMAT, "captures": [_capture(each) for each in diagnoses]})


def _capture(diagnosis: Diagnosis) -> dict[str, Any]:
    found: dict[str, Any] = {
        "source": diagnosis.source,
        "kind": diagnosis.kind,
        "title": diagnosis.title,
        "rebuildable": diagnosis.rebuildable.value,
        "because": diagnosis.because,
        "aspects": [{"name": each.name, "state": each.state.value, "says": each.says} for each in diagnosis.aspects],
        "notes": list(diagnosis.notes),
    }
    if diagnosis.kind == "server":
        return found | {
            "settings": [
                {"name": s.name, "value": s.value, "source": s.source, "takes_effect": s.takes_effect}
                for s in diagnosis.settings
            ],
            "switch_on": list(diagnosis.switch_on),
            "switch_back": list(diagnosis.switch_back),
            "privileges": list(diagnosis.privileges),
        }
    return found | {
        "log_format": diagnosis.format,
        "fields": list(diagnosis.fields),
        "completeness": _counts(diagnosis.counts or LogCounts()),
        "lacks": [{"what": each.what, "change": each.change} for each in diagnosis.lacks],
    }


def _counts(seen: LogCounts) -> dict[str, Any]:
    return {
        "bytes_read": seen.bytes_read,
        "whole": seen.whole,
        "entries": seen.entries,
        "sessions": seen.sessions,
        "transactions": seen.transactions,
        "transactions_complete": seen.complete,
        "transactions_explicit": seen.explicit,
        "transactions_autocommit": seen.autocommit,
        "rolled_back": seen.rolled_back,
        "recorded": seen.recorded,
        "heads_lost": seen.heads_lost,
        "tails_lost": seen.tails_lost,
        "records_missing": seen.records_missing,
        "ends_without_begin": seen.ends_without_begin,
        "begins_without_end": seen.begins_without_end,
        "counted_statements": seen.counted_statements,
        "gaps": [{"reason": reason, "count": count} for reason, count in seen.unread],
    }
