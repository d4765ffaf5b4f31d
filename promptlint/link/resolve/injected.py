"""What a parameter is when no caller says it: what a framework passes (`chain=Depends(get_chain)`), or the object that it is by default."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from promptlint.facts import Expr, Items, Name, Parameter, Repeated, Result
from promptlint.link.program.module import Module, callee_name
from promptlint.link.resolve.values import (
    ClassValue,
    Context,
    Data,
    Default,
    External,
    FunctionValue,
    Missing,
    ObjectValue,
    Value,
    each,
)

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names

_FRAMEWORK = "fastapi"
_MARKS = frozenset(("Depends", "Security"))
_ANNOTATED = re.compile(r"\b((?:\w+\.)?(?:Depends|Security))\((?:dependency=)?([A-Za-z_][\w.]*)[,)]")


def provided(names: Names, module: Module, parameter: Parameter) -> Value | None:
    """What FastAPI passes for a parameter: the result of the function that it depends on."""
    given = _depended(names, parameter.default, Context(module))
    if given is not None:
        return given
    annotation = parameter.annotation or ""
    if found := _ANNOTATED.search(annotation):
        mark = names.promised.named(found[1], module)
        return (
            _result(names, names.promised.named(found[2], module)) if mark is not None and _is_fastapi(mark) else None
        )
    if _FRAMEWORK not in module.roots or not annotation.replace(".", "").isidentifier():
        return None
    alias = names.promised.named(annotation, module)
    # `Config = Annotated[Settings, Depends(get_settings)]`
    if isinstance(alias, Data) and isinstance(alias.expr, Items):
        told = (_depended(names, value, alias.context) for value in alias.expr.values[1:])
        return next((value for value in told if value is not None), None)
    return None


def _depended(names: Names, mark: Expr | None, context: Context) -> Value | None:
    """What `Depends(get_settings)` gives; None when it is something else."""
    if not isinstance(mark, Result):
        return None
    made = context.module.facts.invocations[mark.invocation]
    if callee_name(made) not in _MARKS or not _is_fastapi(names.resolve(made.callee, context)):
        return None
    given = [*made.positional[:1], *(v for k, v in made.keywords.items if k == "dependency")]
    return _result(names, names.resolve(given[0], context)) if given else None


def _is_fastapi(mark: Value) -> bool:
    return any(isinstance(value, External) and value.path.startswith(f"{_FRAMEWORK}.") for value in each(mark))


def usual(names: Names, module: Module, parameter: Parameter) -> Value | None:
    """The object of the project that a parameter is unless a caller passes another: `def ask(text, options=Options())`."""
    if not isinstance(parameter.default, (Name, Result)):
        return None
    value = names.resolve(parameter.default, Context(module))
    objects = all(isinstance(v, ObjectValue) for v in each(value))
    return Default(value, f"parameter {parameter.name}") if objects else None


def _result(names: Names, maker: Value | None) -> Value | None:
    found: list[Value] = []
    for value in each(maker) if maker is not None else ():
        if isinstance(value, FunctionValue):
            made = names.results.returned(value, None, Context(value.module))
            if isinstance(made, Data) and isinstance(made.expr, Repeated):  # what a generator yields
                made = names.resolve(made.expr.element, made.context)
            found.append(made)
        elif isinstance(value, ClassValue):
            found.append(names.results.instance_of(value, None, None))
    known = [value for value in found if not isinstance(value, Missing)]
    return names.choice(known) if known else None
