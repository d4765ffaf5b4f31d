"""Texts for people that read like prompts: examples of an API, and what is only raised, printed or logged."""

import pytest

MESSAGES = '[{"role": "system", "content": "You are a helpful assistant."}]'
DOCUMENTED = {
    "an example of a body": f"from fastapi import Body\ndef ask(messages=Body(..., examples=[{MESSAGES}])):\n    pass\n",
    "by the name of the package": f"import fastapi\ndef ask(messages=fastapi.Body(..., example={MESSAGES})):\n    pass\n",
    "a constant": f"from fastapi import Body\nEXAMPLE = {MESSAGES}\ndef ask(messages=Body(example=EXAMPLE)):\n    pass\n",
    "of a field": f"from pydantic import Field\nclass Turn:\n    messages: list = Field(examples=[{MESSAGES}])\n",
    "of a class": f"class Turn(Base):\n    class Config:\n        json_schema_extra = {{'example': {{'messages': {MESSAGES}}}}}\n",
    "of a configuration": f"class Turn(Base):\n    model_config = {{'json_schema_extra': {{'examples': [{MESSAGES}]}}}}\n",
    "of a configuration that is made": "from pydantic import ConfigDict\nclass Turn(Base):\n"
    f"    model_config = ConfigDict(json_schema_extra={{'examples': [{MESSAGES}]}})\n",
    "what a route answers": "@router.post('/ask', responses={'200': {'content': {'application/json': {'example': "
    f"{MESSAGES}}}}}}})\ndef ask():\n    pass\n",
    "code that asks": "@router.post('/ask', openapi_extra={'x-codeSamples': [{'lang': 'JavaScript', 'source': '''\n"
    "const { Client } = require('client');\nconst answer = await client.complete({\n  messages: [\n"
    "    { role: 'system', content: 'You are a helpful assistant. Answer the question of the user in one sentence.' },\n"
    "  ],\n});\n'''}]})\ndef ask():\n    pass\n",
}


@pytest.mark.parametrize("code", DOCUMENTED.values(), ids=DOCUMENTED.keys())
def test_an_example_of_an_api_is_no_prompt(found, code) -> None:
    assert not found(code).project.prompts


SENT = {
    "examples of a template": f"from prompts import Shots\nShots(examples={MESSAGES})\n",
    "answers of something else": f"Fake(responses={MESSAGES})\n",
    "an example that is sent": f"from fastapi import Body\nfrom openai import OpenAI\nEXAMPLE = {MESSAGES}\n"
    "def ask(messages=Body(example=EXAMPLE)):\n    OpenAI().chat.completions.create(model='m', messages=EXAMPLE)\n",
    "what a schema says beside its examples": "from pydantic import Field\nclass Turn:\n"
    f"    text: str = Field(json_schema_extra={{'asked': {MESSAGES}}})\n",
}


@pytest.mark.parametrize("code", SENT.values(), ids=SENT.keys())
def test_a_message_elsewhere_is_a_prompt(found, code) -> None:
    assert len(found(code).project.prompts) == 1


STEPS = """
        setup_instructions = '''
            You must install the reader of PDF files. Please follow these steps:
            1. Download it from the page of the project. You must add it to your PATH.
            2. Restart your terminal. Do not forget to check the version.'''
"""
FAULT = "class ReaderError(Exception):\n    def __init__(self):" + STEPS
ASKED = "class Reader:\n    def read(self):" + STEPS
ONLY_SHOWN = {
    "a fault": FAULT + "        super().__init__(setup_instructions)\n",
    "a fault by a keyword": FAULT + "        super().__init__(message=setup_instructions, status=422)\n",
    "raised": ASKED + "        raise ValueError(setup_instructions)\n",
    "raised with more": ASKED + "        raise ValueError(f'No reader. {setup_instructions}')\n",
    "printed": ASKED + "        print(setup_instructions)\n",
    "logged and raised": ASKED
    + "        logger.error(setup_instructions)\n        raise ValueError(setup_instructions)\n",
}


@pytest.mark.parametrize("code", ONLY_SHOWN.values(), ids=ONLY_SHOWN.keys())
def test_what_is_only_shown_is_no_prompt(found, code) -> None:
    assert not found(code).project.prompts


MORE = {
    "not used here": ASKED,
    "shown and passed on": ASKED + "        print(setup_instructions)\n        self.run(setup_instructions)\n",
    "shown and returned": ASKED + "        print(setup_instructions)\n        return setup_instructions\n",
    "shown and put into another": ASKED
    + "        print(setup_instructions)\n        text = f'{setup_instructions} Go on.'\n",
    "shown and passed on inside": ASKED
    + "        print(setup_instructions)\n        def go():\n            self.run([{'content': setup_instructions}])\n",
    "shown and changed": ASKED + "        print(setup_instructions)\n        self.run(setup_instructions.strip())\n",
    "given to what is no fault": ASKED + "        super().__init__(setup_instructions)\n",
    "written": ASKED + "        file.write(setup_instructions)\n",
}


@pytest.mark.parametrize("code", MORE.values(), ids=MORE.keys())
def test_what_may_go_elsewhere_is_a_prompt(found, code) -> None:
    assert len(found(code).project.prompts) >= 1
