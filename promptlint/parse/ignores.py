"""Ignore comments: `# promptlint: ignore[PRM101] reason`, `{# … #}` in templates, `<!-- … -->` in Markdown and XML."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from promptlint.facts import Ignore, Span

_COMMENT = re.compile(r"#\s*promptlint:\s*ignore(?:\[(?P<codes>[^\]\n]*)\])?(?P<reason>[^\n]*)")
_NOQA = re.compile(r"#\s*noqa:\s*(?P<codes>(?:[A-Z]+\d+[,\s]*)*PRM\d{3}(?:[,\s]+[A-Z]+\d+)*)")
_TEMPLATE = re.compile(r"\{#-?\s*promptlint:\s*ignore(?:\[(?P<codes>[^\]\n]*)\])?(?P<reason>.*?)-?#\}", re.DOTALL)
_MARKUP = re.compile(r"<!--\s*promptlint:\s*ignore(?:\[(?P<codes>[^\]\n]*)\])?(?P<reason>.*?)-->", re.DOTALL)
# What opens a value that begins on the next line: `prompt:`, `prompt = """`.
_OPENS = re.compile(r"(?::|\"{3}|'{3})[ \t]*\r?(?:\n|\Z)")
_CLOSES = re.compile(r"[ \t]*(?:\"{3}|'{3})[ \t]*")


def find_ignores(text: str, strings: Sequence[Span] = ()) -> tuple[Ignore, ...]:
    """The ignore comments of a Python file. What only looks like one inside a string is prompt text."""
    if "promptlint:" not in text and "PRM" not in text:
        return ()
    ordered = sorted(strings, key=lambda s: s.start)
    starts = [s.start for s in ordered]
    found = []
    for pattern in (_COMMENT, _NOQA):
        for match in pattern.finditer(text):
            i = bisect_right(starts, match.start()) - 1
            if i >= 0 and match.start() < ordered[i].end:
                continue
            codes = match.group("codes") or ""
            if pattern is _NOQA:
                codes = ",".join(c for c in re.split(r"[,\s]+", codes) if c.startswith("PRM"))
            found.append(
                _ignore(text, match.start(), match.end(), codes, (match.groupdict().get("reason") or "").strip())
            )
    return tuple(sorted(found, key=lambda i: i.span.start))


def find_template_ignores(text: str) -> tuple[Ignore, ...]:
    """The ignore comments of a jinja file."""
    return tuple(_found(_TEMPLATE, text))


def find_markup_ignores(text: str) -> tuple[Ignore, ...]:
    """The ignore comments of Markdown or XML."""
    return tuple(_found(_MARKUP, text))


def find_data_ignores(text: str, strings: Sequence[Span]) -> tuple[Ignore, ...]:
    """The ignore comments of YAML or TOML, `strings` being its values. One speaks for a value that begins or ends beside it, too."""
    if "promptlint:" not in text:
        return ()
    bodies = [_body(text, span) for span in strings]
    return tuple(_wider(text, found) for found in find_ignores(text, bodies))


def find_front_ignores(front: str) -> tuple[Ignore, ...]:
    """The ignore comments in the lines before a text, between its marks: they speak for the text below."""
    below = front.count("\n")
    return tuple(replace(found, lines=(found.lines[0], below)) for found in find_data_ignores(front, ()))


def _found(pattern: re.Pattern[str], text: str) -> Iterator[Ignore]:
    for m in pattern.finditer(text) if "promptlint:" in text else ():
        yield _ignore(text, m.start(), m.end(), m.group("codes") or "", m.group("reason").strip())


def _body(text: str, span: Span) -> Span:
    """A string without the line that opens a block of YAML: a comment may stand there."""
    newline = text.find("\n", span.start, span.end) if text[span.start : span.start + 1] in ("|", ">") else -1
    return Span(newline, span.end) if newline >= 0 else span


def _wider(text: str, ignore: Ignore) -> Ignore:
    """With the line above where the comment follows closing quotes, and the line below where a value is only opened."""
    lines = text.split("\n")
    first, last = ignore.lines
    closes = _CLOSES.fullmatch(text, text.rfind("\n", 0, ignore.span.start) + 1, ignore.span.start) is not None
    target = lines[last].partition(" #")[0] if last < len(lines) else ""
    opens = not closes and _OPENS.search(target) is not None
    return replace(ignore, lines=(first - closes, last + opens))


def _ignore(text: str, start: int, end: int, codes: str, reason: str) -> Ignore:
    line_start = text.rfind("\n", 0, start) + 1
    line = text.count("\n", 0, start)
    first = last = line
    if not text[line_start:start].strip():
        lines = text.split("\n")
        last = line + 1
        while last < len(lines) - 1 and (not lines[last].strip() or lines[last].lstrip().startswith("#")):
            last += 1
    listed = tuple(code.strip() for code in codes.split(",") if code.strip())
    return Ignore(span=Span(start, end), codes=listed, reason=reason, lines=(first, last))
