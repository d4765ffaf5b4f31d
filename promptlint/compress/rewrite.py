"""The rule engine: layers of edits on one text, each kept only if it saves tokens, all of them only if nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from promptlint.compress import grammar, structure, suggest
from promptlint.compress.acceptance import without_losses
from promptlint.compress.phrases import phrases
from promptlint.compress.splice import Change, Draft, Edit, applied, ordered

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
    without: frozenset[str] = frozenset(),
    least: int = 1,
) -> Rewrite:
    """The text after all rules that apply. `count` gives tokens; `holes` are code point ranges filled at run time.

    `without` names rules to leave out. A text that would save fewer tokens than `least` comes back as it is.
    Holes come back byte for byte and in order, the result is never longer, and rewriting it again changes nothing.
    """
    draft = Draft(text, holes, syntax)
    gain = _Gain(count)
    sources = list(_sources(layers, unsafe, contractions))
    dropped = 0
    for _ in range(_MOST_ROUNDS):
        made = 0
        for source in sources:
            edits = ordered(edit for edit in source(draft) if edit.rule not in without)
            kept = gain.kept(draft.text, edits)
            dropped += len(edits) - len(kept)
            draft.make(kept)
            made += len(kept)
        if not made:
            break
        draft.look_again()
        dropped = 0  # what saves nothing is offered again in the next round
    before = count(text)
    if not draft.steps or before - count(draft.text) < least:  # the contract costs more than all rules together
        return Rewrite(text, (), before, before, dropped + len(draft.steps))
    steps, lost = without_losses(text, draft.steps, syntax)
    changes = tuple(step.change for step in steps)
    result = applied(text, changes)
    after = count(result)
    if before - after < least:
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
            edit for edit, saving in zip(edits, alone, strict=True) if (saved[edit.group] if edit.group else saving) > 0
        ]

    def _saving(self, text: str, edit: Edit) -> int:
        left = max(0, edit.start - _WINDOW)
        if left:
            blank = text.find(" ", left, edit.start)
            left = blank if blank >= 0 and text[blank - 1] != " " else left
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
