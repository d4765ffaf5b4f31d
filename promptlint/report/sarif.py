"""SARIF 2.1.0 for code scanning, with what GitHub requires."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from promptlint import __version__, registry
from promptlint.facts import Place
from promptlint.findings import Finding
from promptlint.outcome import Outcome, Problem
from promptlint.report.encode import pretty
from promptlint.report.money import said
from promptlint.report.places import extent
from promptlint.report.view import View

Json = dict[str, Any]  # Any: JSON values

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_PROBLEM = {"error": "error", "warning": "warning", "info": "recommendation"}
_PRECISION = {"high": "very-high", "medium": "medium", "low": "low"}
_LONGEST = 1024


def render(outcome: Outcome, view: View) -> str:
    """One run, with the rules that reported something."""
    used = {f.code for f in outcome.findings}
    rules = [r for r in registry.rules() if r.code in used]
    places = {rule.code: i for i, rule in enumerate(rules)}
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
        "results": [_result(f, places, outcome) for f in outcome.findings],
        "invocations": [
            {
                "executionSuccessful": not outcome.problems,
                "toolExecutionNotifications": [_notification(p, outcome) for p in outcome.problems],
            }
        ],
    }
    return pretty({"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]})


def _rule(rule: registry.Rule) -> Json:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.name},
        "fullDescription": {"text": rule.summary[:_LONGEST]},
        "help": {"text": rule.summary, "markdown": rule.page},
        "helpUri": rule.url,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": ["cost", "llm"],
            "precision": "very-high" if rule.status == "stable" else "medium",
            "problem.severity": _PROBLEM[rule.severity],
        },
    }


def _result(finding: Finding, places: Mapping[str, int], outcome: Outcome) -> Json:
    return {
        "ruleId": finding.code,
        "ruleIndex": places.get(finding.code, -1),
        "level": _LEVELS.get(finding.severity or "warning", "warning"),
        "message": {"text": said(finding, alone=True)},
        "locations": [_location(finding.place, outcome)],
        "relatedLocations": [
            {"id": i, **_location(place, outcome), "message": {"text": message}}
            for i, (place, message) in enumerate(finding.related)
        ],
        "partialFingerprints": {"primaryLocationLineHash": finding.fingerprint, "promptlint/v1": finding.fingerprint},
        "properties": {"precision": _PRECISION.get(finding.confidence, "medium")},
    }


def _location(place: Place, outcome: Outcome) -> Json:
    at = extent(place, outcome)
    if at.cell is not None:  # no line of the file is a line of a cell
        region = {"startLine": 1, "startColumn": 1}
        message = {"text": f"cell {at.cell}, line {at.line}"}
        return {"physicalLocation": {"artifactLocation": {"uri": _uri(at.path)}, "region": region}, "message": message}
    region = {
        "startLine": at.line,
        "startColumn": at.column,
        "endLine": at.end_line,
        "endColumn": at.end_column,
    }
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(at.path)}, "region": region}}


def _notification(problem: Problem, outcome: Outcome) -> Json:
    path = outcome.display(problem.path)
    where: Json = {"artifactLocation": {"uri": _uri(path)}}
    if problem.line:
        where["region"] = {"startLine": problem.line}
    return {
        "level": "error",
        "message": {"text": f"{path}: {problem.message}"},
        "locations": [{"physicalLocation": where}],
    }


def _uri(path: str) -> str:
    """A relative URI reference; the bytes of a name that is not text are quoted too."""
    return quote(os.fsencode(path))
