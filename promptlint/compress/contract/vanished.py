"""Sentences that are gone, though each of their words is said in others: those say no more than they said before."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from promptlint.compress.contract.canon import akin, by_beginning
from promptlint.compress.contract.lexicon import alternatives
from promptlint.compress.contract.matching import Side
from promptlint.compress.contract.model import Unit
from promptlint.compress.contract.requirements import announces
from promptlint.compress.contract.restating import restated

# What a sentence says that is an order, whatever its words.
_ORDERS = frozenset(("not", "only", "if", "number", "must", "should", "each", "except", "before", "after", "otherwise"))
_FEWEST = 2
_CANDIDATES = 60
_LOOKED_AT = 12
# So much of what a sentence says is enough in a sentence that did not say it before;
_CAME = 0.34
# less where the rest is there too, and nothing where another sentence of the same text says it all.
_HALF = 0.5
_THERE = 0.6
_SAID_TWICE = 0.2


def vanished(before: Side, after: Side, became: dict[int, int]) -> Iterator[Unit]:
    """Units of BEFORE that give orders, of which no unit of AFTER says anything that its own counterpart did not say."""
    came = {other: _all(before.units[one]) for one, other in became.items()}
    places = _places(after)
    literals = Counter(word for unit in before.units for word in _literals(unit))
    for unit in before.open():
        words = frozenset(unit.said) | _literals(unit)
        if (
            unit.index in became
            or not unit.words
            or len(words) < _FEWEST
            or unit.label
            or unit.kind == "heading"
            or announces(unit)
        ):
            continue
        if _ORDERS.isdisjoint(m.group for m in unit.markers) or restated(unit, before, after):
            continue
        often = {word: 1 / max(1, before.everywhere[word], literals[word]) for word in sorted(words)}
        near = Counter(at for word in words for at in places.get(word, ()))
        found = (
            _covers(after.units[at], often, came.get(at, frozenset()))
            for at, _ in sorted(near.items(), key=lambda item: (-item[1], item[0]))[:_LOOKED_AT]
        )
        if not any(found):
            yield unit


def _places(side: Side) -> dict[str, list[int]]:
    """Where in the open part each word and literal stands: not everywhere, where one stands often."""
    found: dict[str, list[int]] = defaultdict(list)
    for unit in side.open():
        for word in unit.every | _literals(unit):
            if len(found[word]) < _CANDIDATES:
                found[word].append(unit.index)
    return found


def _covers(other: Unit, words: dict[str, float], known: frozenset[str]) -> bool:
    """Whether a unit says what the words say, apart from what is known to be said by the unit that it came from."""
    said = _all(other)
    beginnings = by_beginning(said)
    there = [w for w in words if w in said or akin(w, beginnings) or not said.isdisjoint(alternatives(w))]
    new = [w for w in words if w not in known]
    whole, fresh = _sum(words, words), _sum(new, words)
    came = _sum((w for w in there if w not in known), words)
    if came >= _CAME * whole or fresh <= _SAID_TWICE * whole:
        return True
    return came >= _HALF * fresh and _sum(there, words) >= _THERE * whole


def _sum(some: Iterable[str], words: dict[str, float]) -> float:
    return sum(words[w] for w in some)


def _all(unit: Unit) -> frozenset[str]:
    return unit.every | _literals(unit) | unit.joined


def _literals(unit: Unit) -> frozenset[str]:
    """What stands for itself, and numbers."""
    return frozenset(word for word in unit.key if not word.isalpha())
