"""From sites to `Call`s: the SDK site itself, and each outermost caller of a project function that wraps it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from promptlint.facts import Call, Cap, Expr, Hole, Invocation, Name, Place, Setting, Shape
from promptlint.knowledge.specs import CallSpec, ClientSpec
from promptlint.link.alternatives import one_cap, one_model
from promptlint.link.arguments import Arguments, layered
from promptlint.link.assembled import models_in
from promptlint.link.caches import stale
from promptlint.link.circumstances import (
    anew,
    depends_on_loop,
    grows,
    inner_loop,
    is_cached,
    names_in,
    own_loop,
    steady,
    unconditional,
)
from promptlint.link.composed import Composed
from promptlint.link.decorated import Instructed, signature
from promptlint.link.definitions import form_of, passed, tools_of
from promptlint.link.endless import endless, endless_loop
from promptlint.link.graph import CallGraph
from promptlint.link.history import growing
from promptlint.link.members import ANSWERS, members
from promptlint.link.messages import Messages
from promptlint.link.modules import Module
from promptlint.link.names import MOST_VALUES, Names
from promptlint.link.retries import retries_of, retries_round
from promptlint.link.retrieved import retrieved
from promptlint.link.settings import cap, model_setting, plain_setting
from promptlint.link.shapes import forced_tool, shape_of
from promptlint.link.single import could_list
from promptlint.link.sites import TEXTLESS, Site, inner_model
from promptlint.link.standing import Standing
from promptlint.link.values import Context, Data, Frame, Instance, ParameterValue, constant
from promptlint.link.waiting import Waiting
from promptlint.link.wrappers import Chain, Step, Wrappers, alternatives, context_of, informed

_ELSEWHERE = (
    "base_url",
    "api_base",
    "azure_endpoint",
    "endpoint",
    "openai_api_base",
    "azure_deployment",
    "server_url",
    "endpoint_url",
    "host",
)
_OFFICIAL = (
    "api.openai.com",
    "api.anthropic.com",
    "api.groq.com",
    "api.mistral.ai",
    "api.cohere",
    "generativelanguage.googleapis.com",
    "openrouter.ai",
)
_LIKE_OPENAI = frozenset(
    ("litellm", "instructor", "groq", "together", "cerebras", "fireworks", "portkey_ai", "aisuite")
)


@dataclass(frozen=True, eq=False)
class _Asked:
    """What a call asks of one client, and the parameters of project functions it depends on."""

    arguments: Arguments
    instance: Instance | None
    client: ClientSpec | None
    kind: str
    model: Setting
    cap: Cap | None
    parameters: list[ParameterValue]


class Calls:
    """Builds the calls of a project. `composed` keeps the text of each for the prompt inventory."""

    def __init__(self, names: Names, messages: Messages, graph: CallGraph, mapping: dict[str, str]) -> None:
        self.names = names
        self.messages = messages
        self.graph = graph
        self.mapping = mapping
        self.composed: list[tuple[Composed, str | None, str, bool]] = []
        self.wrappers = Wrappers(graph)
        self.waiting = Waiting(names, graph)
        self.standing = Standing(names)
        self.instructed = Instructed(names)
        self._ordinals: Counter[tuple[str, str, str]] = Counter()
        self._called: dict[str, int] = {}

    def site(self, site: Site) -> tuple[Call, list[Call]]:
        """The call at a site, and those of its outermost callers."""
        identity = self._identify(site.module, site.invocation, site.callee)
        call, parameters = self.build(site, Context(site.module), identity)
        callers = list(self._callers(site, parameters))
        call = informed(call, callers) if callers else call
        return (call if call.model.values else self._made(call, site, parameters)), callers

    def _made(self, call: Call, site: Site, parameters: Sequence[ParameterValue]) -> Call:
        """A call in a method, with the models that are passed where objects of its class are made, if all say one."""
        found: list[Setting] = []
        makers = [p for p in parameters if p.function.qualname.endswith(".__init__")]
        for module, function in {id(p.function): (p.module, p.function) for p in makers}.values():
            self.graph.climb(module, function, 0)
            for caller, invocation in self.graph.callers(function)[: MOST_VALUES + 1]:
                frame = self.names.frame(module, function, invocation, Context(caller), 0)
                found.append(self._asked(site, Context(site.module, (frame,))).model)
        if not 0 < len(found) <= MOST_VALUES or not all(model.values for model in found):
            return call
        if len({value for model in found for value in model.values}) > MOST_VALUES:
            return call
        return msgspec.structs.replace(call, model=msgspec.structs.replace(one_model(found), basis="default"))

    def _identify(self, module: Module, invocation: Invocation, callee: str) -> str:
        function = module.function_of(invocation.scope)
        qualname = function.qualname if function is not None else ""
        last = callee.rpartition(".")[2]
        key = (module.path, qualname, last)
        self._ordinals[key] += 1
        return hashlib.sha256("\0".join((*key, str(self._ordinals[key]))).encode("utf-8", "surrogatepass")).hexdigest()[
            :12
        ]

    def build(self, site: Site, context: Context, site_id: str) -> tuple[Call, list[ParameterValue]]:
        """A call as seen in a context, and the parameters of project functions that flow into it."""
        names, spec = self.names, site.spec
        names.forget()
        inside = members(names, site.instance_in(names, context))
        answering: list[Instance | None] = [member for member in inside if member.role in ANSWERS]
        asked = [
            self._asked(variant, context, member)
            for variant in site.variants(names, context)
            for member in answering or [None]
        ]
        parameters = [parameter for one in asked for parameter in one.parameters]
        arguments, instance, client, kind = asked[0].arguments, asked[0].instance, asked[0].client, asked[0].kind
        model = one_model([one.model for one in asked])
        output_cap = one_cap([one.cap for one in asked])
        system = [p for made in (instance, arguments.model) if made is not None for p in made.client.system]
        told = self.instructed.texts(instance) if instance is not None else ()
        request = self.messages.request(arguments, spec, self._prompts(site, instance), system, told)
        parameters.extend(request.parameters)
        if kind not in ("embedding", "batch"):  # what is embedded asks for nothing, and a batch is sent as a file
            of_members = [self._told(member) for member in inside]
            for composed, role in (*request.composed, *(text for texts in of_members for text in texts)):
                self.composed.append((composed, role, site_id, bool(context.frames)))
        function = site.function
        loop = own_loop(site)
        tools = tools_of(names, arguments, spec)
        has_tools = any(passed(names, arguments, p) for p in spec.tools)
        sent = [a.expr for p in (*spec.messages, *spec.input) for a in arguments.given.get(p, ())]
        if has_tools and any(grows(site, expr) for expr in sent):
            loop = "agent"
        around = self.graph.caller_loop(site.module, function)
        waits = self.waiting.at(site.module, site.invocation.scope)
        holes = [s for m in request.messages for s in m.segments if isinstance(s, Hole)]
        deployment = (client is not None and client.variant == "azure") or self._elsewhere(arguments)
        call = Call(
            site_id=site_id,
            place=Place(path=site.module.path, span=site.span),
            callee_place=Place(path=site.module.path, span=site.callee_span),
            callee=site.callee,
            sdk=self._sdk(site, client),
            provider=(client.provider if client else None) or spec.provider,
            kind=kind,
            function=function.qualname if function is not None else "",
            scope=site.invocation.scope,
            model=model,
            cap=output_cap,
            settings=self._settings(site, arguments, bool(context.frames)),
            messages=tuple(request.messages),
            messages_known=request.known and not arguments.open,
            tools=tools,
            has_tools=has_tools,
            answer=self._answer(spec, arguments),
            form=form_of(names, arguments, spec),
            loop=loop or inner_loop(site),
            loop_item=depends_on_loop(site, holes) if loop else around is not None and bool(request.parameters),
            caller_loop=around[0] if around is not None else None,
            waits=waits,
            stream=spec.always_streams or "stream" in site.method or self._true(arguments, spec.stream),
            prompt_cache=self._cache(arguments, spec.cache_params, any(m.cache_mark for m in request.messages)),
            response_cache=is_cached(site),
            insert_at=site.invocation.insert_at,
            needs_comma=site.invocation.needs_comma,
            opaque=bool(arguments.open),
            built_here=(instance is not None and instance.built) or (instance is None and not site.by_shape),
            hosted_elsewhere=deployment,
            reference=site.reference,
            could_list=could_list(names, site, arguments, spec),
            retries=retries_of(
                names, site, arguments, self._sdk(site, client), built=instance is not None and instance.built
            ),
            certain=unconditional(site),
            steady=steady(site, [a.expr for p in (*spec.input, *spec.prompt) for a in arguments.given.get(p, ())]),
            stale=stale(names, site, holes),
            anew=anew(site, holes),
            by_clock=waits == "no" and self.waiting.by_clock(site.module, site.invocation.scope),
            growing=growing(names, site, sent, waits),
            retrieved=retrieved(names, site.module, holes),
            endless=endless(names, site, arguments, spec, client, spec.always_streams),
        )
        return call, parameters

    def _told(self, member: Instance) -> list[tuple[Composed, str | None]]:
        """What an agent or a task of a team is told where it is made."""
        texts = CallSpec(match=(), kind="agent", prompt=member.client.texts)
        return self.messages.request(layered(self.names, member.layers), texts, (), member.client.system).composed

    def _asked(self, site: Site, context: Context, member: Instance | None = None) -> _Asked:
        """The model and the output cap of a call on one client, or of one `member` of a team it is made on."""
        names, spec = self.names, site.spec
        arguments = site.arguments(names, context)
        instance = site.instance_in(names, context)
        client = instance.client if instance is not None else site.client
        built = instance is None or instance.built
        if member is not None:
            arguments.under(layered(names, member.layers))
            arguments.model = inner_model(names, arguments)
            client, built = member.client, member.built
        if arguments.model is None and not site.by_shape:
            arguments.model = self._put_in(instance) or self.standing.model(
                spec.sdk, instance.role if instance is not None else None
            )
            if arguments.model is not None:
                arguments.under(layered(names, arguments.model.layers))
        if arguments.model is not None:
            client, built = arguments.model.client, arguments.model.built
        parameters: list[ParameterValue] = list(arguments.through)
        model_names = tuple(
            dict.fromkeys(p for p in (*spec.model_params, *(client.model_params if client else ())) if p)
        )
        # A client that is passed in was given its model where it was built.
        default = spec.model_default or (client.model_default if client and built else None)
        model = model_setting(names, arguments, model_names, default, self.mapping)
        if model.state == "none" and ((instance is None and client is None and site.by_shape) or not built):
            model = Setting(state="unknown", reason="client built elsewhere")
        parameters.extend(self._parameters_of(arguments, model_names))
        kind = _kind(spec, model, arguments)
        injected = not built or site.by_shape or not site.only
        output_cap = None if kind in TEXTLESS else self._cap(site, arguments, client, injected, parameters)
        return _Asked(arguments, instance, client, kind, model, output_cap, parameters)

    def _put_in(self, instance: Instance | None) -> Instance | None:
        """The one model that was put into an object."""
        models = models_in(self.names, instance) if instance is not None else []
        return models[0] if len(models) == 1 else None

    def _prompts(self, site: Site, instance: Instance | None) -> list[tuple[Expr, Context, str | None]]:
        """Prompt text that is not an argument: templates before the model of a chain, the text of a decorated function."""
        if site.evidence.decoration is not None:
            return list(site.evidence.decoration.all_texts(self.names))
        if instance is None:
            return []
        return [
            *((expr, context, "user") for expr, context in instance.prompts),
            *((expr, context, "system") for expr, context in signature(self.names, instance)),
        ]

    def _sdk(self, site: Site, client: object) -> str:
        instance = site.instance
        if instance is not None:
            return instance.client.report or instance.client.sdk
        report = site.spec.report or site.spec.sdk
        roots = site.module.roots
        if site.by_shape and report not in roots:
            # An injected client with OpenAI's methods: the file says whose wrapper it is when it imports just one.
            # So does its own name: `LiteLLMClient` in `litellm_client.py`.
            named = f"{site.module.path.rpartition('/')[2]} {site.module.owner(site.invocation.scope) or ''}".lower()
            others = sorted(roots & _LIKE_OPENAI) or sorted(name for name in _LIKE_OPENAI if name in named)
            return others[0] if len(others) == 1 else report
        return report

    def _parameters_of(self, arguments: Arguments, names: tuple[str, ...]) -> Iterator[ParameterValue]:
        from promptlint.link.arguments import flat
        from promptlint.link.values import Default

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
        missing = spec.missing_cap
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
            injected=(at_constructor and (injected or made is None)) or not specs,
            default=default,
        )
        parameters.extend(through)
        if at_constructor and found.state == "none":
            found = msgspec.structs.replace(found, source="constructor")
        return found

    def _settings(self, site: Site, arguments: Arguments, from_caller: bool) -> dict[str, Setting]:
        """The other parameters; of a caller only those that multiply the answer, for nothing else depends on who calls."""
        skip = {
            *site.spec.messages,
            *site.spec.prompt,
            *site.spec.input,
            *site.spec.system,
            *site.spec.tools,
            *site.spec.model_params,
        }
        return {
            name: plain_setting(self.names, name, passed)
            for name, passed in arguments.given.items()
            if name not in skip and (not from_caller or name in site.spec.fanout)
        }

    def _answer(self, spec: CallSpec, arguments: Arguments) -> Shape | None:
        """The form that the answer must have: with tools, the arguments of the one that must be called."""
        tools = [a for p in spec.tools for a in passed(self.names, arguments, p)]
        if tools:
            return forced_tool(self.names, tools, arguments.given.get("tool_choice", ()))
        return shape_of(self.names, [a for p in spec.response_format for a in passed(self.names, arguments, p)])

    def _true(self, arguments: Arguments, parameters: tuple[str, ...]) -> bool:
        for name in parameters:
            for argument in arguments.given.get(name, ()):
                value = self.names.resolve(argument.expr, argument.context)
                if isinstance(value, Data) and getattr(value.expr, "value", None) is True:
                    return True
        return False

    def _cache(self, arguments: Arguments, parameters: tuple[str, ...], marked: bool) -> str:
        if marked or any(p in arguments.given for p in parameters):
            return "explicit"
        return "unknown" if arguments.open else "none"

    def _elsewhere(self, arguments: Arguments) -> bool:
        """Whether the request goes to a host of the user's choice, where model names mean what its owner says."""
        for name in _ELSEWHERE:
            for argument in arguments.given.get(name, ()):
                value = self.names.resolve(argument.expr, argument.context)
                if isinstance(value, Data) and getattr(value.expr, "value", 0) is None:
                    continue
                text = constant(value)
                if text is None or not any(host in text for host in _OFFICIAL):
                    return True
        return False

    # --- wrappers ---

    def _callers(self, site: Site, parameters: list[ParameterValue]) -> Iterator[Call]:
        """Each outermost use of a project function whose parameter reaches the prompt, the model or the cap."""
        for chain in self.wrappers.chains(site, parameters):
            outer = chain[-1]
            identity = self._identify(outer.caller, outer.invocation, outer.invocation.text)
            inner, _ = self.build(site, context_of(self.names, site, chain), identity)
            self._called[identity] = id(outer.function)
            yield self._at(inner, site, chain)

    def outermost(self, callers: Sequence[Call]) -> tuple[Call, ...]:
        """All callers; a call of one of several functions (`BACKENDS[name](...)`) is one caller, not one for each."""
        kept, same = alternatives(callers, self._called)
        self.composed = [(text, role, same.get(site, site), outer) for text, role, site, outer in self.composed]
        return kept

    def _at(self, inner: Call, site: Site, chain: Chain) -> Call:
        """The inner call, placed where the outermost caller makes it."""
        module, invocation = chain[-1].caller, chain[-1].invocation
        function = module.function_of(invocation.scope)
        outer = _around(site, chain[-1])
        loop = own_loop(outer)
        around = self.graph.caller_loop(module, function)
        holes = [s for m in inner.messages for s in m.segments if isinstance(s, Hole)]
        reaching = self._reaching(chain, holes)
        functions = [(s.module, s.function) for s in chain]
        sent = self._sent(site, chain)
        retries = [r for s in reversed(chain) for r in retries_round(self.names, _around(site, s))]
        via = (*(Place(path=s.caller.path, span=s.invocation.span) for s in reversed(chain[:-1])), inner.place)
        return msgspec.structs.replace(
            inner,
            place=Place(path=module.path, span=invocation.span),
            callee_place=Place(path=module.path, span=invocation.callee_span),
            callee=invocation.text,
            function=function.qualname if function is not None else "",
            scope=invocation.scope,
            loop=loop or (inner.loop if inner.loop != "retry" else None),
            loop_item=depends_on_loop(outer, holes),
            caller_loop=around[0] if around is not None else None,
            waits=self.waiting.at(module, invocation.scope),
            certain=inner.certain and unconditional(outer),
            by_clock=self.waiting.by_clock(module, invocation.scope),
            via=via,
            reference=False,
            response_cache=inner.response_cache or any(is_cached(_around(site, s)) for s in chain),
            could_list=inner.could_list if depends_on_loop(outer, reaching) else None,
            growing=inner.growing or growing(self.names, outer, sent, "unclear"),
            # A function with several ways out may answer without a request, from a store of its own.
            steady=steady(outer, sent) and all(len(function.returns) == 1 for _, function in functions),
            stale=inner.stale
            or stale(self.names, outer, [*reaching, *holes])
            or stale(self.names, outer, holes, site.module),
            endless=inner.endless or endless_loop(outer, functions),
            retries=(*retries, *inner.retries),
        )

    def _sent(self, site: Site, chain: Chain) -> list[Expr]:
        """What the outermost caller passes for the messages, where each function on the way hands them on as they are."""
        spec = site.spec
        given = site.arguments(self.names, Context(site.module)).given
        passed = [a.expr for p in (*spec.messages, *spec.input) for a in given.get(p, ())]
        for step in chain:
            named = {expr.name for expr in passed if isinstance(expr, Name)}
            frame = Frame(step.module, step.function, step.invocation, Context(step.caller))
            found = [self.names.scopes.argument(frame, p) for p in step.function.parameters if p.name in named]
            passed = [one[0] for one in found if one is not None]
        return passed

    def _reaching(self, chain: Chain, holes: list[Hole]) -> list[Hole]:
        """What the outermost caller passes into a text."""
        inside = [hole for hole in holes if hole.value is not None]
        for step in chain:
            used = {name for hole in inside for name in names_in(hole, step.module)}
            frame = Frame(step.module, step.function, step.invocation, Context(step.caller))
            passed = [self.names.scopes.argument(frame, p) for p in step.function.parameters if p.name in used]
            inside = [Hole(source="", name="", value=found[0], span=found[0].span) for found in passed if found]
        return inside


def _around(site: Site, step: Step) -> Site:
    """The call of a project function on the way to a request, as if the request were made there."""
    made = step.invocation
    return Site(step.caller, made, site.evidence, made.text, made.span, made.callee_span)


def _kind(spec: CallSpec, model: Setting, arguments: Arguments) -> str:
    """What is asked for, where one method serves several kinds of models: the model, else the body, tells."""
    models = [str(value) for value in model.values]
    if spec.kind == "chat" and models and all("-image" in name for name in models):
        return "image"
    for kind, parts in spec.kinds.items():
        if models and all(any(part in name for part in parts) for name in models):
            return kind
    if spec.embeds and models:
        return "embedding" if all("embed" in name for name in models) else spec.kind
    if spec.embeds and not arguments.given.keys().isdisjoint(spec.embeds):
        return "embedding" if arguments.given.keys().isdisjoint(spec.generates) else spec.kind
    return spec.kind
