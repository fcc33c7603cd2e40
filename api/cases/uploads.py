"""Files on their way in: read, looked at, and refused in words that fit beside their field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from fastapi import Request, UploadFile

from api.deps import service_of
from assistant.attachments.checks import MAX_BYTES, MAX_FILES, PAPERS, check_file
from assistant.attachments.handing_in import NewFile
from assistant.attachments.models import AttachmentPurpose
from assistant.attachments.vault import Vault, open_vault
from assistant.errors import Invalid

# What a browser's file chooser is asked to show; the server looks at the content.
ACCEPT = ".pdf,.jpg,.jpeg,.png"


@dataclass(slots=True)
class Uploads:
    """The files that can be kept, and for each field the first thing wrong with those that cannot."""

    files: list[NewFile] = field(default_factory=list)
    faults: list[Invalid] = field(default_factory=list)

    def read(self, name: str, uploads: Sequence[UploadFile], purpose: AttachmentPurpose) -> bool:
        """Take in what the field `name` brought; whether it brought anything."""
        sent = [upload for upload in uploads if upload.filename]
        try:
            if len(sent) > MAX_FILES:
                raise Invalid(f"最多上传{MAX_FILES}个文件。")
            self.files += [_checked(upload, purpose) for upload in sent]
        except Invalid as fault:
            self.faults.append(Invalid(fault.message, field=name))
        return bool(sent)


def _checked(upload: UploadFile, purpose: AttachmentPurpose) -> NewFile:
    name = upload.filename or ""
    # One byte more than is taken is enough to know that it is too much.
    content = upload.file.read(MAX_BYTES + 1)
    try:
        check_file(name, content, PAPERS)
    except Invalid as fault:
        raise Invalid(f"“{name[-40:]}”：{fault.message}") from None
    return NewFile(purpose, name, content)


def vault_of(request: Request) -> Vault:
    """The vault of this installation, opened at the first use."""
    state = request.app.state
    if not hasattr(state, "vault"):
        state.vault = open_vault(service_of(request).settings)
    vault: Vault = state.vault
    return vault
