from decimal import Decimal
from pathlib import Path

import pytest

from promptlint.config import Config, ConfigError, load


def read(folder: Path, text: str, name: str = "promptlint.toml") -> Config:
    (folder / name).write_text(text)
    return load(folder)


def test_the_nearest_file_wins_and_the_repository_is_the_limit(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.promptlint]\nignore = ['PRM101']\n")
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert load(inner).ignore == ("PRM101",)
    (tmp_path / "a" / ".git").mkdir()
    assert load(inner) == Config()


def test_a_pyproject_without_our_table_is_passed_by(tmp_path: Path) -> None:
    assert read(tmp_path, "[tool.other]\n", "pyproject.toml") == Config()


def test_values_have_their_types(tmp_path: Path) -> None:
    config = read(tmp_path, "[prices]\ndiscount = { openai = 0.15 }\n[traffic]\ncalls-per-month = 10\n")
    assert config.prices.discount == {"openai": Decimal("0.15")}
    assert config.traffic.calls_per_month == 10


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ingore = []", "unknown key `ingore`; did you mean `ignore`?"),
        ("[traffic]\ncalls = 3", "unknown key `traffic.calls`; did you mean `calls-per-month`?"),
        ("select = 3", "`select` is a whole number; it must be a list"),
        ("ignore = 'PRM101'", "`ignore` is a text; it must be a list"),
        ("ignore = [3]", "`ignore[0]` is a whole number; it must be a text"),
        ("preview = 'so'", "`preview` is a text; it must be true or false"),
        ("traffic = 3", "`traffic` is a whole number; it must be a table"),
        ("[traffic]\ncalls-per-month = 'many'", "`traffic.calls-per-month` is a text; it must be a whole number"),
        ("[models]\na = ['b']", "a value of `models` is a list; it must be a text"),
        ("[[wrappers]]\nprompt = 'x'", "`wrappers[0]` lacks `callee`"),
        ("[prices]\ndiscount = { openai = 15 }", "`discount` of openai is 15; it is a share"),
        ("[tool.promptlint]\nignore = []", "`[tool.promptlint]` is for pyproject.toml; leave `tool.promptlint` out"),
        ("select = [", "not valid TOML"),
        ("extend = 'gone.toml'", "which does not exist"),
        ("extend = 'promptlint.toml'", "leads back"),
    ],
)
def test_a_mistake_names_file_and_cure(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, text)
    assert str(tmp_path / "promptlint.toml") in str(error.value)
    assert message in str(error.value)


def test_extend_gives_way_to_the_file_itself(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text("ignore = ['PRM101']\npreview = true\n")
    config = read(tmp_path, "extend = 'base.toml'\nignore = ['PRM502']\n")
    assert (config.ignore, config.preview) == (("PRM502",), True)


def test_a_configuration_that_was_asked_for_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such configuration file"):
        load(tmp_path, tmp_path / "gone.toml")
