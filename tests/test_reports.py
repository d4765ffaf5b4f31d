"""The same three findings in every format: a call over several lines, an emoji in the way, no newline at the end."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest

from promptlint.findings import Impact
from promptlint.report import concise, full, github, jsons, markdown, sarif, statistics
from promptlint.report.cost import sheet
from promptlint.report.escape import plain, shown_path
from promptlint.report.money import at_least, at_most, dollars, worth
from promptlint.report.summary import summary_lines
from promptlint.report.view import View

SOURCE = '''"""😀"""
from openai import OpenAI
client = OpenAI()
EDITOR_PROMPT = """You are an editor.   
Summarize the text below in one sentence. 	 	 
Never add facts. 	 	 
Text: {text}"""
reply = client.chat.completions.create(
    model="gpt-4o-2024-05-13",
    messages=[{"role": "user", "content": EDITOR_PROMPT.format(text=input())}],
)
print("😀", client.chat.completions.create(model="gpt-4o-2024-05-13", messages=[{"role": "user", "content": "Hi."}]))'''


@pytest.fixture
def outcome(checked, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return checked(SOURCE, "PRM101", "PRM203")


def test_concise(outcome) -> None:
    assert concise.render(outcome, View()).splitlines()[:3] == [
        "app.py:4:38: PRM203 [*] blank lines and trailing blanks cost 5 tokens in every request [saves $0.02 per 1,000 calls]",
        "app.py:8:9: PRM101 `client.chat.completions.create` sets no `max_completion_tokens`, so one answer can run up to"
        " 4,096 tokens; the request asks for 45 at most ('in one sentence') [up to $61.5 per 1,000 calls]",
        "app.py:12:12: PRM101 `client.chat.completions.create` sets no `max_completion_tokens`, so one answer can run up to"
        " 4,096 tokens; set it to what your longest answer needs [up to $61.5 per 1,000 calls]",
    ]


def test_full_marks_the_code(outcome) -> None:
    text = full.render(outcome, View(show_all=True))
    assert "8 | reply = client.chat.completions.create(\n  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n" in text
    # The emoji takes two cells, so the carets stand under the call.
    line, carets = text.partition("12 | ")[2].splitlines()[:2]
    assert line.index("client") + 1 == carets.index("^") - 5
    assert "3 findings. 2 with a fix (1 safe, 1 unsafe).\n" in text


def test_full_shows_ten_and_says_how_many_more(checked) -> None:
    lines = ["from openai import OpenAI", "client = OpenAI()"]
    lines += [f"client.chat.completions.create(model='gpt-4o-2024-05-13', messages=[], user='{i}')" for i in range(13)]
    outcome = checked("\n".join(lines), "PRM101")
    assert full.render(outcome, View()).count("PRM101 uncapped-output") == 10
    assert "+3, see them with --all" in full.render(outcome, View())
    assert full.render(outcome, View(show_all=True)).count("PRM101 uncapped-output") == 13


def test_json_holds_everything(outcome) -> None:
    report = json.loads(jsons.render_json(outcome, View()))
    assert [(f["code"], f["line"], f["column"], f["end_line"], f["end_column"]) for f in report["findings"]] == [
        ("PRM203", 4, 38, 4, 41),
        ("PRM101", 8, 9, 8, 39),
        ("PRM101", 12, 12, 12, 42),
    ]
    first = report["findings"][1]
    assert first["impact"]["usd_per_1000_calls"] == "61.44"
    assert all(b["origin"] and b["value"] for b in first["impact"]["basis"])
    assert first["fix"]["applicability"] == "unsafe"
    assert (report["version"], report["problems"], report["summary"]["calls"]) == (1, [], 2)


def test_json_lines_are_the_same_findings(outcome) -> None:
    lines = jsons.render_lines(outcome, View()).splitlines()
    assert [json.loads(line) for line in lines] == json.loads(jsons.render_json(outcome, View()))["findings"]


def test_github_gives_columns_on_one_line_only(outcome) -> None:
    lines = github.render(outcome, View()).splitlines()
    assert len(lines) == 3
    assert lines[0].startswith(
        "::warning title=PRM101 uncapped-output,file=app.py,line=8,endLine=8,col=9,endColumn=39::"
    )


def test_github_sends_ten_of_a_level_and_says_what_is_missing(checked) -> None:
    lines = ["from openai import OpenAI", "client = OpenAI()"]
    lines += [f"client.chat.completions.create(model='gpt-4o-2024-05-13', messages=[], user='{i}')" for i in range(13)]
    sent = github.render(checked("\n".join(lines), "PRM101"), View()).splitlines()
    assert len(sent) == 11
    assert sent[-1].startswith("::notice title=promptlint::+3 more")


def test_sarif_is_valid_and_says_what_a_rule_is(outcome) -> None:
    (run,) = json.loads(sarif.render(outcome, View()))["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert [r["id"] for r in run["tool"]["driver"]["rules"]] == ["PRM101", "PRM203"]
    result = run["results"][1]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "PRM101"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "app.py"},
        "region": {"startLine": 8, "startColumn": 9, "endLine": 8, "endColumn": 39},
    }
    assert len({r["partialFingerprints"]["primaryLocationLineHash"] for r in run["results"]}) == 3


def test_fingerprints_survive_moved_lines(checked) -> None:
    before = [f.fingerprint for f in checked(SOURCE, "PRM101", "PRM203").findings]
    assert [f.fingerprint for f in checked("# moved\n\n" + SOURCE, "PRM101", "PRM203").findings] == before


def test_statistics(outcome) -> None:
    assert statistics.render(outcome).splitlines() == [
        "     1  PRM203  [*] padded-prompt  saves $0.02 per 1,000 calls of each",
        "     2  PRM101      uncapped-output",
    ]


def test_statistics_say_where_more_may_be_saved() -> None:
    row = statistics.RuleCount(
        code="PRM302", name="x", count=1, fixable=0, safe=0, at_least=True,
        saving_usd_per_1000_calls="0.0012", saving_usd_per_month=None,
    )  # fmt: skip
    assert statistics._saved(row) == "  saves at least $0.0012 per 1,000 calls of each"


def test_colours_only_when_they_are_wanted(outcome) -> None:
    assert "\x1b[" not in full.render(outcome, View())
    assert "\x1b[" in full.render(outcome, View(color=True))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0", "$0"),
        ("0.001", "<$0.01"),
        ("0.0149", "$0.01"),
        ("0.456", "$0.46"),
        ("9.84", "$9.8"),
        ("61.44", "$61"),
        ("1234.5", "$1,234"),
    ],
)
def test_dollars_have_two_digits(value: str, shown: str) -> None:
    assert dollars(Decimal(value)) == shown


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ("0", "$0", "$0"),
        ("0.000123", "$0.00012", "<$0.01"),
        ("0.015", "$0.01", "$0.02"),
        ("0.456", "$0.45", "$0.46"),
        ("1.985", "$1.98", "$1.99"),
        ("99.99", "$99.9", "$100"),
        ("1234.5", "$1,234", "$1,235"),
        ("3", "$3", "$3"),
    ],
)
def test_a_bound_is_on_its_side_of_the_value(value: str, low: str, high: str) -> None:
    assert (at_least(Decimal(value)), at_most(Decimal(value))) == (low, high)


@pytest.mark.parametrize(
    ("impact", "shown"),
    [
        (
            Impact(kind="saving", usd_per_1000_calls=Decimal("0.0012"), at_least=True),
            "saves at least $0.0012 per 1,000 calls",
        ),
        (Impact(kind="saving", usd_per_1000_calls=Decimal("0.0012")), "saves <$0.01 per 1,000 calls"),
        (Impact(kind="saving", usd_per_month=Decimal("0.019"), at_least=True), "saves at least $0.01 a month"),
        (Impact(kind="exposure", usd_per_1000_calls=Decimal("122.1")), "up to $123 per 1,000 calls"),
    ],
)
def test_what_a_finding_is_worth_is_no_more_than_is_sure(impact: Impact, shown: str) -> None:
    assert worth(impact) == shown


def test_what_a_file_holds_does_not_steer_the_terminal() -> None:
    assert plain("a\x1b[31m\rb\u202ec") == "a\\x1b[31m\\x0db\\u202ec"
    assert shown_path("::error::x.py") == "./::error::x.py"


def test_workflow_commands_are_escaped(checked, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "file=a%2Cb%3A%25.py,line=" in github.render(checked({"a,b:%.py": SOURCE}, "PRM101"), View())


def test_markdown_is_a_comment_with_a_marker(outcome) -> None:
    text = markdown.render(outcome, View())
    assert text.startswith("<!-- promptlint check -->\n")
    assert "| `app.py:4` | blank lines and trailing blanks cost 5 tokens" in text
    assert "`client.chat.completions.create` sets no `max_completion_tokens`" in text
    assert text.count("<details>") == text.count("</details>")
    assert "What was read" in text


def test_markdown_shows_ten_and_folds_the_rest(checked) -> None:
    calls = "".join(f"client.chat.completions.create(model='gpt-4o', messages=[], n={i + 2})\n" for i in range(15))
    text = markdown.render(checked(f"from openai import OpenAI\nclient = OpenAI()\n{calls}", "PRM106"), View())
    assert text.count("| [PRM106]") == 10
    assert text.count("- [PRM106]") == 5
    assert "5 more findings" in text


def test_a_comment_of_many_findings_is_not_refused(checked) -> None:
    calls = "".join(f"client.chat.completions.create(model='gpt-4o', messages=[], n={i + 2})\n" for i in range(900))
    text = markdown.render(checked(f"from openai import OpenAI\nclient = OpenAI()\n{calls}", "PRM106"), View())
    assert len(text) < 65_536
    assert text.count("<details>") == text.count("</details>")
    assert " more\n" in text


def test_names_of_the_code_become_no_markup(checked) -> None:
    code = "from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(model='gpt-4o-2024-05-13', messages=[])\n"
    text = markdown.render(checked({"<img src=x>/@me|`.py": code}, "PRM502"), View())
    assert "<img" not in re.sub(r"`+[^\n]*?`+ ", "", text)
    assert "\\|" in text


HINTED = """
    import os
    from openai import OpenAI
    client = OpenAI()
    TABLE = {}
    def ask(text):
        return client.responses.create(model=os.environ["LLM"], input=text, max_output_tokens=9)
    def tell(text):
        return client.responses.create(model=TABLE["small"], input=text, max_output_tokens=9)
    def say(text):
        return client.responses.create(model=TABLE["small"], input=text, max_output_tokens=9)
"""


def test_the_one_setting_is_the_same_in_every_report(checked) -> None:
    outcome = checked(HINTED)
    hint = outcome.summary.hint
    assert hint is not None
    setting, _, where = hint.partition(": ")
    assert setting.endswith(" in [tool.promptlint.models] would give 2 calls dollars")
    assert where.startswith("key `small` in `tell` of ")
    assert where.endswith("app.py and elsewhere.")
    assert json.loads(jsons.render_json(outcome, View()))["summary"]["hint"] == hint
    assert hint in summary_lines(outcome, View())
    assert sheet(outcome).hint == f"3 of 3 calls have no dollars; {hint}"


def test_where_nothing_is_missing_there_is_no_hint(checked) -> None:
    assert checked(SOURCE, "PRM101").summary.hint is None
