"""Lines that are drawn: long rules become short ones, banners become titles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from promptlint.compress.blocks import Line
from promptlint.compress.splice import Draft, Edit

_DRAWN_RUNS = tuple(3 * mark for mark in "-=*_#~")
_RULE_LINE = re.compile(r"[ \t]*(?P<rule>([-=*_#~])\2{3,})[ \t]*$")
_RUNS = {mark: re.compile(re.escape(mark) + "{4,}") for mark in "-=*_#~"}
_MOST_BANNERS = 200  # the title of each is looked for in the whole text
_BANNER = re.compile(
    r"[ \t]*(?P<left>([=\-*#~])\2{2,})[ \t]*(?P<title>\w(?:[^=\-*#~\n]|[-*](?=\w)){0,80}?)[ \t]*(?P<right>\2{3,})[ \t]*$"
)
_BORDER = re.compile(r"\b(?:start|begin(?:ning)?|end|stop|open|close)\b", re.IGNORECASE)
# What speaks of lines drawn between parts.
_DELIMITED = re.compile(
    r"delimit|divider|separator|separated (?:by|with)|enclosed|surrounded|horizontal|stop (?:at|word|sequence|string|token)s?\b|dash|hash"
    r"|equals? sign|asterisk|underscore|between the [^\w\n]|between (?:the|these|two) (?:\w+ )?(?:lines?|marks?|markers?|bars?|rules?)\b",
    re.IGNORECASE,
)
# One of these stands in every text that the pattern above finds.
_DELIMITED_HINTS = (
    "delimit", "divider", "separat", "enclosed", "surrounded", "horizontal", "stop ", "dash", "hash", "equal", "asterisk", "underscore", "between t",
)  # fmt: skip


def rule_lines(draft: Draft) -> Iterator[Edit]:
    """Lines of four dashes and more become three, where nothing names them as a border; banners become titles."""
    text = draft.text
    if not any(mark in text for mark in _DRAWN_RUNS):
        return
    every = draft.lines
    drawn = [(i, line) for i, line in enumerate(every) if line.text[line.indent : line.indent + 3] in _DRAWN_RUNS]
    if not drawn:
        return
    rules = [(i, line, match) for i, line in drawn if (match := _RULE_LINE.match(line.text))]
    banners = [(line, match) for _, line in drawn if (match := _BANNER.match(line.text))]
    if not (rules or banners) or _speaks_of_lines(text):
        return
    yield from _titles(draft, banners, sum(_is_banner(line.text.strip()) for _, line in drawn))
    drawn_as = Counter(match.group("rule") for _, _, match in rules)
    marks = {match.group(2) for _, _, match in rules}
    said = Counter(run for mark in marks for run in _RUNS[mark].findall(text))
    for i, line, match in rules:
        if match.group(2) == "~" or not draft.guards.movable(line.start, line.end):
            continue
        above = every[i - 1] if i else None
        setext = above is not None and not above.blank and match.group(2) in "-="
        if setext or said[match.group("rule")] > drawn_as[match.group("rule")]:
            continue
        rule = match.group("rule")
        yield Edit(line.start + match.start("rule"), line.start + match.end("rule"), rule[:3], "structure/rule-line")


def _titles(draft: Draft, banners: list[tuple[Line, re.Match[str]]], drawn: int) -> Iterator[Edit]:
    """`==== TASK ====` → `# TASK`: all that are drawn or none, and none of a pair that says where something begins and ends."""
    titles = [match.group("title").rstrip() for _, match in banners]
    if len(banners) != drawn or len(banners) > _MOST_BANNERS or any(map(_BORDER.search, titles)):
        return
    if all(draft.guards.movable(line.start, line.end) for line, _ in banners) and all(
        draft.text.count(title) == 1 for title in titles
    ):
        group = draft.new_group()
        for (line, _), title in zip(banners, titles, strict=True):
            yield Edit(line.start, line.start + len(line.text.rstrip()), f"# {title}", "structure/banner", group=group)


def _is_banner(line: str) -> bool:
    """Whether a line stands between two runs of one mark."""
    run = 3 * line[0]
    return line.startswith(run) and line.endswith(run) and line.strip(line[0]).strip() != ""


def _speaks_of_lines(text: str) -> bool:
    """Whether the text says what its drawn lines are for: then they stay as they are."""
    low = text.lower()
    return any(hint in low for hint in _DELIMITED_HINTS) and _DELIMITED.search(text) is not None
