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


KEPT = {
    "the keys that are asked for": ("{k: v for k, v in given.items() if k in FEW}", "none"),
    "the keys that are asked for, with a value": ("{k: v for k, v in given.items() if k in FEW and v}", "none"),
    "keys of which one is the cap": ("{k: v for k, v in given.items() if k in ALL}", "dynamic"),
    "keys that nobody knows": ("{k: v for k, v in given.items() if k in keys}", "dynamic"),
    "keys of a signature": ("{k: v for k, v in given.items() if k in signature(ask).parameters}", "dynamic"),
    "of a dictionary that is known": ("{k: v for k, v in OPTIONS.items() if k in ALL}", 7),
    "of a dictionary that is known, without the cap": ("{k: v for k, v in OPTIONS.items() if k in FEW}", "none"),
    "of a dictionary that is known, of unknown keys": ("{k: v for k, v in OPTIONS.items() if k in keys}", "dynamic"),
    "one entry for each name": ("{k: given[k] for k in ('temperature', 'max_tokens')}", "dynamic"),
    "one entry for each of other names": ("{k: given[k] for k in FEW}", "none"),
    "the names of a table": ("{theirs: given[ours] for ours, theirs in NAMES.items() if ours in given}", "dynamic"),
    "names that are worked out": ("{k.lower(): given[k] for k in given}", "dynamic"),
}  # fmt: skip


@pytest.mark.parametrize(("options", "cap"), KEPT.values(), ids=KEPT)
def test_what_a_comprehension_takes_over(found, options, cap) -> None:
    text = "from inspect import signature\nfrom openai import OpenAI\nFEW = ('temperature', 'top_p')\nALL = {'temperature', 'max_tokens'}\n"
    text += "OPTIONS = {'temperature': 1, 'max_tokens': 7}\nNAMES = {'limit': 'max_tokens', 'heat': 'temperature'}\n"
    text += f"def ask(text, keys, **given):\n    kept = {options}\n"
    (call,) = found(
        text + "    return OpenAI().chat.completions.create(model='m', messages=text, **kept)\n"
    ).project.calls
    assert (call.cap.value if call.cap.state == "number" else call.cap.state) == cap


def test_objects_of_a_comprehension_are_made_by_it(found) -> None:
    text = "from openai import OpenAI\nCLIENTS = {name: OpenAI(base_url=name) for name in ('x', 'y')}\n"
    (call,) = found(
        text + "def ask(text, name):\n    return CLIENTS[name].responses.create(model='m', input=text)\n"
    ).project.calls
    assert call.sdk == "openai"
