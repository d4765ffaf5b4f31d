"""Which file a dotted name of a program stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Importable:
    """All that can be imported: `known` maps every importable name to a path, `names` paths to the name of their module."""

    known: Mapping[str, str]
    names: Mapping[str, str]

    def absolute(self, path: str, target: str) -> str:
        """An import target of a file without leading dots."""
        if not target.startswith("."):
            return target
        level = len(target) - len(target.lstrip("."))
        parts = self.names.get(path, "").split(".")
        package = path.endswith(("/__init__.py", "/__init__.pyi")) or path == "__init__.py"
        keep = len(parts) - level + (1 if package else 0)
        return ".".join([*parts[: max(0, keep)], target.lstrip(".")]).strip(".")

    def within(self, dotted: str) -> bool:
        """Whether a dotted name is a module of the project, or something in one."""
        head = dotted
        while head and head not in self.known:
            head = head.rpartition(".")[0]
        return bool(head)

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
