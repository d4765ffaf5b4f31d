"""Processes that parse: none outlives the run, and one that dies costs its file, not the run."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import promptlint
from promptlint.parse import files
from promptlint.parse.files import Parser

BULK = "x = 1  # nothing to see here\n" * 3000


def _dying(path: str, kind: str, text: str) -> object:
    if path == "bad.py":
        os._exit(3)
    return files.parse_before(path, kind, text)  # type: ignore[attr-defined]  # set by the test


@pytest.mark.skipif(sys.platform != "linux", reason="workers see what a test replaced only where they are forked")
def test_a_process_that_dies_costs_the_file_it_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "parse_before", files.parse, raising=False)
    monkeypatch.setattr(files, "parse", _dying)
    tasks = [(name, "python", BULK) for name in ("a.py", "b.py", "bad.py", "c.py")]
    with Parser(jobs=2) as parser:
        found = parser.parse(tasks)
    problems = {path: facts.problem for path, facts in found.items()}
    assert problems.pop("bad.py") == "the process that parsed it ended; exclude it, and please report this"
    assert problems == {"a.py": None, "b.py": None, "c.py": None}


def test_a_file_whose_name_has_no_encoding_is_parsed_by_another_process_too() -> None:
    tasks = [(name, "python", BULK) for name in ("a.py", "b\udce9.py", "c.py")]
    with Parser(jobs=2) as parser:
        found = parser.parse(tasks)
    assert {path: facts.problem for path, facts in found.items()} == {path: None for path, _, _ in tasks}


def _no_room(*_: object, **__: object) -> None:
    raise BlockingIOError(11, "Resource temporarily unavailable")


def test_where_no_process_can_be_started_files_are_parsed_in_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "Worker", _no_room)
    tasks = [(name, "python", BULK + f"{name[0]} = 1\n") for name in ("a.py", "b.py", "c.py")]
    with Parser(jobs=2) as parser:
        found = parser.parse(tasks)
    assert {path: [b.name for b in facts.bindings][-1] for path, facts in found.items()} == {
        "a.py": "a",
        "b.py": "b",
        "c.py": "c",
    }


def test_a_process_that_was_ended_from_outside_is_replaced() -> None:
    tasks = [(f"{number}.py", "python", BULK) for number in range(6)]
    with Parser(jobs=2) as parser:
        first = parser.parse(tasks)
        for worker in parser._workers:
            os.kill(worker.pid, signal.SIGKILL)
        second = parser.parse(tasks)
        third = parser.parse(tasks)
        assert [worker.code for worker in parser._workers] == [None, None]
    assert first == second == third
    assert {facts.problem for facts in first.values()} == {None}


def test_what_is_handed_in_waits_while_nobody_asks_for_it() -> None:
    tasks = [(f"{number}.py", "python", f"{BULK}x = {number}\n") for number in range(60)]
    with Parser(jobs=2) as parser:
        for task in tasks:  # some 5 MB: neither side of a pipe holds that
            parser.submit(task)
        found = parser.collect()
    assert {path: len(facts.bindings) for path, facts in found.items()} == {path: 3001 for path, _, _ in tasks}


def test_where_no_thread_can_be_started_files_are_parsed_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", fails)
    found = files.parse_all([("a.py", "python", "x = 1\n"), ("b.py", "python", "x = " + "(" * 90 + "1" + ")" * 90)])
    assert [facts.problem for facts in found.values()] == [None, None]


def _slow(path: str, kind: str, text: str) -> object:
    """A parser that holds the interpreter: no thread and no handler of a signal gets its turn."""
    if path == "bad.py":
        re.match("(a+)+$", "a" * 60 + "b")
    return files.parse_before(path, kind, text)  # type: ignore[attr-defined]  # set by the test


@pytest.mark.skipif(sys.platform != "linux", reason="as above")
def test_a_file_that_takes_too_long_is_named_and_all_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "parse_before", files.parse, raising=False)
    monkeypatch.setattr(files, "parse", _slow)
    monkeypatch.setattr(files, "LONGEST", 0.3)
    tasks = [(name, "python", BULK) for name in ("a.py", "b.py", "bad.py", "c.py")]
    with Parser(jobs=2) as parser:
        found = parser.parse(tasks)
        later = parser.parse([("d.py", "python", BULK)])
    problems = {path: facts.problem for path, facts in (found | later).items()}
    assert "seconds; exclude it, or split it" in (problems.pop("bad.py") or "")
    assert problems == {"a.py": None, "b.py": None, "c.py": None, "d.py": None}


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_process_outlives_a_run_that_is_killed(tmp_path: Path, number: int) -> None:
    code = (
        "import sys, time\n"
        "from promptlint.parse.files import Parser\n"
        f"with Parser(jobs=2) as parser:\n"
        f"    found = parser.parse([(f'{{i}}.py', 'python', {BULK!r}) for i in range(4)])\n"
        "    print(*(worker.pid for worker in parser._workers), flush=True)\n"
        "    time.sleep(60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(promptlint.__file__).parent.parent)}
    running = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment)
    assert running.stdout is not None
    workers = running.stdout.readline().split()
    assert len(workers) == 2
    running.send_signal(number)
    running.wait()
    for _ in range(200):
        if not any(Path("/proc", worker.decode()).exists() for worker in workers):
            return
        time.sleep(0.05)
    pytest.fail("a worker is still there")
