"""How many tokens a text or a request is, offline: tiktoken built from the ranks that ship beside this module.

`tiktoken.get_encoding` is never called: with an empty cache it downloads, without a time limit.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from struct import Struct
from typing import TYPE_CHECKING, Any

from promptlint.facts import Record

if TYPE_CHECKING:
    import tiktoken

    from promptlint.money.models import ModelFacts

RANKS = Path(__file__).parent / "ranks"

# Number of tokens, and the pattern that cuts a text into words: those of tiktoken 0.14's `tiktoken_ext.openai_public`.
ENCODINGS = {
    "cl100k_base": (
        100_256,
        r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]"
        r"|\s+(?!\S)|\s",
    ),
    "o200k_base": (
        199_998,
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    ),
}

# OpenAI models older than gpt-4o; everything since counts with o200k_base.
_CL100K = re.compile(r"(?:ft:)?(?:gpt-4(?!o|\.\d)|gpt-3\.5|gpt-35|text-embedding-|babbage-002|davinci-002)")

LARGEST_PIECE = 250_000
LARGEST_BLANK = 100_000

# No branch of either pattern crosses a newline that is followed by such a character: counts on both sides add up.
_CUT = re.compile(r"(?<=\n)(?=[^\s/])")
_BLANKS = re.compile(r"\s+")


class Range(Record, frozen=True):
    """A number of tokens: `low` and `high` are equal when it is exact."""

    low: int
    high: int

    @property
    def exact(self) -> bool:
        """True when nothing was estimated."""
        return self.low == self.high


def ranks(encoding: str) -> dict[bytes, int]:
    """Token bytes to rank, unpacked from "lengths, then bytes" (see `scripts/pack_ranks.py`)."""
    data = (RANKS / f"{encoding}.bin").read_bytes()
    size = ENCODINGS[encoding][0]
    layout = Struct("".join(map([f"{length}s" for length in range(256)].__getitem__, data[:size])))
    return dict(zip(layout.unpack_from(data, size), range(size), strict=True))


def encoding(name: str) -> tiktoken.Encoding:
    """The encoding of a name, for who needs more than counts. It has no special tokens. Raises KeyError as `count` does."""
    return _encoding(name)


@cache
def _encoding(name: str) -> tiktoken.Encoding:
    import tiktoken

    table = ranks(name)
    made = tiktoken.Encoding(name, pat_str=ENCODINGS[name][1], mergeable_ranks=table, special_tokens={})
    table.clear()  # it is copied to where texts are counted, and would hold some 30 MB until the end
    return made


def count(text: str, encoding: str = "o200k_base") -> int:
    """Tokens of `text`, special tokens taken as plain text. Exact up to one token per cut in a run without newlines.

    Raises KeyError for an encoding that does not ship.
    """
    if not text:
        return 0
    key = hashlib.blake2b(f"{encoding}\0{text}".encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    known = _remembered.get(key)
    if known is None:
        encode = _encoding(encoding).encode_ordinary
        if len(text) <= LARGEST_BLANK:
            known = len(encode(text))
        else:
            known = sum(len(encode(part)) for part in pieces(text))
        if len(_remembered) < _MOST_REMEMBERED:
            _remembered[key] = known
    return known


_MOST_REMEMBERED = 100_000
_remembered: dict[str, int] = {}


def remember(counts: dict[str, int]) -> None:
    """Take counts that were made before, and add new ones to them: then no tokenizer is loaded for what is known."""
    global _remembered  # one table for the process, like the cache of `count` itself
    _remembered = counts


def pieces(text: str) -> Iterator[str]:
    """`text` in pieces that tiktoken takes safely, cut where counts add up exactly wherever such a place is in reach.

    A blank run near a million characters overflows its stack, and very long runs of anything are slow.
    """
    start = 0
    while len(text) - start > LARGEST_PIECE:
        end = _last_cut(text, start, start + LARGEST_PIECE)
        yield from _short_blanks(text[start:end])
        start = end
    yield from _short_blanks(text[start:])


def _last_cut(text: str, start: int, limit: int) -> int:
    newline = text.rfind("\n", start, limit)
    while newline > start:
        if _CUT.match(text, newline + 1):
            return newline + 1
        newline = text.rfind("\n", start, newline)
    return limit


def _short_blanks(text: str) -> Iterator[str]:
    half = LARGEST_BLANK // 2
    # So long a run fills one of these halves; looking at each run takes as long as counting.
    if not any(text[i : i + half].isspace() for i in range(0, len(text), half) if i + half <= len(text)):
        yield text
        return
    start = 0
    for run in _BLANKS.finditer(text):
        for cut in range(run.start() + LARGEST_BLANK, run.end(), LARGEST_BLANK):
            yield text[start:cut]
            start = cut
    yield text[start:]


def encoding_of(model: str | None) -> str:
    """The encoding that counts best for a model id, as written in code: cl100k_base before gpt-4o, else o200k_base."""
    if model is None:
        return "o200k_base"
    name = re.split(r"/|^(?:openai|azure|azure_openai|azure_ai):", model.lower())[-1]
    return "cl100k_base" if _CL100K.match(name) else "o200k_base"


def added(ranges: Sequence[Range]) -> Range:
    """The sum of several."""
    return Range(low=sum(r.low for r in ranges), high=sum(r.high for r in ranges))


def scaled(tokens: int, model: ModelFacts | None) -> Range:
    """`tokens` of `encoding_of(model)` as tokens of the model's own vendor: exact for OpenAI, else a measured range.

    With no model the count stands for its encoding and is exact.
    """
    if model is None:
        return Range(low=tokens, high=tokens)
    low, high = model.token_ratio
    return Range(low=math.floor(tokens * low), high=math.ceil(tokens * high))


# Any: a tool is JSON as the program passes it.
def request(
    messages: Sequence[tuple[str, str | None, str]],
    encoding: str = "o200k_base",
    tools: Sequence[Mapping[str, Any]] | None = None,
) -> int:
    """Prompt tokens of a chat request: messages are (role, name, text). Source: OpenAI cookbook, "How to count tokens".

    3 a message, 1 a name, 3 for the reply. `tools` are functions, bare or as `{"type": "function", "function": {…}}`.
    """
    total = 3
    for role, name, text in messages:
        total += 3 + count(role, encoding) + count(text, encoding)
        if name is not None:
            total += 1 + count(name, encoding)
    return total + (tool_tokens(tools, encoding) if tools else 0)


TOOLS_OVERHEAD = 12
"""What a request with tools has more, besides its tools."""


def tool_tokens(tools: Sequence[Mapping[str, Any]], encoding: str = "o200k_base") -> int:
    """Prompt tokens that tool schemas add: 7 a function (10 before gpt-4o), 12 a request, and the texts.

    Same source. It does not cover `required`, nested objects and arrays: what is counted is a lower bound for those.
    """
    return TOOLS_OVERHEAD + sum(function_tokens(tool.get("function", tool), encoding) for tool in tools)


def function_tokens(function: Mapping[str, Any], encoding: str = "o200k_base") -> int:
    """Prompt tokens of one function among the tools of a request."""
    total = 10 if encoding == "cl100k_base" else 7
    total += count(f"{function.get('name', '')}:{_stripped(function)}", encoding)
    properties = (function.get("parameters") or {}).get("properties") or {}
    total += 3 if properties else 0
    return total + sum(_property_tokens(key, value, encoding) for key, value in properties.items())


def _property_tokens(key: str, value: Mapping[str, Any], encoding: str) -> int:
    total = 3 + count(f"{key}:{value.get('type', '')}:{_stripped(value)}", encoding)
    if value.get("enum"):
        total += -3 + sum(3 + count(str(item), encoding) for item in value["enum"])
    return total


def _stripped(described: Mapping[str, Any]) -> str:
    return str(described.get("description") or "").removesuffix(".")
