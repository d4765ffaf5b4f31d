"""The model that an answer is added to: guidance's `lm += gen("answer")` and `lm + "Question: " + gen("answer")`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Binary, Expr, Invocation, Name, Result
from promptlint.link.program.module import Module
from promptlint.link.program.parts import parts
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.values import Context, Instance, ParameterValue, each


def added_to(names: Names, invocation: Invocation, context: Context) -> Instance | ParameterValue | None:
    """The model, or the parameter that is one, which a call is added to; None where that is nothing or not sure."""
    for base, added in (*_grown(context.module), *sums(context.module)):
        if any(_holds(context.module, expr, invocation) for expr in added):
            found = [v for v in each(names.resolve(base, context)) if isinstance(v, (Instance, ParameterValue))]
            return found[0] if len(found) == 1 else None
    return None


def _grown(module: Module) -> Iterator[tuple[Expr, list[Expr]]]:
    for binding in module.facts.bindings:
        if binding.operation == "add":
            yield Name(name=binding.name, scope=binding.scope, span=binding.span), [binding.value]


def sums(module: Module) -> Iterator[tuple[Expr, list[Expr]]]:
    """What stands first in a sum, and all that is added to it."""
    whole = [binding.value for binding in module.facts.bindings]
    whole += [value for function in module.facts.functions for value in function.returns]
    whole += [value for made in module.facts.invocations for value in made.positional]
    for expr in whole:
        added: list[Expr] = []
        while isinstance(expr, Binary) and expr.operator == "+":
            added.append(expr.right)
            expr = expr.left
        if added:
            yield expr, added


def _holds(module: Module, expr: Expr, invocation: Invocation) -> bool:
    """Whether a call stands in an expression, outside other calls."""
    left = [expr]
    while left:
        one = left.pop()
        if isinstance(one, Result) and module.facts.invocations[one.invocation] is invocation:
            return True
        left += parts(one)
    return False
