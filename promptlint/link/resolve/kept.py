"""What linking finds out about some files and more files cannot change."""

from __future__ import annotations

from dataclasses import dataclass, field

from promptlint.facts import Expr, Function, Invocation
from promptlint.knowledge.lookup import Knowledge
from promptlint.link.program.answers import Answers
from promptlint.link.program.module import Module
from promptlint.link.program.puts import Put, puts
from promptlint.link.resolve.uses import Uses
from promptlint.link.resolve.values import ClassValue, Context, Frame, Value

Whole = int | tuple[int, tuple[Frame, ...]]
"""The identity of an expression, and the calls that led to it."""


@dataclass(eq=False)
class Kept:
    """Answers whose way led to no file that is not parsed, and to no question about all files: see `Modules.open_ends`.

    Whoever links the same files again, and others with them, hands it on. Each entry holds on to whatever its key is the
    identity of: no other object can take its place.
    """

    modules: dict[str, Module] = field(default_factory=dict)
    values: dict[Whole, tuple[Value, Context, Expr]] = field(default_factory=dict)
    frames: dict[tuple[int, int, tuple[Frame, ...]], Frame] = field(default_factory=dict)
    unwritten: dict[tuple[int, str], Invocation] = field(default_factory=dict)
    """Calls that stand nowhere, by the call or the class they are made for."""
    dotted: dict[tuple[int, str], Value] = field(default_factory=dict)
    """Module and what is taken from it → its value."""
    members: dict[tuple[int, str, int], Value] = field(default_factory=dict)
    """Class, attribute and the class of the object it is taken from → its value."""
    lineages: dict[int, list[ClassValue]] = field(default_factory=dict)
    candidates: dict[str, dict[int, bool]] = field(default_factory=dict)
    """File → its calls that may be requests: see `search`."""
    services: dict[str, frozenset[str]] = field(default_factory=dict)
    """File → the scopes in it that name the address of a service."""
    sent: dict[str, frozenset[int]] = field(default_factory=dict)
    """File → the identities of the calls that make a request which it sends later: see `prepared`."""
    uses: Uses = field(default_factory=Uses)
    constructors: dict[int, list[tuple[Module, Function]]] = field(default_factory=dict)
    _puts: dict[str, tuple[Put, ...]] = field(default_factory=dict)
    _answers: dict[str, Answers] = field(default_factory=dict)

    def puts(self, knowledge: Knowledge, module: Module) -> tuple[Put, ...]:
        """What a file may keep of an SDK's functions."""
        if module.path not in self._puts:
            self._puts[module.path] = tuple(puts(knowledge, module))
        return self._puts[module.path]

    def answers(self, module: Module) -> Answers:
        """What a file does with the answers of calls."""
        if module.path not in self._answers:
            self._answers[module.path] = Answers(module)
        return self._answers[module.path]
