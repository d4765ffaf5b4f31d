"""From facts to a `Project`, in one pass over everything that was parsed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import islice

from msgspec.structs import replace

from promptlint.facts import Call, FileFacts, Place, Project, Span, Want
from promptlint.knowledge.lookup import Knowledge
from promptlint.link.callers.batches import by_id, collects
from promptlint.link.callers.graph import CallGraph
from promptlint.link.inventory.dumps import dumps_in
from promptlint.link.inventory.prompts import Prompts
from promptlint.link.program.importable import Importable
from promptlint.link.program.module import Module
from promptlint.link.program.modules import Modules
from promptlint.link.requests.decorated import sending, sending_names
from promptlint.link.requests.exported import objects, objects_of, tables_of
from promptlint.link.requests.given import Given
from promptlint.link.requests.http import want_bases
from promptlint.link.requests.put_away import PutAway
from promptlint.link.requests.search import decorator_site, find_sites
from promptlint.link.requests.similar import similarities
from promptlint.link.requests.sites import Site
from promptlint.link.resolve.kept import Kept
from promptlint.link.resolve.names import Names
from promptlint.link.sent.calls import Calls
from promptlint.link.sent.messages import Messages
from promptlint.link.texts.compose import Composer
from promptlint.link.texts.templates import Templates

MOST_SITES = 20_000  # in one file


class Linked:
    """Some files, linked. `wants`: modules that names lead to; `wrappers`: functions round a call or a message;
    `parents`: classes whose subclasses say what is sent, or may send something.

    `known` maps importable names to paths, `names_of` paths to their module name, `mapping` is `[tool.promptlint.models]`,
    `paths` are all files there are, parsed or not, and what links call them, each with the file it is. `read` may give the facts of a file that a name leads to; `files` holds
    them from then on, as it may hold others that are added. `complete` and what it names say whether everything is as if they
    had been there from the start. `kept` is handed from one linking of the same files to the next.
    Pure and total but for that: nothing is raised, and the result depends on the arguments alone.
    """

    def __init__(
        self,
        files: dict[str, FileFacts],
        known: Mapping[str, str],
        names_of: Mapping[str, str],
        knowledge: Knowledge,
        mapping: dict[str, str],
        paths: Mapping[str, str] = {},
        read: Callable[[str], FileFacts | None] | None = None,
        kept: Kept | None = None,
    ) -> None:
        self._files = files
        self._first = frozenset(files)
        kept = Kept() if kept is None else kept
        self._modules = Modules(files, Importable(known, names_of, knowledge.packages), read, made=kept.modules)
        self._names = Names(self._modules, knowledge, kept)
        self._templates = Templates(self._names, files, paths)
        self._composer = Composer(self._names, self._templates)
        self._graph = CallGraph(self._names, self._modules)
        self._calls = Calls(self._names, Messages(self._names, self._composer), self._graph, mapping)
        self._sending = sending_names(self._names)
        self._found = self._sites()
        self._built: list[tuple[Site, Call, list[Call]]] = []
        for site in self._found:
            with self._modules.guarded(site.module.path):
                self._built.append((site, *self._calls.site(site)))
        self._callers = self._calls.outermost([caller for _, _, callers in self._built for caller in callers])
        with self._modules.reading(False):
            self._prompts = self._read_prompts()
            self._templates.stored.want_includes()
            self.wants = frozenset(Want(module=path, name=name) for path, name in self._modules.wanted)
            self.parents = frozenset(self._names.subclasses.asked) | self._holders
            self.wrappers = self._wrappers()

    def _wrappers(self) -> frozenset[Want]:
        """What may be called, or used, in files that nothing leads to."""
        traced = {Want(module=path, name=name) for path, name in self._modules.traced}
        asking = (
            self._calls.wrappers.wanted
            | self._graph.climbed
            | self._prompts.said.sinks
            | traced
            | self._decorated
            | self._kept
        )
        asking |= self._names.subclasses.heirs(asking)
        return frozenset(asking | self._objects | objects_of(self._names, asking) | tables_of(self._names, asking))

    def _sites(self) -> list[Site]:
        """All sites. A `partial(...)` whose result is called is not one: that call is. What a decorator makes a request of,
        and nothing here calls, stands where it is decorated.
        """
        for module in list(self._modules):
            with self._modules.guarded(module.path):
                want_bases(self._names, module)
        self._objects, self._holders = objects(self._names)
        self._given = Given(self._names, self._objects)
        found: list[Site] = []
        with self._modules.reading(False):
            for module in self._modules:
                with self._modules.guarded(module.path):
                    found += self._sites_in(module)
            decorated = list(sending(self._names))
        self._decorated = {Want(module=module.path, name=function.qualname) for module, function, _ in decorated}
        called = {id(layer.invocation) for site in found for layer in site.layers}
        found = [site for site in found if not (site.reference and id(site.invocation) in called)]
        run = {id(s.evidence.decoration.function) for s in found if s.evidence.decoration is not None}
        found += [
            decorator_site(module, decoration)
            for module, function, decoration in decorated
            if decoration.layers and id(function) not in run
        ]
        with self._modules.reading(False):
            put_away = PutAway(self._names, tuple(found))
            found += put_away.sites()
        self._kept = frozenset(put_away.wanted)
        return found

    def _sites_in(self, module: Module) -> list[Site]:
        """The sites of a module, a bounded number: each costs as much as a hundred lines that are none."""
        found = list(islice(find_sites(self._names, module, self._sending, self._given), MOST_SITES + 1))
        if len(found) > MOST_SITES:
            told = f"more than {MOST_SITES:,} requests to models; those after them were left out: split the file"
            self._modules.faults.setdefault(module.path, told)
        return found[:MOST_SITES]

    @property
    def complete(self) -> bool:
        """Whether no file came in since: then linking again finds the same. So it does where all is `untouched`, and has the
        `same_sites` and the `same_prompts`.
        """
        return self._files.keys() == self._first

    def untouched(self) -> bool:
        """Whether nothing in the files that came in since calls, derives from or is handed what was asked about before, or
        holds it for others.
        """
        late, parsed = self._files.keys() - self._first, len(self._files)
        try:
            with self._modules.reading(False):
                same = (
                    self._graph.stands(late) and self._names.subclasses.stands() and self._wrappers() <= self.wrappers
                )
        except Exception:  # what this program does wrong in a file is told of that file when all is linked again
            return False
        return same and len(self._files) == parsed

    def same_sites(self) -> bool:
        """Whether the files that came in since send nothing, and make nothing of the others that does. `same_prompts` and
        `project` need nothing of what this finds.
        """
        parsed = len(self._files)
        self._names.forget_open()
        self._sending = sending_names(self._names)
        objects_then, holders_then = self._objects, self._holders
        sites = self._sites()
        if not (self._objects <= objects_then and self._holders <= holders_then):
            return False
        return list(map(_key, sites)) == list(map(_key, self._found)) and len(self._files) == parsed

    def same_sites_without_reading(self) -> bool:
        """The same; where one more file would have to be read they are not."""
        self._modules.read = _not_read
        try:
            return self.same_sites()
        except _MoreWantedError:
            return False

    def same_prompts(self) -> bool:
        """Read messages again, with what was read on the way, and say whether that asks for nothing more."""
        sinks, parsed = self._prompts.said.sinks, len(self._files)
        with self._modules.reading(False):
            self._prompts = self._read_prompts()
        return self._prompts.said.sinks == sinks and len(self._files) == parsed

    def _read_prompts(self) -> Prompts:
        prompts = Prompts(self._names, self._modules, self._composer, self._templates, self._graph)
        prompts.said.read(self._calls.composed)
        return prompts

    def _with_lost(self) -> list[Call]:
        """The calls, batches that nobody can collect marked as such."""
        calls = [
            (call, site.invocation.dropped and call.kind == "batch" and by_id(call.sdk))
            for site, call, _ in self._built
        ]
        if any(dropped for _, dropped in calls) and not collects(self._modules):
            return [replace(call, lost=True) if dropped else call for call, dropped in calls]
        return [call for call, _ in calls]

    @cached_property
    def project(self) -> Project:
        """The calls and prompts of the files. What is asked for from here on changes nothing that was found: no file is read."""
        self._modules.read = None
        with self._modules.reading(False):
            prompts = self._prompts.collect(self._calls.composed)
            sent = [found for composed, *_ in self._calls.composed for found in composed.dumps]
            dumps = dumps_in(self._names, [*sent, *self._prompts.dumps])
            similar = tuple(similarities(self._names, self._modules))
        return Project(
            calls=tuple(sorted(self._with_lost(), key=_order)),
            callers=tuple(sorted(self._callers, key=_order)),
            prompts=prompts,
            dumps=dumps,
            similarities=similar,
            ignores={path: facts.ignores for path, facts in self._files.items() if facts.ignores},
            problems=(
                *self._problems(),
                *((_at(path, 0), told) for path, told in sorted(self._modules.faults.items())),
            ),
        )

    def _problems(self) -> Iterator[tuple[Place, str]]:
        """The files that could not be read, where that is seen, and why."""
        for path, facts in sorted(self._files.items()):
            if facts.problem is not None:
                yield _at(path, facts.problem_at), facts.problem


class _MoreWantedError(BaseException):
    """A file that would have to be read: no fault of the one that names it."""


def _not_read(path: str) -> FileFacts:
    raise _MoreWantedError(path)


def _key(site: Site) -> tuple[object, ...]:
    return site.module.path, site.span, site.callee, site.spec, site.client, site.reference, site.skip, site.only


def _order(call: Call) -> tuple[str, int, int, str]:
    return call.place.path, call.place.span.start, call.place.span.end, call.site_id


def _at(path: str, offset: int) -> Place:
    return Place(path=path, span=Span(start=offset, end=offset))
