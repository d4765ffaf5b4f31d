"""Where the time of one run goes: python bench/phases.py FOLDER [--cache-dir DIR] [--runs 5].

Prints medians in Markdown: milliseconds from the start of the process to the end of each phase of `promptlint check`. Each
run is a process of its own; without `--cache-dir` nothing is cached.
"""

from __future__ import annotations

import argparse
import importlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PHASES = (
    "interpreter",
    "imports",
    "tables",
    "discover",
    "screen",
    "parse",
    "read",
    "load",
    "link",
    "measure",
    "check",
    "report",
    "end",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cache-dir", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--timed", action="store_true", help=argparse.SUPPRESS)  # the process that is measured
    options = parser.parse_args()
    if options.timed:
        timed(options.folder, options.cache_dir)
        return
    runs = [run(options.folder, options.cache_dir) for _ in range(options.runs)]
    print("| phase | ms |\n|---|---|")
    for phase in PHASES:
        print(f"| {phase} | {statistics.median(1000 * r.get(phase, 0) for r in runs):.0f} |")
    print(f"| total | {statistics.median(1000 * sum(r.values()) for r in runs):.0f} |")


def run(folder: Path, cache: Path | None) -> dict[str, float]:
    """Seconds by phase of one run in a process of its own."""
    command = [sys.executable, __file__, str(folder.resolve()), "--timed"]
    command += ["--cache-dir", str(cache.resolve())] if cache is not None else []
    start = time.time()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    end = time.time()
    found: dict[str, float] = json.loads(done.stderr.splitlines()[-1])
    began, finished = found.pop("began"), found.pop("finished")
    return {"interpreter": began - start, **found, "end": end - finished}


def timed(folder: Path, cache: Path | None) -> None:
    """Check a folder; the last line of standard error says how long each phase took."""
    spent: dict[str, float] = {"began": time.time()}
    inner = [0.0]  # what nested phases have taken out of the one around them

    def phase(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*given: Any, **named: Any) -> Any:
            begin = time.perf_counter()
            outer, inner[0] = inner[0], 0.0
            try:
                return function(*given, **named)
            finally:
                taken = time.perf_counter() - begin
                spent[name] = spent.get(name, 0.0) + taken - inner[0]
                inner[0] = outer + taken

        return wrapped

    def load() -> None:
        for name in ("cli.check", "linking", "money.cost", "registry", "run"):
            importlib.import_module(f"promptlint.{name}")

    phase("imports", load)()
    from promptlint import linking, reading, registry, run
    from promptlint.__main__ import leave
    from promptlint.cache import Cache
    from promptlint.link.project import Linked
    from promptlint.money import cost
    from promptlint.outcome import Options
    from promptlint.parse.files import Parser
    from promptlint.parse.screen import Users
    from promptlint.parse.workers import Worker
    from promptlint.report import full
    from promptlint.report.view import View

    run.checks_ready = phase("load", run.checks_ready)  # beside the parsing of other processes
    reading.discover = phase("discover", reading.discover)
    Cache.tables = phase("tables", Cache.tables)  # type: ignore[method-assign]
    linking.screen = phase("screen", linking.screen)
    Users.calling = phase("screen", Users.calling)  # type: ignore[method-assign]
    Users.deriving = phase("screen", Users.deriving)  # type: ignore[method-assign]
    Parser.submit = phase("parse", Parser.submit)  # type: ignore[method-assign]
    Worker.receive = phase("parse", Worker.receive)  # type: ignore[method-assign]  # waiting for another process
    Linked.__init__ = phase("link", Linked.__init__)  # type: ignore[method-assign]
    run.Reading.project.func = phase("read", run.Reading.project.func)  # type: ignore[attr-defined]
    Linked.project.func = phase("link", Linked.project.func)  # type: ignore[attr-defined]
    cost.measure = phase("measure", cost.measure)
    registry.run = phase("check", registry.run)
    options = Options(paths=(str(folder),), cache=cache is not None, cache_dir=str(cache) if cache else None)
    outcome = phase("check", run.check)(options)
    phase("report", lambda: sys.stdout.write(full.render(outcome, View())))()
    spent["finished"] = time.time()
    print(json.dumps(spent), file=sys.stderr)
    sys.stdout.flush()
    leave(0)


if __name__ == "__main__":
    main()
