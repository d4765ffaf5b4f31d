"""Dollars and tokens as people read them."""

from __future__ import annotations

from decimal import Decimal

from promptlint.findings import Finding, Impact


def dollars(value: Decimal) -> str:
    """At most two significant digits below $100; `<$0.01` rather than zero."""
    if value == 0:
        return "$0"
    if value < Decimal("0.01"):
        return "<$0.01"
    if value >= 100:
        return f"${value:,.0f}"
    digits = 2 if value < 10 else 0
    return f"${value:.{digits}f}"


def worth(impact: Impact | None) -> str:
    """`saves $0.45 per 1,000 calls`; exposure is `up to`, an increase `costs`. Empty when nothing is known."""
    if impact is None:
        return ""
    verb = {"saving": "saves", "exposure": "up to", "increase": "costs"}[impact.kind]
    about = "~" if impact.approximate else ""
    if impact.usd_per_month is not None:
        return f"{verb} {about}{dollars(impact.usd_per_month)} a month"
    if impact.usd_per_1000_calls is not None:
        return f"{verb} {about}{dollars(impact.usd_per_1000_calls)} per 1,000 calls"
    tokens = (impact.input_tokens or 0) + (impact.output_tokens or 0)
    return f"{verb} {about}{tokens:,} tokens a request" if tokens else ""


def weight(finding: Finding) -> tuple[int, Decimal, int]:
    """For ordering: errors first, then savings and exposure by dollars, then by tokens; larger is dearer."""
    impact = finding.impact
    usd = (impact.usd_per_month or impact.usd_per_1000_calls or Decimal(0)) if impact is not None else Decimal(0)
    if impact is not None and impact.kind == "exposure":
        usd /= 100  # what may happen counts less than what does
    tokens = (impact.input_tokens or 0) + (impact.output_tokens or 0) if impact is not None else 0
    return {"error": 2, "warning": 1}.get(finding.severity or "", 0), usd, tokens


def dearest(findings: tuple[Finding, ...]) -> list[Finding]:
    """The findings, dearest first; equal ones stay in order of place."""
    return sorted(findings, key=weight, reverse=True)
