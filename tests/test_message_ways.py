"""How text gets into the messages of a request when its list or its parameter comes from elsewhere."""

from __future__ import annotations

from textwrap import dedent

import pytest

HEAD = "import typer\nfrom openai import OpenAI\nclient = OpenAI()\n"
ASK = '    return client.chat.completions.create(model="gpt-4o", messages='

WAYS = {
    "an instruction that a parameter has by default": (
        'def ask(text, system="You answer in the style of a pirate."):\n'
        + ASK + '[{"role": "system", "content": system}, {"role": "user", "content": text}])\n',
        [("system", 1)],
    ),
    "the same behind an option of the command line": (
        'def ask(text, system: str = typer.Option("You answer in the style of a pirate.", help="who answers")):\n'
        + ASK + '[{"role": "system", "content": system}, {"role": "user", "content": text}])\n',
        [("system", 1)],
    ),
    "a message put before a history that is passed in": (
        "def ask(history):\n    messages = list(history)\n"
        '    messages.insert(0, {"role": "developer", "content": "Answer in Spanish only."})\n' + ASK + "messages)\n",
        [("developer", 1)],
    ),
    "a message put behind one": (
        "def ask(history, text):\n"
        '    history.append({"role": "user", "content": f"Correct the following sentence: {text}"})\n' + ASK + "history)\n",
        [("user", 1)],
    ),
    "messages of a helper": (
        'def said(role, content):\n    return {"role": role, "content": content}\n'
        'def ask(text):\n' + ASK + '[said("system", "You write haiku about the sea."), said("user", text)])\n',
        [("system", 1)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WAYS.values(), ids=WAYS)
def test_a_text_is_a_prompt_of_the_call_it_gets_into(found, text, expected) -> None:
    project = found(HEAD + text).project
    assert [(p.role, len(p.used_by)) for p in project.prompts] == expected


@pytest.mark.parametrize("default", ['"What is the weather?"', '"en"', '"user input goes here now"'])
def test_a_default_that_orders_nothing_is_no_prompt(found, default) -> None:
    text = f"def ask(text={default}):\n{ASK}[{{'role': 'user', 'content': text}}])\n"
    assert found(HEAD + text).project.prompts == ()


def test_a_default_that_callers_may_replace_is_not_counted_as_sent(found) -> None:
    text = """
        def ask(text, system="You answer in the style of a pirate, and never longer than three lines."):
            return client.responses.create(model="gpt-4o", instructions=system, input=text)
    """
    (call,) = found(HEAD + dedent(text)).project.calls
    assert not call.messages_known or all(not m.complete for m in call.messages)


def test_messages_added_to_the_list_of_a_request_are_sent_in_order(found) -> None:
    text = """
        from openai import OpenAI
        def ask(words, rows):
            request = {"model": "gpt-4o", "messages": [{"role": "system", "content": "Sort the words."}]}
            request["messages"].append({"role": "user", "content": f"Words: {words}"})
            request["messages"].extend([{"role": "assistant", "content": "Sorted."}, {"role": "user", "content": "Again."}])
            if rows:
                request["messages"].append({"role": "user", "content": "Count the rows."})
            return OpenAI().chat.completions.create(**request)
    """
    (call,) = found(dedent(text)).project.calls
    said = [(m.role, "".join(getattr(s, "text", "…") for s in m.segments)) for m in call.messages]
    assert said == [
        ("system", "Sort the words."),
        ("user", "Words: …"),
        ("assistant", "Sorted."),
        ("user", "Again."),
        ("user", "Count the rows."),
    ]
    assert not call.messages_known  # the last one only on one branch


def test_a_list_that_is_added_to_itself_is_followed_once(found) -> None:
    outcome = found(
        "from openai import OpenAI\nclient = OpenAI()\n"
        "def send(messages):\n    return client.chat.completions.create(model='gpt-4o', messages=messages)\n"
        "class Session:\n    messages: list\n    def add(self, text):\n"
        "        self.messages = self.messages + [{'role': 'user', 'content': text}]\n"
        "    def ask(self, text):\n        self.add(text)\n        return send(self.messages)\n"
    )
    assert [call.model.values for call in outcome.project.calls] == [("gpt-4o",)]
    assert not outcome.problems
