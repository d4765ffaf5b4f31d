"""From sites to `Call`s: the SDK site itself, and each outermost caller of a project function that wraps it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from promptlint.facts import Call, Cap, Expr, Hole, Invocation, Place, Setting, Shape
from promptlint.knowledge.specs import CallSpec
from promptlint.link.callers.batches import side_by_side
from promptlint.link.callers.caches import stale
from promptlint.link.callers.circumstances import (
    anew,
    depends_on_loop,
    given_out,
    grows,
    inner_loop,
    is_cached,
    steady,
    unconditional,
    varies,
)
from promptlint.link.callers.endless import endless
from promptlint.link.callers.graph import CallGraph
from promptlint.link.callers.history import growing
from promptlint.link.callers.moving import first_filled
from promptlint.link.callers.retries import loop_round, retries_of
from promptlint.link.callers.retrieved import retrieved
from promptlint.link.callers.single import could_list, prompts_of
from promptlint.link.callers.waiting import Waiting
from promptlint.link.callers.wrappers import Chain, Wrappers, alternatives, context_of, informed
from promptlint.link.program.module import Module
from promptlint.link.requests.decorated import Instructed, signature
from promptlint.link.requests.receivers import carriers, receivers
from promptlint.link.requests.settings import plain_setting
from promptlint.link.requests.sites import Site, inner_models
from promptlint.link.requests.taken import all_taken
from promptlint.link.resolve.alternatives import one_cap, one_model
from promptlint.link.resolve.arguments import layered
from promptlint.link.resolve.members import ANSWERS, members
from promptlint.link.resolve.names import MOST_VALUES, Names
from promptlint.link.resolve.passed import Arguments
from promptlint.link.resolve.values import Context, Data, Instance, ParameterValue
from promptlint.link.sent.asked import Asked, Asking
from promptlint.link.sent.definitions import form_of, passed, tools_of
from promptlint.link.sent.messages import Messages
from promptlint.link.sent.outermost import Outermost
from promptlint.link.sent.shapes import forced_tool, shape_of
from promptlint.link.sent.sold import provider_of, sdk_of, sold
from promptlint.link.texts.composed import Composed


class Calls:
    """Builds the calls of a project. `composed` keeps the text of each for the prompt inventory."""

    def __init__(self, names: Names, messages: Messages, graph: CallGraph, mapping: dict[str, str]) -> None:
        self.names = names
        self.messages = messages
        self.graph = graph
        self.composed: list[tuple[Composed, str | None, str, bool]] = []
        self.wrappers = Wrappers(graph)
        self.waiting = Waiting(names, graph)
        self.asking = Asking(names, mapping, messages.composer.templates.stored)
        self.outer = Outermost(names, graph, self.waiting)
        self.instructed = Instructed(names)
        self._ordinals: Counter[tuple[str, str, str]] = Counter()
        self._chains: dict[str, Chain] = {}

    def site(self, site: Site) -> tuple[Call, list[Call]]:
        """The call at a site, and those of its outermost callers."""
        identity = self._identify(site.module, site.invocation, site.callee)
        call, parameters = self.build(site, Context(site.module), identity)
        callers = list(self._callers(site, parameters))
        call = informed(call, callers) if callers else call
        return (call if call.model.values else self._made(call, site, parameters)), callers

    def _made(self, call: Call, site: Site, parameters: Sequence[ParameterValue]) -> Call:
        """A call in a method, with the models that are passed where objects of its class are made, if all say one; and with
        their cap, if all have the same.
        """
        found: list[Asked] = []
        makers = [p for p in parameters if p.function.qualname.endswith(".__init__")]
        for module, function in {id(p.function): (p.module, p.function) for p in makers}.values():
            self.graph.climb(module, function, 0)
            for caller, invocation in self.graph.callers(module, function)[: MOST_VALUES + 1]:
                frame = self.names.frame(module, function, invocation, Context(caller))
                found.append(self.asking.asked(site, Context(site.module, (frame,))))
        models = [one.model for one in found]
        if not 0 < len(found) <= MOST_VALUES or not all(model.values for model in models):
            return call
        if len({value for model in models for value in model.values}) > MOST_VALUES:
            return call
        cap = call.cap
        if (
            cap is not None
            and cap.state in ("unknown", "dynamic")
            and (made := one_cap([one.cap for one in found])) is not None
            and made.state == "number"
        ):
            cap = made
        return msgspec.structs.replace(call, model=msgspec.structs.replace(one_model(models), basis="default"), cap=cap)

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
        ways = [
            self.asking.asked(variant, context, member)
            for variant in site.variants(names, context)
            for member in answering or [None]
        ]
        holder, models = inner_models(names, ways[0].arguments) if len(ways) == 1 else ("", [])
        ways = [self.asking.asked(site, context, one, holder) for one in models] or ways
        asked = sorted(ways, key=lambda one: not one.goes.sellers)  # a way that has a price is told of first
        parameters = [parameter for one in asked for parameter in one.parameters]
        arguments, instance, client, kind = asked[0].arguments, asked[0].instance, asked[0].client, asked[0].kind
        sdk = sdk_of(asked[0].site)
        model = one_model([one.model for one in asked])
        output_cap = _cap_of(asked)
        if output_cap is not None and output_cap.state == "none" and _made_elsewhere(models, site.module):
            output_cap = msgspec.structs.replace(output_cap, state="unknown", reason="one of several models")
        system = [p for made in (instance, arguments.model) if made is not None for p in made.client.system]
        told = self.instructed.texts(instance) if instance is not None else ()
        request = self.messages.request(arguments, spec, self._prompts(site, instance), system, told)
        parameters.extend((*request.parameters, *receivers(names, site), *carriers(names, site)))
        asks = kind != "embedding" and (kind != "batch" or bool(spec.inside))
        if asks:  # what is embedded asks for nothing, and most batches are sent as a file
            of_members = [self._told(member) for member in inside]
            for composed, role in (*request.composed, *(text for texts in of_members for text in texts)):
                self.composed.append((composed, role, site_id, bool(context.frames)))
        function = site.function
        loop = loop_round(names, site)
        tools = tools_of(names, arguments, spec)
        has_tools = any(passed(names, arguments, p) for p in spec.tools)
        prompts = prompts_of(names, arguments, spec)
        sent = [a.expr for p in (*spec.messages, *spec.input) for a in arguments.given.get(p, ())]
        if has_tools and any(grows(site, expr) for expr in sent):
            loop = "agent"
        around = self.graph.caller_loop(site.module, function)
        waits = self.waiting.at(site.module, site.invocation.scope)
        holes = [s for m in request.messages for s in m.segments if isinstance(s, Hole)]
        call = Call(
            site_id=site_id,
            place=Place(path=site.module.path, span=site.span),
            callee_place=Place(path=site.module.path, span=site.callee_span),
            callee=site.callee,
            sdk=sdk,
            provider=provider_of(asked[0]),
            sold=sold(asked),
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
            loop=loop or inner_loop(site) or side_by_side(names, site),
            loop_item=depends_on_loop(site, holes) if loop else around is not None and bool(request.parameters),
            caller_loop=around[0] if around is not None else None,
            caller_loop_kind=around[1].kind if around is not None else None,
            waits=waits,
            given_out=given_out(site),
            stream=spec.always_streams or "stream" in site.method or self._true(arguments, spec.stream),
            prompt_cache=self._cache(arguments, spec.cache_params, any(m.cache_mark for m in request.messages)),
            response_cache=is_cached(site),
            opaque=bool(arguments.open),
            built_here=(instance is not None and instance.built) or (instance is None and not site.by_shape),
            reference=site.reference,
            could_list=could_list(names, site, arguments, spec),
            prompts=prompts,
            all_taken=any(p in arguments.given for p in spec.fanout) and all_taken(names, site.module, site.invocation),
            retries=retries_of(names, site, arguments, sdk, built=instance is not None and instance.built),
            certain=unconditional(site),
            steady=steady(site, [a.expr for p in (*spec.input, *spec.prompt) for a in arguments.given.get(p, ())]),
            varies=varies(site),
            stale=stale(names, site, holes),
            anew=anew(site, holes),
            first=first_filled(names, site, request.messages),
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

    # --- wrappers ---

    def _callers(self, site: Site, parameters: list[ParameterValue]) -> Iterator[Call]:
        """Each outermost use of a project function whose parameter reaches the prompt, the model or the cap."""
        for chain in self.wrappers.chains(site, parameters):
            outer = chain[-1]
            identity = self._identify(outer.caller, outer.invocation, outer.invocation.text)
            inner, _ = self.build(site, context_of(self.names, site, chain), identity)
            self._chains[identity] = chain
            yield self.outer.at(inner, site, chain)

    def outermost(self, callers: Sequence[Call]) -> tuple[Call, ...]:
        """All callers; a call of one of several functions (`BACKENDS[name](...)`) is one caller, not one for each."""
        kept, same = alternatives(callers, self._chains)
        self.composed = [(text, role, same.get(site, site), outer) for text, role, site, outer in self.composed]
        return kept


def _cap_of(asked: Sequence[Asked]) -> Cap | None:
    """The cap of a call on one of several objects. That of `llm or Chat(max_tokens=9)` is 9 unless a caller passes another object."""
    made = [one.cap for one in asked if one.instance is None or one.instance.built or not _is_open(one.cap)]
    found = one_cap(made)
    if found is None or found.state != "number" or len(made) == len(asked):
        return one_cap([one.cap for one in asked])
    return msgspec.structs.replace(
        found, state="dynamic", value=None, fallback=found.value, reason="an object that is passed in"
    )


def _is_open(cap: Cap | None) -> bool:
    return cap is not None and cap.state == "unknown"


def _made_elsewhere(models: Sequence[Instance], module: Module) -> bool:
    """Whether another file makes one of several models: there may be more of them than are found."""
    return any(layer.context.module is not module for model in models for layer in model.layers)
