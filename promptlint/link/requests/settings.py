"""What a call passes for its model, its output cap and its other parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.facts import Cap, Expr, Item, Known, Literal, Place, Setting
from promptlint.knowledge.specs import CapSpec
from promptlint.link.program.parts import dotted_text
from promptlint.link.resolve.arguments import nested
from promptlint.link.resolve.constants import numbers, texts
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.passed import Argument, Arguments
from promptlint.link.resolve.values import Context, Data, Default, Made, ParameterValue, each, flat, key_text
from promptlint.link.texts.stored import StoredFiles

# Parameters of many SDKs that hand their keys on to the provider as they are.
_ONE_BRANCH = "set on one branch"
_BAGS = (
    "extra_body",
    "model_kwargs",
    "additional_kwargs",
    "additional_model_request_fields",
    "generation_kwargs",
    "llm_kwargs",
)


def place_of(expr: Expr, context: Context) -> Place:
    """Where an expression stands."""
    return Place(path=context.module.path, span=expr.span)


def model_setting(
    names: Names,
    arguments: Arguments,
    parameters: Sequence[str],
    default: str | None,
    mapping: dict[str, str],
    stored: StoredFiles,
) -> Setting:
    """The model of a call. `mapping` is `[tool.promptlint.models]`: expressions and deployments to models.

    `stored` knows the files that a program reads settings from.
    """
    passed = _first(names, arguments, parameters)
    if passed is None:
        if arguments.open:
            return _mapped(arguments.open, mapping) or Setting(state="unknown", reason=arguments.open[0])
        if default is not None:
            return Setting(state="known", values=(default,), basis="sdk_default")
        if "default" in mapping:
            return Setting(state="known", values=(mapping["default"],), basis="configured")
        return Setting(state="none", reason="no model is passed")
    parameter, found_arguments = passed
    found: dict[str, tuple[Expr, Context]] = {}
    reasons: list[str] = []
    by_default = False
    for argument in found_arguments:
        given, why, defaulted = texts(names, argument)
        found.update(given)
        reasons.extend(why)
        by_default = by_default or defaulted or not argument.sure or bool(argument.unless)
    first = found_arguments[0]
    if found:
        places = {mapping.get(value, value): place_of(*where) for value, where in reversed(found.items())}
        values = tuple(sorted(places))
        configured = any(v in mapping for v in found)
        basis = "configured" if configured else "default" if by_default or reasons else "literal"
        return Setting(
            state="known", values=values, basis=basis, place=place_of(*next(iter(found.values()))), parameter=parameter,
            reason=reasons[0] if reasons else None, places=tuple(places[value] for value in values),
        )  # fmt: skip
    written = dotted_text(first.expr)
    mapped = _mapped([written, *reasons], mapping)
    if mapped is not None:
        return mapped
    given_values = [v for a in found_arguments for v in flat(names.resolve(a.expr, a.context))]
    read = [stored.words(value) for value in given_values]
    if read and all(said for _, said in read):
        return Setting(
            state="known", values=tuple(sorted(frozenset().union(*(said for _, said in read)))), basis="configured",
            place=place_of(first.expr, first.context), parameter=parameter, reason=f"file {min(path for path, _ in read)}",
        )  # fmt: skip
    return Setting(
        state="dynamic",
        place=place_of(first.expr, first.context),
        parameter=parameter,
        reason=reasons[0] if reasons else None,
    )


def _first(names: Names, arguments: Arguments, parameters: Sequence[str]) -> tuple[str, list[Argument]] | None:
    """The first of several parameters that is passed: `options.model` stands in an object or a dictionary passed as `options`."""
    for parameter in parameters:
        head, _, last = parameter.rpartition(".")
        holder = arguments if not head else nested(names, arguments, tuple(head.split(".")))
        if holder is not None and last in holder.given:
            return parameter, holder.given[last]
    return None


def _mapped(expressions: Sequence[str], mapping: dict[str, str]) -> Setting | None:
    for expression in expressions:
        for key in (expression, expression.partition(" ")[2]):
            if key and key in mapping:
                return Setting(state="known", values=(mapping[key],), basis="configured", reason=expression)
    if "default" in mapping:
        return Setting(state="known", values=(mapping["default"],), basis="configured")
    return None


def plain_setting(names: Names, name: str, passed: Sequence[Argument]) -> Setting:
    """Any other parameter: its numbers, booleans or strings when they are known; `default` where it may be something else."""
    values: set[str | int | float | bool] = set()
    reasons: list[str] = []
    others: list[str] = []
    for argument in passed:
        found, why = numbers(names, argument)
        values.update(v for v in found if v is not None)
        strings, more, _ = texts(names, argument)
        values.update(strings)
        if not strings and not any(v is not None for v in found):
            reasons.extend(why or more)
        # What is no number may be a string, and the other way round: what is neither is not known.
        others.extend(reason for reason in why if reason in more)
        others.extend(
            v.reason for v in flat(names.resolve(argument.expr, argument.context)) if type(v) is Default and not v.sure
        )
        if not argument.sure:
            reasons.append(_ONE_BRANCH)
    place = place_of(passed[0].expr, passed[0].context)
    if values and not reasons:
        return Setting(
            state="known", values=tuple(sorted(values, key=repr)), basis="default" if others else "literal", place=place,
            parameter=name, reason=others[0] if others else None,
        )  # fmt: skip
    return Setting(state="dynamic", place=place, parameter=name, reason=reasons[0] if reasons else None)


def read_files(names: Names, stored: StoredFiles, arguments: Arguments) -> None:
    """Add what is known of the files whose entries are unpacked into a call: `LLM(**yaml.safe_load(text)["model"])`."""
    for one in arguments.files:
        for value in each(names.resolve(one.expr, one.context)):
            keys, sure = stored.keys(value) if isinstance(value, Made) else ([], False)
            if not sure:
                arguments.through.extend(_choosing(names, one.expr, one.context))
            for key in keys:
                if key not in arguments.given and (one.only is None or key in one.only):
                    item = Item(base=one.expr, key=key_text(key, one.expr), span=one.expr.span)
                    arguments.given[key] = [Argument(item, one.context, sure)]


def _choosing(names: Names, expr: Expr, context: Context) -> Iterator[ParameterValue]:
    """The parameters that say which entry is taken: `task` of `CONFIG["tasks"][task]`."""
    while isinstance(expr, Item):
        yield from (v for v in each(names.resolve(expr.key, context)) if isinstance(v, ParameterValue))
        expr = expr.base


def cap(
    names: Names,
    arguments: Arguments,
    specs: Sequence[CapSpec],
    missing: str,
    stored: StoredFiles,
    *,
    injected: bool,
    default: int | None,
    limits: Sequence[str] = (),
) -> tuple[Cap, list[ParameterValue]]:
    """The output cap of a call and the parameters of project functions it depends on.

    `stored` knows the files that a program reads settings from, `limits` are the names of caps in the file of the call. What may
    hide in options that cannot be opened is set at run time where the file or a docstring speaks of it.
    """
    required = any(spec.required for spec in specs)
    through: list[ParameterValue] = []
    open_reasons = [reason for reason in arguments.open if reason not in arguments.capless]
    for spec in specs:
        path = tuple(spec.path.split(".")) if spec.path else (spec.param,)
        holder: Arguments | None = arguments if len(path) == 1 else nested(names, arguments, path[:-1])
        if holder is None:
            continue
        if len(path) > 1:
            read_files(names, stored, holder)
            open_reasons.extend(holder.open)
        passed = holder.given.get(path[-1])
        if passed is None:
            continue
        found = _cap_value(names, passed, spec, required, missing, through, stored)
        if found is not None:
            return found, through
    for bag in _BAGS:
        holder = nested(names, arguments, (bag,)) if bag in arguments.given else None
        if holder is None:
            continue
        for spec in specs:
            found = _cap_value(names, holder.given.get(spec.param, ()), spec, required, missing, through, stored)
            if found is not None:
                return found, through
        open_reasons.extend(holder.open)
    through.extend(arguments.through)
    named = next((s for s in specs if not s.deprecated), specs[0] if specs else None)
    parameter = named.param if named is not None else None
    state = "unknown" if open_reasons or injected else "none"
    if (
        state == "unknown"
        and parameter
        and (
            any(_tells_of(value, specs) for value in arguments.through)
            or (open_reasons and any(spec.param in limits for spec in specs))
        )
    ):
        state = "dynamic"
    source = "config" if named is not None and named.path is not None and "." in named.path else None
    reason = (open_reasons[0] if open_reasons else "client built elsewhere") if state != "none" else None
    found_cap = Cap(
        state=state, parameter=parameter, source=source, required=required, default=default, missing=missing,
        reason=reason,
    )  # fmt: skip
    return found_cap, through


def _tells_of(value: ParameterValue, specs: Sequence[CapSpec]) -> bool:
    """Whether the docstring of a function says that the cap is among its `**` keywords, or in a dictionary it is given."""
    doc = value.function.docstring
    if doc is None or value.chain:
        return False
    text = "".join(s.text for s in doc.segments if isinstance(s, Literal))
    _, _, behind = text.partition(value.name)
    return any(spec.param in (text if value.kind == "kwargs" else behind) for spec in specs)


def _cap_value(
    names: Names,
    passed: Sequence[Argument],
    spec: CapSpec,
    required: bool,
    missing: str,
    through: list[ParameterValue],
    stored: StoredFiles,
) -> Cap | None:
    if not passed:
        return None
    found: set[int | float | bool | None] = set()
    defaults: set[int | float | bool | None] = set()
    reasons: list[str] = []
    for argument in passed:
        values, why = numbers(names, argument)
        found |= values
        reasons.extend(why)
        if not argument.sure:
            reasons.append(_ONE_BRANCH)
        if argument.unless:
            reasons.append(argument.unless)
        for value in flat(names.resolve(argument.expr, argument.context)):
            inner = value.value if isinstance(value, Default) else value
            if isinstance(inner, ParameterValue):
                through.append(inner)
                defaults |= _default_of(names, inner)
            else:
                defaults |= stored.numbers(inner)
    if found == {None} and not reasons:
        return None
    first = passed[0]
    numeric = _whole(found)
    place = place_of(first.expr, first.context)
    if len(numeric) == 1 and not reasons and None not in found:
        return Cap(
            state="number",
            value=numeric[0],
            parameter=spec.param,
            source=first.source,
            place=place,
            required=required,
            missing=missing,
            literal=_number_place(names, first) if len(passed) == 1 else None,
        )
    reason = reasons[0] if reasons else "one of several values"
    usual = [] if None in found or _ONE_BRANCH in reasons else _whole(found | defaults)
    return Cap(
        state="dynamic", parameter=spec.param, source=first.source, place=place, required=required, missing=missing,
        reason=reason, fallback=usual[0] if len(usual) == 1 else None,
    )  # fmt: skip


def _whole(values: set[int | float | bool | None]) -> list[int]:
    return sorted({int(v) for v in values if isinstance(v, (int, float)) and not isinstance(v, bool)})


def _default_of(names: Names, value: ParameterValue) -> set[int | float | bool | None]:
    """The numbers that a parameter is when no caller says another."""
    default = value.default
    if default is None or value.chain:
        return set()
    return numbers(names, Argument(default, Context(value.module)))[0]


def _number_place(names: Names, argument: Argument) -> Place | None:
    """Where the one number an argument stands for is written."""
    values = flat(names.resolve(argument.expr, argument.context))
    value = values[0] if len(values) == 1 else None
    inner = value.value if isinstance(value, Default) else value
    if isinstance(inner, Data) and isinstance(inner.expr, Known):
        return place_of(inner.expr, inner.context)
    return None
