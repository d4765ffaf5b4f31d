"""String expressions as they stand in the code: their literal text, and holes for everything else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from promptlint.facts import Attribute, Binary, Expr, Hole, Literal, Result, Segment, Text
from promptlint.link.program.module import Module
from promptlint.parse.reads import unspaced_words

_SLOT = re.compile(r"(?<!\{)\{[a-z_]\w*\}(?!\})|\{\{ ?[a-z_][\w.]* ?\}\}|\$\{?[a-z_]\w+\}?")
_FEWEST_SLOTS = 2
# Methods of strings that give another one, with how many texts they may be given.
_CHANGES = {"strip": (0, 1), "lstrip": (0, 1), "rstrip": (0, 1), "lower": (0,), "upper": (0,), "replace": (2,),
            "removeprefix": (1,), "removesuffix": (1,)}  # fmt: skip


def text_segments(expr: Expr, module: Module | None = None) -> tuple[Segment, ...]:
    """The segments of a string expression; other operands are holes, named as they are written where `module` tells."""
    if isinstance(expr, Text):
        return expr.segments
    if isinstance(expr, Binary) and expr.operator == "+":
        return (*text_segments(expr.left, module), *text_segments(expr.right, module))
    if isinstance(expr, Binary) and expr.operator == "%":
        return text_segments(expr.left, module)
    return (Hole(source="", name=_written(expr, module), value=expr, span=expr.span),)


def _written(expr: Expr, module: Module | None) -> str:
    if isinstance(expr, Result) and module is not None:
        invocation = module.facts.invocations[expr.invocation]
        given = invocation.positional or invocation.keywords.items
        return f"{invocation.text}({'...' if given else ''})"
    if isinstance(expr, Attribute):
        base = _written(expr.base, module)
        return f"{base}.{expr.name}" if base else expr.name
    return getattr(expr, "name", "")


def words(expr: Text | Binary) -> list[str]:
    """The words of a string's literal text."""
    return " ".join(s.text for s in text_segments(expr) if isinstance(s, Literal)).split()


def word_count(expr: Text | Binary) -> int:
    """How many words a string's literal text has, in whatever script."""
    found = words(expr)
    return len(found) + unspaced_words("".join(found))


def slotted(expr: Text | Binary) -> bool:
    """Whether a string is a form to be filled in: several lines, with several places that have names."""
    text = "".join(s.text for s in text_segments(expr) if isinstance(s, Literal))
    return "\n" in text.strip() and len(set(_SLOT.findall(text))) >= _FEWEST_SLOTS


def with_holes(expr: Text | Binary) -> str:
    """The text of a string, ` x ` for each hole."""
    return "".join(s.text if isinstance(s, Literal) else " x " for s in text_segments(expr))


def changed_text(text: str, method: str, given: Sequence[str]) -> str | None:
    """What a method of a string makes of it; None for a method that is not known here, or for other arguments."""
    if len(given) not in _CHANGES.get(method, ()):
        return None
    return str(getattr(text, method)(*given))
