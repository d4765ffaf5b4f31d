"""Layout that costs tokens and says nothing: indentation, blanks, line ends, rule lines, hard wraps.

Every function looks at one draft and yields edits; numbers in comments are those of the rule table in `rules/phrases`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

from promptlint.compress.blocks import Line
from promptlint.compress.drawn import rule_lines
from promptlint.compress.splice import Draft, Edit

_ITEM = re.compile(r"(?:[-*+•]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])[ \t]|\d{1,2}[.)](?=[A-Z])")
_PROSE = re.compile(r"[A-Z][a-z]+(?:'[a-z]+)?,? [a-z]")
_BLANK_RUN = re.compile(r"\n(?:[ \t]*\r?\n){2,}")
_GOES_ON = re.compile(r"\r?\n(?![ \t]*(?:[-*+•#|>}\])]|\d{1,3}[.)]|\r?\n|\Z))")
# The whole run, and nothing said of its neighbours: else a long one would be read again from each of its blanks.
_GAP = re.compile(r"  +")
_LABEL_ALONE = re.compile(r"\d{1,5}[:|]?|\w{1,8}[:|]")
_WIDE = 6
_MARK_GAP = 3
_LONGEST_LINE = 1_000
_BLANK_ENDS = (" \n", "\t\n", " \r\n", "\t\r\n")
_FEWEST_BLANKS = 3
_OPENING_QUOTE, _CLOSING_QUOTE = re.compile(r"(?<!\w)['‘](?=\w)"), re.compile(r"(?<=[\w.!?,])['’](?!\w)")
_KEYED = re.compile(r"[\w .-]{1,30}[:=]")
# A line that ends in one of these goes on, whatever the next one looks like.
_OPEN_END = re.compile(
    r"\b(?:the|an?|of|to|in|into|for|with|from|by|and|or|on|at|as|is|are|be|this|these|that|your|its|their|any|each|every|between|about"
    r"|which|whether|should|must|will|can|may|than|because|including|using)$"
)
_OPENS_WORD = frozenset("'\"`“‘$")
# A line this long was wrapped by an editor, not by its author.
_WRAPPED = 40


def dedent(draft: Draft) -> Iterator[Edit]:
    """The indentation that all lines share, or that most do while few stand left of it."""
    text = draft.text
    if not _indented(text):
        return
    every = draft.lines
    body = [line for line in every[1:] if not line.blank]
    first = every[0]
    if not first.blank and first.indent:
        body.insert(0, first)
    # What fills a hole may have lines of its own: its first one keeps its place beside them.
    fixed = [_starts_in_hole(draft, line) for line in body] if draft.holes else [False] * len(body)
    alone = (
        len(body) == 1 and first.blank and every[-1].blank and len(every) > 2
    )  # one line between quotes on their own
    if (len(body) < 2 and not alone) or 2 * sum(fixed) > len(body):
        return
    margin = _margin(draft, body)
    # Behind "Steps:" the indentation is what makes the rest its part.
    if not margin or (first.text.rstrip().endswith(":") and not first.indent and "\n\n" not in text):
        return
    group = draft.new_group()
    for line, stays in zip(body, fixed, strict=True):
        width = min(margin, line.indent)
        if width and not stays:
            yield Edit(line.start, line.start + width, "", "structure/dedent", group=group)
    last = every[-1]
    if last.text and last.blank:  # the indentation of the closing quotes
        yield Edit(last.start, last.start + min(margin, len(last.text)), "", "structure/dedent", group=group)


def _margin(draft: Draft, body: list[Line]) -> int:
    """How many blanks to take from each line: 0 when lines within fences would move against each other."""
    indents = [line.indent for line in body]
    least = min(indents)
    if any("\t" in line.text[:indent] for line, indent in zip(body, indents, strict=True)):
        return least if all(line.text.startswith(body[0].text[:least]) for line in body) else 0
    if least:
        return least
    margin, _ = Counter(indents).most_common(1)[0]
    left = [line for line, indent in zip(body, indents, strict=True) if indent < margin]
    if not margin or 4 * len(left) >= len(body) or any(not draft.guards.movable(e.start, e.end) for e in left):
        return 0
    return margin


def _indented(text: str) -> bool:
    """Whether any line begins with a blank."""
    return "\n " in text or "\n\t" in text or text[:1] in (" ", "\t")


def _starts_in_hole(draft: Draft, line: Line) -> bool:
    """Whether a hole begins the line or runs over its start: what fills it may have lines of its own."""
    at = line.start + line.indent
    return any(start <= at < end for start, end in _holes_near(draft, line.start, line.end))


def _holes_near(draft: Draft, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The known holes that touch a line, and a mark of a hole right at its start."""
    i = bisect_left(draft.holes, (start, start))
    yield from draft.holes[max(0, i - 1) : i]
    for hole in draft.holes[i:]:
        if hole[0] >= end:
            return
        yield hole


def prose_indent(draft: Draft) -> Iterator[Edit]:
    """Blanks before lines of prose that belong to no list and no outline."""
    if not _indented(draft.text):
        return
    before: Line | None = None
    plain = True  # the lines since the last blank one are all indented prose
    for line in draft.lines:
        if line.blank:
            plain = before is None or (not _is_item(before) and not before.text.rstrip().endswith(":"))
            continue
        indent = line.indent
        outline = before is not None and (_is_item(before) or before.text.rstrip().endswith(":"))
        if indent and plain and not outline and _PROSE.match(line.text, indent):
            if draft.guards.movable(line.start, line.start + indent + 1) and draft.guards.free(line.start, line.end):
                yield Edit(line.start, line.start + indent, "", "structure/prose-indent")
        elif indent:
            plain = False
        before = line


def list_indent(draft: Draft) -> Iterator[Edit]:
    """The indentation of a whole list under a line of text: it is no nested list."""
    if not _indented(draft.text):
        return
    every = draft.lines
    before: Line | None = None
    i = 0
    while i < len(every):
        line = every[i]
        if line.blank:
            i += 1
            continue
        indent = line.indent
        if before is None or not _is_item(line):
            before, i = line, i + 1
            continue
        block, g = _listed(every, i, indent), draft.guards
        if not _is_item(before) and before.indent < indent:
            shift = indent - before.indent
            # One that goes on further left is not this list, or not all of it.
            behind = next((each for each in every[block[-1] + 1 :][:2] if not each.blank), None)
            whole = behind is None or behind.indent <= before.indent
            own = (every[k] for k in block)
            if whole and all(
                g.movable(e.start, e.start + indent + 1) and g.free(e.start, e.start + indent) for e in own
            ):
                group = draft.new_group()
                for k in block:
                    yield Edit(every[k].start, every[k].start + shift, "", "structure/list-indent", group=group)
        before, i = every[block[-1]], block[-1] + 1


def _listed(every: tuple[Line, ...], i: int, indent: int) -> list[int]:
    """The lines from `i` on that stand at least `indent` deep; blank lines may lie between."""
    block = [i]
    for k in range(i + 1, len(every)):
        if every[k].blank:
            continue
        if every[k].indent < indent:
            break
        block.append(k)
    return block


def _is_item(line: Line) -> bool:
    return _ITEM.match(line.text, line.indent) is not None


def trailing_blanks(draft: Draft) -> Iterator[Edit]:
    """Blanks at the ends of lines. Not on the last line ("Answer: "), and not a hard break of markdown."""
    text = draft.text
    if not any(end in text for end in _BLANK_ENDS):
        return
    last = text.rstrip()
    for line in draft.lines[:-1]:
        ended = line.text.removesuffix("\r")
        kept = ended.rstrip(" \t")
        start, end = line.start + len(kept), line.start + len(ended)
        if start == end or start >= len(last) or not draft.guards.movable(start, end):
            continue
        # Two blanks and a line that goes on below are a line break in markdown; before an item or a title they are nothing.
        if kept and ended[len(kept) :] == "  " and _GOES_ON.match(text, end):
            continue
        yield Edit(start, end, "", "structure/trailing-blanks")


def blank_lines(draft: Draft) -> Iterator[Edit]:
    """Three line ends and more become two. The last lines stay."""
    text = draft.text
    stop = len(text.rstrip())
    for match in _BLANK_RUN.finditer(text):
        if match.start() < stop and draft.guards.movable(match.start(), match.end()):
            newline = "\r\n" if "\r\n" in match.group() else "\n"
            start = match.start() + 1
            yield Edit(start, match.end(), newline, "structure/blank-lines")


def inner_blanks(draft: Draft) -> Iterator[Edit]:
    """Runs of blanks within a sentence; not in columns, tables or quotes."""
    text = draft.text
    for match in _GAP.finditer(text):
        start, end = match.span()
        around = text[start - 1 : start] + text[end : end + 1]
        if len(around) < 2 or "|" in around or around[0].isspace() or around[1].isspace():
            continue
        if not draft.guards.free(start - 1, end + 1):
            continue
        reach = max(0, start - _LONGEST_LINE)
        line_start = max(reach, text.rfind("\n", reach, start) + 1)
        before = text[line_start:start].strip()
        if not before:
            continue
        item = _ITEM.fullmatch(before + " ") is not None
        if not item and _aligned(text, line_start, start, end):
            continue
        if item and (end - start > _MARK_GAP or not (text[end].isupper() or text[end] == "*")):
            continue  # a line of a diff, or of code
        # Only between sentences or words, or behind the mark of an item: other gaps are columns, or code behind its number.
        if not item and (
            _LABEL_ALONE.fullmatch(before) or (end - start > 2 and not _prose_gap(text, line_start, start, end))
        ):
            continue
        yield Edit(start, end, " ", "structure/inner-blanks")


def _aligned(text: str, line_start: int, start: int, end: int) -> bool:
    """Whether the line above or below has a gap that ends in the same column."""
    below = text.find("\n", end, end + _LONGEST_LINE)
    for other in (
        text.rfind("\n", max(0, line_start - _LONGEST_LINE), max(0, line_start - 1)) + 1 if line_start else -1,
        below + 1,
    ):
        at = other + end - line_start
        if other >= 0 and (other or line_start) and other != line_start and "\n" not in text[other:at]:
            if text[at - 2 : at] == "  " and text[at : at + 1].strip() and text[other : at - 2].strip():
                return True
    return False


def _prose_gap(text: str, line_start: int, start: int, end: int) -> bool:
    """Whether a wide gap is the indentation of a continued string: prose of some words on both sides, and others as wide.

    One alone may have any width; several narrow ones are columns.
    """
    line_end = text.find("\n", end, end + _LONGEST_LINE)
    if line_end < 0 and len(text) > end + _LONGEST_LINE:
        return False
    line = text[line_start : line_end if line_end >= 0 else len(text)].strip()
    widths = [len(gap) for gap in _GAP.findall(line)]
    if len(widths) > 1 and (len(set(widths)) > 1 or widths[0] < _WIDE):
        return False
    before = _GAP.split(text[line_start:start].strip())[-1]
    behind = _GAP.split(text[end : line_end if line_end >= 0 else len(text)].strip())[0]
    apart = before[-1] in ".!?:,;" or (before[-1].islower() and behind[0].islower())
    return apart and min(before.count(" "), behind.count(" ")) >= _FEWEST_BLANKS


def hard_wraps(draft: Draft) -> Iterator[Edit]:
    """The end of a line in the middle of a sentence becomes a blank."""
    every = draft.lines
    for line, after in pairwise(every):
        if after.blank or len(line.text) < _WRAPPED:
            continue
        bare = line.text.rstrip()
        if len(bare) < _WRAPPED or not _goes_on(bare):
            continue
        indent = after.indent
        opened = _OPEN_END.search(bare) is not None
        first = after.text[indent]
        if not (first.islower() or (opened and first in _OPENS_WORD)) or _ITEM.match(after.text, indent):
            continue
        if _KEYED.match(after.text, indent) and not opened:
            continue
        item = _ITEM.match(line.text, line.indent)
        aligned = indent == line.indent if item is None and not opened else indent >= line.indent
        start, end = line.start + len(bare), after.start + indent
        # A line may end in a value or a quotation; one that begins so is data, unless the sentence is left open.
        begin = line.start + line.indent
        prose = draft.guards.free(begin, begin + 1) and draft.guards.free(start, end + first.islower())
        if aligned and prose and draft.guards.movable(start, end) and not _quotation_open(bare):
            yield Edit(start, end, " ", "structure/hard-wrap")


def _goes_on(line: str) -> bool:
    return line[-1] == "," or line[-1].islower() or (line[-1] in ")}'\"`" and len(line) > _WRAPPED + 20)


def _quotation_open(line: str) -> bool:
    """Whether a quotation goes on behind the end of a line: its line end is part of what is quoted."""
    single = len(_OPENING_QUOTE.findall(line)) != len(_CLOSING_QUOTE.findall(line))
    return single or line.count("“") != line.count("”") or line.count('"') % 2 == 1 or line.count("`") % 2 == 1


def outer_blanks(draft: Draft) -> Iterator[Edit]:
    """Line ends before the first line of a text that ends its last one too: it stands between quotes on lines of their own.

    Those behind the last line stay: another text may follow.
    """
    if draft.text[:1] not in ("\r", "\n"):
        return
    stripped = draft.text.lstrip("\r\n")
    start = len(draft.text) - len(stripped)
    if stripped and start and stripped.endswith("\n") and draft.guards.movable(0, start):
        yield Edit(0, start, "", "structure/outer-lines")


SAFE: tuple[Callable[[Draft], Iterator[Edit]], ...] = (
    dedent, list_indent, prose_indent, trailing_blanks, blank_lines, outer_blanks, rule_lines, inner_blanks, hard_wraps,
)  # fmt: skip
