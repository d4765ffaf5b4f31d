"""The files of a project as they were read: bytes, text, the cells of notebooks, and what could not be read."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Mapping
from typing import Self

from promptlint.files import LARGEST_SPARE, File, decode
from promptlint.outcome import Problem
from promptlint.revision import Opener, from_disk
from promptlint.source import Source


class Sources:
    """`files` by path, `spare` those of other kinds that are none of the project's until something leads to them, `aliases`
    what links call any of these.

    Each is opened once, when it is first asked for; what fails is added to `problems`. Nothing is raised.
    """

    def __init__(
        self,
        files: Iterable[File],
        spare: Iterable[File],
        opener: Opener = from_disk,
        aliases: Mapping[str, str] = {},
    ) -> None:
        self.files: dict[str, File] = {file.path: file for file in files}
        self.spare: dict[str, File] = {file.path: file for file in spare}
        self.problems: list[Problem] = []
        self.data: dict[str, bytes] = {}
        self.texts: dict[str, str] = {}
        self.cells: dict[str, tuple[tuple[int, int], ...]] = {}
        self.aliases = aliases
        self._open = opener
        self._failed: set[str] = set()
        self._sources: dict[str, Source] = {}

    def with_texts(self, texts: Mapping[str, str]) -> Self:
        """The same files with other texts for some of them."""
        other = type(self)(self.files.values(), self.spare.values(), self._open, self.aliases)
        other.data = {**self.data, **{p: t.encode("utf-8", "surrogatepass") for p, t in texts.items()}}
        other.texts = {**self.texts, **texts}
        other.cells, other.problems, other._failed = self.cells, list(self.problems), set(self._failed)
        return other

    def take_over(self, other: Sources, paths: Iterable[str]) -> None:
        """Have what another read of some files, which are the same here."""
        for path in paths:
            self.data[path] = other.data[path]
            if path in other.texts:
                self.texts[path] = other.texts[path]

    def bytes_of(self, file: File) -> bytes | None:
        """What a file holds; None when it cannot be read."""
        if file.path in self._failed:
            return None
        if file.path not in self.data:
            try:
                self.keep(file, self._open(file))
            except OSError as error:
                self._failed.add(file.path)
                if error.errno != errno.EFBIG or file.kind != "data":  # data as large as that is no prompt file
                    self.problems.append(Problem(file.path, 0, f"cannot be read: {error.strerror or error}"))
                return None
        return self.data[file.path]

    def keep(self, file: File, data: bytes) -> None:
        """The bytes of a file. Of a notebook what is kept, shown and parsed is the code of its cells."""
        if file.kind == "notebook":
            from promptlint.parse.notebook import Notebook, read_notebook

            text, problem = decode(data, file.kind)
            found = read_notebook(text) if text is not None else str(problem)
            if isinstance(found, Notebook):
                self.texts[file.path] = found.code
                self.cells[file.path] = found.cells
                data = found.code.encode("utf-8", "surrogatepass")
            else:
                self.problems.append(Problem(file.path, 0, found))
                data = b""
        self.data[file.path] = data

    def peek(self, file: File) -> bytes | None:
        """What a file of another kind holds; None when it cannot be read."""
        try:
            return self._open(file, LARGEST_SPARE)
        except OSError:
            return None

    def take(self, file: File) -> bool:
        """Take a file of another kind for a text file. One that is none is forgotten."""
        del self.spare[file.path]
        data = self.peek(file)
        if data is None or decode(data, file.kind)[0] is None:
            return False
        self.files[file.path] = file
        self.keep(file, data)
        return True

    def size(self, file: File) -> int:
        """The number of its bytes; 0 when that cannot be told."""
        if file.path in self.data:
            return len(self.data[file.path])
        try:
            return os.path.getsize(file.absolute)  # noqa: PTH202  # hundreds of files: the cheap way
        except OSError:
            return 0

    def decoded(self, path: str) -> str | None:
        """The text of a file; None when it is none."""
        if path not in self.texts:
            data = self.bytes_of(self.files[path])
            text, problem = decode(data, self.files[path].kind) if data is not None else (None, None)
            if text is None:
                if problem is not None:
                    self.problems.append(Problem(path, 0, problem))
                return None
            self.texts[path] = text
        return self.texts[path]

    def source(self, path: str) -> Source:
        """The text of a file that was read."""
        text, cells = self.text(path), self.cells.get(path, ())
        known = self._sources.get(path)
        if (
            known is None or known.text is not text or known.cells != cells
        ):  # its lines are looked up thousands of times
            known = self._sources[path] = Source(path, text, cells)
        return known

    def text(self, path: str) -> str:
        """The same, as a string."""
        if path not in self.texts and path in self.data:
            text, _ = decode(self.data[path], self.files[path].kind)
            self.texts[path] = text or ""
        return self.texts.get(path, "")
