"""Words that changed places: each is still there, and stands with what another stood with."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations, pairwise

from promptlint.compress.contract.canon import forms
from promptlint.compress.contract.matching import Side
from promptlint.compress.contract.model import Pivot, Unit
from promptlint.compress.contract.pivots import ARTICLES

# A place of a word: the number of its clause, and whether that comes next ("then").
_Place = tuple[int, bool]
# What the second of two steps begins with.
_STEPS = frozenset(("then", "next", "finally"))
# In longer texts more clauses than this are no matter of a few words.
_MOST = 400
# Of one word so many are looked at.
_FEW = 40


def crossed(before: Side, after: Side) -> Iterator[tuple[Unit, str, str]]:
    """Two words of two clauses that were exchanged: "Anna speaks, Ben sings", "Ben speaks, Anna sings".

    A rewrite joins clauses and parts them; it never mixes two.
    """
    here, units = _places(before)
    goes, _ = _places(after)
    cells: dict[int, dict[int, str]] = defaultdict(dict)
    for word in here.keys() & goes.keys():
        cells[here[word][0]].setdefault(goes[word][0], word)
    mixed = {at: row for at, row in cells.items() if len(row) > 1}
    for one, other in combinations(sorted(mixed)[:_MOST], 2):
        shared = sorted(mixed[one].keys() & mixed[other].keys())
        if len(shared) > 1:
            yield units[one], mixed[one][shared[0]], mixed[other][shared[0]]
            return


def reordered(before: Side, after: Side) -> Iterator[tuple[Unit, str, str]]:
    """Steps that changed their order: "first the reasons, then the scores", "first the scores, then the reasons"."""
    here, units = _places(before)
    goes, _ = _places(after)
    both = sorted(here.keys() & goes.keys(), key=lambda word: here[word])[:_MOST]
    for at, later in enumerate(both):
        if not here[later][1]:
            continue
        for earlier in both[max(0, at - 8) : at]:
            first, second = goes[later], goes[earlier]
            if here[earlier][0] == here[later][0] - 1 and first[0] == second[0] - 1 and second[1]:
                yield units[here[later][0]], later, earlier
                return


def sides_exchanged(before: Side, after: Side) -> Iterator[tuple[Unit, str, str]]:
    """What stood on one side of a word and stands on the other: "prefer sense over form", "prefer form over sense"."""
    there: dict[str, list[Pivot]] = defaultdict(list)
    for _, pivot in _turning(after, before):
        if len(there[pivot[0]]) < _FEW:
            there[pivot[0]].append(pivot)
    for unit, (word, *here) in _turning(before, after):
        for _, *goes in there.get(word, ()):
            left, right = _only(here)
            first, second = _only(goes)
            over = left & second, right & first
            turned = sum(map(len, over))
            most = turned > len(left & first) + len(right & second)
            # Else these are sentences on something else.
            most = most and 2 * turned >= min(len(left | right), len(first | second))
            if all(over) and (most or _ends(word, over) or _whole(word, here, goes)):
                yield unit, min(over[0]), min(over[1])
                return


def _turning(side: Side, other: Side) -> Iterator[tuple[Unit, Pivot]]:
    """The words with sides of the sentences that the other text has not word by word, and of steps in two sentences."""
    known = set(map(_bare, other.units))
    for unit in side.units:
        if _bare(unit) not in known:
            yield from ((unit, pivot) for pivot in unit.pivots)
    steps = [pair for pair in pairwise(side.units) if _STEPS.issuperset(pair[1].plain[:1])]
    often = Counter(w for unit in {u.index: u for pair in steps for u in pair}.values() for w in set(unit.said))
    for pair in steps:
        if not known.issuperset(map(_bare, pair)):
            first, second = (frozenset(w for w in u.said if often[w] == 1) for u in pair)
            yield pair[0], ("before", first, second)


def _bare(unit: Unit) -> tuple[str, ...]:
    """A sentence word by word, but for its articles."""
    return tuple(word for word in unit.plain if word not in ARTICLES)


def _ends(word: str, over: tuple[frozenset[str], frozenset[str]]) -> bool:
    """Whether the ends of a range changed places: "from most to least relevant"."""
    opposites = forms().opposites
    return word == "from to" and any(not over[1].isdisjoint(opposites.get(end, ())) for end in over[0])


def _whole(word: str, here: list[frozenset[str]], goes: list[frozenset[str]]) -> bool:
    """Whether all that came later comes first now, and the other way round: "think before deciding"."""
    (left, right), (first, second) = here, goes
    return word == "before" and right <= first - second and second <= left - right


def _only(sides: list[frozenset[str]]) -> tuple[frozenset[str], frozenset[str]]:
    """What stands on one side alone."""
    left, right = sides
    return left - right, right - left


def _places(side: Side) -> tuple[dict[str, _Place], list[Unit]]:
    """Where each word stands that the open part says once, and the units of the clauses."""
    clauses = [(unit, words, next_) for unit in side.open() for words, next_ in unit.clauses]
    often = Counter(word for _, words, _ in clauses for word in words)
    places = {word: (at, next_) for at, (_, words, next_) in enumerate(clauses) for word in words if often[word] == 1}
    return places, [unit for unit, _, _ in clauses]
