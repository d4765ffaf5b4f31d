"""`Project`: the files of a program, linked.

`Call`, `Prompt` and what else stands here are made by `link/` of all files together; checks see nothing else.
"""

from __future__ import annotations

from functools import cached_property

from promptlint.facts.base import Place, Record, Span
from promptlint.facts.calls import Call
from promptlint.facts.files import Ignore
from promptlint.facts.prompts import Prompt


class Want(Record, frozen=True):
    """A module that `link` asks for, or whose uses it asks for. `name` is what it looks for there; an object's ends in a dot."""

    module: str
    name: str = ""


class Similarity(Record, frozen=True):
    """A semantic cache and the least similarity at which it takes two questions for one, from 0 to 1."""

    place: Place
    callee: str
    least: float


class Dump(Record, frozen=True):
    """A `json.dumps` whose text reaches a prompt. `only` is True when it goes nowhere else, and its function indents nothing else.

    `default_ascii`, `default_separators`: it escapes letters, and spaces out, as it does unless told otherwise; False where
    what it writes is known to hold nothing of that kind. `flat`: a text or a number for sure, which has no layout.
    """

    place: Place
    callee: str
    indent: int | None
    default_ascii: bool
    default_separators: bool
    only: bool
    keyword_spans: dict[str, Span] = {}
    flat: bool = False


class Project(Record, frozen=True, dict=True):
    """The linked project: every call and prompt, ordered by path and place."""

    calls: tuple[Call, ...] = ()
    callers: tuple[Call, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    dumps: tuple[Dump, ...] = ()
    similarities: tuple[Similarity, ...] = ()
    ignores: dict[str, tuple[Ignore, ...]] = {}
    problems: tuple[tuple[Place, str], ...] = ()

    @cached_property
    def every_call(self) -> tuple[Call, ...]:
        """The requests and what callers make of them."""
        return (*self.calls, *self.callers)

    @cached_property
    def sites(self) -> dict[Place, Call]:
        """Each request by where it stands."""
        return {call.place: call for call in self.calls}

    @cached_property
    def naming(self) -> dict[tuple[str | int | float | bool, Place | None], list[Call]]:
        """A model, and where it is named → the calls that ask it."""
        found: dict[tuple[str | int | float | bool, Place | None], list[Call]] = {}
        for call in self.every_call:
            for value in dict.fromkeys(call.model.values):
                found.setdefault((value, call.model.place_of(value)), []).append(call)
        return found

    @cached_property
    def made_in(self) -> dict[tuple[str, str], list[Call]]:
        """A file, and a function there → the calls it makes."""
        found: dict[tuple[str, str], list[Call]] = {}
        for call in self.every_call:
            found.setdefault((call.place.path, call.function), []).append(call)
        return found
