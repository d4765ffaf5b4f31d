"""Kill `promptlint fix` at random moments: python tests/fuzz/kill.py [--runs 200] [--seed 0] [--files 30].

Each run fixes a fresh copy of a small project and is ended before it is done: two of three times with SIGKILL, else with
SIGTERM or SIGINT; half the runs at any moment, half while files are written. Every file must then hold what it held before or
what the fix makes of it, nothing between. Nothing else may lie there but temporary files that say whose they are, and those
only after SIGKILL. The next run must finish the work and leave nothing. Exit code 1 when any of this did not hold.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from hostile import fork, preload

PROMPT = 'from openai import OpenAI\nSYSTEM_PROMPT = """You are a careful clerk.   \n\n\n\nAnswer in one word.   \n\n\n{text}\n"""\n'
COMMAND = ["fix", "--no-cache", "."]
LEFTOVER = re.compile(r"\.m\d+\.py\.promptlint-\w{8}\.tmp")
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--files", type=int, default=30)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    preload()
    with tempfile.TemporaryDirectory() as top:
        before, after, trial = (Path(top, name) for name in ("before", "after", "trial"))
        before.mkdir()
        for i in range(options.files):
            (before / f"m{i}.py").write_text(PROMPT.replace("{text}", "Read this. " * (5 * i)), encoding="utf-8")
        (before / "promptlint.toml").write_text("")
        shutil.copytree(before, after)
        start = time.monotonic()
        writing = _fixed(after, _wait_for_writing)
        whole = time.monotonic() - start
        old, new = contents(before), contents(after)
        if old == new:
            sys.exit("the fix changes nothing: there is nothing to interrupt")
        faults, between, left, ended = [], 0, 0, 0
        for i in range(options.runs):
            shutil.rmtree(trial, ignore_errors=True)
            shutil.copytree(before, trial)
            number = chance.choice(SIGNALS)
            moment = chance.random()
            child = fork(COMMAND, trial)
            if i % 2:
                _wait_for_writing(trial, child)
                time.sleep(moment * writing)
            else:
                time.sleep(moment * whole)
            ended += _end(child, number)
            found = contents(trial)
            others = sorted(found.keys() - old.keys())
            changed = sum(found.get(name) == new[name] != old[name] for name in old)
            between += 0 < changed < sum(old[name] != new[name] for name in old)
            left += bool(others)
            faults += [f"run {i}: {name} is damaged" for name in old if found.get(name) not in (old[name], new[name])]
            faults += [f"run {i}: {name} was left" for name in others if not LEFTOVER.fullmatch(name)]
            if others and number != signal.SIGKILL:
                faults.append(f"run {i}: {', '.join(others)} left after {signal.Signals(number).name}")
            _fixed(trial)
            if contents(trial) != new:
                faults.append(f"run {i}: the next run did not finish the work")
        for fault in faults:
            print("---", fault)
    print(
        f"{options.runs} fixes ended ({ended} before they were done, {between} between two files, {left} left a temporary "
        f"file that the next run removed): {len(faults)} faults"
    )
    sys.exit(1 if faults else 0)


def _fixed(folder: Path, watch: object = None) -> float:
    """Fix a folder; the seconds from the first file written to the end."""
    child = fork(COMMAND, folder)
    if watch is not None:
        _wait_for_writing(folder, child)
    start = time.monotonic()
    os.waitpid(child, 0)
    return time.monotonic() - start


def _wait_for_writing(folder: Path, child: int) -> None:
    """Until a temporary file lies in the folder, or the process is gone."""
    while not any(name.startswith(".m") for name in os.listdir(folder)):
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return
        time.sleep(0.0005)


def _end(child: int, number: int) -> bool:
    """Send a signal and wait; whether the process was still running."""
    running = os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    os.kill(child, number)
    os.waitpid(child, 0)
    return running


def contents(folder: Path) -> dict[str, bytes]:
    """Name → bytes."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


if __name__ == "__main__":
    main()
