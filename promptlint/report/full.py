"""The default report: a framed excerpt for each of the dearest findings, then what was read."""

from __future__ import annotations

from promptlint.findings import Finding
from promptlint.outcome import Outcome
from promptlint.report.escape import plain
from promptlint.report.money import dearest, worth
from promptlint.report.style import paint
from promptlint.report.summary import summary_lines

SHOWN = 10
_WIDEST = 160


def render(outcome: Outcome, *, color: bool = False, show_all: bool = False) -> str:
    """Ten findings, or all, and the summary."""
    ordered = dearest(outcome.findings)
    shown = ordered if show_all else ordered[:SHOWN]
    parts = [_finding(f, outcome, color) for f in shown]
    if len(shown) < len(ordered):
        parts.append(f"+{len(ordered) - len(shown)} more, see them with --all or --output-format concise\n")
    return "\n".join([*parts, *(plain(line) for line in summary_lines(outcome)), ""])


def _finding(finding: Finding, outcome: Outcome, color: bool) -> str:
    source = outcome.source(finding.place.path)
    line, column = source.line_column(finding.place.span.start)
    end_line, end_column = source.line_column(finding.place.span.end)
    hue = {"error": "red", "warning": "yellow"}.get(finding.severity or "", "cyan")
    head = f"{paint(finding.code, hue, 'bold', color=color)} {finding.name}: {plain(finding.message)}"
    value = worth(finding.impact)
    if value:
        head += f" {paint('[' + value + ']', 'green', color=color)}"
    where = f"  {paint('-->', 'dim', color=color)} {plain(outcome.display(finding.place.path))}:{line}:{column}"
    lines = [head, where]
    if source.text:
        text = source.line_text(line)
        offset = max(0, column - _WIDEST // 2) if len(text) > _WIDEST else 0
        text = plain(text[offset : offset + _WIDEST].replace("\t", " "))
        length = (end_column - column) if end_line == line else len(source.line_text(line)) - column + 1
        gutter = str(line)
        bar = paint("|", "dim", color=color)
        marks = paint("^" * max(1, min(length, _WIDEST - (column - 1 - offset))), hue, color=color)
        lines.append(f"{gutter} {bar} {text}")
        lines.append(f"{' ' * len(gutter)} {bar} {' ' * (column - 1 - offset)}{marks}")
    if finding.fix is not None:
        lines.append(f"  help: {plain(finding.fix.title)} ({finding.fix.applicability})")
    return "\n".join(lines) + "\n"
