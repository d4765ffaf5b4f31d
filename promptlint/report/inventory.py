"""`promptlint calls` and `promptlint prompts`: the inventory as JSON and as text."""

from __future__ import annotations

from typing import Any

import msgspec

from promptlint.facts import Call, Prompt, Setting
from promptlint.outcome import Outcome

Row = dict[str, Any]  # Any: JSON values


def calls_json(outcome: Outcome) -> str:
    """The calls of the files that were asked for, their outermost callers, and what could not be priced."""
    calls = [_call(c, outcome) for c in outcome.project.calls if outcome.reported(c.place.path)]
    callers = [_call(c, outcome) for c in outcome.project.callers if outcome.reported(c.place.path)]
    unpriced = [
        {"path": row["path"], "line": row["line"], "reason": reason}
        for row, call in zip(
            [*calls, *callers],
            [c for c in (*outcome.project.calls, *outcome.project.callers) if outcome.reported(c.place.path)],
            strict=True,
        )
        if (reason := outcome.measures.calls[call.site_id].unpriced if call.site_id in outcome.measures.calls else None)
    ]
    return _json({"version": 1, "calls": calls, "callers": callers, "unpriced": unpriced})


def prompts_json(outcome: Outcome) -> str:
    """The prompts of the files that were asked for."""
    rows = [_prompt(p, outcome) for p in outcome.project.prompts if outcome.reported(p.place.path)]
    return _json({"version": 1, "prompts": rows})


def _json(value: Row) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=1).decode() + "\n"


def _call(call: Call, outcome: Outcome) -> Row:
    source = outcome.source(call.place.path)
    line, column = source.line_column(call.place.span.start)
    end_line, end_column = source.line_column(call.place.span.end)
    measure = outcome.measures.calls.get(call.site_id)
    cost = None
    if measure is not None and not call.callers:
        cost = {
            "static_input_usd": _money(measure.static_input_usd),
            "output_ceiling_usd": _money(measure.output_ceiling_usd),
            "per_month_usd": _money(measure.per_month_usd),
            "price_model": measure.price_model,
            "basis": [msgspec.to_builtins(b) for b in measure.basis],
        }
    return {
        "path": outcome.display(call.place.path),
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "callee": call.callee,
        "sdk": call.sdk,
        "kind": call.kind,
        "model": model_value(call.model),
        "model_basis": call.model.basis if call.model.values else "unknown",
        "output_cap": _cap(call),
        "loop": call.loop,
        "caller_loop": _place(call.caller_loop, outcome),
        "stream": call.stream,
        "waits": call.waits,
        "prompt_cache": call.prompt_cache,
        "response_cache": call.response_cache,
        "function": call.function,
        "via": [_place(place, outcome) for place in call.via],
        "site_id": call.site_id,
        "callers": call.callers,
        "scope": outcome.scope(call.place.path),
        "input_tokens": _tokens(measure),
        "cost": cost,
    }


def model_value(model: Setting) -> str | list[str] | None:
    """A string, a sorted list when several can reach the call, or None."""
    values = [str(v) for v in model.values]
    return values[0] if len(values) == 1 else values or None


def _cap(call: Call) -> Row | None:
    if call.cap is None:
        return None
    cap = call.cap
    return {
        "state": cap.state, "value": cap.value, "parameter": cap.parameter, "source": cap.source,
        "required": cap.required, "default": cap.default,
    }  # fmt: skip


def _place(place: Any, outcome: Outcome) -> Row | None:  # Any: a Place or None
    if place is None:
        return None
    line, column = outcome.source(place.path).line_column(place.span.start)
    return {"path": outcome.display(place.path), "line": line, "column": column}


def _money(value: Any) -> str | None:  # Any: a Decimal or None
    return None if value is None else f"{value.normalize():f}"


def _tokens(measure: Any) -> Row:  # Any: a CallMeasure or None
    if measure is None:
        return {"static": None, "total": None, "basis": []}
    return {"static": _range(measure.static), "total": _range(measure.total), "basis": []}


def _range(tokens: Any) -> int | list[int] | None:  # Any: a Range or None
    if tokens is None:
        return None
    return tokens.low if tokens.low == tokens.high else [tokens.low, tokens.high]


def _prompt(prompt: Prompt, outcome: Outcome) -> Row:
    source = outcome.source(prompt.place.path)
    measure = outcome.measures.prompts.get(prompt.id)
    return {
        "path": outcome.display(prompt.place.path),
        "line": source.line_column(prompt.place.span.start)[0],
        "end_line": source.line_column(max(prompt.place.span.start, prompt.place.span.end - 1))[0],
        "form": prompt.form,
        "name": prompt.name,
        "role": prompt.role,
        "placeholders": list(prompt.placeholders),
        "tokens": _range(measure.tokens) if measure is not None else None,
        "compressed_tokens": None,
        "confidence": prompt.confidence,
        "used_by": list(prompt.used_by),
    }
