"""Files that are uploaded lie in the server's memory: whose may, how much of it, and for how long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config as streamlit_config
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec

from db.vocabulary import Role, Standing
from labeling import config
from labeling.errors import LabelingError
from labeling.people.sign_in import Reader
from pages.ui.widgets import error_sentence

UPLOAD = "/_stcore/upload_file/"
_MB = 1024 * 1024
_LOOKED_AT_EVERY_SECONDS = 2.0
_STATUS = {"upload_not_allowed": 403, "upload_without_length": 411, "upload_too_large": 413, "upload_quota": 429}


def _shared(file: UploadedFile, _memo: object) -> UploadedFile:
    """The same content for another reader: bytes that nobody writes to needn't be copied."""
    record = UploadedFileRec(file.file_id, file.name, file.type, file.getvalue())
    return UploadedFile(record, file._file_urls)


# Streamlit copies the value of a widget at each run of its page, which for a file of 500 MB was 500 MB more each time.
UploadedFile.__deepcopy__ = _shared  # type: ignore[attr-defined]


class Uploads:
    """ASGI middleware behind the gate: refuses what may not be uploaded before any of it is read.

    Who may import in some project may upload, within a quota of their own and one of the house for what lies in memory
    or is on its way there. Files go when their session's page is left, and soon after its connection has ended.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        # Of each session that files were sent for: whose it is.
        self._owners: dict[str, int] = {}
        # Bytes on their way, by person.
        self._coming: dict[int, int] = {}
        self._sweep: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or answer it."""
        if scope["type"] != "http" or scope["method"] != "PUT" or UPLOAD not in scope["path"]:
            await self.app(scope, receive, send)
            return
        reader: Reader = scope["reader"]
        try:
            declared = _declared(reader, Headers(scope=scope))
            with self._admitted(reader.person_id, scope["path"].split(UPLOAD)[1].split("/")[0], declared):
                await self.app(scope, receive, send)
        except LabelingError as refusal:
            told = {"error": refusal.code, "message": error_sentence(refusal, reader.locale)}
            await JSONResponse(told, _STATUS[refusal.code], headers={"Connection": "close"})(scope, receive, send)
        if self._sweep is None or self._sweep.done():
            self._sweep = asyncio.create_task(self._sweep_away())

    @contextmanager
    def _admitted(self, person_id: int, session_id: str, declared: int) -> Iterator[None]:
        lying = _sizes()
        mine = sum(size for session, size in lying.items() if self._owners.get(session) == person_id)
        quotas = (
            (mine + self._coming.get(person_id, 0), config.UPLOADS_OF_ONE_MB),
            (sum(lying.values()) + sum(self._coming.values()), config.UPLOADS_IN_ALL_MB),
        )
        if any(held + declared > most * _MB for held, most in quotas):
            raise LabelingError("upload_quota")
        # Somebody else's session takes no files of this person: they would be theirs to answer for.
        if self._owners.setdefault(session_id, person_id) != person_id:
            raise LabelingError("upload_not_allowed")
        self._coming[person_id] = self._coming.get(person_id, 0) + declared
        try:
            yield
        finally:
            self._coming[person_id] -= declared

    async def _sweep_away(self) -> None:
        """As long as files lie there: remove those whose session has had no connection for a while."""
        gone_since: dict[str, float] = {}
        while lying := _sizes():
            moment = time.monotonic()
            for session_id in lying:
                if runtime.get_instance().is_active_session(session_id):
                    gone_since.pop(session_id, None)
                elif moment - gone_since.setdefault(session_id, moment) >= config.UPLOADS_OUTLIVE_SECONDS:
                    _files().remove_session_files(session_id)
            await asyncio.sleep(_LOOKED_AT_EVERY_SECONDS)
        self._owners.clear()


def may_upload(reader: Reader) -> bool:
    """Whether somebody may import in some project."""
    leads = (held.role is Role.LEAD and held.standing is Standing.ACTIVE for held in reader.memberships)
    return reader.is_admin or any(leads)


def forget_uploads() -> None:
    """Remove the files of the session whose page is drawn: its reader has gone on to another."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is not None and runtime.exists():
        _files().remove_session_files(context.session_id)


def most_mb() -> int:
    """The largest file that is taken, in MB."""
    return int(streamlit_config.get_option("server.maxUploadSize"))


def _declared(reader: Reader, headers: Headers) -> int:
    """How long the body says it is; the server under us reads no more of it than that."""
    if not may_upload(reader):
        raise LabelingError("upload_not_allowed")
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()) or len(length) > 18 or "transfer-encoding" in headers:
        raise LabelingError("upload_without_length")
    most = most_mb()
    if int(length) > most * _MB + _MB:
        raise LabelingError("upload_too_large", most=most)
    return int(length)


def _files() -> MemoryUploadedFileManager:
    return cast(MemoryUploadedFileManager, runtime.get_instance().uploaded_file_mgr)


def _sizes() -> dict[str, int]:
    """Bytes that lie in memory, by session."""
    held = {session: list(files.values()) for session, files in list(_files().file_storage.items())}
    return {session: sum(len(file.data) for file in files) for session, files in held.items() if files}
