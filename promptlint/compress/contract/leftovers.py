"""Markers that found no counterpart by their words: a rewrite may exchange what they govern as well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from promptlint.compress.contract.canon import akin, forms, light
from promptlint.compress.contract.matching import Side, gist
from promptlint.compress.contract.model import Marker, Unit

# What these govern is compared as words; that they are there at all is what counts.
_LOOSE = frozenset(
    (
        "number",
        "not",
        "only",
        "if",
        "before",
        "after",
        "each",
        "any",
        "some",
        "both",
        "may",
        "except",
        "otherwise",
        "rarely",
        "try",
    )
)
# Of one sort so many are looked at: a text that holds more of them says nothing that a person reads.
_COMPARED = 200
_FEW = 30
_ORDERS = frozenset(("must", "should"))


def settled(
    lost: Sequence[Marker], added: Sequence[Marker], before: Side, after: Side
) -> Iterator[tuple[Marker, Marker]]:
    """Pairs of a marker that is gone and one that came, which say the same of things that have other names now.

    A negation is none of these when what it governed is said without a negation on the other side.
    """
    left: dict[tuple[str, str], list[Marker]] = defaultdict(list)
    for marker in added:
        left[_sort(marker)].append(marker)
    for marker in lost:
        if marker.group not in _LOOSE or marker.value == "or":
            continue
        near = left[_sort(marker)]
        same = [m for m in near[:_COMPARED] if m.value == marker.value or _same(marker, m, before, after)]
        fitting = [(share, m) for m in same if (share := _near(marker, m)) and _fits(marker, m, before, after)]
        turned = () if fitting else _turned(marker, near, left["not", ""], after)
        for other in turned:
            left[_sort(other)].remove(other)
            yield marker, other
        if fitting:
            best = max(fitting, key=lambda pair: (pair[0], -pair[1].start))[1]
            near.remove(best)
            yield marker, best


def _sort(marker: Marker) -> tuple[str, str]:
    """What markers have in common that may say the same: numbers their figure, negations nothing more."""
    figure = marker.value.rpartition(" ")[2]
    return marker.group, {"number": figure, "not": ""}.get(marker.group, marker.value)


def _same(gone: Marker, came: Marker, before: Side, after: Side) -> bool:
    """Whether two negations may say the same, or two numbers: "after version 3.8", "after 3.8"."""
    if gone.group != "number":
        return gone.group == "not"
    (first, one), (second, other) = (m.value.rpartition(" ")[::2] for m in (gone, came))
    if one != other or not {first, second} <= {"", "after", "before"}:
        return False
    said = after.units[came.unit] if first else before.units[gone.unit]
    # "if there were three attempts" is "after three attempts".
    return any(m.group == (first or second) or (m.group == "if" and "after" in (first, second)) for m in said.markers)


_TURNED = {"atmost": "morethan", "atleast": "lessthan"}


def _turned(marker: Marker, came: Sequence[Marker], negations: Sequence[Marker], after: Side) -> tuple[Marker, ...]:
    """What came in place of "at most 3": "more than 3" in what is not to be done."""
    comparator, _, number = marker.value.partition(" ")
    if comparator not in _TURNED:
        return ()
    value = f"{_TURNED[comparator]} {number}"
    for other in came[:_COMPARED]:
        if other.value != value or not (_near(marker, other) or set(marker.heads) & set(other.heads)):
            continue
        unit = after.units[other.unit]
        negated = [m for m in unit.markers if m.group == "not" and m.start < other.start]
        if negated:
            own = [m for m in negations if m.unit == other.unit]
            return (other, *own[:1])
    return ()


def said_otherwise(marker: Marker, before: Side, after: Side) -> bool:
    """Whether a rewritten sentence says a condition or a quantifier without its word, all that it governs being there.

    "If the customer asks about a refund, transfer": "Refunds: transfer". What is missing of it is missed as words.
    """
    if marker.group == "not":
        # "if nothing was found": "if there are none", "without results".
        unit = before.units[marker.unit]
        asked = any(m.group == "if" for m in unit.markers)
        return (
            asked
            and after.negations >= before.negations
            and all(light(word) or not word.isalpha() for word in marker.heads)
            and not flipped(marker, after)
        )
    if marker.value == "bothand":
        # "both A and B" is "A and B".
        return True
    if marker.group not in ("if", "otherwise", "any") or marker.value == "anyof":
        return False
    heads = {word for word in marker.heads if word.isalpha()}
    telling = {w for w in heads if not light(w)}
    if marker.group == "any" or not heads:
        fewer = (m for u in after.open() for m in u.markers if m.group in ("some", "most", "many", "each"))
        return not any(heads & set(m.heads) for m in fewer)
    said = after.open_words
    if not all(word in said or f"un {word}" in said or akin(word, after.open_kin) for word in telling):
        return False
    # What follows from it stands there as well: in this sentence, or in the next.
    unit = before.units[marker.unit]
    rest = gist(unit) - heads
    near = (
        u
        for u in after.near(heads)
        if u.index not in after.same
        and 2 * len(heads & u.every) >= len(heads)
        and not _said_before(heads, u, unit, before)
    )
    return any(not rest or 2 * len(rest & _around(u, after)) >= len(rest) for u in near)


def _said_before(heads: set[str], unit: Unit, own: Unit, before: Side) -> bool:
    """Whether a unit says some words because another sentence said them, or its own sentence said them twice."""
    if all(own.said.count(word) > unit.said.count(word) for word in heads):
        return True
    said = gist(unit)
    near = {u.index: u for word in sorted(heads) for u in before.saying.get(word, ()) if u.index != own.index}
    return any(2 * len(gist(u) & said) > len(gist(u) | said) and not heads.isdisjoint(u.every) for u in near.values())


def _around(unit: Unit, side: Side) -> frozenset[str]:
    """What a unit and its neighbours say."""
    near = side.units[max(0, unit.index - 1) : unit.index + 2]
    return frozenset(word for u in near for word in (*u.key, *u.words))


def flipped(marker: Marker, other: Side) -> bool:
    """Whether what a negation governs stands in the other text without one."""
    heads = marker.heads[:1] if marker.value == "un" else marker.heads
    return any(affirmed(word, other) for word in heads if marker.value == "un" or not light(word))


def affirmed(word: str, side: Side) -> bool:
    """Whether a text says a word where no negation reaches it."""
    return any(
        not any(m.group == "not" and word in (*m.heads, *m.clause) for m in unit.markers)
        for unit in side.holding.get(word, ())
    )


def contrary(marker: Marker, own: Side, other: Side) -> bool:
    """Whether the other text says the opposite of what a negation governs: "not change" is "keep"."""
    opposites = forms().opposites
    come = other.open_every - own.open_every
    return any(not come.isdisjoint(opposites.get(word, ())) for word in marker.heads[:2])


def kept_as_is(marker: Marker, own: Side, other: Side) -> bool:
    """Whether the other text says the opposite of the same thing: "do not change the names", "keep the names"."""
    verb, things = marker.heads[:1], set(marker.heads[1:])
    come = other.open_every - own.open_every
    for opposite in sorted(forms().opposites.get(verb[0], frozenset()) & come) if verb else ():
        if any(things & unit.every and verb[0] not in unit.every for unit in other.holding.get(opposite, ())):
            return True
    return False


def _near(one: Marker, other: Marker) -> float:
    """How much what stands around two markers has in common; 0 when nothing."""
    if one.group == "number" and not (one.around and other.around):
        return 0.1
    first, second = {*one.around, *one.heads, *one.clause}, {*other.around, *other.heads, *other.clause}
    return len(first & second) / (min(len(first), len(second)) or 1)


def _fits(gone: Marker, came: Marker, before: Side, after: Side) -> bool:
    if gone.group == "number":
        # "3 times, 30 seconds" is not "30 times, 3 seconds".
        return not (set(gone.heads[:1]) & came.clause or set(came.heads[:1]) & gone.clause)
    if gone.group == "only" and gone.heads and came.heads:
        # "only the context", "only the question": it went from one to the other.
        return light(gone.heads[0]) or gone.heads[0] not in after.open_words
    if gone.group == "may":
        # What was an order is no permission that was there before in other words.
        near = (u for head in came.heads for u in before.holding.get(head, ())[:_FEW])
        return not any(m.group in _ORDERS and {*m.heads} & {*came.heads} for u in near for m in u.markers)
    return gone.group != "not" or not (flipped(gone, after) or flipped(came, before))
