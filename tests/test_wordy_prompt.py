"""PRM201 beyond its page: other kinds of files, what it leaves to PRM202 and PRM203, and the way to a fixed point."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.findings import Finding
from promptlint.outcome import Options
from promptlint.report.inventory import prompts_json
from promptlint.rounds import fix
from promptlint.run import check, check_text, inventory

WORDY = (
    "Please make sure to read the whole page in order to find every error. Please note that the page will be read aloud. "
    "It is important to note that you do not need to mend anything. Keep in mind that errors do not have to be grave. "
    "In the event that a page is empty, please make sure that you say so."
)
SHORT = (
    "Read the whole page to find every error. The page will be read aloud. "
    "You needn't mend anything. Errors don't have to be grave. "
    "If a page is empty, ensure you say so."
)
CALL = 'OpenAI().responses.create(model="gpt-4o", max_output_tokens=9, input={})\n'
IMPORT = "from openai import OpenAI\n\n"


def found(text: str, filename: str = "app.py", configuration: str = "") -> list[Finding]:
    return list(check_text(text, filename=filename, codes=("PRM201",), configuration=configuration))


def fixed(folder: Path, *codes: str) -> str:
    (path,) = folder.iterdir()
    done = fix(Options(paths=(str(path),), root=str(folder), select=codes), unsafe=False)
    assert not done.errors
    text = done.changes[0].after if done.changes else path.read_text()
    path.write_text(text)
    outcome = check(Options(paths=(str(path),), root=str(folder), select=codes))
    assert not outcome.findings
    return text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("prompts/page.txt", f"{WORDY}\n"),
        ("prompts/page.j2", f"{WORDY}\n{{% if late %}}Hurry.{{% endif %}}\n"),
        ("page.prompty", f"---\nname: page\n---\nsystem:\n{WORDY}\n"),
        ("prompts/page.yaml", f"system_prompt: |\n  {WORDY}\nname: x\n"),
        ("app.py", IMPORT + CALL.format(f"'{WORDY}'")),
        ("app.py", IMPORT + CALL.format(f'f"""{WORDY} {{x!r}}"""')),
        ("app.py", IMPORT + CALL.format(f"(r'{WORDY[:118]}'\n    u'{WORDY[118:]}')")),
        ("app.py", IMPORT + CALL.format(f"'{WORDY} %s' % x")),
        ("app.py", IMPORT + CALL.format(f"'{WORDY} {{0}}'.format(x)")),
    ],
)
def test_every_form_is_shortened_where_it_stands(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    done = fix(Options(paths=(str(path),), root=str(tmp_path), select=("PRM201",)), unsafe=False)
    (change,) = done.changes
    after = change.after.replace("'\n    u'", "")
    expected = text.replace("'\n    u'", "").replace(WORDY, SHORT)
    assert after.replace("\\'", "'") == expected


def test_a_finding_says_what_goes_and_what_it_is_worth() -> None:
    (finding,) = found(IMPORT + CALL.format(f'"{WORDY}"'))
    assert finding.message == (
        "28 of 68 tokens of this prompt can go, and it asks the same: "
        "“It is important to note that you do not need to” → “You needn't”, “Please make sure to” goes"
    )
    assert finding.impact is not None
    assert finding.impact.input_tokens == 28
    assert finding.fix is not None
    assert finding.fix.applicability == "safe"


@pytest.mark.parametrize(
    "text",
    [
        IMPORT + CALL.format(f'"{SHORT}"'),
        IMPORT + CALL.format(f'[{{"role": "assistant", "content": "{WORDY}"}}]'),
        f'HELP = "{WORDY}"\nprint(HELP)\n',
        IMPORT + CALL.format('"Please make sure to answer in order to help. Please note that it is late."'),  # few
        IMPORT + CALL.format(f'"Repeat this: “{WORDY}”"'),  # quoted
    ],
)
def test_what_is_left_alone(text: str) -> None:
    assert not found(text)


def test_thresholds_and_contractions_are_configured() -> None:
    text = IMPORT + CALL.format('"' + "Do not guess. It is late. You are here. " * 8 + '"')
    assert found(text)
    assert not found(text, configuration="[rules.PRM201]\ncontractions = 0\n")
    assert not found(text, configuration="[rules.PRM201]\nmin-percent = 60\n")


def test_a_text_that_is_only_read_is_reported_with_the_reason(tmp_path: Path) -> None:
    (finding,) = found(f'{{"system_prompt": "{WORDY}"}}', "prompts/page.json")
    assert finding.fix is None
    assert finding.message.endswith("; not written: JSON files are only read")


INDENTED = f'''{IMPORT}
def ask():
    prompt = """   
    {WORDY}



    Answer in one word.
    Name the page.
    Name the line.
    """
    return {CALL.format("prompt")}'''


def test_indentation_and_blank_lines_are_left_to_their_own_rules(tmp_path: Path) -> None:
    (finding,) = found(INDENTED)
    assert finding.fix is not None
    gone = "".join(edit.before for edit in finding.fix.edits)
    assert "\n" not in gone
    assert "    " not in gone


@pytest.mark.parametrize("codes", [("PRM201",), ("PRM201", "PRM202", "PRM203"), ("PRM202", "PRM203", "PRM201")])
def test_all_rules_together_come_to_an_end(tmp_path: Path, codes: tuple[str, ...]) -> None:
    (tmp_path / "app.py").write_text(INDENTED)
    text = fixed(tmp_path, *codes)
    assert SHORT in text
    assert ("\nRead" in text) == (len(codes) > 1)
    assert fixed(tmp_path, *codes) == text


def test_a_text_under_dedent_keeps_its_lines(tmp_path: Path) -> None:
    wrapped = WORDY.replace("error. Please", "error and\n        every gap. Please")
    (tmp_path / "app.py").write_text(
        f'from textwrap import dedent\n{IMPORT}P = dedent("""\\\n        {wrapped}\n        - one\n""")\n{CALL.format("P")}'
    )
    text = fixed(tmp_path, "PRM201", "PRM202", "PRM203")
    assert "error and\n        every gap. The" in text


def test_wrapped_lines_are_joined_in_prompt_files_alone() -> None:
    wrapped = WORDY.replace("error. Please", "error and every\ngap in it. Please")
    for name, text in (("prompts/page.txt", wrapped), ("app.py", IMPORT + CALL.format(f'"""{wrapped}"""'))):
        (finding,) = found(text, name)
        assert finding.fix is not None
        assert ("\n" in "".join(edit.before for edit in finding.fix.edits)) == (name != "app.py")


def test_what_stands_on_either_side_of_an_added_value_is_not_joined() -> None:
    (finding,) = found(IMPORT + CALL.format(f"'Read “' + x + '”. {WORDY}'"))
    assert finding.fix is not None


def test_the_inventory_tells_what_a_prompt_would_be(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(IMPORT + CALL.format(f"'{WORDY}'"))
    outcome = inventory(Options(paths=(str(tmp_path),), root=str(tmp_path)))
    (row,) = json.loads(prompts_json(outcome))["prompts"]
    assert (row["tokens"], row["compressed_tokens"]) == (68, 40)


PIECES = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *WORDY.split(". "), "If it's late, then stop.", "Say \"in order to\" and 'please' as they are.", "Ünïcode… “quoted”, é.",
                "100 % of {it} is not `do not` code.", "- The name of the user\n- The age of the user", "```\nplease do not\n```",
                "Backslash \\n and \\\\ stay.", '{\n  "a": 1,\n  "b": [\n    2\n  ]\n}',
            ]
        ),
        st.sampled_from([" ", "\n", "\n\n", "   \n", "\n\n\n\n", "\n        "]),
    ),
    min_size=4,
    max_size=12,
).map(lambda pairs: "".join(a + b for a, b in pairs))  # fmt: skip
FORMS = st.sampled_from(
    [
        repr,
        lambda t: '"""\n    ' + t.replace("\\", "\\\\") + '\n    """',
        lambda t: 'f"""' + t.replace("\\", "\\\\").replace("{", "{{").replace("}", "}}") + '{x!r:>5}, please {x}"""',
        lambda t: f"({t[: len(t) // 2]!r}\n        {t[len(t) // 2 :]!r})",
        lambda t: f"{t!r} + x + {t[::-1]!r}",
        lambda t: repr(t.replace("%", "%%") + " %s\n") + " % x",
    ]
)


@settings(max_examples=25, deadline=None)
@given(PIECES, FORMS)
def test_whatever_is_fixed_parses_and_stays_fixed(text: str, written) -> None:
    source = f"{IMPORT}\ndef ask(x):\n    prompt = {written(text)}\n    return {CALL.format('prompt')}"
    with TemporaryDirectory() as folder:
        path = Path(folder, "app.py")
        path.write_text(source)
        options = Options(paths=(str(path),), root=folder)
        first = fix(options, unsafe=False)
        assert not first.errors
        for change in first.changes:
            ast.parse(change.after)
            path.write_text(change.after)
        again = fix(options, unsafe=False)
        assert not again.changes
        if not again.notes:
            assert not [f for f in again.outcome.findings if f.fix and f.fix.applicability == "safe"]
