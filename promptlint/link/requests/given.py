"""SDK objects that are given to functions and classes of the project, which may ask a model with them: `Bot(ChatOpenAI())`.

What `self.llm` is, the file of the class need not say. Whoever makes one says it, in whatever file that is; and so does whoever
calls a function with a client, also one that hands it on.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from promptlint.facts import (
    Attribute,
    Choice,
    Class,
    Expr,
    Function,
    Invocation,
    Items,
    Name,
    Result,
    Table,
    Unknown,
    Want,
)
from promptlint.link.program.module import Module, callee_name
from promptlint.link.program.speaking import speaks_for
from promptlint.link.requests.exported import asks, makers_in, may_be_made
from promptlint.link.resolve.handed import MAPS, RUNS, Handed, as_call, runnable
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.values import ClassValue, Context, Data, FunctionValue, Instance, ObjectValue, each

_DEEPEST = 4
_MOST_WAYS = 3  # that lead to one function
_MOST = 4_000  # in a project
_WORD = re.compile(r"\w+")


class Way(NamedTuple):
    """A call that gives an object: its file, which of the calls there it is, where its arguments are read, and the call of the
    function that is given the object, where that is handed on: `executor.submit(embed, model)`.
    """

    module: Module
    number: int
    context: Context
    call: Invocation


class Inside:
    """What stands in the classes and functions of a file: the methods of a class, the scopes of calls in a function, and the
    methods that set something on their object.
    """

    def __init__(self, module: Module) -> None:
        self.methods: dict[str, list[Function]] = defaultdict(list)
        for function in module.facts.functions:
            if function.owner is not None:
                self.methods[function.owner].append(function)
        self.scopes: dict[str, list[str]] = defaultdict(list)
        for scope in module.calls_in:
            outer = scope
            while outer:
                self.scopes[outer].append(scope)
                outer = outer.rpartition(".")[0]
        self.setters = frozenset(b.scope for b in module.facts.bindings if b.name.startswith("self."))


class Given:
    """The ways by which SDK objects come to functions, as far as the words of the files let one expect them.

    `objects` are the SDK objects and their makers that other files may import.
    """

    def __init__(self, names: Names, objects: Collection[Want]) -> None:
        self.names = names
        self._to: dict[int, list[Way]] = defaultdict(list)
        self._makes: dict[int, list[Way]] = defaultdict(list)
        self._kept: dict[int, list[tuple[Function, Way]]] = defaultdict(list)
        self._held: list[object] = []  # whatever is known by its identity stays
        self._scopes: dict[str, set[str]] = defaultdict(set)
        self._insides: dict[str, Inside] = {}
        self._count = 0
        self._read(frozenset(want.name.strip(".").rpartition(".")[2] for want in objects))
        holders = frozenset(key.qualname.rpartition(".")[2] for key in self._held if isinstance(key, Class))
        if holders:  # what holds an object is handed on like one: `answer(Context(llm=llm), text)`
            self._read(holders)

    def calls(self, module: Module) -> list[int]:
        """The calls in the functions of a file that are given something."""
        return [index for scope in self._scopes.get(module.path, ()) for index in module.calls_in.get(scope, ())]

    def contexts(self, module: Module, invocation: Invocation) -> Iterator[Context]:
        """Where a call is to be read so that its names stand for what is given to the functions around it."""
        for function in module.around(invocation.scope):
            for way in self._to.get(id(function), ()):
                yield self._inside(module, function, way)
            owner = module.classes.get(function.owner) if function.owner is not None else None
            for way in self._makes.get(id(owner), ()):
                yield self._method(module, function, way)
            for keeper, way in self._kept.get(id(owner), ()):
                yield self._inside(module, keeper, way)

    def _read(self, shared: frozenset[str]) -> None:
        """Follow all that may be passed; `shared` are the last names of objects of the project and of their makers."""
        for module in list(self.names.modules):
            with self.names.modules.guarded(module.path):
                for index in self._passing(module, shared):
                    self._follow(module, index, Context(module), 0)

    def _follow(self, module: Module, index: int, context: Context, depth: int) -> None:
        """Note what a call gives an SDK object to, and go on where that hands it on."""
        invocation = module.facts.invocations[index]
        if depth > _DEEPEST or self._count >= _MOST or not any(self._is_object(e, context) for e in _given(invocation)):
            return
        for value in each(self.names.resolve(invocation.callee, context)):
            if isinstance(value, FunctionValue):
                for called in (value, *self.names.subclasses.keepers(value)):
                    self._called(called, Way(module, index, context, invocation), depth)
            elif isinstance(value, ClassValue):
                self._made(value, Way(module, index, context, invocation), depth)
        if callee_name(invocation) in RUNS | MAPS:
            self._run(module, index, context, depth)

    def _called(self, value: FunctionValue, way: Way, depth: int) -> None:
        """A function that is called with an object; a method may keep it, for others of its class to use."""
        module, function = value.module, value.function
        if not self._noted(self._to, module, function, way):
            return
        self._enter(module, function, self._inside(module, function, way), depth)
        owner = module.classes.get(function.owner) if function.owner is not None else None
        if owner is None or function.qualname not in self._of(module).setters:
            return
        self._held.append(owner)
        self._kept[id(owner)].append((function, way))
        for other in self._of(module).methods[owner.qualname]:
            if other is not function:
                self._enter(module, other, self._inside(module, function, way), depth)

    def _run(self, module: Module, index: int, context: Context, depth: int) -> None:
        """A function that is handed on together with an object: `asyncio.to_thread(embed, model, texts)`."""
        invocation, unwritten = module.facts.invocations[index], self.names.kept.unwritten
        for expr, keyword, _ in runnable(invocation):
            for value in each(self.names.resolve(expr, context)) if isinstance(expr, (Name, Attribute)) else ():
                if not isinstance(value, FunctionValue):
                    continue
                key = (id(invocation), f"run {value.function.qualname}")
                call = unwritten.get(key) or as_call(Handed(module, invocation, expr, keyword), value.function)
                if call is not None:
                    unwritten[key] = call
                    self._called(value, Way(module, index, context, call), depth)

    def _made(self, cls: ClassValue, way: Way, depth: int) -> None:
        """An object that is made holds what its constructor is given; its methods use that, and those of its bases."""
        for owner in self.names.classes.lineage(cls):
            if not self._noted(self._makes, owner.module, owner.cls, way):
                continue
            for function in self._of(owner.module).methods[owner.cls.qualname]:
                self._enter(owner.module, function, self._method(owner.module, function, way), depth)

    def _enter(self, module: Module, function: Function, context: Context, depth: int) -> None:
        """Go on with the calls in a function that pass on what it is given."""
        own = {p.name for p in function.parameters}
        for scope in self._of(module).scopes[function.qualname]:
            self._scopes[module.path].add(scope)
            for index in module.calls_in.get(scope, ()):
                given = _given(module.facts.invocations[index])
                if any(name in own for expr in given for name in _first_names(expr)):
                    self._follow(module, index, context, depth + 1)

    def _of(self, module: Module) -> Inside:
        if module.path not in self._insides:
            self._insides[module.path] = Inside(module)
        return self._insides[module.path]

    def _noted(self, ways: dict[int, list[Way]], home: Module, key: Class | Function, way: Way) -> bool:
        """Whether a way is new, one of the first that lead there, and no test's that tells of the program."""
        known = ways[id(key)]
        if not speaks_for(way.module.path, home.path):
            return False
        if len(known) >= _MOST_WAYS or any(w[:2] == way[:2] and w.call is way.call for w in known):
            return False
        known.append(way)
        self._held.append(key)
        self._count += 1
        return True

    def _inside(self, module: Module, function: Function, way: Way) -> Context:
        frames = way.context.frames
        return Context(module, (self.names.frame(module, function, way.call, way.context), *frames))

    def _method(self, module: Module, function: Function, way: Way) -> Context:
        """The inside of a method of an object that one call makes. Of what is passed to the method nothing is known."""
        made = way.call
        key = (id(made), function.qualname)
        unwritten = self.names.kept.unwritten
        if key not in unwritten:
            name = function.qualname.rpartition(".")[2]
            callee = Attribute(base=Result(invocation=way.number, span=made.span), name=name, span=made.span)
            passed = Table(items=((None, Unknown(reason="passed elsewhere", span=made.span)),), span=made.span)
            unwritten[key] = replace(made, callee=callee, text=name, positional=(), keywords=passed, starred=())
        return self._inside(module, function, way._replace(call=unwritten[key]))

    def _is_object(self, expr: Expr, context: Context) -> bool:
        """Whether an argument is an object of an SDK that is not the project itself, or holds one."""
        if isinstance(expr, Items):
            return any(self._is_object(value, context) for value in expr.values)
        for value in each(self.names.resolve(expr, context)):
            if isinstance(value, Instance) and not self.names.modules.within(value.client.names[0]):
                return True
            if isinstance(value, ObjectValue) and id(value.cls) in self._makes:
                return True
            if isinstance(value, Data) and asks(self.names, value):
                return True
        return False

    def _passing(self, module: Module, shared: frozenset[str]) -> list[int]:
        """The calls of a file that may pass an object of an SDK, by its words."""
        foreign = any(not self.names.modules.within(root) for root in module.roots & self.names.knowledge.tops)
        makers = makers_in(self.names, module) if foreign else frozenset()
        makers |= shared & module.calls_by_name.keys()
        held = self._objects(module, makers, shared, annotated=foreign)
        if not makers and not held:
            return []
        return [
            index
            for index, invocation in enumerate(module.facts.invocations)
            if any(_may_be(module, expr, makers, held) for expr in _given(invocation))
        ]

    def _objects(
        self, module: Module, makers: frozenset[str], shared: frozenset[str], *, annotated: bool
    ) -> frozenset[tuple[str, str]]:
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
        held |= {(e.scope, e.local) for e in facts.imports if e.target.rpartition(".")[2] in shared}
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
            return callee_name(module.facts.invocations[index]) in makers
        case Items(values=values) | Choice(options=values):
            return any(_may_be(module, value, makers, held) for value in values)
    return False


def _first_names(expr: Expr) -> Iterator[str]:
    """`a` of `a.b.c`, and those of what a list holds."""
    while isinstance(expr, Attribute):
        expr = expr.base
    if isinstance(expr, Items):
        for value in expr.values:
            yield from _first_names(value)
    elif isinstance(expr, Name):
        yield expr.name
