"""`promptlint cost --diff-base` as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from promptlint.report.diff import Comparison, headline
from promptlint.report.encode import pretty
from promptlint.report.jsons import BasisRow, BudgetRow, basis_rows
from promptlint.report.money import exactly
from promptlint.report.places import Row

if TYPE_CHECKING:
    from promptlint.money.diff import Change, Delta
    from promptlint.money.state import CallState


class SideRow(Row, frozen=True):
    """One side of a change. `model`: a string, a sorted list when several can reach the call, or null.

    `output_cap` of a dynamic cap is its default, which somebody may override.
    """

    model: str | list[str] | None
    output_cap: int | None
    output_cap_state: str | None
    static_input_tokens: int
    loop: str | None


class DeltaRow(Row, frozen=True):
    """What it costs more; below zero it saves. `kind`: cost | exposure (only the ceiling of an answer moved).

    `formula`: the dollars of one call as they are worked out, those of `usd_per_1000_calls`; `/M` is a million tokens.
    """

    kind: str
    input_tokens: int
    usd_per_1000_calls: str | None
    ceiling_usd_per_1000_calls: str | None
    usd_per_month: str | None
    approximate: bool
    formula: str | None
    ceiling_formula: str | None
    basis: list[BasisRow]


class ChangeRow(Row, frozen=True):
    """One change. `site_id` is null for a prompt that no call is known to send; `sites`: all calls that are changed so."""

    site_id: str | None
    path: str
    line: int
    function: str
    name: str | None
    change: str
    what: list[str]
    callers: int
    sites: list[str]
    before: SideRow | None
    after: SideRow | None
    delta: DeltaRow


class DiffUnpricedRow(Row, frozen=True):
    """A change without dollars, and why."""

    path: str
    line: int
    reason: str


class DiffReport(Row, frozen=True):
    """`promptlint cost --diff-base REF --output-format json`. `total` is of one call of each that is changed."""

    version: int
    base: str
    headline: str
    changes: list[ChangeRow]
    total: DeltaRow
    budgets: list[BudgetRow]
    unpriced: list[DiffUnpricedRow]
    snapshot_date: str


def render(made: Comparison, broken: Sequence[BudgetRow] = ()) -> str:
    """Everything, for machines; exact, never rounded. `broken`: the budgets that are, or cannot be judged."""
    return pretty(
        DiffReport(
            version=1,
            base=made.base,
            headline=headline(made),
            changes=[_row(c) for c in made.changes],
            total=_delta(made.total),
            budgets=list(broken),
            unpriced=[
                DiffUnpricedRow(path=c.at.path, line=c.at.line, reason=c.unpriced)
                for c in made.changes
                if c.unpriced is not None
            ],
            snapshot_date=made.snapshot_date,
        )
    )


def _row(change: Change) -> ChangeRow:
    one = change.after or change.before
    prompt = change.prompt and (change.prompt[1] or change.prompt[0])
    before, after = (_side(call) if call is not None else None for call in (change.before, change.after))
    if change.prompt is not None:
        before, after = (
            SideRow(model=None, output_cap=None, output_cap_state=None, static_input_tokens=p.tokens, loop=None)
            if p
            else None
            for p in change.prompt
        )
    return ChangeRow(
        site_id=one.site_id if one is not None else None,
        path=change.at.path,
        line=change.at.line,
        function=one.function if one is not None else "",
        name=prompt.name if prompt else None,
        change=change.change,
        what=list(change.what),
        callers=change.callers,
        sites=list(change.sites),
        before=before,
        after=after,
        delta=_delta(change.delta),
    )


def _side(call: CallState) -> SideRow:
    models = list(call.request.models)
    return SideRow(
        model=models[0] if len(models) == 1 else models or None,
        output_cap=call.request.limit if call.request.cap == "number" else call.request.fallback,
        output_cap_state=call.request.cap,
        static_input_tokens=call.request.static.low,
        loop=call.loop,
    )


def _delta(delta: Delta) -> DeltaRow:
    return DeltaRow(
        kind=delta.kind,
        input_tokens=delta.input_tokens,
        usd_per_1000_calls=exactly(None if delta.usd is None else delta.usd * 1000),
        ceiling_usd_per_1000_calls=exactly(None if delta.ceiling is None else delta.ceiling * 1000),
        usd_per_month=exactly(delta.per_month),
        approximate=delta.approximate,
        formula=(delta.ceiling_formula if delta.kind == "exposure" else delta.formula) or None,
        ceiling_formula=delta.ceiling_formula or None,
        basis=basis_rows(delta.basis),
    )
