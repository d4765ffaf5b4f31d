"""Runnables joined with `|`, as LangChain reads them: what is before the model is its prompt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from promptlint.facts import Attribute, Binary, Expr, Invocation, Name, Result, Table
from promptlint.knowledge.shapes import says_model
from promptlint.knowledge.specs import ClientSpec
from promptlint.link.resolve.values import Context, Data, Instance, Made, Missing, ParameterValue, Several, Value, each

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names

PARALLEL = "runnables.RunnableParallel"
_FAMILY = "langchain-core"
_RUNNABLES = ".runnables.Runnable"


def piped(names: Names, invocation: Invocation, context: Context) -> Data | None:
    """`prompt.pipe(model).pipe(parser)` as `prompt | model | parser`; None when it is something else."""
    callee = invocation.callee
    if not isinstance(callee, Attribute) or callee.name != "pipe" or not invocation.positional:
        return None
    for value in each(names.resolve(callee.base, context)):
        template = isinstance(value, Made) and names.knowledge.template_at(value.path) is not None
        model = isinstance(value, Instance) and value.role == "llm" and not value.chain
        if template or model or (isinstance(value, Data) and _is_pipe(value.expr)):
            whole = callee.base
            for given in invocation.positional:
                whole = Binary(left=whole, operator="|", right=given, span=invocation.span)
            return Data(whole, context)
    return None


def piped_model(names: Names, value: Data) -> Value | None:
    """The model of `prompt | model | parser`, or each it may be.

    One that is injected counts when a prompt template stands before it, or another runnable and its name says what it is.
    """
    prompts: list[tuple[Expr, Context]] = []
    runs = False
    for expr, context, operand in _operands(names, value.expr, value.context, 0):
        models = [v for v in each(operand) if isinstance(v, Instance) and v.role == "llm"]
        if models:
            return names.choice([replace(model, chain=(), prompts=(*model.prompts, *prompts)) for model in models])
        if any(isinstance(v, Made) and names.knowledge.template_at(v.path) is not None for v in each(operand)):
            prompts.append((expr, context))
        elif isinstance(operand, Made) and _RUNNABLES in operand.path:
            runs = True
        elif (prompts or runs) and isinstance(operand, (ParameterValue, Missing, Several)):
            injected = names.knowledge.client_of_role(_FAMILY, "llm")
            if injected is not None and _is_named(names, injected, expr, context, model=not prompts):
                return Instance(injected, (), (), "llm", built=False, prompts=tuple(prompts))
    return None


def _is_named(names: Names, client: ClientSpec, expr: Expr, context: Context, *, model: bool) -> bool:
    """Whether an operand is a name, or what a model answers with itself for: `llm.bind_tools(tools)`. `model`: the name says so."""
    while isinstance(expr, Result):
        callee = context.module.facts.invocations[expr.invocation].callee
        if not isinstance(callee, Attribute) or names.knowledge.kept(client, (callee.name,), client.role) is None:
            return False
        expr = callee.base
    return isinstance(expr, (Name, Attribute)) and (not model or says_model(expr.name))


def parallel_model(names: Names, value: Made) -> Value | None:
    """The model of `RunnableParallel(a=prompt | model, b=...)`, or each that a branch of it is a chain of."""
    found: list[Value] = []
    for expr, context in _branches(names, value):
        for branch in each(names.resolve(expr, context)):
            model = piped_model(names, branch) if isinstance(branch, Data) and _is_pipe(branch.expr) else None
            found.extend([model] if model is not None else ())
    return names.choice(found) if found else None


def _branches(names: Names, value: Made) -> Iterator[tuple[Expr, Context]]:
    """What runs side by side: keywords, and the entries of a dictionary that is passed, those set later included."""
    given = [(key, expr) for key, expr in value.invocation.keywords.items]
    for key, expr in (*((None, expr) for expr in value.invocation.positional), *given):
        if key is not None:
            yield expr, value.context
            continue
        for table in each(names.resolve(expr, value.context)):
            if isinstance(table, Data) and isinstance(table.expr, Table):
                yield from ((held, table.context) for _, held in table.expr.items)
        changes = names.changes(expr, value.context)
        for binding, _ in changes.changes if changes is not None else ():
            if binding.operation == "item":
                yield binding.value, value.context


def _is_pipe(expr: Expr) -> bool:
    return isinstance(expr, Binary) and expr.operator == "|"


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
