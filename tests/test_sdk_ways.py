"""Ways of single SDKs: what overrides what, what is joined with what, and what nothing but its name tells."""

from __future__ import annotations

import pytest

AGENTS = """
from agents import Agent, ModelSettings, RunConfig, Runner
bot = Agent(name="bot", model="m-1", instructions="You answer questions.", model_settings=ModelSettings(max_tokens=50))
NIGHTLY = RunConfig(model="m-2", model_settings=ModelSettings(max_tokens=300))
BARE = RunConfig(workflow_name="nightly")
"""


@pytest.mark.parametrize(
    ("config", "model", "cap"),
    [("", "m-1", 50), (", run_config=NIGHTLY", "m-2", 300), (", run_config=BARE", "m-1", 50)],
)
@pytest.mark.parametrize("run", ["run_sync", "run_streamed"])
def test_the_configuration_of_a_run_counts_before_the_agent(found, config, model, cap, run) -> None:
    (call,) = found(AGENTS + f"Runner.{run}(bot, 'Hello?'{config})\n").project.calls
    assert (call.model.values, call.cap.value) == ((model,), cap)


LLAMA = """
from llama_index.core import Settings
from llama_index.embeddings.openai import OpenAIEmbedding
from llama_index.llms.openai import OpenAI
Settings.llm = OpenAI(model="m-1")
Settings.embed_model = OpenAIEmbedding(model="m-2")
"""


@pytest.mark.parametrize("method", ["get_text_embedding", "get_text_embedding_batch", "aget_query_embedding"])
def test_what_all_embeddings_are_made_with_is_no_language_model(found, method) -> None:
    (call,) = found(LLAMA + f"Settings.embed_model.{method}('x')\n").project.calls
    assert (call.kind, call.model.values) == ("embedding", ("m-2",))


PIPES = """
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import PromptTemplate
from langchain_openai import ChatOpenAI
TOLD = PromptTemplate.from_template("Rewrite this headline so that it says what happened: {headline}")
"""


@pytest.mark.parametrize(
    "chain",
    ["TOLD.pipe(ChatOpenAI(model='m-1')).pipe(StrOutputParser())", "TOLD.pipe(ChatOpenAI(model='m-1'), StrOutputParser())",
     "(TOLD | ChatOpenAI(model='m-1')).pipe(StrOutputParser())"],
)  # fmt: skip
def test_runnables_may_be_joined_by_a_method(found, chain) -> None:
    project = found(PIPES + f"def chain():\n    return {chain}\nchain().invoke({{'headline': 'x'}})\n").project
    (call,) = project.calls
    assert call.model.values == ("m-1",)
    assert [prompt.form for prompt in project.prompts] == ["langchain"]


ELL = """
from functools import partial
import ell
smart = partial(ell.simple, model="m-1", max_tokens=600)
"""


@pytest.mark.parametrize(("given", "cap"), [("", 600), ("max_tokens=9", 9)])
@pytest.mark.parametrize("apart", [False, True])
def test_a_decorator_may_be_bound_to_its_model(found, given, cap, apart) -> None:
    use = f"@smart({given})\ndef ask(topic):\n    '''You write questions for a quiz.'''\n    return f'Write one on {{topic}}.'\nask('x')\n"
    files = {"lmp.py": ELL, "app.py": "from lmp import smart\n" + use} if apart else ELL + use
    project = found(files).project
    assert [(c.sdk, c.model.values, c.cap.value) for c in project.calls] == [("ell", ("m-1",), cap)]
    assert len(project.prompts) == 2


def test_a_pipeline_may_be_made_when_it_is_first_used(found) -> None:
    text = "from transformers import pipeline\nclass Shortener:\n    def __init__(self):\n        self._pipe = None\n    @property\n"
    text += "    def pipe(self):\n        if self._pipe is None:\n            self._pipe = pipeline('text-generation', model='m-1')\n"
    text += (
        "        return self._pipe\n    def shorten(self, talk):\n        return self.pipe(talk, max_new_tokens=48)\n"
    )
    (call,) = found(text).project.calls
    assert (call.callee, call.model.values, call.cap.value) == ("self.pipe", ("m-1",), 48)


UNTYPED = {
    "anthropic": "def submit(client, entries):\n    return client.messages.batches.create(requests=entries)\n",
    "mistral": "class Gateway:\n    def __init__(self, mistral):\n        self.mistral = mistral\n    async def text(self, talk, **more):\n"
    "        return await self.mistral.chat.complete_async(messages=talk, **more)\n",
}


@pytest.mark.parametrize("sdk", UNTYPED)
def test_the_way_to_a_method_may_leave_no_doubt(found, sdk) -> None:
    assert [call.sdk for call in found(UNTYPED[sdk]).project.calls] == [sdk]


REGISTRY = """
from pydantic_ai import Agent
AGENTS: dict[str, Agent] = {}
def register(name: str, agent: Agent) -> Agent:
    AGENTS[name] = agent
    return agent
register("triage", Agent("m-1", model_settings={"max_tokens": 5}))
register("advisor", Agent("m-2"))
"""


@pytest.mark.parametrize(("key", "model"), [("triage", "m-1"), ("advisor", "m-2")])
def test_an_object_is_the_one_that_was_registered_under_its_name(found, key, model) -> None:
    use = f"from agents_of_ours import AGENTS\nasync def run(text):\n    return await AGENTS['{key}'].run(text)\n"
    (call,) = found({"agents_of_ours.py": REGISTRY, "app.py": use}).project.calls
    assert (call.place.path, call.model.values) == ("app.py", (model,))


RETRIED = """
def with_retry(times):
    def decorate(func):
        def inner(*args, **kwargs):
            for _ in range(times):
                return func(*args, **kwargs)
        return inner
    return decorate
"""
LABELLER = """
import openai
from retrying_of_ours import with_retry
class Labeller:
    def __init__(self, client: openai.OpenAI):
        self.create = with_retry(3)(client.chat.completions.create)
    def label(self, talk):
        return self.create(model="m-1", messages=talk, max_tokens=1)
"""


def test_a_function_made_round_another_sends_nothing_by_itself(found) -> None:
    files = {"retrying_of_ours.py": RETRIED, "label.py": LABELLER, "app.py": "from label import Labeller\nimport openai\n"
             "Labeller(openai.OpenAI()).label([])\n"}  # fmt: skip
    (call,) = found(files).project.calls
    assert (call.place.path, call.model.values, call.cap.value) == ("label.py", ("m-1",), 1)


def test_a_constant_may_be_what_a_function_takes_by_default(found) -> None:
    text = "from openai import OpenAI\nUSUAL = 'small'\ndef model(size=USUAL):\n    if size == 'large':\n        return 'm-2'\n"
    text += "    return 'm-1'\nOpenAI().chat.completions.create(model=model(), messages=[])\n"
    (call,) = found(text).project.calls
    assert call.model.values == ("m-1",)
