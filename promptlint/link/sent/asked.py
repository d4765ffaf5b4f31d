"""The model and the output cap of a call on one client, as one caller sees them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from promptlint.facts import Cap, Expr, Items, Setting
from promptlint.knowledge.specs import ClientSpec
from promptlint.link.requests.addresses import Addresses, Goes
from promptlint.link.requests.assembled import models_in
from promptlint.link.requests.routed import routed
from promptlint.link.requests.settings import cap, model_setting, read_files
from promptlint.link.requests.sites import TEXTLESS, Site, inner_model
from promptlint.link.requests.standing import Standing
from promptlint.link.requests.sums import added_to
from promptlint.link.resolve.arguments import layered, nested
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.passed import Arguments
from promptlint.link.resolve.values import (
    Context,
    Data,
    Default,
    External,
    Instance,
    ParameterValue,
    constant,
    each,
    flat,
)
from promptlint.link.texts.stored import StoredFiles

# What says in which form an answer comes, and the dictionaries of a body that may hold it.
_MODALITIES = ("modalities", "response_modalities", "responseModalities", "output_modalities")
_CONFIGS = ("generationConfig", "extra_body")


@dataclass(frozen=True, eq=False)
class Asked:
    """What a call at a site asks of one client, where that goes, and the parameters of project functions it depends on."""

    site: Site
    arguments: Arguments
    goes: Goes
    instance: Instance | None
    client: ClientSpec | None
    kind: str
    model: Setting
    cap: Cap | None
    parameters: list[ParameterValue]


class Asking:
    """Reads what calls ask for. `mapping` are the models that the configuration gives names, parameters and variables,
    `stored` the files that settings are read from.
    """

    def __init__(self, names: Names, mapping: dict[str, str], stored: StoredFiles) -> None:
        self.names = names
        self.mapping = mapping
        self.stored = stored
        self._standing = Standing(names)

    def asked(self, site: Site, context: Context, member: Instance | None = None, holder: str = "") -> Asked:
        """The model and the output cap of a call on one client, or of one `member` of a team it is made on.

        Where `holder` is a keyword, `member` is one of the models that it may stand for.
        """
        names, spec = self.names, site.spec
        arguments = site.arguments(names, context)
        read_files(names, self.stored, arguments)
        instance = site.instance_in(names, context)
        client = instance.client if instance is not None else site.client
        built = instance is None or instance.built
        if member is not None:
            arguments.given.pop(holder, None)
            arguments.under(layered(names, member.layers))
            arguments.model = inner_model(names, arguments)
            client, built = member.client, member.built
        if arguments.model is None and not site.by_shape:
            added = added_to(names, site.invocation, context) if spec.adds else None
            standing = added or self._put_in(instance) or self._standing.model(site, instance, context)
            if isinstance(standing, ParameterValue):
                arguments.through.append(standing)
            elif standing is not None:
                arguments.model = standing
                arguments.under(layered(names, arguments.model.layers))
        if arguments.model is not None:
            client, built = arguments.model.client, arguments.model.built
        parameters: list[ParameterValue] = list(arguments.through)
        model_names = tuple(
            dict.fromkeys(p for p in (*spec.model_params, *(client.model_params if client else ())) if p)
        )
        # A client that is passed in was given its model where it was built.
        default = spec.model_default or (client.model_default if client and built else None)
        asked_for = model_setting(names, arguments, model_names, default, self.mapping, self.stored)
        model, deployed = routed(names, self.stored, instance, asked_for)
        if deployed is not None:
            arguments.under(deployed)
            read_files(names, self.stored, arguments)
        if model.state == "none" and ((instance is None and client is None and site.by_shape) or not built):
            model = Setting(state="unknown", reason="client built elsewhere")
        parameters.extend(self._parameters_of(arguments, model_names))
        parameters.extend(self._receivers(site, context))
        kind = self._given_back(site, arguments) or _kind(site, model, arguments)
        injected = not built or site.by_shape or not site.only
        output_cap = None if kind in TEXTLESS else self._cap(site, arguments, client, injected, parameters)
        goes = self._goes(site, arguments, client)
        return Asked(site, arguments, goes, instance, client, kind, model, output_cap, parameters)

    def _goes(self, site: Site, arguments: Arguments, client: ClientSpec | None) -> Goes:
        if client is not None and client.variant == "azure":
            return Goes((), own=True)
        addresses = Addresses(self.names, site.module, site.module.owner(site.invocation.scope))
        return addresses.goes(arguments, client.sdk if client is not None else site.spec.sdk)

    def _given_back(self, site: Site, arguments: Arguments) -> str | None:
        """Image or audio, where the request says that it wants one back: `modalities=["text", "audio"]`."""
        if site.spec.kind in TEXTLESS:
            return None
        configs = [nested(self.names, arguments, (c,)) for c in (*site.spec.config, *_CONFIGS) if c in arguments.given]
        holders = [arguments, *(holder for holder in configs if holder is not None)]
        asked = [a for holder in holders for name in _MODALITIES for a in holder.given.get(name, ()) if a.sure]
        wanted = {one for a in asked for one in self._modalities(a.expr, a.context)}
        return next((kind for kind in ("image", "audio") if kind in wanted), None)

    def _modalities(self, expr: Expr, context: Context, listed: bool = False) -> Iterator[str]:
        """The kinds of answers that a list names, as texts or as members of an enum."""
        for value in each(self.names.resolve(expr, context)):
            if isinstance(value, Data) and isinstance(value.expr, Items):
                for one in value.expr.values if not listed else ():
                    yield from self._modalities(one, value.context, listed=True)
            elif isinstance(value, External):
                yield value.path.rpartition(".")[2].lower()
            else:
                yield (constant(value) or "").lower()

    def _put_in(self, instance: Instance | None) -> Instance | None:
        """The one model that was put into an object."""
        models = models_in(self.names, instance) if instance is not None else []
        return models[0] if len(models) == 1 else None

    def _receivers(self, site: Site, context: Context) -> Iterator[ParameterValue]:
        """The parameters a call is made on, where it was the making of the client that said what to ask for."""
        made = site.client
        if site.by_shape or made is None or site.only or not (made.model_params or made.caps):
            return
        for value in flat(self.names.resolve(site.called, context)):
            if isinstance(value, ParameterValue):
                yield value

    def _parameters_of(self, arguments: Arguments, names: tuple[str, ...]) -> Iterator[ParameterValue]:
        for name in names:
            for argument in arguments.given.get(name, ()):
                for value in flat(self.names.resolve(argument.expr, argument.context)):
                    inner = value.value if isinstance(value, Default) else value
                    if isinstance(inner, ParameterValue):
                        yield inner

    def _cap(
        self,
        site: Site,
        arguments: Arguments,
        made: ClientSpec | None,
        injected: bool,
        parameters: list[ParameterValue],
    ) -> Cap | None:
        spec = site.spec
        if spec.kind in TEXTLESS or (spec.missing_cap == "not_applicable" and not spec.caps and spec.kind != "agent"):
            return None
        if spec.missing_cap == "not_applicable":
            return Cap(state="unknown", missing="not_applicable")
        specs = [*spec.caps, *(made.caps if made is not None else ())]
        missing: str = spec.missing_cap
        default = next((s.default for s in specs if s.default is not None), None)
        at_constructor = missing == "flag_at_constructor" or (
            bool(made.caps) and not spec.caps if made is not None else False
        )
        if at_constructor:
            missing = made.missing_cap if made is not None and made.missing_cap and not injected else "unknowable"
        found, through = cap(
            self.names,
            arguments,
            specs,
            missing,
            self.stored,
            injected=(at_constructor and (injected or made is None)) or not specs,
            default=default,
            limits=site.module.facts.limits,
        )
        parameters.extend(through)
        if at_constructor and found.state == "none":
            found = msgspec.structs.replace(found, source="constructor")
        return found


def _kind(site: Site, model: Setting, arguments: Arguments) -> str:
    """What is asked for, where one method serves several kinds of models: the model, else the body, else the function tells."""
    spec = site.spec
    models = [str(value) for value in model.values]
    if spec.kind == "chat" and models and all("-image" in name for name in models):
        return "image"
    for kind, parts in spec.kinds.items():
        if models and all(any(part in name for part in parts) for name in models):
            return kind
    if not spec.embeds:
        return spec.kind
    if models:
        return "embedding" if all("embed" in name for name in models) else spec.kind
    says_so = site.function is not None and "embed" in site.function.qualname.lower()
    asked = [a.sure for name in spec.generates for a in arguments.given.get(name, ())]
    if any(asked) or (asked and not says_so):
        return spec.kind
    return "embedding" if says_so or not arguments.given.keys().isdisjoint(spec.embeds) else spec.kind
