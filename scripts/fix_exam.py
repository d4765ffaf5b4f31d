"""Examine `promptlint fix` on real code: `python scripts/fix_exam.py FOLDER...`, each a project, copied before it is fixed.

Asked of every project: each changed file parses; its syntax tree differs only inside strings and the arguments that the
findings name; no prompt's holes changed; a second run changes nothing; `check` then finds nothing that is safe to fix.
Exits 1 when one of them does not hold. `--unsafe-fixes` and `--preview` as for `promptlint fix`.
"""

from __future__ import annotations

import argparse
import ast
import shutil
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from promptlint.facts import Hole, Prompt
from promptlint.findings import Finding
from promptlint.fix import edits_of, wanted
from promptlint.outcome import Options
from promptlint.rounds import fix
from promptlint.run import check
from promptlint.writing import Change, write

# What the fixes of calls may add, take away, rename or set.
ARGUMENTS = frozenset(
    ("max_tokens", "max_completion_tokens", "max_output_tokens", "max_tokens_to_sample", "model", "model_name", "indent",
     "ensure_ascii", "separators", "system")
)  # fmt: skip


class _Shape(ast.NodeTransformer):
    """A tree without the text of its strings and, where calls were fixed, without the arguments and numbers of `ARGUMENTS`."""

    def __init__(self, calls: bool) -> None:
        self.calls = calls

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        masked = isinstance(node.value, str) or (self.calls and type(node.value) is int)
        return ast.Constant(value=type(node.value).__name__) if masked else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        self.generic_visit(node)
        node.values = [v for v in node.values if not isinstance(v, ast.Constant)]
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if self.calls:
            node.keywords = [k for k in node.keywords if k.arg not in ARGUMENTS]
        return node


def shape(text: str, calls: bool) -> str:
    """The tree of a file as text, without what a fix may change."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes of the code that is examined
        return ast.dump(_Shape(calls).visit(ast.parse(text)))


def faults_of_change(change: Change, made: Sequence[Finding]) -> Iterator[str]:
    """What a changed Python file must not show."""
    if not change.path.endswith((".py", ".pyi")):
        return
    calls = any(edits_of([f], change.path) for f in made if f.code[3] != "2" or f.code == "PRM206")
    try:
        before = shape(change.before, calls)
    except SyntaxError:  # `ast` of an older Python than the code was written for: promptlint parsed it with libcst
        return
    try:
        if shape(change.after, calls) != before:
            yield f"{change.path}: the tree differs outside of strings and arguments"
    except SyntaxError as error:
        yield f"{change.path}: does not parse: {error}"


def holes(prompts: Sequence[Prompt], paths: set[str]) -> dict[str, list[list[str]]]:
    """The holes of every prompt of the given files, in order."""
    found: dict[str, list[list[str]]] = {}
    for prompt in prompts:
        if prompt.place.path in paths:
            sources = [s.source for s in prompt.segments if isinstance(s, Hole)]
            found.setdefault(prompt.place.path, []).append(sources)
    return found


def examine(folder: Path, unsafe: bool, preview: bool) -> tuple[str, list[str]]:
    """A line on one project, and its faults."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place, folder.name)
        shutil.copytree(folder, copy, symlinks=True)
        options = Options(paths=(str(copy),), root=str(copy), preview=preview)
        start = time.perf_counter()
        before = check(options)
        checked = time.perf_counter() - start
        start = time.perf_counter()
        fixed = fix(options, unsafe=unsafe)
        took = time.perf_counter() - start
        faults = list(fixed.errors)
        faults += [fault for change in fixed.changes for fault in faults_of_change(change, fixed.made)]
        faults += write(fixed.changes)[1]
        again = fix(options, unsafe=unsafe)
        faults += [f"{c.path}: a second run changes it" for c in again.changes]
        outcome = again.outcome
        dropped = len(again.notes)
        left = [f for f in outcome.findings if wanted(f, unsafe=False)]
        if len(left) > dropped:
            faults += [f"{f.place.path}: {f.code} is still safe to fix" for f in left]
        faults += [n for n in fixed.notes if "was not fixed" in n]
        inside = {e.place.path for f in fixed.made if f.code == "PRM206" and f.fix for e in f.fix.edits}
        paths = {c.path for c in fixed.changes} - inside  # `json.dumps(...)` may stand in a hole
        old, new = holes(before.project.prompts, paths), holes(outcome.project.prompts, paths)
        faults += [f"{path}: the holes of a prompt changed" for path in paths if old.get(path) != new.get(path)]
        codes = ", ".join(f"{n} {code}" for code, n in sorted(Counter(f.code for f in fixed.made).items())) or "-"
        line = f"{folder.name}: {len(fixed.made)} fixes in {len(fixed.changes)} files ({codes}); check {checked:.1f} s, fix {took:.1f} s"
        return line, faults


def main() -> int:
    """Examine each folder; 1 when there is a fault."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--unsafe-fixes", action="store_true")
    parser.add_argument("--preview", action="store_true")
    arguments = parser.parse_args()
    bad = 0
    for folder in arguments.folders:
        line, faults = examine(folder.resolve(), arguments.unsafe_fixes, arguments.preview)
        print(line, flush=True)
        for fault in faults:
            print(f"  FAULT {fault}", flush=True)
        bad += len(faults)
    print(f"{bad} faults in {len(arguments.folders)} projects")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
