"""Which bindings of a name can be seen at a place: the last one that surely ran, and what may have come after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from promptlint.facts import Binding, Block

_SETS = ("set",)


@dataclass(frozen=True)
class Reaching:
    """`sets` can each be the value; `changes` are later mutations in order, with whether each surely ran."""

    sets: tuple[Binding, ...]
    changes: tuple[tuple[Binding, bool], ...]
    declared: str | None = None


def ancestors(blocks: Sequence[Block], block: int) -> list[int]:
    """A block and everything around it."""
    found = [block]
    while block:
        block = blocks[block].parent
        found.append(block)
    return found


def excludes(blocks: Sequence[Block], a: int, b: int) -> bool:
    """Whether two blocks are different arms of one statement."""
    groups = {blocks[x].group: x for x in ancestors(blocks, a) if blocks[x].group}
    return any(
        blocks[x].group in groups and groups[blocks[x].group] != x for x in ancestors(blocks, b) if blocks[x].group
    )


def reaching(bindings: Sequence[Binding], blocks: Sequence[Block], at: int | None, block: int) -> Reaching:
    """What of `bindings` (one name, source order) is seen at offset `at` in `block`.

    `at` None: seen from another scope, which runs after all of them.
    """
    declared = next((b.annotation for b in bindings if b.annotation), None)
    around = set(ancestors(blocks, block)) if at is not None else {0}
    seen = [
        b
        for b in bindings
        if b.operation != "declare" and (at is None or (b.span.end <= at and not excludes(blocks, b.block, block)))
    ]
    sets: list[Binding] = []
    first = None
    for binding in reversed(seen):
        if binding.operation not in _SETS:
            continue
        if any(_shadows(blocks, later, binding) for later in sets):
            continue
        sets.append(binding)
        first = binding
        if binding.block in around:
            break
    start = min((b.span.start for b in sets), default=0)
    changes = tuple(
        (b, b.block in around) for b in seen if b.operation not in _SETS and b.span.start >= start and b is not first
    )
    return Reaching(sets=tuple(reversed(sets)), changes=changes, declared=declared)


def _shadows(blocks: Sequence[Block], later: Binding, earlier: Binding) -> bool:
    """Whether `later` always runs after `earlier`."""
    return later.block in ancestors(blocks, earlier.block)
