"""Ways to a call as packages write them: what is found is callee, kind, model and cap."""

from __future__ import annotations

from textwrap import dedent

import pytest

WAYS = {
    "a package kept as an attribute of a class": (
        """
        class Service:
            dashscope = None
            def __init__(self):
                if Service.dashscope is None:
                    import dashscope
                    Service.dashscope = dashscope
            def ask(self, messages):
                return Service.dashscope.Generation.call(model="qwen-max", messages=messages, max_tokens=9)
        """,
        ("Service.dashscope.Generation.call", "chat", "qwen-max", 9),
    ),
    "a client set on the class of an object": (
        """
        class Service:
            shared = None
            def start(self):
                import cohere
                self.__class__.shared = cohere.Client()
            def ask(self, text):
                return self.shared.chat(message=text, model="command-r", max_tokens=9)
        """,
        ("self.shared.chat", "chat", "command-r", 9),
    ),
    "a package imported by a helper of the project": (
        """
        import importlib
        def lazily(name, extra):
            try:
                return importlib.import_module(name)
            except ImportError:
                raise ImportError(f"pip install mine[{extra}]")
        class Embedder:
            def setup(self):
                st = lazily("sentence_transformers", "embeddings")
                self.model = st.SentenceTransformer("all-mini")
            def run(self, texts):
                return self.model.encode(texts)
        """,
        ("self.model.encode", "embedding", "all-mini", None),
    ),
    "a method handed to a helper that runs it": (
        """
        from anthropic import AsyncAnthropic
        client = AsyncAnthropic()
        async def guarded(func, *args, log, **kwargs):
            try:
                return await func(*args, **kwargs)
            except ValueError:
                log("failed")
        async def ask(request):
            return await guarded(client.messages.create, log=print, **request, model="claude-3-5-haiku-latest", max_tokens=9)
        """,
        ("client.messages.create", "chat", "claude-3-5-haiku-latest", 9),
    ),
    "the same by keyword, where a nested function runs it": (
        """
        from anthropic import Anthropic
        client = Anthropic()
        def retried(times, fn):
            def again(**request):
                return fn(**request)
            return again
        def ask(request):
            return retried(times=3, fn=client.messages.create)(model="claude-3-5-haiku-latest", max_tokens=9, **request)
        """,
        ("client.messages.create", "chat", "claude-3-5-haiku-latest", 9),
    ),
    "another name of a method, handed on": (
        """
        from openai import OpenAI
        client = OpenAI()
        def guarded(call, settings, **kwargs):
            return call(**kwargs)
        def ask(request):
            make = client.responses.create
            return guarded(make, 1, **request)
        """,
        ("make", "responses", None, "unknown"),
    ),
    "a method bound and called at once": (
        """
        from asgiref.sync import sync_to_async
        from openai import OpenAI
        async def hear(file, client: OpenAI):
            return await sync_to_async(client.audio.translations.create)(model="whisper-1", file=file)
        """,
        ("client.audio.translations.create", "audio", "whisper-1", None),
    ),
    "a package that may be missing": (
        """
        try:
            import cohere
        except ImportError:
            cohere = None
        class Bot:
            def __init__(self):
                self.api = cohere.Client()
            def ask(self, text):
                return self.api.generate(prompt=text, model="command", max_tokens=9)
        """,
        ("self.api.generate", "completion", "command", 9),
    ),
    "a function of a package that may be missing": (
        """
        completion = None
        try:
            from litellm import completion
        except ImportError:
            pass
        def ask(messages):
            return completion(model="gpt-4o", messages=messages, max_tokens=9)
        """,
        ("completion", "chat", "gpt-4o", 9),
    ),
    "a class of a package that may be missing": (
        """
        try:
            from vllm import LLM
        except ImportError:
            LLM = object
        def ask(text):
            return LLM(model="mine").generate(text)
        """,
        ('LLM(model="mine").generate', "completion", "mine", "none"),
    ),
    "a resource taken by its name": (
        """
        import anthropic
        def ask(messages, kind="messages"):
            client = anthropic.Anthropic()
            return getattr(client, kind).create(model="claude-3-haiku-20240307", messages=messages, max_tokens=9)
        """,
        ("getattr(client, kind).create", "chat", "claude-3-haiku-20240307", 9),
    ),
    "a request to the first API of Anthropic, at one of two places": (
        """
        import requests
        class Claude:
            def __init__(self, base=None):
                self.url = f"{base}v1/complete" if base else "https://api.anthropic.com/v1/complete"
                self.session = requests.session()
                self.body = {"model": "claude-v1.3", "max_tokens_to_sample": 9}
            def ask(self, text):
                self.body["prompt"] = text
                return self.session.post(self.url, json=self.body)
        """,
        ("self.session.post", "http", "claude-v1.3", 9),
    ),
    "an embedding model that brings its own code": (
        """
        from transformers import AutoModel
        model = AutoModel.from_pretrained("mine", trust_remote_code=True).cuda()
        def embed(texts):
            return model.encode(texts)
        """,
        ("model.encode", "embedding", "mine", None),
    ),
    "a chat model that brings its own code": (
        """
        from transformers import AutoModel, AutoTokenizer
        tokenizer = AutoTokenizer.from_pretrained("mine", trust_remote_code=True)
        model = AutoModel.from_pretrained("mine", trust_remote_code=True).half().cuda().eval()
        def ask(text):
            answer, history = model.chat(tokenizer, text, history=[], max_length=9)
            return answer
        """,
        ("model.chat", "chat", "mine", 9),
    ),
    "a model of a helper that says model": (
        """
        from settings import get_llm
        class Bot:
            def __init__(self):
                self.brain = get_llm()
                self.jobs = get_jobs()
            def ask(self, text):
                self.jobs.invoke(text)
                return self.brain.invoke(text)
        """,
        ("self.brain.invoke", "chat", None, "unknown"),
    ),
    "a model taken from such a helper at once": (
        """
        from settings import get_chat_model, get_jobs
        def ask(text):
            get_jobs().invoke(text)
            return get_chat_model(0).invoke([{"role": "user", "content": text}])
        """,
        ("get_chat_model(0).invoke", "chat", None, "unknown"),
    ),
    "the first client of Anthropic": (
        """
        import anthropic
        client = anthropic.Client("key")
        def ask(text):
            prompt = f"{anthropic.HUMAN_PROMPT} {text}{anthropic.AI_PROMPT}"
            return client.completion(prompt=prompt, model="claude-v1", max_tokens_to_sample=9)
        """,
        ("client.completion", "completion", "claude-v1", 9),
    ),
    "the client of a base class, in a file that imports its SDK": (
        """
        from frames import Vectors
        from voyageai.error import InvalidRequestError
        class Patient(Vectors):
            def embed(self, texts):
                try:
                    return self._client.embed(texts, model="voyage-3", input_type="document")
                except InvalidRequestError:
                    return []
        """,
        ("self._client.embed", "embedding", "voyage-3", None),
    ),
    "options that are merged into what is held": (
        """
        import ollama
        def ask(messages):
            request = {"model": "llama3", "options": {"temperature": 0}}
            request["options"] |= {"num_predict": 9}
            return ollama.chat(messages=messages, **request)
        """,
        ("ollama.chat", "chat", "llama3", 9),
    ),
    "a model that a method without a receiver makes": (
        """
        from langchain.llms.gpt4all import GPT4All
        class Bot:
            def __init__(self, config):
                self.config = config
                if self.config.model is None:
                    self.config.model = "orca"
                self.llm = Bot.load(self.config.model)
            @staticmethod
            def load(model):
                return GPT4All(model=model, max_tokens=9)
            def ask(self, texts):
                return self.llm.generate(prompts=texts)
        """,
        ("self.llm.generate", "chat", "orca", 9),
    ),
    "a model that a subclass loads for its base": (
        """
        import llama_cpp
        class Vectors:
            def __init__(self, path):
                self.model = self.load(path)
            def load(self, path):
                return self.loadmodel(path) if path else None
            def loadmodel(self, path):
                raise NotImplementedError
        class Local(Vectors):
            def loadmodel(self, path):
                return llama_cpp.Llama(model_path=path, embedding=True)
            def encode(self, texts):
                return self.model.embed(texts)
        """,
        ("self.model.embed", "embedding", None, None),
    ),
    "a base class with type arguments": (
        """
        from typing import Generic, TypeVar
        import cohere
        T = TypeVar("T")
        class Base(Generic[T]):
            cap = 9
            def __init__(self):
                self.api = cohere.Client()
        class Mine(Base[int]):
            def ask(self, text):
                return self.api.chat(message=text, model="command-r", max_tokens=self.cap)
        """,
        ("self.api.chat", "chat", "command-r", 9),
    ),
    "an agent with type arguments": (
        """
        from pydantic_ai import Agent
        agent = Agent[int, str]("openai:gpt-4o", model_settings={"max_tokens": 9})
        def ask(text):
            return agent.run_sync(text)
        """,
        ("agent.run_sync", "agent", "openai:gpt-4o", 9),
    ),
    "a request in a typed dictionary of the SDK": (
        """
        from openai import OpenAI
        from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming
        def request(text) -> CompletionCreateParamsNonStreaming:
            return CompletionCreateParamsNonStreaming(model="gpt-4.1", max_completion_tokens=9, messages=[])
        def ask(text):
            return OpenAI().chat.completions.create(**request(text))
        """,
        ("OpenAI().chat.completions.create", "chat", "gpt-4.1", 9),
    ),
    "options that are cast behind their changes": (
        """
        from typing import cast
        import ollama
        def ask(messages):
            options = {"temperature": 0}
            options.update({"num_predict": 9})
            return ollama.chat(model="llama3", messages=cast(list, messages), options=cast(dict, options))
        """,
        ("ollama.chat", "chat", "llama3", 9),
    ),
    "a package that something keeps under its own name": (
        """
        class Generator:
            packages = ["litellm"]
            def ask(self, text, **more):
                sent = [{"role": "user", "content": text}]
                return self.litellm.completion(model="gpt-4o", max_tokens=9, messages=sent, **more)
        """,
        ("self.litellm.completion", "chat", "gpt-4o", 9),
    ),
    "an image model of Replicate": (
        """
        import replicate
        replicate.run("stability-ai/sdxl:1", input={"prompt": "a cat"})
        """,
        ("replicate.run", "image", "stability-ai/sdxl:1", None),
    ),
    "a prediction asked of Replicate without its package": (
        """
        import requests
        def run(model, text):
            url = f"https://api.replicate.com/v1/models/{model}/predictions"
            return requests.post(url, json={"input": {"prompt": text, "max_tokens": 9}})
        """,
        ("requests.post", "http", None, 9),
    ),
}


def rows(project) -> list[tuple]:
    return [
        (
            call.callee,
            call.kind,
            call.model.values[0] if len(call.model.values) == 1 else list(call.model.values) or None,
            None if call.cap is None else call.cap.value if call.cap.state == "number" else call.cap.state,
        )
        for call in project.calls
    ]


@pytest.mark.parametrize(("text", "expected"), WAYS.values(), ids=WAYS)
def test_a_call_is_found_on_its_way(found, text, expected) -> None:
    assert rows(found(dedent(text)).project) == [expected]


def test_a_helper_that_neither_runs_nor_keeps_what_it_is_given_makes_no_call_of_it(found) -> None:
    text = """
        from openai import OpenAI
        client = OpenAI()
        NAMES = []
        def register(func, name):
            NAMES.append((name, func.__doc__))
        register(client.responses.create, "answer")
    """
    assert rows(found(dedent(text)).project) == []


def test_a_helper_of_another_file_that_imports_by_name_is_read(found) -> None:
    lazy = "import lazy_loader\ndef lazily(name):\n    return lazy_loader.load(name)\n"
    app = "from tools.lazy import lazily\nclass Bot:\n    def ask(self, text):\n        cohere = lazily('cohere')\n"
    app += "        return cohere.Client().chat(message=text, model='command-r')\n"
    outcome = found({"tools/__init__.py": "", "tools/lazy.py": lazy, "app.py": app})
    assert rows(outcome.project) == [("cohere.Client().chat", "chat", "command-r", "none")]


def test_a_model_of_the_community_package_is_one_wherever_it_is_imported_from(found) -> None:
    text = """
        from langchain_community.chat_models.azureml_endpoint import AzureMLChatOnlineEndpoint
        from langchain.llms import NLPCloud
        AzureMLChatOnlineEndpoint(endpoint_url="x").invoke("Hi")
        NLPCloud(max_tokens=9)("Hi")
    """
    assert [c.callee.rpartition(".")[2] for c in found(dedent(text)).project.calls][:1] == ["invoke"]
    assert len(found(dedent(text)).project.calls) == 2


PASSED_IN = {
    "a parameter": "def ask(llm: ChatOpenAI, text):\n    return llm.invoke(text)\n",
    "an attribute": "class Bot:\n    def __init__(self, llm: ChatOpenAI):\n        self.llm = llm\n"
    "    def ask(self, text):\n        return self.llm.invoke(text)\n",
    "a class of the project": "class Mine(ChatOpenAI):\n    max_tokens: int\ndef ask(llm: Mine, text):\n    return llm.invoke(text)\n",
}


@pytest.mark.parametrize("text", PASSED_IN.values(), ids=PASSED_IN)
def test_a_client_that_is_passed_in_has_no_default_model(found, text) -> None:
    (call,) = found("from langchain_openai import ChatOpenAI\n" + text).project.calls
    assert (call.model.values, call.cap.state) == ((), "unknown")


def test_a_chain_on_one_of_two_models_names_both(found) -> None:
    text = """
        from langchain_openai import AzureChatOpenAI, ChatOpenAI
        from langchain_core.prompts import ChatPromptTemplate
        from langchain_core.runnables import RunnableMap
        def ask(kind, text):
            if kind == "azure":
                model = AzureChatOpenAI(azure_deployment="mine", max_tokens=5)
            elif kind == "openai":
                model = ChatOpenAI(model="gpt-4o", max_tokens=5)
            else:
                raise ValueError(kind)
            prompt = ChatPromptTemplate.from_template("Translate to SQL: {question}")
            chain = RunnableMap({"question": str}) | prompt | model.bind(stop=["x"])
            return chain.invoke(text)
    """
    project = found(dedent(text)).project
    (call,) = project.calls
    assert (call.model.values, call.cap.value) == (("gpt-4o", "mine"), 5)
    assert [p.used_by for p in project.prompts] == [(call.site_id,)]


def test_a_base_constructor_calls_the_method_of_the_class_that_is_built(found) -> None:
    text = """
        from anthropic import Anthropic
        class Base:
            def __init__(self, name):
                self.client = self.connect(name)
            def connect(self, name):
                raise NotImplementedError
        class Mine(Base):
            def __init__(self, name):
                super().__init__(name)
            def connect(self, name):
                return Anthropic()
            def ask(self, text):
                return self.client.completions.create(model="claude-2", max_tokens_to_sample=9, prompt=text)
    """
    assert rows(found(dedent(text)).project) == [("self.client.completions.create", "completion", "claude-2", 9)]


def test_a_text_that_is_embedded_is_no_prompt(found) -> None:
    text = """
        from openai import OpenAI
        client = OpenAI()
        def index(issue):
            text = f"Issue: {issue.title}. You must read the following body: {issue.body}"
            return client.embeddings.create(model="text-embedding-3-small", input=[text])
    """
    outcome = found(dedent(text))
    assert rows(outcome.project) == [("client.embeddings.create", "embedding", "text-embedding-3-small", None)]
    assert [p.used_by for p in outcome.project.prompts if p.used_by] == []


def test_an_object_that_is_called_keeps_what_its_constructor_was_given(found) -> None:
    text = """
        import litellm
        class LM:
            def __init__(self, model, **kwargs):
                self.model = model
                self.kwargs = {"temperature": 0, "max_tokens": 1000, **kwargs}
            def __call__(self, prompt, **kwargs):
                kwargs = {**self.kwargs, **kwargs}
                return litellm.completion(model=self.model, messages=[{"role": "user", "content": prompt}], **kwargs)
        lm = LM("openai/gpt-4o-mini", max_tokens=9)
        lm("What is the tallest mountain?")
    """
    (caller,) = found(dedent(text)).project.callers
    assert (caller.model.values, caller.cap.value) == (("openai/gpt-4o-mini",), 9)


@pytest.mark.parametrize(
    "path",
    ['Path(__file__).with_name("rules.md")', 'Path(__file__).with_name("rules").with_suffix(".md")',
     'Path(__file__).with_suffix(".md")'],
)  # fmt: skip
def test_a_prompt_beside_the_module_is_found_by_its_name(found, path) -> None:
    name = "rules.md" if "rules" in path else "review.md"
    text = f"from pathlib import Path\nimport litellm\nRULES = {path}.read_text()\n"
    text += 'litellm.completion(model="m", messages=[{"role": "system", "content": RULES}])\n'
    outcome = found(
        {"bot/review.py": text, f"bot/{name}": "You review pull requests. Point out bugs first, style last.\n"}
    )
    assert [(p.place.path, p.role) for p in outcome.project.prompts] == [(f"bot/{name}", "system")]


def test_a_name_that_is_bound_to_something_else_is_not_the_import_it_had(found) -> None:
    text = """
        from litellm import completion
        def wrapped(**kwargs):
            return kwargs
        completion = wrapped
        def ask(messages):
            return completion(model="gpt-4o", messages=messages)
    """
    assert rows(found(dedent(text)).project) == []


def test_a_base_class_of_another_file_says_what_the_hook_of_its_subclass_makes(found) -> None:
    base = """
        import abc
        class Local(abc.ABC):
            def __init__(self, name):
                self.name = name
                self.model = self.load()
            @abc.abstractmethod
            def load(self):
                pass
    """
    compat = "try:\n    import transformers\nexcept ImportError:\n    transformers = None\n"
    mine = """
        from .base import Local
        from .compat import transformers
        class Mine(Local):
            def load(self):
                return transformers.AutoModelForCausalLM.from_pretrained("mine").eval()
            def ask(self, tokens):
                return self.model.generate(tokens, max_new_tokens=9)
    """
    files = {"app/__init__.py": "", "app/base.py": base, "app/compat.py": compat, "app/mine.py": mine}
    assert rows(found(files).project) == [("self.model.generate", "completion", "mine", 9)]


CONFIGURED = {
    "what it is configured with": ('chosen.with_config({"model": "gpt-4o", "max_tokens": 9}).invoke(text)', "gpt-4o", 9),
    "one level below, behind others": (
        'chosen.with_config(configurable={"model": "gpt-4o", "max_tokens": 9}).with_retry().invoke(text)', "gpt-4o", 9,
    ),
    "what it is asked with": (
        'chosen.invoke(text, config={"configurable": {"model": "gpt-4o", "max_tokens": 9}})', "gpt-4o", 9,
    ),
    "the nearest of two": (
        'chosen.with_config({"max_tokens": 5, "model": "gpt-4o"}).invoke(text, {"configurable": {"max_tokens": 9}})', "gpt-4o", 9,
    ),
    "a value that is not known": ('chosen.with_config({"max_tokens": most}).invoke(text)', None, "dynamic"),
    "a configuration that is not known": ("chosen.with_config(config).invoke(text)", None, "dynamic"),
    "one that is passed on": ("chosen.invoke(text, config)", None, "dynamic"),
    "none at all": ("chosen.invoke(text)", None, "none"),
    "a model that nothing may configure": ('fixed.with_config({"max_tokens": 5}).invoke(text, config)', "gpt-4o", 9),
}  # fmt: skip


@pytest.mark.parametrize(("ask", "model", "cap"), CONFIGURED.values(), ids=CONFIGURED)
def test_a_configurable_model_is_what_its_configuration_says(found, ask, model, cap) -> None:
    text = f"""
        from langchain.chat_models import init_chat_model
        chosen = init_chat_model(configurable_fields=("model", "max_tokens"))
        fixed = init_chat_model("gpt-4o", max_tokens=9)
        def ask(text, config, most):
            return {ask}
    """
    (row,) = rows(found(dedent(text)).project)
    assert row[2:] == (model, cap)


def test_what_callers_pass_first_to_a_method_without_a_receiver_is_followed(found) -> None:
    text = """
        from openai import OpenAI
        class Bot:
            @staticmethod
            def ask(model, text):
                return OpenAI().chat.completions.create(model=model, messages=[{"role": "user", "content": text}])
        def short(text):
            return Bot.ask("gpt-4o", f"Summarise the text in one sentence: {text}")
    """
    project = found(dedent(text)).project
    (caller,) = project.callers
    assert (caller.callee, caller.model.values) == ("Bot.ask", ("gpt-4o",))
