"""`promptlint cost`: what every call and prompt costs now, what has no dollars and why, and what would help most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from promptlint.facts import Call, Place, Prompt, Record
from promptlint.findings import Basis
from promptlint.outcome import Outcome, gain, given, settings
from promptlint.report.encode import pretty
from promptlint.report.jsons import BasisRow, BudgetRow, basis_rows, budget_rows
from promptlint.report.money import exactly, gathered
from promptlint.report.places import At, Row, at
from promptlint.report.summary import number

if TYPE_CHECKING:
    from promptlint.money.budgets import Verdict
    from promptlint.money.cost import CallMeasure
    from promptlint.money.formula import Amount
    from promptlint.money.state import State

_TRAFFIC = "`calls-per-month` in [tool.promptlint.traffic] (or --traffic medium)"


class Line(Record, frozen=True):
    """A call and its figures. `per_month` is None where nobody said how often it is made."""

    call: Call
    place: At
    measure: CallMeasure
    per_call: Amount | None
    per_month: Amount | None


class PromptLine(Record, frozen=True):
    """A prompt, its tokens, the calls that send it, and what sending its literal text costs: the cheapest call's rate.

    `formula`: that of one call; a month is the sum over all of them.
    """

    prompt: Prompt
    place: At
    tokens: int
    sites: tuple[str, ...]
    formula: str
    per_1000: Decimal | None
    per_month: Decimal | None


class Sheet(Record, frozen=True):
    """What a project costs. `months`: how many of the priced calls have dollars a month. `hint`: the last line."""

    lines: tuple[Line, ...]
    unpriced: tuple[tuple[At, str], ...]
    prompts: tuple[PromptLine, ...]
    per_1000: Amount
    per_month: Amount
    months: int
    basis: tuple[str, ...]
    hint: str


def sheet(outcome: Outcome) -> Sheet:
    """All calls with a cost of their own, the dearest first; then prompts, the most expensive first."""
    from promptlint.money.formula import added
    from promptlint.money.state import own_calls

    calls = {c.site_id: c for c in own_calls(outcome.project, outcome.measures, outcome.reported)}
    lines = [line_of(call, outcome) for call in calls.values()]
    priced = sorted((line for line in lines if line.per_call is not None), key=_dearness)
    monthly = [line.per_month for line in priced if line.per_month is not None]
    return Sheet(
        lines=tuple(priced),
        unpriced=tuple((line.place, _reason(line)) for line in lines if line.per_call is None),
        prompts=tuple(_prompts(outcome, calls)),
        per_1000=added([line.per_call.times(1000) for line in priced if line.per_call is not None]),
        per_month=added(monthly),
        months=len(monthly),
        basis=tuple(legend(priced)),
        hint=_hint(lines, priced, len(monthly), outcome.display),
    )


def line_of(call: Call, outcome: Outcome) -> Line:
    """A call with its figures."""
    measure = outcome.measures.calls[call.site_id]
    return Line(
        call=call,
        place=at(call.place, outcome),
        measure=measure,
        per_call=measure.spend.per_call,
        per_month=measure.spend.per_month,
    )


def _dearness(line: Line) -> tuple[Decimal, Decimal, Decimal, str, int]:
    """Dearest first: by what is sure a month, then a call, then by what is possible."""
    assert line.per_call is not None
    month = line.per_month.low if line.per_month is not None else Decimal(0)
    high = line.per_call.high if line.per_call.high is not None else line.per_call.low
    return -month, -line.per_call.low, -high, line.place.path, line.place.line


def _reason(line: Line) -> str:
    return line.measure.unpriced or "its price list lacks a rate that it needs"


def _prompts(outcome: Outcome, calls: dict[str, Call]) -> list[PromptLine]:
    """The prompts; dollars are of their literal text, a month summed over the calls that send it, if all are known."""
    from promptlint.money.cost import impact

    found = []
    for prompt in outcome.project.prompts:
        if not outcome.reported(prompt.place.path):
            continue
        tokens = outcome.measures.prompts[prompt.id].tokens.low
        used = [site for site in prompt.used_by if site in calls]
        worth = [impact(outcome.measures.calls[site], "saving", input_tokens=tokens) for site in used]
        each = [(i.usd_per_1000_calls, i.formula) for i in worth if i.usd_per_1000_calls is not None]
        per_1000, formula = min(each) if each and len(each) == len(used) else (None, "")
        months = [i.usd_per_month for i in worth if i.usd_per_month is not None]
        found.append(
            PromptLine(
                prompt=prompt,
                place=at(prompt.place, outcome),
                tokens=tokens,
                sites=tuple(used),
                formula=formula,
                per_1000=per_1000,
                per_month=sum(months, Decimal(0)) if months and len(months) == len(used) else None,
            )
        )
    return sorted(found, key=lambda p: (-p.tokens * max(1, len(p.sites)), p.place.path, p.place.line))


def legend(lines: list[Line]) -> list[str]:
    """A line for each kind of figure and origin: how many calls have it from where."""
    found: dict[str, Counter[str]] = {}
    for line in lines:
        for what, origin in {(b.input, _from(b)) for b in line.measure.spend.basis if b.input != "price"}:
            found.setdefault(what, Counter())[origin] += 1
    said = [
        f"{what}: {origin}, {number(count, 'call')}"
        for what, origins in sorted(found.items())
        for origin, count in gathered(dict(sorted(origins.items())))
    ]
    prices = {b.where for line in lines for b in line.measure.spend.basis if b.input == "price"}
    return [*said, *(f"prices: snapshot ({where})" for where in sorted(prices))]


def _from(basis: Basis) -> str:
    """What people need to find the figure again; what code says is told call by call."""
    if basis.input == "not counted":
        return f"{basis.value.partition(',')[0]}: {basis.where}"
    return f"{basis.origin} ({basis.where})" if basis.where and basis.origin != "code" else basis.origin


def _hint(lines: list[Line], priced: list[Line], months: int, display: Callable[[str], str]) -> str:
    """How many calls have no dollars, and the one setting that would give most."""
    missing = len(lines) - len(priced)
    if not lines:
        return "No model call was found."
    of = f"{len(lines):,} {'call' if len(lines) == 1 else 'calls'}"
    head = (
        f"{missing:,} of {of} {'has' if missing == 1 else 'have'} no dollars" if missing else "Every call has dollars"
    )
    gains, silent = settings(line.call for line in lines if line.per_call is None), len(priced) - months
    if silent > max(map(len, gains.values()), default=0):
        said = f"{given(_TRAFFIC, silent, 'dollars a month')}."
    else:
        said = gain(gains, display)
    return f"{head}; {said}" if said else f"{head}."


# --- JSON -------------------------------------------------------------------------------------------------------------


class Ends(Row, frozen=True):
    """Decimal strings, USD: what is sure, and what is possible; `high` is null where nothing limits it."""

    low: str
    high: str | None


class CostCallRow(At, frozen=True):
    """One call. `output_tokens` of one answer; `state` is what `--compare-to` reads."""

    site_id: str
    function: str
    callee: str
    model: str | list[str] | None
    input_tokens: list[int | None]
    output_tokens: list[int | None]
    answers: int
    calls_per_month: int | None
    usd_per_call: Ends | None
    usd_per_month: Ends | None
    unpriced: str | None
    basis: list[BasisRow]


class CostPromptRow(At, frozen=True):
    """One prompt: what its literal text costs in 1,000 calls of the cheapest call that sends it; a month by all `sites`."""

    name: str | None
    tokens: int
    calls: int
    sites: list[str]
    formula: str | None
    usd_per_1000_calls: str | None
    usd_per_month: str | None


class CostTotalRow(Row, frozen=True):
    """`usd_per_1000_calls`: 1,000 calls of each priced call. `monthly`: how many calls `usd_per_month` is the sum of."""

    calls: int
    priced: int
    monthly: int
    usd_per_1000_calls: Ends
    usd_per_month: Ends | None


class CostReport(Row, frozen=True):
    """`promptlint cost --output-format json`. `state` is for `--compare-to`."""

    version: int
    calls: list[CostCallRow]
    prompts: list[CostPromptRow]
    total: CostTotalRow
    budgets: list[BudgetRow]
    unpriced: list[dict[str, Any]]  # Any: path, line and reason, as in `calls`
    hint: str
    snapshot_date: str
    state: Any  # Any: money.state.State, imported lazily


def cost_json(outcome: Outcome, broken: Sequence[Verdict] = ()) -> str:
    """Everything, for machines; exact, never rounded. `broken`: the budgets that are, or cannot be judged."""
    made = sheet(outcome)
    by_site = {c.site_id: c for c in (*outcome.project.calls, *outcome.project.callers)}
    current = state_of(outcome)
    rows = [_row(line_of(by_site[s.site_id], outcome)) for s in current.calls]
    return pretty(
        CostReport(
            version=1,
            calls=rows,
            prompts=[
                CostPromptRow(
                    **msgspec.structs.asdict(p.place),
                    name=p.prompt.name,
                    tokens=p.tokens,
                    calls=len(p.sites),
                    sites=list(p.sites),
                    formula=p.formula or None,
                    usd_per_1000_calls=exactly(p.per_1000),
                    usd_per_month=exactly(p.per_month),
                )
                for p in made.prompts
            ],
            total=CostTotalRow(
                calls=len(rows),
                priced=len(made.lines),
                monthly=made.months,
                usd_per_1000_calls=_ends(made.per_1000),
                usd_per_month=_ends(made.per_month) if made.months else None,
            ),
            budgets=budget_rows(broken, outcome),
            unpriced=[{"path": p.path, "line": p.line, "reason": reason} for p, reason in made.unpriced],
            hint=made.hint,
            snapshot_date=outcome.measures.snapshot_date,
            state=current,
        )
    )


def state_of(outcome: Outcome) -> State:
    """The state of an outcome, places as people see them."""
    from promptlint.money.state import state

    def locate(place: Place) -> tuple[str, int]:
        point = at(place, outcome)
        return point.path, point.line

    return state(outcome.project, outcome.measures, outcome.reported, locate)


def _row(line: Line) -> CostCallRow:
    from promptlint.report.inventory import model_value

    load = line.measure.spend.load
    return CostCallRow(
        **msgspec.structs.asdict(line.place),
        site_id=line.call.site_id,
        function=line.call.function,
        callee=line.call.callee,
        model=model_value(line.call.model),
        input_tokens=[int(load.input.low), None if load.input.high is None else int(load.input.high)],
        output_tokens=[int(load.output.low), None if load.output.high is None else int(load.output.high)],
        answers=load.answers,
        calls_per_month=line.measure.calls_per_month,
        usd_per_call=_ends(line.per_call) if line.per_call is not None else None,
        usd_per_month=_ends(line.per_month) if line.per_month is not None else None,
        unpriced=_reason(line) if line.per_call is None else None,
        basis=basis_rows(line.measure.basis),
    )


def _ends(amount: Amount) -> Ends:
    return Ends(low=exactly(amount.low) or "0", high=exactly(amount.high))
