"""PRM308 write-never-read. Its page: `rules/checks/PRM308-write-never-read.md`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from promptlint.facts import Call, Hole
from promptlint.findings import Finding
from promptlint.money.caching import new_each_time
from promptlint.money.cost import CallMeasure, saving
from promptlint.money.marks import Marked, marked
from promptlint.money.models import ModelFacts
from promptlint.money.prices import Price
from promptlint.money.spend import listed
from promptlint.registry import Context, check

_LOOPS = ("for", "comprehension", "gather", "map")


@check("PRM308")
def write_never_read(call: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report a cache that is written, at a price, with each request and never read: what it holds is never the same."""
    if len(measure.models) != 1 or call.opaque or call.hosted_elsewhere:
        return
    model = measure.models[0]
    price = _with_premium(model)
    if price is None or model.cache_minimum is None:
        return
    for one in marked(call, measure):
        hole = _new_each_time(call, one) or _set_anew(call, one, context)
        if not one.first or not one.known or hole is None or one.text.low < model.cache_minimum:
            continue
        premium = [(one.text.low, price.cache_write), (-one.text.low, price.input)]
        rates = listed("cache price", model, {"written": price.cache_write})
        worth = saving(measure, premium, rates, approximate=True)
        what = f"`{hole.name}`" if hole.name else "what is filled in"
        yield Finding(
            place=one.mark.place,
            function=call.function,
            message=f"{what} before this mark is new in each request, so at least {one.text.low:,} tokens are written "
            "to the cache at its higher price and never read",
            impact=worth,
            related=((call.callee_place, "the request"),),
        )


def _with_premium(model: ModelFacts) -> Price | None:
    """The price of a model that bills more for a token that is written to the cache than for one that is sent."""
    price = model.price
    if model.cache_mode != "explicit" or price is None or price.input is None or price.cache_write is None:
        return None
    return price if price.cache_write > price.input else None


def _new_each_time(call: Call, one: Marked) -> Hole | None:
    """The value before a mark that is surely another in each request."""
    holes = [s for s in one.segments if isinstance(s, Hole)]
    span = call.place.span
    for hole in holes:
        if new_each_time(hole.source):
            # Written at the call itself: made anew each time. Elsewhere it may be made once for many requests.
            if span.start <= hole.span.start and hole.span.end <= span.end and not call.via:
                return hole
    every = [s for m in call.messages for s in m.segments if isinstance(s, Hole)]
    if len(every) == 1 and holes and call.loop in _LOOPS and call.loop_item and not call.via and call.messages_known:
        return holes[0]
    return None


def _set_anew(call: Call, one: Marked, context: Context) -> Hole | None:
    """The variable before a mark that the function sets anew for the one request that it makes."""
    made = context.project.made_in.get((call.place.path, call.function), ())
    if call.via or len(list(islice((c for c in made if not c.via), 2))) > 1:
        return None
    holes = (s for s in one.segments if isinstance(s, Hole))
    return next((s for s in holes if s.name in call.anew and s.source.strip("{}") == s.name), None)
