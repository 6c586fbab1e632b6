"""What the packaging, the README and the script that tests a clean copy promise each other."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import playground
from playground.resources import resource

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_resources_are_found_from_an_installed_package_too(tmp_path):
    """A wheel holds resources/ inside the package; the layout is built here by its own rule."""
    included = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    shutil.copytree(
        ROOT / "playground", tmp_path / "playground", ignore=shutil.ignore_patterns("__pycache__")
    )
    for source, target in included.items():
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copyfile
        (tmp_path / target).parent.mkdir(exist_ok=True)
        copy(ROOT / source, tmp_path / target)
    code = "import playground.resources as r; print(r.__file__); print(r.resource('icons', 'playground.svg'))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    module, icon = map(Path, done.stdout.splitlines())
    assert module.is_relative_to(tmp_path)
    assert icon.is_relative_to(tmp_path / "playground")
    assert icon.read_bytes() == resource("icons", "playground.svg").read_bytes()


def test_all_resources_but_the_pictures_of_the_readme_are_in_the_wheel():
    included = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    there = {path.name for path in (ROOT / "resources").iterdir()}
    assert {Path(source).name for source in included} == there - {"pictures"}


def test_a_missing_resource_says_what_to_do():
    with pytest.raises(FileNotFoundError, match="installed again"):
        resource("icons", "no such icon.svg")


def test_the_gui_script_names_a_function_that_is_there():
    module, _, function = PROJECT["project"]["gui-scripts"]["loss-playground"].partition(":")
    assert callable(getattr(import_module(module), function))


@pytest.mark.parametrize(
    ("python", "version", "allowed"),
    [
        ("3.11", "6.9.3", False),
        ("3.11", "6.10.0", True),
        ("3.11", "6.11.3", True),
        ("3.11", "6.12.0", False),
        ("3.12", "6.11.1", False),
        ("3.12", "6.11.2", True),
        ("3.13", "6.12.0", True),
        ("3.13", "6.13.0", False),
    ],
)
def test_versions_of_qt_that_crash_are_ruled_out(python: str, version: str, allowed: bool) -> None:
    """PySide6 6.12.0 aborts on Python 3.11; from 3.12 on it runs."""
    requirements = [Requirement(entry) for entry in PROJECT["project"]["dependencies"]]
    asked = [entry for entry in requirements if entry.name == "PySide6-Essentials"]
    (there,) = [entry for entry in asked if entry.marker.evaluate({"python_version": python})]
    assert (version in there.specifier) is allowed


def test_pyqtgraph_is_one_that_knows_this_qt() -> None:
    """pyqtgraph 0.13 has faults with PySide6 6.10."""
    (there,) = [r for r in map(Requirement, PROJECT["project"]["dependencies"]) if r.name == "pyqtgraph"]
    assert "0.13.7" not in there.specifier
    assert "0.14.0" in there.specifier


def test_the_version_is_said_once():
    assert "version" in PROJECT["project"]["dynamic"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", playground.__version__)


def test_the_readme_holds_the_one_command_that_the_clean_copy_is_tested_with():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    pattern = re.search(r"grep -E '(.*)' README\.md", script).group(1)
    lines = [line for line in README.splitlines() if re.search(pattern, line)]
    assert lines == [
        "python3 -m venv .venv && .venv/bin/python -m pip install '.[test]' && .venv/bin/python -m pytest"
    ]
