"""The contract on what the rules made: edits that lose something are found and taken out, the rest stays."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

from msgspec import Struct
from msgspec.structs import replace

from promptlint.compress.blocks import fences, lines
from promptlint.compress.contract import Loss, losses
from promptlint.compress.splice import Change, Step, applied, units_of

# Texts are checked by their parts, only where something changed: what loses nothing in its parts loses nothing. What seems to
# lose something is asked for again in the whole text, unless it is longer than this.
_LONGEST_WHOLE = 20_000
# A part ends before a blank line, an item or a title; fenced code is a part of its own.
_PART = re.compile(r"\n(?=[ \t\r]*\n|[ \t]*(?:[-*+•]|\d{1,3}[.)]|#{1,6})[ \t])")

_WORDS = re.compile(
    r"phrase/.*|grammar/(?:following|label-article|item-article|you-must)|structure/(?:rule-line|banner)"
)
# Rules that move blanks; alone they are looked at closer.
_BLANKS = re.compile(r"structure/(?:hard-wrap|dedent|prose-indent|list-indent|trailing-blanks|inner-blanks)")
_SMALL = re.compile(
    r"grammar/(?:serial-comma|opener|intro|etc|then|if-then|two-orders|added-clause|that|so-that|relative)"
)
# These steer only the next words: a comma, or `that`, may mark how far.
_REACHES = re.compile(
    r"\b(?:any|all|each|every|some|none|both|either|neither)(?: \w+)?,|\b(?:any|all|each|every|some|no) \w+s? \Z",
    re.IGNORECASE,
)
# What goes on behind a line end: an identifier there may be data.
_PLAIN_WORD = re.compile(r"[ \t]*[a-z]+(?:['’-][a-z]+)*(?:[\s,.;:!?)]|\Z)")
_MARK = re.compile(r"""["“”`]|(?<!\w)['‘]""")
_QUOTED = re.compile(r"""(?<!\w)'[^'\n]+'(?!\w)|"[^"\n]+"|“[^“”\n]+”|`[^`\n]+`""")
_ESCAPED = re.compile(r"""\\["']""")
_FOLDED = re.compile(r"(?:structure/dedent\+)?structure/json-layout")
_STRING = re.compile(r'"(?:[^"\n\\]|\\.){1,400}"')
_BEFORE_VALUE, _BEHIND_VALUE = frozenset("{[,:"), frozenset("}]")
_LIST_MARK = re.compile(r"(?:[-*+•]|\d{1,3}[.)])\s")
_SENTENCE_END = re.compile(r"[.!?:;]\s|\n")
_REACH = 300


# Characters that the contract reads of one text before it is given up, and times its length. Of the prompts of the packages
# that rules are tried on none took more than 30,000.
_MOST_READ = 150_000
_MOST_TIMES = 4


class Endless(Exception):  # noqa: N818  # a verdict on its way to one place
    """Telling the changes of a text that lose something from the others takes longer than it is worth."""


class Contract:
    """The contract for a text of some length and all that is tried on it, as long as that is worth it."""

    def __init__(self, syntax: str | None, length: float) -> None:
        self._syntax = syntax
        self._left = _MOST_READ + _MOST_TIMES * length

    def losses(self, before: str, after: str) -> tuple[Loss, ...]:
        """What AFTER loses of BEFORE. Raises `Endless`."""
        self._left -= len(before)
        if self._left < 0:
            raise Endless
        return losses(before, after, syntax=self._syntax)


class _Piece(Struct, frozen=True):
    """A part of the text that is checked alone, and the steps in it with their units."""

    start: int
    end: int
    steps: list[tuple[Step, int]]


def without_losses(text: str, steps: Sequence[Step], contract: Contract) -> tuple[list[Step], int]:
    """The steps that together lose nothing, and how many units of them were taken out. Raises `Endless`."""
    unsure = _unsure(text, steps)
    folded = _plain_json(text, steps)
    doubtful = {step.change.start for step in steps if not _proved(text, step, unsure, folded=folded)}
    if not doubtful:
        return list(steps), 0
    every = list(zip(steps, units_of(steps), strict=True))
    pieces = [p for p in _pieces(text, every) if any(step.change.start in doubtful for step, _ in p.steps)]
    whole = _Piece(0, len(text), every) if len(text) <= _LONGEST_WHOLE else None
    # What was asked for may take more than a sentence can lose unseen by the rest of the text.
    safe = all(step.change.safe for step in steps)
    if (safe or whole is None) and not contract.losses(*_sides(text, pieces)):
        return list(steps), 0
    if whole is not None and not contract.losses(text, applied(text, [step.change for step in steps])):
        return list(steps), 0
    bad = _bad(text, pieces, contract)
    if whole is not None:  # a sentence may seem to stand for another only beside the rest
        bad |= _culprits(text, _shifted([each for each in every if each[1] not in bad], 0), contract)
    return [step for step, unit in every if unit not in bad], len(bad)


def _proved(text: str, step: Step, unsure: Sequence[tuple[int, int]], *, folded: bool) -> bool:
    """Whether a step needs no look at what stands around it. In a place that is `unsure`, what it changes may be quoted.

    Blanks say nothing outside of fenced code and quotations, which no rule touches. Each safe row of the phrase table is
    held to the contract by the tests, and so are the rules that take a comma, an article or `that`. `folded`: JSON that is put
    on one line has nothing in it that could be taken for another quotation there.
    """
    change = step.change
    old, new = text[change.start : change.end], change.content
    if folded and not old.strip() and _FOLDED.fullmatch(change.rule):
        return _between_values(text, change)
    if not change.safe:
        return False
    if not old.strip() and not new.strip():
        apart = (
            new or not text[change.start - 1 : change.start].strip() or not text[change.end : change.end + 1].strip()
        )
        joins = "\n" in old and new == " "
        return bool(apart) and (not joins or _PLAIN_WORD.match(text, change.end) is not None)
    at = bisect_left(unsure, change.start, key=itemgetter(1))
    if at < len(unsure) and unsure[at][0] <= change.end:
        return False
    small = False
    for rule in change.rule.split("+"):
        if _SMALL.fullmatch(rule):
            small = True
        elif not (_WORDS.fullmatch(rule) or _BLANKS.fullmatch(rule)):
            return False
    if not small:
        return True
    return _REACHES.search(_SENTENCE_END.split(text[max(0, change.start - _REACH) : change.start])[-1]) is None


def _plain_json(text: str, steps: Sequence[Step]) -> bool:
    """Whether all quotation marks from the first to the last fold of JSON are those of its strings, none of them empty or long."""
    folds = [step.change for step in steps if _FOLDED.fullmatch(step.change.rule)]
    return bool(folds) and _MARK.search(_STRING.sub("", text[folds[0].start : folds[-1].end])) is None


def _between_values(text: str, change: Change) -> bool:
    """Whether blanks stand between marks and values of JSON, and no list of text begins behind them."""
    marks = text[change.start - 1 : change.start] in _BEFORE_VALUE or text[change.end : change.end + 1] in _BEHIND_VALUE
    return marks and _LIST_MARK.match(text, change.end) is None


def _unsure(text: str, steps: Sequence[Step]) -> list[tuple[int, int]]:
    """Where a quotation may go on: behind a mark without its other half, to the end of its line. Only lines with steps."""
    found, reached = [], -1
    for step in steps:
        if step.change.end <= reached:
            continue
        start = text.rfind("\n", 0, step.change.start) + 1
        reached = text.find("\n", step.change.end)
        reached = len(text) if reached < 0 else reached
        line = text[start:reached]
        if _MARK.search(line) is not None:
            alone = _ESCAPED.search(line) or _MARK.search(_QUOTED.sub(lambda quoted: " " * len(quoted.group()), line))
            if alone is not None:
                found.append((start + alone.start(), reached))
    return found


def _sides(text: str, pieces: Sequence[_Piece]) -> tuple[str, str]:
    """The parts of a text that are asked for, before and after their steps, apart from each other; what is said often, once."""
    sides: dict[tuple[str, str], None] = {}
    for piece in pieces:
        part = text[piece.start : piece.end]
        sides[part, _made(part, _shifted(piece.steps, piece.start))] = None
    return "\n\n".join(before for before, _ in sides), "\n\n".join(after for _, after in sides)


def clear_of(text: str, steps: Sequence[Step], doubtful: Sequence[Step]) -> list[Step]:
    """The steps that stand in no part of the text with a doubtful one, nor are tied to one that does."""
    listed = list(zip(steps, units_of(steps), strict=True))
    spans = [(piece.start, piece.end, {unit for _, unit in piece.steps}) for piece in _pieces(text, listed)]
    bad = {
        u
        for a, b, units in spans
        for u in units
        if any(a <= d.change.start < b or a < d.change.end <= b for d in doubtful)
    }
    return [step for step, unit in listed if unit not in bad]


def _bad(text: str, pieces: list[_Piece], contract: Contract) -> set[int]:
    """The units without which no piece loses anything."""
    bad: set[int] = set()
    waiting = pieces
    while waiting:
        found: set[int] = set()
        for piece in waiting:
            part = text[piece.start : piece.end]
            here = _shifted([(step, unit) for step, unit in piece.steps if unit not in bad], piece.start)
            # Blanks alone say nothing outside of fenced code, which is never touched.
            if here and part.split() != _made(part, here).split():
                found |= _culprits(part, here, contract)
        bad |= found
        waiting = [piece for piece in pieces if found & {unit for _, unit in piece.steps}] if len(pieces) > 1 else []
    return bad


def _pieces(text: str, listed: list[tuple[Step, int]]) -> Iterator[_Piece]:
    """Each part that changed, together with those a step ties to it."""
    start, at, here = 0, 0, list[tuple[Step, int]]()
    for end in (*_cuts(text), len(text)):
        while at < len(listed) and listed[at][0].change.start < end:
            here.append(listed[at])
            at += 1
        if here and here[-1][0].change.end > end:
            continue
        if here:
            yield _Piece(start, end, here)
            here = []
        start = end
    if at < len(listed):
        yield _Piece(start, len(text), listed[at:])


def _cuts(text: str) -> Iterator[int]:
    """Where one part ends and the next begins: behind line ends."""
    fenced = [(start, end) for start, end, _ in fences(lines(text))] if "```" in text or "~~~" in text else []
    places = {match.end() for match in _PART.finditer(text)}.union(*((start, end + 1) for start, end in fenced))
    i = 0
    for place in sorted(places):
        while i < len(fenced) and fenced[i][1] < place:
            i += 1
        if i == len(fenced) or place <= fenced[i][0]:
            yield place


def _shifted(steps: Iterable[tuple[Step, int]], by: int) -> list[tuple[Change, int]]:
    return [
        (replace(step.change, start=step.change.start - by, end=step.change.end - by), unit) for step, unit in steps
    ]


def _culprits(text: str, changes: list[tuple[Change, int]], contract: Contract) -> set[int]:
    """The units without which nothing is lost.

    Losses name lines: the units there are doubted first, and taken back where they are harmless.
    """
    kept = changes
    doubted: list[int] = []
    while kept:
        found = contract.losses(text, _made(text, kept))
        if not found:
            break
        suspects = _suspects(text, kept, {loss.line for loss in found})
        doubted += sorted(suspects)
        kept = [each for each in kept if each[1] not in suspects]
    good = _harmless(text, changes, {unit for _, unit in kept}, doubted, contract)
    return {unit for _, unit in changes} - good


def _made(text: str, changes: Iterable[tuple[Change, int]]) -> str:
    return applied(text, [change for change, _ in changes])


def _suspects(text: str, changes: list[tuple[Change, int]], named: set[int]) -> set[int]:
    """The units that touch a line where something is lost, else those of the lines beside, else all."""
    for reach in (0, 1, 3):
        near = {line + shift for line in named for shift in range(-reach, reach + 1)}
        found = {unit for change, unit in changes if not near.isdisjoint(_lines_of(text, change))}
        if found:
            return found
    return {unit for _, unit in changes}


def _lines_of(text: str, change: Change) -> range:
    first = text.count("\n", 0, change.start) + 1
    return range(first, first + text.count("\n", change.start, change.end) + 1)


def _harmless(
    text: str, changes: list[tuple[Change, int]], kept: set[int], doubted: list[int], contract: Contract
) -> set[int]:
    """`kept` and of `doubted` as many as lose nothing, by halves."""
    if not doubted:
        return kept
    if len(doubted) > 1:
        middle = len(doubted) // 2
        kept = _harmless(text, changes, kept, doubted[:middle], contract)
        return _harmless(text, changes, kept, doubted[middle:], contract)
    more = {*kept, *doubted}
    return kept if contract.losses(text, _made(text, [c for c in changes if c[1] in more])) else more
