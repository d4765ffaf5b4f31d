"""The last lines of a report: what was read, what is not known, and what would help most."""

from __future__ import annotations

from collections import Counter

from promptlint.fix import can_be_made
from promptlint.outcome import Outcome
from promptlint.report.escape import plain
from promptlint.report.money import gathered, traffic_origin
from promptlint.report.places import shown
from promptlint.report.view import View

_REASONS = 3


def summary_lines(outcome: Outcome, view: View) -> list[str]:
    """Never empty unless `quiet`: a run that found nothing says what it read."""
    if view.quiet:
        return []
    s = outcome.summary
    lines = [_found(outcome)]
    of = f"{s.read:,} of " if s.read < s.files else ""
    lines.append(f"Read {of}{number(s.files, 'file')}: {number(s.calls, 'call')}, {number(s.prompts, 'prompt')}.")
    lines.append(left_out(outcome))
    if s.suppressed:
        lines.append(f"{number(s.suppressed, 'finding')} ignored by comments and configuration.")
    lines.append(month_basis(outcome))
    lines.append(_unresolved(s.unresolved, view.verbose))
    if s.unpriced:
        lines.append(f"{number(s.unpriced, 'call')} without dollars; prices of {s.snapshot_date}.")
        lines += _unpriced(outcome) if view.verbose else []
        lines.append(s.hint or "")
    elif s.calls:
        lines.append(f"Prices of {s.snapshot_date}.")
    return [plain(line) for line in lines if line]


def left_out(outcome: Outcome) -> str:
    """What is not reported because of where it stands, where that is more than what is."""
    s = outcome.summary
    if sum(s.left_out.values()) <= s.calls + s.prompts:
        return ""
    said = ", ".join(f"{count:,} in {scope}" for scope, count in s.left_out.items())
    include = ", ".join(f'"{scope}"' for scope in s.left_out)
    return (
        f"Calls and prompts left out: {said}. Name the folders, or set `include = [{include}]`, to have them checked."
    )


def number(count: int, noun: str) -> str:
    """`1 call`, `2 calls`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _found(outcome: Outcome) -> str:
    if not outcome.findings:
        return "No findings."
    fixes = [f.fix.applicability for f in outcome.findings if f.fix is not None and can_be_made(f)]
    found = f"{number(len(outcome.findings), 'finding')}."
    if not fixes:
        return found
    return f"{found} {len(fixes)} with a fix ({fixes.count('safe')} safe, {fixes.count('unsafe')} unsafe)."


def month_basis(outcome: Outcome) -> str:
    """Where the number of calls behind every dollar a month comes from."""
    impacts = (finding.impact for finding in outcome.findings if finding.impact is not None)
    found = Counter(origin for impact in impacts if (origin := traffic_origin(impact)))
    if not found:
        return ""
    said = ", ".join(f"{where}: {number(count, 'finding')}" for where, count in gathered(found))
    return f"Dollars a month: calls a month {said}."


def _unresolved(reasons: dict[str, int], verbose: bool) -> str:
    if not reasons:
        return ""
    listed = list(reasons.items())
    shown = listed if verbose else listed[:_REASONS]
    more = f", and {number(len(listed) - len(shown), 'other reason')}" if len(listed) > len(shown) else ""
    named = ", ".join(f"{reason} ({count})" for reason, count in shown)
    return f"Model not known in {number(sum(reasons.values()), 'call')}: {named}{more}."


def _unpriced(outcome: Outcome) -> list[str]:
    """Each call without dollars and why, in order of place."""
    return [
        f"  {shown(call.place, outcome)}: {measure.unpriced}"
        for call in outcome.project.calls
        if outcome.reported(call.place.path)
        and (measure := outcome.measures.calls.get(call.site_id)) is not None
        and measure.unpriced
    ]
