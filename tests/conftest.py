"""What every test file may ask for."""

import pytest

pytest.register_assert_rewrite("against_torch", "descent", "expectations")  # so that a failure shows its values


@pytest.fixture(scope="session")
def torch():
    """PyTorch, in one thread; a test that asks for it is skipped where it is not installed."""
    module = pytest.importorskip("torch")
    module.set_num_threads(1)
    return module
