"""What a notice said before it was corrected, who changed it, and when."""

import pytest

from storage.actions import broadcasts as actions
from storage.model.message import Message
from storage.model.refusal import Refusal
from storage.queries import corrections as queries
from tests.storage.test_broadcasts import begin

from .district import DAY, NOW, District


async def test_each_correction_keeps_what_it_took_the_place_of(district: District) -> None:
    read, write, kim = district.database.read, district.database.write, await district.kim()
    first, other = await begin(district), await begin(district)
    assert not await read(queries.is_corrected, first)
    changes = [
        await write(actions.correct, by.id, first, Message({"zh": text}).to_json(), text, at)
        for by, text, at in ((kim, "新", NOW), (district.mei, "更新", NOW + DAY))
    ]
    said = [(await read(queries.said_before, first, page)).items[0] for page in (0, 1)]
    assert [(each.correction_id, each.message.body("zh"), each.at, each.by) for each in said] == [
        (changes[1], "新", NOW + DAY, district.mei.name),
        (changes[0], "旧", NOW, kim.name),
    ]
    assert await read(queries.by_correction, changes[0]) == (first, said[1])
    assert await read(queries.is_corrected, first)
    assert not await read(queries.is_corrected, other)


async def test_what_took_the_place_of_nothing_has_nothing_to_put_back(district: District) -> None:
    first = await begin(district)
    assert not (await district.database.read(queries.said_before, first, 0)).items
    with pytest.raises(Refusal, match=r"broadcast\.before_unknown"):
        await district.database.read(queries.by_correction, first)
