"""crowd-kit, run in an environment of its own: it wants other versions than ours and drags in what nobody needs here.

The interpreter is that of the environment variable CROWDKIT_PYTHON, or a virtual environment under .cache/crowdkit that
is made once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

METHODS = ("majority", "dawid_skene", "one_coin")
_REQUIREMENTS = ("crowd-kit==1.4.2", "pandas<3", "pyarrow")
_HOME = Path(__file__).resolve().parent.parent / ".cache" / "crowdkit"
_CHILD = Path(__file__).resolve().with_name("crowd_kit_child.py")


class UnavailableError(Exception):
    """crowd-kit can't be run here; the message says why."""


@dataclass(frozen=True)
class Job:
    """Aggregate ``votes`` (Parquet: item, annotator, label) into ``out`` (Parquet: item, label).

    ``golden`` (Parquet: item, label) is given to the methods that take it, which is Dawid-Skene alone.
    """

    method: str
    votes: str
    out: str
    golden: str | None = None


def aggregate(jobs: Sequence[Job]) -> list[float]:
    """Run the jobs one after another in one process; seconds of each, without reading and writing."""
    job_list = json.dumps([asdict(job) for job in jobs])
    command = [str(_interpreter()), "-I", "-W", "ignore", str(_CHILD)]
    return [float(seconds) for seconds in json.loads(_run(command, job_list))]


def prepare() -> None:
    """Make the environment and try it, so that UnavailableError comes before any work is done."""
    _run([str(_interpreter()), "-W", "ignore", "-c", "import crowdkit.aggregation"])


def _interpreter() -> Path:
    named = os.environ.get("CROWDKIT_PYTHON")
    if named:
        if not Path(named).exists():
            raise UnavailableError(f"CROWDKIT_PYTHON names no file: {named}")
        return Path(named)
    python = _HOME / "bin" / "python"
    ready = _HOME / "ready"
    if not ready.exists():
        print("Making an environment for crowd-kit under .cache/crowdkit, once ...", flush=True)
        _run([sys.executable, "-m", "venv", "--clear", str(_HOME)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_REQUIREMENTS])
        ready.touch()
    return python


def _run(command: list[str], stdin: str | None = None) -> str:
    """What the command prints. Raises UnavailableError with its last word where it fails."""
    process = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    if process.returncode:
        raise UnavailableError(process.stderr.strip().rpartition("\n")[2] or "no message")
    return process.stdout
