"""How many of a thing: a quantifier that gave way to another, one that became several, a name that an aligned sentence lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from promptlint.compress.contract.canon import meaning, stem
from promptlint.compress.contract.markers import group_of
from promptlint.compress.contract.matching import Side
from promptlint.compress.contract.model import Unit
from promptlint.compress.contract.spots import counterparts

_ALL = frozenset(("each", "eachof"))
_FEWER = frozenset(("any", "some", "most"))
_ONE = frozenset(("1", "one"))
_SEVERAL = frozenset(("several", "multiple", "many", "some", "various"))
_REACH = 4
_LETTERS = 4
_NAMED = frozenset(("name", "language"))


def recounted(before: Side, after: Side, became: dict[int, int]) -> Iterator[tuple[Unit, str, str, str]]:
    """Counts of a sentence that its counterpart has in another way: "all criteria", "any criteria"."""
    for unit, other in counterparts(before, after, became):
        yield from _quantified(unit, other)
        yield from _unnamed(unit, other, before)


def _quantified(unit: Unit, other: Unit) -> Iterator[tuple[Unit, str, str, str]]:
    mine, theirs = _counted(unit.plain), _counted(other.plain)
    for word, (sign, plural) in mine.items():
        sign_there, plural_there = theirs.get(word, ("", False))
        if sign in _ALL and sign_there in _FEWER and not (_steered(unit, word) or _steered(other, word)):
            yield unit, sign, sign_there, "quantifier"
        elif sign in _ONE and not plural and plural_there:
            # "only one label", "one of the labels"
            alone = (
                sign == "one"
                and not sign_there
                and not _ONE & {one for one, two in pairwise(other.plain) if two == "of"}
            )
            if sign_there in _SEVERAL or alone:
                yield unit, sign, sign_there or word, "quantifier"


def _steered(unit: Unit, word: str) -> bool:
    """Whether a negation or a condition reaches a word: "not all" is no "all"."""
    return any(m.group in ("not", "if") and {word, meaning(word)} & {*m.heads, *m.clause} for m in unit.markers)


def _counted(words: Sequence[str]) -> dict[str, tuple[str, bool]]:
    """Each word that stands once, with the quantifier before it, if any, and whether it is a plural."""
    signs = _ALL | _FEWER | _ONE | _SEVERAL
    found: dict[str, tuple[str, bool]] = {}
    for at, word in enumerate(words):
        key = stem(word)
        if key in found:
            found[key] = ("?", True)
            continue
        sign = ""
        for near in reversed(words[max(0, at - _REACH) : at]):
            if near in signs and near != "most":
                sign = near
                break
            if near != "most" and (group_of(near) or len(near) < 4):
                break
        found[key] = (sign, word.endswith("s") and not word.endswith("ss"))
    return found


def _unnamed(unit: Unit, other: Unit, before: Side) -> Iterator[tuple[Unit, str, str, str]]:
    """A name that was taken from a thing that always stands with it: "the Google calendar", "the calendar"."""
    things = dict(pairwise(unit.plain))
    there = {two for _, two in pairwise(other.plain)}
    for kind, word, _, _ in unit.specials:
        thing = things.get(word, "")
        if kind not in _NAMED or word in other.plain or thing not in there or len(thing) < _LETTERS:
            continue
        if (
            unit.plain.count(thing) == 1
            and {stem(word), meaning(word)}.isdisjoint(other.every)
            and _always(word, thing, before)
        ):
            yield unit, word, "", "name"


def _always(name: str, thing: str, side: Side) -> bool:
    """Whether a thing stands nowhere without its name."""
    said = ((one, two) for unit in side.units for one, two in pairwise(("", *unit.plain)))
    return all(one == name for one, two in said if stem(two) == stem(thing))
