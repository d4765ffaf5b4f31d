"""The models that a router has behind a name: `Router(model_list=[{"model_name": "triage", "litellm_params": {"model": ...}}])`."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from promptlint.facts import Expr, Item, Items, Place, Setting, Table
from promptlint.link.requests.settings import place_of
from promptlint.link.resolve.arguments import layered
from promptlint.link.resolve.dictionaries import unpack
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.passed import Argument, Arguments, FromFile, either
from promptlint.link.resolve.values import Context, Data, Instance, Made, constant, each, key_text
from promptlint.link.texts.stored import StoredFiles

_MOST_LISTED = 5_000  # lists may hold each other, and the same one again and again


def routed(
    names: Names, stored: StoredFiles, instance: Instance | None, model: Setting
) -> tuple[Setting, Arguments | None]:
    """The models that the names stand for which a request to a router gives, and what is asked of these there.

    The names themselves, and nothing, where the router is not known. `stored` knows the files it may be read from.
    """
    if instance is None or not instance.client.routes or model.state != "known":
        return model, None
    listed, name, inner = instance.client.routes
    holder, _, last = inner.rpartition(".")
    behind: dict[str, dict[str, Place]] = {}
    asked: list[Arguments] = []
    for argument in layered(names, instance.layers).given.get(listed, ()):
        for route_name, found, params in _read(names, stored, argument, name, inner):
            behind.setdefault(route_name, {})[found] = place_of(argument.expr, argument.context)
            if route_name in model.values:
                asked.append(Arguments(ordered=True, files=[FromFile(params, argument.context)]))
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


def _read(
    names: Names, stored: StoredFiles, argument: Argument, name: str, inner: str
) -> Iterator[tuple[str, str, Expr]]:
    """The routes of a list that is read from a file: each name with its model, and what is asked of that."""
    for value in each(names.resolve(argument.expr, argument.context)):
        if not isinstance(value, Made):
            continue
        for at in stored.numbered(value):
            route = (*value.chain, f"[{at}]")
            holder = [f"[{key}]" for key in inner.split(".")]
            _, aliases = stored.words(replace(value, chain=(*route, f"[{name}]")))
            _, models = stored.words(replace(value, chain=(*route, *holder)))
            params = argument.expr
            for key in (str(at), *inner.split(".")[:-1]):
                params = Item(base=params, key=key_text(key, params), span=params.span)
            if aliases and models:
                yield min(aliases), min(models), params


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
    left = [(expr, context)] if expr is not None else []
    for _ in range(_MOST_LISTED):
        if not left:
            return
        for value in each(names.resolve(*left.pop())):
            if isinstance(value, Data) and isinstance(value.expr, Table):
                yield value.expr, value.context
            elif isinstance(value, Data) and isinstance(value.expr, Items):
                left.extend((one, value.context) for one in reversed(value.expr.values))
