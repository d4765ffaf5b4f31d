"""What the methods of texts make of them: `text.format(...)`, `Template(text).substitute(...)`, `", ".join(parts)`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from promptlint.facts import Attribute, Expr, Hole, Invocation, Items, Literal, Repeated, Span
from promptlint.link.resolve.strings import word_count
from promptlint.link.resolve.values import Context, Data, Made, constant, each
from promptlint.link.resolve.varying import passed as is_passed
from promptlint.link.texts.composed import Composed, hole

if TYPE_CHECKING:
    from promptlint.link.texts.compose import Composer

_WORDS_JOINED = 2
FILLS = frozenset(
    (
        "format",
        "format_map",
        "render",
        "substitute",
        "safe_substitute",
        "format_prompt",
        "format_messages",
        "invoke",
        "partial",
        "render_async",
    )
)


def fill(
    composer: Composer,
    callee: Attribute,
    invocation: Invocation,
    expr: Expr,
    context: Context,
    found: Composed,
    depth: int,
) -> bool:
    """`text.format(...)`, `Template(text).substitute(...)`: holes become what is passed where that is known."""
    base = composer.names.resolve(callee.base, context)
    if callee.name in ("format", "format_map") and not any(
        isinstance(v, (Made,)) and composer.templates.built(v) for v in each(base)
    ):
        inner = composer.compose(callee.base, context, depth + 1)
        syntax, form = "format", "format"
    else:
        inner = Composed()
        for value in each(base):
            template = composer.templates.built(value) if isinstance(value, Made) else None
            if template is None:
                return False
            composer.template(template, inner, depth)
        syntax, form = "", ""
    if not inner.origins and not inner.files:
        found.parameters.extend(inner.parameters)
        found.filled.extend(inner.parameters if syntax else ())
        return False
    found.origins.extend(replace(o, form=form or o.form, syntax=syntax or o.syntax) for o in inner.origins)
    found.files.extend(inner.files)
    passed = {key: given for key, given in invocation.keywords.items if key is not None}
    if not invocation.starred and callee.name == "format":
        passed.update((str(i), given) for i, given in enumerate(invocation.positional))
    for segment in inner.segments:
        parts = composer.templates.split(segment, syntax) if isinstance(segment, Literal) and syntax else (segment,)
        for part in parts:
            given = passed.get(part.name) if isinstance(part, Hole) else None
            if given is None or not isinstance(part, Hole):
                found.segments.append(part)
                continue
            filled = composer.compose(given, context, depth + 1)
            filled.origins = [replace(o, part=True) for o in filled.origins]
            if any(isinstance(s, Literal) and s.text for s in filled.segments):
                found.extend(filled)
            else:
                path = part.path or (inner.origins[0].path if len(inner.origins) == 1 else "")
                told = is_passed(composer.names, given, context)
                filled_in = msgspec.structs.replace(part, value=given, path=path, home=context.module.path, passed=told)
                found.segments.append(filled_in)
                found.extend(filled, hide=True)
    return True


def join(composer: Composer, separator: Expr, parts: Expr, context: Context, found: Composed, depth: int) -> None:
    """`", ".join(parts)`: each part, with what stands between them, and what is added to the list later."""
    between = constant(composer.names.resolve(separator, context))
    for value in each(composer.names.resolve(parts, context)):
        if not isinstance(value, Data) or not isinstance(value.expr, Items) or value.expr.starred:
            composer.values((value,), parts, context, found, depth)
            continue
        for i, part in enumerate(value.expr.values):
            if i and between:
                found.segments.append(Literal(text=between, span=Span(0, 0)))
            inner = composer.compose(part, value.context, depth + 1)
            inner.origins = [o for o in inner.origins if word_count(o.expr) >= _WORDS_JOINED]  # else data, as labels
            found.extend(inner)
    changes = composer.names.changes(parts, context)
    for binding, sure in changes.changes if changes is not None else ():
        if binding.operation not in ("append", "extend", "add", "insert"):
            continue
        if binding.operation in ("extend", "add") and isinstance(binding.value, Repeated):
            found.extend(composer.compose(binding.value.element, context, depth + 1), hide=True)
            found.segments.append(hole(binding.value, context))
            continue
        added = binding.value.values if isinstance(binding.value, Items) else (binding.value,)
        for part in added:
            if between and sure:
                found.segments.append(Literal(text=between, span=Span(0, 0)))
            found.extend(composer.compose(part, context, depth + 1), hide=not sure)
            if not sure:
                found.segments.append(hole(part, context))
