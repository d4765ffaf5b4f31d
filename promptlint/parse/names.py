"""What is written plainly in an expression: names with dots, texts without holes."""

from __future__ import annotations

import ast

from promptlint.facts import Attribute, Expr, Literal, Name, Text


def path_of(value: Expr) -> str | None:
    """`a.b` of a name and attributes."""
    parts: list[str] = []
    while isinstance(value, Attribute):
        parts.append(value.name)
        value = value.base
    if not isinstance(value, Name):
        return None
    return ".".join([value.name, *reversed(parts)])


def last_name(value: Expr) -> str | None:
    """The last name of `a.b.c`."""
    return value.name if isinstance(value, (Name, Attribute)) else None


def dotted(node: ast.expr) -> str | None:
    """`a.b.c` as text; None when it is more than names and dots."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])


def constant_text(value: Expr) -> str | None:
    """The text of a string constant without holes."""
    if isinstance(value, Text) and all(isinstance(s, Literal) for s in value.segments):
        return "".join(s.text for s in value.segments if isinstance(s, Literal))
    return None
