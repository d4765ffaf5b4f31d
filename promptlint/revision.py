"""Where the bytes of a project come from: the disk, or a git revision, read without checkout, hook, filter or network."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Protocol

from promptlint import git
from promptlint.bytes_of import regular_bytes
from promptlint.config import Config
from promptlint.files import LARGEST_NOTEBOOK, Discovery, File, discover_among

_FILE, _LINK = b"100", b"120"


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


class Revision:
    """One commit, seen from a folder of its repository. Close it: a `git cat-file` runs meanwhile."""

    def __init__(self, root: Path, name: str) -> None:
        self.root = root
        self.name = name
        self._blobs: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        commit = self._git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").decode().strip()
        self._list(commit)

    def _git(self, *arguments: str) -> bytes:
        if self.name.startswith("-"):
            raise RevisionError(f"{self.name!r} is no name of a revision")
        try:
            done = git.ask(self.root, *arguments)
        except OSError as error:
            raise RevisionError(f"git cannot be run: {error.strerror or error}") from error
        if done.returncode == 0:
            return done.stdout
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        if any("not a git repository" in line for line in said):
            raise RevisionError(f"{self.root} lies in no git repository, so there is no revision {self.name!r}")
        if arguments[0] != "rev-parse":
            raise RevisionError(said[0] if said else f"git {arguments[0]} failed in {self.root}")
        cure = "fetch it first (in a workflow, check out with its whole history)"
        raise RevisionError(f"no revision {self.name!r} in the repository of {self.root}; {cure}")

    def _list(self, commit: str) -> None:
        links: dict[str, str] = {}
        for row in self._git("ls-tree", "-r", "-z", commit).split(b"\0"):
            head, _, name = row.partition(b"\t")
            if not name:
                continue
            mode, _, blob = head.partition(b" ")
            path = os.fsdecode(name)
            if mode.startswith(_FILE):
                self._blobs[path] = blob.rpartition(b" ")[2].decode()
            elif mode.startswith(_LINK):
                links[path] = blob.rpartition(b" ")[2].decode()

        for link, blob_name in links.items():
            target = _target(link, self._blob(blob_name))
            if target in self._blobs:
                self._blobs[link] = self._blobs[target]

    def discovered(self, paths: Sequence[Path], config: Config) -> Discovery:
        """Its files, as if they were on disk; links to files of the revision are files."""
        return discover_among(self.root, paths, config, names=sorted(self._blobs), text=self._text)

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
        data = self._blob(blob)
        if most is not None and not 0 < len(data) <= most:
            raise OSError("too large")
        return data

    def _text(self, path: str) -> str:
        return self._blob(self._blobs[path]).decode("utf-8", "replace")

    def _blob(self, blob: str) -> bytes:
        if self._process is None:
            self._process = subprocess.Popen(
                git.command(self.root, "cat-file", "--batch"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=git.environment(),
            )
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{blob}\n".encode())
        process.stdin.flush()
        head = process.stdout.readline().split()
        if len(head) != 3 or head[1] != b"blob":
            raise OSError(f"{blob} is missing from the repository")
        data = process.stdout.read(int(head[2]))
        process.stdout.read(1)
        return data

    def close(self) -> None:
        """End the `git cat-file`."""
        process, self._process = self._process, None
        if process is not None:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
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
