"""Names, languages and units: words that no other word can stand for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct

from promptlint.compress.contract.canon import forms, meaning, stem
from promptlint.compress.contract.matching import Side, gist, vocabulary
from promptlint.compress.contract.model import Unit
from promptlint.compress.contract.steering import MAY_GO

# What makes a name one of a program.
_IDENTIFIER = frozenset("_./[(")
_AGE = stem("age")
_AGED = frozenset(("old", "aged"))
_POINTS = frozenset(("it", "its", "that", "this", "they", "them", "these", "those", "their"))
_NAMED = frozenset(("name", "language", "unit"))


class Special(Struct, frozen=True):
    """A name, language or unit of a unit: its word in canonical form, and where it stands."""

    unit: Unit
    kind: str
    word: str
    start: int
    end: int


def lost_specials(one: Side, other: Side, became: dict[int, int]) -> Iterator[Special]:
    """Names, languages and units that one side has and the other has not, or not with what they belong to."""
    said: dict[str, list[Unit]] = {}
    left: Counter[str] = Counter()
    for unit in other.units:
        for word in {stem(w) for w in special_words(unit)} | unit.raw | unit.every:
            said.setdefault(word, []).append(unit)
        if unit.index not in other.same:
            left.update(stem(w) for w in special_words(unit))
    directions = {word for unit in other.open() for kind, word, _, _ in unit.specials if kind == "direction"}
    given = {word for unit in one.open() for kind, word, _, _ in unit.specials if kind == "direction"}
    counts = Counter(stem(w) for unit in one.units for w in special_words(unit))
    theirs_too = {stem(w) for unit in other.units for w in special_words(unit)}
    novel = theirs_too - {root for unit in one.units for root in (*unit.raw, *(stem(w) for w in special_words(unit)))}
    # In capitals and without, in one text: then the capitals are a name, no stress.
    mine = Counter(word for unit in one.units for word in set(_constants([unit])))
    constants, everywhere = _constants(other.open()), _constants(other.units)
    theirs_open, mine_open = left.copy(), Counter(stem(w) for u in one.open() for w in special_words(u))
    languages = {w for u in one.open() for kind, w, _, _ in u.specials if kind == "language"}
    taken = {*became.values(), *other.same}
    more = any(n > counts[word] for word, n in Counter(_languages(other.units)).items())
    spoken = set(_languages(other.units))
    for unit in one.open():
        named = Counter(stem(w) for w in special_words(unit))
        theirs = other.units[became[unit.index]] if unit.index in became else None
        here = Counter(stem(w) for w in special_words(theirs)) if theirs else Counter()
        for kind, word, start, end in unit.specials:
            root = stem(word)
            if kind == "language" and theirs_open[root] and len(languages) <= 1:
                continue
            if kind == "language" and counts[root] > 1 and root in spoken and not more and _known(word, unit):
                # Said twice, it may be "it" the second time; no other took its place.
                continue
            if kind == "direction":
                if word not in directions and (_turned(word) in directions or _redirected(word, directions, given)):
                    yield Special(unit, "language", word, start, end)
            elif kind == "constant":
                came = set(_constants([theirs] if theirs else ())) - set(_constants([unit]))
                exchanged = bool(came) and not constants[word]
                if exchanged or (not everywhere[word] and (root not in said or one.everywhere[root] > mine[word])):
                    yield Special(unit, "name", word, start, end)
            elif kind not in _NAMED:
                continue
            elif theirs_open[root] and (theirs_open[root] >= mine_open[root] or named[root] > 1):
                # As often as before, or once for "Python 2 and Python 3"; what it belongs to is compared as a pair.
                left[root] -= 1
            elif kind == "unit" and word == "year" and _AGE in other.open_every:
                # "between 8 and 10 years of age" is "aged 8 to 10".
                continue
            elif theirs is not None and (kind != "name" or _IDENTIFIER.intersection(word)):
                enough = here[root] >= named[root] if kind == "language" else here[root] > 0
                if not enough and kind == "name" and root in said and not novel and _pointed(unit, theirs):
                    # "verifying what {name} provides": "verifies that".
                    continue
                if (
                    not enough
                    and root not in theirs.raw - set(here)
                    and not _moved(unit, said.get(root, ()), root, taken)
                ):
                    yield Special(unit, kind, word, start, end)
            elif kind == "unit" and (root in left or (word in forms().counted and root in other.open_every)):
                continue
            elif kind == "name" and (counts[root] == 1 or theirs is None) and _open(other, said.get(root, ())):
                # Said once before, it went where the other text says it.
                continue
            elif kind == "name" and meaning(word) != root and _open(other, said.get(meaning(word), ())):
                # "law in Switzerland" is "Swiss law".
                continue
            elif left[root]:
                left[root] -= 1
            elif kind == "name" and root in theirs_too and not novel and counts[root] > 1:
                # Said twice, it may be "one" or "it" the second time.
                continue
            elif not any(_belongs(unit, u, root) for u in said.get(root, ())[:200]):
                yield Special(unit, kind, word, start, end)


def _pointed(unit: Unit, other: Unit) -> bool:
    """Whether a sentence points at something where it named it."""
    return not _POINTS.isdisjoint(other.written - unit.written)


def _known(word: str, unit: Unit) -> bool:
    """Whether a language only says again what is spoken of: "The Python script must run"."""
    return word in unit.spare or unit.said[:1] == (word,)


def _languages(units: Iterable[Unit]) -> Iterator[str]:
    return (stem(word) for unit in units for kind, word, _, _ in unit.specials if kind == "language")


def _constants(units: Iterable[Unit]) -> Counter[str]:
    """The words in capitals."""
    return Counter(word for unit in units for kind, word, _, _ in unit.specials if kind == "constant")


def _open(side: Side, units: Iterable[Unit]) -> bool:
    return any(unit.index not in side.same for unit in units)


def _turned(direction: str) -> str:
    way, _, language = direction.partition(" ")
    return f"{'to' if way == 'from' else 'from'} {language}"


def _redirected(direction: str, there: set[str], here: set[str]) -> bool:
    """Whether the way now leads to another language."""
    way = direction.split(" ")[0]
    return any(other.split(" ")[0] == way and other not in here for other in there)


def special_words(unit: Unit) -> list[str]:
    return [word for kind, word, _, _ in unit.specials if kind in _NAMED]


def _moved(unit: Unit, others: Iterable[Unit], word: str, taken: set[int]) -> bool:
    """Whether a word went into a sentence of its own, with more of what it belongs to: "Use SI units; degrees Celsius"."""
    rest = {w for w in gist(unit) if stem(w) != word}
    return any(other.index not in taken and rest & gist(other) for other in others)


def _belongs(unit: Unit, other: Unit, word: str) -> bool:
    """Whether a unit says enough of what another says besides a word to stand for it."""
    said = {w for w in gist(unit) if stem(w.split(" ")[-1]) != word}
    if not said:
        return {m.group for m in unit.markers} - MAY_GO <= {m.group for m in other.markers}
    return len(said & vocabulary(other)) >= 0.6 * len(said)


def added_specials(one: Side, other: Side) -> Iterator[Special]:
    """Languages, units and identifiers of AFTER that BEFORE does not say anywhere."""
    known = {root for unit in one.units for root in (*unit.raw, *(stem(w) for w in special_words(unit)))}
    for special in lost_specials(other, one, {}):
        aged = special.kind == "unit" and _AGED.intersection(special.unit.written)
        telling = (special.kind in ("language", "unit") and not aged) or _IDENTIFIER.intersection(special.word)
        if telling and stem(special.word) not in known:
            yield special
