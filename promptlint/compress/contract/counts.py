"""How many of a thing, how often, how exactly: a quantifier that gave way to another, an "always" or a name that is gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from promptlint.compress.contract.canon import forms, meaning, stem
from promptlint.compress.contract.lexicon import verbs
from promptlint.compress.contract.markers import COMPARES, group_of
from promptlint.compress.contract.matching import Side
from promptlint.compress.contract.model import Unit
from promptlint.compress.contract.spots import counterparts

_ALL = frozenset(("each", "eachof"))
_ANY = frozenset(("any", "anyof"))
_FEWER = frozenset(("any", "some", "most"))
_ONE = frozenset(("1", "one"))
_PARTS = frozenset(("some", "several", "most", "many"))
_SEVERAL = frozenset(("several", "multiple", "many", "some", "various"))
# What says "always" in another way.
_AT_ALL_TIMES = frozenset(
    (
        "always",
        "each",
        "eachof",
        "never",
        "not",
        "must",
        "only",
        "any",
        "without",
        "regardless",
        "whatever",
        "when",
        "whenever",
    )
)
_MORE = frozenset(("more", "less", "fewer"))
_COMPARED = frozenset(
    ("than", "more", "less", "fewer", "too", "un", "not", "over", "above", "beyond", "extra", "most", "least")
)
_ORDERS = frozenset(("should", "must", "may"))
_LISTS = frozenset(("following", "these", "below", "above"))
_THE = frozenset(("the", "these", "those"))
# Where something stands, and other words for it.
_PLACES = {
    "first": frozenset(("first", "start", "starts", "starting", "begin", "begins", "beginning", "open", "opening", "opens", "top", "initial", "1", "before", "then")),
    "last": frozenset(("last", "final", "finally", "end", "ends", "ending", "close", "closing", "conclude", "concluding", "bottom", "then", "latest")),
}  # fmt: skip
_REACH = 4
_LETTERS = 4
_NAMED = frozenset(("name", "language"))


def recounted(before: Side, after: Side, became: dict[int, int]) -> Iterator[tuple[Unit, str, str, str]]:
    """Counts of a sentence that its counterpart has in another way: "all criteria", "any criteria"."""
    often, placed = (_often(before), _often(after)), _placed(after)
    for unit, other in counterparts(before, after, became):
        yield from _quantified(unit, other)
        yield from _unnamed(unit, other, before)
        for thing in sorted(_became_all(unit, other)):
            yield unit, thing, f"each {thing}", "quantifier"
        if place := _misplaced(unit, other, placed):
            yield unit, place, "", "requirement"
        if often[0] > often[1] and _sometimes(unit, other):
            yield unit, "always", "", "modal"
        if less := _no_more(unit, other):
            yield unit, less, "", "number"
        for number in sorted(_exact(unit) - _exact(other)):
            if number in other.plain and _exact(unit) <= frozenset(other.plain):
                yield unit, "exactly", number, "number"


def _placed(side: Side) -> frozenset[tuple[str, str]]:
    """What stands in one sentence with a word that says where: "first", "last"."""
    return frozenset((place, word) for u in side.open() for place in _PLACES if place in u.plain for word in u.plain)


def _misplaced(unit: Unit, other: Unit, placed: frozenset[tuple[str, str]]) -> str:
    """The first or the last of some things where it is any of them now: "the last line is", "a line is"."""
    for place, thing in pairwise(unit.plain):
        if place not in _PLACES or (place, thing) in placed:
            continue
        if thing in other.plain and _PLACES[place].isdisjoint(other.plain):
            return f"{place} {thing}"
    return ""


def _often(side: Side) -> int:
    """How many sentences of a text say "always"; every item under such a label does."""
    if any(u.label and "always" in u.plain for u in side.units):
        return len(side.units)
    return sum("always" in u.plain for u in side.units)


def _sometimes(unit: Unit, other: Unit) -> bool:
    """Whether an order that held always only holds: "always close the gate", "close the gate".

    Not where an auxiliary or a condition says it too, or it is about every answer: "you should always", "when it rains, always",
    "always respond in Dutch". A denial beside it says nothing of it: "do not ask, always test it".
    """
    before = dict(zip(unit.plain[1:], unit.plain, strict=False)).get("always", "")
    behind = dict(pairwise(unit.plain)).get("always", "")
    said_too = group_of(before) in _ORDERS or behind in forms().answering | forms().filler
    said_too = said_too or group_of(before) == "not" or any(m.group in ("if", "each") for m in unit.markers)
    return (
        "always" in unit.plain
        and "always" not in other.plain
        and not said_too
        and _AT_ALL_TIMES.isdisjoint({*other.plain} - {*unit.plain})
    )


def _no_more(unit: Unit, other: Unit) -> str:
    """What was compared with something and is there by itself now: "more words than needed", "the words needed"."""
    for at, word in enumerate(unit.plain):
        if word != "than" or _COMPARED & {*other.plain} or any(group_of(w) in COMPARES for w in other.plain):
            continue
        near = unit.plain[max(0, at - _REACH) : at]
        start = next((n for n, w in enumerate(near) if w in _MORE), len(near))
        things = [stem(w) for w in near[start + 1 :]]
        behind = [stem(w) for w in unit.plain[at + 1 : at + 2]]
        if things and {*things, *behind} <= {stem(w) for w in other.plain}:
            return " ".join((*near[start:], word))
    return ""


def _exact(unit: Unit) -> frozenset[str]:
    """The numbers above one, and what stands for numbers, that are to be met exactly."""
    return frozenset(b for a, b in pairwise(unit.plain) if a == "exactly" and not b.isalpha() and b not in _ONE)


def _quantified(unit: Unit, other: Unit) -> Iterator[tuple[Unit, str, str, str]]:
    if "anyof" in unit.plain and not _ANY & {*other.plain} and "eachof" in {*other.plain} - {*unit.plain}:
        # "any of the following:", "all of these:"
        yield unit, "any", "all", "quantifier"
    mine, theirs = _counted(unit.plain), _counted(other.plain)
    for word, (sign, plural) in mine.items():
        sign_there, plural_there = theirs.get(word, ("", False))
        if sign in _ALL and sign_there in _FEWER and not (_steered(unit, word) or _steered(other, word)):
            yield unit, sign, sign_there, "quantifier"
        elif sign == "eachof" and not sign_there and _only_the(unit, other, word):
            yield unit, sign, word, "quantifier"
        elif sign in _ONE and not plural and plural_there:
            # "only one label", "one of the labels"
            alone = (
                sign == "one"
                and not sign_there
                and not _ONE & {one for one, two in pairwise(other.plain) if two == "of"}
            )
            if sign_there in _SEVERAL or alone:
                yield unit, sign, sign_there or word, "quantifier"


def _only_the(unit: Unit, other: Unit, word: str) -> bool:
    """Whether "all the keys" are "the keys" now, and not because a list says which: "all of the following keys:"."""
    if unit.label or other.label or not _LISTS.isdisjoint(unit.plain):
        return False
    return any(one in _THE and stem(two) == word for one, two in pairwise(other.plain))


def _became_all(unit: Unit, other: Unit) -> frozenset[str]:
    """The things of which there were several, or some, and which are all of them now."""
    some, every = (_said_of(unit, _PARTS), _said_of(other, _ALL))
    return (some & every) - _said_of(unit, _ALL) - _said_of(other, _PARTS)


def _said_of(unit: Unit, signs: frozenset[str]) -> frozenset[str]:
    """The words right behind some quantifiers."""
    return frozenset(stem(two) for one, two in pairwise(unit.plain) if one in signs)


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
        if group_of(thing) or stem(thing) in verbs() or stem(thing) in forms().verbs:
            # "the Agent knows": what a name does is no thing of that name.
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
