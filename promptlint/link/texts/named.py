"""The strings of a module with what they are called: bound, passed, returned, listed, or added to something bound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from promptlint.facts import (
    Attribute,
    Binary,
    Binding,
    Choice,
    Expr,
    Hole,
    Invocation,
    Items,
    Literal,
    Name,
    Result,
    Table,
    Text,
)
from promptlint.link.program.module import Module, callee_name
from promptlint.link.program.shown import is_shown
from promptlint.link.resolve.strings import text_segments
from promptlint.parse.reads import names_prompt

# What may be a string or hold one; most of what is bound and passed is not looked into.
_HOLDING = (Text, Result, Table, Items, Binary, Choice)
_ADDS = frozenset(("add", "append", "extend", "insert"))
_SETS = frozenset(("set", "item", "add"))
_TAKES_TEXT = frozenset(("dedent", "cleandoc", "Template"))
_READS = frozenset(("getenv", "get"))  # the text there is when the environment says nothing
_OF_TEXT = frozenset(("strip", "lstrip", "rstrip", "format", "replace"))
_DEEPEST = 3
_LONG = 80
# What asks a person: `prompt.confirm("...")`.
_ASKED = frozenset(("ask", "confirm", "prompt", "select", "text", "password", "checkbox", "get", "pop"))
SURELY = 3
"""What `names_prompt` says of a name that leaves no doubt."""
# Their `prompt` is shown to a person: options of click and typer.
_ASKS = frozenset(("Option", "option", "password_option", "confirmation_option"))
# What a field, a parameter or an option is when nobody says what else: `Field("...")`, `add_argument("--prompt", default="...")`.
_FIELDS = frozenset(("Field", "field", "ib", "Option", "Argument", "Query", "Body"))
_OPTIONS = frozenset(("option", "add_option", "add_argument"))


class Named(NamedTuple):
    """A string, what it is called, the scope it stands in, the dictionary that holds it, and the list it is an item of."""

    name: str | None
    expr: Text | Binary
    scope: str
    holder: str = ""
    listed: tuple[Text | Binary, ...] = ()


def named_strings(module: Module) -> Iterator[Named]:
    """Every string that has a name."""
    for binding in module.facts.bindings:
        if binding.operation in _SETS:
            holder = binding.name.rpartition(".")[2]
            yield from _called(
                binding.key or holder, binding.value, binding.scope, module, holder if binding.key else ""
            )
        elif binding.operation == "inside" and isinstance(binding.value, Table):  # `messages[-1]["content"] += more`
            for key, value in binding.value.items:
                yield from _called(key, value, binding.scope, module, binding.name.rpartition(".")[2])
    for invocation in module.facts.invocations:
        for key, value in invocation.keywords.items:
            if key != "prompt" or callee_name(invocation) not in _ASKS:
                yield from _called(key, value, invocation.scope, module)
                if isinstance(value, Name) and names_prompt(key) == SURELY:
                    yield from _passed(key or "", value, module)
            if key == "default" and callee_name(invocation) in _OPTIONS and (option := _option(invocation)):
                yield from (Named(option, text, invocation.scope) for text in strings_in(value, module))
        if not is_shown(invocation):
            told = _told(invocation)
            for value in invocation.positional:
                if told is not None and isinstance(value, (Text, Binary)):
                    yield Named(told, value, invocation.scope)
                elif isinstance(value, (Text, Binary, Items)):
                    yield from (Named(None, text, invocation.scope) for text in _long(value))
    for function in module.facts.functions:
        for value in function.returns:
            holder = (function.owner or "").rpartition(".")[2]
            yield from _called(function.qualname.rpartition(".")[2], value, function.qualname, module, holder)
        for parameter in function.parameters:
            if isinstance(parameter.default, (Text, Binary)):
                yield Named(parameter.name, parameter.default, function.qualname)
            elif isinstance(parameter.default, Result):
                made = module.facts.invocations[parameter.default.invocation]
                if callee_name(made) in _FIELDS:
                    yield from (Named(parameter.name, text, function.qualname) for text in _default(made, module))


def _told(invocation: Invocation) -> str | None:
    """The name of a prompt that is told something more: `prompt.statement("...")`. What strings can do is not that."""
    callee = invocation.callee
    base = callee.base if isinstance(callee, Attribute) else None
    if not isinstance(base, Name) or base.name[:1].isupper() or names_prompt(base.name) != SURELY:
        return None
    return base.name if not hasattr(str, callee_name(invocation)) and callee_name(invocation) not in _ASKED else None


def _long(value: Expr, depth: int = 0) -> Iterator[Text | Binary]:
    """The strings of some length in an argument, which may be a list of tuples of them."""
    if isinstance(value, (Text, Binary)):
        if sum(len(s.text) for s in text_segments(value) if isinstance(s, Literal)) >= _LONG:
            yield value
    elif isinstance(value, Items) and depth < _DEEPEST:
        for part in value.values:
            yield from _long(part, depth + 1)


def _option(invocation: Invocation) -> str:
    """What an option of the command line is called in the program: `system_prompt` for `"-s", "--system-prompt"`."""
    flags = [
        text for expr in invocation.positional if isinstance(expr, Text) and (text := _plain(expr)).startswith("--")
    ]
    return flags[0].lstrip("-").replace("-", "_") if flags else ""


def _plain(text: Text) -> str:
    return "".join(segment.text for segment in text.segments if isinstance(segment, Literal))


def _default(invocation: Invocation, module: Module) -> Iterator[Text | Binary]:
    """The text that a field or an option is by default."""
    given = [value for key, value in invocation.keywords.items if key == "default"]
    if not given and callee_name(invocation) in _FIELDS:
        given = list(invocation.positional[:1])
    for value in given:
        yield from strings_in(value, module)


def _passed(key: str, value: Name, module: Module) -> Iterator[Named]:
    """The constant of a module that is passed as what says prompt: `Character(prompt=POET)`."""
    if not _is_local(module, value.scope, value.name) or not value.scope:
        for binding in module.bindings.get(("", value.name), ()):
            if binding.operation == "set":
                yield from (Named(value.name, string, "", key) for string in strings_in(binding.value, module))


def named_results(module: Module) -> Iterator[tuple[str, Result]]:
    """Every name that what a call answers is bound to, or passed as."""
    for binding in module.facts.bindings:
        if binding.operation == "set" and isinstance(binding.value, Result):
            yield binding.name.rpartition(".")[2], binding.value
    for invocation in module.facts.invocations:
        for key, value in invocation.keywords.items:
            if key is not None and isinstance(value, Result):
                yield key, value


def gathered_strings(module: Module) -> Iterator[list[Named]]:
    """For each name that text is added to (`+=`, `.append(...)`): the strings it starts with and those added to it."""
    groups: dict[tuple[str, str], list[Binding]] = defaultdict(list)
    for binding in module.facts.bindings:
        if binding.operation in _ADDS or binding.operation == "set":
            groups[binding.scope, binding.name].append(binding)
    for (scope, name), bindings in groups.items():
        if any(b.operation in _ADDS for b in bindings):
            yield [s for b in bindings for s in _called(name.rpartition(".")[2], b.value, scope, module)]


def joined_strings(module: Module) -> Iterator[list[Named]]:
    """For each text that is put together of constants of its module: those constants. Of a list that is joined, what it holds."""
    values = [b.value for b in module.facts.bindings if b.operation in _SETS]
    values += [value for function in module.facts.functions for value in function.returns]
    for index in module.calls_by_name.get("join", ()):
        yield list(_joined(module, module.facts.invocations[index]))
    for value in values:
        pieces = {name for name, scope in _pieces(value) if not scope or not _is_local(module, scope, name)}
        if len(pieces) > 1:
            bindings = [b for name in sorted(pieces) for b in module.bindings.get(("", name), ())]
            yield [
                Named(b.name, b.value, "")
                for b in bindings
                if b.operation == "set" and isinstance(b.value, (Text, Binary))
            ]


def _joined(module: Module, invocation: Invocation) -> Iterator[Named]:
    """The strings that names in a joined list stand for: `parts = [PREMISE, text, rules]`, `" ".join(parts)`."""
    lists: list[tuple[str, Expr]] = [(invocation.scope, value) for value in invocation.positional[:1]]
    for scope, value in list(lists):
        if isinstance(value, Name):
            lists += [(scope, b.value) for b in module.bindings.get((scope, value.name), ()) if b.operation == "set"]
    for scope, value in lists:
        for part in value.values if isinstance(value, Items) else ():
            if isinstance(part, Name):
                for b in module.bindings.get((scope, part.name)) or module.bindings.get(("", part.name)) or ():
                    if b.operation == "set" and isinstance(b.value, (Text, Binary)):
                        yield Named(part.name, b.value, b.scope)


def _is_local(module: Module, scope: str, name: str) -> bool:
    return (scope, name) in module.bindings or (scope, name) in module.parameters


def _pieces(expr: Expr) -> Iterator[tuple[str, str]]:
    """The names that stand in an f-string or a sum, each with its scope."""
    if isinstance(expr, Text):
        for segment in expr.segments:
            if isinstance(segment, Hole) and isinstance(segment.value, Name):
                yield segment.value.name, segment.value.scope
    elif isinstance(expr, Binary) and expr.operator == "+":
        yield from _pieces(expr.left)
        yield from _pieces(expr.right)
    elif isinstance(expr, Name):
        yield expr.name, expr.scope


def _called(name: str | None, expr: Expr, scope: str, module: Module, holder: str = "") -> Iterable[Named]:
    return _held(name, expr, scope, module, holder) if isinstance(expr, _HOLDING) else ()


def _held(name: str | None, expr: Expr, scope: str, module: Module, holder: str) -> Iterator[Named]:
    for string in strings_in(expr, module):
        yield Named(name, string, scope, holder)
    if isinstance(expr, Result):
        invocation = module.facts.invocations[expr.invocation]
        if callee_name(invocation) in _FIELDS:
            yield from (Named(name, string, scope, holder) for string in _default(invocation, module))
        elif callee_name(invocation) != "join" and names_prompt(name) == SURELY:
            yield from (Named(name, string, scope, holder) for string in _made_of(invocation, module))
    yield from _entries(expr, scope, name, module, 0)


def _made_of(invocation: Invocation, module: Module, depth: int = 0) -> Iterator[Text | Binary]:
    """The text that an object is made of: `system_prompt = Variable("You are ...", trainable=False)`, `F("...").strip()`,
    `Request.of(["Summarize ..."])`.
    """
    name = callee_name(invocation)
    base = invocation.callee.base if isinstance(invocation.callee, Attribute) else None
    if isinstance(base, Result) and name in _OF_TEXT and depth < _DEEPEST:
        yield from _made_of(module.facts.invocations[base.invocation], module, depth + 1)
    elif name not in _TAKES_TEXT and any(n[:1].isupper() for n in (name, getattr(base, "name", ""))):
        for given in invocation.positional[:1]:
            listed = given.values if isinstance(given, Items) else (given,)
            yield from (text for text in listed if isinstance(text, (Text, Binary)))


def _entries(expr: Expr, scope: str, name: str | None, module: Module, depth: int) -> Iterator[Named]:
    """The strings of dictionaries and lists, by their keys; the lines of one text that a list is joined to."""
    if depth > 4:
        return
    if isinstance(expr, Result):
        made = module.facts.invocations[expr.invocation]
        base = getattr(made.callee, "base", None)
        if callee_name(made) == "join" and made.positional:
            yield from _entries(made.positional[0], scope, name, module, depth + 1)
        elif callee_name(made) in _OF_TEXT and isinstance(base, Result):
            yield from _entries(base, scope, name, module, depth + 1)
    if isinstance(expr, Table):
        for key, value in expr.items:
            yield from (Named(key, string, scope, name or "") for string in strings_in(value, module))
            yield from _entries(value, scope, key, module, depth + 1)
        for named, value in expr.keyed:
            key = getattr(named, "name", None) or name
            yield from (Named(key, string, scope, name or "") for string in strings_in(value, module))
            yield from _entries(value, scope, key, module, depth + 1)
    elif isinstance(expr, Binary) and expr.operator == "|":
        for side in (expr.left, expr.right):
            yield from _entries(side, scope, name, module, depth + 1)
    elif isinstance(expr, Items):
        listed = tuple(string for value in expr.values for string in strings_in(value, module))
        for value in expr.values:
            strings = list(strings_in(value, module))
            yield from (Named(name, string, scope, "", listed) for string in strings)
            if not strings:
                yield from _entries(value, scope, name, module, depth + 1)


def strings_in(expr: Expr, module: Module, depth: int = 0) -> Iterator[Text | Binary]:
    """A string itself, the one a method such as `.strip()`, `.format()` or `dedent` is applied to, or the default of a lookup."""
    if depth > 3:
        return
    if isinstance(expr, Text):
        yield expr
    elif isinstance(expr, Binary) and expr.operator in ("+", "%"):
        if any(isinstance(s, Literal) for s in text_segments(expr)):
            yield expr
        for side in (expr.left, expr.right) if expr.operator == "+" else ():
            if isinstance(side, (Binary, Result)):  # `dedent("...") + rest`
                yield from (s for s in strings_in(side, module, depth + 1) if isinstance(side, Result) or s is not side)
    elif isinstance(expr, Choice):
        for option in expr.options:
            yield from strings_in(option, module, depth + 1)
    elif isinstance(expr, Result):
        invocation = module.facts.invocations[expr.invocation]
        base = getattr(invocation.callee, "base", None)
        if callee_name(invocation) == "join":
            return  # what is called stands between the lines
        if isinstance(base, (Text, Result)):
            yield from strings_in(base, module, depth + 1)
        elif getattr(invocation.callee, "name", "") in _TAKES_TEXT:
            for argument in invocation.positional[:1]:
                yield from strings_in(argument, module, depth + 1)
        elif getattr(invocation.callee, "name", "") in _READS:
            for argument in invocation.positional[1:2]:
                yield from strings_in(argument, module, depth + 1)


def reshaped_strings(module: Module) -> Iterator[int]:
    """Where texts begin that stand right inside `dedent(...)` or before `.replace(" ", "")`: their offsets."""
    for invocation in module.facts.invocations:
        name = getattr(invocation.callee, "name", "")
        expr = None
        if name in ("dedent", "cleandoc") and invocation.positional:
            expr = invocation.positional[0]
        elif replaces_blanks(invocation) or name in ("splitlines", "split"):
            expr = getattr(invocation.callee, "base", None)
        if expr is not None:
            yield from (string.span.start for string in strings_in(expr, module))


def replaces_blanks(invocation: Invocation) -> bool:
    """Whether `text.replace(...)` may take out blanks or line ends: its first argument is nothing else, or not known."""
    if getattr(invocation.callee, "name", "") != "replace" or not invocation.positional:
        return False
    old = invocation.positional[0]
    return not isinstance(old, Text) or not "".join(s.text for s in old.segments if isinstance(s, Literal)).strip()
