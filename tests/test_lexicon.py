"""What `rules/lexicon.toml` says of words, and that it fits the stems the contract works with."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from promptlint.compress.contract import lexicon
from promptlint.compress.contract.canon import stem
from promptlint.knowledge import RulesError

SCRIPT = Path(__file__).parent.parent / "scripts" / "update_lexicon.py"


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.setattr(lexicon, "rules_dir", lambda: tmp_path)
    lexicon._table.cache_clear()
    yield tmp_path / "lexicon.toml"
    lexicon._table.cache_clear()


@pytest.mark.parametrize(("one", "other"), [("laboratory", "lab"), ("decide", "decision"), ("Swiss", "Switzerland")])
def test_words_that_mean_the_same_are_related(one, other) -> None:
    assert lexicon.related(stem(one.lower()), [stem(other.lower())])


@pytest.mark.parametrize(
    ("one", "other"), [("red", "blue"), ("euro", "dollar"), ("accept", "decline"), ("noun", "verb"), ("buy", "sell")]
)
def test_words_of_one_kind_are_not(one, other) -> None:
    assert not lexicon.related(stem(one), [stem(other)])


@pytest.mark.parametrize("word", ["decide", "translate", "contain"])
def test_a_verb_is_known(word) -> None:
    assert stem(word) in lexicon.verbs()
    assert stem(word) not in lexicon.qualities()


@pytest.mark.parametrize("word", ["polite", "strict", "different"])
def test_a_quality_is_known(word) -> None:
    assert stem(word) in lexicon.qualities()


@pytest.mark.parametrize(
    "text", ["", "same = 1", "same = ''\nderived = ''\nverbs = ''\nqualities = 3", "same = '", "x = ''"]
)
def test_a_table_that_is_not_valid_is_named(table, text) -> None:
    table.write_text(text)
    with pytest.raises(RulesError, match=r"lexicon\.toml"):
        lexicon._table()


DATA = {
    "data.noun": "00000001 04 n 02 laboratory 0 lab 0 000 | a place\n00000002 05 n 02 cat 0 puss 0 000 | an animal\n00000003 09 n 01 decision 0 001 + 00000004 v 0101 | a choice\n",
    "index.noun": "laboratory n 1 0 1 1 00000001\nlab n 1 0 1 1 00000001\ncat n 1 0 1 1 00000002\npuss n 1 0 1 1 00000002\ndecision n 1 1 + 1 1 00000003\n",
    "data.verb": "00000004 31 v 01 decide 0 001 + 00000003 n 0101 | choose\n",
    "index.verb": "decide v 1 1 + 1 1 00000004\n",
    "data.adj": "00000005 00 a 01 polite 0 000 | courteous\n",
    "index.adj": "polite a 1 0 1 1 00000005\n",
    "data.adv": "",
    "index.adv": "",
    "cntlist.rev": "lab%1:06:00:: 1 3\ncat%1:05:00:: 1 9\ndecide%2:31:00:: 1 5\ndecision%1:09:00:: 1 4\npolite%3:00:00:: 1 2\n",
}  # fmt: skip


def test_the_script_writes_the_table(tmp_path) -> None:
    for name, text in DATA.items():
        (tmp_path / name).write_text(text)
    spec = importlib.util.spec_from_file_location("update_lexicon", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = module.text(tmp_path)
    assert f"same = '''\n{stem('lab')} {stem('laboratory')}\n'''" in written
    assert "cat" not in written.split("same = ")[1]
    assert f"verbs = '''\n{stem('decide')}\n'''" in written
    assert f"qualities = '''\n{stem('polite')}\n'''" in written
    assert "Princeton University" in written
