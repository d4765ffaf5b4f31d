"""What a prompt shows of the text it wants: its labels line by line, marks in brackets, items of a list, signs of currency."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from promptlint.compress.contract.canon import forms
from promptlint.compress.contract.literals import Text
from promptlint.compress.contract.model import Loss
from promptlint.compress.contract.structure import line_at

_LABEL = re.compile(
    r"^[ \t]*(?:\*\*|__)?(?P<label>[A-Z][A-Za-z]*(?: [A-Za-z]+){0,3})(?:\*\*|__)?:(?:\*\*|__)?[ \t]*\S", re.MULTILINE
)
_ITEM = re.compile(r"^[ \t]*(?:[-*+•●▪◦·]|\(?\d{1,3}[.)])[ \t]+(?P<body>\S[^\n]*)", re.MULTILINE)
# `[caption]…[/caption]`, `[img-caption]`; a word in brackets alone may be a remark, before "(" it is a link.
_MARK = re.compile(r"\[(?P<closes>/?)(?P<name>[A-Za-z][\w-]{1,40})\](?!\()")
_CURRENCY = re.compile(r"(?:(?P<before>[$€£¥])[ ]?(?=\d))|(?:(?<=\d)[ ]?(?P<behind>[$€£¥]))")
# A line that only heads what stands below it: "EXAMPLE", "Example 2:".
_HEAD = re.compile(r"\W*(?:[A-Z]{3,}(?: [A-Z\d]+){0,3}|(?:[Ee]xample|[Ss]ample)(?: \d+)?:?)\W*")
# "machine learning (ML)"; at most as many words as letters are of its name.
_ABBREVIATION = re.compile(r"(?P<words>(?<!\w)(?:[^\W\d_]{1,40}[ \n-]){2,8})\((?P<short>[A-Z]{2,8})s?\)")
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")
_FEWEST = 3
_BETWEEN = 2
# So many of them make another block the same block.
_SAME = 0.5


def shown(before: Text, after: Text) -> Iterator[Loss]:
    """Labels, items, marks and signs that the other text no longer has."""
    yield from _labels(before, after)
    yield from _answers(before, after)
    yield from _headed(before, after)
    yield from _abbreviations(before, after)
    yield from _items(before, after)
    yield from _marks(before, after)
    yield from _currencies(before, after)


def lines(text: Text) -> Iterator[tuple[int, str]]:
    """The lines outside fenced code, with where they begin."""
    start = 0
    fences = iter(sorted((fence.start, fence.end) for fence in text.fences))
    fence = next(fences, None)
    for line in text.folded.split("\n"):
        while fence is not None and fence[1] <= start:
            fence = next(fences, None)
        if fence is None or start < fence[0]:
            yield start, line
        start += len(line) + 1


def _blocks(text: Text, pattern: re.Pattern[str], group: str) -> Iterator[Sequence[tuple[int, str]]]:
    """The lines that match, of those that follow each other; one or two between them may be something else."""
    block: list[tuple[int, str]] = []
    others = 0
    for start, line in lines(text):
        if match := pattern.match(line):
            block.append((start, match[group].strip()))
            others = 0
        elif block and (not line.strip() or others == _BETWEEN):
            yield block
            block = []
        else:
            others += 1
    if block:
        yield block


def _labels(before: Text, after: Text) -> Iterator[Loss]:
    """Labels of a block of such, most of which are still there: "Thought: ...", "Action: ..."."""
    there = {m["label"].lower() for m in _LABEL.finditer(after.folded)}
    if there.issuperset(m["label"].lower() for m in _LABEL.finditer(before.folded)):
        return
    filler = forms().filler
    for block in _blocks(before, _LABEL, "label"):
        labels = {label.lower() for _, label in block}
        if len(labels) < _FEWEST or len(labels & there) <= _SAME * len(labels):
            continue
        for start, label in block:
            if label.lower() not in there and not filler.issuperset(label.lower().split()):
                yield Loss("list_item", label, "", line_at(before.source, start))


def _answers(before: Text, after: Text) -> Iterator[Loss]:
    """What stands behind the label of an example, where both texts have as many: "Label: mixed"."""
    here, there = _values(before), _values(after)
    for label, values in here.items():
        others = there.get(label, [])
        if len(values) < _BETWEEN or len(values) != len(others):
            continue
        gone = Counter(value for value, _ in values) - Counter(value for value, _ in others)
        come = Counter(value for value, _ in others) - Counter(value for value, _ in values)
        for value, other in zip(gone, come, strict=False):
            # A bracket only opens an answer that goes on: put on one line, it stands there whole.
            if not value.strip("{[(") and other.startswith(value):
                continue
            if max(len(value.split()), len(other.split())) <= _FEWEST:
                yield Loss("example", value, other, line_at(before.source, dict(values)[value]))


def _values(text: Text) -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for start, line in lines(text):
        if match := _LABEL.match(line):
            value = line[match.end() - 1 :].strip()
            found.setdefault(match["label"].lower(), []).append((value.lower(), start))
    return found


def _headed(before: Text, after: Text) -> Iterator[Loss]:
    """Blocks under the same heading, such as examples: each is one, though another has all its words."""
    here, there = _blocks_headed(before), _blocks_headed(after)
    for head, blocks in here.items():
        left = len(there.get(head, ()))
        if 0 < left < len(blocks):
            start, line = next((found for body, found in blocks.items() if body not in there[head]), (0, head))
            yield Loss("example", line.strip(), "", line_at(before.source, start))


def _blocks_headed(text: Text) -> dict[str, dict[str, tuple[int, str]]]:
    """By heading, what its blocks begin with, each with where its heading stands; the same block twice is one."""
    found: dict[str, dict[str, tuple[int, str]]] = {}
    head: tuple[int, str] | None = None
    for start, line in lines(text):
        if _HEAD.fullmatch(line):
            head = start, line
        elif head is not None and line.strip():
            blocks = found.setdefault(" ".join(_WORD.findall(_DIGITS.sub("", head[1]).lower())), {})
            blocks.setdefault(" ".join(line.split()), head)
            head = None
    return found


def _abbreviations(before: Text, after: Text) -> Iterator[Loss]:
    """A name with its abbreviation in brackets: one of the two must stay."""
    found = list(_ABBREVIATION.finditer(before.folded))
    if not found:
        return
    there = _WORD.findall(after.folded)
    shorts, lower = set(there), [word.lower() for word in there]
    lengths = {len(match["short"]) for match in found}
    names = {tuple(lower[at : at + length]) for length in lengths for at in range(len(lower))}
    for match in found:
        short = match["short"]
        words = _WORD.findall(match["words"])[-len(short) :]
        if "".join(word[0].upper() for word in words) != short:
            continue
        if shorts.isdisjoint((short, f"{short}s")) and tuple(word.lower() for word in words) not in names:
            yield Loss("name", f"{' '.join(words)} ({short})", "", line_at(before.source, match.start("short")))


def _items(before: Text, after: Text) -> Iterator[Loss]:
    """An item of a list that is otherwise the same, letter by letter."""
    there = {" ".join(m["body"].split()) for m in _ITEM.finditer(after.folded)}
    if there.issuperset(" ".join(m["body"].split()) for m in _ITEM.finditer(before.folded)):
        return
    lists = [Counter(" ".join(body.split()) for _, body in block) for block in _blocks(after, _ITEM, "body")]
    for block in _blocks(before, _ITEM, "body"):
        mine = Counter(" ".join(body.split()) for _, body in block)
        if len(block) < _FEWEST:
            continue
        same = next((items for items in lists if items < mine and 2 * items.total() > mine.total()), None)
        for start, body in block if same is not None else ():
            if same is not None and " ".join(body.split()) not in same and not _stands(body, after):
                yield Loss("list_item", body, "", line_at(before.source, start))


def _stands(words: str, text: Text) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text.folded, re.IGNORECASE) is not None


def _marks(before: Text, after: Text) -> Iterator[Loss]:
    here, there = _marked(before), _marked(after)
    gone, come = [m for m in here if m not in there], [m for m in there if m not in here]
    for at, mark in enumerate(gone):
        yield Loss("tag", mark, come[at] if at < len(come) else "", line_at(before.source, here[mark]))


def _marked(text: Text) -> dict[str, int]:
    """Marks in brackets that are closed, or whose names are no words."""
    found = list(_MARK.finditer(text.masked))
    closed = {m["name"] for m in found if m["closes"]}
    return {m.group(): m.start() for m in found if m["name"] in closed or "-" in m["name"] or "_" in m["name"]}


def _currencies(before: Text, after: Text) -> Iterator[Loss]:
    """Another sign of currency with the numbers."""
    here, there = _signs(before), _signs(after)
    gone, come = sorted(here.keys() - there.keys()), sorted(there.keys() - here.keys())
    for one, other in zip(gone, come, strict=False):
        yield Loss("unit", one, other, line_at(before.source, here[one]))


def _signs(text: Text) -> dict[str, int]:
    return {m["before"] or m["behind"]: m.start() for m in _CURRENCY.finditer(text.masked)}
