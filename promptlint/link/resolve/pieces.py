"""Lists made of what is known: `sorted(MODELS)`, `reversed(MODELS)`, `"gpt-4o,gpt-4o-mini".split(",")`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from promptlint.facts import Attribute, Invocation, Items, Table
from promptlint.link.resolve.values import Context, Data, Value, constant, entries, flat, key_text, number

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names

REORDERS = frozenset(("builtins.sorted", "builtins.reversed", "builtins.set", "builtins.frozenset"))
_CUTS = frozenset(("split", "rsplit", "partition", "rpartition"))
_MOST = 300


def reordered(names: Names, path: str, value: Value) -> Value | None:
    """What is known of a list whose elements come in another order. What is sorted, texts alone, has none that is known."""
    found: list[Value] = []
    for one in flat(value):
        if not isinstance(one, Data):
            return None
        listed = entries(one.expr, "keys") if isinstance(one.expr, Table) and not one.expr.keyed else one.expr
        if not isinstance(listed, Items) or listed.starred:
            return None
        if path == "builtins.reversed":
            found.append(Data(replace(listed, values=listed.values[::-1]), one.context))
        elif all(constant(names.resolve(element, one.context)) is not None for element in listed.values):
            found.append(Data(replace(listed, unordered=True), one.context))
        else:
            return None
    return names.choice(found)


def cut_up(names: Names, invocation: Invocation, context: Context) -> Value | None:
    """The pieces a short text without blanks is cut into; None for anything else: the lines of a prompt stay a text."""
    callee = invocation.callee
    if not isinstance(callee, Attribute) or callee.name not in _CUTS or invocation.keywords.items or invocation.starred:
        return None
    given = [names.resolve(value, context) for value in invocation.positional]
    separator, most = constant(given[0]) if given else None, number(given[1]) if len(given) > 1 else -1
    if (given and not separator) or most is None:
        return None
    found: list[Value] = []
    for value in flat(names.resolve(callee.base, context)):
        text = constant(value)
        if text is None or not isinstance(value, Data) or len(text) > _MOST:
            return None
        pieces = _pieces(text, callee.name, separator, most)
        if any(len(piece.split()) > 1 for piece in pieces):
            return None
        listed = Items(values=tuple(key_text(p, value.expr) for p in pieces), span=value.expr.span)
        found.append(Data(listed, value.context))
    return names.choice(found) if found else None


def _pieces(text: str, method: str, separator: str | None, most: int) -> Sequence[str]:
    match method:
        case "partition" if separator:
            return text.partition(separator)
        case "rpartition" if separator:
            return text.rpartition(separator)
        case "rsplit":
            return text.rsplit(separator, most)
    return text.split(separator, most)
