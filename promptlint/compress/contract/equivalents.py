"""Other ways to say what a marker says: elsewhere, once instead of twice, or with another word."""

from __future__ import annotations

from collections.abc import Iterable

from promptlint.compress.contract.agreement import agreement
from promptlint.compress.contract.matching import Side, gist, only_markers, vocabulary
from promptlint.compress.contract.model import Marker, Unit

_LEAST = 0.4
# So many characters at most stand between "if" and its "not".
_CLOSE = 60
_FEW = 3
_COMPARED = 200
_FEWER = frozenset(("some", "most", "many"))
# What stands for some of what "all" stood for.
_PART = frozenset(("main", "key", "major", "primary", "principal", "important", "first", "last", "top", "best"))
_EXACT = frozenset(("exact", "precise", "precisely", "same", "identical", "verbatim", "literal", "unchanged", "only"))
# A negation in a relative clause negates something else: "avoid terms that are not known".
_RELATIVE = frozenset(("that", "which", "who", "whose", "what"))


def excused(
    marker: Marker,
    elsewhere: Iterable[Marker],
    own: Side,
    side: Side,
    became: int | None,
    claimed: dict[int, int],
    *,
    added: bool,
) -> bool:
    """Whether the other side says it elsewhere, or in another way. A sentence that is hardly changed must say it itself.

    `elsewhere`: the markers of the other side that may say it. `became`: the unit of the other side that the marker's
    unit is an edit of. `claimed`: the units of the other side that are edits, and of which. `added`: the marker is new.
    """
    if marker.value == "or":
        return False
    unit = own.units[marker.unit]
    if marker.group == "each" and not added and _fewer(marker, own, side):
        return False
    if marker.group == "each" and became is not None and _PART & side.units[became].written - unit.written:
        return False
    if marker.group in ("if", "not") and _alternative(unit, own, side):
        return True
    if marker.group == "otherwise" and any(_denied(u) for u in side.near(gist(unit)) if u.index not in side.same):
        return True
    elsewhere = list(elsewhere)
    cut = became is not None and gist(unit) == gist(side.units[became])
    if marker.group == "only" and not (added or cut) and _limited_twice(marker, elsewhere, side):
        return True
    if became is None:
        near = side.near(marker.heads) or side.near(marker.around)
        if marker.group == "if":
            near = [u for u in near if u.index not in side.same and _says_more(u, marker, own, claimed)]
        twice = _again(marker, [m for m in elsewhere if m.unit not in side.same], _LEAST)
        twice = twice or _again(marker, [m for m in elsewhere if m.unit in side.same], 1.0)
        return twice or _instead(marker, near, unit, edited=False, added=added)
    became_unit = side.units[became]
    if marker.group == "not" and not added and _affirmed(marker, unit, became_unit):
        return False
    same = [m for m in became_unit.markers if m.group == marker.group]
    # Where every other word is still there, nothing but this marker was changed.
    bare = gist(unit) == gist(became_unit) and marker.value != "onlythis" and marker.group != "number"
    shares = [m for m in same if _distributed(marker, m, unit)] if bare else same
    # Sentences that went into one: theirs may say it too.
    merged = [m for m in elsewhere if m.unit not in claimed and m.unit not in side.same]
    return (
        _again(marker, shares)
        or _again(marker, merged)
        or _instead(marker, [became_unit], unit, edited=True, added=added)
        or (
            marker.group in ("not", "except")
            and _instead(marker, _unclaimed(marker, side, claimed), unit, edited=True, added=added)
        )
    )


def _affirmed(marker: Marker, unit: Unit, became: Unit) -> bool:
    """Whether what became of a sentence says without a negation what the sentence says with one: "not unless" is "only if"."""
    if _count(unit, "except") > 0 and _count(became, "only") > _count(unit, "only"):
        return False
    return bool({*marker.heads} & (unit.negated - unit.affirmed) & (became.affirmed - became.negated))


def _limited_twice(marker: Marker, elsewhere: Iterable[Marker], side: Side) -> bool:
    """Whether a sentence that was left as it was has the same limit: "based solely on the text. Use only the text"."""
    limits = (m for m in elsewhere if m.group == "only" and m.unit in side.same)
    return bool(marker.heads) and any(set(marker.heads) <= set(m.heads) for m in limits)


def _alternative(unit: Unit, own: Side, side: Side) -> bool:
    """Whether a sentence that asks "if not" is said with "otherwise": "1 if it is there, 0 if it is not", "…, else 0"."""
    denied = _denied(unit)
    if not denied or len(own.alternatives) >= len(side.alternatives):
        return False
    near = own.units[max(0, unit.index - _FEW) : unit.index]
    before = [m for u in near if not _denied(u) for m in u.markers] + [
        m for m in unit.markers if m.end < denied[0].start
    ]
    rest = gist(unit) - {w for m in (*denied, *unit.markers) if m.group in ("if", "not") for w in m.heads}
    # "if you want to" counts as "may".
    return any(m.group in ("if", "may") for m in before) and any(
        2 * len(rest & vocabulary(u)) >= len(rest) for u in side.alternatives[:_COMPARED]
    )


def _denied(unit: Unit) -> list[Marker]:
    """The conditions of a sentence that ask whether something is not so."""
    denials = [m.start for m in unit.markers if m.group == "not"]
    asked = [m for m in unit.markers if m.group == "if"]
    nearest = {max((m.start for m in asked if m.start < denial), default=-1) for denial in denials}
    return [m for m in asked if m.start in nearest and any(0 < denial - m.start < _CLOSE for denial in denials)]


def _unclaimed(marker: Marker, side: Side, claimed: dict[int, int]) -> list[Unit]:
    """Units of the other side near a marker that no unit became: what they said may have gone into another."""
    return [u for u in side.near(marker.heads) if u.index not in side.same and u.index not in claimed]


def _fewer(marker: Marker, own: Side, side: Side) -> bool:
    """Whether "all" became "some": the other side has more of these, of the same things."""
    here, there = (
        sum(m.group in _FEWER and bool(set(m.heads) & set(marker.heads)) for u in each.open() for m in u.markers)
        for each in (own, side)
    )
    return there > here


def _distributed(marker: Marker, whole: Marker, own: Unit) -> bool:
    """Whether two markers say what one says on the other side: "no links, no code", "no links or code"."""
    heads, every = set(marker.heads), set(whole.heads)
    parts = (set(m.heads) for m in own.markers if m.group == marker.group and m.start != marker.start)
    if (own.signs | own.written) & _RELATIVE or not heads or not heads <= every:
        return False
    return any(p and p <= every and p - heads and heads - p for p in parts)


def _says_more(unit: Unit, marker: Marker, own: Side, claimed: dict[int, int]) -> bool:
    """Whether a unit says more than what another unit of the own side became, and so may hold a condition of this one."""
    other = own.units[claimed[unit.index]] if unit.index in claimed else None
    return other is None or bool(set(marker.heads) & (vocabulary(unit) - vocabulary(other)))


def _again(marker: Marker, others: Iterable[Marker], least: float = 0.6) -> bool:
    """Whether the other side says it once where this side says it twice."""
    return any(
        agreement(marker, other) > 0 and (marker.group == "number" or _repeats(marker, other, least))
        for other in others
    )


def _repeats(marker: Marker, other: Marker, least: float) -> bool:
    """Whether one marker makes another of its kind superfluous."""
    if marker.group == "only":
        return marker.value == "onlythis" or (other.value == marker.value and marker.heads[:1] == other.heads[:1])
    if marker.value in ("not", "may") and other.value != marker.value:
        return False
    if not marker.heads or not other.heads:
        return marker.heads == other.heads
    shared = len(set(marker.heads) & set(other.heads))
    # "no links, images or code" says "no code" too.
    return shared >= least * len(set(marker.heads))


def _instead(marker: Marker, units: list[Unit], own: Unit, *, edited: bool, added: bool) -> bool:
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
        case "if" if _denied(own) and any(_count(u, "except") > _count(own, "except") for u in units):
            # "if it is not asked for" is "unless it is asked for".
            return True
        case "if" if marker.value == "when" and any(_count(u, "then") > _count(own, "then") for u in units):
            # "when you have called it, results are given": "results are then given".
            return True
        case "if":
            if not heads:
                # "if something is missing" is "for missing information".
                negated = _count(own, "not") > 0 and any(_count(u, "not") for u in units)
                return not edited and (negated or marker.value in ("when", "whether"))
            return any(_conditional(marker, u, own, edited=edited) for u in units)
        case "exactly":
            # "exactly as it is written" is "verbatim", "exactly the same" "the same".
            return any(u.written & _EXACT for u in units)
        case "except":
            # "unless asked" is "if not asked", "not except when" is "only when".
            negated = any(_count(u, "not") > _count(own, "not") for u in units)
            if added and any(m.group == "not" and set(m.heads) & heads for m in near):
                return True
            limited = "only" in groups and any(_count(u, "only") > _count(own, "only") for u in units)
            return ("if" in groups and negated) or (limited and _count(own, "not") > 0)
        case "not":
            # "omit links" is "no links".
            # "no additional comments" is "no comments".
            alone = any(m.value == "onlythis" and set(m.heads) & heads for m in shares)
            refused = "declin" not in own.words and any("declin" in u.words and set(u.words) & heads for u in units)
            omitted = any(
                word not in own.words and any(word in u.words and set(u.words) & heads for u in units)
                for word in ("omit", "remov", "replac")
            )
            excepted = _count(own, "except") > 0 and any(_count(u, "only") > _count(own, "only") for u in units)
            # "do not include dates of laws" is "except dates of laws".
            spared = any(m.group == "except" and set(m.heads) & heads for m in near) and not _count(own, "except")
            return alone or spared or refused or omitted or excepted
        case "only":
            other = any(
                "either" in u.signs or (_count(u, "not") > _count(own, "not") and _count(u, "except")) for u in units
            )
            return other or (added and any(gist(u) != gist(own) for u in units))
        case "number" if marker.value in ("morethan 1", "atleast 1"):
            # "if it has one or more errors": "for errors", "several".
            said = _count(own, "if") > 0 and any(gist(u) != gist(own) for u in units)
            return said and any("sever" in u.words or heads & u.plural for u in units)
        case "number" if marker.value == "1":
            # "one entry per line" is "each on a line", "one reason" a reason.
            if not added and any(_recounted(marker, u) for u in units):
                return False
            return not edited or not any(only_markers(own, u) for u in units)
        case "number" if not added and any(_listed(marker, u) and not _recounted(marker, u) for u in (own, *units)):
            # "two keys, a and b" are "keys a and b".
            return True
        case "number":
            return marker.value == "2" and any(m.group == "both" and set(m.heads) & heads for m in near)
        case "both":
            named = any(m.value == "2" for m in own.markers)
            return not named and any(m.value == "2" and m.group == "number" and set(m.heads) & heads for m in near)
        case "each":
            # "all of the rules" are "the rules".
            if marker.value == "eachof" and not any(m.group in _FEWER for m in shares):
                return not edited or not any(only_markers(own, u) for u in units)
            if any(m.group == "per" and set(m.heads[:2]) & {*marker.heads, *own.said} for m in near):
                return True
            if any("each" in u.written and not _count(u, "each") for u in units):
                # "one line for each item" is "one line each".
                return True
            # "each segment is" that became "segments are", "All dates must be in UTC": "Dates in UTC".
            fewer = any(m.group in _FEWER or (m.group == "number" and heads & set(m.heads)) for m in shares)
            if not fewer and any(heads & u.plural and _force(own) > _force(u) for u in units):
                return True
            # "each of them", "each element": it says nothing of its own.
            if not heads & set(own.words) and any(gist(u) != gist(own) for u in units):
                return True
            rows = [{word for member in row for word in member} for u in units for row in u.rows]
            if any(m.group == "each" and heads & row and row & set(m.heads) for m in near for row in rows):
                # "all links and all warnings" are "all links and warnings".
                return True
            around = set(marker.around)
            same = [u for u in units if not edited and 2 * len(around & vocabulary(u)) >= len(around)]
            became = any(heads & (u.plural - own.plural) for u in same)
            again = not edited and any(m.group == "each" for m in near if set(m.around) & heads)
            return became or again
        case "any":
            # "any errors" are "errors".
            if _count(own, "if") == 0 and any(m.group == "each" for m in shares):
                return True
            limited = any(m.group in ("some", "most", "many", "number") for m in shares)
            there = heads & {w for u in units for w in vocabulary(u)}
            return bool(there) and (not edited or bool(heads & own.plural)) and not limited
        case _:
            return False


def _listed(marker: Marker, unit: Unit) -> bool:
    """Whether a unit names as many things as a number counts."""
    literals = sum(kind in ("quote", "code", "name") for kind, _, _, _ in unit.specials)
    rows = (row for row in unit.rows if not set(marker.heads) & {word for member in row for word in member})
    return any(str(len(row)) == marker.value for row in rows) or (literals > 1 and str(literals) == marker.value)


def _recounted(marker: Marker, unit: Unit) -> bool:
    """Whether a unit counts the same things with another number."""
    counts = (m for m in unit.markers if m.group == "number" and m.value != marker.value)
    return any(set(m.heads[:2]) & set(marker.heads[:2]) for m in counts)


def _force(unit: Unit) -> int:
    return _count(unit, "must") + _count(unit, "should")


def _count(unit: Unit, group: str) -> int:
    return sum(marker.group == group for marker in unit.markers)


def _conditional(marker: Marker, unit: Unit, own: Unit, *, edited: bool) -> bool:
    """Whether a unit holds a condition without its `if`: "functions that have a docstring", "put a dash in empty cells"."""
    every = {word for word in marker.heads if not word[-1].isdigit()}
    heads = every - own.faint or every
    there = len(heads & vocabulary(unit))
    # Of a word that is said twice, one may go with the condition.
    if edited and heads and all(0 < own.key.count(word) <= unit.key.count(word) for word in every):
        return True
    signs = unit.signs - own.signs if edited else unit.signs
    return there >= 0.5 * len(heads) and (not edited or marker.value in ("when", "whether") or bool(signs))
