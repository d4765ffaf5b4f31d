"""What is known of models by the ids that occur in real code."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from promptlint.money import ids, models, prices, vendors
from promptlint.money.models import ModelFacts

# Drawn from eight published packages: the ids at their call sites first, the rest by lot.
IN_THE_WILD = re.findall(
    r"\S+",
    """
amazon.titan-text-lite-v1 anthropic.claude-3-5-sonnet-20240620-v1:0 anthropic.claude-3-5-sonnet-20241022-v2:0
anthropic.claude-3-haiku-20240307-v1:0:48k anthropic.claude-sonnet-4-5-20250929-v1:0
anthropic/claude-3-5-sonnet-20240620 anthropic/claude-3-7-sonnet-20250219 anthropic/claude-3-sonnet
anthropic/claude-3.5-sonnet bedrock/amazon.nova-lite-v1:0 bedrock/anthropic.claude-3-sonnet-20240229-v1:0
bedrock/apac.anthropic.claude-3-5-sonnet-20241022-v2:0 bedrock/cohere.command-text-v14
bedrock/us.meta.llama3-1-8b-instruct-v1:0 bedrock/us.meta.llama3-2-11b-instruct-v1:0
bedrock/us.meta.llama3-2-1b-instruct-v1:0 claude-3-5-haiku-20241022 claude-3-5-sonnet-20240620
claude-3-5-sonnet-latest claude-3-7-sonnet claude-3-7-sonnet-20250219 claude-3-7-sonnet-latest
claude-3-haiku-20240307 claude-3-opus-20240229 claude-opus-4-6 claude-opus-4-7 claude-sonnet-4 claude-sonnet-4-6
cohere.command-r-plus-v1:0 cohere/command cohere/command-a-03-2025 cohere/command-r-03-2024 deepseek-chat
deepseek/deepseek-chat deepseek/deepseek-reasoner eu.anthropic.claude-haiku-4-5-v1:0 gemini-1.5-flash-001-tuning
gemini-1.5-pro-latest gemini-2.0-flash gemini-2.0-flash-001 gemini-2.0-flash-lite-001 gemini-2.0-flash-lite-preview
gemini-2.0-flash-thinking-exp gemini-2.0-flash-thinking-exp-01-21 gemini-2.0-flash-thinking-exp-1219
gemini-2.5-flash-lite gemini-2.5-flash-preview-04-17 gemini-2.5-pro-preview-05-06 gemini/gemini-2.5-pro-exp-03-25
gemini/gemini-3-pro-preview gemini/gemini-3.8-flash gemini/gemma-3-1b-it gemini/gemma-3-4b-it gemma2
google/gemini-2.0-flash-exp google/gemini-2.5-flash-preview-04-17 gpt-3.5-turbo gpt-3.5-turbo-0125
gpt-3.5-turbo-0613 gpt-3.5-turbo-1106 gpt-3.5-turbo-16k gpt-35-turbo gpt-35-turbo-1106 gpt-4 gpt-4-0613
gpt-4-1106-preview gpt-4-32k-0314 gpt-4-32k-0613 gpt-4-turbo gpt-4-turbo-2024-04-09 gpt-4-vision-preview gpt-4.1
gpt-4.1-2025-04-14 gpt-4.1-mini gpt-4.1-mini-2025-04-14 gpt-4.5-preview gpt-4o gpt-4o-2024-08-06 gpt-4o-mini gpt-5
gpt-5-2025-08-07 gpt-5-mini-2025-08-07 gpt-5-nano gpt-5.4-mini grok-3-mini groq/gemma2-9b-it
groq/llama-3.1-70b-versatile groq/qwen-qwq-32b llama-3.1-405b-instruct llama-3.3-70b-instruct llama2-7b-chat-v2
llama3-70b-8192 meta-llama/Llama-3.3-70B-Instruct-Turbo meta.llama2-70b-chat-v1 meta.llama3-1-8b-instruct-v1:0
mistral.mistral-7b-instruct-v0:2 mistral.mixtral-8x7b-instruct-v0:1 mixtral-8x7b nvidia_nim/google/gemma-7b
nvidia_nim/meta/llama-3.1-70b-instruct o1-mini o1-preview o1-pro-2025-03-19 o3-mini ollama/gemma2 ollama/llama3
ollama/llama3.1 ollama/qwen2:1.5b openai/gpt-4 openai/gpt-4-turbo-preview openai/gpt-4.1-2025-04-14
openai/gpt-4o-mini openai/llama3.1-70b openai/o3 openai/o3-mini openai:gpt-4.1 openai:gpt-4o-mini openai:o4-mini
openrouter/anthropic/claude-sonnet-4 sambanova/Qwen2.5-Coder-32B-Instruct
""",
)


def known(model: str, sdk: str = "litellm") -> ModelFacts:
    facts = models.facts(model, sdk)
    assert facts is not None, f"{model} is not known"
    return facts


def test_most_ids_in_the_wild_are_known() -> None:
    found = [models.facts(model, "litellm") for model in IN_THE_WILD]
    assert len(found) == 120
    assert sum(facts is not None for facts in found) / 120 >= 0.86
    assert sum(facts is not None and facts.price is not None for facts in found) / 120 >= 0.86


@pytest.mark.parametrize(
    ("model", "sdk", "provider", "rates"),
    [
        ("gpt-4o", "openai", "openai", "2.5 10"),
        ("gpt-4o", "langchain", "openai", "2.5 10"),
        ("gpt-4o-2024-08-06", "openai", "openai", "2.5 10"),
        ("openai/gpt-4o", "litellm", "openai", "2.5 10"),
        ("openai:gpt-4o", "pydantic-ai", "openai", "2.5 10"),
        ("azure/gpt-4o", "litellm", "azure", "2.5 10"),
        ("gpt-4o", "azure-openai", "azure", "2.5 10"),
        ("gpt-35-turbo", "azure-openai", "azure", "0.5 1.5"),
        ("claude-3-5-sonnet-latest", "anthropic", "anthropic", "3 15"),
        ("anthropic/claude-sonnet-4-5", "litellm", "anthropic", "3 15"),
        ("anthropic/claude-3.5-sonnet", "openai", "anthropic", "3 15"),
        ("claude-sonnet-4-5@20250929", "anthropic-vertex", "vertex", "3 15"),
        ("us.anthropic.claude-3-5-sonnet-20241022-v2:0", "bedrock", "aws", "3 15"),
        ("bedrock/us-east-1/anthropic.claude-3-haiku-20240307-v1:0", "litellm", "aws", "0.25 1.25"),
        (
            "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",
            "bedrock",
            "aws",
            "0.25 1.25",
        ),
        ("gemini/gemini-2.5-flash", "litellm", "google", "0.3 2.5"),
        ("models/gemini-2.5-flash", "google-genai", "google", "0.3 2.5"),
        ("publishers/google/models/gemini-2.5-pro", "vertexai", "vertex", "1.25 10"),
        ("openrouter/anthropic/claude-sonnet-4", "litellm", "openrouter", "3 15"),
        ("openai/gpt-oss-120b", "groq", "groq", "0.15 0.6"),
        ("meta-llama/Llama-3.3-70B-Instruct-Turbo", "together", "together", "0.88 0.88"),
        ("ft:gpt-4o-mini-2024-07-18:org::id", "openai", "openai", "0.3 1.2"),
        ("gemini-2.5-flash", "openai", "google", "0.3 2.5"),
        ("perplexity/sonar", "perplexity", "perplexity", "0.25 2.5"),
        ("perplexity/sonar", "litellm", "perplexity", "1 1"),
        ("fireworks_ai/deepseek-v4-flash", "litellm", "fireworks", "0.14 0.28"),
        ("ft:gpt-3.5-turbo-0125:org::id", "langchain", "openai", "3 6"),
        ("text-embedding-3-small", "langchain", "openai", "0.02 None"),
    ],
)
def test_an_id_leads_to_its_providers_price(model: str, sdk: str, provider: str, rates: str) -> None:
    facts = known(model, sdk)
    assert facts.price is not None
    assert (facts.provider, f"{facts.price.input} {facts.price.output}", facts.id) == (provider, rates, model)


@pytest.mark.parametrize(
    ("model", "sdk"),
    [
        ("azure/my-deployment", "litellm"),
        ("gpt-4o", "groq"),
        ("claude-sonnet-4-5", "together"),
        ("my-deployment", "azure-openai"),
        ("gpt-4o-prod", "azure-openai"),
        ("o4-mini-prod", "azure-openai"),
        ("arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123", "bedrock"),
        ("claude-3-5-sonnet-99999999", "anthropic"),
        ("claude-opus-9-9", "anthropic"),
        ("gpt-9", "openai"),
        ("openai/llama3.1-70b", "litellm"),
        ("", "openai"),
    ],
)
def test_a_name_that_nobody_sells_is_unknown(model: str, sdk: str) -> None:
    assert models.facts(model, sdk) is None


def test_what_a_seller_without_a_list_serves_has_the_tokens_of_its_maker_and_no_price() -> None:
    facts = known("deepseek-ai/DeepSeek-R1", "siliconflow")
    assert (facts.vendor, facts.token_ratio, facts.price, facts.max_output) == ("deepseek", (1.0, 1.1), None, None)
    assert models.facts("our-own-7b", "siliconflow") is None


@pytest.mark.parametrize("model", ["openai/gpt-4o", "deepseek/deepseek-r2"])
def test_the_owner_in_the_id_of_a_host_is_not_who_is_paid(model: str) -> None:
    assert models.facts(model, "novita") is None


@pytest.mark.parametrize(
    ("model", "sdk", "retires"),
    [
        ("claude-2.1", "anthropic", "2025-07-21"),
        ("code-davinci-002", "openai", "2024-01-04"),
        ("meta-llama/Llama-3.3-70B-Instruct-Turbo", "together", "2026-10-22"),
    ],
)
def test_the_end_of_a_model_is_known_without_a_price_and_of_a_host(model: str, sdk: str, retires: str) -> None:
    facts = known(model, sdk)
    assert (facts.retires, facts.gone) == (retires, True)


def test_every_end_of_life_is_found() -> None:
    table = vendors.load().lifecycle
    assert not [m for row in table for m in row.models if known(m, row.provider).retires != row.retires]


def test_a_provider_may_stand_for_the_sdk() -> None:
    assert known("llama-3.3-70b-versatile", "groq").provider == "groq"
    assert known("gpt-4o", "azure").provider == "azure"


def test_a_known_model_may_have_no_price() -> None:
    assert known("gemini/gemma-3-4b-it").price is None


def test_a_local_model_costs_nothing_and_says_why() -> None:
    facts = known("llama3.1:8b", "ollama")
    assert facts.local
    assert facts.price is not None
    assert (facts.price.output, facts.price.source) == (Decimal(0), "no provider bills a local model")


@pytest.mark.parametrize(
    ("model", "retires", "successor"),
    [
        ("gpt-4o", "2027-01-14", "gpt-6-luna"),
        ("gpt-4o-2024-08-06", "2027-01-14", "gpt-6-luna"),
        ("gpt-4o-2024-05-13", "2026-10-23", "gpt-5.6-sol"),
        ("gpt-5-mini", "2026-12-11", "gpt-6.1-terra"),
        ("claude-3-5-sonnet-latest", "2025-10-28", "claude-sonnet-5-5"),
        ("anthropic/claude-3.5-sonnet", "2025-10-28", "claude-sonnet-5-5"),
        ("claude-sonnet-4", "2026-06-15", "claude-sonnet-4-6"),
        ("claude-sonnet-4-5", "2026-11-30", "claude-sonnet-5-5"),
        ("gemini-2.5-pro", "2026-12-01", "gemini-3.8-flash"),
        ("gpt-4-32k", "2025-06-06", "gpt-6-luna"),
        ("o3-pro", "2026-12-11", None),
        ("gpt-6-luna", None, None),
        ("claude-sonnet-4-6", None, None),
        ("mistral-large-latest", None, None),
    ],
)
def test_ends_of_life(model: str, retires: str | None, successor: str | None) -> None:
    facts = known(model)
    assert (facts.retires, facts.successor) == (retires, successor)
    assert bool(facts.retirement_source) == (retires is not None)


def test_an_alias_lives_as_long_as_its_last_snapshot() -> None:
    assert known("claude-3-5-sonnet-latest").retirement_source.startswith(
        "its last snapshot, claude-3-5-sonnet-20241022"
    )


@pytest.mark.parametrize(
    ("model", "sdk"),
    [("gpt-4o", "azure-openai"), ("anthropic.claude-3-haiku-20240307-v1:0", "bedrock"), ("gemini-2.5-pro", "vertexai")],
)
def test_hosts_keep_models_longer_than_their_vendors(model: str, sdk: str) -> None:
    assert known(model, sdk).retires is None


def test_no_advice_leads_to_a_model_that_leaves_soon() -> None:
    soon = (date.fromisoformat(prices.snapshot_date()) + timedelta(days=150)).isoformat()
    table = vendors.load()
    advised = {known(row.models[0], row.provider).successor for row in table.lifecycle}
    for name in (advised | {row.cheap for row in table.sibling}) - {None}:
        retires = known(str(name)).retires
        assert retires is None or retires > soon, name


def test_a_snapshot_dearer_than_the_next() -> None:
    assert known("gpt-4o-2024-05-13").dearer_than == "gpt-4o-2024-08-06"
    assert known("mistral-large-2411").dearer_than == "mistral-large-2512"
    assert known("gpt-4o-2024-08-06").dearer_than is None
    assert known("gpt-4o").dearer_than is None


@pytest.mark.parametrize(
    ("model", "sdk", "mode", "minimum"),
    [
        ("gpt-4o", "openai", "automatic", 1024),
        ("gpt-3.5-turbo", "openai", "none", None),
        ("claude-sonnet-4-6", "anthropic", "explicit", 1024),
        ("claude-haiku-4-5", "anthropic", "explicit", 4096),
        ("claude-opus-5-5", "anthropic", "explicit", 512),
        ("anthropic.claude-sonnet-4-5-20250929-v1:0", "bedrock", "explicit", 1024),
        ("claude-sonnet-4-6", "vertexai", "explicit", 1024),
        ("gemini-2.5-flash", "google-genai", "automatic", 2048),
        ("command-a-03-2025", "cohere", "none", None),
        ("meta-llama/Llama-3.3-70B-Instruct-Turbo", "together", "unknown", None),
    ],
)
def test_caches(model: str, sdk: str, mode: str, minimum: int | None) -> None:
    facts = known(model, sdk)
    assert (facts.cache_mode, facts.cache_minimum) == (mode, minimum)


@pytest.mark.parametrize(
    ("model", "sdk", "discount"),
    [
        ("gpt-4o", "openai", "0.5"),
        ("claude-sonnet-4-6", "anthropic", "0.5"),
        ("grok-4.3", "xai", "0.2"),
        ("gpt-4o", "azure-openai", "0.5"),
        ("command-a-03-2025", "cohere", None),
        ("deepseek-flash", "deepseek", None),
    ],
)
def test_batch_discounts(model: str, sdk: str, discount: str | None) -> None:
    assert known(model, sdk).batch_discount == (None if discount is None else Decimal(discount))


def test_limits() -> None:
    assert known("gpt-4o").max_output == 16_384
    assert known("claude-haiku-4-5").max_output == 64_000
    assert known("gpt-4o-2024-05-13").max_output == 4_096


def test_a_limit_that_repeats_the_window_is_unknown() -> None:
    assert known("grok-4.7").max_output is None
    assert known("gpt-4").max_output is None


def test_flagships_and_siblings() -> None:
    assert (known("gpt-4o").flagship, known("gpt-4o").sibling) == (True, "gpt-6-luna")
    assert (known("gpt-4o-mini").flagship, known("gpt-4o-mini").sibling) == (False, "gpt-6-luna")
    assert (known("claude-sonnet-4-6").flagship, known("claude-sonnet-4-6").sibling) == (True, "claude-haiku-4-5")
    assert known("claude-haiku-4-5").sibling is None


def test_a_tuned_model_has_no_stand_in() -> None:
    facts = known("ft:gpt-4o-mini-2024-07-18:org::id", "openai")
    assert (facts.retires, facts.successor, facts.sibling) == ("2027-01-14", None, None)


def test_models_that_think_by_default() -> None:
    assert known("o3").reasoning
    assert known("gpt-5-mini").reasoning
    assert not known("gpt-5.1").reasoning
    assert not known("gpt-4o").reasoning


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5-20250929"),
        ("amazon.nova-pro-v1:0", "nova-pro"),
        ("ft:gpt-4o-2024-08-06:org::id", "gpt-4o-2024-08-06"),
        ("anthropic/claude-3.5-sonnet", "claude-3-5-sonnet"),
        ("gpt-4.1", "gpt-4.1"),
    ],
)
def test_bare_names(name: str, bare: str) -> None:
    assert ids.bare(name) == bare


def test_every_provider_but_the_local_one_has_a_price_list() -> None:
    lists = prices.snapshot().providers
    assert {row.prices or row.id for row in vendors.load().provider if not row.local} <= set(lists)


def test_every_fact_has_a_source_and_a_day() -> None:
    facts = vendors.load()
    for table in (
        facts.provider,
        facts.unlisted,
        facts.alias,
        facts.tokenizer,
        facts.cache,
        facts.reasoning,
        facts.sibling,
        facts.lifecycle,
    ):
        for row in table:
            assert row.source
            assert len(row.date) == 10
