"""One line a finding, in order of place."""

from __future__ import annotations

from promptlint.outcome import Outcome
from promptlint.report.escape import plain
from promptlint.report.money import worth
from promptlint.report.summary import summary_lines


def render(outcome: Outcome, *, color: bool = False, show_all: bool = True) -> str:
    """`path:line:column: CODE [*] message [worth]`; `[*]` marks a safe fix."""
    lines = []
    for finding in outcome.findings:
        line, column = outcome.source(finding.place.path).line_column(finding.place.span.start)
        mark = "[*] " if finding.fix is not None and finding.fix.applicability == "safe" else ""
        value = worth(finding.impact)
        tail = f" [{value}]" if value else ""
        lines.append(
            plain(
                f"{outcome.display(finding.place.path)}:{line}:{column}: {finding.code} {mark}{finding.message}{tail}"
            )
        )
    return "\n".join([*lines, *(plain(line) for line in summary_lines(outcome)), ""])
