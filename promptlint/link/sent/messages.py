"""The messages of a request: roles, text and cache marks, in the order they are sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from promptlint.facts import Attribute, Binary, Expr, Hole, Items, Known, Mark, Place, Repeated, Table, Text
from promptlint.knowledge.specs import CallSpec
from promptlint.link.requests.settings import place_of
from promptlint.link.resolve.allowance import Allowance
from promptlint.link.resolve.arguments import nested
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.passed import Argument, Arguments
from promptlint.link.resolve.strings import words
from promptlint.link.resolve.values import Context, Data, Made, Missing, ParameterValue, Value, constant, each
from promptlint.link.sent.request import Request
from promptlint.link.texts.compose import Composer
from promptlint.link.texts.composed import Composed

MESSAGE_ROLES = {"SystemMessage": "system", "HumanMessage": "user", "AIMessage": "assistant", "ChatMessage": None, "UserMessage": "user",
          "AssistantMessage": "assistant", "SystemMessagePromptTemplate": "system", "HumanMessagePromptTemplate": "user"}  # fmt: skip
# Methods of a conversation that add a message to it.
_TELLS = {"add_system_message": "system", "add_developer_message": "system", "add_user_message": "user",
          "add_assistant_message": "assistant", "add_ai_message": "assistant"}  # fmt: skip
_MOST_FOLLOWED = 25_000  # lists and messages in one request
_MOST_IN_ALL = 20_000  # in those of a project: one conversation may be sent again and again, each time longer
_DEEPEST = 60  # lists, one in the other
_FEWEST_FILLED = 8
_SENTENCE = re.compile(r"[a-z]['\")]?[.?!](?:\s|$)")
_TUPLE_ROLES = {"system": "system", "human": "user", "user": "user", "ai": "assistant", "assistant": "assistant"}


def _is_sentence(said: Sequence[str]) -> bool:
    """Whether words that fill a template are written for the model, not a frame round data."""
    return len(said) >= _FEWEST_FILLED and _SENTENCE.search(" ".join(said)) is not None


def _lists(expr: Binary) -> bool:
    """Whether a sum is one of lists: `[system] + history`."""
    sides = (expr.left, expr.right)
    return expr.operator == "+" and any(
        isinstance(s, (Items, Repeated)) or (isinstance(s, Binary) and _lists(s)) for s in sides
    )


def _mark(part: Value) -> Place | None:
    """Where a part says `"cache_control"`."""
    mark = (
        dict(part.expr.items).get("cache_control") if isinstance(part, Data) and isinstance(part.expr, Table) else None
    )
    return place_of(mark, part.context) if mark is not None and isinstance(part, Data) else None


class Messages:
    """Reads the message arguments of calls."""

    def __init__(self, names: Names, composer: Composer) -> None:
        self.names = names
        self.composer = composer
        self._allowed = Allowance(_MOST_FOLLOWED, _MOST_IN_ALL)
        self._depth = 0
        self._read: set[int] = set()  # the sums of lists that are being read

    def request(
        self,
        arguments: Arguments,
        spec: CallSpec,
        prompts: Sequence[tuple[Expr, Context, str | None]] = (),
        system: Sequence[str] = (),
        told: Sequence[tuple[Expr, Context, str | None]] = (),
    ) -> Request:
        """The system text first, then messages, prompt and input as they are sent.

        `prompts` are the templates of a chain or a decorated function: then what is passed only fills them. `system` are
        the parameters that hold the instructions an agent was built with, `told` what functions tell it besides.
        """
        self._allowed.begin()
        found = Request()
        if prompts:
            found.known = False
            for expr, context, role in prompts:
                self._template(expr, context, role, found)
            self._filled(arguments, found)
            found.parameters.extend(arguments.through)
            return found
        passed = False
        for parameter in dict.fromkeys((*system, *spec.system)):
            for argument in self._passed(arguments, spec, parameter):
                self._content(argument, "system", found)
        for expr, context, role in told:
            self._content(Argument(expr, context), role, found)
        for parameter in (*spec.messages, *spec.prompt, *spec.input):
            for argument in self._passed(arguments, spec, parameter):
                passed = True
                self._messages(argument, found)
                if not argument.sure:
                    found.known = False
        if spec.fills:
            self._filled(arguments, found)
        if arguments.open and not passed:
            found.known = False
        found.parameters.extend(arguments.through)
        return found

    def _filled(self, arguments: Arguments, found: Request) -> None:
        """Sentences among what fills a template: `chain.run(footer="Select the next action ...")`."""
        given = [a for passed in arguments.given.values() for a in passed if a.source == "call"]
        for argument in given:
            values = [(argument.expr, argument.context)]
            for value in each(self.names.resolve(argument.expr, argument.context)):
                if isinstance(value, Data) and isinstance(value.expr, Table):
                    values = [(held, value.context) for _, held in value.expr.items]
            for expr, context in values:
                composed = self.composer.compose(expr, context)
                composed.origins = [o for o in composed.origins if _is_sentence(words(o.expr))]
                if composed.origins:
                    found.composed.append((composed, "user"))

    def _template(self, expr: Expr, context: Context, role: str | None, found: Request) -> None:
        """A template object: one message, or the list of messages it holds."""
        first, *others = each(self.names.resolve(expr, context))
        self._one_template(first, expr, context, role, found)
        for value in others if not context.frames else ():
            if isinstance(value, Made):
                self._one_template(value, expr, context, role, other_way := Request())
                found.besides(other_way)

    def _one_template(self, value: Value, expr: Expr, context: Context, role: str | None, found: Request) -> None:
        template = self.composer.templates.built(value) if isinstance(value, Made) else None
        if template is not None and template.messages and template.text is not None:
            self._messages(Argument(template.text, template.context), found)
        elif isinstance(value, Made) and value.path.rpartition(".")[2] in MESSAGE_ROLES and not value.chain:
            self._object(value, found)
        elif isinstance(value, Data) and self._says_roles(value):
            self._messages(Argument(expr, context), found)
        else:
            self._content(Argument(expr, context), role, found)

    def _says_roles(self, value: Data) -> bool:
        """Whether a list holds messages that name their roles: `[ell.system("..."), ell.user("...")]`."""
        values = value.expr.values if isinstance(value.expr, Items) else ()
        made = (v for expr in values for v in each(self.names.resolve(expr, value.context)))
        return any(isinstance(v, Made) and self.composer.templates.role(v) is not None for v in made)

    def _passed(self, arguments: Arguments, spec: CallSpec, parameter: str) -> list[Argument]:
        if "." in parameter:
            head, _, last = parameter.rpartition(".")
            holder = nested(self.names, arguments, tuple(head.split(".")))
            return holder.given.get(last, []) if holder is not None else []
        direct = arguments.given.get(parameter)
        if direct is not None:
            return direct
        for config in spec.config:
            holder = nested(self.names, arguments, (config,))
            if holder is not None and parameter in holder.given:
                return holder.given[parameter]
        return []

    def _messages(self, argument: Argument, found: Request) -> None:
        """A list of messages, or one text."""
        # A list that holds another twice, which holds another twice; or one in another, in another.
        if not self._allowed.take() or self._depth >= _DEEPEST:
            found.known = False
            return
        self._depth += 1
        try:
            self._list_or_text(argument, found)
        finally:
            self._depth -= 1

    def _list_or_text(self, argument: Argument, found: Request) -> None:
        values = each(self.names.resolve(argument.expr, argument.context))
        if len(values) != 1:
            found.known = False
        for value in values[:1]:
            if isinstance(value, Data) and isinstance(value.expr, (Items, Repeated)):
                self._list(value, found)
                self._appended(argument, found)
            elif isinstance(value, Data) and isinstance(value.expr, Binary) and _lists(value.expr):
                if id(value.expr) in self._read:  # `self.messages = self.messages + [message]`
                    found.known = False
                    continue
                self._read.add(id(value.expr))
                for side in (value.expr.left, value.expr.right):
                    self._messages(Argument(side, value.context), found)
                self._read.discard(id(value.expr))
                self._appended(argument, found)
            elif isinstance(value, Data) and isinstance(value.expr, Table):
                self._table(value.expr, value.context, found)
            elif isinstance(value, ParameterValue):
                found.parameters.append(value)
                found.known = False
                self._content(argument, "user", found)
                self._appended(argument, found)
            elif isinstance(value, Missing):
                found.known = False
                self._content(argument, None, found)
                self._appended(argument, found)
            elif isinstance(value, Made) and not value.chain and (told := list(self._told(value))):
                found.known = False
                for content, context, role in told:
                    self._content(Argument(content, context), role, found)
            else:
                self._content(argument, "user", found)
        for other in values[1:] if not argument.context.frames else ():  # of a caller the first is enough
            if isinstance(other, Data) and isinstance(other.expr, (Items, Repeated)):
                self._list(other, other_way := Request())
                found.besides(other_way)

    def _appended(self, argument: Argument, found: Request) -> None:
        changes = self.names.changes(argument.expr, argument.context)
        for binding, sure in changes.changes if changes is not None else ():
            if not self._allowed.take():
                found.known = False
                return
            if not sure:
                found.known = False
            if binding.operation == "append":
                self._element(binding.value, argument.context, found)
            elif binding.operation == "insert":
                self._element(binding.value, argument.context, found)
                if sure and binding.key == "0":
                    found.messages.insert(0, found.messages.pop())
                    found.composed.insert(0, found.composed.pop())
                else:
                    found.known = False
            elif binding.operation in ("extend", "add"):
                self._messages(Argument(binding.value, argument.context, sure), found)
            else:
                found.known = False

    def _told(self, made: Made) -> Iterator[tuple[Expr, Context, str]]:
        """What a conversation object is told, one message after the other: `history.add_system_message("...")`."""
        module, context = made.context.module, made.context
        yield from ((v, context, "system") for k, v in made.invocation.keywords.items if k == "system_message")
        for method, role in _TELLS.items():
            for index in module.calls_by_name.get(method, ()):
                call = module.facts.invocations[index]
                if isinstance(call.callee, Attribute) and call.positional and self._is(call.callee.base, made):
                    yield call.positional[0], context, role

    def _is(self, expr: Expr, made: Made) -> bool:
        values = each(self.names.resolve(expr, made.context))
        return any(isinstance(v, Made) and v.invocation is made.invocation and not v.chain for v in values)

    def _list(self, value: Data, found: Request) -> None:
        if isinstance(value.expr, Repeated):
            found.known = False
            self._element(value.expr.element, value.context, found)
            return
        assert isinstance(value.expr, Items)
        for i, element in enumerate(value.expr.values):
            if i in value.expr.starred:
                self._messages(Argument(element, value.context), found)
            else:
                self._element(element, value.context, found)

    def _element(self, expr: Expr, context: Context, found: Request) -> None:
        if not self._allowed.take():  # a list that holds another twice, which holds another twice
            found.known = False
            return
        values = each(self.names.resolve(expr, context))
        value = values[0]
        if len(values) > 1:
            found.known = False
        if isinstance(value, Data) and isinstance(value.expr, Table):
            self._table(value.expr, value.context, found)
        elif isinstance(value, Data) and self._is_conversation(value):
            found.known = False
            self._messages(Argument(expr, context), found)
        elif isinstance(value, Data) and isinstance(value.expr, Items) and len(value.expr.values) == 2:
            role = constant(self.names.resolve(value.expr.values[0], value.context))
            self._content(Argument(value.expr.values[1], value.context), _TUPLE_ROLES.get(role or ""), found)
        elif isinstance(value, Made) and value.path.rpartition(".")[2] in MESSAGE_ROLES and not value.chain:
            self._object(value, found)
        elif isinstance(value, ParameterValue):
            found.parameters.append(value)
            found.known = False
        else:
            role = self.composer.templates.role(value) if isinstance(value, Made) else None
            self._content(Argument(expr, context), role, found)

    def _is_conversation(self, value: Data) -> bool:
        """Whether an element of a list is a list of messages: several requests are made at once."""
        first = value.expr.values[:1] if isinstance(value.expr, Items) else ()
        inner = value.expr.element if isinstance(value.expr, Repeated) else first[0] if first else None
        return inner is not None and any(
            isinstance(v, Data) and isinstance(v.expr, Table) and "content" in dict(v.expr.items)
            for v in each(self.names.resolve(inner, value.context))
        )

    def _object(self, value: Made, found: Request) -> None:
        role = MESSAGE_ROLES[value.path.rpartition(".")[2]]
        keywords = dict(value.invocation.keywords.items)
        content = keywords.get("content") or (value.invocation.positional[0] if value.invocation.positional else None)
        if content is not None:
            self._content(Argument(content, value.context), role, found)

    def _table(self, table: Table, context: Context, found: Request) -> None:
        keys = {k: v for k, v in table.items if k is not None}
        if "messages" in keys and "role" not in keys:
            self._messages(Argument(keys["messages"], context), found)
            return
        role_expr = keys.get("role")
        role = constant(self.names.resolve(role_expr, context)) if role_expr is not None else None
        content = keys.get("content", keys.get("parts", keys.get("text")))
        if content is None:
            found.known = False
            return
        mark = keys.get("cache_control")
        marked = mark is not None or "cachePoint" in keys
        place = place_of(mark, context) if mark is not None else None
        self._content(Argument(content, context), role, found, mark=marked, at=place)

    def _content(
        self,
        argument: Argument,
        role: str | None,
        found: Request,
        *,
        mark: bool = False,
        at: Place | None = None,
    ) -> None:
        """Text, or a list of parts of which only text counts. `at`: where the message itself is marked."""
        values = each(self.names.resolve(argument.expr, argument.context))
        value = values[0]
        sure = argument.sure and len(values) == 1
        if isinstance(value, Data) and isinstance(value.expr, Items):
            composed = Composed()
            marked = mark
            marks: list[Mark] = []
            for part in value.expr.values:
                marked = self._part(part, value.context, composed) or marked
                options = each(self.names.resolve(part, value.context))
                sure = sure and len(options) == 1
                place = _mark(options[0])
                marks.extend([Mark(place=place, end=len(composed.segments))] if place is not None else [])
            marks.extend([Mark(place=at, end=len(composed.segments))] if at is not None else [])
            detailed = tuple(place for part in value.expr.values for place in self._detailed(part, value.context))
            found.add(
                composed, role, (argument.expr, argument.context), mark=marked, parts=True, detailed=detailed,
                marks=tuple(marks) if sure else (),
            )  # fmt: skip
            return
        if isinstance(value, Data) and isinstance(value.expr, Known):
            return
        composed = self.composer.compose(argument.expr, argument.context)
        own = (Mark(place=at, end=len(composed.segments)),) if at is not None and sure else ()
        found.add(composed, role, (argument.expr, argument.context), mark=mark, marks=own)

    def _detailed(self, part: Expr, context: Context) -> Iterator[Place]:
        """Where a part that holds an image says `"detail": "high"`: in it, or below `image_url`."""
        for value in each(self.names.resolve(part, context)):
            if not isinstance(value, Data) or not isinstance(value.expr, Table):
                continue
            keys = {k: v for k, v in value.expr.items if k is not None}
            if "image_url" not in keys and "file_id" not in keys:
                continue
            nested = each(self.names.resolve(keys["image_url"], value.context)) if "image_url" in keys else ()
            inner = [(v.expr, v.context) for v in nested if isinstance(v, Data) and isinstance(v.expr, Table)]
            for table, where in ((value.expr, value.context), *inner):
                detail = dict(table.items).get("detail")
                for wanted in each(self.names.resolve(detail, where)) if detail is not None else ():
                    if isinstance(wanted, Data) and constant(wanted) == "high":
                        yield place_of(wanted.expr, wanted.context)

    def _part(self, part: Expr, context: Context, composed: Composed) -> bool:
        value = each(self.names.resolve(part, context))[0]
        if isinstance(value, Data) and isinstance(value.expr, Table):
            keys = {k: v for k, v in value.expr.items if k is not None}
            if "text" in keys:
                composed.extend(self.composer.compose(keys["text"], value.context))
            elif "cachePoint" not in keys:
                composed.segments.append(Hole(source="", name="", value=part, span=part.span))
            return "cache_control" in keys or "cachePoint" in keys
        if isinstance(value, Data) and isinstance(value.expr, Text):
            composed.extend(self.composer.compose(part, context))
        else:
            composed.segments.append(Hole(source="", name="", value=part, span=part.span))
        return False
