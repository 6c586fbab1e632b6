"""The place of resources/: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path


def resource(*parts: str) -> Path:
    """Return the path of a file or folder of resources/. Raises FileNotFoundError where there is none."""
    package = Path(__file__).resolve().parent
    for root in (package / "resources", package.parent / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(
        f"The program's own file {'/'.join(parts)} is missing; it should be installed again."
    )
