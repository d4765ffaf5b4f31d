"""Objects that are mostly their fields: dataclasses, models, settings, and the dictionaries that are made of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from msgspec.structs import replace

from promptlint.facts import Attribute, Binding, Expr, Invocation, Items, Known, Result, Table
from promptlint.link.program.parts import last_name
from promptlint.link.resolve.values import (
    ClassValue,
    Context,
    Data,
    External,
    FunctionValue,
    ObjectValue,
    ParameterValue,
    Value,
    constant,
    each,
    is_none,
)

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names

_MAKERS = frozenset(("dataclass", "define", "frozen", "mutable", "attrs", "attributes", "s"))
# Bases that give a class no constructor made from its annotations.
_PLAIN = frozenset(
    ("abc.ABC", "typing.Protocol", "typing_extensions.Protocol", "typing.Generic", "builtins.object", "builtins.type")
)
_METHODS = frozenset(("model_dump", "dict", "_asdict", "asdict", "to_dict"))
_FUNCTIONS = frozenset(("dataclasses.asdict", "attrs.asdict", "attr.asdict", "builtins.vars", "msgspec.structs.asdict"))
_REPLACERS = frozenset(
    ("dataclasses.replace", "attrs.evolve", "attr.evolve", "msgspec.structs.replace", "copy.replace")
)
_VALIDATES = frozenset(("model_validate", "parse_obj", "from_dict", "convert"))
_REPLACES = frozenset(path.rpartition(".")[2] for path in _REPLACERS)
_COPIES = frozenset(("model_copy", "_replace", "copy"))
_CLASS_ONLY = ("ClassVar", "typing.ClassVar")


@dataclass(frozen=True, eq=False)
class Field:
    """One field of an object: its value, and whether nothing else may have set it."""

    name: str
    expr: Expr
    context: Context
    sure: bool


@dataclass(frozen=True, eq=False)
class Fields:
    """The fields of an object. `open` says what may have set others, `unless` in place of what it stands where callers leave
    that out.
    """

    found: tuple[Field, ...]
    open: str | None = None
    unless: ParameterValue | ObjectValue | None = None


def is_optional(value: ParameterValue) -> bool:
    """Whether callers may leave a parameter out, which is None then."""
    parameter = value.parameter
    default = parameter.default if parameter is not None and not value.chain else None
    return isinstance(default, Known) and default.value is None


def is_record(names: Names, cls: ClassValue) -> bool:
    """Whether the constructor of a class is made from its annotations."""
    for owner in names.classes.lineage(cls):
        made = (_decorator(owner, d) for d in owner.cls.decorators)
        if any(last_name(d) in _MAKERS for d in made):
            return True
        if any(path not in _PLAIN and not path.startswith("enum.") for path in names.classes.foreign_bases(owner)):
            return True
    return False


def _decorator(cls: ClassValue, decorator: Expr) -> Expr:
    if isinstance(decorator, Result):
        return cls.module.facts.invocations[decorator.invocation].callee
    return decorator


def field_names(names: Names, cls: ClassValue) -> list[tuple[str, Binding, ClassValue]]:
    """The annotated attributes of a class and of its bases, as a constructor takes them."""
    found: dict[str, tuple[str, Binding, ClassValue]] = {}
    for owner in reversed(names.classes.lineage(cls)):
        for (scope, name), bindings in owner.module.attributes.items():
            first = bindings[0]
            if scope != owner.cls.qualname or first.scope != scope or not first.annotation:
                continue
            if not first.annotation.startswith(_CLASS_ONLY):
                found[name] = (name, first, owner)
    return list(found.values())


def given_field(names: Names, value: ObjectValue, name: str) -> tuple[Expr, Context] | None:
    """What the constructor is given for a field, by keyword or by position, unless a copy has another."""
    for context, table in reversed(value.changed):
        for key, expr in table.items:
            if key == name:
                return expr, context
    if value.made is None:
        return None
    context, invocation = value.made
    for key, expr in invocation.keywords.items:
        if key == name:
            return expr, context
        spread = names.resolve(expr, context) if key is None else None
        if isinstance(spread, Data) and isinstance(spread.expr, Table):
            for inner, held in spread.expr.items:
                if inner == name:
                    return held, spread.context
    cls = ClassValue(value.module, value.cls)
    # A constructor of its own says itself what is passed to it in which order.
    if invocation.positional and not invocation.starred and names.constructors.initializer(cls) is None:
        order = [field for field, _, _ in field_names(names, cls)]
        if name in order and order.index(name) < len(invocation.positional):
            return invocation.positional[order.index(name)], context
    return None


def copied(names: Names, invocation: Invocation, context: Context) -> Value | None:
    """What `replace(config, model="gpt-4o")` or `config.model_copy(update={"model": "gpt-4o"})` makes; None for anything else."""
    callee, given = invocation.callee, invocation.positional
    if isinstance(callee, Attribute) and callee.name in _COPIES:
        base = names.resolve(callee.base, context)
        if any(isinstance(v, ObjectValue) and names.classes.defines(v, callee.name) for v in each(base)):
            return None
        update = dict(invocation.keywords.items).get("update") if callee.name != "_replace" else None
        changed = names.resolve(update, context) if update is not None else Data(invocation.keywords, context)
    elif last_name(callee) in _REPLACES and len(given) == 1:
        function = names.resolve(callee, context)
        if not isinstance(function, External) or function.path not in _REPLACERS:
            return None
        base, changed = names.resolve(given[0], context), Data(invocation.keywords, context)
    else:
        return None
    values = [v for v in each(base) if isinstance(v, ObjectValue)]
    if not values or len(values) < len(each(base)) or not isinstance(changed, Data):
        return None
    table = changed.expr
    if not isinstance(table, Table) or table.keyed or any(key is None for key, _ in table.items):
        return None
    if isinstance(callee, Attribute) and callee.name in ("model_copy", "copy"):
        table = table if table is not invocation.keywords else Table(items=(), span=table.span)
    return names.choice([ObjectValue(v.module, v.cls, v.made, (*v.changed, (changed.context, table))) for v in values])


def validated(names: Names, invocation: Invocation, context: Context) -> Value | None:
    """What `Config.model_validate({"model": "gpt-4o"})` makes; None for anything else."""
    callee, given = invocation.callee, invocation.positional
    if not isinstance(callee, Attribute) or callee.name not in _VALIDATES or len(given) != 1:
        return None
    cls, table = names.resolve(callee.base, context), names.resolve(given[0], context)
    if not isinstance(cls, ClassValue) or not isinstance(table, Data) or not isinstance(table.expr, Table):
        return None
    if names.classes.defines(ObjectValue(cls.module, cls.cls), callee.name):
        return None
    made = replace(invocation, positional=(), keywords=table.expr)
    return names.results.instance_of(cls, made, table.context)


def dumped(names: Names, expr: Expr, context: Context) -> Fields | None:
    """The fields behind `x.model_dump()`, `asdict(x)` or `vars(x)`; None when it is something else."""
    if isinstance(expr, Attribute) and expr.name == "__dict__":
        return _fields_at(names, expr.base, context, None)
    if not isinstance(expr, Result):
        return None
    invocation = context.module.facts.invocations[expr.invocation]
    callee = invocation.callee
    if invocation.positional and last_name(callee) in ("asdict", "vars"):
        function = names.resolve(callee, context)
        if isinstance(function, External) and function.path in _FUNCTIONS:
            return _fields_at(names, invocation.positional[0], context, None)
    if isinstance(callee, Attribute) and callee.name in _METHODS:
        if any(isinstance(v, FunctionValue) for v in each(names.resolve(callee, context))):
            return None
        return _fields_at(names, callee.base, context, invocation)
    return None


def _fields_at(names: Names, base: Expr, context: Context, call: Invocation | None) -> Fields | None:
    *others, value = each(names.resolve(base, context))
    unless = [other for other in others if _stands_for(other, value)]
    if not isinstance(value, ObjectValue) or len(unless) > 1 or len(others) > len(unless):
        return None
    settled = value.made is not None and all(key is not None for key, _ in value.made[1].keywords.items)
    record = is_record(names, ClassValue(value.module, value.cls))
    found = list(_of_record(names, value, settled) if record else _of_constructor(names, value))
    options = dict(call.keywords.items) if call is not None else {}
    if options.pop("exclude_unset", None) is not None:
        found = [f for f in found if given_field(names, value, f.name) is not None]
    if options.pop("exclude_none", None) is not None:
        found = [f for f in found if not is_none(names.resolve(f.expr, f.context))]
    left_out = options.pop("exclude", None)
    if isinstance(left_out, Items):
        excluded = {constant(names.resolve(v, context)) for v in left_out.values}
        found, left_out = [f for f in found if f.name not in excluded], None
    options.pop("mode", None)
    chosen = bool(options) or left_out is not None
    reason = f"fields of {value.cls.qualname}" if not settled or chosen else None
    fields = tuple(Field(f.name, f.expr, f.context, f.sure and not chosen) for f in found)
    return Fields(fields, reason, unless[0] if unless else None)


def _stands_for(other: Value, value: Value) -> TypeGuard[ParameterValue | ObjectValue]:
    """Whether a value stands in place of another that callers may pass: `options or Options()`."""
    if isinstance(other, ParameterValue):
        return is_optional(other)
    if not isinstance(other, ObjectValue) or not isinstance(value, ObjectValue):
        return False
    return other.cls is value.cls and other.made is None and value.made is not None


def _of_record(names: Names, value: ObjectValue, settled: bool) -> Iterator[Field]:
    for name, binding, owner in field_names(names, ClassValue(value.module, value.cls)):
        given = given_field(names, value, name)
        if given is not None:
            yield Field(name, *given, True)
        elif binding.operation == "set":
            yield Field(name, binding.value, Context(owner.module), settled)
        else:
            yield Field(name, Known(value=None, span=binding.span), Context(owner.module), False)


def _of_constructor(names: Names, value: ObjectValue) -> Iterator[Field]:
    """What the constructor of a plain class sets, `vars(x)`."""
    cls = ClassValue(value.module, value.cls)
    initializer = names.constructors.initializer(cls)
    if initializer is None:
        return
    module, function = initializer
    context = names.constructors.made_context(module, value, Context(module))
    for binding in module.facts.bindings:
        if binding.scope == function.qualname and binding.operation == "set" and binding.name.startswith("self."):
            yield Field(binding.name[5:], binding.value, context, binding.block == 0)


def validated_values(cls: ClassValue, name: str) -> list[Binding]:
    """What the validators of a pydantic class put into a field: `values["client"] = openai.ChatCompletion`."""
    module = cls.module
    return [
        binding
        for function in module.validators.get(cls.cls.qualname, ())
        for binding in module.bindings.get((function.qualname, function.parameters[1].name), ())
        if binding.operation == "item" and binding.key == name
    ]
