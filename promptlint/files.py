"""Which files there are, what they are for, and what their bytes say as text."""

from __future__ import annotations

import io
import os
import re
import stat
import sys
import tokenize
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache
from pathlib import Path, PurePosixPath

from msgspec import Struct

from promptlint import git
from promptlint.config import Config, find
from promptlint.walking import Walker

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
_PROMPT_PLACE = re.compile(
    r"(?:(?:^|/)[^/]*(?:prompts?|instructions?|personas?)(?:[_-][^/.]*)?/(?:[^/]+/)*|(?:^|/)[^/]*prompt)[^/.]*"
    r"(?:\.v?\d+)*(?:\.(?:text|xml|toml|rst|in))?$",
    re.IGNORECASE,
)
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
        return bool(_TEMPLATES.search(self.path) or _PROMPT_PLACE.search(self.path))


class Discovery(Struct, frozen=True):
    """All files we read, the paths that were asked for in vain (path, message), and the files of other kinds.

    `leftovers`: absolute paths of temporary files that a killed run left.
    """

    root: str
    files: tuple[File, ...]
    problems: tuple[tuple[str, str], ...]
    spare: tuple[File, ...] = ()
    leftovers: tuple[str, ...] = ()


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
def scope_of(path: str) -> str:
    """Source | tests | examples | evals | docs."""
    return next((scope for scope, pattern in _SCOPES if pattern.search(path)), "source")


def discover(root: Path, paths: Sequence[Path], config: Config, *, force_exclude: bool = False) -> Discovery:
    """Walk the whole project; mark what lies under `paths`.

    A named file counts even when it is excluded, or in a folder that is left out. With `force_exclude` it is a file as others.
    """
    problems: list[tuple[str, str]] = []
    chosen: list[Path] = []
    for path in paths:
        what = _sort_of(path)
        if what in ("file", "folder"):
            chosen.append(Path(os.path.abspath(path)))  # noqa: PTH100  # resolve() would follow the user's links
        else:
            problems.append((str(path), what))
    walker = Walker(root, config)
    found = dict(walker.walk()) if chosen or not paths else {}  # where nothing was found nothing is looked at
    problems.extend(walker.problems)
    outside = [p for p in chosen if p != root and root not in p.parents]
    files: dict[str, File] = {}
    spare: dict[str, File] = {}
    prefixes = [p.relative_to(root).as_posix() for p in chosen if p == root or root in p.parents]
    for relative, absolute in found.items():
        reported = any(prefix == "." or relative == prefix or relative.startswith(prefix + "/") for prefix in prefixes)
        file = _file(relative, absolute, reported, relative in prefixes and not force_exclude)
        (spare if file.spare else files)[relative] = file
    for path in [p for p in chosen if p.is_file()]:
        relative = (
            path.relative_to(root).as_posix()
            if path not in outside
            else os.path.relpath(path, root).replace(os.sep, "/")
        )
        if relative not in files and not (
            force_exclude and (relative in spare or walker.excluded(relative, folder=False))
        ):
            file = _file(relative, str(path), reported=True, named=not force_exclude)
            (spare if file.spare else files)[relative] = file
    for path in [p for p in outside if p.is_dir()]:
        for relative, absolute in Walker(path, config).walk():
            key = os.path.relpath(path / relative, root).replace(os.sep, "/")
            file = _file(key, absolute, reported=True, named=False)
            (spare if file.spare else files).setdefault(key, file)
    return Discovery(
        str(root),
        tuple(files[k] for k in sorted(files)),
        tuple(problems),
        tuple(spare[k] for k in sorted(spare)),
        tuple(sorted(walker.leftovers)),
    )


def discover_among(
    root: Path, paths: Sequence[Path], config: Config, *, names: Sequence[str], text: Callable[[str], str]
) -> Discovery:
    """The same for a tree that is not on disk: `names` are all its files, `text` gives that of an ignore file."""
    chosen = [os.path.abspath(p) for p in paths]  # noqa: PTH100  # as above
    prefixes = [Path(os.path.relpath(p, root)).as_posix() for p in chosen]
    walker = Walker(root, config)
    files: dict[str, File] = {}
    spare: dict[str, File] = {}
    for relative in walker.among(names, text):
        reported = any(prefix == "." or relative == prefix or relative.startswith(prefix + "/") for prefix in prefixes)
        file = _file(relative, str(root / relative), reported, relative in prefixes)
        (spare if file.spare else files)[relative] = file
    return Discovery(str(root), tuple(files[k] for k in sorted(files)), (), tuple(spare[k] for k in sorted(spare)))


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


def _file(relative: str, absolute: str, reported: bool, named: bool) -> File:
    kind = KINDS.get(PurePosixPath(relative).suffix.lower())
    return File(relative, absolute, kind or "text", scope_of(relative), reported, named, kind is None and not named)


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


def module_table(paths: Iterable[str], foreign: Collection[str] = ()) -> tuple[dict[str, str], dict[str, str]]:
    """(name → path, path → name) for Python files: packages below the folders they can be imported from.

    A package's root is the folder above its topmost `__init__.py`; a file without one is importable from its own
    folder (under `folder:name`), and by its path from the project's root (namespace packages). What has the name of a
    `foreign` package is one only at the root of the project or its sources: `llama_index/llms/openai` is not `openai`.
    """
    python = sorted(p for p in paths if p.endswith((".py", ".pyi")))
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
        if folder not in packages:
            known[f"{folder}:{stem}"] = path
        for candidate in (name if folder in packages or not folder else "", full, names[path]):
            if candidate and candidate.partition(".")[0] not in sys.stdlib_module_names:
                known.setdefault(candidate, path)
    for path in notebooks:  # run in their own folder, imported by nobody
        folder, _, file = path.rpartition("/")
        known.setdefault(f"{folder}:{file.rpartition('.')[0]}", path)
    return known, names
