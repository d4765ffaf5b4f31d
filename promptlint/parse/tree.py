"""Python source → a syntax tree.

`ast`, the parser of the Python that runs, is ten times as fast as libcst (9 MB/s against 0.9) but reads only the syntax
of its own version. What it refuses, libcst decides: either it is no Python, or what is newer is masked and read again.
"""

from __future__ import annotations

import ast
import sys
import warnings
from typing import NamedTuple

from promptlint.parse.guard import too_many_holes
from promptlint.source import Source

_LONGEST_MASKED = 300_000  # a tenth of a second for `ast` is seconds for libcst


class SourceError(Exception):
    """Source that no parser reads. `offset` is in code points."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class Tree(NamedTuple):
    """The statements of a source, and the text that their lines and columns belong to: as long as the source."""

    body: list[ast.stmt]
    text: str


def read(source: str) -> Tree:
    """The tree of a source. Raises `SourceError`."""
    if source.startswith("\ufeff"):
        source = "\f" + source[1:]  # a byte order mark is no Python; a form feed stands anywhere
    problem = too_many_holes(source)
    if problem is not None:
        raise SourceError(problem)
    try:
        return Tree(_parsed(source), source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if len(source) > _LONGEST_MASKED:
            what = (
                f"not valid Python {sys.version_info[0]}.{sys.version_info[1]}, and too long to be read as a newer one"
            )
            raise SourceError(what, _offset(source, error) if isinstance(error, SyntaxError) else 0) from None
        from promptlint.parse.newer import masked

        text = masked(source)
    try:
        return Tree(_parsed(text), text)
    except SyntaxError as error:
        raise SourceError(f"not valid Python: {error.msg}", _offset(text, error)) from None
    except (ValueError, RecursionError, MemoryError):
        raise SourceError("nested too deeply to parse") from None


def read_expression(source: str) -> tuple[ast.expr, str] | None:
    """An expression that may go over several lines, and the text in parentheses it was read from; None when it is none."""
    try:
        body, text = read(f"({source}\n)")
    except SourceError:
        return None
    only = body[0] if len(body) == 1 else None
    return (only.value, text) if isinstance(only, ast.Expr) else None


def _parsed(source: str) -> list[ast.stmt]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes in the strings of others
        return ast.parse(source).body


def _offset(text: str, error: SyntaxError) -> int:
    return Source("", text).offset(error.lineno or 1, max(1, error.offset or 1))
