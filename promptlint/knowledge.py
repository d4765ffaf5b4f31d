"""What promptlint knows of SDKs and rules: the tables of `rules/`, read once, validated, and indexed for look-up."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from promptlint.bytes_of import regular_bytes

_Spec = TypeVar("_Spec")
_LARGEST = 10_000_000


class RulesError(Exception):
    """A table in `rules/` (or in `extend-rules`) is not valid. The message names file and key."""


def rules_dir() -> Path:
    """`rules/` inside the package in a wheel, beside it in a checkout."""
    packaged = Path(__file__).resolve().parent / "_rules"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parent.parent / "rules"


class CapSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """One parameter that bounds the output, in tokens. `path`: where it sits below the call's keywords."""

    param: str
    path: str | None = None
    default: int | None = None
    required: bool = False
    deprecated: bool = False


class CallSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """A method or function that sends a request. The fields from `model` to `extra` name parameters by their part.

    `kinds`: what is asked for when every model that is known has one of these texts in its name. `embeds`: keys of a body
    that ask for an embedding, unless one of `generates` is there as well. `stops`: what limits
    the steps of an agent; unless `stops_by_default` it takes steps without end when none of them is passed, and always
    does when all that are passed are `None`, the first among them. `needs_model`: it sends something only when a model was
    put into what it is called on.
    """

    match: tuple[str, ...]
    kind: str
    sdk: str = ""
    report: str = ""
    provider: str | None = None
    positional: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    model_default: str | None = None
    messages: tuple[str, ...] = ()
    prompt: tuple[str, ...] = ()
    input: tuple[str, ...] = ()
    system: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    config: tuple[str, ...] = ()
    response_format: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    caps: tuple[CapSpec, ...] = ()
    missing_cap: str = "unknowable"
    fanout: tuple[str, ...] = ()
    stream: tuple[str, ...] = ()
    always_streams: bool = False
    not_generation: bool = False
    role_of_result: str | None = None
    batch_input: str | None = None
    cache_params: tuple[str, ...] = ()
    reasoning: tuple[str, ...] = ()
    absent_params: tuple[str, ...] = ()
    shape: tuple[str, ...] = ()
    deployment: bool = False
    kinds: dict[str, tuple[str, ...]] = {}
    embeds: tuple[str, ...] = ()
    generates: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    stops_by_default: bool = True
    needs_model: bool = False

    @property
    def model_params(self) -> tuple[str, ...]:
        """The parameters that may name the model."""
        return self.model


class ClientSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """A class (or service) whose instances send requests.

    `signature` is the parameter that takes a class whose docstring is the instruction; `system` are those that take text
    which every request begins with, `texts` those that take other text which is sent at some time. `only`: what a parameter
    must be, where it is known: a pipeline of another task is no client. `chain`: what a client is asked for to get such an object:
    it is only met where something is annotated. `takes` are methods that put other objects into it, a model among them. `stops` as for a call.
    """

    names: tuple[str, ...]
    role: str
    sdk: str = ""
    report: str = ""
    provider: str | None = None
    variant: str | None = None
    service: str | None = None
    model: tuple[str, ...] = ()
    model_default: str | None = None
    positional: tuple[str, ...] = ()
    caps: tuple[CapSpec, ...] = ()
    missing_cap: str | None = None
    deployment: tuple[str, ...] = ()
    signature: str | None = None
    system: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    only: dict[str, tuple[str, ...]] = {}
    takes: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    stops_by_default: bool = True

    @property
    def model_params(self) -> tuple[str, ...]:
        """The constructor parameters that may name the model."""
        return self.model


class WrapperSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """A function whose result is used like the client it is given, or like one that it makes of a model's name."""

    names: tuple[str, ...]
    positional: tuple[str, ...] = ()
    sdk: str = ""


class KeeperSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """Methods of objects of a role that return the same object with more keywords: `.bind()`, `.with_options()`."""

    role: str
    methods: tuple[str, ...]
    positional: tuple[str, ...] = ()


class TemplateSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """A prompt template class or function; `text` is the parameter that holds the text (or the file's path)."""

    names: tuple[str, ...]
    text: str | None = None
    positional: tuple[str, ...] = ()
    syntax: str | None = None
    messages: bool = False
    from_file: bool = False
    role: str | None = None


class DecoratorSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """A decorator that makes a prompt of a function or method, and when it `sends`, a request of each of its calls.

    `prompt_from`: where the text is: argument | docstring | return, and class_docstring for a base class or a decorator
    of classes. The fields behind are those of a call.
    """

    names: tuple[str, ...]
    prompt_from: tuple[str, ...]
    sends: bool = False
    sdk: str = ""
    report: str = ""
    provider: str | None = None
    text: str | None = None
    syntax: str | None = None
    role: str | None = None
    kind: str = "chat"
    positional: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    caps: tuple[CapSpec, ...] = ()
    missing_cap: str = "unknowable"

    @property
    def call(self) -> CallSpec:
        """The request that a decorated function sends."""
        return CallSpec(
            match=(), kind=self.kind, sdk=self.sdk, report=self.report, provider=self.provider, positional=self.positional,
            model=self.model, tools=self.tools, caps=self.caps, missing_cap=self.missing_cap, fanout=("n",),
        )  # fmt: skip


class ConfigSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """An object that carries parameters of a call."""

    names: tuple[str, ...]
    positional: tuple[str, ...] = ()


class HttpSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """An HTTP endpoint: the end of its path.

    `host`: it only is one there. `needs`: keys of the body that tell when the host does not; without any, the host must,
    unless it is one `anywhere`. `owner`: whose it is when the host does not say.
    """

    path: str
    kind: str
    host: str | None = None
    needs: tuple[str, ...] = ()
    anywhere: bool = False
    owner: str = "openai"
    caps: tuple[CapSpec, ...] = ()
    missing_cap: str = "unknowable"


class SimilaritySpec(Struct, frozen=True, forbid_unknown_fields=True):
    """A semantic cache: `threshold` is the least cosine similarity of a hit, or with `distance` the most of one minus it."""

    names: tuple[str, ...]
    threshold: str
    positional: tuple[str, ...] = ()
    distance: bool = False


class StandingSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a program sets the model for all objects of some roles: as `param` of functions, or in attributes."""

    names: tuple[str, ...] = ()
    param: str = ""
    attributes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


class Sdk(Struct, frozen=True, forbid_unknown_fields=True):
    """One file of `rules/sdk`."""

    id: str
    checked: str
    report: str = ""
    provider: str | None = None
    roots: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    client: tuple[ClientSpec, ...] = ()
    call: tuple[CallSpec, ...] = ()
    wrapper: tuple[WrapperSpec, ...] = ()
    keeper: tuple[KeeperSpec, ...] = ()
    template: tuple[TemplateSpec, ...] = ()
    decorator: tuple[DecoratorSpec, ...] = ()
    config: tuple[ConfigSpec, ...] = ()
    endpoint: tuple[HttpSpec, ...] = ()
    similarity: tuple[SimilaritySpec, ...] = ()
    standing: StandingSpec | None = None
    alias: dict[str, str] = {}
    host: dict[str, str] = {}


class RetrySpec(Struct, frozen=True, forbid_unknown_fields=True):
    """What runs a function again until it succeeds, and the parameters that make it give up: `rules/retries.toml`."""

    names: tuple[str, ...]
    stops: tuple[str, ...]
    attempts: str
    source: str
    date: str
    positional: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


class OwnRetries(Struct, frozen=True, forbid_unknown_fields=True):
    """How often SDKs try again by themselves."""

    ids: tuple[str, ...]
    retries: int
    source: str
    date: str


class Retries(Struct, frozen=True, forbid_unknown_fields=True):
    """All of `rules/retries.toml`."""

    retry: tuple[RetrySpec, ...]
    sdk: tuple[OwnRetries, ...]

    def at(self, path: str) -> RetrySpec | None:
        """The spec of a dotted path."""
        return next((spec for spec in self.retry if path in spec.names), None)

    def own(self, sdk: str) -> int:
        """How often an SDK tries again."""
        return next((row.retries for row in self.sdk if sdk in row.ids), 0)


class Seeds:
    """Finds imports and quoted names of SDKs, and hosts of providers, in the bytes of a file."""

    def __init__(self, roots: list[str], texts: list[str]) -> None:
        self._texts: dict[bytes, list[bytes]] = {}
        for text in texts:
            self._texts.setdefault(_part(text).encode(), []).append(text.encode())
        self._heads = frozenset(root.partition(".")[0].encode() for root in roots)
        names = "|".join(map(re.escape, roots))
        quoted = "|".join(re.escape(root) for root in roots if root not in _WORDS)
        # `from google import genai` is an import of `google.genai`.
        split = "".join(
            rf"|from[ \t]+{re.escape(head)}[ \t]+import[ \t].*\b{re.escape(last)}\b"
            for head, _, last in (root.rpartition(".") for root in roots)
            if head
        )
        self._root = re.compile(
            rf"from[ \t]+(?:{names})\b|(?:from[ \t]+\S+[ \t]+)?import[ \t].*(?<![.\w])(?:{names})\b{split}".encode()
        )
        self._quoted = re.compile(rf"[\"'](?:{quoted})(?:\.[\w.]+)?[\"']".encode())

    def in_bytes(self, data: bytes) -> bool:
        """Whether a file is worth parsing. Patterns begin with plain text where they can: that is far cheaper."""
        lines = _imports(data)
        if any(self._root.match(line) for line in lines if not self._heads.isdisjoint(_NAME.findall(line))):
            return True
        if any(part in data and any(text in data for text in texts) for part, texts in self._texts.items()):
            return True
        return any(text in data for text in _LAZY) and self._quoted.search(data) is not None


def _part(text: str) -> str:
    """A part that many hosts or paths share: looking for that comes first."""
    ending = text[text.rfind(".") :] if "." in text else text[:4]
    return ending if len(ending) > 2 else text


def _imports(data: bytes) -> Iterator[bytes]:
    """The lines that import something, behind the marks of a prompt or a quotation."""
    for words in _IMPORTING:
        for found in words.finditer(data):
            start, stop = found.start(), data.find(b"\n", found.end())
            if not data[data.rfind(b"\n", 0, start) + 1 : start].strip(b" \t>"):
                yield data[start : stop if stop >= 0 else len(data)]


# Each begins with plain text: then the search is one for a substring.
_IMPORTING = (re.compile(rb"from[ \t]"), re.compile(rb"import[ \t]"))
_NAME = re.compile(rb"\w+")
_LAZY = (b"import_", b"mport(", b"__import__", b"__getattr__", b"azy", b"find_spec", b"require(")


_NEUTRAL = frozenset(("with_raw_response", "with_streaming_response", "aio", "v1", "v2"))


class Knowledge:
    """All tables, with the look-ups that linking needs."""

    def __init__(self, sdks: tuple[Sdk, ...]) -> None:
        self.sdks = {sdk.id: sdk for sdk in sdks}

    @cached_property
    def clients(self) -> dict[str, ClientSpec]:
        """Qualified name → client; services are under `name('service')`."""
        return {name: c for sdk in self.sdks.values() for c in sdk.client for name in c.names}

    @cached_property
    def packages(self) -> frozenset[str]:
        """The packages of SDKs, without those inside them."""
        return frozenset(root for sdk in self.sdks.values() for root in sdk.roots if "." not in root)

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
            found = self.clients.get(path.rpartition(".")[0])
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
        return self.clients.get(path) or self._by_tail.get(_tail(path))

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
        for name, target in self._aliases.items():
            if path == name or path.startswith(f"{name}."):
                return target + path[len(name) :]
        return path

    @cached_property
    def decorators(self) -> dict[str, DecoratorSpec]:
        """Qualified name, or `{role}.method`, → decorator."""
        return {name: d for sdk in self.sdks.values() for d in sdk.decorator for name in d.names}

    @cached_property
    def configs(self) -> dict[str, ConfigSpec]:
        """Qualified name → config class."""
        return {name: c for sdk in self.sdks.values() for c in sdk.config for name in c.names}

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
        """The calls with this import path."""
        return self._by_path.get(path) or self._by_path.get(_without_neutral(path), [])

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
        clean = tuple(part for part in chain if part not in _NEUTRAL) or ("__call__",)
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
        made = msgspec.structs.replace(made, model=model, system=(*made.system, *spec.system))
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
    def _keepers(self) -> dict[tuple[str, str, str], tuple[str, ...]]:
        return {
            (sdk.id, keeper.role, method): keeper.positional
            for sdk in self.sdks.values()
            for source in (sdk.id, *sdk.shares)
            for keeper in (self.sdks[source].keeper if source in self.sdks else ())
            for method in keeper.methods
        }

    def keeps(self, client: ClientSpec, chain: tuple[str, ...], role: str) -> tuple[str, ...] | None:
        """The positional parameters of a method that returns the object it is called on; None when it is no such method."""
        return self._keepers.get((client.sdk, role or client.role, chain[0])) if len(chain) == 1 else None

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
    def _shapes(self) -> list[tuple[tuple[str, ...], CallSpec, tuple[str, ...]]]:
        return [
            (tuple(match.partition("}")[2].strip(".").split(".")), spec, _families(sdk))
            for sdk in self.sdks.values()
            for spec in sdk.call
            for match in (spec.match if spec.shape else ())
            if match.startswith("{")
        ]

    def shaped(
        self, chain: tuple[str, ...], keywords: frozenset[str], unpacked: bool, imports: frozenset[str]
    ) -> CallSpec | None:
        """The call an injected object makes, by the end of its attribute chain and the keywords that must be there."""
        clean = tuple(part for part in chain if part not in _NEUTRAL)
        best: tuple[int, CallSpec] | None = None
        for suffix, spec, families in self._shapes:
            if clean[-len(suffix) :] != suffix or len(clean) <= (1 if len(suffix) == 1 else len(suffix) - 1):
                continue
            imported = any(name.startswith(families) for name in imports)
            passed = all(key in keywords for key in spec.shape)
            if spec.shape == ("*",) and len(suffix) == 1:
                fits = bool(_MODELS.search(clean[-2])) and (imported or bool(_SURELY_MODELS.search(clean[-2])))
            elif len(suffix) == 1:
                fits = (imported and (passed or unpacked)) or (passed and len(spec.shape) > 1)
            else:
                fits = passed or (unpacked and (len(suffix) > 2 or imported))
            score = 2 * len(suffix) + (3 if imported else 0) - (0 if spec.match[0].startswith("{") else 1)
            if fits and (best is None or score > best[0]):
                best = (score, spec)
        return best[1] if best else None

    def seeds(self, own: frozenset[str] = frozenset()) -> Seeds:
        """What the bytes of a file must hold to be worth parsing.

        `own` are the packages of the project itself: in the source of an SDK, every file imports it.
        """
        roots = sorted({root for sdk in self.sdks.values() for root in sdk.roots if root not in own})
        hosts = sorted({host for sdk in self.sdks.values() for host in sdk.host})
        paths = sorted({e.path for e in self.endpoints if e.path.count("/") > 1 or ":" in e.path})
        return Seeds(roots, [*hosts, *paths])

    @cached_property
    def endpoints(self) -> tuple[HttpSpec, ...]:
        """HTTP endpoints of all SDKs."""
        return tuple(e for sdk in self.sdks.values() for e in sdk.endpoint)

    @cached_property
    def hosts(self) -> dict[str, str]:
        """Part of a host name → whose it is."""
        return {host: owner for sdk in self.sdks.values() for host, owner in sdk.host.items()}


_WORDS = frozenset(
    (
        "agents",
        "writer",
        "guidance",
        "outlines",
        "replicate",
        "together",
        "instructor",
        "marvin",
        "transformers",
        "boto3",
        "crewai",
    )
)
_HTTP_VERBS = frozenset(("post", "request", "stream"))


_MODELS = re.compile(r"llm|(?:^|_)model(?:$|_|s$)|chat_?model|(?:^|_)chain$|language_model", re.IGNORECASE)
_SURELY_MODELS = re.compile(r"(?:^|_)llm(?:$|_)|chat_?model", re.IGNORECASE)


def _families(sdk: Sdk) -> tuple[str, ...]:
    """What the imports of a file that uses an SDK begin with: `langchain` for all of its packages."""
    return tuple(dict.fromkeys(re.split(r"[._]", root)[0] for root in sdk.roots or (sdk.id,)))


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
    return ".".join(part for part in path.split(".") if part not in _NEUTRAL)


def of_wrappers(wrappers: Sequence[tuple[str, str | None, str | None, str | None]]) -> Sdk:
    """A table for functions that send a request, named in the configuration: (callee, prompt, model, cap).

    `acme.llm.Gateway.chat` is a method: the name before the last begins with a capital. The prompt is what a call passes
    first when it passes no keyword.
    """
    clients: dict[str, ClientSpec] = {}
    calls: list[CallSpec] = []
    for callee, prompt, model, cap in wrappers:
        owner, _, name = callee.rpartition(".")
        match = callee
        report = callee.partition(".")[0]
        if owner.rpartition(".")[2][:1].isupper():
            client = clients.setdefault(
                owner, ClientSpec(names=(owner,), role=f"configured_{len(clients)}", sdk="configured", report=report)
            )
            match = f"{{{client.role}}}.{name}"
        calls.append(
            CallSpec(
                match=(match,), kind="chat", sdk="configured", report=report, positional=(prompt,) if prompt else (),
                prompt=(prompt,) if prompt else (), model=(model,) if model else (),
                caps=(CapSpec(param=cap),) if cap else (),
            )
        )  # fmt: skip
    roots = tuple(sorted({callee.partition(".")[0] for callee, *_ in wrappers}))
    return Sdk(id="configured", checked="configuration", roots=roots, client=tuple(clients.values()), call=tuple(calls))


@cache
def retries() -> Retries:
    """The table of retries. Raises `RulesError`."""
    path = rules_dir() / "retries.toml"
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Retries)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise RulesError(f"{path}: {error}") from error


@cache
def load(extend: tuple[Path, ...] = ()) -> Knowledge:
    """All SDK tables, those of `extend` last. Raises `RulesError`."""
    return Knowledge(extended(own_tables(), extend))


def own_tables() -> tuple[Sdk, ...]:
    """The tables that ship, read from TOML: a twentieth of a second. Raises `RulesError`."""
    return tuple(read_sdk(path) for path in sorted((rules_dir() / "sdk").glob("*.toml")))


def extended(own: tuple[Sdk, ...], folders: tuple[Path, ...]) -> tuple[Sdk, ...]:
    """Those tables and the ones in some folders: of two with one id the later counts. Raises `RulesError`."""
    found = {sdk.id: sdk for sdk in own}
    found.update((sdk.id, sdk) for folder in folders for sdk in map(read_sdk, sorted(folder.glob("*.toml"))))
    return tuple(found.values())


def read_sdk(path: Path) -> Sdk:
    """One SDK table. Raises `RulesError` naming file and key."""
    try:
        raw = tomllib.loads(regular_bytes(path, _LARGEST).decode("utf-8").replace("\r\n", "\n"))
        sdk = msgspec.convert(raw, Sdk)
    except OSError as error:
        raise RulesError(f"{path}: {error.strerror or error}") from error
    except (ValueError, RecursionError, ArithmeticError) as error:  # no text, no TOML, or another shape
        raise RulesError(f"{path}: {error}") from error
    inherited = {"sdk": sdk.id, "report": sdk.report or sdk.id, "provider": sdk.provider}
    return msgspec.structs.replace(
        sdk,
        client=tuple(_inherit(c, inherited) for c in sdk.client),
        call=tuple(_inherit(c, inherited) for c in sdk.call),
        decorator=tuple(_inherit(d, inherited) for d in sdk.decorator),
        wrapper=tuple(msgspec.structs.replace(w, sdk=sdk.id) for w in sdk.wrapper),
    )


def _inherit(spec: Any, values: Mapping[str, Any]) -> Any:  # Any: either of two structs with these fields
    return msgspec.structs.replace(spec, **{k: getattr(spec, k) or v for k, v in values.items()})
