"""SDK functions that are kept to be called later, where no call is found: `self._ask = client.messages.create`.

Whoever calls them takes them by a name that is worked out (`getattr(self, kind)(**request)`) or from where nobody follows.
That a request is made is then known by where the function is put, and nothing of what is passed. A function whose call is found
is no request where it is put.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

from promptlint.facts import Attribute, Choice, Expr, Invocation, Items, Name, Table, Text, Unknown, Want
from promptlint.knowledge.specs import CallSpec
from promptlint.link.program.module import Module
from promptlint.link.program.puts import Put
from promptlint.link.requests.evidence import attribute_chain, evidence_of
from promptlint.link.requests.sites import Site
from promptlint.link.resolve.around import calls_of
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.uses import name_of
from promptlint.link.resolve.values import (
    ClassValue,
    Context,
    Data,
    External,
    Frame,
    FunctionValue,
    Instance,
    Made,
    Missing,
    ModuleValue,
    ObjectValue,
    ParameterValue,
    Partial,
    Value,
    constant,
    each,
)

_KEEPERS = frozenset(("builtins.dict", "types.SimpleNamespace", "argparse.Namespace", "collections.OrderedDict"))
# What puts something in the place of an SDK's function, and keeps that one to call it or to put it back.
_REPLACES = frozenset(("setattr", "object", "wrap_function_wrapper", "wrap_object", "wrap_method"))
_SURE = (External, Instance, FunctionValue, Partial)
_SURE_CHAIN = 3


class PutAway:
    """The functions that the modules of a project put away. `wanted` are the names by which other files may call them."""

    def __init__(self, names: Names, found: Sequence[Site]) -> None:
        self.names = names
        self.found = found
        self.wanted: set[Want] = set()

    def sites(self) -> Iterator[Site]:
        """One for each function whose call is not among the sites that are found."""
        taken = {(site.module.path, site.callee_span) for site in self.found}
        for module in self.names.modules:
            with self.names.modules.guarded(module.path):
                for put in self.names.kept.puts(self.names.knowledge, module):
                    if (module.path, put.expr.span) not in taken and self._may_be_known(module, put.expr):
                        yield from self._sites_of(module, put)

    def _may_be_known(self, module: Module, expr: Expr) -> bool:
        """Whether an expression may lead to an SDK: by what it says, what its file imports, or what its first name is."""
        chain = attribute_chain(expr)
        if len(chain) > _SURE_CHAIN or not chain:
            return True
        if any(not self.names.modules.within(root) for root in module.roots & self.names.knowledge.tops):
            return True
        first = [e for e in module.facts.imports if e.local == chain[0]]
        return any(self.names.modules.holds(module, entry.target) for entry in first)

    def _sites_of(self, module: Module, put: Put) -> Iterator[Site]:
        context = Context(module)
        call = _unwritten(module, put)
        for value in each(self.names.resolve(put.expr, context)):
            if not isinstance(value, _SURE) and len(attribute_chain(put.expr)) <= _SURE_CHAIN:
                continue
            evidence = evidence_of(self.names, value, put.expr, call, context)
            if evidence is None or (evidence.by_shape and not _says_all(evidence.spec, put.expr)):
                continue
            if evidence.spec.only_with:  # what it is called with would say whether it asks a language model
                continue
            kept = self._kept_as(module, put)
            if kept is None or _is_replaced(module, put):
                return
            self.wanted.update(kept)
            if not self._is_idle(module, put) and not self._is_followed(module, put, _trail(value), kept):
                yield Site(module, call, evidence, call.text, call.span, call.span, reference=True)
            return

    def _kept_as(self, module: Module, put: Put) -> list[Want] | None:
        """The names by which others may call a function; None when what it is given to may not keep it."""
        home = [Want(module=module.path, name=put.home)] if put.home else []
        if put.given_to is None:
            return home
        found: list[Want] | None = None
        for value in each(self.names.resolve(put.given_to.callee, Context(module))):
            if isinstance(value, External) and value.path in _KEEPERS:
                found = [*(found or ()), *home]
            elif isinstance(value, ClassValue):
                names = {*put.names[:1], *self._parameters_of(value, module, put)}
                owner = value.cls.qualname
                found = [*(found or ()), *(Want(module=value.module.path, name=f"{owner}.{n}") for n in sorted(names))]
            elif isinstance(value, FunctionValue):
                if any(_keeps(value, name) for name in _parameters(self.names, value, module, put)):
                    found = [*(found or ()), *home]
        return found

    def _parameters_of(self, cls: ClassValue, module: Module, put: Put) -> Iterator[str]:
        """The parameters of the constructors of a class that are given a function."""
        for where, function in self.names.constructors.of(cls):
            yield from _parameters(self.names, FunctionValue(where, function), module, put)

    def _is_idle(self, module: Module, put: Put) -> bool:
        """Whether a function is put into an attribute of a class's own that nothing reads: it is called nowhere."""
        owner, _, name = put.home.rpartition(".")
        if not owner or not name.startswith("_") or put.given_to is not None or "getattr" in module.calls_by_name:
            return False
        uses = self.names.kept.uses
        uses.read(self.names.modules)
        if uses.calls(name) or uses.handed(name) or uses.given(name) or len(uses.names(name)) > 1:
            return False
        facts = module.facts
        passed = [v for i in facts.invocations for v in (*i.positional, *i.keywords.values)]
        passed += [v for f in facts.functions for v in f.returns] + [b.value for b in facts.bindings]
        return not any(_holds(value, name, Attribute) for value in passed)

    def _is_followed(self, module: Module, put: Put, trail: tuple[str, ...], kept: list[Want]) -> bool:
        """Whether a site calls the function by another name than its own: by one it is put under, or in the same file."""
        calls = self._renamed.get(trail, ())
        if not calls:
            return False
        if any(place is module for place, _ in calls):
            return True
        known = {*put.names, put.scope.rpartition(".")[2], *(want.name.rpartition(".")[2] for want in kept)} - {""}
        uses = self.names.kept.uses
        uses.read(self.names.modules)
        known.update(name for first in tuple(known) for name in uses.names(first))
        return any(name in known for _, name in calls)

    @cached_property
    def _renamed(self) -> dict[tuple[str, ...], list[tuple[Module, str]]]:
        """The last names of an SDK function → where it is called by a name of the program's own, and by which.

        `ask(...)`, `self._ask(...)`, `FUNCTIONS[kind](...)`, `to_thread(ask, ...)`.
        """
        found: dict[tuple[str, ...], list[tuple[Module, str]]] = defaultdict(list)
        for site in self.found:
            expr = site.called
            for value in each(self.names.resolve(expr, Context(site.module))):
                trail = _trail(value)
                if trail and not self._is_its_name(site.module, expr, trail):
                    found[trail].append((site.module, name_of(expr, site.module)))
        return found

    def _is_its_name(self, module: Module, expr: Expr, trail: tuple[str, ...]) -> bool:
        """Whether a function of an SDK is called as the SDK calls it."""
        if isinstance(expr, Name):
            targets = [e.target for e in module.facts.imports if e.local == expr.name]
            return any(tuple(target.split(".")[-len(trail) :]) == trail for target in targets)
        if not isinstance(expr, Attribute) or attribute_chain(expr)[-len(trail) :] != trail:
            return False
        owners = each(self.names.resolve(expr.base, Context(module)))
        return not any(isinstance(owner, (ObjectValue, ModuleValue, ClassValue)) for owner in owners)


def _unwritten(module: Module, put: Put) -> Invocation:
    """The call that is made elsewhere: of what it passes nothing is known."""
    span = put.expr.span
    text = ".".join(attribute_chain(put.expr))
    passed = Table(items=((None, Unknown(reason="passed elsewhere", span=span)),), span=span)
    return Invocation(
        callee=put.expr,
        text=text,
        scope=put.scope,
        positional=(),
        keywords=passed,
        span=span,
        callee_span=span,
        block=module.block_at(span.start),
    )


def _says_all(spec: CallSpec, expr: Expr) -> bool:
    """Whether the attributes alone leave no doubt: `x.chat.completions.create`."""
    end = attribute_chain(expr)[-_SURE_CHAIN:]
    return any(
        m.startswith("{") and m.count(".") >= _SURE_CHAIN and tuple(m.split(".")[-_SURE_CHAIN:]) == end
        for m in spec.match
    )


def _is_replaced(module: Module, put: Put) -> bool:
    """Whether the file puts something of its own in the place of the SDK's function: `client.messages.create = logged(...)`.

    Or it says what the function, a mock then, is to answer: `create.return_value = ...`.
    """
    chain = attribute_chain(put.expr)
    if not module.set_below.keys().isdisjoint(put.names):
        return True
    if any(
        binding.name.split(".")[-2:] == list(chain[-2:]) for binding in module.facts.bindings if "." in binding.name
    ):
        return True
    texts = (
        value
        for last in _REPLACES & module.calls_by_name.keys()
        for index in module.calls_by_name[last]
        for value in module.facts.invocations[index].positional
    )
    said = (constant(Data(value, Context(module))) or "" for value in texts if isinstance(value, Text))
    return any(text.rpartition(".")[2] == chain[-1] for text in said)


def _parameters(names: Names, function: FunctionValue, module: Module, put: Put) -> Iterator[str]:
    """The parameters of a function of the project that are given the SDK's function."""
    assert put.given_to is not None
    frame = Frame(function.module, function.function, put.given_to, Context(module))
    for parameter in function.function.parameters:
        passed = names.parameters.argument(frame, parameter)
        if (
            passed is not None
            and passed[0].span.start <= put.expr.span.start
            and put.expr.span.end <= passed[0].span.end
        ):
            yield parameter.name


def _keeps(function: FunctionValue, parameter: str) -> bool:
    """Whether a function keeps what it is given, or makes another function of it: one that calls it at once is a call."""
    module, own = function.module, function.function
    bindings = [b for b in module.facts.bindings if b.scope == own.qualname and ("." in b.name or b.operation != "set")]
    kept = [*(b.value for b in bindings), *own.returns]
    return any(_holds(value, parameter) for value in kept) or any(calls_of(module, own, parameter))


def _holds(value: Expr, name: str, kind: type[Name | Attribute] = Name) -> bool:
    """Whether a value is a name, or an attribute of that name, or holds one."""
    match value:
        case Name(name=held) | Attribute(name=held):
            return type(value) is kind and held == name
        case Table(values=values) | Items(values=values) | Choice(options=values):
            return any(_holds(part, name, kind) for part in values)
    return False


def _trail(value: Value) -> tuple[str, ...]:
    """The last names of a function of an SDK, which are the same whatever object it is taken from."""
    match value:
        case External(path=path):
            return tuple(path.split(".")[-2:])
        case Instance(chain=chain) | Missing(chain=chain) | ParameterValue(chain=chain) | Made(chain=chain):
            return chain[-2:]
        case Partial(function=function):
            return _trail(each(function)[0])
    return ()
