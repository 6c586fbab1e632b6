"""Files to drop, to open and to save to: good ones, and every kind of bad one."""

from __future__ import annotations

import json
from pathlib import Path

from playground.experiment import Change, DataSettings, Experiment, ExperimentFile
from tests.support.tables import a_table

SMALL = Experiment().with_value("data.points", 60)
PAIR = a_table(("x",), ("u", "v"), (), [[n / 20.0, n / 40.0, 1.0 - n / 20.0] for n in range(30)])
"""Two numbers to learn at once."""


def make_files(folder: Path) -> list[Path]:
    """Write them; the paths, of which some lead to nothing."""
    good = {
        "small.json": SMALL.to_json(),
        "line.json": SMALL.with_value("data.dataset", "noisy_line")
        .with_value("network.hidden_layers", ())
        .to_json(),
        "deep.json": SMALL.with_value("network.hidden_layers", (3, 2, 2))
        .with_value("training.optimizer", "adam")
        .to_json(),
        "steered.json": ExperimentFile(
            SMALL, (Change(3, "training.learning_rate", 0.7), Change(9, "training.l2", 0.01)), 20
        ).to_json(),
        "pair.json": Experiment(DataSettings.of_table(PAIR)).to_json(),
    }
    bad = {
        "empty.json": "",
        "half.json": SMALL.to_json()[:90],
        "unknown.json": json.dumps({**json.loads(SMALL.to_json()), "colour": "red"}),
        "wild.json": SMALL.to_json().replace("0.3", "1e999"),
        "list.json": "[1, 2, 3]",
        "words.txt": "α β γ\n" * 50,
        "lesson.toml": "title = 'none'\n[[steps]]\n",
    }
    for name, text in {**good, **bad}.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "bytes.json").write_bytes(bytes(range(256)) * 4)
    (folder / "folder.json").mkdir()
    names = [*good, *bad, "bytes.json", "folder.json", "missing.json"]
    return [folder / name for name in names]
