"""One file per format: what was found, as text."""
