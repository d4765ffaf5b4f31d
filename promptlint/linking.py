"""Parse what may hold calls and prompts, link, parse what that asks for, and link again."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct

from promptlint.beside import beside
from promptlint.cache import Cache, digest
from promptlint.facts import FileFacts, Project, Want
from promptlint.files import CODE, File, module_table
from promptlint.knowledge.lookup import Knowledge
from promptlint.outcome import Problem
from promptlint.parse.files import Parser
from promptlint.parse.screen import Users, data_may_hold_prompts, named_in, screen, unreadable
from promptlint.sources import Sources

if TYPE_CHECKING:
    from promptlint.link.project import Linked

_MOST_ROUNDS = 5
_MOST_NAMES = 200


class Known(Struct, frozen=True):
    """What an earlier run of the same program says.

    `facts` of files that are the same, those that use `searched` wrappers or derive from `parents` among them; `again`: files
    to parse whatever leads to them; `passed`: files that need no screening in a program whose own packages are `roots`.
    """

    facts: Mapping[str, FileFacts] = {}
    again: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()
    roots: tuple[str, ...] = ()
    searched: frozenset[Want] = frozenset()
    parents: frozenset[Want] = frozenset()


class Linking:
    """The rounds of one project. `facts` are those of all files that were parsed, `searched` the wrappers and `parents` the
    classes that others were looked for to use, `named` the files of other kinds that were taken because the code names them.

    `models` is `[tool.promptlint.models]`; `meanwhile` is done while other processes parse, when so much is parsed that they do.
    """

    def __init__(self, sources: Sources, knowledge: Knowledge, models: Mapping[str, str], cache: Cache) -> None:
        self.sources = sources
        self.knowledge = knowledge
        self.models = dict(models)
        self.cache = cache
        self.facts: dict[str, FileFacts] = {}
        self.searched: frozenset[Want] = frozenset()
        self.parents: frozenset[Want] = frozenset()
        self.named: list[str] = []
        self._modules, self._names = module_table(sources.files, knowledge.packages, sources.aliases)
        self.roots = tuple(sorted({name.partition(".")[0] for name in self._names.values()}))
        self._seeds = knowledge.seeds(frozenset(self.roots))
        self._submitted: dict[str, str] = {}
        self._ready: dict[str, FileFacts] = {}

    def link(
        self, known: Known, jobs: int | None, progress: Callable[[int, int], None] | None, meanwhile: Callable[[], None]
    ) -> Project:
        """All rounds. `jobs` and `progress` are those of `Parser`."""
        facts = self.facts = dict(known.facts)
        self.searched, self.parents = known.searched, known.parents
        own = {path: path for path in (*self.sources.files, *self.sources.spare)}
        paths = {**{alias: path for alias, path in self.sources.aliases.items() if path in own}, **own}
        with Parser(progress, jobs) as parser:
            for path in self._first_wanted(known):
                self._submit(parser, path)
            # Loaded while other processes parse.
            from promptlint.link.project import Linked
            from promptlint.link.resolve.kept import Kept

            if parser.parallel:
                meanwhile()
            kept = Kept()
            facts.update(self._foreseen(parser) if not known.facts and not known.again else self._parsed(parser, ()))
            for _ in range(_MOST_ROUNDS):
                read = partial(self._parse_one, parser)
                linked = Linked(facts, self._modules, self._names, self.knowledge, self.models, paths, read, kept)
                named, using = self._named_by(linked), self._using(linked)
                facts.update(self._parsed(parser, named | using))
                if not named and _settled(linked, at_once=parser.parallel):
                    break
        return linked.project

    def screened(self, file: File) -> str:
        """What the bytes of a file say of it: seed, maybe or skip."""
        data = self.sources.bytes_of(file)
        if data is None:
            return "skip"
        if file.kind == "python" and unreadable(data):
            return "seed"  # nobody knows what is in it: it is named
        verdict = screen(file.path, data, file.kind, self._seeds)
        if file.named and file.kind in CODE and data:
            return "seed"
        return "seed" if file.kind == "data" and data_may_hold_prompts(file.path, data) else verdict

    def mentioned(self) -> list[str]:
        """The files of other kinds whose name stands in the code; what is likely a prompt is taken without."""
        files, spare = self.sources.files, self.sources.spare
        code = [data for path, data in self.sources.data.items() if path in files and files[path].kind in CODE]
        named = {path: path.rpartition("/")[2] for path, file in spare.items() if not file.likely}
        named = {path: name for path, name in named.items() if "." in name[1:-1]}
        found = named_in(set(sorted(set(named.values()))[:_MOST_NAMES]), code)
        return [path for path, name in named.items() if name in found]

    def _first_wanted(self, known: Known) -> Iterator[str]:
        """What is parsed before anything is linked, the largest first: then all processes end at about the same time."""
        sources = self.sources
        passed = known.passed if known.roots == self.roots else frozenset()
        unread = [file for path, file in sources.files.items() if path not in self.facts and path not in passed]
        for file in sorted(unread, key=lambda file: (-sources.size(file), file.path)):
            if self.screened(file) == "seed":
                yield file.path
        yield from sorted(known.again)
        yield from [path for path, file in tuple(sources.spare.items()) if file.likely and sources.take(file)]
        self.named = self.mentioned()
        yield from [path for path in self.named if sources.take(sources.spare[path])]

    def _named_by(self, linked: Linked) -> set[str]:
        """Files that names lead to and nobody has read."""
        files, spare = self.sources.files, self.sources.spare
        asked = {w.module for w in linked.wants if w.module not in self.facts}
        taken = {path for path in asked if path in spare and self.sources.take(spare[path])}
        return taken | {path for path in asked if path in files}

    def _using(self, linked: Linked) -> set[str]:
        """Files that may call a wrapper or derive from a class that matters. Many of them do not."""
        uses = self._users.calling(linked.wrappers - self.searched, self.facts)
        uses |= self._users.deriving(linked.parents - self.parents, self.facts)
        self.searched |= linked.wrappers
        self.parents |= linked.parents
        return uses

    @cached_property
    def _users(self) -> Users:
        """The code that is neither parsed nor being parsed when that is first asked."""
        files, data = self.sources.files, self.sources.data
        rest = data.keys() - self.facts.keys() - self._submitted.keys() - self._ready.keys()
        return self.users({path: data[path] for path, file in files.items() if path in rest and file.kind in CODE})

    def users(self, code: Mapping[str, bytes]) -> Users:
        """What these files call and derive from, in view of the names by which packages hand things on."""
        sources = self.sources
        packages = [p for p in sources.files if p.endswith("__init__.py") and p in sources.data]
        return Users(code, [sources.data[path] for path in packages])

    def _foreseen(self, parser: Parser) -> dict[str, FileFacts]:
        """The facts of what was submitted, and of what is likely asked for then."""
        from promptlint.foreseen import Foreseen
        from promptlint.link.program.importable import Importable

        importable = Importable(self._modules, self._names, self.knowledge.packages)
        foreseen = Foreseen(self._users, self.knowledge.method_names, importable)
        found: dict[str, FileFacts] = {}
        for part in self._parts(parser):
            found.update(part)
            for path in sorted(foreseen.after(part)):
                self._submit(parser, path)
        return dict(sorted(found.items()))

    def _parsed(self, parser: Parser, paths: Iterable[str]) -> dict[str, FileFacts]:
        """The facts of these files, and of what was submitted before."""
        for path in sorted(paths):
            self._submit(parser, path)
        found = {path: facts for part in self._parts(parser) for path, facts in part.items()}
        return dict(sorted(found.items()))

    def _submit(self, parser: Parser, path: str) -> None:
        """Have a file parsed: its facts are among the next that are collected. Of a file that could not be decoded there are none."""
        if path not in self.sources.files or path in self._submitted or path in self._ready:
            return
        text, kind = self.sources.decoded(path), self.sources.files[path].kind
        if text is None:
            self._ready[path] = FileFacts(kind=kind)
            return
        # Of Python the path says nothing; which reader takes another file, and what it makes of it, is a matter of its name.
        place = "" if kind in CODE else path
        key = digest(os.fsencode(place), kind.encode(), text.encode("utf-8", "surrogatepass"))
        kept = self.cache.facts(key)
        if kept is not None:
            self._ready[path] = kept
        else:
            self._submitted[path] = key
            parser.submit((path, kind, text))

    def _parts(self, parser: Parser) -> Iterator[dict[str, FileFacts]]:
        """The facts of what was submitted, some files at a time. What is submitted meanwhile follows."""
        broken: dict[str, FileFacts] = {}
        while self._ready or self._submitted or broken:
            ready, self._ready = self._ready, {}
            for part in chain((ready,), parser.parts()):
                for path, facts in part.items():
                    if path in self._submitted:
                        self.cache.keep_facts(self._submitted.pop(path), facts)
                broken |= {path: facts for path, facts in part.items() if facts.problem and path in self.sources.cells}
                yield {path: facts for path, facts in part.items() if path not in broken}
            if broken:
                yield {path: self._readable_cells(path, facts, parser) for path, facts in broken.items()}
                broken = {}

    def _parse_one(self, parser: Parser, path: str) -> FileFacts | None:
        """The facts of a file now."""
        return self._parsed(parser, (path,)).get(path)

    def _readable_cells(self, path: str, facts: FileFacts, parser: Parser) -> FileFacts:
        """The facts of a notebook without the cells that are no Python. One broken cell does not hide the others."""
        text, cells, source = self.sources.texts[path], self.sources.cells[path], self.sources.source(path)
        bounds = [*(start for start, _ in cells), len(text)]
        kept: list[str] = []
        for (start, number), end in zip(cells, bounds[1:], strict=True):
            cell = text[start:end]
            alone = parser.parse([(path, "notebook", cell)])[path]
            if alone.problem:
                at = start + min(alone.problem_at, max(0, len(cell) - 1))
                _, line, _ = source.located(at)
                self.sources.problems.append(Problem(path, line, f"cell {number}: {alone.problem}", at))
                cell = re.sub(r"[^\n]", " ", cell)
            kept.append(cell)
        readable = text[: bounds[0]] + "".join(kept)
        if readable == text:
            return facts
        self.sources.texts[path] = readable
        return parser.parse([(path, "notebook", readable)])[path]


def _settled(linked: Linked, *, at_once: bool) -> bool:
    """Whether linking again would find the same. Where that takes long the project is made `at_once`: it nearly always is."""
    if linked.complete or not linked.untouched():
        return linked.complete
    answer = beside(linked.same_sites_without_reading) if at_once else None
    if answer is None:
        return linked.same_sites() and linked.same_prompts()
    same = linked.same_prompts()
    if same:
        linked.project  # noqa: B018  # it is kept
    return answer() and same
