"""Kill `promptlint fix` at random moments: python tests/fuzz/kill.py [--runs 200] [--seed 0].

Each run fixes a fresh copy of a small project and is killed before it can end. Every file must then hold what it held before
or what the fix makes of it, nothing between; the next run must finish the work. Exit code 1 when a file was damaged.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FILES = 12
PROMPT = 'from openai import OpenAI\nSYSTEM_PROMPT = """You are a careful clerk.   \n\n\n\nAnswer in one word.   \n\n\n{text}\n"""\n'
COMMAND = [sys.executable, "-m", "promptlint", "fix", "--no-cache", "."]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        before, after, trial = (Path(folder, name) for name in ("before", "after", "trial"))
        before.mkdir()
        for i in range(FILES):
            (before / f"m{i}.py").write_text(PROMPT.replace("{text}", "Read this. " * (5 * i)), encoding="utf-8")
        (before / "promptlint.toml").write_text("")
        shutil.copytree(before, after)
        start = time.monotonic()
        run(after).wait()
        whole = time.monotonic() - start
        old, new = contents(before), contents(after)
        if old == new:
            sys.exit("the fix changes nothing: there is nothing to interrupt")
        damaged, between = 0, 0
        for i in range(options.runs):
            shutil.rmtree(trial, ignore_errors=True)
            shutil.copytree(before, trial)
            fixing = run(trial)
            time.sleep(whole * chance.uniform(0.6, 1.05))  # the writing is at the end
            fixing.kill()
            fixing.wait()
            found = contents(trial)
            bad = [name for name in old if found.get(name) not in (old[name], new[name])]
            changed = sum(found.get(name) == new[name] != old[name] for name in old)
            between += 0 < changed < sum(old[name] != new[name] for name in old)
            if bad:
                damaged += len(bad)
                print(f"--- run {i}: {', '.join(bad)}")
            run(trial).wait()
            if {name: data for name, data in contents(trial).items() if name in old} != new:
                damaged += 1
                print(f"--- run {i}: the next run did not finish the work")
    print(f"{options.runs} fixes killed, {between} of them between two files: {damaged} damaged files")
    sys.exit(1 if damaged else 0)


def run(folder: Path) -> subprocess.Popen[bytes]:
    """A fix of a folder."""
    return subprocess.Popen(COMMAND, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def contents(folder: Path) -> dict[str, bytes]:
    """Name → bytes."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


if __name__ == "__main__":
    main()
