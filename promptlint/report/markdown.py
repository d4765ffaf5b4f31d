"""`check` as the body of a comment on a pull request: a hidden marker, at most ten findings, the rest folded away."""

from __future__ import annotations

from promptlint.findings import Finding
from promptlint.fix import can_be_made
from promptlint.outcome import Outcome
from promptlint.report import markup
from promptlint.report.money import dearest, worked_out, worth
from promptlint.report.places import at
from promptlint.report.summary import number, summary_lines
from promptlint.report.view import View

MARKER = "<!-- promptlint check -->"
"""By which a workflow finds its own comment, to update it in place of adding another."""
ROWS = 10


def render(outcome: Outcome, view: View) -> str:
    """The dearest findings in a table, all of them below, then what was read."""
    found = dearest(outcome.findings)
    summary = [line for line in summary_lines(outcome, View(verbose=view.verbose)) if line]
    parts = [MARKER, f"**{_headline(found)}**\n"]
    if found:
        rows = [
            (_rule(f), _where(f, outcome), markup.spoken(f.message), markup.markdown(worth(f.impact)))
            for f in found[:ROWS]
        ]
        parts.append(markup.table(("rule", "where", "what", "worth"), rows))
    sums = [
        f"- {_where(f, outcome)}: {markup.markdown(worked_out(f.impact))}" for f in found[:ROWS] if worked_out(f.impact)
    ]
    if sums:
        parts.append(markup.details("How the dollars are worked out", _fitted(sums, 5_000)))
    if len(found) > ROWS:
        listed = [f"- {_rule(f)} {_where(f, outcome)}: {markup.spoken(f.message)}" for f in found[ROWS:]]
        room = markup.LARGEST - sum(map(len, parts)) - 2_000
        parts.append(markup.details(f"{number(len(listed), 'more finding')}", _fitted(listed, room)))
    if outcome.problems:
        lines = [
            f"- {markup.code(f'{outcome.display(p.path)}:{p.line}' if p.line else outcome.display(p.path))}: {markup.markdown(p.message)}"
            for p in outcome.problems
        ]
        parts.append(markup.details(f"{number(len(lines), 'problem')}: the run is not complete", _fitted(lines, 2_000)))
    parts.append(markup.details("What was read", "\n".join(f"- {markup.markdown(line)}" for line in summary)))
    return markup.fitted(parts)


def _headline(found: list[Finding]) -> str:
    if not found:
        return "No findings."
    fixes = sum(can_be_made(f) for f in found)
    fixable = f", {fixes:,} with a fix" if fixes else ""
    return f"{number(len(found), 'finding')}{fixable}. The dearest first."


def _rule(finding: Finding) -> str:
    return f"[{finding.code}]({finding.url}) {markup.markdown(finding.name)}" if finding.url else finding.code


def _where(finding: Finding, outcome: Outcome) -> str:
    point = at(finding.place, outcome)
    cell = f"cell {point.cell}:" if point.cell is not None else ""
    return markup.code(f"{point.path}:{cell}{point.line}")


def _fitted(lines: list[str], room: int) -> str:
    """As many lines as fit, and how many more there are."""
    kept: list[str] = []
    for line in lines:
        if sum(len(k) + 1 for k in kept) + len(line) > room:
            kept.append(f"- and {len(lines) - len(kept):,} more")
            break
        kept.append(line)
    return "\n".join(kept)
