"""The rule engine: layers of edits on one text, each kept only if it saves tokens, all of them only if nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from promptlint.compress import grammar, structure, suggest
from promptlint.compress.contract import losses
from promptlint.compress.phrases import phrases
from promptlint.compress.splice import Change, Draft, Edit, Step, applied, ordered

__all__ = ["LAYERS", "Change", "Rewrite", "rewrite"]

LAYERS = frozenset(("structure", "phrases", "grammar"))

# Each round sees what the one before opened ("Please make sure to …"); texts settle in two or three.
_MOST_ROUNDS = 10
_WINDOW = 24

Count = Callable[[str], int]
Source = Callable[[Draft], Iterator[Edit]]


class Rewrite(Struct, frozen=True):
    """A shorter text and how it came about. `dropped`: suggestions that lost something or saved nothing."""

    text: str
    changes: tuple[Change, ...]
    tokens_before: int
    tokens_after: int
    dropped: int


def rewrite(
    text: str,
    *,
    count: Count,
    holes: Sequence[tuple[int, int]] = (),
    syntax: str | None = None,
    unsafe: bool = False,
    contractions: bool = True,
    layers: frozenset[str] = LAYERS,
) -> Rewrite:
    """The text after all rules that apply. `count` gives tokens; `holes` are code point ranges filled at run time.

    Holes come back byte for byte and in order, the result is never longer, and rewriting it again changes nothing.
    """
    draft = Draft(text, holes, syntax)
    gain = _Gain(count)
    sources = list(_sources(layers, unsafe, contractions))
    dropped = 0
    for _ in range(_MOST_ROUNDS):
        made = 0
        for source in sources:
            edits = ordered(source(draft))
            kept = gain.kept(draft.text, edits)
            dropped += len(edits) - len(kept)
            draft.make(kept)
            made += len(kept)
        if not made:
            break
        draft.look_again()
        dropped = 0  # what saves nothing is offered again in the next round
    before = count(text)
    if not draft.steps:
        return Rewrite(text, (), before, before, dropped)
    steps, lost = _without_losses(text, draft.steps, syntax)
    changes = tuple(step.change for step in steps)
    result = applied(text, changes)
    after = count(result)
    if after >= before:
        return Rewrite(text, (), before, before, dropped + lost + len(steps))
    return Rewrite(result, changes, before, after, dropped + lost)


def _sources(layers: frozenset[str], unsafe: bool, contractions: bool) -> Iterator[Source]:
    if "structure" in layers:
        yield from structure.SAFE
        if unsafe:
            yield from suggest.STRUCTURE
    if "phrases" in layers:
        kinds = frozenset({"safe", *(("contraction",) if contractions else ()), *(("unsafe",) if unsafe else ())})
        yield lambda draft: phrases(draft, kinds)
    if "grammar" in layers:
        yield from grammar.SAFE
        if unsafe:
            yield from suggest.GRAMMAR


class _Gain:
    """Tokens that an edit saves, counted on the words around it: cuts between words keep counts."""

    def __init__(self, count: Count) -> None:
        self._count = count
        self._known: dict[tuple[str, str], int] = {}

    def kept(self, text: str, edits: Sequence[Edit]) -> list[Edit]:
        """Those edits, or groups of edits, that save something."""
        saved: dict[int, int] = {}
        alone: list[int] = []
        for edit in edits:
            saving = self._saving(text, edit)
            alone.append(saving)
            if edit.group:
                saved[edit.group] = saved.get(edit.group, 0) + saving
        return [
            edit
            for edit, saving in zip(edits, alone, strict=True)
            if (saved[edit.group] if edit.group else saving) > 0
        ]

    def _saving(self, text: str, edit: Edit) -> int:
        left = max(0, edit.start - _WINDOW)
        if left:
            blank = text.find(" ", left, edit.start)
            left = blank if 0 <= blank and text[blank - 1] != " " else left
        right = min(len(text), edit.end + _WINDOW)
        if right < len(text):
            blank = text.rfind(" ", edit.end + 1, right)
            right = blank if blank > 0 else right
        before = text[left:right]
        after = text[left : edit.start] + edit.content + text[edit.end : right]
        key = (before, after)
        if key not in self._known:
            self._known[key] = self._count(before) - self._count(after)
        return self._known[key]


def _without_losses(text: str, steps: list[Step], syntax: str | None) -> tuple[list[Step], int]:
    """The steps that together lose nothing, and how many were taken out.

    Losses name lines: the steps there are doubted first, and taken back where they are harmless.
    """
    units = _units(steps)
    kept, doubted = units, list[list[Step]]()
    while kept:
        found = losses(text, applied(text, _changes(kept)), syntax=syntax)
        if not found:
            break
        suspects = _suspects(text, kept, {loss.line for loss in found})
        doubted += suspects
        kept = [unit for unit in kept if unit not in suspects]
    kept = _added(text, kept, doubted, syntax)
    result = sorted((step for unit in kept for step in unit), key=lambda step: step.change.start)
    return result, len(units) - len(kept)


def _units(steps: Sequence[Step]) -> list[list[Step]]:
    """The steps by the groups that stand or fall together."""
    units: list[list[Step]] = []
    home: dict[int, list[Step]] = {}
    for step in steps:
        joined = {id(home[group]): home[group] for group in step.groups if group in home}
        unit = next(iter(joined.values()), None)
        if unit is None:
            unit = []
            units.append(unit)
        for other in joined.values():
            if other is not unit:
                unit += other
                units.remove(other)
        unit.append(step)
        for member in unit if len(joined) > 1 else (step,):
            home.update(dict.fromkeys(member.groups, unit))
    return units


def _changes(units: Sequence[Sequence[Step]]) -> list[Change]:
    return sorted((step.change for unit in units for step in unit), key=lambda change: (change.start, change.end))


def _suspects(text: str, units: list[list[Step]], named: set[int]) -> list[list[Step]]:
    """The units that touch a line where something is lost, else those of the lines beside, else all."""
    touched = [{n for step in unit for n in _lines_of(text, step.change)} for unit in units]
    for reach in (0, 1, 3):
        near = {line + shift for line in named for shift in range(-reach, reach + 1)}
        found = [unit for unit, numbers in zip(units, touched, strict=True) if numbers & near]
        if found:
            return found
    return list(units)


def _lines_of(text: str, change: Change) -> range:
    first = text.count("\n", 0, change.start) + 1
    return range(first, first + text.count("\n", change.start, change.end) + 1)


def _added(text: str, kept: list[list[Step]], doubted: list[list[Step]], syntax: str | None) -> list[list[Step]]:
    """`kept` and of `doubted` as many as lose nothing, by halves."""
    if not doubted:
        return kept
    if len(doubted) > 1:
        middle = len(doubted) // 2
        return _added(text, _added(text, kept, doubted[:middle], syntax), doubted[middle:], syntax)
    more = [*kept, *doubted]
    return kept if losses(text, applied(text, _changes(more)), syntax=syntax) else more
