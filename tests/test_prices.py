"""Costs by the snapshot, compared with the package it was compiled from."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from promptlint.knowledge.tables import rules_dir
from promptlint.money import models, prices, vendors
from promptlint.money.prices import Price, Rates, Tier

# Prompt, answer, read from a cache, written to one.
LOADS = [
    (0, 0, 0, 0),
    (1_000, 300, 0, 0),
    (10_000, 500, 8_000, 0),
    (10_000, 500, 0, 8_000),
    (100_000, 1_000, 0, 0),
    (100_001, 1_000, 50_000, 10_000),
    (200_000, 10, 0, 0),
    (200_001, 10, 0, 0),
    (272_001, 999, 200_000, 1),
    (1_000_000, 1_000_000, 0, 0),
]


def known(provider: str, model: str) -> Price:
    found = prices.find(provider, model)
    assert found is not None
    assert found.model.price is not None
    return found.model.price


def comparable() -> Iterator[tuple[str, str, Price]]:
    for provider in prices.snapshot().providers:
        for listed in prices.price_list(provider).models:
            price = listed.price
            if price and price.source != "litellm" and price.input is not None and price.output is not None:
                yield provider, listed.id, price


def test_costs_are_those_of_genai_prices() -> None:
    genai = pytest.importorskip("genai_prices")
    assert genai.__version__ == prices.snapshot().sources["prices"].split()[1], "compile the snapshot anew"
    instant = datetime.fromisoformat(prices.snapshot().instant)
    originals = {
        (provider.id, model.id): (provider, model)
        for provider in genai.data_snapshot.get_snapshot().providers
        for model in provider.models
    }
    compared, different = 0, []
    for provider, model, price in comparable():
        for sent, answered, read, written in LOADS:
            usage = genai.Usage(
                input_tokens=sent, output_tokens=answered, cache_read_tokens=read, cache_write_tokens=written
            )
            for batch in (False, True) if price.batch and not price.batch_source else (False,):
                seller, original = originals[provider, model]
                context = {"processing": "batch"} if batch else None
                theirs = original.calc_price(
                    usage, seller, genai_request_timestamp=instant, price_context=context
                ).total_price
                compared += 1
                if prices.cost(price, sent, answered, read, written, batch) != theirs:
                    different.append((provider, model, sent, batch))
    assert compared >= 2_000
    assert different == []


def test_ids_lead_to_the_models_that_genai_prices_finds() -> None:
    genai = pytest.importorskip("genai_prices")
    providers = genai.data_snapshot.get_snapshot().providers
    compared = 0
    for seller in providers:
        for model in seller.models:
            for name in (model.id, f"{model.id}-20251211", f"{model.id}-x"):
                theirs = seller.find_model(name, all_providers=providers)
                ours = prices.find(seller.id, name.lower())
                compared += 1
                if ours is None or ours.model.price is None or ours.model.price.source != "litellm":
                    assert (ours.model.id if ours else None) == (theirs.id if theirs else None), (seller.id, name)
    assert compared >= 6_000


def test_a_tier_reprices_the_whole_request() -> None:
    haiku = known("anthropic", "claude-haiku-5-5")
    assert prices.cost(haiku, 100_000, 1_000) == Decimal("0.0105")
    assert prices.cost(haiku, 100_001, 1_000) == Decimal("0.0525005")


def test_an_unknown_rate_makes_an_unknown_cost() -> None:
    half = Price(input=Decimal(1))
    assert prices.cost(half, 1_000, 1) is None
    assert prices.cost(half, 1_000, 0) == Decimal("0.001")
    assert prices.cost(None, 1_000, 0) is None
    assert prices.cost(half, 1_000, 0, batch=True) is None


def test_cached_tokens_are_part_of_the_prompt() -> None:
    price = Price(input=Decimal(10), output=Decimal(0), cache_read=Decimal(1), cache_write=Decimal(20))
    assert prices.cost(price, 1_000_000, 0, 500_000, 100_000) == Decimal("6.5")
    assert prices.cost(Price(input=Decimal(10)), 1_000_000, 0, 500_000) == Decimal(10)
    with pytest.raises(ValueError, match="11 cached tokens in a prompt of 10"):
        prices.cost(price, 10, 0, 11)


def test_the_highest_tier_below_the_prompt_holds() -> None:
    one, two = Tier(above=10, input=Decimal(2)), Tier(above=20, input=Decimal(3))
    price = Price(input=Decimal(1), tiers=(one, two))
    assert [price.at(tokens).input for tokens in (10, 11, 20, 21)] == [1, 2, 2, 3]


def test_a_discount_on_everything_leaves_cached_tokens_alone() -> None:
    price = Price(input=Decimal(2), output=Decimal(8), cache_read=Decimal("0.5"))
    batch = prices.discounted(price, Decimal("0.5"), "a page")
    assert (batch.input, batch.output, batch.cache_read, batch.batch_source) == (
        Decimal(1),
        Decimal(4),
        Decimal("0.5"),
        "a page",
    )


def test_a_price_of_nothing_is_never_taken_for_an_unknown_one() -> None:
    assert prices.cost(Price(input=Decimal(0), output=Decimal(0)), 1_000, 1_000) == 0
    assert Rates().input is None


def test_the_dear_hours_of_deepseek_are_in_force() -> None:
    assert prices.cost(known("deepseek", "deepseek-flash"), 1_000_000, 1_000_000) == Decimal("1.5")


def test_the_snapshot_says_its_day() -> None:
    assert prices.snapshot_date() == "2026-11-22"


def test_an_outdated_alias_has_a_newer_meaning() -> None:
    facts = vendors.load()
    assert facts.meanings["mistral", "mistral-large-latest"] == "mistral-large-2512"
    for alias in facts.alias:
        assert prices.find(alias.provider, alias.means), alias.id


def test_another_snapshot_can_be_used(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_text(
        '{"instant":"2030-01-02T00:00:00Z","sources":{"prices":"own","limits":"own"},"named":{},"providers":'
        '{"openai":{"models":[{"id":"gpt-4o","match":["=gpt-4o"],"price":{"input":"7"}}]}}}'
    )
    try:
        prices.use(path)
        assert (prices.snapshot_date(), known("openai", "gpt-4o").input) == ("2030-01-02", Decimal(7))
        facts = models.facts("gpt-4o", "openai")
        assert facts
        assert facts.price
        assert (facts.price.input, facts.price.source) == (Decimal(7), "own")
    finally:
        prices.use(None)
    assert known("openai", "gpt-4o").input == Decimal("2.5")


def test_loading_is_quick() -> None:
    best = float("inf")
    for _ in range(5):
        prices.use(None)
        start = time.process_time()
        prices.find("openai", "gpt-4o")
        best = min(best, time.process_time() - start)
    assert best < 0.015


def test_the_sources_are_named_with_their_licence() -> None:
    text = rules_dir().joinpath("prices", "LICENSES.md").read_text(encoding="utf-8")
    for source in prices.snapshot().sources.values():
        assert source.split()[0] in text
    assert text.count("MIT License") == 2
