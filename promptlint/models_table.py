"""The `[models]` table of the configuration, written from what is unresolved: comments to fill in, nothing overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import tomlkit
from msgspec import Struct
from tomlkit.container import OutOfOrderTableProxy
from tomlkit.items import Table
from tomlkit.toml_document import TOMLDocument

_HEAD = "Which model these expressions stand for; take the # away and name it."


class Entry(Struct, frozen=True):
    """An expression that names a model nobody knows: how often, and where first (path:line)."""

    expression: str
    calls: int
    first: str


def add_entries(text: str, entries: Iterable[Entry], *, keys: tuple[str, ...]) -> tuple[str, int]:
    """A TOML document with a commented line for each new expression in the table `keys`, and how many were added.

    What is there already, as a key or as a comment, stays as it is. Raises `tomlkit.exceptions.TOMLKitError`.
    """
    document, table = _opened(text, keys)
    there = table.as_string()
    new = [e for e in entries if e.expression not in table and f"{_quoted(e.expression)} =" not in there]
    if not new:
        return text, 0
    if _HEAD not in there:
        table.add(tomlkit.comment(_HEAD))
    for entry in new:
        calls = "1 call" if entry.calls == 1 else f"{entry.calls} calls"
        table.add(tomlkit.comment(f'{_quoted(entry.expression)} = ""  # {calls}, first {entry.first}'))
    return document.as_string(), len(new)


def _quoted(expression: str) -> str:
    return tomlkit.string(expression).as_string()


def _opened(text: str, keys: tuple[str, ...]) -> tuple[TOMLDocument, Table]:
    """A document and the table under nested keys, made where it is missing."""
    document = tomlkit.parse(text)
    current: TOMLDocument | Table | OutOfOrderTableProxy = document
    for i, key in enumerate(keys):
        if key not in current:
            if isinstance(current, OutOfOrderTableProxy):  # tables between its parts: what is added to it is lost
                return _opened(f"{text.rstrip()}\n\n[{'.'.join(keys)}]\n", keys)
            current.add(key, tomlkit.table(is_super_table=i < len(keys) - 1))
        found = current[key]
        if not isinstance(found, Table | OutOfOrderTableProxy):
            raise tomlkit.exceptions.TOMLKitError(f"{'.'.join(keys[: i + 1])} is not a table of its own")
        current = found
    if not isinstance(current, Table):
        raise tomlkit.exceptions.TOMLKitError(f"{'.'.join(keys)} is written in several places")
    return document, current


def target(folder: Path, in_use: str | None) -> tuple[Path, tuple[str, ...]]:
    """The file to write and the keys of its table: the configuration in use, else `pyproject.toml`, else a new file."""
    path = Path(in_use) if in_use else folder / "pyproject.toml"
    if not path.is_file():
        path = folder / "promptlint.toml"
    return path, ("tool", "promptlint", "models") if path.name == "pyproject.toml" else ("models",)
