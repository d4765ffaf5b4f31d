"""What several savings come to together: shares of *spend* that multiply, in the order in which they act on a request.

A router sends part of the spend to a cheaper model; a response cache answers part of what is left without any call; a
prompt cache makes part of the rest cheaper to read; a batch takes half of what can wait; fewer tokens and shorter answers
come last. A step acts on what the steps before it left, so savings are never summed.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from promptlint.facts import Record

ORDER = ("route", "response cache", "prompt cache", "batch", "compress", "cap")
_ALL = Decimal(1)
_NONE = Decimal(0)


class Step(Record, frozen=True):
    """One saving. `share`: part of the spend it acts on; `cut`: part of that which it takes away. Both from 0 to 1.

    A `cut` below zero makes that part dearer: a cache that is written and hardly read.
    """

    name: str
    share: Decimal
    cut: Decimal

    @property
    def keeps(self) -> Decimal:
        """The part of the spend that is left."""
        return 1 - self.share * self.cut


class Level(Record, frozen=True):
    """The spend after a step. `saved` is what this step took, `total_cut` the part of the first spend that is gone."""

    step: Step
    spend: Decimal
    saved: Decimal
    total_cut: Decimal


def compose(spend: Decimal, steps: Iterable[Step]) -> tuple[Level, ...]:
    """The levels of a waterfall, one for each step given, in `ORDER`.

    Raises ValueError for a step that is not in `ORDER`, comes twice, or has a share that is none.
    """
    chosen = sorted(steps, key=_place)
    if len({s.name for s in chosen}) < len(chosen):
        raise ValueError("a step comes twice: its shares must be made one")
    levels: list[Level] = []
    left = spend
    for step in chosen:
        if not 0 <= step.share <= 1 or step.cut > 1:
            raise ValueError(f"{step.name}: {step.share} of the spend cut by {step.cut} is no share")
        after = left * step.keeps
        total = 1 - after / spend if spend else _NONE
        levels.append(Level(step=step, spend=after, saved=left - after, total_cut=total))
        left = after
    return tuple(levels)


def _place(step: Step) -> int:
    if step.name not in ORDER:
        raise ValueError(f"{step.name!r} is no step; they are {', '.join(ORDER)}")
    return ORDER.index(step.name)


def route(share: Decimal, cheap: Decimal, dear: Decimal) -> Step:
    """A share of the spend goes to a model that costs `cheap` where the one in use costs `dear` for the same request."""
    return Step(name="route", share=share, cut=1 - cheap / dear)


def response_cache(hits: Decimal, lookup: Decimal = _NONE) -> Step:
    """A share of the spend is answered from a cache; each look-up costs `lookup`, as a part of one call's cost."""
    # Look-ups are paid for hits and misses alike: they lessen the cut, whatever the share.
    return Step(name="response cache", share=_ALL, cut=hits - lookup)


def prompt_cache(prefix: Decimal, read: Decimal, write: Decimal, hits: Decimal) -> Step:
    """`prefix` is the part of the spend that sends the same prefix again and again.

    `read` and `write` are what cached tokens cost as a part of the plain input rate (0.1 and 1.25), `hits` the part of the
    requests that find the prefix in the cache; the others write it.
    """
    return Step(name="prompt cache", share=prefix, cut=1 - (hits * read + (1 - hits) * write))


def batch(share: Decimal, discount: Decimal) -> Step:
    """A share of the spend can wait for a batch that costs `discount` less."""
    return Step(name="batch", share=share, cut=discount)


def compress(input_share: Decimal, fewer: Decimal) -> Step:
    """Input tokens are `input_share` of the spend, and a part `fewer` of them goes."""
    return Step(name="compress", share=input_share, cut=fewer)


def cap(output_share: Decimal, fewer: Decimal) -> Step:
    """Output tokens are `output_share` of the spend, and a part `fewer` of them lies above the cap."""
    return Step(name="cap", share=output_share, cut=fewer)
