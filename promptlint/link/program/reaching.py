"""Which bindings of a name can be seen at a place: the last one that surely ran, and what may have come after."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from msgspec import Struct

from promptlint.facts import Binding, Block

SETS = ("set",)
MOST_SETS = 100


class Reaching(Struct, frozen=True, eq=False):
    """`sets` can each be the value; `changes` are later mutations in order, with whether each surely ran."""

    sets: tuple[Binding, ...]
    changes: tuple[tuple[Binding, bool], ...]
    declared: str | None = None


class Branches:
    """The blocks of a module: which lie in which, and which exclude each other."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = blocks
        self._around: dict[int, tuple[int, ...]] = {}
        self._arms: dict[int, dict[int, int]] = {}
        self._left: dict[int, int] = {}
        for number, block in enumerate(blocks):
            if block.leaves:
                self._left[number] = number
            elif block.group and block.parent in self._left:
                self._left[number] = self._left[block.parent]

    def around(self, block: int) -> tuple[int, ...]:
        """A block and everything around it."""
        found = self._around.get(block)
        if found is None:
            outer = self.around(self._blocks[block].parent) if block else ()
            found = self._around[block] = (block, *outer)
        return found

    def reaches(self, a: int, b: int, around: frozenset[int]) -> bool:
        """Whether what ran in block `a` may be seen in `b`, which lies after it. `around`: `b` and everything around it."""
        return a in around or not (self.excludes(a, b) or self.over(a, b))

    def over(self, a: int, b: int) -> bool:
        """Whether what ran in block `a` has left the function before anything in `b`, which lies after it."""
        left = self._left.get(a)
        if left is None or left in (around := self.around(b)):
            return False
        # A handler may catch what is raised below a `try`, and comes after a `return` that fails.
        while (parent := self._blocks[left].parent) not in around:
            if not self._blocks[parent].group:
                return False
            left = parent
        return True

    def excludes(self, a: int, b: int) -> bool:
        """Whether two blocks are different arms of one statement."""
        if a == b or not a or not b:
            return False
        arms = self._arms_of(a)
        return any(arms.get(group, arm) != arm for group, arm in self._arms_of(b).items())

    def _arms_of(self, block: int) -> dict[int, int]:
        """Statement that chooses → the outermost of its arms a block lies in."""
        found = self._arms.get(block)
        if found is None:
            found = self._arms[block] = {self._blocks[x].group: x for x in self.around(block) if self._blocks[x].group}
        return found


def reaching(
    bindings: Sequence[Binding], branches: Branches, at: int | None, block: int, declared: str | None
) -> Reaching:
    """What of `bindings` (one name, source order) is seen at offset `at` in `block`.

    `at` None: seen from another scope, which runs after all of them. Of more than `MOST_SETS` values nobody can say which it
    is, and no more are looked for.
    """
    around = frozenset(branches.around(block)) if at is not None else frozenset((0,))
    before = bindings if at is None else bindings[: bisect_right(bindings, at, key=_end)]
    sets: list[Binding] = []
    changes: list[Binding] = []
    later: set[int] = set()
    sure = False
    start = 0
    for binding in reversed(before):
        if (sure and binding.span.end <= start) or len(sets) > MOST_SETS:  # all before a value that was surely set
            break
        if binding.operation == "declare" or (at is not None and not branches.reaches(binding.block, block, around)):
            continue
        if binding.operation not in SETS:
            changes.append(binding)
        # One that always runs after it may be there.
        elif not sure and later.isdisjoint(branches.around(binding.block)):
            sets.append(binding)
            later.add(binding.block)
            start = binding.span.start if len(sets) == 1 else min(start, binding.span.start)
            sure = binding.block in around
    changed = tuple((b, b.block in around) for b in reversed(changes) if b.span.start >= start)
    return Reaching(sets=tuple(reversed(sets)), changes=changed, declared=declared)


def _end(binding: Binding) -> int:
    return binding.span.end
