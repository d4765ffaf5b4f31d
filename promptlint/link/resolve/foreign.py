"""What functions and classes of other packages return: clients, environment variables, fields, wrappers of a client."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from promptlint.facts import Expr, Invocation, Item, Result, Table, Unknown
from promptlint.knowledge.specs import ClientSpec
from promptlint.knowledge.tables import retries
from promptlint.link.program.parts import last_name
from promptlint.link.resolve.changed import dotted_path
from promptlint.link.resolve.items import item
from promptlint.link.resolve.outside import DECODERS, READERS, read_variable
from promptlint.link.resolve.pieces import REORDERS, reordered
from promptlint.link.resolve.values import (
    ClassValue,
    Context,
    Data,
    Default,
    External,
    FunctionValue,
    Instance,
    Layer,
    Made,
    Missing,
    ObjectValue,
    ParameterValue,
    Partial,
    Value,
    constant,
    converted,
    each,
    is_none,
)

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names

_FIELDS = frozenset(
    ("dataclasses.field", "attrs.field", "attr.ib", "attr.field", "sqlmodel.Field", "msgspec.field", "typer.Option", "typer.Argument",
     "fastapi.Query", "fastapi.Body")
)  # fmt: skip
# Of pydantic, of its first version inside the second, and where LangChain and LlamaIndex hand that on.
_PYDANTIC_FIELD = re.compile(r"(?:\w+\.)*pydantic\w*(?:\.\w+)*\.Field")
_KEYWORD_ONLY = frozenset(("dataclasses.field", "attrs.field", "attr.field", "msgspec.field"))
_FACTORIES = frozenset(("attrs.Factory", "attr.Factory"))
_IMPORTS = frozenset(
    ("builtins.__import__", "importlib.import_module", "lazy_loader.load", "lazy_import.lazy_module",
     "langchain_core.utils.guard_import", "langchain_core.utils.utils.guard_import", "pytest.importorskip",
     "django.utils.module_loading.import_string", "werkzeug.utils.import_string", "pydoc.locate", "hydra.utils.get_class",
     "hydra.utils.get_method")
)  # fmt: skip
_MOST_BOUND = 4
_BINDERS = frozenset(
    ("functools.partial", "functools.partialmethod", "asgiref.sync.sync_to_async", "asyncer.asyncify", "joblib.delayed",
     "dask.delayed")
)  # fmt: skip
# Typed dictionaries of the SDKs: `CompletionCreateParamsNonStreaming(model=..., messages=...)`.
_REQUEST_TYPE = re.compile(
    r"(?:openai|anthropic|groq|cerebras\.cloud\.sdk)\.types\.[\w.]*Params(?:Non)?(?:Streaming)?$"
)
_SAME = frozenset(
    ("copy.copy", "copy.deepcopy", "typing.cast", "builtins.list", "builtins.tuple", "builtins.iter", "types.MappingProxyType",
     "itertools.cycle", "collections.deque", "contextlib.closing", "contextlib.aclosing",
     "concurrent.futures.as_completed", "asyncio.as_completed",
     # What shows how far a loop is.
     "tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.autonotebook.tqdm", "tqdm.notebook.tqdm", "tqdm.asyncio.tqdm", "tqdm.std.tqdm",
     "tqdm.rich.tqdm", "rich.progress.track", "alive_progress.alive_it")
)  # fmt: skip
_ONE_OF = frozenset(("builtins.next", "random.choice", "secrets.choice"))
_SAME_NAMES = frozenset(path.rpartition(".")[2] for path in _SAME)
_AROUND = frozenset(("functools.cache", "functools.lru_cache", "functools.wraps"))


def foreign_result(names: Names, path: str, invocation: Invocation, context: Context) -> Value:
    """What a function or class of another package returns."""
    wrapper = names.knowledge.wrappers.get(path)
    if wrapper is not None:
        return wrapped(names, path, invocation, context)
    named = path in names.knowledge.service_constructors
    client = names.knowledge.client_for(path, service_name(names, invocation, context) if named else None)
    if client is not None and is_client(names, client, invocation, context) is not False:
        layer = Layer("constructor", context, invocation, client.positional)
        return Instance(client, (layer,), (), client.role)
    if path in READERS:
        return read_variable(names, invocation, context)
    if path in _FIELDS or (path.endswith(".Field") and _PYDANTIC_FIELD.fullmatch(path)):
        return _field(names, path, invocation, context)
    if path in _BINDERS and invocation.positional:
        inner = names.resolve(invocation.positional[0], context)
        return Partial(inner, context, invocation) if _bound_deep(inner) < _MOST_BOUND else Missing("too long a chain")
    if path == "typing.cast" and len(invocation.positional) == 2:
        return _cast(names, invocation, context)
    if path in _SAME and invocation.positional:
        return names.resolve(invocation.positional[0], context)
    if path in REORDERS and len(invocation.positional) == 1:
        given = reordered(names, path, names.resolve(invocation.positional[0], context))
        return given or Made(path, context, invocation)
    if path in _ONE_OF and invocation.positional:
        several = invocation.positional[0]
        some = Unknown(reason="element", span=invocation.span)
        return item(names, Item(base=several, key=some, span=invocation.span), context)
    if path == "collections.namedtuple":
        return Made(path, context, invocation)
    if path in repeats() and len(invocation.positional) == 1:
        inner = names.resolve(invocation.positional[0], context)
        if runs(inner):
            return inner
    if path in _IMPORTS and invocation.positional:
        name = constant(names.resolve(invocation.positional[0], context))
        return names.scopes.dotted(name) if name else Missing("imported by name")
    if _REQUEST_TYPE.match(path) and not invocation.positional:
        return Data(invocation.keywords, context)
    if path == "builtins.dict":
        return _copied(names, invocation, context) or dictionary(invocation, context)
    if path == "builtins.super":
        return names.results.super_object(context, invocation)
    if path == "builtins.getattr" and len(invocation.positional) >= 2:
        written = names.resolve(invocation.positional[1], context)
        listed = [constant(v) for v in each(written)]
        if len(listed) > 1 and all(listed):  # `getattr(api, "stream" if live else "create")`
            base = names.resolve(invocation.positional[0], context)
            return names.choice([names.attribute(base, text, context) for text in listed if text])
        attribute = constant(written) or _default_text(names, written)
        if attribute:
            value = names.attribute(names.resolve(invocation.positional[0], context), attribute, context)
            if isinstance(value, (Missing, ParameterValue)) and len(invocation.positional) > 2:
                fallback = names.resolve(invocation.positional[2], context)
                known = not is_none(fallback) and all(isinstance(v, Data) for v in each(fallback))
                return Default(fallback, f"attribute {attribute}") if known else value
            return value
    if path in ("builtins.int", "builtins.str") and len(invocation.positional) == 1:
        told = said(names, invocation.positional[0], context) if path == "builtins.str" else None
        if told is not None:
            return told
        constant_value = converted(path, names.resolve(invocation.positional[0], context))
        return constant_value or Made(path, context, invocation)
    for spec in names.knowledge.calls_at(path):
        if spec.role_of_result:
            made = names.knowledge.made_by(spec)
            if made is not None:
                return Instance(
                    made, (Layer("constructor", context, invocation, spec.positional),), (), spec.role_of_result
                )
    return Made(path, context, invocation)


def _copied(names: Names, invocation: Invocation, context: Context) -> Value | None:
    """The literal that `dict(PRESETS["fast"])` copies, or what is read from a file; None for anything else, or more."""
    if len(invocation.positional) != 1 or invocation.starred or invocation.keywords.items:
        return None
    value = names.resolve(invocation.positional[0], context)
    known = (
        v.path in DECODERS if isinstance(v, Made) else isinstance(v, Data) and isinstance(v.expr, Table)
        for v in each(value)
    )  # fmt: skip
    return value if all(known) else None


def dictionary(invocation: Invocation, context: Context) -> Data:
    """What `dict(x=1)` makes, or `dict(other, x=1)`: the latter stays the call that it is."""
    if not invocation.positional:
        return Data(invocation.keywords, context)
    index = context.module.facts.invocations.index(invocation)
    return Data(Result(invocation=index, span=invocation.span), context)


def _cast(names: Names, invocation: Invocation, context: Context) -> Value:
    """What `cast(OpenAI, x)` gives: what is known of `x`, or else what it is called there."""
    value = names.resolve(invocation.positional[1], context)
    if not all(isinstance(v, (Missing, ParameterValue, Made)) for v in each(value)):
        return value
    kind = invocation.positional[0]
    written = constant(names.resolve(kind, context)) or dotted_path(kind)[0]
    return names.promised.by(written, context.module) or value


def said(names: Names, expr: Expr, context: Context) -> Value | None:
    """What `str(x)` and `f"{x}"` make of an object of the project that says it itself; None for anything else."""
    value = names.resolve(expr, context)
    if not isinstance(value, ObjectValue) or not names.classes.defines(value, "__str__"):
        return None
    method = names.classes.member(ClassValue(value.module, value.cls), "__str__", value, context)
    return names.results.returned(method, None, context) if isinstance(method, FunctionValue) else None


def _default_text(names: Names, value: Value) -> str | None:
    """The text that a parameter is where no caller passes another."""
    if not isinstance(value, ParameterValue) or value.chain:
        return None
    parameter = value.parameter
    if parameter is None or parameter.default is None:
        return None
    return constant(names.resolve(parameter.default, Context(value.module)))


def is_client(names: Names, client: ClientSpec, invocation: Invocation, context: Context) -> bool | None:
    """Whether a constructor is told to build a client, and not `pipeline(task or "token-classification")`; None when unknown."""
    sure: bool | None = True
    for name, wanted in client.only.items():
        at = client.positional.index(name) if name in client.positional else len(invocation.positional)
        given = [v for k, v in invocation.keywords.items if k == name] or list(invocation.positional[at : at + 1])
        texts = [constant(value) for value in each(names.resolve(given[0], context))] if given else []
        known = {text for text in texts if text is not None}
        if known and known.isdisjoint(wanted):
            return False
        if not known or None in texts:
            sure = None
    return sure


def _field(names: Names, path: str, invocation: Invocation, context: Context) -> Value:
    """The default of `Field("x")`, `field(default="x")`, `field(default_factory=make)` or `field(default=Factory(make))`."""
    keywords = {k: v for k, v in invocation.keywords.items if k is not None}
    default = keywords.get("default")
    if default is None and invocation.positional and path not in _KEYWORD_ONLY:
        default = invocation.positional[0]
    factory = keywords.get("default_factory", keywords.get("factory"))
    if default is not None:
        value = names.resolve(default, context)
        if not isinstance(value, Made) or value.path not in _FACTORIES or not value.invocation.positional:
            return value
        factory = value.invocation.positional[0]
    made = names.resolve(factory, context) if factory is not None else None
    if isinstance(made, FunctionValue):
        return names.results.returned(made, None, context)
    if isinstance(made, (ClassValue, External)):
        key = (id(invocation), "factory")
        if key not in names.kept.unwritten:
            names.kept.unwritten[key] = replace(
                invocation, positional=(), keywords=replace(invocation.keywords, items=())
            )
        return names.results.call(made, names.kept.unwritten[key], context)
    return Missing(f"result of {invocation.text}")


def service_name(names: Names, invocation: Invocation, context: Context) -> str | None:
    """The service name of `boto3.client("bedrock-runtime")`."""
    candidates = [v for k, v in invocation.keywords.items if k == "service_name"] + list(invocation.positional[:1])
    return constant(names.resolve(candidates[0], context)) if candidates else None


def wrapped(names: Names, path: str, invocation: Invocation, context: Context) -> Value:
    """A wrapper such as `instructor.from_openai(client)`: the client it is given, with its keywords as defaults.

    Of a function, `instructor.patch(create=client.messages.create)`, it makes one that is called the same way.
    """
    spec = names.knowledge.wrappers[path]
    for expr in (
        *invocation.positional[:1],
        *(v for k, v in invocation.keywords.items if k == "client"),
    ):
        for value in each(names.resolve(expr, context)):
            if isinstance(value, External):
                specs = names.knowledge.calls_at(value.path)
                if specs:
                    made = names.knowledge.client_of_role(specs[0].sdk, "client") or names.knowledge.wrapped_client(
                        specs[0].sdk
                    )
                    if made is not None:
                        value = Instance(made, (), (), "client")
            if isinstance(value, Instance):
                layer = Layer("wrapper", context, invocation)
                return Instance(
                    value.client,
                    (*value.layers, layer),
                    (),
                    value.role,
                    value.built,
                    value.prompts,
                    wrapped=spec.sdk,
                )
    for function in (v for k, v in invocation.keywords.items if k == "create"):
        for value in each(names.resolve(function, context)):
            if isinstance(value, Instance) and value.chain:
                return replace(value, wrapped=spec.sdk)
            if isinstance(value, External) and names.knowledge.calls_at(value.path):
                return value
    generic = names.knowledge.wrapped_client(spec.sdk)
    if generic is None:
        return Made(path, context, invocation)
    layer = Layer("wrapper", context, invocation, spec.positional)
    return Instance(generic, (layer,), (), generic.role, wrapped=spec.sdk)


def bare(names: Names, expr: Expr, context: Context) -> Expr:
    """What an expression hands through: `options` of `cast(Options, options)` or `copy.deepcopy(options)`."""
    while isinstance(expr, Result):
        made = context.module.facts.invocations[expr.invocation]
        if not made.positional or last_name(made.callee) not in _SAME_NAMES:
            break
        callee = names.resolve(made.callee, context)
        if not isinstance(callee, External) or callee.path not in _SAME:
            break
        expr = made.positional[-1 if callee.path == "typing.cast" else 0]
    return expr


@cache
def repeats() -> frozenset[str]:
    """What makes a function of a function that does the same, perhaps again: retries, caches."""
    return _AROUND.union(name for spec in retries().retry for name in spec.names)


def runs(value: Value) -> bool:
    """Whether a value is a function, or a method of an SDK object."""
    return isinstance(value, (FunctionValue, Partial)) or (isinstance(value, Instance) and bool(value.chain))


def _bound_deep(value: Value) -> int:
    """How many calls of `partial` stand one in the other."""
    deep = 0
    while inner := [one.function for one in each(value) if isinstance(one, Partial)]:
        value, deep = inner[0], deep + 1
    return deep
