"""Parameters: what the call that is known passes for one, what its annotation promises, or the parameter itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from promptlint.facts import Attribute, Class, Expr, Function, Invocation, Items, Known, Name, Parameter, Result, Table
from promptlint.link.program.decorators import is_static
from promptlint.link.program.module import Module
from promptlint.link.program.parts import last_name
from promptlint.link.resolve.handed import Handed, as_call
from promptlint.link.resolve.injected import provided, usual
from promptlint.link.resolve.unpacked import all_known, bound, place_of, unpacked
from promptlint.link.resolve.values import (
    CALLED,
    ClassValue,
    Context,
    Data,
    Default,
    External,
    Frame,
    Instance,
    ObjectValue,
    ParameterValue,
    Value,
    each,
    flat,
)

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names


_TASKS = frozenset(("task", "shared_task"))


class Parameters:
    """Looks parameters up in the calls that led to where they are read."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def value(self, module: Module, function: Function, parameter: Parameter, context: Context) -> Value:
        """A parameter: `self`, what the known caller passes, or the parameter itself."""
        first = function.parameters[0] is parameter and parameter.kind == "positional"
        if function.owner is not None and first and not is_static(function):
            frame = context.frame_of(function)
            cls = module.classes.get(function.owner)
            if frame is not None and parameter.name == "self":
                receiver = self._receiver(frame)
                if isinstance(receiver, Data) and _is_member(receiver, cls):
                    return receiver
                if receiver is not None and cls is not None and all(self._is_a(one, cls) for one in each(receiver)):
                    return receiver  # one object, or one of several: `(quick if short else thorough).ask(text)`
            if cls is not None:
                return ClassValue(module, cls) if parameter.name == "cls" else ObjectValue(module, cls)
        if function.owner is None and first and (task := self._task(module, function)) is not None:
            return task
        frame = context.frame_of(function)
        if frame is not None:
            passed = self.passed(frame, parameter)
            if passed is not None:
                return passed
        given = provided(self.names, module, parameter)
        if given is not None:
            return given
        annotated = self.names.promised.by(parameter.annotation, module) if parameter.annotation else None
        promised = [v for v in flat(annotated) if not self._is_enum(v)] if annotated is not None else []
        if promised and all(isinstance(v, (ClassValue, External, Instance, ObjectValue)) for v in promised):
            if all(isinstance(v, ObjectValue) for v in promised) and (default := usual(self.names, module, parameter)):
                return default
            if parameter.default is not None and any(isinstance(v, Instance) for v in promised):
                promised.append(self.names.resolve(parameter.default, Context(module)))
            return self.names.choice(promised)
        around = self._passed_around(module, function, parameter, context) if frame is None else None
        if around is None and parameter.name == "self" and (cls := _class_around(module, function)) is not None:
            return ObjectValue(module, cls)
        return around or ParameterValue(module, function, parameter.name, parameter.kind)

    def _is_a(self, value: Value, cls: Class) -> bool:
        """Whether a value is an object of a class: of several that have a method, a call may mean another one's."""
        if not isinstance(value, ObjectValue):
            return False
        return any(owner.cls is cls for owner in self.names.classes.lineage(ClassValue(value.module, value.cls)))

    def _task(self, module: Module, function: Function) -> ObjectValue | None:
        """The object that Celery hands to a function as the task that it is: `@app.task(base=ModelTask, bind=True)`."""
        for decorator in function.decorators:
            made = module.facts.invocations[decorator.invocation] if isinstance(decorator, Result) else None
            given = dict(made.keywords.items) if made is not None and last_name(made.callee) in _TASKS else {}
            if isinstance(bind := given.get("bind"), Known) and bind.value is True and "base" in given:
                for value in each(self.names.resolve(given["base"], Context(module))):
                    if isinstance(value, ClassValue):
                        return ObjectValue(value.module, value.cls)
        return None

    def _passed_around(
        self, module: Module, function: Function, parameter: Parameter, context: Context
    ) -> Value | None:
        """What the function around one passes for a parameter, where nobody else can call the inner one."""
        outer_name, _, name = function.qualname.rpartition(".")
        if name.startswith("<lambda"):
            calls = _runs_of(module, function, name)
        elif outer_name in module.functions and name not in module.handed:
            named = (module.facts.invocations[i] for i in module.calls_by_name.get(name, ()))
            calls = (i for i in named if isinstance(i.callee, Name) and f"{i.scope}.".startswith(f"{outer_name}."))
        else:
            return None
        found: list[Value] = []
        for invocation in calls:
            frame = self.names.frame(module, function, invocation, context)
            value = self.passed(frame, parameter)
            if value is None:
                return None
            found.append(value)
        return self.names.choice(found) if found else None

    def _is_enum(self, value: Value) -> bool:
        return isinstance(value, ObjectValue) and self.names.classes.is_enum(value)

    def _receiver(self, frame: Frame) -> Value | None:
        """What a method is called on. Under `super()` that is the object itself, whose own class may define the rest."""
        callee = frame.invocation.callee
        method = frame.function.qualname.rpartition(".")[2]
        if method in CALLED and last_name(callee) != method:
            return self.names.resolve(callee, frame.caller)  # `bot("Hi")`
        if last_name(callee) != "__init__" and frame.function.qualname.endswith(".__init__"):
            # `Bot("Hi")`, which may be a subclass without a constructor
            cls = self.names.resolve(callee, frame.caller)
            return ObjectValue(cls.module, cls.cls) if isinstance(cls, ClassValue) else None
        if not isinstance(callee, Attribute):
            return None
        value = self.names.resolve(callee.base, frame.caller)
        if isinstance(value, ObjectValue) and isinstance(callee.base, Result):
            made = frame.caller.module.facts.invocations[callee.base.invocation]
            if last_name(made.callee) == "super":
                return self.this_object(frame.caller, made) or value
        return value

    def this_object(self, context: Context, invocation: Invocation) -> ObjectValue | None:
        """The object that the method around a call is called on."""
        owner = context.module.owner(invocation.scope)
        cls = context.module.classes.get(owner) if owner else None
        if cls is None:
            return None
        method = context.module.function_of(invocation.scope)
        frame = context.frame_of(method) if method is not None else None
        receiver = self._receiver(frame) if frame is not None else None
        return receiver if isinstance(receiver, ObjectValue) else ObjectValue(context.module, cls)

    def passed(self, frame: Frame, parameter: Parameter) -> Value | None:
        """What a call passes for a parameter; its default when it passes nothing; None when that is not known."""
        expr = self.argument(frame, parameter)
        if expr is not None:
            return self.names.resolve(expr[0], expr[1])
        if parameter.kind in ("args", "kwargs"):
            return self._rest(frame, parameter)
        if frame.invocation.starred or not all_known(self.names, frame):
            return None
        if parameter.default is not None:
            return Default(
                self.names.resolve(parameter.default, Context(frame.module)), f"default of {parameter.name}", sure=True
            )
        return None

    def _rest(self, frame: Frame, parameter: Parameter) -> Value | None:
        """What a call passes beyond the named parameters: the list of `*args`, the dictionary of `**kwargs`."""
        invocation, parameters = frame.invocation, frame.function.parameters
        if parameter.kind == "kwargs":
            named = {p.name for p in parameters if p.kind in ("positional", "keyword")}
            extra = tuple((key, value) for key, value in invocation.keywords.items if key not in named)
            return Data(Table(items=extra, span=invocation.keywords.span), frame.caller)
        first = sum(p.kind == "positional" for p in parameters) - bound(frame)
        if any(at < first for at in invocation.starred):
            return None
        starred = tuple(at - first for at in invocation.starred)
        return Data(Items(values=invocation.positional[first:], span=invocation.span, starred=starred), frame.caller)

    def argument(self, frame: Frame, parameter: Parameter) -> tuple[Expr, Context] | None:
        """The expression a call passes for a parameter, with the context to read it in."""
        invocation = frame.invocation
        for key, value in invocation.keywords.items:
            if key == parameter.name:
                return value, frame.caller
        if invocation.starred or any(key is None for key, _ in invocation.keywords.items):
            return unpacked(self.names, frame, parameter)
        if parameter.kind != "positional":
            return None
        position = place_of(frame, parameter)
        if 0 <= position < len(invocation.positional):
            return invocation.positional[position], frame.caller
        return None


def _runs_of(module: Module, function: Function, name: str) -> Iterator[Invocation]:
    """The call of a lambda by what it is handed to: one for each element that it is mapped over."""
    handed = module.lambdas.get(name)
    made = as_call(Handed(module, handed[0], handed[1], None), function) if handed is not None else None
    if made is not None:
        yield made


def _class_around(module: Module, function: Function) -> Class | None:
    """The class of the method that a function is made in, which may hand it on with its own `self`: `pool.map(partial(one, self))`."""
    return module.classes.get(module.owner(function.qualname.rpartition(".")[0]) or "")


def _is_member(value: Data, cls: Class | None) -> bool:
    """Whether a value is written for a member of an enum, a property of which is read."""
    return cls is not None and value.context.module.member_classes.get(id(value.expr)) is not None
