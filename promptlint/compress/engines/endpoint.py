"""A chat completion asked of an OpenAI-compatible server: one request, one answer, every way to fail with its cure."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

import msgspec
from msgspec import Struct

from promptlint.compress.engines import EngineError, Settings

OWN_VARIABLE = "PROMPTLINT_API_KEY"
_OPENAI = "api.openai.com"
_LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))
# A request that met a full or failing server is sent so often again, after at most so many seconds.
AGAIN = 2
_LONGEST_WAIT = 60.0
_LARGEST_ANSWER = 8_000_000
_LONGEST_QUOTE = 200
# A server may repeat the key in what it says: it is hidden there, unless it is a word like any other.
_SHORTEST_KEY = 8

Messages = Sequence[Mapping[str, str]]


class Reply(Struct, frozen=True):
    """One answer. `cut`: it ran into its limit; `refused`: why there is no text. Tokens are None when it did not say."""

    text: str
    cut: bool = False
    refused: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int = 0


class _Part(Struct):
    text: str = ""


class _Message(Struct):
    content: str | list[_Part] | None = None
    refusal: str | None = None


class _Choice(Struct):
    message: _Message
    finish_reason: str | None = None


class _Details(Struct):
    cached_tokens: int | None = None


class _Usage(Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _Details | None = None


class Completion(Struct):
    """What is read of a chat completion."""

    choices: list[_Choice]
    usage: _Usage | None = None


class Endpoint:
    """A server under one base URL. The key is read from the environment for each request and goes nowhere else."""

    def __init__(self, settings: Settings) -> None:
        try:
            import httpx
        except ImportError:
            raise EngineError(
                "`--endpoint` needs httpx, which is not installed: pip install 'promptlint-budget[model]'"
            ) from None
        self._settings = settings
        self._parts = _checked(settings.endpoint or "")
        self._address = _completions(self._parts)
        self.url = self._address.partition("?")[0]  # what is shown: a query may hold a secret
        self._variable = _variable(settings, self._parts.hostname or "")
        self._cap = "max_completion_tokens" if self._parts.hostname == _OPENAI else "max_tokens"
        local = self._parts.hostname in _LOOPBACK
        # httpx follows no redirect unless told to: the key would go along. A proxy is not asked for this very machine.
        self._client = httpx.Client(timeout=settings.timeout, follow_redirects=False, trust_env=not local)
        if self._parts.scheme == "http" and not local and self._key():
            settings.say(f"the key in {self._variable} goes to {self._parts.hostname} unencrypted: use https://")

    def ask(self, messages: Messages, room: int) -> Reply:
        """The answer to messages in at most `room` tokens. Raises `EngineError`."""
        for again in range(AGAIN + 1):
            status, headers, body = self._send(messages, room)
            if status == 400 and self._cap == "max_tokens" and b"max_completion_tokens" in body:
                self._cap = "max_completion_tokens"
                status, headers, body = self._send(messages, room)
            if status not in (408, 429) and status < 500:
                break
            wait = _wait(headers, again)
            if again == AGAIN or wait > _LONGEST_WAIT:
                break
            self._settings.say(f"{self.url} answered {status}; asking again in {wait:g} s")
            self._settings.sleep(wait)
        if not 200 <= status < 300:
            raise EngineError(self._problem(status, headers, body))
        return read(body, self.url)

    def _key(self) -> str:
        key = os.environ.get(self._variable, "").strip() if self._variable else ""
        if not key.isascii() or not key.isprintable():
            raise EngineError(f"the key in {self._variable} holds characters that no header takes")
        return key

    def _send(self, messages: Messages, room: int) -> tuple[int, Mapping[str, str], bytes]:
        import httpx

        key = self._key()
        body = {"model": self._settings.model, "messages": list(messages), self._cap: room, "stream": False}
        deadline = time.monotonic() + self._settings.timeout
        try:
            with self._client.stream(
                "POST", self._address, json=body, headers={"Authorization": f"Bearer {key}"} if key else {}
            ) as response:
                data = bytearray()
                for chunk in response.iter_bytes():
                    data += chunk
                    if len(data) > _LARGEST_ANSWER:
                        raise EngineError(f"the answer of {self.url} is larger than {_LARGEST_ANSWER:,} bytes")
                    if time.monotonic() > deadline:
                        raise httpx.ReadTimeout("")
                hidden = data.replace(key.encode(), b"***") if len(key) >= _SHORTEST_KEY else data
                return response.status_code, response.headers, bytes(hidden)
        except httpx.TimeoutException:
            raise EngineError(
                f"{self.url} did not answer within {self._settings.timeout:g} s: give it longer with --timeout; "
                "the request may have been billed"
            ) from None
        except httpx.ConnectError as error:
            raise EngineError(
                f"cannot connect to {self.url} ({_quoted(str(error))}): is the server running, and is --endpoint right?"
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise EngineError(
                f"{self.url} broke off ({_quoted(str(error)) or type(error).__name__}): is it an HTTP server that speaks "
                "the chat completions protocol?"
            ) from None

    def _problem(self, status: int, headers: Mapping[str, str], body: bytes) -> str:
        """What went wrong, what the server says, and what to do."""
        key = self._key()
        detail = said_by_server(body)
        detail = f": {detail}" if detail else ""
        if 300 <= status < 400:
            return (
                f"{self.url} sends on to {_quoted(headers.get('location', 'another place'))}; that is not followed, since "
                "the key would go along: name the right place with --endpoint"
            )
        if status in (401, 403):
            held = f"the key in {self._variable} was refused" if key else f"no key: set {OWN_VARIABLE}, or name the variable that holds it with --key-variable"  # fmt: skip
            return f"{self.url} answered {status}{detail}; {held}"
        if status in (404, 405):
            return (
                f"{self.url} answered {status}{detail}; --endpoint is the base under which /chat/completions stands "
                f"(often it ends in /v1), --model a model that is served there (now {self._settings.model})"
            )
        if status == 429:
            after = headers.get("retry-after")
            wait = f" (it says after {_quoted(after)} s)" if after else ""
            return f"{self.url} answered 429{detail}; too many requests, or the quota is used up: try again later{wait}"
        if status >= 500:
            return f"{self.url} answered {status}, {AGAIN + 1} times{detail}; the server fails: try again later"
        return f"{self.url} answered {status}{detail}"


def _checked(endpoint: str) -> SplitResult:
    try:
        parts = urlsplit(endpoint.strip())
        ok = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1)
    except ValueError:
        ok, parts = False, urlsplit("")
    if not ok:
        raise EngineError(
            f"--endpoint {_quoted(endpoint.partition('?')[0])} is no URL: write it like http://localhost:11434/v1"
        )
    if parts.username is not None or parts.password is not None:
        raise EngineError("--endpoint holds a name or a password: a key belongs into an environment variable")
    return parts


def _completions(parts: SplitResult) -> str:
    path = parts.path.rstrip("/")
    if not path.endswith("/chat/completions"):
        path += "/chat/completions"
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))


def checked_variable(settings: Settings) -> None:
    """Raises `EngineError` when a variable is named that holds nothing."""
    if settings.key_variable is not None and not os.environ.get(settings.key_variable):
        raise EngineError(
            f"--key-variable {settings.key_variable}: there is no such environment variable, or it is empty"
        )


def _variable(settings: Settings, host: str) -> str:
    """The variable that holds the key. A key for OpenAI is sent to nobody else unless that is said."""
    checked_variable(settings)
    if settings.key_variable is not None:
        return settings.key_variable
    return "OPENAI_API_KEY" if host == _OPENAI and not os.environ.get(OWN_VARIABLE) else OWN_VARIABLE


def _wait(headers: Mapping[str, str], again: int) -> float:
    """Seconds until the next attempt: what the server asks for, in seconds or as a date, else 1, 2, …"""
    asked = headers.get("retry-after", "")
    if re.fullmatch(r"\d{1,9}(?:\.\d+)?", asked.strip()):
        return float(asked)
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return float(2**again)


def read(body: bytes, url: str) -> Reply:
    """The answer in a body. Raises `EngineError` when it is none."""
    try:
        found = msgspec.json.decode(body, type=Completion)
    except msgspec.ValidationError as error:
        if detail := said_by_server(body, only_errors=True):
            raise EngineError(f"{url} answered with an error: {detail}") from None
        raise EngineError(f"the answer of {url} is no chat completion ({error}): does --endpoint speak that protocol?") from None  # fmt: skip
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        begins = _quoted(body[:60].decode("utf-8", "replace"))
        raise EngineError(f"the answer of {url} is not JSON (it begins {begins}): does --endpoint end in /v1?") from None  # fmt: skip
    return reply(found, url)


def reply(found: Completion, url: str) -> Reply:
    """What counts of a completion. Raises `EngineError` when it holds no choice."""
    if not found.choices:
        raise EngineError(f"the answer of {url} holds no choices: try again, or another --model")
    choice = found.choices[0]
    content = choice.message.content
    text = "".join(part.text for part in content) if isinstance(content, list) else content or ""
    refused = choice.message.refusal or ("its filter" if choice.finish_reason == "content_filter" else None)
    usage = found.usage or _Usage()
    cached = usage.prompt_tokens_details.cached_tokens if usage.prompt_tokens_details else 0
    sent = _natural(usage.prompt_tokens)
    return Reply(
        text,
        choice.finish_reason == "length",
        _quoted(refused) if refused else None,
        sent,
        _natural(usage.completion_tokens),
        min(_natural(cached) or 0, sent or 0),
    )


def _natural(number: int | None) -> int | None:
    return number if number is not None and number >= 0 else None


def said_by_server(body: bytes, *, only_errors: bool = False) -> str:
    """The message of an error body, or its beginning, on one line."""
    value: Any = None  # Any: a body can be anything
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "" if only_errors else _quoted(body[:2000].decode("utf-8", "replace"))
    for key in ("error", "message", "detail"):
        if isinstance(value, dict) and value.get(key):
            value = value[key]
            if isinstance(value, str):
                return _quoted(value)
    return "" if only_errors else _quoted(str(value))


def _quoted(text: str) -> str:
    folded = " ".join(text.split())
    return folded if len(folded) <= _LONGEST_QUOTE else folded[:_LONGEST_QUOTE] + "…"
