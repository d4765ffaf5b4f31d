"""Each requirement of one text must still have a counterpart in the other."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.compress.contract.canon import forms
from promptlint.compress.contract.matching import Side, vocabulary
from promptlint.compress.contract.model import Unit

_ENOUGH = 0.5
_SAME_AGAIN = 0.85
_MODAL = frozenset(("must", "should", "then", "try", "many", "some", "most"))


def uncovered(before: Side, after: Side) -> Iterator[tuple[Unit, str]]:
    """Units of BEFORE that AFTER does not have, each with the words that are missing."""
    for unit in before.open():
        if not unit.words or any(vocabulary(unit) <= vocabulary(other) for other in after.near(unit.words)):
            continue
        missing = _missing(unit, before, after)
        if missing:
            yield unit, " ".join(missing)


def _missing(unit: Unit, before: Side, after: Side) -> tuple[str, ...]:
    """The words of a unit that found no place: all of them, or a phrase of it."""
    said = {w for w in vocabulary(unit) if w not in _MODAL}
    # What the whole prompt is about, and still is, says little of one sentence.
    topics = {w for w in said if before.spread(w) > 1 and w in after.words}
    near = after.near(said)
    opened = [u for u in near if u.index not in after.same]
    together = {word for other in opened[:4] for word in vocabulary(other)}
    again = max((len(said & vocabulary(o)) / len(said) for o in near), default=0.0)
    telling = said - (topics - together)
    if again < _SAME_AGAIN:
        if not said & together or len(telling & together) < _ENOUGH * len(telling):
            return tuple(unit.words)
    there = after.words if again >= _SAME_AGAIN else after.open_words | topics
    for chunk in unit.chunks:
        if not any(word in there for word in chunk):
            return chunk
    return ()


def exchanged(before: Side, after: Side) -> Iterator[tuple[Unit, str, str]]:
    """Words that came back as their opposites."""
    opposites = forms().opposites
    for unit in before.open():
        for word in unit.words:
            if word in after.open_words or word not in opposites:
                continue
            for other in sorted(opposites[word] & after.open_words):
                if other not in before.open_words:
                    yield unit, word, other
