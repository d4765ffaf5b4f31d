"""Measure what `compress` saves: python bench/savings.py [FOLDER ...] [--packages DIR] [--least 8] [--json FILE].

Without a folder the pinned packages of `bench/run.py` are downloaded with pip. Every prompt that `promptlint prompts` lists
there with confidence high or medium and at least eight words counts once. Printed, as Markdown: pooled and median savings of the safe
rules, without contractions, and with the unsafe ones; how many prompts gain 5 % and more; and that none got longer or lost a hole.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from promptlint.compress.rewrite import Rewrite, rewrite
from promptlint.facts import Literal, Prompt
from promptlint.money.tokens import count
from promptlint.outcome import Options
from promptlint.run import inventory

VARIANTS: dict[str, dict[str, bool]] = {
    "safe, no contractions": {"contractions": False},
    "safe": {},
    "safe and unsafe": {"unsafe": True},
}


class Whole(NamedTuple):
    """A prompt as one text, with the places of its holes."""

    text: str
    holes: tuple[tuple[int, int], ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--packages", type=Path, default=Path(tempfile.gettempdir()) / "promptlint-bench")
    parser.add_argument("--least", type=int, default=8, help="Leave out prompts of fewer words.")
    parser.add_argument("--json", type=Path, help="Write tokens before and after of each prompt, too.")
    options = parser.parse_args()
    folders = options.folders or pinned(options.packages)
    prompts = sorted({whole for folder in folders for whole in collect(folder, options.least)})
    if not prompts:
        sys.exit("no prompts found")
    print(f"{len(prompts)} prompts, {sum(count(p.text) for p in prompts):,} tokens (o200k_base)\n")
    print("| rules | pooled saving | median prompt | prompts with 5 % and more | longer | holes lost |")
    print("|---|---|---|---|---|---|")
    table = {}
    for name, flags in VARIANTS.items():
        done = [rewrite(p.text, count=count, holes=p.holes, **flags) for p in prompts]
        table[name] = [(r.tokens_before, r.tokens_after) for r in done]
        print(row(name, prompts, done), flush=True)
    if options.json:
        options.json.write_text(json.dumps(table))


def pinned(packages: Path) -> list[Path]:
    """The packages of the speed benchmark, fetched if need be."""
    from run import PACKAGES, fetch

    return [fetch(name, version, packages) for name, version in PACKAGES.items()]


def collect(folder: Path, least: int) -> list[Whole]:
    """The prompts under a folder."""
    outcome = inventory(Options(paths=(str(folder),), root=str(folder), isolated=True))
    found = [whole(p) for p in outcome.project.prompts if p.confidence != "low"]
    return [each for each in found if len(each.text.split()) >= least]


def whole(prompt: Prompt) -> Whole:
    text, holes = "", []
    for segment in prompt.segments:
        if isinstance(segment, Literal):
            text += segment.text
        else:
            holes.append((len(text), len(text) + len(segment.source)))
            text += segment.source
    return Whole(text, tuple(holes))


def row(name: str, prompts: list[Whole], done: list[Rewrite]) -> str:
    before, after = sum(r.tokens_before for r in done), sum(r.tokens_after for r in done)
    shares = [(r.tokens_before - r.tokens_after) / max(1, r.tokens_before) for r in done]
    longer = sum(r.tokens_after > r.tokens_before for r in done)
    lost = sum(
        any(change.start < end and start < change.end for change in r.changes for start, end in p.holes)
        for p, r in zip(prompts, done, strict=True)
    )
    big = sum(share >= 0.05 for share in shares)
    return f"| {name} | {(before - after) / before:.1%} | {statistics.median(shares):.1%} | {big} | {longer} | {lost} |"


if __name__ == "__main__":
    main()
