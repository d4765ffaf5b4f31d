"""What `rules/lexicon.toml` says of words, and that it fits the stems the contract works with."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from promptlint.compress.contract import lexicon
from promptlint.compress.contract.canon import stem
from promptlint.knowledge.tables import RulesError

SCRIPT = Path(__file__).parent.parent / "scripts" / "update_lexicon.py"


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.setattr(lexicon, "rules_dir", lambda: tmp_path)
    lexicon._table.cache_clear()
    yield tmp_path / "lexicon.toml"
    lexicon._table.cache_clear()


@pytest.mark.parametrize("word", ["decide", "translate", "contain"])
def test_a_verb_is_known(word) -> None:
    assert stem(word) in lexicon.verbs()
    assert stem(word) not in lexicon.qualities()


@pytest.mark.parametrize("word", ["polite", "strict", "different"])
def test_a_quality_is_known(word) -> None:
    assert stem(word) in lexicon.qualities()


@pytest.mark.parametrize(("one", "other"), [("remainder", "rest"), ("commence", "start"), ("intricate", "complex")])
def test_words_that_say_the_same_are_known(one, other) -> None:
    assert lexicon.alike(stem(one), stem(other))
    assert lexicon.alike(stem(other), stem(one))


@pytest.mark.parametrize(("one", "other"), [("short", "long"), ("airline", "passenger"), ("semicolon", "comma")])
def test_words_that_say_something_else_are_not(one, other) -> None:
    assert not lexicon.alike(stem(one), stem(other))


@pytest.mark.parametrize("text", ["", "verbs = 1", "verbs = ''\nqualities = 3", "verbs = '", "x = ''"])
def test_a_table_that_is_not_valid_is_named(table, text) -> None:
    table.write_text(text)
    with pytest.raises(RulesError, match=r"lexicon\.toml"):
        lexicon._table()


COUNTS = "lab%1:06:00:: 1 3\ndecide%2:31:00:: 1 5\ndecision%1:09:00:: 1 4\npolite%3:00:00:: 1 2\nfirm%1:14:00:: 1 2\nfirm%3:00:00:: 2 2\n"


def test_the_script_writes_the_table(tmp_path) -> None:
    (tmp_path / "cntlist.rev").write_text(COUNTS)
    spec = importlib.util.spec_from_file_location("update_lexicon", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = module.text(tmp_path)
    assert f"verbs = '''\n{stem('decide')}\n'''" in written
    assert f"qualities = '''\n{stem('polite')}\n'''" in written
    assert "Princeton University" in written
