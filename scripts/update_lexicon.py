"""Distil WordNet: `rules/lexicon.toml`, which words texts use mostly as verbs, and which as adjectives or adverbs;
`rules/thesaurus.toml`, which words say the same.

Usage: python scripts/update_lexicon.py DIRECTORY   (that with `cntlist.rev`, `index.*` and `data.*`, version 3.0)

Words are stored by the stems of `canon`, so the files are written anew when these change; `tests/test_lexicon.py` says when.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path

from promptlint.compress.contract.canon import kin, stem

RULES = Path(__file__).resolve().parent.parent / "rules"
NAMES = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
# Where texts never use a word in a sense, only its first ones count.
FIRST = 2
KINDS = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}
WORD = re.compile(r"[a-z]{3,}$")
LICENCE = """\
# Written by scripts/update_lexicon.py from WordNet 3.0; do not edit.
#
# WordNet 3.0 Copyright 2006 by Princeton University. All rights reserved.
# Permission to use, copy, modify and distribute this software and database and its documentation for any purpose and without
# fee or royalty is hereby granted, provided that you agree to comply with the following copyright notice and statements,
# including the disclaimer, and that the same appear on ALL copies of the software, database and documentation, including
# modifications that you make for internal use or for distribution.
# THIS SOFTWARE AND DATABASE IS PROVIDED "AS IS" AND PRINCETON UNIVERSITY MAKES NO REPRESENTATIONS OR WARRANTIES, EXPRESS OR
# IMPLIED. BY WAY OF EXAMPLE, BUT NOT LIMITATION, PRINCETON UNIVERSITY MAKES NO REPRESENTATIONS OR WARRANTIES OF MERCHANT-
# ABILITY OR FITNESS FOR ANY PARTICULAR PURPOSE OR THAT THE USE OF THE LICENSED SOFTWARE, DATABASE OR DOCUMENTATION WILL NOT
# INFRINGE ANY THIRD PARTY PATENTS, COPYRIGHTS, TRADEMARKS OR OTHER RIGHTS. The name of Princeton University or Princeton may
# not be used in advertising or publicity pertaining to distribution of the software and/or database. Title to copyright in
# this software, database and any associated documentation shall at all times remain with Princeton University and LICENSEE
# agrees to preserve same.
"""


def parts(directory: Path) -> Counter[tuple[str, str]]:
    """How often texts use each word as which part of speech."""
    found: Counter[tuple[str, str]] = Counter()
    for line in (directory / "cntlist.rev").read_text(encoding="ascii").splitlines():
        key, _, count = line.split()
        word, _, sense = key.partition("%")
        found[word, KINDS[sense[0]]] += int(count)
    return found


def mostly(directory: Path, kinds: str) -> Iterator[str]:
    """Stems of words that are used as these parts of speech more than as others."""
    shares: Counter[str] = Counter()
    for (word, kind), count in parts(directory).items():
        if WORD.match(word):
            shares[stem(word)] += count if kind in kinds else -count
    yield from (word for word, share in shares.items() if share > 0)


def text(directory: Path) -> str:
    """The whole file."""
    written = ["# Which words are mostly verbs and which are qualities, by their stems.\n", LICENCE]
    for name, comment, kinds in (
        ("verbs", "Mostly verbs.", "v"),
        ("qualities", "Mostly adjectives and adverbs.", "ar"),
    ):
        lines = textwrap.wrap(" ".join(sorted(mostly(directory, kinds))), 120)
        written.append(f"\n# {comment}\n{name} = '''\n" + "".join(f"{line}\n" for line in lines) + "'''\n")
    return "".join(written)


def senses(directory: Path) -> dict[tuple[str, str], set[str]]:
    """The words of each meaning (a part of speech and a place in its file) that texts use in it."""
    counts: Counter[tuple[str, str, int]] = Counter()
    used: Counter[str] = Counter()
    for line in (directory / "cntlist.rev").read_text(encoding="ascii").splitlines():
        key, number, count = line.split()
        word, _, sense = key.partition("%")
        counts[word, KINDS[sense[0]], int(number)] += int(count)
        used[word] += int(count)
    found: dict[tuple[str, str], set[str]] = {}
    for name, kind in NAMES.items():
        for line in (directory / f"index.{name}").read_text(encoding="ascii").splitlines():
            word, _, rest = line.partition(" ")
            if line.startswith(" ") or not WORD.match(word) or not used[word]:
                continue
            fields = rest.split()
            for number, place in enumerate(fields[-int(fields[1]) :], 1):
                if counts[word, kind, number] or number <= FIRST:
                    found.setdefault((kind, place), set()).add(word)
    return found


def pairs(directory: Path) -> Iterator[tuple[str, str]]:
    """Words that say the same, that say nearly the same of a thing, or that are one word in two parts of speech."""
    known = senses(directory)
    for words in known.values():
        yield from combinations(sorted(words), 2)
    for name, kind in NAMES.items():
        for line in (directory / f"data.{name}").read_text(encoding="latin1").splitlines():
            if line.startswith(" "):
                continue
            fields = line.split(" | ")[0].split()
            many = int(fields[3], 16)
            own = [fields[4 + 2 * at].partition("(")[0].lower() for at in range(many)]
            used = known.get((kind, fields[0]), set())
            for at in range(5 + 2 * many, 5 + 2 * many + 4 * int(fields[4 + 2 * many]), 4):
                sign, place, other_kind, which = fields[at : at + 4]
                others = known.get((other_kind.replace("s", "a"), place), set())
                if sign == "&":
                    yield from product(sorted(used), sorted(others))
                elif sign == "+" and own[int(which[:2], 16) - 1] in used:
                    yield from ((own[int(which[:2], 16) - 1], other) for other in sorted(others))


def thesaurus(directory: Path) -> str:
    """The whole file: a word, and those that may stand for it and come later in the alphabet."""
    found: dict[str, set[str]] = {}
    for words in pairs(directory):
        one, other = sorted(map(stem, words))
        if one != other and not kin(one, other):
            found.setdefault(one, set()).add(other)
    lines = "".join(f"{word} {' '.join(sorted(others))}\n" for word, others in sorted(found.items()))
    return f"# Which words may stand for which, by their stems.\n{LICENCE}\n# A word, and those that come later.\nalike = '''\n{lines}'''\n"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    (RULES / "lexicon.toml").write_text(text(Path(sys.argv[1])), encoding="utf-8")
    (RULES / "thesaurus.toml").write_text(thesaurus(Path(sys.argv[1])), encoding="utf-8")
