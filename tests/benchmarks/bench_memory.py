"""What a long run costs in memory: after 1 000 000 steps against after 10 000.

Measured in a new process, which trains 2-8-8-1 with mini-batches and takes a view now and then as the window
does, so that what a view copies counts too.
"""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STEPS = (10_000, 1_000_000)


def train_and_report() -> None:
    from playground.engine.trainer import Trainer
    from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings

    trainer = Trainer(
        Experiment(
            DataSettings(), NetworkSettings((8, 8)), TrainingSettings(learning_rate=0.01, batch_size=10)
        )
    )
    for goal in STEPS:
        while trainer.step < goal:
            trainer.advance(1000)
            trainer.view()
        print(resident_megabytes(), flush=True)


def resident_megabytes() -> float:
    """What the process has in memory now; its greatest so far where the system does not tell."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    if sys.platform == "win32":
        return math.nan
    import resource

    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def measure() -> list[tuple[str, float, str]]:
    """What was measured, the figure, and what to reach."""
    done = subprocess.run(
        [sys.executable, "-c", "from tests.benchmarks.bench_memory import *; train_and_report()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    short, long = (float(line) for line in done.stdout.split())
    return [
        (f"memory after {STEPS[0]:,} steps", short, "MB"),
        (f"memory that {STEPS[1]:,} steps add", long - short, "≤ 30 MB"),
    ]
