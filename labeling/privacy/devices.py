"""Devices: phones, SIM cards, network cards, and whatever has a serial number or a universally unique name."""

from __future__ import annotations

import re

from labeling.privacy.detectors import Detector
from labeling.privacy.rules import Clue, after, always, rule

_HEX = "[0-9a-f]"
_UUID = rf"(?<![^\W_])(?P<it>{_HEX}{{8}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}})(?![^\W_])"
_MAC = (
    rf"(?<![^\W_])(?<![^\W_][:.-])(?P<it>{_HEX}{{2}}(?P<by>[:-]){_HEX}{{2}}(?:(?P=by){_HEX}{{2}}){{4}}"
    rf"|{_HEX}{{4}}(?:\.{_HEX}{{4}}){{2}})(?![^\W_]|[:.-]{_HEX})"
)
_ADVERTISING = r"идентификатор\w?|(?:device|android|advertising)\sid|idfa|gaid|udid"
_SERIAL = r"серийн\w+(?:\s(?:номер\w?|№))?|serial(?:\s(?:number|no\.?|num))?|s/n|с/н"


def _mac(clue: Clue) -> bool:
    """Pairs of digits with hyphens between may be a phone or dates: a colon, a letter or a word tells."""
    return ":" in clue.written or bool(re.search("[a-f]", clue.written, re.IGNORECASE)) or clue.named == "DEVICE"


def _imei(clue: Clue) -> bool:
    from stdnum import luhn

    return clue.named == "DEVICE" or (clue.named is None and luhn.is_valid(clue.digits))


DETECTORS: tuple[Detector, ...] = (
    rule("DEVICE", _UUID, always, digits=0, words=("-",)),
    rule("DEVICE", _MAC, _mac, digits=0, words=(":", "-", ".")),
    # The numbers of SIM cards begin so.
    rule("DEVICE", r"89(?:[ -]?\d){17,18}", always, digits=19),
    after("DEVICE", "imei|имей|imsi", r"\d(?:[ -]?\d){13,16}", always, digits=14, words=("imei", "имей", "imsi")),
    rule("DEVICE", r"(?:35|86|01)\d{13}", _imei, digits=15),
    after(
        "DEVICE",
        _SERIAL,
        r"(?=(?:[a-z-]*\d){2})[a-z\d][a-z\d-]{4,24}",
        always,
        digits=2,
        words=("серийн", "serial", "s/n", "с/н"),
    ),
    after(
        "DEVICE",
        _ADVERTISING,
        rf"(?=(?:[a-f]*\d){{4}}){_HEX}{{12,40}}",
        always,
        digits=4,
        words=("идентификатор", "device", "android", "advert", "idfa", "gaid", "udid"),
    ),
)
