"""What a request sends, as far as the project says it: settings, the cap, messages, tools, the form of the answer."""

from __future__ import annotations

from functools import cached_property

from promptlint.facts.base import Place, Record
from promptlint.facts.expressions import Segment


class Setting(Record, frozen=True, dict=True):
    """What a call passes for one parameter.

    `state`: known | dynamic | none | unknown. `values`: every value that can reach it, sorted.
    `basis`: literal | default | configured (by the user, or in a file that the program reads) | sdk_default | unknown.
    `reason` says why it is not known. `places`: where each of several values stands.
    """

    state: str
    values: tuple[str | int | float | bool, ...] = ()
    basis: str = "unknown"
    place: Place | None = None
    parameter: str | None = None
    reason: str | None = None
    places: tuple[Place | None, ...] = ()

    def place_of(self, value: str | int | float | bool) -> Place | None:
        """Where one of the values stands, as far as it is known."""
        return self._standing.get(value) or self.place

    @cached_property
    def _standing(self) -> dict[str | int | float | bool, Place | None]:
        return dict(zip(self.values, self.places, strict=False))


class Cap(Record, frozen=True):
    """The output cap of a call, in tokens.

    `state`: number | dynamic | none | unknown. `source`: call | constructor | config | bind | decorator | global.
    `missing` is the catalogue's verdict on a call without one; `source` then says where it would be set, if not at the
    call. `reason` says why the value is not known. `literal` is where the number itself stands: at the call, in a
    constant, or at the caller of a wrapper. `fallback`: of a dynamic cap, the default that a caller, a command line or the
    environment may override.
    """

    state: str
    value: int | None = None
    parameter: str | None = None
    source: str | None = None
    place: Place | None = None
    required: bool = False
    default: int | None = None
    missing: str = "unknowable"
    literal: Place | None = None
    reason: str | None = None
    fallback: int | None = None


class Sold(Record, frozen=True):
    """Who is paid for a request. `by`: the sellers that it may go to, as `providers.toml` or the SDK names them.

    `elsewhere`: no | maybe | surely: to a host or a deployment of the user's choice, where model names mean what its owner says.
    `here`: surely to this machine. `by_default`: unless a caller or the environment gives another address.
    """

    by: tuple[str, ...] = ()
    elsewhere: str = "no"
    here: bool = False
    by_default: bool = False


class Mark(Record, frozen=True):
    """A cache mark: all before it, and the first `end` segments of its message, are what it caches."""

    place: Place
    end: int


class Message(Record, frozen=True):
    """One message of a request: what is known of its text, in order. `complete`: no part of it is opaque.

    `parts`: its content is a list of parts, not one text. `detailed`: where an image is asked to be read in high detail.
    `marks`: where it is marked for the cache, for sure.
    """

    role: str | None
    segments: tuple[Segment, ...]
    prompts: tuple[str, ...] = ()
    cache_mark: bool = False
    complete: bool = True
    place: Place | None = None
    parts: bool = False
    detailed: tuple[Place, ...] = ()
    marks: tuple[Mark, ...] = ()


class Definition(Record, frozen=True):
    """A tool, or the form of an answer, as it is sent beside the messages.

    `words`: the names, descriptions and values that are written in the project: whatever is sent holds them. None where
    nothing of it is known. `function`: the JSON of a function that is known as a whole. `unsure`: it may not be sent.
    """

    name: str = ""
    words: tuple[str, ...] | None = None
    function: str = ""
    unsure: bool = False


class Tools(Record, frozen=True):
    """The tool definitions of a request. `whole`: there are no others; else nobody knows how many."""

    definitions: tuple[Definition, ...]
    whole: bool
    place: Place

    @property
    def known(self) -> tuple[Definition, ...]:
        """Those of which something is written in the project."""
        return tuple(d for d in self.definitions if d.words is not None)


class Shape(Record, frozen=True):
    """The form that a request demands of an answer: a schema, as far as it bounds the length.

    `kind`: object | list | choice | boolean | integer | number | null | text. `fields` of an object, in order; `options`
    of a choice; `element` of a list of at most `most`. `name`: of its class or schema. `optional`: null, or nothing at all, may stand in its place.
    """

    kind: str
    name: str = ""
    fields: tuple[tuple[str, Shape], ...] = ()
    options: tuple[str, ...] = ()
    element: Shape | None = None
    most: int | None = None
    optional: bool = False
