"""`json` and `json-lines`: everything, for machines."""

from __future__ import annotations

from typing import Any

import msgspec

from promptlint.facts import Place
from promptlint.findings import Finding, Fix, Impact
from promptlint.outcome import Outcome

Row = dict[str, Any]  # Any: JSON values


def render_json(outcome: Outcome, *, color: bool = False, show_all: bool = True) -> str:
    """One object: findings, problems and the summary."""
    value = {
        "version": 1,
        "findings": [row(f, outcome) for f in outcome.findings],
        "problems": [{"path": outcome.display(p.path), "line": p.line, "message": p.message} for p in outcome.problems],
        "summary": msgspec.to_builtins(outcome.summary),
    }
    return msgspec.json.format(msgspec.json.encode(value), indent=1).decode() + "\n"


def render_lines(outcome: Outcome, *, color: bool = False, show_all: bool = True) -> str:
    """One finding a line."""
    return "".join(msgspec.json.encode(row(f, outcome)).decode() + "\n" for f in outcome.findings)


def row(finding: Finding, outcome: Outcome) -> Row:
    """A finding as design and schema have it. Lines and columns are 1-based code points."""
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "confidence": finding.confidence,
        **place(finding.place, outcome),
        "message": finding.message,
        "url": finding.url,
        "impact": _impact(finding.impact),
        "related": [{**place(p, outcome), "message": message} for p, message in finding.related],
        "fingerprint": finding.fingerprint,
        "fix": _fix(finding.fix, outcome),
    }


def place(where: Place, outcome: Outcome) -> Row:
    """Path relative to the working directory, start and end."""
    source = outcome.source(where.path)
    line, column = source.line_column(where.span.start)
    end_line, end_column = source.line_column(where.span.end)
    return {
        "path": outcome.display(where.path),
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }


def _impact(impact: Impact | None) -> Row | None:
    if impact is None:
        return None
    return {
        "kind": impact.kind,
        "input_tokens": impact.input_tokens,
        "output_tokens": impact.output_tokens,
        "usd_per_1000_calls": None
        if impact.usd_per_1000_calls is None
        else f"{impact.usd_per_1000_calls.normalize():f}",
        "usd_per_month": None if impact.usd_per_month is None else f"{impact.usd_per_month.normalize():f}",
        "approximate": impact.approximate,
        "basis": [{"input": b.input, "value": b.value, "origin": b.origin, "where": b.where} for b in impact.basis],
    }


def _fix(fix: Fix | None, outcome: Outcome) -> Row | None:
    if fix is None:
        return None
    edits = [
        {**place(e.place, outcome), "cell": e.place.cell, "before": e.before, "content": e.content} for e in fix.edits
    ]
    return {"title": fix.title, "applicability": fix.applicability, "edits": edits}
