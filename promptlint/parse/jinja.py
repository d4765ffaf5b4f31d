"""The expressions, tags and comments of a jinja text, found in its own characters.

`Environment.lex` drops carriage returns and trimmed blanks and knows no columns, so the text is walked here instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.parse.free import Free
from promptlint.parse.slots import Slot, TemplateError

_OPEN = re.compile(r"\{[{%#]")
_INSIDE = re.compile(r"""(?P<quote>["'])|[({\[]|-?%\}|-?\}\}|[)}\]]""")
_END_RAW = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}")
_CLOSES = {"{{": "}}", "{%": "%}"}


def jinja_slots(text: str) -> Iterator[Slot]:
    """Expressions and tags by the variable that fills them; comments and the marks of `raw` stand for nothing.

    Raises `TemplateError` for one that is not closed.
    """
    position = 0
    free = Free()
    while (opened := _OPEN.search(text, position)) is not None:
        start, mark = opened.start(), opened.group()
        end = _end_of_comment(text, start) if mark == "{#" else _end(text, start, mark)
        inside, before, after = _inside(text[start + 2 : end - 2])
        position = end
        if mark == "{#":
            yield Slot(start, end, None, "", before, after)
        elif mark == "{%" and inside == "raw":
            closing = _END_RAW.search(text, end)
            if closing is None:
                raise TemplateError("`{% raw %}` is never closed", start)
            yield Slot(start, end, None, "", before, after)
            position = closing.end()
            marks = closing.group()
            yield Slot(closing.start(), position, None, "", marks[2] == "-", marks[-3] == "-")
        else:
            yield Slot(start, end, free.expression(inside) if mark == "{{" else free.tag(inside), "", before, after)


def _inside(body: str) -> tuple[str, bool, bool]:
    """What stands between the marks, and whether a `-` at either end trims the text around."""
    before, after = body[:1] == "-", len(body) > 1 and body[-1:] == "-"
    start, end = int(body[:1] in ("-", "+")), len(body) - int(len(body) > 1 and body[-1:] in ("-", "+"))
    return body[start:end].strip(), before, after


def _end_of_comment(text: str, start: int) -> int:
    end = text.find("#}", start + 2)
    if end < 0:
        raise TemplateError("`{#` is never closed", start)
    return end + 2


def _end(text: str, start: int, mark: str) -> int:
    """The offset behind the closing mark; one in a string or inside brackets does not count."""
    closes, position, depth = _CLOSES[mark], start + 2, 0
    while (found := _INSIDE.search(text, position)) is not None:
        token = found.group()
        position = found.end()
        if found.group("quote"):
            position = _end_of_string(text, position, token)
        elif token in "({[":
            depth += 1
        elif not depth and token.endswith(closes):
            return position
        elif token[-1] in ")]" or (token[-1] == "}" and "%" not in token):
            # Of `}}` behind an open bracket only the first brace is read: `{{ {"a": {}} }}`.
            position = found.start() + (token[0] == "-") + 1
            depth = max(0, depth - 1)
    raise TemplateError(f"`{mark}` is never closed", start)


def _end_of_string(text: str, position: int, quote: str) -> int:
    """Behind the closing quote. Raises `TemplateError`, as jinja does, where there is none."""
    at = position
    while (end := text.find(quote, at)) >= 0:
        backslashes = 0
        while text[end - 1 - backslashes] == "\\":
            backslashes += 1
        if backslashes % 2 == 0:
            return end + 1
        at = end + 1
    raise TemplateError("a string inside a tag is never closed", position - 1)
