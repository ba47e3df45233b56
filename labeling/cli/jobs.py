"""``work`` and ``analyse``: a worker of one's own, and an analysis from the command line."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Mapping
from datetime import datetime
from threading import Thread
from typing import Any

from db.engine import Database
from db.vocabulary import RunKind, RunState
from labeling.demo.llm import served_if_wanted
from labeling.errors import LabelingError
from labeling.jobs.engine import Worker
from labeling.projects.projects import Project, get_project
from labeling.runs import claims, runs
from labeling.runs.runs import Run

_BAR = 30


def add_commands(commands: Any) -> None:
    """Add the two commands to the subparsers of the main command."""
    working = commands.add_parser("work", help="carry out runs as they come in, beside the application's own worker")
    working.add_argument("--once", action="store_true", help="end when nothing waits")
    working.set_defaults(run=_work)
    analysing = commands.add_parser("analyse", help="find the probably wrong labels of a project")
    analysing.add_argument("--project", required=True, metavar="SLUG")
    analysing.add_argument("--name", default="", help="to know the analysis by")
    analysing.add_argument("--json", action="store_true", help="print the report as JSON")
    analysing.set_defaults(run=_analyse)


def _work(args: argparse.Namespace, opened: Database, _now: datetime) -> int:
    worker = Worker(opened)
    before = {number: signal.signal(number, lambda *_: worker.stopping()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with served_if_wanted():
            if args.once:
                while worker.work_once():
                    pass
            else:
                worker.work()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0


def _analyse(args: argparse.Namespace, opened: Database, now: datetime) -> int:
    with opened.transaction() as connection:
        project = get_project(connection, args.project)
        run_id = runs.start_run(connection, project, RunKind.ANALYSIS, name=args.name, now=now, actor=None)
        held = claims.claim(connection, now=now, run_id=run_id)
    worker = Worker(opened)
    if held is not None:
        working = Thread(target=worker.carry_out, args=[held], daemon=True)
        working.start()
        _watch(opened, project, run_id, worker, working)
    with opened.snapshot() as connection:
        run = runs.get_run(connection, project.id, run_id)
    if run.state is not RunState.DONE or run.report is None:
        error = run.error or {"code": "run_cancelled", "details": {}}
        raise LabelingError(error["code"], **error["details"])
    line = json.dumps({"run": run_id, **run.report}, ensure_ascii=False) if args.json else summary_of(run.report)
    sys.stdout.write(line + "\n")
    return 0


def summary_of(report: Mapping[str, Any]) -> str:
    """An analysis in a line; of label issues it says nothing but why where the classifier isn't heard."""
    found = "{items:,} items, {settled:,} settled; about {expected_wrong:.0f} of the others are wrong; ".format(
        **report
    )
    if report["issues"] is None:
        return found + "no label issues: the classifier is no better than always saying the most frequent label"
    return found + f"{report['issues']:,} label issues"


def _watch(opened: Database, project: Project, run_id: int, worker: Worker, working: Thread) -> None:
    """Draw a bar until the run is over; Ctrl-C gives it back for the next worker."""
    try:
        while working.is_alive():
            working.join(timeout=0.5)
            with opened.snapshot() as connection:
                _draw(runs.get_run(connection, project.id, run_id))
    except KeyboardInterrupt:
        worker.stopping()
        working.join()
        raise
    finally:
        if sys.stderr.isatty():
            sys.stderr.write("\n")


def _draw(run: Run) -> None:
    if sys.stderr.isatty() and run.total:
        filled = _BAR * run.done // run.total
        sys.stderr.write(f"\r{run.step:<12} [{'#' * filled:<{_BAR}}] {100 * run.done // run.total:3} %")
        sys.stderr.flush()
