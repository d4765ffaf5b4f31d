"""The keywords a call really gets: its own, those of unpacked dictionaries, of `.bind()` and of the constructor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from promptlint.facts import Attribute, Binary, Invocation, Items, Known, Repeated, Result, Table
from promptlint.knowledge.specs import ClientSpec
from promptlint.link.resolve.changed import assigned, dotted_path, set_on, sources
from promptlint.link.resolve.dictionaries import change, spread, unpack
from promptlint.link.resolve.passed import Argument, Arguments, either
from promptlint.link.resolve.values import (
    ClassValue,
    Context,
    Data,
    Default,
    Layer,
    Made,
    Missing,
    ObjectValue,
    ParameterValue,
    Value,
    each,
    flat,
)

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names


_MOST_LISTED = 20


def read(
    names: Names,
    invocation: Invocation,
    context: Context,
    positional: tuple[str, ...],
    source: str = "call",
    skip: int = 0,
) -> Arguments:
    """The arguments of one call expression. `skip` leaves out leading positional ones (`to_thread(f, ...)`).

    A parameter that a keyword gives is none of the positional ones: another version has another order.
    """
    found = Arguments()
    if invocation.positional and invocation.keywords.items:
        named = {key for key, _ in invocation.keywords.items}
        positional = tuple(name for name in positional if name not in named)
    for i, expr in enumerate(invocation.positional[skip:]):
        if i + skip in invocation.starred:
            found.open.append("* arguments")
            break
        if i < len(positional):
            found.add(positional[i], Argument(expr, context, True, source))
    unpack(names, invocation.keywords, context, found, source)
    return found


def layered(names: Names, layers: tuple[Layer, ...], client: ClientSpec | None = None) -> Arguments:
    """The keywords of all layers, the last one on top.

    Where the constructor of `client` takes neither model nor cap, none hides in what could not be opened there.
    """
    found = Arguments()
    connects = client is not None and not client.caps and not client.model
    for layer in reversed(layers):
        piece = read(names, layer.invocation, layer.context, layer.positional, layer.kind)
        for binding, where, sure in set_on(layer.invocation, layer.context) if layer.kind == "constructor" else ():
            piece.add(binding.name.rpartition(".")[2], Argument(binding.value, where, sure, layer.kind))
        if layer.kind == "constructor" and layer.context.module.facts.entered:
            piece.under(_entered(names, layer))
        if connects and layer.kind == "constructor":
            piece.open.clear()
        if client is not None and client.capless and layer.kind == "constructor":
            piece.capless = frozenset(piece.open)
        found.under(piece)
    return found


def _entered(names: Names, layer: Layer) -> Arguments:
    """What an object is given by the `with` that it is made in: `with LLMConfig(model="gpt-4o"): ConversableAgent("a")`."""
    found = Arguments()
    for entered in layer.context.module.entered_around(layer.invocation.span):
        for value in each(names.resolve(entered.value, layer.context)):
            spec = names.knowledge.configs.get(value.path) if isinstance(value, Made) and not value.chain else None
            if spec is not None and spec.within and spec.within not in found.given:
                found.add(spec.within, Argument(entered.value, layer.context, True, "config"))
    return found


def configured(names: Names, arguments: Arguments, layers: tuple[Layer, ...]) -> Arguments:
    """The arguments of a model that may be configured when it is asked, under what its configuration says.

    LangChain's `model.with_config({"max_tokens": 9})`, `model.invoke(text, config={"configurable": {"model": "gpt-4o"}})`.
    """
    if "configurable_fields" not in arguments.given:
        return arguments
    found = _configuration(names, arguments)
    for layer in reversed(layers):
        found.under(_configuration(names, read(names, layer.invocation, layer.context, layer.positional, layer.kind)))
    found.under(arguments)
    return found


def _configuration(names: Names, arguments: Arguments) -> Arguments:
    """What the configuration among some arguments says, of which the parameters of the model may stand one level below."""
    found = Arguments(ordered=True)
    for name in ("config", "configurable"):
        for argument in arguments.given.get(name, ()):
            _open_config(names, argument, found)
    for argument in found.given.pop("configurable", ()):
        _open_config(names, argument, found)
    return found


def nested(names: Names, arguments: Arguments, path: tuple[str, ...]) -> Arguments | None:
    """The table or config object under a dotted path (`options`, `inferenceConfig`); None when it is not passed."""
    current = arguments
    for part in path:
        passed = current.given.get(part)
        if passed is None:
            if current.open:
                deeper = Arguments()
                deeper.open.extend(current.open)
                deeper.through.extend(current.through)
                return deeper
            return None
        deeper = Arguments()
        for argument in passed:
            _open_config(names, argument, deeper)
        current = deeper
    return current


def in_each(names: Names, arguments: Arguments, path: str) -> Arguments | None:
    """What the dictionaries under a path say that stand in a list, each of which is meant: `requests.params` of a batch.

    None when no such list is passed.
    """
    listed, *inner = path.split(".")
    given = arguments.given.get(listed, ())
    pieces: list[Arguments] = []
    for element in [element for argument in given for element in _elements(names, argument)][:_MOST_LISTED]:
        one = Arguments()
        _open_config(names, element, one)
        piece = nested(names, one, tuple(inner))
        pieces.extend((piece,) if piece is not None else ())
    if given and not pieces:
        pieces.append(Arguments())
        pieces[0].open.append(listed)
    return either(pieces) if pieces else None


def _elements(names: Names, argument: Argument) -> Iterator[Argument]:
    """What a list holds: as it is written, as a comprehension makes it, and what is appended to it."""
    for value in each(names.resolve(argument.expr, argument.context)):
        expr = value.expr if isinstance(value, Data) else None
        elements = expr.values if isinstance(expr, Items) else (expr.element,) if isinstance(expr, Repeated) else ()
        if isinstance(value, Data):
            yield from (replace(argument, expr=element, context=value.context) for element in elements)
    seen = names.changes(argument.expr, argument.context)
    for binding, _ in seen.changes if seen is not None else ():
        if binding.operation == "append":
            yield replace(argument, expr=binding.value)


def _open_config(names: Names, argument: Argument, into: Arguments) -> None:
    resolved = names.resolve(argument.expr, argument.context)
    into.open.extend(v.reason for v in flat(resolved) if isinstance(v, Default) and not v.sure)
    values = each(resolved)
    others = [value for value in values if not _is_dictionary(names, argument, value)]
    if len(others) < len(values):
        spread(names, argument.expr, argument.context, into, "config", argument.sure)
    for value in others:
        if isinstance(value, Data) and isinstance(value.expr, Items) and value.expr.values:
            # Of a list of configurations the first is used, the others when it fails.
            _open_config(names, replace(argument, expr=value.expr.values[0], context=value.context), into)
        elif isinstance(value, Made):
            config = names.knowledge.config_at(value.path)
            positional = config.positional if config is not None else ()
            piece = read(names, value.invocation, value.context, positional, "config")
            later = set_on(value.invocation, value.context, argument.expr, argument.context)
            for binding, where, sure in later if not value.chain else ():
                piece.add(binding.name.rpartition(".")[2], Argument(binding.value, where, sure, "config"))
            piece.ordered = True
            seen = names.changes(argument.expr, argument.context) if not value.chain else None
            for binding, ran in seen.changes if seen is not None else ():  # it may be a dictionary of a type of its own
                change(names, binding, argument.context, piece, "config", ran, 0)
            into.under(piece)
            if config is None and not value.invocation.keywords.items:
                into.open.append(value.invocation.text)
        elif isinstance(value, ParameterValue):
            into.open.append(f"parameter {value.name}")
            into.through.append(value)
        elif isinstance(value, Missing):
            into.open.append(value.reason)
        elif isinstance(value, ObjectValue) and (own := _own_config(names, value)) is not None:
            into.under(own)
        elif not _empty(value):
            into.open.append("an object")
    if not any(isinstance(value, Made) and not value.chain for value in values):
        _set_below(names, argument, into)


def _own_config(names: Names, value: ObjectValue) -> Arguments | None:
    """What an object carries whose class of the project derives from a configuration: what it is made with, else its fields."""
    cls = ClassValue(value.module, value.cls)
    bases = [path for owner in names.classes.lineage(cls) for path in names.classes.foreign_bases(owner)]
    config = next((spec for path in bases if (spec := names.knowledge.config_at(path)) is not None), None)
    reached = names.constructors.reached(cls, value.made) if config is not None else None
    if config is None or value.made is None or reached is None:
        return None
    context, invocation = reached
    found = read(names, invocation, context, config.positional, "config")
    for layer in reversed(tuple(names.classes.field_layers(cls, value.made[1]))):
        fields = read(names, layer.invocation, layer.context, (), "config")
        if found.open:
            fields.given = {name: [a.unsure for a in held] for name, held in fields.given.items()}
        found.under(fields)
    return found


def _is_dictionary(names: Names, argument: Argument, value: Value) -> bool:
    """Whether a value is written as a dictionary, or copied from one that is built over several statements."""
    if isinstance(value, Missing):
        return bool(sources(names, argument.expr, argument.context))
    return isinstance(value, Data) and isinstance(value.expr, (Table, Binary, Result))


def _set_below(names: Names, argument: Argument, into: Arguments) -> None:
    """What is set on a configuration that was made elsewhere: `config = model.generation_config; config.max_new_tokens = 9`."""
    expr, module = argument.expr, argument.context.module
    for name in sorted(module.set_below.get(dotted_path(expr)[0], ())):
        sets, sure = assigned(names, Attribute(base=expr, name=name, span=expr.span), argument.context)
        for binding in sets:
            into.add(name, Argument(binding.value, argument.context, sure and len(sets) == 1, "config"))


def _empty(value: Value) -> bool:
    return isinstance(value, Data) and isinstance(value.expr, Known) and value.expr.value is None
