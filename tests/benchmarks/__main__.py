"""Run the benchmarks and print their figures beside what they are to reach.

    python -m tests.benchmarks                 all of them
    python -m tests.benchmarks step memory     bench_step.py and bench_memory.py

A benchmark is a file bench_<name>.py with a function `measure() -> list[tuple[str, float, str]]`: what was
measured, the figure, and what to reach ("≥ 1.4×"; a unit or any text where there is nothing to reach). A
figure of NaN is one that could not be taken, and the text says why. Each file runs in a process of its own.
Figures are shown, never asserted: a busy machine is no fault of the program.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import os
import re
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
Row = tuple[str, float, str]
UNITS = ("µs", "ms", "s", "MB", "×")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure the program.")
    parser.add_argument("names", nargs="*", help=f"which: {', '.join(all_names())}; all where none is named")
    parser.add_argument("--rows-of", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.rows_of:
        module = importlib.import_module(f"tests.benchmarks.bench_{arguments.rows_of}")
        print(json.dumps(module.measure()))
        return 0
    unknown = sorted(set(arguments.names) - set(all_names()))
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(all_names())}")
    failed = [name for name in arguments.names or all_names() if not show(name)]
    if failed:
        print(f"\nCould not be measured: {', '.join(failed)}.")
    return 1 if failed else 0


def all_names() -> list[str]:
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def show(name: str) -> bool:
    """Measure one file in a new process and print its table; False where that failed."""
    print(f"\n{name} …", flush=True)
    began = time.perf_counter()
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "--rows-of", name],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        return False
    rows: list[Row] = [tuple(row) for row in json.loads(lines[-1])]
    width = max((len(what) for what, _, _ in rows), default=0)
    for what, figure, reach in rows:
        goal = "" if reach in UNITS else reach
        print(f"  {what:<{width}}  {shown(figure, reach):>12}  {goal:<14} {verdict(figure, reach)}".rstrip())
    print(f"  ({time.perf_counter() - began:.0f} s)", flush=True)
    return True


def shown(figure: float, reach: str) -> str:
    """The figure, with the unit that the text to reach has."""
    if math.isnan(figure):
        return "skipped"
    text = f"{figure:,.0f}" if abs(figure) >= 1000 else f"{figure:.3g}"
    goal = goal_of(reach)
    unit = goal[2] if goal else reach if reach in UNITS else ""
    return f"{text} {unit}".rstrip()


def verdict(figure: float, reach: str) -> str:
    goal = goal_of(reach)
    if goal is None or math.isnan(figure):
        return ""
    sign, bound, _ = goal
    return "reached" if (figure >= bound if sign == "≥" else figure <= bound) else "NOT REACHED"


def goal_of(reach: str) -> tuple[str, float, str] | None:
    """ "≥ 1.4×" -> ("≥", 1.4, "×"); None where the text names nothing to reach."""
    match = re.match(r"([≥≤])\s*[+]?([\d ,.]*\d)\s*(\S*)", reach)
    if match is None:
        return None
    return match[1], float(re.sub(r"[ ,]", "", match[2])), match[3]


if __name__ == "__main__":
    sys.exit(main())
