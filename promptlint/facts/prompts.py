"""`Prompt`: a text that is sent to a model, and where its holes are filled."""

from __future__ import annotations

from promptlint.facts.base import Place, Record, Span
from promptlint.facts.expressions import Hole, Literal, Segment


class TemplateUse(Record, frozen=True):
    """A template filled in: `.format(...)`, `render(...)`, `substitute(...)`. `open` when a `**` is not followed.

    `sole`: no other template can be filled here, whoever calls or derives. `sure`: it is this text, and no object that takes
    its place. `written`: where keywords written at the call
    have their values.
    """

    prompt: str
    place: Place
    given: tuple[str, ...]
    positional: int = 0
    open: bool = False
    sole: bool = False
    sure: bool = True
    written: dict[str, Span] = {}


class Prompt(Record, frozen=True):
    """A prompt template. `form`, `role` and `confidence` as in the README; `used_by` holds site ids.

    `reshaped`: its white space may be changed before it is sent (`dedent`). `between`: what is put between its lines, where a
    list of them is joined; in its text that is a literal of an empty span.
    """

    id: str
    place: Place
    form: str
    name: str | None
    role: str | None
    segments: tuple[Segment, ...]
    confidence: str
    scope: str
    syntax: str | None = None
    used_by: tuple[str, ...] = ()
    uses: tuple[TemplateUse, ...] = ()
    problem: str | None = None
    problem_place: Place | None = None
    required: tuple[str, ...] = ()
    reshaped: bool = False
    between: str | None = None

    @property
    def text(self) -> str:
        """Its literal text, holes left out."""
        return "".join(s.text for s in self.segments if isinstance(s, Literal))

    @property
    def placeholders(self) -> tuple[str, ...]:
        """What is filled in at run time, in order, each once. The tag of a section fills nothing."""
        named = (s.name for s in self.segments if isinstance(s, Hole) and (s.name or s.value is not None))
        return tuple(dict.fromkeys(named))
