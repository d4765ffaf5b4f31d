"""Rules that save more and can change how a prompt reads, or how its answer looks: offered, made only when asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from promptlint.compress.blocks import Line
from promptlint.compress.commas import doubtful_commas
from promptlint.compress.splice import Draft, Edit

_OPENS = re.compile(r"[{\[][ \t]*$", re.MULTILINE)
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}\[\]]|\s+|[^\s"{}\[\]]+|"')
_KEY = re.compile(r'"[^"\n]+"[ \t]*:')
_VALUE = '"{[0123456789-'
_PRETTY = re.compile(r"pretty|indent|formatted exactly|exactly (?:as|this|the)|line breaks|newlines?", re.IGNORECASE)
_COMMENT = re.compile(r"(?:^|\s)(?://|#)|\.\.\.[ \t]*$", re.MULTILINE)
_LONGEST_JSON = 20_000
_DEEPEST_JSON = 50
_ITEM = re.compile(r"[ \t]*(?:[-*+•]|\d{1,3}[.)]|[a-zA-Z][.)])[ \t]")
_RULE_LINE = re.compile(r"[ \t]*(?:-{3,}|={3,}|\*{3,}|_{3,})[ \t]*$")
_BOLD = re.compile(
    r"^[ \t]*(?:(?:[-*+•]|\d{1,3}[.)])[ \t]+)?(?P<open>\*\*)(?P<label>[A-Za-z][^*\n{}<>]{0,60}?)(?P<close>\*\*)(?=:|[ \t]*[-–—(]|[ \t]*$)|"
    r"^[ \t]*(?:(?:[-*+•]|\d{1,3}[.)])[ \t]+)?(?P<open2>\*\*)(?P<label2>[A-Za-z][^*\n{}<>]{0,60}?:)(?P<close2>\*\*)",
    re.MULTILINE,
)
_BOLD_WORDS = re.compile(r"(?<![*\w])\*\*(?P<inside>[A-Za-z][^*\n{}<>`]{1,80}[\w)])\*\*(?![*\w])")
_STRESS = re.compile(
    r"\b(?:not|never|only|no|must|any|all|every|each|always|none|without|before|after|[A-Z]{2,})\b|n't\b"
)
_LABEL = re.compile(
    r"(?:^|(?<=[.!?] )|(?<=[-*] ))(?P<label>(?:IMPORTANT|Important|VERY IMPORTANT|CRITICAL|NOTE|Note|ATTENTION|REMEMBER|Remember)(?: note)?[:!]+ +)(?P<first>[A-Za-z])",
    re.MULTILINE,
)
_LABELLED_ITEM = re.compile(r"[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+[*_]{0,2}[A-Za-z][\w/' -]{0,30}[*_]{0,2}:")
_ARTICLE = re.compile(r"(?<=[\w,;:)\]}\"'`*(-] )(?P<article>the|a|an) (?=[\w`\"'{*<])")
_FIRST_ARTICLE = re.compile(
    r"(?:^[ \t]*(?:(?:[-*+•]|\d{1,3}[.)])[ \t]+)?|[.!?] )(?P<article>(?:The|A|An) )(?P<first>[a-z])(?=[a-z]+ )",
    re.MULTILINE,
)
_NEEDS_ARTICLE = re.compile(
    r"(?:[Tt]he|[Aa]n?) (?:first|second|third|last|next|same|only|other|following|above|below|more|most|least|less|best|worst|latter|former|few"
    r"|little|lot|bit|wide|broad|variety|range|single|whole|entire|rest|number|end|\w+est|maximum|minimum|given|one|two|three|time|way|case|case|fact|order)\b"
)


def json_layout(draft: Draft) -> Iterator[Edit]:
    """JSON over several lines on one, without a blank behind the `:` of a key or a `,`; equal braces never meet."""
    if _PRETTY.search(draft.text):
        return
    position = 0
    while (opened := _OPENS.search(draft.text, position)) is not None:
        position = opened.end()
        if draft.guards.filled[opened.start()]:
            continue
        end = _end_of_json(draft.text, opened.start())
        if end is None:
            continue
        body = draft.text[opened.start() : end]
        if not _KEY.search(body) or _COMMENT.search(body):
            continue
        position = end
        yield from _folded(draft, opened.start(), end)


def _end_of_json(text: str, start: int) -> int | None:
    """Behind the bracket that closes the one at `start`; None when brackets do not pair in reach."""
    depth = 0
    for match in _TOKEN.finditer(text, start, start + _LONGEST_JSON):
        token = match.group()
        if token in "{[":
            depth += 1
            if depth > _DEEPEST_JSON:
                return None
        elif token in "}]":
            depth -= 1
            if not depth:
                return match.end()
        elif token == '"' or token.count("\n") > 1:
            return None
    return None


def _folded(draft: Draft, start: int, end: int) -> Iterator[Edit]:
    text, group = draft.text, draft.new_group()
    for match in _TOKEN.finditer(text, start, end):
        if not match.group().isspace() or draft.guards.filled.find(1, match.start(), match.end()) >= 0:
            continue
        before, behind = text[match.start() - 1], text[match.end()]
        touching = (before in "{[" or behind in "}]") and before != behind
        touching = touching or (before == "," and behind in _VALUE) or text[match.start() - 2 : match.start()] == '":'
        if not touching and "\n" not in match.group():
            continue
        yield Edit(
            match.start(), match.end(), "" if touching else " ", "structure/json-layout", safe=False, group=group
        )


def nested_lists(draft: Draft) -> Iterator[Edit]:
    """One blank a level in nested lists."""
    levels: list[int] = []
    group = 0
    every = draft.lines
    for i, line in enumerate(every):
        if line.blank:
            continue
        indent = len(line.text) - len(line.text.lstrip(" "))
        if not _ITEM.match(line.text) or not draft.guards.movable(line.start, line.start + indent + 1):
            if not indent:
                levels = []
            continue
        while levels and levels[-1] >= indent:
            levels.pop()
        if not levels:
            group = draft.new_group()
        levels.append(indent)
        wanted = len(levels) - 1 if levels[0] == 0 else len(levels)
        if indent > wanted and not _wrapped(every, i, indent):
            yield Edit(line.start, line.start + indent - wanted, "", "structure/nested-list", safe=False, group=group)


def _wrapped(every: tuple[Line, ...], i: int, indent: int) -> bool:
    """Whether the item goes on in lines of its own, which would then stand askew."""
    after = every[i + 1] if i + 1 < len(every) else None
    return (
        after is not None
        and not after.blank
        and not _ITEM.match(after.text)
        and after.text.startswith(" " * (indent + 1))
    )


def rule_lines(draft: Draft) -> Iterator[Edit]:
    """Rule lines between paragraphs of prose are dropped."""
    every = draft.lines
    for i, line in enumerate(every[1:-2], 1):
        if _RULE_LINE.match(line.text) and draft.guards.movable(line.start, line.end):
            if every[i - 1].blank and every[i + 1].blank and i > 1 and every[i - 2].end < line.start:
                yield Edit(line.start, every[i + 1].end + 1, "", "structure/no-rule-line", safe=False)


def bold_labels(draft: Draft) -> Iterator[Edit]:
    """The stars of a label that opens a line: `**Name:** …`."""
    for match in _BOLD.finditer(draft.text):
        suffix = "" if match.group("open") else "2"
        if draft.guards.free(match.start(f"open{suffix}"), match.end(f"close{suffix}")):
            group = draft.new_group()
            for mark in (f"open{suffix}", f"close{suffix}"):
                yield Edit(match.start(mark), match.end(mark), "", "structure/bold-label", safe=False, group=group)


def stress_labels(draft: Draft) -> Iterator[Edit]:
    """`IMPORTANT: answer …` → `Answer …`."""
    for match in _LABEL.finditer(draft.text):
        if not _in_row(draft.text, match.start("label")) and draft.guards.free(*match.span("label")):
            yield Edit(
                match.start("label"), match.end("first"), match.group("first").upper(), "phrase/important", safe=False
            )


def _in_row(text: str, at: int) -> bool:
    """Whether a label opens an item of a list in which others are labelled too: it is a category there, no stress."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    item = _ITEM.match(text, start)
    if item is None or item.end() != at:
        return False
    above = text[:start].rstrip().rpartition("\n")[2]
    below = text[end:].lstrip().partition("\n")[0] if end >= 0 else ""
    return any(_LABELLED_ITEM.match(line) for line in (above, below))


def articles(draft: Draft) -> Iterator[Edit]:
    """`the`, `a` and `an` before a noun that they do not single out."""
    for match in _ARTICLE.finditer(draft.text):
        start, end = match.start(), match.end()
        if not _NEEDS_ARTICLE.match(draft.text, start) and draft.guards.free(start, end):
            yield Edit(start, end, "", "grammar/article", safe=False)
    for match in _FIRST_ARTICLE.finditer(draft.text):
        start, end = match.start("article"), match.end("first")
        if not _NEEDS_ARTICLE.match(draft.text, start) and draft.guards.free(start, end):
            yield Edit(start, end, match.group("first").upper(), "grammar/article", safe=False)


def bold(draft: Draft) -> Iterator[Edit]:
    """Stars around words within a sentence that carry no stress of their own."""
    for match in _BOLD_WORDS.finditer(draft.text):
        inside = match.group("inside")
        if _STRESS.search(inside) or not draft.guards.free(*match.span()):
            continue
        group = draft.new_group()
        for start in (match.start(), match.end() - 2):
            yield Edit(start, start + 2, "", "structure/bold", safe=False, group=group)


STRUCTURE: tuple[Callable[[Draft], Iterator[Edit]], ...] = (
    json_layout,
    nested_lists,
    rule_lines,
    bold_labels,
    bold,
    stress_labels,
)
GRAMMAR: tuple[Callable[[Draft], Iterator[Edit]], ...] = (articles, doubtful_commas)
