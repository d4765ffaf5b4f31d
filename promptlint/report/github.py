"""Workflow commands: annotations on a pull request. GitHub shows ten of each level, so the dearest ten are sent."""

from __future__ import annotations

from collections import Counter

from promptlint.findings import Finding
from promptlint.outcome import Outcome
from promptlint.report.escape import plain
from promptlint.report.money import dearest, said
from promptlint.report.places import Extent, extent
from promptlint.report.view import View

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}
# One notice is kept free for the line that says how many are not shown.
_MOST = {"error": 10, "warning": 10, "notice": 9}


def render(outcome: Outcome, view: View) -> str:
    """At most ten annotations a level, the dearest first."""
    sent: Counter[str] = Counter()
    lines = []
    for finding in dearest(outcome.findings):
        level = _LEVELS.get(finding.severity or "warning", "warning")
        sent[level] += 1
        if sent[level] <= _MOST[level]:
            lines.append(_annotation(finding, level, outcome))
    hidden = sum(max(0, number - _MOST[level]) for level, number in sent.items())
    if hidden:
        lines.append(f"::notice title=promptlint::+{hidden} more; GitHub shows ten annotations of each level")
    return "".join(line + "\n" for line in lines)


def _annotation(finding: Finding, level: str, outcome: Outcome) -> str:
    at = extent(finding.place, outcome)
    fields = {"title": f"{finding.code} {finding.name}", "file": at.path, "line": at.line, "endLine": at.end_line}
    if at.cell is not None:  # GitHub shows a notebook as one picture: no line of its file is a line of a cell
        fields |= {"line": 1, "endLine": 1}
    elif at.line == at.end_line:
        # Columns on an annotation over several lines are refused: https://github.com/astral-sh/ruff/issues/22074
        fields |= {"col": at.column, "endColumn": at.end_column}
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in fields.items())
    return f"::{level} {properties}::{_data(_in_cell(at) + said(finding, alone=True))}"


def _in_cell(at: Extent) -> str:
    return f"cell {at.cell}, line {at.line}: " if at.cell is not None else ""


def _data(text: str) -> str:
    """A message as the runner's toolkit escapes it."""
    lines = text.replace("%", "%25").replace("\r\n", "\n").split("\n")
    return "%0A".join(map(plain, lines))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
