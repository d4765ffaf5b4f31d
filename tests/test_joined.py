"""Prompts that are joined where they stand: one prompt for each list, edited line by line."""

import pytest

from promptlint.editor import Refusal, located, prompt_edits, prompt_sent, prompt_text
from promptlint.edits import apply
from promptlint.facts import Hole, Literal

ROLE = "You are a judge who compares two answers."
RULE = "Answer with one of the words right and wrong."
HEAD = "import openai\nfrom rules import MORE, more\n"
BETWEEN = {
    "line ends": ('system_prompt = "\\n".join(["{0}", "", "{1}"])', f"{ROLE}\n\n{RULE}"),
    "a blank": ('system_prompt = " ".join(["{0}", "{1}"])', f"{ROLE} {RULE}"),
    "nothing": ('system_prompt = "".join(["{0} ", "{1}"])', f"{ROLE} {RULE}"),
    "a constant": ('SEPARATOR = "\\n- "\nsystem_prompt = SEPARATOR.join(["{0}", "{1}"])', f"{ROLE}\n- {RULE}"),
    "a tuple": ('system_prompt = "\\n".join(("{0}", "{1}"))', f"{ROLE}\n{RULE}"),
    "a comma at the end": ('system_prompt = "\\n".join([\n    "{0}",\n    "{1}",\n])', f"{ROLE}\n{RULE}"),
    "a comment": (
        'system_prompt = "\\n".join([\n    # of "him", them\n    "{0}",  # "a", b\n    "{1}"\n])',
        f"{ROLE}\n{RULE}",
    ),
    "strings side by side": (
        'system_prompt = "\\n".join([\n    "{0}"\n    " Yes.",\n    "{1}"])',
        f"{ROLE} Yes.\n{RULE}",
    ),
    "marks in the lines": ('system_prompt = "],".join(["{0} [a, b],", "{1}"])', f"{ROLE} [a, b],],{RULE}"),
    "something to do with it": ('system_prompt = "\\n".join(["{0}", "{1}"]).strip()', f"{ROLE}\n{RULE}"),
    "returned": ('def system_prompt():\n    return "\\n".join(["{0}", "{1}"])', f"{ROLE}\n{RULE}"),
    "passed": ('run(system_prompt="\\n".join(["{0}", "{1}"]))', f"{ROLE}\n{RULE}"),
    "sent": ('openai.responses.create(model="m", input="\\n".join(["{0}", "{1}"]))', f"{ROLE}\n{RULE}"),
    "what a call gives": ('system_prompt = "\\n".join(["{0}", more(1, 2), "{1}"])', f"{ROLE}\n\n{RULE}"),
    "what a name holds": ('system_prompt = "\\n".join(["{0}", "{1}", MORE])', f"{ROLE}\n{RULE}\n"),
    "a sum": ('system_prompt = "\\n".join(["{0} " + MORE, "{1}"])', f"{ROLE} \n{RULE}"),
    "an f-string": (
        'system_prompt = "\\n".join(["{0}", f"{1} {{more(1, \'a\')}}."])',
        f"{ROLE}\n{RULE} {{more(1, 'a')}}.",
    ),
}


@pytest.mark.parametrize(("code", "text"), BETWEEN.values(), ids=BETWEEN)
def test_a_list_that_is_joined_at_once_is_one_prompt(found, write, code, text) -> None:
    source = HEAD + code.format(ROLE, RULE) + "\n"
    (prompt,) = found(source).project.prompts
    assert (prompt_text(prompt), prompt.form) == (text, "concat")
    assert source[prompt.place.span.start : prompt.place.span.end].count("join(") == 1
    layout = located(prompt, source)
    assert layout is not None
    assert layout.text == text
    assert (prompt.name == "system_prompt") == ("system_prompt" in code)


SEVERAL = {
    "between them stands what nobody knows": 'system_prompt = MORE.join(["{0}", "{1}"])',
    "in a list that is joined elsewhere": 'system_prompt = ["{0}", "{1}"]',
    "one is filled by a percent sign": 'system_prompt = "\\n".join(["{0} %s" % MORE, "{1}"])',
    "another list is unpacked": 'system_prompt = "\\n".join(["{0}", *MORE, "{1}"])',
}


@pytest.mark.parametrize("code", SEVERAL.values(), ids=SEVERAL)
def test_lines_stay_apart_where(found, code) -> None:
    assert len(found(HEAD + code.format(ROLE, RULE) + "\n").project.prompts) == 2


def test_of_lists_in_each_other_the_inner_ones_are_prompts(found) -> None:
    inner = f'"\\n".join(["{ROLE}", "{RULE}"])'
    project = found(f'{HEAD}system_prompt = "\\n\\n".join([{inner}, {inner}])\n').project
    assert [prompt_text(prompt) for prompt in project.prompts] == [f"{ROLE}\n{RULE}"] * 2


def test_a_list_that_is_filled_has_the_placeholders_of_all_lines(found) -> None:
    lines = f'"{ROLE} They speak {{language}}.", "{RULE}", "Text: {{text}}"'
    code = f'def ask(a, b):\n    return openai.responses.create(model="m", input="\\n".join([{lines}]).format(language=a, text=b))\n'
    (prompt,) = found(HEAD + code).project.prompts
    assert [s.name for s in prompt.segments if isinstance(s, Hole)] == ["language", "text"]
    assert (prompt.syntax, prompt.required) == ("format", ("language", "text"))


def test_a_list_of_which_nothing_is_known_has_the_placeholders_that_it_is_written_with(found) -> None:
    (prompt,) = found(f'{HEAD}run(system_prompt="\\n".join(["{ROLE}", "They speak {{language}}."]))\n').project.prompts
    assert (prompt.form, prompt.placeholders) == ("format", ("language",))


LINES = f'''{HEAD}
system_prompt = "\\n".join([
    "{ROLE}",
    "",
    "It is " 'so: "' + MORE + '" is \\'it\\'.',
    f"{RULE} {{MORE}} do not.",
])
'''
CHANGES = {
    "in a line": ("compares two", "compares", LINES.replace("compares two", "compares")),
    "over strings of a line": ("is so", "was so", LINES.replace('"It is " ', '"It was " ')),
    "a quote that closes the string": ("do not", "don't", LINES.replace("do not", "don't")),
    "a quote that would close it": ("do not", 'do "not"', LINES.replace("do not", 'do \\"not\\"')),
    "a line that is emptied": (ROLE, "", LINES.replace(ROLE, "")),
    "words of two lines": (f"{ROLE}\n\nIt", f"{ROLE[:-1]}!\n\nThat", LINES.replace(ROLE, ROLE[:-1] + "!").replace("It", "That")),
    "a line that is taken out": (f"{ROLE}\n", "", None),
    "a blank line that is taken out": ("\n\n", "\n", None),
    "lines put together": ("answers.\n\nIt", "answers. It", None),
    "a hole that is taken out": (" {MORE}", "", None),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "after"), CHANGES.values(), ids=CHANGES)
def test_an_edit_stays_within_its_line(found, old, new, after) -> None:
    (prompt,) = found(LINES).project.prompts
    start = prompt_text(prompt).index(old)
    edits = prompt_edits(prompt, [(start, start + len(old), new)], LINES)
    assert (None if isinstance(edits, Refusal) else apply(LINES, edits)) == after


def test_why_lines_cannot_be_put_together_is_said(found) -> None:
    (prompt,) = found(LINES).project.prompts
    at = prompt_text(prompt).index("\n")
    refused = prompt_edits(prompt, [(at, at + 1, " ")], LINES)
    assert isinstance(refused, Refusal)
    assert refused.reason == "it would change what joins the lines"


def test_what_joins_lines_is_none_of_its_placeholders_and_is_left_alone(found) -> None:
    (prompt,) = found(LINES).project.prompts
    assert prompt.placeholders == ("MORE",)
    sent = prompt_sent(prompt)
    assert all((at, at + 1) in sent.holes for at, c in enumerate(sent.text) if c == "\n")
    assert sum(isinstance(s, Literal) and s.text == "\n" for s in prompt.segments) == 3


WORDY = """
from openai import OpenAI
SYSTEM_PROMPT = "\\n".join([
    "It is important to note that you should use the name in the event that there is any doubt.",
    "",
    "Use the name due to the fact that " "doubt is costly. In the event that it is not known, say so.",
    "You are able to read all of them in a manner that is careful, for the purpose of translation.",
])
OpenAI().responses.create(model="gpt-5.4", max_output_tokens=9, input=SYSTEM_PROMPT)
"""


def test_a_wordy_list_is_shortened_line_by_line(checked) -> None:
    (finding,) = checked(WORDY, "PRM201").findings
    assert finding.fix is not None
    assert finding.fix.applicability == "safe"
    after = apply(WORDY, finding.fix.edits)
    assert [line for line in after.splitlines() if line.startswith("    ")] == [
        '    "You should use the name if there\'s any doubt.",',
        '    "",',
        '    "Use the name because " "doubt is costly. If it isn\'t known, say so.",',
        '    "You can read all of them in a manner that\'s careful, for translation.",',
    ]
