"""Parts of sentences that are gone, though each of their words is said somewhere: ", listing them on separate lines"."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.compress.contract.canon import akin, by_beginning
from promptlint.compress.contract.matching import Side
from promptlint.compress.contract.model import Unit

# A word counts whole, one that says little somewhat less, one that every prompt has half.
_LITTLE = 0.7
_COMMON = 0.5
# What so many words say goes into no other word.
_TOLD = 1.8
_COUNTERPARTS = 4
_FEWEST = 2
_LOOKED_AT = 8


def cut_out(before: Side, after: Side) -> Iterator[tuple[Unit, tuple[str, ...]]]:
    """Units of BEFORE a passage of which stands in none of the sentences of AFTER that have the most of them."""
    for unit in before.open():
        # What ends with a colon says what comes.
        if len(unit.words) < _FEWEST or unit.label:
            continue
        there = _counterpart(unit, after)
        beginnings = by_beginning(there)
        passage: list[str] = []
        for word in (*unit.said, None):
            if word is not None and not (word in there or akin(word, beginnings) or _in_one(word, there)):
                passage.append(word)
            elif passage:
                if sum(_weight(w, unit) for w in sorted(set(passage))) >= _TOLD:
                    yield unit, tuple(passage)
                passage = []


def _counterpart(unit: Unit, after: Side) -> frozenset[str]:
    """What the sentences say that have the most of a unit's words."""
    near = {u.index: u for word in unit.said for u in after.saying.get(word, ())}
    nearest = sorted(near.values(), key=lambda u: (-len(unit.every & u.every), u.index))[:_LOOKED_AT]
    said: frozenset[str] = frozenset()
    left = unit.every
    for _ in range(_COUNTERPARTS):
        best = max(nearest, key=lambda u: len(left & u.every), default=None)
        if best is None:
            break
        said |= best.every | best.joined
        left -= best.every
    return said


def _in_one(word: str, there: frozenset[str]) -> bool:
    """Whether it is a part of a word: "time stamp", "timestamp"."""
    return any(word in whole for whole in there)


def _weight(word: str, unit: Unit) -> float:
    if word not in unit.words:
        return _COMMON
    return _LITTLE if word in unit.faint else 1.0
