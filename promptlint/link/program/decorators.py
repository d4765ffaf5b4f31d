"""What the decorators of a function say of it by their names alone."""

from __future__ import annotations

from promptlint.facts import Attribute, Expr, Function, Name, Result
from promptlint.link.program.module import Module, callee_name


def decorator_name(expr: Expr, module: Module) -> str:
    """The last name of a decorator, called or not."""
    if isinstance(expr, Result):
        return callee_name(module.facts.invocations[expr.invocation])
    return expr.name if isinstance(expr, (Name, Attribute)) else ""


def decorators(function: Function, module: Module) -> list[str]:
    """The last names of a function's decorators."""
    return [decorator_name(d, module) for d in function.decorators]


def is_property(function: Function, module: Module) -> bool:
    """Whether a function is read like an attribute: `property`, `cached_property`, and those that projects write themselves."""
    names = decorators(function, module)
    return any(name.lower().endswith("property") or name == "computed_field" for name in names)


def is_static(function: Function) -> bool:
    """Whether a method takes no receiver."""
    return any(getattr(d, "name", "") == "staticmethod" for d in function.decorators)
