"""SARIF 2.1.0 for code scanning."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec

from promptlint import __version__, registry
from promptlint.findings import Finding
from promptlint.outcome import Outcome
from promptlint.report.jsons import place
from promptlint.report.money import worth

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_PRECISION = {"high": "very-high", "medium": "medium", "low": "low"}
_PROBLEM = {"error": "error", "warning": "warning", "info": "recommendation"}


def render(outcome: Outcome, *, color: bool = False, show_all: bool = True) -> str:
    """One run with the rules that were reported."""
    used = {f.code for f in outcome.findings}
    rules = [r for r in registry.rules() if r.code in used]
    run = {
        "tool": {
            "driver": {
                "name": "promptlint",
                "version": __version__,
                "informationUri": "https://github.com/promptlint/promptlint",
                "rules": [_rule(r) for r in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(f, [r.code for r in rules], outcome) for f in outcome.findings],
        "invocations": [
            {
                "executionSuccessful": not outcome.problems,
                "toolExecutionNotifications": [
                    {"level": "error", "message": {"text": f"{p.path}: {p.message}"}} for p in outcome.problems
                ],
            }
        ],
    }
    value = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(value), indent=1).decode() + "\n"


def _rule(rule: registry.Rule) -> dict[str, Any]:  # Any: JSON values
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.name},
        "fullDescription": {"text": rule.summary[:1024]},
        "help": {"text": rule.summary, "markdown": rule.page},
        "helpUri": rule.url,
        "properties": {"tags": ["cost"], "precision": "very-high", "problem.severity": _PROBLEM[rule.severity]},
    }


def _result(finding: Finding, codes: list[str], outcome: Outcome) -> dict[str, Any]:  # Any: JSON values
    value = worth(finding.impact)
    return {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": _LEVELS.get(finding.severity or "warning", "warning"),
        "message": {"text": finding.message + (f" [{value}]" if value else "")},
        "locations": [_location(finding.place, outcome)],
        "relatedLocations": [{**_location(p, outcome), "message": {"text": message}} for p, message in finding.related],
        "partialFingerprints": {"primaryLocationLineHash": finding.fingerprint, "promptlint/v1": finding.fingerprint},
        "properties": {"precision": _PRECISION.get(finding.confidence, "medium")},
    }


def _location(where: Any, outcome: Outcome) -> dict[str, Any]:  # Any: a Place; JSON values
    at = place(where, outcome)
    region = {
        "startLine": at["line"],
        "startColumn": at["column"],
        "endLine": at["end_line"],
        "endColumn": at["end_column"],
    }
    return {"physicalLocation": {"artifactLocation": {"uri": quote(at["path"])}, "region": region}}
