"""PRM107 unbounded-reasoning. Its page: `rules/checks/PRM107-unbounded-reasoning.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.edits import add_keyword
from promptlint.facts import Call
from promptlint.findings import Finding, Fix
from promptlint.money.cost import CallMeasure, impact
from promptlint.registry import Context, check
from promptlint.requests import shortened

# What may hold the parameter that says how much a model may think, or says so under a name of its own.
_HOLDERS = frozenset(
    ("effort", "thinking_config", "budget_tokens", "config", "generation_config", "extra_body", "model_kwargs",
     "model_settings", "modelSettings")
)  # fmt: skip
_EFFORT = {"chat": ("reasoning_effort", '"low"'), "responses": ("reasoning", '{"effort": "low"}')}


@check("PRM107")
def unbounded_reasoning(call: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report a reasoning model that is asked for a label and left to think about it as long as it likes."""
    need = measure.need
    if need is None or need.high is None or not need.short:
        return
    if need.high > context.threshold("PRM107", "max-answer-tokens") or call.opaque or call.hosted_elsewhere:
        return
    # Each model that may answer must be one that thinks unless it is told not to.
    if (
        not measure.models
        or len(measure.models) != len(call.model.values)
        or not all(m.reasoning for m in measure.models)
    ):
        return
    told = call.settings.keys() & (_HOLDERS | context.knowledge.thinking)
    if told or not call.built_here or call.via:
        return
    capped = call.cap is not None and call.cap.state == "number" and call.cap.value is not None
    limit = call.cap.value if capped and call.cap is not None else measure.spend.most
    fix = None
    if call.sdk == "openai" and call.kind in _EFFORT and not call.reference:
        edits = add_keyword(call, *_EFFORT[call.kind], context.text(call.place.path))
        fix = Fix(title=f"Set `{_EFFORT[call.kind][0]}`", applicability="unsafe", edits=edits) if edits else None
    yield Finding(
        place=call.callee_place,
        function=call.function,
        message=f"{measure.models[0].id} thinks before it answers, and nothing says how long; the request asks for "
        f"{need.high:,} tokens at most ({shortened(need.words[0], 12)!r})",
        impact=impact(measure, "exposure", output_tokens=(limit or 0) - need.high if limit else 0),
        fix=fix,
        confidence="medium",
    )
