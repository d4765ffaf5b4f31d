"""SDK objects that are given to functions and classes of the project, which may ask a model with them: `Bot(ChatOpenAI())`.

What `self.llm` is, the file of the class need not say. Whoever makes one says it, in whatever file that is; and so does whoever
calls a function with a client, also one that hands it on.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from promptlint.facts import Attribute, Choice, Expr, Function, Invocation, Items, Name, Result, Table, Unknown, Want
from promptlint.link.exported import makers_in, may_be_made
from promptlint.link.modules import Module, last_name
from promptlint.link.names import Names
from promptlint.link.values import ClassValue, Context, FunctionValue, Instance, each

_DEEPEST = 4
_MOST_WAYS = 3  # that lead to one function
_MOST = 4_000  # in a project
_WORD = re.compile(r"\w+")

Way = tuple[Module, int, Context]
"""A call that gives an object: its file, which of the calls there it is, and where its arguments are read."""


class Given:
    """The ways by which SDK objects come to functions, as far as the words of the files let one expect them.

    `objects` are the SDK objects and their makers that other files may import.
    """

    def __init__(self, names: Names, objects: Collection[Want]) -> None:
        self.names = names
        self._shared = frozenset(want.name.strip(".").rpartition(".")[2] for want in objects)
        self._to: dict[int, list[Way]] = defaultdict(list)
        self._makes: dict[int, list[Way]] = defaultdict(list)
        self._held: list[object] = []  # whatever is known by its identity stays
        self._scopes: dict[str, set[str]] = defaultdict(set)
        self._count = 0
        for module in list(names.modules):
            with names.modules.guarded(module):
                for index in self._passing(module):
                    self._follow((module, index, Context(module)), 0)

    def calls(self, module: Module) -> list[int]:
        """The calls in the functions of a file that are given something."""
        return [index for scope in self._scopes.get(module.path, ()) for index in module.calls_in.get(scope, ())]

    def contexts(self, module: Module, invocation: Invocation) -> Iterator[Context]:
        """Where a call is to be read so that its names stand for what is given to the functions around it."""
        for function in _around(module, invocation.scope):
            for place, index, context in self._to.get(id(function), ()):
                made = place.facts.invocations[index]
                yield self._inside(module, function, made, context)
            owner = module.classes.get(function.owner) if function.owner is not None else None
            for way in self._makes.get(id(owner), ()):
                yield self._method(module, function, way)

    def _follow(self, way: Way, depth: int) -> None:
        """Note what a call gives an SDK object to, and go on where that hands it on."""
        module, index, context = way
        invocation = module.facts.invocations[index]
        if depth > _DEEPEST or self._count >= _MOST or not any(self._is_object(e, context) for e in _given(invocation)):
            return
        for value in each(self.names.resolve(invocation.callee, context)):
            if isinstance(value, FunctionValue):
                if self._noted(self._to, value.function, way):
                    inner = self._inside(value.module, value.function, invocation, context)
                    self._enter(value.module, value.function, inner, depth)
            elif isinstance(value, ClassValue):
                self._made(value, way, depth)

    def _made(self, cls: ClassValue, way: Way, depth: int) -> None:
        """An object that is made holds what its constructor is given; its methods use that, and those of its bases."""
        for owner in self.names.classes.lineage(cls):
            if not self._noted(self._makes, owner.cls, way):
                continue
            for function in owner.module.facts.functions:
                if function.owner == owner.cls.qualname:
                    self._enter(owner.module, function, self._method(owner.module, function, way), depth)

    def _enter(self, module: Module, function: Function, context: Context, depth: int) -> None:
        """Go on with the calls in a function that pass on what it is given."""
        own = {p.name for p in function.parameters}
        for scope in _scopes_of(module, function):
            self._scopes[module.path].add(scope)
            for index in module.calls_in.get(scope, ()):
                if any(_first_name(expr) in own for expr in _given(module.facts.invocations[index])):
                    self._follow((module, index, context), depth + 1)

    def _noted(self, ways: dict[int, list[Way]], key: object, way: Way) -> bool:
        """Whether a way is new, and one of the first that lead there."""
        known = ways[id(key)]
        if len(known) >= _MOST_WAYS or any(w[:2] == way[:2] for w in known):
            return False
        known.append(way)
        self._held.append(key)
        self._count += 1
        return True

    def _inside(self, module: Module, function: Function, made: Invocation, context: Context) -> Context:
        return Context(
            module, (self.names.frame(module, function, made, context, len(context.frames)), *context.frames)
        )

    def _method(self, module: Module, function: Function, way: Way) -> Context:
        """The inside of a method of an object that one call makes. Of what is passed to the method nothing is known."""
        place, index, context = way
        made = place.facts.invocations[index]
        key = (id(made), function.qualname)
        unwritten = self.names.kept.unwritten
        if key not in unwritten:
            name = function.qualname.rpartition(".")[2]
            callee = Attribute(base=Result(invocation=index, span=made.span), name=name, span=made.span)
            passed = Table(items=((None, Unknown(reason="passed elsewhere", span=made.span)),), span=made.span)
            unwritten[key] = Invocation(
                callee=callee,
                text=name,
                scope=made.scope,
                positional=(),
                keywords=passed,
                span=made.span,
                callee_span=made.span,
                insert_at=made.span.end,
                needs_comma=False,
                block=made.block,
            )
        return self._inside(module, function, unwritten[key], context)

    def _is_object(self, expr: Expr, context: Context) -> bool:
        if isinstance(expr, Items):
            return any(self._is_object(value, context) for value in expr.values)
        found = (value for value in each(self.names.resolve(expr, context)) if isinstance(value, Instance))
        return any(not self.names.modules.within(value.client.names[0]) for value in found)

    def _passing(self, module: Module) -> list[int]:
        """The calls of a file that may pass an object of an SDK, by its words."""
        foreign = any(not self.names.modules.within(root) for root in module.roots & self.names.knowledge.tops)
        makers = makers_in(self.names, module) if foreign else frozenset()
        makers |= self._shared & module.calls_by_name.keys()
        held = self._objects(module, makers, annotated=foreign)
        if not makers and not held:
            return []
        return [
            index
            for index, invocation in enumerate(module.facts.invocations)
            if any(_may_be(module, expr, makers, held) for expr in _given(invocation))
        ]

    def _objects(self, module: Module, makers: frozenset[str], *, annotated: bool) -> frozenset[tuple[str, str]]:
        """The names by which a file may hold an object, with their scope: bound to one, annotated as one, or imported.

        An attribute has no scope here.
        """
        facts, classes = module.facts, self.names.knowledge.makers
        held = {(b.scope, b.name) for b in facts.bindings if may_be_made(module, b.value, makers)}
        if annotated:
            held |= {
                (function.qualname, parameter.name)
                for function in facts.functions
                for parameter in function.parameters
                if parameter.annotation and not classes.isdisjoint(_WORD.findall(parameter.annotation))
            }
        held |= {("", name.rpartition(".")[2]) for scope, name in held if "." in name or scope in module.classes}
        held |= {(e.scope, e.local) for e in facts.imports if e.target.rpartition(".")[2] in self._shared}
        return frozenset(held)


def _given(invocation: Invocation) -> tuple[Expr, ...]:
    return (*invocation.positional, *(value for _, value in invocation.keywords.items))


def _may_be(module: Module, expr: Expr, makers: Collection[str], held: Collection[tuple[str, str]]) -> bool:
    match expr:
        case Name(name=name, scope=scope):
            while (scope, name) not in held and scope:
                scope = scope.rpartition(".")[0]
            return (scope, name) in held
        case Attribute(name=name):
            return ("", name) in held
        case Result(invocation=index):
            return last_name(module.facts.invocations[index]) in makers
        case Items(values=values) | Choice(options=values):
            return any(_may_be(module, value, makers, held) for value in values)
    return False


def _first_name(expr: Expr) -> str:
    """`a` of `a.b.c`."""
    while isinstance(expr, Attribute):
        expr = expr.base
    if isinstance(expr, Items) and expr.values:
        return _first_name(expr.values[0])
    return expr.name if isinstance(expr, Name) else ""


def _around(module: Module, scope: str) -> Iterator[Function]:
    """The functions a scope lies in, the nearest first."""
    while scope:
        function = module.functions.get(scope)
        if function is not None:
            yield function
        scope = scope.rpartition(".")[0]


def _scopes_of(module: Module, function: Function) -> Sequence[str]:
    """The scope of a function and those in it."""
    inside = f"{function.qualname}."
    return [scope for scope in module.calls_in if scope == function.qualname or scope.startswith(inside)]
