"""Models that a program sets for all objects of an SDK: `dspy.configure(lm=...)`, `Settings.llm = ...`, and `with` for some."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from promptlint.facts import Binding, Expr, Invocation, Name, Result
from promptlint.files import scope_of
from promptlint.knowledge.specs import StandingSpec
from promptlint.link.program.module import Module
from promptlint.link.requests.sites import Site
from promptlint.link.resolve.arguments import read
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.values import Context, External, Instance, ParameterValue, each, identity

Standard = Instance | ParameterValue


class Standing:
    """The model of each SDK that has one. Where a project sets several, none is known."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._known: dict[tuple[str, bool, bool, str], Standard | None] = {}

    def model(self, site: Site, instance: Instance | None, context: Context) -> Standard | None:
        """The model that answers a request made on an object, or by a function of the SDK, that was given none, or the parameter
        that is one.
        """
        sdk, embeds = site.spec.sdk, site.spec.kind == "embedding"
        role = instance.role if instance is not None else None
        table = self.names.knowledge.sdks.get(sdk)
        spec = table.standing if table is not None else None
        if spec is None or (role is not None and role not in spec.roles):
            return None
        if embeds:
            spec = StandingSpec(attributes=spec.embedders)
        for entered in site.module.entered_around(site.invocation.span):
            given = _entered(self.names, entered.value, spec, context)
            if given:
                return _one(self.names, given)
        called = bool(site.invocation.scope)
        return self._nearest(spec, (sdk, embeds, called), site.module.path)

    def _nearest(self, spec: StandingSpec, asked: tuple[str, bool, bool], path: str) -> Standard | None:
        """What the file itself sets, else what is set in the nearest folder round it where anything is."""
        key = (*asked, path)
        if key not in self._known:
            near = [
                m for m in self.names.modules if m.path == path or (_is_in(m, path) and scope_of(m.path) != "tests")
            ]
            given = list(self._set_in(near, spec, called=asked[2]))
            above = path.rpartition("/")[0]
            self._known[key] = _one(self.names, given) if given or not path else self._nearest(spec, asked, above)
        return self._known[key]

    def _set_in(self, modules: Sequence[Module], spec: StandingSpec, *, called: bool) -> Iterator[tuple[Expr, Context]]:
        """What modules set for the whole program; for functions, which may be `called` in a `with`, what those set as well."""
        for module in modules:
            context = Context(module)
            for one in _calls(self.names, module, (*spec.names, *(spec.within if called else ()))):
                if not self._is_near(module, one, spec):
                    yield from _passed(self.names, one, spec, context)
            yield from _set(self.names, module, spec)

    def _is_near(self, module: Module, invocation: Invocation, spec: StandingSpec) -> bool:
        """Whether a `with` makes requests itself: then nobody else makes them under its model."""
        around = next((e.span for e in module.facts.entered if e.value.span == invocation.span), invocation.span)
        inside = module.stretches.at(around).calls
        made = [value for i in inside for value in each(self.names.resolve(i.callee, Context(module)))]
        return any(isinstance(value, Instance) and value.role in spec.roles for value in made)


def _is_in(module: Module, folder: str) -> bool:
    return not folder or module.path.startswith(f"{folder}/")


def _entered(names: Names, value: Expr, spec: StandingSpec, context: Context) -> list[tuple[Expr, Context]]:
    """The model that a `with` sets: what is passed to what it calls, or what it enters."""
    if isinstance(value, Result) and spec.within:
        invocation = context.module.facts.invocations[value.invocation]
        if _is_one(names, invocation, context, spec.within):
            return list(_passed(names, invocation, spec, context))
    entered = [v for v in each(names.resolve(value, context)) if isinstance(v, Instance)] if spec.entered else []
    return [(value, context)] if any(v.role in spec.entered for v in entered) else []


def _one(names: Names, given: Iterable[tuple[Expr, Context]]) -> Standard | None:
    """The model that is meant, where it is the only one."""
    found = {identity(value): value for expr, context in given for value in each(names.resolve(expr, context))}
    value = next(iter(found.values()), None)
    return value if len(found) == 1 and isinstance(value, (Instance, ParameterValue)) and not value.chain else None


def _calls(names: Names, module: Module, functions: Sequence[str]) -> Iterator[Invocation]:
    """Where a module calls one of some functions."""
    for last in sorted(module.calls_by_name.keys() & {name.rpartition(".")[2] for name in functions}):
        for index in module.calls_by_name[last]:
            invocation = module.facts.invocations[index]
            if _is_one(names, invocation, Context(module), functions):
                yield invocation


def _is_one(names: Names, invocation: Invocation, context: Context, functions: Sequence[str]) -> bool:
    value = names.resolve(invocation.callee, context)
    return isinstance(value, External) and value.path in functions


def _passed(
    names: Names, invocation: Invocation, spec: StandingSpec, context: Context
) -> Iterator[tuple[Expr, Context]]:
    """The model that is passed to a function which sets it."""
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
