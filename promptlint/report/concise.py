"""One line a finding, in order of place."""

from __future__ import annotations

from promptlint.findings import Finding
from promptlint.fix import can_be_made
from promptlint.outcome import Outcome
from promptlint.report.escape import plain
from promptlint.report.money import said
from promptlint.report.places import shown
from promptlint.report.style import paint
from promptlint.report.summary import summary_lines
from promptlint.report.view import View


def render(outcome: Outcome, view: View) -> str:
    """`path:line:column: CODE [*] message [worth]`; `[*]` marks a safe fix."""
    lines = [*(_finding(f, outcome, view) for f in outcome.findings), *summary_lines(outcome, view)]
    return "".join(line + "\n" for line in lines)


def _finding(finding: Finding, outcome: Outcome, view: View) -> str:
    mark = "[*] " if finding.fix is not None and finding.fix.applicability == "safe" and can_be_made(finding) else ""
    code = paint(finding.code, "bold", color=view.color)
    return f"{shown(finding.place, outcome)}: {code} {mark}{plain(said(finding, alone=view.quiet))}"
