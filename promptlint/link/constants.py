"""The numbers and strings an argument can be, and why it may be something else."""

from __future__ import annotations

import re

from promptlint.facts import Binary, Expr, Items, Known, Literal, Text
from promptlint.link.arguments import Argument
from promptlint.link.commandline import declared_option
from promptlint.link.names import Names, constant
from promptlint.link.values import Context, Data, Default, External, Made, Missing, ParameterValue, Value, flat

_NAME = re.compile(r"[A-Za-z_]\w*")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")


def numbers(names: Names, argument: Argument) -> tuple[set[int | float | bool | None], list[str]]:
    """The numbers an argument can be, and the reasons it may be something else."""
    found: set[int | float | bool | None] = set()
    reasons: list[str] = []
    for value in flat(names.resolve(argument.expr, argument.context)):
        inner = value.value if isinstance(value, Default) else value
        if isinstance(inner, Data) and isinstance(inner.expr, Known):
            found.add(inner.expr.value)
        elif isinstance(inner, Data) and isinstance(inner.expr, Binary) and inner.expr.operator == "*":
            product = _product(names, inner)
            found.add(product) if product is not None else reasons.append("computed")
        else:
            reasons.append(reason_of(inner))
        if isinstance(value, Default) and not value.sure:
            reasons.append(value.reason)
    return found, reasons


def _product(names: Names, value: Data) -> int | None:
    assert isinstance(value.expr, Binary)
    sides = [numbers(names, Argument(side, value.context)) for side in (value.expr.left, value.expr.right)]
    values = [next(iter(found)) for found, reasons in sides if len(found) == 1 and not reasons]
    if len(values) == 2 and all(isinstance(v, int) for v in values):
        return int(values[0] or 0) * int(values[1] or 0)
    return None


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
            if not text and (whole := joined(names, each_value)) is not None:
                text, put_together = whole
                default = default or put_together
            if text:
                where = each_value.expr if isinstance(each_value, Data) else argument.expr
                found[text] = (where, each_value.context if isinstance(each_value, Data) else argument.context)
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
    if not isinstance(value, ParameterValue) or value.chain not in ((), ("value",)):
        return None
    parameter = next((p for p in value.function.parameters if p.name == value.name), None)
    if parameter is None:
        return None
    declared = (parameter.default, Context(value.module)) if parameter.default is not None else None
    declared = declared or declared_option(names, value.module, value.function, value.name)
    if declared is None:
        return None
    inner = names.resolve(*declared)
    text = constant(inner)
    if not text or not isinstance(inner, Data):
        return None
    return text, (inner.expr, inner.context)


def _declared_choices(names: Names, value: Value) -> list[str]:
    """The strings of a parameter annotated `Literal["a", "b"]`, by itself or under a name."""
    if not isinstance(value, ParameterValue) or value.chain:
        return []
    parameter = next((p for p in value.function.parameters if p.name == value.name), None)
    annotation = parameter.annotation if parameter is not None else None
    if not annotation:
        return []
    if "Literal" in annotation:
        inside = annotation.partition("Literal[")[2].partition("]")[0]
        return [a or b for a, b in _QUOTED.findall(inside)]
    found: list[str] = []
    for name in _NAME.findall(annotation):
        alias = names.in_scope(value.module, "", name, None, Context(value.module))
        if isinstance(alias, Data) and isinstance(alias.expr, Items):
            texts = [constant(names.resolve(v, alias.context)) for v in alias.expr.values]
            found.extend(text for text in texts if text)
    return found


def joined(names: Names, value: Value) -> tuple[str, bool] | None:
    """The text of an f-string or concatenation whose parts are all known (`f"models/{name}"`), and whether one is a default."""
    if not isinstance(value, Data):
        return None
    if isinstance(value.expr, Binary) and value.expr.operator == "+":
        sides = [_part(names, names.resolve(side, value.context)) for side in (value.expr.left, value.expr.right)]
        return _together([side if side is not None and side[0] else None for side in sides])
    if isinstance(value.expr, Text):
        pieces: list[tuple[str, bool] | None] = []
        for segment in value.expr.segments:
            if isinstance(segment, Literal):
                pieces.append((segment.text, False))
            else:
                inner = names.resolve(segment.value, value.context) if segment.value is not None else None
                pieces.append(_part(names, inner) if inner is not None else None)
        return _together(pieces)
    return None


def _together(parts: list[tuple[str, bool] | None]) -> tuple[str, bool] | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return "".join(text for text, _ in known), any(default for _, default in known)


def _part(names: Names, value: Value) -> tuple[str, bool] | None:
    text = constant(value)
    if text is not None:
        return text, isinstance(value, Default)
    declared = _declared_default(names, value)
    return (declared[0], True) if declared is not None else joined(names, value)
