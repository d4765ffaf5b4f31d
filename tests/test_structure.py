"""Layout rules, each with its counter-examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from promptlint.compress import grammar, structure, suggest
from promptlint.compress.splice import Draft, Edit, applied, ordered

Source = Callable[[Draft], Iterator[Edit]]


def made(source: Source, text: str, holes: tuple[tuple[int, int], ...] = ()) -> str:
    return applied(text, ordered(source(Draft(text, holes, None))))


LONG = "This line of a prompt was wrapped by an editor when it reached"

CASES: list[tuple[Source, str, str]] = [
    (structure.dedent, "Read.\n    Then write.\n    Stop.", "Read.\nThen write.\nStop."),
    (structure.dedent, "\n    Read.\n      - a\n    Stop.\n", "\nRead.\n  - a\nStop.\n"),
    (structure.dedent, "\n    A.\n    B.\n    C.\n    D.\nE.\n", "\nA.\nB.\nC.\nD.\nE.\n"),
    (structure.list_indent, "Rules:\n    1. a\n    2. b\n\nEnd.", "Rules:\n1. a\n2. b\n\nEnd."),
    (structure.prose_indent, "Read it.\n\n  Then write more.", "Read it.\n\nThen write more."),
    (structure.trailing_blanks, "a  \n\nb \nc", "a\n\nb\nc"),
    (structure.trailing_blanks, "- a  \n- b", "- a\n- b"),
    (structure.blank_lines, "a\n\n\n\nb", "a\n\nb"),
    (structure.inner_blanks, "One.  Two  three.", "One. Two three."),
    (structure.rule_lines, "a\n\n----------\nb", "a\n\n---\nb"),
    (structure.rule_lines, "==== TASK ====\nread", "# TASK\nread"),
    (structure.hard_wraps, f"{LONG}\nthe end.", f"{LONG} the end."),
    (structure.outer_blanks, "\nRead.\n", "Read.\n"),
    (suggest.json_layout, '{\n  "a": 1,\n  "b": [\n    2\n  ]\n}', '{"a": 1, "b": [2]}'),
    (suggest.json_layout, '{{\n  "a": {{\n    "b": 1\n  }}\n}}', '{{"a": {{"b": 1}} }}'),
    (suggest.nested_lists, "- a\n    - b\n        - c", "- a\n - b\n  - c"),
    (suggest.bold_labels, "- **Name**: x\n**Age:** y", "- Name: x\nAge: y"),
    (suggest.stress_labels, "IMPORTANT: read it.", "Read it."),
    (suggest.bold, "Give **the full name** here.", "Give the full name here."),
    (suggest.articles, "The user sleeps.", "User sleeps."),
    (grammar.serial_commas, "Use `a`, `b`, and `c`.", "Use `a`, `b` and `c`."),
    (grammar.following, "Answer the following questions about it.", "Answer these questions about it."),
    (structure.dedent, "\n    A.\n    B.\n    ", "\nA.\nB.\n"),
    (suggest.rule_lines, "a\n\n---\n\nb", "a\n\nb"),
    (suggest.articles, "Read the text of a user.", "Read text of user."),
    (grammar.serial_commas, "Use red, green, and blue.", "Use red, green and blue."),
    (grammar.item_articles, "- The name of the user", "- Name of the user"),
    (grammar.item_articles, "- name: the name of the user", "- name: name of the user"),
    (grammar.item_articles, "- a: The name\n- b: The person's age", "- a: Name\n- b: Person's age"),
    (grammar.spare_that, "Ensure that the tests pass.", "Ensure the tests pass."),
    (grammar.spare_that, "Use the tools that you have.", "Use the tools you have."),
    (grammar.spare_that, "Write it so that you can read it.", "Write it so you can read it."),
    (grammar.spare_marks, "If it fails, then stop.", "If it fails, stop."),
    (grammar.spare_marks, "Use a, b, etc.", "Use a, b etc."),
    (grammar.spare_marks, "First, read the text.", "First read the text."),
    (grammar.following, "Use the following tools to search:\n", "Use these tools to search:\n"),
    (grammar.following, "Fill the following JSON schema:\n", "Fill this JSON schema:\n"),
]


@pytest.mark.parametrize(("source", "before", "after"), CASES)
def test_made(source: Source, before: str, after: str) -> None:
    assert made(source, before) == after


ALONE: list[tuple[Source, str]] = [
    (structure.dedent, "Steps:\n    read\n    write"),
    (structure.dedent, "a:\n  b:\n    c\nd:\n  e: f"),
    (structure.list_indent, "- a\n    - b\n    - c"),
    (structure.prose_indent, "- item\n\n  It goes on here."),
    (structure.prose_indent, "Outline:\n  It goes on here."),
    (structure.trailing_blanks, "Q: x\nAnswer: "),
    (structure.trailing_blanks, "a hard break  \nof markdown"),
    (structure.trailing_blanks, "```\na \n```\nb"),
    (structure.blank_lines, "```\na\n\n\nb\n```\nc"),
    (structure.blank_lines, "a\n\n\n"),
    (structure.inner_blanks, "| a  | b |\n"),
    (structure.inner_blanks, "name   age    town"),
    (structure.inner_blanks, "{x  +  y} end"),
    (structure.rule_lines, "The text between the ======== lines:\n\n========\nx\n\n========"),
    (structure.rule_lines, "Title\n=====\ntext"),
    (structure.rule_lines, "Use the Input Text section.\n---Input Text---\nx"),
    (structure.hard_wraps, "roses are red,\nviolets are blue"),
    (structure.hard_wraps, f"- {LONG}\n- the end"),
    (structure.hard_wraps, f"{LONG}\nname: value"),
    (structure.hard_wraps, f"{LONG}\nThe end."),
    (structure.outer_blanks, "\nBegin!"),
    (suggest.json_layout, 'Print pretty JSON:\n{\n  "a": 1\n}'),
    (suggest.json_layout, '{\n  "a": 1, // a comment\n  "b": 2\n}'),
    (suggest.json_layout, "def f() {\n  x\n}"),
    (suggest.nested_lists, "key:\n    sub: 1"),
    (suggest.bold_labels, "Do **not** go."),
    (suggest.articles, "Read the first text and the same word."),
    (grammar.serial_commas, "Read the file, and do not guess."),
    (grammar.serial_commas, "Use black and white, red, and blue and green."),
    (grammar.item_articles, "- The first name"),
    (grammar.item_articles, "- The name\n- The first name"),
    (grammar.item_articles, "- The user is asleep"),
    (grammar.item_articles, "- The user sleeps."),
    (grammar.spare_that, "Before that, ensure that file exists."),
    (grammar.spare_that, "The goal is that you win."),
    (grammar.spare_that, "The fact that you win counts."),
    (grammar.spare_marks, "Then, if it fails, wait."),
    (suggest.bold, "Do **not ever** go, **NEVER lie** and **only read**."),
    (grammar.following, "Write questions. Then answer the following questions."),
    (grammar.following, "Read the following sentence after it."),
]


@pytest.mark.parametrize(("source", "text"), ALONE)
def test_left_alone(source: Source, text: str) -> None:
    assert made(source, text) == text


def test_a_line_that_starts_with_a_hole_keeps_its_place() -> None:
    text = "\n    Read this:\n    {text}\n    Stop.\n"
    start = text.index("{")
    assert made(structure.dedent, text, ((start, start + 6),)) == "\nRead this:\n    {text}\nStop.\n"


def test_blanks_within_a_hole_are_never_touched() -> None:
    text = "a\n{x\n\n\n\ny}\nb"
    assert made(structure.blank_lines, text, ((2, len(text) - 2),)) == text
