"""The town of the stories, for what concerns the running product rather than a story."""

from tests.stories.conftest import town as town
