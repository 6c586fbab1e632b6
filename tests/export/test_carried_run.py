"""The run in a figure: read by other programs, read back, replayed; and pictures that are refused."""

from __future__ import annotations

import base64
import io
import random
import re
import shutil
import subprocess
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from playground.engine.recording.saved_run import saved_run_of
from playground.engine.trainer import Trainer, replay
from playground.experiment import Experiment, ExperimentFile
from playground.export.carried_run import (
    NAMESPACE,
    CarriedRunError,
    carried_run,
    is_picture,
    png_with,
    read_carried_run,
)
from playground.export.figures import loss_figure
from playground.export.page import Page
from playground.export.picture import picture_bytes
from playground.lab.saved_lab import saved_lab_of
from playground.sessions import load_session

UNLIKE = "The picture is cut off, or was written by another program."
SMALL = Page(40, 30, dpi=72, text_pt=4, caption=False)


def trained(optimizer: str = "adam", schedule: str = "cosine") -> Trainer:
    """A run in mini-batches whose learning rate and penalty were changed."""
    experiment = (
        Experiment()
        .with_value("training.batch_size", 16)
        .with_value("training.optimizer", optimizer)
        .with_value("training.schedule", schedule)
    )
    trainer = Trainer(experiment)
    trainer.advance(37)
    trainer.learning_rate = 0.1
    trainer.advance(20)
    trainer.change("training.l2", 0.01)
    return trainer


@pytest.fixture(scope="module")
def run() -> Trainer:
    return trained()


@pytest.fixture(scope="module")
def figures(run: Trainer, qapp: Any) -> dict[str, bytes]:
    """The same figure in each format."""
    view = run.view()
    carried = carried_run(view)
    return {
        format_: picture_bytes(loss_figure(view), replace(SMALL, format=format_), carried)
        for format_ in ("png", "svg", "pdf")
    }


@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "adam"])
def test_a_run_read_back_goes_on_bit_by_bit(optimizer: str) -> None:
    once = trained(optimizer)
    again = Trainer.resumed(saved_lab_of(load_session(io.BytesIO(carried_run(once.view())))).run)
    assert again.step == once.step
    assert again.settings == once.settings
    assert again.history.changes == once.history.changes
    for trainer in (once, again):
        trainer.advance(100)
        trainer.learning_rate = 0.05
        trainer.advance(30)
    assert again.parameters.tobytes() == once.parameters.tobytes()


def test_a_run_read_back_can_go_to_an_earlier_step(run: Trainer) -> None:
    again = Trainer.resumed(saved_lab_of(load_session(io.BytesIO(carried_run(run.view())))).run)
    expected = replay(ExperimentFile(run.experiment, tuple(run.history.changes)), 20)
    assert again.checkpoints.before(20).step == 0
    assert expected.step == 20
    np.testing.assert_array_equal(again.history.path[0], run.history.path[0])


@pytest.mark.parametrize("format_", ["png", "svg", "pdf"])
def test_theta_in_a_figure_is_that_of_a_replay(run: Trainer, figures: dict[str, bytes], format_: str) -> None:
    session = read_carried_run(figures[format_])
    state = saved_run_of(session.run).state
    file = ExperimentFile(state.experiment, tuple(state.history.changes), state.step)
    assert file == run.view().experiment_file
    replayed = replay(file, state.step)
    carried = Trainer.resumed(saved_run_of(session.run))
    assert carried.parameters.tobytes() == replayed.parameters.tobytes() == run.parameters.tobytes()
    assert session.run["versions"]["NumPy"] == np.__version__
    assert session.lab is None
    assert session.window is None


def test_an_xml_parser_finds_the_file(figures: dict[str, bytes], run: Trainer) -> None:
    root = ElementTree.fromstring(figures["svg"])
    node = root.find("{http://www.w3.org/2000/svg}metadata").find(f"{{{NAMESPACE}}}session")
    assert base64.b64decode(node.text) == carried_run(run.view())


def test_pillow_finds_the_file_and_the_words(figures: dict[str, bytes], run: Trainer) -> None:
    images = pytest.importorskip("PIL.Image")
    image = images.open(io.BytesIO(figures["png"]))
    image.load()
    assert base64.b64decode(image.text["loss-landscape"]) == carried_run(run.view())
    assert "binary cross-entropy" in image.text["Description"]


def test_pdfdetach_finds_the_file(figures: dict[str, bytes], run: Trainer, tmp_path: Path) -> None:
    if shutil.which("pdfdetach") is None:
        pytest.skip("pdfdetach is not installed")
    (tmp_path / "figure.pdf").write_bytes(figures["pdf"])
    subprocess.run(
        ["pdfdetach", "-saveall", "figure.pdf"], cwd=tmp_path, check=True, capture_output=True, timeout=60
    )
    assert (tmp_path / "run.landscape").read_bytes() == carried_run(run.view())


def test_a_figure_carries_no_run_where_none_is_wanted(run: Trainer, qapp: Any) -> None:
    view, page = run.view(), replace(SMALL, run=False)
    for format_ in ("png", "svg", "pdf"):
        content = picture_bytes(loss_figure(view), replace(page, format=format_), carried_run(view))
        assert b"landscape-session" not in content
        assert is_picture(content)
        with pytest.raises(CarriedRunError, match=r"^The picture carries no run\.$"):
            read_carried_run(content)


def without_crc(png: bytes, place: int) -> bytes:
    changed = bytearray(png)
    changed[place] ^= 1
    return bytes(changed)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda png: png[: len(png) // 2], "The picture is cut off."),
        (lambda png: without_crc(png, png.index(b"loss-landscape") + 40), "The picture is damaged."),
        (lambda png: png_with(png, "", b"again"), "The picture carries more than one run."),
        (lambda png: b"GIF89a" + png[6:], "The file is no picture of this program."),
        (lambda png: png[:8], "The picture is cut off."),
    ],
)
def test_a_damaged_png_is_refused(
    figures: dict[str, bytes], spoil: Callable[[bytes], bytes], sentence: str
) -> None:
    with pytest.raises(CarriedRunError) as error:
        read_carried_run(spoil(figures["png"]))
    assert str(error.value) == sentence


def svg_of(inside: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?>{head}<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'.encode()


def session_node(text: str) -> str:
    return f'<metadata><session xmlns="{NAMESPACE}">{text}</session></metadata>'


BOMB = "<!DOCTYPE svg [" + '<!ENTITY a "aaaaaaaaaa">' + '<!ENTITY b "&a;&a;&a;&a;">' + "]>"


@pytest.mark.parametrize(
    ("svg", "sentence"),
    [
        (svg_of(session_node("&b;"), BOMB), "declares a document type"),
        (svg_of(session_node("x"), '<!DOCTYPE svg SYSTEM "file:///etc/passwd">'), "declares a document type"),
        (svg_of("<g>" * 300 + "</g>" * 300), "nested too deeply"),
        (svg_of(session_node("AAAA") * 2), "more than one run"),
        (svg_of(session_node("not base64!")), "The run in the picture is damaged."),
        (svg_of(session_node("ŷ")), "The run in the picture is damaged."),
        (svg_of(session_node("AAAA")), "The run in the picture is no zip file."),
        (svg_of("<g>")[:-3], "damaged or cut off"),
        (svg_of(""), "carries no run"),
    ],
)
def test_a_foreign_svg_is_refused(svg: bytes, sentence: str) -> None:
    with pytest.raises(CarriedRunError) as error:
        read_carried_run(svg)
    assert sentence in str(error.value)
    assert str(error.value).endswith(".")


def with_length(pdf: bytes, text: bytes) -> bytes:
    """The same PDF with another length of the attached stream, which has four digits."""
    stream = re.search(rb"/EF <</F (\d+)", pdf)
    assert stream is not None
    head = b"\n%d 0 obj\n" % (int(stream[1]) + 1)
    return re.sub(re.escape(head) + rb"\d{4}\n", head + text + b"\n", pdf)


def repeated(pdf: bytes) -> bytes:
    """The same PDF, which lists its attachment twice."""
    entry = re.search(rb"/Names(\[\(.*?\)\d+ 0 R\n)", pdf, re.DOTALL)
    assert entry is not None
    place, added = entry.end(1), entry[1][1:]
    # The list comes after the objects that are looked up on the way to it, but for the names.
    return moved(pdf[:place] + added + pdf[place:], place, len(added))


def moved(pdf: bytes, place: int, by: int) -> bytes:
    """A PDF in whose table what stood after a place stands further on."""
    table = pdf.index(b"xref\n0 ")

    def entry(match: re.Match[bytes]) -> bytes:
        start = int(match[1])
        return b"%010d%b" % (start + by * (start > place), match[2])

    tail = re.sub(rb"(\d{10})( 00000 n \n)", entry, pdf[table:])
    return pdf[:table] + re.sub(rb"startxref\n\d+", b"startxref\n%d" % table, tail)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda pdf: pdf[: len(pdf) // 2], UNLIKE),
        (lambda pdf: pdf[:5], UNLIKE),
        (lambda pdf: b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\nstartxref\n9\n%%EOF", UNLIKE),
        (lambda pdf: pdf.replace(b"/Root 3 0 R", b"/Root 9 9 R"), UNLIKE),
        (lambda pdf: pdf.replace(b"/Root 3 0 R", b"/Root 999999 0 R"), UNLIKE),
        (lambda pdf: pdf.replace(b"xref\n0 ", b"xref\n9 "), UNLIKE),
        (lambda pdf: re.sub(rb"(/EF <</F) (\d+)", rb"\1 3 ", pdf), UNLIKE),
        (lambda pdf: pdf.replace(b"/Filter /FlateDecode", b"/Filter /LZWDecode  "), UNLIKE),
        (lambda pdf: with_length(pdf, b"0009"), "The picture is damaged."),
        (lambda pdf: with_length(pdf, b"9999"), "The picture is damaged."),
        (lambda pdf: with_length(pdf, b"x   "), UNLIKE),
        (repeated, "The picture carries more than one run."),
        (lambda pdf: pdf.replace(b"/EmbeddedFiles", b"/Embedded     "), "The picture carries no run."),
    ],
)
def test_a_damaged_or_foreign_pdf_is_refused(
    figures: dict[str, bytes], spoil: Callable[[bytes], bytes], sentence: str
) -> None:
    spoiled = spoil(figures["pdf"])
    assert spoiled != figures["pdf"]
    with pytest.raises(CarriedRunError) as error:
        read_carried_run(spoiled)
    assert str(error.value) == sentence


def test_a_pdf_whose_run_unpacks_to_too_much_is_refused(
    run: Trainer, qapp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.export.carried_run.MOST_BYTES_OF_RUN", 100_000)
    bomb = picture_bytes(loss_figure(run.view()), replace(SMALL, format="pdf"), bytes(100_001))
    assert len(bomb) < 50_000
    with pytest.raises(CarriedRunError, match=r"^The picture carries a run that is too large\.$"):
        read_carried_run(bomb)


def test_a_pdf_cut_at_any_place_is_refused(figures: dict[str, bytes]) -> None:
    pdf = figures["pdf"]
    whole = read_carried_run(pdf)
    for length in range(len(b"%PDF-"), len(pdf)):
        try:
            found = read_carried_run(pdf[:length])
        except CarriedRunError as error:
            assert str(error) == UNLIKE
        else:
            assert not pdf[length:].strip()
            assert repr(found.run) == repr(whole.run)


def test_white_space_in_the_metadata_does_not_matter(figures: dict[str, bytes]) -> None:
    head, mark, rest = figures["svg"].partition(b'session">')
    assert mark
    broken = head + mark + b"\n" + rest[:60] + b"\n  " + rest[60:]
    assert read_carried_run(broken).run["now"] is not None


def test_a_changed_or_cut_figure_is_read_as_it_was_or_refused(figures: dict[str, bytes]) -> None:
    """Bits flipped and ends cut off at random places: never another run, never another error."""
    chance = random.Random(7)
    whole = {name: repr(read_carried_run(figures[name]).run) for name in figures}
    for _ in range(150):
        for name, expected in whole.items():
            data = bytearray(figures[name])
            if chance.random() < 0.5:
                del data[chance.randrange(len(data)) :]
            else:
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            try:
                found = read_carried_run(bytes(data))
            except CarriedRunError as error:
                assert str(error).endswith(".")
            else:
                assert repr(found.run) == expected


def test_a_chunk_that_claims_too_much_is_refused(figures: dict[str, bytes]) -> None:
    png = figures["png"]
    body = b"iTXt" + b"loss-landscape\0\0\0\0\0" + b"A" * 8
    huge = png[:33] + (2**31 - 1).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big") + png[33:]
    with pytest.raises(CarriedRunError, match="cut off"):
        read_carried_run(huge)
