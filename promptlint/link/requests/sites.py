"""The places where a request to a model is made, and the keywords it gets there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from promptlint.facts import Attribute, Expr, Function, Invocation, Known, Span
from promptlint.knowledge.specs import CallSpec, ClientSpec
from promptlint.link.program.module import Module
from promptlint.link.requests.evidence import Evidence, evidence_of
from promptlint.link.requests.http import open_body
from promptlint.link.requests.urls import Urls
from promptlint.link.resolve.arguments import configured, in_each, layered, read
from promptlint.link.resolve.changed import dotted_path
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.passed import Argument, Arguments
from promptlint.link.resolve.values import (
    Context,
    FunctionValue,
    Instance,
    Layer,
    each,
)

TEXTLESS = frozenset(("embedding", "image", "audio", "batch"))
_HOLDERS = (
    "llm",
    "model",
    "chat_model",
    "language_model",
    "lm",
    "model_client",
    "chat_generator",
    "task_model",
    "service",
    "starting_agent",
    "recipient",
    "agent",
)
_AGENTS = ("starting_agent", "recipient", "agent")
_AGENT_ROLES = frozenset(("agent",))
_MODEL_ROLES = frozenset(("llm", "model", "text_model", "client", "async_llm"))


@dataclass(frozen=True, eq=False)
class Site:
    """One place where a request is made. `skip` leading positional arguments belong to what hands the function on.

    `only` is False when the callee may be something else as well: the method of a client that is passed in.
    `settled`: the client is one of several, and not to be read again. `inside`: the project function that is given the SDK's
    function, and how that calls it.
    """

    module: Module
    invocation: Invocation
    evidence: Evidence
    callee: str
    span: Span
    callee_span: Span
    reference: bool = False
    skip: int = 0
    only: bool = True
    settled: bool = False
    inside: tuple[FunctionValue, Invocation] | None = None

    @property
    def spec(self) -> CallSpec:
        """What the tables say of the call."""
        return self.evidence.spec

    @property
    def client(self) -> ClientSpec | None:
        """What the tables say of the object it is called on."""
        return self.evidence.client

    @property
    def instance(self) -> Instance | None:
        """The object it is called on, when that is known."""
        return self.evidence.instance

    @property
    def by_shape(self) -> bool:
        """Whether only names and keywords say that it is a request."""
        return self.evidence.by_shape

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Keywords given before the call, by a partial or a decorator."""
        return self.evidence.layers

    @property
    def method(self) -> str:
        """The name of the SDK's function, whatever the program calls it. That of one that streams says so."""
        chain = self.instance.chain if self.instance is not None else ()
        return chain[-1] if chain else self.callee.rpartition(".")[2]

    @property
    def function(self) -> Function | None:
        """The project function the site stands in."""
        return self.module.function_of(self.invocation.scope)

    def arguments(self, names: Names, context: Context) -> Arguments:
        """Its keywords, those of `.bind()`, wrappers, partials and constructors below them."""
        if self.evidence.decoration is not None:
            found = layered(names, self.layers)
            found.model = inner_model(names, found)
            return found
        if self.inside is not None:
            function, call = self.inside
            found = read(names, call, names.results.inside(function, self.invocation, context), self.spec.positional)
        else:
            found = read(names, self.invocation, context, self.spec.positional, skip=self.skip)
        for layer in reversed(self.layers):
            found.under(read(names, layer.invocation, layer.context, self.spec.positional, layer.kind, skip=1))
        instance = self.instance_in(names, context)
        if instance is not None:
            found.under(layered(names, instance.layers, instance.client))
            found = configured(names, found, instance.layers)
        self._held(context, found)
        if "recipient" in found.given and self.client is not None:
            _leave_to_recipient(found, self.client)
        found.model = inner_model(names, found)
        for argument in [a for body in self.spec.body for a in found.given.get(body, ())]:
            open_body(names, argument, found)
        requests = in_each(names, found, self.spec.inside) if self.spec.inside else None
        if requests is not None:
            found.under(requests)
        if self.evidence.url is not None and found.first(*self.spec.model_params) is None:
            in_path = Urls(names, self.module.owner(self.invocation.scope)).model(self.evidence.url, context)
            named = [Argument(*one) for one in in_path if not isinstance(one, str)]
            found.given.update({"model": named} if named else {})
        return found

    def _held(self, context: Context, found: Arguments) -> None:
        """A configuration that is set on the object a call is made on: `model.generation_config.max_new_tokens = 9`."""
        callee, module = self.invocation.callee, self.module
        if not isinstance(callee, Attribute) or self.reference:
            return
        for config in self.spec.config:
            held = Attribute(base=callee.base, name=config, span=callee.span)
            path, scope = dotted_path(held)
            owner = module.owner(scope)
            put = (scope, path) in module.bindings or (owner, path.removeprefix("self.")) in module.deep
            if config not in found.given and (put or path in module.set_below):
                found.add(config, Argument(held, context, True, "config"))

    @property
    def called(self) -> Expr:
        """What is called here, or handed on to be called."""
        if not self.reference:
            return self.invocation.callee
        given = (*self.invocation.positional, *(value for _, value in self.invocation.keywords.items))
        return next((expr for expr in given if expr.span == self.callee_span), self.invocation.callee)

    def variants(self, names: Names, context: Context) -> list[Site]:
        """The same site for each client it can be called on, the first one being what is reported."""
        if self.reference or self.instance is None:
            return [self]
        values = [v for v in each(names.resolve(self.invocation.callee, context)) if isinstance(v, Instance)]
        found = [evidence_of(names, v, self.invocation.callee, self.invocation, context) for v in values]
        alike = [evidence for evidence in found if evidence is not None and evidence.spec.kind == self.spec.kind]
        several = [replace(self, evidence=evidence, settled=True) for evidence in alike]
        return several if len(several) > 1 else [self]

    def instance_in(self, names: Names, context: Context) -> Instance | None:
        """The client, read again when the caller is known: it may be the caller that built it."""
        if not context.frames or self.settled:
            return self.instance
        for value in each(names.resolve(self.called, context)):
            if isinstance(value, Instance):
                return value
        return self.instance


def _leave_to_recipient(arguments: Arguments, client: ClientSpec) -> None:
    """Forget a configuration that is set to False (`llm_config=False`): that agent asks no model, the one it talks to does."""
    for name in {path.partition(".")[0] for path in client.model_params}:
        if all(isinstance(a.expr, Known) and a.expr.value is False for a in arguments.given.get(name, ())):
            arguments.given.pop(name, None)


def inner_model(names: Names, arguments: Arguments, depth: int = 0) -> Instance | None:
    """The model object an agent or a chain is given (`LLMChain(llm=...)`): its keywords join those of the call.

    A runner is given an agent (`Runner.run(agent)`), and that one its model.
    """
    for holder in _HOLDERS:
        values = [v for a in arguments.given.get(holder, ()) for v in each(names.resolve(a.expr, a.context))]
        model = values[0] if len(values) == 1 else None
        roles = _AGENT_ROLES if holder in _AGENTS else _MODEL_ROLES
        if isinstance(model, Instance) and not model.chain and model.role in roles:
            del arguments.given[holder]
            arguments.under(layered(names, model.layers))
            inside = inner_model(names, arguments, depth + 1) if holder in _AGENTS and depth < 3 else None
            return inside if inside is not None and inside.client.caps else model
    return None


def inner_models(names: Names, arguments: Arguments) -> tuple[str, list[Instance]]:
    """The model objects an agent or a chain may be given where they are several, or the agents of a runner, and the keyword that
    holds them: `LLMChain(llm=a if fast else b)`, `Runner.run(AGENTS[name], text)`.
    """
    if arguments.model is not None and arguments.model.role in _MODEL_ROLES:
        return "", []
    for holder in _HOLDERS:
        values = [v for a in arguments.given.get(holder, ()) for v in each(names.resolve(a.expr, a.context))]
        roles = _AGENT_ROLES if holder in _AGENTS else _MODEL_ROLES
        models = [v for v in values if isinstance(v, Instance) and not v.chain and v.role in roles]
        if len(models) > 1:
            return holder, models if len(models) == len(values) else []
    return "", []
