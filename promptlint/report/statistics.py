"""How often each rule reports, and what it is worth."""

from __future__ import annotations

from decimal import Decimal

from promptlint.findings import Finding
from promptlint.fix import can_be_made
from promptlint.outcome import Outcome
from promptlint.report.encode import pretty
from promptlint.report.escape import plain
from promptlint.report.money import at_least, dollars, exactly
from promptlint.report.places import Row
from promptlint.report.summary import month_basis


class RuleCount(Row, frozen=True):
    """One rule. Savings are added up, exposures are not; USD are decimal strings or null.

    `fixable`: findings with a fix, `safe`: with a safe one. `at_least`: more may be saved, by what is filled in at run time.
    """

    code: str
    name: str
    count: int
    fixable: int
    safe: int
    saving_usd_per_1000_calls: str | None
    saving_usd_per_month: str | None
    at_least: bool


def render(outcome: Outcome) -> str:
    """A line a rule, the dearest first; `[*]` marks rules of which some findings have a safe fix."""
    lines = [
        f"{row.count:>6}  {row.code}  {'[*]' if row.safe else '   '} {row.name}{_saved(row)}" for row in rows(outcome)
    ]
    return "".join(line + "\n" for line in [*(lines or ["No findings."]), *filter(None, [plain(month_basis(outcome))])])


def render_json(outcome: Outcome) -> str:
    """The same for machines."""
    return pretty({"version": 1, "statistics": rows(outcome), "basis": month_basis(outcome) or None})


def rows(outcome: Outcome) -> list[RuleCount]:
    """The rules that reported, those first that save most, then by count."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in outcome.findings:
        found.setdefault((finding.code, finding.name), []).append(finding)
    counted = [
        (
            _added(findings, "usd_per_month"),
            _added(findings, "usd_per_1000_calls"),
            len(findings),
            code,
            name,
            [f.fix.applicability for f in findings if f.fix is not None and can_be_made(f)],
        )
        for (code, name), findings in found.items()
    ]
    counted.sort(key=lambda c: (-(c[0] or 0), -(c[1] or 0), -c[2], c[3]))
    return [
        RuleCount(
            code=code,
            name=name,
            count=count,
            fixable=len(fixes),
            safe=fixes.count("safe"),
            saving_usd_per_1000_calls=exactly(usd),
            saving_usd_per_month=exactly(month),
            at_least=any(f.impact is not None and f.impact.at_least for f in found[code, name]),
        )
        for month, usd, count, code, name, fixes in counted
    ]


def _added(findings: list[Finding], field: str) -> Decimal | None:
    values = [
        value
        for f in findings
        if f.impact is not None and f.impact.kind == "saving" and (value := getattr(f.impact, field)) is not None
    ]
    return sum(values, Decimal(0)) if values else None


def _saved(row: RuleCount) -> str:
    month, each = row.saving_usd_per_month, row.saving_usd_per_1000_calls
    if (value := month or each) is None:
        return ""
    amount = f"at least {at_least(Decimal(value))}" if row.at_least else dollars(Decimal(value))
    return f"  saves {amount} {'a month' if month else 'per 1,000 calls of each'}"
