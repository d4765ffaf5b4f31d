"""Compile `rules/prices/prices.json`: prices from the installed genai-prices, limits and end dates from litellm's JSON.

Usage: python scripts/update_prices.py model_prices_and_context_window_backup.json [--instant 2026-11-22T02:00:00Z]

Both sources are MIT (see `rules/prices/LICENSES.md`). Prices are those in force at one instant, so that the same code
costs the same on every day. The hour matters: DeepSeek doubles its prices from 01:00 to 04:00 and from 06:00 to 10:00
UTC, and 02:00 gives the dearer ones, so that no figure is too low.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

from genai_prices import data, types

TARGET = Path(__file__).resolve().parent.parent / "rules" / "prices" / "prices.json"

# genai-prices' names for the rates that requests of text are billed by, and ours.
RATES = {
    "input_mtok": "input",
    "output_mtok": "output",
    "cache_read_mtok": "cache_read",
    "cache_write_mtok": "cache_write",
    "cache_write_1h_mtok": "cache_write_1h",
}

# litellm's provider names, by the price list they belong to.
LITELLM = {
    "openai": ("openai", "text-completion-openai"),
    "anthropic": ("anthropic",),
    "google": ("gemini", "vertex_ai-language-models", "vertex_ai-anthropic_models", "vertex_ai"),
    "azure": ("azure", "azure_text", "azure_ai"),
    "aws": ("bedrock", "bedrock_converse"),
    "mistral": ("mistral", "codestral"),
    "cohere": ("cohere_chat", "cohere"),
    "groq": ("groq",),
    "together": ("together_ai",),
    "deepseek": ("deepseek",),
    "x-ai": ("xai",),
    "perplexity": ("perplexity",),
}
MODES = {"chat", "responses", "completion", "embedding"}

# Prompt and answer share one window: litellm's 4,096 is not a limit of the answer alone.
SHARED = re.compile(r"gpt-4(-0314|-0613|-32k.*)?$|gpt-3\.?5-turbo(-0301|-0613|-16k.*)?$")

# Jsons are trees of these; a struct would only be turned back into JSON.
Row = dict[str, Any]


def rule(match: object) -> Any:
    """A match rule as text (`=equals`, `^starts`, `$ends`, `~contains`, `/regex`) or `{"any": […]}`, `{"all": […]}`."""
    match match:
        case types.ClauseEquals():
            return "=" + match.equals.lower()
        case types.ClauseStartsWith():
            return "^" + match.starts_with.lower()
        case types.ClauseEndsWith():
            return "$" + match.ends_with.lower()
        case types.ClauseContains():
            return "~" + match.contains.lower()
        case types.ClauseRegex():
            return "/" + match.regex
        case types.ClauseOr():
            return {"any": [rule(clause) for clause in match.or_]}
        case types.ClauseAnd():
            return {"all": [rule(clause) for clause in match.and_]}
    raise ValueError(f"an unknown kind of match rule: {match!r}")


def text(price: Decimal) -> str:
    """A decimal without exponent or trailing zeros."""
    plain = format(price, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def price(prices: types.ModelPrice) -> Row:
    """The text rates of one price, and a row of tiers for each prompt size above which any of them changes."""
    rates = {ours: value for theirs, ours in RATES.items() if (value := getattr(prices, theirs)) is not None}
    row: Row = {
        name: text(value.base if isinstance(value, types.TieredPrices) else value) for name, value in rates.items()
    }
    tiers = {tier.start for value in rates.values() if isinstance(value, types.TieredPrices) for tier in value.tiers}
    if tiers:
        row["tiers"] = [
            {"above": start} | {name: at(value, start) for name, value in rates.items()} for start in sorted(tiers)
        ]
    if isinstance(prices.requests_kcount, Decimal):
        row["request"] = text(prices.requests_kcount / 1000)
    return row


def at(value: Decimal | types.TieredPrices, start: int) -> str:
    """The rate that holds for prompts of more than `start` tokens."""
    if isinstance(value, Decimal):
        return text(value)
    return text(next((tier.price for tier in reversed(value.tiers) if tier.start <= start), value.base))


def model(info: types.ModelInfo, instant: datetime, limits: Mapping[str, Row]) -> Row:
    """One model of a price list. `price` is left out when it has none: unknown is never zero."""
    clauses = rule(info.match)
    row: Row = {"id": info.id, "match": clauses["any"] if isinstance(clauses, dict) and "any" in clauses else [clauses]}
    standard = price(info.get_prices(instant))
    if "input" in standard or "output" in standard:
        batch = price(info.get_prices(instant, {"processing": "batch"}))
        if batch != standard:
            standard["batch"] = batch
        elif theirs := litellm_batch(info, standard, limits):
            standard["batch"] = standard | theirs
            standard["batch_source"] = "litellm"
        row["price"] = standard
    if info.context_window:
        row["context"] = info.context_window
    return row


def litellm_batch(info: types.ModelInfo, standard: Row, rows: Mapping[str, Row]) -> Row | None:
    """Batch rates that genai-prices lacks, where litellm agrees on the plain ones."""
    found = rows.get(info.id.lower(), {})
    rates: Row = {}
    for name in ("input", "output"):
        plain, batch = (found.get(f"{name}_cost_per_token{suffix}") for suffix in ("", "_batches"))
        if plain is None or batch is None or "tiers" in standard or text(per_million(plain)) != standard.get(name):
            return None
        rates[name] = text(per_million(batch))
    return rates if any(rates[name] != standard[name] for name in rates) else None


def litellm_model(key: str, row: Row) -> Row | None:
    """A model that only litellm has a price for. A row of zeros is a gap in its data, not a gift."""
    named = {
        "input": "input",
        "output": "output",
        "cache_read": "cache_read_input",
        "cache_write": "cache_creation_input",
    }
    rates = {
        ours: row.get(f"{theirs}_{'token_cost' if 'cache' in theirs else 'cost_per_token'}")
        for ours, theirs in named.items()
    }
    if (
        not rates["input"]
        or (row["mode"] != "embedding" and not rates["output"])
        or any("above" in name for name in row)
    ):
        return None
    price = {name: text(per_million(rate)) for name, rate in rates.items() if rate}
    return {"id": key, "match": ["=" + key], "price": price | {"source": "litellm"}}


def per_million(usd_per_token: float) -> Decimal:
    """litellm's USD per token as USD per million tokens, without the digits that floats add."""
    return (Decimal(repr(usd_per_token)) * 1_000_000).normalize()


def litellm_rows(rows: Mapping[str, Row], names: tuple[str, ...]) -> dict[str, Row]:
    """The text models of one price list by bare id; the first provider named wins."""
    found: dict[str, Row] = {}
    for name in names:
        for key, row in rows.items():
            if row.get("litellm_provider") == name and row.get("mode") in MODES and "commitment" not in key:
                found.setdefault(bare(key), row)
    return found


def bare(key: str) -> str:
    """litellm's key without provider prefixes, regions of Bedrock included."""
    key = re.sub(
        r"^(?:(?:azure|bedrock)/(?:[a-z]+-[a-z]+-\d|eu|us|global|global-standard)/|[a-z_0-9]+/)", "", key.lower()
    )
    return re.sub(r"^(?:us|eu|apac|au|jp|ca|us-gov|global)\.(?=[a-z0-9]+\.)", "", key)


def limits(key: str, row: Row) -> Row:
    """What litellm knows of one model, as `prices.json` keeps it."""
    most, window = row.get("max_output_tokens"), row.get("max_input_tokens")
    if SHARED.match(key):
        most = None
    kept = {
        # A row that repeats the window as output limit says nothing of output.
        "output": most if isinstance(most, int) and most != window and row["mode"] != "embedding" else None,
        "input": window if isinstance(window, int) else None,
        "retires": row.get("deprecation_date"),
        "cache": int(row.get("prompt_cache_min_tokens") or 0),
        "reasons": row.get("supports_reasoning") or None,
    }
    return {name: value for name, value in kept.items() if value}


def extra(provider: types.Provider, rows: Mapping[str, Row]) -> list[Row]:
    """What litellm sells under a provider's name and genai-prices has no match for."""
    missing = [key for key in sorted(rows) if provider.find_model(key, all_providers=data.providers) is None]
    return [row for key in missing if (row := litellm_model(key, rows[key]))]


def compile_snapshot(rows: Mapping[str, Row], instant: datetime, litellm_version: str) -> Row:
    """All of `prices.json`."""
    providers: Row = {}
    for provider in data.providers:
        known = litellm_rows(rows, LITELLM.get(provider.id, ()))
        providers[provider.id] = {
            "fallback": provider.fallback_model_providers or [],
            "models": [model(info, instant, known) for info in provider.models] + extra(provider, known),
            "limits": {key: kept for key, row in sorted(known.items()) if (kept := limits(key, row))},
        }
    sources = {"prices": f"genai-prices {version('genai-prices')}", "limits": f"litellm {litellm_version}"}
    return {
        "instant": instant.isoformat().replace("+00:00", "Z"),
        "sources": sources,
        "named": {provider.id: rule(provider.model_match) for provider in data.providers if provider.model_match},
        "providers": providers,
    }


def written(snapshot: Row) -> str:
    """Compact JSON with a line for each model, so that a change of price is a change of one line."""
    lines = []
    for name, provider in snapshot["providers"].items():
        models = ",\n".join(compact(row) for row in provider["models"])
        known = ",\n".join(f"{compact(key)}:{compact(row)}" for key, row in provider["limits"].items())
        head = f'{compact(name)}:{{"fallback":{compact(provider["fallback"])}'
        lines.append(f'{head},"models":[\n{models}],\n"limits":{{\n{known}}}}}')
    head = ",\n".join(f"{compact(key)}:{compact(snapshot[key])}" for key in ("instant", "sources", "named"))
    return "{" + head + ',\n"providers":{\n' + ",\n".join(lines) + "}}\n"


def compact(value: object) -> str:
    """JSON without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def main() -> None:
    """Read the command line, write the snapshot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("litellm", type=Path, help="model_prices_and_context_window_backup.json from litellm's wheel")
    parser.add_argument("--litellm-version", default="1.109.1")
    parser.add_argument("--instant", default="2026-11-22T02:00:00Z", help="prices in force then, UTC")
    given = parser.parse_args()
    rows = json.loads(given.litellm.read_text(encoding="utf-8"))
    instant = datetime.fromisoformat(given.instant).astimezone(UTC)
    snapshot = compile_snapshot(rows, instant, given.litellm_version)
    TARGET.write_text(written(snapshot), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
