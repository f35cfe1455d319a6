"""What every peer sends (the product too), and what it is told."""

import sys
from dataclasses import dataclass

TOKEN = "123456:benchmark"
FIRST_CHAT = 6_000_000_000
# As long as a short push: 240 characters.
TEXT = (
    "<b>📚 居民安全与权益十四课</b>\n<i>第 3 课 · 约 2 分钟</i>\n\n"
    "凡是要你先交钱再办事的,都要先停一停。真的退款、理赔和中奖,从不需要你先转账,"
    "也不会让你下载陌生的软件、共享手机屏幕,或者把短信里的验证码念给别人听。"
    "接到这样的电话,请先挂断,再自己查找官方号码打回去核实;拿不准的时候,"
    "可以到社区服务站问一问,也可以拨打全国反诈专线。\n\n"
    "家里有老人的,请把这条消息读给他们听;邻居之间多提醒一句,就可能少一家人受骗。"
    "看完以后,可以点一下下面的按钮,阅读这一课的全文。\n\n"
    "<i>来源:国家反诈中心</i>"
)
LABEL = "📖 阅读全文"
LINK = "https://example.org/courses/3"


@dataclass(frozen=True, slots=True)
class Order:
    """Where to send, to how many chats, and how many messages a second are allowed."""

    address: str
    messages: int
    limit: int

    def chats(self) -> range:
        """Whom to send to."""
        return range(FIRST_CHAT, FIRST_CHAT + self.messages)


def order() -> Order:
    """What the command line asks for."""
    address, messages, limit = sys.argv[1:4]
    return Order(address, int(messages), int(limit))


def gave_up(chat: int, error: Exception) -> None:
    """Tell that a message will not be sent again."""
    sys.stdout.write(f"{chat} {type(error).__name__}\n")
    sys.stdout.flush()
