"""Runnables joined with `|`, as LangChain reads them: what is before the model is its prompt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from promptlint.facts import Attribute, Binary, Expr, Name
from promptlint.link.values import Context, Data, Instance, Made, Missing, ParameterValue, Several, Value, each

if TYPE_CHECKING:
    from promptlint.link.names import Names

_FAMILY = "langchain-core"


def piped_model(names: Names, value: Data) -> Value | None:
    """The model of `prompt | model | parser`, or each it may be.

    One that is injected counts when a prompt template stands before it.
    """
    prompts: list[tuple[Expr, Context]] = []
    for expr, context, operand in _operands(names, value.expr, value.context, 0):
        models = [v for v in each(operand) if isinstance(v, Instance) and v.role == "llm"]
        if models:
            return names.choice([replace(model, chain=(), prompts=(*model.prompts, *prompts)) for model in models])
        if isinstance(operand, Made) and names.knowledge.template_at(operand.path) is not None:
            prompts.append((expr, context))
        elif (
            prompts and isinstance(operand, (ParameterValue, Missing, Several)) and isinstance(expr, (Name, Attribute))
        ):
            injected = names.knowledge.client_of_role(_FAMILY, "llm")
            if injected is not None:
                return Instance(injected, (), (), "llm", built=False, prompts=tuple(prompts))
    return None


def _operands(names: Names, expr: Expr, context: Context, depth: int) -> Iterator[tuple[Expr, Context, Value]]:
    """What stands between the bars, names that hold a chain opened."""
    if depth > 8:
        return
    if isinstance(expr, Binary) and expr.operator == "|":
        yield from _operands(names, expr.left, context, depth + 1)
        yield from _operands(names, expr.right, context, depth + 1)
        return
    value = names.resolve(expr, context)
    if isinstance(value, Data) and isinstance(value.expr, Binary):
        yield from _operands(names, value.expr, value.context, depth + 1)
        return
    yield expr, context, value
