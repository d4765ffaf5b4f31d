"""Requests to a model sent without an SDK: the URL and the body say what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.facts import Attribute, Binary, Choice, Expr, Function, Invocation, Literal, Name, Result, Text
from promptlint.knowledge.specs import CallSpec, HttpSpec
from promptlint.link.arguments import Argument, Arguments, read, spread
from promptlint.link.changed import sources
from promptlint.link.modules import Module, last_name
from promptlint.link.names import Names
from promptlint.link.strings import changed_text
from promptlint.link.values import (
    ClassValue,
    Context,
    Data,
    External,
    Frame,
    FunctionValue,
    Made,
    ParameterValue,
    Value,
    constant,
    each,
)

POSTS = frozenset(("post", "request", "stream", "urlopen", "Request", "apost", "connect_sse", "aconnect_sse"))
BODIES = ("json", "data", "content", "json_data", "body")
_CLIENTS = ("requests", "httpx", "aiohttp", "urllib3")
_BY_HOST = ("http.client.HTTPSConnection", "http.client.HTTPConnection")
_POSITIONS = {
    "request": ("method", "url", "body"),
    "stream": ("method", "url"),
    "Request": ("url", "data", "headers"),
    "urlopen": ("url", "data"),
    "build_request": ("method", "url"),
    "connect_sse": ("client", "method", "url"),
    "aconnect_sse": ("client", "method", "url"),
}
_DEEPEST = 8
_MOST_CALLS = 20
# The address of a service of which the path is not known, and what a body must hold then to be a conversation.
_NO_PATH = re.compile(r"^https?://[^/]+(?:/v\d)?$")
_CHAT = ("model", "messages")
_MODEL_IN_PATH = re.compile(r"/(?:models|pipeline/[a-z-]+)/([^/:?]+(?:/[^/:?]+)?)(?=:|$|\?)")


def endpoint_call(names: Names, invocation: Invocation, context: Context, method: str = "") -> CallSpec | None:
    """The call a request makes when it goes to a known endpoint; `method` is the HTTP function that is handed on instead."""
    positions = _POSITIONS.get(method or last_name(invocation), ("url", "data", "json"))
    # A route (`@app.post("/v1/chat/completions")`) has a path like a request, but sends no body.
    if not any(k in BODIES or k is None for k, _ in invocation.keywords.items) and len(invocation.positional) < 2:
        return None
    names.modules.eager = True  # a host is often a setting of another file
    candidates = [v for k, v in invocation.keywords.items if k == "url"] + list(invocation.positional[:3])
    urls = Urls(names, context.module.owner(invocation.scope))
    for written in (url for expr in candidates for url in urls.texts(expr, context)):
        bases = urls.bases(invocation, context) if "//" not in written else ()
        for url in (*(f"{base.rstrip('/')}/{written.lstrip('/')}" for base in bases), written):
            found = _endpoint(names, url, invocation, context, positions)
            if found is not None:
                return _spec(*found, positions, url)
    return None


def handed_on(names: Names, invocation: Invocation, context: Context) -> tuple[Expr, str] | None:
    """The HTTP function that a call is given together with a URL and a body: `retry(requests.post, url=..., json=...)`."""
    keywords = {key for key, _ in invocation.keywords.items}
    if "url" not in keywords or keywords.isdisjoint(BODIES):
        return None
    for expr in (*invocation.positional[:1], *(v for _, v in invocation.keywords.items)):
        name = getattr(expr, "name", "")
        if name in POSTS:
            for value in each(names.resolve(expr, context)):
                if isinstance(value, External) and value.path.split(".")[0] in _CLIENTS:
                    return expr, name
    return None


def _endpoint(
    names: Names, url: str, invocation: Invocation, context: Context, positions: tuple[str, ...]
) -> tuple[HttpSpec, str | None] | None:
    owner = next((o for host, o in names.knowledge.hosts.items() if host in url), None)
    clean = url.partition("?")[0].rstrip("/")
    for endpoint in names.knowledge.endpoints:
        if not clean.endswith(endpoint.path) or (endpoint.host is not None and endpoint.host not in url):
            continue
        if (
            owner is not None
            or endpoint.anywhere
            or (endpoint.needs and _needed(names, endpoint.needs, invocation, context, positions))
        ):
            return endpoint, owner
    if owner is None or not _NO_PATH.search(clean) or not _needed(names, _CHAT, invocation, context, positions):
        return None
    own = [e for e in names.knowledge.endpoints if e.needs == _CHAT and e.owner == owner]
    common = [e for e in names.knowledge.endpoints if e.anywhere and e.kind == "http"]
    return (own or common)[0], owner


def _needed(
    names: Names, needs: tuple[str, ...], invocation: Invocation, context: Context, positions: tuple[str, ...]
) -> bool:
    """Whether the body has the keys that an endpoint asks for; `a|b` is one of two spellings."""
    passed = read(names, invocation, context, positions)
    body = Arguments()
    for name in BODIES:
        for argument in passed.given.get(name, ()):
            open_body(names, argument, body)
    return all(any(key in body.given for key in needed.split("|")) for needed in needs)


def _spec(endpoint: HttpSpec, owner: str | None, positions: tuple[str, ...], url: str) -> CallSpec:
    in_path = _MODEL_IN_PATH.search(url)
    return CallSpec(
        match=(), kind=endpoint.kind, kinds=endpoint.kinds, sdk="http", report=f"{owner or endpoint.owner}-http", provider=owner,
        positional=positions, model=("model", "modelId"), model_default=in_path[1] if in_path else None,
        messages=("messages", "contents"), prompt=("prompt", "inputs", "message"),
        input=("input", "texts") if endpoint.kind != "http" else ("input",), system=("system", "preamble", "instructions"),
        tools=("tools",), body=BODIES, caps=endpoint.caps, missing_cap=endpoint.missing_cap, fanout=("n",), stream=("stream",),
    )  # fmt: skip


def open_body(names: Names, argument: Argument, into: Arguments) -> None:
    """The keys of a request body: a dictionary, or `json.dumps` of one."""
    for value in each(names.resolve(argument.expr, argument.context)):
        if isinstance(value, Made) and value.path.endswith(".dumps") and value.invocation.positional:
            spread(names, value.invocation.positional[0], value.context, into, "call", argument.sure)
        elif isinstance(value, Data):
            spread(names, argument.expr, argument.context, into, "call", argument.sure)
        else:
            into.open.append("request body")
            into.through.extend([value] if isinstance(value, ParameterValue) else ())


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


class Urls:
    """Reads the text of URLs, what is not known in them left out. `cls` is the class around the request."""

    def __init__(self, names: Names, cls: str | None) -> None:
        self._names = names
        self._cls = cls

    def texts(self, expr: Expr, context: Context, depth: int = 0) -> Iterator[str]:
        """Each text that an expression may be: of `f"{base}/chat" if base else "https://..."` either may say whose it is.

        Of what a method returns that subclasses define, each of theirs.
        """
        if depth > _DEEPEST:
            return
        if isinstance(expr, Choice):
            for option in expr.options:
                yield from self.texts(option, context, depth + 1)
            return
        found = False
        for value in each(self._names.resolve(expr, context)):
            text = self._value(value, depth)
            if text:
                found = True
                yield text
        if not found and isinstance(expr, Result) and (trimmed := self._trimmed(expr, context, depth)):
            yield trimmed
        elif not found and isinstance(expr, (Name, Result)):
            for written, where in sources(self._names, expr, context):
                yield from self.texts(written, where, depth + 1)

    def bases(self, invocation: Invocation, context: Context) -> list[str]:
        """The address that a client was made with: `httpx.Client(base_url="https://api.anthropic.com/v1").post("/messages")`."""
        callee = invocation.callee
        if not isinstance(callee, Attribute):
            return []
        found: list[str] = []
        for made in each(self._names.resolve(callee.base, context)):
            if not isinstance(made, Made) or made.chain:
                continue
            by_host = made.path in _BY_HOST
            if not by_host and made.path.partition(".")[0] not in _CLIENTS:
                continue
            named = (v for k, v in made.invocation.keywords.items if k in ("base_url", "host"))
            for expr in (*made.invocation.positional[:1], *named):
                texts = self.texts(expr, made.context)
                found += [f"https://{text}" for text in texts] if by_host else texts
        return found

    def text(self, expr: Expr, context: Context, depth: int = 0) -> str | None:
        """The text of an expression; of several values, the first that has any."""
        return next(self.texts(expr, context, depth), None)

    def _value(self, value: Value, depth: int) -> str | None:
        if isinstance(value, ParameterValue) and not value.chain:
            return self._parameter(value, depth)
        if isinstance(value, Made):
            return self._made(value, depth)
        if not isinstance(value, Data):
            return None
        if isinstance(value.expr, Result):
            return self._trimmed(value.expr, value.context, depth)
        if isinstance(value.expr, Binary):
            sides = [self.text(side, value.context, depth + 1) or "" for side in (value.expr.left, value.expr.right)]
            return "".join(sides) or None
        if not isinstance(value.expr, Text):
            return None
        parts = []
        for segment in value.expr.segments:
            if isinstance(segment, Literal):
                parts.append(segment.text)
            elif segment.value is not None:
                parts.append(self.text(segment.value, value.context, depth + 1) or "")
        return "".join(parts)

    def _trimmed(self, expr: Result, context: Context, depth: int) -> str | None:
        """`base.rstrip("/")`, of which the arguments are known."""
        invocation = context.module.facts.invocations[expr.invocation]
        callee = invocation.callee
        given = [constant(self._names.resolve(passed, context)) for passed in invocation.positional]
        known = [passed for passed in given if passed is not None]
        if not isinstance(callee, Attribute) or len(known) < len(given):
            return None
        text = self.text(callee.base, context, depth + 1)
        return changed_text(text, callee.name, known) if text is not None else None

    def _made(self, value: Made, depth: int) -> str | None:
        """`urljoin(base, path)` and `str(url)`."""
        given = value.invocation.positional
        if value.path == "urllib.parse.urljoin" and len(given) == 2:
            base, path = (self.text(part, value.context, depth + 1) or "" for part in given)
            return f"{base.rstrip('/')}/{path.lstrip('/')}"
        if value.path in ("builtins.str", "yarl.URL", "httpx.URL") and given:
            return self.text(given[0], value.context, depth + 1)
        return None

    def _parameter(self, value: ParameterValue, depth: int) -> str | None:
        """The default of a parameter, else what the first caller that can be read passes for it."""
        parameter = next((p for p in value.function.parameters if p.name == value.name), None)
        if parameter is None:
            return None
        if parameter.default is not None:
            text = self.text(parameter.default, Context(value.module), depth + 1)
            if text:
                return text
        for frame in self._calls_of(value):
            passed = self._names.parameters.argument(frame, parameter)
            text = self.text(*passed, depth + 1) if passed is not None else None
            if text:
                return text
        return None

    def _calls_of(self, value: ParameterValue) -> Iterator[Frame]:
        """The calls of the function a parameter belongs to; of a constructor, those of the class around the request."""
        function, last = value.function, value.function.qualname.rpartition(".")[2]
        owners = {name for name in (function.owner, self._cls) if name} if last == "__init__" else set()
        self._names.modules.traced.update(
            {(value.module.path, function.qualname), *((value.module.path, f"{owner}.__init__") for owner in owners)}
        )
        calls = {name.rpartition(".")[2] for name in owners or {last}}
        for module in self._names.modules.calling(calls):
            for name in owners or {last}:
                for index in module.calls_by_name.get(name.rpartition(".")[2], ())[:_MOST_CALLS]:
                    invocation = module.facts.invocations[index]
                    if self._runs(invocation.callee, Context(module), function):
                        yield Frame(value.module, function, invocation, Context(module))

    def _runs(self, callee: Expr, context: Context, function: Function) -> bool:
        for value in each(self._names.resolve(callee, context)):
            if isinstance(value, FunctionValue) and value.function is function:
                return True
            if isinstance(value, ClassValue):
                made = self._names.classes.initializer(value)
                return made is not None and made[1] is function
        return False
