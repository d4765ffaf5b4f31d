"""Where the pieces of a prompt stand that must come out exactly as they went in, and the words between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec import Struct, structs

from promptlint.compress.contract.model import Token
from promptlint.parse.slots import Slot, TemplateError, scanner

_INSIDE = "\ue000"
_FOLD = {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0xA0: " ", 0x200B: " ", 0xFEFF: " ", 0x2011: "-", 0x2013: "-", 0x2014: "-", 0x2026: ".", 0xE000: "?"}  # fmt: skip
# Every template syntax seen in prompts. Bounded, so that a text of braces costs no more than any other.
_ANY_HOLE = re.compile(
    r"""\{\{\{[^{}]{1,300}\}\}\}
    |\{\{[^{}\n"']{1,300}\}\}(?!\})
    |\{\{[ ]?[^\W\d][^{}\n]{0,300}\}\}(?!\})
    |\$\{[^{}\n]{1,300}\}
    |\$[A-Za-z_]\w{0,100}
    |(?<!\{)\{(?:[^\W\d][^{}\n"]{0,300}|\d{0,3}(?:[!:][^{}\n]{0,40})?|[^\W\d][^{}\n\s:]{0,300})\}
    |%\(\w{1,100}\)[-\#0+]{0,4}\d{0,4}(?:\.\d{1,4})?[diouxXeEfFgGcrsa]
    |%[-\#0+]{0,4}(?:\d{1,4})?(?:\.\d{1,4})?[disfrgx](?![\w])
    |!<[^<>\n]{1,80}>!
    |\[\[[^\[\]\n]{1,100}\]\]
    |<<[^<>\n=]{1,100}>>""",
    re.VERBOSE,
)
# Marks that no scanner of a named syntax knows, and that programs replace themselves.
_OWN_MARK = re.compile(r"!<[^<>\n]{1,80}>!|\[\[[^\[\]\n]{1,100}\]\]|<<[^<>\n=]{1,100}>>")
_TAG = re.compile(r"</?[A-Za-z_](?:[^<>\n]{0,200}[^<>\n-])?>")
_JSON_KEY = re.compile(r"""(["'])([^"'\n:]{1,80})\1\s*:""")
_STOPS = frozenset(".,;:!?)")
_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})", re.MULTILINE)
_PIECES = re.compile(
    r"""(?P<newline>\n)
    |(?P<hole>\ue000\ue001*)
    |(?P<code>``(?!`)(?:[^`\n]|`(?!`)){1,400}``(?!`)|`[^`\n]{1,400}`)
    |(?P<url>[a-z][a-z0-9+.-]{1,15}://[^\s<>"'`)\]]{1,2000}|[\w.+-]{1,64}@\w[\w-]{0,60}(?:\.\w[\w-]{0,60}){1,5})
    |(?P<tag>\"{3}|'{3})
    |(?P<quote>"(?:[^"\n\\]|\\.){1,400}"|(?<![\w\ue001'])'(?=[^\s'])(?:[^'\n]|(?<=\w)'(?=\w)){1,200}(?:(?<=\S)|(?<=[:>=][ ]))'(?!\w))
    |(?P<abbreviation>\b(?:e\.g\.|i\.e\.|etc\.|(?:max|min|approx|incl|excl)\.(?=[ ]*[\w\ue000])|(?:dr|mr|mrs|ms|prof|st)\.(?=[ ]+\w)))
    |(?P<number>(?<![\w.])(?:(?<![\d\s])|(?<=\s)|^)-?\d+(?:[.,:/]\d+)*(?![\d]))
    |(?P<name>(?<![\w.])(?:~|\.{1,2})?(?:/[\w.-]{0,60}\w){2,12}/?|[^\W\d_]{1,60}_\w{1,200}|[A-Za-z]{1,3}\.\d{1,6}\b|(?-i:\[[A-Z][A-Z_ ]{1,40}\])|\([?!*+\#-]\)|\b(?-i:[DMYHS]{1,4}(?:[./:-][DMYHS]{1,4}){1,4})\b|[A-Za-z]\w{0,60}(?:\.\w{1,30}){0,3}\.(?:py|json|md|txt|csv|yaml|yml|html|js|ts|sql|xml|pdf|toml)\b)
    |(?P<word>(?:[CF]\#|C\+\+|°[CF]|%)|[^\W\d]\w*(?:'[^\W\d_]+)?)
    |(?P<blank>[ \t\r\f\v]+)
    |(?P<punct>.)""",
    re.VERBOSE | re.IGNORECASE,
)


# A text of several words between one pair of quotes.
_WRAPPED = re.compile(r"""\s*(?:"[^"]*\s[^"]*"|“[^“”]*\s[^“”]*”)\s*""")


class Text(Struct, frozen=True):
    """One side of a comparison, cut up. `holes` and `tags` are whole and in order; `pieces` are everything, in order.

    `folded`: the source with plain quotes and dashes; `masked`: that with holes and tags hidden, of the same length.
    """

    source: str
    folded: str
    masked: str
    holes: tuple[Token, ...]
    statements: tuple[Token, ...]
    tags: tuple[Token, ...]
    json_keys: tuple[Token, ...]
    fences: tuple[Token, ...]
    pieces: tuple[Token, ...]


def bare(before: str, after: str) -> tuple[str, str]:
    """Two texts without the quotes that both stand in: these quote nothing, they hold the prompt."""
    if all(match is not None for match in map(_WRAPPED.fullmatch, (before, after))):
        return _unwrapped(before), _unwrapped(after)
    return before, after


def _unwrapped(text: str) -> str:
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return f"{text[:start]} {text[start + 1 : end - 1]} {text[end:]}"


def read(source: str, syntax: str | None) -> Text:
    """Cut a text up. `syntax` as in `promptlint.parse.holes`; None knows every syntax."""
    return whole(marks(source, syntax))


def whole(text: Text) -> Text:
    """A text with all its pieces."""
    return cut(text, [(0, len(text.source))])


@lru_cache(maxsize=16)
def marks(source: str, syntax: str | None) -> Text:
    """A text with its holes, tags, keys and fences, and no pieces yet."""
    folded = source if source.isascii() else source.translate(_FOLD)
    holes, statements, remarks = _holes(folded, syntax)
    masked = _mask(folded, (*holes, *statements), _INSIDE)
    masked = _mask(masked, remarks, " ")
    found = tuple(_token("tag", folded, m.start(), m.end()) for m in _TAG.finditer(masked))
    closed = {t.text[2:-1].strip() for t in found if t.text.startswith("</")}
    tags = tuple(t for t in found if t.text.startswith("</") or t.text[1:-1].split(maxsplit=1)[0].rstrip("/") in closed)
    kept = {t.start for t in tags}
    own = tuple(t for t in found if t.start not in kept)
    masked = _mask(masked, found, _INSIDE)
    holes = tuple(sorted((*holes, *(_token("hole", folded, t.start, t.end) for t in own)), key=lambda t: t.start))
    keys = tuple(_token("json_key", folded, m.start(2), m.end(2)) for m in _JSON_KEY.finditer(masked))
    fences = tuple(_fences(masked, folded))
    return Text(source, folded, masked, holes, statements, tags, keys, fences, ())


def cut(text: Text, spans: Sequence[tuple[int, int]]) -> Text:
    """A text with the pieces of some spans, which are kept apart by empty lines; no span ends inside a fence."""
    known = {t.start: t for t in (*text.holes, *text.statements, *text.tags)}
    pieces: list[Token] = []
    for start, end in spans:
        fences = [f for f in text.fences if start <= f.start < end]
        pieces.extend(_pieces(text.masked, text.folded, start, end, fences, known))
        pieces.extend(Token("newline", "\n", end, end) for _ in range(2))
    return structs.replace(text, pieces=tuple(pieces))


def _holes(text: str, syntax: str | None) -> tuple[tuple[Token, ...], tuple[Token, ...], tuple[Token, ...]]:
    """Holes, template statements, and comments."""
    scan = scanner(syntax) if syntax else None
    if scan is not None:
        try:
            slots = list(scan(text))
        except (TemplateError, RecursionError):
            slots = None
        if slots is not None:
            return _scanned(text, slots)
    elif syntax is not None:
        marks = _OWN_MARK.finditer(text)
        return tuple(_token("hole", text, m.start(), m.end()) for m in marks), (), ()
    statements = tuple(_blocks(text, "{%", "%}", "template"))
    remarks = tuple(_blocks(_mask(text, statements, " "), "{#", "#}", "hole"))
    masked = _mask(text, (*statements, *remarks), _INSIDE)
    return tuple(_token("hole", text, m.start(), m.end()) for m in _ANY_HOLE.finditer(masked)), statements, remarks


def _blocks(text: str, opening: str, closing: str, kind: str) -> Iterator[Token]:
    """What stands between two marks. One look ahead for each mark, however many are never closed."""
    start, end = text.find(opening), 0
    while start >= 0:
        if end < start + 2:
            end = text.find(closing, start + 2)
        if end < 0:
            return
        following = text.find(opening, start + 2)
        if following < 0 or following > end:
            yield _token(kind, text, start, end + 2)
        start = following


def _scanned(text: str, slots: list[Slot]) -> tuple[tuple[Token, ...], tuple[Token, ...], tuple[Token, ...]]:
    holes: list[Token] = []
    statements: list[Token] = []
    remarks: list[Token] = []
    for slot in slots:
        token = _token("hole", text, slot.start, slot.end)
        if slot.name is None:
            if text.startswith("{#", slot.start):
                remarks.append(token)
        elif text.startswith("{%", slot.start):
            statements.append(_token("template", text, slot.start, slot.end))
        else:
            holes.append(token)
    masked = _mask(text, (*holes, *statements), _INSIDE)
    holes.extend(_token("hole", text, m.start(), m.end()) for m in _OWN_MARK.finditer(masked))
    return tuple(sorted(holes, key=lambda t: t.start)), tuple(statements), tuple(remarks)


def _token(kind: str, text: str, start: int, end: int) -> Token:
    return Token(kind, text[start:end], start, end)


def _mask(text: str, tokens: tuple[Token, ...], sign: str) -> str:
    """The same length, with each token hidden: one sign, then fillers."""
    parts, position = [], 0
    filler = "\ue001" if sign == _INSIDE else sign
    for token in sorted(tokens, key=lambda t: t.start):
        if token.start < position:
            continue
        parts.append(text[position : token.start])
        parts.append(sign + filler * (token.end - token.start - 1))
        position = token.end
    parts.append(text[position:])
    return "".join(parts)


def _fences(masked: str, text: str) -> Iterator[Token]:
    """Fenced blocks with their fences; one that is never closed runs to the end."""
    opened = None
    for match in _FENCE.finditer(masked):
        if opened is None:
            # Both fences on one line are inline code; one with a full stop behind it ends what began inside a line.
            end = masked.find("\n", match.end())
            closes = masked[match.end() : match.end() + 1] in _STOPS
            if not closes and masked.find("`", match.end(), end if end >= 0 else len(masked)) < 0:
                opened = match
        elif match.group(1).startswith(opened.group(1)):
            yield _token("code", text, opened.start(1), match.end())
            opened = None
    if opened is not None:
        yield _token("code", text, opened.start(1), len(text))


def _pieces(
    masked: str, text: str, start: int, stop: int, fences: Sequence[Token], known: dict[int, Token]
) -> Iterator[Token]:
    position = start
    for fence in (*fences, None):
        end = fence.start if fence else stop
        for match in _PIECES.finditer(masked, position, end):
            kind = match.lastgroup or "punct"
            if kind == "blank":
                continue
            if kind == "hole":
                yield known.get(match.start(), _token("hole", text, match.start(), match.end()))
            elif kind in ("word", "abbreviation"):
                word = match.group()
                yield Token(
                    "word",
                    word.lower(),
                    match.start(),
                    match.end(),
                    word[:1].isupper(),
                    word.isupper(),
                )
            elif kind == "url":
                last = match.start() + len(match.group().rstrip(".,;:!?"))
                yield _token("url", text, match.start(), last)
            else:
                yield _token(kind, text, match.start(), match.end())
        if fence:
            yield fence
            position = fence.end
