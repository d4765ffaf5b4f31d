"""The text of one request, as far as it is known."""

from __future__ import annotations

from dataclasses import dataclass, field

from promptlint.facts import Expr, Hole, Mark, Message, Place
from promptlint.link.requests.settings import place_of
from promptlint.link.resolve.values import Context, ParameterValue
from promptlint.link.texts.composed import Composed


@dataclass(eq=False)
class Request:
    """What is known of the text of a request. `known`: no message can be missing from `messages`."""

    messages: list[Message] = field(default_factory=list)
    composed: list[tuple[Composed, str | None]] = field(default_factory=list)
    parameters: list[ParameterValue] = field(default_factory=list)
    known: bool = True

    def add(
        self,
        composed: Composed,
        role: str | None,
        argument: tuple[Expr, Context],
        *,
        mark: bool = False,
        parts: bool = False,
        detailed: tuple[Place, ...] = (),
        marks: tuple[Mark, ...] = (),
    ) -> None:
        """Add one message."""
        complete = not any(isinstance(s, Hole) for s in composed.segments)
        expr, context = argument
        self.messages.append(
            Message(
                role=role,
                segments=tuple(composed.segments),
                cache_mark=mark,
                complete=complete,
                place=place_of(expr, context),
                parts=parts,
                detailed=detailed,
                marks=marks,
            )
        )
        self.composed.append((composed, role))
        self.parameters.extend(composed.parameters)

    def besides(self, other: Request) -> None:
        """Note what is sent instead where the program takes another way."""
        self.composed.extend(other.composed)
        self.parameters.extend(other.parameters)
