"""What stands between brackets takes out: an entry of a table or a list, an element of what is gone through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.facts import Item, Items, Unknown
from promptlint.link.resolve.elements import promised_element
from promptlint.link.resolve.elsewhere import result_of
from promptlint.link.resolve.entries import entry_at, put_by, usual_entry
from promptlint.link.resolve.enums import members
from promptlint.link.resolve.values import (
    ClassValue,
    Context,
    Data,
    External,
    Made,
    Missing,
    ObjectValue,
    ParameterValue,
    Value,
    constant,
    each,
    number,
)

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names

# What is listed behind their names in an alias: `Tier = Literal["fast", "good"]`.
_ALIASED = frozenset(("typing.Literal", "typing_extensions.Literal", "typing.Annotated", "typing_extensions.Annotated"))
# What makes a container of which nothing more is said, or of another one.
_CONTAINERS = frozenset(
    ("builtins.list", "builtins.dict", "builtins.set", "builtins.tuple", "builtins.sorted", "builtins.reversed",
     "collections.deque", "collections.defaultdict", "collections.OrderedDict", "asyncio.Queue", "queue.Queue")
)  # fmt: skip


def item(names: Names, expr: Item, context: Context) -> Value:
    """`base[key]`: an entry of a literal, an environment variable, one of the elements in a loop."""
    base = names.resolve(expr.base, context)
    key = names.resolve(expr.key, context)
    text = constant(key)
    found: list[Value] = []
    for value in each(base):
        if isinstance(value, External) and value.path == "os.environ":
            found.append(Missing(f"environment {text}" if text else "environment"))
        elif isinstance(value, External) and value.path in _ALIASED:
            key_items = expr.key.values if isinstance(expr.key, Items) else (expr.key,)
            found.append(Data(Items(values=key_items, span=expr.span), context))
        elif isinstance(value, Data):
            found.append(entry_at(names, value, key, expr, context))
        elif isinstance(value, ParameterValue):
            usual = usual_entry(names, value, key, expr, context)
            found.append(usual or Missing(f"parameter {value.name}", (*value.chain, "[]")))
        elif isinstance(value, Made):
            held = _of_numbered(names, value, number(key), expr) or result_of(names, value)
            if held is None and not value.chain:  # a mapping of another package: `CLIENTS = LRUCache(100)`
                held = put_by(names, value.context.module, "item", text, expr.base, context)
            found.append(held or Made(value.path, value.context, value.invocation, (*value.chain, f"[{text or ''}]")))
        elif isinstance(value, ClassValue) and text is not None:
            found.append(names.classes.member(value, text, None, context))
        elif isinstance(value, ClassValue) and not names.classes.is_enum(ObjectValue(value.module, value.cls)):
            found.append(value)  # type arguments: `Agent[Deps, str]`
        elif isinstance(value, ClassValue) and isinstance(expr.key, Unknown) and (every := members(names, value)):
            found.append(names.choice(every, "element"))  # each of its members, in a loop
        elif isinstance(value, External) and names.knowledge.client_at(value.path) is not None:
            found.append(value)
        else:
            found.append(Missing(value.reason if isinstance(value, Missing) else "subscript"))
    if all(isinstance(v, Missing) or (isinstance(v, Made) and v.path in _CONTAINERS) for v in found):
        return promised_element(names, expr, context) or names.choice(found)
    return names.choice(found)


def _of_numbered(names: Names, made: Made, index: int | None, expr: Item) -> Value | None:
    """What a turn of `for i, x in enumerate(xs)` or `for x, y in zip(xs, ys)` takes from one of the lists."""
    listed = made.invocation.positional
    if made.chain != ("[]",) or made.path not in ("builtins.enumerate", "builtins.zip") or index is None:
        return None
    place = index - 1 if made.path == "builtins.enumerate" else index
    if not 0 <= place < len(listed) or made.invocation.starred:
        return None
    turn = Unknown(reason="loop", span=expr.span)
    return item(names, Item(base=listed[place], key=turn, span=expr.span), made.context)
