"""Functions that a decorator turns into a prompt or a request: `@prompt("...")`, `@ell.simple`, `@agent.system_prompt`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from msgspec.structs import replace

from promptlint.facts import Binding, Choice, Class, Expr, Function, Result, Text
from promptlint.knowledge.specs import DecoratorSpec
from promptlint.link.program.module import Module
from promptlint.link.resolve.arguments import read
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.values import (
    ClassValue,
    Context,
    Data,
    External,
    Instance,
    Layer,
    Made,
    Partial,
    Value,
    each,
)


@dataclass(frozen=True, eq=False)
class Decoration:
    """One decorator of a function, with the keywords it was given."""

    spec: DecoratorSpec
    module: Module
    function: Function
    layers: tuple[Layer, ...]
    instance: Instance | None = None
    """The object whose decorator it is: `agent` of `@agent.system_prompt`."""

    def texts(self, names: Names) -> Iterator[tuple[Expr, Context, str | None]]:
        """The prompt text as written, with its role: a docstring beside a returned prompt is the system message."""
        context = Context(self.module)
        for source in self.spec.prompt_from:
            if source == "docstring" and self.function.docstring is not None:
                yield self.function.docstring, context, "system" if len(self.spec.prompt_from) > 1 else self.spec.role
            elif source == "return" and (returned := self.function.returns):
                one = len(returned) == 1
                value = returned[0] if one else Choice(options=returned, origin="branch", span=returned[0].span)
                yield value, context, self.spec.role or "user"
            elif source == "argument" and self.spec.text is not None:
                for layer in self.layers:
                    if self.spec.text == "*":
                        for expr in layer.invocation.positional:
                            yield expr, layer.context, self.spec.role or "user"
                        continue
                    given = read(names, layer.invocation, layer.context, layer.positional).given
                    for argument in given.get(self.spec.text, ()):
                        yield argument.expr, argument.context, self.spec.role or "user"

    def all_texts(self, names: Names) -> Iterator[tuple[Expr, Context, str | None]]:
        """Its own text, and what other decorators of the function say."""
        yield from self.texts(names)
        for other in decorations(names, self.module, self.function):
            if other.spec is not self.spec and not other.spec.sends:
                yield from other.texts(names)


def decorations(names: Names, module: Module, function: Function) -> list[Decoration]:
    """The decorators of a function that the SDK tables know."""
    found = []
    context = Context(module)
    for expr in function.decorators:
        callee = expr
        if isinstance(expr, Result):
            invocation = module.facts.invocations[expr.invocation]
            callee = invocation.callee
        for found_value in each(names.resolve(callee, context)):
            value, below = _behind(names, found_value)
            spec = _spec(names, value)
            if spec is None:
                continue
            layers = tuple(replace(layer, positional=spec.positional) for layer in below)
            if isinstance(expr, Result):
                made = module.facts.invocations[expr.invocation]
                layers = (*layers, Layer("decorator", context, made, spec.positional))
            instance = value if isinstance(value, Instance) else None
            found.append(Decoration(spec, module, function, layers, instance))
    return found


def _behind(names: Names, value: Value) -> tuple[Value, tuple[Layer, ...]]:
    """The decorator that a partial is of, with what that was given: `partial(ell.simple, "gpt-4o", max_tokens=250)`."""
    if not isinstance(value, Partial) or not value.invocation.positional:
        return value, ()
    kept, key = names.kept.unwritten, (id(value.invocation), "decorator")
    if key not in kept:
        kept[key] = replace(value.invocation, positional=value.invocation.positional[1:])
    return each(value.function)[0], (Layer("decorator", value.context, kept[key]),)


class Instructed:
    """What functions tell the object that decorates them: `@agent.system_prompt`. Found by the call that made the object."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._kinds = frozenset(
            (spec.sdk, name[1:].partition("}")[0])
            for name, spec in names.knowledge.decorators.items()
            if name.startswith("{")
        )

    def texts(self, instance: Instance) -> list[tuple[Expr, Context, str | None]]:
        """The texts, in the order of files and functions."""
        if not instance.layers or (instance.client.sdk, instance.role or instance.client.role) not in self._kinds:
            return []
        return self._by_maker.get(id(instance.layers[0].invocation), [])

    @cached_property
    def _by_maker(self) -> dict[int, list[tuple[Expr, Context, str | None]]]:
        found: dict[int, list[tuple[Expr, Context, str | None]]] = defaultdict(list)
        for module in self.names.modules:
            for function in module.facts.functions:
                for one in decorations(self.names, module, function) if function.decorators else ():
                    if one.instance is not None and one.instance.layers:
                        found[id(one.instance.layers[0].invocation)] += one.texts(self.names)
        return found


def documented(names: Names, module: Module) -> Iterator[tuple[Text, str | None]]:
    """Texts of classes that are prompts, with their role: the docstring of `class Answer(dspy.Signature)`, what a decorator is
    given in `@marvin.model(instructions="...")`.
    """
    wanted = {n for n, spec in names.knowledge.decorators.items() if "class_docstring" in spec.prompt_from}
    for cls in module.facts.classes:
        yield from _told(names, module, cls)
        set_to = (b.value for b in module.attributes.get((cls.qualname, "__doc__"), ()))
        says = [text for text in (cls.docstring, *set_to) if isinstance(text, Text)]
        if not says or not (cls.bases or cls.decorators):
            continue
        for path in (*_foreign(names, module, cls), *_class_decorators(names, module, cls)):
            if path in wanted:
                yield says[-1], names.knowledge.decorators[path].role
                break


def _told(names: Names, module: Module, cls: Class) -> Iterator[tuple[Text, str | None]]:
    context = Context(module)
    for made in (module.facts.invocations[d.invocation] for d in cls.decorators if isinstance(d, Result)):
        for value in each(names.resolve(made.callee, context)):
            spec = names.knowledge.decorators.get(value.path) if isinstance(value, External) else None
            if spec is None or spec.text is None or "class_docstring" not in spec.prompt_from:
                continue
            for argument in read(names, made, context, spec.positional).given.get(spec.text, ()):
                given = names.resolve(argument.expr, argument.context)
                if isinstance(given, Data) and isinstance(given.expr, Text) and given.context.module is module:
                    yield given.expr, spec.role


def _foreign(names: Names, module: Module, cls: Class) -> Iterator[str]:
    for owner in names.classes.lineage(ClassValue(module, cls)):
        yield from names.classes.foreign_bases(owner)


def _class_decorators(names: Names, module: Module, cls: Class) -> Iterator[str]:
    for expr in cls.decorators:
        for value in each(names.resolve(module.decorator(expr), Context(module))):
            if isinstance(value, External):
                yield value.path


def sending(names: Names) -> Iterator[tuple[Module, Function, Decoration]]:
    """The functions of the project each call of which is a request."""
    wanted = _sending_decorators(names)
    for module in names.modules:
        with names.modules.guarded(module.path):
            for function in module.facts.functions:
                if any(_last(decorator, module) in wanted for decorator in function.decorators):
                    sends = (one for one in decorations(names, module, function) if one.spec.sends)
                    yield from ((module, function, one) for one in islice(sends, 1))


def sending_names(names: Names) -> frozenset[str]:
    """The last names, beyond those of SDK methods, whose call may be a request: decorated functions, attributes, keys and
    parameters that an SDK method was put into, and attributes that hold an object which is called itself
    (`self.predict = Predict(...)`).
    """
    makers = _makers(names)
    put = {name for module in names.modules for one in names.kept.puts(names.knowledge, module) for name in one.names}
    held = [module.holding.held for module in names.modules]
    return _decorated(names).union(put, *(found[word] for found in held for word in makers & found.keys()))


def _makers(names: Names) -> frozenset[str]:
    """What makes an object that is called: classes and functions of SDKs, and functions of the project that return one."""
    makers = names.knowledge.callable_makers
    returned = [module.holding.returned for module in names.modules]
    return makers.union(*(found[word] for found in returned for word in makers & found.keys()))


def _sending_decorators(names: Names) -> set[str]:
    """The last names of decorators that make requests, and what a partial of one is called: `fast = partial(ell.simple, "gpt-4o")`."""
    return _known_to_send(names).union(binding.name.rpartition(".")[2] for _, binding in bound_decorators(names))


def _known_to_send(names: Names) -> set[str]:
    return {name.rpartition(".")[2] for name, spec in names.knowledge.decorators.items() if spec.sends}


def bound_decorators(names: Names) -> Iterator[tuple[Module, Binding]]:
    """Where a module keeps a partial of a decorator that makes requests."""
    known = _known_to_send(names)
    for module in names.modules:
        calls = ((index, module.facts.invocations[index]) for index in module.calls_by_name.get("partial", ()))
        made = {i for i, call in calls if call.positional and getattr(call.positional[0], "name", "") in known}
        for binding in module.facts.bindings if made else ():
            if isinstance(binding.value, Result) and binding.value.invocation in made:
                yield module, binding


def _decorated(names: Names) -> frozenset[str]:
    wanted = _sending_decorators(names)
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


def signature(names: Names, instance: Instance) -> Iterator[tuple[Expr, Context]]:
    """The instruction an object was built with: the docstring of `Predict(Answer)`, or that of `Signature("q -> a", "...")`."""
    parameter = instance.client.signature
    for layer in instance.layers if parameter is not None else ():
        given = read(names, layer.invocation, layer.context, layer.positional).given
        for argument in given.get(parameter or "", ()):
            for value in each(names.resolve(argument.expr, argument.context)):
                if isinstance(value, ClassValue) and value.cls.docstring is not None:
                    yield value.cls.docstring, Context(value.module)
                elif isinstance(value, Made) and names.knowledge.decorators.get(value.path) is not None:
                    yield from ((expr, value.context) for expr in value.invocation.positional[1:2])
