"""How many threads compute."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import threadpoolctl

import tensorgrad as tg
from tensorgrad import threads

BLAS = threadpoolctl.ThreadpoolController().select(user_api="blas")
pytestmark = pytest.mark.skipif(not BLAS.info(), reason="this NumPy's BLAS takes no orders")


@pytest.fixture(autouse=True)
def as_before():
    before = {blas["filepath"]: blas["num_threads"] for blas in BLAS.info()}
    yield
    for library in BLAS.lib_controllers:
        library.set_num_threads(before[library.filepath])


@pytest.mark.parametrize("n", [1, 2, 3])
def test_what_is_set_holds_for_the_blas_and_stays(n):
    assert tg.set_num_threads(n) is None
    assert tg.get_num_threads() == n
    assert {blas["num_threads"] for blas in BLAS.info()} == {n}


def test_products_are_the_same():
    generator = tg.Generator().manual_seed(0)
    x, w = (tg.randn(300, 300, generator=generator, dtype=tg.float64) for _ in range(2))
    products = []
    for n in (1, 2):
        tg.set_num_threads(n)
        products.append(x @ w)
    assert tg.allclose(*products, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("variable", ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"])
def test_without_a_word_it_is_what_the_blas_uses(variable):
    program = (
        "import sys, tensorgrad as tg; assert 'threadpoolctl' not in sys.modules; "
        "n = tg.get_num_threads(); tg.set_num_threads(2); print(n, tg.get_num_threads())"
    )
    others = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, check=True, timeout=60, cwd=Path(tg.__file__).parents[1],
        env={**others, variable: "1"},
    )  # fmt: skip
    if BLAS.info()[0]["internal_api"] == "openblas":
        assert run.stdout.split() == ["1", "2"]


def test_a_blas_that_takes_no_orders_stays_as_it_is(monkeypatch):
    before = tg.get_num_threads()
    monkeypatch.setattr(threads, "_blas", lambda: BLAS.select(user_api="none such"))
    tg.set_num_threads(before + 1)
    assert tg.get_num_threads() == os.cpu_count()
    monkeypatch.undo()
    assert tg.get_num_threads() == before


@pytest.mark.parametrize(
    ("n", "message"),
    [
        (0, "set_num_threads expects a positive integer, but got 0: one thread is the least"),
        (-2, "set_num_threads expects a positive integer, but got -2: one thread is the least"),
        (1.5, "set_num_threads expects an int, but got float: give the number of threads"),
        ("2", "set_num_threads expects an int, but got str: give the number of threads"),
        (True, "set_num_threads expects an int, but got bool: give the number of threads"),
        (None, "set_num_threads expects an int, but got NoneType: give the number of threads"),
    ],
)
def test_errors(n, message):
    before = tg.get_num_threads()
    with pytest.raises(RuntimeError) as error:
        tg.set_num_threads(n)
    assert str(error.value) == message
    assert tg.get_num_threads() == before


@pytest.mark.parametrize("n", [0, -2, 1.5, "2", True, None])
def test_pytorch_refuses_the_same_with_the_same_kind_and_words(n):
    torch = pytest.importorskip("torch")
    with pytest.raises(RuntimeError) as theirs:
        torch.set_num_threads(n)
    with pytest.raises(RuntimeError) as ours:
        tg.set_num_threads(n)
    assert str(ours.value).startswith(str(theirs.value))
