"""`promptlint cost --explain SITE`: the formula of one call, its inputs, and where each comes from."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from promptlint.outcome import Outcome
from promptlint.report.cost import Line, line_of
from promptlint.report.cost_text import place
from promptlint.report.escape import plain
from promptlint.report.money import exactly

if TYPE_CHECKING:
    from promptlint.facts import Call
    from promptlint.money.formula import Amount
    from promptlint.money.models import ModelFacts
    from promptlint.money.prices import Count, Price

_FORMULA = "cost = volume × (uncached × p_in + read × p_read + write × p_write + n × output × p_out)"


def find(site: str, outcome: Outcome) -> list[Call]:
    """The calls that a site id, the beginning of one, or `path:line` names."""
    calls = {c.site_id: c for c in (*outcome.project.calls, *outcome.project.callers) if not c.callers}
    named = [c for c in calls.values() if len(site) >= 4 and c.site_id.startswith(site)]
    return named or [c for c in calls.values() if site in _names(c, outcome)]


def _names(call: Call, outcome: Outcome) -> tuple[str, ...]:
    point = line_of(call, outcome).place
    return f"{point.path}:{point.line}", f"{point.path}:{point.line}:{point.column}", place(point)


def explain(call: Call, outcome: Outcome) -> str:
    """All that the cost of a call is made of; both ends of a range."""
    line = line_of(call, outcome)
    measure = line.measure
    lines = [
        f"{place(line.place, column=True)}: {call.callee} in {call.function or 'the module'} [{call.site_id}]",
        "",
        _FORMULA,
        "",
    ]
    for basis in measure.basis:
        where = f" ({basis.where})" if basis.where else ""
        lines.append(f"  {basis.input}: {_grouped(str(basis.value))}  {basis.origin}{where}")
    if measure.spend.load.input.high is None and not measure.request.complete and measure.volume.input_tokens is None:
        lines.append("  what is filled in at run time: unknown; say it with input-tokens in [tool.promptlint.traffic]")
    if measure.request.beside:
        lines.append("  what the provider puts round definitions is not documented: it has no upper end")
    if any(m.reasoning for m in measure.models):
        lines.append("  reasoning tokens are billed as output and cannot be read off the code")
    if line.per_call is None:
        return _joined([*lines, "", f"Not priced: {measure.unpriced or 'its price list lacks a rate that it needs'}."])
    lines.append("")
    for model in measure.models:
        lines += _steps(model, line)
    if measure.calls_per_month is None:
        lines.append("a month: not known; say calls-per-month in [tool.promptlint.traffic], or give --traffic")
    elif line.per_month is not None:
        lines += _months(measure.calls_per_month, line.per_call, line.per_month)
    return _joined(lines)


def _months(calls: int, each: Amount, month: Amount) -> list[str]:
    """The dollars of a month, or both ends of them; without an upper one that is known, the lower."""
    if month.high == month.low:
        return [f"a month, exactly: {calls:,} × ${exactly(each.low)} = ${exactly(month.low)}"]
    found = [f"a month, at least: {calls:,} × ${exactly(each.low)} = ${exactly(month.low)}"]
    if month.high is not None:
        found.append(f"a month, at most: {calls:,} × ${exactly(each.high)} = ${exactly(month.high)}")
    return found


def _grouped(value: str) -> str:
    """A whole number as the sums show it: `80,000`."""
    return f"{int(value):,}" if re.fullmatch(r"[1-9]\d{3,15}", value) else value


def _joined(lines: list[str]) -> str:
    return "".join(f"{plain(text)}\n" for text in lines)


def _steps(model: ModelFacts, line: Line) -> list[str]:
    load = line.measure.spend.load
    assert model.price is not None
    price = model.price.batch if load.batch and model.price.batch else model.price
    off = line.measure.spend.discounts.get(model.provider, Decimal(0))
    ends = [("at least", load.input.low, load.output.low)]
    if load.input.high is not None and load.output.high is not None:
        if (load.input.high, load.output.high) != (load.input.low, load.output.low):
            ends.append(("at most", load.input.high, load.output.high))
        else:
            ends = [("exactly", load.input.low, load.output.low)]
    found = []
    for name, sent, answered in ends:
        found.append(f"{model.id}, one call, {name}: {_sum(price, off, line, sent, answered)}")
    if load.input.high is None or load.output.high is None:
        found.append(f"{model.id}, one call, at most: not known")
    return found


def _sum(price: Price, off: Decimal, line: Line, sent: Count, answered: Count) -> str:
    """The sum as it is worked out, per million tokens."""
    load, rates = line.measure.spend.load, price.at(sent)
    read = sent * load.read_share if load.read_share else 0
    parts = [(sent - read, rates.input), (read, rates.cache_read if rates.cache_read is not None else rates.input)]
    terms = [f"{_plain(tokens)} × ${rate:f}/M" for tokens, rate in parts if tokens and rate is not None]
    total = sum((tokens * rate for tokens, rate in parts if rate is not None), Decimal(0))
    if answered and rates.output is not None:
        times = f"{load.answers} × " if load.answers > 1 else ""
        terms.append(f"{times}{_plain(answered)} × ${rates.output:f}/M")
        total += answered * load.answers * rates.output
    total /= 1_000_000
    if price.request:
        terms.append(f"${price.request:f} a request")
        total += price.request
    body = " + ".join(terms) or "0"
    if off:
        body = f"({body}) × (1 - {off:f})"
        total *= 1 - off
    return f"{body} = ${exactly(total)}"


def _plain(tokens: Count) -> str:
    return f"{Decimal(tokens).normalize():,f}"
