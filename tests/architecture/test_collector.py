"""The garbage collector works for what tests make, and leaves alone what was imported for them."""

import gc


def test_what_was_imported_is_not_looked_at_for_garbage_and_the_rest_is() -> None:
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
