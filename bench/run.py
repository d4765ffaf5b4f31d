"""Measure promptlint on pinned packages, beside its peers: python bench/run.py [--runs 5] [--peers] [--growth].

Downloads the packages with pip, runs each command in a process of its own, and prints a table of medians in Markdown:
seconds of the whole process with nothing cached, with everything cached, and with all but ten files and all but one file
cached (before each of these everything is); peak memory, and what was found. `--peers` installs the other tools of the
package index into an environment of their own and adds their seconds, and the ratio of the first figure to each of them.
`--growth` checks a tree of 1, 4 and 16 copies of the first package, by the clock and by the processor: of the latter a busy
machine changes less. `--packages DIR` is where packages and environments are kept.
Needs a POSIX system for the peak memory.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

PACKAGES = {
    "crewai": "1.15.30",
    "gpt-researcher": "0.15.1",
    "aider-chat": "0.86.2",
    "ragas": "0.4.3",
    "smolagents": "1.9.2",
}
PEERS = {"tokentoll": ["scan", "."], "tokenlint": ["."], "overllm": ["."], "ruff": ["check", "--isolated", "."]}
PROMPTLINT = [sys.executable, "-m", "promptlint"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--packages", type=Path, default=Path(tempfile.gettempdir()) / "promptlint-bench")
    options = parser.parse_args()
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; medians of {options.runs}\n"
    )
    version = [measure([*PROMPTLINT, "--version"], Path.cwd()).seconds for _ in range(options.runs)]
    print(f"`promptlint --version`: {statistics.median(version):.3f} s\n")
    peers = install_peers(options.packages) if options.peers else {}
    print(
        "| package | Python files | lines | promptlint check | cached | ten files changed | one file changed | peak memory |"
        " calls | prompts |" + "".join(f" {p} |" for p in peers)
    )
    print("|---|---|---|---|---|---|---|---|---|---|" + "---|" * len(peers))
    for name, pinned in PACKAGES.items():
        print(row(name, fetch(name, pinned, options.packages), options.runs, peers), flush=True)
    if options.growth:
        name, pinned = next(iter(PACKAGES.items()))
        growth(fetch(name, pinned, options.packages), options.runs)


def growth(folder: Path, runs: int) -> None:
    """Time per line, and memory, of trees of several copies of a package."""
    print("\n| copies | lines | promptlint check | processor | microseconds of it a line | to one copy | peak memory |")
    print("|---|---|---|---|---|---|---|")
    alone = 0.0
    for copies in (1, 4, 16):
        with tempfile.TemporaryDirectory() as tree:
            for i in range(copies):
                shutil.copytree(folder, Path(tree, f"copy{i}"))
            lines = sum(path.read_bytes().count(b"\n") for path in Path(tree).rglob("*.py"))
            taken = [measure([*PROMPTLINT, "check", "--isolated", "--no-cache", "."], Path(tree)) for _ in range(runs)]
        seconds, busy = (statistics.median(times) for times in zip(*((t.seconds, t.busy) for t in taken), strict=True))
        alone = alone or busy / lines
        cells = (
            copies, f"{lines:,}", f"{seconds:.2f} s", f"{busy:.2f} s", f"{1e6 * busy / lines:.1f}",
            f"{busy / lines / alone:.2f}", f"{max(t.memory for t in taken):.0f} MiB",
        )  # fmt: skip
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def row(name: str, folder: Path, runs: int, peers: dict[str, list[str]]) -> str:
    """One package: commands take turns, so that a slow moment of the machine meets all of them."""
    check = [*PROMPTLINT, "check", "--isolated", "."]
    files = sorted((p for p in folder.rglob("*.py") if p.is_file()), key=lambda p: -p.stat().st_size)
    lines = sum(p.read_bytes().count(b"\n") for p in files)
    seconds: dict[str, list[float]] = {}
    peak = 0.0
    for run in range(runs):
        with tempfile.TemporaryDirectory() as kept:
            cached = [*check, "--cache-dir", kept]
            for what, command, changed in [
                ("cold", [*check, "--no-cache"], 0),
                ("", cached, 0),
                ("warm", cached, 0),
                ("ten", cached, 10),
                ("", cached, 0),  # the ten are as they were: that is read, too
                ("one", cached, 1),
                *((peer, command, 0) for peer, command in peers.items()),
            ]:
                with edited(files[: 2 * changed : 2], f"# {run}\n"):
                    taken = measure(command, folder)
                seconds.setdefault(what, []).append(taken.seconds)
                peak = max(peak, taken.memory) if what == "cold" else peak
    medians = {what: statistics.median(taken) for what, taken in seconds.items()}
    cells = [
        name,
        len(files),
        f"{lines:,}",
        *(f"{medians[what]:.2f} s" for what in ("cold", "warm", "ten", "one")),
        f"{peak:.0f} MiB",
        count("calls", folder),
        count("prompts", folder),
        *(f"{medians[peer]:.2f} s ({medians['cold'] / medians[peer]:.1f}×)" for peer in peers),
    ]
    return "| " + " | ".join(map(str, cells)) + " |"


@contextmanager
def edited(files: list[Path], comment: str) -> Iterator[None]:
    """Some files with a comment more at their end, for a while."""
    before = {path: path.read_bytes() for path in files}
    for path, data in before.items():
        path.write_bytes(data + comment.encode())
    try:
        yield
    finally:
        for path, data in before.items():
            path.write_bytes(data)


def count(what: str, folder: Path) -> int:
    """How many calls or prompts there are."""
    done = subprocess.run(
        [*PROMPTLINT, what, "--isolated", "--no-cache", "--output-format", "json"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    return len(json.loads(done.stdout)[what])


class Run(NamedTuple):
    """One run: seconds by the clock, seconds of the processor and peak MiB, children included."""

    seconds: float
    busy: float
    memory: float


def measure(command: list[str], folder: Path) -> Run:
    """Run a command. Ends the program when it could not do its job."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    taken = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended in {process.returncode} in {folder}")
    memory = usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return Run(taken, usage.ru_utime + usage.ru_stime, memory)


def fetch(name: str, pinned: str, kept: Path) -> Path:
    """The unpacked source of a package."""
    folder = kept / f"{name}-{pinned}"
    if folder.is_dir():
        return folder
    with tempfile.TemporaryDirectory() as temporary:
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-build-isolation", "-d", temporary]
        for only in (["--only-binary=:all:"], ["--no-binary=:all:"]):
            if subprocess.run([*pip, *only, f"{name}=={pinned}"], check=False).returncode == 0:
                break
        (archive,) = Path(temporary).iterdir()
        partial = folder.with_suffix(".part")
        shutil.rmtree(partial, ignore_errors=True)
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as zipped:
                zipped.extractall(partial)
        else:
            with tarfile.open(archive) as opened:
                opened.extractall(partial, filter="data")
        partial.rename(folder)
    return folder


def install_peers(kept: Path) -> dict[str, list[str]]:
    """The other tools, in an environment of their own."""
    environment = kept / "peers"
    if not environment.is_dir():
        venv.create(environment, with_pip=True)
        subprocess.run([environment / "bin" / "pip", "install", "-q", *PEERS], check=True)
    return {tool: [str(environment / "bin" / tool), *arguments] for tool, arguments in PEERS.items()}


if __name__ == "__main__":
    main()
