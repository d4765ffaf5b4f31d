"""Layout rules, each with its counter-examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from promptlint.compress import announced, clauses, commas, following, grammar, marks, markup, structure, suggest
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
    (structure.list_indent, "Rules:\n    1.Read.\n    2.Write.\n", "Rules:\n1.Read.\n2.Write.\n"),
    (structure.hard_wraps, f'{LONG} "the end"\nof it.', f'{LONG} "the end" of it.'),
    (structure.prose_indent, "Read it.\n\n  Then write more.", "Read it.\n\nThen write more."),
    (structure.trailing_blanks, "a  \n\nb \nc", "a\n\nb\nc"),
    (structure.trailing_blanks, "- a  \n- b", "- a\n- b"),
    (structure.blank_lines, "a\n\n\n\nb", "a\n\nb"),
    (structure.inner_blanks, "One.  Two  three.", "One. Two three."),
    (structure.inner_blanks, "1.  Read.\n*   Write.", "1. Read.\n* Write."),
    (
        structure.inner_blanks,
        "read all of the        text that they send        and then write it",
        "read all of the text that they send and then write it",
    ),
    (clauses.spare_commas, "Read the text, and return a list.", "Read the text and return a list."),
    (clauses.spare_commas, "Score the answer, based on the text.", "Score the answer based on the text."),
    (clauses.spare_commas, "- Read it aloud, if they ask.", "- Read it aloud if they ask."),
    (clauses.duties, "You must return a list. - You must not guess.", "Return a list. - You must not guess."),
    (clauses.duties, "- You must not guess.\n1. You must read it.", "- Don't guess.\n1. Read it."),
    (clauses.relatives, "Use the files that are relevant to it.", "Use the files relevant to it."),
    (clauses.relatives, "Return 'keys', which is a list.", "Return 'keys', a list."),
    (structure.rule_lines, "a\n\n----------\nb", "a\n\n---\nb"),
    (structure.rule_lines, "a\n\n##########\nb", "a\n\n###\nb"),
    (
        structure.rule_lines,
        "Say what separates the two. Stop.\n\n======\nb",
        "Say what separates the two. Stop.\n\n===\nb",
    ),
    (structure.trailing_blanks, '"a": [\n  1  \n]  \n}', '"a": [\n  1\n]\n}'),
    (structure.dedent, "\n    Read all of it.\n    ", "\nRead all of it.\n"),
    (structure.hard_wraps, f"{LONG} the\n    `end` of it.", f"{LONG} the `end` of it."),
    (structure.rule_lines, "==== TASK ====\nread", "# TASK\nread"),
    (structure.hard_wraps, f"{LONG}\nthe end.", f"{LONG} the end."),
    (structure.outer_blanks, "\nRead.\n", "Read.\n"),
    (suggest.json_layout, '{\n  "a": 1,\n  "b": [\n    2\n  ]\n}', '{"a":1,"b":[2]}'),
    (suggest.json_layout, '{{\n  "a": {{\n    "b": 1\n  }}\n}}', '{{"a":{{"b":1}} }}'),
    (suggest.nested_lists, "- a\n    - b\n        - c", "- a\n - b\n  - c"),
    (suggest.bold_labels, "- **Name**: x\n**Age:** y", "- Name: x\nAge: y"),
    (suggest.stress_labels, "IMPORTANT: read it.", "Read it."),
    (suggest.bold, "Give **the full name** here.", "Give the full name here."),
    (suggest.articles, "The user sleeps.", "User sleeps."),
    (commas.serial_commas, "Use `a`, `b`, and `c`.", "Use `a`, `b` and `c`."),
    (following.following, "Answer the following questions about it.", "Answer these questions about it."),
    (structure.dedent, "\n    A.\n    B.\n    ", "\nA.\nB.\n"),
    (suggest.rule_lines, "a\n\n---\n\nb", "a\n\nb"),
    (suggest.articles, "Read the text of a user.", "Read text of user."),
    (commas.serial_commas, "Use red, green, and blue.", "Use red, green and blue."),
    (grammar.item_articles, "- The name of the user", "- Name of the user"),
    (grammar.item_articles, "- name: the name of the user", "- name: name of the user"),
    (
        grammar.spare_marks,
        "After each step, you wait. To stop, don't move.",
        "After each step you wait. To stop don't move.",
    ),
    (
        commas.serial_commas,
        "Never rewrite, sum up, or condense any text.",
        "Never rewrite, sum up or condense any text.",
    ),
    (grammar.item_articles, "- a: The name\n- b: The person's age", "- a: Name\n- b: Person's age"),
    (grammar.spare_that, "Ensure that the tests pass.", "Ensure the tests pass."),
    (grammar.spare_that, "Use the tools that you have.", "Use the tools you have."),
    (grammar.spare_that, "Write it so that you can read it.", "Write it so you can read it."),
    (grammar.spare_marks, "If it fails, then stop.", "If it fails, stop."),
    (grammar.spare_marks, "Use a, b, etc.", "Use a, b etc."),
    (grammar.spare_marks, "First, read the text.", "First read the text."),
    (following.following, "Use the following tools to search:\n", "Use these tools to search:\n"),
    (following.following, "Fill the following JSON schema:\n", "Fill this JSON schema:\n"),
    (following.following, "Sum up the following text from the user.", "Sum up this text from the user."),
    (commas.serial_commas, "Be **clear, short, and kind**.", "Be **clear, short and kind**."),
    (commas.serial_commas, "Answer clearly, politely, and quickly.", "Answer clearly, politely and quickly."),
    (commas.serial_commas, "Take JSON, XML, and CSV.", "Take JSON, XML and CSV."),
    (
        commas.serial_commas,
        "Check the title, the date, the place, and the name.",
        "Check the title, the date, the place and the name.",
    ),
    (commas.doubtful_commas, "Check the title, the date, and the name.", "Check the title, the date and the name."),
    (grammar.spare_marks, "Read the text, then write it down.", "Read the text then write it down."),
    (
        grammar.spare_marks,
        "In this case, stop at once. If so, wait here.",
        "In this case stop at once. If so wait here.",
    ),
    (grammar.item_articles, "- a: The name\n- b: The first name", "- a: Name\n- b: The first name"),
    (
        grammar.item_articles,
        "- score: an integer that shows how good it is",
        "- score: integer that shows how good it is",
    ),
    (grammar.spare_that, "Ensure that tests pass.", "Ensure tests pass."),
    (grammar.spare_marks, "For each claim, extract its date.", "For each claim extract its date."),
    (grammar.spare_marks, "As a judge, please compare both.", "As a judge please compare both."),
    (structure.hard_wraps, f"{LONG} the\nfollowing end: x", f"{LONG} the following end: x"),
    (
        structure.inner_blanks,
        "This helps with many tasks, from answers     to sums and all types of work.",
        "This helps with many tasks, from answers to sums and all types of work.",
    ),
    (marks.table_padding, "| a   | b  |\n|-----|----|\n| one | no |", "| a | b |\n|---|---|\n| one | no |"),
    (marks.step_labels, "Step 1: Read.\nStep 2: Write.", "1. Read.\n2. Write."),
    (marks.unseen, "Read\u200b it\u00a0now.", "Read it now."),
    (
        suggest.json_layout,
        '{\n  "a": number (of all, or none),\n  "b": "x, y"\n}',
        '{"a":number (of all, or none),"b":"x, y"}',
    ),
    (
        markup.bullets,
        "Rules:\n- Read all of the text.\n- Write all of it down.\n",
        "Rules:\nRead all of the text.\nWrite all of it down.\n",
    ),
    (markup.headings, "## Rules\nRead it.\n\n## More\nWrite it.", "Rules\nRead it.\n\nMore\nWrite it."),
    (markup.emphasis, "Give *the full name* here.", "Give the full name here."),
    (markup.comments, "Read it. <!-- by the team --> Write it.", "Read it. Write it."),
    (markup.emoji, "Go on 🚀 and read.", "Go on and read."),
    (
        announced.announcements,
        "You will be given a context and an answer. Judge it.\n\nContext: {c}\nAnswer: {a}",
        "Judge it.\n\nContext: {c}\nAnswer: {a}",
    ),
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
    (structure.rule_lines, "Read what is between the lines of dashes.\n\n--------\nx\n\n--------"),
    (structure.rule_lines, "Put #### before it.\n\n####\nx"),
    (structure.rule_lines, "a\n\n~~~~~~\nb\n\n~~~~~~"),
    (structure.dedent, "    Read all of it."),
    (structure.hard_wraps, f"{LONG} the\n{{end}} of it."),
    (clauses.duties, "They said: You must return a list. You MUST read it. You must only read it. You must be kind."),
    (clauses.duties, "You must not only read it. If you can, You must read it."),
    (grammar.item_articles, "- note: the user who asked is sure that it helps"),
    (grammar.spare_that, "Ensure that class works. Ensure that analysis is done. Note that tests pass."),
    (grammar.spare_marks, "For long texts, extract the date. As a judge of texts, your word counts."),
    (grammar.spare_marks, "Read it for each claim, extract its date."),
    (structure.rule_lines, "Use the Input Text section.\n---Input Text---\nx"),
    (structure.hard_wraps, "roses are red,\nviolets are blue"),
    (structure.hard_wraps, f"- {LONG}\n- the end"),
    (structure.hard_wraps, f"{LONG}\nname: value"),
    (structure.hard_wraps, f"{LONG}\nThe end."),
    (structure.hard_wraps, f'{LONG} "the end"\n"of it": x'),
    (structure.hard_wraps, f'"key": "{LONG}"\nof it'),
    (structure.outer_blanks, "\nBegin!"),
    (suggest.json_layout, 'Print pretty JSON:\n{\n  "a": 1\n}'),
    (suggest.json_layout, '{\n  "a": 1, // a comment\n  "b": 2\n}'),
    (suggest.json_layout, "def f() {\n  x\n}"),
    (suggest.nested_lists, "key:\n    sub: 1"),
    (suggest.bold_labels, "Do **not** go."),
    (suggest.articles, "Read the first text and the same word."),
    (commas.serial_commas, "Read the file, and do not guess."),
    (commas.serial_commas, "The user, however, and the agent must agree."),
    (commas.serial_commas, "Users, however, and agents must agree."),
    (commas.serial_commas, "They thank my parents, Ayn Rand, and God."),
    (commas.serial_commas, "The prompt is, as it was, and standard error."),
    (commas.serial_commas, "Ask my brother, the doctor, and the nurse."),
    (commas.serial_commas, "Ask my brother, Bob, and me."),
    (commas.serial_commas, "Print the answer, verbatim, and the reason."),
    (commas.serial_commas, "Print text, translated, and reasons."),
    (commas.serial_commas, "Users, obviously, and agents agree."),
    (commas.serial_commas, "Ask experts, such as doctors, and users."),
    (commas.doubtful_commas, "The user, however, and the agent must agree."),
    (commas.doubtful_commas, "The prompt is, as it was, and standard error."),
    (grammar.spare_marks, "After reading, the text is yours."),
    (grammar.spare_marks, "If they read the text, then asked you, the answer is yes."),
    (grammar.spare_marks, "Given the name, the score, and the text, write it."),
    (grammar.spare_marks, "For texts if they are short, the answer is yes."),
    (grammar.spare_marks, "Before you answer, you read it."),
    (grammar.spare_marks, "To answer, you read it."),
    (grammar.spare_marks, "For each page, it is important to note that the text is short."),
    (structure.inner_blanks, "-    return 1\n+    return 2"),
    (structure.hard_wraps, f'{LONG} "the\nend" of it.'),
    (structure.hard_wraps, f"{LONG} 'the\nend' of it."),
    (clauses.spare_commas, "Don't read the text, and return a list."),
    (clauses.spare_commas, "Read a or b, and return a list."),
    (clauses.spare_commas, "If it fails, stop, and return a list."),
    (clauses.spare_commas, "Stop when it fails, and return a list."),
    (clauses.spare_commas, "Read the text, and return a list or nothing."),
    (clauses.spare_commas, "They read the text, and return a list."),
    (clauses.spare_commas, "Use only the tools, if they ask."),
    (clauses.spare_commas, "Read the text (a, and return a list)."),
    (clauses.relatives, "Ensure that is related to it."),
    (clauses.relatives, "Report everything that is related to it."),
    (clauses.relatives, "Ask the one that is next in line."),
    (clauses.relatives, "The goal is that users are able to read."),
    (clauses.relatives, "Given the claims, which is a list, score each."),
    (clauses.relatives, "Given a, b, which is a list."),
    (commas.serial_commas, "Use black and white, red, and blue and green."),
    (grammar.item_articles, "- The first name"),
    (grammar.item_articles, "- The name\n- The first name"),
    (grammar.item_articles, "- The user is asleep"),
    (grammar.item_articles, "- The user sleeps."),
    (grammar.spare_that, "Before that, ensure that file exists."),
    (grammar.spare_that, "The goal is that you win."),
    (grammar.spare_that, "The fact that you win counts."),
    (grammar.spare_marks, "Then, if it fails, wait."),
    (suggest.bold, "Do **not ever** go, **NEVER lie** and **only read**."),
    (following.following, "Write questions. Then answer the following questions."),
    (following.following, "Read the following sentence after it."),
    (following.following, "A text is below. Sum up the following text from the user."),
    (grammar.spare_marks, "Wait until it fails, then stop it. Read a, b, then c."),
    (grammar.spare_marks, "After each step, read, write, and wait. If it rains, you stay. Wait for me, you fool."),
    (grammar.spare_marks, "However, stop. In this case-study, wait."),
    (structure.inner_blanks, "the name of it   the age of it   the town"),
    (structure.hard_wraps, f"{LONG}\nthe name: value"),
    (marks.table_padding, "name   | age\n-------|----\nJo     | 4"),
    (marks.table_padding, "a list:\n| not   a | table |"),
    (marks.step_labels, "Step 1: Read.\nStep 2: Write.\nFollow step 1 with care."),
    (marks.step_labels, "Answer with\nStep 1: what you did"),
    (marks.unseen, "Zero-width characters such as \u200b are marks."),
    (marks.unseen, "Use 👩\u200d🔬 here."),
    (markup.bullets, "- one thing\n- two things\n"),
    (markup.bullets, "- Read all of the text.\n  Then rest.\n- Write all of it down.\n"),
    (markup.bullets, "Answer in markdown.\n- Read all of the text.\n- Write all of it down.\n"),
    (markup.headings, "# Rules\n\nRead it.\n\n## More\n\nWrite it."),
    (markup.headings, "Read it.\n# Rules\n- one"),
    (markup.emphasis, "Do *not* go, 2*3*4, *args."),
    (markup.comments, "<!-- insert the text here -->"),
    (markup.emoji, "✅ good, ❌ bad"),
    (markup.emoji, "Answer with emoji such as 🚀."),
    (announced.announcements, "You will be given a context and an answer.\nContext: {c}"),
    (announced.announcements, "You will be given a list of five names. Sort it.\nNames: {n}"),
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
