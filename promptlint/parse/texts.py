"""A string or an f-string → `Text`.

It is read from the source: `ast` does not say where the pieces of joined strings and of f-strings stand.
"""

from __future__ import annotations

import ast

from promptlint.facts import Expr, Hole, Name, Segment, Span, Text, Unknown
from promptlint.parse.literals import literal
from promptlint.parse.positions import Positions
from promptlint.parse.strings import Field, pieces
from promptlint.parse.tree import read_expression
from promptlint.parse.walk import Walk

_CONSTANTS = frozenset(("True", "False", "None"))


def string(walk: Walk, node: ast.Constant | ast.JoinedStr) -> Expr:
    """The text of a string; bytes are none."""
    span = walk.span(node)
    walk.strings.append(span)
    if isinstance(node, ast.Constant) and _is_plain(walk.source, span, node.value):
        whole = literal(walk.source, span.start + 1, span.end - 1, raw=False, braces=False) if node.value else None
        return Text(form="constant", segments=() if whole is None else (whole,), span=span)
    segments: list[Segment] = []
    formatted = False
    found = pieces(walk.source, span.start, span.end)
    for piece in found:
        if "b" in piece.prefix or "t" in piece.prefix:
            return Unknown(reason="bytes" if "b" in piece.prefix else "template string", span=span)
        raw, inside = "r" in piece.prefix, piece.inside
        if piece.parts is not None:
            formatted = True
            segments.extend(_part(walk, part, raw) for part in piece.parts)
        elif inside.start < inside.end:
            segments.append(literal(walk.source, inside.start, inside.end, raw=raw, braces=False))
    if not found:
        return Unknown(reason="string", span=span)
    return Text(form="fstring" if formatted else "constant", segments=tuple(segments), span=span)


def _is_plain(source: str, span: Span, value: object) -> bool:
    """Whether a string stands between two quotes as it is: without a prefix, an escape or another piece."""
    return (
        isinstance(value, str) and span.end - span.start == len(value) + 2 and source.startswith(value, span.start + 1)
    )


def _part(walk: Walk, part: Span | Field, raw: bool) -> Segment:
    if isinstance(part, Span):
        return literal(walk.source, part.start, part.end, raw=raw, braces=True)
    value = _inside(walk, part.expression)
    for nested in part.nested:
        _inside(walk, nested)
    name = walk.source[part.expression.start : part.expression.end]
    return Hole(source=walk.source[part.span.start : part.span.end], name=name, value=value, span=part.span)


def _inside(walk: Walk, span: Span) -> Expr:
    """An expression in an f-string: parsed alone, since `ast` of Python 3.11 does not say where it stands."""
    source = walk.source[span.start : span.end]
    if source.isidentifier() and source not in _CONSTANTS:
        return Name(name=source, scope=walk.scope, span=span)
    found = read_expression(source)
    if found is None:
        return Unknown(reason="expression", span=span)
    node, text = found
    outer, walk.positions = walk.positions, Positions(text, span.start - 1)
    value = walk.expr(node)
    walk.positions = outer
    return value
