"""The `[models]` table of the configuration, written from what is unresolved: comments to fill in, nothing overwritten."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import tomlkit
from msgspec import Struct
from tomlkit.container import OutOfOrderTableProxy
from tomlkit.items import Table
from tomlkit.toml_document import TOMLDocument

_HEAD = "Which model these expressions stand for; take the # away and name it."

_LONE_NEWLINE = re.compile(r"(?<!\r)\n")


class Entry(Struct, frozen=True):
    """An expression that names a model nobody knows: how often, and where first (path:line)."""

    expression: str
    calls: int
    first: str


def add_entries(text: str, entries: Iterable[Entry], *, keys: tuple[str, ...]) -> tuple[str, int]:
    """A TOML document with a commented line for each new expression in the table `keys`, and how many were added.

    What is there already, as a key or as a comment, stays as it is. Raises `tomlkit.exceptions.TOMLKitError`.
    """
    whole = text if not text or text.endswith("\n") else f"{text}\n"
    table = _opened(whole, keys)[1]
    there = table.as_string()
    new = [e for e in entries if e.expression not in table and f"{_quoted(e.expression)} =" not in there]
    if not new:
        return text, 0
    head = [] if _HEAD in there else [_HEAD]
    # A table whose lines are dotted (`models.a = "b"`) has no header, and may have none: its name stands in each line.
    for start in range(len(keys), -1, -1):
        lines = [_line(entry, keys[start:]) for entry in new]
        for made in (_inside(whole, keys, [*head, *lines]), _behind(whole, keys, [*head, *lines])):
            if _leads_there(whole, made, lines, keys, new):
                return _ending_as(text, made), len(new)
    raise tomlkit.exceptions.TOMLKitError(f"{'.'.join(keys)} is written so that nothing can be put into it")


def _line(entry: Entry, before: tuple[str, ...]) -> str:
    calls = "1 call" if entry.calls == 1 else f"{entry.calls} calls"
    return f'{".".join((*before, _quoted(entry.expression)))} = ""  # {calls}, first {entry.first}'


def _quoted(expression: str) -> str:
    return tomlkit.string(expression).as_string()


def _inside(text: str, keys: tuple[str, ...], lines: Iterable[str]) -> str:
    """The document with these comments at the end of the table."""
    document, table = _opened(text, keys)
    for line in lines:
        table.add(tomlkit.comment(line))
    return document.as_string()


def _behind(text: str, keys: tuple[str, ...], lines: Iterable[str]) -> str:
    """The document with a new table at its end."""
    return "\n".join((f"{text.rstrip()}\n", f"[{'.'.join(keys)}]", *(f"# {line}" for line in lines), ""))


def _leads_there(before: str, made: str, lines: Iterable[str], keys: tuple[str, ...], new: Iterable[Entry]) -> bool:
    """Whether the lines, with the # taken away, are entries of the table, and nothing else is another than before."""
    filled = made.replace("\n".join(f"# {line}" for line in lines), "\n".join(lines), 1)
    try:
        old, now, still = tomllib.loads(before), tomllib.loads(filled), tomllib.loads(made)
    except tomllib.TOMLDecodeError:
        return False
    wanted, kept = old, still
    for key in keys:
        wanted, kept = wanted.setdefault(key, {}), kept.setdefault(key, {})
    if old != still:
        return False
    wanted.update({entry.expression: "" for entry in new})
    return now == old


def _ending_as(text: str, made: str) -> str:
    """With line ends as those of a text that has no other."""
    if "\r\n" not in text or _LONE_NEWLINE.search(text):
        return made
    return _LONE_NEWLINE.sub("\r\n", made)


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
