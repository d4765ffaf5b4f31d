"""The contract: what a shorter prompt must still say. It knows nothing of how the shorter prompt was made."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from promptlint.compress.contract.canon import stem
from promptlint.compress.contract.changes import changed
from promptlint.compress.contract.literals import Text, cut, marks, whole
from promptlint.compress.contract.matching import Side, edited, gist, sides, vocabulary
from promptlint.compress.contract.model import Loss, Marker, Unit
from promptlint.compress.contract.requirements import exchanged, swapped, uncovered
from promptlint.compress.contract.steering import KINDS, MAY_GO, lost_markers
from promptlint.compress.contract.structure import exact, line_at
from promptlint.compress.contract.units import changed_units, units

_EXAMPLE = stem("example")
# A rewrite may use another word where it says the same; two that were not there before say something new.
_NEW = 2
_NAMED = frozenset(("name", "language", "unit"))
_SENTENCE = re.compile(r"(?:[^.!?;\n]|[.!?;](?!\s|$)){1,200}")
_AUXILIARY = re.compile(r"\b(?:do|does|did|must|should|may|can|is|are|will)\s+$", re.IGNORECASE)

__all__ = ["Loss", "losses"]


def losses(before: str, after: str, *, syntax: str | None = None) -> tuple[Loss, ...]:
    """What AFTER loses of BEFORE, and what it adds, in the order of BEFORE; nothing when it is an honest rewrite.

    `syntax`: the template syntax of the prompt, as in `promptlint.parse.holes`; None recognises all of them.
    """
    if before == after:
        return ()
    first, second = marks(before, syntax), marks(after, syntax)
    if _same_where_changed(first, second):
        return ()
    first, second = whole(first), whole(second)
    one, other = sides(units(first), units(second))
    found = [*exact(first, second), *_said(first, second, one, other)]
    unique = {(loss.kind, loss.before, loss.after, loss.line): loss for loss in found}
    return tuple(sorted(unique.values(), key=lambda x: (x.line, not x.before)))


def _same_where_changed(first: Text, second: Text) -> bool:
    """Whether nothing is lost even when only the lines that differ are read, which is quick.

    What is lost there may still be said elsewhere: then the whole texts decide.
    """
    spans = changed(first, second)
    if spans is None:
        return False
    first, second = cut(first, spans[0]), cut(second, spans[1])
    if any(exact(first, second)):
        return False
    before, after = changed_units(first, second)
    return not any(_said(first, second, *sides(before, after, first.source.count("\n"))))


def _said(first: Text, second: Text, one: Side, other: Side) -> Iterator[Loss]:
    became = edited(one, other)
    for gone, new in lost_markers(one, other, became):
        yield _marker_loss(first, second, gone, new)
    for unit, kind, word in _specials(one, other, became):
        yield Loss(kind, word, "", line_at(first.source, unit.start))
    known = {root for unit in one.units for root in (*unit.raw, *(stem(w) for w in _words(unit)))}
    for unit, kind, word in _specials(other, one, {}):
        if kind in ("language", "unit") and stem(word) not in known:
            yield Loss(kind, "", word, line_at(second.source, unit.start))
    for unit, word, opposite in exchanged(one, other):
        yield Loss("requirement", word, opposite, line_at(first.source, unit.start))
    for unit, word, second_word in swapped(one, other, became):
        kinds = {w: kind for kind, w, _, _ in unit.specials}
        yield Loss(kinds.get(word, "requirement"), word, second_word, line_at(first.source, unit.start))
    for unit, _ in uncovered(one, other):
        kind = unit.kind if unit.kind in ("example", "list_item") else "requirement"
        if _EXAMPLE in unit.words and _EXAMPLE not in other.open_words:
            kind = "example"
        yield Loss(kind, _text(first, unit), "", line_at(first.source, unit.start))
    for unit, _ in uncovered(other, one, least=_NEW):
        yield Loss("requirement", "", _text(second, unit), line_at(second.source, unit.start))


def _marker_loss(first: Text, second: Text, gone: Marker | None, new: Marker | None) -> Loss:
    if gone is not None:
        kind, line = KINDS.get(gone.group, "requirement"), line_at(first.source, gone.start)
    else:
        assert new is not None
        kind, line = KINDS.get(new.group, "requirement"), line_at(second.source, new.start)
    return Loss(kind, _shown(first, gone), _shown(second, new), line)


def _shown(text: Text, marker: Marker | None) -> str:
    """A marker with the words that it governs, as they are written."""
    if marker is None:
        return ""
    start = marker.start
    if marker.group == "not":
        auxiliary = _AUXILIARY.search(text.source, max(0, start - 12), start)
        start = auxiliary.start() if auxiliary else start
    rest = _SENTENCE.match(text.source, start)
    return " ".join((rest.group() if rest else text.source[start : marker.end]).split()[:8])


def _text(text: Text, unit: Unit) -> str:
    shown = " ".join(text.source[unit.start : unit.end].split())
    return shown if len(shown) <= 100 else shown[:99] + "…"


def _specials(one: Side, other: Side, became: dict[int, int]) -> Iterator[tuple[Unit, str, str]]:
    """Names, languages and units that one side has and the other has not, or not with what they belong to."""
    said: dict[str, list[Unit]] = {}
    left: Counter[str] = Counter()
    for unit in other.units:
        for word in {stem(w) for w in _words(unit)} | unit.raw:
            said.setdefault(word, []).append(unit)
        if unit.index not in other.same:
            left.update(stem(w) for w in _words(unit))
    directions = {word for unit in other.open() for kind, word, _, _ in unit.specials if kind == "direction"}
    given = {word for unit in one.open() for kind, word, _, _ in unit.specials if kind == "direction"}
    taken = {*became.values(), *other.same}
    for unit in one.open():
        named = Counter(stem(w) for w in _words(unit))
        theirs = other.units[became[unit.index]] if unit.index in became else None
        here = Counter(stem(w) for w in _words(theirs)) if theirs else Counter()
        for kind, word, _, _ in unit.specials:
            root = stem(word)
            if kind == "direction":
                if word not in directions and (_turned(word) in directions or _redirected(word, directions, given)):
                    yield unit, "language", word
            elif kind not in _NAMED:
                continue
            elif theirs is not None and kind != "name":
                enough = here[root] >= named[root] if kind == "language" else here[root] > 0
                if (
                    not enough
                    and root not in theirs.raw - set(here)
                    and not _moved(unit, said.get(root, ()), root, taken)
                ):
                    yield unit, kind, word
            elif kind == "unit" and root in left:
                continue
            elif left[root]:
                left[root] -= 1
            elif not any(_belongs(unit, u, root) for u in said.get(root, ())[:200]):
                yield unit, kind, word


def _turned(direction: str) -> str:
    way, _, language = direction.partition(" ")
    return f"{'to' if way == 'from' else 'from'} {language}"


def _redirected(direction: str, there: set[str], here: set[str]) -> bool:
    """Whether the way now leads to another language."""
    way = direction.split(" ")[0]
    return any(other.split(" ")[0] == way and other not in here for other in there)


def _words(unit: Unit) -> list[str]:
    return [word for kind, word, _, _ in unit.specials if kind in _NAMED]


def _moved(unit: Unit, others: Iterable[Unit], word: str, taken: set[int]) -> bool:
    """Whether a word went into a sentence of its own, with more of what it belongs to: "Use SI units; degrees Celsius"."""
    rest = {w for w in gist(unit) if stem(w) != word}
    return any(other.index not in taken and rest & gist(other) for other in others)


def _belongs(unit: Unit, other: Unit, word: str) -> bool:
    """Whether a unit says enough of what another says besides a word to stand for it."""
    said = {w for w in gist(unit) if stem(w.split(" ")[-1]) != word}
    if not said:
        return {m.group for m in unit.markers} - MAY_GO <= {m.group for m in other.markers}
    return len(said & vocabulary(other)) >= 0.6 * len(said)
