"""Refuses sources that parsers would choke on, before they see them.

libcst cannot be interrupted and is superlinear on long operator chains: 8,000 additions in one expression took over
15 seconds. A person does not write 1,000 operators in one statement, a generator of test data does.
"""

from __future__ import annotations

import io
import re
import tokenize
from itertools import accumulate

MOST_OPERATORS = 1_000
DEEPEST_BRACKETS = 150
MOST_HOLES = 5_000
_LONGEST_CHAIN = 300
_FSTRING = re.compile(r"""(?<!\w)(?:[fF][rR]?|[rR][fF])(\"{3}|'{3}|\"|')""")
_COUNTED = frozenset(
    ("+", "-", "*", "/", "%", "|", "&", "and", "or", ".", "**", "//", "<", ">", "==", "~", ";", "^", "<<", ">>", "@", "not", "lambda", "await", "if", "else")
)  # fmt: skip
_STEP = {ord(c): 1 if c in "([{" else -1 for c in "()[]{}"}
_NO_BRACKETS = bytes(set(range(256)) - set(_STEP))
_MARKS = (
    "+",
    "-",
    "*",
    "/",
    "|",
    "&",
    " and ",
    " or ",
    ".",
    "~",
    ";",
    "^",
    "<<",
    ">>",
    "@",
    "not ",
    "lambda",
    "await ",
    " if ",
)


def too_many_holes(source: str) -> str | None:
    """Why a source is not parsed: an f-string whose holes Python 3.11 reads in time that grows with their square."""
    if source.count("{") <= MOST_HOLES:
        return None
    for match in _FSTRING.finditer(source):
        end = source.find(match.group(1), match.end())
        if source.count("{", match.end(), end if end >= 0 else len(source)) > MOST_HOLES:
            return (
                f"more than {MOST_HOLES:,} holes in one f-string (line {source.count(chr(10), 0, match.start()) + 1})"
            )
    return None


def too_complex(source: str) -> str | None:
    """Why a source is not parsed: too many operators in one statement, or brackets nested too deeply."""
    if (
        all(source.count(mark) <= MOST_OPERATORS for mark in _MARKS)
        and source.count("(") + source.count("[") <= MOST_OPERATORS
    ):
        return None if _depth(source) <= DEEPEST_BRACKETS else "brackets nested more than 150 deep"
    operators = depth = strings = 0
    chains: dict[int, int] = {}  # at each depth: how many brackets follow one another, as in `a[0][0]`
    before = ""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.NEWLINE:
                operators = strings = 0
                chains.clear()
            elif token.type == tokenize.OP:
                if token.string in "([{":
                    chains[depth] = chains.get(depth, 0) + 1 if before in (")", "]") else 0
                    if chains[depth] > _LONGEST_CHAIN:
                        operators = MOST_OPERATORS + 1
                depth += token.string in "([{"
                depth -= token.string in ")]}"
                operators += token.string in _COUNTED
                strings = 0
            elif token.type == tokenize.NAME:
                operators += token.string in _COUNTED
            elif token.type == tokenize.STRING:
                strings += 1
            before = token.string
            if operators > MOST_OPERATORS or strings > MOST_OPERATORS:
                return f"more than {MOST_OPERATORS} operators in one statement (line {token.start[0]})"
            if depth > DEEPEST_BRACKETS:
                return f"brackets nested more than {DEEPEST_BRACKETS} deep (line {token.start[0]})"
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return None
    return None


def _depth(source: str) -> int:
    """An upper bound of the bracket depth: those in strings and comments count too."""
    brackets = source.encode("utf-8", "replace").translate(None, _NO_BRACKETS)
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0)
