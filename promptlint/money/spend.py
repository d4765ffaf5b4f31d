"""What one call carries and costs: the ends of every range that its code, its prompt and its traffic leave open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from promptlint.facts import Call, Record
from promptlint.findings import Basis
from promptlint.money import prices, vendors
from promptlint.money.definitions import Defined
from promptlint.money.formula import NOTHING, Amount, Bounds, Load, per_call
from promptlint.money.models import ModelFacts, served
from promptlint.money.prices import Rates
from promptlint.money.tokens import Range
from promptlint.money.traffic import Figure, Volume

_FANOUT = ("n", "best_of", "candidate_count")
# What models of these kinds give back is not counted in tokens of an answer.
_NO_ANSWER = ("embedding",)


class Request(Record, frozen=True):
    """What the code says of one request, in tokens. It survives JSON, so that another revision's can be kept.

    `complete`: nothing of it is filled in at run time. `cap`: number | dynamic | none | unknown, and `limit` its value, or
    what the provider takes where there is none; `fallback` the default of one that is dynamic. `need`: what the prompt asks for, low and high, and the words that say so.
    `unpriced`: why it has no price. `tools` and `schema` are in `static` as far as they are known.
    """

    kind: str
    models: tuple[str, ...]
    sold_by: tuple[str, ...]
    static: Range
    complete: bool
    cap: str | None
    limit: int | None
    need: tuple[int, int | None, str] | None = None
    answers: int = 1
    unpriced: str | None = None
    fallback: int | None = None
    tools: Defined | None = None
    schema: Defined | None = None

    @property
    def said(self) -> Range:
        """Of `static`, what messages say."""
        low, high = self.static.low, self.static.high
        return Range(
            low=low - sum(d.least.low for d in self.beside), high=high - sum(d.least.high for d in self.beside)
        )

    @property
    def beside(self) -> tuple[Defined, ...]:
        """What is sent beside the messages: its provider words it, so that its upper end is not known."""
        return tuple(defined for defined in (self.tools, self.schema) if defined is not None)


class Spend(Record, frozen=True):
    """One request as it is priced, and what it costs; `per_month` is None where nobody said how often it is made.

    `most`: the longest answer that is possible, whatever was said of the usual one. `discounts`: provider → the share that
    is taken off the list prices of its models here.
    """

    load: Load
    most: int | None
    per_call: Amount | None
    per_month: Amount | None
    basis: tuple[Basis, ...]
    discounts: dict[str, Decimal] = {}


def spend(request: Request, volume: Volume, discount: dict[str, Decimal]) -> Spend:
    """The load of a request and its price by each model that may answer: the cheapest is the low end, the dearest the high.

    `discount`: provider → the share it takes off its list prices.
    """
    models = priced(request)
    sent, basis = _input(request, volume)
    basis += [line for defined in request.beside for line in defined.basis]
    if request.kind == "agent":
        sent = Bounds(low=sent.low, high=None)  # it sends as many requests as it likes
    answer, more = _output(request, volume, models)
    basis += more
    cached = volume.cached_share
    load = Load(
        input=sent,
        output=answer,
        read_share=Decimal(cached.value) if cached else NOTHING,
        answers=request.answers,
        batch=request.kind == "batch",
    )
    if cached:
        basis.append(cached.basis)
    if load.answers > 1:
        basis.append(Basis(input="answers to a request", value=str(load.answers), origin="code"))
    one = cost(load, models, discount)
    for model in models:
        basis += _rates(model, load, discount)
    month = None
    if volume.calls_per_month is not None:
        basis.append(volume.calls_per_month.basis)
        month = one.times(int(volume.calls_per_month.value)) if one is not None else None
    most = 0 if request.kind in _NO_ANSWER else _limit(request, models)[0]
    return Spend(
        load=load,
        most=most,
        per_call=one,
        per_month=month,
        basis=tuple(dict.fromkeys(basis)),
        discounts={m.provider: discount[m.provider] for m in models if m.provider in discount},
    )


def priced(request: Request) -> tuple[ModelFacts, ...]:
    """The models that may answer, if the request can be priced at all: today's facts."""
    if request.unpriced is not None:
        return ()
    return tuple(f for name in request.models for f in served(name, request.sold_by) if f.price is not None)


def cost(load: Load, models: Iterable[ModelFacts], discount: dict[str, Decimal]) -> Amount | None:
    """USD of one request: from the cheapest model's to the dearest's. None where any has no price for it."""
    found = [per_call(m.price, load, discount.get(m.provider, NOTHING)) for m in models]
    amounts = [a for a in found if a is not None]
    return _widest(amounts) if amounts and len(amounts) == len(found) else None


def fanout(call: Call) -> int:
    """How many answers a request asks for, as far as the code says: to each of its prompts."""
    prompts = call.prompts or 1
    for name in _FANOUT:
        setting = call.settings.get(name)
        if setting is not None and len(setting.values) == 1 and isinstance(setting.values[0], int):
            return max(1, setting.values[0]) * prompts
    return prompts


def _widest(amounts: list[Amount]) -> Amount:
    highs = [a.high for a in amounts if a.high is not None]
    return Amount(
        low=min(a.low for a in amounts),
        high=max(highs) if len(highs) == len(amounts) else None,
    )


def _input(request: Request, volume: Volume) -> tuple[Bounds, list[Basis]]:
    """The whole prompt: its text in the code, and what is filled in, which is unknown unless somebody said."""
    static, filled = request.static, volume.input_tokens
    if filled is not None and (not request.complete or filled.level == "sites"):
        more = int(filled.value)
        # What was said of this very call is all that the code does not say; an average of many calls says less.
        known = filled.level == "sites" or not request.beside
        return Bounds(low=static.low + more, high=static.high + more if known else None), [filled.basis]
    return Bounds(low=static.low, high=static.high if request.complete and not request.beside else None), []


def _output(request: Request, volume: Volume, models: Sequence[ModelFacts]) -> tuple[Bounds, list[Basis]]:
    """One answer: what was said of this very call, else what its prompt asks for, else what was said of all calls."""
    if request.kind in _NO_ANSWER:
        return Bounds(low=0, high=0), []
    limit, limits = _limit(request, models)
    said = volume.output_tokens
    if said is not None and said.level in ("sites", "functions", "paths"):
        return _at_most(said, limit), [said.basis]
    # Hidden reasoning is billed as output, and no prompt says how much of it there will be.
    known = request.need is not None and (request.need[1] is not None or said is None)
    if known and request.need is not None and not any(m.reasoning for m in models):
        ends = [n for n in (request.need[1], limit) if n is not None]
        high = min(ends) if ends else None
        low = request.need[0] if high is None else min(request.need[0], high)
        value = f"{low} at least" if high is None else str(low) if low == high else f"{low}-{high}"
        words = Basis(input="output tokens", value=value, origin="code", where=f"the request says {request.need[2]!r}")
        return Bounds(low=low, high=high), [words]
    if said is not None:
        return _at_most(said, limit), [said.basis]
    return Bounds(low=0, high=limit), limits


def _at_most(said: Figure, limit: int | None) -> Bounds:
    tokens = int(said.value) if limit is None else min(int(said.value), limit)
    return Bounds(low=tokens, high=tokens)


def _limit(request: Request, models: Sequence[ModelFacts]) -> tuple[int | None, list[Basis]]:
    """The most tokens an answer can have: the cap, and where it is none or not known, what the model can give at all."""
    most = [m.max_output for m in models if m.max_output]
    model = max(most) if most and len(most) == len(models) else None
    if request.limit is not None:
        limit = min(request.limit, model) if model else request.limit
        return limit, [Basis(input="output tokens at most", value=str(limit), origin="code", where="output cap")]
    if model is None:
        return None, []
    return model, [
        Basis(input="output tokens at most", value=str(model), origin="snapshot", where="limit of the model")
    ]


def listed(what: str, model: ModelFacts, rates: dict[str, Decimal | None]) -> Basis:
    """Rates of a price list, in USD per million tokens, with its source, date and hours; those that are None are left out."""
    source = model.price.source if model.price is not None else ""
    provider = vendors.load().by_id.get(model.provider)
    hours = f", {provider.hours}" if provider is not None and provider.hours else ""
    where = source if model.local else f"{source} of {prices.snapshot_date()}{hours}"
    parts = ", ".join(f"{name} {rate:f}" for name, rate in rates.items() if rate is not None)
    return Basis(input=what, value=f"{model.id}: USD {parts} per million tokens", origin="snapshot", where=where)


def needed(rates: Rates, load: Load) -> dict[str, Decimal | None]:
    """The rates that a load is billed by, under the names of `listed`."""
    return {"in": rates.input, "out": rates.output, "cached": rates.cache_read if load.read_share else None}


def _rates(model: ModelFacts, load: Load, discount: dict[str, Decimal]) -> list[Basis]:
    """The rates that a model's price comes from, in USD per million tokens."""
    if model.price is None:
        return []
    tariff = model.price.batch if load.batch and model.price.batch else model.price
    ends = [tariff.at(load.input.low)]
    if load.input.high is not None and tariff.at(load.input.high) != ends[0]:
        ends.append(tariff.at(load.input.high))
    found = []
    for rates in ends:
        found.append(listed("price", model, {**needed(rates, load), "a request": tariff.request or None}))
    if model.provider in discount:
        share = discount[model.provider]
        found.append(
            Basis(
                input="discount",
                value=f"{share:f}",
                origin="configured",
                where=f"prices.discount.{model.provider}: {model.id}",
            )
        )
    return found
