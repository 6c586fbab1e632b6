"""Before a file is replaced it is asked, whichever dialog it was and whoever added the ending."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from playground.experiment import Experiment
from playground.files.endings import beside_history, with_ending
from playground.ui.chain_rule.feature import PAGE as CHAIN_RULE
from playground.ui.chain_rule.feature import ChainRuleFeature
from playground.ui.export.dialog import ExportDialog
from playground.ui.hall.scene_feature import SceneFeature
from playground.ui.main_window import MainWindow
from playground.ui.runs.kept_runs import CSV, SPREADSHEET, KeptRunsFeature
from tests.support.features import feature_of
from tests.support.save_answers import Answers

PRECIOUS = b"precious"


@pytest.mark.parametrize(
    ("name", "ending", "becomes"),
    [
        ("lab", ".json", "lab.json"),
        ("lab.json", ".json", "lab.json"),
        ("LAB.JSON", ".json", "LAB.JSON"),
        ("alpha=0.3", ".json", "alpha=0.3.json"),
        ("v1.2.final", ".json", "v1.2.final.json"),
        ("fig.svg", ".png", "fig.svg.png"),
        (".json", ".json", ".json.json"),
        ("run.", ".csv", "run..csv"),
    ],
)
def test_an_ending_is_added_to_every_name_that_has_not_got_it(name: str, ending: str, becomes: str) -> None:
    assert with_ending(Path("/there") / name, ending) == Path("/there") / becomes


def test_the_experiment_of_a_history_has_its_name() -> None:
    assert beside_history("alpha=0.3.csv") == Path("alpha=0.3.json")


@pytest.fixture
def answers(qtbot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Answers]:
    answers = Answers(monkeypatch)
    yield answers
    answers.stop()


def exports(what: str, picture: str = "PNG") -> Callable[[MainWindow], object]:
    def act(window: MainWindow) -> None:
        dialog = ExportDialog(window.exporter, window.preferences, what, window)
        dialog.format_box.setCurrentText(picture)
        dialog.save_button.click()
        dialog.deleteLater()

    return act


def exports_graph_table(window: MainWindow) -> None:
    feature = feature_of(window, ChainRuleFeature)
    feature.open()
    menu = feature.lab.export.menu(feature.lab)
    next(action for action in menu.actions() if action.text().startswith("Table")).trigger()


def saves_scenes(window: MainWindow) -> None:
    feature_of(window, SceneFeature).keep(1)
    window.actions_by_name["save_scenes"].trigger()


def exports_runs(window: MainWindow) -> None:
    kept = feature_of(window, KeptRunsFeature)
    kept.keep_present()
    kept.page_view.export_button.click()


SAVES: dict[str, tuple[Callable[[MainWindow], object], str]] = {
    "session": (lambda window: window.actions_by_name["save_as"].trigger(), ".landscape"),
    "picture": (exports("loss"), ".png"),
    "vector picture": (exports("loss", "SVG"), ".svg"),
    "history": (exports("history"), ".csv"),
    "scenes": (saves_scenes, ".json"),
    "graph": (exports(CHAIN_RULE), ".png"),
    "graph as vectors": (exports(CHAIN_RULE, "SVG"), ".svg"),
    "graph as table": (exports_graph_table, ".csv"),
    "kept runs": (exports_runs, ".csv"),
}


def test_every_save_asks_about_the_file_whose_ending_it_adds(
    qtbot, open_window, answers: Answers, tmp_path: Path
) -> None:
    window = open_window()
    for number, (kind, (save, ending)) in enumerate(SAVES.items()):
        there = tmp_path / f"alpha=0.{number}{ending}"
        there.write_bytes(PRECIOUS)
        answers.typed, answers.replace = str(tmp_path / f"alpha=0.{number}"), False
        answers.asked.clear()
        save(window)
        assert answers.asked == [f"“{there.name}” is there already. Replace it?"], kind
        assert there.read_bytes() == PRECIOUS, kind
        if kind in ("session", "scenes", "kept runs"):
            assert window.notices.text == f"Nothing was saved: “{there.name}” is as before.", kind
        answers.replace = True
        save(window)
        assert len(answers.asked) == 2, kind
        assert there.read_bytes() != PRECIOUS, kind
        assert not (tmp_path / f"alpha=0.{number}").exists(), kind


def test_a_file_that_the_dialog_itself_asked_about_is_asked_about_once(
    qtbot, open_window, answers: Answers, tmp_path: Path
) -> None:
    window = open_window()
    there = tmp_path / "lab.json"
    there.write_bytes(PRECIOUS)
    answers.typed = str(there)
    assert window.commands.save_as()
    assert answers.asked == []
    assert there.read_bytes() != PRECIOUS
    assert window.commands.save()
    assert answers.asked == []


@pytest.mark.parametrize("in_the_dialog", [True, False])
def test_the_notes_of_kept_runs_are_asked_about_too(
    qtbot, open_window, answers: Answers, tmp_path: Path, in_the_dialog: bool
) -> None:
    window = open_window()
    feature_of(window, KeptRunsFeature).keep_present()
    save = exports("kept_runs") if in_the_dialog else exports_runs
    (tmp_path / "runs.notes.json").write_bytes(PRECIOUS)
    answers.typed = str(tmp_path / "runs")
    save(window)
    assert answers.asked == ["“runs.notes.json” is there already. Replace it?"]
    assert [path.name for path in tmp_path.glob("runs*")] == ["runs.notes.json"]
    assert (tmp_path / "runs.notes.json").read_bytes() == PRECIOUS
    answers.replace = True
    save(window)
    assert (tmp_path / "runs.csv").exists()
    assert (tmp_path / "runs.notes.json").read_bytes() != PRECIOUS


def test_kept_runs_for_a_spreadsheet_are_one_file(
    qtbot, open_window, answers: Answers, tmp_path: Path
) -> None:
    window = open_window()
    kept = feature_of(window, KeptRunsFeature)
    kept.keep_present()
    kept.rename(0, "=1+1")
    answers.typed, answers.kind = str(tmp_path / "runs.csv"), SPREADSHEET
    kept.page_view.export_button.click()
    assert answers.kinds == [f"{CSV};;{SPREADSHEET}"]
    assert [path.name for path in tmp_path.glob("runs*")] == ["runs.csv"]
    content = (tmp_path / "runs.csv").read_bytes()
    assert content.startswith("\ufeffrun".encode())
    assert b"\r\n'=1+1" in content


@pytest.mark.parametrize("typed", ["lab1", "lab1.csv"])
def test_the_second_file_of_a_history_is_asked_about_too(
    qtbot, open_window, answers: Answers, tmp_path: Path, typed: str
) -> None:
    window = open_window()
    (tmp_path / "lab1.json").write_bytes(PRECIOUS)
    answers.typed = str(tmp_path / typed)
    exports("history")(window)
    assert answers.asked == ["“lab1.json” is there already. Replace it?"]
    assert (tmp_path / "lab1.json").read_bytes() == PRECIOUS
    assert not (tmp_path / "lab1.csv").exists()
    (tmp_path / "lab1.csv").write_bytes(PRECIOUS)
    answers.typed = str(tmp_path / "lab1")
    exports("history")(window)
    assert answers.asked[1:] == ["“lab1.csv” and “lab1.json” are there already. Replace them?"]


def test_what_is_write_protected_is_said_and_stays(
    qtbot, open_window, answers: Answers, tmp_path: Path
) -> None:
    window = open_window()
    there = tmp_path / "lab.json"
    there.write_bytes(PRECIOUS)
    there.chmod(0o444)
    answers.typed = str(there)
    assert not window.commands.save_as()
    assert "lab.json could not be written: it is write-protected." in window.notices.text
    assert there.read_bytes() == PRECIOUS


def test_a_name_of_thousands_of_letters_is_one_short_sentence(
    qtbot, open_window, answers: Answers, tmp_path: Path
) -> None:
    window = open_window()
    answers.typed = str(tmp_path / ("line\nbreak" * 500))
    assert not window.commands.save_as()
    assert "could not be written" in window.notices.text
    assert len(window.notices.text) < 400
    assert "\n" not in window.notices.text


def test_the_title_tells_a_name_that_a_run_brought_back_is_given_late(qtbot, open_window) -> None:
    window = open_window()
    lab, first = window.lab, window.snapshot.run
    lab.set_experiment(Experiment().with_value("data.noise", 0.3))
    lab.undo()
    qtbot.waitUntil(lambda: window.snapshot.run == lab.run_number > first + 1)
    lab.name_run(first, "/somewhere/kept.json")
    qtbot.waitUntil(lambda: window.windowTitle().startswith("kept.json"))
