"""Text that went through a mail or a chat, without what these put around it."""

from __future__ import annotations

import re

_QUOTED_LINE = re.compile(r"\A[ \t]*(?:[>|][ \t]*)+")
_AROUND = "\"'`´“”„‟‘’‚‛«»‹›<>()*,;."
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


def as_one_word(text: str) -> str:
    """Return a text of one word as it was sent.

    White space and line breaks within it go, with the marks of quoted lines ("> "), the "=" that a mail puts
    before its own line breaks (RFC 2045, section 6.7), characters that are not seen, and quotation marks or
    brackets around the whole.
    """
    lines = (_QUOTED_LINE.sub("", line).rstrip() for line in text.translate(_INVISIBLE).splitlines())
    word = "".join("".join(line.removesuffix("=").split()) for line in lines)
    return word.strip(_AROUND)
