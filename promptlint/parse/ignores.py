"""Ignore comments: `# promptlint: ignore[PRM101] reason`, `{# … #}` in templates, `<!-- … -->` in Markdown and XML."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

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
    lines = _layout(text).lines
    first, last = ignore.lines
    closes = _CLOSES.fullmatch(text, text.rfind("\n", 0, ignore.span.start) + 1, ignore.span.start) is not None
    target = lines[last].partition(" #")[0] if last < len(lines) else ""
    opens = not closes and _OPENS.search(target) is not None
    return replace(ignore, lines=(first - closes, last + opens))


class _Layout(NamedTuple):
    """The lines of a text and where each begins; `code`: the first from each on that is neither blank nor a comment, or the last."""

    lines: list[str]
    starts: list[int]
    code: list[int]


@lru_cache(maxsize=1)  # a text may have thousands of comments
def _layout(text: str) -> _Layout:
    lines = text.split("\n")
    code = list(range(len(lines)))
    for at in range(len(lines) - 2, -1, -1):
        bare = lines[at].lstrip()
        if not bare or bare.startswith("#"):
            code[at] = code[at + 1]
    return _Layout(lines, [0, *accumulate(len(line) + 1 for line in lines)][:-1], code)


def _ignore(text: str, start: int, end: int, codes: str, reason: str) -> Ignore:
    line_start = text.rfind("\n", 0, start) + 1
    layout = _layout(text)
    first = last = bisect_right(layout.starts, start) - 1
    if not text[line_start:start].strip():
        last += 1
        last = layout.code[last] if last < len(layout.code) else last
    listed = tuple(code.strip() for code in codes.split(",") if code.strip())
    return Ignore(span=Span(start, end), codes=listed, reason=reason, lines=(first, last))
