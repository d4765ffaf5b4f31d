"""The models that a router has behind a name: `Router(model_list=[{"model_name": "triage", "litellm_params": {"model": ...}}])`."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from promptlint.facts import Expr, Items, Place, Setting, Table
from promptlint.link.arguments import layered
from promptlint.link.names import Names
from promptlint.link.settings import place_of
from promptlint.link.values import Context, Data, Instance, constant, each


def routed(names: Names, instance: Instance | None, model: Setting) -> Setting:
    """What the names stand for that a request to a router gives; they themselves where the router is not known."""
    if instance is None or not instance.client.routes or model.state != "known":
        return model
    behind: dict[str, dict[str, Place]] = {}
    listed, name, inner = instance.client.routes
    for argument in layered(names, instance.layers).given.get(listed, ()):
        for route, context in _tables(names, argument.expr, argument.context):
            alias = constant(names.resolve(route[name], context)) if name in route else None
            for found, place in _models(names, route, context, inner) if alias is not None else ():
                behind.setdefault(alias or "", {})[found] = place
    if not all(str(value) in behind for value in model.values):
        return model
    places = {one: place for value in model.values for one, place in behind[str(value)].items()}
    values = tuple(sorted(places))
    return replace(model, values=values, places=tuple(places[one] for one in values))


def _models(names: Names, route: dict[str | None, Expr], context: Context, path: str) -> Iterator[tuple[str, Place]]:
    """The models under a dotted path, each with its place."""
    holder, _, last = path.rpartition(".")
    for table, where in _tables(names, route.get(holder), context):
        for value in each(names.resolve(table[last], where)) if last in table else ():
            text = constant(value)
            if text is not None:
                yield text, place_of(table[last], where)


def _tables(names: Names, expr: Expr | None, context: Context) -> Iterator[tuple[dict[str | None, Expr], Context]]:
    """The dictionaries that an expression is, or a list of which it is."""
    for value in each(names.resolve(expr, context)) if expr is not None else ():
        if isinstance(value, Data) and isinstance(value.expr, Table):
            yield dict(value.expr.items), value.context
        elif isinstance(value, Data) and isinstance(value.expr, Items):
            for one in value.expr.values:
                yield from _tables(names, one, value.context)
