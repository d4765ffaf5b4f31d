"""What the tool definitions of a request say, as far as they are written in the project."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Expr, Function, Items, Literal, Table, Text, Tools
from promptlint.knowledge import CallSpec
from promptlint.link.arguments import Arguments
from promptlint.link.names import Names
from promptlint.link.settings import place_of
from promptlint.link.values import Context, Data, FunctionValue, constant, each

_DEEPEST = 12
_MOST = 4_000


def tools_of(names: Names, arguments: Arguments, spec: CallSpec) -> Tools | None:
    """The tools of a call; None when it passes none, or one of several lists."""
    for parameter in dict.fromkeys((*spec.tools, "tools")):  # an agent is built with them, its runs take none
        passed = arguments.given.get(parameter, ())
        if len(passed) != 1 or not passed[0].sure:
            continue
        expr, context = passed[0].expr, passed[0].context
        values = each(names.resolve(expr, context))
        if len(values) != 1 or not isinstance(values[0], Data) or not isinstance(values[0].expr, Items):
            continue
        found = [" ".join(filter(None, _words(names, tool, values[0].context, 0))) for tool in values[0].expr.values]
        return Tools(text="\n".join(found)[:200_000], count=sum(map(bool, found)), place=place_of(expr, context))
    return None


def _words(names: Names, expr: Expr, context: Context, depth: int) -> Iterator[str]:
    """The text in a definition. What is one of several values, or not known, is left out."""
    values = each(names.resolve(expr, context))
    if len(values) != 1 or depth > _DEEPEST:
        return
    match values[0]:
        case FunctionValue(function=function):
            yield from _of_function(function)
        case Data(expr=Table(items=items), context=where):
            for key, value in items[:_MOST]:
                if key is None:
                    yield from _words(names, value, where, depth + 1)
                else:
                    yield key if isinstance(value, Table) else ""  # it names a property, or says that some follow
                    yield from _words(names, value, where, depth + 1)
        case Data(expr=Items(values=elements), context=where):
            for element in elements[:_MOST]:
                yield from _words(names, element, where, depth + 1)
        case Data(expr=Text()) as value:
            yield constant(value) or ""


def _of_function(function: Function) -> Iterator[str]:
    """A function that is a tool itself: SDKs send its name, its docstring and its parameters."""
    yield function.qualname.rpartition(".")[2]
    if function.docstring is not None:
        yield " ".join(" ".join(s.text for s in function.docstring.segments if isinstance(s, Literal)).split())
    yield from (p.name for p in function.parameters if p.name not in ("self", "cls"))
