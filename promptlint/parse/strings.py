"""The pieces of a string expression: what is joined, and what an f-string holds, with their places in the source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from promptlint.facts import Span


class Field(Struct, frozen=True):
    """`{expression!r:spec}` of an f-string. `nested`: the expressions in its format specification."""

    span: Span
    expression: Span
    nested: tuple[Span, ...] = ()


class Piece(Struct, frozen=True):
    """One literal. `inside` lies between its quotes; `parts` are the texts and fields of an f-string, None for others."""

    prefix: str
    inside: Span
    parts: tuple[Span | Field, ...] | None = None


_OPENING = re.compile(r"([A-Za-z]{0,2})('''|\"\"\"|'|\")")
_CLOSING = {
    "'": re.compile(r"[^'\\\n]*(?:\\.[^'\\\n]*)*'", re.DOTALL),
    '"': re.compile(r'[^"\\\n]*(?:\\.[^"\\\n]*)*"', re.DOTALL),
    "'''": re.compile(r"[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''", re.DOTALL),
    '"""': re.compile(r'[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""', re.DOTALL),
}
_BETWEEN = re.compile(r"(?:[ \t\f\r\n]+|\\\r?\n|\\\r|#[^\r\n]*)*")
_BRACE = re.compile(r"[{}]")
# A field that cannot hide a quote, a brace or a colon of its own: nearly all are of this kind.
_PLAIN_FIELD = re.compile(r"\{\s*(\w(?:[\w.\[\](), +*/-]*[\w)\]])?)\s*(?:![rsa])?(?::[^{}'\"\\#\r\n]*)?\}")
_QUOTES = frozenset(_CLOSING)
# What decides where the expression of another field ends. Comparisons and `!=` do not end it.
_MARK = re.compile(r"\"\"\"|'''|[=<>!]=|[\"'()\[\]{}:=!\\#]")
_CONVERSION = re.compile(r"=?\s*(?:![rsa]\s*)?(:?)")
_PREFIX = re.compile(r"\w*\Z")
_PREFIXES = frozenset({"", "r", "u", "b", "br", "rb", "f", "fr", "rf", "t", "tr", "rt"})
_LONGEST_PREFIX = 3  # with one letter more: then it is a word
_UNCLEAR = re.compile(r"[\\\"'\r\n]")


def pieces(source: str, start: int, end: int) -> list[Piece]:
    """The literals joined in `source[start:end]`; none when it is no string. What is not plain is left to libcst."""
    found: list[Piece] = []
    position = start
    while position < end:
        opening = _OPENING.match(source, position, end)
        closing = _CLOSING[opening.group(2)].match(source, opening.end(), end) if opening is not None else None
        if opening is None or closing is None:
            return _by_libcst(source, start, end)
        prefix, quote = opening.group(1).lower(), opening.group(2)
        inside = Span(opening.end(), closing.end() - len(quote))
        parts = None
        if "f" in prefix or "t" in prefix:
            parts = _plain_parts(source, inside)
            if parts is None:
                return _by_libcst(source, start, end)
        found.append(Piece(prefix, inside, parts))
        between = _BETWEEN.match(source, closing.end(), end)
        position = between.end() if between is not None else end
    return found


def _plain_parts(source: str, inside: Span) -> tuple[Span | Field, ...] | None:
    """The parts of an f-string; None when one of its fields is not plain."""
    parts: list[Span | Field] = []
    text = position = inside.start
    while (brace := _BRACE.search(source, position, inside.end)) is not None:
        at = brace.start()
        if source.startswith(brace.group() * 2, at):
            position = at + 2
            continue
        field = None if source.startswith("\\N", at - 2) else _field(source, at, inside.end)
        if field is None:
            return None
        if text < at:
            parts.append(Span(text, at))
        parts.append(field)
        text = position = field.span.end
    if text < inside.end:
        parts.append(Span(text, inside.end))
    return tuple(parts)


def _field(source: str, start: int, end: int) -> Field | None:
    """The field that opens at `start`; None when it cannot be told where it ends."""
    plain = _PLAIN_FIELD.match(source, start, end)
    if plain is not None and _balanced(plain.group(1)):
        return Field(Span(*plain.span()), Span(*plain.span(1)))
    position = start + 1
    open_brackets = 0
    while (mark := _MARK.search(source, position, end)) is not None:
        position, text = mark.end(), mark.group()
        if text in _QUOTES:
            closing = _CLOSING[text].match(source, position, end)
            if closing is None or "\\" in closing.group():
                return None
            if not _plain_inside(source, mark.start(), Span(position, closing.end() - len(text))):
                return None
            position = closing.end()
        elif text in "([{":
            open_brackets += 1
        elif text in ")]}" and open_brackets:
            open_brackets -= 1
        elif open_brackets == 0 and text in "}:=!":
            return _with_specification(source, start, mark.start(), end)
        elif text in ")]}\\#":
            return None
    return None


def _with_specification(source: str, start: int, stop: int, end: int) -> Field | None:
    """The field that opens at `start`, its expression reaching to `stop`: what follows is `=`, `!r`, `:spec`, or nothing."""
    expression = source[start + 1 : stop]
    first = start + 1 + len(expression) - len(expression.lstrip())
    last = start + 1 + len(expression.rstrip())
    rest = _CONVERSION.match(source, stop, end)
    if rest is None or first >= last:
        return None
    first, last = _unwrapped(source, first, last)
    if first >= last:
        return None
    nested: list[Span] = []
    position = rest.end()
    while rest.group(1) and (brace := _BRACE.search(source, position, end)) is not None and brace.group() == "{":
        inner = None if source.startswith("{{", brace.start()) else _field(source, brace.start(), end)
        if inner is None:
            return None
        nested += [inner.expression, *inner.nested]
        position = inner.span.end
    brace = _BRACE.search(source, position, end)
    if brace is None or brace.group() != "}" or (not rest.group(1) and brace.start() > position):
        return None
    if _UNCLEAR.search(source, position, brace.start()):
        return None
    return Field(Span(start, brace.end()), Span(first, last), tuple(nested))


def _plain_inside(source: str, quote: int, inside: Span) -> bool:
    """Whether a string within a field ends where it seems to: one that has fields itself may hold the same quote in them."""
    before = _PREFIX.search(source, max(0, quote - _LONGEST_PREFIX), quote)
    prefix = before.group().lower() if before is not None else ""
    if prefix not in _PREFIXES:
        return False
    return not {"f", "t"} & set(prefix) or _plain_parts(source, inside) is not None


def _unwrapped(source: str, first: int, last: int) -> tuple[int, int]:
    """Where an expression begins and ends without the brackets round all of it."""
    while source[first] == "(" and _closing_bracket(source, first, last) == last - 1:
        inner = source[first + 1 : last - 1]
        first, last = first + 1 + len(inner) - len(inner.lstrip()), first + 1 + len(inner.rstrip())
        if first >= last:
            break
    return first, last


def _closing_bracket(source: str, start: int, end: int) -> int:
    """Where the bracket that opens at `start` is closed, in an expression whose strings are plain."""
    position, open_brackets = start, 0
    while (mark := _MARK.search(source, position, end)) is not None:
        position, text = mark.end(), mark.group()
        if text in _QUOTES:
            closing = _CLOSING[text].match(source, position, end)
            position = closing.end() if closing is not None else end
        elif text in "([{":
            open_brackets += 1
        elif text in ")]}":
            open_brackets -= 1
            if not open_brackets:
                return mark.start()
    return end


def _balanced(expression: str) -> bool:
    """Whether the colon behind an expression is not within its brackets: `{text[1:]}`."""
    return expression.count("[") == expression.count("]") and expression.count("(") == expression.count(")")


def _by_libcst(source: str, start: int, end: int) -> list[Piece]:
    import libcst as cst

    try:
        node = cst.parse_expression(f"({source[start:end]}\n)")
    except cst.ParserSyntaxError:
        return []
    code = cst.Module([]).code_for_node
    found: list[Piece] = []
    position = start
    for literal in _joined(node):
        if isinstance(literal, cst.BaseParenthesizableWhitespace):
            position += len(code(literal))
        elif isinstance(literal, cst.SimpleString):
            opening, length = len(literal.prefix) + len(literal.quote), len(literal.value)
            found.append(Piece(literal.prefix, Span(position + opening, position + length - len(literal.quote))))
            position += length
        else:
            assert isinstance(literal, (cst.FormattedString, cst.TemplatedString))
            begin = position + len(literal.start)
            parts = tuple(_parts(literal, begin))
            last = parts[-1] if parts else None
            stop = begin if last is None else last.end if isinstance(last, Span) else last.span.end
            found.append(Piece(literal.prefix, Span(begin, stop), parts))
            position = stop + len(literal.end)
    return found


def _joined(node: object) -> Iterator[object]:
    """Literals and what stands between them, without recursion: 400 pieces would overflow the stack."""
    import libcst as cst

    while isinstance(node, cst.ConcatenatedString):
        yield node.left
        yield node.whitespace_between
        node = node.right
    if isinstance(node, (cst.SimpleString, cst.FormattedString, cst.TemplatedString)):
        yield node


def _parts(node: object, position: int) -> Iterator[Span | Field]:
    """The parts of an f-string or t-string whose inside, or format specification, begins at `position`."""
    import libcst as cst

    code = cst.Module([]).code_for_node
    for part in node if isinstance(node, (list, tuple)) else node.parts:  # type: ignore[attr-defined]  # all have parts
        end = position + len(code(part))
        if isinstance(part, (cst.FormattedStringText, cst.TemplatedStringText)):
            yield Span(position, end)
        else:
            before = position + 1 + len(code(part.whitespace_before_expression))
            left = sum(len(code(bracket)) for bracket in part.expression.lpar)
            right = sum(len(code(bracket)) for bracket in part.expression.rpar)
            expression = Span(before + left, before + len(code(part.expression)) - right)
            spec = part.format_spec or ()
            inner = [p for p in _parts(tuple(spec), end - 1 - sum(len(code(s)) for s in spec)) if isinstance(p, Field)]
            nested = tuple(span for field in inner for span in (field.expression, *field.nested))
            yield Field(Span(position, end), expression, nested)
        position = end
