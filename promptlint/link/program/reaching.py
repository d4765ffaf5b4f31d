"""Which bindings of a name can be seen at a place: the last one that surely ran, and what may have come after."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from promptlint.facts import Binding, Block

SETS = ("set",)


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


def reaching(bindings: Sequence[Binding], branches: Branches, at: int | None, block: int) -> Reaching:
    """What of `bindings` (one name, source order) is seen at offset `at` in `block`.

    `at` None: seen from another scope, which runs after all of them.
    """
    declared = next((b.annotation for b in bindings if b.annotation), None)
    around = branches.around(block) if at is not None else (0,)
    seen = [
        b
        for b in bindings
        if b.operation != "declare"
        and (
            at is None
            or (b.span.end <= at and not branches.excludes(b.block, block) and not branches.over(b.block, block))
        )
    ]
    sets: list[Binding] = []
    first = None
    for binding in reversed(seen):
        if binding.operation not in SETS:
            continue
        if any(later.block in branches.around(binding.block) for later in sets):  # a later one always runs after it
            continue
        sets.append(binding)
        first = binding
        if binding.block in around:
            break
    start = min((b.span.start for b in sets), default=0)
    changes = tuple(
        (b, b.block in around) for b in seen if b.operation not in SETS and b.span.start >= start and b is not first
    )
    return Reaching(sets=tuple(reversed(sets)), changes=changes, declared=declared)
