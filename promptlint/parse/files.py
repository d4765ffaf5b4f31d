"""Facts of many files, in as many processes as pay off."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

import msgspec

from promptlint.facts import FileFacts
from promptlint.faults import told

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext

Task = tuple[str, str, str]
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
        self._pool: ProcessPoolExecutor | None = None
        self._decoder = msgspec.msgpack.Decoder(list[FileFacts])
        self._waiting: list[Task] = []
        self._size = 0
        self._running: list[tuple[Future[bytes], list[Task]]] = []

    def __enter__(self) -> Parser:
        return self

    def __exit__(self, *error: object) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    @property
    def parallel(self) -> bool:
        """Whether tasks are parsed while others are handed in."""
        return self._pool is not None

    def submit(self, task: Task) -> None:
        """Hand in one (path, kind, text). Its facts are in what `collect` returns."""
        self._waiting.append(task)
        self._size += len(task[2])
        if self._pool is None and self._size >= _WORTH_A_PROCESS and self._processes > 1:
            self._pool = self._started()
        if self._pool is not None and self._size >= _CHUNK:
            self._start(self._waiting)

    def _started(self) -> ProcessPoolExecutor | None:
        """The processes; None, now and later, where the system has no room for any."""
        try:
            return _processes(self._processes)
        except (OSError, ImportError):
            self._processes = 1
            return None

    def _start(self, *chunks: list[Task]) -> None:
        assert self._pool is not None
        self._running.extend((self._submitted(chunk), chunk) for chunk in chunks)
        self._waiting, self._size = [], 0

    def _submitted(self, chunk: list[Task]) -> Future[bytes]:
        from concurrent.futures import BrokenExecutor

        assert self._pool is not None
        try:
            return self._pool.submit(_encoded, chunk)
        except BrokenExecutor:  # what it was given before fails when it is collected
            self._pool = _processes(self._processes)
            return self._pool.submit(_encoded, chunk)
        except (OSError, RuntimeError):  # no process can be started, or no thread
            return _here(chunk)

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
            if self._pool is None:
                tasks, self._waiting, self._size = self._waiting, [], 0
                yield _by_path(tasks, _shallow(_deep(tasks)))
                continue
            if self._waiting and len(self._running) < self._processes:
                self._start(*_chunks(self._waiting, self._processes))
            running, tasks = self._running.pop(0)
            part = _by_path(tasks, self._decoder.decode(_result(running, tasks)))
            done += 1
            if self._progress is not None:
                self._progress(done, done + len(self._running))
            yield part

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


def _processes(count: int) -> ProcessPoolExecutor:
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(count, mp_context=_context(), initializer=_start_worker)


def _here(tasks: list[Task]) -> Future[bytes]:
    """The same in this process."""
    from concurrent.futures import Future

    done: Future[bytes] = Future()
    done.set_result(msgspec.msgpack.encode(_shallow(_deep(tasks))))
    return done


def _result(running: Future[bytes], tasks: list[Task]) -> bytes:
    """What a process found. If one died, they are parsed once more, so that the one that no parser survives is known."""
    from concurrent.futures import BrokenExecutor

    try:
        return running.result()
    except BrokenExecutor:
        return msgspec.msgpack.encode(_one_by_one(tasks))


def _one_by_one(tasks: list[Task]) -> list[FileFacts]:
    """Parse in a process that hands back the facts of each file before it goes on to the next, and in another if it dies."""
    context = _context()
    found: list[FileFacts] = []
    left = list(tasks)
    while left:
        receiving, sending = context.Pipe(duplex=False)
        process = context.Process(target=_send_each, args=(left, sending))  # type: ignore[attr-defined]  # all have it
        process.start()
        sending.close()
        with receiving, suppress(EOFError):
            while left:
                found += msgspec.msgpack.decode(receiving.recv_bytes(), type=list[FileFacts])
                left.pop(0)
        process.join()
        if left:
            _, kind, _ = left.pop(0)
            slow = process.exitcode == -getattr(signal, "SIGPROF", 0)
            found.append(FileFacts(kind=kind, problem=_SLOW if slow else _DIED))
    return found


def _send_each(tasks: list[Task], to: Connection) -> None:
    _start_worker()
    for task in tasks:
        to.send_bytes(_encoded([task]))


def _start_worker() -> None:
    """Workers live for one run: what they make is not collected. One that takes too long ends: see `_limit`."""
    if hasattr(signal, "SIGPROF"):
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    import gc

    gc.disable()


def _leave_with_parent() -> None:
    """End when the process that waits for the results is gone: nobody else would end us after a `kill -9`."""
    from multiprocessing import connection, parent_process

    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _context() -> BaseContext:
    import multiprocessing

    # Forking is safe here: the parent has no threads yet, and it shares the imports already paid for.
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


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
