"""What a project's model calls would cost after every step that its findings and its traffic speak for.

Each call with dollars a month goes through the steps in their order; what a step takes at a call is what the call costs less
after it. The levels of the whole are the sums of that: shares of the *spend* that multiply, as `waterfall.compose` has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal

from promptlint.facts import Call, Project, Record
from promptlint.money import prices
from promptlint.money.cost import CallMeasure, Measures
from promptlint.money.evidence import CAP, COMPRESS, PREFIX, ROUTE, Evidence, Found, Open
from promptlint.money.formula import NOTHING
from promptlint.money.gather import gather, order
from promptlint.money.stages import Stage
from promptlint.money.waterfall import ORDER, Level, Step

_SURE = Decimal(1)
_TWO = Context(prec=2, rounding=ROUND_HALF_EVEN)


class Saving(Record, frozen=True):
    """What a step takes at one call: the call before and after it."""

    call: Call
    evidence: Evidence
    before: Stage
    after: Stage

    @property
    def usd(self) -> Decimal:
        """USD a month."""
        return (self.before.usd or NOTHING) - (self.after.usd or NOTHING)


class PlanStep(Record, frozen=True):
    """A step with what it takes where, and where it may help but is not counted."""

    level: Level
    savings: tuple[Saving, ...]
    open: tuple[Open, ...]

    @property
    def name(self) -> str:
        """Of `ORDER`."""
        return self.level.step.name


class Plan(Record, frozen=True):
    """The waterfall. `spend`: USD a month of the calls with traffic, their sure end; `calls` are those, the dearest first.

    `now`: those calls as they are. `exact`: nothing of their spend is unknown. `silent`: calls with a price and no traffic; `unpriced`: without a price.
    """

    spend: Decimal
    steps: tuple[PlanStep, ...]
    calls: tuple[Call, ...]
    now: tuple[Stage, ...]
    exact: bool
    silent: tuple[Call, ...]
    unpriced: tuple[Call, ...]

    @property
    def left(self) -> Decimal:
        """USD a month after all steps."""
        return self.steps[-1].level.spend

    @property
    def cut(self) -> Decimal:
        """The part of the spend that is gone."""
        return self.steps[-1].level.total_cut


def plan(
    calls: Iterable[Call], project: Project, measures: Measures, found: Found, discount: Mapping[str, Decimal]
) -> Plan:
    """The plan of these calls, each with a cost of its own. `found`: the findings of `evidence.RULES`.

    `discount`: provider → the share it takes off its list prices.
    """
    chosen = list(calls)
    evidence, rest = gather(chosen, project, measures, found)
    at = {call.site_id: measures.calls[call.site_id] for call in chosen}
    stages = {site: stage for site, m in at.items() if (stage := base(m, discount)) is not None}
    by_id = {call.site_id: call for call in chosen}
    now = dict(stages)
    spend = sum((stage.usd or NOTHING for stage in stages.values()), NOTHING)
    steps, left = [], spend
    for name in ORDER:
        own = [e for e in evidence if e.step == name]
        savings = _taken([e for e in own if e.site_id in stages], stages, by_id)
        counted = {(s.evidence.site_id, s.evidence.place, s.evidence.rule) for s in savings}
        taken = {s.evidence.site_id for s in savings} if name != COMPRESS else set()
        idle = (e for e in own if e.site_id not in taken and (e.site_id, e.place, e.rule) not in counted)
        more = [_idle(e, at[e.site_id], discount) for e in idle]
        level = _level(name, left, spend, savings)
        steps.append(PlanStep(level=level, savings=savings, open=(*more, *(o for o in rest if o.step == name))))
        left = level.spend
    ordered = sorted(stages, key=lambda site: (-(base_usd(at[site])), order(by_id[site].place)))
    return Plan(
        spend=spend,
        steps=tuple(steps),
        calls=tuple(by_id[site] for site in ordered),
        now=tuple(now[site] for site in ordered),
        exact=all((month := at[site].spend.per_month) is not None and month.exact is not None for site in stages),
        silent=tuple(c for c in chosen if c.site_id not in stages and at[c.site_id].spend.per_call is not None),
        unpriced=tuple(c for c in chosen if at[c.site_id].spend.per_call is None),
    )


def base_usd(measure: CallMeasure) -> Decimal:
    """What a call costs a month for sure, zero where that is not known."""
    return measure.spend.per_month.low if measure.spend.per_month is not None else NOTHING


def base(measure: CallMeasure, discount: Mapping[str, Decimal], calls: int | None = None) -> Stage | None:
    """A call as it is now: the sure end of what `cost` says of it, or of so many `calls`. None without price or traffic."""
    load, one = measure.spend.load, measure.spend.per_call
    calls = measure.calls_per_month if calls is None else calls
    if one is None or calls is None:
        return None
    for model in measure.models:
        stage = Stage(
            model=model,
            calls=Decimal(calls),
            input=load.input.low,
            output=load.output.low,
            answers=load.answers,
            cached=load.input.low * load.read_share if load.read_share else 0,
            hits=_SURE if load.read_share else NOTHING,
            later=_SURE if load.batch else NOTHING,
            discount=discount.get(model.provider, NOTHING),
        )
        if stage.usd == one.low * calls:  # of several models that may answer, the one that is sure
            return stage
    return None


def _taken(evidence: list[Evidence], stages: dict[str, Stage], calls: Mapping[str, Call]) -> tuple[Saving, ...]:
    """The savings of one step; `stages` moves on. What costs no less is left as it was."""
    found = []
    done: set[str] = set()
    for one in evidence:
        # A prompt may be shortened in several ways; every other step is taken once.
        if one.site_id in done and one.step != COMPRESS:
            continue
        before = stages[one.site_id]
        after = one.applied(before)
        if after is None or after.usd is None or before.usd is None or after.usd >= before.usd:
            continue
        found.append(Saving(call=calls[one.site_id], evidence=one, before=before, after=after))
        stages[one.site_id] = after
        done.add(one.site_id)
    return tuple(sorted(found, key=lambda s: (-s.usd, order(s.evidence.place))))


def _level(name: str, left: Decimal, spend: Decimal, savings: tuple[Saving, ...]) -> Level:
    """A level from what its calls cost before and after: the part of the spend they are, and the part of that which goes."""
    # A call that is helped twice in one step is one part of the spend: what it cost before the first time.
    first: dict[str, Decimal] = {}
    for saving in savings:
        usd = saving.before.usd or NOTHING
        first[saving.call.site_id] = max(first.get(saving.call.site_id, NOTHING), usd)
    saved, touched = sum((s.usd for s in savings), NOTHING), sum(first.values(), NOTHING)
    step = Step(name=name, share=touched / left if left else NOTHING, cut=saved / touched if touched else NOTHING)
    after = left - saved
    return Level(step=step, spend=after, saved=saved, total_cut=1 - after / spend if spend else NOTHING)


def _idle(evidence: Evidence, measure: CallMeasure, discount: Mapping[str, Decimal]) -> Open:
    """Evidence that counts for nothing, and why."""
    return Open(
        step=evidence.step,
        site_id=evidence.site_id,
        place=evidence.place,
        rule=evidence.rule,
        why=f"{evidence.done}; {_why(evidence, measure, discount)}",
    )


def _why(evidence: Evidence, measure: CallMeasure, discount: Mapping[str, Decimal]) -> str:
    if measure.spend.per_call is None:
        return "the call has no price"
    if measure.calls_per_month is None:
        return f"how often the call is made is not known{_per_1000(evidence, measure, discount)}"
    if not base_usd(measure):
        return (
            "nothing of what the call costs is sure"
            if measure.spend.per_call.exact is None
            else "the call costs nothing"
        )
    if evidence.step == CAP and not measure.spend.load.output.exact:
        return f"how long answers are is not known; say `output-tokens`{_exposure(evidence, measure)}"
    if evidence.step == CAP:
        return "answers are no longer than that"
    if evidence.step == PREFIX:
        return f"at {measure.calls_per_month:,} calls a month the prefix is not read often enough to pay for writing it"
    before = base(measure, discount)
    after = evidence.applied(before) if before is not None and evidence.step == ROUTE else None
    if before is not None and after is not None and before.usd is not None and after.usd is not None:
        return f"it costs no less: {usd_text(before.usd)} → {usd_text(after.usd)} a month"
    return "it saves nothing on what the steps before it leave"


def _per_1000(evidence: Evidence, measure: CallMeasure, discount: Mapping[str, Decimal]) -> str:
    """What a step makes of 1,000 calls, where that does not depend on how close they are to each other."""
    before = base(measure, discount, 1_000)
    after = evidence.applied(before) if before is not None and evidence.step != PREFIX else None
    if before is None or after is None or before.usd is None or after.usd is None or after.usd == before.usd:
        return ""
    return f"; 1,000 calls: {usd_text(before.usd)} → {usd_text(after.usd)}"


def usd_text(value: Decimal) -> str:
    """To the cent, or to two digits that count below a dime."""
    if not value or abs(value) >= Decimal("0.1"):
        return f"${value:,.2f}"
    return f"${_TWO.create_decimal(value):f}"


def _exposure(evidence: Evidence, measure: CallMeasure) -> str:
    """What the longest answers cost more than those that end at the cap: a risk, no saving."""
    most, answers = measure.spend.most, measure.request.answers
    if most is None or not measure.models or most <= evidence.tokens or measure.calls_per_month is None:
        return ""
    found = []
    for model in measure.models:
        one = prices.cost(model.price, 0, (most - evidence.tokens) * answers)
        if one is None:
            return ""
        found.append(one * (1 - measure.spend.discounts.get(model.provider, NOTHING)))
    usd = max(found) * measure.calls_per_month
    return f"; at most ({most:,} tokens each) they cost {usd_text(usd)} a month more"
