"""The numbers and strings an argument can be, and why it may be something else."""

from __future__ import annotations

import operator
from collections.abc import Callable
from itertools import product
from math import prod
from string import Formatter

from promptlint.facts import Attribute, Binary, Expr, Invocation, Item, Items, Known, Literal, Parameter, Result, Text
from promptlint.link.resolve.commandline import declared_option
from promptlint.link.resolve.enums import enum_in, members
from promptlint.link.resolve.injected import usual
from promptlint.link.resolve.literals import allowed
from promptlint.link.resolve.names import MOST_VALUES, Names
from promptlint.link.resolve.passed import Argument
from promptlint.link.resolve.strings import changed_text
from promptlint.link.resolve.values import (
    Context,
    Data,
    Default,
    External,
    Made,
    Missing,
    ParameterValue,
    Value,
    constant,
    each,
    flat,
)

_ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "*": operator.mul, "+": operator.add, "-": operator.sub, "//": operator.floordiv,
}  # fmt: skip
_DEEPEST = 8
_MOST_TEXTS = 8


def numbers(names: Names, argument: Argument, depth: int = 0) -> tuple[set[int | float | bool | None], list[str]]:
    """The numbers an argument can be, and the reasons it may be something else."""
    found: set[int | float | bool | None] = set()
    reasons: list[str] = []
    for value in flat(names.resolve(argument.expr, argument.context)):
        inner = value.value if isinstance(value, Default) else value
        if isinstance(inner, Data) and isinstance(inner.expr, Known):
            found.add(inner.expr.value)
        elif isinstance(inner, Data) and isinstance(inner.expr, Binary) and inner.expr.operator in _ARITHMETIC:
            computed = _computed(names, inner, depth + 1)
            found.add(computed) if computed is not None else reasons.append("computed")
        else:
            reasons.append(reason_of(inner))
        if isinstance(value, Default) and not value.sure:
            reasons.append(value.reason)
    return found, reasons


def _computed(names: Names, value: Data, depth: int) -> int | None:
    """What an operation on known integers gives; a sum that is made of itself is cut off."""
    assert isinstance(value.expr, Binary)
    if depth > _DEEPEST or isinstance(
        value.expr.left, Item
    ):  # `options["max_tokens"] += 100`, which may stand in a loop
        return None
    sides = [numbers(names, Argument(side, value.context), depth) for side in (value.expr.left, value.expr.right)]
    values = [n for found, reasons in sides if len(found) == 1 and not reasons for n in found if type(n) is int]
    if len(values) != 2 or (value.expr.operator == "//" and not values[1]):
        return None
    return _ARITHMETIC[value.expr.operator](*values)


def reason_of(value: Value) -> str:
    """What a person would name when asked why a value is not known."""
    match value:
        case ParameterValue(name=name, chain=chain):
            return "parameter " + ".".join((name, *(c for c in chain if c not in ("[]", "()"))))
        case Missing(reason=reason):
            return reason
        case External(path=path):
            return path.removeprefix("builtins.")
        case Made(invocation=invocation):
            return f"result of {invocation.text}"
        case Default(reason=reason):
            return reason
        case Data(expr=Text()):
            return "text built at run time"
    return "computed"


def texts(names: Names, argument: Argument) -> tuple[dict[str, tuple[Expr, Context]], list[str], bool]:
    """The strings an argument can be (with where they stand), reasons it may be something else, and whether only defaults."""
    found: dict[str, tuple[Expr, Context]] = {}
    reasons: list[str] = []
    default = False
    for value in flat(names.resolve(argument.expr, argument.context)):
        inner = value
        if isinstance(value, Default):
            default = True
            inner = value.value
        for each_value in flat(inner):
            if isinstance(each_value, Default):
                default = True
                each_value = each_value.value
            text = constant(each_value)
            whole = [(text, False)] if text else [one for one in joined(names, each_value) if one[0]]
            if whole:
                where = each_value.expr if isinstance(each_value, Data) else argument.expr
                at = each_value.context if isinstance(each_value, Data) else argument.context
                found.update({text: (where, at) for text, _ in whole})
                default = default or any(put_together for _, put_together in whole)
            elif isinstance(each_value, Data) and isinstance(each_value.expr, Known):
                continue
            else:
                parameter = _declared_default(names, each_value)
                if parameter is not None:
                    found[parameter[0]] = parameter[1]
                    default = True
                for choice in _declared_choices(names, each_value):
                    found.setdefault(choice, (argument.expr, argument.context))
                    default = True
                reasons.append(reason_of(each_value))
    return found, reasons, default


def _declared_default(names: Names, value: Value) -> tuple[str, tuple[Expr, Context]] | None:
    """The default of a parameter, which callers may override."""
    if not isinstance(value, ParameterValue):
        return None
    parameter = value.parameter
    if parameter is None:
        return None
    if value.chain not in ((), ("value",)):
        return _usual_field(names, value, parameter)
    declared = (parameter.default, Context(value.module)) if parameter.default is not None else None
    declared = declared or declared_option(names, value.module, value.function, value.name)
    if declared is None:
        return None
    inner = names.resolve(*declared)
    text = constant(inner)
    if not text or not isinstance(inner, Data):
        return None
    return text, (inner.expr, inner.context)


def _usual_field(names: Names, value: ParameterValue, parameter: Parameter) -> tuple[str, tuple[Expr, Context]] | None:
    """What the object that a parameter is by default says: `options.model` of `options=Options()`."""
    found = usual(names, value.module, parameter)
    for name in value.chain if found is not None else ():
        found = names.attribute(found, name, Context(value.module))  # type: ignore[arg-type]  # one is found
    values = each(found) if found is not None else ()
    if len(values) != 1 or not isinstance(values[0], Data):
        return None
    text = constant(values[0])
    return (text, (values[0].expr, values[0].context)) if text else None


def _declared_choices(names: Names, value: Value) -> list[str]:
    """The strings of a parameter annotated `Literal["a", "b"]`, by itself or under a name, or with an enum of strings."""
    if not isinstance(value, ParameterValue) or value.chain not in ((), ("value",)):
        return []
    parameter = value.parameter
    if parameter is None or not parameter.annotation:
        return []
    listed = enum_in(names, parameter.annotation, value.module) if parameter.default is None else None
    if listed is not None:
        texts = [text for text in map(constant, members(names, listed)) if text]
        return texts if len(texts) <= MOST_VALUES else []
    return allowed(names, parameter.annotation, value.module) if not value.chain else []


def joined(names: Names, value: Value, depth: int = 0) -> list[tuple[str, bool]]:
    """The texts of an f-string, a concatenation or a method of a string whose parts are all known, each with whether one
    of its parts is a default: `f"models/{name}"`, `"gpt-4o" + ("-mini" if short else "")`, `"{}/{}".format(host, name)`.
    """
    if not isinstance(value, Data) or depth > _DEEPEST:
        return []
    match value.expr:
        case Binary(operator="+", left=left, right=right):
            return _together([_part(names, side, value.context, depth) for side in (left, right)])
        case Text(segments=segments):
            return _together(
                [
                    [(segment.text, False)]
                    if isinstance(segment, Literal)
                    else _part(names, segment.value, value.context, depth)
                    for segment in segments
                ]
            )
        case Result(invocation=index):
            return _of_method(names, value.context.module.facts.invocations[index], value.context, depth)
    return []


def _of_method(names: Names, call: Invocation, context: Context, depth: int) -> list[tuple[str, bool]]:
    """What a method of a known string returns for known arguments."""
    callee, given = call.callee, call.positional
    if not isinstance(callee, Attribute) or call.starred:
        return []
    own = _part(names, callee.base, context, depth)
    if callee.name == "join" and len(given) == 1:
        listed = names.resolve(given[0], context)
        if not isinstance(listed, Data) or not isinstance(listed.expr, Items) or listed.expr.starred:
            return []
        parts = [_part(names, item, listed.context, depth) for item in listed.expr.values]
        between = [piece for part in parts for piece in (own, part)][1:]
        return _together(between)
    if callee.name == "format" and len(own) == 1:
        return _together(_slots(names, own[0], call, context, depth))
    arguments = [constant(names.resolve(argument, context)) for argument in given]
    known = [argument for argument in arguments if argument is not None]
    if len(known) < len(given) or call.keywords.items:
        return []
    changed = [(changed_text(text, callee.name, known), default) for text, default in own]
    return [(text, default) for text, default in changed if text is not None]


def _slots(
    names: Names, template: tuple[str, bool], call: Invocation, context: Context, depth: int
) -> list[list[tuple[str, bool]]]:
    """The pieces of `template.format(...)`; an unknown one is empty."""
    pieces: list[list[tuple[str, bool]]] = []
    keywords = dict(call.keywords.items)
    try:
        parsed = list(Formatter().parse(template[0]))
    except ValueError:
        return [[]]
    for number, (literal, name, form, conversion) in enumerate(parsed):
        pieces.append([(literal, template[1])])
        if name is None:
            continue
        at = int(name) if name.isdecimal() and len(name) < 3 else number if name == "" else None
        expr = keywords.get(name) if at is None else call.positional[at] if at < len(call.positional) else None
        pieces.append([] if expr is None or form or conversion else _part(names, expr, context, depth))
    return pieces


def _together(parts: list[list[tuple[str, bool]]]) -> list[tuple[str, bool]]:
    if prod(map(len, parts)) > _MOST_TEXTS:
        return []
    return [("".join(text for text, _ in chosen), any(default for _, default in chosen)) for chosen in product(*parts)]


def _part(names: Names, expr: Expr | None, context: Context, depth: int) -> list[tuple[str, bool]]:
    """What one part of a text can be; nothing where that is not known for sure."""
    found: list[tuple[str, bool]] = []
    for value in flat(names.resolve(expr, context)) if expr is not None else ():
        text = constant(value)
        if text is not None:
            found.append((text, isinstance(value, Default)))
            continue
        declared = _declared_default(names, value)
        whole = [(declared[0], True)] if declared is not None else joined(names, value, depth + 1)
        if not whole:
            return []
        found.extend(whole)
    return found
