"""How often each rule reports, and what it is worth."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from promptlint.outcome import Outcome
from promptlint.report.money import dollars


def render(outcome: Outcome) -> str:
    """A line a rule, the dearest first. Savings are added up, exposures are not."""
    counts: Counter[tuple[str, str]] = Counter((f.code, f.name) for f in outcome.findings)
    savings: dict[str, Decimal] = {}
    for finding in outcome.findings:
        if (
            finding.impact is not None
            and finding.impact.kind == "saving"
            and finding.impact.usd_per_1000_calls is not None
        ):
            savings[finding.code] = savings.get(finding.code, Decimal(0)) + finding.impact.usd_per_1000_calls
    ordered = sorted(counts.items(), key=lambda item: (-savings.get(item[0][0], Decimal(0)), -item[1], item[0]))
    lines = []
    for (code, name), number in ordered:
        saved = f"  saves {dollars(savings[code])} per 1,000 calls of each" if savings.get(code) else ""
        lines.append(f"{number:>6}  {code}  {name}{saved}")
    return "\n".join([*lines, ""]) if lines else "No findings.\n"
