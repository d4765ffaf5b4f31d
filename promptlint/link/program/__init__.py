"""The files of a program as modules: what stands in each, and which dotted names lead where."""
