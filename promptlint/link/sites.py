"""Which call expressions send a request to a model, and by what evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from promptlint.facts import Attribute, Binary, Expr, Function, Invocation, Literal, Name, Span, Text
from promptlint.knowledge import CallSpec, ClientSpec
from promptlint.link.arguments import Argument, Arguments, layered, read, spread
from promptlint.link.modules import Module, last_name
from promptlint.link.names import Names, each
from promptlint.link.values import (
    Context,
    Data,
    External,
    Instance,
    Layer,
    Made,
    Missing,
    ModuleValue,
    ObjectValue,
    ParameterValue,
    Partial,
    Value,
)

_POSTS = frozenset(("post", "request", "stream", "urlopen", "Request", "apost"))
_HANDS_ON = frozenset(
    ("to_thread", "run_in_executor", "partial", "sync_to_async", "map", "submit", "run_sync", "starmap", "apply_async",
     "asyncify", "run_in_threadpool", "retry_call", "call", "gather", "amap")
)  # fmt: skip
_BODIES = ("json", "data", "content")
_HOLDERS = ("llm", "model", "chat_model", "language_model", "lm", "model_client", "chat_generator", "task_model")
_MODEL_ROLES = frozenset(("llm", "model", "text_model", "client", "async_llm"))
_BINDS = frozenset(("partial", "sync_to_async", "asyncify"))


@dataclass(frozen=True, eq=False)
class Site:
    """One place where a request is made. `skip` leading positional arguments belong to what hands the function on.

    `only` is False when the callee may be something else as well: the method of a client that is passed in.
    """

    module: Module
    invocation: Invocation
    index: int
    spec: CallSpec
    client: ClientSpec | None
    instance: Instance | None
    callee: str
    span: Span
    callee_span: Span
    reference: bool = False
    skip: int = 0
    by_shape: bool = False
    layers: tuple[Layer, ...] = ()
    only: bool = True

    @property
    def function(self) -> Function | None:
        """The project function the site stands in."""
        return self.module.function_of(self.invocation.scope)

    def arguments(self, names: Names, context: Context) -> Arguments:
        """Its keywords, those of `.bind()`, wrappers, partials and constructors below them."""
        found = read(names, self.invocation, context, self.spec.positional, skip=self.skip)
        for layer in reversed(self.layers):
            found.under(read(names, layer.invocation, layer.context, self.spec.positional, layer.kind, skip=1))
        instance = self.instance_in(names, context)
        if instance is not None:
            found.under(layered(names, instance.layers))
        found.model = inner_model(names, found)
        for body in self.spec.body:
            for argument in found.given.get(body, ()):
                open_body(names, argument, found)
        return found

    def instance_in(self, names: Names, context: Context) -> Instance | None:
        """The client, read again when the caller is known: it may be the caller that built it."""
        if not context.frames or self.reference:
            return self.instance
        for value in each(names.resolve(self.invocation.callee, context)):
            if isinstance(value, Instance):
                return value
        return self.instance


def inner_model(names: Names, arguments: Arguments) -> Instance | None:
    """The model object an agent or a chain is given (`LLMChain(llm=...)`): its keywords join those of the call."""
    for holder in _HOLDERS:
        values = [v for a in arguments.given.get(holder, ()) for v in each(names.resolve(a.expr, a.context))]
        model = values[0] if len(values) == 1 else None
        if isinstance(model, Instance) and not model.chain and model.role in _MODEL_ROLES:
            del arguments.given[holder]
            arguments.under(layered(names, model.layers))
            return model
    return None


def find_sites(names: Names, module: Module) -> Iterator[Site]:
    """All sites of a module in source order."""
    context = Context(module)
    interesting = names.knowledge.method_names
    for index, invocation in enumerate(module.facts.invocations):
        last = last_name(invocation)
        found = False
        if last in _POSTS:
            http = http_site(names, module, index, invocation, context)
            names.modules.eager = False
            if http is not None:
                yield http
                continue
        if last in interesting or isinstance(invocation.callee, Name) or not last:
            for site in _direct(names, module, index, invocation, context):
                found = True
                yield site
                break
        if not found and (last in _HANDS_ON):
            yield from _references(names, module, index, invocation, context)


def _direct(names: Names, module: Module, index: int, invocation: Invocation, context: Context) -> Iterator[Site]:
    if isinstance(invocation.callee, Name) and not _may_be_bound(names, module, invocation.callee):
        return
    values = each(names.resolve(invocation.callee, context))
    for value in values:
        hit = _hit(names, value, invocation, context)
        if hit is not None:
            spec, client, instance, shape, layers = hit
            yield Site(
                module, invocation, index, spec, client, instance, invocation.text, invocation.span, invocation.callee_span,
                by_shape=shape, layers=layers, only=all(isinstance(v, (Instance, External)) for v in values),
            )  # fmt: skip


def _may_be_bound(names: Names, module: Module, callee: Name) -> bool:
    """A bare name can only be a request when it was imported or assigned."""
    scope = callee.scope
    while True:
        if (scope, callee.name) in module.imports or (scope, callee.name) in module.bindings:
            return True
        if not scope:
            return False
        scope = scope.rpartition(".")[0]


_Hit = tuple[CallSpec, ClientSpec | None, Instance | None, bool, tuple[Layer, ...]]


def _hit(names: Names, value: Value, invocation: Invocation, context: Context) -> _Hit | None:
    knowledge = names.knowledge
    match value:
        case External(path=path):
            for spec in knowledge.calls_at(path):
                if not spec.not_generation:
                    return spec, None, None, False, ()
        case Instance():
            found = knowledge.call_for(value.client, value.chain, value.role, value.wrapped)
            if found is not None and not found.not_generation:
                return found, value.client, value, False, ()
        case Partial(function=function, context=where, invocation=made):
            for inner in each(function):
                hit = _hit(names, inner, invocation, context)
                if hit is not None:
                    return hit[0], hit[1], hit[2], hit[3], (*hit[4], Layer("bind", where, made))
        case Missing() | ParameterValue() | Made() | ModuleValue() | ObjectValue():
            if isinstance(value, Made) and value.path.split(".")[0] in _NEVER:
                return None
            return _shaped(names, invocation, context)
    return None


_NEVER = frozenset(
    ("twilio", "stripe", "slack_sdk", "telegram", "sqlalchemy", "builtins", "json", "os", "re", "unittest")
)


def _shaped(names: Names, invocation: Invocation, context: Context) -> _Hit | None:
    """An injected client, known by the chain of attributes and the keywords it is called with."""
    chain = attribute_chain(invocation.callee)
    for spec in names.knowledge.calls_at(".".join(chain)):
        if not spec.not_generation and "." in spec.match[0]:
            return spec, None, None, True, ()
    keywords = {key for key, _ in invocation.keywords.items if key is not None}
    unpacked = any(key is None for key, _ in invocation.keywords.items)
    roots = {entry.target.split(".")[0] for entry in context.module.facts.imports}
    found = names.knowledge.shaped(chain, frozenset(keywords), unpacked, frozenset(roots))
    if found is None:
        return None
    return found, None, None, True, ()


def attribute_chain(expr: Expr) -> tuple[str, ...]:
    """`("client", "messages", "create")`: the names of an attribute chain, calls and subscripts cut off."""
    parts: list[str] = []
    while isinstance(expr, Attribute):
        parts.append(expr.name)
        expr = expr.base
    if isinstance(expr, Name):
        parts.append(expr.name)
    return tuple(reversed(parts))


def _references(names: Names, module: Module, index: int, invocation: Invocation, context: Context) -> Iterator[Site]:
    """SDK functions that are handed on instead of called: `asyncio.to_thread(client.chat.completions.create, ...)`."""
    for position, expr in enumerate(invocation.positional[:2]):
        if not isinstance(expr, Attribute) or expr.name not in names.knowledge.method_names:
            continue
        for value in each(names.resolve(expr, context)):
            hit = _hit(names, value, invocation, context)
            if hit is None:
                continue
            spec, client, instance, shape, layers = hit
            text = ".".join(attribute_chain(expr)) or expr.name
            yield Site(
                module, invocation, index, spec, client, instance, text, expr.span, expr.span, reference=True,
                skip=position + 1, by_shape=shape, layers=layers,
            )  # fmt: skip
            break


def open_body(names: Names, argument: Argument, into: Arguments) -> None:
    """The keys of a request body: a dictionary, or `json.dumps` of one."""
    for value in each(names.resolve(argument.expr, argument.context)):
        if isinstance(value, Made) and value.path.endswith(".dumps") and value.invocation.positional:
            spread(names, value.invocation.positional[0], value.context, into, "call", argument.sure)
        elif isinstance(value, Data):
            spread(names, argument.expr, argument.context, into, "call", argument.sure)
        else:
            into.open.append("request body")


def http_site(names: Names, module: Module, index: int, invocation: Invocation, context: Context) -> Site | None:
    """A request to a known endpoint of a known host, without an SDK."""
    # A route (`@app.post("/v1/chat/completions")`) has a path like a request, but sends no body.
    if not any(k in _BODIES or k is None for k, _ in invocation.keywords.items) and len(invocation.positional) < 2:
        return None
    names.modules.eager = True  # a host is often a setting of another file
    candidates = [v for k, v in invocation.keywords.items if k == "url"] + list(invocation.positional[:2])
    for expr in candidates:
        url = url_text(names, expr, context)
        if url is None:
            continue
        owner = next((o for host, o in names.knowledge.hosts.items() if host in url), None)
        clean = url.partition("?")[0].rstrip("/")
        endpoint = next((e for e in names.knowledge.endpoints if clean.endswith(e.path)), None)
        if endpoint is None or (owner is None and not endpoint.path.endswith("chat/completions")):
            continue
        spec = CallSpec(
            match=(), kind=endpoint.kind, sdk="http", report=f"{owner or 'openai'}-http", provider=owner,
            model=("model",), messages=("messages", "contents"), prompt=("prompt",), input=("input",), system=("system",),
            tools=("tools",), body=_BODIES, caps=endpoint.caps, missing_cap=endpoint.missing_cap,
            fanout=("n",), stream=("stream",),
        )  # fmt: skip
        return Site(
            module, invocation, index, spec, None, None, invocation.text, invocation.span, invocation.callee_span
        )
    return None


def url_text(names: Names, expr: Expr, context: Context) -> str | None:
    """The text of a URL, what is not known in it left out."""
    value = each(names.resolve(expr, context))[0]
    if not isinstance(value, Data):
        return None
    if isinstance(value.expr, Binary):
        sides = [url_text(names, side, value.context) or "" for side in (value.expr.left, value.expr.right)]
        return "".join(sides) or None
    if not isinstance(value.expr, Text):
        return None
    parts = []
    for segment in value.expr.segments:
        if isinstance(segment, Literal):
            parts.append(segment.text)
        elif segment.value is not None:
            parts.append(url_text(names, segment.value, value.context) or "")
    return "".join(parts)
