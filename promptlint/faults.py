"""How a fault of this program is told: what it was and where, in one line that can be reported."""

from __future__ import annotations

from pathlib import Path

_LONGEST = 500


def told(error: Exception) -> str:
    """The sort and text of an error, and the line of this program it comes from."""
    import traceback

    if isinstance(error, MemoryError):
        return "(more memory is needed than there is)"
    here = str(Path(__file__).parent)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(here)]
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"({f'{type(error).__name__}: {error}'[:_LONGEST]}{where}); please report this"
