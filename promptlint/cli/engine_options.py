"""The flags of `compress` that choose an engine and tell it what it needs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from promptlint.compress.engines import Settings

SLEEP = time.sleep  # between two attempts; tests do not wait
Command = Callable[..., Any]  # Any: click wraps commands of every signature

# What each flag is for; said with another engine it is a mistake.
_FOR = {
    "rate": "llmlingua",
    "allow_download": "llmlingua",
    "endpoint": "model",
    "key_variable": "model",
    "tries": "model",
    "timeout": "model",
    "answer_tokens": "model",
}
_OPTIONS = (
    click.option(
        "--engine",
        type=click.Choice(["rules", "llmlingua", "model"]),
        default="rules",
        help="What makes the text shorter (default: rules).",
    ),
    click.option(
        "--model",
        metavar="NAME",
        help="rules: count tokens as this model does. llmlingua: the folder of its model, or a name on the hub. model: the "
        "model that rewrites.",
    ),
    click.option(
        "--count-as",
        metavar="MODEL",
        help="Count tokens as the model does that the prompt is for (default: o200k_base, as gpt-4o does).",
    ),
    click.option(
        "--rate",
        type=float,
        metavar="SHARE",
        help="llmlingua: the share of words to keep, 0 to 1 (default: 0.5). Words that say something stay at any rate.",
    ),
    click.option(
        "--allow-download", is_flag=True, default=None, help="llmlingua: fetch a model of the hub by its name."
    ),
    click.option(
        "--endpoint",
        metavar="URL",
        help="model: the base URL of an OpenAI-compatible server, such as http://localhost:11434/v1.",
    ),
    click.option(
        "--key-variable",
        metavar="NAME",
        help="model: the environment variable that holds the key (default: PROMPTLINT_API_KEY).",
    ),
    click.option(
        "--tries", type=click.IntRange(1, 10), metavar="N", help="model: rewrites to ask for at most (default: 3)."
    ),
    click.option(
        "--timeout",
        type=click.FloatRange(0, 3600, min_open=True),
        metavar="SECONDS",
        help="model: how long to wait for one answer (default: 120).",
    ),
    click.option(
        "--answer-tokens",
        type=click.IntRange(1),
        metavar="N",
        help="model: the most tokens of one answer (default: those of the prompt and some, more for a model that thinks).",
    ),
)


def engine_options(command: Command) -> Command:
    """The flags themselves."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def settings(values: dict[str, Any], say: Callable[[str], None]) -> Settings:  # Any: flags of every type
    """What the engine is told. A flag of another engine ends in a usage error."""
    from promptlint.compress.engines import Settings
    from promptlint.money.tokens import encoding

    engine = values["engine"]
    given = {name: values[name] for name in _FOR if values[name] is not None}
    for name in given:
        if _FOR[name] != engine:
            flag = "--" + name.replace("_", "-")
            raise click.UsageError(f"{flag} is for --engine {_FOR[name]}, not for {engine}.")
    if "answer_tokens" in given:
        given["most_tokens"] = given.pop("answer_tokens")
    tariff = None
    if engine == "model" and values["model"]:
        from promptlint.money.tariff import Tariff

        tariff = Tariff(values["model"])
    return Settings(
        model=values["model"], tariff=tariff, say=say, sleep=SLEEP, encoding=lambda: encoding("cl100k_base"), **given
    )
