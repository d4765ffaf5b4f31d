"""A method that a class only promises: what its subclasses do is what a call of it may run, however many they are."""

from __future__ import annotations

BASE = "class LLM:\n    def chat(self, messages):\n        raise NotImplementedError\n"
ONE = (
    "class Open{0}(LLM):\n    def __init__(self):\n        self.client = OpenAI()\n    def chat(self, messages):\n"
    "        return self.client.chat.completions.create(model={1}, messages=messages, max_tokens=9)\n"
)
AGENT = (
    "P = 'Answer the question of the reader shortly: {q}'\n"
    "class Agent:\n    def __init__(self, llm: LLM):\n        self.llm = llm\n"
    "    def run(self, qs):\n        return [self.llm.chat([{'role': 'user', 'content': P.format(q=q)}]) for q in qs]\n"
)


def _keepers(*models: str) -> str:
    return "from openai import OpenAI\n" + BASE + "".join(ONE.format(i, model) for i, model in enumerate(models))


def test_any_of_many_subclasses_may_be_asked(found) -> None:
    project = found(_keepers(*(f"'m-{i}'" for i in range(6))) + AGENT).project
    (caller,) = project.callers
    assert (caller.callee, caller.loop, caller.model.values) == (
        "self.llm.chat", "comprehension", tuple(f"m-{i}" for i in range(6)),
    )  # fmt: skip
    assert len(project.calls) == 6
    assert all(call.callers == 1 and call.caller_loop is not None for call in project.calls)
    (prompt,) = [p for p in project.prompts if p.name == "P"]
    assert prompt.used_by == (caller.site_id,)


def test_a_model_that_few_of_many_subclasses_name_is_not_the_one_that_is_asked(found) -> None:
    (caller,) = found(_keepers("'m-1'", "read()", "read()", "read()", "read()") + AGENT).project.callers
    assert caller.model.values == ()


def test_the_way_through_two_classes_of_many_kinds_ends_at_the_second(found) -> None:
    steps = "class Step:\n    def run(self, text):\n        raise NotImplementedError\n" + "".join(
        f"class Step{i}(Step):\n    def __init__(self, llm: LLM):\n        self.llm = llm\n"
        f"    def run(self, text):\n        return self.llm.chat([{{'role': 'user', 'content': text}}])\n"
        for i in range(6)
    )
    main = "def main(step: Step, text):\n    return step.run(text)\n"
    callers = found(_keepers(*(f"'m-{i}'" for i in range(6))) + steps + main).project.callers
    assert [caller.function for caller in callers] == [f"Step{i}.run" for i in range(6)]


def test_ways_within_one_function_that_a_caller_runs_are_one_request(found) -> None:
    base = BASE + "    def ask(self, text):\n        return self.chat([{'role': 'user', 'content': text}])\n"
    text = _keepers(*(f"'m-{i}'" for i in range(5))).replace(BASE, base)
    (caller,) = found(text + "def main(llm: LLM):\n    return llm.ask('Name a month.')\n").project.callers
    assert (caller.callee, len(caller.model.values)) == ("llm.ask", 5)


def test_super_runs_what_its_own_class_makes_of_a_promise(found) -> None:
    base = BASE + "    def ask(self, text):\n        return self.chat([{'role': 'user', 'content': text}])\n"
    own = (
        "class Loud(Open2):\n    def ask(self, text):\n        return super().ask(text)\nLoud().ask('Name a month.')\n"
    )
    callers = found(_keepers(*(f"'m-{i}'" for i in range(5))).replace(BASE, base) + own).project.callers
    assert {caller.callee: caller.model.values for caller in callers} == {
        "self.chat": ("m-0", "m-1", "m-3", "m-4"), "Loud().ask": ("m-2",),
    }  # fmt: skip


def test_what_is_a_method_of_the_project_on_one_way_is_none_of_an_sdk_on_another(found) -> None:
    text = (
        "import llama_index\nKINDS = {}\n"
        + _keepers("'m-1'")
        + "def make(kind) -> LLM:\n    if kind in KINDS:\n        return KINDS[kind]()\n    return Open0()\n"
        "class Tool:\n    def __init__(self, kind):\n        self.llm = make(kind)\n"
        "    def run(self, text):\n        return self.llm.chat(messages=[{'role': 'user', 'content': text}])\n"
    )
    assert [call.sdk for call in found(text).project.calls] == ["openai"]
