"""A text as units: sentences, list items and headings in canonical form, each with what it says and what steers it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import structs

from promptlint.compress.contract.canon import forms, meaning, stem, unit, weight
from promptlint.compress.contract.capitals import constant, names, shouted, titled
from promptlint.compress.contract.chunks import chunks, members, pairs
from promptlint.compress.contract.literals import Text
from promptlint.compress.contract.markers import COMPARES, group_of, markers, singly
from promptlint.compress.contract.model import LITERALS, OPTION_A, Marker, Token, Unit
from promptlint.compress.contract.pivots import pivots
from promptlint.compress.contract.polarity import clauses, polarity
from promptlint.compress.contract.rows import rows
from promptlint.compress.contract.sentences import sentences
from promptlint.compress.contract.spare import spare
from promptlint.compress.contract.wording import words

_WHICH = frozenset(("which", "whom", "them"))
_NO_PLURAL = frozenset(("ss", "us", "is", "as"))
# What an `if` can turn into: "functions that have a docstring", "unsure: say so", "unsure? say so".
_SIGNS_OF_COMPARISON = {
    ">=": "atleast", "≥": "atleast", "<=": "atmost", "=<": "atmost", "≤": "atmost", ">": "morethan", "<": "lessthan",
    "!=": "not", "≠": "not", "~": "about", "≈": "about", "±": "plusminus",
}  # fmt: skip
_MIRRORED = str.maketrans("<>≤≥", "><≥≤")
_WIDEST_BRACKET = 12
_SIGNS = frozenset(("that", "which", "who", "whose", "where", "with", "for", "of", "in", ":", "?", "=", ">", "-", "(", "already", "on", "upon", "not", "whether", "without", "either"))  # fmt: skip


# Sentences that have been read: both sides of a comparison, and one comparison and the next, have most of them in common.
_READ: dict[tuple[str, str, tuple[str, ...]], Unit | None] = {}
_MOST_READ = 4096


def units(text: Text) -> list[Unit]:
    """All units, in order."""
    found: list[Unit] = []
    for kind, tokens in sentences(text):
        unit = _read(text, len(found), kind, tokens)
        if unit is not None:
            found.append(unit)
    return found


def _read(text: Text, index: int, kind: str, tokens: Sequence[Token]) -> Unit | None:
    # What kinds its tokens have depends on the template syntax too.
    key = kind, text.folded[tokens[0].start : tokens[-1].end], tuple(t.kind for t in tokens)
    if key in _READ:
        known = _READ[key]
        return None if known is None else _moved(known, index, tokens[0].start - known.start)
    if len(_READ) >= _MOST_READ:
        _READ.clear()
    unit = _READ[key] = _unit(index, kind, tokens)
    return unit


def _moved(unit: Unit, index: int, by: int) -> Unit:
    """The same sentence at another place."""
    markers = tuple(structs.replace(m, start=m.start + by, end=m.end + by, unit=index) for m in unit.markers)
    specials = tuple((kind, word, start + by, end + by) for kind, word, start, end in unit.specials)
    return structs.replace(
        unit, index=index, start=unit.start + by, end=unit.end + by, markers=markers, specials=specials
    )


def changed_units(before: Text, after: Text) -> tuple[list[Unit], list[Unit]]:
    """The units of each side that the other does not have letter by letter."""
    one, other = list(sentences(before)), list(sentences(after))
    first, second = [_surface(before, *each) for each in one], [_surface(after, *each) for each in other]
    common = Counter(first) & Counter(second)
    return _others(before, one, first, common), _others(after, other, second, common)


def _surface(text: Text, kind: str, tokens: Sequence[Token]) -> tuple[str, str]:
    return kind, " ".join(text.folded[tokens[0].start : tokens[-1].end].split())


def _others(
    text: Text,
    found: Sequence[tuple[str, list[Token]]],
    surfaces: Sequence[tuple[str, str]],
    common: Counter[tuple[str, str]],
) -> list[Unit]:
    left = common.copy()
    made: list[Unit] = []
    for (kind, tokens), surface in zip(found, surfaces, strict=True):
        if left[surface]:
            left[surface] -= 1
        elif (unit := _read(text, len(made), kind, tokens)) is not None:
            made.append(unit)
    return made


def _compared(tokens: Sequence[Token]) -> Iterator[Token]:
    """Signs of comparison at a number as the words they stand for: "(>= 0.5)" is "(at least 0.5)", and so is "0.5 <= score".

    An arrow is none, nor is the mark of a quotation at the beginning of a line, nor a bracket.
    """
    at = 0
    while at < len(tokens):
        if tokens[at].kind == "number" and (turned := _behind(tokens, at + 1)) is not None:
            word, behind = turned
            yield Token("word", word, tokens[at + 1].start, tokens[behind - 1].end)
            yield tokens[at]
            at = behind
            continue
        sign, behind = _sign(tokens, at)
        told = _SIGNS_OF_COMPARISON.get(sign) if tokens[at].kind == "punct" else None
        touched = at > 0 and tokens[at - 1].end == tokens[at].start and tokens[at - 1].text in ("-", "=", "<", ">")
        counted = behind < len(tokens) and tokens[behind].kind in ("number", "hole")
        if told is None or touched or not counted or (sign == ">" and at == 0) or _bracket(tokens, at):
            yield tokens[at]
            at += 1
        else:
            yield Token("word", told, tokens[at].start, tokens[behind - 1].end)
            at = behind


def _sign(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """What stands at a place, a sign of two characters as one, and the place behind it."""
    long = "".join(t.text for t in tokens[at : at + 2] if t.kind == "punct" and t.end - tokens[at].start <= 2)
    sign = long if long in _SIGNS_OF_COMPARISON else tokens[at].text
    return sign, at + len(sign)


def _behind(tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    """The word for a sign that stands by itself between a number and a word, read from the word, and the place behind it:
    "5 < count" says that the count is more than 5.
    """
    if at >= len(tokens) or tokens[at].kind != "punct" or tokens[at].text[0] not in "<>≤≥":
        return None
    sign, behind = _sign(tokens, at)
    told = _SIGNS_OF_COMPARISON.get(sign.translate(_MIRRORED))
    if told is None or behind >= len(tokens) or tokens[behind].kind != "word":
        return None
    by_itself = tokens[at - 1].end < tokens[at].start and tokens[behind - 1].end < tokens[behind].start
    return (told, behind) if by_itself else None


def _bracket(tokens: Sequence[Token], at: int) -> bool:
    """Whether a sign is one of a pair of brackets, which touch what they hold: "<1-2 sentences>"."""
    if tokens[at].text == "<":
        around = range(at + 1, min(len(tokens), at + _WIDEST_BRACKET))
        return _touches(tokens, at) and any(tokens[i].text == ">" and _touches(tokens, i - 1) for i in around)
    before = range(max(0, at - _WIDEST_BRACKET), at)
    closes = tokens[at].text == ">" and at > 0 and _touches(tokens, at - 1)
    return closes and any(tokens[i].text == "<" and _touches(tokens, i) for i in before)


def _touches(tokens: Sequence[Token], at: int) -> bool:
    """Whether a token and the next stand together."""
    return at + 1 < len(tokens) and tokens[at].end == tokens[at + 1].start


def _unit(index: int, kind: str, tokens: Sequence[Token]) -> Unit | None:
    if not any(t.kind != "punct" for t in tokens):
        return None
    plain = [t for t in tokens if not (t.kind == "punct" and t.text in "*_#~")]
    canonical = _numbered(words(tuple(_compared(plain))))
    phrases, listed, how, faint = chunks(canonical)
    content = tuple(word for chunk in phrases for word in chunk)
    around = tuple(dict.fromkeys((*content, *(t.text for t in canonical if t.kind in LITERALS))))
    steering = markers(canonical, index, around)
    specials = tuple(_specials(canonical, titled=titled(plain), loud=shouted(plain)))
    key = tuple(_key(canonical, steering))
    quiet = forms().quiet
    stems = {t.text: stem(t.text) for t in canonical if t.kind == "word" and "'" not in t.text}
    opposites = forms().opposites
    silent = forms().silent
    every = frozenset(word for text, s in stems.items() if text not in silent for word in (s, meaning(text)))
    raw = frozenset(s for word, s in stems.items() if s in opposites or not (word in quiet or group_of(word)))
    plural = frozenset(
        meaning(t.text)
        for t in canonical
        if t.kind == "word" and t.text.endswith("s") and t.text[-2:] not in _NO_PLURAL
    )
    signs = frozenset(t.text for t in canonical if t.text in _SIGNS)
    return Unit(
        index,
        kind,
        tokens[0].start,
        tokens[-1].end,
        key,
        content,
        phrases,
        steering,
        specials,
        raw,
        signs,
        listed,
        faint,
        plural,
        members(canonical),
        how,
        rows(canonical),
        every,
        tuple(meaning(t.text) for t in canonical if t.text in stems and t.text not in silent),
        *polarity(canonical),
        spare(canonical),
        frozenset(t.text for t in canonical if t.kind == "word"),
        tokens[-1].text == ":",
        frozenset(_joined(canonical)),
        pairs(canonical),
        clauses(canonical),
        pivots(canonical),
        tuple(t.text for t in canonical if t.kind != "punct"),
    )


def _joined(tokens: Sequence[Token]) -> Iterator[str]:
    """The stems of neighbours as one word: "time stamp", "timestamp"."""
    for before, token in pairwise(tokens):
        if before.kind == token.kind == "word" and weight(token.text) and len(before.text) > 1:
            yield stem(before.text + token.text)


def _numbered(tokens: list[Token]) -> list[Token]:
    """`one` is a number where it counts something, `no` a word where it is an answer."""
    counted = forms().counted
    done: list[Token] = []
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        before = tokens[at - 1].text if at else ""
        if token.text == "one" and token.kind == "word":
            if following is not None and following.text == "-" and at + 2 < len(tokens):
                following = tokens[at + 2]
            between = any(t.text == "between" for t in tokens[max(0, at - 3) : at])
            ranges = (
                following is not None
                and (following.text in ("to", "or") or (between and following.text == "and"))
                and _numeral(tokens, at + 2)
            )
            second = tokens[at + 2] if at + 2 < len(tokens) else None
            adjective = following is not None and following.kind == "word" and second is not None
            counts = (
                ranges
                or (following is not None and unit(following.text) in counted)
                or (adjective and second is not None and second.kind == "word" and unit(second.text) in counted)
            )
            timed = any(t.text in ("time", "per") for t in tokens[at + 1 : at + 5]) or singly(tokens, at)
            behind = tokens[at + 2].text if at + 2 < len(tokens) else ""
            of = following is not None and following.text == "of"
            if following is not None and following.text == "one":
                # "one single script"
                counts = True
            single = before == "only" and following is not None and (not of or behind in _WHICH)
            some = following is not None and following.text == "of" and before == "exactly" and behind not in _WHICH
            if counts or single or timed or (group_of(before) in COMPARES and not some):
                token = Token("number", "1", token.start, token.end)
        if token.text == "one" and at and done and done[-1].text == "1" and before == "one":
            continue
        ended = following is None or following.kind == "punct"
        if token.text == "2" and (
            (before == "the" and ended)
            or (before == "between" and following is not None and following.kind == "word" and following.text != "and")
        ):
            continue
        if token.text == "no" and token.kind == "word" and _answers(tokens, at):
            token = Token("word", "noanswer", token.start, token.end)
        if token.kind == "word" and token.capital and at and token.text in forms().capital_languages:
            token = Token("word", forms().capital_languages[token.text], token.start, token.end, True)
        if token.text in ("a", "an") and before != "at" and singly(tokens, at):
            token = Token("number", "1", token.start, token.end)
        if (
            token.text in ("a", "an")
            and group_of(before) in COMPARES
            and following is not None
            and unit(following.text) in forms().placed | forms().units
        ):
            # "older than a year"
            token = Token("number", "1", token.start, token.end)
        # "options A, B and C", "answer A with answer B"
        if (
            token.text == "a"
            and token.upper
            and following is not None
            and (following.text in (",", "and", "or", ")", ":") or (at and tokens[at - 1].kind == "word"))
        ):
            token = Token("word", OPTION_A, token.start, token.end)
        done.append(token)
    return done


def _numeral(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].kind == "number"


def _answers(tokens: Sequence[Token], at: int) -> bool:
    """Whether `no` is an answer: "yes or no", "answer no"."""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    near = {t.text for t in tokens[max(0, at - 3) : at + 4]}
    return "yes" in near or following is None or following.kind == "punct"


def _specials(tokens: Sequence[Token], *, titled: bool, loud: frozenset[int]) -> Iterator[tuple[str, str, int, int]]:
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
        elif token.start in loud:
            continue
        elif constant(token) and not titled:
            yield "constant", token.text, token.start, token.end
        elif names(token, before) and not titled:
            yield "name", token.text, token.start, token.end


_DIRECTIONS = {"from": "from ", "to": "to ", "into": "to "}


def _is_unit(token: Token, before: Token | None) -> bool:
    behind_number = before is not None and before.kind == "number"
    if token.kind == "punct":
        return token.text == "%"
    if token.kind != "word":
        return False
    name = unit(token.text)
    placed = behind_number or (before is not None and before.text in ("in", "per"))
    return name in forms().units or (placed and name in forms().placed) or (behind_number and name in forms().counted)


def _key(tokens: Sequence[Token], markers: Sequence[Marker]) -> Iterator[str]:
    """What a unit says: its meaningful words, literals, numbers and markers, in order."""
    steering = {(m.start, m.group): m.value for m in markers}
    before: Token | None = None
    for token in tokens:
        if token.kind in LITERALS or token.kind == "number":
            yield token.text
        elif _is_unit(token, before):
            yield unit(token.text)
        elif token.kind == "word":
            group = "not" if token.text == "or" else group_of(token.text)
            if group in COMPARES:
                yield group or ""
            elif group and (token.start, group) in steering:
                # "first" and "then" are two places.
                yield "first" if token.text == "first" else steering[token.start, group]
            elif token.text in forms().languages:
                yield (_DIRECTIONS.get(before.text, "") if before else "") + token.text
            elif names(token, before) or constant(token):
                yield stem(token.text)
            elif weight(token.text):
                yield meaning(token.text)
        before = token
