"""What a text still says of a marker that found no counterpart: what counts is whether anything it said has gone.

A rewrite says once what was said twice, puts several negations under one, and a plural for "each": the marker is gone, what it
said of these things is not. A thing that is said without its negation now, and was not before, is never excused.
"""

from __future__ import annotations

from collections.abc import Collection

from promptlint.compress.contract.canon import forms, kin, light, stem
from promptlint.compress.contract.lexicon import qualities
from promptlint.compress.contract.matching import Side, gist
from promptlint.compress.contract.model import Marker, Unit

# "if there are" in canonical form.
_THERE = stem("available")
_JOINS = frozenset(("and", "or", "nor"))
_ORDER = frozenset(("start", "begin", "first", "follow", "followed", "then", "next", "finally", "end", "last", "precede", "preceded"))  # fmt: skip
# A negation in a relative clause negates something else: "avoid terms that are not known".
_RELATIVE = frozenset(("that", "which", "who", "whose", "what"))
_WHAT = frozenset(("what",))
_EACH = frozenset(("each", "per"))
# What so many sentences say is what the text is about.
_TOPIC = 2
_FEWER = frozenset(("some", "most", "many"))
# What "all" and "each" say of things is said of no part of them.
_PART = frozenset(("first", "last", "one", "single", "main", "few", "best", "top"))


def still_said(marker: Marker, own: Side, other: Side, lost: Collection[tuple[int, str]]) -> bool:
    """Whether the other side says what a marker says of the same things, wherever and in whatever construction.

    `lost`: where the markers of the own side stand that found no counterpart; the others may say the same again.
    """
    match marker.group:
        case "not":
            unit = own.units[marker.unit]
            if _said_by_label(marker, unit, other):
                return True
            relative = not _RELATIVE.isdisjoint({*unit.signs, *unit.written & _WHAT})
            # What it governs may stand in another clause: "if there are no errors, do nothing".
            if relative or marker.clause.isdisjoint(marker.heads) or _turned(marker, own, other):
                return False
            near = {u.index: u for word in marker.heads for u in other.saying.get(word, ())}.values()
            told = _telling(marker, unit)
            return (
                any(
                    _reaches(marker, told, m, u) and not _earlier(marker, told, u, own) for u in near for m in u.markers
                )
                or _restated(marker, own, other, lost)
                or _replaced(unit, other)
            )
        case "only":
            if _limited(marker, other) or _restated(marker, own, other, lost):
                return True
            # "no additional comments" is less than "no comments".
            return marker.value == "onlythis" and _governed(marker, other, "not", own.units[marker.unit])
        case "neednot":
            return _governed(marker, other, "not") or _governed(marker, other, "only")
        case "may":
            # "it may contain errors": "if it contains errors".
            return _governed(marker, other, "if")
        case "each":
            # "all" of them may be more than "them".
            single = not own.units[marker.unit].plural.issuperset(marker.heads[:1])
            return single and (_spread(marker, own, other) or _shared(marker, own, other))
        case "before" | "after":
            return _shared(marker, own, other) or _ordered(marker, own, other)
        case "if":
            return _any_of(marker, own, other) or _always(marker, own) or _asked_once(marker, own, other)
        case _:
            return False


def _said_by_label(marker: Marker, unit: Unit, other: Side) -> bool:
    """Whether a label says it once for all of its items: "do not judge the tone", "do not judge the length"."""
    said = gist(unit)
    return any(
        2 * len(said & gist(item)) > len(said)
        and any(m.group == marker.group and m.heads and {*m.heads} <= {*marker.heads} for m in label.markers)
        for item in other.near(said, limit=3)
        if item.index not in other.same and (label := other.label_of(item)) is not None
    )


def _reaches(marker: Marker, told: frozenset[str], other: Marker, unit: Unit) -> bool:
    """Whether another negation reaches what one governs: "cannot lie or make things up"."""
    if other.group != "not" or (other.value == "un") != (marker.value == "un"):
        return False
    return told <= set(other.heads) or (
        not _JOINS.isdisjoint(unit.written) and told <= {*other.heads, *unit.negated} - unit.affirmed
    )


def _earlier(marker: Marker, told: frozenset[str], unit: Unit, own: Side) -> bool:
    """Whether another sentence of the own side, the same as a unit of the other, denied the same before."""
    said = gist(unit)
    near = {u.index: u for word in told for u in own.saying.get(word, ())}
    return any(
        u.index != marker.unit and told <= u.negated and 2 * len(gist(u) & said) > len(gist(u) | said)
        for u in near.values()
    )


def _replaced(unit: Unit, other: Side) -> bool:
    """Whether a sentence says "instead" where it said instead of what."""
    return any(
        "instead" in u.written and "instead" not in unit.written and _same_matter(unit, u)
        for u in other.near(gist(unit))
    )


def _always(marker: Marker, own: Side) -> bool:
    """Whether a "when" is always: "when you answer"; "when writing functions", where other sentences are about them as well."""
    if marker.value != "when":
        return False
    if not marker.heads:
        return _of_the_answer(own.units[marker.unit])
    return all(own.everywhere[word] >= _TOPIC for word in marker.heads)


def _asked_once(marker: Marker, own: Side, other: Side) -> bool:
    """Whether one word asks what was asked twice, or in another way: "whether it is A or whether B", "which it is"."""
    if marker.value != "whether":
        return False
    unit = own.units[marker.unit]
    twice = sum(m.value == "whether" for m in unit.markers) > 1
    return any(
        "which" in u.written - unit.written or (twice and any(m.value == "whether" for m in u.markers))
        for u in other.near(gist(unit), limit=3)
        if u.index not in other.same and 2 * len(gist(unit) & gist(u)) >= len(gist(u))
    )


def _any_of(marker: Marker, own: Side, other: Side) -> bool:
    """Whether a condition became an "any": "if there are errors, list the errors", "list any errors"."""
    here = {w for m in own.units[marker.unit].markers if m.group == "any" for w in m.heads}
    if _THERE in marker.heads and any(
        u.index not in other.same
        and any(m.group == "any" for m in u.markers)
        and _same_matter(own.units[marker.unit], u)
        for u in other.near(gist(own.units[marker.unit]), limit=3)
    ):
        return True
    for unit in other.near(marker.heads):
        things = {w for m in unit.markers if m.group == "any" for w in m.heads} - here
        if unit.index not in other.same and any(w == t or kin(w, t) for w in marker.heads for t in things):
            return True
    return False


def _ordered(marker: Marker, own: Side, other: Side) -> bool:
    """Whether the other side says in another way what comes first: "start with a summary", "after a summary"."""
    unit = own.units[marker.unit]
    return any(
        u.index not in other.same and _ORDER & u.written - unit.written and _same_matter(u, unit)
        for u in other.near(gist(unit), limit=3)
    )


def _of_the_answer(unit: Unit) -> bool:
    return not forms().answering.isdisjoint(unit.written)


def _shared(marker: Marker, own: Side, other: Side) -> bool:
    """Whether one word now stands for two: "each name, each address", "each name and address"."""
    unit, heads = own.units[marker.unit], set(marker.heads)
    siblings = [
        m for m in unit.markers if m.group == marker.group and m.value == marker.value and m.start != marker.start
    ]
    for word in sorted(heads):
        for there in other.holding.get(word, ()):
            for m in there.markers:
                if m.group == marker.group and m.value == marker.value and len(heads & there.every) * 2 >= len(heads):
                    if any(set(s.heads) & set(m.heads) and set(s.heads) != heads for s in siblings):
                        return True
    return False


def _governed(marker: Marker, other: Side, group: str, unit: Unit | None = None) -> bool:
    """Whether another word governs the same things on the other side; for a `unit`, in a sentence that says what it says."""
    told = {w for w in marker.heads if not light(w)} or set(marker.heads)
    near = [
        u
        for u in {u.index: u for word in told for u in other.holding.get(word, ())}.values()
        if unit is None or _same_matter(unit, u)
    ]
    reached = ({*m.heads, *m.clause} for u in near for m in u.markers if m.group == group)
    return any(2 * len(told & words) >= len(told) for words in reached)


def _telling(marker: Marker, unit: Unit) -> frozenset[str]:
    """What a marker governs, without the words that say little where there are others."""
    heads, words = frozenset(marker.heads), frozenset(unit.words)
    denied = unit.negated - unit.affirmed
    return (
        frozenset(w for w in heads if not light(w)) & words or heads & words or marker.clause & words & denied or heads
    )


def _turned(marker: Marker, own: Side, other: Side) -> bool:
    """Whether a thing that a negation governs is said without one: more often than before, or in what became of its sentence."""
    if any(other.affirming(word) > own.affirming(word) for word in marker.heads):
        return True
    unit = own.units[marker.unit]
    denied = (unit.negated - unit.affirmed) & {*marker.heads, *marker.clause}
    said = gist(unit)
    for became in other.near(said, limit=3):
        if became.index in other.same or 2 * len(said & gist(became)) < len(said):
            continue
        if denied & became.affirmed - became.negated:
            return True
    return False


def _restated(marker: Marker, own: Side, other: Side, lost: Collection[tuple[int, str]]) -> bool:
    """Whether the own side says the same of these things again, and the other side still says it."""
    unit = own.units[marker.unit]
    told = _telling(marker, unit)
    if marker.group == "only" and any(
        m.value == marker.value and m.start != marker.start and not m.heads for m in unit.markers
    ):
        # "only 4 or 2 only"
        return True

    def same(m: Marker) -> bool:
        reached = m.heads if m.unit == marker.unit else (*m.heads, *m.clause)
        return m.group == marker.group and m.value == marker.value and told.issubset(reached)

    for again in {u.index: u for word in told for u in own.saying.get(word, ())}.values():
        found = (m for m in again.markers if m.start != marker.start and (m.start, m.group) not in lost)
        if any(same(m) for m in found):
            if all(map(light, told)) and not gist(unit) <= gist(again):
                continue
            return any(same(m) for word in told for u in other.saying.get(word, ()) for m in u.markers)
    return False


def _limited(marker: Marker, other: Side) -> bool:
    """Whether the other side limits the same thing: "only with the context", "with that context only"."""
    thing = next((w for w in marker.heads if not light(w) and w not in qualities()), None)
    if thing is None:
        return False
    limits = (m for u in other.open() for m in u.markers if m.group == "only")
    return any(thing in m.heads[:3] for m in limits if m.value != "onlyif" or marker.value == "onlyif")


def _spread(marker: Marker, own: Side, other: Side) -> bool:
    """Whether what is said of each thing is said of the things: "each answer has", "answers have", "100 words each"."""
    unit = own.units[marker.unit]
    for there in other.open():
        if gist(unit) == gist(there) or not _same_matter(unit, there) or _PART & there.written - unit.written:
            continue
        if _EACH & there.written - unit.written and set(marker.heads) & there.every | set(there.key) & set(
            marker.heads
        ):
            return True
        for thing in marker.heads[:1]:
            parts = (m for m in there.markers if m.group in _FEWER or m.group == "number")
            if thing not in there.every or any(thing in m.heads[:1] for m in parts):
                continue
            if thing in there.plural or any(m.group in ("each", "per") for m in there.markers):
                return True
    return False


def _same_matter(one: Unit, other: Unit) -> bool:
    said = gist(one)
    return 2 * len(said & gist(other)) >= len(said)
