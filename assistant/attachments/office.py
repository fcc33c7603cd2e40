"""Looking into DOCX and XLSX without trusting them: what they unpack to, and what they carry. Pure."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

MAX_INFLATED = 200 * 1024 * 1024
MAX_RATIO = 100
MAX_PARTS = 2_000

_BROKEN = "这个Office文件已经损坏，请用Word或者Excel重新保存后再上传。"
_LOCKED = "这个Office文件设了密码，请取消密码后再上传。"
_OTHER = "这不是Word文档（DOCX）或者Excel表格（XLSX），请重新选择。"
_BOMB = "这个Office文件展开后过大，不能上传。"
_PROGRAM = "这个Office文件里带有宏或者程序，不能上传；请另存为不带宏的格式后再试。"
_DECLARED = "这个Office文件里有不允许的声明，不能上传；请用Word或者Excel重新保存后再试。"

_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError)
_ENCRYPTED = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_MAIN = {"word": "word/document.xml", "xl": "xl/workbook.xml"}
_PROGRAMS = (
    ".bin.exe",
    ".exe",
    ".dll",
    ".js",
    ".vbs",
    ".bat",
    ".cmd",
    ".ps1",
    ".hta",
    ".jar",
    ".scr",
)
_XML = (".xml", ".rels", ".vml")
# In both byte orders of UTF-16 too; the zeros are dropped before looking.
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
_STEP = 1 << 16
_LOCAL_HEADER_BYTES = 30
# Long enough for a declaration that lies across two steps, in UTF-16.
_OVERLAP = 32


def family_of(content: bytes) -> str | None:
    """ "word" or "xl" by the main part an archive has; None for any other file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except _UNREADABLE:
        return None
    return next((family for family, main in _MAIN.items() if main in names), None)


def check_office(content: bytes) -> str | None:
    """What is wrong with an Office file, in Chinese, or None."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _fault_of_list(archive, content) or _fault_of_parts(archive, content)
    except _UNREADABLE:
        return _BROKEN


def _fault_of_list(archive: zipfile.ZipFile, content: bytes) -> str | None:
    """What the table of contents already tells."""
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        return _LOCKED
    if "[Content_Types].xml" not in names:
        return _OTHER
    if any(_is_program(name) for name in names):
        return _PROGRAM
    if len(names) > MAX_PARTS:
        return _BOMB
    strange = len(set(names)) < len(names) or any(map(_leads_out, names))
    strange |= any(part.compress_type not in _METHODS for part in parts)
    return _BROKEN if strange or not _is_nothing_else(archive, content) else None


def _fault_of_parts(archive: zipfile.ZipFile, content: bytes) -> str | None:
    """Unpack everything in small steps: the sizes the file itself claims are not believed."""
    inflated = 0
    for part in archive.infolist():
        is_xml = part.filename.lower().endswith(_XML)
        here, rest = 0, b""
        for step in _steps(part, content):
            here += len(step)
            if inflated + here > min(MAX_INFLATED, MAX_RATIO * len(content)):
                return _BOMB
            if is_xml and _declares(rest + step):
                return _DECLARED
            rest = step[-_OVERLAP:]
        if here != part.file_size:
            return _BROKEN
        inflated += here
    return None


def _steps(part: zipfile.ZipInfo, content: bytes) -> Iterator[bytes]:
    """A part unpacked, as far as its data goes: Python's own reader stops where the header says."""
    start = part.header_offset + _LOCAL_HEADER_BYTES
    start += sum(int.from_bytes(content[at : at + 2], "little") for at in (start - 4, start - 2))
    packed = content[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    while not inflater.eof:
        step = inflater.decompress(packed, _STEP)
        if not step and not inflater.eof:
            raise EOFError
        packed = inflater.unconsumed_tail
        yield step


def _declares(xml: bytes) -> bool:
    plain = xml.replace(b"\0", b"").upper()
    return any(declaration in plain for declaration in _DECLARATIONS)


def _is_program(name: str) -> bool:
    lower = name.lower()
    return lower.endswith(_PROGRAMS) or "vbaproject" in lower or "activex" in lower


def _leads_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/")


def _is_nothing_else(archive: zipfile.ZipFile, content: bytes) -> bool:
    """Nothing before the first part, nothing after the archive: what a file made by Office looks like."""
    first = min(part.header_offset for part in archive.infolist())
    return first == 0 and not archive.comment and content[-22:-18] == b"PK\x05\x06"
