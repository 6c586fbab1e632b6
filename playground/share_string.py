"""An experiment with its log of changes as one line of text, to be sent in a message.

The text is "llp1:" and the base64url form (RFC 4648, section 5, without padding) of the experiment's JSON,
compressed by zlib. What a mail puts into and around it is ignored: see files.mailed_text.
"""

from __future__ import annotations

import base64
import binascii
import zlib

from playground.engine.painted_points import check_log
from playground.engine.problem_of_experiment import check_start
from playground.experiment import ExperimentFile
from playground.experiment_checks import ExperimentError
from playground.files.kinds import SHARE_STRING_BEGINNING
from playground.files.mailed_text import as_one_word

PREFIX = SHARE_STRING_BEGINNING
MAX_TEXT = 64 * 1024
"""Maximum number of characters of a share string, without white space."""
MAX_BYTES = 1024 * 1024
"""Maximum number of bytes of the JSON in one."""
TOO_LARGE = "This run is too large for a share string: save a file instead."


class ShareStringError(ValueError):
    """A text that is no share string to be read, or a run that is too large for one; one sentence."""


def share_string(file: ExperimentFile) -> str:
    """Return the share string of an experiment. Raises ShareStringError where it would be too long."""
    content = file.to_json().encode("utf-8")
    if len(content) > MAX_BYTES:
        raise ShareStringError(TOO_LARGE)
    text = PREFIX + base64.urlsafe_b64encode(zlib.compress(content, 9)).decode("ascii").rstrip("=")
    if len(text) > MAX_TEXT:
        raise ShareStringError(TOO_LARGE)
    return text


def read_share_string(text: str) -> ExperimentFile:
    """Return the experiment of a share string. Raises ShareStringError.

    Time and memory are bounded: the text by MAX_TEXT, what it unpacks to by MAX_BYTES.
    """
    # Counted with white space first, so that no more than a few times the limit is looked at.
    packed = as_one_word(text[: 4 * MAX_TEXT])
    if len(text) > 4 * MAX_TEXT or len(packed) > MAX_TEXT:
        raise ShareStringError(f"The share string is longer than {MAX_TEXT // 1024} KB.")
    if not packed.startswith(PREFIX):
        raise ShareStringError(f"A share string begins with {PREFIX}.")
    packed = packed.removeprefix(PREFIX).rstrip("=")
    try:
        padded = packed.encode("ascii") + b"=" * (-len(packed) % 4)
        content = _unpacked(base64.b64decode(padded, altchars=b"-_", validate=True))
        file = ExperimentFile.from_json(content.decode("utf-8"))
        check_start(file.experiment)
        check_log(file.experiment, file.changes)
        return file
    except (binascii.Error, zlib.error, UnicodeError):
        raise ShareStringError("The share string is damaged: a part of it is missing or changed.") from None
    except ExperimentError as error:
        raise ShareStringError(f"The share string was not read: {error.sentence}") from None


def _unpacked(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    content = unpacking.decompress(packed, MAX_BYTES)
    if unpacking.unconsumed_tail:
        raise ShareStringError(f"The share string unpacks to more than {MAX_BYTES // 1024 // 1024} MB.")
    if not unpacking.eof or unpacking.unused_data:
        raise zlib.error
    return content
