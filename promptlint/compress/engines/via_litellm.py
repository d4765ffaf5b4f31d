"""A chat completion asked through litellm, when it is installed: `anthropic/claude-…`, `ollama/…`. It finds the keys itself."""

from __future__ import annotations

import importlib.util
import os
from typing import Any

import msgspec

from promptlint.compress.engines import EngineError, Settings
from promptlint.compress.engines.endpoint import AGAIN, Completion, Messages, Reply, checked_variable, reply

_LONGEST = 300


class Litellm:
    """A model by its litellm name."""

    def __init__(self, settings: Settings) -> None:
        name = settings.model or ""
        prefix = name.partition("/")[0] if "/" in name else ""
        if not prefix or importlib.util.find_spec("litellm") is None:
            raise EngineError(
                f"--model {name} needs --endpoint URL, the server that it answers at (https://api.openai.com/v1, "
                "http://localhost:11434/v1); without it, a name with litellm's prefix (anthropic/…) and litellm installed"
            )
        # litellm reads its price list from the network when it is imported unless it is told not to.
        os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
        import litellm

        known = {str(getattr(each, "value", each)) for each in litellm.provider_list}
        if prefix not in known:
            raise EngineError(f"--model {name}: litellm knows no provider {prefix!r}; with --endpoint any name will do")
        litellm.telemetry = False
        litellm.suppress_debug_info = True
        self._litellm: Any = litellm  # Any: it is not installed where types are checked
        self._settings = settings
        checked_variable(settings)

    def ask(self, messages: Messages, room: int) -> Reply:
        """The answer in at most `room` tokens. Raises `EngineError`."""
        for again in range(AGAIN + 1):
            try:
                return self._answer(messages, room)
            except msgspec.ValidationError as error:
                raise EngineError(
                    f"what litellm hands on from {self._settings.model} is no chat completion ({error})"
                ) from None
            except EngineError:
                raise
            except Exception as error:  # what litellm raises has no base of its own
                status = getattr(error, "status_code", None)
                if again < AGAIN and isinstance(status, int) and (status == 429 or status >= 500):
                    self._settings.say(f"{self._settings.model} answered {status}; asking again in {2**again} s")
                    self._settings.sleep(2**again)
                    continue
                said = " ".join(str(error).split())[:_LONGEST]
                raise EngineError(
                    f"litellm could not ask {self._settings.model} ({type(error).__name__}: {said}): check the key and the "
                    "name"
                ) from None
        raise AssertionError("the last attempt returns or raises")

    def _answer(self, messages: Messages, room: int) -> Reply:
        key = os.environ.get(self._settings.key_variable or "")
        answer = self._litellm.completion(
            model=self._settings.model,
            messages=[dict(message) for message in messages],
            max_tokens=room,
            timeout=self._settings.timeout,
            # A request that timed out may have been billed: only those that surely failed are sent again, by us.
            num_retries=0,
            max_retries=0,
            drop_params=True,
            **({"api_key": key} if key else {}),
        )
        return reply(msgspec.convert(answer.model_dump(), Completion), self._settings.model or "")
