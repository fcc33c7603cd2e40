"""Reading the headers of JPEG and PNG, and following their parts to the end; no pixel is decoded. Pure.

Each check returns what is wrong in Chinese, or None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from zlib import crc32

# Far beyond any telephone's camera; a header that claims more is made to exhaust whoever opens the picture.
MAX_SIDE = 20_000
MAX_PIXELS = 120_000_000

_BROKEN = "这张图片不完整，请重新拍照或者截图后再上传。"
_ABSURD = "图片的尺寸不合理，请重新拍照或者截图后再上传。"
_CARRYING = "这张图片里夹带了别的内容，不能上传；请重新拍照或者截图后再试。"

# What makes a browser, or a server, take a file for a page or a program.
PAGE = re.compile(rb"<(?:html|script|svg|iframe|!doctype|\?php)[\s>/]", re.IGNORECASE)
# The end of a run of JPEG's compressed data: an 0xFF that neither stands for itself nor marks a restart.
_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")
_END_OF_IMAGE = 0xD9
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PNG_HEAD_BYTES = 8
# A camera writes a few dozen parts, a screenshot a few thousand.
_MAX_PARTS = 20_000


class _Torn(Exception):
    """The parts do not follow one another to the end."""


def check_jpeg(content: bytes) -> str | None:
    """Segment by segment to the end of the picture; what a camera appends after it may stay."""
    has_frame, end = False, 0
    try:
        for marker, segment, end in _segments(content):  # noqa: B007 (the last end is what is wanted)
            if marker in _FRAMES:
                has_frame = True
                if fault := _fault_of_frame(segment):
                    return fault
            elif PAGE.search(segment):
                return _CARRYING
    except _Torn:
        return _BROKEN
    if not has_frame:
        return _BROKEN
    return _CARRYING if PAGE.search(content, end) else None


def check_png(content: bytes) -> str | None:
    """Chunk by chunk to IEND; nothing may follow it (what did was, in known cases, the part cropped away)."""
    is_first, end = True, 0
    try:
        for name, body, end in _chunks(content):  # noqa: B007
            if is_first and (fault := _fault_of_png_header(name, body)):
                return fault
            if name != b"IDAT" and PAGE.search(body):
                return _CARRYING
            is_first = False
    except _Torn:
        return _BROKEN
    return _CARRYING if end < len(content) else None


def _segments(content: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Marker, body and end of each segment, the end of the image being the last; `_Torn`."""
    at = 2
    for _ in range(_MAX_PARTS):
        found = _MARKER.search(content, at)
        if found is None:
            raise _Torn
        marker, at = found[1][0], found.end()
        if marker == _END_OF_IMAGE:
            yield marker, b"", at
            return
        length = int.from_bytes(content[at : at + 2])
        if length < 2 or at + length > len(content):
            raise _Torn
        yield marker, content[at + 2 : at + length], at + length
        at += length
    raise _Torn


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Name, body and end of each chunk, IEND being the last; `_Torn`."""
    at = _PNG_HEAD_BYTES
    for _ in range(_MAX_PARTS):
        length = int.from_bytes(content[at : at + 4])
        name, end = content[at + 4 : at + 8], at + 12 + length
        body = content[at + 8 : end - 4]
        if end > len(content) or not name.isalpha():
            raise _Torn
        if int.from_bytes(content[end - 4 : end]) != crc32(body, crc32(name)):
            raise _Torn
        yield name, body, end
        if name == b"IEND":
            return
        at = end
    raise _Torn


def fault_of_size(width: int, height: int) -> str | None:
    """What is wrong with a picture of so many pixels, or None."""
    fits = 0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS
    return None if fits else _ABSURD


def _fault_of_frame(frame: bytes) -> str | None:
    """A frame header holds precision, height, width, components."""
    if len(frame) < 6:
        return _BROKEN
    return fault_of_size(int.from_bytes(frame[3:5]), int.from_bytes(frame[1:3]))


def _fault_of_png_header(name: bytes, body: bytes) -> str | None:
    if name != b"IHDR" or len(body) != 13:
        return _BROKEN
    return fault_of_size(int.from_bytes(body[:4]), int.from_bytes(body[4:8]))
