"""Objects that are put together by calls: the model among what `pipeline.add_component(...)` has put into a pipeline."""

from __future__ import annotations

from promptlint.facts import Attribute
from promptlint.link.resolve.members import members
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.values import Context, Instance, each

_ANSWERS = frozenset(("llm", "agent", "model", "async_llm"))


def models_in(names: Names, instance: Instance) -> list[Instance]:
    """The models that an object is made with, and those that the file which builds it puts into it."""
    if not (instance.client.takes or instance.client.members) or not instance.layers:
        return []
    built = instance.layers[0]
    module, context = built.context.module, Context(built.context.module)
    found = [member for member in members(names, instance) if member.role in _ANSWERS]
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
