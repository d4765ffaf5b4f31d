"""The default report: a framed excerpt for each of the dearest findings, then what was read."""

from __future__ import annotations

from promptlint.findings import Finding
from promptlint.fix import can_be_made
from promptlint.outcome import Outcome
from promptlint.report.escape import plain, shown_path
from promptlint.report.excerpt import excerpt
from promptlint.report.money import dearest, worked_out, worth
from promptlint.report.places import shown
from promptlint.report.style import paint
from promptlint.report.summary import summary_lines
from promptlint.report.view import View

SHOWN = 10


def render(outcome: Outcome, view: View) -> str:
    """Ten findings, or all, and the summary."""
    ordered = dearest(outcome.findings)
    shown = ordered if view.show_all else ordered[:SHOWN]
    parts = [_finding(f, outcome, view) for f in shown]
    if len(shown) < len(ordered):
        parts.append(f"+{len(ordered) - len(shown):,}, see them with --all or --output-format concise\n")
    return "".join(part + "\n" for part in [*parts, *summary_lines(outcome, view)])


def _finding(finding: Finding, outcome: Outcome, view: View) -> str:
    color = view.color
    source = outcome.source(finding.place.path)
    hue = {"error": "red", "warning": "yellow"}.get(finding.severity or "", "cyan")
    head = f"{paint(finding.code, hue, 'bold', color=color)} {finding.name}: {plain(finding.message)}"
    value = worth(finding.impact)
    if value:
        head += f" {paint(f'[{value}]', 'green', color=color)}"
    lines = [head, f"  {paint('-->', 'dim', color=color)} {shown(finding.place, outcome)}"]
    lines += excerpt(source, finding.place.span, hue, color=color)
    for place, message in finding.related:
        if place.path != finding.place.path:
            lines.append(f"  note: {plain(message)} is in {shown_path(outcome.display(place.path))}")
    if sum_ := worked_out(finding.impact, alone=view.quiet):
        lines.append(f"  {paint('sum:', 'dim', color=color)} {plain(sum_)}")
    if finding.fix is not None:
        how = finding.fix.applicability if can_be_made(finding) else "by hand: notebooks are only read"
        lines.append(f"  help: {plain(finding.fix.title)} ({how})")
    return "\n".join(lines) + "\n"
