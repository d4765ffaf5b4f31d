"""Which call expressions send a request to a model, and by what evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from msgspec import structs

from promptlint.facts import Attribute, Expr, Function, Invocation, Loop, Name, Result, Span
from promptlint.knowledge.specs import CallSpec, ClientSpec
from promptlint.link.arguments import Argument, Arguments, configured, layered, read
from promptlint.link.around import calls_of, passes_all
from promptlint.link.assembled import models_in
from promptlint.link.changed import dotted_path
from promptlint.link.decorated import Decoration, decorations
from promptlint.link.http import POSTS, endpoint_call, handed_on, open_body
from promptlint.link.modules import Module, last_name
from promptlint.link.names import Names
from promptlint.link.values import (
    Context,
    External,
    Frame,
    FunctionValue,
    Instance,
    Layer,
    Made,
    Missing,
    ModuleValue,
    ObjectValue,
    ParameterValue,
    Partial,
    Value,
    each,
)

_HANDS_ON = frozenset(
    ("to_thread", "run_in_executor", "partial", "sync_to_async", "map", "submit", "run_sync", "starmap", "apply_async",
     "asyncify", "run_in_threadpool", "retry_call", "call", "gather", "amap")
)  # fmt: skip
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
_HANDED = frozenset(
    ("func", "fn", "function", "f", "method", "call", "callable", "callback", "target", "coro", "operation")
)
_REQUEST = frozenset(("model", "messages", "prompt", "contents", "input"))
_MODEL_CLASS = re.compile(r"(?:^|[A-Za-z])(?:Model|LLM)(?:$|[A-Z])|^LLM")
_MAKES_MODEL = re.compile(r"(?:^|_)(?:llm|chat_?model|language_model|model|chain)$", re.IGNORECASE)
_WORD = re.compile(r"\w+")
TEXTLESS = frozenset(("embedding", "image", "audio", "batch"))
_AGENTS = ("starting_agent", "recipient", "agent")
_AGENT_ROLES = frozenset(("agent",))
_MODEL_ROLES = frozenset(("llm", "model", "text_model", "client", "async_llm"))
_BINDS = frozenset(("partial", "sync_to_async", "asyncify"))


@dataclass(frozen=True, eq=False)
class Evidence:
    """Why an expression sends a request, and by which table. `layers`: keywords of partials and decorators below it."""

    spec: CallSpec
    client: ClientSpec | None = None
    instance: Instance | None = None
    by_shape: bool = False
    layers: tuple[Layer, ...] = ()
    decoration: Decoration | None = None


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
            within = names.results.inside(function, self.invocation, context)
            found = read(names, call, within, self.spec.positional)
        else:
            found = read(names, self.invocation, context, self.spec.positional, skip=self.skip)
        for layer in reversed(self.layers):
            found.under(read(names, layer.invocation, layer.context, self.spec.positional, layer.kind, skip=1))
        instance = self.instance_in(names, context)
        if instance is not None:
            found.under(layered(names, instance.layers))
            found = configured(names, found, instance.layers)
        self._held(context, found)
        found.model = inner_model(names, found)
        for argument in [a for body in self.spec.body for a in found.given.get(body, ())]:
            open_body(names, argument, found)
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

    def variants(self, names: Names, context: Context) -> list[Site]:
        """The same site for each client it can be called on, the first one being what is reported."""
        if self.reference or self.instance is None:
            return [self]
        values = [v for v in each(names.resolve(self.invocation.callee, context)) if isinstance(v, Instance)]
        found = [_evidence(names, v, self.invocation.callee, self.invocation, context) for v in values]
        several = [replace(self, evidence=evidence, settled=True) for evidence in found if evidence is not None]
        return several if len(several) > 1 else [self]

    def instance_in(self, names: Names, context: Context) -> Instance | None:
        """The client, read again when the caller is known: it may be the caller that built it."""
        if not context.frames or self.reference or self.settled:
            return self.instance
        for value in each(names.resolve(self.invocation.callee, context)):
            if isinstance(value, Instance):
                return value
        return self.instance


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


def find_sites(names: Names, module: Module, sending: frozenset[str]) -> Iterator[Site]:
    """All sites of a module in source order. `sending` are names of the project's own whose call may be a request."""
    context = Context(module)
    candidates = _candidates(names, module)
    sent = (module.calls_by_name[name] for name in sending & module.calls_by_name.keys())
    for index in sorted(candidates.keys() | {i for group in sent for i in group}):
        invocation = module.facts.invocations[index]
        last = last_name(invocation)
        found = False
        http = _http(names, module, invocation, context) if _may_post(invocation) else None
        if http is not None:
            yield http
            continue
        if last in sending or _may_send(names, module, invocation):
            for site in _direct(names, module, invocation, context):
                found = True
                yield site
                break
        if not found and candidates.get(index) and (last in _HANDS_ON or _hands_on(names, module, invocation)):
            yield from _references(names, module, invocation, context)


def _candidates(names: Names, module: Module) -> dict[int, bool]:
    """The calls that may be sites by their own words, and whether they may hand an SDK function on.

    Where their names lead changes from one linking to the next, their words do not.
    """
    if not module.candidates:
        found: dict[int, bool] = {}
        for index, invocation in enumerate(module.facts.invocations):
            hands = last_name(invocation) in _HANDS_ON or any(_sends(names, module, e) for e, *_ in _given(invocation))
            if hands or _may_post(invocation) or _may_send(names, module, invocation):
                found[index] = hands
        module.candidates.append(found)
    return module.candidates[0]


def _may_post(invocation: Invocation) -> bool:
    return last_name(invocation) in POSTS or "url" in invocation.keyword_spans


def _may_send(names: Names, module: Module, invocation: Invocation) -> bool:
    last = last_name(invocation)
    return not last or last in names.knowledge.method_names or _may_be_bound(module, invocation.callee)


def decorator_site(module: Module, decoration: Decoration) -> Site:
    """The decorator of a function that others may call, outside the project."""
    made = decoration.layers[0].invocation
    evidence = Evidence(decoration.spec.call, layers=decoration.layers, decoration=decoration)
    return Site(module, made, evidence, made.text, made.span, made.callee_span)


def _http(names: Names, module: Module, invocation: Invocation, context: Context) -> Site | None:
    """A request to a known endpoint, sent here or by the HTTP function that is handed on here."""
    handed = None if last_name(invocation) in POSTS else handed_on(names, invocation, context)
    if handed is None and last_name(invocation) not in POSTS:
        return None
    spec = endpoint_call(names, invocation, context, handed[1] if handed is not None else "")
    names.modules.eager = False
    if spec is None:
        return None
    if handed is None:
        return Site(module, invocation, Evidence(spec), invocation.text, invocation.span, invocation.callee_span)
    text, span = ".".join(attribute_chain(handed[0])), handed[0].span
    return Site(module, invocation, Evidence(spec), text, span, span, reference=True)


def _hands_on(names: Names, module: Module, invocation: Invocation) -> bool:
    """Whether a call is given an SDK method, and it or the call of its result the keywords of a request.

    Or it is one of a function of the project that calls what it is given.
    """
    handed = [(expr, key) for expr, key, _ in _given(invocation) if _sends(names, module, expr)]
    if not handed:
        return False
    outer = _called_result(module, invocation)
    keywords = {key for key, _ in (outer or invocation).keywords.items}
    if not keywords.isdisjoint(_REQUEST) or (outer is not None and None in keywords):
        return True
    return any(_run(names, module, invocation, expr) is not None for expr, _ in handed)


def _given(invocation: Invocation) -> Iterator[tuple[Expr, str | None, int]]:
    """The arguments that may be a function to run, with their keyword, and how many positional ones are before its own."""
    for position, expr in enumerate(invocation.positional[:2]):
        yield expr, None, position + 1
    for key, expr in invocation.keywords.items:
        if key in _HANDED:
            yield expr, key, 0


def _run(
    names: Names, module: Module, invocation: Invocation, given: Expr
) -> tuple[FunctionValue, Invocation | None] | None:
    """The project function that calls what it is given in this place, and that call where its arguments are others.

    A function inside that hands its own arguments on is only made here, and called elsewhere.
    """
    for value in each(names.resolve(invocation.callee, Context(module))):
        if not isinstance(value, FunctionValue):
            continue
        frame = Frame(value.module, value.function, invocation, Context(module))
        for parameter in value.function.parameters:
            passed = names.scopes.argument(frame, parameter)
            if passed is None or passed[0] is not given:
                continue
            for call in calls_of(value.module, value.function, parameter.name):
                owner = passes_all(value.module, call)
                if owner is None or owner == value.function:
                    return value, call if owner is None else None
    return None


def _direct(names: Names, module: Module, invocation: Invocation, context: Context) -> Iterator[Site]:
    values = each(names.resolve(invocation.callee, context))
    found = [_evidence(names, value, invocation.callee, invocation, context) for value in values]
    # Of functions that may be called here, the one that answers with text says most.
    for evidence in sorted((e for e in found if e is not None), key=lambda e: e.spec.kind in TEXTLESS):
        only = all(isinstance(v, (Instance, External, FunctionValue)) for v in values)
        text = _bound_function(names, module, invocation) or invocation.text
        yield Site(module, invocation, evidence, text, invocation.span, invocation.callee_span, only=only)


def _bound_function(names: Names, module: Module, invocation: Invocation) -> str | None:
    """The SDK function as written where it is bound and called at once: `sync_to_async(client.chat.completions.create)(...)`."""
    if not isinstance(invocation.callee, Result):
        return None
    binder = module.facts.invocations[invocation.callee.invocation]
    handed = [expr for expr, _, _ in _given(binder) if _sends(names, module, expr)]
    return ".".join(attribute_chain(handed[0])) or None if handed else None


def _may_be_bound(module: Module, callee: Expr) -> bool:
    """A bare name can only be a request when it was imported or assigned."""
    if not isinstance(callee, Name):
        return False
    scope = callee.scope
    while True:
        if (scope, callee.name) in module.imports or (scope, callee.name) in module.bindings:
            return True
        if not scope:
            return False
        scope = scope.rpartition(".")[0]


def _evidence(names: Names, value: Value, function: Expr, invocation: Invocation, context: Context) -> Evidence | None:
    """Why calling a value sends a request. `function` is the expression it is, `invocation` what gives the arguments."""
    knowledge = names.knowledge
    match value:
        case External(path=path):
            for spec in knowledge.calls_at(path):
                if not spec.not_generation:
                    return Evidence(spec)
            if names.modules.within(path):  # a file that is not read yet
                return _by_shape(names, function, invocation, context)
        case Instance():
            found = knowledge.call_for(value.client, value.chain, value.role, value.wrapped)
            if found is not None and not found.not_generation:
                sends = not found.needs_model or models_in(names, value)
                return Evidence(found, value.client, value) if sends else None
            if (
                found is None and len(value.chain) > 3
            ):  # `generator.client.chat.completions.create`: what it holds inside
                return _by_shape(names, function, invocation, context)
        case FunctionValue(module=module, function=decorated):
            sending = next((d for d in decorations(names, module, decorated) if d.spec.sends), None)
            if sending is not None:
                return Evidence(sending.spec.call, layers=sending.layers, decoration=sending)
        case Partial(function=bound, context=where, invocation=made):
            for inner in each(bound):
                below = _evidence(names, inner, function, invocation, context)
                if below is not None:
                    return replace(below, layers=(*below.layers, Layer("bind", where, made)))
        case Missing() | ParameterValue() | Made() | ModuleValue() | ObjectValue():
            if isinstance(value, Made) and value.path.split(".")[0] in _NEVER:
                return None
            return _by_shape(names, function, invocation, context)
    return None


def _by_shape(names: Names, function: Expr, invocation: Invocation, context: Context) -> Evidence | None:
    """An object known by its shape alone. The file it comes from is wanted: there it may be a class of the project's own."""
    found = _shaped(names, function, invocation, context)
    if found is not None:
        names.modules.eager = True
        names.resolve(function, context)
        names.modules.eager = False
    return found


_NEVER = frozenset(
    ("twilio", "stripe", "slack_sdk", "telegram", "sqlalchemy", "builtins", "json", "os", "re", "unittest")
)


def _shaped(names: Names, function: Expr, invocation: Invocation, context: Context) -> Evidence | None:
    """An injected client, known by the chain of attributes and the keywords it is called with."""
    chain = attribute_chain(function)
    # `self.litellm.completion`: the package is kept as an attribute under its own name.
    held = chain[1:] if chain[:1] in (("self",), ("cls",)) else chain
    for spec in (
        *names.knowledge.calls_at(".".join(chain)),
        *(names.knowledge.calls_at(".".join(held)) if held != chain else ()),
    ):
        if not spec.not_generation and "." in spec.match[0]:
            return Evidence(spec, by_shape=True)
    keywords = {key for key, _ in invocation.keywords.items if key is not None}
    unpacked = any(key is None for key, _ in invocation.keywords.items)
    passed = frozenset(keywords), unpacked, context.module.packages
    found = names.knowledge.shaped(chain, *passed)
    if found is None and (maker := _maker(function, context.module)):
        found = names.knowledge.shaped((maker, *chain[-1:]), *passed)
    if found is None or (found.shape == ("*",) and _own_models(names, context.module, found.sdk)):
        return None
    return Evidence(found, by_shape=True)


def _maker(function: Expr, module: Module) -> str | None:
    """What made the object a method is called on, where its name says model: `get_llm` of `self.model = get_llm()`."""
    base = function.base if isinstance(function, Attribute) else None
    made = [base]
    if isinstance(base, Name):
        scope = module.function_of(base.scope)
        made = [b.value for b in module.bindings.get((scope.qualname if scope is not None else "", base.name), ())]
    elif isinstance(base, Attribute) and isinstance(base.base, Name):
        made = [b.value for b in module.attributes.get((module.owner(base.base.scope) or "", base.name), ())]
    names = {last_name(module.facts.invocations[value.invocation]) for value in made if isinstance(value, Result)}
    return next((name for name in sorted(names) if _MAKES_MODEL.search(name)), None)


def _own_models(names: Names, module: Module, sdk: str) -> bool:
    """Whether the models of a file are of a class of the project, as its annotations say, and the SDK is not imported."""
    if any(entry.target.partition(".")[0].partition("_")[0] == sdk.partition("-")[0] for entry in module.facts.imports):
        return False
    own = {
        entry.local
        for entry in module.facts.imports
        if _MODEL_CLASS.search(entry.local) and names.modules.holds(module, entry.target)
    }
    annotations = [p.annotation for f in module.facts.functions for p in f.parameters]
    annotations += [b.annotation for b in module.facts.bindings]
    return any(not own.isdisjoint(_WORD.findall(annotation)) for annotation in annotations if annotation)


def attribute_chain(expr: Expr) -> tuple[str, ...]:
    """`("client", "messages", "create")`: the names of an attribute chain, calls and subscripts cut off."""
    parts: list[str] = []
    while isinstance(expr, Attribute):
        parts.append(expr.name)
        expr = expr.base
    if isinstance(expr, Name):
        parts.append(expr.name)
    return tuple(reversed(parts))


def _references(names: Names, module: Module, invocation: Invocation, context: Context) -> Iterator[Site]:
    """SDK functions that are handed on instead of called: `asyncio.to_thread(client.chat.completions.create, ...)`.

    Where the result is called at once, as in `retry(client.messages.create)(**request)`, that call gives the arguments.
    """
    for expr, _, before in _given(invocation):
        if not _sends(names, module, expr):
            continue
        outer = _called_result(module, invocation)
        if outer is not None and (last_name(invocation) in _BINDS or any(_direct(names, module, outer, context))):
            return  # that call is a site of its own
        run = _run(names, module, invocation, expr)
        inside = (run[0], run[1]) if run is not None and run[1] is not None else None
        made, skip = (invocation, before) if outer is None or inside is not None else (outer, 0)
        if inside is not None and any(loop.repeats for loop in inside[1].loops):
            made = structs.replace(made, loops=(*made.loops, Loop(kind="map", span=made.span)))
        for value in each(names.resolve(expr, context)):
            evidence = _evidence(names, value, expr, made, context)
            if evidence is None:
                continue
            text = ".".join(attribute_chain(expr))
            yield Site(module, made, evidence, text, expr.span, expr.span, reference=True, skip=skip, inside=inside)
            return


def _sends(names: Names, module: Module, expr: Expr) -> bool:
    """Whether an argument may be an SDK function: by the last name of an attribute, by the import of a bare name, or by what
    a name is another name for.
    """
    if isinstance(expr, Attribute):
        return expr.name in names.knowledge.method_names
    if not isinstance(expr, Name):
        return False
    if any(
        isinstance(b.value, Attribute) and _sends(names, module, b.value)
        for b in module.bindings.get((expr.scope, expr.name), ())
    ):
        return True
    imports = module.imports.get((expr.scope, expr.name)) or module.imports.get(("", expr.name), [])
    return any(names.knowledge.calls_at(entry.target) for entry in imports)


def _called_result(module: Module, invocation: Invocation) -> Invocation | None:
    """The call of what a call returns: `f(...)(here)`."""
    for index in module.calls_by_name.get("", ()):
        outer = module.facts.invocations[index]
        if isinstance(outer.callee, Result) and outer.callee.span == invocation.span:
            return outer
    return None
