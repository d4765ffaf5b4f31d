"""What is known of each call and prompt in tokens and dollars, with the inputs of every figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from promptlint.facts import Call, Literal, Message, Project, Prompt, Record, Segment
from promptlint.findings import Basis, Impact
from promptlint.money import definitions, parts, prices, sellers, tokens
from promptlint.money.ceilings import LONGEST, ceilings, longest
from promptlint.money.models import ModelFacts
from promptlint.money.need import Need, need
from promptlint.money.parts import Part
from promptlint.money.spend import Request, Spend, fanout, listed, needed, spend
from promptlint.money.tokens import Range
from promptlint.money.traffic import Volume, volume

if TYPE_CHECKING:
    from promptlint.config import Config

MILLION = Decimal(1_000_000)
_PER_MESSAGE = 3
_PER_REPLY = 3
# What these take is text, without roles and borders of messages.
_PLAIN = ("embedding", "completion")


class CallMeasure(Record, frozen=True):
    """One call. Tokens are a request's, USD per call unless named; a price is null when any of its inputs is unknown.

    `request` is what its code says, `spend` the ranges: what is sent and answered, and what that costs. `discount` is what its provider takes off.

    `static`: literal text, overhead, and what is known of tools and schema: a lower bound. `total` is null while a part is
    filled at run time, or worded by the provider. `output_ceiling_usd`: whichever of its models answers.
    `prefix`: literal text before the first value filled at run time; `after_hole` the literal text behind it.
    """

    static: Range
    total: Range | None
    prefix: Range
    after_hole: Range
    need: Need | None
    models: tuple[ModelFacts, ...]
    price_model: str | None
    static_input_usd: Decimal | None
    output_ceiling_usd: Decimal | None
    per_month_usd: Decimal | None
    basis: tuple[Basis, ...]
    unpriced: str | None
    request: Request
    volume: Volume
    spend: Spend
    discount: Decimal = Decimal(0)

    @property
    def calls_per_month(self) -> int | None:
        """How often the call is made, where somebody said so."""
        return self.volume.calls


class PromptMeasure(Record, frozen=True):
    """The literal text of a prompt, each run counted alone: a lower bound of what it adds to a request."""

    tokens: Range
    encoding: str


class Measures(Struct, frozen=True):
    """All figures of a project by site id and prompt id. `snapshot_date`: the day of the prices."""

    calls: dict[str, CallMeasure]
    prompts: dict[str, PromptMeasure]
    snapshot_date: str


def measure(project: Project, config: Config) -> Measures:
    """Count and price every call and prompt of a project."""
    calls = {call.site_id: _call(call, config) for call in (*project.calls, *project.callers)}
    encodings = _encodings(project, calls)
    return Measures(calls, {p.id: _prompt(p, encodings) for p in project.prompts}, prices.snapshot_date())


def _encodings(project: Project, calls: dict[str, CallMeasure]) -> dict[str, ModelFacts | None]:
    """Site id → the model whose tokens count there."""
    return {site: (m.models[0] if m.models else None) for site, m in calls.items()}


def _prompt(prompt: Prompt, sites: dict[str, ModelFacts | None]) -> PromptMeasure:
    model = next((sites[s] for s in prompt.used_by if sites.get(s) is not None), None)
    encoding = tokens.encoding_of(model.id if model else None)
    return PromptMeasure(tokens=tokens.scaled(literal_tokens(prompt.segments, encoding), model), encoding=encoding)


def literal_tokens(segments: Iterable[Segment], encoding: str) -> int:
    """Tokens of the maximal literal runs, each counted alone."""
    return sum(tokens.count(run, encoding) for run in runs(segments))


def runs(segments: Iterable[Segment]) -> list[str]:
    """The literal text between holes."""
    found: list[str] = []
    current: list[str] = []
    for segment in segments:
        if isinstance(segment, Literal):
            current.append(segment.text)
        elif current:
            found.append("".join(current))
            current = []
    if current:
        found.append("".join(current))
    return [text for text in found if text]


def _call(call: Call, config: Config) -> CallMeasure:
    sold_by = sellers.paid(call)
    known = sellers.known(call, sold_by)
    encoding = tokens.encoding_of(known[0].id if known else None)
    widest = known[0] if known else None
    text = sum(literal_tokens(m.segments, encoding) for m in call.messages)
    overhead = _PER_MESSAGE * len(call.messages) + _PER_REPLY if call.messages and call.kind not in _PLAIN else 0
    before, after = _around_first_hole(call.messages, encoding)
    tools = definitions.tools(call, widest, encoding)
    schema = definitions.schema(call, widest, encoding)
    beside = [defined for defined in (tools, schema) if defined is not None]
    static = tokens.added([tokens.scaled(text + overhead, widest), *(defined.least for defined in beside)])
    complete = (
        call.messages_known and bool(call.messages) and all(m.complete for m in call.messages) and not call.has_tools
    )
    traffic = volume(call, config)
    needed = need(call)
    basis = [
        *sellers.told(call, known),
        Basis(input="static input tokens", value=str(static.low), origin="code", where=call.place.path),
    ]
    if not static.exact:
        ratio = "what other tokenizers than OpenAI's count is estimated"
        basis.append(Basis(input="static input tokens at most", value=str(static.high), origin="code", where=ratio))
    with_price, unpriced = _priced(call, known)
    price_model = min(with_price, key=_input_rate, default=None)
    asked = Request(
        kind=call.kind,
        models=tuple(sorted(str(v) for v in call.model.values)),
        sold_by=sold_by,
        static=static,
        complete=complete,
        cap=call.cap.state if call.cap is not None else None,
        limit=_stated(call),
        need=(needed.low, needed.high, needed.words[0]) if needed is not None else None,
        answers=fanout(call),
        unpriced=unpriced,
        fallback=call.cap.fallback if call.cap is not None else None,
        tools=tools,
        schema=schema,
    )
    spent = spend(asked, traffic, config.prices.discount)
    basis += spent.basis
    static_usd = ceiling = None
    off = config.prices.discount.get(price_model.provider, Decimal(0)) if price_model is not None else Decimal(0)
    # A batch holds any number of requests: what one of them says is no price of all.
    if price_model is not None and price_model.price is not None and call.kind != "batch":
        found = prices.cost(price_model.price, static.low, 0)
        static_usd = found * (1 - off) if found is not None else None
        tops = ceilings(call, with_price, config.prices.discount)
        # Of a model whose limit is not known an answer may cost more than of any other.
        ceiling = tops[0].usd if len(tops) == len(with_price) else None
        if tops and not any(b.input == LONGEST for b in basis):
            basis.append(longest(call, tops[0], alone=len(known) == 1))
    return CallMeasure(
        static=static,
        total=static if complete and not asked.beside else None,
        prefix=tokens.scaled(before, widest),
        after_hole=tokens.scaled(after, widest),
        need=needed,
        models=known,
        price_model=price_model.id if price_model else None,
        static_input_usd=static_usd,
        output_ceiling_usd=ceiling,
        per_month_usd=spent.per_month.exact if spent.per_month is not None else None,
        basis=tuple(basis),
        unpriced=unpriced,
        request=asked,
        volume=traffic,
        spend=spent,
        discount=off,
    )


def _around_first_hole(messages: tuple[Message, ...], encoding: str) -> tuple[int, int]:
    """Tokens of literal text before and after the first value that is filled in at run time."""
    segments = [s for m in messages for s in m.segments]
    first = next((i for i, s in enumerate(segments) if not isinstance(s, Literal)), len(segments))
    return literal_tokens(segments[:first], encoding), literal_tokens(segments[first + 1 :], encoding)


def _priced(call: Call, known: tuple[ModelFacts, ...]) -> tuple[tuple[ModelFacts, ...], str | None]:
    """The models that may answer, all with a price, or none and why."""
    if call.kind in ("image", "audio"):
        return (), f"{call.kind} calls are not billed by tokens of text"
    if not call.model.values:
        return (), f"model unknown: {call.model.reason or 'not passed'}"
    if call.hosted_elsewhere and call.model.basis != "configured":
        return (), "served from a deployment or host of your own"
    with_price = tuple(m for m in known if m.price is not None)
    if not {m.id for m in with_price}.issuperset(call.model.values):
        local = [m for m in known if m.local]
        return (), "local model: time, not money" if local else f"no price for {call.model.values[0]}"
    return with_price, None


def _input_rate(model: ModelFacts) -> Decimal:
    """For the cheapest of several: the end that is sure."""
    return (model.price.input or Decimal(0)) if model.price else Decimal(0)


def _stated(call: Call) -> int | None:
    """The cap as a number, or what the provider takes where certainly none is set."""
    if call.cap is None:
        return None
    return {"number": call.cap.value, "none": call.cap.default}.get(call.cap.state)


def prompt_saving(prompt: Prompt, measures: Measures, tokens: int) -> Impact:
    """What fewer tokens of a prompt save in each request; dollars are those of the cheapest call that sends it."""
    sent = [m for s in prompt.used_by if (m := measures.calls.get(s)) is not None]
    found = [impact(measure, "saving", input_tokens=tokens) for measure in sent]
    priced = [i for i in found if i.usd_per_1000_calls is not None]
    if found and len(priced) == len(found):
        return min(priced, key=lambda i: i.usd_per_1000_calls or Decimal(0))
    return Impact(kind="saving", input_tokens=tokens)


def impact(measure: CallMeasure | None, kind: str, *, input_tokens: int = 0, output_tokens: int = 0) -> Impact:
    """What tokens are worth at a call: per 1,000 calls when its model has a price, a month when its volume is known."""
    approximate = measure is not None and measure.static.low != measure.static.high
    basis = measure.basis if measure is not None else ()
    plain = Impact(
        kind=kind,
        input_tokens=input_tokens or None,
        output_tokens=output_tokens or None,
        approximate=approximate,
        basis=basis,
    )
    asked = [m for m in measure.models if m.id == measure.price_model] if measure is not None else []
    model = min(asked, key=_input_rate, default=None)
    if measure is None or model is None or model.price is None:
        return plain
    return _worth(plain, measure, parts.of_tokens(model.price, input_tokens, output_tokens), measure.discount)


def request_saving(site_id: str, measures: Measures, tokens: int) -> Impact:
    """What fewer tokens of one request save; without dollars where no call is known to send it."""
    return impact(measures.calls.get(site_id), "saving", input_tokens=tokens)


def _worth(plain: Impact, measure: CallMeasure, made: Sequence[Part], discount: Decimal) -> Impact:
    """An impact with the dollars of these parts of one call; a month too, where the volume is known."""
    one = parts.usd(made, discount)
    if not one:
        return plain
    return msgspec.structs.replace(
        plain,
        usd_per_1000_calls=one * 1000,
        usd_per_month=one * measure.calls_per_month if measure.calls_per_month else None,
        formula=parts.worded(made, discount),
    )


def saving(
    measure: CallMeasure,
    made: Sequence[Part],
    *also: Basis,
    kind: str = "saving",
    approximate: bool = False,
    at_least: bool = False,
    discount: Decimal | None = None,
) -> Impact:
    """What these parts of one call are worth, discounts taken off, a month where the volume is known.

    `also`: the rates that the call itself does not have (`spend.listed`). `discount`: of another provider than its cheapest.
    `at_least`: the parts are the sure end of what is sent and answered.
    """
    plain = impact(measure, kind)
    approximate = approximate or plain.approximate
    off = measure.discount if discount is None else discount
    told = msgspec.structs.replace(plain, approximate=approximate, at_least=at_least, basis=(*plain.basis, *also))
    return _worth(told, measure, made, off)


def open_ended(measure: CallMeasure) -> bool:
    """Whether a request may carry more than what its code says: values that are filled in at run time."""
    return measure.spend.load.input.high is None


def batch_saving(measure: CallMeasure) -> Impact | None:
    """What sending a call by way of the Batch API saves for sure; None where a price is unknown, or there is no discount."""
    found = []
    for model in measure.models:
        if model.price is None or model.price.batch is None or model.price.request or model.price.batch.request:
            return None
        load = measure.spend.load
        fewer = [*parts.of_load(model.price, load), *parts.less(parts.of_load(model.price.batch, load))]
        rates = needed(model.price.batch.at(load.input.low), load)
        off = measure.spend.discounts.get(model.provider, Decimal(0))
        also = listed("batch price", model, rates)
        found.append(saving(measure, fewer, also, at_least=open_ended(measure), discount=off))
    saved = [one for one in found if one.usd_per_1000_calls is not None]
    if not saved or len(saved) < len(found):
        return None
    least = min(saved, key=lambda one: one.usd_per_1000_calls or Decimal(0))
    return least if (least.usd_per_1000_calls or 0) > 0 else None
