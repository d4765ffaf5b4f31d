"""What a request sets that OpenAI's models which reason refuse: the newer ones reason, as far as they are told to."""

from __future__ import annotations

import re
from collections.abc import Iterable

from promptlint.facts import Call, Setting
from promptlint.money.models import ModelFacts

# Of these `max_tokens` is refused as openai 3.54.0 says of it (resources/chat/completions/completions.py), the rest as
# community.openai.com 1110750 lists by model.
_REFUSED = (
    "temperature", "top_p", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "logit_bias",
    "prediction", "max_tokens",
)  # fmt: skip
_BY_DEFAULT = {"temperature": 1, "top_p": 1, "presence_penalty": 0, "frequency_penalty": 0, "logprobs": False}
# Families that do not reason take them all.
_TAKES_ALL = re.compile(r"gpt-3\.5|gpt-4|gpt-5-chat|gpt-oss|chatgpt-4|davinci|babbage|text-")


def may_refuse(model: ModelFacts) -> bool:
    """Whether OpenAI sells a model that refuses them, or is not known to take them."""
    return model.vendor == "openai" == model.provider and _TAKES_ALL.match(model.bare) is None


def refused(calls: Iterable[Call]) -> list[str]:
    """The names of parameters that calls set to what such a model refuses, each once."""
    found = {
        name: None
        for call in calls
        for name in _REFUSED
        if name in call.settings and _says(call.settings[name], name) and (name != "max_tokens" or _is_passed_on(call))
    }
    return list(found)


def _says(setting: Setting, name: str) -> bool:
    """Whether something is passed for sure, or may be, that is not what goes without saying."""
    return setting.reason is not None or any(value != _BY_DEFAULT.get(name) for value in setting.values)


def _is_passed_on(call: Call) -> bool:
    """Whether `max_tokens` is sent under that name: other SDKs translate it."""
    return call.sdk.startswith("openai")
