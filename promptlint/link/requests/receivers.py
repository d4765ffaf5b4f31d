"""The parameter that a request is made on: `llm` of `llm.invoke(text)`, or the one a constructor kept as `self.llm`; and the one
whose object says what is asked for: `request` of `model=request.model`.
"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Attribute, Binary, Expr, Hole, Items, Name, Result, Table, Text
from promptlint.link.program.module import Module
from promptlint.link.requests.sites import Site
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.records import is_record
from promptlint.link.resolve.values import ClassValue, Context, ObjectValue, ParameterValue, each

_DEEPEST = 4


def receivers(names: Names, site: Site) -> Iterator[ParameterValue]:
    """The parameters whose callers say which object a request is made on, and with it the model and the cap.

    What was made here is known without them.
    """
    if site.instance is not None and not site.instance.built:
        yield from _made_of(names, site.module, site.called, site.invocation.scope, 0)


def carriers(names: Names, site: Site) -> Iterator[ParameterValue]:
    """The parameters that are records of the project by their annotation, and carry what is asked for or with."""
    passed = (*site.invocation.positional, *(value for _, value in site.invocation.keywords.items))
    carried = {name for expr in passed for name in _carried(expr, 0)}
    for function in site.module.around(site.invocation.scope) if carried else ():
        for parameter in function.parameters:
            if (
                parameter.name not in carried
                or not parameter.annotation
                or parameter.kind not in ("positional", "keyword")
            ):
                continue
            values = each(names.parameters.value(site.module, function, parameter, Context(site.module)))
            if values and all(
                isinstance(v, ObjectValue) and is_record(names, ClassValue(v.module, v.cls)) for v in values
            ):
                yield ParameterValue(site.module, function, parameter.name, parameter.kind)


def _carried(expr: Expr, depth: int) -> Iterator[str]:
    """The names whose attributes an argument is made of: `request` of `[{"role": "user", "content": request.prompt}]`."""
    if depth > _DEEPEST:
        return
    match expr:
        case Attribute(base=Name(name=name)):
            yield name
        case Text(segments=segments):
            for segment in segments:
                if isinstance(segment, Hole) and segment.value is not None:
                    yield from _carried(segment.value, depth + 1)
        case Items(values=values) | Table(values=values):
            for value in values:
                yield from _carried(value, depth + 1)


def _made_of(names: Names, module: Module, expr: Expr, scope: str, depth: int) -> Iterator[ParameterValue]:
    """The parameters that an object is, or is made of: `llm.with_retry()`, `prompt | llm`, and what is bound to such."""
    if depth > _DEEPEST:
        return
    match expr:
        case Attribute(base=Name(name="self"), name=kept):
            yield from _kept(names, module, kept, scope, depth)
        case Attribute(base=base):
            yield from _made_of(names, module, base, scope, depth)
        case Result(invocation=index):
            callee = module.facts.invocations[index].callee
            if isinstance(callee, Attribute):
                yield from _made_of(names, module, callee.base, scope, depth + 1)
        case Binary(operator="|", left=left, right=right):
            yield from _made_of(names, module, left, scope, depth + 1)
            yield from _made_of(names, module, right, scope, depth + 1)
        case Name(name=name):
            yield from _named(names, module, name, scope, depth)


def _named(names: Names, module: Module, name: str, scope: str, depth: int) -> Iterator[ParameterValue]:
    """What a name stands for in the functions around: a variable that is bound, else a parameter."""
    for function in module.around(scope):
        bound = module.bindings.get((function.qualname, name), ())
        for binding in bound:
            if binding.operation == "set":
                yield from _made_of(names, module, binding.value, function.qualname, depth + 1)
        for parameter in function.parameters if not bound else ():
            if parameter.name == name and parameter.kind in ("positional", "keyword"):
                yield ParameterValue(module, function, name, parameter.kind)
                return
        if bound:
            return


def _kept(names: Names, module: Module, attribute: str, scope: str, depth: int) -> Iterator[ParameterValue]:
    """What the constructors of a class and of its bases keep as an attribute."""
    owner = module.owner(scope)
    cls = module.classes.get(owner) if owner is not None else None
    for base in names.classes.lineage(ClassValue(module, cls)) if cls is not None else ():
        init = f"{base.cls.qualname}.__init__"
        for binding in base.module.attributes.get((base.cls.qualname, attribute), ()):
            if binding.scope == init:
                yield from _made_of(names, base.module, binding.value, init, depth + 1)
