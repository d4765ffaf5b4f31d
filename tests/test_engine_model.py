"""`--engine model`: a rewrite is asked of a real HTTP server on this machine, weighed, asked for again, and paid for."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from promptlint.cli import cli
from promptlint.compress.contract import losses
from promptlint.compress.engines import Bill, EngineError, Settings, load
from promptlint.compress.engines.asking import INSTRUCTION, MOST_FEEDBACK, feedback, framed, mark, unwrapped
from promptlint.compress.engines.difference import changes
from promptlint.compress.engines.endpoint import Endpoint
from promptlint.compress.splice import applied
from promptlint.money.tariff import Tariff
from promptlint.money.tokens import count
from promptlint.report.rewrites import bill_text, estimate_text

pytest.importorskip("httpx", reason="the extra `model` is not installed")

PROMPT = (
    "You should please always read the text very carefully.\n\nDo not name more than 3 things from {source}, please.\n"
)
SHORT = "Always read the text carefully.\n\nDon't name more than 3 things from {source}.\n"
LOSSY = "Always read the text.\n\nName things from {source}.\n"
KEY = "sk-secret-0123456789"


class Answers:
    """What the server will say, in order, the last again and again; and what it was asked."""

    def __init__(self) -> None:
        self.planned: list[Callable[[BaseHTTPRequestHandler], None]] = []
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.url = ""

    def say(self, text: str | None, **more: Any) -> None:
        """Plan a completion."""
        finish = more.pop("finish_reason", "stop")
        usage = more.pop("usage", {"prompt_tokens": 300, "completion_tokens": 40})
        message = {"role": "assistant", "content": text, **more}
        self.give(200, {"choices": [{"index": 0, "message": message, "finish_reason": finish}], "usage": usage})

    def give(self, status: int, body: object, **headers: str) -> None:
        """Plan any answer: a body that is no text is sent as JSON."""
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.send_header("Content-Length", str(len(data)))
            handler.end_headers()
            handler.wfile.write(data)

        self.planned.append(answer)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Answers]:
    answers = Answers()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answers.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            answers.headers.append(dict(self.headers))
            answers.paths.append(self.path)
            plan = answers.planned.pop(0) if len(answers.planned) > 1 else answers.planned[0]
            plan(self)

        def log_message(self, *_: object) -> None:
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=web.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    answers.url = f"http://127.0.0.1:{web.server_port}/v1"
    for name in ("PROMPTLINT_API_KEY", "OPENAI_API_KEY", "PRE_COMMIT", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    Path("p.md").write_text(PROMPT)
    yield answers
    web.shutdown()
    web.server_close()


def run(server: Answers, *arguments: str, model: str = "gpt-4o-mini", stdin: str | None = None) -> Result:
    return CliRunner().invoke(
        cli,
        [
            "compress",
            "--engine",
            "model",
            "--model",
            model,
            "--endpoint",
            server.url,
            *arguments,
            *([] if stdin else ["p.md"]),
        ],
        input=stdin,
    )


def test_the_pair_used_here_is_what_it_is_said_to_be() -> None:
    assert not losses(PROMPT, SHORT)
    assert losses(PROMPT, LOSSY)


def test_a_rewrite_between_the_marks_is_printed(server: Answers) -> None:
    server.say(framed(SHORT.strip(), mark(PROMPT)))
    done = run(server)
    assert (done.exit_code, done.stdout) == (0, SHORT)
    assert "(unsafe)" in done.stderr
    assert server.paths == ["/v1/chat/completions"]
    body = server.bodies[0]
    assert body["model"] == "gpt-4o-mini"
    assert [m["role"] for m in body["messages"]] == ["system", "user"]
    assert body["messages"][1]["content"] == framed(PROMPT, mark(PROMPT))
    assert Path("p.md").read_text() == PROMPT


def test_the_most_it_can_cost_is_said_before_and_what_it_did_cost_after(server: Answers) -> None:
    server.say(SHORT, usage={"prompt_tokens": 1000, "completion_tokens": 500})
    done = run(server)
    lines = done.stderr.splitlines()
    assert lines[0].startswith("promptlint: $0.0")
    assert " at most: 3 requests, " in lines[0]
    assert "gpt-4o-mini" in lines[0]
    assert lines[-1].startswith(
        "promptlint: cost $0.00045: 1 request, 1,000 tokens in, 500 out (list price of gpt-4o-mini"
    )


@pytest.mark.parametrize(
    ("usd", "most", "did"),
    [
        ("0.000631", "$0.00064", "$0.00063"),
        ("0", "$0", "$0"),
        ("1.001", "$1.01", "$1.00"),
        ("1234.5", "$1,234.50", "$1,234.50"),
    ],
)
def test_the_most_it_can_cost_is_rounded_up(usd: str, most: str, did: str) -> None:
    bill = Bill(1, 2, 3, Decimal(usd))
    assert estimate_text(bill, "x").startswith(f"{most} at most: ")
    assert bill_text(bill, "x").startswith(f"cost {did}: ")


def test_nothing_is_asked_before_the_price_is_said(server: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    server.say(SHORT)
    first = server.planned[0]

    def noted(handler: BaseHTTPRequestHandler) -> None:
        order.append("asked")
        first(handler)

    server.planned[0] = noted
    monkeypatch.setattr("promptlint.cli.compress._say", lambda message: order.append(message[:1]))
    run(server)
    assert order == ["$", "asked", "c"]


def test_the_price_said_before_is_never_passed(server: Answers) -> None:
    model = load("model", settings(server))
    server.say(LOSSY * 2, usage={})
    most = model.estimate([PROMPT], count)
    model.rewrite(PROMPT, count=count)
    bill = model.bill()
    assert most is not None
    assert bill is not None
    assert bill.requests == most.requests == 3
    for body in server.bodies:
        assert sum(count(m["content"]) for m in body["messages"]) <= most.input_tokens
    assert bill.input_tokens <= most.input_tokens
    assert not bill.exact


def test_a_model_without_a_price_is_counted_in_tokens(server: Answers) -> None:
    server.say(SHORT)
    done = run(server, "--output-format", "json", model="our-own-7b")
    assert "tokens at most: 3 requests" in done.stderr
    assert "not priced: no price is known for our-own-7b" in done.stderr
    found = json.loads(done.stdout)
    assert found["usd"] is None
    assert found["usage"]["input_tokens"] == 300


def test_json_has_engine_tokens_reasons_and_dollars(server: Answers) -> None:
    server.say(LOSSY)
    server.say(
        SHORT, usage={"prompt_tokens": 300, "completion_tokens": 40, "prompt_tokens_details": {"cached_tokens": 0}}
    )
    found = json.loads(run(server, "--output-format", "json").stdout)
    assert (found["engine"], found["text"], found["error"]) == ("model", SHORT, None)
    text, rest = SHORT.split("{source}")
    assert found["tokens_after"] == count(text) + count(rest) < found["tokens_before"]
    assert found["dropped"] == len(found["reasons"]) == 1
    assert found["reasons"][0]["message"].startswith("try 1 of 3: ")
    assert Decimal(found["usd"]) == 2 * (300 * Decimal("0.15") + 40 * Decimal("0.6")) / 1_000_000
    assert found["usage"]["requests"] == 2
    assert found["edits"]
    assert not any(edit["safe"] for edit in found["edits"])


def test_what_was_lost_is_named_in_the_next_try(server: Answers) -> None:
    server.say(LOSSY)
    server.say(SHORT)
    done = run(server)
    assert done.stdout == SHORT
    again = server.bodies[1]["messages"]
    assert [m["role"] for m in again] == ["system", "user", "assistant", "user"]
    assert again[2]["content"] == LOSSY
    assert "number lost" in again[3]["content"]
    assert "dropped: try 1 of 3: " in done.stderr


@pytest.mark.parametrize("tries", [1, 2, 4])
def test_it_gives_up_after_so_many_tries_and_prints_the_prompt_as_it_was(server: Answers, tries: int) -> None:
    server.say(LOSSY)
    done = run(server, "--tries", str(tries))
    assert (done.exit_code, done.stdout) == (0, PROMPT)
    assert len(server.bodies) == tries
    assert f"try {tries} of {tries}: " in done.stderr
    assert "nothing to save" in done.stderr


def test_a_rewrite_that_is_not_shorter_is_not_printed(server: Answers) -> None:
    longer = PROMPT.replace("please always", "please always,").replace("very carefully", "very, very carefully")
    server.say(longer)
    done = run(server, "--tries", "1")
    assert done.stdout == PROMPT
    assert "dropped: try 1 of 1: " in done.stderr


def test_the_same_text_again_is_no_rewrite_and_no_reason_to_ask_again(server: Answers) -> None:
    server.say(PROMPT)
    done = run(server)
    assert done.stdout == PROMPT
    assert len(server.bodies) == 1
    assert "dropped" not in done.stderr


@pytest.mark.parametrize(
    "answer",
    [
        SHORT,
        f"```\n{SHORT}```",
        f"Here is the shorter prompt:\n\n```markdown\n{SHORT}```\n\nLet me know!",
        f"Sure!\n{framed(SHORT, mark(PROMPT))}\nI removed filler.",
        framed(f"```\n{SHORT}\n```", mark(PROMPT)),
        f"<think>\nDo not say <this>.\n</think>\n\n{SHORT}",
        SHORT.replace("\n", "\r\n"),
        f"\n\n  {SHORT}\n\n",
        f'"{SHORT}"',
        f"'''\n{SHORT}'''",
        framed(f"“{SHORT}”", mark(PROMPT)),
    ],
)
def test_fences_chatter_and_thoughts_are_taken_off(answer: str) -> None:
    assert unwrapped(answer, PROMPT, mark(PROMPT)) == SHORT


@pytest.mark.parametrize(
    "answer",
    [
        f"Here is the shorter prompt:\n\n{SHORT}",
        f"Sure! Here it is.\n{SHORT}",
        f"{SHORT}\n\nI removed the filler words.",
        f"{SHORT}\n\nLet me know if it helps.",
        f"```\n{SHORT}```\nor\n```\n{SHORT}```",
        f"```\n{SHORT}",
        f"<{mark(PROMPT)}>\n{SHORT}",
        framed(SHORT, mark(PROMPT)) * 2,
        "",
        " \n",
        framed("", mark(PROMPT)),
        f"Output:\n\n{SHORT}",
        f"**Shorter prompt:**\n{SHORT}",
        f"As requested, here:\n{SHORT}",
        "> " + SHORT.replace("\n", "\n> "),
        f"{SHORT}\n\nThis keeps all requirements.",
        f"{SHORT}<|im_end|>",
        "<think>Hm.</think>",
    ],
)
def test_what_cannot_be_told_from_chatter_is_no_rewrite(answer: str) -> None:
    assert unwrapped(answer, PROMPT, mark(PROMPT)) is None


@pytest.mark.parametrize(
    "answer",
    [
        SHORT + "Always answer in French.\n",
        "Yes.\n" + SHORT,
        SHORT + "(7 tokens saved)\n",
        SHORT.replace("{source}", "{ source }"),
        SHORT.replace("{source}", "the source"),
        SHORT.replace("{source}", "{source} {source}"),
        SHORT.replace("3", "5"),
        SHORT.replace("more than 3", "3"),
        SHORT.replace("Don't", "Do"),
        SHORT.replace("Always", "Never"),
        SHORT.partition("\n")[0],
        "I cannot help with that.",
    ],
)
def test_what_loses_or_adds_something_is_never_printed(server: Answers, answer: str) -> None:
    server.say(framed(answer, mark(PROMPT)))
    done = run(server, "--tries", "1")
    assert (done.exit_code, done.stdout) == (0, PROMPT)
    assert "dropped: try 1 of 1: " in done.stderr


def test_a_prompt_with_fences_keeps_them() -> None:
    text = "Please format it so:\n```json\n{}\n```\nThank you.\n"
    assert unwrapped(framed("Format:\n```json\n{}\n```", "t"), text, "t") == "Format:\n```json\n{}\n```\n"


def test_a_mark_never_occurs_in_its_text() -> None:
    text = PROMPT + mark(PROMPT)
    assert mark(text) not in text


def test_the_blanks_around_a_prompt_stay() -> None:
    assert unwrapped("b", "\n  a b\n\n", "t") == "\n  b\n\n"


def test_feedback_is_bounded() -> None:
    found = losses(
        "\n".join(f"Never show item number {i} in the list of {i} things." for i in range(200)), "Show items."
    )
    assert len(found) > 100
    assert count(feedback("Your rewrite does not say the same:", found, count)) <= MOST_FEEDBACK


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (lambda s: s.give(200, "<html>busy</html>"), "is not JSON (it begins <html>busy</html>): does --endpoint end in /v1?"),
        (lambda s: s.give(200, {"choices": []}), "holds no choices"),
        (lambda s: s.give(200, {"hello": 1}), "is no chat completion"),
        (lambda s: s.give(200, {"error": {"message": "model is loading"}}), "answered with an error: model is loading"),
        (lambda s: s.give(200, "[" * 100_000), "is no"),
        (lambda s: s.give(401, {"error": {"message": "no"}}), "answered 401: no; no key: set PROMPTLINT_API_KEY"),
        (lambda s: s.give(404, {"error": {"message": "no such model"}}), "answered 404: no such model; --endpoint is the base"),
        (lambda s: s.give(400, {"error": {"message": "too long"}}), "answered 400: too long"),
        (lambda s: s.give(500, "oops"), "answered 500, 3 times: oops; the server fails: try again later"),
        (lambda s: s.give(307, "", Location="http://evil.example/v1"), "sends on to http://evil.example/v1; that is not followed"),
        (lambda s: s.give(429, {"error": {"message": "slow down"}}, Retry_After="3600"), "(it says after 3600 s)"),
    ],
)  # fmt: skip
def test_what_goes_wrong_ends_in_2_with_its_cure(
    server: Answers, monkeypatch: pytest.MonkeyPatch, plan: Callable[[Answers], None], message: str
) -> None:
    monkeypatch.setattr("promptlint.cli.engine_options.SLEEP", lambda _: None)
    plan(server)
    done = run(server)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def settings(server: Answers, **more: Any) -> Settings:
    return Settings(model="gpt-4o-mini", endpoint=server.url, tariff=Tariff("gpt-4o-mini"), **more)


@pytest.mark.parametrize(
    ("status", "header", "waited"), [(429, "7", 7.0), (503, None, 1.0), (429, "0", 0.0), (502, "soon", 1.0)]
)
def test_a_busy_server_is_asked_again_when_it_says(
    server: Answers, status: int, header: str | None, waited: float
) -> None:
    waits: list[float] = []
    server.give(status, "busy", **({"Retry_After": header} if header else {}))
    server.say(SHORT)
    done = load("model", settings(server, sleep=waits.append)).rewrite(PROMPT, count=count)
    assert done.text == SHORT
    assert waits == [waited]


def test_a_busy_server_is_not_asked_for_ever(server: Answers) -> None:
    waits: list[float] = []
    server.give(429, "busy", Retry_After="2")
    with pytest.raises(EngineError, match="answered 429"):
        load("model", settings(server, sleep=waits.append)).rewrite(PROMPT, count=count)
    assert waits == [2.0, 2.0]
    assert len(server.bodies) == 3


def test_a_wait_that_is_too_long_is_not_waited_for(server: Answers) -> None:
    waits: list[float] = []
    server.give(429, "busy", Retry_After="Wed, 21 Oct 2099 07:28:00 GMT")
    with pytest.raises(EngineError, match="try again later"):
        load("model", settings(server, sleep=waits.append)).rewrite(PROMPT, count=count)
    assert waits == []
    assert len(server.bodies) == 1


def test_a_server_that_is_silent_ends_in_2(server: Answers) -> None:
    free = threading.Event()
    server.planned.append(lambda _: free.wait(10) and None)
    done = run(server, "--timeout", "0.2")
    free.set()
    assert done.exit_code == 2
    assert "did not answer within 0.2 s: give it longer with --timeout; the request may have been billed" in done.stderr


def test_a_server_that_drips_ends_in_2(server: Answers) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        with suppress(OSError):
            while True:
                handler.wfile.write(b" ")
                handler.wfile.flush()
                time.sleep(0.02)

    server.planned.append(drip)
    assert "did not answer within 0.3 s" in run(server, "--timeout", "0.3").stderr


def test_a_server_that_is_not_there_ends_in_2(server: Answers) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        server.url = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
    done = run(server)
    assert done.exit_code == 2
    assert f"cannot connect to {server.url}/chat/completions" in done.stderr
    assert "is the server running, and is --endpoint right?" in done.stderr


def test_a_server_that_hangs_up_ends_in_2(server: Answers) -> None:
    server.planned.append(lambda handler: handler.connection.shutdown(socket.SHUT_RDWR))
    done = run(server)
    assert done.exit_code == 2
    assert "broke off" in done.stderr


def test_an_endless_answer_is_cut_off(server: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("promptlint.compress.engines.endpoint._LARGEST_ANSWER", 1000)
    server.give(200, "x" * 5000)
    assert "is larger than 1,000 bytes" in run(server).stderr


def test_an_answer_that_was_cut_off_keeps_the_prompt_and_is_not_asked_for_again(server: Answers) -> None:
    server.say("Always read", finish_reason="length")
    done = run(server)
    assert (done.exit_code, done.stdout) == (0, PROMPT)
    assert len(server.bodies) == 1
    assert "the answer was cut off at" in done.stderr
    assert "--answer-tokens" in done.stderr


@pytest.mark.parametrize("more", [{"refusal": "I can't."}, {"finish_reason": "content_filter"}])
def test_a_refusal_keeps_the_prompt(server: Answers, more: dict[str, str]) -> None:
    server.say(None, **more)
    done = run(server)
    assert (done.exit_code, done.stdout) == (0, PROMPT)
    assert "the model refused" in done.stderr


def test_an_empty_answer_is_asked_for_again(server: Answers) -> None:
    server.say("")
    server.say(SHORT)
    done = run(server)
    assert done.stdout == SHORT
    assert "try 1 of 3: the answer is empty" in done.stderr


def test_content_in_parts_is_read(server: Answers) -> None:
    server.say([{"type": "text", "text": SHORT[:20]}, {"type": "text", "text": SHORT[20:]}])
    assert run(server).stdout == SHORT


def test_the_room_for_an_answer_is_bounded_and_can_be_set(server: Answers) -> None:
    server.say(SHORT)
    run(server)
    run(server, "--answer-tokens", "77")
    run(server, model="our-own-7b")
    assert [body["max_tokens"] for body in server.bodies][1] == 77
    assert server.bodies[0]["max_tokens"] < 300
    assert server.bodies[2]["max_tokens"] > 8_000  # it may think before it answers


def test_a_server_that_knows_the_newer_name_of_the_cap_gets_it(server: Answers) -> None:
    server.give(400, {"error": {"message": "Use 'max_completion_tokens' instead."}})
    server.say(SHORT)
    assert run(server).stdout == SHORT
    assert "max_tokens" not in server.bodies[1]
    assert server.bodies[1]["max_completion_tokens"]


def test_the_key_comes_from_the_environment_and_is_never_printed(
    server: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMPTLINT_API_KEY", KEY)
    server.give(401, {"error": {"message": f"Incorrect API key provided: {KEY}." + " x" * 92 + KEY}})
    done = run(server)
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert "the key in PROMPTLINT_API_KEY was refused" in done.stderr
    assert KEY[:12] not in done.output
    assert "***" in done.stderr


def test_a_key_for_openai_is_sent_to_nobody_else_unless_that_is_said(
    server: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    server.say(SHORT)
    run(server)
    assert "Authorization" not in server.headers[0]
    run(server, "--key-variable", "OPENAI_API_KEY")
    assert server.headers[1]["Authorization"] == f"Bearer {KEY}"


def test_a_variable_that_is_not_set_ends_in_2(server: Answers) -> None:
    server.say(SHORT)
    done = run(server, "--key-variable", "NO_SUCH_KEY")
    assert done.exit_code == 2
    assert "there is no such environment variable" in done.stderr


def test_a_redirect_does_not_carry_the_key(server: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMPTLINT_API_KEY", KEY)
    server.give(302, "", Location=f"{server.url}/elsewhere")
    assert run(server).exit_code == 2
    assert len(server.paths) == 1


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://x/v1", "http://", "http://[", "file:///etc/passwd"])
def test_an_endpoint_that_is_no_url_ends_in_2(server: Answers, url: str) -> None:
    server.url = url
    done = run(server)
    assert done.exit_code == 2
    assert "is no URL: write it like" in done.stderr


def test_a_password_in_the_endpoint_is_refused_and_not_printed(server: Answers) -> None:
    server.url = f"http://me:{KEY}@127.0.0.1/v1"
    done = run(server)
    assert done.exit_code == 2
    assert "environment variable" in done.stderr
    assert KEY not in done.output


@pytest.mark.parametrize("hook", ["PRE_COMMIT", "GIT_INDEX_FILE"])
def test_it_is_never_run_in_a_hook(server: Answers, monkeypatch: pytest.MonkeyPatch, hook: str) -> None:
    monkeypatch.setenv(hook, "1")
    server.say(SHORT)
    done = run(server)
    assert done.exit_code == 2
    assert "never run in a hook" in done.stderr
    assert not server.bodies


@pytest.mark.parametrize("command", ["check", "fix"])
def test_check_and_fix_take_no_engine(server: Answers, command: str) -> None:
    done = CliRunner().invoke(cli, [command, "--engine", "model", "."])
    assert done.exit_code == 2
    assert "--engine is for `promptlint compress`" in done.output


def test_without_a_model_or_an_endpoint_it_says_what_is_missing(server: Answers) -> None:
    done = CliRunner().invoke(cli, ["compress", "--engine", "model", "p.md"])
    assert (done.exit_code, "needs --model NAME" in done.stderr) == (2, True)
    done = CliRunner().invoke(cli, ["compress", "--engine", "model", "--model", "gpt-4o", "p.md"])
    assert (done.exit_code, "needs --endpoint URL" in done.stderr) == (2, True)


def test_without_httpx_it_says_what_to_install(server: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    done = run(server)
    assert done.exit_code == 2
    assert "pip install 'promptlint-budget[model]'" in done.stderr


@pytest.mark.parametrize("flag", ["--endpoint", "--tries", "--timeout", "--key-variable", "--rate"])
def test_a_flag_of_another_engine_is_a_mistake(server: Answers, flag: str) -> None:
    done = CliRunner().invoke(cli, ["compress", flag, "1", "p.md"])
    assert done.exit_code == 2
    assert f"{flag} is for --engine" in done.stderr


def test_blocks_of_yaml_are_rewritten_where_they_stand_and_every_text_is_priced(server: Answers) -> None:
    yaml = "a_prompt: |\n  You should please answer it very briefly.\n\n  Please do not guess.\nb_prompt: You should please say the name.\n"
    Path("prompts.yaml").write_text(yaml)
    server.say("Answer briefly.\nDon't guess.")
    server.say("Say the name.")
    done = run(server, "prompts.yaml", stdin="-")
    assert done.exit_code == 0
    assert "6 requests" in done.stderr.splitlines()[0]
    assert done.stdout == "a_prompt: |\n  Answer briefly.\n  Don't guess.\nb_prompt: Say the name.\n"


def test_what_was_paid_for_is_kept_when_a_later_text_fails(server: Answers) -> None:
    Path("prompts.yaml").write_text(
        "a_prompt: You should please say the name.\nb_prompt: You should please say the town.\n"
    )
    server.say("Say the name.")
    server.give(400, "no more")
    done = run(server, "prompts.yaml", stdin="-")
    assert done.exit_code == 2
    assert done.stdout == "a_prompt: Say the name.\nb_prompt: You should please say the town.\n"
    assert "answered 400: no more; the texts before it were rewritten" in done.stderr
    assert "cost " in done.stderr


def test_a_text_of_blanks_is_not_sent(server: Answers) -> None:
    Path("p.md").write_text("\n \n")
    server.say(SHORT)
    assert run(server).exit_code == 0
    assert not server.bodies


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a {x} b\nc {y} d\n", "a {x}\nc d {y}\n"),
        ("{x}", "{x}"),
        ("Please read it.\nStop.\nGo on.\n", "Read it.\nGo on.\n"),
        ("one two three", "one three"),
        ("a\n\n\nb", "a\nb"),
        ("{% if a %}Please go{% endif %} {{ b }}", "{% if a %}Go{% endif %} {{ b }}"),
    ],
)
def test_changes_make_the_one_text_of_the_other_and_touch_no_hole(before: str, after: str) -> None:
    found = changes(before, after, "model")
    assert found is not None
    assert applied(before, found) == after
    for change in found:
        assert "{" not in before[change.start : change.end] + change.content


_PIECES = st.lists(
    st.sampled_from(["{x}", "{{ y }}", "%s", "word", "Word.", " ", "\n", "- ", "<!-- a -->", "é"]), max_size=12
)


@given(_PIECES, _PIECES)
def test_changes_are_right_or_none(before: list[str], after: list[str]) -> None:
    old, new = "".join(before), "".join(after)
    found = changes(old, new, "model")
    if found is not None:
        assert applied(old, found) == new
        assert all(a.end <= b.start for a, b in pairwise(found))


def test_a_key_that_would_go_unencrypted_is_warned_of(server: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    Endpoint(Settings(model="m", endpoint="http://models.example/v1", say=said.append))
    assert said == []
    monkeypatch.setenv("PROMPTLINT_API_KEY", KEY)
    Endpoint(Settings(model="m", endpoint="https://models.example/v1", say=said.append))
    assert said == []
    Endpoint(Settings(model="m", endpoint="http://models.example/v1", say=said.append))
    assert said == ["the key in PROMPTLINT_API_KEY goes to models.example unencrypted: use https://"]


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        ("https://a.example/v1", "https://a.example/v1/chat/completions"),
        ("https://a.example/v1/", "https://a.example/v1/chat/completions"),
        ("https://a.example/v1/chat/completions", "https://a.example/v1/chat/completions"),
    ],
)
def test_an_endpoint_is_a_base_or_the_whole(endpoint: str, url: str) -> None:
    assert Endpoint(Settings(model="m", endpoint=endpoint)).url == url


def test_a_query_of_the_endpoint_is_sent_and_not_printed(server: Answers) -> None:
    server.url += "?api-version=1&code=secret"
    server.give(500, "busy")
    with pytest.raises(EngineError) as raised:
        load("model", settings(server, sleep=lambda _: None)).rewrite(PROMPT, count=count)
    assert server.paths[0] == "/v1/chat/completions?api-version=1&code=secret"
    assert "secret" not in str(raised.value)


def test_nothing_is_paid_for_a_result_that_cannot_be_written(server: Answers) -> None:
    server.say(SHORT)
    assert run(server, "-o", "nowhere/q.md").exit_code == 2
    assert not server.bodies


def test_there_are_no_changes_when_a_hole_is_gone() -> None:
    assert changes("a {x} {y}", "a {y} {x}", "model") is None
    assert changes("a {x}", "a", "model") is None


def test_litellm_is_asked_by_its_prefix(server: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    def completion(**values: Any) -> object:
        asked.append(values)
        message = {"content": SHORT, "role": "assistant"}
        return SimpleNamespace(
            model_dump=lambda: {
                "choices": [{"message": message, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 10, "completion_tokens": 5},
            }
        )

    fake = SimpleNamespace(provider_list=["anthropic", "ollama"], completion=completion, __spec__=object())
    monkeypatch.setitem(sys.modules, "litellm", fake)  # type: ignore[arg-type]  # it stands in for a module
    done = CliRunner().invoke(cli, ["compress", "--engine", "model", "--model", "ollama/llama3", "p.md"])
    assert done.stdout == SHORT
    assert asked[0]["model"] == "ollama/llama3"
    assert asked[0]["num_retries"] == 0
    done = CliRunner().invoke(cli, ["compress", "--engine", "model", "--model", "nobody/llama3", "p.md"])
    assert (done.exit_code, "knows no provider 'nobody'" in done.stderr) == (2, True)

    class BusyError(Exception):
        status_code = 429

    def failing(**values: Any) -> object:
        asked.append(values)
        raise BusyError("slow down")

    asked.clear()
    fake.completion = failing
    monkeypatch.setattr("promptlint.cli.engine_options.SLEEP", lambda _: None)
    monkeypatch.setenv("MY_KEY", KEY)
    named = ["--key-variable", "MY_KEY"]
    done = CliRunner().invoke(cli, ["compress", "--engine", "model", "--model", "ollama/llama3", *named, "p.md"])
    assert (done.exit_code, "litellm could not ask ollama/llama3 (BusyError: slow down)" in done.stderr) == (2, True)
    assert [each["api_key"] for each in asked] == [KEY] * 3
    assert KEY not in done.output


def test_the_other_commands_import_none_of_it() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom promptlint.cli import cli\n"
        "open('a.py', 'w').write('x = 1')\n"
        "for a in (['check', 'a.py'], ['compress', 'a.txt'], ['compress', '--help']): CliRunner().invoke(cli, a)\n"
        "print(sorted({'httpx', 'torch', 'llmlingua', 'litellm', 'transformers', 'numpy'} & set(sys.modules)))"
    )
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_instruction_is_short() -> None:
    assert count(INSTRUCTION) < 300
