"""Apply fixes: chosen, made in memory, parsed again, written atomically, or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from promptlint.edits import apply
from promptlint.findings import Edit, Finding


class Change(Struct, frozen=True):
    """One file before and after."""

    path: str
    absolute: str
    before: str
    after: str
    fixed: int


def plan(
    findings: Iterable[Finding], texts: dict[str, tuple[str, str]], *, unsafe: bool
) -> tuple[list[Change], list[str]]:
    """The changes that fixes make, and why some are not made. `texts`: path → (absolute path, text).

    A fix is made whole or not at all; of two that touch the same place the first is made, and running again makes the next.
    """
    edits: dict[str, list[Edit]] = {}
    counts: dict[str, int] = {}
    refused: list[str] = []
    for finding in findings:
        fix = finding.fix
        if fix is None or (fix.applicability != "safe" and not unsafe):
            continue
        if any(_overlaps(edit, edits.get(edit.place.path, ())) for edit in fix.edits) or any(
            e.place.path not in texts for e in fix.edits
        ):
            continue
        for edit in fix.edits:
            edits.setdefault(edit.place.path, []).append(edit)
        counts[finding.place.path] = counts.get(finding.place.path, 0) + 1
    changes = []
    for path, listed in sorted(edits.items()):
        absolute, text = texts[path]
        try:
            after = apply(text, listed)
        except ValueError as error:
            refused.append(str(error))
            continue
        if not _parses(path, after):
            refused.append(f"{path}: the fixed file would no longer parse; nothing was changed")
            continue
        changes.append(Change(path, absolute, text, after, counts.get(path, 0)))
    return changes, refused


def _overlaps(edit: Edit, others: Iterable[Edit]) -> bool:
    span = edit.place.span
    return any(
        edit != other
        and span.start <= other.place.span.end
        and other.place.span.start <= span.end
        and other.place.path == edit.place.path
        for other in others
    )


def _parses(path: str, text: str) -> bool:
    if not path.endswith((".py", ".pyi")):
        return True
    from promptlint.parse.files import parse_all

    return parse_all([(path, "python", text)])[path].problem is None


def write(change: Change) -> str | None:
    """Put a file's new text in its place at once, mode and encoding kept; why not, when it cannot be done.

    The file must still hold what was read.
    """
    target = Path(os.path.realpath(change.absolute))
    try:
        data = target.read_bytes()
        encoding = _encoding(data, target)
        if data.decode(encoding) != change.before:
            return f"{change.path}: changed since it was read; nothing was written"
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(change.after.encode(encoding))
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(target.stat().st_mode & 0o7777)
            Path(temporary).replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise
    except (OSError, UnicodeError) as error:
        return f"{change.path}: cannot be written: {error}"
    return None


def _encoding(data: bytes, path: Path) -> str:
    import io
    import tokenize

    if path.suffix in (".py", ".pyi"):
        return tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    return "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"
