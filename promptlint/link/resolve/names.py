"""What an expression is: names, attributes, subscripts and calls followed through scopes, classes, modules and files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from promptlint.facts import (
    Attribute,
    Binary,
    Choice,
    Expr,
    Function,
    Invocation,
    Item,
    Items,
    Known,
    Name,
    Repeated,
    Result,
    Table,
    Text,
    Unknown,
)
from promptlint.knowledge.lookup import Knowledge
from promptlint.link.program.module import Module
from promptlint.link.program.modules import Modules
from promptlint.link.program.reaching import Reaching
from promptlint.link.resolve.allowance import Allowance
from promptlint.link.resolve.changed import assigned, changes
from promptlint.link.resolve.classes import Classes
from promptlint.link.resolve.commandline import parsed_argument
from promptlint.link.resolve.constructors import Constructors
from promptlint.link.resolve.decided import option as taken_option
from promptlint.link.resolve.enums import is_value, members, of_member, of_parameter
from promptlint.link.resolve.items import item
from promptlint.link.resolve.kept import Kept, Whole
from promptlint.link.resolve.outside import django_setting
from promptlint.link.resolve.parameters import Parameters
from promptlint.link.resolve.paths import joined, leads_to_a_file
from promptlint.link.resolve.pipes import PARALLEL, parallel_model, piped_model
from promptlint.link.resolve.promised import Promised
from promptlint.link.resolve.results import Results
from promptlint.link.resolve.scopes import Scopes
from promptlint.link.resolve.stand_ins import package_behind, package_listed
from promptlint.link.resolve.subclasses import Subclasses
from promptlint.link.resolve.values import (
    ClassValue,
    Context,
    Data,
    Default,
    External,
    Frame,
    Instance,
    Made,
    Missing,
    ModuleValue,
    ObjectValue,
    ParameterValue,
    Several,
    Value,
    as_default,
    constant,
    each,
    extend,
    identity,
    is_none,
    is_text,
    key_text,
    truth_of,
)

MOST_VALUES = 8
_LITERALS = frozenset((Known, Text, Table, Items, Repeated))
_SAME_EXPRESSION = 2
_DEEPEST_CHAIN = 60
_MOST_STEPS = 800
_MOST_BEHIND = 3  # objects that stand for a package in which another one does
_MOST_KEPT = 20_000
_MOST_OPENED = 5_000  # dictionaries that one takes in, and changes of them
_MOST_OPENED_IN_ALL = 200_000
_NOWHERE = sys.maxsize
_RECORDS = frozenset(("types.SimpleNamespace", "argparse.Namespace", "munch.Munch", "addict.Dict", "easydict.EasyDict"))
_RENDERS = frozenset(("render", "render_async", "substitute", "safe_substitute"))
_TEXT_METHODS = _RENDERS | frozenset(
    ("format", "format_map", "join", "replace", "strip", "lstrip", "rstrip", "removeprefix", "removesuffix", "lower", "upper")
)  # fmt: skip


class Names:
    """Follows expressions to values. Cycles and chains that are too long end in `Missing`."""

    def __init__(self, modules: Modules, knowledge: Knowledge, kept: Kept) -> None:
        self.modules = modules
        self.knowledge = knowledge
        self.kept = kept
        self._busy: dict[int, list[int]] = {}
        self._started: dict[Whole, int] = {}
        self._depth = self._steps = self._framed = self._behind = 0
        self._cut_at = _NOWHERE
        self._values: dict[Whole, tuple[Value, Context, Expr]] = {}
        self.opened = Allowance(_MOST_OPENED, _MOST_OPENED_IN_ALL)
        self.classes = Classes(self)
        self.constructors = Constructors(self)
        self.subclasses = Subclasses(self)
        self.scopes = Scopes(self)
        self.parameters = Parameters(self)
        self.results = Results(self)
        self.promised = Promised(self)

    def begin(self) -> tuple[int, int, int]:
        """Before an answer is looked for that may be kept. What it returns is for `is_final` and `is_lasting`."""
        before = self._cut_at, self.modules.passed_over, self.modules.open_ends
        self._cut_at = _NOWHERE
        return before

    def is_lasting(self, before: tuple[int, int, int]) -> bool:
        """Whether what was found since `begin`, if it is final, stays so when more files are parsed."""
        return before[2] == self.modules.open_ends

    def is_final(self, before: tuple[int, int, int]) -> bool:
        """Whether what was found since `begin` is what would be found alone, whenever that is asked.

        It is not when a file was passed over, or when a chain was cut off because it led back to what began further out: from
        the middle of a circle one sees another part of it. Whoever began no later than the circle sees all of it.
        """
        cut_at, passed_over, _ = before
        final = self._cut_at >= self._depth and passed_over == self.modules.passed_over
        self._cut_at = min(self._cut_at, cut_at)
        return final

    def resolve(self, expr: Expr, context: Context) -> Value:
        """The value of an expression in its context."""
        kind = type(expr)
        if kind in _LITERALS or (kind is Binary and expr.operator != "/"):  # type: ignore[union-attr]  # a Binary
            return Data(expr, context)
        if kind is Unknown:
            return Missing(expr.reason)  # type: ignore[union-attr]  # an Unknown
        key = id(expr)
        if context.frames and kind is Name and context.module.is_global(expr):  # type: ignore[arg-type]  # a Name
            context = Context(context.module)
        # What is kept keeps the expression, and so its id.
        whole = (key, context.frames) if context.frames else key
        known = self.kept.values.get(whole)
        if known is not None:
            return known[0]
        known = self._values.get(whole)
        if known is not None:
            self.modules.open_ends += 1
            return known[0]
        if self._depth == 0:
            self._steps = 0
        if whole in self._started:
            self._cut_at = min(self._cut_at, self._started[whole])
            return Missing("defined by itself")
        busy = self._busy.setdefault(key, [])
        if len(busy) >= _SAME_EXPRESSION or self._depth >= _DEEPEST_CHAIN or self._steps > _MOST_STEPS:
            self._cut_at = min(self._cut_at, busy[0] if len(busy) >= _SAME_EXPRESSION else 0)
            return Missing("defined by itself" if busy else "too long a chain")
        before = self.begin()
        depth = self._depth
        self._started[whole] = depth
        busy.append(depth)
        self._depth = depth + 1
        self._steps += 1
        try:
            value = self._follow(expr, context)
        finally:
            del self._started[whole]
            busy.pop()
            self._depth = depth
        if self.is_final(before) or (depth == 0 and (self.modules.eager or context.frames)):
            found = self.kept.values if self.is_lasting(before) else self._values
            found[whole] = (value, context, expr)
            self._framed += bool(context.frames)
        return value

    def deeper(self, looked_for: Callable[[], Value]) -> Value:
        """What is looked for in a literal that another one takes in: a step of the chain as any other, and counted so."""
        if self._depth == 0:
            self._steps = 0
        if self._depth >= _DEEPEST_CHAIN or self._steps > _MOST_STEPS:
            self._cut_at = 0
            return Missing("too long a chain")
        self._depth += 1
        self._steps += 1
        try:
            return looked_for()
        finally:
            self._depth -= 1

    @contextmanager
    def afresh(self) -> Iterator[None]:
        """What is asked in here is asked as if nothing else was being looked up."""
        kept = self._busy, self._started, self._depth, self._steps, self._cut_at
        self._busy, self._started, self._depth = {}, {}, 0
        try:
            yield
        finally:
            self._busy, self._started, self._depth, self._steps, self._cut_at = kept

    def frame(self, module: Module, function: Function, invocation: Invocation, caller: Context) -> Frame:
        """One call of a function: the same frame each time, so that what is found in it is found once."""
        key = (id(function), id(invocation), caller.frames)
        found = self.kept.frames.get(key)
        if found is None:
            found = self.kept.frames[key] = Frame(module, function, invocation, caller)
        return found

    def forget(self) -> None:
        """Drop what was found for the callers of call sites once it is much: others have other frames."""
        if self._framed > _MOST_KEPT:
            for values in (self._values, self.kept.values):
                for whole in [whole for whole in values if type(whole) is not int]:
                    del values[whole]
            self.kept.frames.clear()
            self._framed = 0

    def forget_open(self) -> None:
        """Drop what depended on which files are parsed."""
        self._values.clear()

    def _follow(self, expr: Expr, context: Context) -> Value:
        match expr:
            case Name():
                return self.scopes.name(expr, context)
            case Attribute():
                if expr.name in context.module.deep_names:
                    return self._attribute_at(expr, context)
                return self.attribute(self.resolve(expr.base, context), expr.name, context)
            case Item():
                return item(self, expr, context)
            case Choice(origin="or"):
                return self._first_true(expr, context)
            case Choice() if (taken := taken_option(self, expr, context)) is not None:
                return self.resolve(taken, context)
            case Choice():
                return self.choice([self.resolve(option, context) for option in expr.options], expr.origin)
            case Result():
                made = self._made_text(expr, context)
                return made or self.results.result(context.module.facts.invocations[expr.invocation], context)
            case Binary(left=left, right=right):
                last = constant(self.resolve(right, context))
                is_path = isinstance(right, Text) or last is not None or leads_to_a_file(self.resolve(left, context))
                return joined((left, right), expr.span, context) if is_path else Missing("operation")
        return Missing("expression")

    def _attribute_at(self, expr: Attribute, context: Context) -> Value:
        """An attribute as it is, or as the code around has set it: `if not config.model: config.model = "gpt-4o"`."""
        sets, sure = assigned(self, expr, context)
        later = [self.scopes.bound(binding, context) for binding in sets]
        if sure:
            return self.choice(later)
        value = self.attribute(self.resolve(expr.base, context), expr.name, context)
        if not later:
            return value
        return self.choice([value, *(as_default(v, f"attribute {expr.name}") for v in later)])

    def _first_true(self, expr: Choice, context: Context) -> Value:
        """`a or b`: what is surely empty is passed over, and nothing counts after what is surely not."""
        values: list[Value] = []
        for option in expr.options:
            value = self.resolve(option, context)
            truth = truth_of(value)
            if truth is not False or option is expr.options[-1]:
                values.append(value)
            if truth:
                break
        return self.choice(values, "or")

    def _made_text(self, expr: Result, context: Context) -> Data | None:
        """`text.format(...)`, `" ".join(parts)`, `template.render(...)`: text made by a method stays an expression.

        What it says is worked out where prompts are composed.
        """
        callee = context.module.facts.invocations[expr.invocation].callee
        if not isinstance(callee, Attribute) or callee.name not in _TEXT_METHODS:
            return None
        bases = each(self.resolve(callee.base, context))
        made = callee.name in _RENDERS
        if bases and all(is_text(b) or (made and isinstance(b, Made)) or self._says_text(b) for b in bases):
            return Data(expr, context)
        return None

    def _says_text(self, value: Value) -> bool:
        """Whether a parameter is a text unless callers pass another: `def judge(answer, template=TEMPLATE)`."""
        if not isinstance(value, ParameterValue) or value.chain:
            return False
        default = value.default
        return default is not None and all(map(is_text, each(self.resolve(default, Context(value.module)))))

    def choice(self, values: Sequence[Value], origin: str = "branch") -> Value:
        """One of several values; `None` only counts when there is nothing else, as in `client or OpenAI()`."""
        if len(values) == 1:
            return values[0]
        flat: list[Value] = []
        for value in values:
            if type(value) is Several:
                flat.extend(value.values)
            else:
                flat.append(value)
        kept = [v for v in flat if not is_none(v)] or flat[:1]
        unique: dict[object, Value] = {}
        for value in kept:
            unique[identity(value)] = value
            if len(unique) > MOST_VALUES:
                return Missing("many values")
        return unique.popitem()[1] if len(unique) == 1 else Several(tuple(unique.values()), origin)

    def attribute(self, base: Value, name: str, context: Context) -> Value:
        """`base.name`."""
        match base:
            case External():
                if base.path == "django.conf.settings":
                    return django_setting(self, name)
                return External(self.knowledge.renamed(f"{base.path}.{name}"))
            case ModuleValue():
                own = self.modules.importable.names.get(base.module.path, "")
                if self.knowledge.knows(f"{own}.{name}"):
                    return External(f"{own}.{name}")
                found = self.scopes.in_scope(base.module, "", name, None, Context(base.module))
                if found is not None:
                    return found
                inner = self.modules.find(f"{own}.{name}")
                if inner is not None and not inner[1]:
                    return ModuleValue(inner[0])
                return self.scopes.starred(base.module, name) or Missing(f"{own}.{name}")
            case ClassValue():
                return self.classes.member(base, name, None, context)
            case ObjectValue():
                if name == "value" and self.classes.is_enum(base) and not self.classes.defines(base, name):
                    return self.choice(members(self, ClassValue(base.module, base.cls)) or [Missing("value")])
                if name == "value" and is_value(self, base) and not self.classes.defines(base, name):
                    return base
                found = self.classes.member(ClassValue(base.module, base.cls), name, base, context)
                if not isinstance(found, Missing) or self._behind >= _MOST_BEHIND:
                    return found
                package = package_behind(self, base)
                if package is None:
                    return package_listed(self, base, name) or found
                self._behind += 1
                try:
                    return self.attribute(package, name, context)
                finally:
                    self._behind -= 1
            case Instance():
                if base.of is not None and self.classes.defines(base.of, name):
                    return self.attribute(base.of, name, context)
                return extend(base, name)
            case Made():
                if base.path in _RECORDS and not base.chain:
                    given = [v for key, v in base.invocation.keywords.items if key == name]
                    if given:
                        return self.resolve(given[-1], base.context)
                    unpacked = [v for key, v in base.invocation.keywords.items if key is None]
                    if not unpacked:
                        return Missing(f"attribute {name}")
                    entry = Item(base=unpacked[-1], key=key_text(name, unpacked[-1]), span=unpacked[-1].span)
                    return item(self, entry, base.context)
                if base.path.endswith(PARALLEL) and not base.chain:
                    model = parallel_model(self, base)
                    return self.attribute(model, name, context) if model is not None else Missing("chains", (name,))
                parsed = parsed_argument(self, base, name)
                return parsed or Made(base.path, base.context, base.invocation, (*base.chain, name))
            case ParameterValue():
                listed = of_parameter(self, base, name)
                return listed or ParameterValue(base.module, base.function, base.name, base.kind, (*base.chain, name))
            case Several():
                return self.choice([self.attribute(v, name, context) for v in base.values], base.origin)
            case Default():
                return as_default(self.attribute(base.value, name, context), base.reason, base.sure)
            case Missing():
                return Missing(base.reason, (*base.chain, name))
            case Data(expr=Binary(operator="|")):
                model = piped_model(self, base)
                return self.attribute(model, name, context) if model is not None else Missing("a chain", (name,))
            case Data():
                found = of_member(self, base, name)
                if found is not None or (name == "value" and isinstance(base.expr, (Known, Text))):
                    return found or base
        return Missing(f"attribute {name}", (name,))

    def changes(self, expr: Expr, context: Context) -> Reaching | None:
        """For a name or `self.x`: what was done to it between its definition and this use."""
        return changes(self, expr, context)
