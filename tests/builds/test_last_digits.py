"""Every table of a build, made again from inputs with other last digits: the same words, counts and numbers."""

import pytest

from helpers.altered import altered_tables


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 4))
def test_last_digits_decide_no_table(smoke, tmp_path, seed):
    different = {name: found for name, found in altered_tables(smoke, tmp_path, seed, scale="smoke") if found}
    assert not different
