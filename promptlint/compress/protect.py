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
    r"|(?<=[^\s>] )<(?P<tag>[a-zA-Z][\w-]*)>[^<>\n]{1,300}</(?P=tag)>|!?<[^<>\n]{1,200}>!?|\[\[[^\[\]\n]*\]\]|\[[A-Z][A-Z0-9_ -]*\]|@@\w+@@|__[A-Z][A-Z_]*__"
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
_WORDS_BEFORE = 24
_MENTION_LIST = re.compile(
    r"^[^\n]*\b(?:words|phrases|terms|expressions|clich[eé]s|openers|greetings)\b[^\n.]*:[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)

# A line without any of these mentions nothing: searching it for the patterns above takes longer than this look.
_MENTIONS = (
    "say",
    "word",
    "phrase",
    "term",
    "expression",
    "sentences",
    "utter",
    " with",
    "clich",
    "openers",
    "greetings",
)

_SAYING = ("reply", "respond", "begin", "start", "end", "ends")

# Prompts about remembering or about being polite: those words are the task.
_MANNERS = re.compile(
    r"\b(?:e-?mails?|polite(?:ly|ness)?|courte(?:ous|sy)|remind(?:er|ers|ing)?|letters?\b(?=\s+to)|memor(?:y|ies|i[sz]e)"
    r"|thank[- ]you (?:note|letter|message)|etiquette)\b",
    re.IGNORECASE,
)


# One of these stands in every text that the pattern finds.
_MANNERS_HINTS = ("mail", "polite", "courte", "remind", "letter", "memor", "thank", "etiquette")


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
    low = lowered(text)
    for start, end in _mentioned(text, low):
        _fill(words, start, end)
    return Guards(words, layout, filled, _about_manners(text, low, words))


def _about_manners(text: str, low: str, words: bytearray) -> bool:
    """Whether the prose of a prompt, not an example or a quotation in it, speaks of mail, politeness or memory."""
    if not any(hint in low for hint in _MANNERS_HINTS):
        return False
    return any(not words[match.start()] for match in _MANNERS.finditer(text))


def _mentioned(text: str, low: str) -> Iterator[tuple[int, int]]:
    """Words that are talked about: to the end of their clause, and lists of them to the next blank line."""
    for start, end in _lines_with(_MENTIONS, low):
        # The first words of the pattern may end the line before.
        for match in _MENTIONED.finditer(text, max(0, start - _WORDS_BEFORE), end):
            yield match.span()
        if text[start:end].rstrip(" \t").endswith(":") and _MENTION_LIST.match(text, start, end) is not None:
            blank = text.find("\n\n", end + 2)
            yield start, len(text) if blank < 0 else blank


def _lines_with(hints: Sequence[str], low: str) -> list[tuple[int, int]]:
    """The lines in which a word begins with one of the hints, or " with" follows a verb of saying, in order."""
    found: dict[int, int] = {}
    for hint in hints:
        at = low.find(hint)
        while at >= 0:
            before = low[max(0, at - _WORDS_BEFORE) : at]
            if before[-1:].isalpha() if hint[0] != " " else not before.rstrip().endswith(_SAYING):
                at = low.find(hint, at + 1)
                continue
            end = low.find("\n", at)
            end = len(low) if end < 0 else end
            found[low.rfind("\n", 0, at) + 1] = end
            at = low.find(hint, end)
    return sorted(found.items())


def lowered(text: str) -> str:
    """`text` in lower case, character by character, with straight apostrophes: offsets stay."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(c if len(c.lower()) != 1 else c.lower() for c in text)
    return low.replace("’", "'")


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
