"""Work told in one line: which indicator, how many, when, and where or with whom."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from content.programme import SHIPPED, load_programme
from content.work_line import read_line
from storage.model.calendar import Calendar
from storage.model.typed.days import NOT_KNOWN

TODAY = date(2026, 11, 23)  # a Monday
YESTERDAY = date(2026, 11, 22)
CALENDAR = Calendar(datetime(2026, 11, 23, 4, tzinfo=UTC), ZoneInfo("Asia/Shanghai"), NOT_KNOWN)
PROGRAMME = load_programme(SHIPPED)


@pytest.mark.parametrize(
    ("text", "indicator", "number", "on", "rest"),
    [
        ("走访慰问 3 昨天", "home_visits", "3", YESTERDAY, ""),
        ("昨天走访慰问3户 3号楼", "home_visits", "3", YESTERDAY, "3号楼"),
        ("昨天走访慰问张大爷3户", "home_visits", "3", YESTERDAY, "张大爷"),
        ("走访慰问３人次", "home_visits", "3", None, ""),
        ("走访慰问三户", "home_visits", "3", None, ""),
        ("走访尉问 3", "home_visits", "3", None, ""),
        ("慰问 2", "home_visits", "2", None, ""),
        ("11月20日走访企业2家", "business_visits", "2", date(2026, 11, 20), ""),
        ("走访企业 2家 11-20", "business_visits", "2", date(2026, 11, 20), ""),
        ("今天调解矛盾纠纷1起，王家和李家", "mediations", "1", TODAY, "王家和李家"),
        ("上周五调解 1起", "mediations", "1", date(2026, 11, 20), ""),
        ("记台账：走访慰问 3", "home_visits", "3", None, ""),
        ("安全检查 5次 三天前", "venue_safety_checks", "5", date(2026, 11, 20), ""),
        ("短视频 1", "short_videos", "1", None, ""),
        ("走访慰问 1,200 人次", "home_visits", "1200", None, ""),
        ("走访慰问 -3", "home_visits", "-3", None, ""),
        ("走访慰问 2.5", "home_visits", "2.5", None, ""),
        ("走访慰问 3。5", "home_visits", "3.5", None, ""),
        ("走访慰问3。5户", "home_visits", "3.5", None, ""),
        ("走访慰问 ３．５", "home_visits", "3.5", None, ""),
        ("走访慰问 1.2万", "home_visits", "12000", None, ""),
        ("走访慰问 1。2万", "home_visits", "12000", None, ""),
        ("走访慰问 1，200", "home_visits", "1200", None, ""),
        ("走访慰问 3。昨天", "home_visits", "3", YESTERDAY, ""),
        ("走访慰问 3，5号楼", "home_visits", "3", None, "5号楼"),
        ("走访慰问 3。5号楼", "home_visits", "3", None, "5号楼"),
        ("走访慰问 3 3-2-101", "home_visits", "3", None, "3-2-101"),
        ("走访慰问 3、2-101", "home_visits", "3", None, "2-101"),
        ("走访慰问 3 1栋2-101", "home_visits", "3", None, "1栋2-101"),
        ("走访慰问 3，11月5日", "home_visits", "3", date(2026, 11, 5), ""),
        ("走访慰问", "home_visits", None, None, ""),
        ("走访慰问×3 昨天", "home_visits", "3", YESTERDAY, ""),
        ("走访慰问x3，昨天", "home_visits", "3", YESTERDAY, ""),
        ("走访慰问*3", "home_visits", "3", None, ""),
        ("走访慰问 3 上月底", "home_visits", "3", date(2026, 10, 31), ""),
        ("走访慰问 3 上个月15号", "home_visits", "3", date(2026, 10, 15), ""),
        ("上个月15号走访慰问3户", "home_visits", "3", date(2026, 10, 15), ""),
        ("走访慰问 3 张家 3号楼", "home_visits", "3", None, "张家 3号楼"),
        ("走访慰问 7.5 昨天", "home_visits", "7.5", YESTERDAY, ""),
        ("昨天走访慰问 7.5", "home_visits", "7.5", YESTERDAY, ""),
        ("log home visits 3 yesterday", "home_visits", "3", YESTERDAY, ""),
        ("home visits 3 yesterday, Building 3", "home_visits", "3", YESTERDAY, "Building 3"),
        ("3 home visits yesterday", "home_visits", "3", YESTERDAY, ""),
        ("home visit 3 people 20 November", "home_visits", "3", date(2026, 11, 20), ""),
        ("5 safety checks last friday", "venue_safety_checks", "5", date(2026, 11, 20), ""),
        ("disputes mediated: 2", "mediations", "2", None, ""),
        ("short vidoes 1", "short_videos", "1", None, ""),
        ("专题讲座 1 昨天", "lectures", "1", YESTERDAY, ""),
        ("走访慰问 3 昨晚", "home_visits", "3", YESTERDAY, ""),
        ("昨天下午走访慰问3户 3号楼", "home_visits", "3", YESTERDAY, "3号楼"),
        ("走访慰问 3 今早", "home_visits", "3", TODAY, ""),
        ("走访慰问 3 前天晚上", "home_visits", "3", date(2026, 11, 21), ""),
        ("home visits 3 last night", "home_visits", "3", YESTERDAY, ""),
        ("home visits 3 Nov 20", "home_visits", "3", date(2026, 11, 20), ""),
        ("home visits 3 on 20 Nov", "home_visits", "3", date(2026, 11, 20), ""),
        ("3 Nov 20 home visits", "home_visits", "20", date(2026, 11, 3), ""),
        ("走访慰问 2户3人", "home_visits", "3", None, "2户"),
        ("走访企业 2家3人", "business_visits", "2", None, "3人"),
        ("home visits 3 next friday", "home_visits", "3", date(2026, 12, 4), ""),
        ("home visits 3 coming friday", "home_visits", "3", date(2026, 11, 27), ""),
        ("home visits 3 the day after tomorrow", "home_visits", "3", date(2026, 11, 25), ""),
        ("home visits 3 on the 15th", "home_visits", "3", date(2026, 11, 15), ""),
        ("home visits minus 3", "home_visits", "-3", None, ""),
        ("走访慰问 第3次", "home_visits", None, None, "第3次"),
        ("走访慰问 约3 昨天", "home_visits", "3", YESTERDAY, ""),
        ("走访慰问 +3", "home_visits", "3", None, ""),
        ("走访慰问 负3", "home_visits", "-3", None, ""),
        ("走访慰问 50%", "home_visits", None, None, "50%"),
        ("走访慰问 1e3", "home_visits", None, None, "1e3"),
        ("走访慰问 ½", "home_visits", None, None, "1⁄2"),
        ("走访慰问负责人3名", "home_visits", "3", None, "负责人"),
        ("走访慰问 十二 昨天", "home_visits", "12", YESTERDAY, ""),
        ("短视频 二十三 3号楼", "short_videos", "23", None, "3号楼"),
        ("short videos two yesterday", "short_videos", "2", YESTERDAY, ""),
        ("three home visits yesterday", "home_visits", "3", YESTERDAY, ""),
        ("走访慰问 3 短视频 2号楼", "home_visits", "3", None, "短视频 2号楼"),
        ("走访慰问 3 5组", "home_visits", "3", None, "5组"),
        ("走访慰问 3 今晚报编辑部", "home_visits", "3", None, "今晚报编辑部"),
    ],
)
def test_a_line_says_what_was_done(
    text: str, indicator: str, number: str | None, on: date | None, rest: str
) -> None:
    line = read_line(PROGRAMME, text, CALENDAR)
    assert line.indicators == (indicator,)
    assert line.number == (None if number is None else Decimal(number))
    assert (line.on, line.rest) == (on, rest)


@pytest.mark.parametrize(
    ("text", "indicators"),
    [
        ("走访 3", {"home_visits", "business_visits"}),
        ("visits 3 yesterday", {"home_visits", "business_visits"}),
    ],
)
def test_a_line_that_may_mean_several_is_not_guessed(text: str, indicators: set[str]) -> None:
    line = read_line(PROGRAMME, text, CALENDAR)
    assert set(line.indicators) == indicators
    assert not line.plain


@pytest.mark.parametrize(
    "text",
    [
        "3号楼路灯坏了",
        "停水通知：11月25日 8点到12点停水",
        "明天社区广场有活动，欢迎参加",
        "走访慰问什么时候开始？",
        "今年计划走访慰问 500",
        "走访慰问目标 500",
        "打算走访慰问 3 户",
        "plan home visits 500",
        "我想反映小区停车 3 个问题",
        "the lamp at building 3 is broken",
        "走访一下3号楼吧",
        "",
        "长" * 300,
    ],
)
def test_what_tells_of_no_work_is_plainly_none(text: str) -> None:
    assert not read_line(PROGRAMME, text, CALENDAR).plain


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("走访慰问 3 2月30日", "day.no_such_day"),
        ("走访慰问 3 2026年2月30日", "day.no_such_day"),
        ("走访慰问 3 13月5日", "ledger.bad_day"),
        ("走访慰问 3 上周末", "day.which_day"),
        ("走访慰问 3 昨天 前天", "ledger.many_days"),
        ("昨天和今天走访慰问3户", "ledger.many_days"),
        ("home visits 3 yesterday and today", "ledger.many_days"),
        ("走访慰问 3 明年", "ledger.many_days"),
        ("走访慰问 3 下个月", "ledger.many_days"),
        ("走访慰问 3 2026年11月", "ledger.many_days"),
        ("走访慰问 3 2025年", "ledger.many_days"),
        ("home visits 3 next week", "ledger.many_days"),
        ("home visits 3 Nov 31", "day.no_such_day"),
    ],
)
def test_a_day_that_cannot_be_says_so(text: str, key: str) -> None:
    line = read_line(PROGRAMME, text, CALENDAR)
    assert line.refused is not None
    assert line.refused.key == key


@pytest.mark.parametrize(
    "said",
    [
        *("3,5", "3，5", "3、5", "1,00", "1,0000", "1、000", "1000，2000", "1,000,5", "1 000"),
        *("3~5户", "3-5户", "3，5户", "3、5户", "3'5", "3.5.2", "3点5"),
        *("30多户", "30余户", "1万2", "3+2", "3 4", "3到5人", "3至5户", "3 或 5", "3或者4户"),
        *("三四户", "二三十户", "半户"),
    ],
)
@pytest.mark.parametrize("line", ["走访慰问 {}", "昨天走访慰问{}", "走访慰问 {} 昨天"])
def test_a_number_that_could_be_two_is_not_guessed(said: str, line: str) -> None:
    found = read_line(PROGRAMME, line.format(said), CALENDAR)
    assert (found.indicators, found.number, found.plain) == (("home_visits",), None, False)
    assert found.rest == ""
    assert found.unclear is not None
    assert found.unclear.key == "ledger.unclear_number"


@pytest.mark.parametrize(
    ("text", "indicator", "number", "more"),
    [
        ("走访慰问 3，短视频 2", "home_visits", "3", "短视频 2"),
        ("宣传栏更新1次，短视频1个，走访慰问5户", "board_updates", "1", "短视频1个,走访慰问5户"),
        ("拍2个短视频，走访慰问3户", "home_visits", "3", "2个短视频"),
        ("走访慰问 3，慰问走访 5", "home_visits", "3", "慰问走访 5"),
        ("home visits 3 and short videos 2", "home_visits", "3", "short videos 2"),
        ("home visits: 3, short videos: 2", "home_visits", "3", "short videos: 2"),
        ("2 home visits and 3 short videos", "home_visits", "2", "3 short videos"),
        ("board updates 2 + short videos 1", "board_updates", "2", "short videos 1"),
        ("走访慰问 3，学习活动 2", "home_visits", "3", "学习活动 2"),
        ("专题讲座 1，短视频 2", "short_videos", "2", "专题讲座 1"),
    ],
)
def test_other_work_in_a_line_is_told_and_no_place(
    text: str, indicator: str, number: str, more: str
) -> None:
    """It stood in the entry as where it was, and was lost."""
    line = read_line(PROGRAMME, text, CALENDAR)
    assert (line.indicators, line.number) == ((indicator,), Decimal(number))
    assert line.more == more
    assert not any(each.isdigit() for each in line.rest)
