"""From paths to a linked project: discover, screen, read, parse, and link until nothing more is wanted."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from promptlint.bytes_of import regular_bytes
from promptlint.cache import FOLDER, Cache, Linkage, digest, digest_of
from promptlint.config import Asked, Config, ConfigError, load, with_traffic
from promptlint.facts import FileFacts, Project, Want
from promptlint.files import CODE, LARGEST_NOTEBOOK, Discovery, File, decode, discover, place_in, project_root
from promptlint.knowledge.lookup import Knowledge
from promptlint.knowledge.tables import extended, of_wrappers
from promptlint.outcome import Options, Problem
from promptlint.revision import Revision
from promptlint.source import Source
from promptlint.sources import Sources

if TYPE_CHECKING:
    from promptlint.linking import Linking

_MOST_CHANGED = 50  # of more, some will matter


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
        self.sources = Sources(self.discovery.files, self.discovery.spare, aliases=self.discovery.aliases)
        self._facts: dict[str, FileFacts] = {}
        self._again: frozenset[str] = frozenset()
        self._searched: frozenset[Want] = frozenset()
        self._parents: frozenset[Want] = frozenset()
        self._whole = whole and options.cache and options.stdin is None
        self._meanwhile = meanwhile
        self._options = options
        if options.stdin is not None:
            self._add_stdin(options.stdin, options.stdin_filename or "stdin.py")

    def _add_stdin(self, text: str, filename: str) -> None:
        from promptlint.files import KINDS, scope_of

        relative = place_in(self.root, Path(filename), {file.path for file in self.discovery.files})
        kind = KINDS.get(Path(filename).suffix.lower(), "python")
        given = File(relative, str(Path(filename).absolute()), kind, scope_of(relative), reported=True, named=True)
        others = [File(f.path, f.absolute, f.kind, f.scope, reported=False) for f in self.discovery.files]
        spare = [replace(file, reported=False) for file in self.discovery.spare if file.path != relative]
        self.sources = Sources([*others, given], spare, aliases=self.discovery.aliases)
        self.sources.keep(given, text.encode("utf-8", "surrogatepass"))

    @property
    def files(self) -> dict[str, File]:
        """The files of the project by path."""
        return self.sources.files

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
        met = [*self.problems, *self.sources.problems]
        self.problems = [p for p in met if p.path not in self.files or self.files[p.path].reported]
        for place, message in project.problems:
            if not self.files[place.path].reported:
                continue
            line = self.source(place.path).line_column(place.span.start)[0] if self.text(place.path) else 0
            self.problems.append(Problem(place.path, line, message))
        return project

    def with_texts(self, texts: Mapping[str, str]) -> Reading:
        """The same project with other texts for some of its files: nothing is read from disk, only those are parsed."""
        other = self._other()
        other.sources = self.sources.with_texts(texts)
        other._again = frozenset(path for path in texts if path in self._facts)  # whatever led to them before
        other._facts = {path: facts for path, facts in self._facts.items() if path not in texts}
        other.problems = [Problem(path, 0, message) for path, message in self.discovery.problems]
        other.cache, other._whole = Cache(None), False
        return other

    def at(self, revision: Revision) -> Reading:
        """The same project as it stood in a revision, by today's configuration; what did not change is not parsed again."""
        other = self._other()
        other.discovery = found = revision.discovered([Path(p) for p in self._options.paths], self.config)
        other.sources = Sources(found.files, found.spare, revision.read, found.aliases)
        read, cells = self.sources.data, self.sources.cells
        same = {p for p in other.files if p in read and p not in cells and revision.same(p, read[p])}
        other.sources.take_over(self.sources, same)
        other._facts = {p: facts for p, facts in self._facts.items() if p in same}
        # What was looked at on one side is looked at on both.
        other._again = frozenset(p for p in self._facts if p in other.files and p not in same)
        other._searched = other._parents = frozenset()
        other.problems = []
        return other

    def _other(self) -> Reading:
        other = copy.copy(self)
        for made in ("project", "_linking"):
            other.__dict__.pop(made, None)
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
            return self._link({}, None)
        digests = {path: digest(self.sources.bytes_of(file) or b"") for path, file in self.files.items()}
        key, spare, before = self._key(), dict(self.sources.spare), len(self.sources.problems)
        kept = self.cache.linkage()
        if kept is not None and kept.key == key and self._stands(kept, digests):
            for path in kept.taken:
                self.sources.take(self.sources.spare[path])
            self.sources.problems.extend(kept.problems)
            if any(kept.seen[path] != made for path, made in digests.items()):
                self.cache.keep_linkage(replace(kept, seen=digests))
            return kept.project
        project = self._link(digests, kept)
        found = Linkage(
            key=key,
            project=project,
            problems=self.sources.problems[before:],
            seen=digests,
            parsed={path: digest_of(facts) for path, facts in self._facts.items()},
            taken={path: digest(self.sources.data[path]) for path in spare if path in self.files},
            wrappers=sorted(self._searched, key=_place),
            parents=sorted(self._parents, key=_place),
            named=self._linking.named,
            roots=self._linking.roots,
        )
        self.cache.keep_linkage(found)
        self.cache.forget_unused()
        return project

    @cached_property
    def _linking(self) -> Linking:
        from promptlint.linking import Linking  # it loads the parsers

        return Linking(self.sources, self.knowledge, self.config.models, self.cache)

    def _link(self, digests: Mapping[str, str], kept: Linkage | None) -> Project:
        """Link, with what an earlier run kept of a project that has changed since."""
        from promptlint.linking import Known

        known = Known(self._facts, self._again, searched=self._searched, parents=self._parents)
        if kept is not None:
            same = {path for path, made in kept.seen.items() if digests.get(path) == made}
            known = Known(
                again=frozenset(path for path in kept.parsed if path in self.files),
                passed=frozenset(same - kept.parsed.keys()),
                roots=kept.roots,
            )
        project = self._linking.link(known, self._options.jobs, self._options.progress, self._meanwhile)
        self._facts = self._linking.facts
        self._searched, self._parents = self._linking.searched, self._linking.parents
        return project

    def _stands(self, kept: Linkage, digests: Mapping[str, str]) -> bool:
        """Whether no file that changed since a project was linked has another part in it. Nothing is taken yet."""
        spare = self.sources.spare
        for path, made in kept.taken.items():
            data = self.sources.peek(spare[path]) if path in spare else None
            if data is None or digest(data) != made:
                return False
        changed = [self.files[path] for path, made in digests.items() if kept.seen[path] != made]
        if len(changed) > _MOST_CHANGED or (changed and self._linking.mentioned() != kept.named):
            return False
        return all(self._same_facts(f, kept) if f.path in kept.parsed else self._no_part(f, kept) for f in changed)

    def _same_facts(self, file: File, kept: Linkage) -> bool:
        """Whether a file that was parsed still says the same, each thing at its place."""
        from promptlint.parse.files import parse_all

        data = self.sources.data.get(file.path)
        text = decode(data, file.kind)[0] if data is not None and file.kind != "notebook" else None
        if text is None:
            return False
        facts = parse_all([(file.path, file.kind, text)])[file.path]
        return digest_of(facts) == kept.parsed[file.path] != ""

    def _no_part(self, file: File, kept: Linkage) -> bool:
        """Whether a file that was not parsed has still nothing of interest: no call, none of a wrapper, no class that counts."""
        from promptlint.parse.screen import Users

        data = self.sources.data.get(file.path)
        if data is None or self._linking.screened(file) == "seed":
            return False
        if file.kind not in CODE:
            return True
        users = self._linking.users({file.path: data})
        if users.calling(kept.wrappers) or users.deriving(kept.parents):
            return False
        return not file.path.endswith("__init__.py") or not Users({}, [data]).renaming(kept.wrappers)

    def _key(self) -> str:
        """Which files there are, and what the configuration says of calls."""
        read = [(f.path, f.kind, f.named) for f in self.files.values()]
        spare = [(f.path, f.kind, f.likely) for f in self.sources.spare.values()]
        extend = [
            (str(path), digest(regular_bytes(path, LARGEST_NOTEBOOK)))
            for folder in self._extend
            for path in sorted(folder.glob("*.toml"))
        ]
        said = (self.config.models, self.config.wrappers, extend)
        made = (sorted(read), sorted(spare), sorted(self.sources.aliases.items()), said)
        try:
            return digest(msgspec.json.encode(made, order="deterministic"))
        except UnicodeEncodeError:  # a name that is no text
            return digest(json.dumps(msgspec.to_builtins(made, order="deterministic")).encode())

    def problem(self, path: str) -> str | None:
        """Why a file that was parsed could not be read."""
        return self._facts[path].problem if path in self._facts else None

    def source(self, path: str) -> Source:
        """The text of a file that was read."""
        return self.sources.source(path)

    def text(self, path: str) -> str:
        """The same, as a string."""
        return self.sources.text(path)

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
        """Whether the paths given lie in such a folder themselves: then it was asked for, unless a hook named them."""
        from promptlint.files import scope_of

        return not self._options.force_exclude and any(
            scope_of(f"{place}/x.py") == file.scope for place in self.discovery.places
        )

    def listed(self, path: str) -> bool:
        """Whether calls and prompts of a file are listed: chosen, whatever its scope."""
        file = self.files.get(path)
        return file is not None and file.reported

    def scope(self, path: str) -> str:
        """Source | tests | examples | evals | docs."""
        file = self.files.get(path)
        return file.scope if file is not None else "source"


def _place(want: Want) -> tuple[str, str]:
    return want.module, want.name


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
    if options.select or options.extend_select or options.ignore:
        changes["asked"] = Asked(options.select, options.extend_select, options.ignore)
    if options.preview:
        changes["preview"] = True
    if options.traffic:
        changes["profile"] = options.traffic
    if options.exclude:
        changes["exclude"] = options.exclude
    if options.extend_exclude:
        changes["extend_exclude"] = (*config.extend_exclude, *options.extend_exclude)
    return msgspec.structs.replace(config, **changes) if changes else config
