"""Objects that are put together by calls: the model among what `pipeline.add_component(...)` has put into a pipeline."""

from __future__ import annotations

from promptlint.facts import Attribute
from promptlint.link.names import Names
from promptlint.link.values import Context, Instance, each

_ANSWERS = frozenset(("llm", "agent", "model", "async_llm"))


def models_in(names: Names, instance: Instance) -> list[Instance]:
    """The models that the file which builds an object puts into it."""
    if not instance.client.takes or not instance.layers:
        return []
    built = instance.layers[0]
    module, context = built.context.module, Context(built.context.module)
    found: list[Instance] = []
    for index in (i for method in instance.client.takes for i in module.calls_by_name.get(method, ())):
        call = module.facts.invocations[index]
        if not isinstance(call.callee, Attribute) or not _is(names, call.callee, built.invocation, context):
            continue
        for expr in (*call.positional, *(value for _, value in call.keywords.items)):
            values = [v for v in each(names.resolve(expr, context)) if isinstance(v, Instance) and not v.chain]
            found.extend(v for v in values if v.role in _ANSWERS)
    return found


def _is(names: Names, method: Attribute, made: object, context: Context) -> bool:
    """Whether a method is one of the object that an expression has made."""
    values = each(names.resolve(method.base, context))
    return any(isinstance(v, Instance) and v.layers and v.layers[0].invocation is made for v in values)
