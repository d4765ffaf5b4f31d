"""Functions that a decorator turns into a prompt or a request: `@prompt("...")`, `@ell.simple`, `@agent.system_prompt`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from promptlint.facts import Attribute, Expr, Function, Result
from promptlint.knowledge import DecoratorSpec
from promptlint.link.arguments import read
from promptlint.link.modules import Module
from promptlint.link.names import Names, each
from promptlint.link.values import Context, External, Instance, Layer


@dataclass(frozen=True, eq=False)
class Decoration:
    """One decorator of a function, with the keywords it was given."""

    spec: DecoratorSpec
    module: Module
    function: Function
    layers: tuple[Layer, ...]

    def texts(self, names: Names) -> Iterator[tuple[Expr, Context, str | None]]:
        """The prompt text as written, with its role: a docstring beside a returned prompt is the system message."""
        context = Context(self.module)
        for source in self.spec.prompt_from:
            if source == "docstring" and self.function.docstring is not None:
                yield self.function.docstring, context, "system" if len(self.spec.prompt_from) > 1 else self.spec.role
            elif source == "return":
                for value in self.function.returns:
                    yield value, context, self.spec.role or "user"
            elif source == "argument" and self.spec.text is not None:
                for layer in self.layers:
                    given = read(names, layer.invocation, layer.context, layer.positional).given
                    for argument in given.get(self.spec.text, ()):
                        yield argument.expr, argument.context, self.spec.role or "user"


def decorations(names: Names, module: Module, function: Function) -> list[Decoration]:
    """The decorators of a function that the SDK tables know."""
    found = []
    context = Context(module)
    for expr in function.decorators:
        layers: tuple[Layer, ...] = ()
        callee = expr
        if isinstance(expr, Result):
            invocation = module.facts.invocations[expr.invocation]
            callee = invocation.callee
        for value in each(names.resolve(callee, context)):
            spec = _spec(names, value)
            if spec is None:
                continue
            if isinstance(expr, Result):
                layers = (Layer("decorator", context, module.facts.invocations[expr.invocation], spec.positional),)
            found.append(Decoration(spec, module, function, layers))
    return found


def sending_names(names: Names) -> frozenset[str]:
    """The last names, beyond those of SDK methods, whose call may be a request: decorated functions, and attributes and
    keys that an SDK method was put into.
    """
    methods = names.knowledge.method_names
    put = {
        (binding.key or binding.name).rpartition(".")[2]
        for module in names.modules
        for binding in module.facts.bindings
        if isinstance(binding.value, Attribute) and binding.value.name in methods
    }
    return _decorated(names) | put


def _decorated(names: Names) -> frozenset[str]:
    wanted = {name.rpartition(".")[2] for name, spec in names.knowledge.decorators.items() if spec.sends}
    return frozenset(
        function.qualname.rpartition(".")[2]
        for module in names.modules
        for function in module.facts.functions
        if any(_last(decorator, module) in wanted for decorator in function.decorators)
    )


def _last(expr: Expr, module: Module) -> str:
    if isinstance(expr, Result):
        expr = module.facts.invocations[expr.invocation].callee
    return getattr(expr, "name", "")


def _spec(names: Names, value: object) -> DecoratorSpec | None:
    table = names.knowledge.decorators
    if isinstance(value, External):
        return table.get(value.path)
    if isinstance(value, Instance) and len(value.chain) == 1:
        found = table.get(f"{{{value.role or value.client.role}}}.{value.chain[0]}")
        return found if found is not None and found.sdk == value.client.sdk else None
    return None
