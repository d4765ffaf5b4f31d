"""Who calls a function of the project: directly, through another name, as a task, or because it was handed on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial

from msgspec.structs import replace

from promptlint.facts import Attribute, Expr, Function, Invocation, Item, Loop, Name, Place, Unknown, Want
from promptlint.link.program.module import Module
from promptlint.link.program.modules import Modules
from promptlint.link.program.speaking import speaks_for
from promptlint.link.resolve.allowance import Allowance
from promptlint.link.resolve.around import calls_of, passes_all
from promptlint.link.resolve.handed import Handed, as_call, as_task, bound, is_task, loops_around
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.uses import Uses
from promptlint.link.resolve.values import (
    BY_FRAMEWORK,
    CALLED,
    ClassValue,
    Context,
    Frame,
    FunctionValue,
    ObjectValue,
    ParameterValue,
    Partial,
    Value,
    each,
)

_MOST_CANDIDATES = 200
_DEEPEST = 5
_MOST_CLIMBED = 1_000
_WORTH_PARSING = 1
_OWN = ("self", "cls")
_SPECIAL = ("__init__", *CALLED)

Called = tuple[Place, Loop, Module]


class CallGraph:
    """The calls of functions, looked up by name and confirmed by resolving the callee.

    `climbed` are the functions whose callers were asked for: files that may hold some are worth parsing.
    """

    def __init__(self, names: Names, modules: Modules) -> None:
        self.names = names
        self.modules = modules
        self.climbed: set[Want] = set()
        self._uses: Uses | None = None
        self._callers: dict[tuple[int, bool], tuple[Module, Function, list[tuple[Module, Invocation]]]] = {}
        self._handed: dict[str, list[Handed]] = {}
        self._running: dict[int, Function] = {}
        self._objects: dict[tuple[int, str, tuple[str, ...]], list[ObjectValue]] = {}
        self._loops: dict[int, Called | None] = {}
        self._allowed = Allowance(_MOST_CLIMBED)

    @property
    def uses(self) -> Uses:
        """The index, of all that is parsed when it is first needed."""
        if self._uses is None:
            self._uses = self.names.kept.uses
            self._uses.read(self.modules)
        return self._uses

    def callers(self, home: Module, function: Function, *, follow: bool = True) -> list[tuple[Module, Invocation]]:
        """The calls of a function of `home` in the project, in the order of files and places. Tests call only what is of tests.

        `follow`: files that the callees of others lead to are worth parsing, for one of these may be a caller.
        """
        key = (id(function), follow)
        known = self._callers.get((id(function), True)) or self._callers.get(key)
        if known is None:
            with self.modules.reading(self.modules.eager and follow):
                found = self._find(function, partial(_speaks, home=home))
                unique = {(m.path, i.span.start, i.span.end): (m, i) for m, i in found}
            known = self._callers[key] = (home, function, [unique[place] for place in sorted(unique)])
        return known[2]

    def handed(self, function: Function) -> list[Handed]:
        """The calls a function may be an argument of, by its name."""
        name = function.qualname.rpartition(".")[2]
        self._running[id(function)] = function
        return self._handed.setdefault(name, self.uses.handed(name))

    def stands(self, late: Collection[str]) -> bool:
        """Whether files that came in since hold no call of a function that was asked about, and hand none on."""
        self._uses = None
        for home, function, _ in list(self._callers.values()):
            if next(self._find(function, partial(_speaks, home=home, among=late)), None) is not None:
                return False
        if any(self._is_traced(value) for value in self._called_like_traced(late)):
            return False
        return not any(
            handed.module.path in late and self.is_handed(handed, function)
            for function in self._running.values()
            for handed in self.uses.handed(function.qualname.rpartition(".")[2])
        )

    def _called_like_traced(self, paths: Collection[str]) -> Iterator[Value]:
        """What some files call by the names of functions whose callers say where a request goes."""
        called = self.modules.traced_names
        for module in (self.modules.at(path) for path in paths if self.modules.files[path].kind == "python"):
            for name in called & module.calls_by_name.keys():
                for index in module.calls_by_name[name]:
                    yield from each(self.names.resolve(module.facts.invocations[index].callee, Context(module)))

    def _is_traced(self, value: Value) -> bool:
        """Whether calling a value runs such a function."""
        if isinstance(value, FunctionValue):
            return (value.module.path, value.function.qualname) in self.modules.traced
        made = self.names.constructors.initializer(value) if isinstance(value, ClassValue) else None
        return made is not None and (made[0].path, made[1].qualname) in self.modules.traced

    def is_handed(self, handed: Handed, function: Function) -> bool:
        """Whether an argument is this function, or a partial of it."""
        return next(self._resolved(handed.module, handed.expr, function), None) is not None

    def _find(self, function: Function, among: Callable[[Module], bool]) -> Iterator[tuple[Module, Invocation]]:
        """The calls of a function in the files that it is looked for `among`."""
        last = function.qualname.rpartition(".")[2]
        special = last in _SPECIAL and "." in function.qualname
        first = function.qualname.split(".")[-2] if special else last
        made_here = self.uses.calls("cls") if last == "__init__" else ()  # `return cls("gpt-4o")` in a class method
        for place, invocation in made_here:
            own = place.functions.get(function.qualname) is function and among(place)
            if own and (call := self._call(place, invocation, function)) is not None:
                yield place, call
        called = self.uses.names(first, made=last != "__init__" and special)
        for name in (*called, last) if special and last in BY_FRAMEWORK else called:
            # Another name is common where the function is not meant: it leads to no files.
            with self.modules.reading(self.modules.eager and name == first):
                found = [*self._calls_by(name, function, among), *self._handed_by(name, function, among)]
            yield from found
        given = self.uses.given(last) if not special else []
        for entry in given if len(given) <= _MOST_CANDIDATES else ():
            if among(entry.module) and self.is_handed(entry, function):
                yield from self._helping(entry)

    def _calls_by(
        self, name: str, function: Function, among: Callable[[Module], bool]
    ) -> Iterator[tuple[Module, Invocation]]:
        """The calls of what goes by a name that are calls of a function."""
        calls = self.uses.calls(name)
        for place, invocation in calls if len(calls) <= _MOST_CANDIDATES else ():
            if among(place):
                call = self._call(place, invocation, function)
                if call is not None:
                    yield place, call

    def _handed_by(
        self, name: str, function: Function, among: Callable[[Module], bool]
    ) -> Iterator[tuple[Module, Invocation]]:
        """The calls that are given what goes by a name, and run a function by that."""
        handed = self.uses.handed(name)
        for entry in handed if len(handed) <= _MOST_CANDIDATES else ():
            made = as_call(entry, function) if among(entry.module) else None
            if made is not None:
                for value in self._resolved(entry.module, made.callee, function):
                    yield entry.module, _with_partials(made, value, entry.module)
                    break

    def _helping(self, given: Handed) -> Iterator[tuple[Module, Invocation]]:
        """The calls of what it is given in a function of the project: `await func(item)` of `map_limited(func, items)`."""
        for value in each(self.names.resolve(given.invocation.callee, Context(given.module))):
            if isinstance(value, FunctionValue):
                frame = Frame(value.module, value.function, given.invocation, Context(given.module))
                for parameter in value.function.parameters:
                    passed = self.names.parameters.argument(frame, parameter)
                    if passed is not None and passed[0] is given.expr:
                        for call in calls_of(value.module, value.function, parameter.name):
                            if passes_all(value.module, call) in (None, value.function):  # no decorator's
                                yield value.module, call

    def _call(self, place: Module, invocation: Invocation, function: Function) -> Invocation | None:
        for value in self._resolved(place, invocation.callee, function):
            return _with_partials(invocation, value, place)
        if isinstance(invocation.callee, Attribute) and is_task(invocation.callee) and function.owner is None:
            for value in self._resolved(place, invocation.callee.base, function):
                if not isinstance(value, ClassValue):
                    return _with_partials(as_task(invocation), value, place)
        return None

    def _resolved(self, place: Module, callee: Expr, function: Function) -> Iterator[Value]:
        """The values of a callee that are the function."""
        own = _on_itself(callee)
        for value in each(self.names.resolve(callee, Context(place))):
            found = self._runs(value, function, own=own)
            if found is not None:
                yield found
        if isinstance(callee, Attribute) and isinstance(callee.base, Name) and function.owner is not None:
            yield from self._of_elements(place, callee.base, callee.name, function)

    def _of_elements(self, place: Module, element: Name, method: str, function: Function) -> Iterator[Value]:
        """The method of what stands in a parameter that is gone through: `for step in steps: step.run(text)`."""
        for binding in place.bindings.get((element.scope, element.name), ()):
            match binding.value:
                case Item(base=Name() as listed, key=Unknown(reason="loop")):
                    passed = self.names.resolve(listed, Context(place))
                    if isinstance(passed, ParameterValue) and not passed.chain:
                        for held in self._passed(replace(passed, chain=("[]",))):
                            found = self.names.attribute(held, method, Context(held.module))
                            if isinstance(found, FunctionValue) and found.function is function:
                                yield found

    def _runs(self, value: Value, function: Function, *, own: bool = False) -> Value | None:
        """The value, when calling it runs the function. `own`: a class calls it on itself."""
        match value:
            case FunctionValue():
                if value.function is function or self._keeps(function, value, own=own):
                    return value
                return None
            case ClassValue():
                made = value.module.functions.get(f"{value.cls.qualname}.__init__") is function
                return value if made else None
            case ObjectValue() if function.qualname.rpartition(".")[2] in CALLED:
                return value if self._is_called(value, function) else None
            case Partial():
                return value if any(self._runs(inner, function) for inner in each(value.function)) else None
            case ParameterValue(chain=(name,)) if function.owner is not None:
                passed = self._passed(replace(value, chain=()))
                methods = (self.names.attribute(held, name, Context(held.module)) for held in passed)
                return next((m for m in methods if isinstance(m, FunctionValue) and m.function is function), None)
            case ParameterValue(chain=()) if self._puts(value, function):
                return value
            case ParameterValue(chain=()):
                parameter = value.parameter
                if parameter is None or parameter.default is None:
                    return None
                default = self.names.resolve(parameter.default, Context(value.module))
                return next((inner for inner in each(default) if self._runs(inner, function)), None)
        return None

    def _is_called(self, value: ObjectValue, function: Function) -> bool:
        """Whether calling an object runs a method of its class, or of one that does what its class only promises: a subclass,
        or for a protocol one beside it.
        """
        cls = ClassValue(value.module, value.cls)
        if any(c.cls.qualname == function.owner for c in self.names.classes.lineage(cls)):
            return True
        called = self.names.classes.member(cls, "__call__", value, Context(value.module))
        kept = self.names.subclasses.keepers(called) if isinstance(called, FunctionValue) else []
        homes = [one.module for one in kept if one.function is function]
        return any(home is value.module or self._derives(home, function, value) for home in homes)

    def _derives(self, home: Module, function: Function, value: ObjectValue) -> bool:
        cls = home.classes.get(function.owner or "")
        lineage = self.names.classes.lineage(ClassValue(home, cls)) if cls is not None else []
        return any(one.cls is value.cls for one in lineage)

    def _passed(self, value: ParameterValue) -> list[ObjectValue]:
        """The objects of the project that callers pass for a parameter of which nothing is said: `def check(llm, url)`; of one
        that is gone through, those that are in what they pass.
        """
        key = (id(value.function), value.name, value.chain)
        if key not in self._objects:
            self._objects[key] = []  # while they are looked for: who calls itself passes no other
            found: dict[int, ObjectValue] = {}
            seen, waiting = {key}, [value]
            while waiting:
                for one in self._given_for(waiting.pop()):
                    if isinstance(one, ObjectValue):
                        found.setdefault(id(one.cls), one)
                    elif isinstance(one, ParameterValue) and (id(one.function), one.name, one.chain) not in seen:
                        seen.add((id(one.function), one.name, one.chain))
                        waiting.append(one)
            self._objects[key] = list(found.values())
        return self._objects[key]

    def _given_for(self, value: ParameterValue) -> Iterator[Value]:
        """What the callers of a function pass for a parameter without an annotation."""
        parameter = value.parameter
        if parameter is None or parameter.annotation is not None or parameter.kind not in ("positional", "keyword"):
            return
        if value.chain not in ((), ("[]",)):
            return
        self.climbed.add(Want(module=value.module.path, name=value.function.qualname))
        for place, invocation in self.callers(value.module, value.function, follow=False):
            frame = Frame(value.module, value.function, invocation, Context(place))
            passed = self.names.parameters.argument(frame, parameter)
            if passed is not None and value.chain:
                yield from self._each_of(*passed)
            elif passed is not None:
                yield from each(self.names.resolve(*passed))

    def _each_of(self, expr: Expr, context: Context) -> Iterator[Value]:
        """What a loop over a value takes; of a parameter, what is in it."""
        listed = self.names.resolve(expr, context)
        if isinstance(listed, ParameterValue) and not listed.chain:
            yield replace(listed, chain=("[]",))
        else:
            turn = Unknown(reason="loop", span=expr.span)
            yield from each(self.names.resolve(Item(base=expr, key=turn, span=expr.span), context))

    def _puts(self, value: ParameterValue, function: Function) -> bool:
        """Whether a parameter is what a decorator is given, and the function has that decorator: `@handler("rewrite")`."""
        home = self.uses.home(function)
        inside = f"{value.function.qualname}."
        return home is not None and any(
            made.module is value.module and inside.startswith(f"{made.function.qualname}.")
            for made in self._decorators(home, function)
        )

    def _decorators(self, home: Module, function: Function) -> Iterator[FunctionValue]:
        """The decorators of a function that the project defines."""
        for decorator in function.decorators:
            for made in each(self.names.resolve(home.decorator(decorator), Context(home))):
                if isinstance(made, FunctionValue):
                    yield made

    def _keeps(self, function: Function, called: FunctionValue, *, own: bool) -> int:
        """Whether an abstract method is called that the function stands for, or one that it replaces in a subclass: of how many
        functions it is one.
        """
        same = called.function.qualname.rpartition(".")[2] == function.qualname.rpartition(".")[2]
        return self.names.subclasses.keeping(function, called, own=own) if same and function.owner is not None else 0

    def ways(self, function: Function, place: Module, invocation: Invocation) -> int:
        """How many functions may run where a call runs this one because it does what a class only promises; else 1."""
        called = [
            v for v in each(self.names.resolve(invocation.callee, Context(place))) if isinstance(v, FunctionValue)
        ]
        if any(value.function is function for value in called):
            return 1
        own = _on_itself(invocation.callee)
        return max((self._keeps(function, value, own=own) for value in called), default=0) or 1

    def caller_loop(self, module: Module, function: Function | None) -> Called | None:
        """The nearest loop around a call of this function or of its callers."""
        if function is None:
            return None
        if id(function) not in self._loops:
            self._allowed.begin()
            self._loops[id(function)] = self._loop(module, function, 0, frozenset())
        return self._loops[id(function)]

    def _loop(self, module: Module, function: Function | None, depth: int, seen: frozenset[int]) -> Called | None:
        if function is None or depth >= _DEEPEST or id(function) in seen or not self._allowed.take():
            return None
        self.climb(module, function, depth)
        callers = self.callers(module, function, follow=depth == 0)
        for place, invocation in callers:
            around = loops_around(place, invocation)
            loops = [loop for loop in around if loop.repeats and loop.kind != "retry"]
            if loops:
                return Place(path=place.path, span=invocation.callee_span), loops[-1], place
        for place, invocation in callers:
            outer = place.function_of(invocation.scope)
            found = self._loop(place, outer, depth + 1, seen | {id(function)})
            if found is not None:
                return found
        return None

    def climb(self, module: Module, function: Function, depth: int) -> None:
        """Note that the callers of a function matter, when it is near enough to the call."""
        if depth > _WORTH_PARSING:
            return
        self.climbed.add(Want(module=module.path, name=function.qualname))
        owner, _, name = function.qualname.rpartition(".")
        for made in self._decorators(module, function):
            tables = made.module.tables.get(made.function.qualname, set())
            self.climbed |= {Want(module=made.module.path, name=f"{table}.") for table in tables}
            if tables and not self.uses.has(made.module):
                self._uses = None
        if owner and name in CALLED:
            self.climbed.add(Want(module=module.path, name=f"{owner}.__call__"))
            self.climbed |= {
                Want(module=cls.module.path, name=f"{cls.cls.qualname}.__call__")
                for cls in self._promising(module, owner)
            }

    def _promising(self, module: Module, owner: str) -> Iterator[ClassValue]:
        """The bases, and the protocols beside it, which an object may be said to be of where it is called."""
        cls = module.classes.get(owner)
        if cls is not None:
            yield from self.names.classes.lineage(ClassValue(module, cls))[1:]
            yield from self.names.subclasses.callable_protocols(module)


def _speaks(module: Module, home: Module, among: Collection[str] | None = None) -> bool:
    """Whether the calls in a file say how a function of `home` is used; of some files, where they are among them."""
    return (among is None or module.path in among) and speaks_for(module.path, home.path)


def _on_itself(callee: Expr) -> bool:
    """Whether a method or a class calls another of its own."""
    return isinstance(callee, Attribute) and isinstance(callee.base, Name) and callee.base.name in _OWN


def _with_partials(call: Invocation, value: Value, place: Module) -> Invocation:
    """A call with the arguments of the partials below it, where these are written in the same file."""
    while isinstance(value, Partial) and value.context.module is place:
        call = bound(call, value.invocation)
        value = each(value.function)[0]
    return call
