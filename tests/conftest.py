"""Small projects, written to a folder of their own and read as a user would have them read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from promptlint.outcome import Options, Outcome
from promptlint.run import check, inventory

Files = Mapping[str, str]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Files], Path]:
    """Write files, a text without a name as `app.py`; returns their folder."""

    def write(files: Files | str) -> Path:
        for path, text in ({"app.py": files} if isinstance(files, str) else files).items():
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(dedent(text), encoding="utf-8", newline="")
        return tmp_path

    return write


@pytest.fixture
def found(write: Callable[[Files], Path]) -> Callable[[Files], Outcome]:
    """The calls and prompts of some files."""
    return lambda files: inventory(Options(paths=(str(folder := write(files)),), root=str(folder)))


@pytest.fixture
def checked(write: Callable[[Files], Path]) -> Callable[..., Outcome]:
    """The findings in some files."""

    def checked(files: Files, *codes: str, **options: object) -> Outcome:
        folder = write(files)
        return check(Options(paths=(str(folder),), root=str(folder), select=codes, **options))

    return checked
