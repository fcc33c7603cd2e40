"""The files of a case: handed in by staff, and handed out, each an event of the audit log."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import RedirectResponse, Response

from api.cases.uploads import vault_of
from api.deps import service_of
from api.staff.access import Member, check_csrf
from api.staff.case_page import Shown, case_page
from api.staff.forms import StepForm, member_of
from assistant.attachments.checks import MAX_BYTES
from assistant.attachments.models import AttachmentPurpose
from assistant.attachments.store import attach, fetch
from assistant.cases.actions.moving import load
from assistant.errors import Invalid, NotFound, Refused
from assistant.service import utc_now

router = APIRouter()


@router.post("/staff/files")
def post_file(
    request: Request,
    member: Member,
    csrf: Annotated[str, Form()] = "",
    case_id: Annotated[int, Form(ge=0, le=2**62)] = 0,
    purpose: Annotated[str, Form(max_length=32)] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Keep one file with its case. Its address names no case, so that uploads have one address to be let through."""
    service, now = service_of(request), utc_now()
    try:
        check_csrf(member, csrf)
        if file is None or not file.filename:
            raise Invalid("请选择一个文件。", field="file")
        kind, name = member_of(AttachmentPurpose, purpose, "purpose"), file.filename
        content, vault = file.file.read(MAX_BYTES + 1), vault_of(request)
        service.db.write(
            lambda session: attach(
                session, vault, load(session, case_id), kind, name, content, member.actor, now
            )
        )
    except NotFound:
        raise
    except Refused as refusal:
        shown = Shown(refusal=refusal, typed=StepForm(kind=purpose), tried="file")
        return case_page(request, member, case_id, shown)
    return RedirectResponse(f"/staff/cases/{case_id}?done=file#files", status_code=303)


@router.post("/staff/cases/{case_id}/files/{attachment_id}")
def post_fetch(
    request: Request,
    member: Member,
    case_id: int,
    attachment_id: int,
    csrf: Annotated[str, Form()] = "",
) -> Response:
    """Hand a file out, by POST: looking at it is an act, and is logged."""
    service, now = service_of(request), utc_now()
    try:
        check_csrf(member, csrf)
        vault = vault_of(request)
        kept, content = service.db.write(
            lambda session: fetch(session, vault, attachment_id, member.actor, now)
        )
    except NotFound:
        raise
    except Refused as refusal:
        return case_page(request, member, case_id, Shown(refusal=refusal, tried="file"))
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(kept.file_name)}"}
    return Response(content, media_type=kept.media_type, headers=headers)
