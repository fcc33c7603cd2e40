"""What a citizen may take away from their case: files that came with the reply, and the letters to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from api.cases.handing import look_up
from api.cases.tracking import Key, track_page
from api.cases.uploads import vault_of
from api.deps import service_of
from api.security import LETTER_CSP
from api.sessions import check_same_origin
from assistant.attachments.checks import FileKind
from assistant.attachments.store import fetch_for_citizen
from assistant.errors import NotFound, Refused
from assistant.letters.for_citizen import letter_for_citizen
from assistant.letters.numbering import printed
from assistant.letters.render import PrintedLetter, to_docx, to_html, to_pdf
from assistant.service import utc_now

router = APIRouter()

_PAGE = "html"
_FORMATS: Mapping[str, tuple[FileKind, Callable[[PrintedLetter], bytes]]] = {
    "pdf": (FileKind.PDF, to_pdf),
    "docx": (FileKind.DOCX, to_docx),
}


class FileKey(Key):
    file: str = ""


class LetterKey(Key):
    letter: str = ""
    form: str = ""


@router.post("/track/file", include_in_schema=False)
def post_file(request: Request, given: Annotated[FileKey, Form()]) -> Response:
    """Hand out a file that came with the reply."""
    service, vault = service_of(request), vault_of(request)

    def hand_out() -> Response:
        now, case_id = utc_now(), look_up(request, given.number, given.code).view.case_id
        file_id = _number(given.file)
        attachment, content = service.db.write(
            lambda session: fetch_for_citizen(session, vault, case_id, file_id, now)
        )
        return _download(content, attachment.media_type, attachment.file_name)

    return _or_track_page(request, given, hand_out)


@router.post("/track/letter", include_in_schema=False)
def post_letter(request: Request, given: Annotated[LetterKey, Form()]) -> Response:
    """Show a letter as it was issued, or hand it out as PDF or for a word processor."""
    service = service_of(request)

    def hand_out() -> Response:
        case_id = look_up(request, given.number, given.code).view.case_id
        if given.form != _PAGE and given.form not in _FORMATS:
            raise NotFound
        with service.db.reading() as session:
            letter = letter_for_citizen(session, case_id, _number(given.letter))
        paper = printed(letter)
        if given.form == _PAGE:
            return HTMLResponse(to_html(paper), headers={"Content-Security-Policy": LETTER_CSP})
        kind, render = _FORMATS[given.form]
        name = f"{letter.number or paper.title}.{given.form}"
        return _download(render(paper), kind.media_type, name)

    return _or_track_page(request, given, hand_out)


def _or_track_page(request: Request, key: Key, hand_out: Callable[[], Response]) -> Response:
    try:
        check_same_origin(request)
        return hand_out()
    except Refused as refusal:
        return track_page(request, refusal, key.number)


def _number(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise NotFound
    return int(typed)


def _download(content: bytes, media_type: str, file_name: str) -> Response:
    """To be saved, not shown: what came from outside is never rendered as a page of ours."""
    disposition = f"attachment; filename*=UTF-8''{quote(file_name, safe='')}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})
