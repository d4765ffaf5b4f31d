"""JSON that is written into a prompt: each `json.dumps`, and what it may write that costs more than it says."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator

from msgspec.structs import replace

from promptlint.facts import Dump, Expr, Invocation, Known, Name, Place
from promptlint.link.program.module import Module
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.values import Context, is_text
from promptlint.link.sent.worded import whole_json


def dumps_in(names: Names, sent: Iterable[tuple[Context, Invocation]]) -> tuple[Dump, ...]:
    """Every `json.dumps` whose text is sent, or stands in a prompt."""
    found: dict[tuple[str, int], Dump] = {}
    modules: dict[str, tuple[Module, set[int]]] = {}
    for context, invocation in sent:
        with names.modules.guarded(context.module.path):
            dump = _dump(names, context, invocation)
            if dump is not None:
                found[context.module.path, invocation.span.start] = dump
                modules.setdefault(context.module.path, (context.module, set()))[1].add(invocation.span.start)
    for path, (module, starts) in modules.items():
        for start in _beside_others(module, starts):
            found[path, start] = replace(found[path, start], only=False)
    return tuple(found[key] for key in sorted(found))


def _beside_others(module: Module, starts: Container[int]) -> Iterator[int]:
    """Which of some calls indent beside another call of their function that does, and is none of them.

    `return model.model_dump_json(indent=2)`: what the function writes would be laid out in two ways.
    """
    mine: list[Invocation] = []
    others: set[str] = set()
    for invocation in module.facts.invocations:
        if "indent" in invocation.keyword_spans and invocation.scope:
            if invocation.span.start in starts:
                mine.append(invocation)
            else:
                others.add(invocation.scope)
    return (invocation.span.start for invocation in mine if invocation.scope in others)


def _dump(names: Names, context: Context, invocation: Invocation) -> Dump | None:
    keywords = {k: v for k, v in invocation.keywords.items if k is not None}
    if len(keywords) != len(invocation.keywords.items):
        return None
    indent = keywords.get("indent")
    escapes, spaces = _written(names, context, invocation)
    return Dump(
        place=Place(path=context.module.path, span=invocation.span),
        callee=invocation.text,
        indent=indent.value if isinstance(indent, Known) and isinstance(indent.value, int) else None,
        default_ascii=escapes and "ensure_ascii" not in keywords,
        default_separators=spaces and "separators" not in keywords,
        only=_inline(context, invocation),
        keyword_spans=invocation.keyword_spans,
        flat=not spaces,
    )


def _written(names: Names, context: Context, invocation: Invocation) -> tuple[bool, bool]:
    """Whether what is written may hold letters beyond ASCII, and marks that a blank follows: a text has no such marks."""
    given = invocation.positional[0] if invocation.positional else None
    if given is None:
        return True, True
    try:
        value = whole_json(names, given, context, 0)
        plain = json.dumps(value)
        escapes, spaces = (
            json.dumps(value, ensure_ascii=False) != plain,
            json.dumps(value, separators=(",", ":")) != plain,
        )
    except (ValueError, TypeError):
        return True, not _is_text(names, given, context)
    # What is written later into a dictionary is not seen in it.
    changed = names.changes(given, context)
    return (True, True) if changed is not None and changed.changes else (escapes, spaces)


def _is_text(names: Names, expr: Expr, context: Context) -> bool:
    """Whether an expression is a text for sure: by how it is made, or by what its parameter says."""
    parameter = context.module.parameters.get((expr.scope, expr.name)) if isinstance(expr, Name) else None
    if parameter is not None:
        if isinstance(expr, Name) and context.module.bindings.get((expr.scope, expr.name)):
            return False
        kinds = {part.strip() for part in re.split(r"[|\[\]]", (parameter.annotation or "").replace("typing.", ""))}
        return "str" in kinds and kinds <= {"str", "None", "Optional", ""}
    return is_text(names.resolve(expr, context))


def _inline(context: Context, invocation: Invocation) -> bool:
    """Whether the text goes nowhere but into the prompt: it is not bound to a name."""
    span = invocation.span
    return not any(b.value.span == span for b in context.module.facts.bindings)
