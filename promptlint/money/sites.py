"""Which call site a row of a log belongs to: looked up, for a log has many rows and a project many calls."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from promptlint.facts import Record


class Target(Record, frozen=True):
    """A call site that rows may belong to. `lines`: first and last; `static`: tokens that stand in its code."""

    site_id: str
    path: str
    lines: tuple[int, int]
    models: tuple[str, ...]
    static: int


class Index:
    """The call sites by id, by place and by model."""

    def __init__(self, targets: Iterable[Target]) -> None:
        self._ids: set[str] = set()
        self._files: dict[str, list[Target]] = {}
        self._models: dict[str | None, list[Target]] = {}
        for target in sorted(targets, key=lambda t: t.lines):
            self._ids.add(target.site_id)
            self._files.setdefault(target.path, []).append(target)
            for model in set(target.models):
                self._models.setdefault(model, []).append(target)
        self._reach = {path: list(accumulate((t.lines[1] for t in found), max)) for path, found in self._files.items()}
        self._deepest = max((path.count("/") for path in self._files), default=0)
        self._known: dict[tuple[str, int], list[Target]] = {}

    def site(self, site: str | None, path: str | None, line: int | None, model: str | None) -> tuple[str | None, str]:
        """The site of a row: by id, else by place, else by a model that one site alone uses. Else why there is none."""
        if site is not None:
            return (site, "") if site in self._ids else (None, f"site {site} is not in the code")
        if path is not None and line is not None:
            here: Sequence[Target] = self._at(path, line)
            if model is not None and len(here) > 1:
                here = [t for t in here if model in t.models]
            if len(here) == 1:
                return here[0].site_id, ""
            what = f"{len(here)} calls" if here else "no call"
            return None, f"{path}:{line}: {what} there"
        named = self._models.get(model, [])
        if len(named) == 1 and named[0].models == (model,):
            return named[0].site_id, ""
        what = f"{len(named)} calls name it" if named else "no call names it"
        return None, f"model {model}: {what}"

    def _at(self, logged: str, line: int) -> list[Target]:
        """The calls at a place. A logged path may begin above the project, or be written from the file system's top."""
        return [target for path in self._paths(logged) for target in self._in(path, line)]

    def _paths(self, logged: str) -> Iterator[str]:
        """The files of the project that a logged path may mean: itself, and whatever it ends with behind a slash."""
        if logged in self._files:
            yield logged
        at = len(logged)
        for _ in range(self._deepest + 1):
            at = logged.rfind("/", 0, at)
            if at < 0:
                return
            if logged[at + 1 :] in self._files:
                yield logged[at + 1 :]

    def _in(self, path: str, line: int) -> list[Target]:
        key, found, reach = (path, line), self._files[path], self._reach[path]
        if line > reach[-1]:
            return []
        if key not in self._known:
            at = bisect_right(found, line, key=lambda t: t.lines[0]) - 1
            here = []
            while at >= 0 and reach[at] >= line:  # else all before it have ended
                if found[at].lines[1] >= line:
                    here.append(found[at])
                at -= 1
            self._known[key] = here
        return self._known[key]
