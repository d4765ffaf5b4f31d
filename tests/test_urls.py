"""The URLs of requests that are sent without an SDK: how they are put together, and the models their paths name."""

from __future__ import annotations

import pytest

HEAD = """
import os, requests
BASE = "https://generativelanguage.googleapis.com/v1beta/models/"
URL = BASE + "{model}:generateContent?key={key}"
"""
MODELS = {
    "an f-string": ("f'{BASE}{model}:generateContent'", "gemini-pro"),
    "a sum": ("BASE + model + ':generateContent'", "gemini-pro"),
    "a template that is filled in by names": ("URL.format(model=model, key=key)", "gemini-pro"),
    "a template that is filled in by places": ("(BASE + '{}:{}').format(model, 'generateContent')", "gemini-pro"),
    "a template with percent signs": (
        "'https://bedrock-runtime.%s.amazonaws.com/model/%s/converse' % (key, model)",
        "gemini-pro",
    ),
    "one of two ends": (
        "f'{BASE}{model}:' + ('streamGenerateContent' if key else 'generateContent')",
        "gemini-pro",
    ),
    "an older path": ("f'https://api.openai.com/v1/engines/{model}/completions'", "gemini-pro"),
    "a path that is written out": ("'https://api.openai.com/v1/engines/davinci/completions'", "davinci"),
    "a model with a folder": ("f'https://api-inference.huggingface.co/models/{model}'", "gemini-pro"),
}


@pytest.mark.parametrize(("url", "model"), MODELS.values(), ids=MODELS)
def test_a_path_names_the_model(found, url, model) -> None:
    text = HEAD + f"def ask(text, key, model='gemini-pro'):\n    url = {url}\n"
    (call,) = found(text + "    return requests.post(url, json={'contents': text, 'prompt': text})\n").project.calls
    assert call.model.values == (model,)


UNNAMED = {
    "a parameter": "f'{BASE}{model}:generateContent'",
    "a template": "URL.format(key=key)",
    "a part of its name": "f'{BASE}tuned-{model}:generateContent'",
    "a deployment": "f'https://x.openai.azure.com/openai/deployments/{name}/chat/completions'",
    "a folder": "f'{BASE}{name}/{model}:generateContent'",
}


@pytest.mark.parametrize("url", UNNAMED.values(), ids=UNNAMED)
def test_a_path_that_does_not_name_the_model_says_none(found, url) -> None:
    text = HEAD + f"def ask(text, key, model, name='gpt-4o'):\n    url = {url}\n"
    (call,) = found(text + "    return requests.post(url, json={'contents': text})\n").project.calls
    assert call.model.values == ()


def test_the_body_says_the_model_before_the_path_does(found) -> None:
    text = HEAD + "def ask(engine='davinci'):\n    url = f'https://api.openai.com/v1/engines/{engine}/completions'\n"
    text += "    return requests.post(url, json={'model': 'gpt-4o', 'prompt': 'x'})\n"
    (call,) = found(text).project.calls
    assert call.model.values == ("gpt-4o",)


def test_classes_say_the_model_of_the_path_that_their_base_asks(found) -> None:
    base = "class Gemini:\n    NAME: str\n    def ask(self, text):\n"
    base += "        return requests.post(f'{BASE}{self.NAME}:generateContent', json={'contents': text})\n"
    text = (
        HEAD + base + "class Pro(Gemini):\n    NAME = 'gemini-pro'\nclass Flash(Gemini):\n    NAME = 'gemini-flash'\n"
    )
    (call,) = found(text).project.calls
    assert call.model.values == ("gemini-flash", "gemini-pro")


def test_who_calls_a_wrapper_says_the_model_of_its_path(found) -> None:
    text = HEAD + "def send(text, model):\n"
    text += "    return requests.post(f'{BASE}{model}:generateContent', json={'contents': text})\n"
    text += "def ask(text):\n    return send(text, 'gemini-pro')\n"
    project = found(text).project
    assert [call.model.values for call in (*project.calls, *project.callers)] == [("gemini-pro",), ("gemini-pro",)]


BODIES = {
    "a keyword that is set": ("options['max_tokens'] = 9", "number"),
    "a keyword that is put in its place again": ("options['max_tokens'] = options.pop('max_tokens', 9)", "dynamic"),
    "nothing": ("pass", "unknown"),
}


@pytest.mark.parametrize(("statement", "state"), BODIES.values(), ids=BODIES)
def test_keywords_that_are_sent_as_they_are_hold_what_was_set_on_them(found, statement, state) -> None:
    text = f"import requests\ndef ask(**options):\n    {statement}\n"
    text += "    return requests.post('https://api.openai.com/v1/chat/completions', json=options)\n"
    (call,) = found(text).project.calls
    assert call.cap.state == state


SERVICES = {
    "one of several": ("https://api.cohere.ai/v1/generate", "https://api.ai21.com/studio/v1/j2-mid/complete", "http"),
    "one of two of the same sort": (
        "https://api.deepseek.com/chat/completions",
        "https://api.openai.com/v1/chat/completions",
        "deepseek-http",
    ),
}


@pytest.mark.parametrize(("first", "second", "sdk"), SERVICES.values(), ids=SERVICES)
def test_a_request_to_one_of_several_services_is_said_to_be_of_none(found, first, second, sdk) -> None:
    text = (
        "import requests\nclass Base:\n    def ask(self, body):\n        return requests.post(self.url(), json=body)\n"
    )
    for number, url in enumerate((first, second)):
        text += f"class Sub{number}(Base):\n    def url(self):\n        return '{url}'\n"
    (call,) = found(text).project.calls
    assert call.sdk == sdk


BODIES = {
    "a conversation with a model": ("{'model': 'm-1', 'messages': text}", ("openai-http", "none")),
    "a conversation with a limit": ("{'model': 'm-1', 'messages': text, 'max_tokens': 3}", ("openai-http", 3)),
    "a prompt and how to go on": ("{'prompt': text, 'n_predict': 4, 'temperature': 0.1}", ("http", 4)),
    "inputs and what to do with them": ("{'inputs': text, 'parameters': {'max_new_tokens': 5, 'do_sample': True}}", ("http", 5)),
    "a prompt for a picture": ("{'prompt': text, 'steps': 20, 'seed': 3}", None),
    "messages of something else": ("{'messages': text, 'channel': 'x'}", None),
    "a conversation without a model": ("{'messages': text, 'temperature': 0, 'max_tokens': 9}", ("http", 9)),
    "messages and nothing else": ("{'messages': text, 'room': 1}", None),
    "inputs and how many tokens may come back": ("{'inputs': text, 'parameters': {'max_new_tokens': 5}}", ("http", 5)),
    "inputs and nothing known about them": ("{'inputs': text, 'parameters': text}", None),
}  # fmt: skip


@pytest.mark.parametrize(("body", "wanted"), BODIES.values(), ids=BODIES)
def test_a_body_tells_a_request_wherever_it_is_sent(found, body, wanted) -> None:
    text = "import requests\nLIMITS = {'max_tokens': 1}\nclass Bot:\n    def __init__(self, url):\n        self.url = url\n"
    text += f"    def ask(self, text):\n        body = {body}\n        return requests.post(self.url, json=body)\n"
    calls = found(text).project.calls
    said = [(c.sdk, c.cap.value if c.cap.state == "number" else c.cap.state) for c in calls]
    assert said == ([wanted] if wanted else [])


EMBEDDED = {
    "the function says so": ("embed_documents", "self.url", ["embedding"]),
    "the address says so": ("ask", "self.settings['embedding_url']", ["embedding"]),
    "nothing says so": ("ask", "self.url", []),
}


@pytest.mark.parametrize(("name", "url", "kinds"), EMBEDDED.values(), ids=EMBEDDED)
def test_what_is_sent_to_be_embedded_is_told_by_its_keys_and_a_name(found, name, url, kinds) -> None:
    text = f"import requests\nclass Custom:\n    def {name}(self, texts):\n        body = {{'model': 'm-1', 'input': texts}}\n"
    calls = found(text + f"        return requests.post({url}, json=body)\n").project.calls
    assert [call.kind for call in calls] == kinds


def test_a_picture_is_asked_for_on_any_host(found) -> None:
    text = "import requests\ndef draw(base, text):\n    body = {'model': 'm-1', 'prompt': text, 'n': 1}\n"
    (call,) = found(text + "    return requests.post(f'{base}/images/generations', json=body)\n").project.calls
    assert call.kind == "image"


def test_a_picture_is_asked_of_stability(found) -> None:
    url = "https://api.stability.ai/v2beta/stable-image/generate/sd3"
    (call,) = found(f"import requests\ndef f(t):\n    requests.post('{url}', data={{'prompt': t}})\n").project.calls
    assert (call.sdk, call.kind, call.cap) == ("stability-http", "image", None)


def test_what_is_sent_to_have_its_tokens_counted_is_no_request(found) -> None:
    text = "import requests\ndef count(url, text):\n    body = {'model': 'm-1', 'messages': text, 'max_tokens': 1}\n"
    assert not found(text + "    return requests.post(f'{url}/tokenize', json=body)\n").project.calls


def test_the_model_in_the_path_of_google_counts(found) -> None:
    text = "import requests\nclass Gemini:\n    def __init__(self, key, path):\n        self.path = path\n"
    text += "        self.url = f'https://generativelanguage.googleapis.com/v1beta/models/gemini-pro:generateContent?key={key}'\n"
    text += "    def ask(self, talk):\n        body = {'model': self.path, 'contents': talk}\n        return requests.post(self.url, json=body)\n"
    (call,) = found(text).project.calls
    assert call.model.values == ("gemini-pro",)


def test_cloudflare_names_the_model_behind_its_own_path(found) -> None:
    head = "import requests\nBASE = 'https://api.cloudflare.com/client/v4/accounts'\ndef ask(account, body):\n"
    (call,) = found(
        head + "    requests.post(f'{BASE}/{account}/ai/run/@cf/meta/llama-3-8b', json={'prompt': body})\n"
    ).project.calls
    assert (call.sdk, call.model.values) == ("cloudflare-http", ("@cf/meta/llama-3-8b",))
    assert not found(head + "    requests.post(f'{BASE}/{account}/workers/scripts', json=body)\n").project.calls


def test_what_opens_a_stream_with_a_client_goes_to_its_address(found) -> None:
    text = (
        "import httpx\nfrom httpx_sse import connect_sse\nclient = httpx.Client(base_url='https://api.mistral.ai/v1')\n"
        "def ask(body):\n    return connect_sse(client, 'POST', '/chat/completions', json=body)\n"
    )
    (call,) = found(text).project.calls
    assert call.sdk == "mistral-http"


def test_an_address_is_read_off_what_callers_pass(found) -> None:
    text = (
        "import requests\nDEFAULTS = {'api': {'url': 'https://api.openai.com/v1/chat/completions'}, 'model': 'm-1'}\n"
    )
    text += "def send(body, config):\n    return requests.post(config['api']['url'], json=body)\n"
    text += "def chat(question, config):\n    talk = [{'role': 'user', 'content': question}]\n"
    text += "    return send({'messages': talk, 'model': config['model']}, config)\n"
    project = found(text + "def main(question):\n    config = DEFAULTS\n    chat(question, config)\n").project
    assert [(c.sdk, c.model.values) for c in project.calls] == [("openai-http", ("m-1",))]
    assert not found(text + "def main(question, config):\n    chat(question, config)\n").project.calls


SENT = {
    "a pool": "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor() as pool:\n    pool.submit(requests.post, URL, json=BODY)\n",
    "a thread": "import asyncio\nasync def ask():\n    await asyncio.to_thread(requests.post, URL, json=BODY, timeout=3)\n",
}


@pytest.mark.parametrize("program", SENT.values(), ids=SENT)
def test_a_request_may_be_sent_by_a_function_that_is_handed_over(found, program) -> None:
    head = "import requests\nURL = 'https://api.openai.com/v1/chat/completions'\nBODY = {'model': 'gpt-4o', 'max_tokens': 9, 'messages': []}\n"
    (call,) = found(head + program).project.calls
    assert (call.kind, call.model.values, call.cap.value) == ("http", ("gpt-4o",), 9)


def test_what_is_handed_over_without_a_body_is_no_request(found) -> None:
    text = "import requests\nfrom somewhere import pool\npool.submit(requests.post, 'https://api.openai.com/v1/chat/completions', timeout=3)\n"
    assert not found(text).project.calls


def test_a_body_that_a_method_puts_together_key_by_key_is_a_request(found) -> None:
    text = (
        "import httpx\nclass Desk:\n    def __init__(self, server, path):\n        self.client = httpx.Client(base_url=server)\n"
        "        self.path = path\n    def body(self, turns):\n        body = {'temperature': 0}\n        body['messages'] = turns\n"
        "        body['model'] = 'm-1'\n        return body\n    def ask(self, turns):\n"
        "        return self.client.post(self.path, json=self.body(turns))\n"
    )
    (call,) = found(text).project.calls
    assert (call.callee, call.model.values) == ("self.client.post", ("m-1",))
