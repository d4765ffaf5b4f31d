"""Each requirement of one text must still have a counterpart in the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from promptlint.compress.contract.canon import forms, stem
from promptlint.compress.contract.matching import Side, gist, vocabulary
from promptlint.compress.contract.model import Unit

_ENOUGH = 0.5
_TOUCHES = 0.4
_LONG = 3
_FEW = 20


def uncovered(before: Side, after: Side) -> Iterator[tuple[Unit, str]]:
    """Units of BEFORE that AFTER does not have, each with the words that are missing."""
    for unit in before.open():
        missing = _missing(unit, before, after) if unit.words else ()
        if missing:
            yield unit, " ".join(missing)


def _missing(unit: Unit, before: Side, after: Side) -> tuple[str, ...]:
    """The words of a unit that found no place: all of them, or a phrase of it."""
    said = gist(unit)
    near = after.near(said, limit=12)
    counterparts = [u for u in near if u.index not in after.same and _touches(said, gist(u))]
    if not counterparts:
        return () if any(_repeated(unit, said, other) for other in near) else unit.words
    together = {word for other in counterparts[:8] for word in vocabulary(other)}
    topics = {w for w in _subject(unit, before, after) if before.spread(w) > 1 and w in after.words}
    telling = said - (topics - together)
    if len(telling & together) < _ENOUGH * len(telling):
        return unit.words
    there = together | topics
    gone = [at for at, chunk in enumerate(unit.chunks) if not any(word in there for word in chunk)]
    # Quotes and holes tell more than words.
    telling_enough = len(said) >= _LONG or any(word not in unit.words for word in said & there)
    most = telling_enough and len(said & there) >= _ENOUGH * len(said)
    if _exchanged_word(said, gist(counterparts[0]), before) and not said - gist(counterparts[0]) <= there:
        return tuple(said - gist(counterparts[0]))
    for at in gone:
        chunk = unit.chunks[at]
        # One word less in a sentence that is all there is style; a list without one of its members is not.
        if len(chunk) > 1 or at in unit.listed or not most or chunk[0] in forms().opposites:
            return chunk
    return ()


def _exchanged_word(said: frozenset[str], theirs: frozenset[str], before: Side) -> bool:
    """Whether a sentence differs from its counterpart by one word, which came in place of another."""
    return len(theirs - said) == 1 == len(said - theirs) and not theirs - said <= before.words


def _touches(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one & other) and len(one & other) >= _TOUCHES * min(len(one), len(other))


def _subject(unit: Unit, before: Side, after: Side) -> Iterable[str]:
    """The words of a unit that may only say what the whole prompt is about: "The summary must be short"."""
    if before.rewritten() or after.rewritten():
        return unit.words
    return unit.chunks[0] if unit.chunks else ()


def _repeated(unit: Unit, said: frozenset[str], other: Unit) -> bool:
    """Whether a unit that is gone only repeated another one."""
    if not said <= vocabulary(other):
        return False
    only_here = unit.raw - other.raw - {stem(word) for word in said}
    return len(said) > len(only_here)


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


def swapped(before: Side, after: Side, became: dict[int, int]) -> Iterator[tuple[Unit, str, str]]:
    """Literals, languages and names that changed places: "the letter in Polish, the summary in English"."""
    for unit in before.open():
        if unit.index not in became:
            continue
        mine, theirs = _places(unit), _places(after.units[became[unit.index]])
        both = [word for word in mine if word in theirs][:_FEW]
        for at, one in enumerate(both):
            for other in both[at + 1 :]:
                for side in (0, 1):
                    here, there = mine[one][side], mine[other][side]
                    if here and there and here != there and (here, there) == (theirs[other][side], theirs[one][side]):
                        yield unit, one, other


def _places(unit: Unit) -> dict[str, tuple[str, str]]:
    """What stands before and behind each special word of a unit that occurs once."""
    special = {word for kind, word, _, _ in unit.specials if kind != "direction"}
    bare = [k.split(" ")[-1] if k.startswith(("to ", "from ")) else k for k in unit.key]
    around = zip(("", *bare), bare, (*bare[1:], ""), strict=False)
    return {word: (left, right) for left, word, right in around if word in special and bare.count(word) == 1}
