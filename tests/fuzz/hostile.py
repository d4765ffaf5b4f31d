"""Give promptlint what nobody would write: python tests/fuzz/hostile.py [CASE ...] [--commands check-json fix ...] [--slowest 10].

Each case is a small project that holds something hostile (`hostile_cases.py`) beside one good file. Every command runs over
it in a process of its own. A fault is a traceback, a message that asks to be reported, an exit code that is not 0, 1 or 2,
a run over ten seconds, a case's own files that changed though nothing was to be written, a good file that was not
reported, or a file that could not be read and is not named. Exit code 1 when there was one.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from hostile_cases import CASES, Case, build

LONGEST = 10.0
COMMANDS: dict[str, list[str]] = {
    "check-json": ["check", "--preview", "--output-format", "json"],
    "check-full": ["check", "--preview", "--all"],
    "check-github": ["check", "--output-format", "github"],
    "check-sarif": ["check", "--output-format", "sarif"],
    "check-markdown": ["check", "--output-format", "markdown"],
    "check-concise": ["check", "--output-format", "concise"],
    "check-statistics": ["check", "--statistics"],
    "show-files": ["check", "--show-files"],
    "calls": ["calls"],
    "calls-json": ["calls", "--output-format", "json"],
    "prompts": ["prompts"],
    "prompts-json": ["prompts", "--output-format", "json"],
    "cost": ["cost", "--traffic", "small"],
    "cost-json": ["cost", "--output-format", "json"],
    "cost-markdown": ["cost", "--output-format", "markdown"],
    "cost-html": ["cost", "--output-format", "html"],
    "cost-diff": ["cost", "--diff-base", "HEAD"],
    "plan": ["plan"],
    "plan-json": ["plan", "--output-format", "json"],
    "plan-html": ["plan", "--output-format", "html"],
    "init": ["init", "--dry-run"],
    "sync": ["traffic", "sync", "--dry-run"],
    "fix-diff": ["fix", "--unsafe-fixes", "--preview", "--diff"],
    "fix": ["fix", "--unsafe-fixes", "--preview"],
}
READING = [name for name in COMMANDS if name != "fix"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*")
    parser.add_argument("--commands", nargs="*", default=list(COMMANDS))
    parser.add_argument("--processes", action="store_true", help="parse in other processes, however little there is")
    parser.add_argument("--slowest", type=int, default=5)
    options = parser.parse_args()
    preload()
    if options.processes:
        from promptlint.parse import files

        files._WORTH_A_PROCESS = 0
    faults, times = 0, []
    for name in options.cases or CASES:
        for command in options.commands:
            found, taken = one(CASES[name], command)
            times.append((taken, name, command))
            for fault in found:
                faults += 1
                print(f"--- {name} / {command}: {fault}", flush=True)
    for taken, name, command in sorted(times, reverse=True)[: options.slowest]:
        print(f"{taken:5.1f} s  {name} / {command}")
    print(f"{len(times)} runs over {len(options.cases or CASES)} cases: {faults} faults")
    sys.exit(1 if faults else 0)


def preload() -> None:
    """Import once what every run needs: the runs are forks of this process."""
    import promptlint.checks
    import promptlint.cli
    import promptlint.run  # noqa: F401


def one(case: Case, command: str) -> tuple[list[str], float]:
    """What is wrong with one command over one case, and how long it took."""
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top, "project")
        folder.mkdir()
        with contextlib.ExitStack() as cleanup:
            arguments = build(case, folder, cleanup)
            before = contents(folder)
            code, out, err, taken = run([*COMMANDS[command], *(case.arguments or arguments)], folder)
            faults = list(judged(case, command, code, out, err))
            if command != "fix" and contents(folder) != before:
                faults.append("files changed")
    if taken > LONGEST:
        faults.append(f"took {taken:.0f} s")
    return faults, taken


def judged(case: Case, command: str, code: int, out: str, err: str) -> list[str]:
    """What must not be said, and what must."""
    found = []
    text = out + err
    for bad in ("Traceback", "please report", "Internal error"):
        if bad in text:
            at = text.index(bad)
            said = text[max(0, at - 200) : at + 6000]
            found.append(f"{bad}: …{said[-900:]}")
            break
    if code not in (0, 1, 2):
        found.append(f"exit code {code}: {err[-600:]}")
    if command == "show-files" or (command == "cost-diff" and not case.repository):
        return found
    if case.broken is not None and command.startswith(case.by):
        if code != 2 or case.broken not in err:
            found.append(f"exit {code}, {case.broken!r} is not named: {err[-400:]}")
        return found
    if code == 2 and any(name in err for name in case.refused):
        return found
    for path in case.unreadable:
        if command.startswith(("check", "calls", "prompts", "fix")) and (code != 2 or path not in err):
            found.append(f"exit {code}, {path} is not named: {err[-400:]}")
    if case.unreadable == () and code == 2 and not case.may_fail:
        found.append(f"exit 2: {err[-400:]}")
    for name, key in (("check-json", "findings"), ("calls-json", "calls"), ("prompts-json", "prompts")):
        if command == name and not any(f["path"] == "good.py" for f in _json(out).get(key, ())):
            found.append("good.py is not in the report")
    if (
        command != "fix"
        and any(c in text for c in "\x1b\x07\x08\u202e\u2066\x9b")
        and not command.endswith(("json", "sarif"))
    ):
        found.append(f"a control character in {text!r}"[:600])
    return found


def _json(text: str) -> dict[str, list[dict[str, object]]]:
    try:
        return json.loads(text)  # type: ignore[no-any-return]  # a report
    except ValueError:
        return {}


def run(arguments: Sequence[str], folder: Path, longest: float = 6 * LONGEST) -> tuple[int, str, str, float]:
    """Exit code, output, errors and seconds of a command in a fork of this process.

    The seconds are those of the processor, which do not depend on what else runs; of one that did not end, all.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.monotonic()
        child = fork(arguments, folder, out.fileno(), err.fileno())
        code, taken = _waited(child, start, start + longest)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
    return code, texts[0], texts[1], taken


def fork(arguments: Sequence[str], folder: Path, out: int | None = None, err: int | None = None) -> int:
    """Start a command in a fork of this process; the number of the child."""
    child = os.fork()
    if child == 0:
        nothing = os.open(os.devnull, os.O_WRONLY)
        _child(arguments, folder, nothing if out is None else out, nothing if err is None else err)
    return child


def _child(arguments: Sequence[str], folder: Path, out: int, err: int) -> None:
    code = 99
    try:
        os.setpgid(0, 0)
        os.chdir(folder)
        os.environ["PROMPTLINT_TRACEBACK"] = "1"
        os.dup2(out, 1)
        os.dup2(err, 2)
        sys.stdout = open(1, "w", encoding="utf-8", errors="strict", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        from promptlint.cli import cli

        cli.main(list(arguments), prog_name="promptlint")
    except SystemExit as done:
        code = done.code if isinstance(done.code, int) else 0 if done.code is None else 1
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _waited(child: int, start: float, until: float) -> tuple[int, float]:
    pause = 0.002
    while time.monotonic() < until:
        done, status, used = os.wait4(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
        time.sleep(pause)
        pause = min(0.05, pause * 1.5)
    os.killpg(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), time.monotonic() - start


def contents(folder: Path) -> dict[str, bytes]:
    """Path → bytes of the regular files, the cache left out."""
    found = {}
    for top, folders, files in os.walk(folder):
        folders[:] = [f for f in folders if f not in (".promptlint_cache", ".git")]
        for file in files:
            path = Path(top, file)
            with contextlib.suppress(OSError):
                if path.is_file() and not path.is_symlink() and path.stat().st_size < 20_000_000:
                    found[str(path)] = path.read_bytes()
    return found


if __name__ == "__main__":
    main()
