"""Paths that a program builds: parts put together become one value, read part by part in `templates`."""

from __future__ import annotations

from promptlint.facts import Expr, Invocation, Span, Table, Unknown
from promptlint.link.resolve.values import Context, Made, Value

_MAKERS = ("pathlib.", "importlib.resources.", "importlib_resources.", "os.path.")


def joined(parts: tuple[Expr, ...], span: Span, context: Context) -> Made:
    """The path that `a / b` and `a.joinpath(b)` make, as if it were written `Path(a, b)`."""
    call = Invocation(
        callee=Unknown(reason="operation", span=span),
        text="Path",
        scope="",
        positional=parts,
        keywords=Table(items=(), span=span),
        span=span,
        callee_span=span,
    )
    return Made("pathlib.Path", context, call)


def leads_to_a_file(value: Value) -> bool:
    """Whether a value is a path for certain."""
    return isinstance(value, Made) and value.path.startswith(_MAKERS)
