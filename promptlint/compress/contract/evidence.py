"""Whether a marker without a counterpart shows as a loss: its words say in the other text what it forbids, limits or permits.

A rewrite says the same in endless other constructions. So what counts is not that the word for it is gone, but that what it
governs now stands there without it. What it governs and is gone altogether is missed as words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from promptlint.compress.contract.markers import group_of
from promptlint.compress.contract.matching import Side, gist, only_markers
from promptlint.compress.contract.model import NEGATING, Marker, Unit

_LIMITS = frozenset(("only", "not", "except"))
_LIMITED = frozenset(("only", "except"))
_ANY = frozenset(("not", "except"))
_TURNS = frozenset(("then", "after", "if", "otherwise"))
_ORDER = frozenset(("before", "after", "then", "if"))
_PERMITS = frozenset(("may", "neednot", "if"))
# "each session", "the last session".
_PICKS = frozenset(("first", "last", "one", "second", "single", "half", "next", "final", "some"))
_FEWER = frozenset(("some", "most", "many"))


def shows(marker: Marker, own: Side, other: Side, became: dict[int, int]) -> bool:
    """Whether the other text says without a marker what the marker governs."""
    unit = own.units[marker.unit]
    near = [u for u in other.near(gist(unit), limit=6) if u.index not in other.same]
    if marker.group in ("if", "not") and _groups([unit]) >= {"if", "not"} and "otherwise" in _groups(near):
        # "If it is, do this; if it is not, do that": "otherwise do that".
        return False
    if marker.group == "otherwise" and any(_groups([u]) >= {"if", "not"} for u in near):
        return False
    if marker.group == "except" and any("until" in u.written for u in near):
        return False
    if marker.unit in became and only_markers(unit, other.units[became[marker.unit]]):
        return True
    closest = [other.units[became[marker.unit]]] if marker.unit in became else near[:1]
    match marker.group:
        case "not":
            same = sum(m.group == "not" and m.heads == marker.heads for m in unit.markers)
            if marker.unit in became and same > 1:
                return True
            return _denied_less(unit, closest) and _flipped(marker, own, other)
        case "only":
            if marker.value == "only" and marker.heads and _counted(unit, marker.heads[0], other):
                return False
            if _moved(marker, near):
                return True
            excluded = any(_count(u, "not") > _count(unit, "not") for u in near[:2])
            return not excluded and not _groups(near) & _LIMITED
        case "may":
            return not _groups(near) & _PERMITS
        case "each" | "any" | "both":
            fewer = any(m.group in _FEWER and set(m.heads) & set(marker.heads) for u in near for m in u.markers)
            return fewer or any((u.written - unit.written) & _PICKS for u in near[:1])
        case "before" | "after":
            turned = {"before": "after", "after": "before"}[marker.group]
            if any(m.group == turned and set(m.heads) & set(marker.heads) for u in near for m in u.markers):
                return True
            outside = any(m.group == "not" for m in unit.markers) and _groups(near) & _LIMITS
            return not outside and not _groups(near) & _ORDER
        case "if":
            heads = [word for word in marker.heads if word.isalpha()]
            telling = [word for word in heads if word not in unit.faint]
            alike = telling or heads
            if alike and any(all(0 < u.said.count(w) < unit.said.count(w) for w in alike) for u in closest):
                # "To store data, assume it is stored": of a word that is said twice, the one in the condition went.
                return True
            if telling or not heads:
                return not heads or not all(
                    other.says(w, unit) or (own.spread(w) > 1 and w in other.words) for w in telling
                )
            # "when you are finished with that": "then"
            return not all(other.says(word, unit) for word in heads) and not _groups(near[:1]) & _TURNS
        case "atleast" | "atmost" | "lessthan" | "morethan":
            return not any(group_of(word) == marker.group for u in near for word in u.written)
        case "number":
            return not any(_amounts(marker, m, u) for u in other.open() for m in u.markers if m.group == "number")
        case _:
            return True


def _groups(units: Iterable[Unit]) -> set[str]:
    return {m.group for u in units for m in u.markers}


def _denied_less(unit: Unit, near: Sequence[Unit]) -> bool:
    """Whether what came of a sentence has fewer negations, or negates what was said without one."""
    there = sum(_count(u, "not") + len(NEGATING & u.every) for u in near)
    negated = {word for u in near for word in u.negated - u.affirmed}
    turned = unit.affirmed - unit.negated - unit.faint
    return there < _count(unit, "not") + len(NEGATING & unit.every) or not turned.isdisjoint(negated)


def _flipped(marker: Marker, own: Side, other: Side) -> bool:
    """Whether what a negation governs is said without one, or not at all."""
    heads = marker.heads[:1] if marker.value == "un" else marker.heads
    said = [word for word in heads if word in other.affirmed or word in other.negated]
    if said:
        return any(word not in other.negated for word in said[:2])
    if marker.value == "un" or not other.ever_negated.isdisjoint(heads):
        return False
    # What is missed as a word is no matter of its negation.
    return other.negations < own.negations


def _count(unit: Unit, group: str) -> int:
    return sum(marker.group == group for marker in unit.markers)


def _moved(marker: Marker, units: Iterable[Unit]) -> bool:
    """Whether an "only" stands with another word of its sentence now."""
    for unit in units:
        same = [m for m in unit.markers if m.group == "only"]
        if same and marker.heads and marker.heads[0] in unit.every and not _groups([unit]) & _ANY:
            return not any(marker.heads[0] in (*m.heads, *m.clause) for m in same)
    return False


def _counted(unit: Unit, word: str, other: Side) -> bool:
    """Whether an "only" before a number adds nothing to it: "only one of them", "one of them"."""
    numbers = {m.value for m in unit.markers if m.group == "number" and word in (*m.heads, m.value)}
    there = {m.value for u in other.open() for m in u.markers if m.group == "number"}
    return not numbers.isdisjoint(there) or ("1" in numbers and any("single" in u.written for u in other.open()))


_TURNED = {"morethan": "atmost", "lessthan": "atleast"}


def _amounts(one: Marker, other: Marker, unit: Unit) -> bool:
    """Whether another number says the same of the same: "at most 15", "never … more than 15"."""
    (here, first), (there, second) = (m.value.rpartition(" ")[::2] for m in (one, other))
    alike = here == there or (_count(unit, "not") > 0 and _TURNED.get(there) == here)
    same = set(one.heads[:1]) & set(other.heads[:1]) or not one.heads or not other.heads
    return first == second and alike and bool(same)
