"""Prompts stored in files: which file a loader reads, and which entry of it a program takes."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from promptlint.facts import Binary, Expr, FileFacts, Literal, Segment, Text, TextFile
from promptlint.link.resolve.names import MOST_VALUES, Names
from promptlint.link.resolve.outside import DECODERS, WITH_HEADS
from promptlint.link.resolve.values import Context, Data, Made, Value, constant, each

_READS = frozenset(("read_text", "read", "read_bytes", "readlines"))
# What opens a file: how many of its arguments say which one.
_OPENERS = {
    "open": 1, "builtins.open": 1, "io.open": 1, "codecs.open": 1, "pkgutil.get_data": 2,
    "importlib.resources.read_text": 2, "importlib.resources.open_text": 2, "importlib.resources.read_binary": 2,
    "pkg_resources.resource_string": 2, "pkg_resources.resource_filename": 2,
}  # fmt: skip
_READERS = frozenset(
    ("pkgutil.get_data", "importlib.resources.read_text", "importlib.resources.read_binary",
     "pkg_resources.resource_string")
)  # fmt: skip
_OF_PACKAGES = ("importlib.resources.", "importlib_resources.", "pkgutil.", "pkg_resources.")
_CODE = (".py", ".pyi", ".ipynb")
_DEEPEST = 8


class Stored(Struct, frozen=True):
    """A file, or the entries of it below the key `key` (dotted). `exact`: all of the key is known.

    `behind`: what is taken of the entry below it that the program chooses: `model` of `load(...)[name]["model"]`.
    """

    path: str
    key: str = ""
    exact: bool = True
    behind: str = ""


class StoredFiles:
    """Knows the files of a project by their path, parsed or not. One that is asked for and not parsed is wanted."""

    def __init__(self, names: Names, files: Mapping[str, FileFacts], paths: Mapping[str, str]) -> None:
        self.names = names
        self.files = files
        self._paths = paths if paths else {path: path for path in files}
        self._by_name: dict[str, list[str]] = {}
        for path in self._paths:
            if not path.endswith(_CODE):
                self._by_name.setdefault(path.rpartition("/")[2], []).append(path)

    # --- which file ---

    def read(self, value: Made) -> Stored | None:
        """What a value was read from: `open(...).read()`, `Path(...).read_text()`, `yaml.safe_load(...)["key"]`."""
        if value.path in DECODERS:
            source = value.invocation.positional[:1]
            found = self.at(source[0], value.context) if source else None
            return self._below(found, value.chain) if found is not None else None
        if value.path in WITH_HEADS and value.chain:
            path = self._of_parts(self._parts_of(Made(value.path, value.context, value.invocation), 0), value.context)
            chain = value.chain[1:] if value.chain[:1] in (("content",), ("metadata",)) else value.chain
            return self._below(Stored(path), chain) if path is not None else None
        if value.path in _READERS or any(c in _READS for c in value.chain):
            path = self._of_parts(self._parts_of(value, 0), value.context)
            return Stored(path) if path is not None else None
        return None

    def _below(self, found: Stored, chain: tuple[str, ...]) -> Stored:
        keys: list[str] = []
        for at, part in enumerate(chain):
            if part == "[]":
                behind = chain[at + 1 :]
                known = all(p.startswith("[") and p != "[]" for p in behind)
                taken = ".".join(p[1:-1] for p in behind) if known else ""
                return Stored(found.path, ".".join(keys), exact=False, behind=taken)
            if not part.startswith("["):
                return Stored(found.path, ".".join(keys), exact=found.exact)
            keys.append(part[1:-1])
        return Stored(found.path, ".".join(keys))

    def at(self, expr: Expr, context: Context) -> Stored | None:
        """The project file a path expression names."""
        path = self._of_parts(self._parts(expr, context, 0), context)
        return Stored(path) if path is not None else None

    def _of_parts(self, parts: Iterator[str], context: Context) -> str | None:
        name = "/".join(stripped for p in parts if (stripped := p.strip("/")) and stripped != ".")
        return self.named(name, context.module.path) if name else None

    def named(self, name: str, importer: str) -> str | None:
        """The file called `name` beside the file that names it, in a folder above it, or the nearest whose path ends so."""
        name = posixpath.normpath(name.replace("\\", "/"))
        found = self._nearest(re.sub(r"^(?:\.\./)+", "", name), importer, posixpath.dirname(importer), name)
        if found is not None and found not in self.files:
            self.names.modules.wanted.add((found, ""))
            return None
        return found

    def _nearest(self, name: str, importer: str, folder: str, written: str) -> str | None:
        beside = posixpath.normpath(posixpath.join(folder, written))
        hits = [p for p in self._by_name.get(name.rpartition("/")[2], ()) if p == name or p.endswith("/" + name)]
        if beside in hits:
            return self._paths[beside]
        hits = sorted({self._paths[p] for p in hits})
        if len(hits) < 2:
            return next(iter(hits), None)
        ranked = sorted(hits, key=lambda path: (-_shared(path, importer), path.count("/"), path))
        same = _shared(ranked[0], importer) == _shared(ranked[1], importer)
        return None if same and ranked[0].count("/") == ranked[1].count("/") else ranked[0]

    def _parts(self, expr: Expr, context: Context, depth: int) -> Iterator[str]:
        """The constant parts of a path: `Path(__file__).parent / "a" / f"{name}.md"`, `os.path.join(here, "b.md")`."""
        if depth > _DEEPEST:
            return
        if isinstance(expr, Text):
            yield self._filled(expr, context, depth)
        elif isinstance(expr, Binary) and expr.operator == "+":
            sides = [list(self._parts(side, context, depth + 1)) for side in (expr.left, expr.right)]
            if not sides[0] and sides[1] and sides[1][0].startswith("."):  # `Path(__file__).with_suffix(".md")`
                sides[0] = [posixpath.basename(context.module.path).rpartition(".")[0]]
            yield "".join("/".join(side) for side in sides)
        else:
            for value in each(self.names.resolve(expr, context))[:1]:
                yield from self._parts_of(value, depth)

    def _parts_of(self, value: Value, depth: int) -> Iterator[str]:
        if isinstance(value, Data):
            yield from self._parts(value.expr, value.context, depth + 1)
        elif isinstance(value, Made) and depth <= _DEEPEST:
            given = value.invocation.positional[: _OPENERS.get(value.path)]
            named = [v for k, v in value.invocation.keywords.items if k in ("file", "path", "filename")]
            for i, part in enumerate((*given, *named)):
                for text in self._parts(part, value.context, depth + 1):
                    # The first argument of these is a package: `pkgutil.get_data("app.prompts", "a.md")`.
                    package = i == 0 and "/" not in text and value.path.startswith(_OF_PACKAGES)
                    yield text.replace(".", "/") if package else text

    def _filled(self, text: Text, context: Context, depth: int) -> str:
        """A string whose holes are filled where that is known."""
        found: list[str] = []
        for segment in text.segments:
            if isinstance(segment, Literal):
                found.append(segment.text)
            elif segment.value is not None:
                value = self.names.resolve(segment.value, context)
                known = constant(value)
                found.append(known if known is not None else "/".join(self._parts(segment.value, context, depth + 1)))
        return "".join(found)

    # --- what it says ---

    def entries(self, stored: Stored) -> tuple[TextFile, ...]:
        """The entries that are meant. Where the key is not known to its end, those that read like prompts."""
        facts = self.files[stored.path]
        if stored.behind:
            chosen = tuple(e for e in (*facts.prompts, *facts.others) if _chosen(e.key or "", stored))
            if chosen:
                return chosen
        if not stored.key:
            return facts.prompts if facts.kind == "data" or not stored.exact else (*facts.prompts, *facts.others)
        entries = (*facts.prompts, *facts.others)
        exact = tuple(e for e in entries if e.key == stored.key) if stored.exact else ()
        return exact or tuple(e for e in facts.prompts if (e.key or "").startswith(stored.key + "."))

    def keys(self, value: Made) -> tuple[list[str], bool]:
        """The keys of what a value is read from a collection as, as far as they are known: names of models, caps and texts.

        And whether it surely has them: of an entry that the program chooses, each has some of these.
        """
        stored = self.read(value)
        if stored is None or stored.behind:
            return [], False
        facts = self.files[stored.path]
        start = f"{stored.key}." if stored.key else ""
        depth = 0 if stored.exact else 1
        texts = (entry.key for entry in (*facts.prompts, *facts.others) if entry.key)
        below = (key[len(start) :].split(".") for key in (*facts.words, *texts) if key.startswith(start))
        return sorted({parts[depth] for parts in below if len(parts) == depth + 1}), stored.exact

    def numbered(self, value: Made) -> range:
        """The places of a list that a value is read as, as far as something of each is known."""
        stored = self.read(value)
        if stored is None or not stored.exact:
            return range(0)
        start = f"{stored.key}." if stored.key else ""
        below = {key[len(start) :].partition(".")[0] for key in self.files[stored.path].words if key.startswith(start)}
        return range(next((at for at in range(len(below) + 1) if str(at) not in below), 0))

    def words(self, value: Value) -> tuple[str, frozenset[str]]:
        """The word that a value is read from a collection as, or one of these, with the file: `yaml.safe_load(open("llm.yaml"))["model"]`."""
        path, found = self._read(value)
        return path, frozenset(one for one in found if isinstance(one, str))

    def numbers(self, value: Value) -> frozenset[int]:
        """The whole number that a value is read from a collection as, or one of these."""
        return frozenset(one for one in self._read(value)[1] if isinstance(one, int))

    def _read(self, value: Value) -> tuple[str, list[str | int]]:
        stored = self.read(value) if isinstance(value, Made) else None
        if stored is None:
            return "", []
        words = self.files[stored.path].words
        if stored.exact:
            return stored.path, [words[stored.key]] if stored.key in words else []
        found = [word for key, word in words.items() if _chosen(key, stored)] if stored.behind else []
        return stored.path, found if len(found) <= MOST_VALUES else []

    def segments(self, stored: Stored) -> tuple[Segment, ...]:
        """The text of a file or entry; nothing where one of several is taken."""
        entries = self.entries(stored)
        if self.files[stored.path].kind == "data" and (not stored.exact or len(entries) != 1):
            return ()
        return tuple(s for entry in entries for s in entry.segments)

    def want_includes(self) -> None:
        """Want the files that templates include."""
        for path, facts in self.files.items():
            for name in facts.includes:
                self.named(name, path)


def _chosen(key: str, stored: Stored) -> bool:
    """Whether a key is what is taken of one of the entries that may be chosen."""
    start, end = f"{stored.key}." if stored.key else "", f".{stored.behind}"
    middle = key[len(start) : len(key) - len(end)]
    return key.startswith(start) and key.endswith(end) and bool(middle) and "." not in middle


def _shared(a: str, b: str) -> int:
    """How many folders two paths have in common, from the root."""
    count = 0
    for left, right in zip(a.split("/"), b.split("/"), strict=False):
        if left != right:
            break
        count += 1
    return count
