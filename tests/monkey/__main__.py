"""Lets random hands loose on a window: python -m tests.monkey [--seed N] [--actions N] [--helper]."""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="what the choices come from (default: drawn)")
    parser.add_argument("--actions", type=int, default=2000)
    parser.add_argument("--helper", action="store_true", help="with the helper process")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from PySide6.QtWidgets import QApplication

    from tests.monkey.loose import let_loose

    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)
    seed = random.randrange(10**6) if arguments.seed is None else arguments.seed
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        let_loose(seed, arguments.actions, Path(folder), arguments.helper)
    print(f"{arguments.actions} actions, nothing broke", flush=True)


if __name__ == "__main__":
    main()
