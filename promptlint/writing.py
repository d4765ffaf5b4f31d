"""Changed files put in their place: at once, encoding and mode kept, never over what somebody else wrote meanwhile."""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import tempfile
import tokenize
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Change(Struct, frozen=True):
    """One file before and after. `with_paths`: files that belong to the same fix; they are written all or none."""

    path: str
    absolute: str
    before: str
    after: str
    fixed: int
    with_paths: frozenset[str] = frozenset()


class _Staged(Struct, frozen=True):
    change: Change
    target: Path
    temporary: Path
    old: bytes


def write(changes: Sequence[Change]) -> tuple[list[Change], list[str]]:
    """Write every file, or all files of a fix or none of them: what was written, and why the rest was not."""
    done: list[Change] = []
    problems: list[str] = []
    waiting = list(changes)
    while waiting:
        head = waiting[0]
        target = os.path.realpath(head.absolute)  # two names of one file are written together, too
        group = [
            c for c in waiting if c.path in (head.path, *head.with_paths) or os.path.realpath(c.absolute) == target
        ]
        waiting = [c for c in waiting if c not in group]
        problem = _write_group(group)
        if problem is None:
            done += group
        else:
            problems.append(problem)
    return done, problems


def _write_group(group: Sequence[Change]) -> str | None:
    """Write temporary files beside all targets first, then rename: a full disk or a changed file leaves all as it was."""
    staged: list[_Staged] = []
    placed: list[_Staged] = []
    current = group[0]
    try:
        for current in group:
            target = Path(os.path.realpath(current.absolute))  # a link stays, what it leads to is written
            if any(s.target == target and s.change.after == current.after for s in staged):
                continue
            staged.append(_stage(current, target))
        for each in staged:
            current = each.change
            if each.target.read_bytes() != each.old:
                raise _Changed
            each.temporary.replace(each.target)
            placed.append(each)
    except _Changed:
        _restore(placed)
        return f"{current.path}: changed since it was read; nothing was written"
    except (OSError, UnicodeError) as error:
        _restore(placed)
        return f"{current.path}: cannot be written: {error}"
    finally:
        for each in staged:
            with contextlib.suppress(OSError):
                each.temporary.unlink(missing_ok=True)
    return None


class _Changed(Exception):  # noqa: N818  # a verdict on its way to one message
    pass


def _stage(change: Change, target: Path) -> _Staged:
    data = target.read_bytes()
    mark, encoding = _encoding(data, target)
    if data[len(mark) :].decode(encoding) != change.before:
        raise _Changed
    temporary = _beside(target, mark + change.after.encode(encoding), target.stat().st_mode & 0o7777)
    return _Staged(change, target, temporary, data)


def create(path: Path, text: str) -> str | None:
    """Write a file that is not there yet, whole or not at all; why not, when it cannot be done."""
    try:
        temporary = _beside(path, text.encode("utf-8"), 0o644)
        try:
            os.link(temporary, path)  # fails where somebody else made the file meanwhile
        finally:
            temporary.unlink()
    except OSError as error:
        return f"{path}: cannot be written: {error.strerror or error}"
    return None


def _beside(target: Path, data: bytes, mode: int) -> Path:
    """A temporary file in the folder of `target`, on disk with these bytes and this mode."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    return Path(name)


def _restore(placed: Iterable[_Staged]) -> None:
    for each in placed:
        with contextlib.suppress(OSError):
            each.target.write_bytes(each.old)


def _encoding(data: bytes, path: Path) -> tuple[bytes, str]:
    """The byte order mark of a file, and the encoding of what follows."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return mark, encoding
    if path.suffix in (".py", ".pyi"):
        return b"", tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    return b"", "utf-8"
