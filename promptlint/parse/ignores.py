"""Ignore comments: `# promptlint: ignore[PRM101] reason`, and `{# … #}` in templates."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from promptlint.facts import Ignore, Span

_COMMENT = re.compile(r"#\s*promptlint:\s*ignore(?:\[(?P<codes>[^\]\n]*)\])?(?P<reason>[^\n]*)")
_NOQA = re.compile(r"#\s*noqa:\s*(?P<codes>(?:[A-Z]+\d+[,\s]*)*PRM\d{3}(?:[,\s]+[A-Z]+\d+)*)")
_TEMPLATE = re.compile(r"\{#-?\s*promptlint:\s*ignore(?:\[(?P<codes>[^\]\n]*)\])?(?P<reason>.*?)-?#\}", re.DOTALL)


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
    if "promptlint:" not in text:
        return ()
    return tuple(
        _ignore(text, m.start(), m.end(), m.group("codes") or "", m.group("reason").strip())
        for m in _TEMPLATE.finditer(text)
    )


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
