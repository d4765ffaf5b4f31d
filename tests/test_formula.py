"""What requests cost: every figure was worked out by hand."""

from __future__ import annotations

import random
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.money import models, prices, waterfall
from promptlint.money.formula import Amount, Bounds, Load, added, break_even, per_call, prefix_cost
from promptlint.money.models import ModelFacts
from promptlint.money.prices import Price, Rates


def known(model: str, sdk: str = "") -> ModelFacts:
    found = models.facts(model, sdk)
    assert found is not None
    assert found.price is not None
    return found


def exactly(tokens: int) -> Bounds:
    return Bounds(low=tokens, high=tokens)


def usd(text: str) -> Decimal:
    return Decimal(text)


# --- the formula ------------------------------------------------------------------------------------------------------


def test_a_million_calls_a_month_on_gpt_4o_mini() -> None:
    one = per_call(known("gpt-4o-mini").price, Load(input=exactly(500), output=exactly(300)))
    assert one is not None
    assert one.times(1_000_000).exact == usd("255.00")


@pytest.mark.parametrize(("hits", "left"), [("0.15", "216.75"), ("0.30", "178.50"), ("0.50", "127.50")])
def test_exact_hits_of_a_response_cache(hits: str, left: str) -> None:
    (level,) = waterfall.compose(usd("255"), [waterfall.response_cache(usd(hits))])
    assert level.spend == usd(left)


def test_routing_then_a_cache_then_a_batch() -> None:
    load = Load(input=exactly(500), output=exactly(300))
    dear, cheap = per_call(known("gpt-4o").price, load), per_call(known("gpt-4o-mini").price, load)
    assert dear is not None
    assert cheap is not None
    base = dear.times(500_000)
    assert base.exact == usd("2125")
    steps = [
        waterfall.batch(usd("0.286"), usd("0.5")),
        waterfall.response_cache(usd("0.4")),
        waterfall.route(usd("0.65"), cheap.low, dear.low),
    ]
    levels = waterfall.compose(usd("2125"), steps)
    assert [level.step.name for level in levels] == ["route", "response cache", "batch"]
    assert [f"{100 * level.total_cut:.1f}" for level in levels] == ["61.1", "76.7", "80.0"]
    assert sum(level.saved for level in levels) + levels[-1].spend == usd("2125")


def test_fewer_tokens_in_each_of_many_calls() -> None:
    one = per_call(Price(input=usd("2.5"), output=usd("10")), Load(input=exactly(120), output=exactly(0)))
    assert one is not None
    assert one.times(300_000).exact == usd("90")


def test_what_is_unknown_stays_a_range() -> None:
    price = Price(input=usd("1"), output=usd("10"))
    unknown = Load(input=Bounds(low=1_000, high=None), output=Bounds(low=0, high=100))
    capped = Load(input=exactly(1_000), output=Bounds(low=0, high=100))
    assert per_call(price, unknown) == Amount(low=usd("0.001"), high=None)
    assert per_call(price, capped) == Amount(low=usd("0.001"), high=usd("0.002"))
    assert per_call(price, capped, discount=usd("0.5")) == Amount(low=usd("0.0005"), high=usd("0.001"))
    assert per_call(Price(input=usd("1")), capped) is None
    assert per_call(None, capped) is None


def test_a_local_model_costs_nothing_whatever_it_is_sent() -> None:
    unknown = Load(input=Bounds(low=0, high=None), output=Bounds(low=0, high=None))
    assert per_call(known("ollama/llama3").price, unknown) == Amount(low=usd("0"), high=usd("0"))


def test_answers_multiply_the_output_alone() -> None:
    price = Price(input=usd("1"), output=usd("10"))
    one = per_call(price, Load(input=exactly(1_000), output=exactly(100), answers=3))
    assert one is not None
    assert one.exact == usd("0.004")


def test_a_long_prompt_pays_the_dearer_tier_at_its_upper_end() -> None:
    load = Load(input=Bounds(low=100_000, high=100_001), output=exactly(1_000))
    assert per_call(known("claude-haiku-5-5").price, load) == Amount(low=usd("0.0105"), high=usd("0.0525005"))


@given(st.lists(st.tuples(st.integers(0, 10**6), st.none() | st.integers(0, 10**6)), max_size=5))
def test_a_sum_is_the_sum_of_its_parts(parts: list[tuple[int, int | None]]) -> None:
    total = added([Amount(low=Decimal(low), high=None if high is None else Decimal(high)) for low, high in parts])
    assert total.low == sum(low for low, _ in parts)
    assert (total.high is None) == any(high is None for _, high in parts)


# --- caches and batches -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "hour", "requests"),
    [
        ("claude-haiku-4-5", False, 2),  # 1.25 + 0.1 < 2
        ("claude-haiku-4-5", True, 3),  # 2 + 0.1 + 0.1 < 3, and 2.1 > 2
        ("gpt-5.6-sol", False, 2),  # writes cost 1.25 since GPT-5.6
        ("gpt-4o", False, 2),  # nothing is paid for a write: the second request is half price
        ("gpt-4o", True, None),  # no hour to buy
    ],
)
def test_a_write_premium_breaks_even(model: str, hour: bool, requests: int | None) -> None:
    price = known(model).price
    assert price is not None
    assert break_even(price, hour=hour) == requests


@given(
    st.decimals("0.1", "100", places=2),
    st.decimals("0", "1", places=3),
    st.decimals("1", "3", places=2),
    st.booleans(),
)
def test_break_even_is_the_first_number_of_requests_that_is_cheaper(plain, read, write, hour) -> None:
    rates = Rates(input=plain, cache_read=plain * read, cache_write=plain * write, cache_write_1h=plain * write * 2)
    found = break_even(rates, hour=hour)

    def cached(requests: int) -> Decimal:
        cost = prefix_cost(rates, 1_000_000, requests, 1, hour=hour)
        assert cost is not None
        return cost

    if found is None:
        assert cached(1_000) >= 1_000 * plain
        return
    assert cached(found) < found * plain
    assert found == 1 or cached(found - 1) >= (found - 1) * plain


def test_a_prefix_that_is_always_written_anew_costs_the_premium() -> None:
    price = known("claude-haiku-4-5").price
    assert price is not None
    assert prefix_cost(price, 10_000, 100, 100) == usd("1.25")
    assert prefix_cost(price, 10_000, 100, 1) == usd("0.1115")
    assert prefix_cost(Rates(input=usd("1")), 10, 2, 1) is None
    with pytest.raises(ValueError, match="3 writes in 2 requests"):
        prefix_cost(price, 10, 2, 3)


@pytest.mark.parametrize(
    ("model", "sdk", "plain", "cached"),
    [
        # 1,000,000 tokens in, 100,000 out, in a batch; then with 800,000 of them read from a cache.
        ("gpt-4o", "openai", "1.75", "1.75"),  # a cached token costs 1.25 in a batch too: half price is no less
        ("gpt-5", "openai", "1.125", "0.675"),  # cached tokens are halved again
        ("claude-haiku-4-5", "anthropic", "0.75", "0.39"),  # halved again
        ("gemini-3.8-flash", "google", "0.5625", "0.2925"),  # halved again
        ("gpt-4o", "azure-openai", "1.75", "1.75"),
        ("mistral-small-2603", "mistral", "0.105", "0.051"),
    ],
)
def test_batches_with_and_without_cached_input(model: str, sdk: str, plain: str, cached: str) -> None:
    price = known(model, sdk).price
    load = Load(input=exactly(1_000_000), output=exactly(100_000), batch=True)
    warm = Load(input=exactly(1_000_000), output=exactly(100_000), batch=True, read_share=usd("0.8"))
    assert [a and a.exact for a in (per_call(price, load), per_call(price, warm))] == [usd(plain), usd(cached)]


def test_a_cached_batch_of_gemini_2_5_reads_at_the_full_cached_rate() -> None:
    price = known("gemini-2.5-pro", "google").price
    load = Load(input=exactly(100_000), output=exactly(0), batch=True, read_share=usd("1"))
    one = per_call(price, load)
    assert one is not None
    assert one.exact == usd("0.0125")


# --- composing --------------------------------------------------------------------------------------------------------


def test_steps_come_in_the_order_in_which_they_act() -> None:
    steps = [
        waterfall.cap(usd("0.5"), usd("0.1")),
        waterfall.compress(usd("0.3"), usd("0.3")),
        waterfall.batch(usd("0.2"), usd("0.5")),
        waterfall.prompt_cache(usd("0.4"), usd("0.1"), usd("1.25"), usd("0.9")),
        waterfall.response_cache(usd("0.1"), usd("0.02")),
        waterfall.route(usd("0.5"), usd("1"), usd("4")),
    ]
    levels = waterfall.compose(usd("1000"), steps)
    assert tuple(level.step.name for level in levels) == waterfall.ORDER
    # 1 - 0.5 × 0.75; 1 - 0.08; 1 - 0.4 × (1 - (0.09 + 0.125)); 1 - 0.1; 1 - 0.09; 1 - 0.05
    assert levels[-1].spend == 1000 * usd("0.625") * usd("0.92") * usd("0.686") * usd("0.9") * usd("0.91") * usd("0.95")


def test_a_cache_that_is_only_written_makes_the_spend_grow() -> None:
    (level,) = waterfall.compose(usd("100"), [waterfall.prompt_cache(usd("1"), usd("0.1"), usd("1.25"), usd("0"))])
    assert (level.spend, level.saved) == (usd("125"), usd("-25"))


@pytest.mark.parametrize(
    "steps",
    [
        [waterfall.Step(name="hope", share=usd("1"), cut=usd("1"))],
        [waterfall.batch(usd("0.1"), usd("0.5")), waterfall.batch(usd("0.1"), usd("0.5"))],
        [waterfall.batch(usd("1.1"), usd("0.5"))],
        [waterfall.compress(usd("0.5"), usd("1.1"))],
    ],
)
def test_what_is_no_share_is_refused(steps: list[waterfall.Step]) -> None:
    with pytest.raises(ValueError):
        waterfall.compose(usd("1"), steps)


@given(
    st.lists(
        st.builds(
            waterfall.Step,
            name=st.sampled_from(waterfall.ORDER),
            share=st.decimals("0", "1", places=3),
            cut=st.decimals("0", "1", places=3),
        ),
        unique_by=lambda s: s.name,
    )
)
def test_savings_never_come_to_more_than_the_spend(steps: list[waterfall.Step]) -> None:
    levels = waterfall.compose(usd("1000"), steps)
    assert all(level.spend >= 0 and level.saved >= 0 for level in levels)
    if levels:
        assert round(sum(level.saved for level in levels), 20) == round(1000 - levels[-1].spend, 20)


# --- against the package the snapshot was compiled from ---------------------------------------------------------------


def test_two_thousand_random_costs_are_those_of_genai_prices() -> None:
    genai = pytest.importorskip("genai_prices")
    assert genai.__version__ == prices.snapshot().sources["prices"].split()[1], "compile the snapshot anew"
    instant = datetime.fromisoformat(prices.snapshot().instant)
    chance = random.Random(5)
    pairs = [
        (provider, model, listed.model.price)
        for provider in genai.data_snapshot.get_snapshot().providers
        for model in provider.models
        if (listed := prices.find(provider.id, model.id.lower()))
        and listed.model.id == model.id
        and listed.model.price
        and listed.model.price.source != "litellm"
        and listed.model.price.input is not None
        and listed.model.price.output is not None
    ]
    rich = [pair for pair in pairs if pair[2].batch or pair[2].cache_write_1h]  # few models have all the rates
    kinds = {"batch": 0, "read": 0, "write": 0, "hour": 0}
    for _ in range(2_000):
        provider, model, price = chance.choice(chance.choice((pairs, rich)))
        sent = chance.choice((chance.randrange(2_000), chance.randrange(300_000), chance.randrange(2_000_000)))
        read = chance.choice((0, chance.randrange(sent + 1)))
        written = chance.choice((0, chance.randrange(sent - read + 1))) if price.cache_write is not None else 0
        hour = chance.choice((0, chance.randrange(written + 1))) if price.cache_write_1h is not None else 0
        answered = chance.randrange(30_000)
        batch = bool(price.batch and not price.batch_source and chance.random() < 0.5)
        usage = genai.Usage(
            input_tokens=sent,
            output_tokens=answered,
            cache_read_tokens=read,
            cache_write_tokens=written,
            **({"cache_write_1h_tokens": hour} if hour else {}),
        )
        theirs = model.calc_price(
            usage,
            provider,
            genai_request_timestamp=instant,
            price_context={"processing": "batch"} if batch else None,
        ).total_price
        ours = prices.cost(price, sent, answered, read, written, batch, hour)
        assert ours == theirs, (provider.id, model.id, usage, batch)
        for kind, used in (("batch", batch), ("read", read), ("write", written), ("hour", hour)):
            kinds[kind] += bool(used)
    assert min(kinds.values()) > 50, kinds
