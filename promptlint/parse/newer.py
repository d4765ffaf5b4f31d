"""Python newer than the Python that runs: libcst reads it, and what `ast` would refuse is masked at the same length."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, CodeSpan, MetadataWrapper

from promptlint.parse.guard import too_complex
from promptlint.parse.tree import SourceError
from promptlint.source import Source

_PLACE = re.compile(r"error at (\d+):(\d+): (.*)")
_NOT_A_LINE_END = re.compile(r"[^\r\n]")
_LINE_END = re.compile(r"x(\r\n?|\n)")
_MOST_DIGITS = 80

_Mask = tuple[int, int, Callable[[str], str]]


def masked(source: str) -> str:
    """The source with each line as long as it was. Raises `SourceError` when libcst does not read it either.

    Masked are what f-strings and t-strings hold (PEP 701, 750), type parameters and aliases (PEP 695), bare tuples of
    exceptions (PEP 758), and numbers of more digits than Python converts.
    """
    problem = too_complex(source)
    if problem is not None:
        raise SourceError(problem)
    try:
        spans = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True).resolve(ByteSpanPositionProvider)
    except cst.ParserSyntaxError as error:
        raise SourceError(*_refusal(source, error)) from None
    except RecursionError:
        raise SourceError("nested too deeply to parse") from None
    found = sorted((mask for node in spans for mask in _masks(node, spans)), key=lambda mask: (mask[0], -mask[1]))
    data = source.encode("utf-8", "surrogatepass")
    pieces: list[str] = []
    position = 0
    try:
        for start, end, written in found:
            if start >= position:  # else it stands inside what is masked already
                pieces += (_text(data[position:start]), written(_text(data[start:end])))
                position = end
        return "".join((*pieces, _text(data[position:])))
    except UnicodeDecodeError:  # libcst misplaces what follows some strings of strings
        line = data[:start].count(b"\n") + 1
        raise SourceError(
            f"not valid Python {sys.version_info[0]}.{sys.version_info[1]}, and not read as a newer one (line {line})"
        ) from None


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def _masks(node: cst.CSTNode, spans: Mapping[cst.CSTNode, CodeSpan]) -> Iterator[_Mask]:
    """What is masked of a node: the first byte, the one after the last, and how its text is written."""

    def range_of(part: cst.CSTNode) -> tuple[int, int]:
        span = spans[part]
        return span.start, span.start + span.length

    match node:
        case cst.FormattedStringExpression() | cst.TemplatedStringExpression():
            yield (*range_of(node), _filled)
        case cst.TemplatedString():
            start, _ = range_of(node)
            yield start, start + len(node.prefix), lambda text: text.replace("t", "f").replace("T", "F")
        case cst.TypeAlias():
            yield (*range_of(node), lambda text: "pass" + _blank(text[4:]))
        case cst.TypeParameters():
            yield (*range_of(node), _blank)
        case (
            cst.ExceptHandler(type=cst.Tuple(lpar=[], elements=[first, _, *_]) as types)
            | cst.ExceptStarHandler(type=cst.Tuple(lpar=[], elements=[first, _, *_]) as types)
        ):
            yield range_of(first.value)[1], range_of(types)[1], _blank
        case cst.Integer(value=digits) if len(digits) > _MOST_DIGITS:
            yield (*range_of(node), lambda text: "0x" + "f" * (len(text) - 2))


def _filled(text: str) -> str:
    """Text of a string: a line in it is continued, which is allowed between quotes of every kind."""
    return _LINE_END.sub(r"\\\g<1>", _NOT_A_LINE_END.sub("x", text))


def _blank(text: str) -> str:
    return _NOT_A_LINE_END.sub(" ", text)


def _refusal(source: str, error: cst.ParserSyntaxError) -> tuple[str, int]:
    """What to say of it, and its offset. The place is read from the message: `raw_line` counts blank lines twice."""
    found = _PLACE.search(error.message)
    if found is None:
        return f"not valid Python: {error.message.splitlines()[0]}", 0
    line, column, what = int(found.group(1)), int(found.group(2)), found.group(3)
    offset = Source("", source).offset(line, max(1, column - 1))
    # What else could stand there is a list of tokens: it helps only when it is short.
    expected = what.removeprefix("expected ").removeprefix("one of ")
    hint = f": expected {expected}" if what.startswith("expected ") and len(expected) < 40 else ""
    return f"not valid Python{hint}", offset
