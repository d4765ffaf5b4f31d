"""Facts of many files, in as many processes as pay off."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress

import msgspec

from promptlint.facts import FileFacts
from promptlint.faults import told
from promptlint.parse.workers import Part, Task, Worker

_STACK = 256 * 1024 * 1024
_WORTH_A_PROCESS = 120_000
_CHUNK = 40_000
LONGEST = 5.0
_SLOW = f"could not be parsed in {LONGEST:.0f} seconds; exclude it, or split it"
_DIED = "the process that parsed it ended; exclude it, and please report this"


def parse(path: str, kind: str, text: str) -> FileFacts:
    """The facts of one file. `path` only chooses the reader. Nothing is raised."""
    if kind in ("python", "notebook"):
        from promptlint.parse.python import parse_python

        return parse_python(text)
    if kind == "template":
        from promptlint.parse.templates import parse_template

        return parse_template(text, path)
    from promptlint.parse.text import parse_text

    return parse_text(path, text)


class Parser:
    """Parses tasks as they are handed in; processes are started once there is work for them, and kept.

    `progress` is told how many of how many parts are done. `jobs`: how many processes at most, one for each core by default.
    """

    def __init__(self, progress: Callable[[int, int], None] | None = None, jobs: int | None = None) -> None:
        self._progress = progress
        self._processes = jobs or min(os.cpu_count() or 1, 8)
        self._workers: list[Worker] = []
        self._decoder = msgspec.msgpack.Decoder(list[FileFacts])
        self._waiting: list[Task] = []
        self._size = 0
        self._running: deque[tuple[Part, Worker | None]] = deque()

    def __enter__(self) -> Parser:
        return self

    def __exit__(self, *error: object) -> None:
        for worker in self._workers:
            if worker.code is None:
                worker.end()

    @property
    def parallel(self) -> bool:
        """Whether tasks are parsed while others are handed in."""
        return bool(self._workers)

    def submit(self, task: Task) -> None:
        """Hand in one (path, kind, text). Its facts are in what `collect` returns."""
        self._waiting.append(task)
        self._size += len(task[2])
        if not self._workers and self._size >= _WORTH_A_PROCESS and self._processes > 1:
            for _ in range(self._processes):
                self._hire()
        if self._workers and self._size >= _CHUNK:
            self._start(self._waiting)

    def _hire(self) -> None:
        """One process more; none, now and later, where the system has no room for it."""
        try:
            self._workers.append(Worker(_encoded))
        except (OSError, ImportError):
            self._processes = len(self._workers)

    def _start(self, *chunks: list[Task]) -> None:
        for chunk in chunks:
            part = Part(chunk)
            self._running.append((part, self._sent(part)))
        self._waiting, self._size = [], 0

    def _sent(self, part: Part) -> Worker | None:
        """The process with the least to do, which is handed a part now; None where there is none to take it."""
        for ended in [worker for worker in self._workers if worker.code is not None]:
            self._workers.remove(ended)
            self._hire()
        worker = min(self._workers, key=lambda each: each.left, default=None)
        if worker is not None:
            worker.send(part)
        return worker

    def collect(self) -> dict[str, FileFacts]:
        """Path → facts of all that was handed in since the last time."""
        found: dict[str, FileFacts] = {}
        for part in self.parts():
            found.update(part)
        return found

    def parts(self) -> Iterator[dict[str, FileFacts]]:
        """The same, some files at a time. What is handed in meanwhile follows."""
        done = 0
        while self._waiting or self._running:
            if not self._workers and not self._running:
                tasks, self._waiting, self._size = self._waiting, [], 0
                yield _by_path(tasks, _shallow(_deep(tasks)))
                continue
            if self._waiting and len(self._running) < self._processes:
                self._start(*_chunks(self._waiting, self._processes))
            part = self._running[0][0]
            found = _by_path(part.tasks, self._decoder.decode(self._result(*self._running.popleft())))
            done += 1
            if self._progress is not None:
                self._progress(done, done + len(self._running))
            yield found

    def _result(self, part: Part, worker: Worker | None) -> bytes:
        """What a process found. If it died, all is parsed once more, so that the file that no parser survives is known."""
        while worker is not None and worker.code is None and part.answer is None:
            worker.receive()
        if part.answer is not None:
            return part.answer
        return msgspec.msgpack.encode(_shallow(_deep(part.tasks)) if worker is None else _one_by_one(part.tasks))

    def parse(self, tasks: Iterable[Task]) -> dict[str, FileFacts]:
        """Path → facts for (path, kind, text) tasks."""
        for task in sorted(tasks, key=lambda t: (-len(t[2]), t[0])):
            self.submit(task)
        return self.collect()


def parse_all(tasks: Sequence[Task]) -> dict[str, FileFacts]:
    """Path → facts for (path, kind, text) tasks, in one round."""
    with Parser() as parser:
        return parser.parse(tasks)


def _by_path(tasks: Sequence[Task], found: Sequence[FileFacts]) -> dict[str, FileFacts]:
    """Processes hand back facts in the order of their tasks: a path need not be text that has an encoding."""
    return {path: facts for (path, _, _), facts in zip(tasks, found, strict=True)}


def _one_by_one(tasks: list[Task]) -> list[FileFacts]:
    """Parse each file as a part of its own, and go on in another process when one dies."""
    found: list[FileFacts] = []
    worker: Worker | None = None
    for task in tasks:
        part = Part([task])
        with suppress(OSError, ImportError):
            worker = worker if worker is not None and worker.code is None else Worker(_encoded)
            worker.send(part)
            worker.receive()
        if part.answer is not None:
            found += msgspec.msgpack.decode(part.answer, type=list[FileFacts])
        else:
            slow = worker is not None and worker.code == -getattr(signal, "SIGPROF", 0)
            found.append(FileFacts(kind=task[1], problem=_SLOW if slow else _DIED))
    if worker is not None and worker.code is None:
        worker.end()
    return found


def _chunks(tasks: Sequence[Task], count: int) -> list[list[Task]]:
    """Parts of about the same size, the largest files first."""
    parts: list[tuple[int, list[Task]]] = [(0, []) for _ in range(count)]
    for task in sorted(tasks, key=lambda t: (-len(t[2]), t[0])):
        i = min(range(count), key=lambda k: parts[k][0])
        parts[i][1].append(task)
        parts[i] = (parts[i][0] + len(task[2]), parts[i][1])
    return [part for _, part in parts if part]


def _encoded(tasks: Sequence[Task]) -> bytes:
    found = _deep(tasks, limited=True)
    try:
        return msgspec.msgpack.encode(found)
    except (RecursionError, UnicodeEncodeError):
        return msgspec.msgpack.encode(_shallow(found))


def _shallow(found: Sequence[FileFacts]) -> list[FileFacts]:
    """What is nested deeper than a thread of usual size can follow is not read: linking walks the same trees."""
    return [facts if _encodes(facts) else _too_deep(facts.kind) for facts in found]


def _encodes(facts: FileFacts) -> bool:
    try:
        msgspec.msgpack.encode(facts)
    except (RecursionError, UnicodeEncodeError):
        return False
    return True


def _too_deep(kind: str) -> FileFacts:
    return FileFacts(kind=kind, problem="nested too deeply to read")


def _deep(tasks: Sequence[Task], *, limited: bool = False) -> list[FileFacts]:
    """Parse in a thread with a large stack: libcst and our walk recurse as deep as the code is nested."""
    found: list[FileFacts] = []

    def work() -> None:
        for path, kind, text in tasks:
            with _limit() if limited else nullcontext():
                found.append(_caught(path, kind, text))

    limit, size = sys.getrecursionlimit(), threading.stack_size(_STACK)
    sys.setrecursionlimit(20_000)
    try:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    except RuntimeError:  # there is no room for such a stack: what is nested is not read
        sys.setrecursionlimit(limit)
        work()
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(size)
    return found


@contextmanager
def _limit() -> Iterator[None]:
    """The system ends this process when it works longer on this: parsers are no Python code, and nothing interrupts them.

    It is its own work that counts, whatever else runs on the machine. Windows has no such limit.
    """
    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _caught(path: str, kind: str, text: str) -> FileFacts:
    """One bad file never hides the rest: what a parser did not foresee becomes the file's problem."""
    try:
        return parse(path, kind, text)
    except RecursionError:
        return _too_deep(kind)
    except Exception as error:  # the fault is reported with the file's name and ends the run in 2
        return FileFacts(kind=kind, problem=f"could not be read {told(error)}")
