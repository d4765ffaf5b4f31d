"""The models that a router has behind a name: `Router(model_list=[{"model_name": "triage", "litellm_params": {"model": ...}}])`."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from promptlint.facts import Expr, Items, Place, Setting, Table
from promptlint.link.arguments import layered
from promptlint.link.dictionaries import unpack
from promptlint.link.names import Names
from promptlint.link.passed import Arguments, either
from promptlint.link.settings import place_of
from promptlint.link.values import Context, Data, Instance, constant, each


def routed(names: Names, instance: Instance | None, model: Setting) -> tuple[Setting, Arguments | None]:
    """The models that the names stand for which a request to a router gives, and what is asked of these there.

    The names themselves, and nothing, where the router is not known.
    """
    if instance is None or not instance.client.routes or model.state != "known":
        return model, None
    listed, name, inner = instance.client.routes
    holder, _, last = inner.rpartition(".")
    behind: dict[str, dict[str, Place]] = {}
    asked: list[Arguments] = []
    for argument in layered(names, instance.layers).given.get(listed, ()):
        for route, context in _tables(names, argument.expr, argument.context):
            entries = dict(route.items)
            alias = constant(names.resolve(entries[name], context)) if name in entries else None
            for table, where in _tables(names, entries.get(holder), context) if alias is not None else ():
                for found, place in _models(names, table, where, last):
                    behind.setdefault(alias or "", {})[found] = place
                if alias in model.values:
                    asked.append(Arguments(ordered=True))
                    unpack(names, table, where, asked[-1], "constructor")
    if not all(str(value) in behind for value in model.values):
        return model, None
    places = {one: place for value in model.values for one, place in behind[str(value)].items()}
    values = tuple(sorted(places))
    return replace(model, values=values, places=tuple(places[one] for one in values)), either(asked)


def _models(names: Names, table: Table, context: Context, key: str) -> Iterator[tuple[str, Place]]:
    """The models that stand under a key, each with its place."""
    held = dict(table.items).get(key)
    if held is not None:
        for value in each(names.resolve(held, context)):
            text = constant(value)
            if text is not None:
                yield text, place_of(held, context)


def _tables(names: Names, expr: Expr | None, context: Context) -> Iterator[tuple[Table, Context]]:
    """The dictionaries that an expression is, or a list of which it is."""
    for value in each(names.resolve(expr, context)) if expr is not None else ():
        if isinstance(value, Data) and isinstance(value.expr, Table):
            yield value.expr, value.context
        elif isinstance(value, Data) and isinstance(value.expr, Items):
            for one in value.expr.values:
                yield from _tables(names, one, value.context)
