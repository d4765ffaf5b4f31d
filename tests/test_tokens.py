"""Token counts against published numbers and against tiktoken itself."""

from __future__ import annotations

import base64
import hashlib
import importlib
from typing import Any

import pytest

from promptlint.money import models, tokens
from promptlint.money.tokens import Range

JARGON: list[tuple[str, str | None, str]] = [
    (
        "system",
        None,
        "You are a helpful, pattern-following assistant that translates corporate jargon into plain English.",
    ),
    ("system", "example_user", "New synergies will help drive top-line growth."),
    ("system", "example_assistant", "Things working well together will increase revenue."),
    (
        "system",
        "example_user",
        "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
    ),
    ("system", "example_assistant", "Let's talk later when we're less busy about how to do better."),
    ("user", None, "This late pivot means we don't have time to boil the ocean for the client deliverable."),
]
WEATHER: list[tuple[str, str | None, str]] = [
    ("system", None, "You are a helpful assistant that can answer to questions about the weather."),
    ("user", None, "What's the weather like in San Francisco?"),
]
WEATHER_TOOL: dict[str, Any] = {  # Any: a JSON schema
    "name": "get_current_weather",
    "description": "Get the current weather in a given location",
    "parameters": {
        "type": "object",
        "properties": {
            "location": {"type": "string", "description": "The city and state, e.g. San Francisco, CA"},
            "unit": {
                "type": "string",
                "description": "The unit of temperature to return",
                "enum": ["celsius", "fahrenheit"],
            },
        },
    },
}


@pytest.mark.parametrize(
    ("encoding", "sha256"),
    [
        ("o200k_base", "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"),
        ("cl100k_base", "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"),
    ],
)
def test_packed_ranks_are_the_published_files(encoding: str, sha256: str) -> None:
    lines = (base64.b64encode(token) + b" %d\n" % rank for token, rank in tokens.ranks(encoding).items())
    assert hashlib.sha256(b"".join(lines)).hexdigest() == sha256


@pytest.mark.parametrize("encoding", ["o200k_base", "cl100k_base"])
def test_pattern_is_tiktokens(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    public = importlib.import_module("tiktoken_ext.openai_public")

    monkeypatch.setattr(public, "load_tiktoken_bpe", lambda *args, **kwargs: {})
    assert tokens.ENCODINGS[encoding][1] == getattr(public, encoding)()["pat_str"]


def test_nothing_is_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    import tiktoken.load

    def refuse(*_: object) -> bytes:
        raise AssertionError("a rank file was asked for")

    monkeypatch.setattr(tiktoken.load, "read_file", refuse)
    monkeypatch.setattr(tiktoken.load, "read_file_cached", refuse)
    tokens._encoding.cache_clear()
    tokens.remember({})
    assert tokens.count("tiktoken is great!") == 6


@pytest.mark.parametrize(
    ("text", "cl100k", "o200k"),
    [
        ("tiktoken is great!", 6, 6),
        ("antidisestablishmentarianism", 6, 6),
        ("2 + 2 = 4", 7, 7),
        ("お誕生日おめでとう", 9, 8),
        ("", 0, 0),
    ],
)
def test_published_strings(text: str, cl100k: int, o200k: int) -> None:
    assert (tokens.count(text, "cl100k_base"), tokens.count(text)) == (cl100k, o200k)


def test_a_special_token_in_a_prompt_is_plain_text() -> None:
    assert tokens.count("<|endoftext|>") > 1


def test_a_lone_surrogate_is_counted() -> None:
    assert tokens.count("a\ud800b") > 0


@pytest.mark.parametrize(("encoding", "expected"), [("cl100k_base", 129), ("o200k_base", 124)])
def test_published_message_overhead(encoding: str, expected: int) -> None:
    assert tokens.request(JARGON, encoding) == expected


@pytest.mark.parametrize(("encoding", "expected"), [("cl100k_base", 105), ("o200k_base", 101)])
def test_published_tool_overhead(encoding: str, expected: int) -> None:
    wrapped = {"type": "function", "function": WEATHER_TOOL}
    assert tokens.request(WEATHER, encoding, [WEATHER_TOOL]) == expected
    assert tokens.request(WEATHER, encoding, [wrapped]) == expected


@pytest.mark.parametrize(("encoding", "expected"), [("cl100k_base", 34), ("o200k_base", 33)])
def test_published_messages_without_tools(encoding: str, expected: int) -> None:
    assert tokens.request(WEATHER, encoding) == expected


def test_a_description_loses_one_full_stop() -> None:
    ended = WEATHER_TOOL | {"description": WEATHER_TOOL["description"] + "."}
    assert tokens.tool_tokens([ended]) == tokens.tool_tokens([WEATHER_TOOL])


@pytest.mark.parametrize("encoding", ["o200k_base", "cl100k_base"])
def test_pieces_add_up_to_the_whole(encoding: str) -> None:
    text = "# Head\n\n  indented   \n\tx = 1 // 2\n/ slash\n'd it's\n\n\n12345\r\nend. \n" * 8_000
    parts = list(tokens.pieces(text))
    assert len(parts) > 1
    assert "".join(parts) == text
    assert sum(tokens.count(part, encoding) for part in parts) == len(tokens._encoding(encoding).encode_ordinary(text))


def test_a_million_blanks_do_not_overflow() -> None:
    assert 1 < tokens.count("a" + " " * 1_100_000 + "b") < 50_000


def test_long_blanks_keep_every_character() -> None:
    text = "a" + "\t" * 250_001 + "b\n" + "c" * 260_000
    assert "".join(tokens.pieces(text)) == text
    assert max(map(len, tokens.pieces(text))) <= tokens.LARGEST_PIECE


@pytest.mark.parametrize(
    ("model", "encoding"),
    [
        (None, "o200k_base"),
        ("gpt-4o", "o200k_base"),
        ("gpt-4.1-mini", "o200k_base"),
        ("gpt-4.5-preview", "o200k_base"),
        ("openai/gpt-4o-mini", "o200k_base"),
        ("claude-sonnet-4-5", "o200k_base"),
        ("gpt-4", "cl100k_base"),
        ("gpt-4-turbo-2024-04-09", "cl100k_base"),
        ("azure/gpt-35-turbo", "cl100k_base"),
        ("openai:gpt-3.5-turbo", "cl100k_base"),
        ("ft:gpt-3.5-turbo-0125:org::id", "cl100k_base"),
        ("text-embedding-3-small", "cl100k_base"),
    ],
)
def test_encoding_of_a_model(model: str | None, encoding: str) -> None:
    assert tokens.encoding_of(model) == encoding


def test_openai_counts_are_exact_and_others_are_ranges() -> None:
    assert tokens.scaled(1000, models.facts("gpt-4o", "openai")) == Range(low=1000, high=1000)
    assert tokens.scaled(1000, None).exact
    claude = tokens.scaled(1000, models.facts("claude-sonnet-5-5", "anthropic"))
    assert (claude.low, claude.high, claude.exact) == (1200, 1650, False)


def test_a_range_never_narrows_by_rounding() -> None:
    claude = tokens.scaled(1, models.facts("claude-sonnet-4-6", "anthropic"))
    assert (claude.low, claude.high) == (1, 2)
