"""Caps in options that nobody can open, and what is done to a dictionary round and in a function inside another one."""

from __future__ import annotations

import pytest

ASKED = "import litellm\nclass Bot:\n    def __init__(self, config):\n        self.config = config\n"
CALL = (
    "    def ask(self, text):\n        return litellm.completion(model='m-1', messages=text, **self.config.options)\n"
)
SPEAKS = {
    "asks for it": "    def limit(self):\n        return self.config.options.get('max_tokens')\n",
    "sets it elsewhere": "    def make(self):\n        return Options(max_tokens=self.limit)\n",
    "declares it": "    max_tokens: int | None = None\n",
    "keeps it for itself": "    def load(self):\n        self._max_tokens = self.limit\n",
}
SILENT = {
    "says nothing": "",
    "compares a name": "    def limit(self, max_tokens_seen):\n        return self.n == max_tokens_seen\n",
    "sets the limit of what goes in": "    def make(self):\n        return Options(input_max_tokens=self.limit)\n",
    "names another limit": "    def limit(self):\n        return self.config.options.get('max_retries')\n",
}


@pytest.mark.parametrize("more", SPEAKS.values(), ids=SPEAKS)
def test_options_of_a_file_that_speaks_of_a_cap_may_hold_it(found, more) -> None:
    (call,) = found(ASKED + CALL + more).project.calls
    assert (call.cap.state, call.cap.reason) == ("dynamic", "parameter config")


@pytest.mark.parametrize("more", SILENT.values(), ids=SILENT)
def test_options_of_a_file_that_does_not_are_not_known(found, more) -> None:
    (call,) = found(ASKED + CALL + more).project.calls
    assert call.cap.state == "unknown"


def test_what_is_passed_in_full_has_no_cap_whatever_the_file_speaks_of(found) -> None:
    closed = CALL.replace(", **self.config.options", "")
    (call,) = found(ASKED + closed + SPEAKS["asks for it"]).project.calls
    assert call.cap.state == "none"


AROUND = (
    "import litellm\ndef ask(text, limit, given):\n    options = {}\n    if given:\n        options = given.copy()\n"
    "    if limit:\n        options['max_tokens'] = 9\n    def send():\n"
)


@pytest.mark.parametrize(
    "inside",
    [
        "        return litellm.completion(model='m-1', messages=text, **options)\n",
        "        options['seed'] = 1\n        return litellm.completion(model='m-1', messages=text, **options)\n",
        "        copied = options.copy()\n        return litellm.completion(model='m-1', messages=text, **copied)\n",
    ],
    ids=["as it is", "changed inside", "copied inside"],
)
def test_a_dictionary_of_the_function_around_keeps_what_was_set_on_it(found, inside) -> None:
    (call,) = found(AROUND + inside + "    return send()\n").project.calls
    assert (call.cap.state, call.cap.parameter) == ("dynamic", "max_tokens")
    assert call.cap.place is not None


def test_a_dictionary_of_that_name_inside_is_another_one(found) -> None:
    inside = "        options = {'seed': 1}\n        return litellm.completion(model='m-1', messages=text, **options)\n"
    (call,) = found(AROUND + inside + "    return send()\n").project.calls
    assert call.cap.state == "none"


def test_a_configuration_that_is_copied_keeps_what_was_set_on_it(found) -> None:
    text = (
        "from google import genai\ndef ask(text, limit, base):\n    config = base.copy()\n    config['max_output_tokens'] = limit\n"
        "    later = config.copy()\n    return genai.Client().models.generate_content(model='m-1', contents=text, config=later)\n"
    )
    (call,) = found(text).project.calls
    assert (call.cap.state, call.cap.reason) == ("dynamic", "parameter limit")


def test_a_factory_of_attrs_makes_the_default(found) -> None:
    text = (
        "from attrs import Factory, define, field\nfrom ollama import Client\n@define\nclass Bot:\n    limit: int = 7\n"
        "    client: Client = field(default=Factory(lambda: Client()))\n"
        "    options: dict = field(default=Factory(lambda self: {'num_predict': self.limit}, takes_self=True))\n"
        "    def ask(self, text):\n        return self.client.chat(model='m-1', messages=text, options=self.options)\n"
    )
    (call,) = found(text).project.calls
    assert (call.sdk, call.cap.state, call.cap.parameter) == ("ollama", "dynamic", "num_predict")


def test_an_object_that_tries_again_runs_what_it_is_given(found) -> None:
    text = (
        "import anthropic, tenacity\nclient = anthropic.Anthropic()\ndef ask(**request):\n"
        "    again = tenacity.Retrying(stop=tenacity.stop_after_attempt(3))\n"
        "    return again(client.messages.create, **request)\n"
    )
    (call,) = found(text).project.calls
    assert call.callee == "client.messages.create"


def test_what_else_is_given_a_function_and_options_does_not_send(found) -> None:
    text = (
        "import anthropic, tracing\nclient = anthropic.Anthropic()\n"
        "def watch(**options):\n    return tracing.watched(client.messages.create, **options)\n"
    )
    assert not found(text).project.calls


PIPE = "import transformers\nfrom transformers import TextGenerationPipeline\n"


@pytest.mark.parametrize(
    "text",
    [
        "def ask(pipe: TextGenerationPipeline, text):\n    return pipe(text)\n",
        "class Bot:\n    @property\n    def pipe(self) -> TextGenerationPipeline:\n        if self._pipe is None:\n"
        "            self._pipe = transformers.pipeline('text-generation')\n        return self._pipe\n"
        "    def ask(self, text):\n        return self.pipe(text)\n",
    ],
    ids=["a parameter", "a property"],
)
def test_what_is_declared_to_be_called_is_called(found, text) -> None:
    (call,) = found(PIPE + text).project.calls
    assert (call.sdk, call.kind) == ("transformers", "completion")


LOOP = (
    "import litellm\ndef ask(texts, cache):\n    for text in texts:\n        def send():\n"
    "            return litellm.completion(model='m-1', messages=text)\n        cache.get(text, timed(send))\n"
)


def test_a_function_that_is_made_in_a_loop_is_run_in_it(found) -> None:
    (call,) = found(LOOP).project.calls
    assert call.loop == "for"


def test_one_that_is_made_before_the_loop_is_not_known_to_be(found) -> None:
    before = LOOP.replace("    for text in texts:\n        def send():\n    ", "    def send():\n").replace(
        "        cache.get", "    for text in texts:\n        cache.get"
    )
    (call,) = found(before).project.calls
    assert call.loop is None


AGAIN = (
    "class Again:\n    def __call__(self, function, *given, **named):\n        for _ in range(3):\n"
    "            try:\n                return function(*given, **named)\n            except Exception:\n                pass\n"
    "class Bot:\n    def __init__(self):\n        self.again = Again()\n        self.client = self.made()\n"
)


def test_an_object_of_the_project_that_is_called_runs_what_it_is_given(found) -> None:
    text = (
        "import litellm\n" + AGAIN + "    def made(self):\n        import litellm\n        return litellm\n"
        "    def ask(self, text, **more):\n        options = self.prepared(text=text, **more)\n"
        "        return self.again(self.client.completion, **options)\n"
    )
    (call,) = found(text).project.calls
    assert (call.sdk, call.callee) == ("litellm", "self.client.completion")


LISTED = (
    "class Generator:\n    needs = []\n    def load(self):\n        for name in self.needs:\n"
    "            setattr(self, name, import_module(name))\n"
    "class Claude(Generator):\n    needs = ['anthropic']\n    def ask(self, text):\n"
    "        self.client = self.anthropic.Anthropic()\n"
    "        return self.client.messages.create(model='m-1', max_tokens=9, messages=[{'role': 'user', 'content': text}])\n"
)


def test_a_package_that_a_class_lists_is_an_attribute_of_its_objects(found) -> None:
    (call,) = found(LISTED).project.calls
    assert (call.sdk, call.built_here) == ("anthropic", True)


def test_an_attribute_of_that_name_that_is_set_is_what_it_is_set_to(found) -> None:
    own = LISTED.replace("    def ask(", "    def __init__(self):\n        self.anthropic = Own()\n    def ask(")
    calls = found("class Own:\n    def Anthropic(self):\n        return Thing()\n" + own).project.calls
    assert all(not call.built_here for call in calls)


CLIENTS = {
    "google": (
        "from google import genai",
        "genai.Client()",
        "models.generate_content_stream(model='m-1', contents=text)",
    ),
    "groq": ("from groq import Groq", "Groq()", "chat.completions.create(model='m-1', messages=text)"),
    "bedrock": ("import boto3", "boto3.client('bedrock-runtime')", "converse_stream(modelId='m-1', messages=text)"),
}


def test_methods_of_one_name_send_with_the_client_that_their_own_class_passes(found) -> None:
    text = ""
    for name, (brought, made, asked) in CLIENTS.items():
        text += f"class {name.title()}:\n    def _send(self, client, text):\n        return client.{asked}\n"
        text += f"    def ask(self, text):\n        {brought}\n        return self._send({made}, text)\n"
    calls = found(text).project.calls
    assert [call.sdk for call in calls] == ["google-genai", "groq", "bedrock"]


def test_an_answer_that_may_be_spoken_is_text_otherwise(found) -> None:
    text = (
        "from openai import OpenAI\ndef ask(text, speak):\n    body = {'model': 'm-1', 'messages': text, 'max_tokens': 9}\n"
        "    if speak:\n        body['modalities'] = ['text', 'audio']\n    return OpenAI().chat.completions.create(**body)\n"
    )
    (call,) = found(text).project.calls
    assert (call.kind, call.cap.value) == ("chat", 9)


PIPED = (
    "from langchain_core.runnables import RunnableBranch, RunnablePassthrough\nclass Bot:\n"
    "    def __init__(self, llm, retriever):\n        self.llm = llm\n        self.retriever = retriever\n"
    "    def made(self):\n        return {}\n    def ask(self, x):\n        plan = self.made()\n        return plan.invoke(x)\n"
)


def test_a_model_behind_another_runnable_is_known_by_its_name(found) -> None:
    (call,) = found(PIPED.format("RunnableBranch((f, a), b) | self.llm.bind(stop=['x'])")).project.calls
    assert (call.sdk, call.callee) == ("langchain", "plan.invoke")


def test_what_else_stands_behind_a_runnable_is_no_model(found) -> None:
    assert not found(PIPED.format("RunnablePassthrough() | self.retriever")).project.calls


EMBEDS = {
    "a parameter of LangChain": ("from langchain_core.documents import Document\ndef f(embeddings, x):\n    return embeddings.embed_query(x)\n", 1),
    "what an index holds": (
        "from llama_index.core import VectorStoreIndex\ndef f(docs, x):\n    index = VectorStoreIndex(docs)\n"
        "    model = index._embed_model\n    return model.get_text_embedding_batch(x)\n", 1,
    ),
    "something else of that name": ("def f(embeddings, x):\n    return embeddings.embed_query(x)\n", 0),
}  # fmt: skip


@pytest.mark.parametrize(("text", "calls"), EMBEDS.values(), ids=EMBEDS)
def test_what_embeds_is_known_by_its_name_where_its_package_is_used(found, text, calls) -> None:
    assert [call.kind for call in found(text).project.calls] == ["embedding"] * calls


def test_a_dictionary_is_followed_through_a_property_a_filter_and_a_function(found) -> None:
    text = (
        "import anthropic\ndef routed(body):\n    if not body.get('x'):\n        return body\n    body['y'] = 1\n    return body\n"
        "class Bot:\n    @property\n    def usual(self):\n        d = {'model': 'm-1'}\n        return {**d, **self.more}\n"
        "    def ask(self, text, **given):\n        body = {**self.usual, **given}\n"
        "        body = {k: v for k, v in body.items() if k != 'z'}\n        body = routed(body)\n"
        "        return anthropic.Anthropic().messages.create(messages=text, **body)\n"
    )
    (call,) = found(text).project.calls
    assert call.model.values == ("m-1",)


def test_a_package_inside_another_is_not_the_sdk_of_that_name(found) -> None:
    inside = "from openai import OpenAI\nclass Bot:\n    def ask(self, text):\n        client = OpenAI()\n"
    inside += "        return client.beta.threads.runs.create(thread_id=text, assistant_id='a')\n"
    outcome = found(
        {
            "index/llms/openai/__init__.py": "from index.llms.openai.base import Bot\n",
            "index/llms/openai/base.py": inside,
        }
    )
    assert [call.sdk for call in outcome.project.calls] == ["openai"]


@pytest.mark.parametrize(("given", "cap"), [("", 300), ("max_tokens=9", 9), ("temperature=0", 300)])
@pytest.mark.parametrize(
    "kept",
    [
        "self.options = dict(model='m-1', max_tokens=300)\n        self.options.update(options)",
        "self.options = {'model': 'm-1', 'max_tokens': 300, **options}",
    ],
)
def test_what_a_constructor_adds_is_what_the_object_is_made_with(found, kept, given, cap) -> None:
    text = f"""from anthropic import Anthropic
class Checker:
    def __init__(self, **options):
        {kept}
    def check(self, text):
        told = [{{"role": "user", "content": text}}]
        return Anthropic().messages.create(messages=told, **self.options)
Checker({given}).check("Does the text mention a flaw?")
"""
    (caller,) = found(text).project.callers
    assert (caller.model.values, caller.cap.value) == (("m-1",), cap)
