"""The members of an enum: what each is worth, and what its class makes of that. A member is known by the value written for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from promptlint.facts import Attribute, Class, Expr, Function, Invocation, Items, Table
from promptlint.link.program.module import Module
from promptlint.link.resolve.values import (
    ClassValue,
    Context,
    Data,
    FunctionValue,
    Missing,
    ObjectValue,
    ParameterValue,
    Value,
    as_default,
    constant,
    each,
)

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names

_NAME = re.compile(r"[A-Za-z_][\w.]*")
_VALUES = ("value", "_value_")
_MAKERS = ("__init__", "__new__")


def members(names: Names, cls: ClassValue) -> list[Value]:
    """The values of all members, in the order they are written."""
    found = [names.resolve(binding.value, Context(cls.module)) for binding in cls.module.members_of(cls.cls)]
    return [value for value in found if not isinstance(value, Missing)]


def enum_in(names: Names, annotation: str | None, module: Module) -> ClassValue | None:
    """The one enum an annotation names."""
    found: list[ClassValue] = []
    for name in _NAME.findall(annotation or ""):
        head, *rest = name.split(".")
        value = names.scopes.in_scope(module, "", head, None, Context(module))
        for part in rest:
            value = names.attribute(value, part, Context(module)) if value is not None else None
        for one in each(value) if value is not None else ():
            if isinstance(one, ClassValue) and names.classes.is_enum(ObjectValue(one.module, one.cls)):
                found.append(one)
    return found[0] if len(found) == 1 else None


def looked_up(names: Names, cls: ClassValue, invocation: Invocation, context: Context) -> Value | None:
    """`Model("gpt-4o")`: the member with that value, any of them where it is not known. None for what is no enum."""
    if len(invocation.positional) != 1 or not names.classes.is_enum(ObjectValue(cls.module, cls.cls)):
        return None
    value = names.resolve(invocation.positional[0], context)
    every = members(names, cls)
    texts = {constant(member) for member in every}
    if constant(value) in texts - {None}:
        return value
    return as_default(names.choice(every), f"member of {cls.cls.qualname}") if every else None


def of_parameter(names: Names, value: ParameterValue, name: str) -> Value | None:
    """An attribute that the members of a parameter's enum have: any of them may be passed."""
    parameter = value.parameter
    if parameter is None or value.chain or name in (*_VALUES, "name"):
        return None
    cls = enum_in(names, parameter.annotation, value.module)
    if cls is None or not names.classes.defines(ObjectValue(cls.module, cls.cls), name):
        return None
    every = [of_member(names, member, name) for member in members(names, cls) if isinstance(member, Data)]
    found = [one for one in every if one is not None]
    if len(found) < len(every) or not found:  # members that are numbered by `auto()`
        found = [names.classes.member(cls, name, ObjectValue(cls.module, cls.cls), Context(cls.module))]
    return as_default(names.choice(found), f"parameter {value.name}")


def of_member(names: Names, value: Data, name: str) -> Value | None:
    """`Tier.LITE.limit`: what the class of a member sets on it, or makes of it in a property. None for what is no member."""
    module = value.context.module
    cls = module.member_classes.get(id(value.expr))
    if cls is None or not names.classes.is_enum(ObjectValue(module, cls)):
        return None
    owner = ClassValue(module, cls)
    if not names.classes.defines(ObjectValue(module, cls), name):
        return value if name in _VALUES else None
    found = names.classes.property_of(ObjectValue(module, cls), name)
    if found is not None:
        call = _call(names, cls, value.expr, Attribute(base=value.expr, name=name, span=value.expr.span), ())
        return names.results.returned(FunctionValue(found.module, found.function), call, Context(module))
    made = _maker(names, owner)
    if made is None:
        return None
    given = value.expr.values if isinstance(value.expr, Items) else (value.expr,)
    call = _call(names, cls, value.expr, value.expr, given)
    frame = names.frame(*made, call, Context(module))
    return names.classes.member(owner, name, ObjectValue(module, cls), Context(module, (frame,)))


def is_value(names: Names, value: ObjectValue) -> bool:
    """Whether an object is written for a member: `FAST = Spec("gpt-4o", 9)`."""
    if value.made is None:
        return False
    module = value.made[0].module
    cls = module.member_classes.get(id(value.made[1]))
    return cls is not None and names.classes.is_enum(ObjectValue(module, cls))


def _maker(names: Names, cls: ClassValue) -> tuple[Module, Function] | None:
    """What takes the parts of a value: `__init__` or `__new__`."""
    for owner in names.classes.lineage(cls):
        for maker in _MAKERS:
            found = owner.module.functions.get(f"{owner.cls.qualname}.{maker}")
            if found is not None:
                return owner.module, found
    return None


def _call(names: Names, cls: Class, member: Expr, callee: Expr, given: tuple[Expr, ...]) -> Invocation:
    """The call that stands nowhere: that of the maker, or of a property; one and the same each time it is asked for."""
    key = (id(member), getattr(callee, "name", ""))
    if key not in names.kept.unwritten:
        span = member.span
        names.kept.unwritten[key] = Invocation(
            callee=callee, text=cls.qualname, scope="", positional=given, keywords=Table(items=(), span=span), span=span,
            callee_span=span,
        )  # fmt: skip
    return names.kept.unwritten[key]
