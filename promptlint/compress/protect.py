"""Which characters of a prompt are free prose: the guards in front of every rewrite rule. One pass over lines, one over marks.

A guard that protects too much costs a few tokens; one that protects too little breaks a prompt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from promptlint.compress.blocks import line_guards
from promptlint.parse.slots import TemplateError, scanner

# Marks within one line, each tried only where its first character stands. No alternative runs past a second opening mark.
_FIRST = re.compile(r"`+|[\"“«‘'$%{!<\[@_]")
_MARK = re.compile(
    r"(?P<ticks>`++)[^`\n]+(?P=ticks)"
    r"""|"[^"\n]*"|“[^“”\n]*”|«[^«»\n]*»|‘[^‘’\n]*’(?!\w)|(?<!\w)'[^'\n]+'(?!\w)"""
    r"|\$?\{[^{}\n]*\}|\$[A-Za-z_]\w*|%\([^()\n]*\)[#0\- +]*\d*\.?\d*[a-zA-Z]|%[sdrif](?!\w)"
    r"|!?<[^<>\n]{1,200}>!?|\[\[[^\[\]\n]*\]\]|\[[A-Z][A-Z0-9_ -]*\]|@@\w+@@|__[A-Z][A-Z_]*__"
)
# What stands before these belongs to them: a scheme, a folder, the name of a function.
_TAILS = (
    (re.compile(r"://[^\s<>\"'`]+"), re.compile(r"[a-z][a-z0-9+.-]{0,20}\Z")),
    (re.compile(r"/[\w.-]+(?:/[\w.-]*)*"), re.compile(r"(?:[\w~.-]{1,80}|(?<![\w/]))\Z")),
    (re.compile(r"\([^()\n]*\)"), re.compile(r"\w{1,80}\Z")),
)
# Pairs that may span lines: found by `find`, which stops for good at the first mark that is never closed.
_PAIRS = (("{{", "}}"), ("{%", "%}"), ("{#", "#}"), ("<!--", "-->"), ("<<", ">>"))

_KEY = re.compile(r"\n[ \t]*[\"'][^\"'\n]+[\"'][ \t]*:")

# The words behind these are talked about, not said: "the word please", "never say thank you".
_MENTIONED = re.compile(
    r"\b(?:(?:never|not|don't|avoid|stop|no)\s+(?:say|saying|the\s+phrase)"
    r"|the\s+(?:exact\s+)?(?:words?|phrases?|terms?|expressions?|wording)"
    r"|(?:words|phrases|terms|expressions|wording|sentences)\s+(?:like|such\s+as|including)"
    r"|(?:(?<!is to )say|says|saying|utter|reply\s+with|respond\s+with|begin\s+with|start\s+with|ends?\s+with)\b(?!\s+(?:only|just|no|any|that|in|to|the|an?)\b))"
    r"[^.;!?\n]*",
    re.IGNORECASE,
)
_MENTION_LIST = re.compile(
    r"^[^\n]*\b(?:words|phrases|terms|expressions|clich[eé]s|openers|greetings)\b[^\n.]*:[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)

# Prompts about remembering or about being polite: those words are the task.
_MANNERS = re.compile(
    r"\b(?:e-?mails?|polite(?:ly|ness)?|courte(?:ous|sy)|remind(?:er|ers|ing)?|letters?\b(?=\s+to)|memor(?:y|ies|i[sz]e)"
    r"|thank[- ]you (?:note|letter|message)|etiquette)\b",
    re.IGNORECASE,
)


class Guards(Struct, frozen=True):
    """Marks for every character: 1 in `words` where no wording may change, in `layout` where no blank may either, in `filled` for holes.

    `manners`: the prompt is about mail, politeness or memory.
    """

    words: bytearray
    layout: bytearray
    filled: bytearray
    manners: bool

    def free(self, start: int, end: int) -> bool:
        """Whether `text[start:end]` is all free prose."""
        return self.words.find(1, start, end) < 0

    def movable(self, start: int, end: int) -> bool:
        """Whether blanks and line ends within `text[start:end]` may change."""
        return self.layout.find(1, start, end) < 0


def guards(text: str, holes: Sequence[tuple[int, int]] = (), syntax: str | None = None) -> Guards:
    """The guards of a text. `holes` are those its owner knows of; `syntax` finds more, and so do all usual hole marks."""
    filled = bytearray(len(text))
    for start, end in (*holes, *_slots(text, syntax), *_paired(text)):
        _fill(filled, start, end)
    words, layout = bytearray(filled), bytearray(filled)
    for start, end, whole in line_guards(text):
        _fill(words, start, end)
        if whole:
            _fill(layout, start, end)
    for start, end in (*_marked(text), *_tailed(text)):
        _fill(words, start, end)
        _fill(layout, start, end)
    for match in _MENTIONED.finditer(text):
        _fill(words, match.start(), match.end())
    for match in _MENTION_LIST.finditer(text):
        end = text.find("\n\n", match.end() + 2)
        _fill(words, match.start(), len(text) if end < 0 else end)
    return Guards(words, layout, filled, _MANNERS.search(text) is not None)


def _marked(text: str) -> Iterator[tuple[int, int]]:
    position = 0
    for first in _FIRST.finditer(text):
        if first.start() >= position and (match := _MARK.match(text, first.start())) is not None:
            position = match.end()
            yield match.span()


def _tailed(text: str) -> Iterator[tuple[int, int]]:
    """URLs, paths and calls, found by the mark in their middle."""
    for tail, head in _TAILS:
        for match in tail.finditer(text):
            before = head.search(text[max(0, match.start() - 80) : match.start()])
            # One stroke between words is a choice (`and/or`), not a path.
            choice = match.group()[0] == "/" and before and before.group() and match.group().count("/") < 2
            if before is not None and not choice:
                yield match.start() - len(before.group()), match.end()


def _fill(mask: bytearray, start: int, end: int) -> None:
    mask[start:end] = b"\1" * (end - start)


def _slots(text: str, syntax: str | None) -> Iterator[tuple[int, int]]:
    """The holes of a named syntax; none where the text does not fit it."""
    scan = scanner(syntax) if syntax else None
    if scan is None:
        return
    try:
        found = [(slot.start, slot.end) for slot in scan(text)]
    except TemplateError:
        return
    yield from found


def _paired(text: str) -> Iterator[tuple[int, int]]:
    for opening, closing in _PAIRS:
        start = text.find(opening)
        while start >= 0:
            end = text.find(closing, start + len(opening))
            if end < 0:
                break
            # Doubled braces around JSON are escapes of `str.format`, not a hole.
            if opening != "{{" or not _KEY.search(text, start, end):
                yield start, end + len(closing)
            start = text.find(opening, end + len(closing))
