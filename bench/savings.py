"""Measure what `compress` saves: python bench/savings.py [FOLDER ...] [--packages DIR] [--least 8] [--json FILE].

Without a folder the pinned packages of `bench/run.py` are downloaded with pip. Every prompt that `promptlint prompts` lists
there with confidence high or medium and at least eight words counts once. Printed, as Markdown: pooled and median savings of the safe
rules, without contractions, and with the unsafe ones, of all prompts and of those of 80 tokens and more that are prose for the
larger part, not code, data or examples; how many prompts gain 5 % and more; and that none got longer, lost a hole, broke the
contract, or was changed again by a second pass.
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

from promptlint.compress.contract import losses
from promptlint.compress.protect import guards
from promptlint.compress.rewrite import Rewrite, rewrite
from promptlint.compress.splice import moved
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
    prose = {p for p in prompts if mostly_prose(p)}
    print(f"{len(prose)} of them are mostly prose, {sum(count(p.text) for p in prose):,} tokens\n")
    print(
        "| rules | pooled | mostly prose | median prompt | prompts with 5 % and more | longer | holes lost | contract broken | changed again |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    table = {}
    for name, flags in VARIANTS.items():
        done = [rewrite(p.text, count=count, holes=p.holes, **flags) for p in prompts]
        table[name] = [(r.tokens_before, r.tokens_after) for r in done]
        print(row(name, prompts, done, prose, flags), flush=True)
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


def mostly_prose(prompt: Whole) -> bool:
    return count(prompt.text) >= 80 and guards(prompt.text, prompt.holes).words.count(1) < 0.6 * len(prompt.text)


def pooled(done: list[Rewrite]) -> float:
    before, after = sum(r.tokens_before for r in done), sum(r.tokens_after for r in done)
    return (before - after) / max(1, before)


def row(name: str, prompts: list[Whole], done: list[Rewrite], prose: set[Whole], flags: dict[str, bool]) -> str:
    shares = [(r.tokens_before - r.tokens_after) / max(1, r.tokens_before) for r in done]
    pairs = list(zip(prompts, done, strict=True))
    longer = sum(r.tokens_after > r.tokens_before for r in done)
    lost = sum(any(c.start < end and start < c.end for c in r.changes for start, end in p.holes) for p, r in pairs)
    broken = sum(bool(losses(p.text, r.text)) for p, r in pairs)
    again = sum(
        rewrite(r.text, count=count, holes=list(moved(p.holes, r.changes)), **flags).text != r.text for p, r in pairs
    )
    big = sum(share >= 0.05 for share in shares)
    among = pooled([r for p, r in pairs if p in prose])
    return (
        f"| {name} | {pooled(done):.1%} | {among:.1%} | {statistics.median(shares):.1%} | {big} | {longer} | {lost} | {broken}"
        f" | {again} |"
    )


if __name__ == "__main__":
    main()
