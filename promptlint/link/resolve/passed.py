"""Keywords by name, as they are gathered from calls, dictionaries and constructors: which are sure, and what may hide others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from msgspec import Struct
from msgspec.structs import replace

from promptlint.facts import Expr
from promptlint.link.resolve.values import Context, Instance, ParameterValue


class Argument(Struct, frozen=True, eq=False):
    """One value: the expression, where to read it, whether it is surely passed, and by what.

    `unless`: the parameter that it is passed in place of, where callers leave that out: `options or DEFAULTS`.
    """

    expr: Expr
    context: Context
    sure: bool = True
    source: str = "call"
    unless: str = ""

    @property
    def unsure(self) -> Argument:
        """The same value, which may be passed."""
        return replace(self, sure=False) if self.sure else self


class FromFile(Struct, frozen=True, eq=False):
    """A dictionary that is read from a file: `yaml.safe_load(text)["model"]`. `only`: the keys that are taken of it, where not all are."""

    expr: Expr
    context: Context
    only: frozenset[str] | None = None


@dataclass(eq=False)
class Arguments:
    """Keywords by name. `open` names what could not be opened: any key may hide there. `model`: an object passed as model.

    `ordered`: the keys of a dictionary, where a later one replaces an earlier one. The keywords of a call cannot repeat.
    `shut` are keys that what is open cannot hold: `**options` of a function never holds its named parameters. `capless` is of
    what is open that which holds no cap, `files` what is read from one: its keys are there.
    """

    given: dict[str, list[Argument]] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    through: list[ParameterValue] = field(default_factory=list)
    model: Instance | None = None
    ordered: bool = False
    shut: frozenset[str] | None = None
    capless: frozenset[str] = frozenset()
    files: list[FromFile] = field(default_factory=list)

    def add(self, name: str, argument: Argument) -> None:
        """A sure value replaces what was there; an unsure one joins it."""
        if argument.sure or name not in self.given:
            self.given[name] = [argument]
        else:
            self.given[name].append(argument)

    def by_default(self, parameter: str) -> None:
        """What is known so far is passed unless callers pass something else."""
        self.open.append(parameter)
        self.given = {
            name: [replace(a, unless=a.unless or parameter) for a in held] for name, held in self.given.items()
        }

    def unopened(self, reason: str, shut: Iterable[str] = ()) -> None:
        """Something that may hold any key but those of `shut`. In a dictionary it may replace what is known so far."""
        self.open.append(reason)
        self.shut = frozenset(shut) if self.shut is None else self.shut.intersection(shut)
        if self.ordered:
            for name in self.given.keys() - frozenset(shut):
                self.given[name] = [a.unsure for a in self.given[name]]

    def take(self, piece: Arguments, sure: bool = True) -> None:
        """Add what an unpacked dictionary brings."""
        for reason in piece.open:
            self.unopened(reason, piece.shut or ())
        self.through.extend(piece.through)
        self.files.extend(piece.files)
        for name, arguments in piece.given.items():
            if sure and all(a.sure for a in arguments):
                self.given[name] = arguments
            elif self.ordered or not _is_sure(self.given.get(name)):  # a call that is given a keyword twice fails
                self.given[name] = [*self.given.get(name, ()), *(a.unsure for a in arguments)]

    def first(self, *names: str) -> tuple[str, list[Argument]] | None:
        """The first of several spellings that is passed."""
        for name in names:
            if name in self.given:
                return name, self.given[name]
        return None

    def under(self, other: Arguments) -> None:
        """Let another layer lie below: its values count where this one has none."""
        for name, arguments in other.given.items():
            if name not in self.given:
                self.given[name] = arguments
        come = [reason for reason in other.open if reason not in self.open]
        self.open.extend(come)
        self.capless |= other.capless.intersection(come)
        self.through.extend(other.through)
        self.files.extend(other.files)


def _is_sure(arguments: Sequence[Argument] | None) -> bool:
    return arguments is not None and all(argument.sure for argument in arguments)


def either(pieces: Sequence[Arguments]) -> Arguments:
    """One of several dictionaries: a key is sure when each of them has it."""
    if len(pieces) == 1:
        return pieces[0]
    found = Arguments(ordered=True)
    for piece in pieces:
        found.open.extend(reason for reason in piece.open if reason not in found.open)
        found.through.extend(piece.through)
        found.files.extend(piece.files)
        if piece.open:
            found.shut = piece.shut if found.shut is None else found.shut & (piece.shut or frozenset())
    for name in dict.fromkeys(name for piece in pieces for name in piece.given):
        arguments = [a for piece in pieces for a in piece.given.get(name, ())]
        sure = all(name in piece.given for piece in pieces)
        found.given[name] = arguments if sure else [a.unsure for a in arguments]
    return found
