"""Defaults that a command line declares: options of click and typer, arguments of argparse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.facts import Expr, Function, Invocation
from promptlint.link.program.module import Module
from promptlint.link.resolve.values import Context, Default, Made, Value, constant, each

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names

_DECLARES = frozenset(("option", "argument"))
_PARSED = (("parse_args", "()"), ("parse_known_args", "()", "[]"))


def declared_option(names: Names, module: Module, function: Function, name: str) -> tuple[Expr, Context] | None:
    """The default that a decorator gives a parameter: `@click.option("--model", default="gpt-4o")`."""
    for decorator in function.decorators:
        for value in each(names.resolve(decorator, Context(module))):
            if not isinstance(value, Made) or value.path.rpartition(".")[2] not in _DECLARES:
                continue
            default = _keyword(value.invocation, "default")
            if default is not None and name in _destinations(names, value.invocation, value.context):
                return default, value.context
    return None


def parsed_argument(names: Names, parsed: Made, name: str) -> Value | None:
    """`args.model` of `args = parser.parse_args()`: the default of its `add_argument`, when it has one."""
    if not parsed.path.endswith("ArgumentParser") or parsed.chain not in _PARSED:
        return None
    module = parsed.context.module
    found: list[Value] = []
    for index in module.calls_by_name.get("add_argument", ()):
        invocation = module.facts.invocations[index]
        context = Context(module)
        if name not in _destinations(names, invocation, context):
            continue
        default = _keyword(invocation, "default")
        if default is not None:
            found.append(Default(names.resolve(default, context), f"argument {name}"))
    return names.choice(found) if found else None


def _destinations(names: Names, invocation: Invocation, context: Context) -> set[str]:
    """The names an option may be read by: what it is called, or its first long form."""
    given = _keyword(invocation, "dest")
    if given is not None:
        return {constant(names.resolve(given, context)) or ""}
    written = [constant(names.resolve(expr, context)) or "" for expr in invocation.positional]
    plain = [text for text in written if text.isidentifier()]
    if plain:
        return {plain[0].lower()} | {plain[0]}
    long = [text for text in written if text.startswith("--")] or written
    return {long[0].partition("/")[0].lstrip("-").replace("-", "_")} if long else set()


def _keyword(invocation: Invocation, name: str) -> Expr | None:
    return next((value for key, value in invocation.keywords.items if key == name), None)
