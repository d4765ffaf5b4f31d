"""What a call without a cap may cost: the longest answer of every model that may give it, to whoever calls."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from promptlint.facts import Call
from promptlint.findings import Basis, Impact
from promptlint.money import parts
from promptlint.money.ceilings import LONGEST, Ceiling, ceilings, longest
from promptlint.money.cost import CallMeasure, Measures, impact, saving


def exposed(site: Call, callers: Sequence[Call], measures: Measures) -> tuple[str, Impact]:
    """How long one answer can be, in words, and what the dearest costs.

    Where the limit of a model is not known, its answers may be longer, and cost more: then the figures are no bound.
    """
    asked = [(call, measures.calls[call.site_id]) for call in (site, *_through(site, callers))]
    found = [(c, call, m) for call, m in asked for c in ceilings(call, m.models, m.spend.discounts)]
    known = {(call.site_id, c.model.id) for c, call, _ in found}
    whole = len(known) == sum(len(call.model.values) for call, _ in asked)
    if not found:
        return "the model's limit", impact(asked[0][1], "exposure")
    most = max((c for c, *_ in found), key=lambda c: c.tokens)
    said = f"{most.tokens:,} tokens" if whole else f"the model's limit ({most.tokens:,} tokens of {most.model.id})"
    priced = [one for one in found if one[0].usd is not None and one[2].price_model is not None]
    if not priced:
        return said, impact(asked[0][1], "exposure", output_tokens=most.tokens)
    bound = whole and len(priced) == len(found)
    return said, _worth(*max(priced, key=lambda one: one[0].usd or Decimal(0)), alone=len(found) == 1, bound=bound)


def _through(site: Call, callers: Sequence[Call]) -> list[Call]:
    """Callers of the wrapper round a request who are billed for it. A site that names no model says nothing of theirs."""
    if not site.callers or not site.model.values:
        return []
    found = (call for call in callers if call.via and call.via[-1] == site.place and call.model.values)
    return [call for call in found if not call.hosted_elsewhere]


def _worth(ceiling: Ceiling, call: Call, measure: CallMeasure, *, alone: bool, bound: bool) -> Impact:
    """Dollars of the dearest answer, with its own limit among what they are worked out of."""
    price = ceiling.model.price
    assert price is not None
    made = parts.of_tokens(price, 0, ceiling.tokens * measure.request.answers)
    off = measure.spend.discounts.get(ceiling.model.provider, Decimal(0))
    worth = saving(measure, made, kind="exposure", at_least=not bound, discount=off)
    limit = longest(call, ceiling, alone=alone)
    basis = [_limited(one, limit) for one in worth.basis]
    return msgspec.structs.replace(worth, output_tokens=ceiling.tokens, basis=tuple(basis))


def _limited(line: Basis, limit: Basis) -> Basis:
    """A limit of another model gives way to the one that the dollars are worked out of."""
    return limit if line.input == LONGEST and line.value != limit.value else line
