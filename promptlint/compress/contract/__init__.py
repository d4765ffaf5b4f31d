"""The contract: what a shorter prompt must still say. It knows nothing of how the shorter prompt was made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from promptlint.compress.contract.canon import meaning, stem
from promptlint.compress.contract.changes import changed
from promptlint.compress.contract.counts import recounted
from promptlint.compress.contract.crossing import crossed, reordered, sides_exchanged
from promptlint.compress.contract.exchanges import exchanged, in_place, inverted, replaced, swapped
from promptlint.compress.contract.initials import abbreviated
from promptlint.compress.contract.layout import shown
from promptlint.compress.contract.listed import dropped
from promptlint.compress.contract.literals import Text, bare, cut, marks, whole
from promptlint.compress.contract.matching import Side, edited, sides
from promptlint.compress.contract.model import OPTION_A, Loss, Marker, Unit
from promptlint.compress.contract.nearest import reassigned
from promptlint.compress.contract.order import moved
from promptlint.compress.contract.passages import cut_out
from promptlint.compress.contract.requirements import uncovered
from promptlint.compress.contract.specials import Special, added_specials, lost_specials
from promptlint.compress.contract.spelling import corrected
from promptlint.compress.contract.spots import touched
from promptlint.compress.contract.steering import KINDS, lost_markers
from promptlint.compress.contract.structure import exact, line_at
from promptlint.compress.contract.units import changed_units, units
from promptlint.compress.contract.vanished import vanished

_EXAMPLE = stem("example")
# A rewrite may use another word where it says the same; two that were not there before say something new.
_NEW = 2
_SENTENCE = re.compile(r"(?:[^.!?;\n]|[.!?;](?!\s|$)){1,200}")
_WORD = re.compile(r"[^\W\d_]+")
_AUXILIARY = re.compile(r"\b(?:do|does|did|must|should|may|can|is|are|will)\s+$", re.IGNORECASE)

__all__ = ["Loss", "losses"]


def losses(before: str, after: str, *, syntax: str | None = None) -> tuple[Loss, ...]:
    """What AFTER loses of BEFORE, and what it adds, in the order of BEFORE; nothing when it is an honest rewrite.

    `syntax`: the template syntax of the prompt, as in `promptlint.parse.holes`; None recognises all of them.
    """
    before, after = bare(before, after)
    if before == after:
        return ()
    first, second = marks(before, syntax), marks(after, syntax)
    gone = [*dropped(first, second), *shown(first, second), *moved(first, second)]
    if not gone and _same_where_changed(first, second):
        return ()
    first, second = whole(first), whole(second)
    for spelt in (corrected(first, second), abbreviated(first, second)):
        if spelt != before:
            return losses(spelt, after, syntax=syntax)
    one, other = sides(units(first), units(second))
    found = [*exact(first, second), *gone, *_said(first, second, one, other)]
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
    lacking, come = list(lost_specials(one, other, became)), list(added_specials(one, other))
    for special, new_word in _matched(lacking, come):
        text, place = (first, special) if special is not None else (second, new_word)
        assert place is not None
        yield Loss(place.kind, _word(first, special), _word(second, new_word), line_at(text.source, place.start))
    turns = [*exchanged(one, other), *replaced(one, other), *in_place(one, other, became)]
    for unit, word, instead in (*crossed(one, other), *reordered(one, other), *sides_exchanged(one, other)):
        yield _exchange(first, second, unit, word, instead, "requirement")
    for unit, word, instead in inverted(one, other, became):
        yield _exchange(first, second, unit, word, instead, "negation")
    for unit, word, opposite in turns:
        instead = _written(second.source, opposite)
        yield Loss("requirement", _written(_part(first, unit), word), instead, line_at(first.source, unit.start))
    for unit, word, second_word in swapped(one, other, became):
        kinds = {w: kind for kind, w, _, _ in unit.specials}
        yield Loss(
            "number" if word.isdigit() else kinds.get(word, "requirement"),
            word,
            second_word,
            line_at(first.source, unit.start),
        )
    for unit, gone_words, come_words, kind in (
        *touched(one, other, became),
        *recounted(one, other, became),
        *reassigned(one, other, became),
    ):
        written, other_written = _written(_part(first, unit), gone_words), _written(second.source, come_words)
        yield Loss(kind, written, other_written, line_at(first.source, unit.start))
    # Where the word that is missing has been named, its sentence need not be.
    named = {meaning(special.word) for special in lacking} | {word for _, word, _ in turns}
    for unit, missing in uncovered(one, other):
        if named.intersection(missing) and not set(missing) - named - other.open_words:
            continue
        kind = unit.kind if unit.kind in ("example", "list_item") else "requirement"
        if any(word.startswith("un ") for word in missing) or any(
            m.group == "not" and set(missing) & set(m.heads) for m in unit.markers
        ):
            kind = "negation"
        if _EXAMPLE in unit.words and _EXAMPLE not in other.open_words:
            kind = "example"
        yield Loss(kind, _text(first, unit), "", line_at(first.source, unit.start))
    for unit in vanished(one, other, became):
        yield Loss("requirement", _text(first, unit), "", line_at(first.source, unit.start))
    for unit, _ in cut_out(one, other):
        yield Loss("requirement", _text(first, unit), "", line_at(first.source, unit.start))
    for unit, _ in cut_out(other, one):
        yield Loss("requirement", "", _text(second, unit), line_at(second.source, unit.start))
    named = {meaning(special.word) for special in come} | {opposite for _, _, opposite in turns}
    for unit, missing in uncovered(other, one, least=_NEW):
        if named.issuperset(missing):
            continue
        yield Loss("requirement", "", _text(second, unit), line_at(second.source, unit.start))


def _exchange(first: Text, second: Text, unit: Unit, word: str, instead: str, kind: str) -> Loss:
    if word.isdigit() or instead.isdigit():
        kind = "number"
    written, other = _written(_part(first, unit), word), _written(second.source, instead)
    return Loss(kind, written, other, line_at(first.source, unit.start))


def _matched(gone: list[Special], come: list[Special]) -> Iterator[tuple[Special | None, Special | None]]:
    """What is gone with what came in its place, then the rest of both."""
    left = list(come)
    for special in gone:
        new = next((each for each in left if each.kind == special.kind), None)
        if new is not None:
            left.remove(new)
        yield special, new
    yield from ((None, each) for each in left)


def _word(text: Text, special: Special | None) -> str:
    return "" if special is None else " ".join(text.source[special.start : special.end].split())


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


def _part(text: Text, unit: Unit) -> str:
    return text.source[unit.start : unit.end]


def _written(source: str, word: str) -> str:
    """A word as it is written, from its canonical form."""
    return _as_written(source).get(word, word)


@lru_cache(maxsize=16)
def _as_written(source: str) -> dict[str, str]:
    """Canonical form → the first word of a text that has it."""
    found: dict[str, str] = {}
    for word in (m.group() for m in _WORD.finditer(source)):
        for form in (stem(word.lower()), meaning(word.lower())):
            found.setdefault(form, word)
    found.setdefault(OPTION_A, "A")
    return found


def _text(text: Text, unit: Unit) -> str:
    shown = " ".join(text.source[unit.start : unit.end].split())
    return shown if len(shown) <= 100 else shown[:99] + "…"
