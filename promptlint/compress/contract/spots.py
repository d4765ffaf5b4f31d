"""Sentences that stand as they stood but for a few words: there every word that was exchanged or taken out was meant.

Elsewhere a word may go where another says the same, or where the text says it again. A sentence that keeps its wording was
not put in another way, so that a word which stands at another place of the text does not stand for the one that is gone.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from difflib import SequenceMatcher

from promptlint.compress.contract.canon import forms, kin, meaning, stem, weight
from promptlint.compress.contract.markers import group_of
from promptlint.compress.contract.matching import Side
from promptlint.compress.contract.model import Unit

# So much of both sentences stands there in the same order.
_VERBATIM = 0.7
_LONGEST = 3
_CLAUSE = 3
# So much of what was taken out may stand in another sentence.
_MOVED = 0.6
_SIDE = 3
_MIDDLE = 6
# What these say is no verb: "user" is not "use", "guidance" is not "guide".
_NOUNS = ("er", "ers", "or", "ors", "ance", "ence", "ment", "ments", "tion", "tions")
_JOINS = frozenset(("and", "or", "nor"))
# What stands on both sides of these alone may change places.
_EVEN = frozenset(("and", "or", "nor", "with", "the", "a", "an", "both", "any", "each", "your", "its", "as", "well"))
_OPENS = frozenset(("with", "into", "in", "on", "by"))
_HEDGES = frozenset(("rarely", "try"))
_ALWAYS = frozenset(("always", "must", "never"))
_ANY, _ALL = frozenset(("any", "anything")), frozenset(("each", "eachof"))
_DENIALS = frozenset(("not", "neednot", "without"))
_EQUAL = frozenset(("equally", "equal", "same", "identically"))
_MORE = frozenset(("better", "worse", "more", "less", "higher", "lower", "morethan", "lessthan"))
# What takes the place of "all": "the main points".
_CHIEF = frozenset(("main", "key", "major", "primary", "principal", "important", "relevant", "top", "best"))
# A word that stands for a thing said before.
_STANDS_FOR = frozenset(("it", "its", "they", "them", "their", "this", "these", "that", "those", "one", "ones", "such", "so", "above", "below"))  # fmt: skip

Spot = tuple[Sequence[str], Sequence[str]]


def touched(before: Side, after: Side, became: dict[int, int]) -> Iterator[tuple[Unit, str, str, str]]:
    """Words of such sentences that were taken out or exchanged, each with what stands in its place, and its kind of loss."""
    verbatim = {unit.plain for unit in before.units}
    for unit, other in counterparts(before, after, became):
        if found := _transposed(unit.plain, other.plain):
            yield unit, *found, "number" if found[0].isdigit() else "requirement"
            continue
        for gone, come in _spots(unit.plain, other.plain):
            if kind := _steered(unit, other, gone, come):
                yield unit, " ".join(gone), " ".join(come), kind
            elif found := _exchanged(gone, come, unit, other, before.everywhere):
                yield unit, *found, "requirement"
        for gone, come in _spots(unit.plain, other.plain, shortened=True):
            if gone[:1] == ("but",) and len(gone) > _CLAUSE and not come and tuple(gone) == unit.plain[-len(gone) :]:
                # "do not cite the source, but you may use it"
                yield unit, " ".join(gone), "", "exception"
            elif found := _taken(gone, come, other, before, after, verbatim):
                yield unit, *found, "requirement"


def counterparts(before: Side, after: Side, became: dict[int, int]) -> Iterator[tuple[Unit, Unit]]:
    """Sentences that became others, and those of which only words that say little differ."""
    for one, two in became.items():
        if before.units[one].plain != after.units[two].plain:
            yield before.units[one], after.units[two]
    alike: dict[tuple[str, ...], Unit] = {}
    for unit in after.units:
        alike.setdefault(unit.key, unit)
    verbatim = {unit.plain for unit in after.units}
    for unit in before.units:
        if unit.index in before.same and unit.plain not in verbatim and unit.key in alike:
            yield unit, alike[unit.key]


def _spots(one: Sequence[str], other: Sequence[str], *, shortened: bool = False) -> Iterator[Spot]:
    """Where two sentences differ; nowhere when one was put in another way.

    `shortened`: the second may have lost much, but holds little that the first does not.
    """
    most = len(other) if shortened else max(len(one), len(other))
    if min(len(one), len(other)) < (1 - _VERBATIM) * max(len(one), len(other)):
        return
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if sum(block.size for block in matcher.get_matching_blocks()) < _VERBATIM * most:
        return
    for kind, start, end, start_there, end_there in matcher.get_opcodes():
        if kind != "equal":
            yield one[start:end], other[start_there:end_there]


def _steered(unit: Unit, other: Unit, gone: Sequence[str], come: Sequence[str]) -> str:
    """The kind of loss when a word came that says more, or less, than the one it stands for."""
    left, groups = set(gone), {group_of(w) for w in gone}
    if groups & _HEDGES and not _ALWAYS.isdisjoint(come):
        return "modal"
    if groups & {"each", "any"} and not _CHIEF.isdisjoint(come) and _CHIEF.isdisjoint(left):
        return "quantifier"
    if left & _ANY and not _ALL.isdisjoint(come) and any(m.group in ("not", "neednot") for m in unit.markers):
        # "explain nothing", "do not explain everything"
        return "quantifier"
    if {tuple(gone), tuple(come)} == {("and",), ("or",)}:
        # "do not use a and b", "do not use a or b"
        return "" if any(m.group in _DENIALS for m in unit.markers) else "quantifier"
    if left & _EQUAL and not _MORE.isdisjoint(come):
        return "requirement"
    if len(gone) == 1 and not come and gone[0] in forms().limiting:
        # "describes briefly what", "briefly describes what"
        return "" if unit.plain.count(gone[0]) <= other.plain.count(gone[0]) else "requirement"
    return ""


def _exchanged(
    gone: Sequence[str], come: Sequence[str], unit: Unit, other: Unit, known: Container[str]
) -> tuple[str, str] | None:
    """A thing in place of another, both of which the text names."""
    lost, new = _telling(gone), _telling(come)
    if not lost or not new or max(len(gone), len(come)) > _LONGEST or not _STANDS_FOR.isdisjoint(come):
        return None
    if any(_alike(a, b) for a in lost for b in new) or any(map(_acts, (*lost, *new))):
        return None
    # "in a manner that", "in an answer that": what is said in every prompt may stand for what it is.
    more = [w for w in new if other.plain.count(w) > unit.plain.count(w)]
    found = next((w for w in more if weight(w) and stem(w) in known), None)
    return (lost[0], found) if found else None


def _taken(
    gone: Sequence[str], come: Sequence[str], other: Unit, before: Side, after: Side, known: Container[Sequence[str]]
) -> tuple[str, str] | None:
    """A member of a row, or a phrase that says how, which no other sentence has now: "or remove", "with the symbols"."""
    if come or not gone:
        return None
    member = gone[0] in _JOINS or gone[-1] in _JOINS
    words = _telling(gone)
    told = {meaning(w) for w in words if weight(w)} or {meaning(w) for w in words}
    told = {w for w in told if not _has(other, w)}
    if not told or not (member or gone[0] == "per" or (gone[0] in _OPENS and len(told) >= _CLAUSE)):
        return None
    if all(map(_acts, told)) and gone[0] != "or":
        # "analyze the query and", "and return": what is done with it shows in what comes of it.
        return None
    telling = any(weight(w) for w in words)
    if member and telling and all(len(after.holding.get(w, ())) < len(before.holding.get(w, ())) for w in told):
        # No other sentence has it that did not have it before.
        return min(told), ""
    moved = max(
        (sum(_has(u, w) for w in told) for u in after.units if u is not other and u.plain not in known), default=0
    )
    return None if moved > _MOVED * len(told) else (min(told), "")


def _has(unit: Unit, word: str) -> bool:
    return word in unit.every or word in unit.plain or any(kin(word, each) for each in unit.every)


def _transposed(one: Sequence[str], other: Sequence[str]) -> tuple[str, str] | None:
    """Two words that changed places, all else standing as it stood: "from most to least", "from least to most"."""
    if sorted(one) != sorted(other):
        return None
    start = next(at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)
    behind = next(at for at, (a, b) in enumerate(zip(one[::-1], other[::-1], strict=True)) if a != b)
    here, there = one[start : len(one) - behind], other[start : len(other) - behind]
    for left in range(1, _SIDE + 1):
        for right in range(1, _SIDE + 1):
            middle = here[left:-right]
            turned = (*here[-right:], *middle, *here[:left])
            if 0 < len(middle) <= _MIDDLE and turned == tuple(there) and not _EVEN.issuperset(middle):
                return " ".join(here[:left]), " ".join(here[-right:])
    return None


def _acts(word: str) -> bool:
    return not word.endswith(_NOUNS) and (stem(word) in forms().verbs or meaning(word) in forms().verbs)


def _telling(words: Sequence[str]) -> list[str]:
    return [w for w in words if w not in forms().silent and w[:1].isalnum()]


def _alike(one: str, other: str) -> bool:
    return meaning(one) == meaning(other) or kin(stem(one), stem(other)) or kin(meaning(one), meaning(other))
