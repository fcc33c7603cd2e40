"""A letter as a PDF, by WeasyPrint, which needs Pango and a Chinese font on the machine."""

from __future__ import annotations

import ctypes
import io
from contextlib import redirect_stdout
from functools import lru_cache

from assistant.errors import Unavailable
from assistant.letters.render.page import to_html
from assistant.letters.render.printed import PrintedLetter

_NO_WEASYPRINT = (
    "这台机器没有安装 WeasyPrint，不能生成 PDF。请先下载 Word 文件，或者联系管理员安装。"
)
_NO_PANGO = (
    "这台机器没有安装 Pango，不能生成 PDF。请先下载 Word 文件，或者联系管理员安装"
    "（Debian、Ubuntu：apt install libpango-1.0-0 libpangoft2-1.0-0）。"
)
_NO_FONT = (
    "这台机器没有中文字体，生成的 PDF 会缺字。请先下载 Word 文件，或者联系管理员安装"
    "（Debian、Ubuntu：apt install fonts-noto-cjk）。"
)


@lru_cache(maxsize=1)
def pdf_is_possible() -> str | None:
    """None when this machine can make a PDF, else a Chinese sentence saying what is missing and what to do."""
    try:
        # Where a library is missing, WeasyPrint prints its own long advice before it raises.
        with redirect_stdout(io.StringIO()):
            import weasyprint  # type: ignore[import-untyped]  # noqa: F401
    except ImportError:
        return _NO_WEASYPRINT
    except OSError:
        return _NO_PANGO
    return None if _has_chinese_font() else _NO_FONT


def to_pdf(letter: PrintedLetter) -> bytes:
    """The letter as a tagged PDF; `Unavailable` with the reason where `pdf_is_possible` gives one."""
    return page_to_pdf(to_html(letter))


def page_to_pdf(html: str, identifier: bytes | None = None) -> bytes:
    """A whole HTML page as a tagged PDF, `identifier` written into it; `Unavailable` as for `to_pdf`.

    Nothing is ever fetched: the page names no address, and no protocol is allowed.
    """
    reason = pdf_is_possible()
    if reason is not None:
        raise Unavailable(reason)
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]

    page = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=()))
    made: bytes = page.write_pdf(pdf_tags=True, pdf_identifier=identifier)
    return made


def _has_chinese_font() -> bool:
    """Whether fontconfig knows a font for Chinese; taken for granted where it cannot be asked."""
    try:
        fontconfig = ctypes.CDLL("libfontconfig.so.1")
    except OSError:
        return True
    for name in ("FcNameParse", "FcObjectSetCreate", "FcFontList"):
        getattr(fontconfig, name).restype = ctypes.c_void_p
    pattern = ctypes.c_void_p(fontconfig.FcNameParse(b":lang=zh-cn"))
    wanted = ctypes.c_void_p(fontconfig.FcObjectSetCreate())
    fonts = ctypes.c_void_p(fontconfig.FcFontList(None, pattern, wanted))
    # An FcFontSet begins with the number of its fonts.
    count = ctypes.cast(fonts, ctypes.POINTER(ctypes.c_int)).contents.value if fonts else 0
    fontconfig.FcFontSetDestroy(fonts)
    fontconfig.FcObjectSetDestroy(wanted)
    fontconfig.FcPatternDestroy(pattern)
    return count > 0
