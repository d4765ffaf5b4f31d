"""Small projects that nobody would write, each with one good file that must be reported whatever the others are."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

GOOD = b'''from openai import OpenAI

client = OpenAI()
SYSTEM_PROMPT = """You are a careful clerk.   



Answer the question in one word, in order to save time.   """


def ask(text):
    messages = [{"role": "system", "content": SYSTEM_PROMPT}, {"role": "user", "content": text}]
    return client.chat.completions.create(model="gpt-4o", messages=messages)
'''
HEAD = b"from openai import OpenAI\nclient = OpenAI()\n"
CALL = b'client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": %s}])\n'


@dataclass(frozen=True)
class Case:
    """Files by path, and what else is to be made. `unreadable`: paths that must be named, with exit code 2.

    `broken`: what a message must name when the project as a whole cannot be read, by the commands that begin with `by`.
    `refused`: one of these is named when the project is not read; it may be read as well. `may_fail`: exit code 2 is no fault.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    make: Callable[[Path, contextlib.ExitStack], list[str] | None] | None = None
    unreadable: tuple[str, ...] = ()
    broken: str | None = None
    refused: tuple[str, ...] = ()
    by: tuple[str, ...] = ("",)
    arguments: tuple[str, ...] = ()
    may_fail: bool = False
    repository: bool = False


def build(case: Case, folder: Path, cleanup: contextlib.ExitStack) -> list[str]:
    """Make the project in an empty folder; returns further arguments."""
    (folder / "good.py").write_bytes(GOOD)
    for name, data in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    arguments = case.make(folder, cleanup) if case.make is not None else None
    if case.repository:
        _git(folder)
    return arguments or []


def _git(folder: Path) -> None:
    name = ["-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "-q"], ["add", "-A"], [*name, "commit", "-qm", "m", "--no-verify"]):
        subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


def py(body: bytes, **options: object) -> Case:
    """A Python file that a client is made in."""
    return Case({"bad.py": HEAD + body}, **options)  # type: ignore[arg-type]


def prompt(literal: bytes, **options: object) -> Case:
    """A Python file with a call whose prompt is an expression."""
    return py(CALL % literal, **options)


def config(text: str | bytes, *, broken: str | None = "promptlint.toml", **options: object) -> Case:
    """A configuration."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return Case({"promptlint.toml": data}, broken=broken, **options)  # type: ignore[arg-type]


def traffic(text: str, *, broken: str | None = "promptlint-traffic.toml") -> Case:
    """A traffic file."""
    return Case({"promptlint-traffic.toml": text.encode()}, broken=broken)


def template(text: bytes, name: str = "prompts/bad.j2", **options: object) -> Case:
    """A template that a program loads."""
    code = b'from jinja2 import Template\nPROMPT = Template(open("%s").read())\n' % name.encode()
    return Case({name: text, "bad.py": HEAD + code + CALL % b"PROMPT.render(a=1)"}, **options)  # type: ignore[arg-type]


def _noise(seed: int, size: int) -> bytes:
    return random.Random(seed).randbytes(size)


def _chain(pieces: list[bytes]) -> bytes:
    return b"x = " + b"".join(pieces) + b"\n"


_RULED = ("check", "fix")  # the commands that run rules
CASES: dict[str, Case] = {}

# Bytes that are no text, and text that is no Python.
CASES |= {
    "nothing": Case(),
    "empty file": Case({"bad.py": b""}),
    "random bytes": Case({"bad.py": b"openai" + _noise(1, 5000)}, unreadable=("bad.py",)),
    "random bytes in every kind of file": Case(
        {f"prompts/r.{s}": _noise(i, 3000) for i, s in enumerate(("md", "txt", "yaml", "json", "j2", "prompty", "ipynb", "xml"))},
        may_fail=True,
    ),
    "random printable text": py(bytes(b % 95 + 32 for b in _noise(3, 5000)), unreadable=("bad.py",)),
    "null bytes": py(b"x = '\x00'\n", unreadable=("bad.py",)),
    "syntax error": py(b"def f(:\n", unreadable=("bad.py",)),
    "python 2": py(b"print 'openai'\nexec 'x'\n", unreadable=("bad.py",)),
    "unclosed string": py(b"x = '''You are a\n", unreadable=("bad.py",)),
    "tabs and spaces": py(b"if x:\n\ty = 1\n        z = 2\n", unreadable=("bad.py",)),
    "only a byte order mark": Case({"bad.py": b"\xef\xbb\xbf"}),
    "byte order mark": Case({"bad.py": b"\xef\xbb\xbf" + HEAD + CALL % b'"hi"'}),
    "two byte order marks": Case({"bad.py": b"\xef\xbb\xbf\xef\xbb\xbf" + HEAD}, may_fail=True),
    "utf-16 with mark": Case({"bad.py": (HEAD + CALL % b'"hi"').decode().encode("utf-16")}, may_fail=True),
    "utf-16 without mark": Case({"bad.py": HEAD.decode().encode("utf-16-le")}, may_fail=True),
    "utf-32": Case({"bad.py": HEAD.decode().encode("utf-32")}, may_fail=True),
    "latin-1 declared": Case({"bad.py": b"# -*- coding: latin-1 -*-\n" + HEAD + CALL % b'"caf\xe9"'}),
    "latin-1 undeclared": py(CALL % b'"caf\xe9"', unreadable=("bad.py",)),
    "utf-8 declared, latin-1 in it": Case({"bad.py": b"# coding: utf-8\n" + HEAD + CALL % b'"caf\xe9"'}, unreadable=("bad.py",)),
    "unknown encoding": Case({"bad.py": b"# coding: klingon\n" + HEAD}, unreadable=("bad.py",)),
    "an encoding that is no text": Case({"bad.py": b"# coding: hex\n" + HEAD}, unreadable=("bad.py",)),
    "rot13": Case({"bad.py": b"# coding: rot13\n" + HEAD}, unreadable=("bad.py",)),
    "zlib": Case({"bad.py": b"# coding: zlib\n" + HEAD}, unreadable=("bad.py",)),
    "idna": Case({"bad.py": b"# coding: idna\n" + HEAD}, may_fail=True),
    "punycode": Case({"bad.py": b"# coding: punycode\n" + HEAD}, may_fail=True),
    "utf-7": Case({"bad.py": b"# coding: utf-7\n" + HEAD + CALL % b'"caf+AOk-"'}, may_fail=True),
    "raw_unicode_escape": Case({"bad.py": b"# coding: raw_unicode_escape\n" + HEAD + CALL % b'"\\ud800"'}, may_fail=True),
    "undefined encoding": Case({"bad.py": b"# coding: undefined\n" + HEAD}, unreadable=("bad.py",)),
    "carriage returns": Case({"bad.py": (HEAD + CALL % b'"hi"').replace(b"\n", b"\r")}, may_fail=True),
    "mixed line ends": Case({"bad.py": b"import openai\r\nclient = openai.OpenAI()\r\n" + CALL % b'"""hi   \r\r\n\n\r\n\r\n\r\n x"""'}),
    "form feeds": py(b"\x0c\n\x0cdef f():\n\x0c    return 1\n" + CALL % b'"a\x0cb"'),
    "vertical tabs and odd line ends": prompt('"a\x0bb\x1cc\x85d\u2028e\u2029f"'.encode()),
    "no line end at the end": Case({"bad.py": (HEAD + CALL % b'"hi"').rstrip()}),
    "backslash at the end": py(b"x = 1 \\", unreadable=("bad.py",)),
}  # fmt: skip

# Depth and length.
_deep = 10_000
CASES |= {
    "10,000 brackets": py(b"x = " + b"(" * _deep + b"1" + b")" * _deep + b"\n", unreadable=("bad.py",)),
    "10,000 open brackets": py(b"x = " + b"(" * _deep, unreadable=("bad.py",)),
    "5,000 nested lists": prompt(b"[" * 5000 + b"]" * 5000, unreadable=("bad.py",)),
    "140 nested lists": prompt(b"[" * 140 + b"'a'" + b"]" * 140),
    "140 nested brackets, all in use": prompt(b"(" * 140 + b"'a'" + b")" * 140),
    "140 nested dictionaries": py(b"x = " + b"{'a': " * 140 + b"1" + b"}" * 140 + b"\n" + CALL % b"str(x)"),
    "140 nested calls": prompt(b"f(" * 140 + b"'a'" + b")" * 140),
    "2,000 attributes": prompt(b"a" + b".a" * 2000, may_fail=True),
    "900 attributes": prompt(b"a" + b".a" * 900),
    "900 method calls": prompt(b"'a'" + b".strip()" * 900),
    "900 subscripts": prompt(b"a" + b"[0]" * 900),
    "2,000 subscripts": prompt(b"a" + b"[0]" * 2000, may_fail=True),
    "2,000 additions": prompt(b"'a' + " * 2000 + b"'b'", may_fail=True),
    "900 additions": prompt(b"'a' + " * 900 + b"'b'"),
    "900 joined pieces": prompt(b"'a' " * 900),
    "5,000 joined pieces": prompt(b"'a' " * 5000, may_fail=True),
    "900 names added": py(b"".join(b"p%d = 'a'\n" % i for i in range(900)) + CALL % b" + ".join(b"p%d" % i for i in range(900))),
    "2,000 ands": prompt(b" and ".join([b"a"] * 2000), may_fail=True),
    "2,000 nots": prompt(b"not " * 2000 + b"a", may_fail=True),
    "2,000 minuses": prompt(b"-" * 2000 + b"1", may_fail=True),
    "2,000 tildes": prompt(b"~" * 2000 + b"1", may_fail=True),
    "2,000 lambdas": prompt(b"lambda: " * 2000 + b"1", may_fail=True),
    "2,000 conditions": prompt(b"a if b else " * 2000 + b"c", may_fail=True),
    "2,000 awaits": prompt(b"await " * 2000 + b"c", may_fail=True),
    "2,000 comparisons": prompt(b"a < " * 2000 + b"c", may_fail=True),
    "2,000 commas": prompt(b"f(" + b"a," * 2000 + b")", may_fail=True),
    "2,000 elifs": py(b"if a: pass\n" + b"elif b: pass\n" * 2000 + CALL % b'"a"', may_fail=True),
    "90 nested functions": py(b"".join(b" " * i + b"def f():\n" for i in range(90)) + b" " * 90 + CALL % b'"a"'),
    "90 nested classes": py(b"".join(b" " * i + b"class A:\n" for i in range(90)) + b" " * 90 + CALL % b'"a"'),
    "90 nested loops": py(b"".join(b" " * i + b"for i in x:\n" for i in range(90)) + b" " * 90 + CALL % b'"a"'),
    "1,000 nested ifs": py(b"".join(b" " * i + b"if x:\n" for i in range(1000)) + b" " * 1000 + b"pass\n", may_fail=True),
    "nested f-strings": prompt(b'f"{f\'{a}\'}"'),
    "f-strings nested 60 deep": prompt(b'f"{' * 60 + b"1" + b'}"' * 60, may_fail=True),
    "f-string format specs": prompt(b'f"{a:{b:{c:{d}}}}"', may_fail=True),
    "f-string with 900 holes": prompt(b'f"' + b"{a} " * 900 + b'"'),
    "f-string with 20,000 holes": prompt(b'f"' + b"{a} " * 20_000 + b'"', may_fail=True),
    "a chain of 500 assignments": py(b"p0 = 'a'\n" + b"".join(b"p%d = p%d + 'a'\n" % (i + 1, i) for i in range(500)) + CALL % b"p500"),
    "a chain of 300 f-strings that doubles": py(b"p0 = 'a'\n" + b"".join(b"p%d = f'{p%d}{p%d}'\n" % (i + 1, i, i) for i in range(300)) + CALL % b"p300"),
    "a chain of 40 formats that doubles": py(b"p0 = 'a'\n" + b"".join(b"p%d = '%%s%%s' %% (p%d, p%d)\n" % (i + 1, i, i) for i in range(40)) + CALL % b"p40"),
    "a chain of 40 additions that doubles": py(b"p0 = 'abcdefgh'\n" + b"".join(b"p%d = p%d + p%d\n" % (i + 1, i, i) for i in range(40)) + CALL % b"p40"),
    "a chain of 40 functions that doubles": py(b"def p0(): return 'a'\n" + b"".join(b"def p%d(): return p%d() + p%d()\n" % (i + 1, i, i) for i in range(40)) + CALL % b"p40()"),
    "a chain of 40 dictionaries that doubles": py(b"p0 = {'a': 'b'}\n" + b"".join(b"p%d = {'x': p%d, 'y': p%d}\n" % (i + 1, i, i) for i in range(40)) + CALL % b"str(p40)"),
    "a chain of 40 conditions that doubles": py(b"p0 = 'a'\n" + b"".join(b"p%d = p%d if x else p%d + 'b'\n" % (i + 1, i, i) for i in range(40)) + CALL % b"p40"),
    "a text repeated a billion times": prompt(b"'a' * 1_000_000_000"),
    "a list repeated a billion times": prompt(b"['a'] * 1_000_000_000"),
    "a join of a repeated list": prompt(b"'x'.join(['a'] * 1_000_000_000)"),
    "a format of a billion blanks": prompt(b"'{:1000000000}'.format('a')"),
    "a percent of a billion blanks": prompt(b"'%1000000000s' % 'a'"),
    "an f-string of a billion blanks": prompt(b"f'{1:1000000000}'"),
    "powers of powers": prompt(b"str(9**9**9**9)"),
    "a shift of a billion": prompt(b"str(1 << 1_000_000_000)"),
    "a range of a billion": prompt(b"str(list(range(10**12)))"),
    "a cap of 5,000 digits": py(b'client.chat.completions.create(model="gpt-4o", max_tokens=' + b"9" * 5000 + b', messages=[])\n'),
    "a cap of hexadecimal digits": py(b'client.chat.completions.create(model="gpt-4o", max_tokens=0x' + b"f" * 5000 + b', messages=[])\n'),
    "a cap that is no number": py(b'client.chat.completions.create(model="gpt-4o", max_tokens=1e999, n=-5, messages=[])\n'),
    "an n of 5,000 digits": py(b'client.chat.completions.create(model="gpt-4o", n=' + b"9" * 4000 + b', max_tokens=' + b"9" * 4000 + b', messages=[])\n'),
    "numbers of every kind": py(b'client.chat.completions.create(model="gpt-4o", n=1j, max_tokens=-0x_f, temperature=1e400, top_p=0o7, messages=[])\n'),
    "an index of 5,000 digits": prompt(b"['a'][" + b"9" * 5000 + b"]"),
    "a list multiplied by an odd number": prompt(b"['a'] * -1j"),
    "a literal of 900 KB": prompt(b'"' + b"word " * 180_000 + b'"'),
    "words of 900 KB in files that may call a wrapper": Case(
        {
            "bad.py": HEAD + b"def ask(x):\n    return client.chat.completions.create(model='gpt-4o', messages=x)\n",
            "digits.py": b"import bad\nX = '" + b"a1" * 450_000 + b"'\n",
            "names.py": b"import bad\nX = 'class " + b"a" * 300_000 + b" f(" + b"a." * 300_000 + b"'\n",
        }
    ),
    "a literal of 5 MB": prompt(b'"' + b"word " * 1_000_000 + b'"', unreadable=("bad.py",)),
    "a comment of 900 KB": py(b"#" + b" openai" * 120_000 + b"\n" + CALL % b"'a'"),
    "one line of 900 KB": py(b"x = 1; " * 128_000 + b"\n", may_fail=True),
    "100,000 blanks in a prompt": prompt(b'"""You are a' + b" " * 100_000 + b'b"""'),
    "100,000 blanks before a line end": prompt(b'"""You are a' + b" " * 100_000 + b'\nb"""'),
    "100,000 lines in a prompt": prompt(b'"""You are a' + b"\n" * 100_000 + b'b"""'),
    "100,000 tabs and blanks in a prompt": prompt(b'"""You are a' + b" \t" * 50_000 + b'b"""'),
    "100,000 blanks in code": py(b"x = 1" + b" " * 100_000 + b"\n" + CALL % b"'a'"),
    "one word of 300,000 letters": prompt(b'"""You are a ' + b"a" * 300_000 + b'"""'),
    "300,000 characters of Chinese": prompt(b'"""You are a ' + "中".encode() * 200_000 + b'"""'),
    "200,000 emoji": prompt(b'"""You are a ' + "😀".encode() * 60_000 + b'"""'),
    "200,000 combining marks": prompt(b'"""You are e' + "\u0301".encode() * 60_000 + b'"""'),
    "200,000 open braces": prompt(b'"""You are a ' + b"{" * 200_000 + b'"""', may_fail=True),
    "braces open and close 100,000 times": prompt(b'"""You are a ' + b"{}" * 100_000 + b'""".format(1)', may_fail=True),
    "200,000 percent signs": prompt(b'"""You are a ' + b"%(" * 100_000 + b'""" % x'),
    "200,000 dollars": prompt(b'"""You are a ' + b"${" * 100_000 + b'"""', may_fail=True),
    "200,000 backticks": prompt(b'"""You are a ' + b"`" * 200_000 + b'"""'),
    "backticks of every length": prompt(b'"""You are a ' + b" ".join(b"`" * n for n in range(600)) + b'"""'),
    "100,000 quotes": prompt(b"'''You are a " + b'"' * 100_000 + b" '''"),
    "100,000 stars": prompt(b'"""You are a ' + b"*" * 100_000 + b'"""'),
    "50,000 list items": prompt(b'"""You are a\n' + b"- item\n" * 50_000 + b'"""'),
    "50,000 headings": prompt(b'"""You are a\n' + b"# x\n" * 50_000 + b'"""'),
    "100,000 angle brackets": prompt(b'"""You are a ' + b"<" * 100_000 + b'"""'),
    "50,000 open tags": prompt(b'"""You are a ' + b"<a>" * 50_000 + b'"""'),
    "50,000 tags of different names": prompt(b'"""You are a ' + b"".join(b"<t%d>" % i for i in range(30_000)) + b'"""'),
    "100,000 open parentheses in a prompt": prompt(b'"""You are a ' + b"(" * 100_000 + b'"""', may_fail=True),
    "100,000 brackets in a prompt": prompt(b'"""You are a ' + b"[{" * 50_000 + b'"""', may_fail=True),
    "deep JSON in a prompt": prompt(b'"""You are a. Answer as ' + b'{"a": ' * 70 + b"1" + b"}" * 70 + b'"""'),
    "very deep JSON in a prompt": prompt(b'"""You are a. Answer as ' + b'{"a": ' * 20_000 + b"1" + b"}" * 20_000 + b'"""', may_fail=True),
    "50,000 numbers": prompt(b'"""You are a ' + b"1 " * 50_000 + b'"""'),
    "50,000 sentences": prompt(b'"""You are a clerk. ' + b"Do it. " * 50_000 + b'"""'),
    "20,000 different sentences": prompt(b'"""You are a clerk. ' + b"".join(b"You must not do %d. " % i for i in range(20_000)) + b'"""'),
    "20,000 wordy sentences": prompt(b'"""You are a clerk. ' + b"In order to do so, please make sure that you do it. " * 10_000 + b'"""'),
    "100,000 commas": prompt(b'"""You are a clerk' + b"," * 100_000 + b'"""'),
    "100,000 dots": prompt(b'"""You are a clerk' + b"." * 100_000 + b'"""'),
    "100,000 dashes": prompt(b'"""You are a clerk' + b"-" * 100_000 + b'"""'),
    "100,000 hashes": prompt(b'"""You are a clerk' + b"#" * 100_000 + b'"""'),
    "100,000 bars": prompt(b'"""You are a clerk\n' + b"|" * 100_000 + b'"""'),
    "100,000 backslashes": prompt(b'r"""You are a clerk ' + b"\\" * 100_000 + b'"""'),
    "100,000 escapes": prompt(b'"""You are a clerk ' + b"\\n" * 100_000 + b'"""'),
    "100,000 capital words": prompt(b'"""You are a ' + b"MUST Not " * 20_000 + b'"""'),
    "base64 of 500 KB": prompt(b'"""You are a ' + b"QUJD" * 125_000 + b'"""'),
    "a data URI of 500 KB": prompt(b'"data:image/png;base64,' + b"QUJD" * 125_000 + b'"'),
    "5,000 calls": py((CALL % b'"You are a clerk. Answer in one word."') * 5000),
    "3,000 embeddings of which the first is taken": py(HEAD + b"".join(b"def f%d(p):\n    a = client.embeddings.create(model='text-embedding-3-small', input=p)\n    return a.data[0].embedding\n" % i for i in range(3_000))),
    "3,000 requests for several answers": py(HEAD + b"".join(b"def f%d(p):\n    a = client.chat.completions.create(model='gpt-4o', messages=p, n=3)\n    return a.choices\n" % i for i in range(3_000))),
    "3,000 requests that are built first": py(HEAD + b"import json, urllib.request\n" + b"".join(b"def f%d(p):\n    r = urllib.request.Request('https://api.openai.com/v1/chat/completions', data=json.dumps({'model': 'gpt-4o', 'messages': p}).encode())\n    return urllib.request.urlopen(r)\n" % i for i in range(3_000))),
    "200,000 calls": py(b"c = client.chat.completions.create\n" + b"c()\n" * 200_000, unreadable=("bad.py",)),
    "2,000 prompts": py(b"".join(b'P%d_PROMPT = """You are a clerk.   \n\n\n\nAnswer %d."""\n' % (i, i) for i in range(2000))),
    "5,000 functions": py(b"".join(b"def f%d(x):\n    return f%d(x)\n" % (i, i + 1) for i in range(5000)) + CALL % b"f0('a')"),
    "5,000 imports": py(b"".join(b"import m%d\n" % i for i in range(5000)) + CALL % b"m1.x"),
    "300 parameters": py(b"def f(" + b", ".join(b"a%d=1" % i for i in range(300)) + b"): pass\n" + CALL % b"f()"),
    "an ignore comment of 100,000 codes": prompt(b'"a"  # promptlint: ignore[' + b"PRM101," * 30_000 + b"]\n", may_fail=True),
    "1,000 star imports": Case({"good2.py": HEAD, **{f"m{i}.py": b"from m%d import *\n" % ((i + 1) % 300) for i in range(300)}, "bad.py": b"from m0 import *\n" + HEAD + CALL % b"NAME"}),
}  # fmt: skip

# What a name may lead to.
CASES |= {
    "a file that imports itself": Case({"bad.py": b"from bad import client, PROMPT\n" + CALL % b"PROMPT"}),
    "two files that import each other": Case({"a.py": b"from b import PROMPT\nimport openai\n" + HEAD + CALL % b"PROMPT", "b.py": b"from a import PROMPT\nimport openai\n"}),
    "a package that imports itself": Case({"p/__init__.py": b"from p import x\nfrom . import y\nfrom .. import z\nfrom ...... import w\n", "p/x.py": b"from p import *\n" + HEAD + CALL % b"y"}),
    "a name that is itself": py(b"x = x\ny = z\nz = y\nPROMPT = PROMPT\n" + CALL % b"x + y + PROMPT"),
    "a client that is itself": py(b"a = b\nb = a\nclient = client\na.chat.completions.create(model=b)\nclient.create(client)\n"),
    "a wrapper that calls itself": py(b"def ask(x, model='gpt-4o'):\n    client.chat.completions.create(model=model, messages=[{'role': 'user', 'content': x}])\n    return ask(x + 'a', model)\nask('b')\n"),
    "wrappers that call each other": py(b"def a(x):\n    client.chat.completions.create(model='gpt-4o', messages=[{'role': 'user', 'content': x}])\n    return b(x)\ndef b(x):\n    return a('y' + x)\nb('z')\n"),
    "a wrapper 60 deep": py(b"def w0(x):\n    return client.chat.completions.create(model='gpt-4o', messages=[{'role': 'user', 'content': x}])\n" + b"".join(b"def w%d(x):\n    return w%d(x + 'a')\n" % (i + 1, i) for i in range(60)) + b"w60('b')\n"),
    "wrappers 30 deep that branch": py(b"def w0(x):\n    return client.chat.completions.create(model='gpt-4o', messages=[{'role': 'user', 'content': x}])\n" + b"".join(b"def w%d(x):\n    w%d(x + 'a')\n    return w%d(x + 'b')\n" % (i + 1, i, i) for i in range(30)) + b"w30('b')\n"),
    "a class that inherits from itself": py(b"class A(A):\n    x = 'p'\n    def f(self):\n        return self.client.chat.completions.create(model=self.m, messages=self.x)\nA().f()\n"),
    "classes that inherit from each other": py(b"class A(B): pass\nclass B(C): pass\nclass C(A):\n    def f(self):\n        return self.client.create(model=self.m)\nA().f()\n"),
    "a class 200 deep": py(b"class A0:\n    m = 'gpt-4o'\n" + b"".join(b"class A%d(A%d): pass\n" % (i + 1, i) for i in range(200)) + b"client.chat.completions.create(model=A200.m, messages=[])\n"),
    "classes that inherit in diamonds": py(b"class A0: pass\nclass B0: pass\n" + b"".join(b"class A%d(A%d, B%d): pass\nclass B%d(A%d, B%d): pass\n" % (i + 1, i, i, i + 1, i, i) for i in range(40)) + b"client.chat.completions.create(model=A40.m, messages=[])\n"),
    "a property that is itself": py(b"class A:\n    @property\n    def m(self): return self.m\n    def __getattr__(self, n): return getattr(self, n)\n    def f(self): return client.chat.completions.create(model=self.m, messages=[{'role': 'user', 'content': self.m}])\n"),
    "a decorator that decorates itself": py(b"@f\ndef f(g): return f(f(g))\n@f\nclass f(f): pass\nf(f)(f)\n" + CALL % b"f(f)"),
    "unpacking oneself": py(b"a = {**a}\nb = [*b]\nc = {**d}\nd = {**c}\nclient.chat.completions.create(**a, **c)\nclient.chat.completions.create(*b, **d)\n"),
    "keyword dictionaries 300 deep": py(b"k0 = {'model': 'gpt-4o'}\n" + b"".join(b"k%d = {**k%d}\n" % (i + 1, i) for i in range(300)) + b"client.chat.completions.create(**k300, messages=[])\n"),
    "keyword dictionaries that double": py(b"k0 = {'model': 'gpt-4o'}\n" + b"".join(b"k%d = {**k%d, **k%d}\n" % (i + 1, i, i) for i in range(40)) + b"client.chat.completions.create(**k40, messages=[])\n"),
    "a partial of a partial": py(b"from functools import partial\nf = client.chat.completions.create\n" + b"f = partial(f, model='gpt-4o')\n" * 100 + b"f(messages=[])\n"),
    "a comprehension of itself": py(b"x = [x for x in x for x in x]\ny = {y: y for y in y}\n" + CALL % b"x + y"),
    "walrus": prompt(b"(a := (b := (a := 'x')))"),
    "a global and a nonlocal": py(b"def f():\n    global p\n    p = p\n    def g():\n        nonlocal p\n        p += p\n    return p\n" + CALL % b"f()"),
    "a match": py(b"match x:\n    case {'a': [*b, {'c': d}], **e} if d: pass\n    case A(b=[1, *_]) | None: pass\n" + CALL % b"d + e"),
    "an endless agent of agents": py(b"while True:\n  while True:\n    while True:\n      client.chat.completions.create(model='gpt-4o', messages=m)\n      m = m + m\n"),
    "odd models": py(b"".join(b"client.chat.completions.create(model=%s, messages=[])\n" % m for m in (b"''", b"'\\x1b[31m'", b"'" + b"a/" * 5000 + b"'", b"None", b"1", b"['gpt-4o']", b"'\\ud800'", b"'gpt-4o\\n::error::x'", b"b'gpt-4o'", b"...", b"'ft:' * 3", b"'bedrock/us.' + x"))),
    "names that are not ASCII": py("ſ = K = 'a'\nclass Ⅷ: prompt = ſ\n𝐜𝐥𝐢𝐞𝐧𝐭 = client\n𝐜𝐥𝐢𝐞𝐧𝐭.chat.completions.create(model=Ⅷ.prompt, messages=[{'role': 'user', 'content': K}])\n".encode()),
}  # fmt: skip

# Half characters, and what would steer a terminal.
_ODD = "\\x1b]8;;http://x\\x07 \\x1b[2J \\u202e \\x00 \\x9b1m \\u2028 \\r ::error::pwned %0A | <script>alert(1)</script> </details> `x` @all [a](javascript:b)"
CASES |= {
    "half a character": prompt(b'"You are a \\ud800 clerk.   \\n\\n\\n\\n Answer."'),
    "half a character in a name": py(b'P_PROMPT = "You are a \\udfff clerk. Answer in one word."\nclient.chat.completions.create(model="\\ud800", messages=[{"role": "\\udc00", "content": P_PROMPT}])\n'),
    "half a character in an f-string": prompt(b'f"You are a \\ud800 {x!r:>{w}} clerk"'),
    "half a character in a dictionary": py(b'd = {"\\ud800": "You are a clerk"}\n' + CALL % b'd["\\ud800"]'),
    "half a character in a file": Case({"bad.py": HEAD + CALL % b'"\xed\xa0\x80"'}, unreadable=("bad.py",)),
    "half a character in JSON": Case({"prompts/bad.json": b'{"prompt": "You are a \\ud800 clerk.", "\\udfff": "You are a judge. Answer in one word."}'}),
    "half a character in YAML": Case({"prompts/bad.yaml": b'prompt: "You are a \\ud800 clerk. Answer in one word."\n'}),
    "half a character in a notebook": Case({"bad.ipynb": b'{"cells": [{"cell_type": "code", "source": "from openai import OpenAI\\nPROMPT = \\"You are a \\ud800 clerk.   \\"\\n"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'}, may_fail=True),
    "half a character in an escape of a notebook": Case({"bad.ipynb": b'{"cells": [{"cell_type": "code", "source": "from openai import OpenAI\\nPROMPT = \\"You are a \\\\ud800 clerk.   \\"\\n"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'}),
    "control characters in a prompt": prompt(f'"You are a clerk. {_ODD} Answer in one word.   \\n\\n\\n\\n\\n"'.encode()),
    "control characters in a model": py(f'client.chat.completions.create(model="gpt-4o{_ODD}", messages=[{{"role": "user", "content": x}}])\n'.encode()),
    "raw control characters": py(b'P_PROMPT = """You are a clerk.\x1b[2J\x1b]0;owned\x07\x08\x7f \xe2\x80\xae \xc2\x9b1m Answer in one word.   \n\n\n\n\n   """\n' + CALL % b"P_PROMPT"),
    "raw control characters in names of keys": py(b'client.chat.completions.create(**{"\x1b[2J": 1}, model=os.environ["\x1b[31mX\x07"], messages=[{"role": "user", "content": f"{a["\x1b"]}"}])\n', may_fail=True),
    "raw control characters in a hole": prompt(b"f'You are a clerk {x[\"\x1b[2J\"]} answer in one word'"),
    "raw control characters in a model expression": py(b'client.chat.completions.create(model=config["\x1b[2J\x07"]("\xe2\x80\xae"), messages=[])\n'),
    "control characters in files of every kind": Case({f"prompts/bad.{s}": b"You are a clerk.\x1b[2J\x07 \xe2\x80\xae Answer in one word: {{ x }}   \n\n\n\n\n" for s in ("md", "txt", "j2", "prompty", "prompt")}, may_fail=True),
    "control characters in a YAML error": Case({"prompts/bad.yaml": b"prompt: \x1b[2J You are a\n\t- x: [}\n"}, may_fail=True),
    "control characters in an ignore comment": prompt(b'"a"  # promptlint: ignore[\x1b[2J] \x07', may_fail=True),
}  # fmt: skip

# Files that are no source.
_call_of = b'from langchain_core.prompts import PromptTemplate\nPROMPT = PromptTemplate.from_file("prompts/bad.%s")\n'
_laughs = b"a0: &a0 [x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (i + 1, i + 1, b", ".join([b"*a%d" % i] * 9)) for i in range(12)
)
_merge = b"a0: &a0 {x: You are a clerk}\n" + b"".join(
    b"a%d: &a%d {<<: [*a%d, *a%d], y%d: z}\n" % (i + 1, i + 1, i, i, i) for i in range(40)
)
CASES |= {
    "YAML that laughs": Case({"prompts/bad.yaml": b"prompt: You are a clerk. Answer in one word.\n" + _laughs}),
    "YAML that merges": Case({"prompts/bad.yaml": b"prompt: You are a clerk. Answer in one word.\n" + _merge}),
    "YAML that holds itself": Case({"prompts/bad.yaml": b"prompt: &a [You are a clerk. Answer in one word., *a, {b: *a}]\n"}),
    "YAML with tags": Case({"prompts/bad.yaml": b"prompt: !!python/object/apply:os.system ['touch owned']\nother: !!python/name:os.system\nsystem_prompt: !foo You are a clerk\n? !!python/tuple [a, b]\n: c\n"}),
    "YAML with 10,000 brackets": Case({"prompts/bad.yaml": b"prompt: You are a clerk\nx: " + b"[" * 10_000 + b"\n"}),
    "YAML with 10,000 closed brackets": Case({"prompts/bad.yaml": b"prompt: You are a clerk\nx: " + b"[" * 10_000 + b"]" * 10_000 + b"\n"}),
    "YAML with 3,000 levels": Case({"prompts/bad.yaml": b"".join(b" " * i + b"prompt:\n" for i in range(900)) + b" " * 900 + b"You are a clerk\n"}),
    "YAML with 10,000 dashes": Case({"prompts/bad.yaml": b"prompt: You are a clerk\nx:\n" + b"- " * 10_000 + b"a\n"}),
    "YAML with braces 10,000 deep": Case({"prompts/bad.yaml": b"prompt: You are a clerk\nx: " + b"{a: " * 10_000 + b"\n"}),
    "YAML with odd keys": Case({"prompts/bad.yaml": b"? [a, b]\n: You are a clerk\n? {prompt: You are a clerk}\n: x\n1: 2\n~: ~\n2026-01-01: x\n.inf: You are\ntrue: no\n: :\n"}),
    "YAML with bad dates and numbers": Case({"prompts/bad.yaml": b"prompt: You are a clerk\na: 2026-99-99\nb: 0x\nc: 1e99999\nd: 0b2\ne: 99:99:99\nf: " + b"9" * 10_000 + b"\n"}),
    "YAML with many documents": Case({"prompts/bad.yaml": b"---\nprompt: You are a clerk\n" * 3000}),
    "YAML with duplicate keys": Case({"prompts/bad.yaml": b"prompt: You are a clerk\nprompt: You are a judge\n"}),
    "YAML with tabs": Case({"prompts/bad.yaml": b"prompt:\n\tYou are a clerk\n"}),
    "YAML with 50,000 anchors": Case({"prompts/bad.yaml": b"prompt: You are a clerk\n" + b"".join(b"k%d: &a%d x\n" % (i, i) for i in range(10_000))}),
    "YAML with control characters": Case({"prompts/bad.yaml": b"prompt: You are a clerk\x07\n"}),
    "JSON 100,000 deep": Case({"prompts/bad.json": b'{"prompt": "You are a clerk", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"}),
    "JSON of objects 5,000 deep": Case({"prompts/bad.json": b'{"prompt": "You are a clerk", "x": ' + b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"}"}),
    "JSON 900 deep": Case({"prompts/bad.json": b'{"prompt": ' * 900 + b'"You are a clerk"' + b"}" * 900}),
    "JSON with odd numbers": Case({"prompts/bad.json": b'{"prompt": "You are a clerk. Answer.", "a": NaN, "b": -Infinity, "c": 1e99999, "d": ' + b"9" * 10_000 + b"}"}),
    "JSON with duplicate keys": Case({"prompts/bad.json": b'{"prompt": "You are a clerk. Answer.", "prompt": "You are a judge. Answer."}'}),
    "JSON with odd escapes": Case({"prompts/bad.json": b'{"prompt": "You are a \\u0000 clerk. \\uD83D\\uDE00 \\" \\\\ \\/ Answer."}'}),
    "JSON of other shapes": Case({f"prompts/p{i}.json": t for i, t in enumerate((b"[]", b"null", b'"You are a clerk"', b"1", b'[["You are"]]', b'{"": ""}', b'{"prompt": null}', b'{"messages": {"role": 1}}', b'{"messages": [1, [], null, {"role": [], "content": {}}]}', b'{"_type": "prompt", "template": 5}', b'{"_type": "few_shot", "examples": "x"}'))}),
    "JSON in one line of 900 KB": Case({"prompts/bad.json": b'{"prompt": "You are a clerk. ' + b"word " * 180_000 + b'"}'}),
    "JSON with 100,000 strings": Case({"prompts/bad.json": b'{"prompts": [' + b", ".join([b'"You are"'] * 50_000) + b"]}"}),
    "JSON with a colon far behind a key": Case({"prompts/bad.json": b'{"prompt"' + b" " * 5000 + b': "You are a clerk", "b": [{"c"' + b" " * 5000 + b': {"d": 1}}]}'}),
    "TOML 5,000 deep": Case({"prompts/bad.toml": b'prompt = "You are a clerk"\nx = ' + b"[" * 5_000 + b"]" * 5_000 + b"\n", "bad.py": HEAD + b'open("prompts/bad.toml")\n'}),
    "TOML of dotted keys": Case({"prompts/bad.toml": b"a" + b".a" * 5_000 + b' = "You are a clerk"\n', "bad.py": HEAD + b'open("prompts/bad.toml")\n'}),
    "XML that laughs": Case({"prompts/bad.xml": b'<!DOCTYPE l [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>\n<prompt>You are a clerk &b;&c; Answer.</prompt>'}),
    "XML with 50,000 open elements": Case({"prompts/bad.xml": b"<prompt>You are a clerk" * 30_000}),
    "XML with 50,000 open comments": Case({"prompts/bad.xml": b"<prompt>You are a clerk</prompt>" + b"<!--" * 50_000}),
    "prompty with hostile front matter": Case({"prompts/bad.prompty": b"---\n" + _laughs + b"x: !!python/object/apply:os.system ['touch owned']\n---\nsystem:\nYou are a clerk.   \n\n\n\nAnswer {{x}}\n"}, may_fail=True),
    "prompty that never ends": Case({"prompts/bad.prompty": b"---\n" + b"a: b\n" * 50_000}),
    "markdown with 50,000 rules": Case({"prompts/bad.md": b"---\n" * 50_000 + b"You are a clerk"}),
    "text that never ends a line": Case({"prompts/bad.md": b"You are a clerk. " * 50_000}),
    "a notebook that is no JSON": Case({"bad.ipynb": b"not json"}, unreadable=("bad.ipynb",)),
    "a notebook that is a list": Case({"bad.ipynb": b"[]"}, unreadable=("bad.ipynb",)),
    "a notebook without cells": Case({"bad.ipynb": b"{}"}, unreadable=("bad.ipynb",)),
    "a notebook of odd cells": Case({"bad.ipynb": b'{"cells": [1, null, [], {"cell_type": "code"}, {"cell_type": 5}, {"cell_type": "code", "source": 7}, {"cell_type": "code", "source": [1, null, "x = 1"]}, {"cell_type": "code", "source": {"a": 1}}], "metadata": 5}'}),
    "a notebook of odd worksheets": Case({"bad.ipynb": b'{"worksheets": [1, {"cells": 5}, {"cells": null}, {"cells": [{"cell_type": "code", "input": "x=1"}]}], "metadata": {"kernelspec": [], "language_info": {"name": 4}}}'}, may_fail=True),
    "a notebook 100,000 deep": Case({"bad.ipynb": b'{"cells": ' + b"[" * 100_000}, unreadable=("bad.ipynb",)),
    "a notebook with broken cells": Case({"bad.ipynb": b'{"cells": [{"cell_type": "code", "source": "def f(:"}, {"cell_type": "code", "source": "from openai import OpenAI\\nOpenAI().chat.completions.create(model=\'gpt-4o\', messages=[])"}, {"cell_type": "code", "source": "%%foo\\nbar("}, {"cell_type": "code", "source": "(" }], "metadata": {}}'}, unreadable=("bad.ipynb",)),
    "a notebook with 1,000 broken cells": Case({"bad.ipynb": b'{"cells": [' + b", ".join([b'{"cell_type": "code", "source": "import openai(:"}'] * 1000) + b'], "metadata": {}}'}, unreadable=("bad.ipynb",)),
    "a notebook of 30 MB": Case({"bad.ipynb": b'{"cells": [{"cell_type": "code", "source": "import openai", "outputs": ["' + b"A" * 30_000_000 + b'"]}], "metadata": {}}'}),
    "a notebook of 60 MB": Case({"bad.ipynb": b'{"cells": [{"cell_type": "code", "source": "import openai", "outputs": ["' + b"A" * 60_000_000 + b'"]}], "metadata": {}}'}, unreadable=("bad.ipynb",)),
    "a notebook with null bytes": Case({"bad.ipynb": b'{"cells": [{"cell_type": "code", "source": "openai\\u0000 = \\"\\u0000\\""}], "metadata": {}}'}, may_fail=True),
    "a Python file of 2 MB": py(b"x = 1\n" * 350_000, unreadable=("bad.py",)),
    "a text file of 2 MB": Case({"prompts/bad.md": b"You are a clerk.\n" * 60_000}, unreadable=("prompts/bad.md",)),
}  # fmt: skip

# Templates.
CASES |= {
    "a loop that would not end": template(b"You are a clerk. {% for i in range(10**12) %}{% for j in range(10**12) %}x{% endfor %}{% endfor %}{{ a }}"),
    "a template that calls": template(b"You are a clerk. {{ ''.__class__.__mro__[1].__subclasses__() }} {{ cycler.__init__.__globals__.os.system('touch owned') }}"),
    "a template that includes itself": template(b"You are a clerk. {% include 'prompts/bad.j2' %}{% extends 'prompts/bad.j2' %}{% import 'prompts/bad.j2' as x %}{{ a }}"),
    "templates that include each other": Case({"prompts/a.j2": b"You are a {% include 'b.j2' %}", "prompts/b.j2": b"clerk {% include 'a.j2' %}", "bad.py": HEAD + b'from jinja2 import Environment, FileSystemLoader\nt = Environment(loader=FileSystemLoader("prompts")).get_template("a.j2")\n' + CALL % b"t.render()"}),
    "a template that includes from outside": template(b"You are a clerk. {% include '../../../../../../etc/passwd' %}{% include '/etc/passwd' %}{{ a }}"),
    "unclosed tags": template(b"You are a clerk. {{ a {% if b %} {# c", may_fail=True),
    "unclosed raw": template(b"You are a clerk. {% raw %} {{ a", may_fail=True),
    "10,000 open tags": template(b"You are a clerk. " + b"{{" * 10_000, may_fail=True),
    "50,000 tags": template(b"You are a clerk. " + b"{{ a }}" * 50_000, may_fail=True),
    "10,000 open ifs": template(b"You are a clerk. " + b"{% if a %}" * 10_000, may_fail=True),
    "2,000 nested ifs": template(b"You are a clerk. " + b"{% if a %}" * 2_000 + b"x" + b"{% endif %}" * 2_000, may_fail=True),
    "300 nested ifs": template(b"You are a clerk. " + b"{% if a %}" * 300 + b"x" + b"{% endif %}" * 300, may_fail=True),
    "2,000 nested brackets in a tag": template(b"You are a clerk. {{ " + b"(" * 2_000 + b"a" + b")" * 2_000 + b" }}", may_fail=True),
    "50,000 brackets in a tag": template(b"You are a clerk. {{ " + b"(" * 50_000 + b" }}", may_fail=True),
    "2,000 filters": template(b"You are a clerk. {{ a" + b"|upper" * 2_000 + b" }}", may_fail=True),
    "10,000 additions in a tag": template(b"You are a clerk. {{ a" + b" + a" * 10_000 + b" }}", may_fail=True),
    "10,000 nots in a tag": template(b"You are a clerk. {{ " + b"not " * 10_000 + b"a }}", may_fail=True),
    "a string in a tag of 100,000 backslashes": template(b"You are a clerk. {{ '" + b"\\" * 100_000 + b"' }}", may_fail=True),
    "strings in a tag that never end": template(b"You are a clerk. " + b"{{ '\\' " * 5_000, may_fail=True),
    "line statements": template(b"# for x in y\nYou are a clerk {{ x }}\n# endfor\n## comment\n"),
    "unknown tags and filters": template(b"You are a clerk. {% foo bar %}{{ a|nonesuch(1, *b, **c) }}{% endfoo %}", may_fail=True),
    "odd numbers in a tag": template(b"You are a clerk. {{ 1e999999 }}{{ 9_9 }}{{ " + b"9" * 10_000 + b" }}{{ 0x }}", may_fail=True),
    "percent templates": prompt(b'"You are a %(a)s %(b %%(c)s %(" % d', may_fail=True),
    "format templates": prompt(b'"You are a {a.b[c].d!r:{e}} {0} {} {{ }} {a:{b:{c}}} {" .format(1)', may_fail=True),
    "format templates nested 5,000": prompt(b'"You are a ' + b"{a:" * 5_000 + b"}" * 5_000 + b'".format(1)', may_fail=True),
    "format templates with brackets": prompt(b'"You are a {a[' + b"[" * 5_000 + b'}".format(1)', may_fail=True),
    "mustache": Case({"prompts/bad.mustache": b"You are a clerk. {{#a}}{{^b}}{{>c}}{{{d}}}{{&e}}{{=<% %>=}}<% f %>{{/x}}" + b"{{#a}}" * 2_000, "prompts/c.hbs": b"You are a {{#each x}}{{this}}{{/each}}{{{{raw}}}}"}),
    "regular expression bombs": prompt(b'"""You are a ' + b"a" * 30_000 + b"! " + b"(a+)+$ " * 2_000 + b"x " * 10_000 + b"and " * 10_000 + b'"""'),
    "long runs of every mark": prompt(b'"""You are a clerk. ' + b" ".join(c * 4000 for c in (b"!", b"#", b"$", b"%", b"&", b"(", b")", b"*", b"+", b",", b"-", b".", b"/", b":", b";", b"<", b"=", b">", b"?", b"@", b"[", b"]", b"^", b"_", b"`", b"{", b"|", b"}", b"~", b"'", b"0", b"a", b"A", b"\\\\")) + b'"""', may_fail=True),
    "long runs of every pair": prompt(b'"""You are a clerk. ' + b" ".join(c * 4000 for c in (b"a ", b"A ", b"1 ", b"1.", b"1,", b"- ", b"a,", b"a.", b"a-", b"a_", b"'a", b"a'", b"**", b"* ", b"\n- ", b"\n\n", b" \n", b"\n ", b"a\n", b"1)", b"(a", b"[a", b"a:", b": ", b"|a", b"<a", b"</", b"e.g. ", b"not ", b"or ", b"must ", b"no ", b"each ", b"the ", b"and, ")) + b'"""', may_fail=True),
}  # fmt: skip

# Configuration.
CASES |= {
    "configuration: no TOML": config("select = [\n"),
    "configuration: not UTF-8": config(b"select = ['\xff']\n"),
    "configuration: null bytes": config(b"select = ['\x00']\n"),
    "configuration: random bytes": config(_noise(7, 3000)),
    "configuration: unknown key": config("selct = []\n"),
    "configuration: duplicate key": config("preview = true\npreview = false\n"),
    "configuration: 5,000 brackets": config("select = " + "[" * 5000 + "\n"),
    "configuration: closed 5,000 deep": config("select = " + "[" * 5000 + "]" * 5000 + "\n"),
    "configuration: dotted 5,000 deep": config("models" + ".a" * 5000 + " = 'x'\n"),
    "configuration: tables 3,000 deep": config("[models" + ".a" * 3000 + "]\nx = 1\n"),
    "configuration: models is a list": config("models = []\n"),
    "configuration: models is a number": config("models = 5\n"),
    "configuration: a model is a table": config("[models]\na = {b = 1}\n"),
    "configuration: select is a number": config("select = 5\n"),
    "configuration: select is a text": config("select = 'ALL'\n"),
    "configuration: select of numbers": config("select = [1]\n"),
    "configuration: an unknown rule": config("select = ['PRM9999']\n", broken="PRM9999", by=_RULED),
    "configuration: a rule of control characters": config("select = ['\\u001b[2J']\n", broken="unknown rule", by=_RULED),
    "configuration: an unknown key of control characters": config('"\\u001b[2J\\n::error::x" = 1\n', broken="unknown key"),
    "configuration: preview is a date": config("preview = 2026-01-01\n"),
    "configuration: traffic is infinite": config("[traffic]\ncalls-per-month = inf\n"),
    "configuration: traffic is nan": config("[traffic]\ncached-share = nan\n"),
    "configuration: traffic is negative": config("[traffic]\ncalls-per-month = -1\n"),
    "configuration: traffic is huge": config("[traffic]\ncalls-per-month = 9223372036854775807\ninput-tokens = 9223372036854775807\noutput-tokens = 9223372036854775807\n"),
    "configuration: traffic has 4,000 digits": config("[traffic]\ncalls-per-month = " + "9" * 4000 + "\n"),
    "configuration: traffic has 5,000 digits": config("[traffic]\ncalls-per-month = " + "9" * 5000 + "\n"),
    "configuration: traffic has a big exponent": config("[traffic]\ncalls-per-month = 1e300\n"),
    "configuration: a share of 1e-300": config("[traffic]\ncalls-per-month = 5\ninput-tokens = 5\noutput-tokens = 5\ncached-share = 1e-300\n", broken=None, may_fail=True),
    "configuration: traffic is a text": config("[traffic]\ncalls-per-month = 'many'\n"),
    "configuration: traffic is a list": config("traffic = [1]\n"),
    "configuration: a site is a number": config("[traffic.sites]\nabc = 5\n"),
    "configuration: a share of a text": config("[traffic]\ncached-share = '0.5'\n", broken=None),
    "configuration: a discount of 5,000 %": config("[prices]\ndiscount = {openai = 50}\n"),
    "configuration: a discount of nan": config("[prices]\ndiscount = {openai = nan}\n"),
    "configuration: a discount of a text": config("[prices]\ndiscount = {openai = 'x'}\n"),
    "configuration: a negative discount": config("[prices]\ndiscount = {openai = -1e308}\n"),
    "configuration: budgets of every kind": config("[budget]\nmax-monthly-usd = nan\nmax-monthly-increase-usd = -inf\n[budget.max-prompt-tokens]\n'**' = -5\n'' = 1\n'[' = 2\n"),
    "configuration: a budget of a text": config("[budget]\nmax-monthly-usd = 'x'\n"),
    "configuration: rules of every kind": config("[rules.PRM101]\nx = 1\ny = nan\n[rules.nonesuch]\nz = 'a'\n"),
    "configuration: a rule's threshold is a text": config("[rules.PRM201]\ntokens = 'x'\nmin-tokens = true\n", by=("check", "fix")),
    "configuration: rules are numbers": config("[rules]\nPRM101 = 1\n"),
    "configuration: wrappers are texts": config("wrappers = ['a']\n"),
    "configuration: a wrapper without a name": config("[[wrappers]]\nprompt = 'x'\n"),
    "configuration: odd wrappers": config("[[wrappers]]\ncallee = ''\n[[wrappers]]\ncallee = '.'\nprompt = ''\n[[wrappers]]\ncallee = 'a..b'\n[[wrappers]]\ncallee = '((((a+)+)+)+$'\nmodel = '*'\n[[wrappers]]\ncallee = '" + "a." * 5000 + "b'\n", broken=None, may_fail=True),
    "configuration: glob bombs": config("exclude = ['" + "*a" * 25 + "b', '**/**/**/**/**/**/**/**/**/**/x', '[', '[!', '{a,b', '\\\\', '!', '', '/', '*" + "?*" * 12 + "']\n[per-file-ignores]\n'" + "*a" * 30 + "b' = ['ALL']\n'[z-a]' = ['ALL']\n"),
    "configuration: a glob that no file of ours matches": Case({"promptlint.toml": ("exclude = ['" + "**/*a" * 8 + "b']\n").encode(), "a" * 200 + ".md": b"You are", "x/" + "a/" * 30 + "aaaa.md": b"You are"}),
    "configuration: everything excluded but good": config("exclude = ['[', '*.md']\n", broken=None, may_fail=True),
    "configuration: ignores of odd rules": config("[per-file-ignores]\n'*' = [1]\n"),
    "configuration: prompt paths": config("prompt-paths = ['../../..', '/', '', '[', '**']\n"),
    "configuration: include": config("include = ['nonesuch', '']\n"),
    "configuration: output format": config("output-format = 'nonesuch'\n"),
    "configuration: extend leads to itself": config("extend = 'promptlint.toml'\n"),
    "configuration: extend leads to a folder": config("extend = '.'\n"),
    "configuration: extend leads nowhere": config("extend = 'nonesuch'\n"),
    "configuration: extend leads to a device": config("extend = '/dev/zero'\n"),
    "configuration: extend is a number": config("extend = 5\n"),
    "configuration: extend holds a null byte": config("extend = \"a\\u0000b\"\n"),
    "configuration: extend is long": config("extend = '" + "a" * 5000 + "'\n"),
    "configuration: pyproject tool is a list": Case({"pyproject.toml": b"tool = []\n"}, may_fail=True),
    "configuration: pyproject tool is a number": Case({"pyproject.toml": b"tool = 5\n"}, may_fail=True),
    "configuration: pyproject table is a text": Case({"pyproject.toml": b"[tool]\npromptlint = 'x'\n"}, broken="pyproject.toml"),
    "configuration: pyproject table is a list": Case({"pyproject.toml": b"[[tool.promptlint]]\nselect = []\n"}, broken="pyproject.toml"),
    "configuration: pyproject not UTF-8": Case({"pyproject.toml": b"[tool.promptlint]\nselect = ['\xe9']\n"}, broken="pyproject.toml"),
    "configuration: pyproject in UTF-16": Case({"pyproject.toml": "[tool.promptlint]\n".encode("utf-16")}, broken="pyproject.toml"),
    "configuration: pyproject of another tool is broken": Case({"pyproject.toml": b"[tool.other]\nx = \n"}, broken="pyproject.toml"),
    "configuration: a folder named for it": Case(make=lambda f, c: (f / "promptlint.toml").mkdir() or None),
    "configuration: of 20 MB": config("# " + "x" * 20_000_000 + "\n"),
    "configuration: 50,000 models": config("[models]\n" + "".join(f"'a{i}' = 'gpt-4o'\n" for i in range(50_000)), broken=None),
    "configuration: odd models": config("[models]\n'' = ''\n'*' = '\\u001b[2J'\n'((' = 'gpt-4o'\n\"\\u0000\" = \"\\u0000\"\n", broken=None, may_fail=True),
    "configuration: key path": config("path = 'x'\n"),
    "configuration: key profile": config("profile = 'x'\n"),
    "git ignore of odd lines": Case({".gitignore": b"!\n\\\n[\n[z-a]\n**/**/**/\n" + b"*a" * 40 + b"b\n\xff\xfe\n/\n" + b"a" * 100_000 + b"\n"}, may_fail=True),
    "git ignore of 20,000 lines": Case({".gitignore": b"".join(b"name%d/**/x*\n" % i for i in range(20_000))}),
    "git ignore is a folder": Case(make=lambda f, c: (f / ".gitignore").mkdir() or None),
}  # fmt: skip

CASES |= {
    "traffic: no TOML": traffic("[sites\n"),
    "traffic: unknown key": traffic("calls = 5\n"),
    "traffic: sites is a list": traffic("sites = [1]\n"),
    "traffic: sites is a number": traffic("sites = 1\n"),
    "traffic: infinite": traffic("[sites.abc]\ncalls-per-month = inf\n"),
    "traffic: nan": traffic("[sites.abc]\ncached-share = nan\n"),
    "traffic: a share of 2": traffic("[sites.abc]\ncached-share = 2\n"),
    "traffic: glob bombs": traffic("[paths.'" + "**/*a" * 8 + "b']\ncalls-per-month = 5\n[paths.'[']\ncalls-per-month = 5\n", broken=None),
    "traffic: measured is control characters": traffic("calls-per-month = 5\ninput-tokens = 5\noutput-tokens = 5\nmeasured = \"\\u001b[2J\\u0007\\n::error::x\"\n", broken=None),
    "traffic: 5,000 brackets": traffic("sites = " + "[" * 5000 + "\n"),
    "traffic: a date": traffic("[sites.abc]\ncalls-per-month = 2026-01-01\n"),
    "traffic: 20,000 sites": traffic("".join(f"[sites.{i:012x}]\ncalls-per-month = 5\n" for i in range(20_000)), broken=None),
}  # fmt: skip


def _rules(text: str, name: str = "x.toml", **options: object) -> Case:
    return Case({"promptlint.toml": b"extend-rules = ['house']\n", f"house/{name}": text.encode()}, **options)  # type: ignore[arg-type]


CASES |= {
    "extend-rules: no TOML": _rules("[[", broken="x.toml"),
    "extend-rules: wrong shape": _rules("id = 5\n", broken="x.toml"),
    "extend-rules: unknown key": _rules("id = 'x'\n[[call]]\nmatch = ['x.y']\nkind = 'chat'\nrun = 'os.system'\n", broken="x.toml"),
    "extend-rules: empty": _rules("", broken="x.toml"),
    "extend-rules: 5,000 brackets": _rules("id = " + "[" * 5000 + "]" * 5000, broken="x.toml"),
    "extend-rules: regular expression bombs": _rules("id = 'x'\nchecked = 'y'\n[[call]]\nmatch = ['((a+)+)+$', '*', '', '.', '[']\nkind = 'chat'\n[[client]]\nnames = ['((a+)+)+$', '']\nrole = ''\n", may_fail=True),
    "extend-rules: Python": _rules("open('owned', 'w')\n", name="x.py", may_fail=True),
    "extend-rules: YAML": _rules("!!python/object/apply:os.system ['touch owned']\n", name="x.yaml", may_fail=True),
    "extend-rules: not there": config("extend-rules = ['nonesuch']\n", broken="nonesuch"),
    "extend-rules: a file": config("extend-rules = ['good.py']\n", broken="good.py"),
    "extend-rules: a number": config("extend-rules = [5]\n"),
    "extend-rules: above the project": config("extend-rules = ['../../../../../../etc']\n", broken=None, may_fail=True),
    "extend-rules: a null byte": config("extend-rules = [\"a\\u0000b\"]\n"),
    "extend-rules: a folder in it": Case({"promptlint.toml": b"extend-rules = ['house']\n"}, make=lambda f, c: (f / "house" / "x.toml").mkdir(parents=True) or None, broken="x.toml"),
    "extend-rules: a pipe in it": Case({"promptlint.toml": b"extend-rules = ['house']\n"}, make=lambda f, c: (f / "house").mkdir() or os.mkfifo(f / "house" / "x.toml") or None, broken="x.toml"),
    "extend-rules: a device in it": Case({"promptlint.toml": b"extend-rules = ['house']\n"}, make=lambda f, c: (f / "house").mkdir() or (f / "house" / "x.toml").symlink_to("/dev/zero") or None, broken="x.toml"),
    "extend-rules: not UTF-8": Case({"promptlint.toml": b"extend-rules = ['house']\n", "house/x.toml": b"id = '\xff'"}, broken="x.toml"),
}  # fmt: skip


# What a folder may hold.
def _links(folder: Path, cleanup: contextlib.ExitStack) -> None:
    (folder / "a").mkdir()
    (folder / "a" / "up").symlink_to("..")
    (folder / "a" / "self").symlink_to("self")
    (folder / "a" / "self.py").symlink_to("self.py")
    (folder / "one").symlink_to("two")
    (folder / "two").symlink_to("one")
    (folder / "ab").symlink_to("a")
    (folder / "abs").symlink_to(folder.resolve())


def _out(folder: Path, cleanup: contextlib.ExitStack) -> None:
    other = folder.parent / "other"
    other.mkdir()
    (other / "outside.py").write_bytes(GOOD)
    (folder / "link.py").symlink_to(other / "outside.py")
    (folder / "linked").symlink_to(other)
    (folder / "everything").symlink_to("/")
    (folder / "gone.py").symlink_to("nonesuch")
    (folder / "passwd.md").symlink_to("/etc/passwd")


def _odd_files(folder: Path, cleanup: contextlib.ExitStack) -> None:
    os.mkfifo(folder / "pipe.py")
    os.mkfifo(folder / "pipe.md")
    (folder / "prompts").mkdir()
    os.mkfifo(folder / "prompts" / "pipe")
    (folder / "zero.py").symlink_to("/dev/zero")
    (folder / "null.py").symlink_to("/dev/null")
    (folder / "random.md").symlink_to("/dev/urandom")
    (folder / "tty.py").symlink_to("/dev/tty")
    (folder / "memory.json").symlink_to("/proc/self/mem")
    (folder / "maps.yaml").symlink_to("/proc/self/maps")
    listening = cleanup.enter_context(socket.socket(socket.AF_UNIX))
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(folder)  # the path of a socket is short
        listening.bind("socket.py")
    finally:
        os.fchdir(here)
        os.close(here)


def _named(name: str) -> Callable[[Path, contextlib.ExitStack], list[str]]:
    def make(folder: Path, cleanup: contextlib.ExitStack) -> list[str]:
        _odd_files(folder, cleanup)
        return ["good.py", name]

    return make


def _odd_names(folder: Path, cleanup: contextlib.ExitStack) -> None:
    names = [b"a\xff\xfe.py", b"a\nb.py", b"a\x1b[2J\x07.py", b"::error::x.py", b"a|b`c`.py", b"<script>.py", b"a,b:c%0A.py",
             "a\u202eyp.md".encode(), b"--select.py", b" .py", b"a b.py", b"$(touch owned).py", b"{{x}}.py", b"%s.py", b"'\".py",
             b"a" * 250 + b".py", b"..py", b".py", b"...", "é.py".encode(), "e\u0301.py".encode(), b"con.py", b"a\\b.py", b"a\rb.py",
             b"[x](javascript:y).py", b"@all.py", b"#1.py", b"a&b;.py", b"\x9b1m.py"]  # fmt: skip
    for name in names:
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(GOOD)
    odd = Path(os.fsdecode(os.fsencode(folder) + b"/d\xff\n\x1b[31m"))
    odd.mkdir()
    (odd / "x.py").write_bytes(GOOD)
    (odd / "bad.py").write_bytes(HEAD + b"def f(:\n")
    (odd / "x.md").write_bytes(b"You are a clerk.   \n\n\n\nAnswer {x} in one word")


def _deep_folders(folder: Path, cleanup: contextlib.ExitStack) -> None:
    path = folder
    for _ in range(300):
        path = path / "d"
    path.mkdir(parents=True)
    (path / "x.py").write_bytes(GOOD)


def _many_files(folder: Path, cleanup: contextlib.ExitStack) -> None:
    (folder / "many").mkdir()
    for i in range(3000):
        (folder / "many" / f"m{i}.py").write_bytes(b"import os\n")


def _kept_out() -> bool:
    """Whether a file without any permission cannot be read."""
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).chmod(0)
        return not os.access(file.name, os.R_OK)


def _unreadable(folder: Path, cleanup: contextlib.ExitStack) -> None:
    (folder / "bad.py").write_bytes(GOOD)
    (folder / "bad.py").chmod(0)
    (folder / "closed").mkdir()
    (folder / "closed" / "x.py").write_bytes(GOOD)
    (folder / "closed").chmod(0)
    (folder / "half").mkdir()
    (folder / "half" / "x.py").write_bytes(GOOD)
    (folder / "half").chmod(0o400)
    cleanup.callback((folder / "closed").chmod, 0o700)
    cleanup.callback((folder / "half").chmod, 0o700)


CASES |= {
    "links that loop": Case(make=_links, unreadable=("a/self.py",)),
    "links that lead out": Case(make=_out, unreadable=("gone.py",)),
    "pipes, sockets and devices": Case(make=_odd_files, may_fail=True),
    "a pipe that is named": Case(make=_named("pipe.py"), unreadable=("pipe.py",)),
    "a socket that is named": Case(make=_named("socket.py"), unreadable=("socket.py",)),
    "a device that is named": Case(make=_named("zero.py"), unreadable=("zero.py",)),
    "a memory that is named": Case(make=_named("memory.json"), may_fail=True),
    "odd names": Case(make=_odd_names, may_fail=True),
    "odd names in a repository": Case(make=_odd_names, may_fail=True, repository=True),
    "300 folders deep": Case(make=_deep_folders),
    "3,000 files": Case(make=_many_files),
    "a path that is not there": Case(arguments=(".", "nonesuch.py"), unreadable=("nonesuch.py",)),
    "a path of 5,000 letters": Case(arguments=(".", "a" * 5000), unreadable=("aaaa",)),
    "a path of control characters": Case(arguments=(".", "\x1b[2J\x07.py"), unreadable=("x1b",)),
    "a path that is no text": Case(arguments=(".", "\udcff.py"), unreadable=(".py",)),
    "the same path many times": Case(arguments=(".", "./", "good.py", "./good.py", "x/../good.py") * 20, may_fail=True),
    "the path above": Case(arguments=("..", ".")),
    "a repository with nothing committed": Case(make=lambda f, c: subprocess.run(["git", "init", "-q", str(f)], check=True) and None, may_fail=True),
    "a repository that is damaged": Case({".git/HEAD": b"\xff\xff", ".git/config": b"[core\n"}, may_fail=True),
    "a .git that is a file": Case({".git": b"gitdir: /nonesuch\n"}, may_fail=True),
    "a cache that is a file": Case({".promptlint_cache": b"x"}),
    "a cache of links": Case(make=lambda f, c: (f / ".promptlint_cache").symlink_to("nonesuch") or None),
    "a cache that leads to itself": Case(make=lambda f, c: (f / ".promptlint_cache").symlink_to(".promptlint_cache") or None),
    "syntax errors in a repository": Case({"bad.py": HEAD + b"def f(:\n"}, unreadable=("bad.py",), repository=True),
}  # fmt: skip
# The superuser reads everything: there, run it under `setpriv --bounding-set=-dac_override,-dac_read_search`.
CASES["files and folders that may not be read"] = Case(
    make=_unreadable, unreadable=("bad.py", "closed") if _kept_out() else (), may_fail=True
)


# Written without a look at the engine: what else a file, a folder or a setting can be.
_BOMB = b"{% for a in range(10**9) %}" * 12 + b"{{ a * 10**9 }}" + b"{% endfor %}" * 12
_CELL = b'{"cell_type": "code", "metadata": {}, "source": %s, "outputs": [], "execution_count": null}'


def _notebook(*sources: bytes, more: bytes = b'"metadata": {}, "nbformat": 4, "nbformat_minor": 5') -> bytes:
    return b'{"cells": [' + b", ".join(_CELL % source for source in sources) + b"], " + more + b"}"


_GOOD_CELL = b"\"from openai import OpenAI\\nOpenAI().chat.completions.create(model='gpt-4o', messages=[{'role': 'user', 'content': x}])\\n\""
_CASES_OF_CODE = {
    "200,000 assignments": b"".join(b"a%d=%d\n" % (i, i) for i in range(58_000)),
    "200,000 assignments in 2 MB": b"".join(b"a%d = %d\n" % (i, i) for i in range(200_000)),
    "30,000 assignments to one name": b"PROMPT = 'You are a clerk'\n" * 30_000 + CALL % b"PROMPT",
    "20,000 additions to one name": b"p = 'You are a clerk'\n" + b"p += 'a'\n" * 20_000 + CALL % b"p",
    "20,000 assignments of a name to itself": b"p = 'You are a clerk'\n" + b"p = p + 'a'\n" * 20_000 + CALL % b"p",
    "a dictionary of 10,000 lines": b"d = {\n" + b"".join(b"    'key%d': 'You are a clerk number %d',\n" % (i, i) for i in range(10_000)) + b"}\n" + CALL % b"d['key7']",
    "a dictionary of 10,000 prompts": b"PROMPTS = {\n" + b"".join(b"    'p%d': 'You are a clerk. Answer in %d words.',\n" % (i, i) for i in range(10_000)) + b"}\n" + CALL % b"PROMPTS[name]",
    "a list of 20,000 texts, joined": CALL % (b"' '.join([" + b"'a', " * 20_000 + b"])"),
    "a list of 100,000 numbers": b"x = [" + b"1, " * 100_000 + b"]\n" + CALL % b"str(x)",
    "a tuple of 20,000 messages": b"client.chat.completions.create(model='gpt-4o', messages=[" + b"{'role': 'user', 'content': 'a'}, " * 20_000 + b"])\n",
    "3,000 brackets": b"x = " + b"(" * 3000 + b"1" + b")" * 3000 + b"\n",
    "3,000 lists": b"x = " + b"[" * 3000 + b"]" * 3000 + b"\n",
    "3,000 dictionaries": b"x = " + b"{1: " * 3000 + b"1" + b"}" * 3000 + b"\n",
    "3,000 attributes": CALL % (b"x" + b".a" * 3000),
    "3,000 calls of calls": CALL % (b"x" + b"()" * 3000),
    "3,000 calls in calls": CALL % (b"x(" * 3000 + b")" * 3000),
    "3,000 additions of names": CALL % b" + ".join([b"x"] * 3000),
    "3,000 powers": CALL % b" ** ".join([b"x"] * 3000),
    "3,000 ors": CALL % b" or ".join([b"x"] * 3000),
    "3,000 comparisons": CALL % b" < ".join([b"x"] * 3000),
    "3,000 elifs": b"if a == 0:\n    p = 'a'\n" + b"".join(b"elif a == %d:\n    p = 'You are %d'\n" % (i, i) for i in range(3000)) + CALL % b"p",
    "3,000 elses": b"".join(b" " * i + b"if a:\n" + b" " * (i + 1) + b"pass\n" + b" " * i + b"else:\n" for i in range(99)) + b" " * 99 + b"pass\n",
    "3,000 decorators": b"@d\n" * 3000 + b"def f(): pass\n" + CALL % b"f()",
    "3,000 decorators with calls": b"".join(b"@d(%d)\n" % i for i in range(3000)) + b"def f(x):\n    return " + CALL % b"x",
    "3,000 parameters": b"def f(" + b", ".join(b"a%d" % i for i in range(3000)) + b"):\n    return " + CALL % b"a7" + b"f(" + b", ".join([b"'a'"] * 3000) + b")\n",
    "3,000 keywords": b"client.chat.completions.create(model='gpt-4o', messages=[], " + b", ".join(b"k%d=%d" % (i, i) for i in range(3000)) + b")\n",
    "3,000 stars": b"client.chat.completions.create(model='gpt-4o', messages=[], " + b", ".join(b"**k%d" % i for i in range(3000)) + b")\n",
    "3,000 targets": b" = ".join(b"a%d" % i for i in range(3000)) + b" = 'You are a clerk'\n" + CALL % b"a7",
    "3,000 excepts": b"try:\n    p = 'a'\n" + b"".join(b"except E%d:\n    p = 'You are %d'\n" % (i, i) for i in range(3000)) + CALL % b"p",
    "3,000 cases": b"match x:\n" + b"".join(b"    case %d:\n        p = 'You are %d'\n" % (i, i) for i in range(3000)) + CALL % b"p",
    "3,000 withs": b"with " + b", ".join(b"a() as b%d" % i for i in range(3000)) + b":\n    " + CALL % b"b7",
    "3,000 fors in a comprehension": CALL % (b"[x" + b" for x in x" * 3000 + b"]"),
    "3,000 ifs in a comprehension": CALL % (b"[x for x in y" + b" if x" * 3000 + b"]"),
    "3,000 semicolons": b"x = 1;" * 3000 + b"\n" + CALL % b"x",
    "3,000 walruses": CALL % (b"(a := " * 140 + b"'x'" + b")" * 140),
    "3,000 yields": b"def f():\n" + b"    yield 'You are a clerk'\n" * 3000 + CALL % b"f()",
    "3,000 returns": b"def f(x):\n" + b"".join(b"    if x == %d: return 'You are %d'\n" % (i, i) for i in range(3000)) + CALL % b"f(1)",
    "3,000 classes in a row": b"class A0: m = 'gpt-4o'\n" + b"".join(b"class A%d(A%d): pass\n" % (i + 1, i) for i in range(3000)) + b"client.chat.completions.create(model=A3000.m, messages=[])\n",
    "3,000 aliases in a row": b"a0 = client.chat.completions.create\n" + b"".join(b"a%d = a%d\n" % (i + 1, i) for i in range(3000)) + b"a3000(model='gpt-4o', messages=[])\n",
    "3,000 functions in a row": b"def f0(x): return " + CALL % b"x" + b"".join(b"def f%d(x): return f%d(x)\n" % (i + 1, i) for i in range(3000)) + b"f3000('You are a clerk')\n",
    "300 functions that all call each other": b"".join(b"def f%d(x):\n" % i + b"".join(b"    f%d(x)\n" % j for j in range(0, 300, 7)) + b"    " + CALL % b"x" for i in range(300)) + b"f0('a')\n",
    "a wrapper with 3,000 callers": b"def ask(x):\n    return " + CALL % b"x" + b"ask('You are a clerk. Answer in one word.')\n" * 3000,
    "a wrapper of a wrapper, 100 callers each": b"def ask(x):\n    return " + CALL % b"x" + b"".join(b"def g%d(x): return ask(x)\n" % i for i in range(100)) + b"".join(b"g%d('a%d')\n" % (i, j) for i in range(100) for j in range(20)),
    "X is Y is X": b"X = Y\nY = X\nfor X in Y: Y = X\nclient.chat.completions.create(model=X, messages=Y)\n" + CALL % b"X.Y[X](Y)",
    "a dictionary merged with itself": b"a = {'model': 'gpt-4o'}\na = {**a, **a}\na |= a\na.update(a)\na = a | a\na = dict(a, **a)\nclient.chat.completions.create(**a, messages=[])\n",
    "dictionaries merged in a ring": b"".join(b"d%d = {**d%d, 'k%d': 1}\n" % (i, (i + 1) % 50, i) for i in range(50)) + b"client.chat.completions.create(**d0, messages=[])\n",
    "a list that holds itself": b"m = [{'role': 'user', 'content': x}]\nm.append(m)\nm += m\nm.extend(m)\nm[0] = m\nclient.chat.completions.create(model='gpt-4o', messages=m + m)\n",
    "a lambda of itself": b"f = lambda x: f(f)(f(x))\nf = f(f)\nclient = f(client)\n" + CALL % b"f(f('a'))",
    "attributes of oneself in a ring": b"class A:\n    def __init__(self):\n        self.a = self.b\n        self.b = self.c\n        self.c = self.a\n    def f(self):\n        return client.chat.completions.create(model=self.a, messages=self.b)\nA().f()\n",
    "a property that is another, in a ring": b"class A:\n" + b"".join(b"    @property\n    def p%d(self): return self.p%d\n" % (i, (i + 1) % 60) for i in range(60)) + b"    def f(self): return client.chat.completions.create(model=self.p0, messages=[])\n",
    "defaults that are each other": b"def f(x=g()): return x\ndef g(x=f()): return x\n" + CALL % b"f() + g()",
    "a metaclass of itself": b"class M(type, metaclass=M):\n    __call__ = M\n    def __new__(c, *a): return M(M, *a)\n" + CALL % b"M()()",
    "a client in a ring of classes": b"".join(b"class C%d:\n    def __init__(self): self.c = C%d()\n    def ask(self, x): return self.c.ask(x)\n" % (i, (i + 1) % 40) for i in range(40)) + b"C0().ask('You are a clerk')\n",
    "f-strings in f-strings": CALL % b"f'{f\"{f'''{f\"\"\"{1}\"\"\"}'''}\"}'",
    "f-strings in format specifications": CALL % b"f'{a:{b:{c}}} {a!r:>{w}.{p}} {a=} {{{a}}} {{{{}}}}'",
    "an f-string of 100,000 holes": CALL % (b"f'" + b"{a}" * 100_000 + b"'"),
    "a percent text of 100,000 holes": CALL % (b"'" + b"%s" * 100_000 + b"' % x"),
    "a format of 100,000 numbered holes": CALL % (b"'" + b"{0}" * 100_000 + b"'.format(x)"),
    "a format of 20,000 names": CALL % (b"'" + b"".join(b"{a%d}" % i for i in range(20_000)) + b"'.format(**x)"),
    "a text of 900,000 open braces": CALL % (b"'" + b"{" * 450_000 + b"'"),
    "5,000 f-strings": b"".join(b"P%d_PROMPT = f'You are a {x} clerk {y!r} {z:>5}'\n" % i for i in range(5000)) + CALL % b"P7_PROMPT",
    "a raw text of quotes and backslashes": CALL % (b"r'''You are a " + b"\\'" * 50_000 + b"'''"),
    "bytes for a prompt": CALL % b"b'You are a \\xff clerk'.decode('zlib')",
    "names of characters": CALL % b"'\\N{LATIN SMALL LETTER A}\\N{BELL} You are a \\U0010ffff clerk \\777 \\x7f'",
    "escapes that are none": CALL % b"'You are a \\d \\  \\. clerk \\8'",
    "continued lines": b"x = 1" + b" + \\\n1" * 800 + b"\n" + CALL % b"x",
    "blank lines of blanks": (b" " * 500 + b"\n") * 1500 + CALL % b"'a'",
    "a comment on every line": b"x = 1  # promptlint: ignore[PRM101] why\n" * 10_000,
    "type comments and hints": b"def f(x: 'List[' = None, *a: '(', **k: '\"') -> '[[':  # type: (...) -> (\n    return " + CALL % b"x",
    "generics, aliases and templates of newer versions": b"type A[T: (int, str) = int, *B, **C] = A[A]\ndef f[T](x: T) -> T: return x\nclass D[T](D[D]): pass\np = t'You are {x} clerk'\n" + CALL % b"f(p)",
    "exceptions in groups": b"try:\n    pass\nexcept* (A, B) as e:\n    " + CALL % b"str(e)" + b"finally:\n    del e\n",
    "async everything": b"async def f():\n    async with a as b, c as d:\n        async for x in y:\n            await client.chat.completions.create(model='gpt-4o', messages=[x async for x in y if await x])\n            yield x\n",
    "globals and exec": b"globals()['client'] = eval('OpenAI()')\nexec('x = 1/0')\nsetattr(client, 'chat', client)\ngetattr(client, 'chat').completions.create(model=vars()['m'], messages=locals()['x'])\n__import__('os').system('touch owned')\n",
    "numbers of every size": b"client.chat.completions.create(model='gpt-4o', max_tokens=10**10**10, temperature=-1e-400, n=0b1_0, seed=0x" + b"f" * 3000 + b", top_p=1_0.0_1e1_0j, messages=[])\n",
    "caps that are odd": b"".join(b"client.chat.completions.create(model='gpt-4o', max_tokens=%s, messages=[{'role': 'user', 'content': 'Answer yes or no.'}])\n" % v for v in (b"0", b"-1", b"True", b"None", b"''", b"'16'", b"1.5", b"[]", b"2**31", b"2**63", b"9" * 400, b"-0", b"1/0", b"1%0", b"1<<-1", b"len('a')", b"int('x')", b"max()", b"min([])")),
    "n and retries that are odd": b"".join(b"client.chat.completions.create(model='gpt-4o', n=%s, messages=[])\nOpenAI(max_retries=%s, timeout=%s)\n" % (v, v, v) for v in (b"0", b"-1", b"True", b"None", b"''", b"1e999", b"9" * 400, b"float('nan')", b"float('inf')", b"1/0")),
    "roles that are odd": b"client.chat.completions.create(model='gpt-4o', messages=[{'role': %s, 'content': %s}])\n" % (b"{'role': []}", b"[{'type': 'text', 'text': [{'type': 'image_url', 'image_url': {'url': [], 'detail': {}}}]}]") * 3,
    "tools that hold themselves": b"t = {'type': 'function', 'function': {'parameters': {'properties': {}}}}\nt['function']['parameters']['properties']['t'] = t\ntools = [t, *tools]\nclient.chat.completions.create(model='gpt-4o', tools=tools + [tools], messages=[])\n",
    "2,000 tools": b"client.chat.completions.create(model='gpt-4o', messages=[], tools=[" + b"{'type': 'function', 'function': {'name': 'f', 'description': 'Do it', 'parameters': {'type': 'object', 'properties': {'a': {'type': 'string'}}}}}, " * 2000 + b"])\n",
    "a loop of loops": b"".join(b" " * i + b"for i in range(10**9):\n" for i in range(18)) + b" " * 18 + CALL % b"'Answer yes or no.'",
    "a model of 1,000 choices": b"m = " + b" if x else ".join(b"'gpt-4o-%d'" % i for i in range(300)) + b"\nclient.chat.completions.create(model=m, messages=[])\n",
    "retries of retries": b"from tenacity import retry, stop_after_attempt\n" + b"@retry(stop=stop_after_attempt(10**100))\n" * 60 + b"def f():\n    return " + CALL % b"'a'" + b"f()\n",
}  # fmt: skip
CASES |= {
    f"code: {name}": py(code, unreadable=("bad.py",) if len(code) > 999_000 else (), may_fail=True)
    for name, code in _CASES_OF_CODE.items()
}

# What stands in one prompt, in code and in a file of its own.
_WORDS = b"You are a clerk. Please make sure that you answer in one word, in order to save time. "
_IN_A_PROMPT: dict[str, bytes] = {
    "many kinds of holes": b"{a} {{b}} {% c %} %(d)s ${e} <f> [g] <<h>> {{{i}}} %s $j @k {l!r:>{m}} " * 1500,
    "quotes of every kind": "“a‘b«c»d’e”f„g‚h'i\"j`k´l″m′n ".encode() * 6000,
    "open quotes only": "“ ‘ « „ ‚ ".encode() * 12_000,
    "apostrophes": b"don't can't won't it's 'tis o'clock the dogs' " * 6000,
    "code fences that never close": b"```python\nx = 1\n" * 5000,
    "code fences of every length": b"".join(b"`" * (3 + i % 60) + b"\nx\n" for i in range(4000)),
    "nested lists": b"".join(b" " * (i % 200) + b"- item %d\n" % i for i in range(4000)),
    "numbered lists": b"".join(b"%d. item\n" % i for i in range(20_000)),
    "tables": b"| a | b | c |\n" * 10_000,
    "a table of one row": b"| a " * 60_000,
    "tags that cross": b"<a><b></a></b>" * 12_000,
    "tags nested": b"<a>" * 3000 + b"</a>" * 3000,
    "tags of attributes": b"<a b='c' d=\"e\" f=g h>" * 8000,
    "one tag that never ends": b"<a " + b"b='c' " * 30_000,
    "comments of HTML": b"<!-- -->" * 20_000,
    "links": b"[a](b) ![c](d 'e') <http://f> https://g.h/i?j=k&l=m#n " * 3000,
    "open links": b"[" * 50_000 + b"](" * 50_000,
    "a URL of 200,000 letters": b"https://" + b"a." * 100_000,
    "paths": b"/a/b/c.d ~/e ./f ../g C:\\h\\i " * 6000,
    "e-mail addresses": b"a@b.c " * 30_000 + b"a@" * 30_000,
    "dates, times and amounts": b"2026-01-01 12:34:56 $1,234.56 50% 3-4 1e5 v1.2.3 #7 " * 4000,
    "a number of 200,000 digits": b"1" * 200_000,
    "numbers with marks": b"1,1" * 60_000 + b" " + b"1.1" * 60_000,
    "not, not, not": b"not " * 40_000,
    "must and must not": b"You must not never fail to not do it unless you must. " * 3000,
    "at most, at least": b"at most 5 at least 3 no more than 2 fewer than 1 up to 4 words " * 3000,
    "one sentence of 100,000 words": b"and the clerk " * 35_000,
    "one sentence a line": b"Answer in one word.\n" * 8000,
    "the same long sentence": b"Answer every question of the customer in one short word and in the language of the question. " * 1500,
    "sentences that differ in one word": b"".join(b"Answer every question number %d of the customer in one short word. " % i for i in range(2500)),
    "blank lines": b"a\n\n\n\n\n\n" * 15_000,
    "blanks at the end of lines": b"a    \t  \n" * 15_000,
    "blanks at the start of lines": b"".join(b" " * (i % 90) + b"a\n" for i in range(5000)),
    "tabs": b"\ta\t\tb\t" * 20_000,
    "blanks of every kind": "a\u00a0b\u2003c\u3000d\ufeffe\u200bf\u202fg\u1680h\u2028i\u2029j\x85k\x0bl\x0cm\x1cn ".encode() * 4000,
    "marks of direction": "\u202ea\u202c\u2066b\u2069\u200e\u200f\u061c".encode() * 6000,
    "characters outside the first plane": "𝐘𝐨𝐮 𝐚𝐫𝐞 👩‍👩‍👧‍👦🏳️‍🌈 ".encode() * 4000,
    "marks on marks": ("e" + "\u0301\u0302\u0303" * 40).encode() * 800,
    "letters that grow when folded": "ßİŉǰΐﬃ ".encode() * 12_000,
    "scripts of all kinds": "Привет 你好 مرحبا שלום नमस्ते สวัสดี ".encode() * 2000,
    "JSON that never closes": b'{"a": [{"b": "c", ' * 6000,
    "JSON in JSON in text": b'{"a": "{\\"b\\": \\"{\\\\\\"c\\\\\\": 1}\\"}"} ' * 2000,
    "JSON pretty": b'{\n    "a": [\n        1,\n        2\n    ],\n    "b": {\n        "c": null\n    }\n}\n' * 2000,
    "one JSON list of 50,000": b"[" + b'"a", ' * 50_000 + b'"b"]',
    "YAML": b"a:\n  - b: c\n    d: |\n      e\n" * 5000,
    "dialogues": b"User: hello\nAssistant: hello\n" * 5000,
    "examples": b"Example 1:\nInput: a\nOutput: b\n\n" * 4000,
    "placeholders in capitals": b"[NAME] <NAME> {NAME} $NAME %NAME% __NAME__ " * 3000,
    "rules of marks": b"---\n===\n***\n___\n#####\n" * 5000,
    "headings of every level": b"".join(b"#" * (i % 9) + b" Title\n" for i in range(15_000)),
    "words with hyphens": b"state-of-the-art-" * 8000,
    "words with underscores and capitals": b"aB_cD_eF" * 15_000,
    "commas and ands": b"a, b, c, and d, or e; " * 6000,
    "brackets": b"(a [b {c} d] e) " * 8000,
    "open brackets of every kind": b"([{<" * 25_000,
    "closed brackets of every kind": b">}])" * 25_000,
    "ellipses": "… ... . . . ".encode() * 10_000,
    "stars and underscores": b"**a** *b* __c__ _d_ ~~e~~ " * 6000,
    "open stars": b"**a *b __c _d " * 10_000,
    "please": b"Please make sure to please ensure that you please kindly do it, please. " * 2500,
    "phrases without an end": b"in order to " * 15_000,
    "base64": b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5eg" * 2500,
    "hexadecimal": b"deadbeef" * 25_000,
    "regular expressions": b"^(a+)+$ [^]]*? (?:x|y)*\\1{2,} " * 5000,
    "SQL": b"SELECT * FROM a WHERE b = 'c' AND (d OR e) -- f\n" * 4000,
    "workflow commands": b"::error::x\n::set-output name=a::b\n##[group]c\n::add-mask::d\n" * 2000,
    "terminal commands": b"\\x1b[31m \\x1b]8;;http://x\\x07a\\x1b]8;;\\x07 \\x9b2J \\x07\\x08\\x0d " * 2000,
    "half characters": b"\\ud800 a \\udfff b \\ud83d\\ude00 " * 3000,
    "entities": b"&lt;script&gt; &#x1b; &amp;amp; &nbsp; " * 5000,
}  # fmt: skip
CASES |= {
    f"prompt: {name}": prompt(b'"""' + _WORDS + text.replace(b'"', b'\\"') + b' """', may_fail=True)
    for name, text in _IN_A_PROMPT.items()
}
CASES |= {
    f"file: {name}": Case(
        {"prompts/bad.md": _WORDS + text.replace(b"\\x1b", b"\x1b").replace(b"\\x07", b"\x07")}, may_fail=True
    )
    for name, text in _IN_A_PROMPT.items()
}
CASES |= {f"template: {name}": template(_WORDS + text, may_fail=True) for name, text in _IN_A_PROMPT.items()}

CASES |= {
    "a template bomb": template(b"You are a clerk. " + _BOMB),
    "a template of macros that call each other": template(b"You are a clerk. {% macro a(x) %}{{ b(x) }}{% endmacro %}{% macro b(x) %}{{ a(x) }}{% endmacro %}{{ a(1) }}"),
    "a template that extends a ring": Case({f"prompts/t{i}.j2": b"{%% extends 't%d.j2' %%}{%% block a %%}You are {{ super() }}{%% endblock %%}" % ((i + 1) % 9) for i in range(9)} | {"bad.py": HEAD + b"from jinja2 import Environment, FileSystemLoader\nt = Environment(loader=FileSystemLoader('prompts')).get_template('t0.j2')\n" + CALL % b"t.render()"}),
    "a template with 3,000 includes": template(b"You are a clerk. " + b"".join(b"{%% include 'p%d.j2' %%}" % i for i in range(3000))),
    "a template of 5,000 sets": template(b"You are a clerk. " + b"".join(b"{%% set a%d = a%d ~ a%d %%}" % (i + 1, i, i) for i in range(5000)) + b"{{ a5000 }}", may_fail=True),
    "a template with numbers of 5,000 digits": template(b"You are a clerk. {{ " + b"9" * 5000 + b" }} {{ 1e" + b"9" * 400 + b" }}", may_fail=True),
    "a template of odd strings": template(b"You are a clerk. {{ '\\ud800' }} {{ '\\N{nonesuch}' }} {{ '\\x' }} {{ \"a'b\" ~ 'c' }}", may_fail=True),
    "a template with tags over lines": template(b"You are a {{\n\r\n a \r }} clerk {%\n if a\n%} x {%-\nendif\r\n-%} {#\n a #}"),
    "a template of marks of blanks": template(b"You are a {{- a -}} clerk {%+ if a +%} x {%- endif -%} {#- a -#} {%- raw -%} {{ b }} {%- endraw -%}"),
    "a template in a loop of imports": template(b"You are {% from 'prompts/bad.j2' import x %}{% import 'prompts/bad.j2' as y %}{{ y.y.y.x }}"),
    "YAML that laughs beside other keys": Case({"prompts/bad.yml": b"lol1: &lol1 lol\n" + b"".join(b"lol%d: &lol%d [%s]\n" % (i + 1, i + 1, b",".join([b"*lol%d" % i] * 20)) for i in range(1, 30)) + b"prompt: *lol30\n"}),
    "YAML of 900 KB in one text": Case({"prompts/bad.yaml": b"prompt: |\n" + b"  You are a clerk.\n" * 45_000}),
    "YAML of 30,000 keys": Case({"prompts/bad.yaml": b"".join(b"prompt_%d: You are a clerk.\n" % i for i in range(30_000))}),
    "YAML of 20,000 aliases": Case({"prompts/bad.yaml": b"prompt: &a You are a clerk. Answer in one word.\nx:\n" + b"- *a\n" * 20_000}),
    "YAML with every kind of tag": Case({"prompts/bad.yaml": b"%YAML 9.9\n%TAG ! tag:x,2000:\n---\nprompt: !!binary zzz\na: !!set {a}\nb: !!omap [a: 1]\nc: !!pairs [a]\nd: !!timestamp x\ne: !!int x\nf: !!float x\ng: !!bool x\nh: !<tag:x> y\n"}),
    "YAML that ends in the middle": Case({"prompts/bad.yaml": b"prompt: \"You are a clerk\nx: 'y\n"}),
    "YAML in UTF-16": Case({"prompts/bad.yaml": "prompt: You are a clerk. Answer in one word.\n".encode("utf-16")}),
    "YAML with half characters": Case({"prompts/bad.yaml": b'prompt: "You are a \\uD800 \\UFFFFFFFF clerk"\n'}),
    "YAML agents of odd shapes": Case({"config/agents.yaml": b"- 1\n- role: [a]\n  goal: {b: c}\n  backstory: 5\n- null\n", "config/tasks.yaml": b"a: {description: null, expected_output: [1, {x: y}], agent: {}}\n? [x]\n: y\n"}),
    "JSON that is cut": Case({"prompts/bad.json": b'{"prompt": "You are a clerk. Answer in one word.", "x": ['}),
    "JSON of messages of odd shapes": Case({"prompts/bad.json": b'{"messages": [{"role": {"a": 1}, "content": [[[["You are"]]]]}, {"role": "system", "content": {"text": ["You are a clerk"]}}, [{"role": "user"}], "You are"], "prompt": {"prompt": {"prompt": ["You are a clerk"]}}}'}),
    "JSON with a mark and comments": Case({"prompts/bad.json": b"\xef\xbb\xbf// a\n{'prompt': 'You are a clerk',}\n"}),
    "JSON of 900 KB of escapes": Case({"prompts/bad.json": b'{"prompt": "You are a clerk. ' + b"\\u0041" * 140_000 + b'"}'}),
    "TOML of every kind": Case({"prompts/bad.toml": b"prompt = '''You are a clerk'''\na = 1979-05-27T07:32:00Z\nb = nan\nc = 0x" + b"f" * 5000 + b"\n[[d]]\n[d.e]\nf = [[1], ['a']]\n", "bad.py": HEAD + b"import tomllib\nd = tomllib.load(open('prompts/bad.toml', 'rb'))\n" + CALL % b"d['prompt']"}),
    "a file of 50 MB of Python": py(b"x = 1  # a line of a file\n" * 1_950_000, unreadable=("bad.py",)),
    "a file of 50 MB of text": Case({"prompts/bad.md": b"You are a clerk. " * 3_000_000}, unreadable=("prompts/bad.md",)),
    "a file of 50 MB of data": Case({"prompts/bad.json": b'{"prompt": "' + b"You are a clerk. " * 3_000_000 + b'"}'}, may_fail=True),
    "a file of 60 MB of null bytes": Case({"bad.py": b"\0" * 60_000_000}, unreadable=("bad.py",)),
    "a file that says it is 1 TB": Case(make=lambda f, c: os.truncate(_touched(f / "bad.py"), 1 << 40), unreadable=("bad.py",)),
    "a notebook that is cut": Case({"bad.ipynb": _notebook(_GOOD_CELL)[:-30]}, unreadable=("bad.ipynb",)),
    "a notebook of 40 MB of outputs": Case({"bad.ipynb": _notebook(_GOOD_CELL, more=b'"metadata": {"x": ["' + b"A" * 40_000_000 + b'"]}, "nbformat": 4')}),
    "a notebook of 20,000 cells": Case({"bad.ipynb": _notebook(*([b'"x = 1"'] * 20_000), _GOOD_CELL)}),
    "a notebook of magic": Case({"bad.ipynb": _notebook(b'"%%bash\\nrm -rf /\\n"', b'"!pip install x\\n%timeit x = 1\\n?x\\nx??\\nfiles = !ls\\n%load_ext x\\n"', b'"%%html\\n<b>"', b'["%matplotlib inline\\n", "x = 1"]', _GOOD_CELL)}),
    "a notebook of magic without an end": Case({"bad.ipynb": _notebook(b'"%' + b"%" * 20_000 + b'"', b'"' + b"!" * 20_000 + b'"', b'"' + b"?" * 20_000 + b'"', _GOOD_CELL), "x.ipynb": _notebook(b'"x = !' + b"a\\\\\\n" * 5000 + b'"')}, may_fail=True),
    "a notebook in another language": Case({"bad.ipynb": _notebook(b'"fn main() {}"', more=b'"metadata": {"kernelspec": {"language": "rust"}}, "nbformat": 4')}),
    "a notebook of duplicate keys": Case({"bad.ipynb": b'{"cells": 5, "cells": [' + _CELL % _GOOD_CELL + b'], "cells": [], "metadata": {}}'}, may_fail=True),
    "a notebook whose sources are odd": Case({"bad.ipynb": _notebook(b'["a", ["b"], {"c": 1}, 5]', b"null", b"true", b'""', b"[]", b'["\\r", "\\r\\n", "\\f", "x = 1\\r"]', _GOOD_CELL)}, may_fail=True),
    "a notebook of version 99": Case({"bad.ipynb": _notebook(_GOOD_CELL, more=b'"metadata": [], "nbformat": 99, "nbformat_minor": "x"')}, may_fail=True),
    "a notebook with a mark": Case({"bad.ipynb": b"\xef\xbb\xbf" + _notebook(_GOOD_CELL)}, may_fail=True),
    "a notebook in UTF-16": Case({"bad.ipynb": _notebook(_GOOD_CELL).decode().encode("utf-16")}, may_fail=True),
    "a notebook of NaN": Case({"bad.ipynb": _notebook(_GOOD_CELL, more=b'"metadata": {"a": NaN, "b": -Infinity, "c": 1e9999, "d": ' + b"9" * 6000 + b"}")}, may_fail=True),
}  # fmt: skip


def _touched(path: Path) -> Path:
    path.touch()
    return path


_STEPS = (
    HEAD
    + b"class Step:\n    def run(self, x):\n        return client.chat.completions.create(model='gpt-4o', messages=[{'role': 'user', 'content': x}])\n"
)
_REGISTER = (
    _STEPS
    + b"TABLE = {}\ndef register(name):\n    def add(cls):\n        TABLE[name] = cls\n        return cls\n    return add\n"
)
CASES |= {
    "containers: an annotation of 400 KB": py(_STEPS + b"def f(xs: 'list[" + b" | ".join([b"Step"] * 60_000) + b"]'):\n    for x in xs:\n        x.run('a')\n"),
    "containers: a list in a list in a list": py(_STEPS + b"def f(xs: '" + b"list[" * 3_000 + b"Step" + b"]" * 3_000 + b"'):\n    for x in xs:\n        x.run('a')\n"),
    "containers: 3,000 functions that hand a list on": py(_STEPS + b"".join(b"def f%d(steps, x):\n    for step in steps:\n        step.run(x)\n    f%d(steps, x)\n" % (i, (i + 1) % 3_000) for i in range(3_000)) + b"f0([Step()], 'a')\n"),
    "containers: lists that are each other": py(_STEPS + b"a: list[Step] = b\nb = a\nfor x in a:\n    x.run('a')\nfor y in sorted(b):\n    y.run('b')\n"),
    "registries: 2,000 classes, and 2,000 that are made": py(_REGISTER + b"".join(b"@register('c%d')\nclass C%d(Step):\n    pass\n" % (i, i) for i in range(2_000)) + b"".join(b"TABLE['c%d']().run('a')\n" % i for i in range(2_000))),
    "registries: one that registers itself": py(_STEPS + b"TABLE = {}\ndef register(f):\n    TABLE[f.name] = f\n    return f\n@register\ndef register(f):\n    TABLE[f.name] = register\n    return TABLE[f.name](f)\nTABLE['a']()().run('b')\n"),
    "registries: 1,000 cases of a match": py(HEAD + b"def pick(x):\n    match x:\n" + b"".join(b"        case %d | 'a%d':\n            return 'gpt-%d'\n" % (i, i, i) for i in range(1_000)) + b"".join(b"client.chat.completions.create(model=pick(%d), messages=[])\n" % i for i in range(300))),
}  # fmt: skip


# Every setting with a value of every type.
_SETTINGS = ("select", "ignore", "extend-select", "preview", "exclude", "extend-exclude", "include", "prompt-paths", "respect-gitignore", "per-file-ignores",
             "models", "wrappers", "extend-rules", "extend", "traffic", "prices", "budget", "rules", "output-format", "unsafe-fixes")  # fmt: skip
_VALUES = {
    "a number": "5", "a text": "'x'", "a text of nothing": "''", "nan": "nan", "a truth": "true", "a date": "2026-01-01", "a time": "07:32:00", "an empty list": "[]",
    "a list of numbers": "[1]", "a list of lists": "[[['x']]]", "an empty table": "{}", "a table": "{x = {y = {z = 1}}}", "a table of lists": "{x = [1, 'y']}", "a huge number": "9223372036854775807", "a list of null bytes": '["\\u0000"]',
}  # fmt: skip
CASES |= {
    f"setting: {key} is {what}": config(f"{key} = {value}\n", broken=None, refused=("promptlint.toml", "unknown rule"))
    for key in _SETTINGS
    for what, value in _VALUES.items()
}


def _cache_of(make: Callable[[Path], object]) -> Case:
    def made(folder: Path, cleanup: contextlib.ExitStack) -> None:
        make(folder / ".promptlint_cache")

    return Case(make=made)


def _cache_full_of(data: bytes) -> Callable[[Path], object]:
    from promptlint.cache import stamp

    def make(folder: Path) -> None:
        folder.mkdir()
        for name in ("facts", "project", "counts", "rewrites", "tables"):
            (folder / f"{name}-{stamp()}.bin").write_bytes(data)
            (folder / f"{name}-0123456789abcdef.bin").write_bytes(data)

    return make


def _signed(data: bytes) -> bytes:
    import hashlib
    import zlib

    return hashlib.blake2b(data, digest_size=16).digest() + zlib.compress(data)


def _closed_cache(folder: Path) -> None:
    folder.mkdir()
    (folder / "x").touch()
    folder.chmod(0o500)


def _folders_for_entries(folder: Path) -> None:
    from promptlint.cache import stamp

    for name in ("facts", "project", "counts", "rewrites", "tables"):
        (folder / f"{name}-{stamp()}.bin").mkdir(parents=True)


def _pipes_for_entries(folder: Path) -> None:
    from promptlint.cache import stamp

    folder.mkdir()
    for name in ("facts", "project", "counts", "rewrites", "tables"):
        os.mkfifo(folder / f"{name}-{stamp()}.bin")


CASES |= {
    "cache: of nothing": _cache_of(_cache_full_of(b"")),
    "cache: of noise": _cache_of(_cache_full_of(_noise(11, 20_000))),
    "cache: signed nonsense": _cache_of(_cache_full_of(_signed(b"\xc1" * 100))),
    "cache: signed and empty": _cache_of(_cache_full_of(_signed(b""))),
    "cache: signed and of another shape": _cache_of(_cache_full_of(_signed(b"\x93\x01\x02\x03"))),
    "cache: signed and very deep": _cache_of(_cache_full_of(_signed(b"\x91" * 200_000 + b"\x01"))),
    "cache: a bomb": _cache_of(_cache_full_of(_signed(b"\xc0" * 300_000_000))),
    "cache: a list that says it is long": _cache_of(_cache_full_of(_signed(b"\xdd\xff\xff\xff\xff"))),
    "cache: may not be written": _cache_of(_closed_cache),
    "cache: folders for entries": _cache_of(_folders_for_entries),
    "cache: pipes for entries": _cache_of(_pipes_for_entries),
    "cache: a pipe": _cache_of(os.mkfifo),
    "cache: a device": _cache_of(lambda folder: folder.symlink_to("/dev/full")),
}  # fmt: skip


def _folders_like_files(folder: Path, cleanup: contextlib.ExitStack) -> None:
    for name in (
        "x.py",
        "y.ipynb",
        "prompts.md",
        "z.j2",
        "w.yaml",
        "__init__.py",
        "promptlint-traffic.toml",
        "pyproject.toml",
    ):
        (folder / name).mkdir()
        (folder / name / "inner.py").write_bytes(GOOD)


def _wide_folders(folder: Path, cleanup: contextlib.ExitStack) -> None:
    for i in range(2000):
        (folder / f"d{i}").mkdir()


def _many_links(folder: Path, cleanup: contextlib.ExitStack) -> None:
    for i in range(40):
        (folder / f"l{i}").symlink_to(f"l{i + 1}")
    (folder / "l40").mkdir()
    for i in range(12):
        (folder / "l40" / f"back{i}").symlink_to("..")


def _git_of(
    *commands: list[str], files: dict[str, bytes] | None = None
) -> Callable[[Path, contextlib.ExitStack], None]:
    def make(folder: Path, cleanup: contextlib.ExitStack) -> None:
        _git(folder)
        for command in commands:
            subprocess.run(["git", "-C", str(folder), *command], check=False, capture_output=True)
        for name, data in (files or {}).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)

    return make


def _objects_gone(folder: Path, cleanup: contextlib.ExitStack) -> None:
    import shutil

    _git(folder)
    shutil.rmtree(folder / ".git" / "objects")
    (folder / ".git" / "objects").mkdir()


def _blobs_damaged(folder: Path, cleanup: contextlib.ExitStack) -> None:
    _git(folder)
    for path in (folder / ".git" / "objects").glob("??/*"):
        path.chmod(0o600)
        path.write_bytes(b"damaged")


CASES |= {
    "folders named like files": Case(make=_folders_like_files, may_fail=True),
    "2,000 folders": Case(make=_wide_folders),
    "a chain of links": Case(make=_many_links),
    "a module named like an SDK": Case({"openai.py": b"class OpenAI: pass\nfrom openai import *\n", "anthropic/__init__.py": b"from anthropic import *\n", "types.py": b"import typing\n", "bad.py": HEAD + CALL % b"'a'"}),
    "a module named like a builtin": Case({"os.py": b"raise SystemExit\n", "sys.py": b"1/0\n", "json.py": b"1/0\n", "click.py": b"1/0\n", "libcst.py": b"1/0\n", "sitecustomize.py": b"open('owned', 'w')\n", "conftest.py": b"1/0\n", "encodings/__init__.py": b"1/0\n", "promptlint.py": b"1/0\n"}),
    "a package with every name twice": Case({"a.py": HEAD, "a/__init__.py": b"from a import *\n", "a.pyi": b"from a import b\n", "A.py": HEAD, "a/a/a/a.py": b"from a.a.a import a\n" + HEAD + CALL % b"a.a.a"}),
    "repository: objects gone": Case(make=_objects_gone, may_fail=True),
    "repository: objects damaged": Case(make=_blobs_damaged, may_fail=True),
    "repository: HEAD is detached": Case(make=_git_of(["checkout", "-q", "--detach"]), may_fail=True),
    "repository: HEAD leads nowhere": Case(make=_git_of(["symbolic-ref", "HEAD", "refs/heads/nonesuch"]), may_fail=True),
    "repository: bare": Case(make=_git_of(["config", "core.bare", "true"]), may_fail=True),
    "repository: a work tree elsewhere": Case(make=_git_of(["config", "core.worktree", "/nonesuch"]), may_fail=True),
    "repository: hooks, filters and programs": Case(make=_git_of(["config", "core.fsmonitor", "touch owned; false"], ["config", "core.pager", "touch owned"], ["config", "diff.external", "touch owned"], ["config", "filter.x.smudge", "touch owned"], ["config", "core.sshCommand", "touch owned"], ["config", "core.hooksPath", "."], files={".gitattributes": b"* filter=x diff=x text eol=crlf working-tree-encoding=UTF-16\n"}), may_fail=True),
    "repository: a submodule that is not there": Case(make=_git_of(["update-index", "--add", "--cacheinfo", "160000," + "1" * 40 + ",sub"], files={".gitmodules": b"[submodule \"sub\"]\n\tpath = sub\n\turl = /nonesuch\n"}), may_fail=True),
    "repository: a lock": Case(make=_git_of(files={".git/index.lock": b""}), may_fail=True),
    "repository: alternates and replacements": Case(make=_git_of(files={".git/objects/info/alternates": b"/nonesuch\n" * 50, ".git/shallow": b"x\n", ".git/packed-refs": b"\xff\n"}), may_fail=True),
    "repository: shapes of every file changed": Case(make=_git_of(["rm", "-q", "--cached", "good.py"]), may_fail=True),
    "traffic: values of every type": traffic("calls-per-month = 'x'\n[sites]\na = 1\n"),
    "traffic: a site of nothing": traffic("[sites.'']\ncalls-per-month = 1\n[sites.\"\\u001b[2J\"]\ncalls-per-month = 1\n", broken=None),
    "traffic: not UTF-8": Case({"promptlint-traffic.toml": b"# \xff\n"}, broken="promptlint-traffic.toml"),
    "traffic: null bytes": Case({"promptlint-traffic.toml": b"\0\n"}, broken="promptlint-traffic.toml"),
    "traffic: of 20 MB": Case({"promptlint-traffic.toml": b"#" + b"x" * 20_000_000}, broken="promptlint-traffic.toml"),
    "traffic: a pipe": Case(make=lambda f, c: os.mkfifo(f / "promptlint-traffic.toml") or None, may_fail=True),
    "traffic: leads to a device": Case(make=lambda f, c: (f / "promptlint-traffic.toml").symlink_to("/dev/zero") or None, may_fail=True),
    "configuration: a pipe": Case(make=lambda f, c: os.mkfifo(f / "promptlint.toml") or None, may_fail=True),
    "configuration: leads to a device": Case(make=lambda f, c: (f / "promptlint.toml").symlink_to("/dev/zero") or None, may_fail=True),
    "configuration: leads to itself": Case(make=lambda f, c: (f / "promptlint.toml").symlink_to("promptlint.toml") or None, may_fail=True),
    "configuration: extends in a ring": Case({"promptlint.toml": b"extend = 'a.toml'\n", "a.toml": b"extend = 'b.toml'\n", "b.toml": b"extend = 'promptlint.toml'\n"}, broken="toml"),
    "configuration: extends 3,000 times": Case({"promptlint.toml": b"extend = 'c0.toml'\n"} | {f"c{i}.toml": b"extend = 'c%d.toml'\n" % (i + 1) for i in range(3000)}, broken="toml"),
    "configuration: 20,000 wrappers": config("".join(f"[[wrappers]]\ncallee = 'a.b{i}'\nprompt = 'x'\n" for i in range(20_000)), broken=None),
    "configuration: 20,000 globs": config("[per-file-ignores]\n" + "".join(f"'**/a{i}*/**' = ['PRM101']\n" for i in range(20_000)), broken=None),
    "configuration: 5,000 excludes": config("exclude = [" + ", ".join(f"'**/a{i}*/**/b?'" for i in range(5000)) + "]\n", broken=None),
    "extend-rules: a ring of phrases": _rules("[[phrase]]\nsay = 'a'\nshort = 'b'\n[[phrase]]\nsay = 'b'\nshort = 'a'\n", name="phrases.toml", broken="phrases.toml"),
    "extend-rules: 5,000 files": Case({"promptlint.toml": b"extend-rules = ['house']\n"} | {f"house/x{i}.toml": b"id = 'x%d'\nchecked = 'y'\n" % i for i in range(2000)}, may_fail=True),
    "extend-rules: values of every type": _rules("id = 'x'\nchecked = 5\n[[call]]\nmatch = 5\nkind = []\n", broken="x.toml"),
    "extend-rules: 900 KB of one name": _rules("id = '" + "x" * 900_000 + "'\nchecked = 'y'\n", may_fail=True),
    "extend-rules: control characters": _rules("id = \"\\u001b[2J\\u0007\"\nchecked = \"\\u202e\"\nnonesuch = 1\n", broken="x.toml"),
    "extend-rules: a link to a file with secrets": Case({"promptlint.toml": b"extend-rules = ['house']\n"}, make=lambda f, c: (f / "house").mkdir() or (f / "house" / "x.toml").symlink_to("/etc/passwd") or None, broken="x.toml"),
}  # fmt: skip


def _layers(wide: int, method: bool) -> bytes:
    """Functions in layers: each calls all those of the layer below, and the last one asks."""
    self = b"self." if method else b""
    given = b"(self, p)" if method else b"(p)"
    lines = [b"def f0_0%s: return " % given + CALL % b"p"]
    for layer in range(1, 6):
        below = range(wide) if layer > 1 else range(1)
        body = b"".join(b"    %sf%d_%d(p)\n" % (self, layer - 1, j) for j in below)
        lines += [b"def f%d_%d%s:\n%s" % (layer, i, given, body) for i in range(wide)]
    code = b"".join(lines)
    if not method:
        return code + b"f5_0('x')\n"
    return b"class A:\n" + b"".join(b"    %s\n" % line for line in code.splitlines()) + b"A().f5_0('x')\n"


def _imports(count: int) -> dict[str, bytes]:
    """Each module has its names from the next one and, under others, from one further on."""
    names = [
        b"from m%d import *\nfrom m%d import p%d as p%d\np%d_x = p%d + p%d\n"
        % (i + 1, (i + 7) % count, (i + 1) % count, i, i, i, (i + 3) % count)
        for i in range(count - 1)
    ]
    names.append(HEAD + b"p%d = 'x'\nfrom m0 import *\n" % (count - 1))
    return {f"m{i}.py": text for i, text in enumerate(names)}


_MARKED = (
    b"{'role': 'user', 'content': [{'type': 'text', 'text': 'hello %d', 'cache_control': {'type': 'ephemeral'}}]},"
)

# What grows when it is followed.
CASES |= {
    "growing: a text added to itself 60 times": py(b"x = 'word '\n" + b"x += x\n" * 60 + CALL % b"x"),
    "growing: a list that takes itself apart twice, 60 times": py(
        b"m = [{'role': 'user', 'content': 'w'}]\n" + b"m = [*m, *m]\n" * 60 + b"client.chat.completions.create(model='gpt-4o', messages=m)\n"
    ),
    "growing: five layers of 40 functions that call all of the next": py(_layers(40, method=False)),
    "growing: five layers of 25 methods that call all of the next": py(_layers(25, method=True)),
    "growing: 80 wrappers that all call each other": py(
        b"".join(
            b"def f%d(p, m):\n" % i + b"".join(b"    f%d(p, m)\n" % j for j in range(80)) + b"    return client.chat.completions.create(model=m, messages=[{'role': 'user', 'content': p}])\n"
            for i in range(80)
        )
        + b"f0('x', 'gpt-4o')\n"
    ),
    "growing: 3,000 prompts that a function prints": py(
        b"def f(q):\n"
        + b"".join(b"    prompt_%d = 'You are a careful clerk. Answer question %d, please.'\n    print(prompt_%d)\n" % (i, i, i) for i in range(3000))
        + b"    return client.responses.create(model='gpt-4o', input=q)\n"
    ),
    "growing: 80 modules whose stars lead to two others each": Case(
        {"bad.py": HEAD + b"from m0 import *\n" + CALL % b"p"}
        | {f"m{i}.py": b"from m%d import *\nfrom m%d import *\n" % ((i + 1) % 80, (i + 7) % 80) for i in range(80)}
    ),
    "growing: a chain of 200 imports": Case(_imports(200) | {"bad.py": HEAD + b"from m0 import p0, p5_x\n" + CALL % b"p0 + p5_x"}),
    "growing: a template of 2,000 nested loops": template(b"You are a clerk. " + b"{% for a in b %}" * 2000 + b"x" + b"{% endfor %}" * 2000),
    "growing: 8,000 marks of a cache": Case(
        {"bad.py": b"import anthropic\nanthropic.Anthropic().messages.create(model='claude-sonnet-4-5', max_tokens=5, messages=[" + b"".join(_MARKED % i for i in range(8000)) + b"])\n"}
    ),
    "growing: 3,000 globs of 90 stars": config("[budget.max-prompt-tokens]\n" + "".join(f"'{'**/*' * 30}{i}' = 1\n" for i in range(3000))),
}  # fmt: skip


def _tower(first: bytes, step: bytes, count: int, last: bytes, between: bytes = b"") -> Case:
    """Names each of which is made of the one before: `%(i)d` is its number, `%(b)d` that of the one before."""
    return py(first + b"".join((step + between) % {b"i": i, b"b": i - 1} for i in range(1, count + 1)) + last % count)


def _repeated(head: bytes, lines: bytes, count: int, last: bytes = b"") -> Case:
    """Lines that are written again and again, each with its number."""
    return py(head + b"".join(lines % {b"i": i} for i in range(count)) + last)


_SENT = b"client.chat.completions.create(model='gpt-4o', messages=m)\n"
_ASKED = b"client.chat.completions.create(model='gpt-4o', messages=[{'role': 'user', 'content': p}])\n"
_TALK = b"def f(a):\n  m = [{'role': 'system', 'content': 'You are a clerk.'}]\n"
_RAIL = b"from litellm import Router\nm0 = [{'model_name': 'a', 'litellm_params': {'model': 'gpt-4o'}}]\n"
_DIAMOND = b"""class L%(i)d(B%(b)d):
  def __init__(self, **kwargs): super().__init__(**kwargs, k0=1)
  def ask(self, p, **kw): return super().ask(p, **{**kw, **kw})
class R%(i)d(B%(b)d):
  def __init__(self, **kwargs): super().__init__(**{**kwargs, **kwargs})
  def ask(self, p, **kw): return super().ask(p, **kw)
class B%(i)d(L%(i)d, R%(i)d):
  def __init__(self, *a, **kwargs):
    L%(i)d.__init__(self, **kwargs)
    R%(i)d.__init__(self, **kwargs)
"""

# What is made of itself, and what is asked of each of many.
CASES |= {
    "growing: 400 dictionaries that take in the one before": _tower(
        b"d0 = {'model': 'gpt-4o'}\n", b"d%(i)d = {**d%(b)d, 'k': d%(b)d['model']}\n", 400, b"client.chat.completions.create(messages=[], **d%d)\n"
    ),
    "growing: 500 lists that take in the one before": _tower(
        b"a0 = [{'role': 'user', 'content': 'x'}]\n", b"a%(i)d = [*a%(b)d, a%(b)d[0]]\n", 500, b"client.chat.completions.create(model='gpt-4o', messages=a%d)\n"
    ),
    "growing: 640 properties that take in the one of the base": _tower(
        b"class D0:\n  @property\n  def d(self): return {'model': 'gpt-4o', 'messages': [{'role': 'user', 'content': 'hi'}]}\n",
        b"class D%(i)d(D%(b)d):\n  @property\n  def d(self): return {**super().d, **super().d, 'k%(i)d': super().d['model']}\n",
        640,
        b"client.chat.completions.create(**D%d().d)\n",
    ),
    "growing: 1,500 messages whose parts are the one before": _tower(
        b"a0 = 'x'\n", b"a%(i)d = [{'type': 'text', 'text': a%(b)d}]\n", 1500, b"client.chat.completions.create(model='gpt-4o', messages=[{'role': 'user', 'content': a%d}])\n"
    ),
    "growing: 1,500 names of one retriever": _tower(
        b"r0 = db.as_retriever(k=3)\n", b"r%(i)d = r%(b)d\n", 1500, CALL.rstrip() % b"f'answer {r%d.invoke(q)}'" + b"\n"
    ),
    "growing: 1,500 partials of the one before": _tower(
        b"from functools import partial\np0 = client.chat.completions.create\n", b"p%(i)d = partial(p%(b)d, k%(i)d=1)\np%(b)d(model='gpt-4o', messages=[])\n", 1500, b"p%d(model='gpt-4o', messages=[])\n"
    ),
    "growing: 500 routes that hold the one before twice": _tower(
        _RAIL, b"m%(i)d = [m%(b)d, m%(b)d]\n", 500, b"Router(model_list=m%d).completion(model='a', messages=[])\n"
    ),
    "growing: a dictionary that takes itself in 300 times": _repeated(
        b"d = {'model': 'gpt-4o'}\n", b"d.update({**d, 'k%(i)d': d['model']})\n", 300, b"client.chat.completions.create(messages=[], **d)\n"
    ),
    "growing: 600 diamonds of classes": _tower(
        b"class B0:\n  def __init__(self, model='gpt-4o', **kw):\n    self.model = model\n    self.client = OpenAI(**kw)\n"
        b"  def ask(self, p, **kw): return self.client.chat.completions.create(model=self.model, messages=[{'role': 'user', 'content': p}], **kw)\n",
        _DIAMOND,
        600,
        b"B%d(model='gpt-4').ask('hello')\n",
    ),
    "growing: a conversation that is sent 600 times in a loop": _repeated(_TALK + b"  while True:\n", b"    r%(i)d = " + _SENT, 600),
    "growing: a conversation that is sent and changed 600 times in a loop": _repeated(
        _TALK + b"  while True:\n", b"    m[-1]['content'] += 'x'\n    r%(i)d = " + _SENT, 600
    ),
    "growing: a conversation that is sent and added to 1,000 times": _repeated(
        _TALK, b"  m.append({'role': 'assistant', 'content': 'word %(i)d'})\n  r%(i)d = " + _SENT, 1000
    ),
    "growing: 9,000 models that an annotation lists": py(
        b"from typing import Literal\ndef f(m: Literal[%s]):\n  client.chat.completions.create(model=m, messages=[])\n" % b", ".join(b"'gpt-%d'" % i for i in range(9000))
    ),
    "growing: a text that 6,500 loops add to": _repeated(b"def f(a):\n  p = 'You are a clerk.'\n", b"  for x in a:\n    p += x\n", 6500, b"  " + _ASKED),
    "growing: a text that 900 conditions set": _repeated(b"def f(a):\n  p = 'You'\n", b"  if a: p = 'word %(i)d'\n  " + _ASKED, 900),
    "growing: a text that is sent and added to 1,200 times": _repeated(b"p = 'You'\n", b"p += ' word'\n" + _ASKED, 1200),
    "growing: 2,500 requests of one chain of conditions": _repeated(b"def f(x):\n  if x == 0: pass\n", b"  elif x == %(i)d: " + CALL % b"'w'", 2500),
}  # fmt: skip


_HEAD = HEAD.decode()


def _ask(prompt: str) -> str:
    return (CALL % prompt.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


# Each written as somebody might have, or might have left it.
# fmt: off
_CODE = {
    "py2 print": "import openai\nprint 'x'\n",
    "py2 except": 'import openai\ntry: pass\nexcept A, e: pass\n',
    "py2 backtick": 'import openai\nx = `y`\n',
    "py2 ur": "import openai\nx = ur'x'\n",
    "py2 octal": 'import openai\nx = 0777\n',
    "py2 exec": "import openai\nexec 'x' in y\n",
    "tstring": _HEAD + "n='x'\n" + _ask("t'You are {n}'"),
    "tstring nested": _HEAD + _ask('t\'{t"{x!r:>{w}}"}\''),
    "deferred": _HEAD + "def f(x: Later, y: 'Also') -> list[Later]: ...\nclass Later: pass\n" + _ask("'a'"),
    "except no parens": _HEAD + 'try:\n    pass\nexcept A, B:\n    pass\n' + _ask("'a'"),
    "finally return": _HEAD + 'def f():\n    try: pass\n    finally: return 1\n' + _ask("'a'"),
    "type params": _HEAD + 'type A[T: int = str] = list[T]\ndef f[*Ts, **P](x: T): ...\nclass C[T]: pass\n' + _ask("'a'"),
    "match": _HEAD + "match x:\n    case {'a': [1, *_], **k} if k: pass\n    case str() | int(): pass\n    case _: pass\n" + _ask("'a'"),
    "walrus comp": _HEAD + _ask('[y := f(x), y**2][0]'),
    "async comp": _HEAD + 'async def f():\n    return [x async for x in y if await z]\n' + _ask("'a'"),
    "star index": _HEAD + 'x[*a, 1] = 2\n' + _ask("'a'"),
    "print stmt soft": _HEAD + 'match = case = type = _ = 1\nmatch(x)\ntype(x)\n' + _ask("'a'"),
    "lambda default": _HEAD + _ask('(lambda x=(yield): x)()'),
    "unicode escapes": _HEAD + _ask("'\\N{SNOWMAN}\\x00\\u202e\\U0010ffff\\777'"),
    "bad N": _HEAD + _ask("'\\N{NO SUCH}'"),
    "bad x": _HEAD + _ask("'\\xZZ'"),
    "bad U": _HEAD + _ask("'\\U99999999'"),
    "bytes": _HEAD + _ask("b'\\xff' + 'a'"),
    "f nested quotes": _HEAD + _ask('f\'{d[\'a\']}\' f"{"x"}"'),
    "f equals": _HEAD + _ask("f'{x=!r:^{w}.{p}}{{}}'"),
    "f multi": _HEAD + _ask("f'''{\n x # comment\n}'''"),
    "zero width": _HEAD + _ask("'You\u200b are\u200d a\ufeff clerk\u2060. Please\xad note that \u202eyou\u202c must answer.'"),
    "rtl": _HEAD + _ask("'أنت مساعد. \u200f أجب بكلمة واحدة   \\n\\n\\n\\n من فضلك'"),
    "emoji": _HEAD + _ask("'" + '👩\u200d👩\u200d👧\u200d👦🏳️\u200d🌈🇩🇪' * 500 + "'"),
    "zalgo": _HEAD + _ask("'" + 'a' + '̀' * 3000 + "'"),
    "line 900k": _HEAD + "x = '" + 'ab ' * 300000 + "'\n" + _ask('x'),
    "semis": _HEAD + ';'.join(['x=1'] * 3000) + '\n' + _ask("'a'"),
    "form feed": '\x0c' + _HEAD + '\x0c\n\x0c' + _ask("'a'"),
    "cr only": _HEAD.replace('\n', '\r') + _ask("'a'").replace('\n', '\r'),
    "nul end": _HEAD + _ask("'a'") + '\x00',
    "ctrl z": _HEAD + _ask("'a'") + '\x1a',
    "bom mid": _HEAD + '\ufeff' + _ask("'a'"),
    "nbsp": _HEAD + 'x\xa0=\xa01\n',
    "fullwidth": _HEAD + "ｃｌｉｅｎｔ.chat.completions.create(model='gpt-4o', messages=[])\n",
    "tabs": _HEAD + 'if x:\n\t' + _ask("'a'") + '        y=1\n',
    "deep indent": _HEAD + ''.join(' ' * i + 'if x:\n' for i in range(99)) + ' ' * 99 + _ask("'a'"),
    "deep indent 101": _HEAD + ''.join(' ' * i + 'if x:\n' for i in range(150)) + ' ' * 150 + 'pass\n',
    "dup kwargs": _HEAD + "client.chat.completions.create(model='a', model='b', messages=[])\n",
    "pos after kw": _HEAD + "client.chat.completions.create(model='a', [])\n",
    "return outside": _HEAD + 'return ' + _ask("'a'"),
    "yield outside": _HEAD + 'yield ' + _ask("'a'"),
    "await outside": _HEAD + 'await ' + _ask("'a'"),
    "break outside": _HEAD + 'break\n' + _ask("'a'"),
    "nonlocal": _HEAD + 'nonlocal x\n' + _ask("'a'"),
    "global after": _HEAD + 'x=1\nglobal x\n' + _ask('x'),
    "del": _HEAD + "p='You are'\ndel p\n" + _ask('p'),
    "star assign": _HEAD + '*a, = p = q, *r = [1]\n' + _ask('p'),
    "dunder": _HEAD + "__all__ = ['x'] + y\n__getattr__ = lambda n: n\n" + _ask('__doc__'),
    "cond import": 'try:\n    from openai import OpenAI\nexcept ImportError:\n    OpenAI = None\nclient = OpenAI and OpenAI()\n' + _ask("'a'"),
    "import star self": 'from . import *\nfrom .. import *\nfrom .bad import *\n' + _HEAD + _ask('x'),
    "shadow": 'class OpenAI:\n    def __init__(s): s.chat=s\nOpenAI=OpenAI()\nimport openai as OpenAI\n' + _HEAD + _ask("'a'"),
    "del openai": _HEAD + 'del client, OpenAI\n' + _ask("'a'"),
    "print func": _HEAD + 'print(client.chat.completions.create, file=x)\n',
}
_NOTEBOOKS = {
    "null cells": '{"cells":null}',
    "no cells": '{}',
    "list": '[]',
    "number": '5',
    "source num": '{"cells":[{"cell_type":"code","source":5}],"nbformat":4}',
    "source null": '{"cells":[{"cell_type":"code","source":null}]}',
    "source list num": '{"cells":[{"cell_type":"code","source":[1,null,["x"]]}]}',
    "cell null": '{"cells":[null,5,"x",[],{}]}',
    "type num": '{"cells":[{"cell_type":5,"source":"x=1"}]}',
    "meta null": '{"cells":[],"metadata":null,"nbformat":"4"}',
    "lang": '{"cells":[{"cell_type":"code","source":"import openai"}],"metadata":{"kernelspec":[],"language_info":5}}',
    "bom": '\ufeff{"cells":[]}',
    "nan": '{"cells":[NaN]}',
    "trailing comma": '{"cells":[],}',
    "single quotes": "{'cells':[]}",
    "comment": '// x\n{"cells":[]}',
    "empty": '',
    "ws": ' \n',
    "nul": '\x00',
    "deep": '{"cells":' + '[' * 100000,
    "bigint": '{"cells":[],"nbformat":' + '9' * 5000 + '}',
    "surrogate": '{"cells":[{"cell_type":"code","source":"x=\\"\\ud800\\""}]}',
    "code broken": '{"cells":[{"cell_type":"code","source":"import openai\\ndef f(:"}]}',
}
_YAML = {
    "anchors": 'a: &a [x]\nb: *a\n',
    "unknown alias": 'a: *b\n',
    "self alias": '&a [*a]\n',
    "bomb": 'a: &a [x,x,x,x,x,x,x,x,x,x]\n' + ''.join(f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 10)}]\n" for i in range(12)) + 'prompt: You are a clerk\n',
    "dup": 'prompt: You are\nprompt: You were\n',
    "tabs": 'prompt:\n\t- You are\n',
    "tag": "prompt: !!python/object/apply:os.system ['touch owned']\n",
    "tag2": 'prompt: !custom You are\n',
    "merge": 'a: &a {prompt: You are}\nb: {<<: *a, <<: [*a, *a]}\n',
    "merge self": 'a: &a\n  <<: *a\n',
    "multi": '---\na: 1\n---\nprompt: You are\n...\n',
    "docs": '---\n' * 5000,
    "complex key": '? [a, b]\n: You are\n',
    "date": 'prompt: 2026-99-99\n',
    "date2": 'prompt: 0000-00-00 99:99:99\n',
    "sexagesimal": 'a: 190:20:30\nb: 1e999\nc: .inf\nd: 0o777\ne: 0b' + '1' * 5000 + '\nf: ' + '9' * 6000 + '\n',
    "bool": 'yes: no\non: off\n',
    "null key": '~: You are\n',
    "block": 'prompt: |+9\n  You are\n',
    "fold": 'prompt: >-\n  You are\n\n\n\n  a clerk   \n',
    "percent": '%YAML 9.9\n---\nprompt: x\n',
    "directive": '%TAG ! tag:x,2000:\n---\n!a b\n',
    "nel": 'prompt: You\x85are\u2028x\n',
    "flow": '{' * 3000,
    "flow2": '[[' * 1000 + ']]' * 1000,
    "jinja": 'prompt: {{ x }}\n{% if y %}\na: b\n{% endif %}\n',
    "crlf": 'prompt: |\r\n  You are\r\n\r\n\r\n  x\r\n',
    "bad utf": b'prompt: You \xff\n',
    "utf16": 'prompt: You are\n'.encode('utf-16'),
    "int float": '1: 2\n1.0: 3\ntrue: 4\n',
    "set": '!!set {a, b}\n',
    "binary": "p: !!binary gIGC\nq: !!binary '***'\n",
    "omap": '!!omap [a: 1, b]\n',
    "timestamp": 't: !!timestamp x\n',
    "int tag": 't: !!int x\n',
    "float": 't: !!float x\n',
    "huge key": 'a' * 2000 + ': You are\n',
}
_JINJA = {
    "unclosed": '{{ You are',
    "unclosed block": '{% if x %}You are',
    "end only": '{% endif %}',
    "unknown tag": '{% foo %}You{% endfoo %}',
    "raw": '{% raw %}{{ x }}{% endraw %}',
    "raw open": '{% raw %}{{',
    "comment open": '{# You',
    "nested": '{{ {{ x }} }}',
    "filter": '{{ x|nonesuch(1)|foo }}',
    "expr bomb": '{{ 9**9**9**9 }}',
    "range": '{% for i in range(10**12) %}x{% endfor %}',
    "include": "{% include '/etc/passwd' %}{% include x %}{% include '../../../etc/passwd' %}",
    "extends self": "{% extends 'bad.j2' %}",
    "import": "{% from 'bad.j2' import x %}",
    "macro rec": '{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}',
    "ssti": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "line stmt": '# for x in y\n## c\n',
    "deep": '{% if x %}' * 500 + '{% endif %}' * 500,
    "deep par": '{{ ' + '(' * 500 + 'x' + ')' * 500 + ' }}',
    "deep list": '{{ ' + '[' * 2000 + ']' * 2000 + ' }}',
    "concat": '{{ ' + ' ~ '.join(['x'] * 5000) + ' }}',
    "pipe": '{{ x' + '|upper' * 3000 + ' }}',
    "long": '{{ ' + 'x' * 500000 + ' }}',
    "delims": '{%%}{{}}{##}{%- -%}{{- -}}{%+ +%}',
    "ws": '{%-    if   x   -%}You{%-  endif  -%}',
    "trans": '{% trans %}You are {{ x }}{% pluralize %}{% endtrans %}',
    "set block": '{% set x %}You{% endset %}',
    "unicode": "{{ ü }}{{ x['\u202e'] }}",
    "dup block": '{% block a %}{% endblock %}{% block a %}{% endblock %}',
    "int": '{{ ' + '9' * 5000 + ' }}',
    "str": '{{ \'\\x\' }}{{ "\\N{x}" }}{{ \'\\ud800\' }}',
    "call": '{% call(x) y() %}{% endcall %}',
    "nul": 'You\x00{{ x }}',
    "bom": '\ufeff{{ x }}',
}
_TEXTS = {
    "xml bomb": '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "x">' + ''.join(f'''<!ENTITY {chr(98 + i)} "{('&' + chr(97 + i) + ';') * 10}">''' for i in range(12)) + ']><prompt>&m;</prompt>',
    "xxe": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><prompt>&e;</prompt>',
    "fm open": '---\nname: x\nYou are',
    "fm bad": '---\n{{{\n---\nYou are a clerk',
    "fm types": '---\n- 5\n---\nsystem:\nYou are',
    "fm bomb": '---\n' + _YAML['bomb'] + '---\nYou are',
    "fm dash": '---\n' * 3000,
    "fm empty": '---\n---\n',
    "fm crlf": '---\r\nname: x\r\n---\r\nsystem:\r\nYou are\r\n',
    "fm num": '---\n5\n---\nYou are',
    "fm model": '---\nmodel: [a, {b: 5}]\nmodel: null\n---\nsystem:\nYou',
    "roles": 'system:\nuser:\nassistant:\nsystem:\n' * 2000,
    "ws": ' \n' * 50000,
    "one": 'You',
    "md fence": '```\n' * 9999,
    "html": '<prompt><system>You are</prompt></system>',
    "only bom": '\ufeff',
    "utf16": 'You are a clerk'.encode('utf-16'),
    "latin": b'You are a caf\xe9',
    "nul": b'You are\x00a',
}
# fmt: on
_LOADED = b"from jinja2 import Environment, FileSystemLoader\nt = Environment(loader=FileSystemLoader('prompts')).get_template('bad.j2')\n"
CASES |= {f"Python: {name}": Case({"bad.py": _bytes(text)}, may_fail=True) for name, text in _CODE.items()}
CASES |= {f"notebook: {name}": Case({"bad.ipynb": _bytes(text)}, may_fail=True) for name, text in _NOTEBOOKS.items()}
CASES |= {f"YAML: {name}": Case({"prompts/bad.yaml": _bytes(text)}, may_fail=True) for name, text in _YAML.items()}
CASES |= {
    f"Jinja: {name}": Case(
        {"prompts/bad.j2": _bytes(text), "bad.py": HEAD + _LOADED + CALL % b"t.render(x=1)"}, may_fail=True
    )
    for name, text in _JINJA.items()
}
CASES |= {
    f"text: {name} in .{suffix}": Case({f"prompts/bad.{suffix}": _bytes(text)}, may_fail=True)
    for name, text in _TEXTS.items()
    for suffix in ("prompty", "md", "xml")
}
