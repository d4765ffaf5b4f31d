"""Whose host a request goes to, and who is paid for it."""

from __future__ import annotations

import re

import pytest

from promptlint.knowledge.lookup import Knowledge
from promptlint.knowledge.tables import own_tables
from promptlint.money import prices, vendors

HEAD = "import os, sys\nfrom openai import AzureOpenAI, OpenAI\nfrom groq import Groq\nM = [{'role': 'user', 'content': 'Hi.'}]\n"
ASK = ".chat.completions.create(model={model!r}, messages=M, max_tokens=9)\n"


def program(client: str, model: str = "m-1", head: str = "") -> str:
    """A request on a client."""
    return HEAD + head + client + ASK.format(model=model)


@pytest.mark.parametrize(
    ("address", "seller"),
    [
        ("https://api.openai.com/v1", "openai"),
        ("https://eu.api.openai.com/v1", "openai"),
        ("https://api.deepseek.com", "deepseek"),
        ("https://api.x.ai/v1", "xai"),
        ("https://api.together.xyz/v1", "together"),
        ("https://api.perplexity.ai", "perplexity"),
        ("https://api.cerebras.ai/v1", "cerebras"),
        ("https://api.moonshot.ai/v1", "moonshot"),
        ("https://open.bigmodel.cn/api/paas/v4", "zhipuai"),
        ("https://dashscope.aliyuncs.com/compatible-mode/v1", "dashscope"),
        ("http://localhost:11434/v1", "ollama"),
    ],
)
def test_an_address_says_who_is_asked(found, address, seller) -> None:
    (call,) = found(program(f"OpenAI(base_url={address!r})")).project.calls
    assert (call.sold.by, call.sold.elsewhere, call.sold.by_default, call.provider) == ((seller,), "no", False, seller)


GROQ = "https://api.groq.com/openai/v1"
MADE = "def make(url={default}):\n    return OpenAI(base_url=url)\n"
HELD = "class Chat:\n    def __init__(self, url={default}):\n        self.client = OpenAI(base_url=url)\n    def ask(self):\n        self.client"


@pytest.mark.parametrize(
    ("code", "sellers", "elsewhere"),
    [
        (f"def ask(url={GROQ!r}):\n    OpenAI(base_url=url)", ("groq",), "no"),
        (f"def ask(**o):\n    u = o.pop('url') if 'url' in o else {GROQ!r}\n    OpenAI(base_url=u)", ("groq",), "no"),
        ("def ask(url=None):\n    OpenAI(base_url=url)", ("openai",), "no"),
        ("def ask(url):\n    OpenAI(base_url=url)", ("openai",), "surely"),
        (f"OpenAI(base_url=os.getenv('URL', {GROQ!r}))", ("groq",), "no"),
        ("OpenAI(base_url=os.getenv('URL'))", ("openai",), "surely"),
        ("OpenAI(base_url=os.getenv('OPENAI_BASE_URL'))", ("openai",), "no"),
        ("Groq(base_url=os.getenv('OPENAI_BASE_URL'))", ("groq",), "surely"),
        (f"OpenAI(base_url={GROQ!r} if sys.argv else 'http://gpu:8000/v1')", ("groq",), "maybe"),
        (f"o = {{}}\nif sys.argv:\n    o['base_url'] = {GROQ!r}\nOpenAI(**o)", ("groq", "openai"), "no"),
        ("class C:\n    url = 'https://api.x.ai/v1'\ndef ask(c=C()):\n    OpenAI(base_url=c.url)", ("xai",), "no"),
        (HELD.format(default=repr(GROQ)), ("groq",), "no"),
        (HELD.format(default="None"), ("openai",), "no"),
        ("Chat('http://gpu:8000/v1').ask()\nclass Chat:" + HELD.format(default="None").partition("class Chat:")[2], ("openai",), "surely"),
    ],
)  # fmt: skip
def test_a_default_address_is_believed(found, code, sellers, elsewhere) -> None:
    (call,) = found(program(code)).project.calls
    assert (call.sold.by, call.sold.elsewhere) == (sellers, elsewhere)
    assert call.sold.by_default is (elsewhere != "surely")


def test_an_address_that_is_put_together_says_who_is_asked(found) -> None:
    (call,) = found(program("def ask(host='api.x.ai'):\n    OpenAI(base_url=f'https://{host}/v1')")).project.calls
    assert (call.sold.by, call.sold.elsewhere) == (("xai",), "no")


@pytest.mark.parametrize(
    ("address", "here"),
    [("'http://localhost:8000/v1'", True), ("f'http://127.0.0.1:{port}/v1'", True), ("'http://0.0.0.0'", True),
     ("'http://localhost.example.com'", False), ("'http://gpu:8000/v1'", False), ("f'http://{port}/v1'", False)],
)  # fmt: skip
def test_a_server_on_this_machine_is_nobodys(found, address, here) -> None:
    (call,) = found(program(f"def ask(port):\n    OpenAI(base_url={address})")).project.calls
    assert (call.sold.here, call.hosted_elsewhere) == (here, True)


@pytest.mark.parametrize(
    ("client", "codes"),
    [("OpenAI(base_url='http://localhost:8000/v1')", []), ("OpenAI(base_url='http://localhost:11434/v1')", []),
     ("OpenAI(base_url='http://gpu:8000/v1')", ["PRM101"]), ("OpenAI()", ["PRM101"])],
)  # fmt: skip
def test_an_answer_of_a_server_on_this_machine_may_be_as_long_as_it_is(checked, client, codes) -> None:
    text = program(client, "gpt-4o-mini").replace(", max_tokens=9", "")
    outcome = checked(text, "PRM101")
    assert [finding.code for finding in outcome.findings] == codes
    assert (outcome.summary.hint is None) is (client != "OpenAI(base_url='http://gpu:8000/v1')")


@pytest.mark.parametrize(
    "client",
    [
        "(AzureOpenAI() if sys.argv else OpenAI())",
        "if sys.argv:\n    c = AzureOpenAI()\nelse:\n    c = OpenAI()\nc",
        "def make():\n    if sys.argv:\n        return AzureOpenAI()\n    return OpenAI()\nmake()",
        "class Chat:\n    def __init__(self, azure=False):\n        self.c = AzureOpenAI() if azure else OpenAI()\n    def ask(self):\n        self.c",
    ],
)
def test_a_deployment_is_one_way_and_a_seller_another(checked, client) -> None:
    outcome = checked(program(client, "gpt-4o"), "PRM502")
    (call,) = outcome.project.calls
    assert (call.sold.by, call.sold.elsewhere, call.sdk) == (("openai",), "maybe", "openai")
    measure = outcome.measures.calls[call.site_id]
    assert (measure.models[0].provider, measure.unpriced) == ("openai", None)
    assert [b.where for b in measure.basis if b.input == "seller"] == ["a deployment or host of your own may be asked as well"]  # fmt: skip
    assert [finding.code for finding in outcome.findings] == ["PRM502"]


def test_each_seller_that_may_be_asked_has_its_price(checked) -> None:
    text = "https://api.novita.ai/v3/openai"
    both = program(f"OpenAI(base_url='https://openrouter.ai/api/v1' if sys.argv else {text!r})", "qwen/qwen-2.5-72b-instruct")  # fmt: skip
    outcome = checked(both, "PRM504")
    (call,) = outcome.project.calls
    measure = outcome.measures.calls[call.site_id]
    assert {model.provider for model in measure.models} == {"openrouter", "novita"}
    assert measure.spend.per_call.low < measure.spend.per_call.high
    assert not outcome.findings


def test_a_model_is_asked_of_who_sells_it(checked) -> None:
    outcome = checked(program("(Groq() if sys.argv else OpenAI())", "gpt-5.4"), "PRM504")
    (call,) = outcome.project.calls
    assert call.sold.by == ("groq", "openai")
    assert [model.provider for model in outcome.measures.calls[call.site_id].models] == ["openai"]
    assert not outcome.findings


def test_a_seller_without_a_list_hides_no_other(checked) -> None:
    client = "OpenAI(base_url='https://api.siliconflow.cn/v1' if sys.argv else 'https://openrouter.ai/api/v1')"
    outcome = checked(
        program(f"({client} if M else OpenAI())", "gpt-4o").replace("max_tokens", "max_completion_tokens")
    )
    (call,) = outcome.project.calls
    assert call.sold.by == ("siliconflow", "openrouter", "openai")
    assert [model.provider for model in outcome.measures.calls[call.site_id].models] == ["openai"]
    (finding,) = [f for f in outcome.findings if f.code == "PRM502"]
    assert finding.message.endswith("per million tokens, now $2.5 and $10)")


def test_who_runs_a_model_here_is_paid_nothing(checked) -> None:
    (call,) = (outcome := checked(program("def ask(url='http://localhost:11434/v1'):\n    (OpenAI(base_url=url) if url else OpenAI())", "gpt-4o"))).project.calls  # fmt: skip
    assert call.sold.by == ("ollama", "openai")
    assert outcome.measures.calls[call.site_id].request.sold_by == ("openai",)


@pytest.mark.parametrize(
    ("address", "said"),
    [("https://api.deepseek.com", "65,536 tokens"), ("https://api.ppio.example/v3", "the model's limit"), ("https://ark.cn-beijing.volces.com/api/v3", "the model's limit")],
)  # fmt: skip
def test_the_limit_of_another_seller_is_not_quoted(checked, address, said) -> None:
    text = program(f"OpenAI(base_url={address!r})", "deepseek-reasoner").replace(", max_tokens=9", "")
    (finding,) = checked(text, "PRM101").findings
    assert re.search(r"can run up to (.+?);", finding.message)[1] == said


def test_a_model_that_the_user_names_costs_what_its_maker_takes(checked, write) -> None:
    write({"pyproject.toml": '[tool.promptlint.models]\n"qwen-max" = "gpt-4o"\n'})
    outcome = checked(
        program("OpenAI(base_url='https://dashscope.aliyuncs.com/compatible-mode/v1')", "qwen-max"), "PRM504"
    )
    (call,) = outcome.project.calls
    assert (outcome.measures.calls[call.site_id].unpriced, outcome.findings) == (None, ())


def test_every_host_is_of_a_seller_with_a_list_or_known_to_have_none() -> None:
    known = vendors.load()
    assert set(Knowledge(own_tables()).hosts.values()) <= known.by_sdk.keys() | known.without_list
    assert not known.without_list & (known.by_sdk.keys() | prices.snapshot().providers.keys())
