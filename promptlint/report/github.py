"""Workflow commands: annotations on a pull request. GitHub shows ten of each level, so the dearest ten are sent."""

from __future__ import annotations

from collections import Counter

from promptlint.outcome import Outcome
from promptlint.report.jsons import place
from promptlint.report.money import dearest, worth

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}
_MOST = 10


def render(outcome: Outcome, *, color: bool = False, show_all: bool = False) -> str:
    """At most ten annotations a level; columns only when a finding is on one line (others are refused)."""
    sent: Counter[str] = Counter()
    lines = []
    for finding in dearest(outcome.findings):
        level = _LEVELS.get(finding.severity or "warning", "warning")
        sent[level] += 1
        if sent[level] > _MOST:
            continue
        at = place(finding.place, outcome)
        fields = {
            "title": f"{finding.code} {finding.name}",
            "file": at["path"],
            "line": at["line"],
            "endLine": at["end_line"],
        }
        if at["line"] == at["end_line"]:
            fields |= {"col": at["column"], "endColumn": at["end_column"]}
        properties = ",".join(f"{k}={_property(str(v))}" for k, v in fields.items())
        value = worth(finding.impact)
        message = finding.message + (f" [{value}]" if value else "")
        lines.append(f"::{level} {properties}::{_data(message)}")
    hidden = sum(max(0, n - _MOST) for n in sent.values())
    if hidden:
        lines.append(f"::notice title=promptlint::{_data(f'+{hidden} more findings are not shown as annotations')}")
    return "\n".join(lines) + "\n" if lines else ""


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
