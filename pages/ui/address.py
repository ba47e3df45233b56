"""Where a request comes from: the address that its sender can't choose."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from labeling import config
from labeling.people.tries import place_of

FORWARDED = "forwarded"


def address_of(request: HTTPConnection) -> str:
    """The place of a request, see :func:`labeling.people.tries.place_of`.

    From the header of a proxy only where the operator has named it (``SVERKA_PROXY_HEADER``): each proxy adds the address it
    was asked from at the end, so with ``SVERKA_PROXIES`` of them that many from the end is true, and what stands before
    is whatever the sender liked.
    """
    if config.PROXY_HEADER:
        listed = [part for value in request.headers.getlist(config.PROXY_HEADER) for part in value.split(",")]
        if len(listed) >= config.PROXIES:
            return place_of(listed[-config.PROXIES])
    if request.client is None:
        return place_of("")
    # The server under us believes this header from its own machine: all who send it unasked are one place.
    return FORWARDED if "x-forwarded-for" in request.headers else place_of(request.client.host)
