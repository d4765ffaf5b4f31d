"""Where a function of the project may run: calls of its name, of what it was put into, and what it is handed to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from promptlint.facts import (
    Attribute,
    Choice,
    Expr,
    Function,
    Invocation,
    Item,
    Items,
    Name,
    Result,
    Table,
)
from promptlint.link.program.decorators import decorator_name
from promptlint.link.program.module import Module, callee_name
from promptlint.link.program.modules import Modules
from promptlint.link.resolve.callables import Callables
from promptlint.link.resolve.handed import (
    CALLBACKS,
    EVENTS,
    MAPS,
    NAMED_HANDED,
    OF_TASKS,
    RUNS,
    SCHEDULES,
    SHOWS,
    Handed,
)

_ALL_OF = frozenset(("items", "values"))
_BINDERS = frozenset(("partial", "partialmethod", "sync_to_async", "asyncify", "delayed"))
_RUNNERS = MAPS | RUNS | SHOWS | EVENTS | SCHEDULES
_HOLDERS = frozenset((Item, Table, Items, Choice, Result))
_FUNCTIONS = (Name, Attribute, Result)
_MOST_ALIASES = 30
_DEEPEST = 3


class Uses:
    """An index of calls and arguments by the last name they go by. What it finds is to be confirmed."""

    def __init__(self) -> None:
        self._read: set[str] = set()
        self._direct: dict[str, list[tuple[Module, Invocation]]] = defaultdict(list)
        self._aliases: dict[str, set[str]] = defaultdict(set)
        self._handed: dict[str, list[Handed]] = defaultdict(list)
        self._indirect: dict[str, list[tuple[Module, Invocation]]] = defaultdict(list)
        self._given: dict[str, list[Handed]] = defaultdict(list)
        self._registers: dict[str, set[str]] = defaultdict(set)
        self._decorated: dict[str, set[str]] = defaultdict(set)
        self._homes: dict[int, Module] = {}
        self._modules: list[Module] = []
        self._callables = Callables()

    def read(self, modules: Modules) -> None:
        """Add what stands in the modules that are new."""
        for module in modules:
            if module.path not in self._read:
                self._read.add(module.path)
                for name, indexes in module.calls_by_name.items():
                    self._direct[name].extend((module, module.facts.invocations[i]) for i in indexes)
                self._read_bindings(module)
                self._read_calls(module)
                self._read_decorators(module)
                self._modules.append(module)

    def calls(self, name: str) -> list[tuple[Module, Invocation]]:
        """The calls of what goes by a name."""
        return [*self._direct.get(name, ()), *self._indirect.get(name, ())]

    def handed(self, name: str) -> list[Handed]:
        """The arguments with a name, of calls that run what they are given."""
        return sorted(self._handed.get(name, ()), key=lambda handed: handed.module.path)

    def given(self, name: str) -> list[Handed]:
        """The arguments that are a function with a name, of calls that may run it or not."""
        return self._given.get(name, [])

    def _read_calls(self, module: Module) -> None:
        """Calls whose callee is not a plain name, and calls that run a function they are given."""
        named = module.calls_by_name
        for last in ("", *(OF_TASKS & named.keys())):
            for index in named.get(last, ()):
                callee = module.facts.invocations[index].callee
                name = name_of(callee.base if isinstance(callee, Attribute) else callee, module)
                if not name and isinstance(callee, Result):  # the object is called where it is made: `Bot(7)("Who?")`
                    name = callee_name(module.facts.invocations[callee.invocation])
                if name:
                    self._indirect[name].append((module, module.facts.invocations[index]))
        for last in _RUNNERS & named.keys():
            for index in named[last]:
                invocation = module.facts.invocations[index]
                for expr in invocation.positional:
                    self._hand(module, invocation, expr, None)
                for keyword, expr in invocation.keywords.items:
                    self._hand(module, invocation, expr, keyword)
        functions = {name.rpartition(".")[2] for name in module.functions} | {e.local for e in module.facts.imports}
        for invocation in module.facts.invocations:
            for keyword, expr in (*((None, expr) for expr in invocation.positional), *invocation.keywords.items):
                if (type(expr) is Name and expr.name in functions) or (
                    type(expr) is Attribute and (keyword is None or NAMED_HANDED.fullmatch(keyword))
                ):
                    self._given[expr.name].append(Handed(module, invocation, expr, keyword))
            if not CALLBACKS.isdisjoint(invocation.keyword_spans):
                for keyword, expr in invocation.keywords.items:
                    if keyword in CALLBACKS:
                        self._hand(module, invocation, expr, keyword)

    def _read_bindings(self, module: Module) -> None:
        aliases = self._aliases
        for binding in module.facts.bindings:
            value = binding.value
            kind = type(value)
            if kind is Name or kind is Attribute:
                aliases[value.name].add(binding.name.rpartition(".")[2])  # type: ignore[union-attr]  # by its type
            elif kind in _HOLDERS:
                put = binding.name.rpartition(".")[2]
                for name in _held(value, module):
                    aliases[name].add(put)
        for entry in module.facts.imports:
            last = entry.target.rpartition(".")[2]
            if last != entry.local:
                aliases[last].add(entry.local)
        for function in module.facts.functions:
            for parameter in function.parameters:
                if isinstance(parameter.default, (Name, Attribute)):
                    aliases[parameter.default.name].add(parameter.name)

    def _read_decorators(self, module: Module) -> None:
        """Functions with decorators, and what those put into a table: `def handler(name): def add(fn): HANDLERS[name] = fn; ...`."""
        for function in module.facts.functions:
            if function.decorators:
                self._homes[id(function)] = module
                self._decorated[function.qualname.rpartition(".")[2]].update(
                    decorator_name(decorator, module) for decorator in function.decorators
                )
        for qualname, tables in module.tables.items():
            self._registers[qualname.rpartition(".")[2]] |= tables

    def has(self, module: Module) -> bool:
        """Whether a module has been read."""
        return module.path in self._read

    def home(self, function: Function) -> Module | None:
        """The module of a function with decorators."""
        return self._homes.get(id(function))

    def _hand(self, module: Module, invocation: Invocation, expr: Expr, keyword: str | None) -> None:
        name = name_of(expr, module)
        if name:
            self._handed[name].append(Handed(module, invocation, expr, keyword))

    def _made(self, name: str) -> set[str]:
        """By which names objects of a class are called."""
        self._callables.read(self._modules)
        return self._callables.names(name)

    def names(self, name: str, *, made: bool = False) -> list[str]:
        """A name and those it was put under: variables, attributes, tables, parameters it is the default of.

        `made`: what is called is an object of the class with that name.
        """
        found = dict.fromkeys((name, *sorted(self._made(name))) if made else (name,))
        tables = {table for decorator in self._decorated.get(name, ()) for table in self._registers.get(decorator, ())}
        found.update(dict.fromkeys(sorted(tables)))
        edge = list(found)
        for _ in range(_DEEPEST):
            edge = [alias for known in edge for alias in sorted(self._aliases.get(known, ())) if alias not in found]
            found.update(dict.fromkeys(edge))
            if len(found) > _MOST_ALIASES:
                break
        return list(found)


def name_of(expr: Expr, module: Module) -> str:
    """The last name of a function as it is written: `f`, `self.f`, `FUNCTIONS["f"]`, `FUNCTIONS.get("f")`, `FUNCTIONS.values()`,
    `partial(f, x)`; else empty.
    """
    if isinstance(expr, (Name, Attribute)):
        return expr.name
    if isinstance(expr, Item):
        return name_of(expr.base, module)
    if isinstance(expr, Result):
        invocation = module.facts.invocations[expr.invocation]
        if isinstance(invocation.callee, Item):  # what an entry makes: `EXTRACTORS["gpt"]()`
            return name_of(invocation.callee, module)
        if callee_name(invocation) in _BINDERS and invocation.positional:
            return name_of(invocation.positional[0], module)
        table = invocation.callee.base if isinstance(invocation.callee, Attribute) else None
        if isinstance(table, (Name, Attribute)):
            last = callee_name(invocation)
            if last in _ALL_OF or (last == "get" and table.name.isupper()):
                return table.name
    return ""


def _held(value: Expr, module: Module) -> Iterator[str]:
    """The names of functions that a value holds."""
    match value:
        case Item():
            yield name_of(value, module)
        case Table(values=values) | Items(values=values) | Choice(options=values):
            yield from filter(None, (name_of(v, module) for v in values if isinstance(v, _FUNCTIONS)))
        case Result():
            name = name_of(value, module)
            if name:
                yield name
