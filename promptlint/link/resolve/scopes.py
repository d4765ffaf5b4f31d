"""What a name stands for: scopes, parameters and what a call passes for them, imports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from promptlint.facts import (
    Binary,
    Binding,
    Expr,
    Literal,
    Name,
    Result,
    Text,
    Unknown,
)
from promptlint.link.program.module import Module
from promptlint.link.program.reaching import MOST_SETS, Reaching
from promptlint.link.resolve.decided import bound as still_set
from promptlint.link.resolve.values import (
    ClassValue,
    Context,
    Data,
    External,
    FunctionValue,
    Made,
    Missing,
    ModuleValue,
    ObjectValue,
    ParameterValue,
    Value,
    constant,
    is_none,
    number,
)

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names

_LONGEST_WAY = 40  # imports of imports of imports
_COUNTS = frozenset(("add", "other"))
_MOST_ADDED = 3
_STAND_INS = frozenset(("builtins.object", "typing.Any"))
_MOCKS = frozenset(("unittest.mock.Mock", "unittest.mock.MagicMock", "mock.Mock", "mock.MagicMock"))


class Scopes:
    """Looks names up, outwards from where they stand."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._memo: dict[tuple[int, str], Value] = {}
        self._way = 0
        self._open: set[str] = set()
        self._brought: dict[tuple[str, str], Value | None] = {}  # while the stars of a module are looked through

    def name(self, expr: Name, context: Context) -> Value:
        """A bare name, looked up outwards from its scope."""
        module = context.module
        scope: str = expr.scope
        first = True
        while True:
            if (scope, expr.name) in module.defined and (first or not scope or scope not in module.classes):
                times = [expr.span.start] if first else [None] if scope else run_at(module, expr)
                found = [self.in_scope(module, scope, expr.name, at, context) for at in times]
                if values := [value for value in found if value is not None]:
                    return self.names.choice(values)
            if not scope:
                break
            scope = scope.rpartition(".")[0]
            first = False
        starred = self.starred(module, expr.name)
        if starred is not None:
            return starred
        if expr.name in self.names.knowledge.packages and ("", "*") not in module.imports:
            return External(expr.name)  # the file is run where it is imported; `globals()[name] = import_module(name)`
        return External(f"builtins.{expr.name}")

    def starred(self, module: Module, name: str) -> Value | None:
        """A name that `from x import *` brings, or each that one of two branches brings. The last one counts."""
        found: list[Value] = []
        for star in reversed(module.imports.get(("", "*"), ())):
            source = self.names.modules.find(self.names.modules.absolute(module, star.target), module.path)
            if source is None or source[1]:
                continue
            there = self.in_scope(source[0], "", name, None, Context(source[0]))
            if there is None and source[0] is not module:
                with self._unfolding(source[0]) as first:
                    there = self._through(source[0], name) if first else None
            if there is not None:
                found.append(there)
                if not star.maybe:
                    break
        return self.names.choice(found[::-1]) if found else None

    def _through(self, module: Module, name: str) -> Value | None:
        """What the stars of a module bring for a name: looked through once, for they may lead to each other in many ways."""
        key = (module.path, name)
        if key not in self._brought:
            self._brought[key] = self.starred(module, name)
        return self._brought[key]

    @contextmanager
    def _unfolding(self, module: Module) -> Iterator[bool]:
        """Whether the stars of a module may be looked through: not while they are, for modules may import each other, and not
        at the end of a long chain of them.
        """
        first = module.path not in self._open and len(self._open) < _LONGEST_WAY
        if first:
            self._open.add(module.path)
        try:
            yield first
        finally:
            if first:
                self._open.discard(module.path)
            if not self._open:
                self._brought.clear()

    def in_scope(self, module: Module, scope: str, name: str, at: int | None, context: Context) -> Value | None:
        """A name in one scope, or None when the scope does not define it."""
        if (scope, name) not in module.defined:
            return None
        # What stands in no function is run before any is called.
        inner = Context(module, context.frames) if scope and context.module is module else Context(module)
        values: list[Value] = []
        function = module.functions.get(scope)
        parameter = module.parameters.get((scope, name)) if function is not None else None
        bindings = module.bindings.get((scope, name))
        seen = module.reaching(bindings, at) if bindings else None
        imports = module.imports.get((scope, name))
        if seen is not None:
            sets = still_set(self.names, module, seen.sets, inner)
            if len(sets) > MOST_SETS:
                return Missing("many values")
            values.extend(self.bound(binding, inner) for binding in sets)
            if at is not None and bindings and (seen.changes or scope in module.turns) and _may_count(values):
                values = self._counted(
                    module, name, values, seen, self._later(module, scope, bindings, seen, at), inner
                )
            values = _spelled(values, seen, inner)
            sure = self.is_set(module, seen, at)
            if parameter is None or sure:
                if values and not (imports and all(map(_stands_in, values))):
                    return self.names.choice(values)
                if seen.declared is not None and parameter is None:
                    annotated = self.names.promised.by(seen.declared, module)
                    return annotated or Missing(f"variable {name}")
        if parameter is not None and function is not None:
            values.append(self.names.parameters.value(module, function, parameter, inner))
            return self.names.choice(values)
        if imports:
            return self.names.choice([self.imported(module, entry.target) for entry in imports])
        qualified = f"{scope}.{name}" if scope else name
        if qualified in module.functions:
            return FunctionValue(module, module.functions[qualified], None, inner)
        if qualified in module.classes:
            return ClassValue(module, module.classes[qualified])
        return None

    def bound(self, binding: Binding, context: Context) -> Value:
        if isinstance(binding.value, (Unknown,)) and binding.annotation:
            return self.names.promised.by(binding.annotation, context.module) or Missing(f"variable {binding.name}")
        value = self.names.resolve(binding.value, context)
        if type(value) is ObjectValue:
            value = self._entered(value, binding, context)
        if isinstance(value, (Missing, Made, External, ParameterValue)) and binding.annotation:
            return self.names.promised.by(binding.annotation, context.module) or value
        return Missing(f"variable {binding.name}") if isinstance(value, Missing) and not value.reason else value

    def _entered(self, value: ObjectValue, binding: Binding, context: Context) -> Value:
        """What `with Pool() as client` gives: what the object says where it is entered."""
        made = binding.value
        if not isinstance(made, Result) or not context.module.facts.invocations[made.invocation].with_item:
            return value
        for name in ("__enter__", "__aenter__"):
            method = self.names.attribute(value, name, context)
            if isinstance(method, FunctionValue):
                entered = self.names.results.returned(method, None, context)
                return value if isinstance(entered, Missing) else entered
        return value

    def _later(self, module: Module, scope: str, bindings: Sequence[Binding], seen: Reaching, at: int) -> list[Binding]:
        """What stands below a place in the loop around it: on the next turn it has run before."""
        loops = [span for span in module.turns.get(scope, ()) if span.start <= at < span.end]
        around = module.branches.around(self.block_at(module, at)) if loops else ()
        sure = [b.span.start for b in seen.sets if b.block in around]
        outer = [span for span in loops if not any(span.start <= start for start in sure)]
        return [b for b in bindings if b.span.start > at and any(b.span.end <= span.end for span in outer)]

    def _counted(
        self, module: Module, name: str, values: list[Value], seen: Reaching, later: Sequence[Binding], context: Context
    ) -> list[Value]:
        """The values of a name that is a number or a text, with what it is counted to, or set to on the next turn."""
        again = [self.bound(b, context) for b in later if b.operation == "set"]
        if not values or any(number(v) is None for v in values):
            return values + [v for v in again if constant(v) is not None or (not values and number(v) is not None)]
        grown = [sure for b, sure in seen.changes if b.operation in _COUNTS]
        unknown = grown or any(b.operation in _COUNTS for b in later)
        counted: list[Value] = [Missing(f"variable {name}")] if unknown else []
        return counted + again if any(grown) else values + again + counted

    def block_at(self, module: Module, at: int | None) -> int:
        """The innermost block an offset lies in: that of the nearest binding or call before it."""
        return 0 if at is None else module.block_at(at)

    def is_set(self, module: Module, seen: Reaching, at: int | None) -> bool:
        """Whether one of the values that a place may see was surely set by then."""
        around = module.branches.around(self.block_at(module, at)) if at is not None else (0,)
        return any(binding.block in around for binding in seen.sets)

    def imported(self, module: Module, target: str) -> Value:
        """What an import stands for: a module or name of the project, else of another package."""
        return self.dotted(self.names.modules.absolute(module, target), module.path)

    def dotted(self, path: str, importer: str = "") -> Value:
        """The value of an absolute dotted path. What the SDK tables know is not followed into the SDK's own source."""
        path = self.names.knowledge.renamed(path)
        if self.names.knowledge.knows(path):
            return External(path)
        found = self.names.modules.find(path, importer)
        if found is None or self.names.knowledge.template_at(path) is not None:
            return External(path)
        module, rest = found
        if not rest:
            return self._in_its_place(module, path, importer) or ModuleValue(module)
        key = (id(module), rest)
        lasting = self.names.kept.dotted
        if key in lasting:
            return lasting[key]
        if key in self._memo:
            self.names.modules.open_ends += 1
            return self._memo[key]
        if self._way >= _LONGEST_WAY:
            return Missing("too long a chain")
        self._memo[key] = Missing("circular import")
        value: Value = ModuleValue(module)
        passed_over, open_ends = self.names.modules.passed_over, self.names.modules.open_ends
        self._way += 1
        try:
            for part in rest.split("."):
                value = self.names.attribute(value, part, Context(module))
        finally:
            self._way -= 1
        del self._memo[key]
        if passed_over == self.names.modules.passed_over:  # else it leads to a file that may be read yet
            (lasting if open_ends == self.names.modules.open_ends else self._memo)[key] = value
        return value

    def _in_its_place(self, module: Module, path: str, importer: str) -> Value | None:
        """What a package calls by the name of one of its modules: `from .ask import ask` in its `__init__`."""
        package, _, name = path.rpartition(".")
        init = self.names.modules.importable.known.get(package)
        if init is None or init in (importer, module.path) or ("", name) not in module.defined:
            return None
        opened = self.names.modules.opened(init, name)
        return self.in_scope(opened, "", name, None, Context(opened)) if opened is not None else None


def run_at(module: Module, expr: Name) -> list[int | None]:
    """When a function reads a name of its module: after all that stands there, unless the script or the notebook calls the
    function itself before it gives the name another value.
    """
    if expr.name not in module.given_again:
        return [None]
    function = expr.scope.partition(".")[0]
    calls = [module.facts.invocations[i] for i in module.calls_by_name.get(function, ())]
    if not calls or function not in module.functions or any(call.scope for call in calls):
        return [None]
    return [call.span.start for call in calls]


def _spelled(values: list[Value], seen: Reaching, context: Context) -> list[Value]:
    """A word with what is added to it: `model = "gpt-4"`, `if long: model += "-32k"`. What holds blanks is no name."""
    added = [(binding, sure) for binding, sure in seen.changes if binding.operation == "add"]
    if not added or not all(map(_is_word, values)) or not all(_in_a_word(binding.value) for binding, _ in added):
        return values
    if len(added) > _MOST_ADDED:  # each that is not sure doubles what it may be
        return [Missing("computed")]
    for binding, sure in added:
        longer: list[Value] = [
            Data(Binary(left=v.expr, operator="+", right=binding.value, span=binding.span), context)
            for v in values
            if isinstance(v, Data)
        ]
        values = longer if sure else [*values, *longer]
    return values


def _is_word(value: Value) -> bool:
    text = constant(value) if isinstance(value, Data) else None
    return text is not None and len(text.split()) == 1


def _in_a_word(expr: Expr) -> bool:
    literals = [s.text for s in expr.segments if isinstance(s, Literal)] if isinstance(expr, Text) else []
    return isinstance(expr, (Text, Name)) and not any(char.isspace() for text in literals for char in text)


def _may_count(values: Sequence[Value]) -> bool:
    """Whether values are numbers and texts, or there is none yet."""
    return all(isinstance(v, Data) and (number(v) is not None or constant(v) is not None) for v in values)


def _stands_in(value: Value) -> bool:
    """Whether a value is what an optional import is replaced by where it fails: `except ImportError: cohere = None`."""
    if isinstance(value, Made):
        return value.path in _MOCKS
    return is_none(value) or (isinstance(value, External) and value.path in _STAND_INS)
