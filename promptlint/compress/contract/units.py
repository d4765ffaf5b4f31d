"""A text as sentences, list items and headings, each with what it says and the words that steer it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from msgspec import structs

from promptlint.compress.contract.canon import forms, meaning, stem, unit, weight, words
from promptlint.compress.contract.literals import Text
from promptlint.compress.contract.model import Marker, Token, Unit

_LITERALS = frozenset(("hole", "template", "code", "quote", "url", "tag", "name"))
_STOPS = frozenset(".!?;")
_BORDERS = frozenset(".!?;:()[]|")
_SPLITS = frozenset(("and", "or", "but", "then", "because", "so", "which", "who", "that", "with", "in", "for", "by", "from", "into", "as", "at", "on", "like", "such", "while", "to"))  # fmt: skip
# Markers that steer the next words only.
_NARROW = frozenset(("each", "per", "any", "some", "both"))
_COMPARES = frozenset(("atleast", "atmost", "lessthan", "morethan", "exactly", "about"))
_OPENS_EXAMPLE = re.compile(r"\W*(?:few[- ]shot |here (?:is|are) (?:an? |some |a few |the )?)?(?:for )?(?:examples?|e\.g\.|few[- ]shot|samples?)(?: \w+){0,3}\W*$", re.IGNORECASE)  # fmt: skip
# What an `if` can turn into: "functions that have a docstring", "unsure: say so", "unsure? say so".
_SIGNS = frozenset(
    ("that", "which", "who", "whose", "where", "with", "for", "of", "in", ":", "?", "=", ">", "-", "(", "already")
)


class _Line:
    """The tokens of a line, without its bullet."""

    def __init__(self, tokens: list[Token], text: str) -> None:
        self.start = tokens[0].start
        self.heading = tokens[0].text == "#" or (tokens[0].text == "*" and tokens[-1].text in ("*", ":"))
        self.tokens, self.item = _without_bullet(tokens)
        self.raw = text[tokens[0].start : tokens[-1].end]

    def continues(self, before: _Line | None) -> bool:
        """Whether a sentence that began on the line before goes on here."""
        if before is None or self.item or self.heading or before.heading or not self.tokens or not before.tokens:
            return False
        first, last = self.tokens[0], before.tokens[-1]
        return first.kind == "word" and not first.capital and last.text not in ".!?:;"


def _without_bullet(tokens: list[Token]) -> tuple[list[Token], bool]:
    first = tokens[0]
    rest = tokens[1:]
    if first.kind == "punct" and first.text in "-*+•●▪◦·>" and rest and rest[0].start > first.end:
        inner, item = _without_bullet(rest)
        return (inner if item else rest), True
    if rest and rest[0].text in (".", ")") and rest[0].start == first.end:
        if (first.kind == "number" and first.text.isdigit() and len(first.text) < 4) or (
            first.kind == "word" and len(first.text) == 1
        ):
            return rest[1:], bool(rest[1:])
    if len(tokens) > 3 and first.text == "(" and tokens[2].text == ")" and len(tokens[1].text) < 3:
        return tokens[3:], True
    if len(tokens) > 3 and first.text in ("step", "rule") and tokens[1].kind == "number" and tokens[2].text in ".:)-":
        return tokens[3:], True
    return tokens, False


def units(text: Text) -> list[Unit]:
    """All units, in order."""
    found: list[Unit] = []
    for kind, tokens in _sentences(text):
        made = _unit(len(found), kind, tokens)
        if made is not None:
            found.append(made)
    return found


def _sentences(text: Text) -> Iterator[tuple[str, list[Token]]]:
    example, kind = False, "sentence"
    current: list[Token] = []
    before: _Line | None = None
    for line in _lines(text):
        if line is None:
            before = None
            continue
        if (
            line.heading
            or (len(line.raw) < 80 and _OPENS_EXAMPLE.match(line.raw))
            or (example and line.raw.startswith("<"))
        ):
            example = bool(_OPENS_EXAMPLE.match(line.raw)) or line.raw.lower().startswith("<example")
        if not line.continues(before):
            if current:
                yield kind, current
            current = []
            kind = "example" if example else "heading" if line.heading else "list_item" if line.item else "sentence"
        for token, following in zip_longest(line.tokens, line.tokens[1:]):
            current.append(token)
            if token.kind == "punct" and token.text in _STOPS and (following is None or following.start > token.end):
                yield kind, current
                current = []
        before = line
    if current:
        yield kind, current


def _lines(text: Text) -> Iterator[_Line | None]:
    """The lines that hold something; None for an empty one."""
    tokens: list[Token] = []
    for piece in (*text.pieces, Token("newline", "\n", len(text.source), len(text.source))):
        if piece.kind != "newline":
            tokens.append(piece)
            continue
        if any(t.kind != "punct" for t in tokens):
            yield _Line(tokens, text.source)
        else:
            yield None
        tokens = []


def _unit(index: int, kind: str, tokens: Sequence[Token]) -> Unit | None:
    if not any(t.kind != "punct" for t in tokens):
        return None
    plain = [t for t in tokens if not (t.kind == "punct" and t.text in "*_#~")]
    canonical = _numbered(words(plain))
    chunks = _chunks(canonical)
    content = tuple(word for chunk in chunks for word in chunk)
    around = tuple(dict.fromkeys((*content, *(t.text for t in canonical if t.kind in _LITERALS))))
    markers = tuple(_apart(tuple(_markers(canonical, index, around))))
    specials = tuple(_specials(canonical, titled=_titled(plain)))
    key = tuple(_key(canonical, markers))
    quiet = forms().stop | forms().filler | forms().answering
    raw = frozenset(stem(t.text) for t in plain if t.kind == "word" and t.text not in quiet)
    signs = frozenset(t.text for t in canonical if t.text in _SIGNS)
    return Unit(index, kind, tokens[0].start, tokens[-1].end, key, content, chunks, markers, specials, raw, signs)


def _titled(tokens: Sequence[Token]) -> bool:
    """Whether most words are capitalised: a heading, where capitals name nothing."""
    alphabetic = [t for t in tokens[1:] if t.kind == "word" and len(t.text) > 3 and not t.upper]
    return bool(alphabetic) and sum(t.capital for t in alphabetic) > len(alphabetic) / 2 and len(alphabetic) < 9


def _numbered(tokens: list[Token]) -> list[Token]:
    """`one` is a number where it counts something, `no` a word where it is an answer."""
    counted, done = forms().counted, []
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        before = tokens[at - 1].text if at else ""
        if token.text == "one" and token.kind == "word":
            counts = following is not None and unit(following.text) in counted
            if counts or ((_group(before) in _COMPARES or before == "only") and following and following.text != "of"):
                token = Token("number", "1", token.start, token.end)
        if token.text == "no" and token.kind == "word" and _answers(tokens, at):
            token = Token("word", "noanswer", token.start, token.end)
        done.append(token)
    return done


def _answers(tokens: Sequence[Token], at: int) -> bool:
    """Whether `no` is an answer: "yes or no", "answer no"."""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    near = {t.text for t in tokens[max(0, at - 3) : at + 4]}
    return "yes" in near or following is None or following.kind == "punct"


def _group(word: str) -> str | None:
    return forms().markers.get(word)


def _chunks(tokens: Sequence[Token]) -> tuple[tuple[str, ...], ...]:
    chunks: list[tuple[str, ...]] = []
    current: list[str] = []
    for token in tokens:
        splits = (token.kind == "punct" and token.text in ",.!?;:()[]|/-=") or (
            token.kind == "word" and (token.text in _SPLITS or _group(token.text) is not None)
        )
        if splits and current:
            chunks.append(tuple(current))
            current = []
        if token.kind == "word" and not splits and weight(token.text) and _group(token.text) is None:
            current.append(meaning(token.text))
    if current:
        chunks.append(tuple(current))
    return tuple(chunks)


def _markers(tokens: Sequence[Token], index: int, content: tuple[str, ...]) -> Iterator[Marker]:
    for at, token in enumerate(tokens):
        if token.kind == "number":
            yield _number(tokens, at, index, content)
            continue
        group = _group(token.text) if token.kind == "word" else None
        if group is None or not _steers(group, tokens, at):
            continue
        heads = _governed(tokens, at + 1, group, 2 if token.text == "no" or group in _NARROW else 5)
        if not heads and group not in ("if", "except"):
            heads = _preceding(tokens, at)
        clause = _clause(tokens, at) if group == "not" else frozenset()
        value = token.text if token.text in ("onlythis", "when", "un", "can") or group == "except" else group
        yield Marker(group, value, heads, content, token.start, token.end, index, clause)


def _steers(group: str, tokens: Sequence[Token], at: int) -> bool:
    """Whether a word that may steer does so here."""
    token = tokens[at]
    nearby = [_group(t.text) for t in tokens[max(0, at - 5) : at] if t.kind == "word"]
    following = tokens[at + 1 : at + 4]
    match group:
        case "atleast" | "atmost" | "lessthan" | "morethan":
            return token.text in _COMPARES and not any(t.kind == "number" for t in tokens[at + 1 : at + 5])
        case "exactly" | "about":
            return False
        case "must" | "should" | "may":
            return not any(_group(t.text) == "not" for t in following[:2] if t.kind == "word")
        case "any":
            return "not" not in nearby
        case "most" | "then" | "some" | "many":
            return group != "most"
        case _:
            return True


def _governed(tokens: Sequence[Token], start: int, group: str, most: int) -> tuple[str, ...]:
    """The words behind a marker, up to the end of its clause: those with a meaning of their own, else the others."""
    strong: list[str] = []
    weak: list[str] = []
    for at, token in enumerate(tokens[start : start + 14], start):
        if token.kind == "punct" and (token.text in _BORDERS or (token.text == "," and not _lists(tokens, at, group))):
            break
        if group in _NARROW and token.text in ("and", "or") and not strong:
            break
        other = _group(token.text) if token.kind == "word" else None
        if other in ("if", "except", "only", "before", "after") and (strong or weak):
            break
        if other == "not" and group == "not" and (strong or weak):
            break
        if token.kind in _LITERALS or token.kind == "number":
            strong.append(token.text)
        elif token.kind == "word" and weight(token.text):
            strong.append(meaning(token.text))
        elif token.kind == "word" and token.text in forms().generic:
            weak.append(meaning(token.text))
        if len(strong) >= most:
            break
    return tuple(strong) or (() if group in ("if", "except") else tuple(weak))


def _clause(tokens: Sequence[Token], at: int) -> frozenset[str]:
    words: set[str] = set()
    for part in (reversed(tokens[max(0, at - 10) : at]), tokens[at + 1 : at + 11]):
        for token in part:
            if (token.kind == "punct" and token.text in ",.!?;:()") or token.text in ("and", "but", "or", "then", "if"):
                break
            if token.kind == "word" and (weight(token.text) or token.text in forms().generic):
                words.add(meaning(token.text))
    return frozenset(words)


def _lists(tokens: Sequence[Token], comma: int, group: str) -> bool:
    """Whether a comma stands between what a marker governs: "no greetings, comments or notes"."""
    if group in ("if", "except", "before", "after"):
        return False
    return any(t.text in ("or", "nor", ",") for t in tokens[comma + 1 : comma + 6])


def _preceding(tokens: Sequence[Token], at: int) -> tuple[str, ...]:
    found = []
    for token in reversed(tokens[max(0, at - 8) : at]):
        if token.kind == "punct" and token.text in _BORDERS:
            break
        if token.kind in _LITERALS or (token.kind == "word" and weight(token.text)):
            found.append(token.text if token.kind in _LITERALS else meaning(token.text))
    return tuple(found[:4])


def _apart(markers: tuple[Marker, ...]) -> Iterator[Marker]:
    """Each number with what the other numbers of its sentence count."""
    counted = [m.heads[0] for m in markers if m.group == "number" and m.heads]
    for marker in markers:
        others = frozenset(h for h in counted if h not in marker.heads[:1])
        yield structs.replace(marker, clause=others) if marker.group == "number" and others else marker


def _number(tokens: Sequence[Token], at: int, index: int, content: tuple[str, ...]) -> Marker:
    """A number with its comparator and what it counts."""
    token = tokens[at]
    comparator = ""
    for before in reversed(tokens[max(0, at - 3) : at]):
        group = _group(before.text) if before.kind == "word" else None
        if group in _COMPARES or group in ("before", "after"):
            comparator = group or ""
            break
        if before.kind != "word" or before.text not in ("the", "of", "a", "be", "is", "to"):
            break
    later = tokens[at + 1 : at + 4]
    for following in later:
        if following.text in ("ormore", "orless"):
            comparator = "atleast" if following.text == "ormore" else "atmost"
        elif following.text in ("atmost", "atleast") and not any(t.kind == "number" for t in tokens[at + 1 : at + 5]):
            comparator = following.text
        elif following.text == "+" and following.start == token.end:
            comparator = "atleast"
    heads = tuple(
        unit(t.text) if unit(t.text) in forms().counted or unit(t.text) in forms().units else meaning(t.text)
        for t in later
        if (t.kind == "word" and (weight(t.text) or unit(t.text) in forms().counted) and _group(t.text) is None)
        or t.text == "%"
    )
    if comparator == "exactly":
        comparator = ""
    if not comparator:
        comparator = "atmost" if _limited(tokens, at) else _ranged(tokens, at)
    start = next(
        (t.start for t in tokens[max(0, at - 3) : at] if _group(t.text) == comparator and comparator), token.start
    )
    end = later[0].end if later and later[0].kind == "word" else token.end
    return Marker("number", f"{comparator} {token.text}".strip(), heads, content, start, end, index)


def _limited(tokens: Sequence[Token], at: int) -> bool:
    """Whether a number ends what "limit the answer to" begins."""
    earlier = tokens[max(0, at - 9) : at]
    return bool(earlier) and earlier[-1].text == "to" and any(t.text in forms().limits for t in earlier)


def _ranged(tokens: Sequence[Token], at: int) -> str:
    """A range is what its ends say: "2 to 5", "2-5", "between 2 and 5"."""
    if at + 2 < len(tokens) and tokens[at + 2].kind == "number":
        between = at > 0 and tokens[at - 1].text == "between"
        if tokens[at + 1].text in ("to", "-") or (between and tokens[at + 1].text == "and"):
            return "atleast"
    if at > 1 and tokens[at - 2].kind == "number":
        between = at > 2 and tokens[at - 3].text == "between"
        if tokens[at - 1].text in ("to", "-") or (between and tokens[at - 1].text == "and"):
            return "atmost"
    return ""


def _specials(tokens: Sequence[Token], *, titled: bool) -> Iterator[tuple[str, str, int, int]]:
    """Names, languages, units, and literals: what a rewrite may not lose at all."""
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else None
        if token.kind in ("quote", "url", "name", "code"):
            yield token.kind, token.text, token.start, token.end
        elif token.kind == "word" and token.text in forms().languages:
            yield "language", token.text, token.start, token.end
            if before is not None and before.text in _DIRECTIONS:
                yield "direction", _DIRECTIONS[before.text] + token.text, token.start, token.end
        elif _is_unit(token, before):
            yield "unit", unit(token.text), token.start, token.end
        elif _is_name(token, before) and not titled:
            yield "name", token.text, token.start, token.end


# What stands before a capital that is not merely the first of its sentence.
_INNER = frozenset(("word", "number", *_LITERALS))
_DIRECTIONS = {"from": "from ", "to": "to ", "into": "to "}


def _is_unit(token: Token, before: Token | None) -> bool:
    behind_number = before is not None and before.kind == "number"
    if token.kind == "punct":
        return token.text == "%"
    # "the second column" is no time.
    if token.kind != "word" or (token.text == "second" and not behind_number):
        return False
    name = unit(token.text)
    return name in forms().units or (behind_number and name in forms().counted)


def _is_name(token: Token, before: Token | None) -> bool:
    return (
        token.kind == "word"
        and token.capital
        and before is not None
        and before.kind in _INNER
        and token.text not in forms().stop
        and _group(token.text) is None
    )


def _key(tokens: Sequence[Token], markers: Sequence[Marker]) -> Iterator[str]:
    """What a unit says: its meaningful words, literals, numbers and markers, in order."""
    steering = {(m.start, m.group): m.value for m in markers}
    before: Token | None = None
    for token in tokens:
        if token.kind in _LITERALS or token.kind == "number":
            yield token.text
        elif _is_unit(token, before):
            yield unit(token.text)
        elif token.kind == "word":
            group = _group(token.text)
            if group in _COMPARES:
                yield group or ""
            elif group and (token.start, group) in steering:
                yield steering[token.start, group]
            elif token.text in forms().languages:
                yield (_DIRECTIONS.get(before.text, "") if before else "") + token.text
            elif _is_name(token, before):
                yield stem(token.text)
            elif weight(token.text):
                yield meaning(token.text)
        before = token
