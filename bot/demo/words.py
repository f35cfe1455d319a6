"""What things are called in the demo year: invented, and in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from content.programme import Programme
from content.terms import USUAL

Both = tuple[str, str]  # Chinese and English

_NUMBERS = "一二三四五六七八九十"
_TITLES: Mapping[str, tuple[Both, ...]] = {
    "study": (
        ("识破电信诈骗学习会", "Seeing through phone fraud"),
        ("民法典读书会", "Reading the civil code"),
        ("智能手机课堂", "Smartphone class"),
        ("垃圾分类学习会", "Learning to sort waste"),
    ),
    "lecture": (
        ("用电安全讲座", "Lecture: safe with electricity"),
        ("健康饮食讲座", "Lecture: eating well"),
    ),
    "discussion": (
        ("楼道管理研讨会", "Talk: keeping the stairways"),
        ("停车难研讨会", "Talk: where to park"),
    ),
    "campaign": (
        ("消防安全宣传日", "Fire safety day"),
        ("反诈宣传进小区", "Against fraud, door to door"),
    ),
    "economy": (
        ("小微商户交流会", "Meeting of small shops"),
        ("招聘对接会", "Job fair"),
    ),
    "governance": (("清洁家园行动", "Clean-up day"), ("楼道清理日", "Stairway clearing day")),
    "service": (
        ("义诊进社区", "Free health check"),
        ("儿童画画班", "Drawing class for children"),
        ("长者助浴助餐服务", "Help for elders"),
        ("合唱团公开排练", "Open rehearsal of the choir"),
    ),
    "unity": (("邻里节", "Neighbours' day"), ("百家宴", "Hundred families' dinner")),
    "policy": (
        ("物业管理条例宣讲", "Rules of house management"),
        ("养犬规定宣讲", "Rules of keeping dogs"),
    ),
    "exchange": (("社区工作经验交流", "Exchange among communities"),),
    "visit": (("观摩示范楼院", "Visit to a model courtyard"),),
    "meeting": (
        ("物业联席会议", "Joint meeting with house managers"),
        ("共建单位联席会议", "Joint meeting with partners"),
    ),
    "training": (
        ("台账填报培训班", "Course: keeping the ledger"),
        ("调解技巧培训班", "Course: mediation"),
    ),
}
_SUMMER: Mapping[str, tuple[Both, ...]] = {
    "service": (
        ("暑期儿童画画班", "Summer drawing class"),
        ("露天电影晚会", "Open-air film evening"),
        ("暑期托管班", "Holiday care for children"),
    ),
    "lecture": (("防暑降温讲座", "Lecture: safe in the heat"),),
}
_SUMMER_MONTHS = (7, 8)
_PLACES: tuple[Both, ...] = (
    ("社区活动室", "The community room"),
    ("社区广场", "The square"),
    ("居委会会议室", "The meeting room"),
    ("2号楼前空地", "In front of house 2"),
)
_NOTICES: tuple[Both, ...] = (
    (
        "周四上午九点到十一点检修水管，请提前储水。",
        "On Thursday from nine to eleven the water is off.",
    ),
    ("明日有大风，请收好阳台上的花盆。", "Strong wind tomorrow: please take in your flower pots."),
    (
        "电动车请不要在楼道充电，车棚已加装充电桩。",
        "Please charge e-bikes in the shed, not on the stairs.",
    ),
    ("社区食堂下周起周末也开放。", "The canteen is open at weekends from next week on."),
    (
        "免费体检预约已经开始，可到活动室登记。",
        "Appointments for the free health check can be made.",
    ),
    (
        "本周六上午清洗外墙，请关好窗户。",
        "The walls are washed on Saturday: please shut your windows.",
    ),
)
_WISHES: tuple[Both, ...] = (
    (
        "{n}号楼东侧路灯不亮，晚上很黑",
        "The lamp east of house {n} is out; it is very dark at night",
    ),
    ("{n}号楼单元门关不严", "The door of house {n} does not shut"),
    ("希望在{n}号楼旁加一排自行车架", "Please put up bicycle stands at house {n}"),
    ("{n}号楼前的垃圾桶总是满的", "The bins in front of house {n} are always full"),
    (
        "消防通道旁常有车停，请划线",
        "Cars stand beside the fire lane near house {n}: please mark it",
    ),
    (
        "活动室能不能晚上也开门，{n}号楼的孩子想去看书",
        "Could the room be open in the evening? The children of house {n} would like to read there",
    ),
    ("{n}号楼前的长椅坏了", "The bench in front of house {n} is broken"),
    ("建议多办儿童活动，{n}号楼孩子多", "More for children, please: many live in house {n}"),
)
_ADOPTED: tuple[Both, ...] = (
    ("已列入本月维修计划。", "It is on this month's list of repairs."),
    ("谢谢，我们已联系物业。", "Thank you; the house manager is told."),
    ("建议很好，我们来办。", "A good idea; we see to it."),
)
_DECLINED: tuple[Both, ...] = (
    (
        "该处属市政道路，我们已转告主管单位。",
        "The road is the city's; we told the office in charge.",
    ),
    ("场地不够，今年暂时办不了。", "There is no room for it this year."),
)
_IMPLEMENTED: tuple[Both, ...] = (
    ("已修好，请看看还有没有问题。", "It is repaired; tell us if anything is left."),
    ("已办好，谢谢您的建议。", "It is done; thank you for saying so."),
)
_WITH: tuple[Both, ...] = (
    ("1号楼", "House 1"),
    ("3号楼", "House 3"),
    ("5号楼", "House 5"),
    ("沿街商铺", "Shops on the street"),
    ("活动室", "The community room"),
    ("地下车库", "The garage"),
)
_NOTES: tuple[Both, ...] = (
    ("", ""),
    ("", ""),
    ("两人同行", "Two of us went"),
    ("已拍照存档", "Photos are on file"),
    ("下月再看一次", "To be looked at again next month"),
)
_SAID: Mapping[str, Both] = {
    "staff": ("干部 {n:02d}", "Staff {n:02d}"),
    "voided": ("重复登记", "Recorded twice"),
    "put_right": ("数字写错了", "The number was wrong"),
    "revised": ("上半年进度快于预期，调高下半年目标", "The first half went faster than planned"),
    "taken_away": ("改由区里统一安排", "The district sees to it now"),
    "preview": (
        "本周活动都在“活动”里，欢迎报名。",
        "All events of this week are in Events: join in.",
    ),
    "mistake": ("停水通知：周四停水。", "The water is off on Thursday."),
    "corrected": ("停水通知：周五停水，不是周四。", "The water is off on Friday, not on Thursday."),
    "withdrawn": ("发错社区了，请忽略。", "This was meant for another community."),
    "waiting": (
        "年终问卷：请等待区里确认后再发。",
        "Questions at the end of the year: not sent yet.",
    ),
}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; what is chosen is left to a `chance` of the caller."""

    language: str
    programme: Programme

    def said(self, key: str, **given: int) -> str:
        return self._of(_SAID[key]).format(**given)

    def district(self) -> str:
        example = self.programme.example
        return (self.programme.district if example is None else example.district).in_(self.language)

    def community(self, number: int) -> str:
        """The name of a community, or what the organisation calls one: plainly invented."""
        tens, ones = divmod(number, 10)
        spoken = ("十" if tens else "") + (_NUMBERS[ones - 1] if ones else "")
        word = self.programme.terms.community
        return self._of((f"{spoken}号{word.zh}", f"{word.en.capitalize()} {number}"))

    def resident(self, number: int) -> str:
        word = self.programme.terms.resident
        return self._of((f"{word.zh} {number:04d}", f"{word.en.capitalize()} {number:04d}"))

    def event(self, category: str, month: int, chance: Random) -> tuple[str, str]:
        """A title, which may be one for the summer, and a place."""
        name = self.programme.category_name(category, self.language)
        titles = _TITLES.get(category, ((name, name),))
        if month in _SUMMER_MONTHS:
            titles = _SUMMER.get(category, titles)
        return self._any(titles, chance), self._any(_PLACES, chance)

    def notice(self, chance: Random) -> str:
        return self._any(_NOTICES, chance)

    def wish(self, chance: Random) -> str:
        """What somebody proposes; at another organisation what its programme gives as example."""
        example = self.programme.example
        if example is not None and self.programme.terms != USUAL:
            return example.suggestion.text.in_(self.language)
        return self._any(_WISHES, chance).format(n=chance.randint(1, 12))

    def answer(self, state: str, chance: Random) -> str:
        of = {"adopted": _ADOPTED, "declined": _DECLINED, "implemented": _IMPLEMENTED}
        return self._any(of[state], chance)

    def work(self, chance: Random) -> tuple[str, str]:
        """Where or with whom, and a note."""
        return self._any(_WITH, chance), self._any(_NOTES, chance)

    def _any(self, choices: tuple[Both, ...], chance: Random) -> str:
        return self._of(chance.choice(choices))

    def _of(self, both: Both) -> str:
        return both[self.language == "en"]
