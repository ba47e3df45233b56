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
    done = subprocess.run(command, input=job_list, capture_output=True, text=True, check=False)
    if done.returncode:
        raise UnavailableError(_last_line(done.stderr))
    return [float(seconds) for seconds in json.loads(done.stdout)]


def prepare() -> None:
    """Make the environment and try it, so that UnavailableError comes before any work is done."""
    done = subprocess.run(
        [str(_interpreter()), "-W", "ignore", "-c", "import crowdkit.aggregation"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UnavailableError(_last_line(done.stderr))


def _interpreter() -> Path:
    given = os.environ.get("CROWDKIT_PYTHON")
    if given:
        if not Path(given).exists():
            raise UnavailableError(f"CROWDKIT_PYTHON names no file: {given}")
        return Path(given)
    python = _HOME / "bin" / "python"
    ready = _HOME / "ready"
    if not ready.exists():
        print("Making an environment for crowd-kit under .cache/crowdkit, once ...", flush=True)
        _run([sys.executable, "-m", "venv", "--clear", str(_HOME)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_REQUIREMENTS])
        ready.touch()
    return python


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise UnavailableError(_last_line(done.stderr))


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no message"
