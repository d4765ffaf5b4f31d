"""Edits on a text that is rewritten in passes: kept apart, joined where they touch, told in places of the original."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from promptlint.compress.blocks import Line, lines
from promptlint.compress.protect import Guards, guards


class Edit(Struct, frozen=True, order=True):
    """Put `content` for `text[start:end]`. Edits of one `group` are made all or none; 0 stands alone."""

    start: int
    end: int
    content: str
    rule: str
    safe: bool = True
    group: int = 0


class Change(Struct, frozen=True):
    """A change in code points of the original text."""

    start: int
    end: int
    content: str
    rule: str
    safe: bool


class Step(Struct, frozen=True):
    """A change of the original while it may still be dropped; `groups` names those it stands or falls with."""

    change: Change
    groups: frozenset[int]


_ALONE: frozenset[int] = frozenset()


def ordered(edits: Iterable[Edit]) -> list[Edit]:
    """The edits by place; of two that overlap the earlier is kept, and none of a group that lost a member."""
    kept: list[Edit] = []
    lost: set[int] = set()
    for edit in sorted(edits):
        if kept and (edit.start < kept[-1].end or (edit.start, edit.end) == (kept[-1].start, kept[-1].end)):
            lost.add(edit.group)
        else:
            kept.append(edit)
    lost.discard(0)
    return [edit for edit in kept if edit.group not in lost] if lost else kept


def applied(text: str, edits: Sequence[Edit | Change]) -> str:
    """The text with ordered edits made."""
    pieces, position = [], 0
    for edit in edits:
        pieces += [text[position : edit.start], edit.content]
        position = edit.end
    pieces.append(text[position:])
    return "".join(pieces)


class Draft:
    """A text under rewriting, its guards, and how it came about from the original."""

    def __init__(self, original: str, holes: Sequence[tuple[int, int]], syntax: str | None) -> None:
        self.original = original
        self.text = original
        self.holes = list(holes)
        self.syntax = syntax
        self.steps: list[Step] = []
        self.guards: Guards = guards(original, holes, syntax)
        self._group = 0
        self._lines: tuple[Line, ...] | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the text as it is now."""
        if self._lines is None:
            self._lines = lines(self.text)
        return self._lines

    def new_group(self) -> int:
        """A number for edits that are made all or none."""
        self._group += 1
        return self._group

    def look_again(self) -> None:
        """Find the guards anew: what was rewritten may open or close a block."""
        self.guards = guards(self.text, self.holes, self.syntax)

    def make(self, edits: Sequence[Edit]) -> None:
        """Make ordered edits: text, guards and holes move along."""
        if not edits:
            return
        self.steps = compose(self.steps, edits, self.text)
        old = self.guards
        words, layout, filled = (_spliced(mask, edits) for mask in (old.words, old.layout, old.filled))
        self.guards = Guards(words, layout, filled, old.manners)
        self.holes = list(moved(self.holes, edits))
        self.text = applied(self.text, edits)
        self._lines = None


def _spliced(mask: bytearray, edits: Sequence[Edit]) -> bytearray:
    result, position = bytearray(), 0
    for edit in edits:
        result += mask[position : edit.start]
        result += bytes(len(edit.content))
        position = edit.end
    return result + mask[position:]


def moved(holes: Sequence[tuple[int, int]], edits: Sequence[Edit | Change]) -> Iterable[tuple[int, int]]:
    """Where the holes are after ordered edits that touch none of them."""
    shift, i = 0, 0
    for start, end in holes:
        while i < len(edits) and edits[i].end <= start:
            shift += len(edits[i].content) - (edits[i].end - edits[i].start)
            i += 1
        yield start + shift, end + shift


def compose(steps: Sequence[Step], edits: Sequence[Edit], middle: str) -> list[Step]:
    """`steps` (original → middle), then `edits` (middle → result), as steps from the original to the result.

    What overlaps becomes one step; what only touches stays apart.
    """
    if not steps:
        return [_step(edit, 0) for edit in edits]
    result: list[Step] = []
    shift = 0  # offset in the middle - offset in the original, behind the last cluster
    for cluster in _clusters(steps, edits):
        if len(cluster) == 1:
            alone = cluster[0][2]
            if isinstance(alone, Edit):
                result.append(_step(alone, shift))
            else:
                result.append(alone)
                shift += _growth(alone.change)
            continue
        before = shift
        old = [step for _, _, step in cluster if isinstance(step, Step)]
        new = [edit for _, _, edit in cluster if isinstance(edit, Edit)]
        shift += sum(_growth(step.change) for step in old)
        if not new:
            result += old
            continue
        start, end = cluster[0][0], max(each[1] for each in cluster)
        here = [replace(edit, start=edit.start - start, end=edit.end - start) for edit in new]
        rules = [*(step.change.rule for step in old), *(edit.rule for edit in new)]
        change = Change(
            start - before,
            end - shift,
            applied(middle[start:end], here),
            "+".join(dict.fromkeys(part for rule in rules for part in rule.split("+"))),
            all(step.change.safe for step in old) and all(edit.safe for edit in new),
        )
        groups = frozenset(edit.group for edit in new).union(*(step.groups for step in old)) - {0}
        result.append(Step(change, groups))
    return result


def _step(edit: Edit, shift: int) -> Step:
    """A single edit as a step, `shift` code points ahead of the original."""
    change = Change(edit.start - shift, edit.end - shift, edit.content, edit.rule, edit.safe)
    return Step(change, frozenset((edit.group,)) if edit.group else _ALONE)


def joined(first: Sequence[Step], second: Sequence[Step], middle: str) -> list[Step]:
    """`first` (original → middle), then `second` (middle → result), as steps from the original to the result."""
    if not first:
        return list(second)
    ahead = 1 + max((group for step in first for group in step.groups), default=0)
    number: dict[int, int] = {}
    edits = [
        Edit(c.start, c.end, c.content, c.rule, safe=c.safe, group=ahead + number.setdefault(unit, len(number)))
        for (c, unit) in ((step.change, unit) for step, unit in zip(second, units_of(second), strict=True))
    ]
    return compose(first, edits, middle)


def units_of(steps: Sequence[Step]) -> list[int]:
    """The number of each step's unit: steps that share a group, directly or through others, stand or fall together."""
    parent = list(range(len(steps)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first: dict[int, int] = {}
    for i, step in enumerate(steps):
        for group in step.groups:
            parent[root(i)] = root(first.setdefault(group, i))
    return [root(i) for i in range(len(steps))]


def _clusters(steps: Sequence[Step], edits: Sequence[Edit]) -> Iterable[list[tuple[int, int, Step | Edit]]]:
    """Steps and edits by place in the middle text; those that overlap together."""
    cluster: list[tuple[int, int, Step | Edit]] = []
    reached = -1
    for each in _merged(steps, edits):
        if cluster and each[0] >= reached:
            yield cluster
            cluster = []
        cluster.append(each)
        reached = max(reached, each[1]) if len(cluster) > 1 else each[1]
    if cluster:
        yield cluster


def _merged(steps: Sequence[Step], edits: Sequence[Edit]) -> Iterator[tuple[int, int, Step | Edit]]:
    """Both in order of their places in the middle text; of two at one place the step first."""
    shift, i, most = 0, 0, len(edits)
    for step in steps:
        change = step.change
        length = len(change.content)
        start = change.start + shift
        end = start + length
        while i < most:
            edit = edits[i]
            if edit.start > start or (edit.start == start and edit.end >= end):
                break
            yield edit.start, edit.end, edit
            i += 1
        yield start, end, step
        shift += length - (change.end - change.start)
    for edit in edits[i:]:
        yield edit.start, edit.end, edit


def _growth(change: Change) -> int:
    return len(change.content) - (change.end - change.start)
