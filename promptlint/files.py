"""Which files there are, what they are for, and what their bytes say as text."""

from __future__ import annotations

import io
import os
import re
import stat
import sys
import tokenize
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path, PurePosixPath

from msgspec import Struct

from promptlint import git
from promptlint.config import Config, find
from promptlint.walking import Walker, below, inherited

CODE = frozenset(("python", "notebook"))
LARGEST = 1_000_000
LARGEST_NAMED = 10_000_000  # a text that is compressed by itself
LARGEST_NOTEBOOK = 50_000_000  # outputs hold pictures; only the code is parsed
KINDS = {
    ".py": "python", ".pyi": "python", ".j2": "template", ".jinja": "template", ".jinja2": "template", ".md": "text",
    ".txt": "text", ".prompt": "text", ".prompty": "text", ".yaml": "data", ".yml": "data", ".json": "data",
    ".ipynb": "notebook",
}  # fmt: skip
LARGEST_SPARE = 200_000
# Folders from which packages are imported.
_SOURCES = frozenset(("src", "lib", "libs", "python", "sdk", "packages"))
# Suffixes of template languages and of prompt formats: worth a look wherever they are.
_TEMPLATES = re.compile(
    r"\.(?:tmpl|tpl|template|mustache|hbs|handlebars|liquid|rail|poml|mdc|dotprompt|(?:jinja2?|j2)[-_]\w+)$",
    re.IGNORECASE,
)
# In a folder named for prompts, or named so itself, any text file is: one without a suffix too.
_PROMPT_FOLDER = re.compile(r"(?:prompts?|instructions?|personas?)(?:[_-][^.]*)?\Z", re.IGNORECASE)
_PLAIN = r"[^.]*(?:\.v?\d+)*(?:\.(?:text|xml|toml|rst|in))?$"
_PLAIN_NAME = re.compile(_PLAIN, re.IGNORECASE)
_PROMPT_NAME = re.compile(f"prompt{_PLAIN}", re.IGNORECASE)
_LONGEST_NAME = 255  # what file systems take; a tree of git may have longer ones
_SCOPES = (
    (
        "tests",
        re.compile(
            r"(?:^|/)(?:tests?|testing|unit_tests|integration_tests)/|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest)\.pyi?$"
        ),
    ),
    ("evals", re.compile(r"(?:^|/)(?:evals?|benchmarks?|bench)/")),
    (
        "examples",
        re.compile(r"(?:^|/)(?:examples?|samples?|demos?|cookbooks?|tutorials?)/|(?:^|/)(?:example|demo)[^/]*\.py$"),
    ),
    ("docs", re.compile(r"(?:^|/)(?:docs?|documentation)/")),
)


class File(Struct, frozen=True):
    """A file of the project. `path` is POSIX, relative to the root; `reported`: chosen by the command line.

    `spare`: of no kind that we know; read when its place says prompts or a program names it, and no problem when it is
    no text.
    """

    path: str
    absolute: str
    kind: str
    scope: str
    reported: bool
    named: bool = False
    spare: bool = False

    @property
    def likely(self) -> bool:
        """Whether the place or the suffix of a spare file says that it may be a prompt."""
        folder, _, name = self.path.rpartition("/")
        if len(name) > _LONGEST_NAME:
            return False
        if _TEMPLATES.search(name) or _PROMPT_NAME.search(name):
            return True
        return _PLAIN_NAME.match(name) is not None and _of_prompts(folder)


class Discovery(Struct, frozen=True):
    """All files we read, the paths that were asked for in vain (path, message), and the files of other kinds.

    `leftovers`: absolute paths of temporary files that a killed run left; `aliases`: what links call files that are read by
    another name; `places`: what was asked for, as paths of the project.
    """

    root: str
    files: tuple[File, ...]
    problems: tuple[tuple[str, str], ...]
    spare: tuple[File, ...] = ()
    leftovers: tuple[str, ...] = ()
    aliases: Mapping[str, str] = {}
    places: tuple[str, ...] = ()


def project_root(start: Path, given: Path | None) -> Path:
    """`given`, else the folder of the nearest configuration, else the repository's top, else `start`.

    A folder that its repository ignores is a project of its own.
    """
    if given is not None:
        return given.resolve()
    start = start if start.is_dir() else start.parent
    start = start.resolve()
    configured = find(start)
    top = next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), None)
    if configured is not None:
        return configured[0].parent
    if top is None or top == start:
        return start
    return start if _ignored(top, start) else top


def _ignored(top: Path, folder: Path) -> bool:
    try:
        return git.ask(top, "check-ignore", "-q", str(folder)).returncode == 0
    except OSError:
        return False


@cache
def _of_prompts(folder: str) -> bool:
    """Whether a folder, or one that it lies in, is named for prompts."""
    return any(len(part) <= _LONGEST_NAME and _PROMPT_FOLDER.search(part) for part in folder.split("/"))


@cache
def scope_of(path: str) -> str:
    """Source | tests | examples | evals | docs."""
    return next((scope for scope, pattern in _SCOPES if pattern.search(path)), "source")


def discover(root: Path, paths: Sequence[Path], config: Config, *, force_exclude: bool = False) -> Discovery:
    """Walk the whole project; mark what lies under `paths`, where links are followed: what is named is read.

    A file or folder that is named counts even when it is excluded, or in a folder that is left out. With `force_exclude` a
    file is one as others, and such a folder stays left out.
    """
    problems: list[tuple[str, str]] = []
    chosen: list[Path] = []
    for path in paths:
        what = _sort_of(path)
        if what in ("file", "folder"):
            chosen.append(path)
        else:
            problems.append((str(path), what))
    walker = Walker(root, config)
    found = dict(walker.walk()) if chosen or not paths else {}  # where nothing was found nothing is looked at
    problems.extend(walker.problems)
    places = {place_in(root, path, found): path for path in chosen}
    listed = _Listed(root, places, walker.aliases, named=not force_exclude)
    for relative, absolute in found.items():
        listed.add(relative, absolute)
    for place, path in places.items():
        absolute = os.path.normpath(root / place)
        if not path.is_dir():
            if place not in found and not (force_exclude and walker.excluded(place, folder=False)):
                listed.add(place, absolute)
        elif listed.nothing_below(place) and (not force_exclude or outside(place)):
            there = Walker(Path(absolute), config)
            for inner, file in there.walk():
                listed.add(os.path.relpath(root / place / inner, root).replace(os.sep, "/"), file)
            problems.extend((f"{place}/{inner}".rstrip("/"), message) for inner, message in there.problems)
    return listed.discovery(tuple(problems), tuple(sorted(walker.leftovers)))


def discover_among(
    root: Path,
    paths: Sequence[Path],
    config: Config,
    *,
    names: Sequence[str],
    links: Mapping[str, str],
    text: Callable[[str], str],
) -> Discovery:
    """The same for a tree that is not on disk.

    `names` are all its files, `links` says where each leads, `text` gives that of an ignore file.
    """
    there = frozenset(names)
    places = {place_in(root, path, there): path for path in paths}
    walker = Walker(root, config)
    found = list(walker.among(names, links, text))
    listed = _Listed(root, places, walker.aliases, named=True)
    for relative in found:
        listed.add(relative, str(root / relative))
    for place in places:
        if place in there:
            listed.add(place, str(root / place))
        elif listed.nothing_below(place) and not outside(place):
            inside = [name.removeprefix(f"{place}/") for name in names if name.startswith(f"{place}/")]
            for inner in Walker(root / place, config).among(inside, {}, partial(_text_below, place, text)):
                listed.add(f"{place}/{inner}", str(root / place / inner))
    return listed.discovery((), ())


class _Listed:
    """The files of a project as they are found. `places`: what was asked for; `named`: whether that makes a file a text.

    `aliases`: what links call files; one is asked for by any of its names.
    """

    def __init__(self, root: Path, places: Collection[str], aliases: Mapping[str, str], *, named: bool) -> None:
        self._root, self._places, self._named, self._aliases = root, frozenset(places), named, aliases
        self._files: dict[str, File] = {}
        self._spare: dict[str, File] = {}
        # Whether each is asked for: the root, or what it lies in, is all of it.
        self._folders = {"": any(not place.strip("./") for place in places)}
        self._linked = {path for alias, path in aliases.items() if self._within(alias)}

    def add(self, path: str, absolute: str) -> None:
        """Add a file, if it is not there."""
        if path in self._files:
            return
        kind = KINDS.get(PurePosixPath(path).suffix.lower())
        here = path in self._places
        reported = self._within(path) or here or path in self._linked
        named = here and self._named
        file = File(path, absolute, kind or "text", scope_of(path), reported, named, kind is None and not named)
        (self._spare if file.spare else self._files).setdefault(path, file)

    def _within(self, path: str) -> bool:
        return inherited(path.rpartition("/")[0], self._folders, self._places.__contains__)

    def nothing_below(self, folder: str) -> bool:
        """Whether no file in a folder was found."""
        return folder not in self._folders and folder != "."

    def discovery(self, problems: tuple[tuple[str, str], ...], leftovers: tuple[str, ...]) -> Discovery:
        """All of them, in order."""
        files, spare = (tuple(found[path] for path in sorted(found)) for found in (self._files, self._spare))
        return Discovery(str(self._root), files, problems, spare, leftovers, self._aliases, tuple(sorted(self._places)))


def _text_below(folder: str, text: Callable[[str], str], name: str) -> str:
    return text(f"{folder}/{name}")


def outside(place: str) -> bool:
    """Whether a path of the project leads out of it."""
    return place == ".." or place.startswith("../")


def place_in(root: Path, path: Path, known: Container[str] = ()) -> str:
    """The path of a file or folder in the project, POSIX; links are followed unless that leads out, or it is `known` by its name."""
    written = os.path.abspath(path)  # noqa: PTH100  # resolve() would follow links
    as_written = os.path.relpath(written, root).replace(os.sep, "/")
    if as_written in known:
        return as_written
    real = below(os.path.realpath(written), os.path.realpath(root))
    return as_written if real is None else real or "."


def _sort_of(path: Path) -> str:
    """File, folder, or why what was asked for is neither. A pipe or a device may have no end."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return "No such file or directory"
    except (OSError, ValueError) as error:
        return f"cannot be read: {getattr(error, 'strerror', None) or error}"
    if stat.S_ISDIR(mode):
        return "folder"
    return "file" if stat.S_ISREG(mode) else "no regular file; give its text on standard input (`-`)"


def decode(data: bytes, kind: str, most: int | None = None) -> tuple[str, None] | tuple[None, str]:
    """The text of a file of at most `most` bytes, or why it cannot be read and what to do."""
    most = most or (LARGEST_NOTEBOOK if kind == "notebook" else LARGEST)
    if len(data) > most:
        return None, f"larger than {most // 1_000_000} MB ({len(data):,} bytes); exclude it, or split it"
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding), None
            except UnicodeDecodeError:
                return None, "not valid UTF-16; save it as UTF-8"
    if b"\0" in data:
        return None, "binary file (it holds null bytes); exclude it"
    encoding = "utf-8-sig"
    if kind == "python":
        try:
            encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
        except (SyntaxError, UnicodeDecodeError) as error:
            return None, f"{error}; save it as UTF-8"
    try:
        text = data.decode(encoding)
        if not encoding.startswith("utf-8"):
            text.encode()  # some encodings can spell half a character: no text
        return text, None
    except (UnicodeError, LookupError, ValueError):
        return None, f"not valid {encoding.removesuffix('-sig').upper()}; save it as UTF-8, or declare its encoding"


def module_table(
    paths: Iterable[str], foreign: Collection[str] = (), aliases: Mapping[str, str] = {}
) -> tuple[dict[str, str], dict[str, str]]:
    """(name → path, path → name) for Python files: packages below the folders they can be imported from.

    A package's root is the folder above its topmost `__init__.py`; a file without one is importable from its own
    folder (under `folder:name`), and by its path from the project's root (namespace packages). What has the name of a
    `foreign` package is one only at the root of the project or its sources: `llama_index/llms/openai` is not `openai`.
    `aliases`: what links call some of the files; these names lead to the file, whose own name is the one without a link.
    """
    paths = frozenset(paths)
    python = sorted(p for p in paths if p.endswith((".py", ".pyi")))
    python += sorted(a for a, p in aliases.items() if p in paths and a.endswith((".py", ".pyi")))
    notebooks = sorted(p for p in paths if p.endswith(".ipynb"))
    packages = {p.rpartition("/")[0] for p in python if p.rpartition("/")[2] in ("__init__.py", "__init__.pyi")}
    known: dict[str, str] = {}
    names: dict[str, str] = {}
    for path in python:
        folder, _, file = path.rpartition("/")
        stem = file.rpartition(".")[0]
        top = folder
        while top in packages:
            top = top.rpartition("/")[0]
            if not top:
                break
        inside = folder[len(top) :].strip("/").replace("/", ".") if folder in packages else ""
        if top and inside.partition(".")[0] in foreign and top.rpartition("/")[2] not in _SOURCES:
            inside = folder.replace("/", ".")
        name = inside if stem == "__init__" else f"{inside}.{stem}".strip(".")
        names[path] = name if folder in packages else path.rpartition(".")[0].replace("/", ".").removeprefix("src.")
        full = path.rpartition(".")[0].replace("/", ".").removesuffix(".__init__")
        is_it = aliases.get(path, path)
        if folder not in packages:
            known[f"{folder}:{stem}"] = is_it
        for candidate in (name if folder in packages or not folder else "", full, names[path]):
            if candidate and candidate.partition(".")[0] not in sys.stdlib_module_names:
                known.setdefault(candidate, is_it)
    for path in notebooks:  # run in their own folder, imported by nobody
        folder, _, file = path.rpartition("/")
        known.setdefault(f"{folder}:{file.rpartition('.')[0]}", path)
    return known, {path: name for path, name in names.items() if path not in aliases}
