"""Why an expression sends a request to a model: what it is, or what it looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from promptlint.facts import Attribute, Expr, Invocation, Name, Result, Table
from promptlint.knowledge.specs import CallSpec, ClientSpec
from promptlint.link.program.module import Module, callee_name
from promptlint.link.requests.assembled import models_in
from promptlint.link.requests.decorated import Decoration, decorations
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.values import (
    Context,
    External,
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

_MODEL_CLASS = re.compile(r"(?:^|[A-Za-z])(?:Model|LLM)(?:$|[A-Z])|^LLM")
_MAKES_MODEL = re.compile(r"(?:^|_)(?:llm|chat_?model|language_model|model|chain)$", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_RUNS = frozenset(("invoke", "ainvoke", "stream", "astream", "batch", "abatch"))
_NO_MODEL = re.compile(r"(?:^|_)(?:prompt|template|parser|retriever|splitter|loader)s?$", re.IGNORECASE)
_NEVER = frozenset(
    ("twilio", "stripe", "slack_sdk", "telegram", "sqlalchemy", "builtins", "json", "os", "re", "unittest",
     "sklearn", "xgboost", "lightgbm", "catboost", "keras", "statsmodels", "ultralytics", "fasttext", "joblib")
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Evidence:
    """Why an expression sends a request, and by which table. `layers`: keywords of partials and decorators below it.

    `url`: where a request without an SDK goes, whose path may name the model.
    """

    spec: CallSpec
    client: ClientSpec | None = None
    instance: Instance | None = None
    by_shape: bool = False
    layers: tuple[Layer, ...] = ()
    decoration: Decoration | None = None
    url: Expr | None = None


def evidence_of(
    names: Names, value: Value, function: Expr, invocation: Invocation, context: Context
) -> Evidence | None:
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
                if not value.built and _is_no_model(function):
                    return None
                sends = not found.needs_model or models_in(names, value)
                return Evidence(found, value.client, value) if sends else None
            if found is None and len(value.chain) > 1:
                # What it holds inside: `generator.client.chat.completions.create`, `index._embed_model.get_text_embedding`.
                inside = _by_shape(names, function, invocation, context)
                return inside if len(value.chain) > 3 or (inside is not None and inside.spec.shape == ("*",)) else None
        case FunctionValue(module=module, function=decorated):
            sending = next((d for d in decorations(names, module, decorated) if d.spec.sends), None)
            if sending is not None:
                return Evidence(sending.spec.call, layers=sending.layers, decoration=sending)
        case Partial(function=bound, context=where, invocation=made):
            for inner in each(bound):
                below = evidence_of(names, inner, function, invocation, context)
                if below is not None:
                    return replace(below, layers=(*below.layers, Layer("bind", where, made)))
        case Missing() | ParameterValue() | Made() | ModuleValue() | ObjectValue():
            if isinstance(value, Made) and value.path.split(".")[0] in _NEVER:
                return None
            found_so = _by_shape(names, function, invocation, context)
            return None if found_so is not None and _of_another(names, value, found_so.spec) else found_so
    return None


def _is_no_model(function: Expr) -> bool:
    """Whether something that is passed in, of a kind that may be anything, is named for what it is: `prompt.invoke(inputs)`."""
    names = attribute_chain(function)
    return len(names) > 1 and names[-1] in _RUNS and _NO_MODEL.search(names[-2]) is not None


def _of_another(names: Names, value: Value, spec: CallSpec) -> bool:
    """Whether an object that only its name takes for a model is one that another SDK makes: a `CrossEncoder`."""
    if spec.shape != ("*",) or not isinstance(value, Made):
        return False
    return names.knowledge.of_another(value.path.partition(".")[0], spec.sdk)


def _by_shape(names: Names, function: Expr, invocation: Invocation, context: Context) -> Evidence | None:
    """An object known by its shape alone. The file it comes from is wanted: there it may be a class of the project's own."""
    found = _shaped(names, function, invocation, context)
    if found is not None:
        with names.modules.reading(True):
            names.resolve(function, context)
    return found


def _shaped(names: Names, function: Expr, invocation: Invocation, context: Context) -> Evidence | None:
    """An injected client, known by the chain of attributes and the keywords it is called with."""
    chain = attribute_chain(function)
    # `self.litellm.completion`: the package is kept as an attribute under its own name.
    held = [chain[i:] for i in range(1, len(chain) - 1) if chain[i] in names.knowledge.packages]
    for path in (chain, *held):
        for spec in names.knowledge.calls_at(".".join(path)):
            if not spec.not_generation and "." in spec.match[0]:
                return Evidence(spec, by_shape=True)
    keywords = {key for key, _ in invocation.keywords.items if key is not None}
    opened = [value for key, value in invocation.keywords.items if key is None]
    keywords.update(key for value in opened for key in _keys(value, context.module))
    unpacked = bool(opened)
    methods = names.knowledge.beside & context.module.calls_by_name.keys()
    imports = context.module.roots | {f".{name}" for name in methods}
    passed = frozenset(keywords), unpacked, imports, invocation.scope
    found = names.knowledge.shapes.call(chain, *passed)
    if found is None and (maker := _maker(function, context.module)):
        found = names.knowledge.shapes.call((maker, *chain[-1:]), *passed)
    if found is None or (found.shape == ("*",) and _own_models(names, context.module, found.sdk)):
        return None
    return Evidence(found, by_shape=True)


def _keys(options: Expr, module: Module) -> Iterator[str]:
    """The keys that a dictionary is written with, or is given in the same function: `**{"model": m}`, `**options`."""
    tables: list[Expr] = [options]
    if isinstance(options, Name):
        bindings = module.bindings.get((options.scope, options.name), ())
        yield from (b.key for b in bindings if b.operation == "item" and b.key is not None)
        tables = [b.value for b in bindings if b.operation == "set"]
    for table in tables:
        made = module.facts.invocations[table.invocation].keywords if isinstance(table, Result) else table
        if isinstance(made, Table):
            yield from (key for key, _ in made.items if key is not None)


def _maker(function: Expr, module: Module) -> str | None:
    """What made the object a method is called on, where its name says model: `get_llm` of `self.model = get_llm()`."""
    base = function.base if isinstance(function, Attribute) else None
    made = [base]
    if isinstance(base, Name):
        scope = module.function_of(base.scope)
        made = [b.value for b in module.bindings.get((scope.qualname if scope is not None else "", base.name), ())]
    elif isinstance(base, Attribute) and isinstance(base.base, Name):
        made = [b.value for b in module.attributes.get((module.owner(base.base.scope) or "", base.name), ())]
    names = {callee_name(module.facts.invocations[value.invocation]) for value in made if isinstance(value, Result)}
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
