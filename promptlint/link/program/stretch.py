"""A stretch of a file, as a loop or a function: what is bound and called in it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from promptlint.facts import Binding, Invocation, Span
from promptlint.link.program.parts import names_used, of_loop

if TYPE_CHECKING:
    from promptlint.link.program.module import Module

Placed = TypeVar("Placed", Binding, Invocation)

_DEEPEST = 4
# What waits for a person, a message or a time of day, or may end the program.
_WAITS = re.compile(
    r"input|ask|prompt|user|read|get|recv|receive|wait|sleep|listen|poll|next|fetch|exit|stop|quit|abort|break|accept|consume|"
    r"pull|select|dequeue|take|subscribe|check|raise|fail|done|finish|__next__|pop|join|acquire|serve|handle|record|capture",
    re.IGNORECASE,
)


class Stretches:
    """The stretches of a file. Each is looked through once, however many requests stand in it."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._bindings = sorted(module.facts.bindings, key=_start)
        self._calls = sorted(module.facts.invocations, key=_start)
        self._found: dict[Span, Stretch] = {}

    def at(self, span: Span) -> Stretch:
        """What begins in a span."""
        found = self._found.get(span)
        if found is None:
            bindings, calls = _within(self._bindings, span), _within(self._calls, span)
            found = self._found[span] = Stretch(self._module, bindings, calls)
        return found


class Stretch:
    """What is bound and called between two places of a file, in the order in which it stands there."""

    def __init__(self, module: Module, bindings: Sequence[Binding], calls: Sequence[Invocation]) -> None:
        self._module = module
        self.bindings = bindings
        self.calls = calls

    @cached_property
    def bound(self) -> frozenset[str]:
        """The names that are bound in it."""
        return frozenset(binding.name for binding in self.bindings)

    @cached_property
    def moving(self) -> frozenset[str]:
        """The names that are bound to what a loop takes next, or to what is made from that."""
        moving = {b.name for b in self.bindings if of_loop(b.value)}
        made = [(b.name, {name.name for name in names_used(self._module, b.value)}) for b in self.bindings]
        for _ in range(_DEEPEST):
            moving |= {name for name, used in made if not moving.isdisjoint(used)}
        return frozenset(moving)

    @cached_property
    def called(self) -> frozenset[str]:
        """The last names of what is called in it."""
        return frozenset(getattr(call.callee, "name", "") for call in self.calls)

    @cached_property
    def pauses(self) -> Sequence[Invocation]:
        """The calls that wait for what comes from outside, or may end the program."""
        return [
            call
            for call in self.calls
            if call.with_item or not (name := getattr(call.callee, "name", "")) or _WAITS.search(name)
        ]

    @cached_property
    def awaited(self) -> Sequence[Invocation]:
        """The calls that are waited for."""
        return [call for call in self.calls if call.awaited]


def _start(placed: Binding | Invocation) -> int:
    return placed.span.start


def _within(placed: Sequence[Placed], span: Span) -> Sequence[Placed]:
    return placed[bisect_left(placed, span.start, key=_start) : bisect_left(placed, span.end, key=_start)]
