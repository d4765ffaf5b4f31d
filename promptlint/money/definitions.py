"""What tool definitions and schemas of answers add to a request, as far as it is known: input that no message holds.

Of each the names, descriptions and values are counted that are written in the project, one by one: whatever is sent holds
them. Functions of OpenAI's older models are counted as it documents. What no text is known of is named, and not counted.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from promptlint.facts import Call, Definition, Record
from promptlint.findings import Basis
from promptlint.money import tokens, vendors
from promptlint.money.models import ModelFacts
from promptlint.money.tokens import Range

# The models that OpenAI's rule for functions was published for.
_DOCUMENTED = re.compile(r"(?:ft:)?(?:gpt-4o(?:-mini)?|gpt-4|gpt-3\.5-turbo)(?:-\d.*)?$")
# It says what a property is, not what it holds: of these kinds the words are more.
_FLAT = ("string", "number", "integer", "boolean")


class Defined(Record, frozen=True):
    """The tools of a request, or its schema: how many, `least` tokens, and a digest of all that is known of them.

    `silent`: how many of them no text is counted of, and `why`; `more`: there may be others, nobody knows how many.
    """

    count: int
    least: Range
    digest: str
    silent: int = 0
    why: str = ""
    more: bool = False
    name: str = ""
    how: str = ""

    @property
    def basis(self) -> Iterator[Basis]:
        """Where its tokens are from, and what is not counted."""
        what = f"schema {self.name}" if self.name else "tool definitions"
        if self.least.high:
            value = f"{self.least.low} tokens at least"
            yield Basis(input="definitions among them", value=value, origin="code", where=f"{what}: {self.how}")
        if self.silent or self.more:
            if self.count > 1 and not self.more:
                what += f", {self.silent:,} of {self.count:,}"
            elif self.least.high:
                what = f"other {what}"
            yield Basis(input="not counted", value=what, origin="code", where=self.why)


def tools(call: Call, model: ModelFacts | None, encoding: str) -> Defined | None:
    """The tools of a call."""
    if call.tools is None:
        return None
    known = call.tools.known
    ruled = call.kind == "chat" and model is not None and _ruled(model)
    counted = [_tool_tokens(d, encoding, documented=ruled) for d in known]
    documented = any(rule for _, rule in counted)
    least = sum(number for number, _ in counted) + (tokens.TOOLS_OVERHEAD if documented else 0)
    silent = len(call.tools.definitions) - len(known)
    return Defined(
        count=len(call.tools.definitions),
        least=tokens.scaled(least, model),
        digest=_digest(call.tools.definitions),
        silent=silent,
        more=not call.tools.whole,
        why="which are sent is decided at run time" if not call.tools.whole else "their text is not in the project",
        how=f"{_counted(len(known))}, as OpenAI documents"
        if documented
        else f"names, descriptions and values of {_counted(len(known))}",
    )


def schema(call: Call, model: ModelFacts | None, encoding: str) -> Defined | None:
    """The schema of the answer of a call, if its provider is known to take it for input."""
    form = call.form
    if form is None:
        return None
    provider = vendors.load().by_id.get(model.provider) if model is not None else None
    billed = provider is not None and bool(provider.bills_schema)
    counts = billed and form.words is not None
    why = "its text is not in the project"
    if form.unsure:
        why = "whether it is sent is decided at run time"
    elif form.words is not None:
        why = "it is not known that its provider counts it as input"
    return Defined(
        count=1,
        least=tokens.scaled(_words(form, encoding) if counts else 0, model),
        digest=_digest((form,)),
        silent=0 if counts else 1,
        why="" if counts else why,
        name=form.name or "of the answer",
        how="its names, descriptions and values",
    )


def _ruled(model: ModelFacts) -> bool:
    return model.vendor == "openai" and _DOCUMENTED.match(model.bare) is not None


def _counted(number: int) -> str:
    return f"{number:,} {'tool' if number == 1 else 'tools'}"


def _tool_tokens(definition: Definition, encoding: str, *, documented: bool) -> tuple[int, bool]:
    """The tokens of a tool, and whether OpenAI's rule says so."""
    least = _words(definition, encoding)
    if not documented or not definition.function:
        return least, False
    function: dict[str, Any] = json.loads(definition.function)  # Any: JSON as the program passes it
    if not _flat(function):
        return least, False
    return max(least, tokens.function_tokens(function, encoding)), True


def _flat(function: dict[str, Any]) -> bool:  # Any: JSON as the program passes it
    """Whether the rule covers a function: each parameter of a plain type."""
    schema = function.get("parameters")
    properties = schema.get("properties") if isinstance(schema, dict) else {}
    if not isinstance(properties, dict):
        return False
    return all(
        isinstance(p, dict) and p.get("type") in _FLAT and isinstance(p.get("enum", []), list)
        for p in properties.values()
    )


def _words(definition: Definition, encoding: str) -> int:
    return sum(tokens.count(word, encoding) for word in definition.words or ())


def _digest(definitions: tuple[Definition, ...]) -> str:
    said = [(d.name, d.words, d.function) for d in definitions]
    return hashlib.sha256(repr(said).encode("utf-8", "backslashreplace")).hexdigest()[:16]
