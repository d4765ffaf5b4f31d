"""One file of a project as a module: what each scope of it holds, and where."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from promptlint.facts import (
    Binding,
    Choice,
    Class,
    Entered,
    Expr,
    FileFacts,
    Function,
    Import,
    Invocation,
    Items,
    Name,
    Parameter,
    Result,
    Span,
    Table,
)
from promptlint.link.program.attributes import attributes_of
from promptlint.link.program.holding import Holding, holding
from promptlint.link.program.reaching import Branches, Reaching, reaching
from promptlint.link.program.stretch import Stretches

_NEAR = 40
_VALIDATORS = frozenset(("root_validator", "model_validator"))


@dataclass(frozen=True, eq=False)
class Module:
    """One Python file with its facts indexed by scope and name."""

    path: str
    facts: FileFacts
    _reached: dict[tuple[int, int | None], Reaching] = field(default_factory=dict)
    _declared: dict[int, str | None] = field(default_factory=dict)
    _block_of: dict[int, int] = field(default_factory=dict)
    _global: dict[tuple[str, str], bool] = field(default_factory=dict)

    @cached_property
    def bindings(self) -> dict[tuple[str, str], list[Binding]]:
        """(scope, name) → bindings in source order."""
        found: dict[tuple[str, str], list[Binding]] = defaultdict(list)
        for binding in self.facts.bindings:
            found[binding.scope, binding.name].append(binding)
        for group in found.values():
            group.sort(key=lambda b: b.span.end)
        return dict(found)

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Qualified name → function; the last definition wins, but for the methods of what stands in for a class."""
        kept = {id(cls) for cls in self.classes.values()}
        aside = [cls.span for cls in self.facts.classes if id(cls) not in kept]
        found = {f.qualname: f for f in self.facts.functions}
        if aside:
            found.update(
                (f.qualname, f) for f in self.facts.functions if not any(s.start < f.span.start < s.end for s in aside)
            )
        return found

    @cached_property
    def classes(self) -> dict[str, Class]:
        """Qualified name → class; the last definition wins. Of those in branches the longest does: the other stands in for it
        where a package is missing.
        """
        found: dict[str, Class] = {}
        for cls in self.facts.classes:
            other = found.get(cls.qualname)
            if (
                other is None
                or cls.block in self.branches.around(other.block)
                or cls.span.end - cls.span.start >= other.span.end - other.span.start
            ):
                found[cls.qualname] = cls
        return found

    @cached_property
    def imports(self) -> dict[tuple[str, str], list[Import]]:
        """(scope, local name) → imports."""
        found: dict[tuple[str, str], list[Import]] = defaultdict(list)
        for entry in self.facts.imports:
            found[entry.scope, entry.local].append(entry)
        return dict(found)

    @cached_property
    def parameters(self) -> dict[tuple[str, str], Parameter]:
        """(function, name) → parameter."""
        return {(f.qualname, p.name): p for f in self.functions.values() for p in reversed(f.parameters)}

    @cached_property
    def validators(self) -> dict[str, list[Function]]:
        """Class → its methods that are given the values of all of its fields: `root_validator` of pydantic."""
        found: dict[str, list[Function]] = defaultdict(list)
        for function in self.functions.values():
            if function.owner is not None and len(function.parameters) > 1:
                called = map(self.decorator, function.decorators)
                if any(getattr(d, "name", "") in _VALIDATORS for d in called):
                    found[function.owner].append(function)
        return dict(found)

    def decorator(self, expr: Expr) -> Expr:
        """A decorator without the call that makes it: `app.task` of `@app.task(bind=True)`."""
        return self.facts.invocations[expr.invocation].callee if isinstance(expr, Result) else expr

    @cached_property
    def tables(self) -> dict[str, set[str]]:
        """Function → the tables that it, or one inside it, puts what it is given into: `HANDLERS[name] = fn`."""
        found: dict[str, set[str]] = defaultdict(set)
        for binding in self.facts.bindings:
            if binding.operation in ("item", "append") and type(binding.value) is Name:
                scope = binding.scope if (binding.scope, binding.value.name) in self.parameters else ""
                while scope:
                    found[scope].add(binding.name.rpartition(".")[2])
                    scope = scope.rpartition(".")[0]
        return dict(found)

    @cached_property
    def choosing(self) -> frozenset[str]:
        """The functions that take one way or another by what they are passed."""
        asked = {(t.name.scope, t.name.name) for block in self.facts.blocks for t in block.tests}
        return frozenset(key[0] for key in asked if key in self.parameters and key not in self.bindings)

    @cached_property
    def branches(self) -> Branches:
        """Which blocks lie in which."""
        return Branches(self.facts.blocks)

    @cached_property
    def handed(self) -> frozenset[str]:
        """The names that stand alone as an argument, in a list or as what a function returns: functions among them run elsewhere."""
        found: set[str] = set()
        left = [value for i in self.facts.invocations for value in i.positional]
        left += [value for i in self.facts.invocations for _, value in i.keywords.items]
        left += [value for function in self.facts.functions for value in function.returns]
        left += [binding.value for binding in self.facts.bindings]
        while left:
            match left.pop():
                case Name(name=name):
                    found.add(name)
                case Items(values=values) | Table(values=values) | Choice(options=values):
                    left += values
        return frozenset(found)

    @cached_property
    def set_by_calls(self) -> frozenset[tuple[str, str]]:
        """The names, with their scopes, that are set to what a call returned or to another name."""
        return frozenset((b.scope, b.name) for b in self.facts.bindings if isinstance(b.value, (Result, Name, Choice)))

    @cached_property
    def lambdas(self) -> dict[str, tuple[Invocation, Name]]:
        """Name of a lambda → the call that is given it by place, and the argument."""
        found: dict[str, tuple[Invocation, Name]] = {}
        for invocation in self.facts.invocations:
            for value in invocation.positional:
                if isinstance(value, Name) and value.name.startswith("<lambda"):
                    found[value.name] = invocation, value
        return found

    @cached_property
    def _blocks(self) -> tuple[list[int], list[tuple[int, int, int]]]:
        """Where bindings, calls and returned expressions begin; where they begin and end, with their block."""
        spans = [(i.span.start, i.span.end, i.block) for i in self.facts.invocations]
        spans += [(b.span.start, b.span.end, b.block) for b in self.facts.bindings]
        for function in self.facts.functions:
            blocks = zip(function.returns, function.blocks, strict=False)  # a lambda stands in the block of its call
            spans += [(value.span.start, value.span.end, block) for value, block in blocks]
        spans.sort()
        return [start for start, _, _ in spans], spans

    @cached_property
    def stretches(self) -> Stretches:
        """What is bound and called in its loops and functions."""
        return Stretches(self)

    def is_global(self, name: Name) -> bool:
        """Whether no function round a name gives it a meaning: what it stands for is the same in every call of those."""
        key = (name.scope, name.name)
        found = self._global.get(key)
        if found is None:
            around = [name.scope]
            while around[-1]:
                around.append(around[-1].rpartition(".")[0])
            found = self._global[key] = not any((scope, name.name) in self.defined for scope in around if scope)
        return found

    def reaching(self, bindings: Sequence[Binding], at: int | None) -> Reaching:
        """What of the bindings of one name is seen at an offset, or from another scope: see `reaching`."""
        key = (id(bindings), at)
        found = self._reached.get(key)
        if found is None:
            block = 0 if at is None else self.block_at(at)
            found = self._reached[key] = reaching(bindings, self.branches, at, block, self._declaration(bindings))
        return found

    def _declaration(self, bindings: Sequence[Binding]) -> str | None:
        """The first annotation of a name."""
        key = id(bindings)
        if key not in self._declared:
            self._declared[key] = next((b.annotation for b in bindings if b.annotation), None)
        return self._declared[key]

    def entered_around(self, span: Span) -> list[Entered]:
        """What is entered round a place, the innermost `with` first."""
        around = [e for e in self.facts.entered if e.span.start <= span.start < e.span.end and e.value.span != span]
        return around[::-1]

    def block_at(self, offset: int) -> int:
        """The innermost block an offset lies in: that of the nearest binding or call before it."""
        found = self._block_of.get(offset)
        if found is None:
            found = self._block_of[offset] = self._nearest_block(offset)
        return found

    def _nearest_block(self, offset: int) -> int:
        starts, spans = self._blocks
        nearest = bisect_right(starts, offset) - 1
        for _, end, block in reversed(spans[max(0, nearest - _NEAR + 1) : nearest + 1]):
            if end >= offset:
                return block
        return spans[nearest][2] if nearest >= 0 else 0

    @cached_property
    def defined(self) -> frozenset[tuple[str, str]]:
        """Every (scope, name) that something in the file gives a meaning."""
        placed = (qualname.rpartition(".") for qualname in (*self.functions, *self.classes))
        return frozenset(
            (*self.bindings, *self.imports, *self.parameters, *((scope, name) for scope, _, name in placed))
        )

    @cached_property
    def attributes(self) -> dict[tuple[str, str], list[Binding]]:
        """(class, attribute) → what sets it: see `attributes`."""
        return attributes_of(self)

    def members_of(self, cls: Class) -> list[Binding]:
        """What the body of a class sets to a value and does not annotate: the members of an enum."""
        return [
            binding
            for (scope, name), bindings in self.attributes.items()
            if scope == cls.qualname and not name.startswith("_")
            for binding in bindings[:1]
            if binding.scope == scope and binding.operation == "set" and binding.annotation is None
        ]

    @cached_property
    def turns(self) -> dict[str, dict[Span, str]]:
        """Scope → the loops in it that come round again with a call in them, by where they stand, and their kinds."""
        found: dict[str, dict[Span, str]] = defaultdict(dict)
        for invocation in self.facts.invocations:
            for loop in invocation.loops:
                if loop.repeats and loop.kind != "comprehension":
                    found[invocation.scope][loop.span] = loop.kind
        return dict(found)

    @cached_property
    def given_again(self) -> frozenset[str]:
        """The names that the module itself gives one value after the other."""
        always = [
            name
            for (scope, name), held in self.bindings.items()
            if not scope
            for b in held
            if not b.block and b.operation == "set"
        ]
        return frozenset(name for name, times in Counter(always).items() if times > 1)

    @cached_property
    def member_classes(self) -> dict[int, Class]:
        """The identity of a value in the body of a class, or of the call that makes it → that class."""
        found: dict[int, Class] = {}
        for cls in self.classes.values():
            for value in (binding.value for binding in self.members_of(cls)):
                found[id(value)] = cls
                if isinstance(value, Result):
                    found[id(self.facts.invocations[value.invocation])] = cls
        return found

    @cached_property
    def deep(self) -> dict[tuple[str, str], list[Binding]]:
        """(class, `config.model`) → what its methods set below an attribute of theirs: `self.config.model = ...`."""
        found: dict[tuple[str, str], list[Binding]] = defaultdict(list)
        for binding in self.facts.bindings:
            if binding.operation == "set" and binding.name.startswith("self.") and "." in binding.name[5:]:
                owner = self.owner(binding.scope)
                if owner is not None:
                    found[owner, binding.name[5:]].append(binding)
        return dict(found)

    @cached_property
    def deep_names(self) -> frozenset[str]:
        """The last names of attributes that are set on something else than the receiver of a method."""
        paths = (b.name.removeprefix("self.") for b in self.facts.bindings if b.operation == "set")
        return frozenset(path.rpartition(".")[2] for path in paths if "." in path)

    @cached_property
    def set_below(self) -> dict[str, frozenset[str]]:
        """`config` → the attributes of it that are set one by one: `config.model = ...`."""
        found: dict[str, set[str]] = defaultdict(set)
        for binding in self.facts.bindings:
            if binding.operation == "set" and "." in binding.name.removeprefix("self."):
                owner, _, name = binding.name.rpartition(".")
                found[owner].add(name)
        return {owner: frozenset(names) for owner, names in found.items()}

    @cached_property
    def bound_results(self) -> dict[int, Binding]:
        """What a call returns → the first name that is given to it."""
        found: dict[int, Binding] = {}
        for binding in self.facts.bindings:
            if isinstance(binding.value, Result) and binding.operation == "set":
                found.setdefault(id(self.facts.invocations[binding.value.invocation]), binding)
        return found

    @cached_property
    def roots(self) -> frozenset[str]:
        """The packages it imports from."""
        return frozenset(entry.target.partition(".")[0] for entry in self.facts.imports)

    def owner(self, scope: str) -> str | None:
        """The class whose method `scope` is in, nested functions included."""
        while scope:
            function = self.functions.get(scope)
            if function is not None and function.owner is not None:
                return function.owner
            scope = scope.rpartition(".")[0]
        return None

    def function_of(self, scope: str) -> Function | None:
        """The function a scope belongs to, lambdas and classes skipped outwards."""
        while scope:
            function = self.functions.get(scope)
            if function is not None and "<lambda" not in scope.rpartition(".")[2]:
                return function
            scope = scope.rpartition(".")[0]
        return None

    def around(self, scope: str) -> Iterator[Function]:
        """The functions that a scope lies in, the nearest first."""
        while (function := self.function_of(scope)) is not None:
            yield function
            scope = function.qualname.rpartition(".")[0]

    @cached_property
    def holding(self) -> Holding:
        """What its functions return and its variables hold, by their own words."""
        return holding(self.facts, self.functions)

    @cached_property
    def bindings_by_name(self) -> dict[str, list[Binding]]:
        """Name → what is done to it, in whatever scope."""
        found: dict[str, list[Binding]] = defaultdict(list)
        for binding in self.facts.bindings:
            found[binding.name].append(binding)
        return dict(found)

    @cached_property
    def calls_in(self) -> dict[str, list[int]]:
        """Scope → the numbers of the calls in it."""
        found: dict[str, list[int]] = defaultdict(list)
        for index, invocation in enumerate(self.facts.invocations):
            found[invocation.scope].append(index)
        return dict(found)

    @cached_property
    def calls_in_of(self) -> dict[tuple[str, str], list[int]]:
        """Scope and last name of the callee → the numbers of the calls."""
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for index, invocation in enumerate(self.facts.invocations):
            found[invocation.scope, callee_name(invocation)].append(index)
        return dict(found)

    @cached_property
    def calls_by_name(self) -> dict[str, list[int]]:
        """Last name of the callee → indexes of invocations."""
        found: dict[str, list[int]] = defaultdict(list)
        for i, invocation in enumerate(self.facts.invocations):
            found[callee_name(invocation)].append(i)
        return dict(found)


def callee_name(invocation: Invocation) -> str:
    """`create` of `client.messages.create`; empty when the callee has no name."""
    return getattr(invocation.callee, "name", "")
