"""Rules that save more and can change how a prompt reads: offered, never made without being asked."""
from __future__ import annotations

STRUCTURE = ()
GRAMMAR = ()
