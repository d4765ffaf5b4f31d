"""PRM505 long-context-tier. Its page: `rules/checks/PRM505-long-context-tier.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Call
from promptlint.findings import Finding
from promptlint.money.cost import CallMeasure, saving
from promptlint.money.spend import listed
from promptlint.registry import Context, check


@check("PRM505")
def long_context_tier(call: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report a prompt that passes, or all but reaches, the length at which the whole request is billed at a higher price."""
    model = measure.models[0] if len(measure.models) == 1 else None
    price = model.price if model is not None else None
    if model is None or price is None or price.input is None or not price.tiers or measure.price_model is None:
        return
    low = measure.static.low
    passed = [tier for tier in price.tiers if low > tier.above]
    tier = passed[-1] if passed else price.tiers[0]
    if tier.input is None or tier.input <= price.input:
        return
    room = tier.above - low
    # A prompt that is known as a whole does not grow; one with room to spare has it.
    if not passed and (
        measure.total is not None or low * 100 < tier.above * context.threshold("PRM505", "share-percent")
    ):
        return
    dearer = f"from {price.input.normalize():f} to {tier.input.normalize():f} USD a million"
    if passed:
        message = f"{low:,} constant tokens are above {tier.above:,}: every request of {model.id} is billed at the higher price ({dearer})"
    else:
        message = f"{low:,} constant tokens leave room for {room:,}: above {tier.above:,} the whole request of {model.id} gets dearer ({dearer})"
    length = max(low, tier.above)
    rates = (
        listed("price", model, {"in": price.input}),
        listed(f"price above {tier.above:,} tokens", model, {"in": tier.input}),
    )
    dearer_by = [(length, tier.input), (-length, price.input)]
    yield Finding(
        place=call.callee_place,
        function=call.function,
        message=message,
        impact=saving(measure, dearer_by, *rates, kind="saving" if passed else "exposure", approximate=True),
    )
