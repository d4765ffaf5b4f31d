"""Sentences that say again what another sentence of the text says: of two that do, a rewrite keeps one."""

from __future__ import annotations

from promptlint.compress.contract.canon import forms
from promptlint.compress.contract.matching import Side
from promptlint.compress.contract.model import Unit

# So much of a sentence may be new, a word that says little counting half.
_NEW = 0.34
_LITTLE = 0.5
_LOOKED_AT = 40
_WORDS = 8


def restated(unit: Unit, own: Side, other: Side) -> bool:
    """Whether another sentence of the same text says what a unit says, and one of the other text still does."""
    kept = [one for one in _near(unit, other) if covers(one, unit)] if unit.said else []
    if not kept:
        return False
    for again in _near(unit, own):
        if again.index == unit.index or not covers(again, unit):
            continue
        twice = frozenset(unit.said) & again.every
        if any(len(twice - one.every) <= 1 for one in kept):
            return True
    return False


def covers(other: Unit, unit: Unit) -> bool:
    """Whether a unit says everything of another but for words that say little."""
    if (unit.affirmed - unit.negated) & (other.negated - other.affirmed):
        return False
    if (unit.negated - unit.affirmed) & (other.affirmed - other.negated):
        return False
    there = other.every | frozenset(other.key)
    literals = frozenset(unit.key) - unit.every - forms().groups - forms().markers.keys()
    if not literals <= there or not frozenset(unit.words) - unit.faint <= there:
        return False
    missing = sum(_weight(word, unit) for word in unit.said if word not in there)
    return missing <= _NEW * sum(_weight(word, unit) for word in unit.said)


def _weight(word: str, unit: Unit) -> float:
    return _LITTLE if word in unit.faint or word not in unit.words else 1.0


def _near(unit: Unit, side: Side) -> list[Unit]:
    """The units that have one of its words."""
    words = sorted(frozenset(unit.words) - unit.faint or frozenset(unit.said))[:_WORDS]
    return list({u.index: u for word in words for u in side.saying.get(word, ())[:_LOOKED_AT]}.values())
