"""PRM503 dearer-snapshot. Its page: `rules/checks/PRM503-dearer-snapshot.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.edits import rename_value
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
        fix = None
        if len(call.model.values) == 1 and model.id.endswith(model.name):
            name = model.id.removesuffix(model.name) + later.name
            edit = rename_value(call.model.place, model.id, name, context.text(call.model.place.path))
            if edit is not None:
                fix = Fix(title=f"Use {name}", applicability="unsafe", edits=(edit,))
        yield Finding(
            place=call.model.place,
            function=call.function,
            message=f"{model.id} costs ${model.price.input:f}/${model.price.output:f} per million tokens, "
            f"{later.id} ${later.price.input:f}/${later.price.output:f}",
            fix=fix,
        )
