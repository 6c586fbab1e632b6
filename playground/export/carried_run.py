"""The run that a figure carries: a small session inside a PNG, an SVG or a PDF.

What is carried is a file as playground.sessions writes it, with the part "run" alone: experiment, log of
changes, θ, optimiser, batches and random state of the figure's step, whether the run has diverged, the
versions of the libraries in a field "versions", and in a field "marks" by what a replay is checked on its way
(engine.recording.marks; figures of older versions have none). Of curves and path it has the start and the
figure's step. The steps between, and earlier checkpoints, are left out: a replay makes them again, bit by bit
on the same machine and libraries. The history tells of this gap (engine.recording.gaps); to figures of older
versions, which do not, it is added when they are read.

    PNG   a chunk iTXt (PNG specification, 11.3.3.4) with the keyword "loss-landscape", the file in base64
    SVG   <session xmlns="https://loss-landscape-playground/session"> in <metadata>, the file in base64
    PDF   an attachment "run.landscape", the file itself

The words of the caption stand in the chunk "Description" of a PNG and in <desc> of an SVG.
"""

from __future__ import annotations

import base64
import binascii
import io
import struct
import zlib
from collections.abc import Iterator
from math import isnan
from xml.parsers import expat

from playground.engine.recording.gaps import gap_up_to, gaps_value
from playground.engine.recording.history import History, Measured
from playground.engine.recording.marks import marks_of, marks_value
from playground.engine.recording.run_state import RunState
from playground.engine.recording.run_view import RunView
from playground.engine.recording.saved_run import SavedRun, run_value
from playground.engine.trainer import Trainer
from playground.export.pdf_attachment import PdfError, attachment_of
from playground.files.atomic import ExportError
from playground.files.kinds import PDF_BEGINNING, PNG_BEGINNING
from playground.session_values import Reader
from playground.sessions import Session, SessionError, load_session, save_session
from playground.versions import library_versions

KEYWORD = "loss-landscape"
DESCRIPTION = "Description"
NAMESPACE = "https://loss-landscape-playground/session"
ATTACHMENT = "run.landscape"

MOST_BYTES = 256 * 2**20
"""Maximum size of a picture that is read."""
MOST_BYTES_OF_RUN = 32 * 2**20
MOST_CHUNKS = 100_000
DEEPEST = 256
"""Maximum depth of an SVG's elements."""

_CHUNK = struct.Struct(">I4s")
_CHECKSUM = struct.Struct(">I")


class CarriedRunError(ValueError):
    """A picture from which no run can be read; the message is one sentence.

    reason: the same as it follows after a colon.
    """

    @property
    def reason(self) -> str:
        sentence = str(self)
        return sentence[0].lower() + sentence[1:]


# What is carried ----------------------------------------------------------------------------------------


def carried_run(view: RunView) -> bytes:
    """Return the file that a figure of this moment carries. Raises ExportError where it is too large."""
    trainer = Trainer(view.experiment)
    begun = trainer.snapshot()
    here = view.checkpoint
    # It has the start and the step of the figure.
    changes, gaps = tuple(view.history.changes), gap_up_to(view.step)
    history = History.of_state(begun.history.state(0)._replace(changes=changes, gaps=gaps))
    if view.step > 0:
        numbers = (view.train_loss, view.test_loss, view.train_accuracy, view.test_accuracy)
        history.add_measured(view.step, Measured(*(None if isnan(number) else number for number in numbers)))
        history.mark_point(view.step, view.parameters)
    state = RunState(
        experiment=view.experiment,
        live=view.live,
        checkpoint=here,
        last_finite=here,
        last_update=None,
        history=history,
        diverged=view.diverged,
        checkpoints=begun.checkpoints,
        settled=True,
    )
    run = {
        **run_value(SavedRun(state)),
        "versions": library_versions(),
        "marks": marks_value(marks_of(view.history)),
    }
    file = io.BytesIO()
    try:
        save_session(file, Session(run=run))
    except SessionError as error:
        raise ExportError(f"The figure cannot carry its run: {error}") from None
    if len(file.getvalue()) > MOST_BYTES_OF_RUN:
        raise ExportError("The run is too large to be carried by a figure: export it without.")
    return file.getvalue()


# Writing ------------------------------------------------------------------------------------------------


def png_with(png: bytes, words: str, run: bytes | None) -> bytes:
    """Return a PNG with the words of its caption and, where there is one, the file that it carries."""
    added = b""
    if words:
        added += _text_chunk(DESCRIPTION, words.encode("utf-8"))
    if run is not None:
        added += _text_chunk(KEYWORD, base64.b64encode(run))
    place = next(start for start, kind, _ in _chunks(png) if kind == b"IDAT")
    return png[:place] + added + png[place:]


def svg_with(svg: str, run: bytes) -> str:
    """Return an SVG that carries a file."""
    head, mark, rest = svg.partition("</desc>\n")
    assert mark
    text = base64.b64encode(run).decode("ascii")
    return f'{head}{mark}<metadata><session xmlns="{NAMESPACE}">{text}</session></metadata>\n{rest}'


def _text_chunk(keyword: str, text: bytes) -> bytes:
    # Keyword, then: not compressed, no language, no translated keyword.
    content = keyword.encode("latin-1") + b"\0\0\0\0\0" + text
    body = b"iTXt" + content
    return struct.pack(">I", len(content)) + body + _CHECKSUM.pack(zlib.crc32(body))


# Reading ------------------------------------------------------------------------------------------------


def is_picture(beginning: bytes) -> bool:
    """Return whether a file that begins so is a PNG, an SVG or a PDF, as read_carried_run reads them."""
    start = beginning[:4096]
    return start.startswith((PNG_BEGINNING, PDF_BEGINNING)) or b"<svg" in start


def read_carried_run(data: bytes) -> Session:
    """Return the session that a PNG, an SVG or a PDF carries, its part "run" alone. Raises CarriedRunError.

    Time and memory are bounded, no entity is expanded and nothing is run or imported.
    """
    if len(data) > MOST_BYTES:
        raise CarriedRunError(f"The picture is larger than {MOST_BYTES >> 20} MB.")
    if not is_picture(data):
        raise CarriedRunError("The file is no picture of this program.")
    run = _run_in_pdf(data) if data.startswith(PDF_BEGINNING) else _run_in_text(data)
    if run is None:
        raise CarriedRunError("The picture carries no run.")
    if len(run) > MOST_BYTES_OF_RUN:
        raise CarriedRunError("The run in the picture is too large.")
    try:
        return _with_gap(load_session(io.BytesIO(run)))
    except SessionError as error:
        raise CarriedRunError(f"The run in the picture {error.reason}") from None


def _with_gap(session: Session) -> Session:
    """Return the session of a figure, its gap included where an older version has not written it."""
    run = Reader(session.run, "run")
    try:
        history = run["now"]["history"]
        checkpoints = run["checkpoints"].entries()
        step = checkpoints[run["now"]["checkpoint"].whole(0, len(checkpoints) - 1)]["step"].whole()
        if "gaps" not in history.names():
            history.value.update(gaps_value(gap_up_to(step)))
    except SessionError:
        # It is no run: what makes one of it says why.
        pass
    return session


def _run_in_text(data: bytes) -> bytes | None:
    """Return the file in the text of a PNG or an SVG."""
    text = _text_in_png(data) if data.startswith(PNG_BEGINNING) else _text_in_svg(data)
    if text is None:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise CarriedRunError("The run in the picture is damaged.") from None


def _run_in_pdf(pdf: bytes) -> bytes | None:
    """Return the file that is attached to a PDF."""
    try:
        return attachment_of(pdf, ATTACHMENT, MOST_BYTES_OF_RUN)
    except PdfError as error:
        raise CarriedRunError(f"The picture {error}") from None


def _chunks(png: bytes) -> Iterator[tuple[int, bytes, memoryview]]:
    """Yield where each chunk of a PNG begins, its kind and its content, up to IEND."""
    view, place = memoryview(png), len(PNG_BEGINNING)
    for _ in range(MOST_CHUNKS):
        if place + _CHUNK.size > len(png):
            raise CarriedRunError("The picture is cut off.")
        length, kind = _CHUNK.unpack_from(png, place)
        end = place + _CHUNK.size + length
        if end + _CHECKSUM.size > len(png):
            raise CarriedRunError("The picture is cut off.")
        if zlib.crc32(view[place + 4 : end]) != _CHECKSUM.unpack_from(png, end)[0]:
            raise CarriedRunError("The picture is damaged.")
        yield place, kind, view[place + _CHUNK.size : end]
        if kind == b"IEND":
            return
        place = end + _CHECKSUM.size
    raise CarriedRunError("The picture has too many parts.")


def _text_in_png(png: bytes) -> bytes | None:
    head = KEYWORD.encode("latin-1") + b"\0\0\0\0\0"
    found = [
        bytes(content[len(head) :])
        for _, kind, content in _chunks(png)
        if kind == b"iTXt" and content[: len(head)] == head
    ]
    return _only(found)


def _only(found: list[bytes]) -> bytes | None:
    if len(found) > 1:
        raise CarriedRunError("The picture carries more than one run.")
    return found[0] if found else None


def _text_in_svg(svg: bytes) -> bytes | None:
    reader = _SvgReader()
    try:
        reader.parse(svg)
    except expat.ExpatError:
        raise CarriedRunError("The picture is damaged or cut off.") from None
    return _only([b"".join("".join(parts).encode("ascii", "replace").split()) for parts in reader.found])


class _SvgReader:
    """The texts of the sessions in an SVG. A document type, and with it every entity, is refused."""

    def __init__(self) -> None:
        self.found: list[list[str]] = []
        self._path: list[str] = []
        self._room = 2 * MOST_BYTES_OF_RUN

    def parse(self, svg: bytes) -> None:
        parser = expat.ParserCreate("utf-8", " ")
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._take
        parser.Parse(svg, True)

    def _refuse(self, *_: object) -> None:
        raise CarriedRunError("The picture declares a document type, which no picture of this program does.")

    def _begin(self, name: str, _: object) -> None:
        if len(self._path) == DEEPEST:
            raise CarriedRunError("The picture is nested too deeply.")
        self._path.append(name)
        if self._inside:
            self.found.append([])

    def _end(self, _: str) -> None:
        self._path.pop()

    def _take(self, text: str) -> None:
        if self._inside:
            self._room -= len(text)
            if self._room < 0:
                raise CarriedRunError("The run in the picture is too large.")
            self.found[-1].append(text)

    @property
    def _inside(self) -> bool:
        return bool(self._path) and self._path[-1] == f"{NAMESPACE} session"
