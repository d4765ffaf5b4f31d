"""What the constructors of classes are given, from the call that makes an object up to those of its bases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from promptlint.facts import Attribute, Expr, Function, Invocation, Name, Result
from promptlint.link.program.module import Module
from promptlint.link.program.parts import last_name
from promptlint.link.resolve.arguments import read
from promptlint.link.resolve.values import (
    ClassValue,
    Context,
    Instance,
    ObjectValue,
    ParameterValue,
    Value,
    as_default,
    each,
    flat,
    is_none,
)

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names

DEEPEST = 10


class Constructors:
    """Follows what is passed to the constructors of project classes."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def made_context(self, module: Module, receiver: ObjectValue | None, context: Context) -> Context:
        """Where a class's attributes are read: with the arguments of the constructors that are known."""
        frames = context.frames
        if receiver is None:
            return Context(module, frames)
        chain = self.of(ClassValue(receiver.module, receiver.cls))
        if receiver.made is not None and chain and len(frames) < DEEPEST:
            made_in, invocation = receiver.made
            owner, init = chain[0]
            frames = (self.names.frame(owner, init, invocation, made_in), *frames)
        for at, (owner, init) in enumerate(chain[1:], start=1):
            below, handed = self._handed_to(init, chain[:at])
            if handed is None or len(frames) >= DEEPEST:
                break
            frames = (self.names.frame(owner, init, handed, Context(below, frames)), *frames)
        return Context(module, frames)

    def _handed_to(self, init: Function, below: Sequence[tuple[Module, Function]]) -> tuple[Module, Invocation | None]:
        """The call that reaches a constructor from those below it: one that names its class, else `super()` in the nearest."""
        for module, caller in below:
            named = self.handed_up(module, caller, init.qualname.rpartition(".")[0])
            if named is not None:
                return module, named
        module, caller = below[-1]
        return module, self.handed_up(module, caller)

    def of(self, cls: ClassValue) -> list[tuple[Module, Function]]:
        """The `__init__` of a class, and of its bases, nearest first."""
        kept = self.names.kept
        if id(cls.cls) not in kept.constructors:
            inits = [
                (o.module, o.module.functions.get(f"{o.cls.qualname}.__init__"))
                for o in self.names.classes.lineage(cls)
            ]
            found = [(module, init) for module, init in inits if init is not None]
            if id(cls.cls) not in kept.lineages:
                return found
            kept.constructors[id(cls.cls)] = found
        return kept.constructors[id(cls.cls)]

    def handed_up(self, module: Module, init: Function, cls: str = "") -> Invocation | None:
        """`super().__init__(...)` or `Base.__init__(self, ...)` in a constructor; only the latter, for `cls`, where that is told."""
        for index in module.calls_in_of.get((init.qualname, "__init__"), ()):
            invocation = module.facts.invocations[index]
            if not isinstance(invocation.callee, Attribute):
                continue
            base = invocation.callee.base
            if cls:
                found = isinstance(base, (Name, Attribute)) and base.name == cls
            else:
                found = (
                    not isinstance(base, Result)
                    or last_name(module.facts.invocations[base.invocation].callee) == "super"
                )
            if found:
                return invocation
        return None

    def reached(self, cls: ClassValue, made: tuple[Context, Invocation] | None) -> tuple[Context, Invocation] | None:
        """The call that reaches the constructor of a foreign base: `super().__init__(...)`, else the one that is made."""
        chain = self.of(cls)
        if not chain:
            return made
        module, init = chain[-1]
        handed = self.handed_up(module, init)
        if handed is None:
            return made
        return self.made_context(module, ObjectValue(cls.module, cls.cls, made), Context(module)), handed

    def handed_field(self, cls: ClassValue, receiver: ObjectValue | None, name: str) -> Value | None:
        """What a constructor of the project hands up for a field: `super().__init__(model=model or DEFAULT)`."""
        if receiver is None:
            return None
        own = ClassValue(receiver.module, receiver.cls)
        reached = self.reached(own, receiver.made) if self.of(own) else None
        if reached is None or reached == receiver.made:
            return None
        where, invocation = reached
        said = [value for key, value in invocation.keywords.items if key == name]
        if said:
            return self._told(self.names.resolve(said[-1], where))
        if not any(key is None and _may_hold(value, name, where) for key, value in invocation.keywords.items):
            return None
        passed = read(self.names, invocation, where, ()).given.get(name, ())
        value = self.names.choice([self.names.resolve(a.expr, a.context) for a in passed]) if passed else None
        sure = all(a.sure for a in passed)
        return self._told(value if value is None or sure else as_default(value, f"attribute {name}"))

    def given_by_itself(self, cls: ClassValue, name: str) -> Value | None:
        """The object that class methods give their class for a field: `return cls(client=OpenAI())`."""
        module, own = cls.module, cls.cls.qualname
        calls = (module.facts.invocations[i] for i in module.calls_by_name.get("cls", ()))
        given = [e for i in calls if module.owner(i.scope) == own for key, e in i.keywords.items if key == name]
        values = [v for expr in given for v in each(self.names.resolve(expr, Context(module)))]
        made = [v for v in values if isinstance(v, (Instance, ObjectValue))]
        return self.names.choice(made) if made else None

    def _told(self, value: Value | None) -> Value | None:
        """A value that says something: not a parameter alone, of which only who makes the object knows what it is."""
        for one in flat(value) if value is not None else ():
            if not isinstance(one, ParameterValue):
                return value
            default = one.default
            if default is not None and not is_none(self.names.resolve(default, Context(one.module))):
                return value
        return None

    def initializer(self, cls: ClassValue) -> tuple[Module, Function] | None:
        """The `__init__` of a class or of its bases."""
        for owner in self.names.classes.lineage(cls):
            found = owner.module.functions.get(f"{owner.cls.qualname}.__init__")
            if found is not None:
                return owner.module, found
        return None


def _may_hold(expr: Expr, name: str, context: Context) -> bool:
    """Whether what is unpacked may have a key: the `**kwargs` of a function only what its call passes, if that is known."""
    module = context.module
    parameter = module.parameters.get((expr.scope, expr.name)) if isinstance(expr, Name) else None
    if not isinstance(expr, Name) or parameter is None or parameter.kind != "kwargs":
        return True
    if (expr.scope, expr.name) in module.bindings:
        return True
    function = module.function_of(expr.scope)
    frame = context.frame_of(function) if function is not None else None
    passed = frame.invocation.keywords.items if frame is not None else ()
    return frame is not None and any(
        key == name or (key is None and _may_hold(value, name, frame.caller)) for key, value in passed
    )
