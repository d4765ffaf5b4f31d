"""The keywords a call really gets: its own, those of unpacked dictionaries, of `.bind()` and of the constructor."""

from __future__ import annotations

from dataclasses import dataclass, field

from promptlint.facts import Binary, Expr, Invocation, Known, Result, Table
from promptlint.link.changed import sources as sources_of
from promptlint.link.names import Names, each
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
    Value,
)
from promptlint.link.values import flat as flat


@dataclass(frozen=True, eq=False)
class Argument:
    """One value: the expression, where to read it, whether it is surely passed, and by what."""

    expr: Expr
    context: Context
    sure: bool = True
    source: str = "call"


@dataclass(eq=False)
class Arguments:
    """Keywords by name. `open` names what could not be opened: any key may hide there. `model`: an object passed as model."""

    given: dict[str, list[Argument]] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    through: list[ParameterValue] = field(default_factory=list)
    model: Instance | None = None

    def add(self, name: str, argument: Argument) -> None:
        """A sure value replaces what was there; an unsure one joins it."""
        if argument.sure or name not in self.given:
            self.given[name] = [argument]
        else:
            self.given[name].append(argument)

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
        self.open.extend(reason for reason in other.open if reason not in self.open)
        self.through.extend(other.through)


def read(
    names: Names,
    invocation: Invocation,
    context: Context,
    positional: tuple[str, ...],
    source: str = "call",
    skip: int = 0,
) -> Arguments:
    """The arguments of one call expression. `skip` leaves out leading positional ones (`to_thread(f, ...)`)."""
    found = Arguments()
    for i, expr in enumerate(invocation.positional[skip:]):
        if i + skip in invocation.starred:
            found.open.append("* arguments")
            break
        if i < len(positional):
            found.add(positional[i], Argument(expr, context, True, source))
    unpack(names, invocation.keywords, context, found, source)
    return found


def layered(names: Names, layers: tuple[Layer, ...]) -> Arguments:
    """The keywords of all layers, the last one on top."""
    found = Arguments()
    for layer in reversed(layers):
        found.under(read(names, layer.invocation, layer.context, layer.positional, layer.kind))
    return found


def unpack(
    names: Names, table: Table, context: Context, into: Arguments, source: str, sure: bool = True, depth: int = 0
) -> None:
    """Add the entries of a table, following `**`."""
    if table.other:
        into.open.append("computed keys")
    for key, value in table.items:
        if key is not None:
            into.add(key, Argument(value, context, sure, source))
        else:
            spread(names, value, context, into, source, sure, depth + 1)


def spread(
    names: Names, expr: Expr, context: Context, into: Arguments, source: str, sure: bool = True, depth: int = 0
) -> None:
    """Add what `**expr` brings: a literal, a variable with its later changes, a merge; else it stays open."""
    if depth > 10:
        into.open.append("too deep")
        return
    if isinstance(expr, Binary) and expr.operator == "|":
        spread(names, expr.left, context, into, source, sure, depth + 1)
        spread(names, expr.right, context, into, source, sure, depth + 1)
        return
    sources = sources_of(names, expr, context)
    for written, where in sources:
        spread(names, written, where, into, source, sure and len(sources) == 1, depth + 1)
    values = flat(names.resolve(expr, context)) if not sources else ()
    for value in values:
        if isinstance(value, Default) and not value.sure:
            into.open.append(value.reason)
        for inner in each(value):
            _spread_value(names, inner, into, source, sure and len(values) == 1, depth)
    changes = names.changes(expr, context)
    if changes is None:
        return
    for binding, ran in changes.changes:
        match binding.operation:
            case "item" | "setdefault" if binding.key is not None:
                if binding.operation == "setdefault" and binding.key in into.given:
                    continue
                into.add(binding.key, Argument(binding.value, context, sure and ran, source))
            case "update" if isinstance(binding.value, Table):
                unpack(names, binding.value, context, into, source, sure and ran, depth + 1)
            case "update":
                spread(names, binding.value, context, into, source, sure and ran, depth + 1)
            case "pop" if binding.key is not None:
                if ran:
                    into.given.pop(binding.key, None)
            case "item":
                into.open.append("computed keys")
            case _:
                pass


def _spread_value(names: Names, value: Value, into: Arguments, source: str, sure: bool, depth: int) -> None:
    match value:
        case Data(expr=Table() as table, context=context):
            unpack(names, table, context, into, source, sure, depth)
        case Data(expr=Binary() as merge, context=context):
            spread(names, merge, context, into, source, sure, depth)
        case Data(expr=Result(invocation=index), context=context):
            _dict_call(names, context.module.facts.invocations[index], context, into, source, sure, depth)
        case Data(expr=Known(value=None)):
            pass
        case ParameterValue(kind="kwargs") if not value.chain:
            into.open.append(f"**{value.name}")
            into.through.append(value)
        case ParameterValue():
            into.open.append(f"parameter {value.name}")
            into.through.append(value)
        case Made(path=path, context=context, invocation=invocation) if path.endswith(
            (".model_dump", ".dict", "builtins.vars")
        ):
            into.open.append(invocation.text)
        case Missing(reason=reason):
            into.open.append(reason)
        case External(path=path):
            into.open.append(path.removeprefix("builtins."))
        case _:
            into.open.append("an object")


def _dict_call(
    names: Names, invocation: Invocation, context: Context, into: Arguments, source: str, sure: bool, depth: int
) -> None:
    """`dict(a, x=1)`: a copy of `a`, then the keywords."""
    for expr in invocation.positional:
        spread(names, expr, context, into, source, sure, depth + 1)
    unpack(names, invocation.keywords, context, into, source, sure, depth + 1)


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
        elif isinstance(value, Made):
            config = names.knowledge.configs.get(value.path)
            positional = config.positional if config is not None else ()
            into.under(read(names, value.invocation, value.context, positional, "config"))
            if config is None and not value.invocation.keywords.items:
                into.open.append(value.invocation.text)
        elif isinstance(value, ParameterValue):
            into.open.append(f"parameter {value.name}")
            into.through.append(value)
        elif isinstance(value, Missing):
            into.open.append(value.reason)
        elif not _empty(value):
            into.open.append("an object")


def _empty(value: Value) -> bool:
    return isinstance(value, Data) and isinstance(value.expr, Known) and value.expr.value is None
