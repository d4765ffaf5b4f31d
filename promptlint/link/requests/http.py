"""Requests to a model sent without an SDK: the URL and the body say what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.facts import Attribute, Binary, Choice, Expr, Invocation, Item, Literal, Name, Text
from promptlint.knowledge.specs import CallSpec, HttpSpec
from promptlint.link.program.module import Module, callee_name
from promptlint.link.requests.urls import CLIENTS, Urls
from promptlint.link.resolve.arguments import nested, read
from promptlint.link.resolve.dictionaries import spread
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.passed import Argument, Arguments
from promptlint.link.resolve.values import (
    ClassValue,
    Context,
    Data,
    External,
    Made,
    ParameterValue,
    each,
)

POSTS = frozenset(("post", "request", "stream", "urlopen", "Request", "apost", "connect_sse", "aconnect_sse"))
BODIES = ("json", "data", "content", "json_data", "body")
_POSITIONS = {
    "request": ("method", "url", "body"),
    "stream": ("method", "url"),
    "Request": ("url", "data", "headers"),
    "urlopen": ("url", "data"),
    "build_request": ("method", "url"),
    "connect_sse": ("client", "method", "url"),
    "aconnect_sse": ("client", "method", "url"),
}
# The address of a service of which the path is not known, and what a body must hold then to be a conversation.
_NO_PATH = re.compile(r"^https?://[^/]+(?:/v\d)?$")
_CHAT = ("model", "messages")
_FEWEST_OPTIONS = 2
# Where the same is sent to have its tokens counted.
_COUNTS = re.compile(r"token", re.IGNORECASE)


def endpoint_call(
    names: Names, invocation: Invocation, context: Context, method: str = ""
) -> tuple[CallSpec, Expr] | None:
    """The call a request makes when it goes to a known endpoint, and its URL. `method` is the HTTP function that is handed on
    instead.
    """
    positions = _POSITIONS.get(method or callee_name(invocation), ("url", "data", "json"))
    # A route (`@app.post("/v1/chat/completions")`) has a path like a request, but sends no body.
    if not any(k in BODIES or k is None for k, _ in invocation.keywords.items) and len(invocation.positional) < 2:
        return None
    candidates = [v for k, v in invocation.keywords.items if k == "url"] + list(invocation.positional[:3])
    urls = Urls(names, context.module.owner(invocation.scope))
    for address in candidates:
        found: list[tuple[HttpSpec, str | None]] = []
        guessed: list[tuple[HttpSpec, str | None]] = []
        for written in urls.texts(address, context):
            bases = urls.bases(invocation, context) if "//" not in written else ()
            for url in (*(f"{base.rstrip('/')}/{written.lstrip('/')}" for base in bases), written):
                endpoint = _endpoint(names, url, invocation, context, positions)
                if endpoint is not None:
                    found.append(endpoint)
                    break
                guessed += _service(names, url, invocation, context, positions)
        found = found or guessed[:1]
        if found:
            named = {one for one in urls.model(address, context) if isinstance(one, str)}
            return _spec(found, positions, named.pop() if len(named) == 1 else None), address
        if any(_is_another(names, written) for written in urls.texts(address, context)):
            return None
    body = _posted(names, invocation, context, positions) if candidates else Arguments()
    called = f"{invocation.scope} {' '.join(_names_in(candidates[0]))}".lower() if candidates else ""
    bodies = (one for one in names.knowledge.bodies if one.named in called)
    sent = next((one for one in bodies if _says(names, one, body)), None)
    return (_spec([(sent, None)], positions, None), candidates[0]) if sent is not None else None


def _is_another(names: Names, url: str) -> bool:
    """Whether an address is one of a service that does something else there, or where tokens are counted."""
    return _COUNTS.search(url) is not None or any(host in url for host in names.knowledge.hosts)


def _says(names: Names, endpoint: HttpSpec, body: Arguments) -> bool:
    """Whether a body is what a model is asked with, wherever it is sent."""
    if not _holds(names, endpoint.needs, body):
        return False
    return not endpoint.two_of or sum(_is_in(names, key, body) for key in endpoint.two_of) >= _FEWEST_OPTIONS


def _names_in(url: Expr) -> Iterator[str]:
    """The names by which an address is read: `self.settings["embedding_url"]`."""
    while isinstance(url, (Attribute, Item)):
        if isinstance(url, Attribute):
            yield url.name
        elif isinstance(url.key, Text):
            yield from (segment.text for segment in url.key.segments if isinstance(segment, Literal))
        url = url.base
    if isinstance(url, Name):
        yield url.name


def _is_in(names: Names, key: str, body: Arguments) -> bool:
    """Whether a body has a key, which may stand in another one: `parameters.temperature`."""
    *above, last = key.split(".")
    holder = nested(names, body, tuple(above)) if not above or above[0] in body.given else None
    return holder is not None and last in holder.given


def handed_on(names: Names, invocation: Invocation, context: Context) -> tuple[Expr, str] | None:
    """The HTTP function that a call is given together with a URL and a body: `retry(requests.post, url=..., json=...)`,
    `pool.submit(requests.post, URL, json=...)`.
    """
    keywords = {key for key, _ in invocation.keywords.items}
    if not (hands_over(invocation) or "url" in keywords) or keywords.isdisjoint(BODIES):
        return None
    for expr in (*invocation.positional[:1], *(v for _, v in invocation.keywords.items)):
        name = getattr(expr, "name", "")
        if name in POSTS:
            for value in each(names.resolve(expr, context)):
                if isinstance(value, External) and value.path.split(".")[0] in CLIENTS:
                    return expr, name
    return None


def hands_over(invocation: Invocation) -> bool:
    """Whether a call is given, by name, an HTTP function and something after it."""
    first = invocation.positional[0] if len(invocation.positional) > 1 else None
    return isinstance(first, (Name, Attribute)) and first.name in POSTS


def _endpoint(
    names: Names, url: str, invocation: Invocation, context: Context, positions: tuple[str, ...]
) -> tuple[HttpSpec, str | None] | None:
    owner = next((o for host, o in names.knowledge.hosts.items() if host in url), None)
    clean = url.partition("?")[0].rstrip("/")
    if not clean.startswith(("/", "http")):  # `settings.url + "api/chat"`
        clean = f"/{clean}"
    for endpoint in names.knowledge.endpoints:
        if not clean.endswith(endpoint.path) or (endpoint.host is not None and endpoint.host not in url):
            continue
        if (
            owner is not None
            or endpoint.anywhere
            or (endpoint.needs and _needed(names, endpoint.needs, invocation, context, positions))
        ):
            return endpoint, owner
    return None


def _service(
    names: Names, url: str, invocation: Invocation, context: Context, positions: tuple[str, ...]
) -> list[tuple[HttpSpec, str | None]]:
    """The endpoint of a service of which the path is not known, where the body is a conversation."""
    owner = next((o for host, o in names.knowledge.hosts.items() if host in url), None)
    clean = url.partition("?")[0].rstrip("/")
    if owner is None or not _NO_PATH.search(clean) or not _needed(names, _CHAT, invocation, context, positions):
        return []
    own = [e for e in names.knowledge.endpoints if e.needs == _CHAT and e.owner == owner]
    common = [e for e in names.knowledge.endpoints if e.anywhere and e.kind == "http"]
    return [((own or common)[0], owner)]


def _needed(
    names: Names, needs: tuple[str, ...], invocation: Invocation, context: Context, positions: tuple[str, ...]
) -> bool:
    """Whether the body has the keys that an endpoint asks for; `a|b` is one of two spellings."""
    return _holds(names, needs, _posted(names, invocation, context, positions))


def _holds(names: Names, needs: tuple[str, ...], body: Arguments) -> bool:
    return all(any(_is_in(names, key, body) for key in needed.split("|")) for needed in needs)


def _posted(names: Names, invocation: Invocation, context: Context, positions: tuple[str, ...]) -> Arguments:
    """The keys of what is posted."""
    passed = read(names, invocation, context, positions)
    body = Arguments()
    for name in BODIES:
        for argument in passed.given.get(name, ()):
            open_body(names, argument, body)
    return body


def _spec(found: list[tuple[HttpSpec, str | None]], positions: tuple[str, ...], model: str | None) -> CallSpec:
    """The call to an endpoint. Where it may be one of several, of different services, nobody can say whose it is."""
    endpoint, owner = found[0]
    endpoints = list({id(one): one for one, _ in found}.values())
    mixed = endpoint.owner == "http" or (len(endpoints) > 1 and len({whose or one.owner for one, whose in found}) > 1)
    kind = endpoint.kind if len({one.kind for one in endpoints}) == 1 else "http"
    return CallSpec(
        match=(), kind=kind, kinds=endpoint.kinds, sdk="http", report="http" if mixed else f"{owner or endpoint.owner}-http",
        provider=None if mixed else owner, positional=positions, model_default=model,
        # What the path of Google's says counts, not what the body does.
        model=() if model and endpoint.owner == "google" else ("model", "modelId"),
        messages=("messages", "contents"), prompt=("prompt", "inputs", "message"),
        input=("input", "texts") if kind != "http" else ("input",), system=("system", "preamble", "instructions"),
        tools=("tools",), body=BODIES, caps=tuple(dict.fromkeys(cap for one in endpoints for cap in one.caps)),
        missing_cap="unknowable" if mixed else endpoint.missing_cap, fanout=("n",), stream=("stream",),
    )  # fmt: skip


def open_body(names: Names, argument: Argument, into: Arguments) -> None:
    """The keys of a request body: a dictionary, or `json.dumps` of one."""
    for value in each(names.resolve(argument.expr, argument.context)):
        if isinstance(value, Made) and value.path.endswith(".dumps") and value.invocation.positional:
            spread(names, value.invocation.positional[0], value.context, into, "call", argument.sure)
        elif isinstance(value, (Data, ParameterValue)):  # `**kwargs` that are sent, with what is set on them before
            spread(names, argument.expr, argument.context, into, "call", argument.sure)
        else:
            into.open.append("request body")


def want_bases(names: Names, module: Module) -> None:
    """Want the files of what a class derives from that names a service: a base may send its requests, as in
    `requests.post(self.url(), json=body)`.
    """
    derived = [cls for cls in module.classes.values() if cls.bases]
    if not derived:
        return
    told = names.kept.services.get(module.path)
    if told is None:
        hosts = names.knowledge.hosts
        told = frozenset(scope for scope, text in _addresses(module) if any(host in text for host in hosts))
        names.kept.services[module.path] = told
    for cls in derived if told else ():
        if any(scope == cls.qualname or scope.startswith(f"{cls.qualname}.") for scope in told):
            names.classes.lineage(ClassValue(module, cls))


def _addresses(module: Module) -> Iterator[tuple[str, str]]:
    """The strings of a module with an address in them, each with the scope that it stands in."""
    facts = module.facts
    exprs = [(b.scope, b.value) for b in facts.bindings]
    exprs += [(f.qualname, value) for f in facts.functions for value in f.returns]
    exprs += [(i.scope, value) for i in facts.invocations for value in i.positional]
    while exprs:
        scope, expr = exprs.pop()
        if isinstance(expr, Text):
            yield from ((scope, s.text) for s in expr.segments if isinstance(s, Literal) and "//" in s.text)
        elif isinstance(expr, Binary):
            exprs += [(scope, expr.left), (scope, expr.right)]
        elif isinstance(expr, Choice):
            exprs += [(scope, option) for option in expr.options]
