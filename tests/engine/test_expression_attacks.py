"""Texts that would do harm if anything were executed: a value or a clear error, in little memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from playground.engine.chain_rule.worksheet import Worksheet
from playground.expression_parser import ExpressionError

ROOT = Path(__file__).resolve().parents[2]

ATTACKS = [
    "().__class__.__bases__[0].__subclasses__()",
    "__import__('os').system('echo harm')",
    "a.__class__",
    "eval('1')",
    "exec(a)",
    "open(a)",
    "[a for a in b]",
    "(a for a in b)",
    "{a: b}",
    "lambda a: a",
    "a if b else c",
    "a = 1",
    "(a := 1)",
    "a; b",
    "'a' * 10**9",
    'f"{a}"',
    "a\x00b",
    "0x10",
    "1_000",
    "9**9**9**9",
    "10^10^10",
    "2^" * 9_000 + "9",
    "1e999999999",
    "9" * 19_000,
    "exp(" * 50 + "9" + ")" * 50,
    "(" * 10_000 + "1" + ")" * 10_000,
    "sin(" * 4_000 + "1",
    "-(" * 5_000 + "1" + ")" * 5_000,
    "а + 1",  # Cyrillic
    "１ + １",  # full width
    "𝐚 + 1",  # mathematical bold
    "a\u200bb",  # a space of no width
    "a\u202eb",  # writes from right to left
    "x² + 1",
    "∞",
    "a" * 30_000,
    "max(" + "1, " * 6_000 + "1",
]

PROGRAM = """
import json, resource, sys
from playground.engine.expression import Expression, ExpressionError
attacks = json.load(sys.stdin)
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + 100_000_000, size + 100_000_000))
for attack in attacks:
    try:
        expression = Expression(attack)
        print(expression.evaluate(**dict.fromkeys(expression.variables, 0.5)).value)
    except ExpressionError as error:
        print("refused", error.position)
"""


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: ascii(attack[:24]))
def test_it_is_refused_in_one_sentence_with_its_place(attack):
    sheet = Worksheet()
    before = sheet.graph
    assert not sheet.set_text(attack)
    problem = sheet.problem
    assert 0 <= problem.position <= len(attack)
    assert problem.message.endswith(".")
    assert len(problem.message) < 200
    assert sheet.graph is before


def test_no_attack_takes_a_hundred_megabytes():
    resource = pytest.importorskip("resource")
    if not hasattr(resource, "RLIMIT_AS") or not Path("/proc/self/statm").exists():
        pytest.skip("needs a limit on memory")
    harmless = ["+".join(["a"] * 9_000), "max(" + "1, " * 6_000 + "1)", "-" * 15_000 + "a"]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps([*ATTACKS, *harmless]),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    lines = done.stdout.splitlines()
    assert all(line.startswith("refused") for line in lines[: len(ATTACKS)])
    assert [float(line) for line in lines[len(ATTACKS) :]] == [4500.0, 1.0, 0.5]


def test_an_error_is_a_value_error_with_a_place():
    error = ExpressionError("Nothing is here.", 3)
    assert isinstance(error, ValueError)
    assert error.position == 3
