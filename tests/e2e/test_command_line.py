"""The program from the terminal: what it says, and with which exit status it ends."""

from __future__ import annotations

import os
import sys

import pytest

from playground import app
from playground.app import main
from tests.support.terminal import MAIN, NO_DISPLAY, ROOT, one_sentence, start

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a matter of Linux")
WITHOUT_QT = f"""
import runpy, sys
for name in ("PySide6", "shiboken6", "pyqtgraph"):
    sys.modules[name] = None
sys.path.insert(0, {str(ROOT)!r})
sys.argv[0] = {str(MAIN)!r}
runpy.run_path({str(MAIN)!r}, run_name="__main__")
"""


@pytest.mark.parametrize(
    ("option", "expected"), [("--version", "Loss Landscape Playground 0."), ("--help", "--export-dir DIR")]
)
def test_version_and_help_work_without_qt(option, expected):
    done = start(option, code=WITHOUT_QT)
    assert done.returncode == 0
    assert expected in done.stdout
    assert done.stderr == ""


def test_importing_main_loads_no_qt():
    """The helper process is spawned, and spawning imports main.py again."""
    code = "import main, sys; print(sorted(m for m in sys.modules if 'PySide' in m or 'pyqtgraph' in m))"
    assert start(code=code).stdout.strip() == "[]"


BAD_FILES = {
    "broken": ("{", "not JSON"),
    "foreign": ('{"format": "notebook"}', "format"),
    "newer": ('{"version": 99}', "version"),
    "unknown": ('{"training": {"lr": 1}}', "lr in training is an unknown field"),
    "absurd": ('{"data": {"points": 1e9}}', "points in data must be a whole number"),
    "nan": ('{"training": {"learning_rate": NaN}}', "learning_rate in training must be"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
@pytest.mark.parametrize("window", [True, False])
def test_a_bad_experiment_file_is_one_sentence_and_status_2(tmp_path, capsys, kind, window):
    text, named = BAD_FILES[kind]
    path = tmp_path / f"{kind}.json"
    path.write_text(text)
    out = tmp_path / "out"
    arguments = [str(path)] if window else ["--headless", str(path), "--export-dir", str(out)]
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert one_sentence(said.err)
    assert path.name in said.err
    assert named in said.err
    assert said.out == ""
    assert not out.exists()


@pytest.mark.parametrize("content", [None, "folder", b"\xff\xfe\x00bad"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, capsys, content):
    path = tmp_path / "experiment.json"
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    assert main(["--headless", str(path), "--export-dir", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert one_sentence(said)
    assert str(path) in said


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--headless", "--learning-rate", "nan"], "--learning-rate"),
        (["--headless", "--learning-rate", "inf"], "--learning-rate"),
        (["--headless", "--learning-rate", "fast"], "--learning-rate"),
        (["--headless", "--learning-rate", "-1"], "--learning-rate"),
        (["--headless", "--learning-rate", "1000"], "--learning-rate"),
        (["--headless", "--steps", "-1"], "--steps"),
        (["--headless", "--steps", "1.5"], "--steps"),
        (["--headless", "--steps", "many"], "--steps"),
        (["--headless", "--steps", "99999999999"], "--steps"),
        (["--headless"], "--export-dir"),
        (["--headless", "--export-dir", ""], "argument --export-dir: must name a folder, not ''"),
        (["--headless", "--export-dir="], "argument --export-dir: must name a folder, not ''"),
        (["--headless", "--export-dir", " "], "argument --export-dir: must name a folder, not ' '"),
        (["--headless", "--steps", ""], "--steps"),
        (["--headless", "--learning-rate", ""], "--learning-rate"),
        ([""], "must name a file, not ''"),
        (["--headless", "", "--export-dir", "out"], "must name a file, not ''"),
        (["--headless", "--steps", "9" * 5000], "--steps"),
        (["--" + "x" * 5000], "unrecognized arguments: --xxx"),
        (["--headless", "--learning-rate", "a\nb"], "--learning-rate"),
        (["--steps", "5"], "--headless"),
        (["--no-run"], "argument --no-run: works only together with --headless"),
        (["--overwrite"], "argument --overwrite: works only together with --headless"),
        (["--headless", "--export-dir", "x", "--size", "85x60"], "--size: A size is written like 85x60mm"),
        (["--headless", "--export-dir", "x", "--format", "gif"], "--format: Formats are png, svg, pdf"),
        (["--headless", "--export-dir", "x", "--size", "1x1mm"], "A picture is from 10.16 mm"),
        (["--export-dir", "here"], "--headless"),
        (["--fast"], "--fast"),
        (["one.json", "two.json"], "two.json"),
    ],
)
def test_a_bad_argument_is_named_in_one_sentence(arguments, named, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert one_sentence(said)
    assert len(said) < 400
    assert named in said
    assert list(tmp_path.iterdir()) == []


LONG = "x" * 5000
FOREIGN = {
    "a field": f'{{"training": {{"{LONG}": 1}}}}',
    "a field with line breaks": '{"training": {"a\\nb\\u202ec": 1}}',
    "a section": f'{{"{LONG}": {{}}}}',
    "a value": f'{{"training": {{"optimizer": "{LONG}"}}}}',
    "twice": f'{{"{LONG}": 1, "{LONG}": 2}}',
    "a change": f'{{"changes": [{{"step": 0, "field": "{LONG}", "value": 1}}]}}',
    "a format": f'{{"format": "{LONG}"}}',
    "a version": f'{{"version": "{LONG}"}}',
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_what_a_file_says_stands_short_and_on_one_line_in_the_sentence(tmp_path, capsys, kind):
    path = tmp_path / ("n" * 200 + ".json")
    path.write_text(FOREIGN[kind])
    assert main(["--headless", str(path), "--export-dir", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert one_sentence(said)
    assert len(said) < 400
    assert said.isascii() or "\u202e" not in said


@pytest.mark.parametrize("path", ["n" * 5000, "two\nlines.json", "d/" * 2000 + "x.json"])
def test_a_long_or_broken_path_stands_short_and_on_one_line(tmp_path, capsys, path):
    assert main(["--headless", str(tmp_path / path), "--export-dir", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert one_sentence(said)
    assert len(said) < 400
    assert "could not be read" in said


@LINUX
def test_no_display_is_one_sentence_that_names_headless():
    done = start(environment=NO_DISPLAY)
    assert done.returncode == 2
    assert one_sentence(done.stderr)
    assert "no display" in done.stderr
    assert "--headless" in done.stderr


@LINUX
def test_a_display_that_does_not_answer_ends_without_a_core_dump(tmp_path):
    done = start(environment={**NO_DISPLAY, "DISPLAY": ":4711", "XDG_STATE_HOME": str(tmp_path)})
    assert done.returncode == 2
    assert one_sentence(done.stderr)
    assert "4711" in done.stderr or "cannot start" in done.stderr


@LINUX
def test_libraries_that_the_window_needs_are_named_with_their_packages(tmp_path):
    """An ldd of our own says what a bare system's ldd says."""
    ldd = tmp_path / "ldd"
    ldd.write_text(
        "#!/bin/sh\n"
        "echo '\tlibxcb-icccm.so.4 => not found'\n"
        "echo '\tlibxcb-keysyms.so.1 => not found'\n"
        "echo '\tlibc.so.6 => /lib/libc.so.6 (0x00007f)'\n"
    )
    ldd.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = start(
        environment={**NO_DISPLAY, "DISPLAY": ":4711", "PATH": path, "XDG_STATE_HOME": str(tmp_path)}
    )
    assert done.returncode == 2
    assert one_sentence(done.stderr)
    assert "libxcb-icccm.so.4 and libxcb-keysyms.so.1 are missing" in done.stderr
    assert "apt-get install libxcb-icccm4 libxcb-keysyms1" in done.stderr


@LINUX
@pytest.mark.parametrize("headless_run", [True, False])
def test_a_pyside_that_misses_a_library_names_it(tmp_path, headless_run):
    broken = tmp_path / "PySide6"
    broken.mkdir()
    (broken / "__init__.py").write_text(
        "raise ImportError('libEGL.so.1: cannot open shared object file: No such file or directory')"
    )
    arguments = ["--headless", "--steps", "2", "--export-dir", str(tmp_path / "out")] if headless_run else []
    environment = {"PYTHONPATH": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = start(*arguments, environment=environment)
    assert done.returncode == 2
    last = done.stderr.splitlines()[-1]
    assert "libEGL.so.1 is missing" in last
    assert "libegl1" in last
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("option", "text", "said"),
    [
        ("--steps", "10.000", "may be 10 or 10000"),
        ("--steps", "1,5", "must be a whole number, not “1,5”"),
        ("--learning-rate", "1,000", "may be 1 or 1000"),
        ("--learning-rate", "nan", "must be a finite number, not “nan”"),
    ],
)
def test_numbers_that_are_not_clear_are_refused(capsys, option: str, text: str, said: str) -> None:
    with pytest.raises(SystemExit) as ended:
        app.parse_arguments(["--headless", "--export-dir", "x", option, text])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_numbers_of_options_are_read_as_in_the_window() -> None:
    arguments = app.parse_arguments(
        ["--headless", "--export-dir", "x", "--steps", "10,000", "--learning-rate", "0,3"]
    )
    assert (arguments.steps, arguments.learning_rate) == (10_000, 0.3)
