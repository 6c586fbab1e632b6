"""A table given on the command line: what is said, what is trained, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.app import main, parse_arguments
from playground.experiment import Experiment
from playground.export.carried_run import CarriedRunError, read_carried_run
from playground.lab.tables.work import TableWork
from tests.support.terminal import NO_DISPLAY, one_sentence, start

STUDY = "hours;sleep;name;passed\n1,5;8;ann;no\n2,5;7;bob;no\n3;6;cyd;yes\n?;6;dan;yes\n5,25;8;eve;yes\n"


def test_a_spreadsheets_file_is_trained_on_without_a_window(tmp_path):
    (tmp_path / "study.csv").write_bytes(STUDY.encode("utf-16"))
    done = start(
        "--headless", "--data", tmp_path / "study.csv", "--input", "hours", "--input", "sleep",
        "--target", "passed", "--steps", 20, "--export-dir", tmp_path / "out", environment=NO_DISPLAY,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:4] == [
        "“study.csv”: 4 points; inputs hours, sleep; target passed, class 0 is no and class 1 is yes.",
        "Not used: name, as no number stands there.",
        "1 row is left out: row 5 (hours is missing).",
        "All points are for training.",
    ]
    data = json.loads((tmp_path / "out" / "experiment.json").read_text(encoding="utf-8"))["data"]
    assert data["dataset"] == "table"
    assert data["table"] == {
        "inputs": ["hours", "sleep"],
        "target": "passed",
        "classes": ["no", "yes"],
        "rows": [[1.5, 8, 0], [2.5, 7, 0], [3, 6, 1], [5.25, 8, 1]],
    }


def test_columns_that_are_not_named_are_chosen_and_said(tmp_path, capsys):
    (tmp_path / "study.csv").write_text(STUDY, encoding="utf-8")
    out = ["--headless", "--data", str(tmp_path / "study.csv"), "--steps", "3", "--format", "svg"]
    assert main([*out, "--export-dir", str(tmp_path / "all")]) == 0
    assert "inputs hours, sleep; target passed" in capsys.readouterr().out
    assert main([*out, "--target", "sleep", "--export-dir", str(tmp_path / "sleep")]) == 0
    assert "4 points; input hours; target sleep, a number." in capsys.readouterr().out


BAD = {
    "no file": ("none.csv", [], "No such file"),
    "folder": (".", [], "it is a folder"),
    "open quote": ('a,b\n"1,2\n3,4', [], "the quotation mark in row 2 is never closed"),
    "texts": ("a,b\nc,d\ne,f", [], "it has no column of numbers"),
    "unknown input": ("a,b\n1,2\n3,4", ["--input", "c"], "there is no column “c”; there are “a”, “b”"),
    "unknown target": ("a,b\n1,2\n3,4", ["--target", "c"], "there is no column “c”"),
    "both": ("a,b\n1,2\n3,4", ["--input", "b", "--target", "b"], "input and target at once"),
    "classes": ("a,b\n1,x\n3,y\n4,z", ["--class", "x", "--class", "w"], "“b” has no class “w”"),
    "one column": ("a\n1\n2", [], "at least one column must be an input"),
    "a target twice": ("a,b,c\n1,2,3", ["--target", "b", "--target", "b"], "was given twice as a target"),
    "four targets": (
        "a,b,c,d,e\n1,2,3,4,5",
        ["--target", "b", "--target", "c", "--target", "d", "--target", "e"],
        "at most 3 targets can be learned, not 4",
    ),
}


@pytest.mark.parametrize("window", [True, False])
@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_learned_is_one_sentence_and_status_2(tmp_path, capsys, qapp, name, window):
    content, options, expected = BAD[name]
    path = tmp_path / content if content in ("none.csv", ".") else tmp_path / "table.csv"
    if path.suffix and content != "none.csv":
        path.write_text(content)
    arguments = ["--data", str(path), *options]
    if not window:
        arguments += ["--headless", "--export-dir", str(tmp_path / "out")]
    try:
        assert main(arguments) == 2
    except SystemExit as ended:
        assert ended.code == 2
    said = capsys.readouterr()
    assert one_sentence(said.err)
    assert expected in said.err
    assert said.out == ""
    assert not (tmp_path / "out").exists()


WIDE = ",".join(f"c{i}" for i in range(70)) + "\n"
WIDE += "\n".join(",".join(str(i * j % 7 + i) for i in range(70)) for j in range(5))
FILES = {
    "wide": WIDE,
    "three classes": "a,b\n1,x\n3,y\n4,z\n5,x\n",
    "dates": "day,a,b\n2020-01-02,1,5\n2020-01-03,2,7\n2020-01-04,3,1\n",
    "names last": "a,b,who\n" + "\n".join(f"{i},{i % 5},name {i}" for i in range(40)),
    "texts": "a,b\nx,y\nz,w\n",
    "one column": "a\n1\n2\n",
}


@pytest.mark.parametrize("name", FILES)
def test_the_command_line_takes_the_same_columns_as_the_window_proposes(tmp_path, capsys, name):
    path = tmp_path / "table.csv"
    path.write_text(FILES[name])
    told: list[tuple[str, Any]] = []
    work = TableWork(lambda message: told.append((message[0], message[2])))
    work.take("source", path, "table.csv")
    work.take("read", 1, {})
    while work.busy:
        work.work()
    status = main(["--headless", "--data", str(path), "--steps", "1", "--export-dir", str(tmp_path / "out")])
    said, points = capsys.readouterr(), dict(told).get("points")
    if points is None or points.data is None:
        assert status == 2
        why = dict(told)["refused"] if points is None else points.problem.removeprefix("No points: ")
        assert why in said.err
        return
    assert status == 0
    assert said.out.splitlines()[0] == points.sentences[0]
    assert [line for line in said.out.splitlines() if line.startswith("Not used")] == [
        line for line in points.sentences if line.startswith("Not used")
    ]
    written = json.loads((tmp_path / "out" / "experiment.json").read_text(encoding="utf-8"))
    assert written["data"] == json.loads(Experiment(points.data).to_json())["data"]


def test_columns_that_are_not_used_are_named(tmp_path, capsys):
    (tmp_path / "a.csv").write_text(FILES["dates"])
    out = ["--headless", "--data", str(tmp_path / "a.csv"), "--steps", "1", "--format", "svg"]
    assert main([*out, "--export-dir", str(tmp_path / "out")]) == 0
    assert "Not used: day, as no number stands there." in capsys.readouterr().out


@pytest.mark.parametrize(("sign", "name"), [(",", "comma"), (".", "point")])
def test_a_sign_is_given_by_itself_or_by_its_name(sign, name):
    given = [parse_arguments(["--data", "a.csv", "--decimal", way]).decimal for way in (sign, name)]
    assert given == [sign, sign]
    assert parse_arguments(["--data", "a.csv", "--separator", ";"]).separator == ";"
    assert parse_arguments(["--data", "a.csv", "--separator", "tab"]).separator == "\t"


def test_another_sign_is_refused_with_those_that_there_are(capsys):
    with pytest.raises(SystemExit):
        parse_arguments(["--data", "a.csv", "--decimal", "x"])
    assert "must be one of point (.), comma (,), not 'x'" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--input", "--target"])
def test_a_column_without_a_table_is_refused(capsys, option):
    with pytest.raises(SystemExit) as ended:
        main([option, "x"])
    assert ended.value.code == 2
    assert f"{option}: works only together with --data" in capsys.readouterr().err


def test_an_experiment_and_a_table_are_refused_together(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["one.json", "--data", "two.csv"])
    assert ended.value.code == 2
    assert one_sentence(capsys.readouterr().err)


def test_pictures_of_own_points_carry_their_run_only_where_that_is_asked_for(tmp_path, capsys, qapp):
    (tmp_path / "study.csv").write_text(STUDY, encoding="utf-8")
    arguments = ["--headless", "--data", str(tmp_path / "study.csv"), "--steps", "3", "--format", "svg"]
    assert main([*arguments, "--export-dir", str(tmp_path / "without")]) == 0
    told = "The pictures carry no run, for it holds your 4 rows; --with-points puts them in."
    assert told in capsys.readouterr().out
    with pytest.raises(CarriedRunError, match="carries no run"):
        read_carried_run((tmp_path / "without" / "loss.svg").read_bytes())
    assert main([*arguments, "--with-points", "--export-dir", str(tmp_path / "with")]) == 0
    assert told not in capsys.readouterr().out
    read_carried_run((tmp_path / "with" / "loss.svg").read_bytes())


def test_format_and_classes_are_given_instead_of_recognised(tmp_path, capsys, qapp):
    (tmp_path / "a.csv").write_text("x;y\n1,500;a\n2,250;b\n3,125;c\n4,000;a\n5,000;b\n")
    arguments = ["--headless", "--data", str(tmp_path / "a.csv"), "--steps", "1", "--format", "svg"]
    given = ["--separator", "semicolon", "--decimal", "comma", "--class", "a", "--class", "c"]
    assert main([*arguments, *given, "--export-dir", str(tmp_path / "out")]) == 0
    assert "3 points; input x; target y, class 0 is a and class 1 is c" in capsys.readouterr().out
    data = json.loads((tmp_path / "out" / "experiment.json").read_text(encoding="utf-8"))["data"]
    assert data["table"]["rows"] == [[1.5, 0], [3.125, 1], [4, 0]]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--class", "a"], "must name 2 to 10 different classes"),
        (["--class", "a", "--class", "b", "--class", "a"], "a is given twice"),
        (["--class", "a", "--class", "q"], "has no class “q”"),
        (["--separator", "dash"], "must be one of tab, semicolon (;)"),
    ],
)
def test_other_classes_and_signs_are_refused(tmp_path, capsys, options, reason):
    (tmp_path / "a.csv").write_text("x,y\n1,a\n2,b\n3,c\n")
    out = ["--export-dir", str(tmp_path / "out")]
    try:
        assert main(["--headless", "--data", str(tmp_path / "a.csv"), *options, *out]) == 2
    except SystemExit as end:
        assert end.code == 2
    said = capsys.readouterr().err
    assert one_sentence(said)
    assert reason in said


def test_several_targets_are_learned_at_once(tmp_path, capsys, qapp):
    (tmp_path / "a.csv").write_text("i1,i2,o1,o2\n0.05,0.1,0.01,0.99\n0.1,0.2,0.3,0.4\n")
    arguments = ["--headless", "--data", str(tmp_path / "a.csv"), "--target", "o1", "--target", "o2"]
    assert main([*arguments, "--steps", "5", "--format", "svg", "--export-dir", str(tmp_path / "out")]) == 0
    assert "inputs i1, i2; targets o1, o2, numbers" in capsys.readouterr().out
    experiment = Experiment.from_json((tmp_path / "out" / "experiment.json").read_text(encoding="utf-8"))
    assert experiment.data.table.targets == ("o1", "o2")
    assert experiment.layer_sizes == (2, 4, 2)
