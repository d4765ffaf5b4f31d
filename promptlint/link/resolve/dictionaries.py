"""The keys of a dictionary that is unpacked into a call: written out, merged, filtered, built over several statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from promptlint.facts import Binary, Binding, Choice, Expr, Invocation, Items, Result, Table, Unknown
from promptlint.link.resolve.changed import replaced, where_set
from promptlint.link.resolve.changed import sources as sources_of
from promptlint.link.resolve.decided import taken_changes
from promptlint.link.resolve.foreign import bare
from promptlint.link.resolve.outside import FROM_FILES
from promptlint.link.resolve.passed import Argument, Arguments, FromFile, either
from promptlint.link.resolve.records import dumped, is_optional
from promptlint.link.resolve.values import (
    Context,
    Data,
    Default,
    External,
    Made,
    Missing,
    ParameterValue,
    Several,
    Value,
    constant,
    each,
    entries,
    flat,
    is_none,
)

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names


_DEEPEST = 16


def unpack(
    names: Names, table: Table, context: Context, into: Arguments, source: str, sure: bool = True, depth: int = 0
) -> None:
    """Add the entries of a table in their order, following `**`."""
    if table.among is not None:
        into.take(_filtered(names, table, context, source, depth), sure)
        return
    for name, held in table.keyed:
        named = names.resolve(name, context)
        keys = [constant(one) or _metaname(one) for one in each(named)]
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


def _metaname(value: Value) -> str | None:
    """The key that a constant of watsonx stands for: `max_new_tokens` for `GenParams.MAX_NEW_TOKENS`."""
    owner, _, name = value.path.rpartition(".") if isinstance(value, External) else ("", "", "")
    return name.lower() if owner.endswith("ParamsMetaNames") else None


def _filtered(names: Names, table: Table, context: Context, source: str, depth: int) -> Arguments:
    """What `{k: v for k, v in options.items() if k in KNOWN}` takes over: no other keys than those that are known."""
    found = Arguments(ordered=True)
    unpack(names, replace(table, among=None), context, found, source, True, depth + 1)
    listed = _keys(names, table.among, context) if table.among is not None else None
    if listed is None:
        found.given = {name: [a.unsure for a in arguments] for name, arguments in found.given.items()}
        return found
    found.given = {name: arguments for name, arguments in found.given.items() if name in listed}
    found.files = [replace(one, only=listed if one.only is None else listed & one.only) for one in found.files]
    if found.open and not found.files:
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
    with names.opened.search():
        if depth <= _DEEPEST and names.opened.take():
            return _opened(names, expr, context, source, depth)
    found = Arguments(ordered=True)
    found.unopened("too deep")
    return found


def _opened(names: Names, expr: Expr, context: Context, source: str, depth: int) -> Arguments:
    found = Arguments(ordered=True)
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
        if isinstance(fields.unless, ParameterValue):
            found.by_default(f"parameter {fields.unless.name}")
            found.through.append(fields.unless)
        elif fields.unless is not None:
            found.by_default(f"an object of {fields.unless.cls.qualname}")
        return found
    steps = sources_of(names, expr, context)
    left_out = _left_out(names, expr, steps)
    if steps:
        steps = [step for step in steps if step not in [one for one, _ in left_out]]
        found.take(either([_dictionary(names, written, where, source, depth + 1) for written, where in steps]))
        for _, parameter in left_out:
            found.by_default(f"parameter {parameter.name}")
            found.through.append(parameter)
    else:
        instead = replaced(names, expr, context)
        value = instead[0] if instead is not None else names.resolve(expr, context)
        pieces = [_read_value(names, v, source, depth) for v in each(value) if not is_none(v)]
        for written in instead[1] if instead is not None else ():
            pieces.append(_dictionary(names, written, context, source, depth + 1))
        if pieces:
            found.take(either(pieces))
        if any(isinstance(v, Made) and v.path in FROM_FILES for v in each(value)):
            found.files.append(FromFile(expr, context))
        for default in flat(value):
            if isinstance(default, Default) and not default.sure:
                found.unopened(default.reason)
    seen = names.changes(expr, context)
    for binding, sure in taken_changes(names, context.module, seen.changes, context) if seen is not None else ():
        if not names.opened.take():
            found.unopened("too deep")
            break
        change(names, binding, where_set(names, expr, binding, context), found, source, sure, depth)
    return found


def _left_out(
    names: Names, expr: Expr, steps: Sequence[tuple[Expr, Context]]
) -> list[tuple[tuple[Expr, Context], ParameterValue]]:
    """The options of `options or DEFAULTS` that are parameters of which callers may leave out each."""
    if not isinstance(expr, Choice) or expr.origin != "or":
        return []
    found = []
    for step in steps[:-1]:
        value = names.resolve(*step)
        if isinstance(value, ParameterValue) and is_optional(value):
            found.append((step, value))
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
    # Made by another function, and changed by this one.
    if ran and held and all(a.sure and a.context is not context for a in held):
        into.given[binding.key] = [*held, Argument(binding.value, context, source=source)]
        return
    merged = [
        replace(a, expr=Binary(left=a.expr, operator="|", right=binding.value, span=a.expr.span))
        for a in held
        if a.context is context
    ]
    if len(merged) < len(held) or not held:  # written elsewhere, or not known
        merged.append(Argument(binding.value, context, sure=False, source=source))
    into.given[binding.key] = merged if ran and len(merged) == len(held) else [*held, *merged]


def change(
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
