"""`promptlint plan --output-format json`: the waterfall with all inputs, exact, for machines."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from promptlint.outcome import Outcome
from promptlint.report.encode import pretty
from promptlint.report.jsons import BasisRow, basis_rows
from promptlint.report.money import exactly
from promptlint.report.places import At, Row, at
from promptlint.report.plan import NEEDS, Report, formula

if TYPE_CHECKING:
    from promptlint.facts import Call
    from promptlint.money.evidence import Open
    from promptlint.money.plan import PlanStep, Saving
    from promptlint.money.stages import Stage


class StageRow(Row, frozen=True):
    """A call's month. Rates are USD per million tokens, `batch_rates` those of the Batch API; `formula` is for people.

    usd = calls × ((1 - batch_share) × one(rates) + batch_share × one(batch_rates)) × (1 - discount), and
    one(r) = (input - cached) × r.input + cached × hits × r.read + cached × (1 - hits) × r.write + output × answers × r.output.
    """

    model: str
    calls: str
    input_tokens: str
    cached_tokens: str
    hits: str
    output_tokens: str
    answers: int
    batch_share: str
    discount: str
    rates: dict[str, str | None]
    batch_rates: dict[str, str | None] | None
    usd_per_month: str
    formula: str


class NowRow(At, frozen=True):
    """A call as it is now."""

    site_id: str
    function: str
    stage: StageRow
    basis: list[BasisRow]


class SavingRow(At, frozen=True):
    """What a step takes at one call. `rule` is empty where the traffic alone says so."""

    site_id: str
    function: str
    rule: str
    done: str
    saved_usd_per_month: str
    before: StageRow
    after: StageRow
    basis: list[BasisRow]


class OpenRow(At, frozen=True):
    """A place that is not counted, and why."""

    site_id: str | None
    rule: str
    why: str


class StepRow(Row, frozen=True):
    """A level: `share` of the spend before it, times `cut`, is taken. `total_cut` is of the first spend. `needs`: evidence."""

    name: str
    calls: int
    share: str
    cut: str
    saved_usd_per_month: str
    usd_per_month: str
    total_cut: str
    needs: str
    savings: list[SavingRow]
    not_counted: list[OpenRow]


class QuestionRow(Row, frozen=True):
    """Something that the code cannot say."""

    name: str
    text: str
    settles: str
    places: list[At]


class PlanReport(Row, frozen=True):
    """`promptlint plan --output-format json`. Money is a decimal string; null where no call has traffic."""

    version: int
    usd_per_month: str | None
    planned_usd_per_month: str | None
    total_cut: str | None
    exact: bool
    calls: list[NowRow]
    without_traffic: int
    unpriced: int
    steps: list[StepRow]
    questions: list[QuestionRow]
    hint: str
    snapshot_date: str


def plan_json(outcome: Outcome, made: Report) -> str:
    """Everything."""
    plan = made.plan
    known = bool(plan.calls)
    now = [
        NowRow(
            **msgspec.structs.asdict(at(call.callee_place, outcome)),
            site_id=call.site_id,
            function=call.function,
            stage=_stage(stage),
            basis=basis_rows(outcome.measures.calls[call.site_id].basis),
        )
        for call, stage in zip(plan.calls, plan.now, strict=True)
    ]
    return pretty(
        PlanReport(
            version=1,
            usd_per_month=exactly(plan.spend) if known else None,
            planned_usd_per_month=exactly(plan.left) if known else None,
            total_cut=exactly(plan.cut) if known else None,
            exact=plan.exact,
            calls=now,
            without_traffic=len(plan.silent),
            unpriced=len(plan.unpriced),
            steps=[_step(step, outcome) for step in plan.steps],
            questions=[
                QuestionRow(name=q.name, text=q.text, settles=q.settles, places=[at(p, outcome) for p in q.places])
                for q in made.questions
            ],
            hint=made.hint,
            snapshot_date=outcome.measures.snapshot_date,
        )
    )


def _exact(value: Decimal | int) -> str:
    return exactly(Decimal(value)) or "0"


def _step(step: PlanStep, outcome: Outcome) -> StepRow:
    level = step.level
    return StepRow(
        name=step.name,
        calls=len({s.call.site_id for s in step.savings}),
        share=_exact(level.step.share),
        cut=_exact(level.step.cut),
        saved_usd_per_month=_exact(level.saved),
        usd_per_month=_exact(level.spend),
        total_cut=_exact(level.total_cut),
        needs=NEEDS[step.name],
        savings=[_saving(s, outcome) for s in step.savings],
        not_counted=[_open(o, outcome) for o in step.open],
    )


def _saving(saving: Saving, outcome: Outcome) -> SavingRow:
    call: Call = saving.call
    return SavingRow(
        **msgspec.structs.asdict(at(saving.evidence.place, outcome)),
        site_id=call.site_id,
        function=call.function,
        rule=saving.evidence.rule,
        done=saving.evidence.done,
        saved_usd_per_month=_exact(saving.usd),
        before=_stage(saving.before),
        after=_stage(saving.after),
        basis=basis_rows(saving.evidence.basis),
    )


def _open(rest: Open, outcome: Outcome) -> OpenRow:
    return OpenRow(
        **msgspec.structs.asdict(at(rest.place, outcome)), site_id=rest.site_id or None, rule=rest.rule, why=rest.why
    )


def _stage(stage: Stage) -> StageRow:
    return StageRow(
        model=stage.model.id,
        calls=_exact(stage.calls),
        input_tokens=_exact(stage.input),
        cached_tokens=_exact(stage.cached),
        hits=_exact(stage.hits),
        output_tokens=_exact(stage.output),
        answers=stage.answers,
        batch_share=_exact(stage.later),
        discount=_exact(stage.discount),
        rates=_rates(stage, batch=False) or {},
        batch_rates=_rates(stage, batch=True) if stage.later else None,
        usd_per_month=_exact(stage.usd or 0),
        formula=formula(stage),
    )


def _rates(stage: Stage, *, batch: bool) -> dict[str, str | None] | None:
    price = stage.model.price.batch if stage.model.price is not None and batch else stage.model.price
    if price is None:
        return None
    rates = price.at(stage.input)
    plain = rates.input
    return {
        "input": exactly(plain),
        "read": exactly(rates.cache_read if rates.cache_read is not None else plain),
        "write": exactly(rates.cache_write if rates.cache_write is not None else plain),
        "output": exactly(rates.output),
        "request": exactly(price.request),
    }
