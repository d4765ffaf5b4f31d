"""PRM504 unpriced-model. Its page: `rules/checks/PRM504-unpriced-model.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Call
from promptlint.findings import Finding
from promptlint.money.cost import CallMeasure
from promptlint.registry import check


@check("PRM504")
def unpriced_model(call: Call, measure: CallMeasure) -> Iterator[Finding]:
    """Report a model that is named but has no price, so that its calls show no dollars."""
    if call.hosted_elsewhere or call.model.place is None or call.model.basis not in ("literal", "default"):
        return
    if call.kind not in ("chat", "completion", "responses", "http", "embedding", "agent") or call.provider in (
        "local",
        "ollama",
    ):
        return
    priced = {m.id for m in measure.models if m.price is not None or m.local}
    for value in call.model.values:
        if isinstance(value, str) and value not in priced:
            yield Finding(
                place=call.model.place_of(value) or call.model.place,
                function=call.function,
                message=f'no price is known for "{value}"; map it in [tool.promptlint.models]',
            )
