"""What stands on which side of a word that has sides: "A over B", "A before B", "from A to B", "A first and B last"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.compress.contract.canon import forms, meaning
from promptlint.compress.contract.markers import group_of
from promptlint.compress.contract.model import LITERALS, Pivot, Token

# Words with sides, and those that say the same with the sides exchanged.
_SIDES = {"over": "over", "before": "before", "morethan": "morethan", "into": "into"}
_TURNED = {"after": "before", "lessthan": "morethan"}
_ENDS = frozenset(".!?;:()[]|")
_JOINS = frozenset((",", "and", "or", "/", "but", "&", "nor"))
_LINKS = frozenset((",", ";", "and"))
ARTICLES = frozenset(("a", "an", "the"))
_FRAME = 3
_REACH = 10
_NEAR = 3


def pivots(tokens: Sequence[Token]) -> tuple[Pivot, ...]:
    """The words of a sentence in canonical form that have sides, each with what stands on both."""
    plain = [t for t in tokens if t.text not in ARTICLES]
    return tuple(p for p in (*_pivots(tokens), *_between(plain), *_ends(tokens)) if p[1] and p[2])


def _pivots(tokens: Sequence[Token]) -> Iterator[Pivot]:
    for at, token in enumerate(tokens):
        if token.kind != "word":
            continue
        if (token.text in _SIDES or token.text in _TURNED) and not _either_side(tokens, at):
            left, right = _before(tokens, at), _behind(tokens, at)
            if not left:
                # "Before you answer, read": what comes later stands first.
                comma = next((n for n in range(at, len(tokens)) if tokens[n].text == ","), len(tokens))
                left = _said(tokens[comma + 1 : comma + _REACH])
            if token.text in _TURNED:
                yield _TURNED[token.text], right, left
            else:
                yield _SIDES[token.text], left, right
        elif token.text == "then" and (start := _step(tokens, at)):
            yield "before", _before(tokens, start), _behind(tokens, at)
        elif token.text == "from":
            to = next((n for n in range(at + 1, min(at + 8, len(tokens))) if tokens[n].text in ("to", "into")), 0)
            if to:
                yield "from to", _said(tokens[at + 1 : to]), _behind(tokens, to)


def _step(tokens: Sequence[Token], at: int) -> int:
    """Where the step before a `then` ends, 0 when it follows from a condition: "if it is long, then cut it"."""
    start = at
    while start and tokens[start - 1].text in _LINKS:
        start -= 1
    earlier = tokens[:start]
    asked = next((n for n, t in enumerate(earlier) if group_of(t.text) == "if"), start)
    follows = any(t.text in ("and", ";") for t in tokens[start:at]) or any(t.text == "first" for t in earlier)
    # "if it is long, cut it, then print it"
    follows = follows or any(t.text == "," for t in tokens[asked:start])
    return start if follows or asked == start else 0


def _either_side(tokens: Sequence[Token], at: int) -> bool:
    """Whether it stands with its opposite: "before or after the list"."""
    own = _TURNED.get(tokens[at].text, tokens[at].text)
    for joint, other in ((at + 1, at + 2), (at - 1, at - 2)):
        if 0 <= other < len(tokens) and tokens[joint].text in _JOINS:
            word = tokens[other].text
            if word != tokens[at].text and _TURNED.get(word, word) == own:
                return True
    return False


def _between(tokens: Sequence[Token]) -> Iterator[Pivot]:
    """Three words that follow each other in both texts: what stands before them and behind is not to change places.

    Where a sentence was put in another way, so were the words between.
    """
    for at in range(1, len(tokens) - _FRAME):
        frame = tokens[at : at + _FRAME]
        if all(t.kind == "word" and t.text not in _JOINS for t in frame) and _said(frame):
            yield " ".join(t.text for t in frame), _before(tokens, at), _behind(tokens, at + _FRAME - 1)


def _ends(tokens: Sequence[Token]) -> Iterator[Pivot]:
    """What comes first and what last: `the newest first and the oldest last`."""
    places = {t.text: at for at, t in enumerate(tokens) if t.text in ("first", "last")}
    if len(places) == 2:
        yield "first last", _close(tokens, places["first"]), _close(tokens, places["last"])


def _close(tokens: Sequence[Token], at: int) -> frozenset[str]:
    start = at
    while start > max(0, at - _NEAR) and tokens[start - 1].text not in _JOINS and tokens[start - 1].kind == "word":
        start -= 1
    return _said(tokens[start:at])


def _before(tokens: Sequence[Token], at: int) -> frozenset[str]:
    start = at
    while start > max(0, at - _REACH) and tokens[start - 1].text not in _ENDS and tokens[start - 1].text != ",":
        start -= 1
    return _said(tokens[start:at])


def _behind(tokens: Sequence[Token], at: int) -> frozenset[str]:
    end = at + 1
    while end < min(len(tokens), at + _REACH) and tokens[end].text not in _ENDS and tokens[end].text != ",":
        end += 1
    return _said(tokens[at + 1 : end])


def _said(tokens: Sequence[Token]) -> frozenset[str]:
    stop = forms().stop
    return frozenset(
        t.text if t.kind != "word" else meaning(t.text)
        for t in tokens
        if t.kind in LITERALS
        or t.kind == "number"
        or (t.kind == "word" and t.text not in stop and (t.text == "most" or not group_of(t.text)))
    )
