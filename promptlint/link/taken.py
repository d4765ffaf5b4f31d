"""What the program takes of an answer that holds several: the first alone, or all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from promptlint.facts import (
    Attribute,
    Binary,
    Choice,
    Expr,
    Hole,
    Invocation,
    Item,
    Items,
    Known,
    Name,
    Repeated,
    Result,
    Table,
    Text,
)
from promptlint.link.modules import Module
from promptlint.link.names import Names
from promptlint.link.settings import dotted_text
from promptlint.link.values import Context, FunctionValue, each

# What an answer says besides its embeddings.
_ASIDE = frozenset(("usage", "model", "id"))
_SEVERAL = frozenset(("choices", "candidates", "generations", "outputs"))


def first_taken(module: Module, invocation: Invocation) -> bool:
    """Whether of all embeddings of an answer the first is taken and no other: `create(...).data[0].embedding`."""
    index = _index(module, invocation)
    holders = [b for b in module.facts.bindings if isinstance(b.value, Result) and b.value.invocation == index]
    names = {(b.scope, b.name) for b in holders if b.operation == "set"}
    if len(holders) > 1 or len(names) < len(holders) or any(len(module.bindings.get(n, ())) != 1 for n in names):
        return False

    def is_answer(expr: Expr) -> bool:
        match expr:
            case Result(invocation=number):
                return number == index
            case Name(name=name, scope=scope):
                return (scope, name) in names
        return False

    def first(expr: Expr) -> bool:
        match expr:
            case Item(base=Attribute(base=base, name="data" | "embeddings"), key=Known(value=0)):
                return is_answer(base)
            case Item(base=Item(base=base, key=Text()), key=Known(value=0)):
                return is_answer(base)
        return False

    taken = other = 0
    queue: list[Expr] = [e for e in _roots(module) if not (is_answer(e) and isinstance(e, Result) and names)]
    while queue:
        expr = queue.pop()
        if first(expr):
            taken += 1
        elif is_answer(expr):
            other += 1
        elif not (isinstance(expr, Attribute) and expr.name in _ASIDE):
            queue.extend(parts(expr))
    return taken > 0 and not other


def all_taken(names: Names, module: Module, invocation: Invocation) -> bool:
    """Whether all answers of a request are looked at: `for choice in answer.choices`, here or in a function that is given it."""
    index = _index(module, invocation)
    held = {
        (b.scope, b.name)
        for b in module.facts.bindings
        if isinstance(b.value, Result) and b.value.invocation == index and b.operation == "set"
    }
    if _goes_through(names, module, index, held):
        return True
    for other in module.facts.invocations:
        given = [at for at, expr in enumerate(other.positional) if _is_held(expr, index, held)]
        for value in each(names.resolve(other.callee, Context(module))) if given else ():
            if isinstance(value, FunctionValue):
                taking = value.function.parameters[1 if value.function.owner is not None else 0 :]
                passed = {(value.function.qualname, taking[at].name) for at in given if at < len(taking)}
                if _goes_through(names, value.module, None, passed):
                    return True
    return False


def _index(module: Module, invocation: Invocation) -> int | None:
    return next((i for i, other in enumerate(module.facts.invocations) if other is invocation), None)


def _is_held(expr: Expr, index: int | None, held: set[tuple[str, str]]) -> bool:
    """Whether an expression is the answer: the call itself, or a name that was given it."""
    match expr:
        case Result(invocation=number):
            return number == index
        case Name(name=name, scope=scope):
            return (scope, name) in held
        case Attribute():
            return any(name == dotted_text(expr) for _, name in held)
    return False


def _goes_through(names: Names, module: Module, index: int | None, held: set[tuple[str, str]]) -> bool:
    """Whether the list of answers is used as a whole, not one of them by its number."""
    if module.path not in names.kept.wholes:
        names.kept.wholes[module.path] = tuple(_wholes(module))
    return any(_is_held(answer, index, held) for answer in names.kept.wholes[module.path])


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


def _roots(module: Module) -> Iterator[Expr]:
    """The outermost expressions of a file."""
    for binding in module.facts.bindings:
        yield binding.value
    for made in module.facts.invocations:
        yield made.callee
        yield from made.positional
        yield made.keywords
        yield from (loop.iterable for loop in made.loops if loop.iterable is not None)
    for function in module.facts.functions:
        yield from function.returns


def parts(expr: Expr) -> Iterable[Expr]:
    """What an expression is made of, but for the calls in it."""
    match expr:
        case Attribute(base=base):
            return (base,)
        case Item(base=base, key=key):
            return base, key
        case Choice(options=options):
            return options
        case Table(items=items, keyed=keyed):
            return (*(value for _, value in items), *(part for pair in keyed for part in pair))
        case Items(values=values):
            return values
        case Binary(left=left, right=right):
            return left, right
        case Repeated(element=element):
            return (element,)
        case Text(segments=segments):
            return tuple(s.value for s in segments if isinstance(s, Hole) and s.value is not None)
    return ()
