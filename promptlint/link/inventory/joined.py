"""Prompts that are joined where they stand, `" ".join(["You are ...", "Answer ..."])`: one prompt, not one for each line."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from promptlint.facts import Attribute, Binary, Expr, Hole, Invocation, Items, Literal, Segment, Span, Text
from promptlint.link.inventory.drafts import Draft, Drafts, cut
from promptlint.link.program.module import Module
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.strings import text_segments
from promptlint.link.resolve.values import Context, constant
from promptlint.parse.holes import TemplateError

_FEWEST_LINES = 2


def join_lines(names: Names, drafts: Drafts) -> None:
    """Make one prompt of those that stand side by side in a list that is joined at once."""
    for path, starts in drafts.starts().items():
        if names.modules.files[path].kind == "python":
            with names.modules.guarded(path):
                _in_file(names, drafts, names.modules.at(path), starts)


def _in_file(names: Names, drafts: Drafts, module: Module, starts: list[int]) -> None:
    for index in module.calls_by_name.get("join", ()):
        invocation = module.facts.invocations[index]
        listed = invocation.positional[0] if len(invocation.positional) == 1 else None
        if not isinstance(listed, Items) or listed.starred or len(listed.values) < _FEWEST_LINES:
            continue
        lines = [drafts.at(module.path, value.span) for value in listed.values]
        held = [draft for draft in lines if draft is not None]
        inside = bisect_left(starts, listed.span.end) - bisect_left(starts, listed.span.start)
        if not held or inside != len(held) or not all(map(_is_line, listed.values)):
            continue
        between = _between(names, invocation, Context(module))
        if between is not None:
            _join(drafts, module, invocation, list(zip(listed.values, lines, strict=True)), held, between)


def _is_line(value: Expr) -> bool:
    """Whether all that is written of a line stands in its own strings: what fills a `%` template does not."""
    if isinstance(value, Binary):
        return value.operator == "+" and _is_line(value.left) and _is_line(value.right)
    return True


def _between(names: Names, invocation: Invocation, context: Context) -> str | None:
    """What is put between the lines, where that is known."""
    callee = invocation.callee
    return constant(names.resolve(callee.base, context)) if isinstance(callee, Attribute) else None


def _join(
    drafts: Drafts,
    module: Module,
    invocation: Invocation,
    lines: list[tuple[Expr, Draft | None]],
    held: list[Draft],
    between: str,
) -> None:
    """Put one draft in the place of those of its lines, unless they are written in several syntaxes."""
    syntaxes = {draft.syntax for draft in held}
    if len(syntaxes) > 1 or any(draft.problem is not None for draft in held):
        return
    try:
        segments = tuple(_segments(lines, module, syntaxes.pop(), between, invocation.span))
    except TemplateError:
        return
    drafts.join(held, invocation.span, segments, between)


def _segments(
    lines: list[tuple[Expr, Draft | None]], module: Module, syntax: str | None, between: str, span: Span
) -> Iterator[Segment]:
    """The text of all lines, and between them what stands nowhere."""
    for i, (value, draft) in enumerate(lines):
        if i and between:
            yield Literal(text=between, span=Span(span.start, span.start))
        if draft is not None:
            yield from draft.segments
        elif isinstance(value, (Text, Binary)):
            written = text_segments(value, module)
            yield from cut(written, syntax) if syntax is not None else written
        else:
            yield from (s for s in text_segments(value, module) if isinstance(s, Hole))
