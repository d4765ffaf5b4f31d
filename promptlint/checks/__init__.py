"""One file per rule. A check sees facts and measures, never syntax."""
