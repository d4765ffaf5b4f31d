"""What parameters are that no caller says: FastAPI's dependencies, and objects by default."""

from __future__ import annotations

from textwrap import dedent

import pytest

HEAD = "import cohere\nfrom fastapi import Depends, FastAPI\napp = FastAPI()\n"
CLIENT = "def client():\n    return cohere.Client('k')\n"
ROUTE = "@app.get('/a')\ndef route(q: str, c{}):\n    return c.generate(prompt=q, model='m-1')\n"
DEPENDS = {
    "a function": CLIENT + ROUTE.format("=Depends(client)"),
    "a generator": CLIENT.replace("return", "yield") + ROUTE.format("=Depends(client)"),
    "a keyword": CLIENT + ROUTE.format("=Depends(dependency=client)"),
    "an annotation": CLIENT + ROUTE.format(": Annotated[object, Depends(client)]"),
    "a function below another": CLIENT
    + "def wrapped(inner=Depends(client)):\n    return inner\n"
    + ROUTE.format("=Depends(wrapped)"),
    "an object that holds it": "class Service:\n    def __init__(self):\n        self.c = cohere.Client('k')\n"
    + ROUTE.format("=Depends(Service)").replace("c.generate", "c.c.generate"),
}


@pytest.mark.parametrize("name", DEPENDS)
def test_what_a_route_depends_on_is_passed_to_it(found, name) -> None:
    (call,) = found(HEAD + DEPENDS[name]).project.calls
    assert (call.sdk, call.kind, call.waits) == ("cohere", "completion", "yes")


@pytest.mark.parametrize("parameter", ["c=Depends(client)", "c: Annotated[object, Depends(client)]"])
def test_another_function_of_that_name_passes_nothing(found, parameter) -> None:
    text = CLIENT + f"def run(q, {parameter}):\n    return c.generate(prompt=q)\n"
    assert len(found("import cohere\nfrom fastapi import Depends\n" + text).project.calls) == 1
    assert found("import cohere\nfrom shop import Depends\n" + text).project.calls == ()


OPTIONS = """
import litellm
from dataclasses import dataclass
@dataclass
class Options:
    model: str = "m-1"
    limit: int = 10
QUICK = Options(model="m-2")
def ask(q, options{}):
    return litellm.completion(model=options.model, max_tokens=options.limit, messages=[q])
"""


@pytest.mark.parametrize(
    ("parameter", "model"),
    [("=Options()", "m-1"), ("=QUICK", "m-2"), (": Options = Options('m-3')", "m-3"), (": Options = QUICK", "m-2")],
)
def test_an_object_is_what_a_parameter_is_unless_a_caller_passes_another(found, parameter, model) -> None:
    (call,) = found(OPTIONS.format(parameter)).project.calls
    assert call.model.values == (model,)
    assert call.cap is not None
    assert call.cap.state == "dynamic"


def test_a_caller_that_passes_another_says_so(found) -> None:
    project = found(OPTIONS.format("=QUICK") + "ask('a', Options('m-4'))\nask('b')\n").project
    assert [call.model.values for call in project.callers] == [("m-4",), ("m-2",)]


LAZY = """
    import importlib
    class Lazy:
        def __init__(self, name, package=None):
            self._name, self._module = name, None
        def {hook}(self, attribute):
            if self._module is None:
                self._module = importlib.import_module(self._name)
            return getattr(self._module, attribute)
    cohere = Lazy("cohere", "cohere-client")
    ollama = Lazy("ollama")
"""
LAZY_USE = """
    from ours.optional import cohere, ollama
    class Asker:
        def __init__(self, client: "ollama.Client" = None):
            self.client = client or ollama.Client()
            self.embedder = cohere.Client()
        def ask(self, text):
            return self.client.chat(model="llama3", messages=[{"role": "user", "content": text}])
        def embed(self, texts):
            return self.embedder.embed(texts=texts, model="embed-english-v3.0")
"""


@pytest.mark.parametrize(("hook", "sdks"), [("__getattr__", {"ollama", "cohere"}), ("load", set())])
def test_an_object_that_imports_what_it_is_asked_for_is_the_package(found, hook, sdks) -> None:
    files = {
        "ours/__init__.py": "",
        "ours/optional.py": dedent(LAZY.format(hook=hook)),
        "ours/asker.py": dedent(LAZY_USE),
    }
    assert {call.sdk for call in found(files).project.calls} == sdks


def test_a_class_that_is_passed_in_is_built_and_not_called(found) -> None:
    text = """
        import openai
        from langchain_core.language_models import BaseChatModel
        class Asker:
            def __init__(self, client: openai.OpenAI):
                self.client = client
            def ask(self, text):
                return self.client.responses.create(model="m-1", input=text)
        def build(kind: type[BaseChatModel], text):
            model = kind(temperature=0)
            return model.invoke(text)
        def use(kind: "type[Asker] | None", text):
            return kind(openai.OpenAI()).ask("Say hello to " + text)
    """
    project = found(dedent(text)).project
    assert [call.callee for call in project.calls] == ["self.client.responses.create", "model.invoke"]
    assert [call.callee for call in project.callers] == ["kind(openai.OpenAI()).ask"]


@pytest.mark.parametrize(
    ("made", "calls"),
    [
        ("sentence_transformers.CrossEncoder('m-1')", 0),
        ("sklearn.linear_model.LogisticRegression()", 0),
        ("keras.models.load_model('m-1')", 0),
        ("langgraph.func.unheard_of()", 1),
        ("ours.load()", 1),
    ],
)
def test_the_model_of_another_package_is_no_chat_model(found, made, calls) -> None:
    text = f"""
        import keras, langgraph, ours, sentence_transformers, sklearn
        import langchain_core
        class Scorer:
            def __init__(self):
                self.model = {made}
            def score(self, pairs):
                return self.model.predict(pairs)
    """
    assert len(found(dedent(text)).project.calls) == calls


@pytest.mark.parametrize(("name", "calls"), [("chain", 1), ("prompt", 0), ("output_parser", 0)])
def test_a_runnable_that_is_passed_in_is_what_its_name_says(found, name, calls) -> None:
    text = (
        f"from langchain_core.runnables import Runnable\ndef ask({name}: Runnable, x):\n    return {name}.invoke(x)\n"
    )
    assert len(found(text).project.calls) == calls


def test_a_client_that_is_passed_in_or_made_may_be_either_in_a_function_inside(found) -> None:
    text = (
        "from langchain.chat_models import init_chat_model\nfrom langchain_core.language_models import BaseChatModel\n"
    )
    text += "def evaluator(model, client: BaseChatModel | None = None):\n    if client is None:\n        client = init_chat_model(model)\n"
    (call,) = found(text + "    def run(x):\n        return client.invoke(x)\n    return run\n").project.calls
    assert call.cap.state == "unknown"


FIELDS = {
    "made by a factory": "    llm: BaseLanguageModel = Field(default_factory=make)\n",
    "set by a validator where it is missing": "    llm: BaseLanguageModel = Field(default=None)\n    @root_validator(pre=True)\n"
    "    def fill(cls, values):\n        if not values.get('llm'):\n            values['llm'] = ChatOpenAI(temperature=0)\n"
    "        return values\n",
}


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_a_field_may_hold_another_model_than_its_default(found, field) -> None:
    text = "from pydantic import BaseModel, Field, root_validator\nfrom langchain_openai import ChatOpenAI\n"
    text += "from langchain_core.language_models import BaseLanguageModel\ndef make():\n    return ChatOpenAI(model='gpt-4o')\n"
    (call,) = found(
        text + f"class Tool(BaseModel):\n{field}    def run(self, x):\n        return self.llm.invoke(x)\n"
    ).project.calls
    assert call.cap.state == "unknown"


def test_a_client_of_cohere_is_known_by_what_it_is_asked_for(found) -> None:
    text = "class Topics:\n    def __init__(self, client, model='xlarge'):\n        self.client = client\n    PROMPT = 'You are a namer of topics.'\n"
    (call,) = found(
        text
        + "    def name(self, x):\n        return self.client.generate(prompt=x, max_tokens=5, num_generations=1)\n"
    ).project.calls
    assert (call.sdk, call.cap.value) == ("cohere", 5)


UNPACKED = {
    "a dictionary": "options = {'model': name, 'input': texts}\n    return client.embeddings.create(**options)",
    "entries that are set": "options = dict(more or {})\n    options['model'] = name\n    options['input'] = texts\n    return client.embeddings.create(**options)",
    "keywords of dict": "options = dict(model=name, input=texts)\n    return client.embeddings.create(**options)",
    "at once": "return client.embeddings.create(**{'model': name, 'input': texts})",
}


@pytest.mark.parametrize("body", UNPACKED.values(), ids=UNPACKED)
def test_a_client_that_is_passed_in_is_known_by_the_keys_of_its_options(found, body) -> None:
    (call,) = found(f"def embed(client, name, texts, more):\n    {body}\n").project.calls
    assert (call.sdk, call.kind) == ("openai", "embedding")


def test_options_of_something_else_make_no_call(found) -> None:
    text = "def tag(client, rows, more):\n    options = {'rows': rows, 'color': more}\n"
    assert not found(text + "    return client.embeddings.create(**options)\n").project.calls


SETTINGS = """
from typing import Annotated
from functools import lru_cache
from fastapi import Depends
from openai import OpenAI
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    llm_model: str = "m-1"
    llm_tokens: int = 70
@lru_cache
def get_settings() -> Settings:
    return Settings()
def get_llm():
    yield OpenAI()
Config = Annotated[Settings, Depends(get_settings)]
Client = Annotated[OpenAI, Depends(get_llm)]
"""
ANNOTATED_ROUTE = """
async def route(llm: Client, config: Config):
    return llm.chat.completions.create(model=config.llm_model, max_tokens=config.llm_tokens, messages=[])
"""


@pytest.mark.parametrize("apart", [False, True])
def test_an_alias_may_say_what_a_route_depends_on(found, apart) -> None:
    files = {"deps.py": SETTINGS, "app.py": "from deps import Client, Config\n" + ANNOTATED_ROUTE}
    (call,) = found(files if apart else SETTINGS + ANNOTATED_ROUTE).project.calls
    assert (call.sdk, call.model.values, call.cap.fallback) == ("openai", ("m-1",), 70)


def test_an_alias_of_two_types_depends_on_nothing(found) -> None:
    alias = SETTINGS.replace("Annotated[Settings, Depends(get_settings)]", "Annotated[Settings, 'the settings']")
    (call,) = found(alias + ANNOTATED_ROUTE.replace("config.llm_model", "config.other")).project.calls
    assert not call.model.values


CHAIN = """
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable
from langchain_openai import ChatOpenAI
PROMPT = ChatPromptTemplate.from_messages([("human", "Answer the question: {question}")])
def build(llm: BaseChatModel) -> Runnable:
    return PROMPT | llm
class Handbook:
    def __init__(self, chain: Runnable):
        self.chain = chain
    def ask(self, question):
        return self.chain.invoke({"question": question})
"""


@pytest.mark.parametrize(
    ("caps", "known"),
    [(("max_tokens=500",), ("number", 500)), (("max_tokens=500", "max_tokens=500"), ("number", 500)),
     (("max_tokens=500", "max_tokens=9"), ("unknown", None)), (("max_tokens=500", "timeout=5"), ("unknown", None))],
)  # fmt: skip
def test_the_cap_is_that_of_all_objects_that_are_made(found, caps, known) -> None:
    made = "".join(f"Handbook(build(ChatOpenAI(model='gpt-4o', {cap})))\n" for cap in caps)
    (call,) = found(CHAIN + made).project.calls
    assert (call.model.values, call.cap.state, call.cap.value) == (("gpt-4o",), *known)
