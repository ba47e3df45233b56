"""The classifier's answers, kept with the run: a later try takes them up instead of training for minutes again."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sqlalchemy import select

from db import schema
from db.engine import Database
from labeling.jobs.findings import keep_evidence
from labeling.quality.frames import Codes
from labeling.review.classifier import Progress, Trained, cross_validate
from labeling.review.data_map import Dynamics
from labeling.review.teaching import Teaching
from labeling.runs.claims import Claim

# Of several hundred classes and texts without number: training again is less trouble than such a row.
MOST_BYTES = 200_000_000
_ARRAYS = ("probabilities", "fold", "unseen")
_EPOCHS = ("heldout", "training")

Digest = npt.NDArray[np.uint8]


class KeptFit:
    """``cross_validate`` for a run that is held; what it finds lies in ``run_evidence`` until the run is done.

    It is taken up again only where texts, labels and classes are the very same: answers may have come in meanwhile.
    """

    def __init__(self, database: Database, held: Claim) -> None:
        self._database, self._held = database, held

    def __call__(
        self,
        texts: Sequence[str],
        label: Codes,
        classes: int,
        *,
        matrix: sparse.csr_matrix,
        watched: Codes,
        seed: int,
        progress: Progress | None,
        teaching: Teaching | None = None,
    ) -> Trained:
        """As :func:`labeling.review.classifier.cross_validate`. Raises ClaimLostError."""
        digest = hashlib.sha256(f"{classes} {seed}".encode() + label.tobytes() + watched.tobytes())
        how: dict[str, Any] = {"matrix": matrix, "watched": watched, "seed": seed, "progress": progress}
        if teaching is not None:
            digest.update(teaching.key)
            how["teaching"] = teaching
        for text in texts:
            digest.update(text.encode() + b"\0")
        key = np.frombuffer(digest.digest(), dtype=np.uint8)
        stored = self._stored(key)
        if stored is not None:
            return stored
        fitted = cross_validate(texts, label, classes, **how)
        body = pack(fitted, key)
        if len(body) <= MOST_BYTES:
            keep_evidence(self._database, self._held, body)
        return fitted

    def _stored(self, key: Digest) -> Trained | None:
        evidence = schema.run_evidence.c
        with self._database.snapshot() as connection:
            query = select(evidence.body).where(evidence.run_id == self._held.run_id)
            body = connection.execute(query).scalar()
        return None if body is None else unpack(body, key)


def pack(fitted: Trained, key: Digest) -> bytes:
    """What was found, as an archive of plain arrays, and what it was found from."""
    arrays: dict[str, Any] = {"key": key} | {name: getattr(fitted, name) for name in _ARRAYS}
    for name in _EPOCHS:
        dynamics: Dynamics | None = getattr(fitted, name)
        if dynamics is not None:
            arrays |= {f"{name}.probability": dynamics.probability, f"{name}.right": dynamics.right}
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, **arrays)
    return packed.getvalue()


def unpack(body: bytes, key: Digest) -> Trained | None:
    """What ``pack`` packed; None where it was found from something else, or is something else."""
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
            if not np.array_equal(arrays.get("key"), key):
                return None
            probabilities, fold, unseen = (arrays[name] for name in _ARRAYS)
            heldout, training = (_dynamics(arrays, name) for name in _EPOCHS)
            return Trained(probabilities, fold, unseen, heldout, training)
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _dynamics(arrays: Mapping[str, Any], name: str) -> Dynamics | None:
    if f"{name}.right" not in arrays:
        return None
    return Dynamics(arrays[f"{name}.probability"], arrays[f"{name}.right"])
