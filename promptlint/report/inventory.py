"""`promptlint calls` and `promptlint prompts` as JSON."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from promptlint.facts import Call, Cap, Prompt, Setting
from promptlint.outcome import Outcome
from promptlint.report.encode import pretty
from promptlint.report.jsons import BasisRow, basis_rows
from promptlint.report.money import exactly
from promptlint.report.places import At, Extent, Row, at, extent

if TYPE_CHECKING:
    from promptlint.money.cost import CallMeasure, PromptMeasure
    from promptlint.money.tokens import Range

Tokens = int | list[int] | None
"""A number of tokens; [low, high] when it is estimated; null when it is not known."""


class CapRow(Row, frozen=True):
    """The output cap. `state`: number | dynamic | none | unknown; `source`: call | constructor | config | bind | …

    `basis` of a number: literal | default (of a parameter, a field or the environment, which may say something else).
    """

    state: str
    value: int | None
    basis: str | None
    parameter: str | None
    source: str | None
    required: bool
    default: int | None


class TokensRow(Row, frozen=True):
    """Tokens of one request. `static` is a lower bound; `total` is null while a part is filled at run time."""

    static: Tokens
    total: Tokens
    basis: list[BasisRow]


class CostRow(Row, frozen=True):
    """Decimal strings, USD, per call unless named; null when an input is unknown."""

    static_input_usd: str | None
    output_ceiling_usd: str | None
    per_month_usd: str | None
    price_model: str | None
    basis: list[BasisRow]


class CallRow(Extent, frozen=True):
    """One call. `model`: a string, a sorted list when several can reach it, or null. `output_cap`: null without text output."""

    callee: str
    sdk: str
    kind: str
    model: str | list[str] | None
    model_basis: str
    output_cap: CapRow | None
    loop: str | None
    caller_loop: At | None
    stream: bool
    waits: str
    prompt_cache: str
    response_cache: bool
    function: str
    via: list[At]
    site_id: str
    callers: int
    scope: str
    input_tokens: TokensRow
    cost: CostRow | None


class UnpricedRow(Row, frozen=True):
    """A call without dollars, and why."""

    path: str
    line: int
    reason: str


class CallsReport(Row, frozen=True):
    """`promptlint calls --output-format json`. `callers` are the outermost uses of wrappers round the calls."""

    version: int
    calls: list[CallRow]
    callers: list[CallRow]
    unpriced: list[UnpricedRow]


class PromptRow(Row, frozen=True):
    """One prompt. `tokens` counts its literal text, `compressed_tokens` that after safe rules; `used_by` holds site ids of calls."""

    path: str
    cell: int | None
    line: int
    end_line: int
    form: str
    name: str | None
    role: str | None
    placeholders: list[str]
    tokens: Tokens
    compressed_tokens: int | None
    confidence: str
    used_by: list[str]


class PromptsReport(Row, frozen=True):
    """`promptlint prompts --output-format json`."""

    version: int
    prompts: list[PromptRow]


def calls_json(outcome: Outcome) -> str:
    """The calls of the files that were asked for, their outermost callers, and what could not be priced."""
    calls, callers = (
        [(call, _call(call, outcome)) for call in found if outcome.reported(call.place.path)]
        for found in (outcome.project.calls, outcome.project.callers)
    )
    unpriced = [
        UnpricedRow(path=row.path, line=row.line, reason=measure.unpriced)
        for call, row in (*calls, *callers)
        if (measure := outcome.measures.calls.get(call.site_id)) is not None and measure.unpriced
    ]
    return pretty(
        CallsReport(version=1, calls=[r for _, r in calls], callers=[r for _, r in callers], unpriced=unpriced)
    )


def prompts_json(outcome: Outcome) -> str:
    """The prompts of the files that were asked for."""
    rows = [_prompt(p, outcome) for p in outcome.project.prompts if outcome.reported(p.place.path)]
    return pretty(PromptsReport(version=1, prompts=rows))


def model_value(model: Setting) -> str | list[str] | None:
    """A string, a sorted list when several can reach the call, or None."""
    values = sorted(str(v) for v in model.values)
    return values[0] if len(values) == 1 else values or None


def _call(call: Call, outcome: Outcome) -> CallRow:
    measure = outcome.measures.calls.get(call.site_id)
    return CallRow(
        **msgspec.structs.asdict(extent(call.place, outcome)),
        callee=call.callee,
        sdk=call.sdk,
        kind=call.kind,
        model=model_value(call.model),
        model_basis=call.model.basis if call.model.values else "unknown",
        output_cap=_cap(call.cap),
        loop=call.loop,
        caller_loop=at(call.caller_loop, outcome) if call.caller_loop is not None else None,
        stream=call.stream,
        waits=call.waits,
        prompt_cache=call.prompt_cache,
        response_cache=call.response_cache,
        function=call.function,
        via=[at(place, outcome) for place in call.via],
        site_id=call.site_id,
        callers=call.callers,
        scope=outcome.scope(call.place.path),
        input_tokens=_tokens(measure),
        cost=_cost(measure) if measure is not None and not call.callers else None,
    )


def _cap(cap: Cap | None) -> CapRow | None:
    if cap is None:
        return None
    by_default = cap.state == "dynamic" and cap.fallback is not None
    state, value = ("number", cap.fallback) if by_default else (cap.state, cap.value)
    basis = "default" if by_default else "literal" if state == "number" else None
    return CapRow(
        state=state, value=value, basis=basis, parameter=cap.parameter, source=cap.source, required=cap.required,
        default=cap.default,
    )  # fmt: skip


def _tokens(measure: CallMeasure | None) -> TokensRow:
    if measure is None:
        return TokensRow(static=None, total=None, basis=[])
    counted = [b for b in basis_rows(measure.basis) if "tokens" in b.input]
    return TokensRow(static=_range(measure.static), total=_range(measure.total), basis=counted)


def _cost(measure: CallMeasure) -> CostRow:
    return CostRow(
        static_input_usd=exactly(measure.static_input_usd),
        output_ceiling_usd=exactly(measure.output_ceiling_usd),
        per_month_usd=exactly(measure.per_month_usd),
        price_model=measure.price_model,
        basis=basis_rows(measure.basis),
    )


def _range(tokens: Range | None) -> Tokens:
    if tokens is None:
        return None
    return tokens.low if tokens.low == tokens.high else [tokens.low, tokens.high]


def _compressed(prompt: Prompt, measure: PromptMeasure) -> int | None:
    """What `tokens` is after the safe rules of `compress`; None where tokens are estimated, or the template is broken."""
    if measure.tokens.low != measure.tokens.high or prompt.problem is not None:
        return None
    from promptlint.compress.prompt import literal_tokens, shortened
    from promptlint.money.tokens import count

    counted = partial(count, encoding=measure.encoding)
    # Runs are counted alone, and one may end in another token than the whole text has there.
    return min(
        measure.tokens.low,
        literal_tokens(prompt, shortened(prompt, count=counted, counted_by=measure.encoding), counted),
    )


def _prompt(prompt: Prompt, outcome: Outcome) -> PromptRow:
    place = extent(prompt.place, outcome)
    measure = outcome.measures.prompts.get(prompt.id)
    return PromptRow(
        path=place.path,
        cell=place.cell,
        line=place.line,
        end_line=max(place.line, place.end_line - (place.end_column == 1)),
        form=prompt.form,
        name=prompt.name,
        role=prompt.role,
        placeholders=list(prompt.placeholders),
        tokens=_range(measure.tokens) if measure is not None else None,
        compressed_tokens=_compressed(prompt, measure) if measure is not None else None,
        confidence=prompt.confidence,
        used_by=list(prompt.used_by),
    )
