"""Negations, exceptions, modal force, quantifiers and numbers: each must still govern what it governed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from promptlint.compress.contract.canon import forms
from promptlint.compress.contract.matching import Side, gist, vocabulary
from promptlint.compress.contract.model import Marker, Unit

KINDS = {
    "not": "negation", "neednot": "negation", "only": "exception", "except": "exception", "if": "requirement",
    "before": "number", "after": "number", "must": "modal", "should": "modal", "may": "modal", "try": "modal",
    "rarely": "modal", "each": "quantifier", "any": "quantifier", "some": "quantifier", "most": "quantifier", "many": "quantifier", "both": "quantifier",
    "number": "number", "atleast": "number", "atmost": "number", "lessthan": "number", "morethan": "number",
}  # fmt: skip
# Dropping these words alone loses nothing: an order says "must" by itself, and what else they say stands in other words.
MAY_GO = frozenset(("announce", "must", "should", "then", "many", "most", "try", "rarely", "some", "per"))
_MAY_COME = frozenset(("announce", "each", "must", "should", "then", "many", "most", "some", "per"))
_MODAL = frozenset(("must", "should", "may"))
_SAME = ({"if", "when"}, {"not", "un"}, {"may", "can"})
_COMPARED = 30
_WORDS = 12


def lost_markers(before: Side, after: Side, became: dict[int, int]) -> Iterator[tuple[Marker | None, Marker | None]]:
    """Markers of BEFORE without a counterpart in AFTER, and markers that AFTER adds; a changed one comes as a pair."""
    came = {other: one for one, other in became.items()}
    pool, everywhere = _Pool(after.open()), _Pool(after.units)
    markers = [m for unit in before.open() for m in unit.markers]
    # "must be able to" that became "may" is no permission that was there before.
    forced = {(m.unit, head) for m in markers if m.group in ("must", "should") for head in m.heads}
    scored = [
        (score, at, other)
        for at, marker in enumerate(markers)
        for other in pool.near(marker)
        if (other.unit not in came or became.get(marker.unit, other.unit) == other.unit)
        and not (marker.value == "can" and other.value == "may" and forced & {(marker.unit, h) for h in other.heads})
        and (score := _agreement(marker, other)) > 0
    ]
    scored.sort(key=lambda item: (-item[0], item[1], item[2].start))
    matched: set[int] = set()
    taken: set[tuple[int, str]] = set()
    for _, at, other in scored:
        if at not in matched and (other.start, other.group) not in taken:
            matched.add(at)
            taken.add((other.start, other.group))
    lost = [
        m
        for at, m in enumerate(markers)
        if at not in matched and not _excused(m, everywhere, before, after, became.get(m.unit), came)
    ]
    added = [m for u in after.open() for m in u.markers if (m.start, m.group) not in taken]
    there = _Pool(before.units)
    for gone, new in _report(
        lost, [m for m in added if not _excused(m, there, after, before, came.get(m.unit), became)]
    ):
        if gone is None or new is not None or gone.group != "may" or not _limited(gone, after):
            yield gone, new


def _limited(marker: Marker, after: Side) -> bool:
    """Whether a permission that is gone shows in its limit: "you may use it only once" is "use it only once"."""
    heads = set(marker.heads)
    limits = (m for u in after.near(heads) for m in u.markers if m.group in ("only", "number"))
    return any(set(m.around) & heads for m in limits)


def _excused(
    marker: Marker, everywhere: _Pool, own: Side, side: Side, became: int | None, claimed: dict[int, int]
) -> bool:
    """Whether the other side says it elsewhere, or in another way. A sentence that is hardly changed must say it itself."""
    unit = own.units[marker.unit]
    if became is None:
        near = side.near(marker.heads) or side.near(marker.around)
        if marker.group == "if":
            near = [u for u in near if u.index not in side.same and _says_more(u, marker, own, claimed)]
        return _again(marker, everywhere.near(marker)) or _instead(marker, near, unit, edited=False)
    became_unit = side.units[became]
    same = [m for m in became_unit.markers if m.group == marker.group]
    # Where every other word is still there, nothing but this marker was changed.
    bare = gist(unit) == gist(became_unit) and marker.value != "onlythis" and marker.group != "number"
    shares = [m for m in same if _distributed(marker, m, unit)] if bare else same
    return _again(marker, shares) or _instead(marker, [became_unit], unit, edited=True)


def _distributed(marker: Marker, whole: Marker, own: Unit) -> bool:
    """Whether two markers say what one says on the other side: "no links, no code", "no links or code"."""
    heads, every = set(marker.heads), set(whole.heads)
    parts = (set(m.heads) for m in own.markers if m.group == marker.group and m.start != marker.start)
    return bool(heads) and heads <= every and any(p and p <= every and not p & heads for p in parts)


def _says_more(unit: Unit, marker: Marker, own: Side, claimed: dict[int, int]) -> bool:
    """Whether a unit says more than what another unit of the own side became, and so may hold a condition of this one."""
    other = own.units[claimed[unit.index]] if unit.index in claimed else None
    return other is None or bool(set(marker.heads) & (vocabulary(unit) - vocabulary(other)))


class _Pool:
    """Markers by what they govern and by what stands around them."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.heads: dict[tuple[str, str], list[Marker]] = defaultdict(list)
        self.around: dict[tuple[str, str], list[Marker]] = defaultdict(list)
        self.bare: dict[str, list[Marker]] = defaultdict(list)
        self.every: dict[str, list[Marker]] = defaultdict(list)
        for unit in units:
            for marker in unit.markers:
                self.every[marker.group].append(marker)
                for word in set(marker.heads):
                    self.heads[marker.group, word].append(marker)
                for word in set(marker.around):
                    self.around[marker.group, word].append(marker)
                if not marker.around or not marker.heads:
                    self.bare[marker.group].append(marker)

    def near(self, marker: Marker) -> list[Marker]:
        """Those that may say the same."""
        found: dict[int, Marker] = {}
        for word in marker.heads:
            for other in self.heads.get((marker.group, word), ())[:_COMPARED]:
                found[other.start] = other
        for word in marker.around[:_WORDS]:
            for other in self.around.get((marker.group, word), ())[:_COMPARED]:
                found[other.start] = other
        if not marker.heads and not marker.around:
            return self.every.get(marker.group, [])[:_COMPARED]
        for other in self.bare.get(marker.group, ())[:_COMPARED]:
            found[other.start] = other
        return list(found.values())


def _report(lost: list[Marker], added: list[Marker]) -> Iterator[tuple[Marker | None, Marker | None]]:
    used: set[int] = set()
    sharing: dict[str, list[Marker]] = defaultdict(list)
    for marker in added:
        for word in _words(marker):
            sharing[word].append(marker)
    for marker in lost:
        choices = {m.start: m for word in _words(marker) for m in sharing.get(word, ())[:_COMPARED]}
        nearest = sorted(choices.values(), key=lambda m: m.start)
        other = next((m for m in nearest if m.start not in used and _exchanged(marker, m)), None)
        if other is not None:
            used.add(other.start)
            yield marker, other
        elif marker.group not in MAY_GO and marker.value != "can":
            yield marker, None
    for marker in added:
        if marker.start not in used and marker.group not in _MAY_COME and marker.value != "can":
            yield None, marker


def _words(marker: Marker) -> set[str]:
    return {*marker.heads, *marker.around[:_WORDS]}


def _agreement(one: Marker, other: Marker) -> float:
    """How surely two markers say the same; 0 when they do not."""
    if one.value != other.value and {one.value, other.value} not in _SAME and not _same_end(one, other):
        return _only_again(one, other) if one.group == "only" else 0.0
    if one.group == "number":
        return _counts_the_same(one, other)
    around = _share(one.around, other.around)
    if not one.heads or not other.heads:
        return 0.1 + around if around or not one.around or not other.around else 0.0
    if one.group == "only":
        head, others = one.heads[0], other.heads
        near = head in others[:2] and others[0] in one.heads[:3]
        # "wines from Italy only" is "only wines from Italy".
        near = near or len(set(one.heads) & set(others)) >= max(2, 0.6 * min(len(one.heads), len(others)))
        if head == others[0] or near:
            return 1.0 + (head == others[0]) + around
        # "Only answer if asked" is "answer only if asked".
        asked = one.clause & other.clause and (one.clause & set(others) or other.clause & set(one.heads))
        return 0.5 + around if asked else 0.0
    shared = set(one.heads) & set(other.heads)
    if not shared:
        if one.group in ("each", "both") and around:
            return 0.1 + around
        turned = len(one.clause & other.clause) >= 0.5 * min(len(one.clause), len(other.clause))
        return 0.1 + around if one.clause and other.clause and turned else 0.0
    if len(shared) < 0.34 * min(len(set(one.heads)), len(set(other.heads))):
        return 0.0
    return (
        _share(one.heads, other.heads)
        + (one.value == other.value)
        + 0.5 * (one.heads[0] == other.heads[0])
        + 0.3 * around
    )


def _same_end(one: Marker, other: Marker) -> bool:
    """Whether two numbers are the same end of a range: "1 to 5", "from 1 (bad) to 5 (good)", "at least 1, at most 5"."""
    if one.group != "number" or not (one.value[0] == "~" or other.value[0] == "~"):
        return False
    first, second = one.value.removeprefix("~"), other.value.removeprefix("~")
    return first == second or first.split(" ")[-1] == second or second.split(" ")[-1] == first


def _share(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """How much of two sets of words is in both."""
    together = set(one) | set(other)
    return len(set(one) & set(other)) / len(together) if together else 0.0


def _counts_the_same(one: Marker, other: Marker) -> float:
    around = _share(one.around, other.around)
    if set(one.heads) & set(other.heads):
        return 2.0 + around
    if one.heads and other.heads and not forms().collective & {one.heads[0], other.heads[0]}:
        near = one.heads[0] in other.around or other.heads[0] in one.around
        # What another number counts was exchanged: "3 times, 30 seconds".
        exchanged = one.heads[0] in other.clause or other.heads[0] in one.clause
        return 1.0 + around if near and not exchanged else 0.0
    return 1.0 + around if around or not one.around or not other.around else 0.0


def _only_again(one: Marker, other: Marker) -> float:
    """`and nothing else` says of the same thing what `only` says."""
    shared = len(set(one.around) & set(other.around))
    return 0.5 + 0.1 * shared if shared or not one.around else 0.0


def _again(marker: Marker, others: Iterable[Marker]) -> bool:
    """Whether the other side says it once where this side says it twice."""
    return any(
        _agreement(marker, other) > 0 and (marker.group == "number" or _repeats(marker, other)) for other in others
    )


def _repeats(marker: Marker, other: Marker) -> bool:
    """Whether one marker makes another of its kind superfluous."""
    if marker.group == "only":
        return marker.value == "onlythis" or (other.value == marker.value and marker.heads[:1] == other.heads[:1])
    if marker.value in ("not", "may") and other.value != marker.value:
        return False
    if not marker.heads or not other.heads:
        return marker.heads == other.heads
    shared = len(set(marker.heads) & set(other.heads))
    # "no links, images or code" says "no code" too.
    return shared >= 0.6 * len(set(marker.heads))


def _instead(marker: Marker, units: list[Unit], own: Unit, *, edited: bool) -> bool:
    """Whether another word does the work of this one."""
    near = [m for unit in units for m in unit.markers]
    heads = set(marker.heads)
    shares = [m for m in near if not heads or set(m.heads) & heads or set(m.around) & heads]
    groups = {m.group for m in shares}
    match marker.group:
        case "before" | "after":
            every = {m.group for m in near}
            when = marker.group == "after" and any(m.value == "when" for m in shares)
            if every & {"before", "after"}:
                return False
            return "then" in every or when
        case "if":
            if not heads:
                return marker.value == "when" and not edited
            return any(_conditional(marker, u, own, edited=edited) for u in units)
        case "except":
            return "if" in groups and "not" in groups
        case "not":
            # "omit links" is "no links".
            omitted = "omit" not in own.words and any("omit" in u.words and set(u.words) & heads for u in units)
            return omitted or any(m.value == "unless" and set(m.heads) & heads for m in shares)
        case "only":
            return any("either" in u.signs for u in units)
        case "number":
            return marker.value == "2" and any(m.group == "both" and set(m.heads) & heads for m in near)
        case "both":
            return any(m.value == "2" and m.group == "number" and set(m.heads) & heads for m in near)
        case "each":
            if any(m.group == "per" and set(m.heads[:2]) & set(marker.heads) for m in near):
                return True
            # "each segment is" that became "segments are", "for each chapter, in each paragraph" that became one.
            around = set(marker.around)
            same = [u for u in units if not edited and 2 * len(around & vocabulary(u)) >= len(around)]
            became = any(heads & (u.plural - own.plural) for u in same)
            again = not edited and any(m.group == "each" for m in near if set(m.around) & heads)
            return became or again
        case "any":
            # "any errors" are "errors".
            reworded = any(gist(u) != gist(own) for u in units)
            limited = any(m.group in ("some", "most", "many", "number") for m in shares)
            there = heads & {w for u in units for w in vocabulary(u)}
            return bool(there) and (not edited or (reworded and bool(heads & own.plural))) and not limited
        case _:
            return False


def _conditional(marker: Marker, unit: Unit, own: Unit, *, edited: bool) -> bool:
    """Whether a unit holds a condition without its `if`: "functions that have a docstring", "put a dash in empty cells"."""
    heads = set(marker.heads) - own.faint or set(marker.heads)
    there = len(heads & vocabulary(unit))
    if edited and there == len(heads) and len(unit.words) >= 0.9 * len(own.words):
        return True
    signs = unit.signs - own.signs if edited else unit.signs
    return there >= 0.5 * len(heads) and (not edited or marker.value == "when" or bool(signs))


def _exchanged(one: Marker, other: Marker) -> bool:
    """Whether a marker that is gone came back as another."""
    if one.group == "number" or other.group == "number":
        return one.group == other.group and bool(
            set(one.around) & set(other.around) or set(one.heads) & set(other.heads)
        )
    if one.group in _MODAL and other.group in _MODAL | {"try", "rarely"}:
        return bool(set(one.heads) & set(other.heads)) and one.group != other.group
    if KINDS.get(one.group) != KINDS.get(other.group) or one.group in ("must", "should"):
        return False
    # "some of the answers" that became "all answers".
    return bool(set(one.heads) & set(other.heads) or (set(one.around) & set(other.around) and one.group not in MAY_GO))
