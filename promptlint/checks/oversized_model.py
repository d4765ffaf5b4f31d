"""PRM501 oversized-model. Its page: `rules/checks/PRM501-oversized-model.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.edits import within
from promptlint.facts import Call
from promptlint.findings import Finding
from promptlint.money import models, parts
from promptlint.money.cost import CallMeasure, open_ended, saving
from promptlint.money.spend import listed, needed
from promptlint.registry import Context, check


@check("PRM501")
def oversized_model(call: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report a flagship model that is asked for a label, a yes or a no."""
    need = measure.need
    if (
        need is None
        or need.high is None
        or not need.short
        or need.high > context.threshold("PRM501", "max-answer-tokens")
    ):
        return
    if context.listed("PRM501", "regulated-paths", call.place.path):
        return
    if call.has_tools or call.hosted_elsewhere or len(measure.models) != 1 or call.model.place is None or call.opaque:
        return
    model = measure.models[0]
    if (
        not model.flagship
        or model.sibling is None
        or measure.static.high > context.threshold("PRM501", "max-prompt-tokens")
    ):
        return
    cheap = models.facts(model.sibling, model.provider)
    if cheap is None or model.price is None or cheap.price is None:
        return
    load = measure.spend.load
    fewer = [*parts.of_load(model.price, load), *parts.less(parts.of_load(cheap.price, load))]
    rates = needed(cheap.price.at(load.input.low), load)
    also = listed("price of the small model", cheap, rates)
    worth = saving(measure, fewer, also, at_least=open_ended(measure))
    if worth.usd_per_1000_calls is None or worth.usd_per_1000_calls <= 0:
        return
    # A model that is named elsewhere may be that of other calls, which need it.
    request = call.via[-1] if call.via else call.callee_place
    own = any(within(call.model.place, place) for place in (call.place, *call.via))
    yield Finding(
        place=call.model.place if own else request,
        function=call.function,
        message=f"{model.id} is asked for {need.words[0]!r}; {model.sibling} may do (compare the quality of its answers first)",
        impact=worth,
        confidence="medium",
        related=() if own else ((call.model.place, "the model"),),
    )
