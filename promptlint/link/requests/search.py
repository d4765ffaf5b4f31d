"""Which call expressions send a request to a model: called, bound and called, or handed on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from msgspec import structs

from promptlint.facts import Attribute, Binding, Expr, Invocation, Loop, Name, Result
from promptlint.knowledge.specs import CallSpec
from promptlint.knowledge.tables import retries
from promptlint.link.program.decorators import is_property
from promptlint.link.program.module import Module, callee_name
from promptlint.link.requests.decorated import Decoration
from promptlint.link.requests.evidence import Evidence, attribute_chain, evidence_of
from promptlint.link.requests.exported import may_be_made
from promptlint.link.requests.given import Given
from promptlint.link.requests.http import POSTS, endpoint_call, handed_on, hands_over
from promptlint.link.requests.prepared import BUILDS, SENDS, is_sent, prepared
from promptlint.link.requests.sites import TEXTLESS, Site
from promptlint.link.resolve.arguments import nested, read
from promptlint.link.resolve.around import calls_of, passes_all
from promptlint.link.resolve.foreign import is_client
from promptlint.link.resolve.handed import THREADS, runnable, started
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.values import (
    Context,
    External,
    Frame,
    FunctionValue,
    Instance,
    Made,
    ObjectValue,
    each,
)

_HANDS_ON = frozenset(
    (*THREADS, "to_thread", "run_in_executor", "partial", "sync_to_async", "map", "submit", "run_sync", "starmap", "apply_async",
     "asyncify", "run_in_threadpool", "retry_call", "call", "gather", "amap")
)  # fmt: skip
REQUEST = frozenset(("model", "messages", "prompt", "contents", "input"))
"""Keywords that most requests have one of."""
_BINDS = frozenset(("partial", "sync_to_async", "asyncify"))


def find_sites(names: Names, module: Module, sending: frozenset[str], given: Given) -> Iterator[Site]:
    """All sites of a module in source order. `sending` are names of the project's own whose call may be a request."""
    context = Context(module)
    candidates = _candidates(names, module)
    sent = (module.calls_by_name[name] for name in sending & module.calls_by_name.keys())
    used = frozenset(given.calls(module))
    for index in sorted(candidates.keys() | used | {i for group in sent for i in group}):
        invocation = module.facts.invocations[index]
        last = callee_name(invocation)
        found = False
        http = _http(names, module, invocation, context) if _may_post(module, invocation) else None
        if http is not None:
            yield http
            continue
        if last in sending or _may_send(names, module, invocation):
            for site in _direct(names, module, invocation, context):
                found = True
                # What its own file passes says more than what it looks like.
                seen = site.by_shape and index in used
                passed = _site_on_given(names, module, invocation, given, near=True) if seen else None
                yield passed or site
                break
        if not found and candidates.get(index) and (last in _HANDS_ON or _hands_on(names, module, invocation)):
            for site in _references(names, module, invocation, context):
                found = True
                yield site
        if not found and index in used and (sent_by := _site_on_given(names, module, invocation, given)) is not None:
            yield sent_by


def _candidates(names: Names, module: Module) -> dict[int, bool]:
    """The calls that may be sites by their own words, and whether they may hand an SDK function on.

    Where their names lead changes from one linking to the next, their words do not.
    """
    kept = names.kept.candidates
    if module.path not in kept:
        found: dict[int, bool] = {}
        for index, invocation in enumerate(module.facts.invocations):
            hands = callee_name(invocation) in _HANDS_ON or any(
                _sends(names, module, e) for e, *_ in runnable(invocation)
            )
            if hands or _may_post(module, invocation) or _may_send(names, module, invocation):
                found[index] = hands
        kept[module.path] = found
    return kept[module.path]


def _may_post(module: Module, invocation: Invocation) -> bool:
    last = callee_name(invocation)
    if last in POSTS or "url" in invocation.keyword_spans or hands_over(invocation):
        return True
    return last in SENDS and not BUILDS.isdisjoint(module.calls_by_name)


def _may_send(names: Names, module: Module, invocation: Invocation) -> bool:
    last = callee_name(invocation)
    if not last or last in names.knowledge.method_names or _may_be_bound(module, invocation.callee):
        return True
    return isinstance(invocation.callee, Attribute) and _is_property(module, invocation.callee)


def decorator_site(module: Module, decoration: Decoration) -> Site:
    """The decorator of a function that others may call, outside the project."""
    made = decoration.layers[0].invocation
    evidence = Evidence(decoration.spec.call, layers=decoration.layers, decoration=decoration)
    return Site(module, made, evidence, made.text, made.span, made.callee_span)


def _http(names: Names, module: Module, invocation: Invocation, context: Context) -> Site | None:
    """A request to a known endpoint, sent here or by the HTTP function that is handed on here."""
    last = callee_name(invocation)
    earlier = prepared(names, invocation, context) if last in SENDS else None
    if earlier is not None:
        invocation, method = earlier
        handed = None
    elif last in POSTS:
        if isinstance(invocation.callee, Name) and _is_own(names, invocation.callee, context):
            return None
        handed, method = None, ""
    else:
        handed = handed_on(names, invocation, context)
        if handed is None:
            return None
        method = handed[1]
    with names.modules.reading(True):  # a host is often a setting of another file
        found = endpoint_call(names, invocation, context, method)
    if found is None or (last in BUILDS and is_sent(names, module, invocation)):
        return None
    evidence = Evidence(found[0], url=found[1])
    if handed is None:
        return Site(module, invocation, evidence, invocation.text, invocation.span, invocation.callee_span)
    text, span = ".".join(attribute_chain(handed[0])), handed[0].span
    return Site(module, invocation, evidence, text, span, span, reference=True)


def _is_own(names: Names, callee: Name, context: Context) -> bool:
    """Whether a bare name is a function of the project, in which the request is sent."""
    return any(isinstance(value, FunctionValue) for value in each(names.resolve(callee, context)))


def _direct(names: Names, module: Module, invocation: Invocation, context: Context) -> Iterator[Site]:
    values = each(names.resolve(invocation.callee, context))
    found = [evidence_of(names, value, invocation.callee, invocation, context) for value in values]
    if any(isinstance(value, FunctionValue) and value.function.owner is not None for value in values):
        # A method of the project where that is known, so it is no method of an SDK where it is not.
        found = [evidence for evidence in found if evidence is not None and not evidence.by_shape]
    passed: set[str | None] = {key for key, _ in invocation.keywords.items}
    if None in passed and len({id(evidence.spec) for evidence in found if evidence is not None}) > 1:
        passed.update(read(names, invocation, context, ()).given)
    # Of functions that may be called here, the one that answers with text says most, and one that is told its model. What an
    # object is says more than what it looks like.
    for evidence in sorted(
        (e for e in found if e is not None),
        key=lambda e: (
            e.spec.kind in TEXTLESS,
            not _takes(e.spec, passed),
            passed.isdisjoint(e.spec.model_params),
            e.by_shape,
        ),
    ):
        only = all(isinstance(v, (Instance, External, FunctionValue)) for v in values)
        text = _bound_function(names, module, invocation) or invocation.text
        site = Site(module, invocation, evidence, text, invocation.span, invocation.callee_span, only=only)
        if _asks_a_model(names, site, context):
            yield site


def _site_on_given(
    names: Names, module: Module, invocation: Invocation, given: Given, *, near: bool = False
) -> Site | None:
    """A request on an object of an SDK that callers pass, those of the same file where `near`. How it was made is theirs to say:
    others may pass another.
    """
    if _hands_all_on(module, invocation):
        return None  # who calls what the decorator makes sends it
    for context in given.contexts(module, invocation):
        if near and any(frame.caller.module is not module for frame in context.frames):
            continue
        for value in each(names.resolve(invocation.callee, context)):
            if not isinstance(value, Instance) or not _surely_made(names, value):
                continue
            passed = Instance(value.client, chain=value.chain, role=value.role, built=False, wrapped=value.wrapped)
            evidence = evidence_of(names, passed, invocation.callee, invocation, Context(module))
            if evidence is None or evidence.by_shape:
                continue
            site = Site(
                module, invocation, evidence, invocation.text, invocation.span, invocation.callee_span, only=False
            )
            if _asks_a_model(names, site, Context(module)):
                return site
    return None


def _hands_all_on(module: Module, invocation: Invocation) -> bool:
    """Whether a function that is made round another one, and hands it all that it is given, calls that: `func(*args, **kwargs)`."""
    inner = passes_all(module, invocation) if isinstance(invocation.callee, Name) else None
    if inner is None or module.function_of(inner.qualname.rpartition(".")[0]) is None:
        return False
    return all(parameter.name != callee_name(invocation) for parameter in inner.parameters)


def _surely_made(names: Names, instance: Instance) -> bool:
    """Whether what made an object is known to make one that asks a language model: `pipeline(task)` may label words."""
    made = instance.layers[0] if instance.layers and instance.client.only else None
    return made is None or is_client(names, instance.client, made.invocation, made.context) is True


def _asks_a_model(names: Names, site: Site, context: Context) -> bool:
    """Whether a request goes to a language model, where a method serves models of any kind: what is passed says so."""
    if not site.spec.only_with:
        return True
    with names.modules.reading(True):
        arguments = site.arguments(names, context)
        holders = ((nested(names, arguments, tuple(path.split(".")[:-1])), path) for path in site.spec.only_with)
        asks = any(holder is not None and path.rpartition(".")[2] in holder.given for holder, path in holders)
    return asks or arguments.model is not None


def _takes(spec: CallSpec, passed: Collection[str | None]) -> bool:
    """Whether what is passed is what a function asks with: `messages` of a chat, `prompt` of a completion."""
    return any(name in passed for name in (*spec.messages, *spec.prompt, *spec.input))


def _bound_function(names: Names, module: Module, invocation: Invocation) -> str | None:
    """The SDK function as written where it is bound and called at once: `sync_to_async(client.chat.completions.create)(...)`."""
    if not isinstance(invocation.callee, Result):
        return None
    binder = module.facts.invocations[invocation.callee.invocation]
    handed = [expr for expr, _, _ in runnable(binder) if _sends(names, module, expr)]
    return ".".join(attribute_chain(handed[0])) or None if handed else None


def _is_property(module: Module, callee: Attribute) -> bool:
    """Whether what is called is a property of the class around: `self.pipe(text)`, where a pipeline is made when it is first used."""
    if not isinstance(callee.base, Name) or callee.base.name != "self":
        return False
    function = module.functions.get(f"{module.owner(callee.base.scope)}.{callee.name}")
    return function is not None and is_property(function, module)


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


def _hands_on(names: Names, module: Module, invocation: Invocation) -> bool:
    """Whether a call is given an SDK method, and it or the call of its result the keywords of a request.

    Or it is one of a function of the project that calls what it is given, or of `tenacity.Retrying(...)`.
    """
    handed = [(expr, key) for expr, key, _ in runnable(invocation) if _sends(names, module, expr)]
    if not handed:
        return False
    outer = _called_result(module, invocation)
    keywords = {key for key, _ in (outer or invocation).keywords.items}
    if not keywords.isdisjoint(REQUEST) or (outer is not None and None in keywords):
        return True
    runs = each(names.resolve(invocation.callee, Context(module))) if None in keywords else ()
    if any(isinstance(value, Made) and not value.chain and retries().at(value.path) for value in runs):
        return True
    return any(_run(names, module, invocation, expr) is not None for expr, _ in handed)


def _run(
    names: Names, module: Module, invocation: Invocation, given: Expr
) -> tuple[FunctionValue, Invocation | None] | None:
    """The project function that calls what it is given in this place, and that call where its arguments are others.

    A function inside that hands its own arguments on is only made here, and called elsewhere.
    """
    for value in each(names.resolve(invocation.callee, Context(module))):
        if isinstance(value, ObjectValue):
            value = names.attribute(value, "__call__", Context(module))
        if not isinstance(value, FunctionValue):
            continue
        frame = Frame(value.module, value.function, invocation, Context(module))
        for parameter in value.function.parameters:
            passed = names.parameters.argument(frame, parameter)
            if passed is None or passed[0] is not given:
                continue
            for call in calls_of(value.module, value.function, parameter.name):
                owner = passes_all(value.module, call)
                if owner is None or owner == value.function:
                    return value, call if owner is None else None
    return None


def _hands_keywords_on(function: FunctionValue, call: Invocation) -> bool:
    """Whether a call stands in a function inside another one that takes any keywords: a decorator's."""
    inner = function.module.function_of(call.scope) if call.scope != function.function.qualname else None
    return inner is not None and any(parameter.kind == "kwargs" for parameter in inner.parameters)


def _references(names: Names, module: Module, invocation: Invocation, context: Context) -> Iterator[Site]:
    """SDK functions that are handed on instead of called: `asyncio.to_thread(client.chat.completions.create, ...)`.

    Where the result is called at once, as in `retry(client.messages.create)(**request)`, that call gives the arguments.
    """
    runs = callee_name(invocation) in _HANDS_ON
    for expr, _, before in runnable(invocation):
        if not (_sends(names, module, expr) or (runs and _is_called(names, module, expr))):
            continue
        outer = _called_result(module, invocation)
        if outer is not None and (callee_name(invocation) in _BINDS or any(_direct(names, module, outer, context))):
            return  # that call is a site of its own
        run = _run(names, module, invocation, expr)
        inside = (run[0], run[1]) if run is not None and run[1] is not None else None
        if outer is not None and inside is not None and _hands_keywords_on(*inside):
            inside = None  # perhaps changed a little, what it is called with
        made, skip = (invocation, before) if outer is None or inside is not None else (outer, 0)
        if callee_name(invocation) in THREADS:
            made, skip = started(invocation), 0
        if inside is not None and any(loop.repeats for loop in inside[1].loops):
            made = structs.replace(made, loops=(*made.loops, Loop(kind="map", span=made.span)))
        found = (evidence_of(names, value, expr, made, context) for value in each(names.resolve(expr, context)))
        # What an object is says more than what it looks like.
        evidence = min((e for e in found if e is not None), key=lambda e: e.by_shape, default=None)
        if evidence is not None:
            text = ".".join(attribute_chain(expr))
            site = Site(module, made, evidence, text, expr.span, expr.span, reference=True, skip=skip, inside=inside)
            if _asks_a_model(names, site, context):
                yield site
            return


def _sends(names: Names, module: Module, expr: Expr) -> bool:
    """Whether an argument may be an SDK function: by the last name of an attribute, by the import of a bare name, or by what
    a name is another name for.
    """
    if isinstance(expr, Attribute):
        bound = (b.value for b in _set_on_itself(module, expr))
        methods = names.knowledge.method_names
        return expr.name in methods or any(isinstance(value, Attribute) and value.name in methods for value in bound)
    if not isinstance(expr, Name):
        return False
    if any(isinstance(b.value, Attribute) and _sends(names, module, b.value) for b in _bound(module, expr)):
        return True
    imports = module.imports.get((expr.scope, expr.name)) or module.imports.get(("", expr.name), [])
    return any(names.knowledge.calls_at(entry.target) for entry in imports)


def _is_called(names: Names, module: Module, expr: Expr) -> bool:
    """Whether an argument may be an object that sends a request when it is called, like a pipeline of transformers."""
    bound: Sequence[Binding] = ()
    if isinstance(expr, Name):
        bound = _bound(module, expr)
    elif isinstance(expr, Attribute):
        bound = _set_on_itself(module, expr)
    return any(may_be_made(module, b.value, names.knowledge.callable_makers) for b in bound)


def _set_on_itself(module: Module, expr: Attribute) -> Sequence[Binding]:
    """What the attributes of `self` that go by a name are set to in its class."""
    if not isinstance(expr.base, Name) or expr.base.name != "self":
        return ()
    return module.attributes.get((module.owner(expr.base.scope) or "", expr.name), ())


def _bound(module: Module, name: Name) -> Sequence[Binding]:
    """What a name is bound to in the nearest scope that defines it."""
    scope = name.scope
    while scope and (scope, name.name) not in module.defined:
        scope = scope.rpartition(".")[0]
    return module.bindings.get((scope, name.name), ())


def _called_result(module: Module, invocation: Invocation) -> Invocation | None:
    """The call of what a call returns: `f(...)(here)`."""
    for index in module.calls_by_name.get("", ()):
        outer = module.facts.invocations[index]
        if isinstance(outer.callee, Result) and outer.callee.span == invocation.span:
            return outer
    return None
