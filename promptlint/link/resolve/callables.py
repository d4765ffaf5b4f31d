"""By which names the objects of a class may be called: `Bot()("Who?")`, `desk = build()`, `def run(bot: Bot)`, `STEPS["a"]`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from promptlint.facts import Attribute, Expr, Items, Name, Result, Table
from promptlint.link.program.module import Module, callee_name
from promptlint.link.program.parts import last_name
from promptlint.link.resolve.classes import plain

_MOST_KIN = 30
_DEEPEST = 3
_CLASS = re.compile(r"\b[A-Z]\w*")
_CALL = "__call__"
_PROTOCOL = "Protocol"


class Callables:
    """An index of what may hold an object, by the last name of its class. What it finds is to be confirmed."""

    def __init__(self) -> None:
        self._read: set[str] = set()
        self._held: dict[str, set[str]] = defaultdict(set)
        self._makers: dict[str, set[str]] = defaultdict(set)
        self._results: dict[str, set[str]] = defaultdict(set)
        self._below: dict[str, set[str]] = defaultdict(set)
        self._above: dict[str, set[str]] = defaultdict(set)
        self._protocols: set[str] = set()

    def read(self, modules: Iterable[Module]) -> None:
        """Add what stands in the modules that are new."""
        for module in modules:
            if module.path not in self._read:
                self._read.add(module.path)
                self._read_classes(module)
                self._read_functions(module)
                self._read_bindings(module)

    def names(self, cls: str) -> set[str]:
        """A class, those that derive from one of that name, and what objects of these were put under or are passed as.

        What is said to be an object of a base, or of a protocol that is called, may be one of the class.
        """
        below = _closure(cls, self._below)
        if len(below) > _MOST_KIN:
            return set()
        promised = _closure(cls, self._above) | self._protocols
        found = set(below)
        for one in below | promised:
            found |= self._held.get(one, set())
            for maker in self._makers.get(one, ()):
                found |= self._results.get(maker, set())
        return found

    def _read_classes(self, module: Module) -> None:
        for cls in module.facts.classes:
            name = cls.qualname.rpartition(".")[2]
            bases = {last for base in cls.bases if (last := last_name(plain(base)))}
            for base in bases:
                self._below[base].add(name)
                self._above[name].add(base)
            if _PROTOCOL in bases and f"{cls.qualname}.{_CALL}" in module.functions:
                self._protocols.add(name)

    def _read_functions(self, module: Module) -> None:
        for function in module.facts.functions:
            for parameter in function.parameters:
                for cls in _CLASS.findall(parameter.annotation or ""):
                    self._held[cls].add(parameter.name)
            last = function.qualname.rpartition(".")[2]
            for cls in _CLASS.findall(function.annotation or ""):
                self._makers[cls].add(last)
            for value in function.returns:
                for cls in _made(value, module):
                    self._makers[cls].add(last)

    def _read_bindings(self, module: Module) -> None:
        for binding in module.facts.bindings:
            put = binding.name.rpartition(".")[2]
            for cls in _CLASS.findall(binding.annotation or ""):
                self._held[cls].add(put)
            for cls in _made(binding.value, module):
                self._held[cls].add(put)
            if isinstance(binding.value, Result):
                self._results[callee_name(module.facts.invocations[binding.value.invocation])].add(put)


def _made(value: Expr, module: Module) -> Iterator[str]:
    """The names of the classes of which a value is an object, or holds some: `Bot(7)`, `Bot().using(model)`, `{"a": Bot()}`."""
    for one in value.values if isinstance(value, (Table, Items)) else (value,):
        while isinstance(one, Result):
            callee = module.facts.invocations[one.invocation].callee
            if isinstance(callee, (Name, Attribute)) and callee.name[:1].isupper():
                yield callee.name
                break
            one = callee.base if isinstance(callee, Attribute) else callee


def _closure(name: str, edges: dict[str, set[str]]) -> set[str]:
    """A name and those that a few steps lead to."""
    found, edge = {name}, {name}
    for _ in range(_DEEPEST):
        edge = {other for one in edge for other in edges.get(one, ())} - found
        found |= edge
    return found
