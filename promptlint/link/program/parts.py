"""What an expression is made of, as it stands in one file."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from promptlint.facts import (
    Attribute,
    Binary,
    Choice,
    Expr,
    Hole,
    Item,
    Items,
    Name,
    Repeated,
    Result,
    Table,
    Text,
    Unknown,
)

if TYPE_CHECKING:
    from promptlint.link.program.module import Module

_DEEPEST = 4


def last_name(expr: Expr) -> str:
    """`c` of `a.b.c`."""
    return getattr(expr, "name", "")


def dotted_text(expr: Expr) -> str:
    """`self.config.model` of a name and attributes; empty for anything else."""
    parts: list[str] = []
    while isinstance(expr, Attribute):
        parts.append(expr.name)
        expr = expr.base
    return ".".join([expr.name, *reversed(parts)]) if isinstance(expr, Name) else ""


def parts(expr: Expr) -> Iterable[Expr]:
    """What an expression is made of, but for the calls in it."""
    match expr:
        case Attribute(base=base):
            return (base,)
        case Item(base=base, key=key):
            return base, key
        case Choice(options=options):
            return options
        case Table(items=items, keyed=keyed):
            return (*(value for _, value in items), *(part for pair in keyed for part in pair))
        case Items(values=values):
            return values
        case Binary(left=left, right=right):
            return left, right
        case Repeated(element=element):
            return (element,)
        case Text(segments=segments):
            return tuple(s.value for s in segments if isinstance(s, Hole) and s.value is not None)
    return ()


def names_used(module: Module, expr: Expr) -> Iterator[Name]:
    """The names that an expression is made from, those in its calls included, the outermost first."""
    queue = deque([(expr, 0)])
    while queue:
        one, depth = queue.popleft()
        if isinstance(one, Name):
            yield one
        elif isinstance(one, Result):
            made = next(iter(module.facts.invocations[one.invocation : one.invocation + 1]), None)
            if made is not None and made.span == one.span and depth < _DEEPEST:
                inner = (made.callee, *made.positional, *(value for _, value in made.keywords.items))
                queue.extend((part, depth + 1) for part in inner)
        else:
            queue.extend((part, depth) for part in parts(one))


def of_loop(value: Expr) -> bool:
    """Whether a value is what a loop takes next, or a part of it."""
    while isinstance(value, Item):
        if isinstance(value.key, Unknown) and value.key.reason == "loop":
            return True
        value = value.base
    return False
