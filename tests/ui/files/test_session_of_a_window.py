"""A session holds what its window held: saved, opened elsewhere, gone on with bit by bit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox

from playground.drawing.kit.levels import Levels
from playground.experiment import Change, Experiment
from playground.experiment_files import read_experiment
from playground.landscape.plane import Window
from playground.sessions import load_session, save_session
from playground.ui.files.opener import read_file
from playground.ui.inspector.feature import InspectorFeature
from playground.ui.lessons.feature import OTHER_POINTS, LessonFeature
from playground.ui.main_window import MainWindow
from playground.ui.rate.guess_feature import FASTEST, GuessFeature
from playground.ui.runs.kept_runs import KeptRunsFeature
from playground.ui.surface.wish import PictureChoice
from tests.support.features import feature_of
from tests.support.watching import same_history

TITLE = "Loss Landscape Playground"
Train = Callable[[MainWindow, int], None]


@pytest.fixture
def train(qtbot) -> Train:
    """Makes steps as fast as it goes."""

    def make(window: MainWindow, steps: int) -> None:
        end = window.snapshot.whole.step + steps
        window.lab.set_speed(None)
        window.lab.run_exactly(steps)
        qtbot.waitUntil(lambda: window.snapshot.whole.step == end and window.snapshot.state == "paused")

    return make


def open_in(window: MainWindow, path: Path, qtbot) -> None:
    run = window.snapshot.run
    assert window.commands.open_file(path)
    qtbot.waitUntil(lambda: window.snapshot.run > run and path.name in window.notices.text)


def test_a_window_is_as_it_was_and_its_run_goes_on_bit_by_bit(
    qtbot, open_window, tmp_path: Path, train
) -> None:
    one = open_window()
    one.set_full(True)
    one.transport.choose_speed(None)
    train(one, 30)
    one.lab.set_learning_rate(1.25)
    train(one, 20)
    kept = feature_of(one, KeptRunsFeature).keep(one.snapshot.whole)
    feature_of(one, KeptRunsFeature).rename(kept.number, "before")
    one.actions_by_name["keep_weights"].trigger()
    feature_of(one, GuessFeature).scores.add(FASTEST, 2.5)
    one.surface_view.choose_plane("random", seed=5, normalization="layer")
    one.surface_view.options.contour_box.setChecked(False)
    one.surface_view.options.told_box.setChecked(True)
    one.surface_view.set_equal_units(False)
    one.surface_view.scale_box.setCurrentIndex(1)
    one.arrangement.show_page("sharpness")
    train(one, 10)
    qtbot.waitUntil(lambda: one.surface_view.settled)
    one.surface_view.look_at(Window(-0.5, 0.5, -0.25, 0.75))
    path = tmp_path / "lesson.landscape"
    assert one.commands.save_to(path)

    two = open_window()
    two.set_full(False)
    feature_of(two, GuessFeature).scores.add(FASTEST, 9.0)
    open_in(two, path, qtbot)
    assert same_history(two.snapshot.view, one.snapshot.view)
    assert (two.preferences.layout, two.transport.chosen_speed) == ("full", None)
    (run,) = feature_of(two, KeptRunsFeature).runs
    assert (run.name, run.view.step) == ("before", 50)
    assert same_history(run.view, kept.view)
    assert feature_of(two, GuessFeature).scores.of(FASTEST) == [2.5]
    assert two.surface_view.wish.plane == one.surface_view.wish.plane
    assert not two.surface_view.options.contours
    assert two.surface_view.wish.cells_told
    assert not two.surface_view.wish.equal_units
    assert not two.surface_view.wish.log_scale
    assert two.surface_view.kept.step == 50
    np.testing.assert_array_equal(two.surface_view.kept.parameters, one.surface_view.kept.parameters)
    assert two.arrangement.page_on_screen("sharpness")
    qtbot.waitUntil(lambda: two.surface_view.zoom == one.surface_view.zoom)
    for window in (one, two):
        train(window, 40)
    assert same_history(two.snapshot.view, one.snapshot.view)


def test_undo_of_an_opened_session_brings_the_kept_runs_back(
    qtbot, open_window, tmp_path: Path, train
) -> None:
    one = open_window()
    path = tmp_path / "of one.landscape"
    train(one, 10)
    feature_of(one, KeptRunsFeature).keep(one.snapshot.whole)
    assert one.commands.save_to(path)
    two = open_window()
    kept = feature_of(two, KeptRunsFeature)
    train(two, 20)
    kept.keep(two.snapshot.whole)
    two.lab.new_weights()
    qtbot.waitUntil(lambda: two.snapshot.whole.experiment.network.seed == 1)
    open_in(two, path, qtbot)
    assert [run.view.step for run in kept.runs] == [10]
    train(two, 5)
    kept.keep(two.snapshot.whole)
    for name, steps in (("undo", [20, 15]), ("redo", [10, 15]), ("undo", [20, 15])):
        two.actions_by_name[name].trigger()
        qtbot.waitUntil(lambda steps=steps: [run.view.step for run in kept.runs] == steps)
        assert len({run.number for run in kept.runs}) == 2
    assert two.snapshot.whole.experiment.network.seed == 1
    two.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: two.snapshot.whole.step == 20)


def test_files_that_are_opened_in_quick_succession_are_undone_one_by_one(
    qtbot, open_window, tmp_path: Path, train
) -> None:
    one = open_window()
    first, second, third = (tmp_path / name for name in ("1.landscape", "2.landscape", "3.json"))
    for path in (first, second):
        train(one, 10)
        feature_of(one, KeptRunsFeature).keep(one.snapshot.whole)
        assert one.commands.save_to(path)
    two = open_window()
    kept = feature_of(two, KeptRunsFeature)
    train(two, 5)
    assert two.commands.save_to(third)
    assert two.commands.open_file(first)
    assert two.commands.open_file(second)
    qtbot.waitUntil(lambda: [run.view.step for run in kept.runs] == [10, 20])
    for steps in ([10], []):
        two.actions_by_name["undo"].trigger()
        qtbot.waitUntil(lambda steps=steps: [run.view.step for run in kept.runs] == steps)
    qtbot.waitUntil(lambda: two.snapshot.whole.step == 5)
    # The run of an experiment is not announced as that of the session before it, which began like it.
    assert two.commands.open_file(first)
    assert two.commands.open_file(third)
    qtbot.waitUntil(lambda: two.files.path == third and two.snapshot.whole.step == 5)
    qtbot.waitUntil(lambda: two.snapshot.state == "paused")
    assert first.name not in two.notices.text
    assert kept.runs == []


def test_picture_lesson_and_pending_guess_come_back(qtbot, open_window, tmp_path: Path, train) -> None:
    one = open_window()
    one.set_full(True)
    options, lessons = one.surface_view.options, feature_of(one, LessonFeature)
    lessons.open(1)
    lessons.walk(1)
    qtbot.waitUntil(lambda: lessons.place.since is not None)
    train(one, 10)
    options.limits_box.chosen.emit(options.limits_box.set_value("typed"))
    for field, text in ((options.high_field, "40"), (options.low_field, "0.02")):
        field.selectAll()
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    options.cells_box.set_value(101)
    options.cells_box.chosen.emit(101)
    options.share_box.setValue(12)
    one.surface_view.bar.follow_box.setChecked(False)
    guess = feature_of(one, GuessFeature)
    assert one.strip.marks.concealed, "the lesson asks too"
    one.actions_by_name["guess_limit"].trigger()
    assert guess.waiting
    asked = one.notices.text
    path = tmp_path / "asked.landscape"
    assert one.commands.save_to(path)

    two = open_window()
    run = two.snapshot.run
    assert two.commands.open_file(path)
    qtbot.waitUntil(lambda: two.snapshot.run > run and feature_of(two, GuessFeature).waiting)
    assert two.notices.text == asked
    assert two.surface_view.options.choice == options.choice == PictureChoice("typed", 0.02, 40.0, 101, 12)
    wish = two.surface_view.wish
    assert (wish.levels, wish.resolution, wish.share) == (Levels(0.02, 40.0, True), 101, 0.12)
    assert not two.surface_view.bar.follow_box.isChecked()
    assert feature_of(two, LessonFeature).place == lessons.place
    texts = [feature_of(window, LessonFeature).panel.text.toPlainText() for window in (one, two)]
    assert texts[0] == texts[1] != ""
    assert two.snapshot.view.step == one.snapshot.view.step
    two.strip.guessed.emit(0.9)
    qtbot.waitUntil(lambda: two.notices.text.startswith("Your guess is "))


def test_a_lesson_that_comes_back_goes_on_with_its_run(qtbot, open_window, tmp_path: Path, train) -> None:
    one = open_window()
    lessons = feature_of(one, LessonFeature)
    number = next(at for at, lesson in enumerate(lessons.lessons) if lesson.name.startswith("06"))
    lessons.open(number)
    lessons.panel.entry.setText("0.5")
    qtbot.keyClick(lessons.panel.entry, Qt.Key.Key_Return)
    assert not lessons.panel.guess_button.isEnabled()
    first = tmp_path / "answered.landscape"
    qtbot.waitUntil(lambda: lessons.place.since is not None)
    assert one.commands.save_to(first)
    two = open_window()
    open_in(two, first, qtbot)
    panel = feature_of(two, LessonFeature).panel
    assert panel.entry.text() == "0.5"
    assert "Not quite" in panel.answer_label.text()
    assert not panel.guess_button.isEnabled(), "an answer that was given is not asked for again"

    # The next step goes on with the run that this one leaves.
    lessons = feature_of(one, LessonFeature)
    number = next(at for at, lesson in enumerate(lessons.lessons) if lesson.name.startswith("07"))
    lessons.open(number)
    for _ in range(3):
        qtbot.mouseClick(lessons.panel.next_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lessons.place.since is not None)
    qtbot.waitUntil(lambda: one.snapshot.view.experiment == lessons.step.experiment)
    one.lab.set_learning_rate(10.0)
    train(one, 50)
    qtbot.waitUntil(lambda: lessons.reached)
    second = tmp_path / "dead.landscape"
    assert one.commands.save_to(second)
    open_in(two, second, qtbot)
    lessons, run = feature_of(two, LessonFeature), two.snapshot.run
    qtbot.waitUntil(lambda: lessons.reached)
    qtbot.mouseClick(lessons.panel.next_button, Qt.MouseButton.LeftButton)
    assert lessons.place.step == 4
    qtbot.waitUntil(lambda: two.lab.reached(two.lab.newest_instruction) and lessons.place.since is not None)
    assert (two.snapshot.run, two.snapshot.view.step, lessons.place.since) == (run, 50, 50)


def test_points_of_another_kind_do_not_count_in_an_opened_session_either(
    qtbot, open_window, tmp_path: Path
) -> None:
    one = open_window()
    lessons = feature_of(one, LessonFeature)
    number, index = next(
        (number, index)
        for number, lesson in enumerate(lessons.lessons)
        for index, step in enumerate(lesson.steps)
        if step.goal is not None and step.experiment is not None and step.experiment.data is not None
    )
    lessons.choose(number, index)
    lessons.show_page()
    qtbot.waitUntil(lambda: lessons.place.since is not None)
    assert OTHER_POINTS not in lessons.panel.goal_label.text()
    own = one.snapshot.since
    one.lab.change("data.dataset", "xor")
    qtbot.waitUntil(lambda: one.snapshot.since > own)
    qtbot.waitUntil(lambda: OTHER_POINTS in lessons.panel.goal_label.text())
    path = tmp_path / "xor.landscape"
    assert one.commands.save_to(path)
    two = open_window()
    open_in(two, path, qtbot)
    lessons = feature_of(two, LessonFeature)
    qtbot.waitUntil(lambda: OTHER_POINTS in lessons.panel.goal_label.text())
    # Begun again with the same weights, it has the same points.
    foreign = two.snapshot.since
    two.actions_by_name["same_weights"].trigger()
    qtbot.waitUntil(lambda: two.snapshot.since > foreign and lessons.place.since is not None)
    qtbot.waitUntil(lambda: OTHER_POINTS in lessons.panel.goal_label.text())


def test_the_point_of_the_question_and_the_question_itself_come_back(
    qtbot, open_window, tmp_path: Path
) -> None:
    one = open_window()
    lessons, inspector = feature_of(one, LessonFeature), feature_of(one, InspectorFeature)
    number = next(at for at, lesson in enumerate(lessons.lessons) if lesson.name.startswith("04"))
    lessons.open(number)
    qtbot.waitUntil(lambda: inspector.point == 3)
    path = tmp_path / "asked.landscape"
    assert one.commands.save_to(path)
    two = open_window()
    lessons, inspector = feature_of(two, LessonFeature), feature_of(two, InspectorFeature)
    # There, the same question was passed over.
    lessons.open(number)
    qtbot.waitUntil(lambda: inspector.point == 3)
    two.actions_by_name["run"].trigger()
    two.notices.offers["Run all the same"].click()
    inspector.inspect(0)
    open_in(two, path, qtbot)
    qtbot.waitUntil(lambda: lessons.place.since == 0 and inspector.point == 3)
    two.actions_by_name["run"].trigger()
    assert "Run all the same" in two.notices.offers


def test_the_title_has_the_files_name_and_a_mark_where_it_has_changed(
    qtbot, open_window, tmp_path: Path, train
) -> None:
    window = open_window()
    train(window, 5)
    assert (window.windowTitle(), window.isWindowModified()) == (TITLE, False)
    path = tmp_path / "a [*].landscape"
    assert window.commands.save_to(path)
    assert window.windowTitle() == f"a [*][*].landscape[*] – {TITLE}"
    assert not window.isWindowModified()
    train(window, 1)
    qtbot.waitUntil(window.isWindowModified)
    assert window.commands.save()
    assert not window.isWindowModified()
    assert window.preferences.recent_files == [str(path)]
    feature_of(window, KeptRunsFeature).keep_present()
    qtbot.waitUntil(window.isWindowModified)
    open_in(window, path, qtbot)
    assert not window.isWindowModified()
    window.surface_view.look_at(Window(-1.0, 1.0, -1.0, 1.0))
    window.set_full(True)
    assert not window.files.changed


def test_undo_after_opening_brings_back_run_kept_runs_and_name(
    qtbot, open_window, tmp_path: Path, train
) -> None:
    window = open_window()
    train(window, 3)
    path = tmp_path / "three.landscape"
    assert window.commands.save_to(path)
    window.lab.set_experiment(Experiment().with_value("data.dataset", "xor"))
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.dataset == "xor")
    train(window, 7)
    feature_of(window, KeptRunsFeature).keep_present()
    open_in(window, path, qtbot)
    assert feature_of(window, KeptRunsFeature).runs == []
    window.notices.offers["Undo"].click()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 7)
    assert window.windowTitle() == TITLE
    assert [run.view.step for run in feature_of(window, KeptRunsFeature).runs] == [7]


def test_save_as_offers_both_and_the_ending_or_the_choice_decides(
    qtbot, open_window, tmp_path: Path, monkeypatch, train
) -> None:
    window = open_window()
    train(window, 4)
    asked: list[tuple[str, str]] = []
    answer = ["", ""]

    def ask(parent: object, title: str, start: str, kinds: str) -> tuple[str, str]:
        asked.append((Path(start).name, kinds))
        return answer[0], answer[1]

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    sessions, experiments = "Sessions (*.landscape)", "Experiments (*.json)"
    answer[:] = str(tmp_path / "one"), sessions
    assert window.commands.save()
    assert asked == [("run.landscape", f"{sessions};;{experiments};;All files (*)")]
    assert load_session(tmp_path / "one.landscape").about["step"] == 4
    answer[:] = str(tmp_path / "two"), experiments
    assert window.commands.save_as()
    assert (tmp_path / "two.json").read_text().startswith("{")
    answer[:] = str(tmp_path / "three.json"), sessions
    assert window.commands.save_as()
    assert asked[-1] == ("two.json", f"{experiments};;{sessions};;All files (*)")
    assert (tmp_path / "three.json").read_text().startswith("{")
    before = (tmp_path / "one.landscape").read_bytes()
    assert window.commands.save()
    assert len(asked) == 3
    assert (tmp_path / "one.landscape").read_bytes() == before


def test_a_session_under_another_ending_is_saved_as_one(qtbot, open_window, tmp_path: Path, train) -> None:
    window = open_window()
    train(window, 2)
    assert window.commands.save_to(tmp_path / "a.landscape")
    renamed = (tmp_path / "a.landscape").rename(tmp_path / "a.backup")
    open_in(window, renamed, qtbot)
    train(window, 2)
    assert window.commands.save()
    assert load_session(renamed).about["step"] == 4


def test_a_name_inside_a_session_is_never_saved_to(qtbot, open_window, tmp_path: Path, train) -> None:
    precious = tmp_path / "precious.json"
    precious.write_text("mine")
    window = open_window()
    train(window, 2)
    window.actions_by_name["new_weights"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 0)
    train(window, 3)
    path = tmp_path / "a.landscape"
    assert window.commands.save_to(path)
    session = load_session(path)
    assert str(tmp_path) not in repr(session.lab)
    foreign = {**session.lab, "past": [{**session.lab["past"][0], "name": str(precious)}]}
    save_session(path, type(session)(session.run, foreign, session.window, session.about))
    other = open_window()
    open_in(other, path, qtbot)
    other.lab.undo()
    qtbot.waitUntil(lambda: other.snapshot.view.step == 2)
    assert other.commands.path is None
    assert other.windowTitle() == TITLE
    assert precious.read_text() == "mine"


def test_closing_asks_only_where_a_named_file_has_changed(qtbot, open_window, tmp_path: Path, train) -> None:
    unnamed = open_window()
    train(unnamed, 5)
    assert unnamed.close()
    window = open_window()
    train(window, 5)
    path = tmp_path / "a.landscape"
    assert window.commands.save_to(path)
    train(window, 5)
    assert not window.close()
    box = window.findChild(QMessageBox)
    assert box.text() == "“a.landscape” has changed since it was saved. Save it before closing?"
    box.button(QMessageBox.StandardButton.Cancel).click()
    assert window.isVisible()
    assert not window.close()
    (box,) = [box for box in window.findChildren(QMessageBox) if box.isVisible()]
    box.button(QMessageBox.StandardButton.Save).click()
    assert not window.isVisible()
    assert load_session(path).about["step"] == 10
    again = open_window()
    open_in(again, path, qtbot)
    assert again.close()


def test_what_is_not_saved_stays_out_of_the_file(qtbot, open_window, tmp_path: Path, train) -> None:
    window = open_window()
    path = tmp_path / "a.landscape"
    train(window, 5)
    assert window.commands.save_to(path)
    before = path.read_bytes()
    train(window, 5)
    assert not window.close()
    discard = window.findChild(QMessageBox).button(QMessageBox.StandardButton.Discard)
    assert discard.text() == "Don't save"
    discard.click()
    assert not window.isVisible()
    assert path.read_bytes() == before


def test_an_experiment_that_only_runs_has_not_changed(qtbot, open_window, tmp_path: Path, train) -> None:
    window = open_window()
    path = tmp_path / "moons.json"
    path.write_text('{"data": {"dataset": "two_moons"}}')
    assert window.commands.open_file(path)
    qtbot.waitUntil(lambda: window.windowTitle().startswith("moons.json"))
    train(window, 10)
    assert not window.files.changed
    window.lab.set_learning_rate(0.7)
    qtbot.waitUntil(lambda: window.files.changed)
    assert not window.close()


def test_a_file_of_the_command_line_has_its_name_in_the_title_and_is_asked_for_once_it_has_changed(
    qtbot, open_window, tmp_path: Path, train
) -> None:
    path = tmp_path / "xor.landscape"
    path.write_text('{"data": {"dataset": "xor"}}')
    window = open_window(read_file(path))
    assert window.windowTitle() == f"xor.landscape[*] – {TITLE}"
    train(window, 5)
    assert not window.isWindowModified()
    window.lab.set_learning_rate(0.7)
    qtbot.waitUntil(window.isWindowModified)
    assert not window.close()
    window.findChild(QMessageBox).button(QMessageBox.StandardButton.Save).click()
    assert not window.isVisible()
    # It stays what it is: an experiment.
    assert read_experiment(path).changes == (Change(5, "training.learning_rate", 0.7),)


def test_a_run_on_its_way_to_its_step_has_not_changed(qtbot, open_window, tmp_path: Path, train) -> None:
    window = open_window()
    train(window, 3)
    window.lab.set_learning_rate(0.7)
    train(window, 3)
    assert window.commands.save_to(tmp_path / "six.json")
    run, marks = window.snapshot.run, []
    assert window.commands.open_file(tmp_path / "six.json")

    def there() -> bool:
        marks.append(window.isWindowModified() or window.files.changed)
        snapshot = window.snapshot
        return snapshot.run > run and snapshot.view.step == 6 and snapshot.state == "paused"

    qtbot.waitUntil(there)
    assert not any(marks)
    train(window, 1)
    assert window.files.changed
