"""In which branch a `return` stands: facts say it of bindings and calls, of returned names only their place tells.

`if fast: model = "a"`, `else: model = "b"`, `return model`: the nearest fact before the return lies in the last arm, the
return behind all of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

from promptlint.facts import FileFacts, Function
from promptlint.link.reaching import Branches

_Fact = tuple[int, int]  # where it begins, its block


def returned(facts: FileFacts, branches: Branches) -> Iterator[tuple[int, int, int]]:
    """Start, end and block of each returned expression."""
    seen: dict[str, list[_Fact]] = defaultdict(list)
    for invocation in facts.invocations:
        seen[invocation.scope].append((invocation.span.start, invocation.block))
    for binding in facts.bindings:
        seen[binding.scope].append((binding.span.start, binding.block))
    for function in facts.functions:
        within = sorted(f for f in seen.get(function.qualname, ()) if function.span.start <= f[0] < function.span.end)
        if within:
            yield from _of(function, within, branches)


def _of(function: Function, within: list[_Fact], branches: Branches) -> Iterator[tuple[int, int, int]]:
    """The same for one function. `within`: its facts in source order."""
    placed: list[int] = []
    returns = sorted(function.returns, key=lambda value: value.span.start)
    for value in returns:
        start, end = value.span.start, value.span.end
        position = bisect_left(within, start, key=_begins)
        if position < len(within) and within[position][0] < end:
            block = within[position][1]  # a call in the returned expression
        elif position:
            block = _after(within, position, placed, last=value is returns[-1], branches=branches)
        else:
            continue
        placed.append(block)
        yield start, end, block


def _begins(fact: _Fact) -> int:
    return fact[0]


def _after(within: list[_Fact], position: int, placed: list[int], *, last: bool, branches: Branches) -> int:
    """The block of a return, going out from that of the fact before it as long as the return must be behind an arm."""
    block = within[position - 1][1]
    for arm in branches.around(block):
        arms = branches.arms(arm)
        if not arms:
            continue
        later = {outer for _, fact in within[position:] for outer in branches.around(fact)}
        if not arms.isdisjoint(later):
            break  # arms of one statement stand together: the return is among them
        others = arms - {arm}
        falls_through = any(not any(a in branches.around(r) for r in placed) for a in others)
        if falls_through if others else last:
            block = branches.parent(arm)
    return block
