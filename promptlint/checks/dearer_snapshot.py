"""PRM503 dearer-snapshot. Its page: `rules/checks/PRM503-dearer-snapshot.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.edits import replace
from promptlint.facts import Call
from promptlint.findings import Finding, Fix
from promptlint.money import models
from promptlint.money.cost import CallMeasure
from promptlint.registry import Context, check


@check("PRM503")
def dearer_snapshot(call: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report a dated snapshot that costs more than a later one of the same model."""
    if call.hosted_elsewhere or call.model.place is None or call.model.basis != "literal":
        return
    for model in measure.models:
        later = models.facts(model.dearer_than, model.provider) if model.dearer_than else None
        if later is None or later.price is None or model.price is None:
            continue
        text = context.text(call.model.place.path)
        span = call.model.place.span
        written = text[span.start : span.end]
        fix = None
        if len(call.model.values) == 1 and written.strip("rRuU'\"") == model.id:
            content = written.replace(model.id, later.id)
            fix = Fix(
                title=f"Use {later.id}", applicability="unsafe", edits=(replace(call.model.place, text, content),)
            )
        yield Finding(
            place=call.model.place,
            function=call.function,
            message=f"{model.id} costs ${model.price.input:f}/${model.price.output:f} per million tokens, "
            f"{later.id} ${later.price.input:f}/${later.price.output:f}",
            fix=fix,
        )
