"""What a rewrite may not lose, and what it may."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.compress.contract import Loss, losses

HERE = Path(__file__).parent
PAIRS = tomllib.loads((HERE / "contract_pairs.toml").read_text(encoding="utf-8"))
PHRASES = [line.split("\t") for line in (HERE / "contract_phrases.tsv").read_text(encoding="utf-8").splitlines()]
KINDS = {
    "hole", "template", "code", "quote", "url", "number", "negation", "exception", "modal", "quantifier", "unit",
    "language", "name", "tag", "json_key", "list_item", "example", "requirement",
}  # fmt: skip


def kinds(before: str, after: str, syntax: str | None = None) -> set[str]:
    return {loss.kind for loss in losses(before, after, syntax=syntax)}


@pytest.mark.parametrize("pair", PAIRS["honest"], ids=lambda p: p["after"][:40])
def test_an_honest_rewrite_passes(pair) -> None:
    assert losses(pair["before"], pair["after"]) == ()


@pytest.mark.parametrize("pair", PAIRS["lost"], ids=lambda p: f"{p['kind']}: {p['after'][:40]}")
def test_a_loss_is_named(pair) -> None:
    assert pair["kind"] in kinds(pair["before"], pair["after"])


@pytest.mark.parametrize(("before", "after"), PHRASES, ids=lambda text: text[:30])
def test_a_safe_phrase_passes_bare_and_in_a_sentence(before, after) -> None:
    frame = "If the client agrees, {} the report for Berlin."
    assert losses(before, after) == ()
    assert losses(frame.format(before), frame.format(after)) == ()


def test_a_text_loses_nothing_of_itself() -> None:
    assert losses("Do not use {x}.", "Do not use {x}.") == ()


def test_a_loss_says_where_it_stood() -> None:
    assert losses("Be brief.\nNever guess.", "Be brief.\nGuess.") == (Loss("negation", "Never guess", "", 2),)


def test_an_addition_has_the_line_of_after() -> None:
    assert losses("Be brief.", "Be brief.\n\nUse {x}.")[0] == Loss("hole", "", "{x}", 3)


def test_a_change_shows_both_sides() -> None:
    (loss,) = losses("Write at least 3 words.", "Write at most 3 words.")
    assert (loss.kind, loss.before, loss.after) == ("number", "at least 3 words", "at most 3 words")


@pytest.mark.parametrize(
    "hole",
    ["{x}", "{}", "{0}", "{x!r:>8}", "{x.y[0]}", "{{x}}", "{{ x | upper }}", "{{{x}}}", "{{$x}}", "${x}", "$x", "%s", "%(x)s", "%5.2f", "<x>", "<your name>", "!<INPUT 0>!", "[[x]]", "<<x>>"],
)  # fmt: skip
def test_a_hole_of_every_syntax_is_seen(hole) -> None:
    assert kinds(f"Sum up {hole} for me.", "Sum up that for me.") >= {"hole"}
    assert kinds("Sum up that for me.", f"Sum up {hole} for me.") >= {"hole"}
    assert losses(f"Please sum up {hole} for me.", f"Sum up {hole} for me.") == ()


@pytest.mark.parametrize(
    ("syntax", "before", "after"),
    [
        ("format", "Sum up {x:>3}.", "Sum up {x}."),
        ("format", 'Return {{"a": 1}} for {x}.', 'Return {"a": 1} for {x}.'),
        ("percent", "100%% of %s", "100% of %s"),
        ("dollar", "Sum up $x.", "Sum up x."),
        ("braces", "Sum up {x} {", "Sum up {y} {"),
        ("jinja2", "{% if a %}x{% endif %}", "x"),
        ("mustache", "{{#a}}x{{/a}}", "{{#b}}x{{/b}}"),
        ("text", "Sum up [[x]].", "Sum up x."),
    ],
)
def test_the_syntax_of_a_template_is_followed(syntax, before, after) -> None:
    assert losses(before, after, syntax=syntax)


def test_braces_are_no_hole_in_plain_text() -> None:
    assert "hole" not in kinds("Sum up {x}.", "Sum up x.", syntax="text")


def test_an_unreadable_template_is_compared_by_its_marks() -> None:
    assert kinds("{x {% if %} {y}", "{x {% if %} {z}", syntax="format") >= {"hole"}


def test_tags_of_jinja_keep_their_nesting() -> None:
    before = "{% if a %}{% if b %}x{% endif %}{{ c }}{% endif %}"
    assert "template" in kinds(before, "{% if a %}{% if b %}x{{ c }}{% endif %}{% endif %}")


def test_a_comment_of_jinja_may_go() -> None:
    assert losses("{# note #}Sum up {{ x }}.", "Sum up {{ x }}.") == ()


def test_space_in_code_matters_but_not_its_margin() -> None:
    code = "```python\nif a:\n    b()\n```"
    assert losses(code, "  ```python\n  if a:\n      b()\n  ```") == ()
    assert kinds(code, "```python\nif a:\nb()\n```") == {"code"}


def test_json_may_be_folded() -> None:
    assert losses('```json\n{\n  "a": 1\n}\n```', '```json\n{"a": 1}\n```') == ()
    assert losses('Return:\n{\n  "a": "x",\n  "b": 2\n}', 'Return:\n{"a": "x", "b": 2}') == ()


def test_curly_and_straight_quotes_are_the_same() -> None:
    assert losses("Say “yes” or ‘no’.", "Say \"yes\" or 'no'.") == ()


def test_a_prompt_that_stands_in_quotes_is_no_quotation() -> None:
    assert losses('"Please sum up the report."', '"Sum up the report."') == ()
    assert kinds('Say "please sum up".', 'Say "sum up".') == {"quote"}


def test_an_apostrophe_is_no_quote() -> None:
    assert losses("Use the user's name and the authors' names.", "Use the user's name and the authors' names") == ()


def test_what_is_said_twice_may_be_said_once() -> None:
    before = "Never mention Rome. Be brief. Again: do not mention Rome."
    assert losses(before, "Never mention Rome. Be brief.") == ()


def test_the_same_negation_of_something_else_is_no_repetition() -> None:
    assert kinds("Never mention Rome. Never mention Paris.", "Never mention Rome.") >= {"negation"}


def test_numbers_do_not_change_places() -> None:
    assert kinds("Wait 3 minutes, then try 30 times.", "Wait 30 minutes, then try 3 times.") == {"number"}


def test_bullets_are_no_numbers() -> None:
    assert losses("1. Read it.\n2. Sort it.", "- Read it.\n- Sort it.") == ()


def test_an_order_needs_no_must_but_no_may_either() -> None:
    assert losses("You must sort the rows.", "Sort the rows.") == ()
    assert kinds("Sort the rows.", "You may sort the rows.") == {"modal"}


def test_a_heading_in_capitals_names_nothing() -> None:
    assert losses("# Output Format Rules\nSort the rows.", "# Output format rules\nSort the rows.") == ()


def test_hard_wrapped_lines_may_be_joined() -> None:
    assert losses("Sort the rows by date\nand by name.", "Sort the rows by date and by name.") == ()


@given(st.text(), st.text())
@settings(deadline=None)
def test_any_two_texts_can_be_compared(before, after) -> None:
    found = losses(before, after)
    assert found == losses(before, after)
    assert {loss.kind for loss in found} <= KINDS
    assert all(loss.before or loss.after for loss in found)
    assert all(1 <= loss.line <= max(before.count("\n"), after.count("\n")) + 1 for loss in found)


_PIECES = st.sampled_from(
    ["{", "}", "{{", "}}", "{%", "%}", "{#", "#}", "$", "%", "<", ">", "</", "`", "```", '"', "'", "[[", "]]", "\n", "- ", "1. ", "not ", "at least ", "3 ", "if ", "a", "x.", "http://", "# ", " ", "\ue000", "\ud800", "\x00"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=60).map("".join), st.sampled_from([None, "format", "percent", "jinja2", "mustache"]))
@settings(deadline=None)
def test_broken_templates_can_be_compared(text, syntax) -> None:
    assert losses(text, text, syntax=syntax) == ()
    losses(text, text[::-1], syntax=syntax)
    assert losses(text, "{new} " + text) or "{new}" in text


@given(st.lists(st.sampled_from(PAIRS["honest"]), min_size=1, max_size=4))
@settings(deadline=None, max_examples=30)
def test_blank_lines_and_margins_never_matter(chosen) -> None:
    text = "\n".join(pair["before"] for pair in chosen)
    if "```" not in text:
        assert losses(text, "\n\n".join(line and f"  {line}" for line in text.split("\n"))) == ()


def test_an_exchanged_language_is_one_change_in_the_words_of_the_texts() -> None:
    assert losses("Be brief.\nAnswer in German.", "Be brief.\nAnswer in French.") == (
        Loss("language", "German", "French", 2),
    )


def test_a_new_requirement_is_named_though_it_has_one_word_of_its_own() -> None:
    assert losses("Be brief. Sort rows.", "Be brief. Sort rows. Users must sign in.")[0].before == ""


def test_another_word_is_no_new_requirement() -> None:
    assert losses("Sort the rows of the table by price.", "By price, order all table rows.") == ()


def test_a_word_that_was_turned_round_is_shown_as_it_is_written() -> None:
    assert Loss("requirement", "ascending", "descending", 1) in losses(
        "Sort the rows in ascending order.", "Sort the rows in descending order."
    )


def test_only_what_may_not_happen_twice_may_happen_once() -> None:
    assert "number" in kinds("Do not call the tool more than once.", "Do not call the tool.")
    assert "negation" in kinds("If there are no errors, do nothing.", "If there are no errors, say so.")
