"""Models that a program sets for all objects of an SDK: `dspy.configure(lm=...)`, `Settings.llm = ...`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Binding, Expr, Name
from promptlint.files import scope_of
from promptlint.knowledge.specs import StandingSpec
from promptlint.link.arguments import read
from promptlint.link.module import Module
from promptlint.link.names import Names
from promptlint.link.values import Context, External, Instance, each, identity


class Standing:
    """The model of each SDK that has one. Where a project sets several, none is known."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._known: dict[tuple[str, bool], Instance | None] = {}

    def model(self, sdk: str, role: str | None, kind: str) -> Instance | None:
        """The model that answers an object of a role, or a function of the SDK when `role` is None, and none was given one."""
        table = self.names.knowledge.sdks.get(sdk)
        spec = table.standing if table is not None else None
        if spec is None or (role is not None and role not in spec.roles):
            return None
        key = sdk, kind == "embedding"
        if key not in self._known:
            only = StandingSpec(attributes=spec.embedders) if kind == "embedding" else spec
            self._known[key] = self._only(only)
        return self._known[key]

    def _only(self, spec: StandingSpec) -> Instance | None:
        found = {
            identity(value): value
            for module in self.names.modules
            if scope_of(module.path) != "tests"
            for expr, context in (*_given(self.names, module, spec), *_set(self.names, module, spec))
            for value in each(self.names.resolve(expr, context))
        }
        value = next(iter(found.values()), None)
        return value if len(found) == 1 and isinstance(value, Instance) and not value.chain else None


def _given(names: Names, module: Module, spec: StandingSpec) -> Iterator[tuple[Expr, Context]]:
    """What is passed to the functions that set it."""
    context = Context(module)
    for last in sorted({name.rpartition(".")[2] for name in spec.names} & module.calls_by_name.keys()):
        for index in module.calls_by_name[last]:
            invocation = module.facts.invocations[index]
            value = names.resolve(invocation.callee, context)
            if isinstance(value, External) and value.path in spec.names:
                for argument in read(names, invocation, context, ()).given.get(spec.param, ()):
                    yield argument.expr, argument.context


def _set(names: Names, module: Module, spec: StandingSpec) -> Iterator[tuple[Expr, Context]]:
    """What is assigned to the attributes that hold it."""
    lasts = {path.rpartition(".")[2] for path in spec.attributes}
    for binding in module.facts.bindings if lasts else ():
        owner, _, last = binding.name.rpartition(".")
        if last in lasts and owner and _path(names, module, binding) in spec.attributes:
            yield binding.value, Context(module)


def _path(names: Names, module: Module, binding: Binding) -> str:
    """The dotted path of the attribute that a statement sets."""
    head, *rest = binding.name.split(".")
    value = names.scopes.name(Name(name=head, scope=binding.scope, span=binding.span), Context(module))
    for part in rest:
        value = names.attribute(value, part, Context(module))
    return value.path if isinstance(value, External) else ""
