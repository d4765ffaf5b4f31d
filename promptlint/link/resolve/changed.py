"""What is built over several statements: where a value is first written, and what is done to it later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from promptlint.facts import Attribute, Binding, Choice, Expr, Invocation, Item, Items, Known, Name, Result
from promptlint.link.program.module import Module
from promptlint.link.program.reaching import SETS, Reaching
from promptlint.link.resolve.values import ClassValue, Context, FunctionValue, ObjectValue, Value, truth_of

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names

DEEPEST_RETURN = 5


def _taken(names: Names, choice: Choice, context: Context) -> Sequence[Expr]:
    """The options that may be taken: of `a or b` none that is surely empty, and none behind one that surely is not."""
    if choice.origin != "or":
        return choice.options
    found: list[Expr] = []
    for option in choice.options:
        truth = truth_of(names.resolve(option, context))
        if truth is not False or option is choice.options[-1]:
            found.append(option)
        if truth:
            break
    return found


def sources(names: Names, expr: Expr, context: Context) -> list[tuple[Expr, Context]]:
    """One step back from a local name or the result of a project function: where its value is written.

    What is built over several statements keeps its changes only when it is followed step by step. Empty when the
    step leads elsewhere: to a parameter, an attribute, another module.
    """
    if isinstance(expr, Choice):
        return [(option, context) for option in _taken(names, expr, context)]
    if isinstance(expr, Name):
        seen = changes(names, expr, context)
        function = context.module.function_of(expr.scope)
        parameters = function.parameters if function is not None else ()
        parameter = next((p for p in parameters if p.name == expr.name), None)
        sets = [(binding.value, context) for binding in seen.sets] if seen is not None else []
        if parameter is None or function is None:
            return sets
        if seen is not None and names.scopes.is_set(context.module, seen, expr.span.start):
            return sets
        frame = context.frame_of(function)
        passed = names.parameters.argument(frame, parameter) if frame is not None else None
        return [passed, *sets] if passed is not None else []
    if isinstance(expr, Item) and isinstance(expr.key, Known) and type(expr.key.value) is int:
        return _elements(names, expr.base, expr.key.value, context)
    if isinstance(expr, Attribute) and len(context.frames) < DEEPEST_RETURN:
        built = _built(names, expr, context)
        if built:
            return built
        computed = names.classes.property_of(names.resolve(expr.base, context), expr.name)
        if computed is not None:
            inner = names.results.inside(computed, None, context)
            return [(value, inner) for value in computed.function.returns]
    if isinstance(expr, Result) and len(context.frames) < DEEPEST_RETURN:
        invocation = context.module.facts.invocations[expr.invocation]
        if isinstance(invocation.callee, Attribute) and invocation.callee.name == "copy":
            return [(invocation.callee.base, context)]
        callee = names.resolve(invocation.callee, context)
        if isinstance(callee, FunctionValue):
            own = bool(callee.function.returns)
            bodies = [callee] if own else names.subclasses.overrides(callee)
            # In a subclass `self` is an object of that, unless what is passed must be read.
            passes = own or invocation.positional or invocation.keywords.items
            inside = [(body, names.results.inside(body, invocation if passes else None, context)) for body in bodies]
            return [(value, inner) for body, inner in inside for value in body.function.returns]
    return []


def _elements(names: Names, base: Expr, place: int, context: Context) -> list[tuple[Expr, Context]]:
    """What stands at a place of the tuples that a function returns: `text, options = self.prepared(text)`."""
    steps = sources(names, base, context) if isinstance(base, Result) else []
    found = [
        (tuple_.values[place], where)
        for tuple_, where in steps
        if isinstance(tuple_, Items) and not tuple_.starred and -len(tuple_.values) <= place < len(tuple_.values)
    ]
    return found if len(found) == len(steps) else []


def _built(names: Names, expr: Attribute, context: Context) -> list[tuple[Expr, Context]]:
    """What `self.x` is set to here or, where it is not, in the other methods of the class or of a base: what calls return,
    and names.
    """
    seen = changes(names, expr, context)
    if seen is not None and seen.sets:
        return [(binding.value, context) for binding in seen.sets]
    module = context.module
    owner = module.owner(expr.base.scope) if isinstance(expr.base, Name) else None
    receiver = names.resolve(expr.base, context) if owner is not None else None
    if not isinstance(receiver, ObjectValue):
        return []
    where = context
    sets = [b for b in module.attributes.get((owner or "", expr.name), ()) if b.operation == "set"]
    for base in names.classes.lineage(ClassValue(receiver.module, receiver.cls)) if not sets else ():
        sets = [b for b in base.module.attributes.get((base.cls.qualname, expr.name), ()) if b.operation == "set"]
        if sets:
            where = names.constructors.made_context(base.module, receiver, Context(base.module, context.frames))
            break
    # A field of the body may be another in each object.
    built = all(b.name.startswith("self.") and isinstance(b.value, (Result, Name)) for b in sets)
    if where is context:
        return [(b.value, where_set(names, expr, b, context)) for b in sets] if built else []
    return [(b.value, where) for b in sets] if built else []


def where_set(names: Names, expr: Expr, binding: Binding, context: Context) -> Context:
    """Where a statement on an attribute is read: in a constructor, with what the object was made with."""
    if not isinstance(expr, Attribute) or not isinstance(expr.base, Name) or not binding.scope.endswith(".__init__"):
        return context
    receiver = names.resolve(expr.base, context) if binding.scope != expr.base.scope else None
    if not isinstance(receiver, ObjectValue) or receiver.made is None:
        return context
    return names.constructors.made_context(context.module, receiver, context)


def replaced(names: Names, expr: Expr, context: Context) -> tuple[Value, list[Expr]] | None:
    """A parameter of unknown callers that may be another value by now: `if options is None: options = defaults()`.

    With what it may be instead.
    """
    if not isinstance(expr, Name):
        return None
    function = context.module.function_of(expr.scope)
    parameter = next((p for p in function.parameters if p.name == expr.name), None) if function is not None else None
    seen = changes(names, expr, context) if parameter is not None else None
    if function is None or parameter is None or seen is None or not seen.sets:
        return None
    return names.parameters.value(context.module, function, parameter, context), [b.value for b in seen.sets]


def changes(names: Names, expr: Expr, context: Context) -> Reaching | None:
    """For a name or `self.x`: what was done to it between its definition and this use."""
    module = context.module
    if isinstance(expr, Name):
        bindings: Sequence[Binding] | None = module.bindings.get((expr.scope, expr.name))
        at = expr.span.start
        seen = module.reaching(bindings, at) if bindings else None
        outside = _bound_outside(module, expr) if not bindings or not any(b.operation in SETS for b in bindings) else ()
        if not outside:
            return seen
        around = module.reaching(outside, None)
        return Reaching(around.sets, (*around.changes, *seen.changes), around.declared) if seen is not None else around
    if isinstance(expr, Attribute) and isinstance(expr.base, Name):
        scope = expr.base.scope
        bindings = module.bindings.get((scope, f"{expr.base.name}.{expr.name}")) or module.bindings.get(
            (scope, f"self.{expr.name}")
        )
        elsewhere = tuple(
            (b, False)
            for b in module.attributes.get((module.owner(scope) or "", expr.name), ())
            if b.scope != scope and b.operation not in ("set", "declare")
        )
        if bindings:
            seen = module.reaching(bindings, expr.span.start)
            return Reaching(seen.sets, (*elsewhere, *seen.changes), seen.declared)
        made = f"{module.owner(scope)}.__init__"  # what runs there before anything else has run by now
        return Reaching((), tuple((b, b.scope == made and not b.block) for b, _ in elsewhere)) if elsewhere else None
    return None


def _bound_outside(module: Module, name: Name) -> Sequence[Binding]:
    """What a name is bound to in the nearest scope around its own that binds it; attributes of a class are none of a method."""
    scope = name.scope
    while scope and (scope, name.name) not in module.parameters:
        scope = scope.rpartition(".")[0]
        bindings = module.bindings.get((scope, name.name)) if scope not in module.classes else None
        if bindings:
            return bindings
    return ()


def assigned(names: Names, expr: Attribute, context: Context) -> tuple[list[Binding], bool]:
    """What `x.y` or `self.x.y` is set to in this function or class, and whether it surely is by then.

    `self.x` is an attribute of the class, and looked up there.
    """
    module = context.module
    path, scope = dotted_path(expr)
    head, _, rest = path.partition(".")
    owner = module.owner(scope)
    if "." in rest and owner is not None and (inside := module.deep.get((owner, rest))):
        seen_there = [b for b in inside if b.span.start < expr.span.start or b.scope != scope]
        made = (b for b in seen_there if b.scope != scope and b.block == 0)
        return seen_there, any(b.scope == f"{owner}.__init__" for b in made)
    bindings = module.bindings.get((scope, path)) if head else None
    if not bindings:
        return _assigned_outside(module, head, path, scope)
    seen = module.reaching(bindings, expr.span.start)
    around = module.branches.around(module.block_at(expr.span.start))
    return list(seen.sets), any(b.block in around for b in seen.sets)


def _assigned_outside(module: Module, head: str, path: str, scope: str) -> tuple[list[Binding], bool]:
    """What `x.y` is set to where `x` is defined, a scope or more outwards: there it ran before."""
    while scope and (scope, head) not in module.defined:
        scope = scope.rpartition(".")[0]
        bindings = module.bindings.get((scope, path))
        if bindings and (scope, head) in module.defined:
            sets = module.reaching(bindings, None).sets
            return list(sets), any(b.block == 0 for b in sets)
    return [], False


def set_on(
    invocation: Invocation, made_in: Context, at: Expr | None = None, context: Context | None = None
) -> Iterator[tuple[Binding, Context, bool]]:
    """What the attributes of an object are set to where a call makes it, each with whether that is sure.

    `at`, in `context`, is where the object is used: what is set there later does not count.
    """
    module = made_in.module
    holder = module.bound_results.get(id(invocation))
    if holder is None or holder.name not in module.set_below:
        return
    owner = module.owner(holder.scope) if holder.name.startswith("self.") else None
    for name in sorted(module.set_below[holder.name]):
        path = f"{holder.name}.{name}"
        found = module.deep.get((owner, path[5:]), []) if owner else module.bindings.get((holder.scope, path), [])
        for binding in found:
            beside = context is not None and module is context.module and binding.scope == holder.scope
            late = beside and at is not None and binding.span.start > at.span.start >= holder.span.end
            early = binding.scope == holder.scope and binding.span.start < holder.span.start
            if binding.operation == "set" and not late and not early:
                yield binding, made_in, binding.block == holder.block and binding.scope == holder.scope


def dotted_path(expr: Expr) -> tuple[str, str]:
    """`self.config.model` of a name and attributes, with the scope of the name; empty for anything else."""
    parts: list[str] = []
    while isinstance(expr, Attribute):
        parts.append(expr.name)
        expr = expr.base
    return (".".join([expr.name, *reversed(parts)]), expr.scope) if isinstance(expr, Name) else ("", "")
