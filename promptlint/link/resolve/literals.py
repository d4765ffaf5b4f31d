"""The texts that an annotation allows: `Literal["a", "b"]`, by itself or under a name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from promptlint.facts import Items, Literal, Span, Text
from promptlint.link.program.module import Module
from promptlint.link.resolve.values import Context, Data, Value, as_default, constant

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names

_NAME = re.compile(r"[A-Za-z_]\w*")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")


def allowed(names: Names, annotation: str, module: Module) -> list[str]:
    """The texts of an annotation; none where it allows others."""
    if "Literal" in annotation:
        inside = annotation.partition("Literal[")[2].partition("]")[0]
        return [a or b for a, b in _QUOTED.findall(inside)]
    found: list[str] = []
    for name in _NAME.findall(annotation):
        alias = names.scopes.in_scope(module, "", name, None, Context(module))
        if isinstance(alias, Data) and isinstance(alias.expr, Items):
            texts = [constant(names.resolve(v, alias.context)) for v in alias.expr.values]
            found.extend(text for text in texts if text)
    return found


def one_allowed(names: Names, annotation: str, module: Module, span: Span, reason: str) -> Value | None:
    """A value that is declared and set elsewhere: one of the texts its annotation, found at `span`, allows."""
    texts = [
        Data(Text(form="constant", segments=(Literal(text=text, span=span),), span=span), Context(module))
        for text in allowed(names, annotation, module)
    ]
    return names.choice([as_default(text, reason) for text in texts]) if texts else None
