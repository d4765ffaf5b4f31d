"""Lines and blocks of a prompt that are data or format, not prose: fences, examples, dialogue, tables, keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

_FENCE = re.compile(r"[ \t]*+(?:(?:[-*+>]|\d{1,3}[.)])[ \t]*+)?(```+|~~~+)")
_LABEL = re.compile(
    r"[ \t]*(?:\[(?P<bracketed>[A-Za-z][\w' -]{0,60})\]"
    r"|(?P<mark>[*_]{2}|#{1,3})?(?P<label>[A-Za-z][\w'-]*(?: [\w'-]+){0,3}?) ?#?(?:\d+|\{\w*\})?(?:[*_]{2}|#{1,3})?)"
    r":(?:[*_]{2})?(?=\s|$)"
)
_TURN = re.compile(
    r"(?:user|assistant|human|ai|bot|system|customer|agent|student|teacher|interviewer|candidate|q|a|question|answer|thought"
    r"|action|action input|observation|final answer|input|output|response|result|sql ?query|sqlresult|expected output|reply)$",
    re.IGNORECASE,
)
# What opens a line in small letters and is the turn of someone.
_SPEAKER = re.compile(r"(?:user|assistant|human|ai|bot|system)$")
# Labels of remarks may repeat without being a format.
_REMARK = re.compile(
    r"(?:note|notes|important|warning|caution|tip|hint|remember|reminder|rules?|instructions?|guidelines?|goals?|tasks?|steps?"
    r"|requirements?|constraints?|never|always|do|don't|do not|for example|critical)$",
    re.IGNORECASE,
)
_MARKDOWN_HEADING = re.compile(r"[ \t]*(#{1,6})[ \t]")
_TITLE = re.compile(
    r"[ \t]*(?:[=\-*_]{2,}[ \t]*\w.*[=\-*_]{2,}:?|[A-Z][\w/&',() -]{0,60}:|\*\*[^*\n]{1,80}\*\*:?|[A-Z][A-Z /&-]{3,60})[ \t]*$"
)
_LONGEST_TITLE = 120
_EXAMPLE = re.compile(
    r"[^\n]{0,200}\b(?:examples?|few[- ]shots?|samples?|demonstrations?)\b[^\n]{0,120}$", re.IGNORECASE
)
_EXAMPLE_PART = re.compile(
    r"[ \t]*[#*_]{0,4}[ \t]*Example (?:(?P<given>(?:user )?(?:input|request|query|question|prompt|message|task|data|text|context|document|conversation))"
    r"|(?:assistant |model )?(?:output|response|answer|result|reply|completion))s?\b[^\n:]{0,20}:?[*_]{0,2}[ \t]*$",
    re.IGNORECASE,
)
_FORMAT = re.compile(
    r"[^\n]{0,300}\b(?:format|template|structure|schema|layout|looks? like|like this|as follows|outline|form)\b[^\n]{0,80}:(?:\*\*)?[ \t]*$",
    re.IGNORECASE,
)
_DEMAND = re.compile(
    r"(?:\b(?:is|are|need|have|want) to|\byou (?:must|should|will|can|may)|\bthese (?:steps|rules|guidelines|instructions|criteria))[*_]{0,2}:[*_]{0,2}$"
)
# What such a line holds, and behind its colon: stars and blanks.
_EXAMPLE_WORDS = tuple(
    form for word in ("example", "shot", "sample", "demonstration") for form in (word, word.capitalize(), word.upper())
)
_END_OF_FORMAT = 12
_EXAMPLE_TAG = re.compile(r"<(?P<close>/?)(?P<name>\w*example\w*)[^<>\n]*>", re.IGNORECASE)
_DATA = re.compile(
    r"""[ \t]*+(?:["'][^"'\n]+["'][ \t]*:|[\[\]{}()]+,?[ \t]*$|\[|\{(?![%#{\w])|\||[-+*/\\=_~^|#<>. ]{4,}$|</?[\w:-]+[^<>\n]*>[ \t]*$"""
    r"""|\$ |>>> |\.\.\. |(?:import|from|def|class|return|SELECT|INSERT|UPDATE|CREATE) \w|@\w+\()"""
)
# The letters that a line of `_DATA` may begin with.
_DATA_LETTERS = "ifdcrSIUC"
_NUMBERED = re.compile(r"[ \t]*(\d{1,5})[:|](?![ \t]?[A-Z])")
_TEXTS = r"(?:texts?|sentences?|paragraphs?|lines?|words|wording|messages?|notes?|disclaimers?|phrases?|statements?|passages?)"
_COPIED = re.compile(
    rf"[^\n]{{0,300}}\b(?:(?:the following|this|these|exactly this|exactly the following) (?:exact )?{_TEXTS}\b(?: [a-z]+){{0,6}}"
    r"|(?:exactly (?:as|like)|verbatim|word[- ]for[- ]word)\b[^.:\n]{0,60})[*_]{0,2}:[*_]{0,2}(?=\s|$)",
    re.IGNORECASE,
)
# Texts of several paragraphs: they run to the next title.
_DOCUMENT = re.compile(
    r"[^\n]{0,300}\b(?:the following|this) (?:\w+ )?(?:article|document|story|transcript|report|e-?mail|letter|essay|conversation)(?: (?:about|by|from|on|below|between|for|of|to|with)\b[^.:\n]{0,60})?"
    r"[*_]{0,2}:[*_]{0,2}[ \t]*$",
    re.IGNORECASE,
)
_HOLES = "{<$%["
_COPIED_HINTS = ("the following", "this ", "these ", "exactly", "verbatim", "word for word", "word-for-word")
_KEY = re.compile(r"[ \t]*(?:- )?[a-z][\w-]*:(?:[ \t]|$)")
_DIFF = re.compile(r"[ \t]*(?:@@|[+-](?![+\-*]* ?[A-Z ])|[+-]{3} )")
_HUNK = (" ", "+", "-", "\\")
_LIST = re.compile(r"[ \t]*(?:[-*+•]|\d{1,3}[.)]|[a-zA-Z][.)])[ \t]")


class Line(Struct, frozen=True):
    """One line without its end. `blank`: nothing but blanks; `indent`: how many it begins with."""

    start: int
    end: int
    text: str
    blank: bool
    indent: int


@lru_cache(maxsize=2)  # guards and rules look at the same text in turn
def lines(text: str) -> tuple[Line, ...]:
    """All lines, also the empty one behind a last newline."""
    found, start = [], 0
    for piece in text.split("\n"):
        end = start + len(piece)
        indent = len(piece) - len(piece.lstrip(" \t")) if piece[:1] in (" ", "\t") else 0
        found.append(Line(start, end, piece, not piece or piece.isspace(), indent))
        start = end + 1
    return tuple(found)


def line_guards(text: str) -> Iterator[tuple[int, int, bool]]:
    """Spans of lines that are no prose, and whether their layout is protected too."""
    every = lines(text)
    ends = _ends_of_paragraphs(every)
    yield from fences(every)
    yield from _few_shots(every, ends)
    yield from _sections(text, every, ends)
    yield from _paired(every, ends)
    yield from _tags(every)
    yield from _hunks(text, every)
    yield from _listings(text, every)
    yield from _verbatim(text, every, ends)
    diff = "\n@@ " in text or "\n--- a/" in text or "\n<<<<<<<" in text
    for i, line in enumerate(every):
        if line.blank:
            continue
        first = line.text[line.indent]
        if diff and _DIFF.match(line.text):
            yield line.start, line.end, True
        elif (not (first.isalpha() and first not in _DATA_LETTERS) and _DATA.match(line.text)) or (
            ":" in line.text and _KEY.match(line.text) and _key_beside(every, i)
        ):
            yield line.start, line.end, False


def _hunks(text: str, every: tuple[Line, ...]) -> Iterator[tuple[int, int, bool]]:
    """The lines of a diff behind `@@ -1 +1 @@`: also those that did not change, and those that look like items of a list."""
    if "@@ " not in text:
        return
    inside = False
    for line in every:
        opens = line.text.lstrip().startswith("@@ ")
        inside = opens or (inside and line.text.lstrip("\t")[:1] in _HUNK)
        if inside:
            yield line.start, line.end, True


def _listings(text: str, every: tuple[Line, ...]) -> Iterator[tuple[int, int, bool]]:
    """Lines of code behind their numbers, `1:def f():`, `2:    pass`: the blanks there are code."""
    if ":" not in text and "|" not in text:
        return
    numbers = [int(match.group(1)) if (match := _NUMBERED.match(line.text)) else None for line in every]
    for i, number in enumerate(numbers):
        if number is not None and (number + 1 in numbers[i + 1 : i + 2] or number - 1 in numbers[max(0, i - 1) : i]):
            yield every[i].start, every[i].end, True


def _verbatim(text: str, every: tuple[Line, ...], ends: list[int]) -> Iterator[tuple[int, int, bool]]:
    """What a line with a colon at its end says is to be copied, or is a text: the block below it, all that stands deeper."""
    low = text.lower()
    if not any(hint in low for hint in _COPIED_HINTS):
        return
    for i, line in enumerate(every):
        match = _COPIED.match(line.text) or _DOCUMENT.match(line.text) if ":" in line.text else None
        if match is None:
            continue
        if line.text[match.end() :].strip(" \t*_"):  # it stands behind the colon
            yield line.start + match.end(), line.end, False
            continue
        first = i + 1 + (i + 1 < len(every) and every[i + 1].blank)
        # A hole is filled with it: what stands below that is said of it.
        if first >= len(every) or every[first].text.lstrip()[:1] in _HOLES:
            continue
        yield every[first].start, every[_last_copied(every, ends, i, first, match)].end, False


def _last_copied(every: tuple[Line, ...], ends: list[int], i: int, first: int, match: re.Match[str]) -> int:
    """The last line of a text that is announced in line `i` and begins in another."""
    last, deeper = ends[first], every[first].indent > every[i].indent
    if deeper:
        last = first
        while last + 1 < len(every) and (every[last + 1].blank or every[last + 1].indent > every[i].indent):
            last += 1
    elif match.re is _DOCUMENT:
        while last + 1 < len(every) and not _opens_section(every, last + 1):
            last += 1
    return last


def _key_beside(every: tuple[Line, ...], i: int) -> bool:
    """Whether the line before or after is a key too, and neither is an item of a list: then it is YAML."""
    if every[i].text.lstrip().startswith("- "):
        return False
    beside = every[max(0, i - 1) : i] + every[i + 1 : i + 2]
    return any(_KEY.match(line.text) for line in beside)


def fences(every: tuple[Line, ...]) -> Iterator[tuple[int, int, bool]]:
    """Fenced code, with its fences; one that is not closed runs to the end."""
    opened: tuple[int, str] | None = None
    for line in every:
        match = _FENCE.match(line.text) if "```" in line.text or "~~~" in line.text else None
        if match is None:
            continue
        if opened is None:
            opened = line.start, match.group(1)
        elif match.group(1).startswith(opened[1]) and not line.text.strip("`~ \t"):
            yield opened[0], line.end, True
            opened = None
    if opened is not None and every:
        yield opened[0], every[-1].end, True


def _label(line: str) -> str | None:
    """What a line is labelled with, in lower case: a word in small letters is a label between marks, or for who speaks."""
    match = _LABEL.match(line)
    if match is None:
        return None
    label = match.group("label") or match.group("bracketed")
    marked = match.group("bracketed") or (match.group("mark") or "").startswith("#")
    return label.lower() if marked or label[0].isupper() or _SPEAKER.match(label) else None


def _few_shots(every: tuple[Line, ...], ends: list[int]) -> Iterator[tuple[int, int, bool]]:
    """Turns of a dialogue to the end of their paragraph, and everything between two uses of one label."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    covered = -1
    for i, line in enumerate(every):
        label = _label(line.text) if ":" in line.text else None
        if label is None or _REMARK.match(label):
            continue
        if _TURN.match(label) and i > covered:
            covered = ends[i]
            yield line.start, every[covered].end, False
        first.setdefault(label, i)
        last[label] = i
    reached = 0
    for label, start in first.items():
        if last[label] > start and last[label] >= reached:
            reached = last[label]
            yield every[start].start, every[ends[reached]].end, False


def _ends_of_paragraphs(every: tuple[Line, ...]) -> list[int]:
    """For each line the last one before the next blank line."""
    ends = list(range(len(every)))
    for i in range(len(every) - 2, -1, -1):
        if not every[i + 1].blank:
            ends[i] = ends[i + 1]
    return ends


def _sections(text: str, every: tuple[Line, ...], ends: list[int]) -> Iterator[tuple[int, int, bool]]:
    """Sections of examples, up to the next heading, and the block behind "in this format:"."""
    named = set(_lines_with(_EXAMPLE_WORDS, text))
    level: int | None = None  # of the example section we are in; 0: opened by a line of text
    start = 0
    for i, line in enumerate(every):
        heading = _MARKDOWN_HEADING.match(line.text) if "#" in line.text else None
        depth = len(heading.group(1)) if heading else 0
        if level is not None and (
            (heading and (not level or depth <= level)) or (not level and _opens_section(every, i))
        ):
            yield start, line.start, False
            level = None
        if level is None and line.start in named and _opens_examples(line, heading is not None):
            level, start = depth, line.end
        elif level is None and ":" in line.text[-_END_OF_FORMAT:] and _FORMAT.match(line.text):
            first = i + 1 + (i + 1 < len(every) and every[i + 1].blank)
            if first < len(every) and not _LIST.match(every[first].text):
                yield line.end, every[ends[first]].end, False
    if level is not None:
        yield start, every[-1].end, False


def _paired(every: tuple[Line, ...], ends: list[int]) -> Iterator[tuple[int, int, bool]]:
    """From "Example input:" through "Example output:": the titles between are parts of the example."""
    opened: int | None = None
    for i, line in enumerate(every):
        match = _EXAMPLE_PART.match(line.text) if "xample" in line.text.lower() else None
        if match is None:
            continue
        if match.group("given"):
            opened = i if opened is None else opened
        elif opened is not None:
            yield every[opened].start, every[ends[i]].end, False
            opened = None


def _lines_with(words: tuple[str, ...], text: str) -> Iterator[int]:
    """Where the lines begin that hold one of some words."""
    for word in words:
        at = text.find(word)
        while at >= 0:
            yield text.rfind("\n", 0, at) + 1
            at = text.find("\n", at)
            at = text.find(word, at) if at >= 0 else -1


def _opens_examples(line: Line, heading: bool) -> bool:
    if _EXAMPLE.match(line.text) is None:
        return False
    bare = line.text.strip()
    if _DEMAND.search(bare):  # "Whatever the examples show, your goal is to:"
        return False
    return heading or bare.rstrip("*_").endswith(":") or len(bare) < 30 or bare.startswith(("==", "--", "**"))


def _opens_section(every: tuple[Line, ...], i: int) -> bool:
    """A title behind a blank line that is no label of an example."""
    line = every[i]
    if i and not every[i - 1].blank:
        return False
    if len(line.text) > _LONGEST_TITLE or _TITLE.match(line.text) is None or _EXAMPLE.match(line.text):
        return False
    label = _label(line.text)
    return label is None or not _TURN.match(label)


def _tags(every: tuple[Line, ...]) -> Iterator[tuple[int, int, bool]]:
    """What stands between `<example>` and its end; one that is not closed protects nothing more than its line."""
    opened: dict[str, int] = {}
    for line in every:
        if "<" not in line.text:
            continue
        for match in _EXAMPLE_TAG.finditer(line.text):
            name = match.group("name").lower()
            if not match.group("close"):
                opened.setdefault(name, line.start)
            elif name in opened:
                yield opened.pop(name), line.end, False
