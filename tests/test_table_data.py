"""From a table to the data of an experiment: what is kept, and what is said of it."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.table_data import data_of_table
from playground.table_proposal import proposed
from playground.table_words import said_of_table
from playground.tables import TableError, parse_table
from playground.tables.at_hand import TABLES_AT_HAND


def of_text(text, inputs, target, **settings):
    table = parse_table(text)
    chosen = table.chosen(inputs, target)
    made = data_of_table(chosen, **settings)
    return made, said_of_table("mine.csv", table, chosen, made)


def large(count, width=1, share_of_a=0.5):
    names = ",".join(f"x{index}" for index in range(width))
    rows = (f"{','.join([str(n)] * width)},{'a' if n < share_of_a * count else 'b'}" for n in range(count))
    return f"{names},kind\n" + "\n".join(rows), [f"x{index}" for index in range(width)]


def test_four_points_of_xor_are_all_trained_on_and_learned():
    made = data_of_table(TABLES_AT_HAND["xor"].points())
    trainer = Trainer(Experiment(made.data).with_value("training.learning_rate", 1.0))
    assert len(trainer.samples.X_train) == 4
    assert trainer.samples.X_train.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    trainer.advance(2000)
    says = trainer.network.predict(trainer.parameters, trainer.samples.X_train) > 0.5
    assert says[:, 0].tolist() == [False, True, True, False]


@pytest.mark.parametrize("name", TABLES_AT_HAND)
def test_every_table_at_hand_is_learned(name):
    points = TABLES_AT_HAND[name].points()
    data = data_of_table(points).data
    trainer = Trainer(Experiment(data))
    before = trainer.train_loss()
    trainer.advance(300)
    assert trainer.train_loss() < 0.75 * before
    assert data.kept_table.inputs == points.inputs


@pytest.mark.parametrize(("kinds", "told"), [(10, False), (12, True)])
def test_more_classes_than_can_be_learned_are_counted(kinds: int, told: bool) -> None:
    rows = "\n".join(f"{n},k{n % kinds}" for n in range(5 * kinds))
    table = parse_table(f"x,kind\n{rows}\n")
    chosen = proposed(table).points_of(table)
    said = said_of_table("mine.csv", table, chosen, data_of_table(chosen))
    assert len(chosen.classes) == 10
    assert ("kind has 12 classes; at most 10 can be learned." in said) == told


def test_a_small_table_says_all_of_it():
    made, said = of_text("x,y,z\n1,a,5\n2,b,5\n?,a,5\n", ["x", "z"], "y")
    assert said == [
        "“mine.csv”: 2 points; inputs x, z; target y, class 0 is a and class 1 is b.",
        "1 row is left out: row 4 (x is missing).",
        "The same in all rows: z.",
        "All points are for training.",
    ]
    assert not made.data.standardize
    assert made.data.test_share == 0.0


def test_large_inputs_are_standardised_and_it_is_said():
    made, said = of_text("x;y\n1,234;2\n20;3\n4;1\n", ["x"], "y")
    assert made.data.standardize
    assert said[0] == "“mine.csv”: 3 points; input x; target y, a number."
    assert said[1].startswith("1,234 is read as 1.234")
    assert said[-1] == "The inputs are standardised."
    raw, _ = of_text("x;y\n1,234;2\n20;3\n4;1\n", ["x"], "y", standardize=False)
    assert not raw.data.standardize


def test_of_many_rows_some_are_drawn_by_the_data_seed():
    text, inputs = large(30_000, share_of_a=0.25)
    made, said = of_text(text, inputs, "kind", seed=5)
    rows = made.data.kept_table.rows
    assert "30\u202f000 points, of which 20\u202f000 are kept, drawn by the data seed 5" in said[0]
    assert (len(rows), int((rows[:, 1] == 0).sum())) == (20_000, 5_000)
    assert (np.diff(rows[:, 0]) > 0).all()
    again, other = (of_text(text, inputs, "kind", seed=seed)[0] for seed in (5, 6))
    assert again.data == made.data
    assert other.data.kept_table != made.data.kept_table


def test_of_many_inputs_fewer_rows_are_kept():
    text, inputs = large(9_000, 60, share_of_a=0.00001)
    made, _ = of_text(text, inputs, "kind")
    rows = made.data.kept_table.rows
    assert rows.shape == (500_000 // 61, 61)
    assert (rows[:, -1] == 0).sum() == 1, "a class of one row is not lost"


@pytest.mark.parametrize("n_targets", [1, 2, 3])
def test_of_many_inputs_fewer_rows_are_kept_beside_several_targets(n_targets):
    names = [f"x{index}" for index in range(50)]
    targets = [f"y{index}" for index in range(n_targets)]
    rows = "\n".join(",".join([str(n)] * (50 + n_targets)) for n in range(9_950))
    table = parse_table(f"{','.join([*names, *targets])}\n{rows}")
    made = data_of_table(table.chosen(names, targets[0], as_number=True, more_targets=targets[1:]))
    kept = made.data.kept_table
    assert kept.targets == tuple(targets)
    assert kept.rows.shape == (500_000 // (50 + n_targets), 50 + n_targets)


def test_what_no_experiment_holds_is_refused():
    text, inputs = large(30, 65)
    with pytest.raises(TableError, match=r"^.*at most 64 inputs, not 65\.$"):
        of_text(text, inputs, "kind")
    with pytest.raises(TableError, match=r"x in row 4 is larger than 1e\+150\.$"):
        of_text("x,y\n1,1\n\n1e200,2\n3,5\n", ["x"], "y")
    with pytest.raises(TableError, match=r"has a name of more than 200 characters"):
        of_text(f"x,y\n1,{'a' * 300}\n2,b\n", ["x"], "y")
