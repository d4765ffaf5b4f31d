"""What a file does with what its calls answer, by its own words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from promptlint.facts import Attribute, Expr, Invocation, Item, Known, Name, Result, Text
from promptlint.link.program.module import Module
from promptlint.link.program.parts import dotted_text, parts

Answer = int | str | tuple[str, str]
# What an answer says besides its embeddings.
_ASIDE = frozenset(("usage", "model", "id"))
_SEVERAL = frozenset(("choices", "candidates", "generations", "outputs"))


class Answers:
    """What a file does with what calls answer. An answer is the number of its call, or a name that was given it, with its
    scope or as the path of an attribute.

    `wholes` are those of which all answers are used, not one of them by its number; `given` the calls that are passed one;
    `firsts` and `others` say how often the first embedding is taken of one, and how often it is used in another way.
    """

    def __init__(self, module: Module) -> None:
        self._numbers = {id(made): number for number, made in enumerate(module.facts.invocations)}
        self._names: dict[int, list[Answer]] = defaultdict(list)
        for binding in module.facts.bindings:
            if isinstance(binding.value, Result) and binding.operation == "set":
                self._names[binding.value.invocation] += known_as((binding.scope, binding.name))
        self.firsts: Counter[Answer] = Counter()
        self.others: Counter[Answer] = Counter()
        self._count(module)
        self.wholes = frozenset(answer for expr in _wholes(module) if (answer := _answer_of(expr)) is not None)
        self.given: dict[Answer, list[tuple[Invocation, int]]] = defaultdict(list)
        for made in module.facts.invocations:
            for at, expr in enumerate(made.positional):
                answer = _answer_of(expr)
                if answer is not None:
                    self.given[answer].append((made, at))

    def _count(self, module: Module) -> None:
        queue = list(_roots(module, assigned=False))
        while queue:
            expr = queue.pop()
            if (first := _first_of(expr)) is not None:
                self.firsts[first] += 1
            elif isinstance(expr, (Name, Result)) and (answer := _answer_of(expr)) is not None:
                self.others[answer] += 1
            elif not (isinstance(expr, Attribute) and expr.name in _ASIDE):
                queue.extend(parts(expr))

    def held_by(self, invocation: Invocation) -> frozenset[Answer]:
        """All that stands for the answer of a call."""
        number = self._numbers.get(id(invocation))
        return frozenset((number, *self._names.get(number, ()))) if number is not None else frozenset()


def _first_of(expr: Expr) -> Answer | None:
    """The answer of which an expression takes the first embedding."""
    match expr:
        case Item(base=Attribute(base=base, name="data" | "embeddings"), key=Known(value=0)):
            return _answer_of(base)
        case Item(base=Item(base=base, key=Text()), key=Known(value=0)):
            return _answer_of(base)
    return None


def known_as(name: tuple[str, str]) -> tuple[Answer, ...]:
    return (name, name[1]) if "." in name[1] else (name,)


def _answer_of(expr: Expr) -> Answer | None:
    match expr:
        case Result(invocation=number):
            return number
        case Name(name=name, scope=scope):
            return scope, name
        case Attribute():
            return dotted_text(expr) or None
    return None


def _wholes(module: Module) -> Iterator[Expr]:
    """What a file takes lists of answers from, to use them as a whole: `answer` of `for choice in answer.choices`."""
    queue = list(_roots(module))
    while queue:
        expr = queue.pop()
        if isinstance(expr, Item) and isinstance(expr.key, Known) and _answer(expr.base) is not None:
            continue
        answer = _answer(expr)
        if answer is not None:
            yield answer
        queue.extend(parts(expr))


def _answer(expr: Expr) -> Expr | None:
    """What a list of answers is taken from; None for any other expression."""
    match expr:
        case Attribute(base=base, name=name) if name in _SEVERAL:
            return base
        case Item(base=base, key=Text(segments=segments)) if (
            "".join(getattr(s, "text", "") for s in segments) in _SEVERAL
        ):
            return base
    return None


def _roots(module: Module, *, assigned: bool = True) -> Iterator[Expr]:
    """The outermost expressions of a file; `assigned`: what calls answer and a name is given at once among them."""
    for binding in module.facts.bindings:
        if assigned or not isinstance(binding.value, Result):
            yield binding.value
    for made in module.facts.invocations:
        yield made.callee
        yield from made.positional
        yield made.keywords
        yield from (loop.iterable for loop in made.loops if loop.iterable is not None)
    for function in module.facts.functions:
        yield from function.returns
