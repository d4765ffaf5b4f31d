"""Calls whose keywords are unpacked from what the program reads from a file."""

from __future__ import annotations

import pytest

CONFIG = """
model:
  model: m-1
  max_tokens: 80
tasks:
  short: {model: m-2, max_tokens: 9}
  long: {model: m-3, max_tokens: 900, hint: Press the button and wait.}
"""
HEAD = """
from pathlib import Path
import yaml
from openai import OpenAI
client = OpenAI()
CONFIG = yaml.safe_load(Path("config.yaml").read_text())
def send(**options):
    return client.chat.completions.create(messages=[], **options)
"""
CREATE = "client.chat.completions.create(messages=[], **{})\n"
WAYS = {
    "an entry": CREATE.format('CONFIG["model"]'),
    "an entry by get": CREATE.format('CONFIG.get("model", {})'),
    "a name of it": 'MODEL = CONFIG["model"]\n' + CREATE.format("MODEL"),
    "a copy": 'def ask():\n    options = dict(CONFIG["model"])\n    ' + CREATE.format("options"),
    "some of its keys": "def ask():\n"
    '    options = {k: v for k, v in CONFIG["model"].items() if k in ("model", "max_tokens")}\n    '
    + CREATE.format("options"),
    "laid over another": CREATE.format('{"temperature": 0, **CONFIG["model"]}'),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_stands_in_the_file_is_passed(found, way) -> None:
    (*_, call) = found({"config.yaml": CONFIG, "app.py": HEAD + WAYS[way]}).project.calls
    assert (call.model.values, call.model.basis, call.cap.fallback) == (("m-1",), "configured", 80)


def test_keys_that_are_left_out_are_not_passed(found) -> None:
    body = "def ask():\n    options = {k: v for k, v in CONFIG['model'].items() if k in ('max_tokens',)}\n    "
    (*_, call) = found({"config.yaml": CONFIG, "app.py": HEAD + body + CREATE.format("options")}).project.calls
    assert call.model.values == ()
    assert call.cap.fallback == 80


def test_what_is_passed_beside_it_counts(found) -> None:
    body = "client.chat.completions.create(messages=[], model='m-9', **{'max_tokens': 7, **CONFIG['other']})\n"
    (*_, call) = found({"config.yaml": CONFIG, "app.py": HEAD + body}).project.calls
    assert (call.model.values, call.cap.state) == (("m-9",), "dynamic")


def test_an_entry_that_the_program_chooses_may_be_each(found) -> None:
    body = "def ask(task):\n    " + CREATE.format('CONFIG["tasks"][task]') + "ask('short')\n"
    project = found({"config.yaml": CONFIG, "app.py": HEAD + body}).project
    (*_, call) = project.calls
    assert (call.model.values, call.cap.state, call.cap.fallback) == (("m-2", "m-3"), "dynamic", None)
    (caller,) = [caller for caller in project.callers if caller.callee == "ask"]
    assert (caller.model.values, caller.cap.fallback) == (("m-2",), 9)


def test_an_object_is_made_with_what_stands_in_the_file(found) -> None:
    text = (
        "from smolagents import LiteLLMModel, ToolCallingAgent\nimport yaml\nC = yaml.safe_load(open('agent.yaml'))\n"
    )
    text += "def make():\n    return ToolCallingAgent(tools=[], model=LiteLLMModel(**C['model']), **C['agent'])\nmake().run('Go.')\n"
    config = "model:\n  model_id: m-1\n  max_tokens: 800\nagent:\n  instructions: You help the staff of a library.\n"
    project = found({"agent.yaml": config, "app.py": text}).project
    (call,) = project.calls
    assert (call.model.values, call.cap.fallback) == (("m-1",), 800)
    assert "agent.yaml" in {prompt.place.path for prompt in project.prompts}


ROUTES = """
model_list:
  - model_name: quick
    litellm_params:
      model: m-1
      max_tokens: 120
  - model_name: careful
    litellm_params: {model: m-2}
"""


@pytest.mark.parametrize(
    ("name", "model", "cap"), [("quick", "m-1", 120), ("careful", "m-2", None), ("new", "new", None)]
)
def test_a_router_may_be_read_from_a_file(found, name, model, cap) -> None:
    text = "from litellm import Router\nimport yaml\nrouter = Router(model_list=yaml.safe_load(open('routes.yaml'))['model_list'])\n"
    (call,) = found(
        {"routes.yaml": ROUTES, "app.py": text + f"router.completion('{name}', messages=[])\n"}
    ).project.calls
    assert (call.model.values, call.cap.fallback) == ((model,), cap)


def test_a_record_that_is_made_of_a_file_has_its_entries(found) -> None:
    config = """
import tomllib
from pathlib import Path
from types import SimpleNamespace
_raw = tomllib.loads(Path(__file__).with_name("config.toml").read_text())
models = SimpleNamespace(**_raw["models"], slow="m-9")
"""
    use = "from openai import OpenAI\nfrom config import models\n"
    use += "OpenAI().responses.create(model=models.fast, input='')\nOpenAI().responses.create(model=models.slow, input='')\n"
    files = {"config.toml": '[models]\nfast = "gpt-4o-mini"\n', "config.py": config, "main.py": use}
    assert [call.model.values for call in found(files).project.calls] == [("gpt-4o-mini",), ("m-9",)]


def test_settings_of_an_answer_may_be_read_from_a_file(found) -> None:
    config = "sampling:\n  max_tokens: 256\n  temperature: 0.0\n"
    text = (
        "import yaml\nfrom vllm import LLM, SamplingParams\ncfg = yaml.safe_load(open('run.yaml'))\nllm = LLM(model='m-1')\n"
        "llm.generate(prompts, SamplingParams(**cfg['sampling']))\n"
    )
    (call,) = found({"run.yaml": config, "app.py": text}).project.calls
    assert call.cap.fallback == 256
