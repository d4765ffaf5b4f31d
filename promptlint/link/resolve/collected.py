"""What a framework puts into an attribute: the results of all methods with a decorator, as `self.agents` of a crew."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import TYPE_CHECKING

from promptlint.facts import Expr
from promptlint.link.program.module import Module
from promptlint.link.resolve.values import ClassValue, Context, External, FunctionValue, ObjectValue, Value, each

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names


def collected(names: Names, lineage: Sequence[ClassValue], attribute: str) -> Value | None:
    """The objects that an attribute lists which no class of the project sets; None where the tables know of no such."""
    marks = names.knowledge.collectors.get(attribute)
    if marks is None:
        return None
    found: list[Value] = []
    for owner in lineage:
        for function in owner.module.facts.functions:
            own = function.owner == owner.cls.qualname
            if own and any(_is_marked(names, d, owner.module, marks) for d in function.decorators):
                method = FunctionValue(
                    owner.module, function, ObjectValue(owner.module, owner.cls), Context(owner.module)
                )
                found.append(names.results.returned(method, None, Context(owner.module)))
    return names.choice(found, "element") if found else None


def _is_marked(names: Names, decorator: Expr, module: Module, marks: Container[str]) -> bool:
    values = each(names.resolve(module.decorator(decorator), Context(module)))
    return any(isinstance(value, External) and value.path in marks for value in values)
