"""Where the bytes of a project come from: the disk, or a git revision, read without checkout, hook, filter or network."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Protocol

from promptlint import git
from promptlint.bytes_of import regular_bytes, too_large
from promptlint.config import Config
from promptlint.files import LARGEST, LARGEST_NOTEBOOK, Discovery, File, discover_among
from promptlint.links import followed

_FILE, _LINK = b"100", b"120"
_MOST_NAMES = 100_000_000  # bytes, for all files
_LONGEST_TARGET = 4096


class Opener(Protocol):
    """Gives the bytes of a file; raises OSError, also for one that is empty or larger than `most`."""

    def __call__(self, file: File, most: int | None = None) -> bytes: ...


def from_disk(file: File, most: int | None = None) -> bytes:
    """The bytes of a file as it is now."""
    if most is not None and not 0 < os.path.getsize(file.absolute) <= most:  # noqa: PTH202  # the cheap way
        raise OSError("too large")
    return regular_bytes(file.absolute, LARGEST_NOTEBOOK)


class RevisionError(Exception):
    """The revision cannot be read. The message says what to do."""


class MissingError(OSError):
    """A file that the revision names is not in the repository."""


class Revision:
    """One commit, seen from a folder of its repository. Close it: a `git cat-file` runs meanwhile.

    `missing`: files that were asked for and are not in the repository. `problems`: links and ignore files that cannot be read.
    """

    def __init__(self, root: Path, name: str) -> None:
        self.root = root
        self.name = name
        self.missing: set[str] = set()
        self.problems: dict[str, str] = {}
        self._blobs: dict[str, str] = {}
        self._links: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._list(self._commit())

    def _commit(self) -> str:
        if self.name.startswith("-"):
            raise RevisionError(f"{self.name!r} is no name of a revision")
        try:
            done = git.ask(self.root, "rev-parse", "--verify", "--quiet", f"{self.name}^{{commit}}")
        except OSError as error:
            raise RevisionError(f"git cannot be run: {error.strerror or error}") from error
        if done.returncode == 0:
            return done.stdout.decode().strip()
        if b"not a git repository" in done.stderr:
            raise RevisionError(f"{self.root} lies in no git repository, so there is no revision {self.name!r}")
        cure = "fetch it first (in a workflow, check out with its whole history)"
        raise RevisionError(f"no revision {self.name!r} in the repository of {self.root}; {cure}")

    def _list(self, commit: str) -> None:
        links: dict[str, str] = {}
        try:
            for row in git.rows(self.root, "ls-tree", "-r", "-z", commit, most=_MOST_NAMES):
                head, _, name = row.partition(b"\t")
                mode, _, blob = head.partition(b" ")
                kept = self._blobs if mode.startswith(_FILE) else links if mode.startswith(_LINK) else {}
                if name:
                    kept[os.fsdecode(name)] = blob.rpartition(b" ")[2].decode()
        except git.Failed as error:
            said = str(error).partition("\n")[0]
            raise RevisionError(said or f"git cannot list the files of {self.name!r}") from error
        except OSError as error:
            raise RevisionError(f"the files of {self.name!r} cannot be listed: {error.strerror or error}") from error
        for link, made in links.items():
            try:
                self._links[link] = _target(link, self._blob(made, _LONGEST_TARGET))
            except OSError as error:
                self.problems[link] = f"cannot be read: {error.strerror or error}"
        self._links = {link: followed(target, self._links) for link, target in self._links.items()}
        for link, target in self._links.items():
            if target in self._blobs:
                self._blobs[link] = self._blobs[target]

    def discovered(self, paths: Sequence[Path], config: Config) -> Discovery:
        """Its files, as if they were on disk. Links that lead out of it lead nowhere."""
        names = sorted(self._blobs.keys() - self._links.keys())
        return discover_among(self.root, paths, config, names=names, links=self._links, text=self._text)

    def same(self, path: str, data: bytes) -> bool:
        """Whether a file has these bytes there, line endings as git keeps them."""
        blob = self._blobs.get(path)
        if blob is None:
            return False
        make = hashlib.sha256 if len(blob) == 64 else hashlib.sha1

        def name(content: bytes) -> str:
            return make(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()

        return blob == name(data) or (b"\r\n" in data and blob == name(data.replace(b"\r\n", b"\n")))

    def read(self, file: File, most: int | None = None) -> bytes:
        """The bytes of a file. Raises OSError when it is not there, or is empty or larger than `most`."""
        blob = self._blobs.get(file.path)
        if blob is None:
            raise FileNotFoundError(f"not in {self.name}")
        try:
            data = self._blob(blob, LARGEST_NOTEBOOK)
        except MissingError:
            self.missing.add(file.path)
            raise
        if most is not None and not 0 < len(data) <= most:
            raise OSError("too large")
        return data

    def _text(self, path: str) -> str:
        try:
            return self._blob(self._blobs[path], LARGEST).decode("utf-8", "replace")
        except MissingError as error:
            self.problems[path] = f"cannot be read: {error.strerror or error}"
        except OSError:  # too large, as on disk
            pass
        return ""

    def _blob(self, blob: str, most: int) -> bytes:
        """The bytes of a blob of at most `most`. Raises OSError."""
        if self._process is None:
            self._process = subprocess.Popen(
                git.command(self.root, "cat-file", "--batch"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=git.environment(self.root),
            )
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{blob}\n".encode())
        process.stdin.flush()
        head = process.stdout.readline().split()
        size = int(head[2]) if len(head) == 3 else 0
        file = head[1:2] == [b"blob"]
        if len(head) != 2 and (not file or size > most):
            self.close()  # what follows is not read
        if not file:
            raise MissingError(errno.ENOENT, f"{blob} is missing from the repository, or is no file")
        if size > most:
            raise too_large(blob, most, size)
        data = process.stdout.read(size)
        if len(data) < size:
            raise MissingError(errno.EIO, f"{blob} is broken in the repository")
        process.stdout.read(1)
        return data

    def close(self) -> None:
        """End the `git cat-file`."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):  # of what was still to be written
                        pipe.close()
            process.wait(timeout=10)


def _target(link: str, content: bytes) -> str:
    """Where a link leads, as a path of the revision; anything above the folder is none."""
    parts: list[str] = []
    for part in (*PurePosixPath(link).parent.parts, *PurePosixPath(content.decode("utf-8", "surrogateescape")).parts):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
