"""An expression as one file writes it, before anyone knows what its names stand for.

What is not followed is `Unknown`, with the reason: a fact is never a guess.
"""

from __future__ import annotations

from promptlint.facts.base import Record, Span


class Known(Record, tag="known", frozen=True):
    """A literal number, boolean or None. Text is `Text`."""

    value: int | float | bool | None
    span: Span


class Name(Record, tag="name", frozen=True):
    """A bare name, to be looked up from `scope` ("" is the module, "Bot.ask" a method)."""

    name: str
    scope: str
    span: Span


class Attribute(Record, tag="attribute", frozen=True):
    """`base.name`."""

    base: Expr
    name: str
    span: Span


class Item(Record, tag="item", frozen=True):
    """`base[key]`."""

    base: Expr
    key: Expr
    span: Span


class Test(Record, frozen=True):
    """What is asked of a name in a function: whether it is true or, with `values`, one of these; `denied`: whether it is not."""

    name: Name
    values: tuple[str | int | float | bool | None, ...] = ()
    denied: bool = False


class Choice(Record, tag="choice", frozen=True):
    """One of several values. `origin`: branch | or. `test`: what says that it is the first, where that can be told."""

    options: tuple[Expr, ...]
    origin: str
    span: Span
    test: Test | None = None


class Table(Record, tag="table", frozen=True):
    """A dictionary. `items` keeps the order; a key of None is `**value`; `keyed` are entries whose keys are no plain text.

    Of a comprehension that takes over only some entries, `among` are the keys it asks for.
    """

    items: tuple[tuple[str | None, Expr], ...]
    span: Span
    keyed: tuple[tuple[Expr, Expr], ...] = ()
    among: Expr | None = None

    @property
    def values(self) -> tuple[Expr, ...]:
        """All that it holds, whatever the keys are."""
        return (*(value for _, value in self.items), *(value for _, value in self.keyed))


class Items(Record, tag="items", frozen=True):
    """A list, tuple or set (`unordered`). `starred` holds the positions that are `*value`."""

    values: tuple[Expr, ...]
    span: Span
    starred: tuple[int, ...] = ()
    unordered: bool = False


class Result(Record, tag="result", frozen=True):
    """The value of a call: an index into `FileFacts.invocations`."""

    invocation: int
    span: Span


class Binary(Record, tag="binary", frozen=True):
    """`left operator right` for `+`, `|`, `%`, `*`, `/`, `-` and `//`."""

    left: Expr
    operator: str
    right: Expr
    span: Span


class Repeated(Record, tag="repeated", frozen=True):
    """The element of a comprehension: any number of `element`. `chosen`: a condition leaves some out."""

    element: Expr
    span: Span
    chosen: bool = False


class Unknown(Record, tag="unknown", frozen=True):
    """An expression that is not followed. `reason` is a short noun phrase for people."""

    reason: str
    span: Span


class Hole(Record, tag="hole", frozen=True):
    """A place filled at run time: `source` is the hole byte for byte (`{name!r:>8}`), `name` what fills it.

    Once a text is put together: `path` is the file it stands in, `home` that of its value, where that is another; `passed`:
    it is the first in its text, and made from what a function is passed, or goes through in a loop.
    """

    source: str
    name: str
    value: Expr | None
    span: Span
    path: str = ""
    home: str = ""
    passed: bool = False


class Literal(Record, tag="literal", frozen=True):
    """Text as the program sees it. `runs` maps it back: (text offset, source offset, length), in code points."""

    text: str
    span: Span
    runs: tuple[tuple[int, int, int], ...] = ()


Segment = Literal | Hole


class Text(Record, tag="text", frozen=True):
    """A string expression: literal runs and holes. `form`: constant | fstring."""

    form: str
    segments: tuple[Segment, ...]
    span: Span


Expr = Known | Name | Attribute | Item | Choice | Table | Items | Text | Result | Binary | Repeated | Unknown
