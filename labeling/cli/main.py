"""The command line: ``python -m labeling COMMAND``. It prints English; what programs read comes with ``--json``."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import ArgumentError, DBAPIError

from db.engine import Database, database
from labeling import config, logs
from labeling.cli import classes as classes_cli
from labeling.cli import exporting, importing
from labeling.cli import jobs as jobs_cli
from labeling.cli import preferences as preferences_cli
from labeling.cli import privacy as machine_cli
from labeling.cli import quality as quality_cli
from labeling.cli import review as review_cli
from labeling.cli import snapshots as snapshots_cli
from labeling.cli.refusals import NOTHING_READ, sentence
from labeling.errors import LabelingError
from labeling.opening import bring_up_to_date
from labeling.people.first_admin import first_admin
from labeling.people.people import demo_logins, is_empty
from labeling.projects.projects import get_project

HOUSE = Path(__file__).parents[2]


def main(argv: list[str] | None = None) -> int:
    """Run one command; a refusal is one line on stderr and exit code 2, of a file that brought nothing 1."""
    logs.install()
    args = _parser().parse_args(argv)
    try:
        # Commands on files open no database, not even its folder.
        opened = None if getattr(args, "on_files", False) else _opened()
        return int(args.run(args, opened, datetime.now(UTC)) or 0)
    except LabelingError as error:
        print(f"{args.command}: {sentence(error, {})}", file=sys.stderr)
        return 1 if error.code in NOTHING_READ else 2


def _opened() -> Database:
    """The database of DATABASE_URL, at the newest schema. What is wrong with it is told without what the address holds."""
    try:
        found = database()
    except (ArgumentError, ImportError, ValueError) as error:
        raise LabelingError("bad_database_url") from error
    except OSError as error:
        raise LabelingError("database_unreachable", reason=error.strerror or type(error).__name__) from error
    try:
        return bring_up_to_date(found)
    except DBAPIError as error:
        reason = getattr(error.orig, "sqlite_errorname", type(error.orig).__name__)
        raise LabelingError("database_unreachable", reason=reason) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m labeling", description="Labels one can trust.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    prepare = commands.add_parser("prepare", help="bring the database up to date, and make the first admin")
    prepare.add_argument("--demo", action="store_true", help="load the demo where nobody has a login yet")
    prepare.add_argument("--port", type=int, default=8501, help="the port that is told with the address")
    prepare.set_defaults(run=_prepare)
    serving = commands.add_parser(
        "serve", help="run the application for real work: no account of the demo may be there"
    )
    serving.add_argument("--address", default="127.0.0.1", help="where to listen (this machine alone)")
    serving.add_argument("--port", type=int, default=8501)
    serving.set_defaults(run=_serve)
    demo = commands.add_parser("demo", help="load the demo project")
    demo.set_defaults(run=_demo)
    tending = commands.add_parser("tend", help="pause doubtful golden items, revise what adaptive overlap asks for")
    tending.add_argument("--project", required=True, metavar="SLUG")
    tending.set_defaults(run=_tend)
    importing.add_commands(commands)
    exporting.add_commands(commands)
    snapshots_cli.add_commands(commands)
    classes_cli.add_commands(commands)
    quality_cli.add_commands(commands)
    preferences_cli.add_commands(commands)
    review_cli.add_commands(commands)
    machine_cli.add_commands(commands)
    jobs_cli.add_commands(commands)
    return parser


# It comes with logins whose password everybody knows: not among people who work.
DEMO_APART = """  Somebody has a login here already, so the demo was not loaded. With a file of its own it is:

      DATABASE_URL=sqlite:///data/demo.db make demo"""


def _prepare(args: argparse.Namespace, opened: Database, now: datetime) -> int:
    with opened.snapshot() as connection:
        empty = is_empty(connection)
    if empty and args.demo:
        from labeling.demo.load import load_demo

        print("The database is empty: loading the demo project …", flush=True)
        load_demo(opened, now=now)
    password = first_admin(opened, now=now)
    with opened.snapshot() as connection:
        logins = demo_logins(connection)
    print(f"\n  Sverka: http://localhost:{args.port}\n")
    for role, login in logins:
        print(f"      {role:<10} {login:<12} {config.DEMO_PASSWORD}")
    if password:
        print(f"      {'admin':<10} {'admin':<12} {password}   (shown once, to be changed at the first sign-in)")
    if args.demo and not (empty or logins):
        print(DEMO_APART)
    print(flush=True)
    return 0


def _serve(args: argparse.Namespace, opened: Database, _now: datetime) -> int:
    with opened.snapshot() as connection:
        if demo_logins(connection):
            raise LabelingError("demo_accounts")
    opened.close()
    os.environ["SVERKA_PRODUCTION"] = "on"
    os.chdir(HOUSE)
    options = ["--server.address", args.address, "--server.port", str(args.port), "--server.headless", "true"]
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", "app.py", *options])


def _demo(_args: argparse.Namespace, opened: Database, now: datetime) -> int:
    # Only here: it takes a second to load what the other commands don't need.
    from labeling.demo.load import load_demo

    load_demo(opened, now=now)
    print("The demo project is loaded.")
    return 0


def _tend(args: argparse.Namespace, opened: Database, now: datetime) -> int:
    # Only here: it takes half a second to load what the other commands don't need.
    from labeling.desk.upkeep import tend
    from labeling.facts.consensus import refresh

    tended = tend(opened, args.project, now=now)
    with opened.snapshot() as connection:
        project = get_project(connection, args.project)
    agreed = refresh(opened, project, now=now)
    print(f"{tended.paused} golden items paused; {tended.more} items want more answers, {tended.fewer} fewer.")
    print(f"The consensus is of {agreed.votes:,} votes.")
    return 0
