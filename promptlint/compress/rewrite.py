"""The rule engine: layers of edits on one text, each kept only if it saves tokens, all of them only if nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from promptlint.compress import announced, clauses, grammar, marks, markup, structure, suggest
from promptlint.compress.acceptance import Contract, Endless, clear_of, without_losses
from promptlint.compress.phrases import phrases
from promptlint.compress.splice import Change, Draft, Edit, Step, applied, joined, moved, ordered

__all__ = ["LAYERS", "Change", "Rewrite", "rewrite"]

LAYERS = frozenset(("structure", "phrases", "grammar"))

# Each round sees what the one before opened ("Please make sure to …"); texts settle in two or three.
_MOST_ROUNDS = 10
_WINDOW = 24
# Of longer texts, and where little changed, only the changed lines are counted again.
_LONG = 20_000
_REGION = 300
# A token begins with the blank before a word: texts cut there count what both sides count.
_NEXT_WORD = re.compile(r"(?<=\S) ")
_LINE_START = re.compile(r"\n(?=[^\s/])")

Count = Callable[[str], int]
Source = Callable[[Draft], Iterator[Edit]]


class Rewrite(Struct, frozen=True):
    """A shorter text and how it came about. `dropped`: suggestions that lost something or saved nothing.

    `reasons` says why, (offset, reason), where the engine can tell.
    """

    text: str
    changes: tuple[Change, ...]
    tokens_before: int
    tokens_after: int
    dropped: int
    reasons: tuple[tuple[int, str], ...] = ()


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
    return _rewritten(text, list(_sources(layers, unsafe, contractions)), count, holes, syntax, without, least)


def folded(
    text: str, *, count: Count, holes: Sequence[tuple[int, int]] = (), syntax: str | None = None, least: int = 1
) -> Rewrite:
    """The text with JSON that is laid out over lines put on one; nothing else changes."""
    return _rewritten(text, [suggest.json_layout], count, holes, syntax, frozenset(), least)


def _rewritten(
    text: str,
    sources: Sequence[Source],
    count: Count,
    holes: Sequence[tuple[int, int]],
    syntax: str | None,
    without: frozenset[str],
    least: int,
) -> Rewrite:
    before = count(text)
    nothing = Rewrite(text, (), before, before, 0)
    try:
        return _settled(text, sources, _Gain(count, without), holes, syntax, least, nothing)
    except Endless:
        return nothing


def _settled(
    text: str,
    sources: Sequence[Source],
    gain: _Gain,
    holes: Sequence[tuple[int, int]],
    syntax: str | None,
    least: int,
    nothing: Rewrite,
) -> Rewrite:
    """`nothing` where nothing is worth while, or nothing would stay. Raises `Endless`."""
    before, contract = nothing.tokens_before, Contract(syntax, len(text))
    steps: list[Step] = []
    result, dropped, cleared = text, 0, False
    for _ in range(_MOST_ROUNDS):
        draft = Draft(result, list(moved(holes, [step.change for step in steps])), syntax)
        left = _settle(draft, sources, gain)
        if not draft.steps:
            dropped += left
            break
        if least > 1 and before - gain.count(draft.text) < least:  # the contract costs more than all rules together
            return replace(nothing, dropped=left + len(draft.steps))
        kept, lost = without_losses(result, draft.steps, contract)
        dropped = left + lost
        more = joined(steps, kept, result)
        good = without_losses(text, more, contract)[0] if steps else more
        if len(good) < len(more):  # it would be changed again, and must not: it is not changed at all
            cleared = True
            steps = clear_of(text, steps, [step for step in more if step not in good])
            steps, lost = without_losses(text, steps, contract)[0], 0
        else:
            steps, lost = more, lost if kept else 0
        result = applied(text, [step.change for step in steps])
        if not lost:  # else what is left may now be offered in another way
            break
    else:
        return nothing  # never settles: what would be changed again is not changed at all
    changes = tuple(step.change for step in steps)
    if cleared and changes:  # what was cleared may be offered again, now that its neighbours have changed
        tokens = gain.count(result)
        same = Rewrite(result, (), tokens, tokens, 0)
        if _settled(result, sources, gain, list(moved(holes, changes)), syntax, 1, same).changes:
            return nothing
    few = _REGION * len(changes) < len(text)
    after = before - _saved(text, changes, gain.count) if few or len(text) > _LONG else gain.count(result)
    if before - after < least:
        return replace(nothing, dropped=dropped + len(steps))
    return Rewrite(result, changes, before, after, dropped)


def _saved(text: str, changes: Sequence[Change], count: Count) -> int:
    """Tokens saved, counted on the lines that changed: no token crosses into a line that begins with a word."""
    regions: list[tuple[int, int, list[Change]]] = []
    for change in changes:
        if regions and (change.end < regions[-1][1] or regions[-1][1] == len(text)):
            regions[-1][2].append(change)
            continue
        start, end = _line_before(text, change.start), _line_behind(text, change.end)
        if regions and start < regions[-1][1]:
            start, _, here = regions.pop()
            here.append(change)
            regions.append((start, end, here))
        else:
            regions.append((start, end, [change]))
    saved = 0
    for start, end, here in regions:
        part = text[start:end]
        placed = [replace(c, start=c.start - start, end=c.end - start) for c in here]
        saved += count(part) - count(applied(part, placed))
    return saved


def _line_before(text: str, position: int) -> int:
    """The last line start before a place whose first character stands before it, too, and begins a token."""
    start = text.rfind("\n", 0, max(0, position - 1)) + 1
    while start and (text[start].isspace() or text[start] == "/"):
        start = text.rfind("\n", 0, start - 1) + 1
    return start


def _line_behind(text: str, position: int) -> int:
    """The first such line start whose line end is behind a place."""
    found = _LINE_START.search(text, position)
    return found.end() if found else len(text)


def _settle(draft: Draft, sources: Sequence[Source], gain: _Gain) -> int:
    """Make all edits that save something, until none is left. Returns how many that do not were offered at the end."""
    for _ in range(_MOST_ROUNDS):
        made = left = 0
        for source in sources:
            offered = list(source(draft))
            if not offered:
                continue
            edits = ordered(edit for edit in offered if edit.rule not in gain.without)
            kept = gain.kept(draft.text, edits)
            left += len(edits) - len(kept)
            draft.make(kept)
            made += len(kept)
        if not made:
            break
        draft.look_again()
    return left


def _sources(layers: frozenset[str], unsafe: bool, contractions: bool) -> Iterator[Source]:
    if "structure" in layers:
        yield from structure.SAFE
        yield from marks.SAFE
        if unsafe:
            yield from suggest.STRUCTURE
            yield from markup.UNSAFE
            yield from announced.UNSAFE
    if "phrases" in layers:
        kinds = frozenset({"safe", *(("contraction",) if contractions else ()), *(("unsafe",) if unsafe else ())})
        yield lambda draft: phrases(draft, kinds)
    if "grammar" in layers:
        yield from grammar.SAFE
        yield from clauses.SAFE
        yield partial(clauses.duties, contractions=contractions)
        if unsafe:
            yield from suggest.GRAMMAR


class _Gain:
    """Tokens that an edit saves, counted on the words around it: cuts between words keep counts."""

    def __init__(self, count: Count, without: frozenset[str]) -> None:
        self.count = count
        self.without = without
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
        reach = max(0, edit.start - _WINDOW)
        blank = text.rfind(" ", reach, edit.start)
        while blank > reach and (text[blank] != " " or text[blank - 1].isspace()):
            blank -= 1
        left = blank if blank > reach else reach
        behind = _NEXT_WORD.search(text, edit.end + 1, edit.end + _WINDOW)
        right = behind.start() if behind else min(len(text), edit.end + _WINDOW)
        before = text[left:right]
        after = text[left : edit.start] + edit.content + text[edit.end : right]
        key = (before, after)
        if key not in self._known:
            self._known[key] = self.count(before) - self.count(after)
        return self._known[key]
