"""Reads the URLs of requests that are sent without an SDK, and the models that their paths name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from string import Formatter

from msgspec.structs import replace

from promptlint.facts import (
    Attribute,
    Binary,
    Choice,
    Expr,
    Function,
    Hole,
    Invocation,
    Item,
    Items,
    Literal,
    Name,
    Result,
    Text,
)
from promptlint.link.program.module import Module
from promptlint.link.program.speaking import speaks_for
from promptlint.link.resolve.changed import sources
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.strings import changed_text
from promptlint.link.resolve.values import (
    ClassValue,
    Context,
    Data,
    Frame,
    FunctionValue,
    Made,
    ParameterValue,
    Value,
    constant,
    each,
)

CLIENTS = ("requests", "httpx", "aiohttp", "urllib3")
_BY_HOST = ("http.client.HTTPSConnection", "http.client.HTTPConnection")
_DEEPEST = 8
_MOST_CALLS = 20
_PERCENT = re.compile(r"%[sdr]")
# What is not known of a URL stands in it as one letter of those that are for private use.
_FIRST = 0xE000
_MOST_PARTS = 100
_HOLE = re.compile("([\\ue000-\\uefff])")
_IN_PATH = re.compile(
    r"/(?:models|pipeline/[a-z-]+|ai/run)/((?:@\w+/)?[^/:?]+(?:/[^/:?]+)?)(?=:|$|\?)"
    "|/(?:model|engines|studio/v1(?=/(?:j[12]-|[\\ue000-\\uefff])))/([^/?]+)/"
)


class Urls:
    """Reads the text of URLs, what is not known in them left out. `cls` is the class around the request."""

    def __init__(self, names: Names, cls: str | None) -> None:
        self._names = names
        self._cls = cls

    def texts(self, expr: Expr, context: Context, depth: int = 0) -> Iterator[str]:
        """Each text that an expression may be: of `f"{base}/chat" if base else "https://..."` either may say whose it is.

        Of what a method returns that subclasses define, each of theirs.
        """
        if depth > _DEEPEST:
            return
        if isinstance(expr, Choice):
            for option in expr.options:
                yield from self.texts(option, context, depth + 1)
            return
        found = False
        for value in each(self._names.resolve(expr, context)):
            text = self._value(value, depth)
            if text:
                found = True
                yield text
        if not found and isinstance(expr, Result) and (trimmed := self._trimmed(expr, context, depth)):
            yield trimmed
        elif not found and isinstance(expr, (Name, Result)):
            for written, where in sources(self._names, expr, context):
                yield from self.texts(written, where, depth + 1)
        elif not found and isinstance(expr, (Item, Attribute)):
            for read, where in self._read_off(expr, context):
                yield from self.texts(read, where, depth + 1)

    def _read_off(self, expr: Item | Attribute, context: Context) -> Iterator[tuple[Expr, Context]]:
        """`config["url"]` and `config.url` as those read it who pass the config."""
        base = expr.base
        passed: Iterable[tuple[Expr, Context]] = ()
        if isinstance(base, (Item, Attribute)):
            passed = self._read_off(base, context)
        elif isinstance(base, Name):
            values = each(self._names.resolve(base, context))
            parameters = (v for v in values if isinstance(v, ParameterValue) and not v.chain)
            passed = (one for parameter in parameters for one in self._passed(parameter))
        for given, where in passed:
            yield replace(expr, base=given), where

    def of(self, value: Value) -> Iterator[str]:
        """Each text that a value may be."""
        if isinstance(value, Data):
            yield from self.texts(value.expr, value.context)
        elif text := self._value(value, 0):
            yield text

    def bases(self, invocation: Invocation, context: Context) -> list[str]:
        """The address that a client was made with: `httpx.Client(base_url="https://api.anthropic.com/v1").post("/messages")`.

        To send with it, `connect_sse(client, "POST", "/messages")` is given the client.
        """
        callee, given = invocation.callee, invocation.positional
        client = callee.base if isinstance(callee, Attribute) else given[0] if len(given) > 1 else None
        if client is None:
            return []
        found: list[str] = []
        for made in each(self._names.resolve(client, context)):
            if not isinstance(made, Made) or made.chain:
                continue
            by_host = made.path in _BY_HOST
            if not by_host and made.path.partition(".")[0] not in CLIENTS:
                continue
            named = (v for k, v in made.invocation.keywords.items if k in ("base_url", "host"))
            for expr in (*made.invocation.positional[:1], *named):
                texts = self.texts(expr, made.context)
                found += [f"https://{text}" for text in texts] if by_host else texts
        return found

    def text(self, expr: Expr, context: Context, depth: int = 0) -> str | None:
        """The text of an expression; of several values, the first that has any."""
        return next(self.texts(expr, context, depth), None)

    def model(self, expr: Expr, context: Context) -> list[str | tuple[Expr, Context]]:
        """What stands where a path names the model: text, or `model` of `f"{base}/models/{model}:generateContent"`."""
        values = [v for v in each(self._names.resolve(expr, context)) if isinstance(v, (Data, ParameterValue))]
        if not values:
            written = [Data(*one) for one in sources(self._names, expr, context)]
            values = [*written] or ([Data(expr, context)] if isinstance(expr, Result) else [])
        found = [self._named(list(islice(self._parts(value, 0), _MOST_PARTS))) for value in values]
        return [one for one in found if one is not None]

    def _named(self, parts: list[str | tuple[Expr, Context]]) -> str | tuple[Expr, Context] | None:
        holes = [part for part in parts if not isinstance(part, str)]
        letters = iter(range(_FIRST, _FIRST + len(holes)))
        found = _IN_PATH.search("".join(_HOLE.sub("", p) if isinstance(p, str) else chr(next(letters)) for p in parts))
        pieces = [piece for piece in _HOLE.split(found[1] or found[2]) if piece] if found else []
        inside = [holes[ord(piece) - _FIRST] for piece in pieces if _HOLE.match(piece)]
        if len(pieces) == 1 or not inside:
            return inside[0] if inside else "".join(pieces) or None
        first, where = inside[0]
        if any(context is not where for _, context in inside):
            return None
        rest = iter(inside)
        segments = tuple(
            Hole(source="", name="", value=next(rest)[0], span=first.span)
            if _HOLE.match(piece)
            else Literal(text=piece, span=first.span)
            for piece in pieces
        )
        return Text(form="fstring", segments=segments, span=first.span), where

    def _parts(self, value: Value, depth: int) -> Iterator[str | tuple[Expr, Context]]:
        """The pieces of a URL: its text, and the expressions of which the text is no address."""
        if depth > _DEEPEST:
            return
        if isinstance(value, ParameterValue) and not value.chain:
            passed = next((one for one in self._passed(value) if self.text(*one, depth + 1)), None)
            if passed is not None:
                yield from self._parts(each(self._names.resolve(*passed))[0], depth + 1)
        if not isinstance(value, Data):
            return
        if isinstance(value.expr, Text):
            for segment in value.expr.segments:
                if isinstance(segment, Literal):
                    yield segment.text
                elif segment.value is not None:
                    yield from self._part(segment.value, value.context, depth)
        elif isinstance(value.expr, Binary) and value.expr.operator == "%":
            yield from self._filled(value.expr, value.context, depth)
        elif isinstance(value.expr, Binary):
            for side in (value.expr.left, value.expr.right):
                yield from self._part(side, value.context, depth)
        elif isinstance(value.expr, Result):
            yield from self._slots(value.expr, value.context, depth)

    def _part(self, expr: Expr, context: Context, depth: int) -> Iterator[str | tuple[Expr, Context]]:
        value = self._names.resolve(expr, context)
        parts = list(self._parts(value, depth + 1))
        if parts and any(isinstance(part, str) and "/" in part for part in parts):
            yield from parts
            return
        text = self.text(expr, context, depth + 1)
        address = text is not None and ("//" in text or text.startswith(("/", ":")))
        yield text if address and text is not None else (expr, context)

    def _slots(self, expr: Result, context: Context, depth: int) -> Iterator[str | tuple[Expr, Context]]:
        """The pieces of `URL.format(model=name)`."""
        invocation = context.module.facts.invocations[expr.invocation]
        callee = invocation.callee
        if not isinstance(callee, Attribute) or callee.name != "format":
            return
        by_name: dict[str | None, Expr] = {str(at): expr for at, expr in enumerate(invocation.positional)}
        by_name.update(invocation.keywords.items)
        for number, (literal, name) in enumerate(_fields(self.text(callee.base, context, depth + 1) or "")):
            yield literal
            given = by_name.get(str(number) if name == "" else name) if name is not None else None
            if given is not None:
                yield given, context

    def _filled(self, expr: Binary, context: Context, depth: int) -> Iterator[str | tuple[Expr, Context]]:
        """The pieces of `URL % name`."""
        given = expr.right.values if isinstance(expr.right, Items) else (expr.right,)
        literals = _PERCENT.split(self.text(expr.left, context, depth + 1) or "")
        for number, literal in enumerate(literals):
            yield literal
            if number < len(literals) - 1 and number < len(given):
                yield given[number], context

    def _whole(self, parts: Iterable[str | tuple[Expr, Context]], depth: int) -> str | None:
        texts = [part if isinstance(part, str) else self.text(*part, depth + 1) for part in parts]
        return "".join(text or "" for text in texts) or None

    def _value(self, value: Value, depth: int) -> str | None:
        if isinstance(value, ParameterValue) and not value.chain:
            return self._parameter(value, depth)
        if isinstance(value, Made):
            return self._made(value, depth)
        if not isinstance(value, Data):
            return None
        if isinstance(value.expr, Result):
            return self._trimmed(value.expr, value.context, depth)
        if isinstance(value.expr, Binary) and value.expr.operator == "%":
            return self._whole(self._filled(value.expr, value.context, depth), depth)
        if isinstance(value.expr, Binary):
            sides = [self.text(side, value.context, depth + 1) or "" for side in (value.expr.left, value.expr.right)]
            return "".join(sides) or None
        if not isinstance(value.expr, Text):
            return None
        parts = []
        for segment in value.expr.segments:
            if isinstance(segment, Literal):
                parts.append(segment.text)
            elif segment.value is not None:
                parts.append(self.text(segment.value, value.context, depth + 1) or "")
        return "".join(parts)

    def _trimmed(self, expr: Result, context: Context, depth: int) -> str | None:
        """`base.rstrip("/")`, of which the arguments are known, and `URL.format(model=name)`."""
        invocation = context.module.facts.invocations[expr.invocation]
        callee = invocation.callee
        if isinstance(callee, Attribute) and callee.name == "format":
            return self._whole(self._slots(expr, context, depth), depth)
        given = [constant(self._names.resolve(passed, context)) for passed in invocation.positional]
        known = [passed for passed in given if passed is not None]
        if not isinstance(callee, Attribute) or len(known) < len(given):
            return None
        text = self.text(callee.base, context, depth + 1)
        return changed_text(text, callee.name, known) if text is not None else None

    def _made(self, value: Made, depth: int) -> str | None:
        """`urljoin(base, path)` and `str(url)`."""
        given = value.invocation.positional
        if value.path == "urllib.parse.urljoin" and len(given) == 2:
            base, path = (self.text(part, value.context, depth + 1) or "" for part in given)
            return f"{base.rstrip('/')}/{path.lstrip('/')}"
        if value.path in ("builtins.str", "yarl.URL", "httpx.URL") and given:
            return self.text(given[0], value.context, depth + 1)
        return None

    def _parameter(self, value: ParameterValue, depth: int) -> str | None:
        """The default of a parameter, else what the first caller that can be read passes for it."""
        return next((text for one in self._passed(value) if (text := self.text(*one, depth + 1))), None)

    def _passed(self, value: ParameterValue) -> Iterator[tuple[Expr, Context]]:
        parameter = value.parameter
        if parameter is None:
            return
        if parameter.default is not None:
            yield parameter.default, Context(value.module)
        yield from (passed for _, passed in self.passed(value) if passed is not None)

    def passed(self, value: ParameterValue) -> Iterator[tuple[Module, tuple[Expr, Context] | None]]:
        """What each call passes for a parameter, None where it leaves it out, and the file that the call is in."""
        parameter = value.parameter
        if parameter is None:
            return
        for frame in self._calls_of(value):
            yield frame.caller.module, self._names.parameters.argument(frame, parameter)

    def _calls_of(self, value: ParameterValue) -> Iterator[Frame]:
        """The calls of the function a parameter belongs to; of a constructor, those of the class around the request."""
        function, last = value.function, value.function.qualname.rpartition(".")[2]
        owners = {name for name in (function.owner, self._cls) if name} if last == "__init__" else set()
        self._names.modules.traced.update(
            {(value.module.path, function.qualname), *((value.module.path, f"{owner}.__init__") for owner in owners)}
        )
        calls = {name.rpartition(".")[2] for name in owners or {last}}
        for module in (m for m in self._names.modules.calling(calls) if speaks_for(m.path, value.module.path)):
            for name in owners or {last}:
                for index in module.calls_by_name.get(name.rpartition(".")[2], ())[:_MOST_CALLS]:
                    invocation = module.facts.invocations[index]
                    if self._runs(invocation.callee, Context(module), function):
                        yield Frame(value.module, function, invocation, Context(module))

    def _runs(self, callee: Expr, context: Context, function: Function) -> bool:
        for value in each(self._names.resolve(callee, context)):
            if isinstance(value, FunctionValue) and value.function is function:
                return True
            if isinstance(value, ClassValue):
                made = self._names.constructors.initializer(value)
                return made is not None and made[1] is function
        return False


def _fields(template: str) -> list[tuple[str, str | None]]:
    """The text before each field of a template, and its name."""
    try:
        return [(literal, name) for literal, name, _, _ in Formatter().parse(template)]
    except ValueError:
        return [(template, None)]
