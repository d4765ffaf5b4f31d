"""What promptlint knows of SDKs, indexed for the look-ups that linking needs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path
from typing import TypeVar

import msgspec

from promptlint.knowledge.seeds import Seeds
from promptlint.knowledge.shapes import NEUTRAL, Shapes
from promptlint.knowledge.specs import (
    CallSpec,
    ClientSpec,
    ConfigSpec,
    DecoratorSpec,
    HttpSpec,
    Sdk,
    SimilaritySpec,
    TemplateSpec,
    WrapperSpec,
)
from promptlint.knowledge.tables import extended, own_tables

_Spec = TypeVar("_Spec")

_HTTP_VERBS = frozenset(("post", "request", "stream"))


class Knowledge:
    """All tables, with the look-ups that linking needs."""

    def __init__(self, sdks: tuple[Sdk, ...]) -> None:
        self.sdks = {sdk.id: sdk for sdk in sdks}
        self._clients_at: dict[str, ClientSpec | None] = {}  # the same paths are looked up again and again
        self._renamed: dict[str, str] = {}

    @cached_property
    def clients(self) -> dict[str, ClientSpec]:
        """Qualified name → client; services are under `name('service')`."""
        return {name: c for sdk in self.sdks.values() for c in sdk.client for name in c.names}

    @cached_property
    def packages(self) -> frozenset[str]:
        """The packages of SDKs, without those inside them."""
        return frozenset(root for sdk in self.sdks.values() for root in sdk.roots if "." not in root)

    @cached_property
    def thinking(self) -> frozenset[str]:
        """The parameters of all SDKs that say how much a model may think."""
        return frozenset(name for spec in self._calls() for name in spec.reasoning)

    def cap_path(self, sdk: str, parameter: str, url: str = "") -> str:
        """Where a cap sits below the keywords of a call, `options.num_predict`, if the tables of the SDK have one place for it.

        `url`: where it is posted to, as far as that is known.
        """
        tables = [table for table in self.sdks.values() if sdk in (table.id, table.report)]
        caps = [cap for table in tables for spec in table.call for cap in spec.caps]
        caps += [cap for table in tables for client in table.client for cap in client.caps]
        if sdk.endswith("-http"):
            caps += [cap for one in self.endpoints if one.path in (url or one.path) for cap in one.caps]
        paths = {cap.path for cap in caps if cap.param == parameter and cap.path is not None and "." in cap.path}
        return paths.pop() if len(paths) == 1 else parameter

    def of_another(self, package: str, sdk: str) -> bool:
        """Whether a package is of another SDK, whose objects are not used like those of this one."""
        tables = [table for table in self.sdks.values() if package in table.roots]
        return bool(tables) and all(sdk not in (table.id, *table.shares) for table in tables)

    @cached_property
    def tops(self) -> frozenset[str]:
        """What the dotted names of SDKs begin with: `google` of `google.genai`."""
        return frozenset(root.partition(".")[0] for sdk in self.sdks.values() for root in sdk.roots)

    @cached_property
    def instructed(self) -> frozenset[str]:
        """The last names of what makes an object of text that it sends later."""
        made = {name for name, c in self.clients.items() if c.system or c.texts}
        made.update(m for spec in self._calls() if spec.role_of_result and spec.system for m in spec.match)
        return frozenset(name.rpartition(".")[2] for name in made)

    def client_for(self, path: str, service: str | None) -> ClientSpec | None:
        """The client a constructor builds; `boto3.client` depends on its service name."""
        found = self.clients.get(f"{path}('{service}')") if service else None
        if found is None and "." in path and path.rpartition(".")[2].startswith("from_"):
            found = self.client_at(path.rpartition(".")[0])
        return found or self.client_at(path)

    @cached_property
    def service_constructors(self) -> frozenset[str]:
        """The constructors whose client depends on the name of a service: `boto3.client`."""
        return frozenset(name.partition("(")[0] for name in self.clients if name.endswith("')"))

    def service_client(self, service: str | None) -> ClientSpec | None:
        """The client of a named service, whatever session makes it: `session.client("bedrock-runtime")`."""
        return self._services.get(service) if service else None

    @cached_property
    def _services(self) -> dict[str, ClientSpec]:
        return {name.split("'")[1]: client for name, client in self.clients.items() if name.endswith("')")}

    def client_at(self, path: str) -> ClientSpec | None:
        """The client a dotted path names, re-exports under other modules of its package included."""
        try:
            return self._clients_at[path]
        except KeyError:
            found = self._clients_at[path] = self.clients.get(path) or self._by_tail.get(_tail(path))
            return found

    @cached_property
    def _by_tail(self) -> dict[tuple[str, str], ClientSpec]:
        return _unambiguous((name, c) for name, c in self.clients.items())

    def template_at(self, path: str) -> TemplateSpec | None:
        """The template class a dotted path names, re-exports included."""
        return self.templates.get(path) or self._templates_by_tail.get(_tail(path))

    @cached_property
    def _templates_by_tail(self) -> dict[tuple[str, str], TemplateSpec]:
        return _unambiguous((name, t) for name, t in self.templates.items())

    @cached_property
    def wrappers(self) -> dict[str, WrapperSpec]:
        """Qualified name → wrapper."""
        return {name: w for sdk in self.sdks.values() for w in sdk.wrapper for name in w.names}

    def knows(self, path: str) -> bool:
        """Whether a dotted path is a client, wrapper, template or call of the tables."""
        return path in self._known

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset((*self.clients, *self.wrappers, *self.templates, *self.decorators, *self._by_path))

    @cached_property
    def templates(self) -> dict[str, TemplateSpec]:
        """Qualified name → template class."""
        return {name: t for sdk in self.sdks.values() for t in sdk.template for name in t.names}

    @cached_property
    def _aliases(self) -> dict[str, str]:
        return {name: target for sdk in self.sdks.values() for name, target in sdk.alias.items()}

    def renamed(self, path: str) -> str:
        """A dotted path in the SDK's own terms: `langfuse.openai.OpenAI` is `openai.OpenAI`."""
        found = self._renamed.get(path)
        if found is None:
            found = self._renamed[path] = self._by_alias(path)
        return found

    def _by_alias(self, path: str) -> str:
        for name, target in self._aliases.items():
            if path == name or path.startswith(f"{name}."):
                return target + path[len(name) :]
        return path

    @cached_property
    def decorators(self) -> dict[str, DecoratorSpec]:
        """Qualified name, or `{role}.method`, → decorator."""
        return {name: d for sdk in self.sdks.values() for d in sdk.decorator for name in d.names}

    @cached_property
    def collectors(self) -> dict[str, frozenset[str]]:
        """Attribute → the decorators of the methods whose results it lists."""
        pairs = [pair for sdk in self.sdks.values() for pair in sdk.collects.items()]
        return {name: frozenset(path for other, path in pairs if other == name) for name, _ in pairs}

    @cached_property
    def configs(self) -> dict[str, ConfigSpec]:
        """Qualified name → config class."""
        return {name: c for sdk in self.sdks.values() for c in sdk.config for name in c.names}

    def config_at(self, path: str) -> ConfigSpec | None:
        """The config class a dotted path names, wherever in its package it is defined or exported."""
        return self.configs.get(path) or self._configs_by_tail.get(_tail(path))

    @cached_property
    def _configs_by_tail(self) -> dict[tuple[str, str], ConfigSpec]:
        return _unambiguous((name, c) for name, c in self.configs.items())

    @cached_property
    def similarities(self) -> dict[str, SimilaritySpec]:
        """Qualified name → semantic cache."""
        return {name: s for sdk in self.sdks.values() for s in sdk.similarity for name in s.names}

    @cached_property
    def _by_path(self) -> dict[str, list[CallSpec]]:
        found: dict[str, list[CallSpec]] = {}
        for spec in self._calls():
            for match in spec.match:
                if not match.startswith("{"):
                    found.setdefault(match, []).append(spec)
        return found

    def _calls(self) -> Iterable[CallSpec]:
        return (spec for sdk in self.sdks.values() for spec in sdk.call)

    def calls_at(self, path: str) -> list[CallSpec]:
        """The calls with this import path. A function that makes something may be imported from another module of its package."""
        found = self._by_path.get(path) or self._by_path.get(_without_neutral(path))
        if found is None and "_" in path[path.rfind(".") :]:
            found = self._makers_by_tail.get(_tail(path))
        return found or []

    @cached_property
    def _makers_by_tail(self) -> dict[tuple[str, str], list[CallSpec]]:
        found: dict[tuple[str, str], list[CallSpec]] = {}
        for match, specs in self._by_path.items():
            if "_" in match[match.rfind(".") :] and specs[0].not_generation:
                found.setdefault(_tail(match), specs)
        return found

    def holds_calls(self, path: str) -> bool:
        """Whether a class of an SDK has calls of its own: `openai.ChatCompletion`."""
        return path in self._holders

    @cached_property
    def _holders(self) -> frozenset[str]:
        return frozenset(match.rpartition(".")[0] for match in self._by_path)

    @cached_property
    def _by_role(self) -> dict[tuple[str, str, tuple[str, ...]], CallSpec]:
        found: dict[tuple[str, str, tuple[str, ...]], CallSpec] = {}
        for sdk in self.sdks.values():
            for source in (sdk.id, *sdk.shares):
                for spec in self.sdks[source].call if source in self.sdks else ():
                    for match in spec.match:
                        if match.startswith("{"):
                            role, _, chain = match[1:].partition("}")
                            found.setdefault((sdk.id, role, tuple(chain.strip(".").split("."))), spec)
        return found

    def call_for(self, client: ClientSpec, chain: tuple[str, ...], role: str, wrapped: str = "") -> CallSpec | None:
        """The call a chain of attributes on an object of a role is. `wrapped`: the SDK whose wrapper is around it."""
        clean = tuple(part for part in chain if part not in NEUTRAL) or ("__call__",)
        for key in (clean, chain):
            found = self._by_role.get((client.sdk, role or client.role, key))
            if found is None and wrapped:
                found = self._by_role.get((wrapped, "client", key))
            if found is not None:
                return found
        return None

    def made_by(self, spec: CallSpec, by: ClientSpec | None = None) -> ClientSpec | None:
        """The object a call returns that sends nothing itself: a chat session takes the caps and model it was made with.

        `by` is what the call was made on: `model.start_chat()` answers with the model of `model`, and within its cap.
        """
        made = self.client_of_role(spec.sdk, spec.role_of_result) if spec.role_of_result else None
        if made is None:
            return made
        model = tuple(dict.fromkeys((*made.model, *spec.model, *(by.model if by is not None else ()))))
        told = tuple(dict.fromkeys((*made.system, *spec.system, *(by.system if by is not None else ()))))
        made = msgspec.structs.replace(made, model=model, system=told)
        if made.caps:
            return made
        if by is not None and not spec.caps:
            return msgspec.structs.replace(made, caps=by.caps, missing_cap=by.missing_cap)
        return msgspec.structs.replace(made, caps=spec.caps, missing_cap=made.missing_cap or spec.missing_cap)

    def client_of_role(self, sdk: str, role: str) -> ClientSpec | None:
        """Any client of an SDK with a role; one is made up when a call's result has a role of its own."""
        table = self.sdks.get(sdk)
        if table is None:
            return None
        found = next((c for c in table.client if c.role == role), None)
        if found is not None:
            return found
        return ClientSpec(
            names=(f"{sdk}.{role}",), role=role, sdk=sdk, report=table.report or sdk, provider=table.provider
        )

    def wrapped_client(self, sdk: str) -> ClientSpec | None:
        """The client a wrapper returns when the client inside is not known."""
        return self.client_of_role(sdk, "client")

    @cached_property
    def _keepers(self) -> dict[tuple[str, str], dict[str, tuple[str, ...]]]:
        found: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}
        for sdk in self.sdks.values():
            for source in (sdk.id, *sdk.shares):
                for keeper in self.sdks[source].keeper if source in self.sdks else ():
                    methods = {name: keeper.positional.get(name, ()) for name in keeper.methods}
                    found.setdefault((sdk.id, keeper.role), {}).update(methods)
        return found

    def kept(self, client: ClientSpec, chain: tuple[str, ...], role: str) -> tuple[str, ...] | None:
        """The positional parameters of a method that returns the object it is called on; None when it does not."""
        return self._keepers.get((client.sdk, role or client.role), {}).get(chain[0]) if len(chain) == 1 else None

    @cached_property
    def method_names(self) -> frozenset[str]:
        """The last names of all calls: what a call expression must end in."""
        return (
            frozenset(match.rpartition(".")[2].strip("{}") for spec in self._calls() for match in spec.match)
            | _HTTP_VERBS
        )

    @cached_property
    def callable_makers(self) -> frozenset[str]:
        """The last names of what makes, or is, an object that sends a request when it is called itself."""
        called = {(sdk, role) for sdk, role, chain in self._by_role if chain == ("__call__",)}
        makers = {
            name.rpartition(".")[2] for name, c in self.clients.items() if (c.sdk, c.role) in called and "'" not in name
        }
        for spec in self._calls():
            if spec.role_of_result and (spec.sdk, spec.role_of_result) in called:
                makers.update(match.rpartition(".")[2] for match in spec.match)
        return frozenset((*makers, "from_pretrained"))

    @cached_property
    def makers(self) -> frozenset[str]:
        """The last names of what makes an object of an SDK."""
        made = [match for spec in self._calls() if spec.role_of_result for match in spec.match]
        return frozenset(name.rpartition(".")[2].partition("(")[0] for name in (*self.clients, *self.wrappers, *made))

    @cached_property
    def beside(self) -> frozenset[str]:
        """The methods that say of which SDK the objects in a file are."""
        return frozenset(
            name.removeprefix(".") for sdk in self.sdks.values() for name in sdk.beside if name.startswith(".")
        )

    @cached_property
    def shapes(self) -> Shapes:
        """What calls on objects look like of which nothing else is known."""
        return Shapes(tuple(self.sdks.values()))

    def seeds(self, own: frozenset[str] = frozenset()) -> Seeds:
        """What the bytes of a file must hold to be worth parsing.

        `own` are the packages of the project itself: in the source of an SDK, every file imports it.
        """
        roots = sorted({root for sdk in self.sdks.values() for root in sdk.roots if root not in own})
        hosts = sorted({host for sdk in self.sdks.values() for host in sdk.host})
        paths = sorted({e.path.lstrip("/") for e in self.endpoints if e.path.count("/") > 1 or ":" in e.path})
        return Seeds(roots, [*hosts, *paths])

    @cached_property
    def endpoints(self) -> tuple[HttpSpec, ...]:
        """HTTP endpoints of all SDKs."""
        return tuple(e for sdk in self.sdks.values() for e in sdk.endpoint)

    @cached_property
    def bodies(self) -> tuple[HttpSpec, ...]:
        """What requests to a model say, wherever they are sent."""
        return tuple(body for sdk in self.sdks.values() for body in sdk.body)

    @cached_property
    def hosts(self) -> dict[str, str]:
        """Part of a host name → whose it is."""
        return {host: owner for sdk in self.sdks.values() for host, owner in sdk.host.items()}

    @cached_property
    def deployments(self) -> frozenset[str]:
        """Owners of hosts that serve models under names of their users' choice."""
        return frozenset(owner for sdk in self.sdks.values() for owner in sdk.deployments)


def _tail(path: str) -> tuple[str, str]:
    """Package family and class: `pydantic_ai.agent.Agent` and `pydantic_ai.Agent` are one. Methods keep their class."""
    parts = path.split(".")
    family = (
        ".".join(parts[:2])
        if parts[0] == "google"
        else re.split(r"_", parts[0])[0]
        if parts[0].startswith("langchain")
        else parts[0]
    )
    last = ".".join(parts[-2:]) if len(parts) > 2 and parts[-2][:1].isupper() else parts[-1]
    return family, last


def _unambiguous(pairs: Iterable[tuple[str, _Spec]]) -> dict[tuple[str, str], _Spec]:
    """By tail, where all names with that tail mean the same kind of thing of one SDK; the first of them stands for all."""
    found: dict[tuple[str, str], _Spec] = {}
    clashes: set[tuple[str, str]] = set()
    for name, spec in pairs:
        key = _tail(name)
        first = found.setdefault(key, spec)
        if first is not spec and _nature(first) != _nature(spec):
            clashes.add(key)
    return {key: spec for key, spec in found.items() if key not in clashes and key[1][:1].isupper()}


def _nature(spec: object) -> object:
    return (spec.sdk, spec.role, spec.model_default) if isinstance(spec, ClientSpec) else id(spec)


def _without_neutral(path: str) -> str:
    return ".".join(part for part in path.split(".") if part not in NEUTRAL)


@cache
def load(extend: tuple[Path, ...] = ()) -> Knowledge:
    """All SDK tables, those of `extend` last. Raises `RulesError`."""
    return Knowledge(extended(own_tables(), extend))
