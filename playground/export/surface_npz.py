"""The numbers of a surface and of the path on its plane, as NumPy's .npz, without pickled objects.

values (nb, na)             J, penalties included, at the cells' centres a (na,) and b (nb,)
origin, u, v (P,)           the plane: θ = origin + a·u + b·v
path_steps (m,)             the steps of the path's points, the last one the present
path_a, path_b, path_off    their places on the plane, and how far they lie off it
path_gaps (g, 2)            pairs of steps between which nothing was recorded, so that no line joins them
parameters (P,)             the present θ
about                       JSON: format and version, step, kind of plane, normalisation and seed of random
                            directions, the number of training points where values are not of all of them,
                            the loss at θ, the experiment with its log of changes, the SHA-256
                            of the points that it trains and tests on, versions of the libraries; where
                            there is no plane, problem is the reason, and the file has no other arrays than
                            path_steps, path_gaps and parameters
"""

from __future__ import annotations

import hashlib
import io
import json
import math
from typing import Any

import numpy as np

from playground.arrays import Array
from playground.engine.datasets import Samples
from playground.engine.recording.run_view import RunView
from playground.landscape.surface import Surface
from playground.versions import library_versions

FORMAT, VERSION = "surface-numbers", 1


def surface_npz(
    surface: Surface | None,
    view: RunView,
    kind: str,
    random: tuple[str, int] | None = None,
    samples: Samples | None = None,
    problem: str = "",
) -> bytes:
    """Return the file of a surface, and of the path of a run on its plane.

    kind: how the plane was chosen. random: normalisation and seed, where its directions are random. samples:
    the points of the run, where it has some. problem: why there is no surface.
    """
    history = view.history
    about: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "step": view.step,
        "plane": kind,
        "normalization": None if random is None else random[0],
        "seed": None if random is None else random[1],
        "resolution": None if surface is None else surface.resolution,
        "complete": surface is not None and surface.complete,
        "points": None if surface is None or surface.fewer is None else surface.fewer.kept,
        "problem": problem or None,
        "training_loss": view.train_loss if math.isfinite(view.train_loss) else str(view.train_loss),
        "experiment": json.loads(view.experiment_file.to_json()),
        "points_sha256": None if samples is None else checksum(samples),
        "versions": library_versions(),
    }
    arrays: dict[str, Any] = {
        **({} if surface is None else _on_plane(surface, history.path)),
        "path_steps": history.path_steps,
        "path_gaps": np.array(history.gaps, dtype=np.int64).reshape(-1, 2),
        "parameters": view.parameters,
        "about": np.array(json.dumps(about, ensure_ascii=False)),
    }
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def _on_plane(surface: Surface, path: Array) -> dict[str, Array]:
    """Return the arrays of a surface, and those of a path (m, P) on its plane."""
    plane = surface.plane
    with np.errstate(all="ignore"):
        path_a, path_b = plane.project(path)
        path_off = np.asarray(plane.distance(path))
    return {
        "values": surface.values,
        "a": surface.a,
        "b": surface.b,
        "origin": plane.origin,
        "u": plane.u,
        "v": plane.v,
        "path_a": path_a,
        "path_b": path_b,
        "path_off": path_off,
    }


def checksum(samples: Samples) -> str:
    """Return the SHA-256 of X_train, y_train, X_test and y_test, as little-endian float64."""
    digest = hashlib.sha256()
    for array in (samples.X_train, samples.y_train, samples.X_test, samples.y_test):
        digest.update(np.ascontiguousarray(array, "<f8").tobytes())
    return digest.hexdigest()
