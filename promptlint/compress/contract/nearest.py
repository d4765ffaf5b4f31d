"""Values that were exchanged between what they belong to: "pounds in the UK, euros elsewhere", "euros in the UK, …"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from promptlint.compress.contract.canon import weight
from promptlint.compress.contract.matching import Side
from promptlint.compress.contract.model import Unit

_KINDS = frozenset(("quote", "code", "language", "unit", "constant"))
_ANSWERS = frozenset(("true", "false", "yes", "noanswer"))
# Longer texts are not compared word by word.
_MOST = 2000
_FEW = 12
_REACH = 25
_MORE = 2


def reassigned(before: Side, after: Side, became: dict[int, int]) -> Iterator[tuple[Unit, str, str, str]]:
    """Two values of a sort, each of which now stands next to what the other stood next to."""
    for one, two in became.items():
        yield from _turned([before.units[one]], [after.units[two]])
    yield from _turned(before.open(), after.open())


def _turned(before: Sequence[Unit], after: Sequence[Unit]) -> Iterator[tuple[Unit, str, str, str]]:
    here, there = [w for u in before for w in u.plain], [w for u in after for w in u.plain]
    if not before or max(len(here), len(there)) > _MOST:
        return
    once, once_there = _once(here), _once(there)
    values = _values(before).items() & _values(after).items()
    known = [value for value in sorted(values) if value[0] in once and value[0] in once_there][:_FEW]
    anchors = [w for w in once.keys() & once_there.keys() if w[:1].isalpha() and weight(w) and w not in dict(known)]
    for (first, kind), (second, other) in combinations(known, 2):
        if kind != other or kind == "":
            continue
        mine = {w: _closer(once, w, first, second) for w in anchors}
        theirs = {w: _closer(once_there, w, first, second) for w in anchors}
        turned = {mine[w] for w in anchors if mine[w] and theirs[w] and mine[w] != theirs[w]}
        kept = [w for w in anchors if mine[w] and mine[w] == theirs[w]]
        moved = [w for w in anchors if mine[w] and theirs[w] and mine[w] != theirs[w]]
        if len(turned) == 2 and len(moved) > _MORE * len(kept):
            yield next(u for u in before if first in u.plain), first, second, "requirement"
            return


def _once(words: Sequence[str]) -> dict[str, int]:
    """Where each word stands that stands once."""
    often = Counter(words)
    return {word: at for at, word in enumerate(words) if often[word] == 1}


def _values(units: Sequence[Unit]) -> dict[str, str]:
    found = {word: kind for u in units for kind, word, _, _ in u.specials if kind in _KINDS}
    return found | {word: "answer" for u in units for word in u.plain if word in _ANSWERS}


def _closer(places: dict[str, int], word: str, first: str, second: str) -> str:
    """Which of two values a word is closer to; neither when it is far from both, or as far from each."""
    one, other = abs(places[word] - places[first]), abs(places[word] - places[second])
    if min(one, other) > _REACH or one == other:
        return ""
    return first if one < other else second
