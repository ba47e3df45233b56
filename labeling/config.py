"""What an operator may want to set otherwise, each with the value that serves most."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

# A session ends when nobody clicked for this long, and at the latest this long after the sign-in.
SESSION_IDLE = timedelta(hours=float(os.environ.get("SVERKA_SESSION_IDLE_HOURS", "12")))
SESSION_LONGEST = timedelta(days=float(os.environ.get("SVERKA_SESSION_DAYS", "14")))
# Every click is a sign of life; writing each one down would cost a write per click.
SESSION_SEEN_EVERY = timedelta(minutes=1)

PASSWORD_LEAST = 8
# A longer one is no safer, and hashing it is work that a stranger could order.
PASSWORD_MOST = 200

# From the fifth wrong password on, each further one from the same place closes the login there for longer.
LOCK_OUT_AFTER = 5
LOCK_OUT = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
# Who tried nothing wrong for this long begins anew.
TRIES_FORGOTTEN = timedelta(days=1)
# A browser that somebody signed in with is known for this long after it was last used for that.
DEVICE_KNOWN = timedelta(days=180)
# Argon2 takes 64 MiB and a core: this many at a time, this many may wait for their turn, and of one login at one address four.
SIGN_INS_AT_ONCE = 2
SIGN_INS_WAITING = 200
SIGN_INS_OF_ONE = 4
# An address from which many wrong passwords came waits so many seconds between two tries, and at most so many for its turn.
SLOWED_SECONDS = 0.25
SLOWED_MOST_SECONDS = 20.0
# Behind a reverse proxy: the header in which it tells whose request it is, and how many proxies stand one behind another.
# Without it the address is that of the connection: anybody could send the header.
PROXY_HEADER = os.environ.get("SVERKA_PROXY_HEADER", "").lower()
PROXIES = int(os.environ.get("SVERKA_PROXIES", "1"))

# Uploaded files lie in the server's memory: so much of one person's, and of everybody's; gone so long after the connection.
UPLOADS_OF_ONE_MB = int(os.environ.get("SVERKA_UPLOADS_OF_ONE_MB", "600"))
UPLOADS_IN_ALL_MB = int(os.environ.get("SVERKA_UPLOADS_IN_ALL_MB", "2000"))
UPLOADS_OUTLIVE_SECONDS = 10.0

# Whether the application carries out runs itself; off where workers of their own do (``python -m labeling work``).
EMBEDDED_WORKER = os.environ.get("SVERKA_WORKER", "on") != "off"

# For real work (``python -m labeling serve`` sets it): nobody comes in by an account of the demo, and none is told.
PRODUCTION = os.environ.get("SVERKA_PRODUCTION", "off") == "on"

# The password of the demo's accounts; the sign-in page tells it to everybody while the demo is loaded.
DEMO_PASSWORD = "sverka-demo"

# Where junior is asked and the key for it. The key goes to this address alone: whoever may set a project's own address must
# not be able to send it elsewhere.
JUNIOR_URL = os.environ.get("SVERKA_JUNIOR_URL") or os.environ.get("OPENAI_BASE_URL") or ""
JUNIOR_MODEL = os.environ.get("SVERKA_JUNIOR_MODEL", "")
JUNIOR_IN_FLIGHT = int(os.environ.get("SVERKA_JUNIOR_IN_FLIGHT", "16"))
JUNIOR_REQUESTS_A_MINUTE = float(os.environ.get("SVERKA_JUNIOR_REQUESTS_A_MINUTE", "0")) or None
JUNIOR_TOKENS_A_MINUTE = float(os.environ.get("SVERKA_JUNIOR_TOKENS_A_MINUTE", "0")) or None
# The demo's simulated model, on the loopback address, so that its junior can be asked without a key; never beside real work.
DEMO_LLM = os.environ.get("SVERKA_DEMO_LLM", "off") == "on" and not PRODUCTION
DEMO_LLM_PORT = 8511
DEMO_LLM_URL = f"http://127.0.0.1:{DEMO_LLM_PORT}/v1"
# Models that this very process serves.
SERVED_HERE: set[str] = set()
# Where a run that asks keeps what isn't in the database yet; with SQLite it is beside the file.
JOURNALS = Path(os.environ.get("SVERKA_JOURNALS", "data"))


def junior_addresses() -> set[str]:
    """Where texts may be sent: the house's own address, those in SVERKA_JUNIOR_URLS, by commas, and the demo's model."""
    listed = [each.strip() for each in os.environ.get("SVERKA_JUNIOR_URLS", "").split(",")]
    simulated = [DEMO_LLM_URL] if DEMO_LLM else []
    return {each.rstrip("/") for each in (JUNIOR_URL, *listed, *simulated, *SERVED_HERE) if each}


def is_junior_address(url: str) -> bool:
    """Whether texts may be sent there."""
    return url.rstrip("/") in junior_addresses()


def junior_key(url: str) -> str:
    """The key for an address; empty for any other than the one it was given for."""
    configured = JUNIOR_URL.rstrip("/")
    key = os.environ.get("SVERKA_JUNIOR_KEY") or os.environ.get("OPENAI_API_KEY") or ""
    return key if configured and url.rstrip("/") == configured else ""


def file_limits() -> dict[str, int]:
    """What the reading of one file may use of the machine, by name of :class:`labeling.exchange.limits.Limits`."""
    return {name: int(os.environ.get(f"SVERKA_FILE_{name.upper()}", default)) for name, default in _FILE_LIMITS.items()}


# A million rows of any kind pass; a file that is made to use up the machine does not.
_FILE_LIMITS = {
    "memory_mb": 3_000,
    "seconds": 300,
    "unpacked_mb": 4_000,
    "rows": 5_000_000,
    "columns": 1_000,
    "cells": 100_000_000,
}
