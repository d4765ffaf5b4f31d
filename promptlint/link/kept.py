"""What linking finds out about some files and more files cannot change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from promptlint.facts import Expr, Function, Invocation
from promptlint.link.uses import Uses
from promptlint.link.values import ClassValue, Context, Frame, Value

if TYPE_CHECKING:
    from promptlint.link.module import Module
    from promptlint.link.puts import Put
    from promptlint.link.taken import Answers

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
    puts: dict[str, tuple[Put, ...]] = field(default_factory=dict)
    """File → what it may keep of an SDK's functions: see `puts`."""
    services: dict[str, frozenset[str]] = field(default_factory=dict)
    """File → the scopes in it that name the address of a service."""
    answers: dict[str, Answers] = field(default_factory=dict)
    """File → what it does with the answers of calls: see `taken`."""
    sent: dict[str, frozenset[int]] = field(default_factory=dict)
    """File → the identities of the calls that make a request which it sends later: see `prepared`."""
    uses: Uses = field(default_factory=Uses)
    constructors: dict[int, list[tuple[Module, Function]]] = field(default_factory=dict)
