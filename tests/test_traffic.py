"""Traffic: what is said of a call, where it was said, and the file that says it."""

from __future__ import annotations

import json
import os
import time
import tomllib
from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from promptlint.cli import cli
from promptlint.config import ConfigError, Figures
from promptlint.money import logs
from promptlint.money.formula import Bounds
from promptlint.money.logs import LogError
from promptlint.money.sites import Target
from promptlint.outcome import Options
from promptlint.run import costs
from promptlint.traffic_file import Site, TrafficFileError, measured, synced

APP = """
    from openai import OpenAI
    client = OpenAI()
    class Bot:
        def answer(self, text):
            return client.chat.completions.create(model="gpt-4o-mini", max_tokens=50,
                messages=[{"role": "user", "content": "Translate to French:" + text}])
"""


@pytest.fixture
def run(write, monkeypatch):
    def run(files, *arguments: str) -> Result:
        monkeypatch.chdir(write(files))
        return CliRunner().invoke(cli, list(arguments))

    return run


def the_call(write, configuration: str, traffic: str = "", profile: str | None = None):
    files = {"src/bot.py": APP, "promptlint.toml": configuration}
    if traffic:
        files["promptlint-traffic.toml"] = traffic
    folder = write(files)
    outcome = costs(Options(paths=(str(folder),), root=str(folder), traffic=profile))
    (call,) = outcome.project.calls
    return call, outcome.measures.calls[call.site_id]


# --- which figure holds -----------------------------------------------------------------------------------------------


def test_the_closest_figure_holds_and_names_its_place(write) -> None:
    call, _ = the_call(write, "")
    levels = [
        ("", "[traffic]\ncalls-per-month = 1\n", 1, "traffic, for every call"),
        ("", '[traffic.paths]\n"src/**" = { calls-per-month = 2 }\n', 2, 'traffic.paths."src/**"'),
        ("", '[traffic.functions]\n"answer" = { calls-per-month = 3 }\n', 3, "traffic.functions.answer"),
        ("", '"Bot.answer" = { calls-per-month = 4 }\n', 4, "traffic.functions.Bot.answer"),
        (f"[sites.{call.site_id}]\ncalls-per-month = 5\n", "", 5, f"traffic.sites.{call.site_id}"),
    ]
    configuration = file = ""
    for own, more, calls, where in levels:
        configuration += more
        file += own
        _, measure = the_call(write, configuration, file)
        figure = measure.volume.calls_per_month
        assert figure is not None
        assert (figure.value, figure.basis.origin, figure.basis.where) == (calls, "configured", where)


def test_a_profile_is_assumed_and_only_when_it_is_asked_for(write) -> None:
    _, without = the_call(write, "")
    _, measure = the_call(write, "", profile="medium")
    assert without.volume.calls is None
    assert without.spend.per_month is None
    origins = {b.input: (b.value, b.origin, b.where) for b in measure.basis}
    assert origins["calls a month"] == ("30000", "assumed", "--traffic medium")
    assert origins["output tokens"][1] == "assumed"
    assert measure.spend.load.output == Bounds(low=50, high=50)  # the cap cuts the 300 that are assumed


def test_what_is_measured_says_of_which_log(write) -> None:
    call, _ = the_call(write, "")
    own = f'[sites.{call.site_id}]\ncalls-per-month = 5\noutput-tokens = 20\ninput-tokens = 80\nmeasured = "a.csv, 7 days"\n'
    _, measure = the_call(write, "", own)
    found = {b.input: (b.origin, b.where) for b in measure.basis}
    assert found["calls a month"] == ("measured", "a.csv, 7 days")
    # 4 + 3 + 3 tokens stand in the code, 80 are filled in, 20 answered: five times (90 × 0.15 + 20 × 0.6) / 1,000,000.
    assert measure.static.low == 10
    assert measure.per_month_usd == Decimal("0.0001275")


def test_a_month_is_never_invented(write) -> None:
    _, measure = the_call(write, "[traffic]\ncalls-per-month = 10\n")
    assert measure.per_month_usd is None  # what is filled in is not known
    assert measure.spend.per_month is not None
    assert measure.spend.per_month.high is None


def test_cached_input_is_read_at_its_own_rate(write) -> None:
    _, measure = the_call(write, "[traffic]\ninput-tokens = 990\noutput-tokens = 0\ncached-share = 0.5\n")
    assert measure.spend.per_call is not None
    assert measure.spend.per_call.exact == Decimal("0.0001125")  # 500 at 0.15 and 500 at 0.075


@pytest.mark.parametrize(
    ("traffic", "message"),
    [
        ("call-per-month = 3", "did you mean `calls-per-month`?"),
        (
            "[sites.abc]\ncalls-per-monht = 3",
            "unknown key `sites.abc.calls-per-monht`; did you mean `calls-per-month`?",
        ),
        ("cached-share = 40", "a number from 0 to 1"),
        ("calls-per-month = -1", "below zero"),
        ("calls-per-month = ", "not valid TOML"),
    ],
)
def test_a_mistake_in_the_file_names_file_and_cure(write, traffic: str, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        the_call(write, "", traffic)
    assert "promptlint-traffic.toml" in str(error.value)
    assert message in str(error.value)


# --- the file ---------------------------------------------------------------------------------------------------------


def site(number: int, path: str = "a.py") -> Site:
    return Site(site_id=f"{number:012x}", label=f"{path}:{number} f", order=(path, number, ""))


def test_missing_sites_are_put_in_as_comments_in_order() -> None:
    text = synced("", [site(2), site(1), site(3, "b.py")]).text
    assert [line for line in text.splitlines() if line.startswith("[")] == [
        "[sites.000000000001]", "[sites.000000000002]", "[sites.000000000003]",
    ]  # fmt: skip
    assert tomllib.loads(text) == {"sites": {f"{n:012x}": {} for n in (1, 2, 3)}}
    assert "# a.py:1 f\n[sites.000000000001]\n# calls-per-month =\n" in text


def test_what_people_wrote_stays_where_it_is() -> None:
    own = "calls-per-month = 7 # mine\n\n# a note of mine\n[sites.000000000002]\ncalls-per-month=  9   # odd blanks\n"
    result = synced(own, [site(1), site(2), site(3)])
    assert result.added == ("000000000001", "000000000003")
    left = iter(result.text.splitlines())
    assert all(line in left for line in own.splitlines())
    assert result.text.index("000000000001") < result.text.index("# a note of mine")
    assert tomllib.loads(result.text)["sites"]["000000000002"] == {"calls-per-month": 9}
    again = synced(result.text, [site(1), site(2), site(3)])
    assert (again.text, again.added) == (result.text, ())


@given(
    st.lists(st.integers(1, 30), unique=True, max_size=8),
    st.lists(st.integers(1, 30), unique=True, max_size=8),
    st.booleans(),
)
def test_lines_are_only_ever_added(there: list[int], known: list[int], commented: bool) -> None:
    own = "".join(f"{'# mine' if commented else ''}\n[sites.{n:012x}]\ncalls-per-month = {n}\n" for n in there)
    sites = [site(n) for n in known]
    result = synced(own, sites)
    left = iter(result.text.splitlines())
    assert all(line in left for line in own.splitlines())
    assert set(tomllib.loads(result.text).get("sites", {})) == {f"{n:012x}" for n in {*there, *known}}
    assert synced(result.text, sites).text == result.text
    if there == []:
        blocks = [line for line in result.text.splitlines() if line.startswith("[")]
        assert blocks == sorted(blocks)


def test_line_endings_stay() -> None:
    text = synced("calls-per-month = 7\r\n", [site(1)]).text
    assert text.count("\n") == text.count("\r\n")


@pytest.mark.parametrize("own", ["sites = {}\n", "x = \n"])
def test_a_file_that_cannot_be_extended_is_left_alone(own: str) -> None:
    with pytest.raises(TrafficFileError):
        synced(own, [site(1)])


def test_measured_figures_replace_measured_ones_only() -> None:
    own = (
        "[sites.000000000001]\ncalls-per-month = 7 # mine\n"
        '[sites.000000000002] # a note\ncalls-per-month = 8 # seen\nmeasured = "old.csv, 1 days"\n'
        "# output-tokens =\n\n# what comes next\n[paths]\n"
    )
    figures = {
        s.site_id: Figures(calls_per_month=100, output_tokens=5, measured="new.csv, 30 days")
        for s in (site(1), site(2), site(3))
    }
    result = measured(own, [site(1), site(2), site(3)], figures)
    assert (result.kept, result.measured) == (("000000000001",), ("000000000002", "000000000003"))
    sites = tomllib.loads(result.text)["sites"]
    assert sites["000000000001"] == {"calls-per-month": 7}
    assert sites["000000000002"] == sites["000000000003"] == {
        "calls-per-month": 100, "output-tokens": 5, "measured": "new.csv, 30 days",
    }  # fmt: skip
    assert "calls-per-month = 100 # seen\n" in result.text
    assert "output-tokens = 5\n\n# what comes next\n[paths]\n" in result.text
    assert "7 # mine" in result.text
    assert "# a note" in result.text


def test_a_comment_ends_where_its_line_ends() -> None:
    before = f"# of the mail\u2028[sites.{'0' * 12}]\n[sites.{'0' * 12}]\n"
    site = Site(site_id="0" * 12, label="a", order=("a.py", 1, ""))
    result = measured(before, [site], {"0" * 12: Figures(output_tokens=5, measured="u.csv, 1 day")})
    assert result.text == f'{before}output-tokens = 5\nmeasured = "u.csv, 1 day"\n'


# --- logs -------------------------------------------------------------------------------------------------------------

TARGETS = [
    Target(site_id="000000000001", path="src/a.py", lines=(10, 14), models=("gpt-4o",), static=100),
    Target(site_id="000000000002", path="src/a.py", lines=(20, 20), models=("gpt-4o-mini",), static=10),
    Target(site_id="000000000003", path="src/b.py", lines=(5, 5), models=("gpt-4o-mini",), static=10),
]


def joined(text: str, length: int | None = None) -> logs.Joined:
    return logs.join(logs.read(text), TARGETS, source="u.csv", length=Decimal(length) if length is not None else None)


def test_rows_are_joined_by_id_place_and_lone_model() -> None:
    text = (
        "site_id,path:line,model,calls,input,cached,output,period\n"
        "000000000003,,,100,6000,1500,200,10 days\n"
        ",/srv/app/src/a.py:12,,10,3000,0,50,10 days\n"
        ",,gpt-4o,10,1000,0,50,10 days\n"
    )
    found = joined(text)
    assert found.figures["000000000003"] == Figures(
        calls_per_month=300, input_tokens=50, output_tokens=2, cached_share=Decimal("0.25"), measured="u.csv, 10 days"
    )
    assert found.figures["000000000001"].calls_per_month == 60
    assert found.figures["000000000001"].input_tokens == 100  # (3,000 + 1,000) / 20 less the 100 of the code
    assert (found.calls, found.explained, found.unjoined) == (120, 120, ())


def test_what_fits_nowhere_is_counted_with_its_reason() -> None:
    text = "site_id,path,line,model,calls,period\n,src/a.py,99,,5,30\n,,,gpt-4o-mini,20,30\n,,,o3,1,30\nffffffffffff,,,,2,30\n"
    found = joined(text)
    assert (found.calls, found.explained, found.figures) == (28, 0, {})
    assert found.unjoined == (
        ("model gpt-4o-mini: 2 calls name it", 20),
        ("src/a.py:99: no call there", 5),
        ("site ffffffffffff is not in the code", 2),
        ("model o3: no call names it", 1),
    )


def test_json_lines_of_single_calls_are_added_up() -> None:
    rows = [{"path": "src/b.py", "line": 5, "prompt_tokens": n, "completion_tokens": 3} for n in (20, 40)]
    text = "\n".join(map(json.dumps, rows))
    found = joined(text, length=2)
    assert found.figures["000000000003"] == Figures(
        calls_per_month=30, input_tokens=20, output_tokens=3, measured="u.csv, 2 days"
    )


def test_a_row_of_json_ends_where_its_line_ends() -> None:
    rows = [{"model": "gpt-4o", "calls": 3, "period": "30 days", "note": f"a{end}b"} for end in "\u2028\u2029\x85"]
    text = "\r\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    assert joined(text).figures["000000000001"].calls_per_month == 9


def test_a_table_ends_its_lines_as_any_system_does() -> None:
    for end in ("\n", "\r\n", "\r"):
        text = end.join(("site_id,calls,period", "000000000001,7,30 days", ""))
        assert joined(text).figures["000000000001"].calls_per_month == 7


def test_many_rows_of_many_calls_are_looked_up() -> None:
    targets = [
        Target(site_id=f"{i:012x}", path=f"src/{i % 7}.py", lines=(i, i + 3), models=(f"m{i}",), static=0)
        for i in range(4_000)
    ]
    ways = (lambda i: f"{i:012x},,", lambda i: f",/app/src/{i % 7}.py:{i},", lambda i: f",,m{i}")
    rows = "".join(f"{way(i % 4_000)},1,30 days\n" for i in range(60_000) for way in ways[i % 3 : i % 3 + 1])
    entries = logs.read(f"site_id,place,model,calls,period\n{rows}")
    start = time.monotonic()
    found = logs.join(entries, targets, source="u.csv", length=None)
    assert time.monotonic() - start < 6
    assert (found.calls, found.explained) == (60_000, 60_000)


def test_a_place_may_lie_in_several_calls() -> None:
    outer, inner = (
        Target(site_id=site, path="a.py", lines=lines, models=(model,), static=0)
        for site, lines, model in (("0" * 12, (1, 9), "gpt-4o"), ("1" * 12, (3, 5), "o3"))
    )
    text = "place,model,calls,period\na.py:4,o3,1,30\na.py:4,,1,30\nx/a.py:7,,1,30\n/a.py:9,,1,30\na.py:10,,1,30\nxa.py:4,o3,1,30\n"
    found = logs.join(logs.read(text), [inner, outer], source="u.csv", length=None)
    assert {site: f.calls_per_month for site, f in found.figures.items()} == {"0" * 12: 2, "1" * 12: 1}
    assert [reason for reason, _ in found.unjoined] == [
        "a.py:10: no call there", "a.py:4: 2 calls there", "xa.py:4: no call there",
    ]  # fmt: skip


def single_calls(outputs: range) -> Figures:
    rows = [{"site_id": "000000000001", "output_tokens": n} for n in outputs]
    return joined("\n".join(map(json.dumps, rows)), length=30).figures["000000000001"]


def test_rows_of_single_calls_say_how_long_99_answers_in_100_are() -> None:
    assert single_calls(range(1, 201)).output_p99 == 198
    assert single_calls(range(1, 101)).output_p99 == 99


def test_a_log_of_totals_takes_the_p99_of_an_older_log_away() -> None:
    site = Site(site_id="0" * 12, label="a", order=("a.py", 1, ""))
    text = measured("", [site], {site.site_id: Figures(output_p99=80, measured="old.csv, 1 days")}).text
    assert tomllib.loads(text)["sites"][site.site_id]["output-p99"] == 80
    again = measured(text, [site], {site.site_id: Figures(output_tokens=5, measured="new.csv, 1 days")}).text
    assert tomllib.loads(again)["sites"][site.site_id] == {"output-tokens": 5, "measured": "new.csv, 1 days"}


def test_a_few_calls_or_totals_say_nothing_of_the_longest_answers() -> None:
    assert single_calls(range(1, 100)).output_p99 is None
    rows = "site_id,calls,output,period\n" + "000000000001,1,5,30\n" * 200 + "000000000001,2,90,30\n"
    assert joined(rows).figures["000000000001"].output_p99 is None


def test_months_that_follow_each_other_are_one_longer_period() -> None:
    text = "site_id,calls,period\n000000000001,310,2026-10\n000000000001,290,2026-09\n"
    assert joined(text).figures["000000000001"].calls_per_month == 295  # 600 calls in 61 days


def test_a_day_without_a_row_of_a_call_is_a_day_without_that_call() -> None:
    rows = [("000000000001", 30, day) for day in range(1, 31)] + [("000000000002", 60, 7)]
    text = "site_id,calls,period\n" + "".join(f"{site},{calls},2026-10-{day:02}\n" for site, calls, day in rows)
    found = joined(text).figures
    assert (found["000000000001"].calls_per_month, found["000000000001"].measured) == (900, "u.csv, 30 days")
    assert (found["000000000002"].calls_per_month, found["000000000002"].measured) == (60, "u.csv, 30 days")


def test_days_that_two_periods_share_count_once() -> None:
    text = "site_id,calls,period\n000000000001,300,2026-10-01/2026-10-20\n000000000001,300,2026-10-11/2026-10-30\n"
    assert joined(text).figures["000000000001"].calls_per_month == 600
    assert logs.covered([]) == 0


def test_thousands_are_read_where_they_are_marked_in_one_way_only() -> None:
    text = 'site_id;calls;input;period\n000000000001;"1,200";1_200_000;30\n000000000001;12.0;1200;30\n'
    assert joined(text).figures["000000000001"].calls_per_month == 1212


def test_requests_that_are_shorter_than_their_text_are_named(run) -> None:
    usage = "model,calls,input,period\ngpt-4o-mini,10,20,day\n"
    result = run({"src/bot.py": APP, "promptlint.toml": "", "u.csv": usage}, "traffic", "import", "u.csv")
    assert "had fewer tokens than the text in the code has" in result.stderr
    assert joined("site_id,calls,input,period\n000000000001,10,1000,day\n").short == ()


def test_what_spreadsheets_write_is_read(run, tmp_path) -> None:
    text = "model;calls;period\ngpt-4o-mini;10;day\n"
    run({"src/bot.py": APP, "promptlint.toml": ""}, "traffic", "sync")
    for data in (text.encode("utf-16"), text.encode("utf-8-sig"), text.replace(";", "\t").encode()):
        (tmp_path / "u.csv").write_bytes(data)
        result = run({}, "traffic", "import", "u.csv")
        assert "1 of 1 call sites measured" in result.stderr, result.stderr
    (tmp_path / "u.csv").write_bytes(b"\xfc\xfc")
    assert run({}, "traffic", "import", "u.csv").exit_code == 2


def test_of_many_that_fit_nowhere_ten_are_named(run) -> None:
    rows = "".join(f"{i:012x},{i},day\n" for i in range(1, 31))
    files = {"src/bot.py": APP, "promptlint.toml": "", "u.csv": f"site_id,calls,period\n{rows}"}
    said = run(files, "traffic", "import", "u.csv").stderr
    assert said.count(" not joined: site") == 10
    assert "210 more not joined, for 20 other reasons" in said


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_an_export_whose_name_is_no_text_is_named_as_it_can_be(run, tmp_path) -> None:
    name = os.fsdecode(b"u\xff\x7f.csv")
    (tmp_path / name).write_text("model,calls,period\ngpt-4o-mini,10,30 days\n")
    done = run({"src/bot.py": APP, "promptlint.toml": ""}, "traffic", "import", name)
    assert done.exit_code == 0, done.output
    (figures,) = tomllib.loads((tmp_path / "promptlint-traffic.toml").read_text())["sites"].values()
    assert figures["measured"] == r"u\udcff\x7f.csv, 30 days"


def test_a_file_with_a_byte_order_mark_is_added_to(run, tmp_path) -> None:
    (tmp_path / "promptlint-traffic.toml").write_bytes(b"\xef\xbb\xbfcalls-per-month = 1\r\n")
    done = run({"src/bot.py": APP, "promptlint.toml": ""}, "traffic", "sync")
    assert done.exit_code == 0, done.output
    text = (tmp_path / "promptlint-traffic.toml").read_bytes()
    assert text.startswith(b"\xef\xbb\xbfcalls-per-month = 1\r\n")
    assert text.count(b"\xef\xbb\xbf") == 1 < text.count(b"\r\n") == text.count(b"\n")


@pytest.mark.parametrize(
    ("command", "file"), [("traffic sync", "promptlint-traffic.toml"), ("init", "promptlint.toml")]
)
def test_nothing_is_written_to_where_a_link_leads_out_of_the_project(run, tmp_path_factory, command, file) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "x.toml"
    elsewhere.write_text("")
    files = {"bot.py": APP.replace('"gpt-4o-mini"', "settings.llm")}
    run(files, "calls")
    Path(file).symlink_to(elsewhere)
    done = run({}, *command.split())
    assert done.exit_code == 2
    assert f"{file}: not written: it is a link that leads out of the project" in done.stderr
    assert elsewhere.read_text() == ""


@pytest.mark.parametrize(
    ("period", "length"),
    [("30", 30), ("30 days", 30), ("2w", 14), ("1 month", 30), ("2026-02", 28), ("2026-12", 31), ("12h", "0.5"), ("2026-10-01/2026-10-31", 31),
     ("day", 1), ("Weekly", 7), ("month", 30), ("P7D", 7), ("p1w", 7), ("2026-10-05", 1)],
)  # fmt: skip
def test_periods(period: str, length: object) -> None:
    assert logs.days(period) == Decimal(str(length))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("site_id,calls\n000000000001,5\n", "give --days"),
        ("a,b\n1,2\n", "row 2: no site_id, path:line or model (columns: a, b)"),
        ("site_id,calls,period\n000000000001,many,30\n", "row 2: calls is 'many', not a number"),
        ("site_id,calls,period\n000000000001,-5,30\n", "not a count"),
        ("site_id,calls,period\n000000000001,5,soon\n", "row 2: period 'soon'"),
        ("site_id,calls,period\n000000000001,5,2026-99\n", "period '2026-99'"),
        ("site_id,calls,period\n000000000001,5,0 days\n", "period '0 days'"),
        ("site_id,calls,period\n000000000001,5,2026-10-09/2026-10-01\n", "period '2026-10-09/2026-10-01'"),
        ("site_id;calls;period\n000000000001;1.200;30\n", "row 2: calls is '1.200', which may be several numbers"),
        ("site_id;calls;period\n000000000001;1.200,5;30\n", "'1.200,5', which may be several numbers"),
        ("site_id;calls;period\n000000000001;12,5;30\n", "'12,5', which may be several numbers"),
        ("site_id,input,cached,period\n000000000001,5,9,30\n", "row 2: more tokens are cached (9) than sent (5)"),
        ('{"model": "x"}\n[1]\n', "row 2: not an object"),
        ('{"model": \n', "row 1: not JSON"),
        ('{"model": "x"}\n\n{"model": \n', "row 3: not JSON"),
        ("site_id,calls\n", "no row in it"),
    ],
)
def test_an_export_that_cannot_be_read_says_why(text: str, message: str) -> None:
    with pytest.raises(LogError) as error:
        joined(text)
    assert message in str(error.value)


# --- the commands -----------------------------------------------------------------------------------------------------


def test_sync_then_import_then_dollars_a_month(run, tmp_path) -> None:
    result = run({"src/bot.py": APP, "promptlint.toml": ""}, "traffic", "sync")
    assert result.exit_code == 0, result.output
    assert "1 call added" in result.stderr
    file = tmp_path / "promptlint-traffic.toml"
    assert "# src/bot.py:6 Bot.answer: client.chat.completions.create, gpt-4o-mini\n" in file.read_text()
    usage = "model,calls,input,output,period\ngpt-4o-mini,1000,90000,20000,30 days\no3,3000,1,1,30 days\n"
    result = run({"usage.csv": usage}, "traffic", "import", "usage.csv")
    assert result.exit_code == 0, result.output
    assert "your logs explain 25 % of the calls (1,000 of 4,000)" in result.stderr
    assert "3,000 calls not joined: model o3: no call names it" in result.stderr
    (figures,) = tomllib.loads(file.read_text())["sites"].values()
    assert figures == {
        "calls-per-month": 1000, "input-tokens": 80, "output-tokens": 20, "measured": "usage.csv, 30 days",
    }  # fmt: skip
    assert "no call is missing" in run({}, "traffic", "sync").stderr


def test_100_percent_are_all_calls(run) -> None:
    usage = "model,calls,input,output,period\ngpt-4o-mini,1500,90000,20000,30 days\no3,5,1,1,30 days\n"
    done = run({"src/bot.py": APP, "usage.csv": usage}, "traffic", "import", "usage.csv")
    assert "your logs explain 99 % of the calls (1,500 of 1,505)" in done.stderr


def test_a_call_in_a_notebook_is_named_by_its_cell(run) -> None:
    cells = [{"cell_type": "code", "source": dedent(text), "metadata": {}, "outputs": []} for text in ("x = 1", APP)]
    files = {"src/a.ipynb": json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})}
    done = run(files, "traffic", "sync", "--dry-run")
    assert "# src/a.ipynb:cell 2:6 Bot.answer: " in done.stdout, done.output


def test_a_dry_run_goes_to_a_file_when_asked_to(run, tmp_path) -> None:
    run({"src/bot.py": APP, "promptlint.toml": ""}, "traffic", "sync", "--dry-run", "-o", "sites")
    assert "[sites." in (tmp_path / "sites").read_text()
    run({}, "init", "--dry-run", "-o", "models")
    assert (tmp_path / "models").is_file()


def test_a_dry_run_writes_nothing(run, tmp_path) -> None:
    result = run({"src/bot.py": APP, "promptlint.toml": ""}, "traffic", "sync", "--dry-run")
    assert "[sites." in result.stdout
    assert not (tmp_path / "promptlint-traffic.toml").exists()


def test_a_broken_export_ends_in_2(run) -> None:
    result = run({"src/bot.py": APP, "usage.csv": "a,b\n1,2\n"}, "traffic", "import", "usage.csv")
    assert result.exit_code == 2
    assert "usage.csv: row 2: no site_id" in result.stderr


def test_a_finding_a_month_says_whose_traffic_it_is(run) -> None:
    code = "from openai import OpenAI\nOpenAI().chat.completions.create(model='gpt-4o', messages=[{'role': 'user', 'content': 'Hi'}])\n"
    shown = run({"a.py": code}, "check", "--select", "PRM101", "--traffic", "small").output
    assert "a month]" in shown
    assert "Dollars a month: calls a month assumed (--traffic small): 1 finding." in shown
    assert "Dollars a month" not in run({"a.py": code}, "check", "--select", "PRM101").output
