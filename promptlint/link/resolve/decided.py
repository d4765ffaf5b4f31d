"""Which arm of an `if` is taken, where the call that is known passes a literal for what it asks.

Between sentences nothing is decided: a prompt is one, whether or not a caller that is known comes by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from promptlint.facts import (
    Attribute,
    Binary,
    Binding,
    Choice,
    Expr,
    Function,
    Known,
    Literal,
    Name,
    Parameter,
    Test,
    Text,
)
from promptlint.link.program.module import Module
from promptlint.link.resolve.values import Context, Data, Default, Frame, Value, constant, each, flat, is_none, truth_of

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names


def option(names: Names, choice: Choice, context: Context) -> Expr | None:
    """The option of a choice that is taken by the call that is known; None when that is not known."""
    if choice.test is None or not context.frames:
        return None
    if any(_names_prose(names, option, context) for option in choice.options):
        return None
    told = _holds_in(names, choice.test, context)
    return None if told is None else choice.options[0 if told else 1]


def _names_prose(names: Names, expr: Expr, context: Context) -> bool:
    """Whether an option is a sentence, or a constant that is one."""
    if not isinstance(expr, (Name, Attribute)) or not expr.name.isupper():
        return _is_prose(expr)
    return any(isinstance(value, Data) and _is_prose(value.expr) for value in each(names.resolve(expr, context)))


def _is_prose(expr: Expr) -> bool:
    if isinstance(expr, Text):
        return any(" " in segment.text for segment in expr.segments if isinstance(segment, Literal))
    return isinstance(expr, Binary)


def _holds_in(names: Names, test: Test, context: Context) -> bool | None:
    """Whether a test of a parameter holds for the call that is known; None when that is not known."""
    module, key = context.module, (test.name.scope, test.name.name)
    function, parameter = module.functions.get(test.name.scope), module.parameters.get(key)
    frame = context.frame_of(function) if function is not None else None
    if frame is None or parameter is None or key in module.bindings:
        return None
    value = _told(names, frame, parameter)
    found = {_holds(test, one) for one in flat(value)} if value is not None else set()
    told = found.pop() if len(found) == 1 else None
    return None if told is None else told != test.denied


def _told(names: Names, frame: Frame, parameter: Parameter) -> Value | None:
    """The literal that a call passes for a parameter, by itself or by a name, or that it leaves as it is.

    An attribute tells nothing: it is often None at first, and set by nobody who is seen.
    """
    invocation = frame.invocation
    if invocation.starred or any(key is None for key, _ in invocation.keywords.items):
        return None
    given = names.parameters.argument(frame, parameter)
    if given is None:
        default = parameter.default if parameter.kind in ("positional", "keyword") else None
        if isinstance(default, Name):
            named = names.resolve(default, Context(frame.module))
            return named if isinstance(named, Data) and not is_none(named) else None
        return Data(default, Context(frame.module)) if isinstance(default, (Known, Text)) else None
    expr, caller = given
    if isinstance(expr, (Known, Text)):
        return Data(expr, caller)
    value = names.resolve(expr, caller) if isinstance(expr, Name) else None
    return value if value is not None and not is_none(value) else None


def _holds(test: Test, value: Value) -> bool | None:
    if isinstance(value, Default):
        return _holds(test, value.value) if value.sure else None
    if not test.values:
        return truth_of(value)
    text = constant(value)
    if text is not None:
        return text in test.values
    if isinstance(value, Data) and isinstance(value.expr, Known):
        known = value.expr.value
        return any(type(known) is type(one) and known == one for one in test.values)
    return None


def _taken(names: Names, module: Module, block: int, context: Context) -> bool | None:
    """Whether a block of a function is run by the call that is known; None when that is not known."""
    found: bool | None = True
    for at in module.branches.around(block):
        here = module.facts.blocks[at] if at else None
        if here is None:
            break
        told = [_holds_in(names, test, context) for test in here.tests]
        if False in told:
            return False
        if here.more or None in told:
            found = None
    return found


def returned(names: Names, module: Module, function: Function, context: Context) -> Sequence[Expr]:
    """What a function may return to the call that is known."""
    if not context.frames or function.qualname not in module.choosing or any(map(_is_prose, function.returns)):
        return function.returns
    found: list[Expr] = []
    for value, block in zip(function.returns, function.blocks, strict=True):
        told = _taken(names, module, block, context)
        if told is not False:
            found.append(value)
        if told:
            break
    return found


def bound(names: Names, module: Module, bindings: Sequence[Binding], context: Context) -> Sequence[Binding]:
    """What a name may be of what it is set to, in the call that is known."""
    if not context.frames or len(bindings) < 2 or bindings[0].scope not in module.choosing:
        return bindings
    if any(_is_prose(binding.value) for binding in bindings):
        return bindings
    found: list[Binding] = []
    for binding in bindings:
        told = _taken(names, module, binding.block, context) if binding.block else None
        if told is not False:
            found = [binding] if told else [*found, binding]
    return found or bindings


def taken_changes(
    names: Names, module: Module, changes: Sequence[tuple[Binding, bool]], context: Context
) -> Iterator[tuple[Binding, bool]]:
    """What is done to a dictionary in the call that is known, each with whether it surely is: `if limit: body["cap"] = limit`."""
    for binding, sure in changes:
        decides = context.frames and binding.block and not sure and binding.scope in module.choosing
        told = _taken(names, module, binding.block, context) if decides else None
        if told is not False:
            yield binding, sure or told is True
