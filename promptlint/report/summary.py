"""The last lines of a report: what was read, what is not known, and what would help most."""

from __future__ import annotations

from promptlint.outcome import Outcome

_NAMED = ("parameter", "environment", "attribute", "variable")


def summary_lines(outcome: Outcome) -> list[str]:
    """Never empty: a run that found nothing says what it read."""
    s = outcome.summary
    fixable = [f.fix.applicability for f in outcome.findings if f.fix is not None]
    lines = [_found(outcome)]
    if fixable:
        safe, unsafe = fixable.count("safe"), fixable.count("unsafe")
        lines[0] += f" {safe + unsafe} with a fix ({safe} safe, {unsafe} unsafe)."
    lines.append(f"Read {s.read} of {s.files} files: {_count(s.calls, 'call')}, {_count(s.prompts, 'prompt')}.")
    if s.unresolved:
        top = list(s.unresolved.items())[:3]
        more = f", and {len(s.unresolved) - 3} more reasons" if len(s.unresolved) > 3 else ""
        lines.append(
            f"Model not known in {_count(sum(s.unresolved.values()), 'call')}: "
            + ", ".join(f"{r} ({n})" for r, n in top)
            + more
            + "."
        )
    if s.unpriced:
        lines.append(f"{_count(s.unpriced, 'call')} without dollars; prices of {s.snapshot_date}.")
        lines.append(_hint(outcome))
    elif s.calls:
        lines.append(f"Prices of {s.snapshot_date}.")
    return [line for line in lines if line]


def _found(outcome: Outcome) -> str:
    if not outcome.findings:
        return "No findings."
    return f"{_count(len(outcome.findings), 'finding')}."


def _hint(outcome: Outcome) -> str:
    """The one setting that would price most calls."""
    s = outcome.summary
    if not s.unresolved:
        return ""
    named = [(r.partition(" ")[2], n) for r, n in s.unresolved.items() if r.partition(" ")[0] in _NAMED]
    if not named:
        return 'Say which model these calls use with `default = "<model>"` in [tool.promptlint.models].'
    expression, number = named[0]
    return (
        f'Most would be gained by `"{expression}" = "<model>"` in [tool.promptlint.models] ({_count(number, "call")}).'
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
