"""The files of a project as modules: which name stands for which file, and which of them are wanted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from promptlint.facts import Class, Expr, FileFacts, Function
from promptlint.faults import told
from promptlint.link.program.importable import Importable
from promptlint.link.program.module import Module
from promptlint.link.program.parts import last_name


@dataclass(eq=False)
class Modules:
    """All files of a project, found by path or by dotted name: `importable`, parsed or not.

    `traced` are functions whose callers say where a request goes. `read` may parse a wanted file at once; when it gives
    nothing, the file stays unknown.
    """

    files: MutableMapping[str, FileFacts]
    importable: Importable
    read: Callable[[str], FileFacts | None] | None = None
    wanted: set[tuple[str, str]] = field(default_factory=set)
    traced: set[tuple[str, str]] = field(default_factory=set)
    _eager: bool = True
    passed_over: int = 0
    """How often a file that is not parsed was asked for and not wanted: what is made of the answer may change later."""
    open_ends: int = 0
    """How often an answer depended on what is parsed: with more files it may be another."""
    made: dict[str, Module] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    """What could not be followed in a file: this program is wrong there, or there is too much of it."""
    _indexed: set[str] = field(default_factory=set)
    _calling: dict[str, list[str]] = field(default_factory=dict)
    _decorating: dict[str, list[str]] = field(default_factory=dict)

    @property
    def eager(self) -> bool:
        """Whether a file that is asked for is wanted; where not, just re-exports (`__init__.py`) are."""
        return self._eager

    @contextmanager
    def reading(self, eager: bool) -> Iterator[None]:
        """While call sites are only looked for, no file is wanted: what holds an SDK is parsed anyway."""
        before, self._eager = self._eager, eager
        try:
            yield
        finally:
            self._eager = before

    def __iter__(self) -> Iterator[Module]:
        for path in sorted(self.files):
            if self.files[path].kind == "python":
                yield self.at(path)

    def calling(self, names: Collection[str]) -> list[Module]:
        """The modules that call something by one of these names, in the order of all modules."""
        self._index()
        return [self.at(path) for path in sorted({p for name in names for p in self._calling.get(name, ())})]

    def decorated(self, names: Collection[str]) -> Iterator[tuple[Module, Class | Function, Expr]]:
        """The classes and functions with a decorator by one of these names, in the order of all modules, and that decorator."""
        self._index()
        for path in sorted({p for name in names for p in self._decorating.get(name, ())}):
            module = self.at(path)
            for what in _defined(module):
                for expr in what.decorators:
                    if last_name(module.decorator(expr)) in names:
                        yield module, what, expr

    def _index(self) -> None:
        """Read the words of the files that are new."""
        for path in self.files.keys() - self._indexed if len(self._indexed) < len(self.files) else ():
            self._indexed.add(path)
            if self.files[path].kind != "python":
                continue
            module = self.at(path)
            for name in module.calls_by_name:
                self._calling.setdefault(name, []).append(path)
            decorators = [decorator for what in _defined(module) for decorator in what.decorators]
            for name in {last_name(module.decorator(decorator)) for decorator in decorators}:
                self._decorating.setdefault(name, []).append(path)

    @contextmanager
    def guarded(self, path: str) -> Iterator[None]:
        """One bad place never hides the rest: what linking did not foresee becomes the problem of the file."""
        try:
            yield
        except Exception as error:  # the fault is reported with the file's name and ends the run in 2
            self.faults.setdefault(path, f"could not be followed {told(error)}")

    def at(self, path: str) -> Module:
        """The module of a parsed file."""
        made = self.made.get(path)
        if made is None:
            made = self.made[path] = Module(path, self.files[path])
        return made

    @property
    def traced_names(self) -> set[str]:
        """The names that `traced` functions are called by."""
        split = [function.rpartition(".") for _, function in self.traced]
        return {owner.rpartition(".")[2] if name == "__init__" else name for owner, _, name in split}

    @cached_property
    def settings(self) -> list[str]:
        """The files that are settings modules by their name: `shop/settings.py`, `config/settings/production.py`."""
        placed = ((path, *path.rpartition("/")[::2]) for path in sorted(set(self.importable.known.values())))
        return [
            path
            for path, folder, file in placed
            if file == "settings.py" or (folder.rpartition("/")[2] == "settings" and not file.startswith("test"))
        ]

    def absolute(self, module: Module, target: str) -> str:
        """An import target without leading dots."""
        return self.importable.absolute(module.path, target)

    def holds(self, module: Module, target: str) -> bool:
        """Whether an import leads to a file of the project, parsed or not."""
        return self.importable.within(self.absolute(module, target), module.path)

    def within(self, dotted: str) -> bool:
        """Whether a dotted name is a module of the project, parsed or not, or something in one."""
        return self.importable.within(dotted)

    def find(self, dotted: str, importer: str = "") -> tuple[Module, str] | None:
        """The longest prefix of a dotted name that is a module of the project, and the rest. Unparsed ones are wanted."""
        found = self.importable.place(dotted, importer)
        if found is None:
            return None
        path, rest = found
        return (self.at(path), rest) if path in self.files or self._read(path, rest) else None

    def opened(self, path: str, name: str) -> Module | None:
        """The module at a path, wanted for a name in it when it is not parsed."""
        return self.at(path) if path in self.files or self._read(path, name) else None

    def _read(self, path: str, name: str) -> bool:
        """Whether a file that is not parsed yet could be read for a name in it."""
        if not self._eager and not path.endswith("__init__.py"):
            self.passed_over += 1
            self.open_ends += 1
            return False
        facts = self.read(path) if self.read is not None else None
        if facts is None:
            self.wanted.add((path, name))
            self.open_ends += 1
            return False
        self.files[path] = facts
        return True


def _defined(module: Module) -> list[Class | Function]:
    return [*module.facts.classes, *module.facts.functions]
