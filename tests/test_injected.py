"""What parameters are that no caller says: FastAPI's dependencies, and objects by default."""

from __future__ import annotations

import pytest

HEAD = "import cohere\nfrom fastapi import Depends, FastAPI\napp = FastAPI()\n"
CLIENT = "def client():\n    return cohere.Client('k')\n"
ROUTE = "@app.get('/a')\ndef route(q: str, c{}):\n    return c.generate(prompt=q, model='m-1')\n"
DEPENDS = {
    "a function": CLIENT + ROUTE.format("=Depends(client)"),
    "a generator": CLIENT.replace("return", "yield") + ROUTE.format("=Depends(client)"),
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


def test_another_function_of_that_name_passes_nothing(found) -> None:
    text = (
        "import cohere\nfrom shop import Depends\n" + CLIENT + "def run(q, c=Depends(client)):\n    return c.load(q)\n"
    )
    assert found(text).project.calls == ()


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
