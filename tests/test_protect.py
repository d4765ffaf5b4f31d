"""What counts as free prose."""

from __future__ import annotations

import pytest

from promptlint.compress.protect import guards


def protected(text: str, **options: object) -> str:
    """The text with free characters as dots."""
    mask = guards(text, **options).words  # type: ignore[arg-type]
    return "".join(c if mask[i] or c == "\n" else "." for i, c in enumerate(text))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\n```py\nb c\n```\nd", ["```py", "b c", "```"]),
        ("a\n~~~\nb c", ["~~~", "b c"]),
        ("use `do not` here", ["`do not`"]),
        ("use {name!r:>8} and {{x}} and {% if do not %}", ["{name!r:>8}", "{{x}}", "{% if do not %}"]),
        ("use ${do not} $name %s %(a)s <do not> !<INPUT 0>!", ["${do not}", "$name", "%s", "%(a)s", "<do not>", "!<INPUT 0>!"]),
        ("say \"do not\" and 'do not' and “do not”", ['"do not"', "'do not'", "“do not”"]),
        ("| do not | x |", ["| do not | x |"]),
        ('  "key": do not', ['"key": do not']),
        ("User: do not go\nplease", ["User: do not go", "please"]),
        ("# Examples\ndo not\n\n# Task\ndo not", ["do not"]),
        ("The examples show it, but your goal is to:\ndo not", []),
        ("<example>\ndo not\n</example>\ndo not", ["<example>", "do not", "</example>"]),
        ("see https://a.b/do not", ["https://a.b/do"]),
        ("the word please is", ["the word please is"]),
        ("Never say thank you. Read.", ["Never say thank you"]),
        ("Banned phrases:\ndo not\nplease\n\ndo not", ["do not\nplease"]),
        ("name: do not\nage: it is", ["name: do not", "age: it is"]),
        ("#Question#: do not\n#Answer#: it is", ["#Question#: do not", "#Answer#: it is"]),
        ("[earlier answer]: do not\n[better answer]: x\n\n[earlier answer]: it is", ["do not", "it is"]),
        ("assistant: do not go", ["assistant: do not go"]),
        ("Add the following text to the page:\n    do not\n    - please\nfree", ["    do not", "    - please"]),
        ("[unit tests of the first try]: x\ndo not\n\n[unit tests of the first try]: it is", ["do not", "it is"]),
        ("Sum up this article:\nIt is so.\n\nWe do not know.\n\nRules:\nplease", ["It is so.", "We do not know."]),
        ("Print exactly as written here: it is so\nfree", ["it is so"]),
        ("Or <run> do not go </run> now", ["<run> do not go </run>"]),
        ("Example Input:\nx\n\nRequest:\ndo not\n\nExample Output:\nit is\n", ["do not", "it is"]),
        ("1:please\n2:    do not", ["1:please", "2:    do not"]),
        ("@@ -1 +1 @@\n-do not\n+it is\n@@ -2 +2 @@", ["-do not", "+it is"]),
    ],
)  # fmt: skip
def test_protected_spans(text: str, kept: list[str]) -> None:
    shown = protected(text)
    for each in kept:
        assert each in shown


@pytest.mark.parametrize(
    "text",
    [
        "Do not go.",
        "1: Read it.\n2: Write it.",
        "This document list is good:\nGo on.\n\nRead it.",
        "note: do not go",
        "- do not go",
        "Note: do not go.\nNote: do not stay.",
        "It's Anna's and it isn't.",
    ],
)
def test_prose_is_free(text: str) -> None:
    assert not protected(text).strip(".\n")


def test_repeated_labels_protect_what_lies_between() -> None:
    text = "Word: a\ndo not\n\nfree do not\n\nWord: b\nit is\n\ndo not"
    assert protected(text).count("do not") == 2
    assert protected(text).endswith("......")


def test_known_holes_are_protected_whatever_they_look_like() -> None:
    assert protected("a name b", holes=[(2, 6)]) == "..name.."


def test_blanks_around_a_hole_are_free() -> None:
    found = guards("a  {x}  b")
    assert found.movable(1, 3)
    assert not found.movable(3, 6)


def test_an_example_section_ends_at_the_next_title() -> None:
    text = "Examples:\ndo not\n\nRULES:\ndo not"
    assert protected(text).count("do not") == 1


def test_the_block_behind_a_format_is_protected() -> None:
    assert protected("Answer in this format:\ndo not\n\ndo not").count("do not") == 1


def test_a_prompt_about_mail_is_about_manners() -> None:
    assert guards("Write an e-mail.").manners
    assert not guards("Write a poem.").manners
    assert not guards('Write a poem. Never say "thank you" or `memory`.\n\nExamples:\nA polite mail').manners


@pytest.mark.parametrize(
    "piece", ["'", "{", "`", "/a", "(", "<", " ", "[[", "A: x\n", "Examples\n", "=- ", "://", "{{", "say "]
)
def test_long_runs_of_marks_are_read_in_one_go(piece: str) -> None:
    text = piece * 20_000
    assert len(guards(text).words) == len(text)
