"""What the sign-in page is sent, without a browser."""

from __future__ import annotations

import httpx

PASSWORD = "several quiet words"
HTML = {"accept": "text/html,application/xhtml+xml"}
SIGN_IN = "/account/sign-in"


def sign_in(client: httpx.Client, password: str = PASSWORD, **more: str) -> httpx.Response:
    """Post the form of the sign-in page."""
    return client.post(SIGN_IN, data={"login": "anna", "password": password} | more)
