"""A text that was put together: its literal runs and holes, and what it was put together from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from promptlint.facts import Attribute, Binary, Expr, Hole, Invocation, Name, Segment, Text
from promptlint.link.resolve.values import Context, ParameterValue
from promptlint.link.texts.stored import Stored


@dataclass(frozen=True, eq=False)
class Origin:
    """A string expression that ends up in a prompt. `part`: it fills a place there, or is one of several that may."""

    path: str
    expr: Text | Binary
    form: str
    scope: str
    syntax: str | None = None
    part: bool = False
    reshaped: bool = False
    """Its white space is changed on the way: `dedent`, `cleandoc`, `replace` of blanks."""


@dataclass(eq=False)
class Composed:
    """The segments in order, where they were written, and the parameters of project functions that flow in.

    `filled` are those parameters that are templates of `format` here.
    """

    segments: list[Segment] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    files: list[Stored] = field(default_factory=list)
    parameters: list[ParameterValue] = field(default_factory=list)
    filled: list[ParameterValue] = field(default_factory=list)
    dumps: list[tuple[Context, Invocation]] = field(default_factory=list)

    def extend(self, other: Composed, *, hide: bool = False) -> None:
        """Append another text; `hide` keeps its origins but counts it as a hole."""
        if not hide:
            self.segments.extend(other.segments)
        self.origins.extend(replace(o, part=True) if hide else o for o in other.origins)
        self.files.extend(other.files)
        self.parameters.extend(other.parameters)
        self.filled.extend(other.filled)
        self.dumps.extend(other.dumps)


def reshaped(composed: Composed) -> Composed:
    """The text, its white space changed on the way."""
    composed.origins = [replace(origin, reshaped=True) for origin in composed.origins]
    return composed


def hole(expr: Expr, context: Context) -> Hole:
    """What stands for an unknown part."""
    name = expr.name if isinstance(expr, (Name, Attribute)) else ""
    return Hole(source="", name=name, value=expr, span=expr.span, path=context.module.path)
