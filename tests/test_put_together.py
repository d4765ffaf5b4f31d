"""Models and caps that are put together, read of an unknown mapping or changed on their way."""

from __future__ import annotations

import pytest

MODELS = {
    "a format with numbers left out": ("'{}/{}'.format('openai', 'gpt-4o')", ("openai/gpt-4o",)),
    "a format with names": ("'{host}/{name}'.format(name=NAME, host='azure')", ("azure/gpt-4o",)),
    "parts joined": ("'/'.join(['openrouter', 'meta', NAME])", ("openrouter/meta/gpt-4o",)),
    "lower case": ("'GPT-4O'.lower()", ("gpt-4o",)),
    "a prefix taken off": ("'openai/gpt-4o'.removeprefix('openai/')", ("gpt-4o",)),
    "one of two ends": ("'gpt-4o' + ('-mini' if short else '')", ("gpt-4o", "gpt-4o-mini")),
    "one of two pieces of an f-string": (
        "f\"{'azure' if short else 'openai'}/{NAME}\"",
        ("azure/gpt-4o", "openai/gpt-4o"),
    ),
    "a mapping with a default": ("options.get('model', 'gpt-4o')", ("gpt-4o",)),
    "a mapping whose default may be another": ("options.get('model', short or NAME)", ("gpt-4o",)),
    "what is taken out of a mapping": ("options.pop('model', NAME)", ("gpt-4o",)),
    "an attribute with a default": ("getattr(options, 'model', NAME)", ("gpt-4o",)),
    "text of text": ("str(NAME)", ("gpt-4o",)),
    "a piece that is not known": ("f'{options}/{NAME}'", ()),
    "a join of a list with more in it": ("'/'.join(['a', *options])", ()),
    "a format of what is not known": ("'{}/x'.format(options)", ()),
    "a mapping with a default that is not known": ("options.get('model', short)", ()),
    "an answer of a server": ("requests.get('https://x', 'gpt-4o')", ()),
}


@pytest.mark.parametrize(("expression", "models"), MODELS.values(), ids=MODELS)
def test_a_model_is_what_it_is_put_together_to(found, expression, models) -> None:
    text = f"import litellm, requests\nNAME = 'gpt-4o'\ndef ask(options, short, text):\n    model = {expression}\n"
    text += "    return litellm.completion(model=model, messages=[{'role': 'user', 'content': text}])\n"
    (call,) = found(text).project.calls
    assert call.model.values == models


CAPS = {
    "int('9')": ("number", 9),
    "int(LIMIT)": ("number", 9),
    "int(os.getenv('CAP', '9'))": ("dynamic", None),
    "options.get('cap', 9)": ("dynamic", None),
    "options.get('cap', options or 9)": ("dynamic", None),
}


@pytest.mark.parametrize(("cap", "expected"), CAPS.items(), ids=CAPS)
def test_a_cap_that_is_converted_is_known_and_one_with_a_default_may_change(found, cap, expected) -> None:
    text = "import litellm, os\nLIMIT = '9'\ndef ask(options, text):\n"
    text += (
        f"    return litellm.completion(model='m', max_tokens={cap}, messages=[{{'role': 'user', 'content': text}}])\n"
    )
    (call,) = found(text).project.calls
    assert (call.cap.state, call.cap.value) == expected


INSIDE = {
    "an entry of an entry": ("body['generationConfig']['maxOutputTokens'] = 40", ("number", 40)),
    "set where it is asked for": (
        "if cap:\n        body['generationConfig']['maxOutputTokens'] = cap",
        ("dynamic", None),
    ),
    "an update": ("body['generationConfig'].update({'maxOutputTokens': 40})", ("number", 40)),
    "an update that is not known": ("body['generationConfig'].update(cap)", ("unknown", None)),
    "under a key that is not known": ("body['generationConfig'][cap] = 40", ("unknown", None)),
    "another entry": ("body['generationConfig']['topP'] = 1", ("none", None)),
    "an entry of another": ("body['labels']['maxOutputTokens'] = 40", ("none", None)),
}


@pytest.mark.parametrize(("change", "cap"), INSIDE.values(), ids=INSIDE)
def test_what_is_set_inside_an_entry_of_a_body_is_sent(found, change, cap) -> None:
    text = f"""import requests
URL = "https://generativelanguage.googleapis.com/v1beta/models/gemini-pro:generateContent"
def ask(text, cap):
    body = {{"contents": text, "labels": {{}}, "generationConfig": {{"temperature": 0}}}}
    {change}
    return requests.post(URL, json=body)
"""
    (call,) = found(text).project.calls
    assert (call.cap.state, call.cap.value) == cap
    assert call.model.values == ("gemini-pro",)
