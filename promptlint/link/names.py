"""What an expression is: names, attributes, subscripts and calls followed through scopes, classes, modules and files."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

from msgspec.structs import replace

from promptlint.facts import (
    Attribute,
    Binary,
    Binding,
    Choice,
    Expr,
    Function,
    Invocation,
    Item,
    Items,
    Known,
    Name,
    Parameter,
    Repeated,
    Result,
    Table,
    Text,
    Unknown,
)
from promptlint.knowledge import ClientSpec, Knowledge, retries
from promptlint.link.changed import DEEPEST_RETURN, assigned, changes
from promptlint.link.classes import DEEPEST as DEEPEST
from promptlint.link.classes import Classes
from promptlint.link.commandline import parsed_argument
from promptlint.link.entries import entry
from promptlint.link.modules import Module, Modules
from promptlint.link.paths import joined, leads_to_a_file
from promptlint.link.pipes import PARALLEL, parallel_model, piped_model
from promptlint.link.reaching import Reaching, reaching
from promptlint.link.unpacked import all_known, bound, place_of, unpacked
from promptlint.link.values import (
    ClassValue,
    Context,
    Data,
    Default,
    External,
    Frame,
    FunctionValue,
    Instance,
    Layer,
    Made,
    Missing,
    ModuleValue,
    ObjectValue,
    ParameterValue,
    Partial,
    Several,
    Value,
    as_default,
    converted,
    entries,
    extend,
    identity,
    is_none,
    is_text,
    last_name,
    truth_of,
)
from promptlint.link.values import constant as constant
from promptlint.link.values import each as each

MOST_VALUES = 8
_LITERALS = frozenset((Known, Text, Table, Items, Repeated))
_SAME_EXPRESSION = 2
_DEEPEST_CHAIN = 60
_MOST_STEPS = 800
_MOST_KEPT = 20_000
_NOWHERE = sys.maxsize
_RECORDS = frozenset(("types.SimpleNamespace", "argparse.Namespace", "munch.Munch", "addict.Dict", "easydict.EasyDict"))
_FIELDS = frozenset(
    ("dataclasses.field", "attrs.field", "attr.ib", "attr.field", "pydantic.Field", "pydantic.fields.Field", "sqlmodel.Field",
     "msgspec.field", "pydantic.dataclasses.Field", "typer.Option", "typer.Argument", "fastapi.Query", "fastapi.Body")
)  # fmt: skip
_DEFAULT_FIRST = _FIELDS - frozenset(("dataclasses.field", "attrs.field", "attr.field", "msgspec.field"))
_IMPORTS = frozenset(
    ("builtins.__import__", "importlib.import_module", "lazy_loader.load", "lazy_import.lazy_module",
     "langchain_core.utils.guard_import", "langchain_core.utils.utils.guard_import", "pytest.importorskip")
)  # fmt: skip
_LITERAL_TYPES = frozenset(("typing.Literal", "typing_extensions.Literal"))
_READS = frozenset(("get", "copy", "pop", "items", "keys", "values"))
_BINDERS = frozenset(
    ("functools.partial", "functools.partialmethod", "asgiref.sync.sync_to_async", "asyncer.asyncify", "joblib.delayed",
     "dask.delayed")
)  # fmt: skip
_SERVICES = ("client", "create_client")
_RENDERS = frozenset(("render", "render_async", "substitute", "safe_substitute"))
_TEXT_METHODS = _RENDERS | frozenset(
    (
        "format",
        "format_map",
        "join",
        "replace",
        "strip",
        "lstrip",
        "rstrip",
        "removeprefix",
        "removesuffix",
        "lower",
        "upper",
    )
)
_OBJECTS = frozenset(("client", "llm", "embedder", "agent", "dspy_module", "dspy_agent"))
_WRAPPED_TYPE = re.compile(r"^(?:Optional|Annotated|Final|ClassVar|Type|type)\[(.+)\]$")
# Typed dictionaries of the SDKs: `CompletionCreateParamsNonStreaming(model=..., messages=...)`.
_REQUEST_TYPE = re.compile(
    r"(?:openai|anthropic|groq|cerebras\.cloud\.sdk)\.types\.[\w.]*Params(?:Non)?(?:Streaming)?$"
)
_SAME = frozenset(
    ("copy.copy", "copy.deepcopy", "typing.cast", "builtins.list", "builtins.tuple", "builtins.iter", "types.MappingProxyType")
)  # fmt: skip
_AROUND = frozenset(("functools.cache", "functools.lru_cache", "functools.wraps"))
_SAME_NAMES = frozenset(path.rpartition(".")[2] for path in _SAME)


class Names:
    """Follows expressions to values. Cycles and chains deeper than 10 end in `Missing`."""

    def __init__(self, modules: Modules, knowledge: Knowledge) -> None:
        self.modules = modules
        self.knowledge = knowledge
        self._busy: dict[int, list[int]] = {}
        self._started: dict[int | tuple[int, ...], int] = {}
        self._depth = self._steps = self._framed = 0
        self._cut_at = _NOWHERE
        self._values: dict[int | tuple[int, ...], tuple[Value, Context, Expr]] = {}
        self._frames: dict[tuple[int, ...], Frame] = {}
        self._memo: dict[tuple[int, str], Value] = {}
        self.classes = Classes(self)

    # --- expressions ---

    @cached_property
    def _around(self) -> frozenset[str]:
        """What makes a function of a function that does the same, perhaps again: retries, caches."""
        return _AROUND.union(name for spec in retries().retry for name in spec.names)

    def begin(self) -> tuple[int, int]:
        """Before an answer is looked for that may be kept. What it returns is for `is_final`."""
        before = self._cut_at, self.modules.passed_over
        self._cut_at = _NOWHERE
        return before

    def is_final(self, before: tuple[int, int]) -> bool:
        """Whether what was found since `begin` is what would be found alone, whenever that is asked.

        It is not when a file was passed over, or when a chain was cut off because it led back to what began further out: from
        the middle of a circle one sees another part of it. Whoever began no later than the circle sees all of it.
        """
        cut_at, passed_over = before
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
        # What is kept keeps the expression and the frames of its context, and so their ids.
        whole = (key, *map(id, context.frames)) if context.frames else key
        if whole in self._values:
            return self._values[whole][0]
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
        self._started[whole] = self._depth
        busy.append(self._depth)
        self._depth += 1
        self._steps += 1
        try:
            value = self._follow(expr, context)
        finally:
            del self._started[whole]
            busy.pop()
            self._depth -= 1
        if self.is_final(before) or (self._depth == 0 and (self.modules.eager or context.frames)):
            self._values[whole] = (value, context, expr)
            self._framed += bool(context.frames)
        return value

    @contextmanager
    def afresh(self) -> Iterator[None]:
        """What is asked in here is asked as if nothing else was being looked up."""
        kept = self._busy, self._started, self._depth, self._steps, self._cut_at
        self._busy, self._started, self._depth = {}, {}, 0
        try:
            yield
        finally:
            self._busy, self._started, self._depth, self._steps, self._cut_at = kept

    def frame(self, module: Module, function: Function, invocation: Invocation, caller: Context, depth: int) -> Frame:
        """One call of a function: the same frame each time, so that what is found in it is found once."""
        key = (id(function), id(invocation), *map(id, caller.frames))
        if key not in self._frames:
            self._frames[key] = Frame(module, function, invocation, caller, depth)
        return self._frames[key]

    def forget(self) -> None:
        """Drop what was found for the callers of call sites once it is much: others have other frames."""
        if self._framed > _MOST_KEPT:
            self._values = {whole: kept for whole, kept in self._values.items() if type(whole) is int}
            self._frames.clear()
            self._framed = 0

    def _follow(self, expr: Expr, context: Context) -> Value:
        match expr:
            case Name():
                return self.name(expr, context)
            case Attribute():
                if expr.name in context.module.deep_names:
                    return self._attribute_at(expr, context)
                return self.attribute(self.resolve(expr.base, context), expr.name, context)
            case Item():
                return self.item(expr, context)
            case Choice(origin="or"):
                return self._first_true(expr, context)
            case Choice():
                return self.choice([self.resolve(option, context) for option in expr.options], expr.origin)
            case Result():
                made = self._made_text(expr, context)
                return made or self.result(context.module.facts.invocations[expr.invocation], context)
            case Binary(left=left, right=right):
                last = constant(self.resolve(right, context))
                is_path = isinstance(right, Text) or last is not None or leads_to_a_file(self.resolve(left, context))
                return joined((left, right), expr.span, context) if is_path else Missing("operation")
        return Missing("expression")

    def _attribute_at(self, expr: Attribute, context: Context) -> Value:
        """An attribute as it is, or as the code around has set it: `if not config.model: config.model = "gpt-4o"`."""
        sets, sure = assigned(self, expr, context)
        later = [self.bound(binding, context) for binding in sets]
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
        if bases and all(is_text(b) or (made and isinstance(b, Made)) for b in bases):
            return Data(expr, context)
        return None

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
        unique = list({identity(v): v for v in kept}.values())
        if len(unique) == 1:
            return unique[0]
        if len(unique) > MOST_VALUES:
            return Missing("many values")
        return Several(tuple(unique), origin)

    # --- names ---

    def name(self, expr: Name, context: Context) -> Value:
        """A bare name, looked up outwards from its scope."""
        module = context.module
        scope: str = expr.scope
        first = True
        while True:
            if first or scope == "" or scope not in module.classes:
                found = self.in_scope(module, scope, expr.name, expr.span.start if first else None, context)
                if found is not None:
                    return found
            if not scope:
                break
            scope = scope.rpartition(".")[0]
            first = False
        for star in module.imports.get(("", "*"), ()):
            source = self.modules.find(self.modules.absolute(module, star.target), module.path)
            if source is not None and not source[1]:
                found = self.in_scope(source[0], "", expr.name, None, Context(source[0]))
                if found is not None:
                    return found
        put = "globals" in module.calls_by_name and "import_module" in module.calls_by_name
        if put and expr.name in self.knowledge.packages:  # `globals()[name] = import_module(name)`
            return External(expr.name)
        return External(f"builtins.{expr.name}")

    def in_scope(self, module: Module, scope: str, name: str, at: int | None, context: Context) -> Value | None:
        """A name in one scope, or None when the scope does not define it."""
        if (scope, name) not in module.defined:
            return None
        # What stands in no function is run before any is called.
        inner = Context(module, context.frames) if scope and context.module is module else Context(module)
        values: list[Value] = []
        function = module.functions.get(scope)
        parameter = module.parameters.get((scope, name)) if function is not None else None
        bindings = module.bindings.get((scope, name))
        seen = reaching(bindings, module.branches, at, self.block_at(module, at)) if bindings else None
        if seen is not None:
            values.extend(self.bound(binding, inner) for binding in seen.sets)
            sure = any(self._sure(module, b, at) for b in seen.sets)
            if parameter is None or sure:
                if values:
                    return self.choice(values)
                if seen.declared is not None and parameter is None:
                    annotated = self.annotation(seen.declared, module)
                    return annotated or Missing(f"variable {name}")
        if parameter is not None and function is not None:
            values.append(self.parameter(module, function, parameter, inner))
            return self.choice(values)
        imports = module.imports.get((scope, name))
        if imports:
            return self.choice([self.imported(module, entry.target) for entry in imports])
        qualified = f"{scope}.{name}" if scope else name
        if qualified in module.functions:
            return FunctionValue(module, module.functions[qualified], None, inner)
        if qualified in module.classes:
            return ClassValue(module, module.classes[qualified])
        return None

    def bound(self, binding: Binding, context: Context) -> Value:
        if isinstance(binding.value, (Unknown,)) and binding.annotation:
            return self.annotation(binding.annotation, context.module) or Missing(f"variable {binding.name}")
        value = self.resolve(binding.value, context)
        if isinstance(value, (Missing, Made, External, ParameterValue)) and binding.annotation:
            return self.annotation(binding.annotation, context.module) or value
        return Missing(f"variable {binding.name}") if isinstance(value, Missing) and not value.reason else value

    def block_at(self, module: Module, at: int | None) -> int:
        """The innermost block an offset lies in: that of the nearest binding or call before it."""
        return 0 if at is None else module.block_at(at)

    def _sure(self, module: Module, binding: Binding, at: int | None) -> bool:
        return at is None or binding.block in module.branches.around(self.block_at(module, at))

    def parameter(self, module: Module, function: Function, parameter: Parameter, context: Context) -> Value:
        """A parameter: `self`, what the known caller passes, or the parameter itself."""
        if function.owner is not None and function.parameters[0] is parameter and parameter.kind == "positional":
            frame = context.frame_of(function)
            cls = module.classes.get(function.owner)
            if frame is not None and parameter.name == "self":
                receiver = self._receiver(frame)
                if isinstance(receiver, ObjectValue):
                    return receiver
            if cls is not None:
                return ClassValue(module, cls) if parameter.name == "cls" else ObjectValue(module, cls)
        frame = context.frame_of(function)
        if frame is not None:
            passed = self.passed(frame, parameter)
            if passed is not None:
                return passed
        annotated = self.annotation(parameter.annotation, module) if parameter.annotation else None
        if isinstance(annotated, ObjectValue) and self.classes.is_enum(annotated):
            annotated = None
        if isinstance(annotated, (Instance, ObjectValue)):
            if isinstance(annotated, Instance) and parameter.default is not None:
                return self.choice([annotated, self.resolve(parameter.default, Context(module))])
            return annotated
        return ParameterValue(module, function, parameter.name, parameter.kind)

    def _receiver(self, frame: Frame) -> Value | None:
        """What a method is called on. Under `super()` that is the object itself, whose own class may define the rest."""
        callee = frame.invocation.callee
        if last_name(callee) != "__call__" and frame.function.qualname.endswith(".__call__"):
            return self.resolve(callee, frame.caller)  # `bot("Hi")`
        if not isinstance(callee, Attribute):
            return None
        value = self.resolve(callee.base, frame.caller)
        if isinstance(value, ObjectValue) and isinstance(callee.base, Result):
            made = frame.caller.module.facts.invocations[callee.base.invocation]
            if last_name(made.callee) == "super":
                return self._self(frame.caller, made) or value
        return value

    def _self(self, context: Context, invocation: Invocation) -> ObjectValue | None:
        """The object that the method around a call is called on."""
        owner = context.module.owner(invocation.scope)
        cls = context.module.classes.get(owner) if owner else None
        if cls is None:
            return None
        method = context.module.function_of(invocation.scope)
        frame = context.frame_of(method) if method is not None else None
        receiver = self._receiver(frame) if frame is not None else None
        return receiver if isinstance(receiver, ObjectValue) else ObjectValue(context.module, cls)

    def passed(self, frame: Frame, parameter: Parameter) -> Value | None:
        """What a call passes for a parameter; its default when it passes nothing; None when that is not known."""
        expr = self.argument(frame, parameter)
        if expr is not None:
            return self.resolve(expr[0], expr[1])
        if parameter.kind in ("args", "kwargs"):
            return self._rest(frame, parameter)
        if frame.invocation.starred or not all_known(self, frame):
            return None
        if parameter.default is not None:
            return Default(
                self.resolve(parameter.default, Context(frame.module)), f"default of {parameter.name}", sure=True
            )
        return None

    def _rest(self, frame: Frame, parameter: Parameter) -> Value | None:
        """What a call passes beyond the named parameters: the list of `*args`, the dictionary of `**kwargs`."""
        invocation, parameters = frame.invocation, frame.function.parameters
        if parameter.kind == "kwargs":
            named = {p.name for p in parameters if p.kind in ("positional", "keyword")}
            extra = tuple((key, value) for key, value in invocation.keywords.items if key not in named)
            return Data(Table(items=extra, span=invocation.keywords.span), frame.caller)
        if invocation.starred:
            return None
        first = sum(p.kind == "positional" for p in parameters) - bound(frame.function)
        return Data(Items(values=invocation.positional[first:], span=invocation.span), frame.caller)

    def argument(self, frame: Frame, parameter: Parameter) -> tuple[Expr, Context] | None:
        """The expression a call passes for a parameter, with the context to read it in."""
        invocation = frame.invocation
        for key, value in invocation.keywords.items:
            if key == parameter.name:
                return value, frame.caller
        if invocation.starred or any(key is None for key, _ in invocation.keywords.items):
            return unpacked(self, frame, parameter)
        if parameter.kind != "positional":
            return None
        position = place_of(frame.function, parameter)
        if 0 <= position < len(invocation.positional):
            return invocation.positional[position], frame.caller
        return None

    def imported(self, module: Module, target: str) -> Value:
        """What an import stands for: a module or name of the project, else of another package."""
        return self.dotted(self.modules.absolute(module, target), module.path)

    def dotted(self, path: str, importer: str = "") -> Value:
        """The value of an absolute dotted path. What the SDK tables know is not followed into the SDK's own source."""
        path = self.knowledge.renamed(path)
        if self.knowledge.knows(path):
            return External(path)
        found = self.modules.find(path, importer)
        if found is None:
            return External(path)
        module, rest = found
        if not rest:
            return ModuleValue(module)
        key = (id(module), rest)
        if key in self._memo:
            return self._memo[key]
        self._memo[key] = Missing("circular import")
        value: Value = ModuleValue(module)
        passed_over = self.modules.passed_over
        for part in rest.split("."):
            value = self.attribute(value, part, Context(module))
        self._memo[key] = value
        if passed_over != self.modules.passed_over:
            del self._memo[key]  # it leads to a file that may be read yet
        return value

    # --- attributes ---

    def attribute(self, base: Value, name: str, context: Context) -> Value:
        """`base.name`."""
        match base:
            case External():
                return External(self.knowledge.renamed(f"{base.path}.{name}"))
            case ModuleValue():
                own = self.modules.names.get(base.module.path, "")
                if self.knowledge.knows(f"{own}.{name}"):
                    return External(f"{own}.{name}")
                found = self.in_scope(base.module, "", name, None, Context(base.module))
                if found is not None:
                    return found
                inner = self.modules.find(f"{own}.{name}")
                if inner is not None and not inner[1]:
                    return ModuleValue(inner[0])
                for star in base.module.imports.get(("", "*"), ()):
                    value = self.dotted(f"{self.modules.absolute(base.module, star.target)}.{name}")
                    if not isinstance(value, (External, Missing)):
                        return value
                return Missing(f"{own}.{name}")
            case ClassValue():
                return self.classes.member(base, name, None, context)
            case ObjectValue():
                return self.classes.member(ClassValue(base.module, base.cls), name, base, context)
            case Instance():
                return extend(base, name)
            case Made():
                if base.path in _RECORDS and not base.chain:
                    given = [value for key, value in base.invocation.keywords.items if key == name]
                    return self.resolve(given[-1], base.context) if given else Missing(f"attribute {name}")
                if base.path.endswith(PARALLEL) and not base.chain:
                    model = parallel_model(self, base)
                    return self.attribute(model, name, context) if model is not None else Missing("chains", (name,))
                parsed = parsed_argument(self, base, name)
                return parsed or Made(base.path, base.context, base.invocation, (*base.chain, name))
            case ParameterValue():
                return ParameterValue(base.module, base.function, base.name, base.kind, (*base.chain, name))
            case Several():
                return self.choice([self.attribute(v, name, context) for v in base.values], base.origin)
            case Default():
                return as_default(self.attribute(base.value, name, context), base.reason, base.sure)
            case Missing():
                return Missing(base.reason, (*base.chain, name))
            case Data(expr=Binary(operator="|")):
                model = piped_model(self, base)
                return self.attribute(model, name, context) if model is not None else Missing("a chain", (name,))
            case Data(expr=Known() | Text()) if name == "value":
                return base  # a member of an enum
        return Missing(f"attribute {name}", (name,))

    def annotation(self, text: str, module: Module) -> Value | None:
        """The instance an annotation promises: an SDK object or an object of the project. None for anything else."""
        text = text.strip().strip("'\"")
        wrapped = _WRAPPED_TYPE.match(text)
        if wrapped:
            return self.annotation(wrapped.group(1).split(",")[0], module)
        found: list[Value] = []
        for part in text.split("|"):
            part = part.strip().strip("'\"")
            head = part.partition("[")[0]
            if not head or head == "None" or not head.replace(".", "").isidentifier():
                continue
            names = head.split(".")
            value = self.in_scope(module, "", names[0], None, Context(module))
            for name in names[1:]:
                value = self.attribute(value, name, Context(module)) if value is not None else None
            for promised in each(value) if value is not None else ():
                if isinstance(promised, External):
                    client = self.knowledge.client_at(promised.path)
                    if client is not None:
                        found.append(Instance(client, role=client.role, built=False))
                elif isinstance(promised, ClassValue):
                    found.append(self.instance_of(promised, None, None))
        return self.choice(found) if found else None

    # --- subscripts ---

    def item(self, expr: Item, context: Context) -> Value:
        """`base[key]`: an entry of a literal, an environment variable, one of the elements in a loop."""
        base = self.resolve(expr.base, context)
        key = self.resolve(expr.key, context)
        text = constant(key)
        found: list[Value] = []
        for value in each(base):
            if isinstance(value, External) and value.path == "os.environ":
                found.append(Missing(f"environment {text}" if text else "environment"))
            elif isinstance(value, External) and value.path in _LITERAL_TYPES:
                key_items = expr.key.values if isinstance(expr.key, Items) else (expr.key,)
                found.append(Data(Items(values=key_items, span=expr.span), context))
            elif isinstance(value, Data):
                found.append(entry(self, value, key, expr))
            elif isinstance(value, ParameterValue):
                found.append(Missing(f"parameter {value.name}", (*value.chain, "[]")))
            elif isinstance(value, Made):
                found.append(Made(value.path, value.context, value.invocation, (*value.chain, f"[{text or ''}]")))
            elif isinstance(value, ClassValue) and text is not None:
                found.append(self.classes.member(value, text, None, context))
            elif isinstance(value, ClassValue) and not self.classes.is_enum(ObjectValue(value.module, value.cls)):
                found.append(value)  # type arguments: `Agent[Deps, str]`
            elif isinstance(value, External) and self.knowledge.client_at(value.path) is not None:
                found.append(value)
            else:
                found.append(Missing(value.reason if isinstance(value, Missing) else "subscript"))
        return self.choice(found)

    # --- calls ---

    def result(self, invocation: Invocation, context: Context) -> Value:
        """What a call returns."""
        taken = self._of_table(invocation, context)
        if taken is not None:
            return taken
        callee = self.resolve(invocation.callee, context)
        values = [self.call(v, invocation, context) for v in each(callee)]
        return self.choice(values)

    def _of_table(self, invocation: Invocation, context: Context) -> Value | None:
        """What is read of a literal dictionary: `get`, `pop`, `copy`, `items`, `keys`, `values`; None for anything else."""
        callee = invocation.callee
        if not isinstance(callee, Attribute) or callee.name not in _READS:
            return None
        values = each(self.resolve(callee.base, context))
        tables = [v for v in values if isinstance(v, Data) and isinstance(v.expr, Table)]
        if not tables or len(tables) < len(values):
            return self._or_default(values, invocation, context)
        if callee.name == "copy":
            return self.choice(tables)
        if callee.name in ("items", "keys", "values"):
            listed = [(v.expr, v.context) for v in tables if isinstance(v.expr, Table)]
            return self.choice([Data(entries(table, callee.name), where) for table, where in listed])
        key = self.resolve(invocation.positional[0], context) if invocation.positional else Missing("key")
        text = constant(key)
        found = [entry(self, table, key, callee) for table in tables]
        if len(invocation.positional) > 1 and (text is None or any(isinstance(v, Missing) for v in found)):
            found = [*(v for v in found if not isinstance(v, Missing)), self.resolve(invocation.positional[1], context)]
        return self.choice(found)

    def _or_default(self, values: Sequence[Value], invocation: Invocation, context: Context) -> Value | None:
        """What a mapping that is not known is asked for, with a default: `options.get("model", "gpt-4o")`."""
        if last_name(invocation.callee) not in ("get", "pop") or len(invocation.positional) != 2:
            return None
        if not all(
            isinstance(v, (ParameterValue, Missing, Made)) or (isinstance(v, Data) and isinstance(v.expr, Table))
            for v in values
        ):
            return None
        key = constant(self.resolve(invocation.positional[0], context))
        default = self.resolve(invocation.positional[1], context)
        if key is None or is_none(default) or not all(isinstance(v, Data) for v in each(default)):
            return None
        return Default(default, f"key {key}")

    def call(self, callee: Value, invocation: Invocation, context: Context) -> Value:
        """What calling one value returns."""
        if isinstance(callee, (Made, Missing, ParameterValue)) and last_name(invocation.callee) in _SERVICES:
            client = self.knowledge.service_client(self._service(invocation, context))
            if client is not None:
                return Instance(
                    client, (Layer("constructor", context, invocation, client.positional),), (), client.role
                )
        match callee:
            case External():
                return self.external(callee.path, invocation, context)
            case ClassValue():
                if "typing.TypedDict" in self.classes.foreign_bases(callee):
                    return Data(invocation.keywords, context)
                return self.instance_of(callee, invocation, context)
            case FunctionValue():
                return self.returned(callee, invocation, context)
            case Instance():
                return self.instance_result(callee, invocation, context)
            case Default():
                return self.call(callee.value, invocation, context)
            case Partial():
                return Missing("result of a partial")
            case Made():
                return self._method(callee, invocation, context)
            case Data():
                return Missing("result of a method")
            case ParameterValue():
                return Missing(f"result of parameter {callee.name}", (*callee.chain, "()"))
            case Missing():
                return Missing(f"result of {invocation.text}", (*callee.chain, "()"))
        return Missing(f"result of {invocation.text}")

    def _method(self, callee: Made, invocation: Invocation, context: Context) -> Value:
        """What a method of a foreign object returns. What paths, mappings and template loaders are given is kept."""
        name, given = callee.chain[-1] if callee.chain else "", invocation.positional
        if not name and callee.path == "collections.namedtuple":
            return self._record(callee, invocation, context)
        if not name and len(given) == 1 and callee.path in self._around:
            inner = self.resolve(given[0], context)
            if _runs(inner):
                return inner
        if name == "get_template":
            return Made(".".join((callee.path, *callee.chain)), context, invocation)
        if name == "joinpath" and isinstance(invocation.callee, Attribute):
            return joined((invocation.callee.base, *given), invocation.span, context)
        if name == "with_name" and given:
            return joined(given, invocation.span, context)
        if name == "with_suffix" and given and isinstance(invocation.callee, Attribute):
            whole = Binary(left=invocation.callee.base, operator="+", right=given[0], span=invocation.span)
            return joined((whole,), invocation.span, context)
        if name == "get" and given and (key := constant(self.resolve(given[0], context))):
            return Made(callee.path, callee.context, callee.invocation, (*callee.chain[:-1], f"[{key}]"))
        return Made(callee.path, callee.context, callee.invocation, (*callee.chain, "()"))

    def _record(self, made: Made, invocation: Invocation, context: Context) -> Value:
        """An object of `namedtuple("Spec", ["model", "cap"])`: its fields as they are given."""
        listed = (
            self.resolve(made.invocation.positional[1], made.context) if len(made.invocation.positional) > 1 else None
        )
        names: list[str | None] = []
        if isinstance(listed, Data) and isinstance(listed.expr, Items):
            names = [constant(self.resolve(value, listed.context)) for value in listed.expr.values]
        elif listed is not None:
            names = list((constant(listed) or "").replace(",", " ").split())
        fields = tuple(zip(names, invocation.positional, strict=False))
        keywords = replace(invocation.keywords, items=(*fields, *invocation.keywords.items))
        return Made("types.SimpleNamespace", context, replace(invocation, positional=(), keywords=keywords))

    def external(self, path: str, invocation: Invocation, context: Context) -> Value:
        """What a function or class of another package returns."""
        wrapper = self.knowledge.wrappers.get(path)
        if wrapper is not None:
            return self.wrapped(path, invocation, context)
        named = path in self.knowledge.service_constructors
        client = self.knowledge.client_for(path, self._service(invocation, context) if named else None)
        if client is not None and not self._for_something_else(client, invocation, context):
            layer = Layer("constructor", context, invocation, client.positional)
            return Instance(client, (layer,), (), client.role)
        if path in ("os.getenv", "os.environ.get"):
            return self._environment(invocation, context)
        if path in _FIELDS:
            return self._field(path, invocation, context)
        if path in _BINDERS and invocation.positional:
            return Partial(self.resolve(invocation.positional[0], context), context, invocation)
        if path in _SAME and invocation.positional:
            return self.resolve(invocation.positional[-1 if path == "typing.cast" else 0], context)
        if path == "collections.namedtuple":
            return Made(path, context, invocation)
        if path in self._around and len(invocation.positional) == 1:
            given = self.resolve(invocation.positional[0], context)
            if _runs(given):
                return given
        if path in _IMPORTS and invocation.positional:
            name = constant(self.resolve(invocation.positional[0], context))
            return self.dotted(name) if name else Missing("imported by name")
        if _REQUEST_TYPE.match(path) and not invocation.positional:
            return Data(invocation.keywords, context)
        if path == "builtins.dict":
            return Data(invocation.keywords, context) if not invocation.positional else Data(Result(
                invocation=context.module.facts.invocations.index(invocation), span=invocation.span), context)  # fmt: skip
        if path == "builtins.super":
            return self._super(context, invocation)
        if path == "builtins.getattr" and len(invocation.positional) >= 2:
            attribute = constant(self.resolve(invocation.positional[1], context))
            if attribute:
                value = self.attribute(self.resolve(invocation.positional[0], context), attribute, context)
                if isinstance(value, (Missing, ParameterValue)) and len(invocation.positional) > 2:
                    fallback = self.resolve(invocation.positional[2], context)
                    known = not is_none(fallback) and all(isinstance(v, Data) for v in each(fallback))
                    return Default(fallback, f"attribute {attribute}") if known else value
                return value
        if path in ("builtins.int", "builtins.str") and len(invocation.positional) == 1:
            constant_value = converted(path, self.resolve(invocation.positional[0], context))
            return constant_value or Made(path, context, invocation)
        for spec in self.knowledge.calls_at(path):
            if spec.role_of_result:
                made = self.knowledge.made_by(spec)
                if made is not None:
                    return Instance(
                        made, (Layer("constructor", context, invocation, spec.positional),), (), spec.role_of_result
                    )
        return Made(path, context, invocation)

    def _for_something_else(self, client: ClientSpec, invocation: Invocation, context: Context) -> bool:
        """Whether a constructor is told to build what is no client: `pipeline("token-classification")`."""
        for name, wanted in client.only.items():
            at = client.positional.index(name) if name in client.positional else len(invocation.positional)
            given = [v for k, v in invocation.keywords.items if k == name] or list(invocation.positional[at : at + 1])
            text = constant(self.resolve(given[0], context)) if given else None
            if text is not None and text not in wanted:
                return True
        return False

    def _field(self, path: str, invocation: Invocation, context: Context) -> Value:
        """The default of `Field("x")`, `field(default="x")` or `field(default_factory=make)`."""
        keywords = {k: v for k, v in invocation.keywords.items if k is not None}
        default = keywords.get("default")
        if default is None and invocation.positional and path in _DEFAULT_FIRST:
            default = invocation.positional[0]
        if default is not None:
            return self.resolve(default, context)
        factory = keywords.get("default_factory", keywords.get("factory"))
        made = self.resolve(factory, context) if factory is not None else None
        if isinstance(made, FunctionValue):
            return self.returned(made, None, context)
        return Missing(f"result of {invocation.text}")

    def _super(self, context: Context, invocation: Invocation) -> Value:
        owner = context.module.owner(invocation.scope)
        cls = context.module.classes.get(owner) if owner else None
        receiver = self._self(context, invocation)
        if cls is None or receiver is None:
            return Missing("super")
        parent = self.classes.parent(receiver, ClassValue(context.module, cls))
        if parent is not None:
            return parent
        for path in self.classes.foreign_bases(ClassValue(context.module, cls)):
            client = self.knowledge.client_at(path)
            if client is not None:
                return Instance(client, role=client.role, built=False)
        return Missing("super")

    def _service(self, invocation: Invocation, context: Context) -> str | None:
        """The service name of `boto3.client("bedrock-runtime")`."""
        candidates = [v for k, v in invocation.keywords.items if k == "service_name"] + list(invocation.positional[:1])
        return constant(self.resolve(candidates[0], context)) if candidates else None

    def _environment(self, invocation: Invocation, context: Context) -> Value:
        name = constant(self.resolve(invocation.positional[0], context)) if invocation.positional else None
        reason = f"environment {name}" if name else "environment"
        defaults = [v for k, v in invocation.keywords.items if k == "default"] or list(invocation.positional[1:2])
        if not defaults:
            return Missing(reason)
        return Default(self.resolve(defaults[0], context), reason)

    def wrapped(self, path: str, invocation: Invocation, context: Context) -> Value:
        """A wrapper such as `instructor.from_openai(client)`: the client it is given, with its keywords as defaults."""
        spec = self.knowledge.wrappers[path]
        for expr in (
            *invocation.positional[:1],
            *(v for k, v in invocation.keywords.items if k in ("client", "create")),
        ):
            for value in each(self.resolve(expr, context)):
                if isinstance(value, External):
                    specs = self.knowledge.calls_at(value.path)
                    if specs:
                        made = self.knowledge.client_of_role(specs[0].sdk, "client") or self.knowledge.wrapped_client(
                            specs[0].sdk
                        )
                        if made is not None:
                            value = Instance(made, (), (), "client")
                if isinstance(value, Instance):
                    layer = Layer("wrapper", context, invocation)
                    return Instance(
                        value.client,
                        (*value.layers, layer),
                        (),
                        value.role,
                        value.built,
                        value.prompts,
                        wrapped=spec.sdk,
                    )
        generic = self.knowledge.wrapped_client(spec.sdk)
        if generic is None:
            return Made(path, context, invocation)
        layer = Layer("wrapper", context, invocation, spec.positional)
        return Instance(generic, (layer,), (), generic.role, wrapped=spec.sdk)

    def instance_of(self, cls: ClassValue, invocation: Invocation | None, context: Context | None) -> Value:
        """An instance of a project class; of the SDK class it derives from when its methods are that class's."""
        made = (context, invocation) if context is not None and invocation is not None else None
        for owner in self.classes.lineage(cls):
            for path in self.classes.foreign_bases(owner):
                client = self.knowledge.client_at(path)
                if client is not None and client.role in _OBJECTS and not self.classes.defines_calls(cls, client):
                    reached = self.classes.constructor(cls, made)
                    layers = (Layer("constructor", *reached, client.positional),) if reached is not None else ()
                    return Instance(client, layers, (), client.role, built=made is not None)
        return ObjectValue(cls.module, cls.cls, made)

    def returned(self, function: FunctionValue, invocation: Invocation | None, context: Context) -> Value:
        """What a project function returns, its parameters being the arguments of this call."""
        if len(context.frames) >= DEEPEST_RETURN:
            return Missing("too deep")
        inner = self.inside(function, invocation, context)
        values = [self.resolve(value, inner) for value in function.function.returns]
        if not values and (overrides := self.classes.overrides(function)):
            found = self.choice([self.returned(override, invocation, context) for override in overrides])
            return as_default(found, f"result of {function.function.qualname}")
        if function.function.annotation and (
            not values or all(isinstance(v, (Missing, Made, External)) for v in values)
        ):
            annotated = self.annotation(function.function.annotation, function.module)
            if annotated is not None:
                return annotated
        if not values:
            return Missing(f"result of {function.function.qualname}")
        return self.choice(values)

    def inside(self, function: FunctionValue, invocation: Invocation | None, context: Context) -> Context:
        """Where the body of a function is read when this call runs it."""
        frames = context.frames
        if invocation is not None:
            frames = (self.frame(function.module, function.function, invocation, context, len(frames)), *frames)
        if isinstance(function.receiver, ObjectValue) and function.receiver.made is not None:
            made = self.classes.made_context(function.module, function.receiver, Context(function.module))
            frames = (*frames, *made.frames)
        return Context(function.module, frames)

    def instance_result(self, instance: Instance, invocation: Invocation, context: Context) -> Value:
        """What a method of an SDK object returns: the same object for `.bind()`, a session for `chats.create()`."""
        spec = self.knowledge.call_for(instance.client, instance.chain, instance.role, instance.wrapped)
        if spec is not None:
            if spec.role_of_result:
                made = self.knowledge.made_by(spec, instance.client) or instance.client
                layer = Layer("constructor", context, invocation, spec.positional)
                return Instance(made, (*instance.layers, layer), (), spec.role_of_result, instance.built)
            return Made(".".join(instance.chain), context, invocation)
        if instance.chain and self.knowledge.keeps(instance.client, instance.chain, instance.role):
            layer = Layer("bind", context, invocation)
            return Instance(
                instance.client,
                (*instance.layers, layer),
                (),
                instance.role,
                instance.built,
                instance.prompts,
                instance.wrapped,
            )
        return Made(".".join((instance.client.names[0], *instance.chain)), context, invocation)

    def bare(self, expr: Expr, context: Context) -> Expr:
        """What an expression hands through: `options` of `cast(Options, options)` or `copy.deepcopy(options)`."""
        while isinstance(expr, Result):
            made = context.module.facts.invocations[expr.invocation]
            if not made.positional or last_name(made.callee) not in _SAME_NAMES:
                break
            callee = self.resolve(made.callee, context)
            if not isinstance(callee, External) or callee.path not in _SAME:
                break
            expr = made.positional[-1 if callee.path == "typing.cast" else 0]
        return expr

    def changes(self, expr: Expr, context: Context) -> Reaching | None:
        """For a name or `self.x`: what was done to it between its definition and this use."""
        return changes(self, expr, context)


def _runs(value: Value) -> bool:
    """Whether a value is a function, or a method of an SDK object."""
    return isinstance(value, (FunctionValue, Partial)) or (isinstance(value, Instance) and bool(value.chain))
