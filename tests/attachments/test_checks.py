"""Which files are taken: real ones of every kind, and a corpus of those that are not what they say."""

from __future__ import annotations

import contextlib
import io
import zipfile

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.attachments.checks import (
    MAX_BYTES,
    NAME_MAX,
    OFFICE,
    PAPERS,
    FileKind,
    check_file,
    clean_name,
)
from assistant.errors import Invalid
from tests.attachments.samples import PDF, XLSX_MAIN, jpeg, office, png

ALL = PAPERS | OFFICE
COUNTING = " ".join(map(str, range(20_000)))


def refused(file_name: str, content: bytes, kinds: frozenset[FileKind] = ALL) -> str:
    """The words of the refusal; fails when the file is taken."""
    with pytest.raises(Invalid) as caught:
        check_file(file_name, content, kinds)
    assert caught.value.details == {"field": "file"}
    return caught.value.message


def written_by_word() -> bytes:
    made = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("2025年水资源公报")
    document.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("身份证.jpg", jpeg(), FileKind.JPEG),
        ("IMG_0001.JPEG", jpeg(4000, 3000), FileKind.JPEG),
        # What a telephone appends to a picture in motion.
        ("动态照片.jpg", jpeg(after=b"\0\0\0\x18ftypmp42" + bytes(1000)), FileKind.JPEG),
        ("截图.png", png(1080, 2400, extra=b"Software\0demo"), FileKind.PNG),
        ("营业执照.pdf", PDF, FileKind.PDF),
        ("答复附件.docx", office(), FileKind.DOCX),
        ("答复附件.docx", written_by_word(), FileKind.DOCX),
        ("明细.XLSX", office(XLSX_MAIN), FileKind.XLSX),
        # A document with a table in it is still a document.
        ("带表.docx", office(parts={"word/embeddings/a.xlsx": office(XLSX_MAIN)}), FileKind.DOCX),
    ],
)
def test_file_of_every_kind_is_taken(name: str, content: bytes, kind: FileKind) -> None:
    checked = check_file(name, content, ALL)
    assert checked.kind is kind
    assert checked.file_name == name
    assert checked.media_type.split("/")[0] in ("application", "image")
    assert len(checked.media_type) <= 128


def test_office_files_are_taken_only_where_they_are_allowed() -> None:
    assert refused("a.docx", office(), PAPERS) == "只能上传PDF、JPG、PNG文件。"


def test_size_is_limited_to_ten_megabytes() -> None:
    largest = PDF[:-7] + bytes(MAX_BYTES - len(PDF)) + PDF[-7:]
    assert check_file("a.pdf", largest).kind is FileKind.PDF
    assert "10MB" in refused("a.pdf", largest[:-7] + b"\0" + largest[-7:])
    assert "空" in refused("a.pdf", b"")


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"#!/bin/sh\nrm -rf /\n",
        b"MZ\x90\0" + bytes(200),
        b"GIF89a" + bytes(50),
        b"BM" + bytes(60),
        b"\0\0\0\x18ftypheic" + bytes(50),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),  # Word 97
        b"Rar!\x1a\x07\0" + bytes(50),
        b"\x1f\x8b\x08\0" + bytes(50),
        "身份证号码".encode(),
        b"%PDF-",
        b"\n" + PDF,  # a header that is not at the beginning
        b"<html>" + PDF,
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"PK\x03\x04",
        b"PK\x05\x06" + bytes(18),
    ],
)
@pytest.mark.parametrize("name", ["证明.pdf", "证明.jpg", "证明.png", "证明.docx"])
def test_other_content_is_refused_whatever_its_name(name: str, content: bytes) -> None:
    assert refused(name, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF[:9] + b"<script>alert(1)</script>" + PDF[9:]),
        ("a.pdf", PDF + office()),
        ("a.pdf", PDF[:9] + b"<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>" + PDF[9:]),
        ("a.pdf", PDF[:9] + b"<</OpenAction<</S/Launch/F(cmd.exe)>>>>" + PDF[9:]),
        ("a.pdf", PDF[:40]),
        ("a.jpg", jpeg(extra=b"<script>alert(1)</script>")),
        ("a.jpg", jpeg(extra=bytes(3000) + b"<SVG onload=alert(1)>")),
        ("a.jpg", jpeg(after=b"<html><body>")),
        ("a.jpg", jpeg(after=office())),
        ("a.jpg", jpeg(extra=PDF)),
        ("a.jpg", jpeg()[:-2]),
        ("a.jpg", jpeg()[:30]),
        ("a.jpg", jpeg().replace(b"\xff\xc0", b"\xff\xe3")),
        ("a.png", png(extra=b"<?php system('id'); ")),
        ("a.png", png(extra=PDF)),
        ("a.png", png(after=b"the part that was cropped away")),
        ("a.png", png(after=office())),
        ("a.png", png()[:-1]),
        ("a.png", png()[:20]),
        ("a.png", png().replace(b"IHDR", b"IHDX")),
        ("a.png", png()[:20] + b"\x7f" + png()[21:]),  # a size that its checksum does not know
    ],
)
def test_polyglot_or_torn_file_is_refused(name: str, content: bytes) -> None:
    assert refused(name, content)


@pytest.mark.parametrize("maker", [jpeg, png])
@pytest.mark.parametrize(
    ("width", "height"), [(0, 10), (10, 0), (20_001, 10), (10, 20_001), (19_000, 19_000)]
)
def test_absurd_dimensions_are_refused(maker: object, width: int, height: int) -> None:
    content = maker(width, height)  # type: ignore[operator]
    name = "a.png" if maker is png else "a.jpg"
    assert "尺寸" in refused(name, content)


@pytest.mark.parametrize(
    "hostile",
    [b"\xff\xd8\xff" + b"\xff" * 4_000_000 + b"\0", b"\xff\xd8" + b"\xff\xe3\0\x02" * 1_000_000],
)
def test_picture_made_to_keep_a_reader_busy_is_refused_at_once(hostile: bytes) -> None:
    assert refused("a.jpg", hostile)


def a_bomb(megabytes: int) -> bytes:
    return office(parts={"word/media/a.bin": bytes(megabytes * 1024 * 1024)})


def with_lying_size(content: bytes, real: int, told: int) -> bytes:
    return content.replace(real.to_bytes(4, "little"), told.to_bytes(4, "little"))


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (a_bomb(3), "过大"),
        (with_lying_size(a_bomb(3), 3 * 1024 * 1024, 50), "过大"),
        (
            with_lying_size(office(parts={"word/a.xml": b"<a/>" * 123}), 492, 4),
            "损坏",
        ),
        (office(parts={"word/vbaProject.bin": b"x"}), "宏"),
        (office(parts={"word/embeddings/a.exe": b"MZ"}), "程序"),
        (office(parts={"word/a.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}), "声明"),
        (office(parts={"word/a.rels": "<!doctype a><a/>"}), "声明"),
        (office(parts={"word/a.xml": "<!DOCTYPE a><a/>".encode("utf-16")}), "声明"),
        # Across the step in which a part is unpacked.
        (office(parts={"word/a.xml": COUNTING[:65_530] + "<!DOCTYPE a>" + COUNTING}), "声明"),
        (office(parts={"../../etc/passwd": b"x"}), "损坏"),
        (office(parts={"/etc/passwd": b"x"}), "损坏"),
        (office(parts={f"word/{n}.xml": b"" for n in range(2_001)}), "过大"),
        (office(comment=b"more"), "损坏"),
        (office() + b"more", "损坏"),
        (office()[:-30], "只能上传"),
        (office("ppt/presentation.xml"), "只能上传"),
        (office().replace(b"[Content_Types].xml", b"[content_types].xml"), "不是Word"),
    ],
)
def test_office_file_that_is_a_bomb_or_carries_something_is_refused(
    content: bytes, word: str
) -> None:
    assert word in refused("a.docx", content)


def test_encrypted_office_file_is_refused() -> None:
    content = bytearray(office())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        content[at + offset] |= 1
    assert "密码" in refused("a.docx", bytes(content))


def test_repeated_part_is_refused() -> None:
    made = io.BytesIO(office())
    with zipfile.ZipFile(made, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("word/document.xml", "<y/>")
    assert "损坏" in refused("a.docx", made.getvalue())


@given(st.binary(max_size=300), st.sampled_from([PDF, jpeg(), png(), office()]))
def test_rubbish_after_any_header_is_refused_or_taken_but_never_breaks(
    rubbish: bytes, start: bytes
) -> None:
    for cut in (4, 12, len(start) // 2):
        with contextlib.suppress(Invalid):
            assert check_file("a", start[:cut] + rubbish, ALL).kind in ALL


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("C:\\fakepath\\身份证 正面.jpg", "身份证 正面.jpg"),
        ("../../etc/身份证.jpg", "身份证.jpg"),
        ("  a\u0000b\u0007\r\nc\u200b.jpg ", "ab c.jpg"),
        ('<b>"照片"|*?.jpg', "_b__照片____.jpg"),
        ("...隐藏.jpg", "隐藏.jpg"),
        (".jpg", "jpg.jpg"),
        ("", "文件.jpg"),
        ("无后缀", "无后缀.jpg"),
        ("（副本）《复函》.jpg", "（副本）《复函》.jpg"),
        ("2026.4.27 证明.JPG", "2026.4.27 证明.JPG"),
        ("长" * 300 + ".jpg", "长" * (NAME_MAX - 4) + ".jpg"),
        ("e\u0301.jpg", "\u00e9.jpg"),
    ],
)
def test_file_name_is_cleaned(given_name: str, kept: str) -> None:
    assert check_file(given_name, jpeg()).file_name == kept


@pytest.mark.parametrize(
    "name",
    ["a.pdf", "a.exe", "a.jpg.exe", "a.svg", "照片\u202egpj.exe", "a.docx", "a.html "],
)
def test_extension_that_does_not_fit_the_content_is_refused(name: str) -> None:
    assert "后缀" in refused(name, jpeg())


@given(st.text(max_size=400))
def test_cleaned_name_is_short_visible_and_no_path(name: str) -> None:
    try:
        kept = check_file(name, jpeg()).file_name
    except Invalid:
        return
    assert len(kept) <= NAME_MAX
    assert kept.isprintable() or "\u3000" in name
    assert not set(kept) & set('/\\<>:"|?*')
    assert not kept.startswith(".")
    assert clean_name(kept) == kept
