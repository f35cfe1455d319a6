"""The town of the stories, for what concerns the running product rather than a story."""

from tests.stories.conftest import town as town
from tests.stories.conftest import town_url as town_url
