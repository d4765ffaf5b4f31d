"""From paths to a linked project: discover, screen, read, parse, and link until nothing more is wanted."""

from __future__ import annotations

import copy
import errno
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from promptlint.bytes_of import regular_bytes
from promptlint.cache import FOLDER, Cache, Linkage, digest, digest_of
from promptlint.config import Config, ConfigError, load, with_traffic
from promptlint.facts import FileFacts, Project, Want
from promptlint.files import (
    LARGEST_NOTEBOOK,
    LARGEST_SPARE,
    Discovery,
    File,
    decode,
    discover,
    module_table,
    project_root,
)
from promptlint.knowledge import Knowledge, extended, of_wrappers
from promptlint.outcome import Options, Problem
from promptlint.revision import Opener, Revision, from_disk
from promptlint.source import Source

if TYPE_CHECKING:
    from promptlint.link.project import Linked
    from promptlint.parse.files import Parser

_MOST_ROUNDS = 5
_MOST_NAMES = 200
_MOST_CHANGED = 50  # of more, some will matter
_CODE = ("python", "notebook")


class Reading:
    """One project as read from disk. `whole`: a project that was linked from the same bytes before is not linked again.

    `meanwhile` is done while other processes parse, when so much is parsed that they do.
    """

    def __init__(self, options: Options, *, whole: bool = True, meanwhile: Callable[[], None] = lambda: None) -> None:
        start = Path(options.paths[0] if options.paths else ".")
        start = start if start.exists() else Path()
        self.root = project_root(start, Path(options.root) if options.root else None)
        explicit = Path(options.config) if options.config else None
        base = start if start.is_dir() else start.parent
        self.config: Config = _overridden(load(base.resolve(), explicit, isolated=options.isolated), options)
        if not options.isolated:
            self.config = with_traffic(self.config, self.root)
        self._extend = extend = tuple(_folder_of_rules(self.config, p) for p in self.config.extend_rules)
        folder = Path(options.cache_dir) if options.cache_dir else self.root / FOLDER
        # A link may lead anywhere: what is kept unasked is kept in the project.
        elsewhere = not options.cache_dir and folder.is_symlink()
        self.cache = Cache(folder if options.cache and options.stdin is None and not elsewhere else None)
        tables = extended(self.cache.tables(), extend)
        if self.config.wrappers:
            tables += (of_wrappers([(w.callee, w.prompt, w.model, w.cap) for w in self.config.wrappers]),)
        self.knowledge = Knowledge(tables)
        self.discovery: Discovery = discover(
            self.root, [Path(p) for p in options.paths], self.config, force_exclude=options.force_exclude
        )
        self.problems: list[Problem] = [Problem(path, 0, message) for path, message in self.discovery.problems]
        self._texts: dict[str, str] = {}
        self._data: dict[str, bytes] = {}
        self._sources: dict[str, Source] = {}
        self._facts: dict[str, FileFacts] = {}
        self._again: frozenset[str] = frozenset()
        self._passed: frozenset[str] = frozenset()
        self._passed_for: list[str] = []
        self._unread: list[Problem] = []
        self._cells: dict[str, tuple[tuple[int, int], ...]] = {}
        self._searched: frozenset[Want] = frozenset()
        self._submitted: dict[str, str] = {}
        self._ready: dict[str, FileFacts] = {}
        self._whole = whole and options.cache and options.stdin is None
        self._progress = options.progress
        self._meanwhile = meanwhile
        self._stdin = options
        self._open: Opener = from_disk
        self.files: dict[str, File] = {f.path: f for f in self.discovery.files}
        self._spare: dict[str, File] = {f.path: f for f in self.discovery.spare}
        if options.stdin is not None:
            self._add_stdin(options.stdin, options.stdin_filename or "stdin.py")

    def _add_stdin(self, text: str, filename: str) -> None:
        relative = os.path.relpath(os.path.abspath(filename), self.root).replace(os.sep, "/")  # noqa: PTH100
        for path, file in self.files.items():
            self.files[path] = File(file.path, file.absolute, file.kind, file.scope, reported=False)
        self._spare = {path: replace(file, reported=False) for path, file in self._spare.items() if path != relative}
        from promptlint.files import KINDS, scope_of

        kind = KINDS.get(Path(filename).suffix.lower(), "python")
        self.files[relative] = File(
            relative, str(Path(filename).absolute()), kind, scope_of(relative), reported=True, named=True
        )
        self._keep(self.files[relative], text.encode("utf-8", "surrogatepass"))

    @cached_property
    def project(self) -> Project:
        """The linked project."""
        import gc

        # Facts are trees of small immutable objects that all live to the end: collecting them is wasted time.
        collecting = gc.isenabled()
        gc.disable()
        try:
            project = self._linked()
            gc.freeze()
        finally:
            if collecting:
                gc.enable()
        self._unread = list(self.problems)
        self.problems = [p for p in self.problems if p.path not in self.files or self.files[p.path].reported]
        for place, message in project.problems:
            if not self.files[place.path].reported:
                continue
            line = self.source(place.path).line_column(place.span.start)[0] if self.text(place.path) else 0
            self.problems.append(Problem(place.path, line, message))
        return project

    def with_texts(self, texts: Mapping[str, str]) -> Reading:
        """The same project with other texts for some of its files: nothing is read from disk, only those are parsed."""
        other = copy.copy(self)
        other.__dict__.pop("project", None)
        other._texts = {**self._texts, **texts}
        other._sources = {}
        other._data = {**self._data, **{p: t.encode("utf-8", "surrogatepass") for p, t in texts.items()}}
        other._again = frozenset(path for path in texts if path in self._facts)  # whatever led to them before
        other._facts = {path: facts for path, facts in self._facts.items() if path not in texts}
        other.problems = list(self._unread)
        other.cache, other._whole = Cache(None), False
        return other

    def at(self, revision: Revision) -> Reading:
        """The same project as it stood in a revision, by today's configuration; what did not change is not parsed again."""
        other = copy.copy(self)
        other.__dict__.pop("project", None)
        found = revision.discovered([Path(p) for p in self._stdin.paths], self.config)
        other.discovery = found
        other.files = {f.path: f for f in found.files}
        other._spare = {f.path: f for f in found.spare}
        same = {p for p in other.files if p in self._data and p not in self._cells and revision.same(p, self._data[p])}
        other._data = {p: self._data[p] for p in same}
        other._texts = {p: text for p, text in self._texts.items() if p in same}
        other._facts = {p: facts for p, facts in self._facts.items() if p in same}
        other._cells, other._sources = {}, {}
        other._again = frozenset(
            p for p in self._facts if p in other.files and p not in same
        )  # looked at on both sides
        other._searched = frozenset()
        other._unread, other.problems = [], []
        other._open = revision.read
        return other

    @property
    def seen(self) -> frozenset[str]:
        """The files that were parsed: the others cannot hold anything of interest."""
        return frozenset(self._facts)

    def also(self, paths: frozenset[str]) -> Reading:
        """The same project with these files parsed, too, where it has them; itself when that is nothing new."""
        more = frozenset(p for p in paths - self.seen if p in self.files)
        if not more:
            return self
        other = self.with_texts({})
        other._again = more
        return other

    def _linked(self) -> Project:
        """What was linked from the same bytes before, else what is linked now."""
        if not self._whole:
            return self._link()
        digests = {path: digest(self._bytes(file) or b"") for path, file in self.files.items()}
        key, spare, before = self._key(), dict(self._spare), len(self.problems)
        kept = self.cache.linkage()
        if kept is not None and kept.key == key and self._takes(kept.taken) and self._stands(kept, digests):
            self.problems.extend(kept.problems)
            if any(kept.seen[path] != made for path, made in digests.items()):
                self.cache.keep_linkage(replace(kept, seen=digests))
            return kept.project
        if kept is not None:
            # What was parsed last time is parsed again: what leads to it may have changed, but mostly has not.
            self._again = frozenset(path for path in kept.parsed if path in self.files)
            same = {path for path, made in kept.seen.items() if digests.get(path) == made}
            self._passed = frozenset(same - kept.parsed.keys())
            self._passed_for = kept.roots
        project = self._link()
        parsed = {path: digest_of(facts) for path, facts in self._facts.items()}
        taken = {path: digest(self._data[path]) for path in spare if path in self.files}
        wrappers = sorted(self._searched, key=lambda want: (want.module, want.name))
        found = self.problems[before:]
        self.cache.keep_linkage(Linkage(key, project, found, digests, parsed, taken, wrappers, self._roots))
        self.cache.forget_unused()
        return project

    def _stands(self, kept: Linkage, digests: Mapping[str, str]) -> bool:
        """Whether no file that changed since a project was linked has another part in it."""
        changed = [self.files[path] for path, made in digests.items() if kept.seen[path] != made]
        if not changed:
            return True
        self._seeds = self.knowledge.seeds(frozenset(kept.roots))
        return len(changed) <= _MOST_CHANGED and all(
            self._same_facts(file, kept) if file.path in kept.parsed else self._no_part(file, kept) for file in changed
        )

    def _same_facts(self, file: File, kept: Linkage) -> bool:
        """Whether a file that was parsed still says the same, each thing at its place."""
        from promptlint.parse.files import parse_all

        data = self._data.get(file.path)
        text = decode(data, file.kind)[0] if data is not None and file.kind != "notebook" else None
        if text is None:
            return False
        facts = parse_all([(file.path, file.kind, text)])[file.path]
        return digest_of(facts) == kept.parsed[file.path] != ""

    def _no_part(self, file: File, kept: Linkage) -> bool:
        """Whether a file that was not parsed has still nothing of interest: no call, no wrapper, no file of prompts."""
        from promptlint.parse.screen import uses_of

        met = len(self.problems)
        data = self._bytes(file)
        if data is None or self._screened(file) == "seed" or len(self.problems) > met:
            del self.problems[met:]
            return False
        return file.kind not in _CODE or not (uses_of(kept.wrappers, {file.path: data}) or self._mentioned([data]))

    def _key(self) -> str:
        """Which files there are, and what the configuration says of calls."""
        read = [(f.path, f.kind, f.named) for f in self.files.values()]
        spare = [(f.path, f.kind, f.likely) for f in self._spare.values()]
        extend = [
            (str(path), digest(regular_bytes(path, LARGEST_NOTEBOOK)))
            for folder in self._extend
            for path in sorted(folder.glob("*.toml"))
        ]
        said = (self.config.models, self.config.wrappers, extend)
        made = (sorted(read), sorted(spare), said)
        try:
            return digest(msgspec.json.encode(made, order="deterministic"))
        except UnicodeEncodeError:  # a name that is no text
            return digest(json.dumps(msgspec.to_builtins(made, order="deterministic")).encode())

    def _takes(self, taken: Mapping[str, str]) -> bool:
        """Whether files of other kinds are as they were when a project was linked with them."""
        found = {path: self._spare[path] for path in taken if path in self._spare}
        return len(found) == len(taken) and all(
            self._taken(file) and digest(self._data[path]) == taken[path] for path, file in found.items()
        )

    def _link(self) -> Project:
        """Parse what may hold calls and prompts, link, parse what that asks for, and link again."""
        from promptlint.link.project import Linked
        from promptlint.parse.files import Parser

        facts: dict[str, FileFacts] = dict(self._facts)
        known, names = module_table(self.files)
        paths = frozenset((*self.files, *self._spare))
        self._roots = sorted({name.partition(".")[0] for name in names.values()})
        self._seeds = self.knowledge.seeds(frozenset(self._roots))
        if self._roots != self._passed_for:
            self._passed = frozenset()
        with Parser(self._progress, self._stdin.jobs) as parser:
            for path in self._first_wanted(facts):
                self._submit(parser, path)
            if parser.parallel:
                self._meanwhile()
            for turn in range(_MOST_ROUNDS):
                facts.update(self._collected(parser))
                at_once = turn > 0 or not parser.parallel  # else it is parsed beside the linking, for the next turn
                read = partial(self._parse_one if at_once else self._submit, parser)
                linked = Linked(facts, known, names, self.knowledge, dict(self.config.models), paths, read)
                wanted = self._asked_for(linked, facts)
                for path in sorted(wanted):
                    self._submit(parser, path)
                if not wanted and linked.settled:
                    break
        self._facts = facts
        return linked.project

    def _first_wanted(self, facts: Mapping[str, FileFacts]) -> Iterator[str]:
        """What is parsed before anything is linked, the largest first: then all processes end at about the same time."""
        unread = [file for path, file in self.files.items() if path not in facts and path not in self._passed]
        for file in sorted(unread, key=lambda file: (-self._size(file), file.path)):
            if self._screened(file) == "seed":
                yield file.path
        yield from sorted(self._again)
        yield from [path for path, file in tuple(self._spare.items()) if file.likely and self._taken(file)]
        code = [data for path, data in self._data.items() if self.files[path].kind in _CODE]
        yield from [path for path in self._mentioned(code) if self._taken(self._spare[path])]

    def _size(self, file: File) -> int:
        if file.path in self._data:
            return len(self._data[file.path])
        try:
            return os.path.getsize(file.absolute)  # noqa: PTH202  # hundreds of files: the cheap way
        except OSError:
            return 0

    def problem(self, path: str) -> str | None:
        """Why a file that was parsed could not be read."""
        return self._facts[path].problem if path in self._facts else None

    def _mentioned(self, code: Iterable[bytes]) -> list[str]:
        """The files of other kinds whose name stands in some code."""
        from promptlint.parse.screen import named_in

        named = {path: path.rpartition("/")[2] for path in self._spare if "." in path.rpartition("/")[2][1:-1]}
        found = named_in(set(sorted(set(named.values()))[:_MOST_NAMES]), code)
        return [path for path, name in named.items() if name in found]

    def _asked_for(self, linked: Linked, facts: Mapping[str, FileFacts]) -> set[str]:
        """Files that names lead to, and those that may call a wrapper."""
        from promptlint.parse.screen import uses_of

        rest = {p for p, file in self.files.items() if p not in facts and p in self._data and file.kind in _CODE}
        uses = uses_of(linked.wrappers - self._searched, {p: self._data[p] for p in rest})
        self._searched |= linked.wrappers
        asked = {w.module for w in linked.wants if w.module not in facts}
        spare = {path for path in asked if path in self._spare and self._taken(self._spare[path])}
        return uses | spare | {path for path in asked if path in self.files}

    def _taken(self, file: File) -> bool:
        """Take a file of another kind for a text file. One that is none is forgotten."""
        del self._spare[file.path]
        try:
            data = self._open(file, LARGEST_SPARE)
        except OSError:
            return False
        if decode(data, file.kind)[0] is None:
            return False
        self.files[file.path] = file
        self._keep(file, data)
        return True

    def _screened(self, file: File) -> str:
        from promptlint.parse.screen import data_may_hold_prompts, screen, unreadable

        data = self._bytes(file)
        if data is None:
            return "skip"
        if file.kind == "python" and unreadable(data):
            return "seed"  # nobody knows what is in it: it is named
        verdict = screen(file.path, data, file.kind, self._seeds)
        if file.named and file.kind in _CODE and data:
            return "seed"
        return "seed" if file.kind == "data" and data_may_hold_prompts(file.path, data) else verdict

    def _bytes(self, file: File) -> bytes | None:
        if file.path not in self._data:
            try:
                self._keep(file, self._open(file))
            except OSError as error:
                if error.errno != errno.EFBIG or file.kind != "data":  # data as large as that is no prompt file
                    self.problems.append(Problem(file.path, 0, f"cannot be read: {error.strerror or error}"))
                return None
        return self._data[file.path]

    def _keep(self, file: File, data: bytes) -> None:
        """The bytes of a file. Of a notebook what is kept, shown and parsed is the code of its cells."""
        if file.kind == "notebook":
            from promptlint.parse.notebook import Notebook, read_notebook

            text, problem = decode(data, file.kind)
            found = read_notebook(text) if text is not None else str(problem)
            if isinstance(found, Notebook):
                self._texts[file.path] = found.code
                self._cells[file.path] = found.cells
                data = found.code.encode("utf-8", "surrogatepass")
            else:
                self.problems.append(Problem(file.path, 0, found))
                data = b""
        self._data[file.path] = data

    def _submit(self, parser: Parser, path: str) -> None:
        """Have a file parsed: its facts are among the next that are collected."""
        file, text = self.files.get(path), self._texts.get(path)
        if file is None or path in self._submitted:
            return
        self._submitted[path] = ""
        if text is None:
            data = self._bytes(file)
            text, problem = decode(data, file.kind) if data is not None else (None, None)
            if text is None:
                if problem is not None:
                    self.problems.append(Problem(path, 0, problem))
                return
            self._texts[path] = text
        # Of Python the path says nothing; which reader takes another file, and what it makes of it, is a matter of its name.
        place = "" if file.kind in _CODE else path
        key = digest(os.fsencode(place), file.kind.encode(), text.encode("utf-8", "surrogatepass"))
        kept = self.cache.facts(key)
        if kept is not None:
            self._ready[path] = kept
        else:
            self._submitted[path] = key
            parser.submit((path, file.kind, text))

    def _collected(self, parser: Parser) -> dict[str, FileFacts]:
        """The facts of what was submitted. Of a file that could not be decoded there are none."""
        found = {path: FileFacts(kind=self.files[path].kind) for path in sorted(self._submitted)}
        found.update(self._ready)
        for path, facts in parser.collect().items():
            found[path] = facts
            self.cache.keep_facts(self._submitted[path], facts)
        self._submitted.clear()
        self._ready.clear()
        for path in [p for p in self._cells if p in found and found[p].problem]:
            found[path] = self._readable_cells(path, found[path], parser)
        return found

    def _parse_one(self, parser: Parser, path: str) -> FileFacts | None:
        """The facts of a file now."""
        self._submit(parser, path)
        return self._collected(parser).get(path)

    def _readable_cells(self, path: str, facts: FileFacts, parser: Parser) -> FileFacts:
        """The facts of a notebook without the cells that are no Python. One broken cell does not hide the others."""
        cells = self._cells[path]
        for _ in cells:
            if not facts.problem:
                break
            text = self._texts[path]
            source = self.source(path)
            cell, line, _ = source.located(facts.problem_at)
            self.problems.append(Problem(path, line, f"cell {cell}: {facts.problem}"))
            bounds = [*(start for start, _ in cells), len(text)]
            i = next(i for i, (_, number) in enumerate(cells) if number == cell)
            blank = re.sub(r"[^\n]", " ", text[bounds[i] : bounds[i + 1]])
            self._texts[path] = text[: bounds[i]] + blank + text[bounds[i + 1] :]
            facts = parser.parse([(path, "notebook", self._texts[path])])[path]
        return facts

    def source(self, path: str) -> Source:
        """The text of a file that was read."""
        text, cells = self.text(path), self._cells.get(path, ())
        known = self._sources.get(path)
        if (
            known is None or known.text is not text or known.cells != cells
        ):  # its lines are looked up thousands of times
            known = self._sources[path] = Source(path, text, cells)
        return known

    def text(self, path: str) -> str:
        """The same, as a string."""
        if path not in self._texts and path in self._data:
            text, _ = decode(self._data[path], self.files[path].kind)
            self._texts[path] = text or ""
        return self._texts.get(path, "")

    def absolute(self, path: str) -> str:
        """The absolute path of a project file."""
        file = self.files.get(path)
        return file.absolute if file is not None else str(self.root / path)

    def display(self, path: str) -> str:
        """A project path relative to the working directory, POSIX."""
        return os.path.relpath(self.absolute(path)).replace(os.sep, "/")

    def reported(self, path: str) -> bool:
        """Whether findings in a file are shown: chosen, and not in tests, examples, evals or docs unless named."""
        file = self.files.get(path)
        if file is None or not file.reported:
            return False
        return file.scope == "source" or file.named or file.scope in self.config.include or self._inside_scope(file)

    def _inside_scope(self, file: File) -> bool:
        """Whether the paths given lie in such a folder themselves: then it was asked for."""
        from promptlint.files import scope_of

        return any(
            scope_of(Path(os.path.relpath(p, self.root)).as_posix() + "/x.py") == file.scope for p in self._stdin.paths
        )

    def listed(self, path: str) -> bool:
        """Whether calls and prompts of a file are listed: chosen, whatever its scope."""
        file = self.files.get(path)
        return file is not None and file.reported

    def scope(self, path: str) -> str:
        """Source | tests | examples | evals | docs."""
        file = self.files.get(path)
        return file.scope if file is not None else "source"


def _folder_of_rules(config: Config, name: str) -> Path:
    try:
        folder = (Path(config.path or ".").parent / name).resolve()
        if folder.is_dir():
            return folder
        what = f"{folder}, which is not a folder"
    except (OSError, ValueError, RuntimeError) as error:
        what = f"{name[:200]!r}, which is no path: {error.args[-1]}"
    raise ConfigError(f"{config.path}: `extend-rules` names {what}")


def _overridden(config: Config, options: Options) -> Config:
    """The command line wins over the file."""
    changes: dict[str, object] = {}
    if options.select:
        changes["select"] = options.select
    if options.ignore:
        changes["ignore"] = (*config.ignore, *options.ignore)
    if options.extend_select:
        changes["extend_select"] = (*config.extend_select, *options.extend_select)
    if options.preview:
        changes["preview"] = True
    if options.traffic:
        changes["profile"] = options.traffic
    if options.exclude:
        changes["exclude"] = options.exclude
    if options.extend_exclude:
        changes["extend_exclude"] = (*config.extend_exclude, *options.extend_exclude)
    return msgspec.structs.replace(config, **changes) if changes else config
