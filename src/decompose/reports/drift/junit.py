"""JUnit XML, as Jenkins, GitLab and others read it: one test case per coupling, a failure where the build fails.

No standard exists; the text satisfies both schemas in use, Jenkins' junit-10.xsd and the one for Ant's task.
"""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from decompose.assessment.drift.model import Drift, Result, Status
from decompose.reports.drift.selection import MOST
from decompose.reports.drift.text import Scene, between, evidence, headline, message, next_step, severity, what


def render_junit(drift: Drift, scene: Scene) -> str:
    """The document's text. Cases that fail come first; `tests` counts those that are written."""
    sighted = [
        result for result in drift.results if result.sighting is not None and result.status is not Status.ALLOWED
    ]
    ranked = sorted(sighted, key=lambda result: not result.fails)
    gone = [result for result in drift.results if result.fails and result.sighting is None]
    cases = [*gone, *ranked][:MOST]
    left = len(gone) + len(ranked) - len(cases)
    failures = sum(result.fails for result in cases)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<testsuites>",
        f'  <testsuite package="decompose" id="0" name="drift" timestamp="{drift.today}T00:00:00" hostname="localhost" '
        f'tests="{len(cases)}" failures="{failures}" errors="0" time="0">',
        "    <properties>",
        f"      <property name={_attribute('headline')} value={_attribute(headline(drift))}/>",
        f"      <property name={_attribute('left out')} value={_attribute(str(left))}/>",
        "    </properties>",
    ]
    for result in cases:
        lines += _case(result, drift, scene)
    lines += ["    <system-out></system-out>", "    <system-err></system-err>", "  </testsuite>", "</testsuites>"]
    return "\n".join(lines) + "\n"


def _case(result: Result, drift: Drift, scene: Scene) -> list[str]:
    name = f"{between(result) or 'all services'}: {what(result)} [{result.identity.id}]"
    start = f'    <testcase classname="drift.{result.identity.kind.value}" name={_attribute(name)} time="0"'
    if not result.fails:
        return [f"{start}/>"]
    text = "\n".join(part for part in (evidence(result, scene), next_step(result, scene)) if part)
    said = _attribute(message(result, drift))
    return [
        f"{start}>",
        f"      <failure type={_attribute(severity(result))} message={said}>{_text(text)}</failure>",
        "    </testcase>",
    ]


def _attribute(value: str) -> str:
    return quoteattr(value)


def _text(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
