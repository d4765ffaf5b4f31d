"""What opens a scope: `def`, `class` and `lambda`."""

from __future__ import annotations

import ast

from promptlint.facts import Choice, Class, Expr, Function, Name, Parameter, Repeated, Text
from promptlint.parse.control_flow import body
from promptlint.parse.names import last_name
from promptlint.parse.texts import string
from promptlint.parse.walk import Definition, Walk


def function(walk: Walk, node: Definition) -> None:
    """Read a function in a scope of its own; its decorators and defaults belong to the scope around it."""
    decorators = tuple(walk.expr(d) for d in node.decorator_list)
    parameters = parameters_of(walk, node.args)
    name, added_to = node.name, _added_to(walk, node, decorators)
    qualname = f"{added_to or walk.scope}.{name}" if added_to or walk.scope else name
    static = any(last_name(d) == "staticmethod" for d in decorators)
    outer = walk.scope, walk.loops, walk.returns, walk.owner, walk.receiver, walk.globals, walk.lends, walk.around
    outer_yields, walk.yields = walk.yields, []
    outer_caught, walk.caught = walk.caught, False
    walk.lends = any(last_name(d) in ("contextmanager", "asynccontextmanager", "fixture") for d in decorators)
    owner = walk.owner if walk.owner == walk.scope and walk.owner is not None else added_to
    walk.scope, walk.loops, walk.returns, walk.globals = qualname, (), [], set()
    if owner is not None:
        walk.receiver = parameters[0].name if parameters and not static else None
    walk.owner, walk.around = None, node
    body(walk, node.body)
    returns, blocks = tuple(value for value, _ in walk.returns), tuple(block for _, block in walk.returns)
    yields, walk.yields, walk.caught = _yielded(walk), outer_yields, outer_caught
    walk.scope, walk.loops, walk.returns, walk.owner, walk.receiver, walk.globals, walk.lends, walk.around = outer
    walk.functions.append(
        Function(
            qualname=qualname,
            parameters=parameters,
            decorators=decorators,
            returns=returns,
            span=walk.span(node),
            owner=owner,
            annotation=walk.code(node.returns) if node.returns is not None else None,
            docstring=_docstring(walk, node.body),
            blocks=blocks,
            yields=yields,
        )
    )


def _added_to(walk: Walk, node: Definition, decorators: tuple[Expr, ...]) -> str | None:
    """The class of the file that a function becomes a method of, as fastcore writes it: `@patch def ask(self: Client)`."""
    if walk.scope or not any(last_name(d) == "patch" for d in decorators):
        return None
    match node.args.args[:1]:
        case [ast.arg(annotation=ast.Name(id=name))] if any(cls.qualname == name for cls in walk.classes):
            return name
    return None


def _yielded(walk: Walk) -> Repeated | None:
    """Each of what a generator gives is any of the values it yields."""
    if not walk.yields:
        return None
    options, span = tuple(walk.yields), walk.yields[0].span
    element = options[0] if len(options) == 1 else Choice(options=options, origin="branch", span=span)
    return Repeated(element=element, span=span, chosen=True)


def class_(walk: Walk, node: ast.ClassDef) -> None:
    """Read a class; its fields are bindings in its scope."""
    decorators = tuple(walk.expr(d) for d in node.decorator_list)
    bases = tuple(walk.expr(base) for base in node.bases)
    for keyword in node.keywords:
        walk.expr(keyword.value)
    name = node.name
    qualname = f"{walk.scope}.{name}" if walk.scope else name
    outer = (walk.scope, walk.loops, walk.owner, walk.receiver)
    walk.scope, walk.loops, walk.owner, walk.receiver = qualname, (), qualname, None
    body(walk, node.body)
    walk.scope, walk.loops, walk.owner, walk.receiver = outer
    walk.classes.append(
        Class(
            qualname=qualname,
            bases=bases,
            decorators=decorators,
            span=walk.span(node),
            docstring=_docstring(walk, node.body),
            block=walk.block,
        )
    )


def _docstring(walk: Walk, lines: list[ast.stmt]) -> Text | None:
    """The string a body begins with."""
    match lines[0]:
        case ast.Expr(value=ast.Constant(value=str()) as first):
            value = string(walk, first)
            return value if isinstance(value, Text) else None
    return None


def lambda_(walk: Walk, node: ast.Lambda) -> Expr:
    """A function that is called by where it stands; its value is all it returns."""
    span = walk.span(node)
    parameters = parameters_of(walk, node.args)
    name = f"<lambda:{span.start}>"
    outer_scope, outer_loops, outer_returns, outer_caught = walk.scope, walk.loops, walk.returns, walk.caught
    walk.scope = f"{outer_scope}.{name}" if outer_scope else name
    walk.loops, walk.caught = (), False
    value = walk.expr(node.body)
    scope, walk.scope, walk.loops, walk.returns = walk.scope, outer_scope, outer_loops, outer_returns
    walk.caught = outer_caught
    walk.functions.append(Function(qualname=scope, parameters=parameters, decorators=(), returns=(value,), span=span))
    return Name(name=name, scope=outer_scope, span=span)


def parameters_of(walk: Walk, node: ast.arguments) -> tuple[Parameter, ...]:
    """The parameters of a function; defaults are read in the scope around it."""
    positional = [*node.posonlyargs, *node.args]
    without = [None] * (len(positional) - len(node.defaults))
    found = [
        _parameter(walk, parameter, kind, default)
        for parameters, defaults, kind in (
            (positional, [*without, *node.defaults], "positional"),
            (node.kwonlyargs, node.kw_defaults, "keyword"),
        )
        for parameter, default in zip(parameters, defaults, strict=True)
    ]
    if node.vararg is not None:
        found.append(_parameter(walk, node.vararg, "args", None))
    if node.kwarg is not None:
        found.append(_parameter(walk, node.kwarg, "kwargs", None))
    return tuple(found)


def _parameter(walk: Walk, node: ast.arg, kind: str, default: ast.expr | None) -> Parameter:
    value = walk.expr(default) if default is not None else None
    annotation = walk.code(node.annotation) if node.annotation is not None else None
    return Parameter(name=node.arg, kind=kind, default=value, annotation=annotation)
