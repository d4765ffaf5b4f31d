"""What one run keeps for the next in `.promptlint_cache`: facts, the linked project, token counts, rewrites, tables.

Nothing here is needed: what is missing, foreign, damaged or of another version is made again, and a folder that cannot be
written is left alone. Entries are named by what they were made from, so nothing in them can be out of date. Files are
replaced whole: two runs at once each find either the old one or the new one.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from promptlint.bytes_of import regular_bytes
from promptlint.compress.splice import Change
from promptlint.facts import FileFacts, Project, Want
from promptlint.knowledge.specs import Sdk
from promptlint.knowledge.tables import own_tables, rules_dir
from promptlint.outcome import Problem

FOLDER = ".promptlint_cache"
_LARGEST = 1 << 30  # bytes, unpacked: more is damage or malice
_AN_HOUR = 3600
_SPARE = 3  # times as many unused facts as used ones are kept: those of other branches and folders
_LEVEL = 1
_CHECKSUM = 16
_Entry = TypeVar("_Entry")


class Linkage(Struct, frozen=True):
    """A linked project. `key` says which files there were and what was configured; `problems` were met while they were parsed.

    `seen`: every file that was looked at, with the digest of its bytes; `parsed`: those of them it was made of, with the
    digest of their facts; `taken`: the files of other kinds that were read for it, with that of their bytes. Those that
    use `wrappers` or derive from `parents` were looked for in the others, for a program whose own packages are `roots` and
    whose code names the files `named`.
    """

    key: str
    project: Project
    problems: list[Problem]
    seen: dict[str, str]
    parsed: dict[str, str]
    taken: dict[str, str]
    wrappers: list[Want]
    parents: list[Want]
    named: list[str]
    roots: tuple[str, ...]


class Cache:
    """One folder of entries of one version. `folder` None keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._used: dict[str, msgspec.Raw | bytes] = {}
        self._new = self._complete = False
        self._decoder = msgspec.msgpack.Decoder(FileFacts)
        self._sizes: dict[str, int] = {}

    def facts(self, key: str) -> FileFacts | None:
        """The facts made from what `key` names, if an earlier run kept them."""
        raw = self._facts.get(key)
        if raw is None:
            return None
        try:
            found = self._decoder.decode(raw)
        except msgspec.DecodeError:
            return None
        self._used[key] = raw
        return found

    def keep_facts(self, key: str, facts: FileFacts) -> None:
        """Keep facts for the next run."""
        data = _encoded(facts) if self._folder is not None else None
        if data is not None:
            self._used[key] = data
            self._new = True

    def tables(self) -> tuple[Sdk, ...]:
        """The SDK tables that ship. Raises `RulesError`."""
        data = self._read("tables")
        try:
            if data:
                return msgspec.msgpack.decode(data, type=tuple[Sdk, ...])
        except msgspec.DecodeError:
            pass
        found = own_tables()
        if self._folder is not None:
            self._write("tables", msgspec.msgpack.encode(found))
        return found

    def linkage(self) -> Linkage | None:
        """The project as it was last linked."""
        data = self._read("project")
        try:
            return msgspec.msgpack.decode(data, type=Linkage) if data else None
        except msgspec.DecodeError:
            return None

    def keep_linkage(self, linkage: Linkage) -> None:
        """Keep a linked project in place of the one before."""
        if self._folder is None:
            return
        with suppress(RecursionError, UnicodeEncodeError):  # names that are no text; as above
            self._write("project", msgspec.msgpack.encode(linkage))

    def forget_unused(self) -> None:
        """All facts a project is made of were used in this run: of others, only some are kept."""
        self._complete = True

    @cached_property
    def counts(self) -> dict[str, int]:
        """Digest of an encoding and a text → tokens; what is added is kept by `save`."""
        return self._table("counts", dict[str, int])

    @cached_property
    def rewrites(self) -> dict[str, tuple[Change, ...]]:
        """Digest of a prompt and how it may be rewritten → the changes found; what is added is kept by `save`."""
        return self._table("rewrites", dict[str, tuple[Change, ...]])

    def _table(self, name: str, kind: type[dict[str, _Entry]]) -> dict[str, _Entry]:
        data = self._read(name)
        try:
            found = msgspec.msgpack.decode(data, type=kind) if data else {}
        except msgspec.DecodeError:
            found = {}
        self._sizes[name] = len(found)
        return found

    def save(self) -> None:
        """Write what is new. Facts that this run did not use stay as long as they are not many more than the others."""
        if self._folder is None:
            return
        if self._new:
            unused = {key: raw for key, raw in self._facts.items() if key not in self._used}
            kept = unused if not self._complete or len(unused) <= _SPARE * len(self._used) else {}
            self._write("facts", msgspec.msgpack.encode({**kept, **_raw(self._used)}))
            self._new = False
        for name, size in tuple(self._sizes.items()):
            table = getattr(self, name)
            if len(table) > size:
                self._write(name, msgspec.msgpack.encode(table))
                self._sizes[name] = len(table)

    @cached_property
    def _facts(self) -> dict[str, msgspec.Raw]:
        data = self._read("facts")
        try:
            return msgspec.msgpack.decode(data, type=dict[str, msgspec.Raw]) if data else {}
        except msgspec.DecodeError:
            return {}

    def _path(self, name: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{name}-{stamp()}.bin"

    def _read(self, name: str) -> bytes | None:
        if self._folder is None:
            return None
        try:
            data = regular_bytes(self._path(name), _LARGEST)
            unpacking = zlib.decompressobj()
            unpacked = unpacking.decompress(data[_CHECKSUM:], _LARGEST)
        except (OSError, zlib.error, MemoryError):
            return None
        if not unpacking.eof:
            return None
        return unpacked if _checksum(unpacked) == data[:_CHECKSUM] else None

    def _write(self, name: str, data: bytes) -> None:
        """Replace a file. A folder that is not there or that cannot be written to costs the next run some time, no more."""
        if self._folder is None:  # what came before could not be written
            return
        try:
            self._make()
            handle, temporary = tempfile.mkstemp(dir=self._folder, prefix=f"{name}-", suffix=".tmp")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_checksum(data) + zlib.compress(data, _LEVEL))
                os.replace(temporary, self._path(name))  # noqa: PTH105  # atomic on every system
            except OSError:
                Path(temporary).unlink(missing_ok=True)
            self._tidy(name)
        except OSError:
            self._folder = None

    def _tidy(self, name: str) -> None:
        """Remove what other versions and killed runs left; the folder may hold what is not ours."""
        assert self._folder is not None
        for other in self._folder.iterdir():
            old = re.fullmatch(rf"{name}-[0-9a-f]{{16}}\.bin", other.name) and other != self._path(name)
            lost = re.fullmatch(rf"{name}-\w{{8}}\.tmp", other.name) and time.time() - other.stat().st_mtime > _AN_HOUR
            if old or lost:
                other.unlink(missing_ok=True)

    def _make(self) -> None:
        assert self._folder is not None
        if not self._folder.is_dir():
            self._folder.mkdir(parents=True)
            (self._folder / ".gitignore").write_text("# Made by promptlint; safe to delete.\n*\n", encoding="utf-8")
            (self._folder / "CACHEDIR.TAG").write_text(
                "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache made by promptlint.\n",
                encoding="utf-8",
            )


def digest(*parts: bytes) -> str:
    """A name for what an entry was made from."""
    made = hashlib.blake2b(digest_size=16)
    for part in parts:
        made.update(len(part).to_bytes(8, "little"))
        made.update(part)
    return made.hexdigest()


def digest_of(facts: FileFacts) -> str:
    """A name for some facts; an empty one, which equals nothing, where they are nested too deeply to be written."""
    data = _encoded(facts)
    return digest(data) if data is not None else ""


def _encoded(facts: FileFacts) -> bytes | None:
    try:
        return msgspec.msgpack.encode(facts)
    except (RecursionError, UnicodeEncodeError):
        return None  # nested deeper than this thread can go: made again each time


@cache
def stamp() -> str:
    """What every entry depends on besides its source: this package and its tables as installed, and the parsers."""
    from importlib.util import find_spec

    parser = find_spec("libcst")
    files = [*_files(Path(__file__).parent), *_files(rules_dir())]
    files += [Path(parser.origin).with_name("_version.py")] if parser and parser.origin else []
    states = [(path.name, path.stat()) for path in files]
    found = "".join(f"{name} {state.st_size} {state.st_mtime_ns}\n" for name, state in states)
    return digest(sys.version.encode(), found.encode())[:16]


def _files(top: Path) -> Iterator[Path]:
    for folder, inner, names in os.walk(top):
        inner.sort()
        yield from (Path(folder, name) for name in sorted(names) if name.endswith((".py", ".toml", ".json")))


def _raw(entries: dict[str, msgspec.Raw | bytes]) -> dict[str, msgspec.Raw]:
    return {key: raw if isinstance(raw, msgspec.Raw) else msgspec.Raw(raw) for key, raw in entries.items()}


def _checksum(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_CHECKSUM).digest()
