"""Negations, exceptions, modal force, quantifiers and numbers: each must still govern what it governed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from promptlint.compress.contract.agreement import agreement
from promptlint.compress.contract.canon import akin, stem
from promptlint.compress.contract.equivalents import excused
from promptlint.compress.contract.evidence import still_said
from promptlint.compress.contract.leftovers import contrary, flipped, kept_as_is, said_otherwise, settled
from promptlint.compress.contract.matching import Side, only_markers
from promptlint.compress.contract.model import Marker, Unit

KINDS = {
    "not": "negation", "neednot": "negation", "only": "exception", "otherwise": "exception", "except": "exception", "if": "requirement",
    "before": "number", "after": "number", "must": "modal", "should": "modal", "may": "modal", "try": "modal",
    "rarely": "modal", "each": "quantifier", "any": "quantifier", "some": "quantifier", "most": "quantifier", "many": "quantifier", "both": "quantifier",
    "number": "number", "atleast": "number", "atmost": "number", "lessthan": "number", "morethan": "number",
}  # fmt: skip
# Dropping these words alone loses nothing: an order says "must" by itself, and what else they say stands in other words.
MAY_GO = frozenset(
    ("announce", "given", "otherthan", "must", "should", "then", "many", "most", "try", "rarely", "some", "per")
)
_MAY_COME = frozenset(
    ("announce", "exactly", "given", "any", "both", "each", "must", "should", "then", "many", "most", "some", "per")
)
_MODAL = frozenset(("must", "should", "may"))
# "in any order you like"
_CHOICE = frozenset(("like", "prefer", "want", "wish", "choose"))
_PERHAPS = frozenset(("possibly", "perhaps", "maybe"))
_COMPARED = 30
_WORDS = 12


def lost_markers(before: Side, after: Side, became: dict[int, int]) -> Iterator[tuple[Marker | None, Marker | None]]:
    """Markers of BEFORE without a counterpart in AFTER, and markers that AFTER adds; a changed one comes as a pair."""
    came = {other: one for one, other in became.items()}
    pool, everywhere = _Pool(after.open()), _Pool(after.units)
    markers = [m for unit in before.open() for m in unit.markers]
    # "must be able to" that became "may" is no permission that was there before.
    forced = {(m.unit, head) for m in markers if m.group in ("must", "should") for head in m.heads}
    orders = _Pool(before.open()) if any(m.group == "may" for u in after.open() for m in u.markers) else None
    # Where only the "only" of a sentence is gone, no other sentence says it.
    bare = {id(m) for m in markers if m.word in ("only", "just") and _unlimited(m, before, after, became)}
    scored = [
        (score, at, other)
        for at, marker in enumerate(markers)
        for other in pool.near(marker)
        if (other.unit not in came or became.get(marker.unit, other.unit) == other.unit)
        and (id(marker) not in bare or became[marker.unit] == other.unit)
        and not (marker.value == "can" and other.value == "may" and forced & {(marker.unit, h) for h in other.heads})
        and not (orders is not None and other.value == "may" and _ordered(marker, other, orders))
        and (score := agreement(marker, other)) > 0
    ]
    scored.sort(key=lambda item: (-item[0], item[1], item[2].start))
    matched: set[int] = set()
    taken: set[tuple[int, str]] = set()
    for _, at, other in scored:
        if at not in matched and (other.start, other.group) not in taken:
            matched.add(at)
            taken.add((other.start, other.group))
    added = [m for u in after.open() for m in u.markers if (m.start, m.group) not in taken]
    # Nor does another "must" say it where a "should" came: "it must follow the rules", "it should follow the rules".
    softer = {head for m in added if m.group == "should" for head in m.heads}
    bare |= {id(m) for m in markers if m.group == "must" and not softer.isdisjoint(m.heads)}
    lost = [
        m
        for at, m in enumerate(markers)
        if at not in matched
        and (id(m) in bare or not excused(m, everywhere.near(m), before, after, became.get(m.unit), came, added=False))
    ]
    there = _Pool(before.units)
    lost, added = _telling(lost, before, after), _telling(added, after, before)
    lost = [
        m
        for m in lost
        if _bare(m, before, after, became) or _halved(m, before, after, became) or not said_otherwise(m, before, after)
    ]
    open_ = [m for m in lost if id(m) not in bare]
    paired = {id(m) for pair in settled(open_, added, before, after) for m in pair}
    counts = [m for m in added if m.group == "number" and id(m) not in paired]
    left = [m for m in lost if id(m) not in paired]
    paired |= {id(m) for pair in settled(counts, left, after, before) for m in pair}
    lost = [m for m in lost if id(m) not in paired]
    unmatched = {(m.start, m.group) for at, m in enumerate(markers) if at not in matched and id(m) not in paired}
    lost = [m for m in lost if id(m) in bare or not still_said(m, before, after, unmatched)]
    added = [
        m
        for m in added
        if id(m) not in paired
        and (_bare(m, after, before, came) or not said_otherwise(m, after, before))
        and not excused(m, there.near(m), after, before, came.get(m.unit), became, added=True)
    ]
    added = [
        m
        for m in added
        if not _was_there(m, after, before, came)
        if m.group not in ("only", "before", "after")
        or not still_said(m, after, before, {(m.start, m.group) for m in added})
    ]
    for gone, new in _report(lost, added):
        if gone is None or new is not None or gone.group != "may" or not _limited(gone, after):
            yield gone, new


def _ordered(marker: Marker, other: Marker, orders: _Pool) -> bool:
    """Whether what may be done now was an order rather than what a marker permits: "you must use one", "you may use one"."""
    shared = len({*marker.heads} & {*other.heads})
    musts = (m for head in other.heads for m in orders.heads.get(("must", head), ())[:_COMPARED])
    return any(len({*m.heads} & {*other.heads}) > shared for m in musts)


def _was_there(marker: Marker, after: Side, before: Side, came: dict[int, int]) -> bool:
    """Whether the word that steers now stood there before, where it steered nothing: "you should just say yes"; "it is possible"."""
    if marker.word in _PERHAPS and any(
        m.group == "may" for head in marker.heads for u in before.holding.get(head, ())[:_COMPARED] for m in u.markers
    ):
        # "files that may be useful", "possibly useful files"
        return True
    if marker.value == "1" and marker.unit in came and "one" in before.units[came[marker.unit]].plain:
        # "only output one number", "output only one number"
        return True
    if marker.group == "rarely":
        root, written = stem(marker.word), before.open_written
        return root in written.get(root[:4], ()) or akin(root, written)
    return marker.group == "only" and marker.unit in came and marker.word in before.units[came[marker.unit]].written


def _bare(marker: Marker, before: Side, after: Side, became: dict[int, int]) -> bool:
    """Whether nothing but markers was changed in a sentence."""
    if marker.unit not in became:
        return False
    unit, other = before.units[marker.unit], after.units[became[marker.unit]]
    # "if a request is", "for requests"
    return only_markers(unit, other) and other.signs <= unit.signs


def _unlimited(marker: Marker, before: Side, after: Side, became: dict[int, int]) -> bool:
    """Whether a sentence goes on as it is without its `only`."""
    if not _bare(marker, before, after, became):
        return False
    return not any(m.group == "only" for m in after.units[became[marker.unit]].markers)


def _halved(marker: Marker, before: Side, after: Side, became: dict[int, int]) -> bool:
    """Whether what a marker governs went with it, all else being left as it was: "do it, if required", "do it".

    A word of it may be said again: "to store data, assume it is stored".
    """
    if marker.unit not in became or marker.group not in ("if", "otherwise"):
        return False
    said, there = before.units[marker.unit].said, after.units[became[marker.unit]].said
    left = iter(said)
    cut = len(there) < len(said) and all(word in left for word in there)
    taken = Counter(said) - Counter(there)
    gone = (Counter(word for word in marker.heads if word.isalpha()) & taken).total()
    return cut and (2 * gone >= len(marker.heads) or not marker.heads)


def _telling(markers: list[Marker], own: Side, other: Side) -> list[Marker]:
    """Those that no other word stands for: "incorrect" is "wrong", "must not change" is "stays the same"."""
    return [
        m
        for m in markers
        if m.group != "not"
        or not (kept_as_is(m, own, other) or (not flipped(m, other) and (contrary(m, own, other) or m.value == "un")))
    ]


def _limited(marker: Marker, after: Side) -> bool:
    """Whether a permission that is gone shows in its limit: "you may use it only once" is "use it only once".

    Or in the choice that it leaves: "you may answer in any order you like" is "answer in any order you like".
    """
    heads = set(marker.heads)
    near = after.near(heads)[:1]
    if any(u.written & _CHOICE and any(m.group == "any" and set(m.around) & heads for m in u.markers) for u in near):
        return True
    limits = (m for u in near for m in u.markers if m.group in ("only", "number"))
    return any(set(m.around) & heads for m in limits)


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
    used: set[tuple[int, str]] = set()
    # "you should make sure it has": what it governs is named before.
    unnamed = [m for m in added if m.group in ("should", "may") and not m.heads and not m.around]
    sharing: dict[str, list[Marker]] = defaultdict(list)
    for marker in added:
        for word in _words(marker):
            sharing[word].append(marker)
    for marker in lost:
        choices = {(m.start, m.group): m for word in _words(marker) for m in sharing.get(word, ())[:_COMPARED]}
        nearest = sorted(choices.values(), key=lambda m: (m.start, m.group))
        nearest += unnamed if marker.group == "must" else []
        other = next((m for m in nearest if (m.start, m.group) not in used and _exchanged(marker, m)), None)
        if other is not None:
            used.add((other.start, other.group))
            yield marker, other
        elif (marker.group not in MAY_GO or marker.value == "ifpossible") and marker.value != "can":
            yield marker, None
    for marker in added:
        if (marker.start, marker.group) not in used and marker.group not in _MAY_COME and marker.value != "can":
            yield None, marker


def _words(marker: Marker) -> set[str]:
    return {*marker.heads, *marker.around[:_WORDS]}


def _exchanged(one: Marker, other: Marker) -> bool:
    """Whether a marker that is gone came back as another."""
    if one.group == "number" or other.group == "number":
        return one.group == other.group and bool(
            set(one.around) & set(other.around) or set(one.heads) & set(other.heads)
        )
    if one.group == "may" and other.word in _PERHAPS:
        return False
    if one.group == other.group and one.value == other.value:
        # It governs in one unit what it governed in another.
        return False
    if one.group in _MODAL and other.group in _MODAL | {"try", "rarely"}:
        unnamed = one.group == "must" and not (other.heads or other.around)
        return (unnamed or bool(set(one.heads) & set(other.heads))) and one.group != other.group
    if KINDS.get(one.group) != KINDS.get(other.group) or one.group in ("must", "should"):
        return False
    if one.group in MAY_GO and other.group in _MAY_COME and one.group not in KINDS:
        # "you are given a text", "a text is given": what is announced can be announced in another way.
        return False
    # "some of the answers" that became "all answers".
    return bool(set(one.heads) & set(other.heads) or (set(one.around) & set(other.around) and one.group not in MAY_GO))
