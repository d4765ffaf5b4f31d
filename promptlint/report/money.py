"""Dollars and tokens as people read them, and what comes first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING

from promptlint.findings import Finding, Impact

if TYPE_CHECKING:
    from promptlint.money.tokens import Range

_TWO_DIGITS = Context(prec=2, rounding=ROUND_HALF_EVEN)
_CENT = Decimal("0.01")
# A figure of the traffic that is said of one site, function or path.
_TABLE = re.compile(r"\b(traffic\.(?:sites|functions|paths))\.")
_NAMED = 3
_VERBS = {"saving": "saves", "exposure": "up to", "increase": "costs"}


def dollars(value: Decimal) -> str:
    """At most two significant digits below $100; `<$0.01` rather than zero; cents are two digits or none."""
    if value < 0:
        return f"-{dollars(-value)}"
    if value == 0:
        return "$0"
    if value < _CENT:
        return "<$0.01"
    if value >= 100:
        return f"${value:,.0f}"
    if value < 1:
        return f"${value.quantize(_CENT)}"
    return f"${_TWO_DIGITS.create_decimal(value).normalize():f}"


def at_least(value: Decimal) -> str:
    """A lower bound: never above the value, and never `<`. Three places that count, cents or whole dollars; two below a cent."""
    return _bound(value, ROUND_FLOOR)


def at_most(value: Decimal, *, fine: bool = False) -> str:
    """An upper bound: never below the value. `<$0.01` is one, unless it is to be `fine`."""
    return dollars(value) if value < _CENT and not fine else _bound(value, ROUND_CEILING)


def _bound(value: Decimal, rounding: str) -> str:
    if value <= 0:
        return dollars(value)
    if value >= 100:
        return f"${value.quantize(Decimal(1), rounding=rounding):,f}"
    if value >= 1:
        return f"${Context(prec=3, rounding=rounding).create_decimal(value).normalize():f}"
    if value >= _CENT:
        return f"${value.quantize(_CENT, rounding=rounding)}"
    return f"${Context(prec=2, rounding=rounding).create_decimal(value).normalize():f}"


def exactly(value: Decimal | None) -> str | None:
    """Money for machines: a decimal string, never rounded and never with an exponent; None stays None."""
    return None if value is None else f"{value.normalize():f}"


def counted(tokens: Range, *, complete: bool = False) -> str:
    """`34`, `≥34` while a part is filled at run time, `~30-36` when it was estimated."""
    bound = "" if complete else "≥"
    if tokens.low == tokens.high:
        return f"{bound}{tokens.low:,}"
    return f"~{tokens.low:,}-{tokens.high:,}" if complete else f"~≥{tokens.low:,}"


def worth(impact: Impact | None) -> str:
    """`saves $0.45 per 1,000 calls`; exposure is `up to`, an increase `costs`. Empty when nothing is known."""
    if impact is None:
        return ""
    verb = _VERBS[impact.kind]
    about = f"{'at least ' if impact.at_least else ''}{'~' if impact.approximate else ''}"
    for value, unit in ((impact.usd_per_month, "a month"), (impact.usd_per_1000_calls, "per 1,000 calls")):
        if value is not None:
            bound = at_least if impact.at_least else at_most if impact.kind == "exposure" else dollars
            amount = bound(value)
            return f"{verb} {'' if amount.startswith('<') else about}{amount} {unit}"
    tokens = (impact.input_tokens or 0) + (impact.output_tokens or 0)
    return f"{verb} {about}{tokens:,} token{'' if tokens == 1 else 's'} a request" if tokens else ""


def worked_out(impact: Impact | None, *, alone: bool = False) -> str:
    """`1,000 calls × 21 × $2/M = $0.042`: the sum behind the dollars of `worth`; `alone` as for `said`."""
    if impact is None or not impact.formula or impact.usd_per_1000_calls is None:
        return ""
    calls, value, unit = Decimal(1000), impact.usd_per_1000_calls, ""
    if impact.usd_per_month is not None:
        calls = (impact.usd_per_month / impact.usd_per_1000_calls * 1000).quantize(Decimal(1))
        value, unit = impact.usd_per_month, " a month"
        unit += f"; calls a month {traffic_origin(impact)}" if alone else ""
    body = impact.formula if impact.formula.count("×") == 1 else f"({impact.formula})"
    return f"{calls:,f} calls × {body} = {in_full(value)}{unit}"


def in_full(value: Decimal) -> str:
    """To the cent at least, to a millionth of a dollar at most, or all of what is below a cent: a sum can be compared with it."""
    digits = f"{abs(value):,.{12 if abs(value) < _CENT else 6}f}".rstrip("0")
    return f"{'-' if value < 0 else ''}${digits}{'0' * max(0, 2 - len(digits.partition('.')[2]))}"


def said(finding: Finding, *, alone: bool = False) -> str:
    """The message of a finding and what it is worth; `alone`: with whose traffic a month is, where nothing else says so."""
    value = worth(finding.impact)
    if alone and finding.impact is not None and (origin := traffic_origin(finding.impact)):
        value += f", calls a month {origin}"
    return f"{finding.message} [{value}]" if value else finding.message


def traffic_origin(impact: Impact) -> str:
    """`assumed (--traffic medium)`: where the number of calls behind dollars a month comes from; empty without a month."""
    if impact.usd_per_month is None:
        return ""
    return next((f"{b.origin} ({b.where})" for b in impact.basis if b.input == "calls a month"), "")


def gathered(places: Mapping[str, int]) -> list[tuple[str, int]]:
    """Places of figures with how many have theirs from there; those of one table that are many are said as one.

    `configured (traffic.sites.0c3…)` ten times over tells nobody more than `configured (traffic.sites, 10 places)`.
    """
    tables: dict[str, list[str]] = {}
    for place in places:
        found = _TABLE.search(place)
        tables.setdefault(place[: found.end(1)] if found else place, []).append(place)
    said = []
    for table, own in tables.items():
        if len(own) <= _NAMED:
            said += [(place, places[place]) for place in own]
        else:
            closing = ")" * (table.count("(") - table.count(")"))
            said.append((f"{table}, {len(own):,} places{closing}", sum(places[place] for place in own)))
    return said


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
