"""Marks of markdown that show structure a model can mostly tell from the lines: offered, made only when asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from promptlint.compress.blocks import Line
from promptlint.compress.splice import Draft, Edit

_BULLET = re.compile(r"(?P<mark>[-*+•] )(?P<text>\S.*)$")
_ANY_ITEM = re.compile(r"[ \t]*(?:[-*+•]|\d{1,3}[.)]|[a-zA-Z][.)])[ \t]")
_HEADING = re.compile(r"(?P<mark>#{1,6} )(?P<title>[^#\n]*[\w)?!:])[ \t]*$")
_ANY_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]")
_EMPHASIS = re.compile(r"(?<![*\w\\])\*(?P<inside>[A-Za-z][\w' -]{0,60}\w|[A-Za-z])\*(?![*\w])")
_STRESS = re.compile(
    r"\b(?:not|never|only|no|must|any|all|every|each|always|none|without|before|after|exact(?:ly)?|[A-Z]{2,})\b|n't\b"
)
_MARKDOWN = re.compile(r"markdown|italic|asterisk|emphasi|bullet|heading|header", re.IGNORECASE)
_COMMENT = re.compile(r"[ \t]?<!--(?P<inside>(?:(?!-->)[^{}%$]){0,400})-->")
_MARKER = re.compile(r"insert|here|replace|fill|start|begin|end|todo|prompt|ignore", re.IGNORECASE)
# Pictures of things; checks, crosses and arrows label what stands beside them.
_EMOJI = re.compile(
    "[ \t]*[\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f900-\U0001f9ff]\ufe0f?(?![\u200d\U0001f3fb-\U0001f3ff])"
)


def bullets(draft: Draft) -> Iterator[Edit]:
    """The marks of a list of whole sentences, each on a line of its own."""
    if _MARKDOWN.search(draft.text):
        return
    block: list[Line] = []
    for line in (*draft.lines, None):
        if line is not None and _BULLET.match(line.text):
            block.append(line)
            continue
        indented = line is not None and line.text[:1] in (" ", "\t") and not line.blank
        if len(block) > 1 and not indented and all(_sentence(draft, each) for each in block):
            group = draft.new_group()
            for each in block:
                yield Edit(each.start, each.start + 2, "", "structure/bullet", safe=False, group=group)
        block = []


def _sentence(draft: Draft, line: Line) -> bool:
    """Whether an item is prose from a capital to a full stop: it cannot run together with the next."""
    text = line.text.rstrip()
    return (
        text[2:3].isupper()
        and text[-1] in ".!?"
        and text.count(" ") > 2
        and not _ANY_ITEM.match(text[2:])
        and draft.guards.free(line.start, line.start + 4)
    )


def headings(draft: Draft) -> Iterator[Edit]:
    """The marks of titles that stand between blank lines, where all are of one level."""
    if _MARKDOWN.search(draft.text):
        return
    every = draft.lines
    found = [(i, line) for i, line in enumerate(every) if _ANY_HEADING.match(line.text)]
    marks = [_HEADING.match(line.text) for _, line in found]
    if not found or any(mark is None for mark in marks) or len({mark.group("mark") for mark in marks if mark}) > 1:
        return
    apart = all(
        (not i or every[i - 1].blank) and (i + 1 == len(every) or not _ANY_ITEM.match(every[i + 1].text))
        for i, _ in found
    )
    if not apart or not all(draft.guards.free(line.start, line.end) for _, line in found):
        return
    group = draft.new_group()
    for (_, line), mark in zip(found, marks, strict=True):
        if mark is not None:
            yield Edit(line.start, line.start + mark.end("mark"), "", "structure/heading", safe=False, group=group)


def emphasis(draft: Draft) -> Iterator[Edit]:
    """Single stars around words that carry no stress of their own."""
    if _MARKDOWN.search(draft.text):
        return
    for match in _EMPHASIS.finditer(draft.text):
        if _STRESS.search(match.group("inside")) or not draft.guards.free(*match.span()):
            continue
        group = draft.new_group()
        for start in (match.start(), match.end() - 1):
            yield Edit(start, start + 1, "", "structure/emphasis", safe=False, group=group)


def comments(draft: Draft) -> Iterator[Edit]:
    """Comments of HTML that mark no place to fill in."""
    for match in _COMMENT.finditer(draft.text):
        start, end = match.span()
        if not _MARKER.search(match.group("inside")) and draft.guards.words[start - 1 : start] != b"\1":
            yield Edit(start, end, "", "structure/comment", safe=False)


def emoji(draft: Draft) -> Iterator[Edit]:
    """Pictures that label nothing."""
    if draft.text.isascii() or re.search(r"emoji", draft.text, re.IGNORECASE):
        return
    for match in _EMOJI.finditer(draft.text):
        if draft.guards.free(*match.span()):
            yield Edit(match.start(), match.end(), "", "structure/emoji", safe=False)


UNSAFE: tuple[Callable[[Draft], Iterator[Edit]], ...] = (bullets, headings, emphasis, comments, emoji)
