"""Which file a dotted name of a program stands for."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

_SOURCES = "src"


@dataclass(frozen=True, eq=False)
class Importable:
    """All that can be imported: `known` maps every importable name to a path, `names` paths to the name of their module.

    `foreign` are packages of others: where a folder has the name of one, an import means the package.
    """

    known: Mapping[str, str]
    names: Mapping[str, str]
    foreign: Collection[str] = ()

    def absolute(self, path: str, target: str) -> str:
        """An import target of a file without leading dots."""
        if not target.startswith("."):
            return target
        level = len(target) - len(target.lstrip("."))
        parts = self.names.get(path, "").split(".")
        package = path.endswith(("/__init__.py", "/__init__.pyi")) or path == "__init__.py"
        keep = len(parts) - level + (1 if package else 0)
        return ".".join([*parts[: max(0, keep)], target.lstrip(".")]).strip(".")

    def within(self, dotted: str, importer: str = "") -> bool:
        """Whether a dotted name is a module of the project, or something in one."""
        head = dotted
        while head and head not in self.known:
            head = head.rpartition(".")[0]
        return bool(head) or (bool(importer) and self.place(dotted, importer) is not None)

    def place(self, dotted: str, importer: str = "") -> tuple[str, str] | None:
        """The file of the longest prefix of a dotted name that is a module of the project, and the rest.

        A script sees the files beside it first: `importer` is its path.
        """
        head, rest = dotted, ""
        folder, _, file = importer.rpartition("/")
        script = bool(importer) and f"{folder}:{file.rpartition('.')[0]}" in self.known
        beside = folder.replace("/", ".")
        while head:
            path = (self.known.get(f"{folder}:{head}") or self.known.get(f"{beside}.{head}")) if script else None
            path = self._nearest(head, importer) if path is None or path == importer else path
            path = self._above(head, importer) if path is None else path
            if path is not None and path != importer:
                return path, rest
            head, _, tail = head.rpartition(".")
            rest = f"{tail}.{rest}" if rest else tail
        return None

    def _nearest(self, name: str, importer: str) -> str | None:
        """The file that a name stands for; of several, the one that lies nearest to the file that asks for it."""
        path = self.known.get(name)
        folder = importer.rpartition("/")[0] if path is not None else ""
        while path is not None and folder and not path.startswith(f"{folder}/"):
            near = self.known.get(f"{folder.replace('/', '.')}.{name}")
            if near is not None and self.names.get(near) == name:
                return near
            folder = folder.rpartition("/")[0]
        return path

    def _above(self, name: str, importer: str) -> str | None:
        """The file that a name stands for in a folder round the file that asks for it, or in the sources of one: a program of
        a repository of many is run from its own folder.
        """
        top = name.partition(".")[0]
        if not importer or top in sys.stdlib_module_names or top in self.foreign:
            return None
        for folder in self._roots(importer):
            above = folder.replace("/", ".")
            path = self.known.get(f"{above}.{name}") or self.known.get(f"{above}.{_SOURCES}.{name}")
            if path is not None:
                return path
        return None

    def _roots(self, importer: str) -> Iterator[str]:
        """The folders round a file that it may be run from, the nearest first: of a package, those above it."""
        folder, _, file = importer.rpartition("/")
        if f"{folder}:{file.rpartition('.')[0]}" not in self.known:
            inside = self.names.get(importer, "").partition(".")[0]
            parts = folder.split("/")
            folder = "/".join(parts[: parts.index(inside)]) if inside in parts else folder.rpartition("/")[0]
        while folder:
            yield folder
            folder = folder.rpartition("/")[0]
