"""Small files made by hand: real ones of every kind taken, and those a bureau must not take."""

from __future__ import annotations

import io
import zipfile
from zlib import compress, crc32

PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

_TYPES = "<?xml version='1.0'?><Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"


def png(width: int = 2, height: int = 2, *, extra: bytes = b"", after: bytes = b"") -> bytes:
    """A grey picture; `extra` goes into a text chunk, `after` behind the end."""
    header = width.to_bytes(4) + height.to_bytes(4) + b"\x08\x00\x00\x00\x00"
    rows = (b"\0" + b"\x80" * min(width, 8)) * min(height, 8)
    chunks = [(b"IHDR", header), (b"IDAT", compress(rows)), (b"IEND", b"")]
    if extra:
        chunks.insert(1, (b"tEXt", extra))
    body = b"".join(
        len(data).to_bytes(4) + name + data + crc32(data, crc32(name)).to_bytes(4)
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body + after


def jpeg(width: int = 2, height: int = 2, *, extra: bytes = b"", after: bytes = b"") -> bytes:
    """The skeleton of a picture: enough for its header, not for its pixels."""
    frame = b"\x08" + height.to_bytes(2) + width.to_bytes(2) + b"\x01\x01\x11\x00"
    parts = [
        (0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        (0xC0, frame),
        (0xDA, b"\x01\x01\x00\x00\x3f\x00"),
    ]
    if extra:
        parts.insert(1, (0xFE, extra))
    body = b"".join(
        b"\xff" + bytes([marker]) + (len(data) + 2).to_bytes(2) + data for marker, data in parts
    )
    return b"\xff\xd8" + body + b"\x12\xff\x00\x34\xff\xd0\x56" + b"\xff\xd9" + after


def office(
    main: str = "word/document.xml",
    parts: dict[str, bytes | str] | None = None,
    *,
    comment: bytes = b"",
) -> bytes:
    """A DOCX by default; give `xl/workbook.xml` for an XLSX."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, data in {"[Content_Types].xml": _TYPES, main: "<x/>", **(parts or {})}.items():
            archive.writestr(name, data)
    return made.getvalue()


XLSX_MAIN = "xl/workbook.xml"
