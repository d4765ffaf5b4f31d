"""What the tables of `rules/` say of SDKs: one struct for each kind of row."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

MissingCap = Literal[
    "flag",
    "flag_at_constructor",
    "large_default",
    "safe_required",
    "safe_small_default",
    "not_applicable",
    "unknowable",
]
"""What a call without a cap means."""


class CapSpec(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One parameter that bounds the output, in tokens. `path`: where it sits below the call's keywords."""

    param: str
    path: str | None = None
    default: int | None = None
    required: bool = False
    deprecated: bool = False


class CallSpec(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A method or function that sends a request. The fields from `model` to `extra` name parameters by their part.

    `kinds`: what is asked for when every model that is known has one of these texts in its name. `embeds`: keys of a body
    that ask for an embedding, unless one of `generates` is there as well. `stops`: what limits
    the steps of an agent; unless `stops_by_default` it takes steps without end when none of them is passed, and always
    does when all that are passed are `None`, the first among them. `needs_model`: it sends something only when a model was
    put into what it is called on. `only_with`: keys (dotted) of which one must be passed, or be in its body, where it serves
    models of any kind. `fills`: its arguments fill a template that was given before. `adds`: the model is what it is added
    to. `inside`: where the requests of a batch stand, a list first (`requests.params`). `reasoning`: what says how much the
    model may think. `batch_input` is the parameter that takes a list; `one_each`: each of it is a request of its own.
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
    missing_cap: MissingCap = "unknowable"
    fanout: tuple[str, ...] = ()
    stream: tuple[str, ...] = ()
    always_streams: bool = False
    not_generation: bool = False
    role_of_result: str | None = None
    batch_input: str | None = None
    one_each: bool = False
    cache_params: tuple[str, ...] = ()
    reasoning: tuple[str, ...] = ()
    shape: tuple[str, ...] = ()
    kinds: dict[str, tuple[str, ...]] = {}
    embeds: tuple[str, ...] = ()
    generates: tuple[str, ...] = ()
    only_with: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    stops_by_default: bool = True
    needs_model: bool = False
    fills: bool = False
    adds: bool = False
    inside: str = ""

    @property
    def model_params(self) -> tuple[str, ...]:
        """The parameters that may name the model."""
        return self.model


class ClientSpec(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A class (or service) whose instances send requests.

    `signature` is the parameter that takes a class whose docstring is the instruction; `system` are those that take text
    which every request begins with, `texts` those that take other text which is sent at some time. `only`: what a parameter
    must be, where it is known: a pipeline of another task is no client. `chain`: what a client is asked for to get such an object:
    it is only met where something is annotated. `takes` are methods that put other objects into it, a model among them,
    `members` parameters that take a list of objects with models and texts of their own. `stops` as for a call. `capless`: the
    constructor takes no cap, whatever is unpacked into it. `routes`: the list of a router, the key of a name in it, and where the
    model is that the name stands for.
    """

    names: tuple[str, ...]
    role: str
    sdk: str = ""
    report: str = ""
    provider: str | None = None
    variant: str | None = None
    model: tuple[str, ...] = ()
    model_default: str | None = None
    positional: tuple[str, ...] = ()
    caps: tuple[CapSpec, ...] = ()
    capless: bool = False
    missing_cap: MissingCap | None = None
    signature: str | None = None
    system: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    only: dict[str, tuple[str, ...]] = {}
    takes: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    stops_by_default: bool = True
    routes: tuple[str, ...] = ()

    @property
    def model_params(self) -> tuple[str, ...]:
        """The constructor parameters that may name the model."""
        return self.model


class WrapperSpec(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A function whose result is used like the client it is given, or like one that it makes of a model's name."""

    names: tuple[str, ...]
    positional: tuple[str, ...] = ()
    sdk: str = ""


class KeeperSpec(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Methods of objects of a role that return the same object with more keywords: `.bind()`, `.with_options()`.

    `positional`: the parameters that a method takes by position.
    """

    role: str
    methods: tuple[str, ...]
    positional: dict[str, tuple[str, ...]] = {}


class TemplateSpec(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A prompt template class or function; `text` is the parameter that holds the text (or the file's path).

    `general`: pages, queries and programs are made with it as well.
    """

    names: tuple[str, ...]
    text: str | None = None
    positional: tuple[str, ...] = ()
    syntax: str | None = None
    messages: bool = False
    from_file: bool = False
    role: str | None = None
    general: bool = False


class DecoratorSpec(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
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
    missing_cap: MissingCap = "unknowable"

    @property
    def call(self) -> CallSpec:
        """The request that a decorated function sends."""
        return CallSpec(
            match=(), kind=self.kind, sdk=self.sdk, report=self.report, provider=self.provider, positional=self.positional,
            model=self.model, tools=self.tools, caps=self.caps, missing_cap=self.missing_cap, fanout=("n",),
        )  # fmt: skip


class ConfigSpec(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An object that carries parameters of a call. `within`: as which parameter a client takes it that is made in its `with`."""

    names: tuple[str, ...]
    positional: tuple[str, ...] = ()
    within: str = ""


class HttpSpec(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An HTTP endpoint: the end of its path. Or one of which nothing is known but what is posted to it.

    `host`: it only is one there. `needs`: keys of the body that tell when the host does not; without any, the host must,
    unless it is one `anywhere`. `two_of`: keys of the body of which two must be there as well. `owner`: whose it is when the
    host does not say. `named`: a part of the name of the URL or of the function around, where the keys alone say too little. `kinds` as in
    `CallSpec`.
    """

    kind: str
    path: str = ""
    named: str = ""
    kinds: dict[str, tuple[str, ...]] = {}
    host: str | None = None
    needs: tuple[str, ...] = ()
    two_of: tuple[str, ...] = ()
    anywhere: bool = False
    owner: str = "openai"
    caps: tuple[CapSpec, ...] = ()
    missing_cap: MissingCap = "unknowable"


class SimilaritySpec(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A semantic cache: `threshold` is the least cosine similarity of a hit, or with `distance` the most of one minus it."""

    names: tuple[str, ...]
    threshold: str
    positional: tuple[str, ...] = ()
    distance: bool = False


class StandingSpec(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a program sets the model for all objects of some roles: as `param` of functions, or in attributes.

    `within` are functions that set it for what a `with` holds, `entered` the roles of models that a `with` takes as they are.
    `embedders` are the attributes that hold the model for embeddings.
    """

    names: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    entered: tuple[str, ...] = ()
    param: str = ""
    attributes: tuple[str, ...] = ()
    embedders: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


class Sdk(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One file of `rules/sdk`. What is imported, or called as a method (`.decode`), `beside` it makes the shape of a call as
    sure as importing it. `collects`: attributes of an object that list what its methods with a decorator return.
    `deployments`: the owners of hosts that serve models under names of their users' choice. `address_env`: the variables of the
    environment that a client takes its address from by itself.
    """

    id: str
    checked: str
    report: str = ""
    provider: str | None = None
    roots: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    client: tuple[ClientSpec, ...] = ()
    call: tuple[CallSpec, ...] = ()
    wrapper: tuple[WrapperSpec, ...] = ()
    keeper: tuple[KeeperSpec, ...] = ()
    template: tuple[TemplateSpec, ...] = ()
    decorator: tuple[DecoratorSpec, ...] = ()
    config: tuple[ConfigSpec, ...] = ()
    endpoint: tuple[HttpSpec, ...] = ()
    body: tuple[HttpSpec, ...] = ()
    similarity: tuple[SimilaritySpec, ...] = ()
    standing: StandingSpec | None = None
    alias: dict[str, str] = {}
    host: dict[str, str] = {}
    deployments: tuple[str, ...] = ()
    address_env: tuple[str, ...] = ()
    collects: dict[str, str] = {}


class RetrySpec(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What runs a function again until it succeeds, and the parameters that make it give up: `rules/retries.toml`."""

    names: tuple[str, ...]
    stops: tuple[str, ...]
    attempts: str
    source: str
    date: str
    positional: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


class OwnRetries(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How often SDKs try again by themselves."""

    ids: tuple[str, ...]
    retries: int
    source: str
    date: str


class Retries(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """All of `rules/retries.toml`."""

    retry: tuple[RetrySpec, ...]
    sdk: tuple[OwnRetries, ...]

    def at(self, path: str) -> RetrySpec | None:
        """The spec of a dotted path."""
        return next((spec for spec in self.retry if path in spec.names), None)

    def own(self, sdk: str) -> int:
        """How often an SDK tries again."""
        return next((row.retries for row in self.sdk if sdk in row.ids), 0)
