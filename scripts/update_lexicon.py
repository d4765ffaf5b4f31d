"""Distil WordNet into `rules/lexicon.toml`: which words may stand for which.

Usage: python scripts/update_lexicon.py DIRECTORY   (that with `data.noun` and `index.noun`, version 3.0)

Kept are single words that texts use (WordNet counts them), in their first senses: a rare sense makes anything a synonym of
anything. Living things, food and substances are left out: where a prompt names one, no other word will do. Words are stored
by the stems of `canon`, so the file is written anew when these change; `tests/test_lexicon.py` says when.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from promptlint.compress.contract.canon import kin, stem

TARGET = Path(__file__).resolve().parent.parent / "rules" / "lexicon.toml"
FILES = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
KINDS = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}
# Lexicographer files: animals, the body, food, plants, substances.
LEFT_OUT = frozenset((5, 8, 13, 20, 27))
# Professions and the like are known by names that no text of the count has.
PERSONS = 18
SENSES = 3
WORD = re.compile(r"[a-z]{3,}$")
HEAD = """\
# Which words may stand for which, by their stems. Written by scripts/update_lexicon.py from WordNet 3.0; do not edit.
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


class Synset(NamedTuple):
    """Words with one meaning, where it stands, and what each word points at: (sign, part of speech, offset, its word, their word)."""

    words: tuple[str, ...]
    file: int
    pointers: tuple[tuple[str, str, str, int, int], ...]


def synsets(directory: Path) -> dict[tuple[str, str], Synset]:
    """All synsets by part of speech and offset."""
    found = {}
    for part, name in FILES.items():
        for line in (directory / f"data.{name}").read_text(encoding="latin-1").splitlines():
            if line.startswith("  "):
                continue
            fields = line.split(" | ")[0].split()
            count = int(fields[3], 16)
            words = tuple(re.sub(r"\(\w+\)$", "", fields[4 + 2 * at]).lower() for at in range(count))
            rest = fields[5 + 2 * count :]
            first = 4 + 2 * count
            pointers = tuple(_pointer(rest[4 * at : 4 * at + 4]) for at in range(int(fields[first])))
            found[part, fields[0]] = Synset(words, int(fields[1]), pointers)
    return found


def _pointer(fields: list[str]) -> tuple[str, str, str, int, int]:
    sign, offset, part, places = fields
    return sign, part.replace("s", "a"), offset, int(places[:2], 16), int(places[2:], 16)


def senses(directory: Path) -> dict[tuple[str, str], dict[str, int]]:
    """For each synset the words in it, each with the number of its sense."""
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for part, name in FILES.items():
        for line in (directory / f"index.{name}").read_text(encoding="ascii").splitlines():
            if not line.startswith("  "):
                fields = line.split()
                for number, offset in enumerate(fields[-int(fields[2]) :], 1):
                    found[part, offset][fields[0]] = number
    return found


def counts(directory: Path) -> Counter[str]:
    """How often texts use each word."""
    found: Counter[str] = Counter()
    for (word, _), count in parts(directory).items():
        found[word] += count
    return found


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
    used, every = parts(directory), counts(directory)
    shares: Counter[str] = Counter()
    for word, count in every.items():
        if WORD.match(word):
            shares[stem(word)] += 2 * sum(used[word, kind] for kind in kinds) - count
    yield from (word for word, share in shares.items() if share > 0)


def groups(directory: Path) -> Iterator[tuple[str, ...]]:
    """Stems of words with one meaning."""
    used, numbers = counts(directory), senses(directory)
    for key, synset in synsets(directory).items():
        if synset.file in LEFT_OUT and key[0] == "n":
            continue
        known = [(w, numbers[key].get(w, SENSES + 1)) for w in synset.words if WORD.match(w)]
        if synset.file == PERSONS or any(used[w] for w, _ in known):
            yield from _stems([w for w, number in known if number == 1 or (used[w] and number <= SENSES)])


def derived(directory: Path) -> Iterator[tuple[str, ...]]:
    """Pairs of stems of words that are made from each other and do not look it: "decide", "decision"."""
    used, every = counts(directory), synsets(directory)
    for synset in every.values():
        for sign, part, offset, own, other in synset.pointers:
            if sign in "+\\" and own:
                pair = synset.words[own - 1], every[part, offset].words[other - 1]
                if all(WORD.match(w) for w in pair) and any(used[w] for w in pair):
                    yield from (p for p in _stems(pair) if not kin(*p))


def _stems(words: list[str] | tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    found = tuple(sorted({stem(w) for w in words}))
    if len(found) > 1:
        yield found


def text(directory: Path) -> str:
    """The whole file."""
    written = [HEAD]
    for name, comment, lines in (
        ("same", "Words with one meaning.", groups(directory)),
        ("derived", "Words made from each other.", derived(directory)),
    ):
        written.append(
            f"\n# {comment}\n{name} = '''\n" + "".join(f"{' '.join(x)}\n" for x in sorted(set(lines))) + "'''\n"
        )
    for name, comment, kinds in (
        ("verbs", "Mostly verbs.", "v"),
        ("qualities", "Mostly adjectives and adverbs.", "ar"),
    ):
        lines = textwrap.wrap(" ".join(sorted(mostly(directory, kinds))), 120)
        written.append(f"\n# {comment}\n{name} = '''\n" + "".join(f"{line}\n" for line in lines) + "'''\n")
    return "".join(written)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    TARGET.write_text(text(Path(sys.argv[1])), encoding="utf-8")
