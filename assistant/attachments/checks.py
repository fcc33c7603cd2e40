"""Which files are taken, and under what name: by what is in them, never by what they say they are. Pure.

No virus scanner: the list of kinds is short, what could carry a program or a page is refused, and everything is
handed out again as a download only.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import puremagic

from assistant.attachments.images import PAGE, check_jpeg, check_png
from assistant.attachments.office import check_office, family_of
from assistant.errors import Invalid
from assistant.labels import Labelled

MAX_BYTES = 10 * 1024 * 1024
MAX_FILES = 5
NAME_MAX = 120

_ZIP_START = b"PK\x03\x04"
# A reader looks for the end of an archive in the last 65,557 bytes; a page is guessed from the first ones.
_ZIP_END, _ZIP_END_BYTES = b"PK\x05\x06", 22
_TAIL_BYTES, _LEAD_BYTES = 65_557, 1_024
_PDF_HEADER = re.compile(rb"%PDF-[12]\.\d")
_PDF_END_BYTES = 2_048
# An action of a PDF that runs a script or a program as soon as it is opened.
_PDF_ACTION = re.compile(rb"/(?:JavaScript|Launch)\b")

_CARRYING = "这个文件里夹带了别的内容，不能上传；请重新拍照、扫描或者导出后再试。"

_EXTENSION = re.compile(r"(.*)\.([A-Za-z0-9]{1,10})", re.DOTALL)
_PATH = re.compile(r".*[/\\]", re.DOTALL)
_RESERVED = re.compile(r'[<>:"|?*]')
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


_OPEN_XML = "application/vnd.openxmlformats-officedocument"


class FileKind(Labelled):
    """The kinds of file taken."""

    PDF = "pdf", "PDF"
    JPEG = "jpeg", "JPG"
    PNG = "png", "PNG"
    DOCX = "docx", "DOCX"
    XLSX = "xlsx", "XLSX"

    @property
    def media_type(self) -> str:
        """What it is handed out as."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES: dict[FileKind, str] = {
    FileKind.PDF: "application/pdf",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.DOCX: f"{_OPEN_XML}.wordprocessingml.document",
    FileKind.XLSX: f"{_OPEN_XML}.spreadsheetml.sheet",
}


PAPERS = frozenset({FileKind.PDF, FileKind.JPEG, FileKind.PNG})
OFFICE = frozenset({FileKind.DOCX, FileKind.XLSX})

_FAMILIES = {"word": FileKind.DOCX, "xl": FileKind.XLSX}
_EXTENSIONS: dict[FileKind, tuple[str, ...]] = {
    FileKind.PDF: ("pdf",),
    FileKind.JPEG: ("jpg", "jpeg"),
    FileKind.PNG: ("png",),
    FileKind.DOCX: ("docx",),
    FileKind.XLSX: ("xlsx",),
}


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that may be kept: its cleaned name and what it really is."""

    file_name: str
    kind: FileKind

    @property
    def media_type(self) -> str:
        """What it is handed out as."""
        return self.kind.media_type


def check_file(file_name: str, content: bytes, kinds: frozenset[FileKind] = PAPERS) -> CheckedFile:
    """What the file is and what it will be called; `Invalid` with `field="file"` for one that is not taken."""
    if not content:
        raise refusal("这个文件是空的，请重新选择。")
    if len(content) > MAX_BYTES:
        raise refusal(f"文件太大，每个文件不能超过{MAX_BYTES // 1024 // 1024}MB。")
    kind = _kind_of(content)
    if kind is None or kind not in kinds:
        raise refusal(f"只能上传{_listed(kinds)}文件。")
    _check_only(kind, content)
    return CheckedFile(_fitting_name(file_name, kind), kind)


def refusal(message: str) -> Invalid:
    """Why a file is not taken, as the form shows it."""
    return Invalid(message, field="file")


def clean_name(file_name: str) -> str:
    """The last part of a path, without characters that cannot be seen or that a disk or a page takes amiss."""
    name = _PATH.sub("", unicodedata.normalize("NFC", file_name[-2_000:]))
    seen = "".join(c for c in name if unicodedata.category(c) not in _UNSEEN or c in "\t\n\r")
    return " ".join(_RESERVED.sub("_", seen).split()).strip(". ")


def _kind_of(content: bytes) -> FileKind | None:
    """What its first bytes say, where puremagic's table says the same."""
    if content.startswith(b"\xff\xd8\xff"):
        kind = FileKind.JPEG
    elif content.startswith(b"\x89PNG\r\n\x1a\n"):
        kind = FileKind.PNG
    elif _PDF_HEADER.match(content):
        kind = FileKind.PDF
    elif content.startswith(_ZIP_START):
        return _FAMILIES.get(family_of(content) or "")
    else:
        return None
    return kind if f".{_EXTENSIONS[kind][0]}" in _guesses(content) else None


def _guesses(content: bytes) -> set[str]:
    try:
        return {match.extension for match in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        return set()


def _check_only(kind: FileKind, content: bytes) -> None:
    """Refuse what is this kind of file and something else besides, or only the beginning of one."""
    if kind in OFFICE:
        _complain(check_office(content))
    elif PAGE.search(content, 0, _LEAD_BYTES):
        raise refusal(_CARRYING)
    elif kind is FileKind.PDF:
        _complain(_check_pdf(content))
    else:
        _complain(_check_picture(kind, content))


def _complain(fault: str | None) -> None:
    if fault is not None:
        raise refusal(fault)


def _check_pdf(content: bytes) -> str | None:
    if b"%%EOF" not in content[-_PDF_END_BYTES:]:
        return "这个PDF文件不完整，请重新导出后再上传。"
    if _PDF_ACTION.search(content):
        return "这个PDF文件里带有脚本或者程序，不能上传；请打印成新的PDF后再试。"
    # A PDF may well hold archives; it is one itself only where their list reaches its last byte.
    return _CARRYING if _ends_as_archive(content) else None


def _check_picture(kind: FileKind, content: bytes) -> str | None:
    if b"%PDF-" in content[:_LEAD_BYTES] or _ZIP_END in content[-_TAIL_BYTES:]:
        return _CARRYING
    return check_jpeg(content) if kind is FileKind.JPEG else check_png(content)


def _ends_as_archive(content: bytes) -> bool:
    tail = content[-_TAIL_BYTES:]
    at = tail.rfind(_ZIP_END)
    end = at + _ZIP_END_BYTES
    return at >= 0 and end + int.from_bytes(tail[end - 2 : end], "little") == len(tail)


def _fitting_name(file_name: str, kind: FileKind) -> str:
    """The cleaned name with an extension that fits; a name without any is given one."""
    name = clean_name(file_name)
    found = _EXTENSION.fullmatch(name)
    stem, extension = found.groups() if found else (name, _EXTENSIONS[kind][0])
    if extension.lower() not in _EXTENSIONS[kind]:
        raise refusal(f"文件名的后缀和内容不符：内容是{kind.label}，后缀是“{extension}”。")
    room = NAME_MAX - len(extension) - 1
    return f"{stem[:room].rstrip('. ') or '文件'}.{extension}"


def _listed(kinds: frozenset[FileKind]) -> str:
    return "、".join(kind.label for kind in FileKind if kind in kinds)
