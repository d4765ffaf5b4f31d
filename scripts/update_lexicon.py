"""Distil WordNet into `rules/lexicon.toml`: which words texts use mostly as verbs, and which as adjectives or adverbs.

Usage: python scripts/update_lexicon.py DIRECTORY   (that with `cntlist.rev`, version 3.0)

Words are stored by the stems of `canon`, so the file is written anew when these change; `tests/test_lexicon.py` says when.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from promptlint.compress.contract.canon import stem

TARGET = Path(__file__).resolve().parent.parent / "rules" / "lexicon.toml"
KINDS = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}
WORD = re.compile(r"[a-z]{3,}$")
HEAD = """\
# Which words are mostly verbs and which are qualities, by their stems. Written by scripts/update_lexicon.py from WordNet 3.0; do not edit.
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
    written = [HEAD]
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
