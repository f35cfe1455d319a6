"""The papers of an event: the report with its pictures, the sign-in sheet, the roster."""

import io
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from tests.handlers.room import Room, Talker
from tests.handlers.test_figures import held

PICTURE = Path("docs/handbook/figures-zh.png").read_bytes()
WRITER = Path("/usr/lib/libreoffice/program/libswlo.so")
OFFICE = WRITER.exists() and shutil.which("soffice") and shutil.which("pdftotext")


def made(talker: Talker) -> bytes:
    """The file that came last."""
    return talker.messages[-1].made[-1].made


async def an_event(room: Room) -> tuple[Talker, int]:
    kim, ana, bo = await room.staff("kim"), await room.member("ana"), await room.resident("bo")
    at = room.clock.now() - timedelta(days=1)
    event = await held(room, "消防演练", at, ana, bo)
    return kim, event


def words(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


async def test_the_report_has_numbers_and_pictures_and_names_only_if_asked(room: Room) -> None:
    kim, event = await an_event(room)
    await kim.presses_raw(f"papers:{event}")
    await kim.presses("活动记录（只有人数）")
    told = words(made(kim))
    assert "消防演练活动记录" in told
    assert "2 人（签到 2，不记名 0）" in told
    assert "ana" not in told
    await kim.presses_raw(f"papers:{event}")
    await kim.presses("活动记录（带名单）")
    assert "ana" in words(made(kim))
    assert "未到场\n0 人" in words(made(kim))
    await kim.presses_raw(f"papers:{event}")
    await kim.presses("签到表")
    told = words(made(kim))
    assert "消防演练签到表" in told
    assert {"1", "14", "20"} <= set(told.splitlines())
    await kim.presses_raw(f"papers:{event}")
    await kim.presses("名单 Excel")
    sheet = load_workbook(io.BytesIO(made(kim))).worksheets[0]
    assert [[c.value for c in row] for row in sheet.iter_rows()][1:] == [
        [1, "ana", "已报名", "到场"],
        [2, "bo", "已报名", "到场"],
    ]


async def test_photos_are_kept_albums_whole_and_stand_in_the_report_and_the_summary(
    room: Room, tmp_path: Path
) -> None:
    kim, event = await an_event(room)
    await kim.presses_raw(f"papers:{event}")
    await kim.presses("照片")
    room.phones.files |= {"good": PICTURE, "bad": b"no picture"}
    for name in ("good", "bad"):
        photo = {"file_id": name, "file_unique_id": name, "width": 9, "height": 9}
        await kim.sends(photo=[photo], media_group_id="album")
    assert "已有 2 张" in kim.screen
    await kim.says("随便说说")
    assert "这里只收照片。发完了，请点“保存”" in kim.screen
    await kim.presses("保存")
    assert any("已保存 2 张照片" in each.text for each in kim.messages)
    await kim.presses_raw(f"papers:{event}")
    await kim.presses("活动记录（带名单）")
    document = Document(io.BytesIO(made(kim)))
    assert len(document.inline_shapes) == 1
    assert "（这张照片打不开）" in words(made(kim)), "one that is no good keeps back nothing"
    report = made(kim)
    await kim.says("/report")
    await kim.presses("生成 Word 文件")
    summary = Document(io.BytesIO(made(kim)))
    assert len(summary.inline_shapes) == 1
    assert "【请插入：消防演练（" in words(made(kim))
    assert "有 1 张照片没有从 Telegram 取到" in kim.screen
    await kim.presses_raw(f"sign_in_sheet:{event}")
    _looked_at(tmp_path, report, made(kim))


async def test_photos_that_are_all_taken_away_are_not_said_to_be_saved(room: Room) -> None:
    kim, event = await an_event(room)
    await kim.presses_raw(f"event_photos:{event}")
    await kim.sends(photo=[{"file_id": "a", "file_unique_id": "a", "width": 9, "height": 9}])
    await kim.presses("全部去掉", "保存")
    assert any("现在没有照片" in each.text for each in kim.messages)


def _looked_at(folder: Path, report: bytes, sheet: bytes) -> None:
    """What LibreOffice makes of both."""
    if not OFFICE:
        pytest.skip("needs LibreOffice Writer and pdftotext")
    (folder / "report.docx").write_bytes(report)
    (folder / "sheet.docx").write_bytes(sheet)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    files = [str(folder / f"{name}.docx") for name in ("report", "sheet")]
    _run("soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder), *files)
    told = _run("pdftotext", "-layout", str(folder / "report.pdf"), "-")
    assert "消防演练活动记录" in told
    assert "ana" in told
    assert "签名" in _run("pdftotext", "-layout", str(folder / "sheet.pdf"), "-")


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
