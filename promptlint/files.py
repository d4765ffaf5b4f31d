"""Which files there are, what they are for, and what their bytes say as text."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tokenize
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec import Struct

from promptlint.config import Config, find

LARGEST = 1_000_000
LARGEST_NAMED = 10_000_000  # a text that is compressed by itself
LARGEST_NOTEBOOK = 50_000_000  # outputs hold pictures; only the code is parsed
KINDS = {
    ".py": "python", ".pyi": "python", ".j2": "template", ".jinja": "template", ".jinja2": "template", ".md": "text",
    ".txt": "text", ".prompt": "text", ".prompty": "text", ".yaml": "data", ".yml": "data", ".json": "data",
    ".ipynb": "notebook",
}  # fmt: skip
LARGEST_SPARE = 200_000
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
    """All files we read, the paths that were asked for in vain (path, message), and the files of other kinds."""

    root: str
    files: tuple[File, ...]
    problems: tuple[tuple[str, str], ...]
    spare: tuple[File, ...] = ()


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
        done = subprocess.run(
            ["git", "-C", str(top), "check-ignore", "-q", str(folder)], capture_output=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@cache
def scope_of(path: str) -> str:
    """Source | tests | examples | evals | docs."""
    return next((scope for scope, pattern in _SCOPES if pattern.search(path)), "source")


def discover(root: Path, paths: Sequence[Path], config: Config, *, force_exclude: bool = False) -> Discovery:
    """Walk the whole project; mark what lies under `paths`. A named file counts even when it is excluded, unless `force_exclude`."""
    problems: list[tuple[str, str]] = []
    chosen: list[Path] = []
    for path in paths:
        if path.exists():
            chosen.append(Path(os.path.abspath(path)))  # noqa: PTH100  # resolve() would follow the user's links
        else:
            problems.append((str(path), "no such file or directory"))
    walker = _Walker(root, config)
    found = dict(walker.walk())
    problems.extend(walker.problems)
    outside = [p for p in chosen if p != root and root not in p.parents]
    files: dict[str, File] = {}
    spare: dict[str, File] = {}
    prefixes = [p.relative_to(root).as_posix() for p in chosen if p == root or root in p.parents]
    for relative, absolute in found.items():
        reported = any(prefix == "." or relative == prefix or relative.startswith(prefix + "/") for prefix in prefixes)
        file = _file(relative, absolute, reported, relative in prefixes)
        (spare if file.spare else files)[relative] = file
    for path in [p for p in chosen if p.is_file()]:
        relative = (
            path.relative_to(root).as_posix()
            if path not in outside
            else os.path.relpath(path, root).replace(os.sep, "/")
        )
        if relative not in files and (not force_exclude or not walker.excluded(relative, folder=False)):
            files[relative] = _file(relative, str(path), reported=True, named=True)
    for path in [p for p in outside if p.is_dir()]:
        for relative, absolute in _Walker(path, config).walk():
            key = os.path.relpath(path / relative, root).replace(os.sep, "/")
            file = _file(key, absolute, reported=True, named=False)
            (spare if file.spare else files).setdefault(key, file)
    return Discovery(
        str(root), tuple(files[k] for k in sorted(files)), tuple(problems), tuple(spare[k] for k in sorted(spare))
    )


def discover_among(
    root: Path, paths: Sequence[Path], config: Config, *, names: Sequence[str], text: Callable[[str], str]
) -> Discovery:
    """The same for a tree that is not on disk: `names` are all its files, `text` gives that of an ignore file."""
    chosen = [os.path.abspath(p) for p in paths]  # noqa: PTH100  # as above
    prefixes = [Path(os.path.relpath(p, root)).as_posix() for p in chosen]
    walker = _Walker(root, config)
    files: dict[str, File] = {}
    spare: dict[str, File] = {}
    for relative in walker.among(names, text):
        reported = any(prefix == "." or relative == prefix or relative.startswith(prefix + "/") for prefix in prefixes)
        file = _file(relative, str(root / relative), reported, relative in prefixes)
        (spare if file.spare else files)[relative] = file
    return Discovery(str(root), tuple(files[k] for k in sorted(files)), (), tuple(spare[k] for k in sorted(spare)))


def _file(relative: str, absolute: str, reported: bool, named: bool) -> File:
    kind = KINDS.get(PurePosixPath(relative).suffix.lower())
    return File(relative, absolute, kind or "text", scope_of(relative), reported, named, kind is None and not named)


class _Walker:
    """Walks a tree once, link loops and ignored files left out."""

    def __init__(self, root: Path, config: Config) -> None:
        import pathspec

        self.root = root
        self.patterns = [*config.exclude, *config.extend_exclude]
        self._spec = pathspec.PathSpec.from_lines("gitignore", self.patterns) if self.patterns else None
        self._git = config.respect_gitignore
        self.problems: list[tuple[str, str]] = []
        # Any: pathspec is imported lazily, and generic only in its newest versions.
        self._ignores: list[tuple[str, Any]] = []
        self._make: Callable[[list[str]], Any] = lambda lines: pathspec.PathSpec.from_lines("gitignore", lines)

    def excluded(self, relative: str, *, folder: bool) -> bool:
        """Whether a path is excluded by the configuration or by an ignore file."""
        name = relative + "/" if folder else relative
        if self._spec is not None and self._spec.match_file(name):
            return True
        return any(spec.match_file(name[len(prefix) :]) for prefix, spec in self._ignores if name.startswith(prefix))

    def walk(self) -> Iterable[tuple[str, str]]:
        """(relative, absolute) of every file that can be text."""
        seen = {os.path.realpath(self.root)}
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
                if entry.is_dir():
                    if (
                        entry.name in _NEVER
                        or entry.name.endswith((".egg-info", ".dist-info"))
                        or self.excluded(relative, folder=True)
                    ):
                        continue
                    if entry.is_symlink():
                        real = os.path.realpath(entry.path)
                        if real in seen or os.path.realpath(folder).startswith(real):
                            continue
                        seen.add(real)
                    stack.append((relative + "/", entry.path))
                elif os.path.splitext(entry.name)[1].lower() not in _BINARY and not self.excluded(  # noqa: PTH122
                    relative, folder=False
                ):
                    yield relative, entry.path

    def among(self, names: Sequence[str], text: Callable[[str], str]) -> Iterable[str]:
        """Those of some files that `walk` would find if they were on disk."""
        if self._git:
            for name in sorted((n for n in names if n.rpartition("/")[2] == ".gitignore"), key=lambda n: n.count("/")):
                self._ignores.append((name.removesuffix(".gitignore"), self._make(text(name).splitlines())))
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
            lines = Path(folder, ".gitignore").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return
        self._ignores.append((prefix, self._make(lines)))


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
        return data.decode(encoding), None
    except (UnicodeDecodeError, LookupError):
        return None, f"not valid {encoding.removesuffix('-sig').upper()}; save it as UTF-8, or declare its encoding"


def module_table(paths: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """(name → path, path → name) for Python files: packages below the folders they can be imported from.

    A package's root is the folder above its topmost `__init__.py`; a file without one is importable from its own
    folder (under `folder:name`), and by its path from the project's root (namespace packages).
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
