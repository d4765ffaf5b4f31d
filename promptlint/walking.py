"""Which files a folder holds: every one that can be text, in the same order on every system."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from promptlint.bytes_of import regular_bytes
from promptlint.config import LARGEST, Config, ConfigError, glob_problem, odd_glob
from promptlint.links import aliases, by_depth
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
    """Walks a tree once; ignored files, links to folders, pipes and devices are left out.

    `aliases`: what links within the tree call files that were found, which are named once, as they are without a link.
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
        self.aliases: dict[str, str] = {}
        self.leftovers: list[str] = []
        # Any: pathspec is imported lazily, and generic only in its newest versions.
        self._ignores: dict[str, Any] = {}

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
        return any(self._ignores[prefix].match_file(name[len(prefix) :]) for prefix in self._ignored_from(name))

    def _ignored_from(self, name: str) -> Iterator[str]:
        """The folders above a path that have an ignore file: there may be many, and a path may lie deep."""
        if name.count("/") >= len(self._ignores):
            yield from (prefix for prefix in self._ignores if name.startswith(prefix))
            return
        at = 0
        while True:
            if name[:at] in self._ignores:
                yield name[:at]
            at = name.find("/", at) + 1
            if not at:
                return

    def walk(self) -> Iterator[tuple[str, str]]:
        """(relative, absolute) of every file that can be text."""
        found: set[str] = set()
        files: dict[str, str] = {}
        folders: dict[str, str] = {}
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
                    if left_out(entry.name) or self.excluded(relative, folder=True):
                        continue
                    if entry.is_symlink():
                        folders[relative] = entry.path
                    else:
                        stack.append((relative + "/", entry.path))
                elif LEFTOVER.search(entry.name):
                    self.leftovers.append(entry.path)
                elif kind == "file" and self._may_be_text(relative):
                    if entry.is_symlink():
                        files[relative] = entry.path
                    else:
                        found.add(relative)
                        yield relative, entry.path
        yield from self._linked(files, folders, found)

    def _linked(
        self, files: Mapping[str, str], folders: Mapping[str, str], found: set[str]
    ) -> Iterator[tuple[str, str]]:
        """Files that only links lead to, by the shortest of them. What a link to a folder leads to is found there, or left out."""
        top = os.path.realpath(self.root)
        real = {link: os.path.realpath(path) for link, path in (*files.items(), *folders.items())}
        inside = {link: name for link, path in real.items() if (name := below(path, top)) is not None}
        taken: dict[str, str] = {}
        for link in by_depth(files):
            if inside.get(link) not in found:
                if taken.setdefault(real[link], link) == link:
                    yield link, files[link]
                else:
                    inside[link] = taken[real[link]]
        self.aliases = aliases(inside, found.union(taken.values()))

    def among(self, names: Sequence[str], links: Mapping[str, str], text: Callable[[str], str]) -> Iterator[str]:
        """Those of some files that `walk` would find if they were on disk; `links` says where each leads."""
        if self._git:
            for name in by_depth(n for n in names if n.rpartition("/")[2] == ".gitignore"):
                self._ignores[name.removesuffix(".gitignore")] = self._make(text(name))
        known: dict[str, bool] = {"": False}

        def shut(folder: str) -> bool:
            return inherited(folder, known, lambda f: left_out(f.rpartition("/")[2]) or self.excluded(f, folder=True))

        open_links = {link: to for link, to in links.items() if not shut(link)}
        there = frozenset(names)
        found = {name for name in names if not shut(name.rpartition("/")[0]) and self._may_be_text(name)}
        yield from found
        taken: dict[str, str] = {}
        for link in by_depth(link for link in open_links if self._may_be_text(link)):
            target = open_links[link]
            if target in there and target not in found:
                if taken.setdefault(target, link) == link:
                    yield link
                else:
                    open_links[link] = taken[target]
        self.aliases = aliases(open_links, found.union(taken.values()))

    def _may_be_text(self, relative: str) -> bool:
        """Whether a file can be text and is not excluded."""
        suffix = os.path.splitext(relative)[1].lower()  # noqa: PTH122
        return suffix not in _BINARY and not self.excluded(relative, folder=False)

    def _read_ignore(self, prefix: str, folder: str, names: set[str]) -> None:
        if ".gitignore" not in names:
            return
        try:
            text = regular_bytes(Path(folder, ".gitignore"), LARGEST).decode("utf-8", "replace")
        except OSError:
            return
        self._ignores[prefix] = self._make(text)


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


def inherited(folder: str, known: dict[str, bool], holds: Callable[[str], bool]) -> bool:
    """Whether something holds of a folder or of one that it lies in; what is found goes to `known`, where the top stands.

    A folder may lie deeper than functions can call each other.
    """
    ways = [folder]
    while ways[-1] not in known:
        ways.append(ways[-1].rpartition("/")[0])
    verdict = known[ways.pop()]
    for way in reversed(ways):
        verdict = known[way] = verdict or holds(way)
    return verdict


def left_out(name: str) -> bool:
    """Whether a folder of this name holds nothing that people of the project wrote."""
    return name in _NEVER or name.endswith((".egg-info", ".dist-info"))


def below(path: str, folder: str) -> str | None:
    """The path of what lies in a folder, from there, POSIX; "" is the folder itself. Both are real."""
    if path == folder:
        return ""
    start = folder.rstrip(os.sep) + os.sep
    return path[len(start) :].replace(os.sep, "/") if path.startswith(start) else None
