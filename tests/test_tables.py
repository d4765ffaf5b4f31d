"""`promptlint calls` as people read it."""

from __future__ import annotations

from promptlint.report.tables import calls_text
from promptlint.report.view import View

WRAPPER = """
from openai import OpenAI
client = OpenAI()
def ask(prompt, model="gpt-4o", cap=None):
    return client.chat.completions.create(model=model, max_tokens=cap, messages=[{"role": "user", "content": prompt}])
"""


def text(outcome, **view) -> list[str]:
    return [line.rpartition("/")[2] for line in calls_text(outcome, View(quiet=True, **view)).splitlines()]


def test_callers_stand_below_their_call_with_what_they_add(found) -> None:
    lines = text(found(WRAPPER + "def run(name):\n    ask('Hi', model=name)\nask('Hello', cap=5)\n"))
    assert [line.partition(" tokens")[0] for line in lines] == [
        "app.py:5:12: client.chat.completions.create [openai chat] model gpt-4o, cap set at run time, 2 callers, ≥6",
        "app.py:7:5: ask, model ? (parameter name), no cap, 7",
        "app.py:8:1: ask, cap 5, 7",
    ]


def test_of_many_callers_the_first_are_shown(found) -> None:
    outcome = found(
        WRAPPER + "".join(f"def f{i}(x):\n    ask(x)\n" for i in range(9)).replace("ask(x)", "ask(x + '!')")
    )
    assert text(outcome)[-1].strip() == "and 4 more; -v shows all"
    assert len(text(outcome)) == 7
    assert len(text(outcome, verbose=True)) == 10


def test_one_place_that_leads_to_a_call_in_two_ways_is_one_line(found) -> None:
    outcome = found(
        WRAPPER
        + """
def send(text, fast):
    if fast:
        return ask(text)
    return ask(text)
def run(x):
    send(f"Hi {x}", True)
"""
    )
    assert [line.endswith("2 ways") for line in text(outcome)] == [False, True]


def test_callers_of_calls_that_were_not_asked_for_stand_alone(write) -> None:
    from promptlint.outcome import Options
    from promptlint.run import inventory

    folder = write({"llm.py": WRAPPER, "app.py": "from llm import ask\nask('Hello', cap=5)\n"})
    outcome = inventory(Options(paths=(str(folder / "app.py"),), root=str(folder)))
    (line,) = calls_text(outcome, View(quiet=True)).splitlines()
    assert "app.py:2:1: ask [openai chat] model gpt-4o, cap 5" in line
    assert "by way of" in line
    assert "llm.py:5:12" in line
