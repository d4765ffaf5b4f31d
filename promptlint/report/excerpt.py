"""The line of code that a finding speaks of, with carets under it."""

from __future__ import annotations

from promptlint.facts import Span
from promptlint.report.escape import plain, width
from promptlint.report.style import paint
from promptlint.source import Source

_WIDEST = 160


def excerpt(source: Source, span: Span, hue: str, *, color: bool) -> list[str]:
    """Two lines; empty when the file could not be read. Of a finding over several lines the first is shown."""
    if not source.text:
        return []
    line, column = source.line_column(span.start)
    end_line, end_column = source.line_column(span.end)
    text = source.line_text(line)
    start = min(column - 1, len(text))
    end = min(end_column - 1, len(text)) if end_line == line else len(text)
    # A long line is shown from a little before the finding.
    cut = max(0, start - _WIDEST // 2) if len(text) > _WIDEST else 0
    end = max(start, min(end, cut + _WIDEST))
    before, marked, after = (_cells(text[a:b]) for a, b in ((cut, start), (start, end), (end, cut + _WIDEST)))
    gutter, bar = str(line), paint("|", "dim", color=color)
    carets = paint("^" * max(1, width(marked)), hue, color=color)
    more = paint(f" ... to line {end_line}", "dim", color=color) if end_line > line else ""
    return [
        f"{gutter} {bar} {before}{marked}{after}".rstrip(),
        f"{' ' * len(gutter)} {bar} {' ' * width(before)}{carets}{more}",
    ]


def _cells(text: str) -> str:
    return plain(text.replace("\t", "    "))
