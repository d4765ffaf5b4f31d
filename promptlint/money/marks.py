"""The prefix that a cache mark stands behind."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from promptlint.facts import Call, Literal, Mark, Record, Segment
from promptlint.money import tokens
from promptlint.money.cost import CallMeasure, literal_tokens
from promptlint.money.tokens import Range

_MOST = 100  # no provider takes more than four, and each is held against all that is before it
_PER_MESSAGE = 8  # what the roles and borders of a message may add


class Marked(Record, frozen=True):
    """A mark with all that is before it. `text`: literal tokens there, widened to all models; `whole`: nothing else is.

    `known`: no message before it can be missing. `first`: no other mark stands before it.
    """

    mark: Mark
    segments: tuple[Segment, ...]
    text: Range
    whole: bool
    known: bool
    first: bool


def marked(call: Call, measure: CallMeasure) -> Iterator[Marked]:
    """The marks of a call in order, the first ones of very many."""
    return islice(_marked(call, measure), _MOST)


def _marked(call: Call, measure: CallMeasure) -> Iterator[Marked]:
    models = measure.models
    encoding = tokens.encoding_of(models[0].id if models else None)
    before: list[Segment] = []
    first = True
    for i, message in enumerate(call.messages):
        for mark in sorted(message.marks, key=lambda m: m.end):
            segments = (*before, *message.segments[: mark.end])
            count = literal_tokens(segments, encoding)
            ranges = [tokens.scaled(count, model) for model in models]
            low, high = min((r.low for r in ranges), default=count), max((r.high for r in ranges), default=count)
            yield Marked(
                mark=mark,
                segments=segments,
                text=Range(low=low, high=high + _PER_MESSAGE * (i + 1)),
                whole=all(isinstance(s, Literal) for s in segments),
                known=call.messages_known or (i == 0 and message.role == "system"),
                first=first,
            )
            first = False
        before.extend(message.segments)
