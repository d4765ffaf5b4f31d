"""Which files a folder holds: every one that can be text, in the same order on every system."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from promptlint.bytes_of import regular_bytes
from promptlint.config import LARGEST, Config, ConfigError, glob_problem, odd_glob
from promptlint.source import lines_of

_BINARY = frozenset(
    (".png", ".jpg", ".jpeg", ".gif", ".ico", ".svg", ".webp", ".pdf", ".zip", ".gz", ".bz2", ".xz", ".whl", ".tar", ".so",
     ".dll", ".dylib", ".pyc", ".pyo", ".exe", ".bin", ".o", ".a", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".mp3", ".mp4",
     ".wav", ".ogg", ".avi", ".mov", ".npy", ".npz", ".pkl", ".pt", ".onnx", ".safetensors", ".parquet", ".feather", ".db",
     ".sqlite", ".sqlite3", ".lock", ".map", ".css", ".js", ".ts", ".tsx", ".jsx", ".go", ".rs", ".java", ".c", ".h", ".cpp",
     ".sh", ".csv", ".tsv", ".jsonl")
)  # fmt: skip
_NEVER = frozenset(
    (".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".nox", ".mypy_cache", ".ruff_cache",
     ".pytest_cache", ".eggs", "site-packages", "__pypackages__", ".promptlint_cache", ".hypothesis", ".idea", ".vscode")
)  # fmt: skip
# What `writing` names a temporary file; one that is found was left by a process that was killed.
LEFTOVER = re.compile(r"^\..*\.promptlint-\w{8}\.tmp$", re.DOTALL)


class Walker:
    """Walks a tree once; ignored files, loops of links, links to folders outside, pipes and devices are left out.

    `leftovers`: temporary files of writings that were killed, absolute.
    """

    def __init__(self, root: Path, config: Config) -> None:
        import pathspec

        self.root = root
        self.patterns = [*config.exclude, *config.extend_exclude]
        for pattern in self.patterns:
            problem = glob_problem(pattern)
            if problem is not None:
                raise ConfigError(f"{config.path or '--exclude'}: {pattern!r} is no glob that can be used: {problem}")
        self._spec = pathspec.PathSpec.from_lines("gitignore", self.patterns) if self.patterns else None
        self._git = config.respect_gitignore
        self.problems: list[tuple[str, str]] = []
        self.leftovers: list[str] = []
        # Any: pathspec is imported lazily, and generic only in its newest versions.
        self._ignores: list[tuple[str, Any]] = []

    def _make(self, text: str) -> Any:  # Any: as above
        """An ignore file, without the lines that are no pattern."""
        import pathspec

        lines = (line.rstrip("\r\n") for line in lines_of(text))
        usable = [line for line in lines if odd_glob(line) is None]
        try:
            return pathspec.PathSpec.from_lines("gitignore", usable)
        except (ValueError, re.error, OverflowError, RecursionError):
            return pathspec.PathSpec.from_lines("gitignore", [x for x in usable if glob_problem(x) is None])

    def excluded(self, relative: str, *, folder: bool) -> bool:
        """Whether a path is excluded by the configuration or by an ignore file."""
        name = relative + "/" if folder else relative
        if self._spec is not None and self._spec.match_file(name):
            return True
        return any(spec.match_file(name[len(prefix) :]) for prefix, spec in self._ignores if name.startswith(prefix))

    def walk(self) -> Iterable[tuple[str, str]]:
        """(relative, absolute) of every file that can be text."""
        top = os.path.realpath(self.root)
        seen = {top}
        stack = [("", str(self.root))]
        while stack:
            prefix, folder = stack.pop()
            try:
                entries = sorted(os.scandir(folder), key=lambda e: e.name)
            except OSError as error:
                self.problems.append((prefix.rstrip("/"), f"folder cannot be read: {error.strerror or error}"))
                continue
            if self._git:
                self._read_ignore(prefix, folder, {e.name for e in entries})
            for entry in entries:
                relative = prefix + entry.name
                kind = _kind_of(entry)
                if kind == "folder":
                    if (
                        entry.name in _NEVER
                        or entry.name.endswith((".egg-info", ".dist-info"))
                        or self.excluded(relative, folder=True)
                    ):
                        continue
                    if entry.is_symlink():
                        real = os.path.realpath(entry.path)
                        if real in seen or not _inside(real, top) or _inside(os.path.realpath(folder), real):
                            continue
                        seen.add(real)
                    stack.append((relative + "/", entry.path))
                elif LEFTOVER.search(entry.name):
                    self.leftovers.append(entry.path)
                elif (
                    kind == "file"
                    and os.path.splitext(entry.name)[1].lower() not in _BINARY  # noqa: PTH122
                    and not self.excluded(relative, folder=False)
                ):
                    yield relative, entry.path

    def among(self, names: Sequence[str], text: Callable[[str], str]) -> Iterable[str]:
        """Those of some files that `walk` would find if they were on disk."""
        if self._git:
            for name in sorted((n for n in names if n.rpartition("/")[2] == ".gitignore"), key=lambda n: n.count("/")):
                self._ignores.append((name.removesuffix(".gitignore"), self._make(text(name))))
        closed: dict[str, bool] = {"": False}

        def shut(folder: str) -> bool:
            if folder not in closed:
                above, _, name = folder.rpartition("/")
                never = name in _NEVER or name.endswith((".egg-info", ".dist-info"))
                closed[folder] = shut(above) or never or self.excluded(folder, folder=True)
            return closed[folder]

        for name in names:
            suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122
            if suffix not in _BINARY and not shut(name.rpartition("/")[0]) and not self.excluded(name, folder=False):
                yield name

    def _read_ignore(self, prefix: str, folder: str, names: set[str]) -> None:
        if ".gitignore" not in names:
            return
        try:
            text = regular_bytes(Path(folder, ".gitignore"), LARGEST).decode("utf-8", "replace")
        except OSError:
            return
        self._ignores.append((prefix, self._make(text)))


def _kind_of(entry: os.DirEntry[str]) -> str:
    """File, folder or other. A link that leads nowhere is a file that cannot be read, unless an editor locks with it."""
    try:
        if entry.is_dir():
            return "folder"
        if entry.is_file():
            return "file"
        lost = entry.is_symlink() and not os.path.exists(entry.path)  # noqa: PTH110  # hundreds of files: the cheap way
    except OSError:  # a link that leads to itself
        lost = True
    return "file" if lost and not entry.name.startswith(".#") else "other"


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
