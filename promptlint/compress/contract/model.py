"""What the parts of the contract hand to each other."""

from __future__ import annotations

from msgspec import Struct

# Kinds of tokens that a rewrite may not touch.
LITERALS = frozenset(("hole", "template", "code", "quote", "url", "tag", "name"))
# Words that say "not" of what stands with them.
NEGATING = frozenset(("omit", "remov", "declin", "replac", "empt", "fail"))
# The letter A where it is no article.
OPTION_A = "optiona"


class Loss(Struct, frozen=True):
    """One thing that BEFORE says and AFTER does not, or the other way round (then `before` is empty).

    `kind`: hole | template | code | quote | url | number | negation | exception | modal | quantifier | unit | language |
    name | tag | json_key | list_item | example | requirement. `line` counts from 1 in BEFORE, for something added in AFTER.
    """

    kind: str
    before: str
    after: str
    line: int


class Token(Struct, frozen=True, gc=False):
    """A piece of text: `kind` is word, number, punct, newline or the kind of a literal (hole, code, quote, url, tag, name).

    `text` is lower case for words and exact for literals; `capital`: a word with a capital letter; `upper`: all capitals.
    """

    kind: str
    text: str
    start: int
    end: int
    capital: bool = False
    upper: bool = False


class Marker(Struct, frozen=True):
    """A word that steers others: `group` is its kind of steering, `value` what must be equal, `heads` what it governs.

    `around`: all words of its unit that have a meaning of their own, by distance. `unit`: the number of its unit.
    `word`: as it stands in canonical form. `clause`: of a negation, every word between its commas; of a number, what the other numbers count; of an `only`, what
    the conditions of its unit govern.
    """

    group: str
    value: str
    heads: tuple[str, ...]
    around: tuple[str, ...]
    start: int
    end: int
    unit: int
    clause: frozenset[str] = frozenset()
    word: str = ""


# The members of a row of things, each as the stems of its words.
Row = tuple[tuple[str, ...], ...]


# A word that has sides, and what stands before and behind it.
Pivot = tuple[str, frozenset[str], frozenset[str]]


class Unit(Struct, frozen=True):
    """A sentence, list item, heading or label: what one requirement usually stands in.

    `key` is what it says in canonical form; `chunks` are its meaningful words, phrase by phrase.
    `raw`: all its words by their stems, without synonyms. `signs`: words and marks that can take the place of an `if`.
    `listed`: the numbers of the chunks that stand in a row of such, `how` of those that say how ("in brackets"). `faint`: the words that say little without their neighbours.
    `rows`: the rows of things in it. `every`: the stems and canonical forms of all its words, however common; `said`: the latter, in order.
    `plural`: the words that stand in the plural. `members`: the words next to an "and" or "or"; `pairs`: both of each.
    `affirmed`, `negated`: the words said without and with a negation, in both where it is neither. `spare`: those of which the
    unit can lose one. `written`: all words as they stand; `joined`: neighbours as one word ("time stamp"). `label`: it ends with a colon.
    `clauses`: the words of each, and whether it comes after the one before. `pivots`: the words that have sides.
    `plain`: all its words and literals in canonical form, in order, however little they say.
    """

    index: int
    kind: str
    start: int
    end: int
    key: tuple[str, ...]
    words: tuple[str, ...]
    chunks: tuple[tuple[str, ...], ...]
    markers: tuple[Marker, ...]
    specials: tuple[tuple[str, str, int, int], ...]
    raw: frozenset[str] = frozenset()
    signs: frozenset[str] = frozenset()
    listed: frozenset[int] = frozenset()
    faint: frozenset[str] = frozenset()
    plural: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    how: frozenset[int] = frozenset()
    rows: tuple[Row, ...] = ()
    every: frozenset[str] = frozenset()
    said: tuple[str, ...] = ()
    affirmed: frozenset[str] = frozenset()
    negated: frozenset[str] = frozenset()
    spare: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()
    label: bool = False
    joined: frozenset[str] = frozenset()
    pairs: tuple[tuple[str, str], ...] = ()
    clauses: tuple[tuple[frozenset[str], bool], ...] = ()
    pivots: tuple[Pivot, ...] = ()
    plain: tuple[str, ...] = ()
