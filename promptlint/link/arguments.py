"""The keywords a call really gets: its own, those of unpacked dictionaries, of `.bind()` and of the constructor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from promptlint.facts import Attribute, Binary, Binding, Expr, Invocation, Items, Known, Result, Table, Unknown
from promptlint.knowledge.specs import ClientSpec
from promptlint.link.changed import assigned, dotted_path, replaced, set_on
from promptlint.link.changed import sources as sources_of
from promptlint.link.foreign import bare
from promptlint.link.records import dumped
from promptlint.link.values import (
    Context,
    Data,
    Default,
    External,
    Instance,
    Layer,
    Made,
    Missing,
    ParameterValue,
    Several,
    Value,
    constant,
    each,
    entries,
    is_none,
)
from promptlint.link.values import flat as flat

if TYPE_CHECKING:
    from promptlint.link.names import Names


class Argument(Struct, frozen=True, eq=False):
    """One value: the expression, where to read it, whether it is surely passed, and by what."""

    expr: Expr
    context: Context
    sure: bool = True
    source: str = "call"

    @property
    def unsure(self) -> Argument:
        """The same value, which may be passed."""
        return replace(self, sure=False) if self.sure else self


@dataclass(eq=False)
class Arguments:
    """Keywords by name. `open` names what could not be opened: any key may hide there. `model`: an object passed as model.

    `ordered`: the keys of a dictionary, where a later one replaces an earlier one. The keywords of a call cannot repeat.
    `shut` are keys that what is open cannot hold: `**options` of a function never holds its named parameters. `capless` is of
    what is open that which holds no cap.
    """

    given: dict[str, list[Argument]] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    through: list[ParameterValue] = field(default_factory=list)
    model: Instance | None = None
    ordered: bool = False
    shut: frozenset[str] | None = None
    capless: frozenset[str] = frozenset()

    def add(self, name: str, argument: Argument) -> None:
        """A sure value replaces what was there; an unsure one joins it."""
        if argument.sure or name not in self.given:
            self.given[name] = [argument]
        else:
            self.given[name].append(argument)

    def unopened(self, reason: str, shut: Iterable[str] = ()) -> None:
        """Something that may hold any key but those of `shut`. In a dictionary it may replace what is known so far."""
        self.open.append(reason)
        self.shut = frozenset(shut) if self.shut is None else self.shut.intersection(shut)
        if self.ordered:
            for name in self.given.keys() - frozenset(shut):
                self.given[name] = [a.unsure for a in self.given[name]]

    def take(self, piece: Arguments, sure: bool = True) -> None:
        """Add what an unpacked dictionary brings."""
        for reason in piece.open:
            self.unopened(reason, piece.shut or ())
        self.through.extend(piece.through)
        for name, arguments in piece.given.items():
            if sure and all(a.sure for a in arguments):
                self.given[name] = arguments
            elif self.ordered or not _is_sure(self.given.get(name)):  # a call that is given a keyword twice fails
                self.given[name] = [*self.given.get(name, ()), *(a.unsure for a in arguments)]

    def first(self, *names: str) -> tuple[str, list[Argument]] | None:
        """The first of several spellings that is passed."""
        for name in names:
            if name in self.given:
                return name, self.given[name]
        return None

    def under(self, other: Arguments) -> None:
        """Let another layer lie below: its values count where this one has none."""
        for name, arguments in other.given.items():
            if name not in self.given:
                self.given[name] = arguments
        come = [reason for reason in other.open if reason not in self.open]
        self.open.extend(come)
        self.capless |= other.capless.intersection(come)
        self.through.extend(other.through)


def _is_sure(arguments: Sequence[Argument] | None) -> bool:
    return arguments is not None and all(argument.sure for argument in arguments)


def either(pieces: Sequence[Arguments]) -> Arguments:
    """One of several dictionaries: a key is sure when each of them has it."""
    if len(pieces) == 1:
        return pieces[0]
    found = Arguments(ordered=True)
    for piece in pieces:
        found.open.extend(reason for reason in piece.open if reason not in found.open)
        found.through.extend(piece.through)
        if piece.open:
            found.shut = piece.shut if found.shut is None else found.shut & (piece.shut or frozenset())
    for name in dict.fromkeys(name for piece in pieces for name in piece.given):
        arguments = [a for piece in pieces for a in piece.given.get(name, ())]
        sure = all(name in piece.given for piece in pieces)
        found.given[name] = arguments if sure else [a.unsure for a in arguments]
    return found


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
        if connects and layer.kind == "constructor":
            piece.open.clear()
        if client is not None and client.capless and layer.kind == "constructor":
            piece.capless = frozenset(piece.open)
        found.under(piece)
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


def unpack(
    names: Names, table: Table, context: Context, into: Arguments, source: str, sure: bool = True, depth: int = 0
) -> None:
    """Add the entries of a table in their order, following `**`."""
    if table.among is not None:
        into.take(_filtered(names, table, context, source, depth), sure)
        return
    for name, held in table.keyed:
        named = names.resolve(name, context)
        keys = [constant(one) for one in each(named)]
        if None in keys:
            into.unopened("computed keys")
        elif len(keys) == 1:
            into.add(str(keys[0]), Argument(held, context, sure, source))
        else:  # which of the values stands under which of the keys is not known
            said = sure and isinstance(named, Several) and named.origin == "element"
            for key in keys:
                into.add(str(key), Argument(Unknown(reason="comprehension", span=held.span), context, said, source))
    for key, value in table.items:
        if key is not None:
            into.add(key, Argument(value, context, sure, source))
        else:
            spread(names, value, context, into, source, sure, depth + 1)


def _filtered(names: Names, table: Table, context: Context, source: str, depth: int) -> Arguments:
    """What `{k: v for k, v in options.items() if k in KNOWN}` takes over: no other keys than those that are known."""
    found = Arguments(ordered=True)
    unpack(names, replace(table, among=None), context, found, source, True, depth + 1)
    listed = _keys(names, table.among, context) if table.among is not None else None
    if listed is None:
        found.given = {name: [a.unsure for a in arguments] for name, arguments in found.given.items()}
        return found
    found.given = {name: arguments for name, arguments in found.given.items() if name in listed}
    if found.open:
        (reason, *_), found.open, found.shut = found.open, [], None
        for name in sorted(listed - found.given.keys()):
            found.add(name, Argument(Unknown(reason=reason, span=table.span), context, False, source))
    return found


def _keys(names: Names, among: Expr, context: Context) -> frozenset[str] | None:
    """The texts in a list, a set or a dictionary that is asked for a key; None when they are not all known."""
    keys: set[str] = set()
    for value in each(names.resolve(among, context)):
        expr = value.expr if isinstance(value, Data) else None
        if isinstance(expr, Table) and not expr.keyed and all(key is not None for key, _ in expr.items):
            expr = entries(expr, "keys")
        if not isinstance(expr, Items) or expr.starred or not isinstance(value, Data):
            return None
        said = [constant(names.resolve(one, value.context)) for one in expr.values]
        if None in said:
            return None
        keys.update(str(one) for one in said)
    return frozenset(keys)


def spread(
    names: Names, expr: Expr, context: Context, into: Arguments, source: str, sure: bool = True, depth: int = 0
) -> None:
    """Add what `**expr` brings: a literal, a variable with its later changes, a merge; else it stays open."""
    into.take(_dictionary(names, expr, context, source, depth), sure)


def _dictionary(names: Names, expr: Expr, context: Context, source: str, depth: int) -> Arguments:
    """The keys of a dictionary."""
    found = Arguments(ordered=True)
    if depth > 10:
        found.unopened("too deep")
        return found
    expr = bare(names, expr, context)
    if isinstance(expr, Binary) and expr.operator == "|":
        spread(names, expr.left, context, found, source, True, depth + 1)
        spread(names, expr.right, context, found, source, True, depth + 1)
        return found
    fields = dumped(names, expr, context)
    if fields is not None:
        for one in fields.found:
            found.add(one.name, Argument(one.expr, one.context, one.sure, source))
        if fields.open is not None:
            found.open.append(fields.open)
        return found
    steps = sources_of(names, expr, context)
    if steps:
        found.take(either([_dictionary(names, written, where, source, depth + 1) for written, where in steps]))
    else:
        instead = replaced(names, expr, context)
        value = instead[0] if instead is not None else names.resolve(expr, context)
        pieces = [_read_value(names, v, source, depth) for v in each(value) if not is_none(v)]
        for written in instead[1] if instead is not None else ():
            pieces.append(_dictionary(names, written, context, source, depth + 1))
        if pieces:
            found.take(either(pieces))
        for default in flat(value):
            if isinstance(default, Default) and not default.sure:
                found.unopened(default.reason)
    seen = names.changes(expr, context)
    for binding, ran in seen.changes if seen is not None else ():
        _change(names, binding, context, found, source, ran, depth)
    return found


def _under_names(
    names: Names, binding: Binding, name: Expr, context: Context, into: Arguments, source: str, ran: bool
) -> bool:
    """`options[key] = value`, where `key` is one of the texts that its name may stand for; False when it is another."""
    keys = [constant(value) for value in each(names.resolve(name, context))]
    for key in keys if None not in keys else ():
        into.add(str(key), Argument(binding.value, context, ran and len(keys) == 1, source))
    return None not in keys


def _change_inside(binding: Binding, context: Context, into: Arguments, source: str, ran: bool) -> None:
    """`body["options"]["cap"] = 9`: what is held under a key is merged with what is set."""
    if binding.key is None:
        into.unopened("computed keys")
        return
    held = into.given.get(binding.key, [])
    merged = [
        replace(a, expr=Binary(left=a.expr, operator="|", right=binding.value, span=a.expr.span))
        for a in held
        if a.context is context
    ]
    if len(merged) < len(held) or not held:  # written elsewhere, or not known
        merged.append(Argument(binding.value, context, sure=False, source=source))
    into.given[binding.key] = merged if ran and len(merged) == len(held) else [*held, *merged]


def _change(
    names: Names, binding: Binding, context: Context, into: Arguments, source: str, ran: bool, depth: int
) -> None:
    """What one statement does to a dictionary."""
    if binding.key_name is not None and _under_names(names, binding, binding.key_name, context, into, source, ran):
        return
    match binding.operation:
        case "item" if binding.key is not None:
            into.add(binding.key, Argument(binding.value, context, ran, source))
        case "inside":
            _change_inside(binding, context, into, source, ran)
        case "setdefault" if binding.key is not None:
            held = into.given.get(binding.key, [])
            if held and all(a.sure for a in held):
                return
            closed = ran and (not into.open or binding.key in (into.shut or ()))
            into.given[binding.key] = [replace(a, sure=closed) for a in held]
            into.given[binding.key].append(Argument(binding.value, context, closed, source))
        case "update" if isinstance(binding.value, Table):
            piece = Arguments(ordered=True)
            unpack(names, binding.value, context, piece, source, True, depth + 1)
            into.take(piece, ran)
        case "update":
            spread(names, binding.value, context, into, source, ran, depth + 1)
        case "pop" if binding.key is not None:
            if ran:
                into.given.pop(binding.key, None)
            elif binding.key in into.given:
                into.given[binding.key] = [a.unsure for a in into.given[binding.key]]
        case "longer" if binding.key is not None:
            # The parts of a list of messages, one after the other.
            into.given.setdefault(binding.key, []).append(Argument(binding.value, context, ran, source))
        case "item":
            into.unopened("computed keys")
        case _:
            pass


def _read_value(names: Names, value: Value, source: str, depth: int) -> Arguments:
    """The keys of a dictionary that is already followed to where it is written."""
    found = Arguments(ordered=True)
    match value:
        case Data(expr=Table() as table, context=context):
            unpack(names, table, context, found, source, True, depth)
        case Data(expr=Binary(operator="|") as merge, context=context):
            spread(names, merge, context, found, source, True, depth + 1)
        case Data(expr=Result(invocation=index), context=context):
            _dict_call(names, context.module.facts.invocations[index], context, found, source, depth)
        case ParameterValue(kind="kwargs") if not value.chain:
            named = [p.name for p in value.function.parameters if p.kind in ("positional", "keyword")]
            found.unopened(f"**{value.name}", named)
            found.through.append(value)
        case ParameterValue():
            found.unopened(f"parameter {value.name}")
            found.through.append(value)
        case Made(path=path, invocation=invocation) if path.endswith((".model_dump", ".dict", "builtins.vars")):
            found.unopened(invocation.text)
        case Missing(reason=reason):
            found.unopened(reason)
        case External(path=path):
            found.unopened(path.removeprefix("builtins."))
        case _:
            found.unopened("an object")
    return found


def _dict_call(
    names: Names, invocation: Invocation, context: Context, into: Arguments, source: str, depth: int
) -> None:
    """`dict(a, x=1)`: a copy of `a`, then the keywords."""
    for expr in invocation.positional:
        spread(names, expr, context, into, source, True, depth + 1)
    unpack(names, invocation.keywords, context, into, source, True, depth + 1)


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


def _open_config(names: Names, argument: Argument, into: Arguments) -> None:
    resolved = names.resolve(argument.expr, argument.context)
    into.open.extend(v.reason for v in flat(resolved) if isinstance(v, Default) and not v.sure)
    for value in each(resolved):
        if isinstance(value, Data) and isinstance(value.expr, (Table, Binary, Result)):
            spread(names, argument.expr, argument.context, into, "config", argument.sure)
        elif isinstance(value, Data) and isinstance(value.expr, Items) and value.expr.values:
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
                _change(names, binding, argument.context, piece, "config", ran, 0)
            into.under(piece)
            if config is None and not value.invocation.keywords.items:
                into.open.append(value.invocation.text)
        elif isinstance(value, ParameterValue):
            into.open.append(f"parameter {value.name}")
            into.through.append(value)
        elif isinstance(value, Missing):
            into.open.append(value.reason)
        elif not _empty(value):
            into.open.append("an object")
    if not any(isinstance(value, Made) and not value.chain for value in each(resolved)):
        _set_below(names, argument, into)


def _set_below(names: Names, argument: Argument, into: Arguments) -> None:
    """What is set on a configuration that was made elsewhere: `config = model.generation_config; config.max_new_tokens = 9`."""
    expr, module = argument.expr, argument.context.module
    for name in sorted(module.set_below.get(dotted_path(expr)[0], ())):
        sets, sure = assigned(names, Attribute(base=expr, name=name, span=expr.span), argument.context)
        for binding in sets:
            into.add(name, Argument(binding.value, argument.context, sure and len(sets) == 1, "config"))


def _empty(value: Value) -> bool:
    return isinstance(value, Data) and isinstance(value.expr, Known) and value.expr.value is None
