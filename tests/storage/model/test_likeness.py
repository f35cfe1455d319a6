"""What counts as alike: pairs of sentences as neighbours write them, in both languages."""

import pytest

from storage.model.likeness import ALIKE, likeness, said
from storage.model.suggestion import BEGINNING, beginning

LAMP = "3号楼东侧路灯坏了,晚上很黑"
LAMP_EN = "The street lamp east of building 3 is broken, it is very dark at night"
STAIRS_EN = "Nobody collects the rubbish in the stairwell"
MUSIC_EN = "The dance music at night is too loud"

LONG = "老人和孩子走路容易摔跤，请尽快派人来看一看，谢谢大家" * 3
LONG_EN = "and whoever comes home late has nowhere to turn to, which is a pity " * 3

ALIKE_PAIRS = [
    (LAMP, "3号楼一带路灯不亮"),
    ("三号楼东侧的路灯坏了", "3号楼东边路灯不亮了"),
    ("路灯坏了", "路灯不亮"),
    ("灯坏了", "灯不亮"),
    ("楼道垃圾没人清", "楼道里的垃圾好几天没人清理了"),
    ("电动车在楼道里充电，很危险", "有人把电瓶车推到楼道充电"),
    ("小区门口乱停车堵住消防通道", "消防通道被车堵住了，门口乱停车"),
    ("希望增加快递柜", "建议小区多装几个快递柜"),
    ("5号楼电梯老是坏", "5号楼电梯又坏了，已经三次了"),
    ("广场舞音乐晚上太吵", "跳广场舞的声音太大，晚上睡不着"),
    ("下水道堵了，污水漫出来", "2号楼前面下水道又堵了，污水很臭"),
    (LAMP_EN, "Street lamps near building 3 do not work"),
    (STAIRS_EN, "Rubbish in the stairwell has not been collected for days"),
    ("Please add more parcel lockers", "More parcel lockers are needed"),
    (MUSIC_EN, "Loud music from the square dancing every night"),
    ("The lift is broken", "Lift in building 5 stuck again"),
    (LAMP, f"3号楼旁边的路灯也坏了，晚上看不清路，{LONG}"),
    ("路灯坏了", f"我们3号楼东侧的路灯坏了好几天了，晚上回家很黑，{LONG}"),
    ("楼道垃圾没人清", f"尊敬的社区领导您好，我是2号楼的居民，楼道里的垃圾没有人清理，{LONG}"),
    ("More parcel lockers are needed", f"The parcel lockers are full every evening {LONG_EN}"),
]
OTHER_PAIRS = [
    (LAMP, "楼道垃圾没人清"),
    (LAMP, "3号楼楼道垃圾没人清"),
    (LAMP, "广场舞音乐晚上太吵"),
    ("希望增加快递柜", "希望增加健身器材"),
    ("建议小区增加充电桩", "建议小区增加快递柜"),
    ("5号楼电梯坏了", "5号楼路灯坏了"),
    ("路灯坏了", "电梯坏了"),
    ("小区门口乱停车", "小区门口有流浪狗"),
    ("楼道里堆满杂物", "楼道里电动车充电"),
    ("希望多办一些老人的文化活动", "希望多办一些孩子的暑期班"),
    ("楼下有人乱扔垃圾", "楼下有人唱歌"),
    (LAMP, f"尊敬的社区领导您好，我是3号楼的居民，楼道里的垃圾没有人清理，{LONG}"),
    ("广场舞音乐晚上太吵", f"3号楼东侧的路灯坏了好几天了，晚上回家很黑，{LONG}"),
    (LAMP_EN, STAIRS_EN),
    (LAMP_EN, "The lift of building 3 is broken again"),
    ("Please add more parcel lockers", "Please add more benches in the garden"),
    ("Please put a bench in the garden", "Please put a lamp in the yard"),
    (MUSIC_EN, "It is very dark at night in the yard"),
]


def alike(one: str, other: str) -> float:
    return likeness(said(one), said(other))


@pytest.mark.parametrize(("one", "other"), ALIKE_PAIRS)
def test_two_who_mean_the_same_are_alike(one: str, other: str):
    assert alike(one, other) == alike(other, one) >= ALIKE


@pytest.mark.parametrize(("one", "other"), OTHER_PAIRS)
def test_two_who_share_only_what_everybody_says_are_not(one: str, other: str):
    assert alike(one, other) == alike(other, one) < ALIKE


def test_a_text_is_like_itself_and_one_that_says_nothing_is_like_none():
    assert alike(LAMP, LAMP) == 1
    for nothing in ("", "😀😀", "  \n", "坏了", "please"):
        assert said(nothing) == frozenset()
        assert alike(nothing, nothing) == 0


def test_the_more_alike_comes_first():
    near, far = "3号楼东侧路灯坏了", "路灯不亮"
    assert alike(LAMP, near) > alike(LAMP, far) > 0


def test_wide_and_capital_letters_are_the_same_as_small_ones():
    assert alike("ＷＩＦＩ 信号差", "wifi信号差") == 1


@pytest.mark.parametrize(
    "number",
    [
        "13812345678",
        "138-1234-5678",
        "138 1234 5678",
        "138.1234.5678",
        "138·1234·5678",
        "138–1234—5678",
        "138－1234－5678",
        "138 - 1234 - 5678",
        "１３８１２３４５６７８",
        "1 3 8 1 2 3 4 5 6 7 8",
        "138\u200b1234\u200b5678",
        "2026-11-28",  # rather than show a number
    ],
)
def test_neighbours_see_no_long_number(number: str):
    assert beginning(f"电话{number}找我") == "电话…找我"


@pytest.mark.parametrize(
    "text", ["3号楼2单元101室", "2026年11月28日9:30", "123456", "11月28日 9:30-11:00"]
)
def test_neighbours_see_short_numbers(text: str):
    assert beginning(text) == text


def test_neighbours_see_one_short_line():
    assert beginning("3号楼 2026\n路灯坏了") == "3号楼 2026 路灯坏了"
    assert beginning("字" * BEGINNING) == "字" * BEGINNING
    assert beginning("字" * (BEGINNING + 1)) == "字" * (BEGINNING - 1) + "…"
