"""Elementwise work in blocks, on several threads: what it gives is what the plain rule gives."""

import os
import threading
import warnings
from queue import SimpleQueue

import numpy as np
import pytest
from op_cases import TABLE

import tensorgrad as tg
from tensorgrad import blocks, threads
from tensorgrad.operation import OPS

SIZE = blocks.LARGE + 12345  # three blocks, the last of which is short
OPERATIONS = {
    "tanh": lambda x: x.tanh(),
    "exp": lambda x: x.exp(),
    "relu": lambda x: x.relu(),
    "sigmoid": lambda x: x.sigmoid(),
    "gelu": tg.nn.functional.gelu,
    "elu": lambda x: tg.nn.functional.elu(x, alpha=0.5),
    "x * x + x": lambda x: x * x + x,
    "-x / 3": lambda x: -x / 3,
    "2 - abs(x)": lambda x: 2 - x.abs(),
    "x ** 3": lambda x: x**3,
    "x * (1,)": lambda x: x * tg.tensor([0.1], dtype=x.dtype),
    "mse": lambda x: tg.nn.functional.mse_loss(x, x.detach() * 0.5),
}


@pytest.fixture
def computing(monkeypatch):
    """A function that says on how many threads our own work is done, whatever the BLAS does."""
    return lambda n: monkeypatch.setattr(threads, "_threads", n)


@pytest.fixture
def small(monkeypatch):
    """Blocks of three elements, for arrays of any size, on three threads."""
    monkeypatch.setattr(threads, "_threads", 3)
    monkeypatch.setattr(blocks, "BLOCK", 3)
    monkeypatch.setattr(blocks, "LARGE", 0)


def both(operation, dtype, shape=(SIZE,)):
    """The result and the gradient, as NumPy's arrays."""
    x = tg.randn(*shape, generator=tg.Generator().manual_seed(0)).to(dtype).requires_grad_()
    y = operation(x)
    (y * 0.3).sum().backward()
    return y.detach().numpy(), x.grad.numpy()


@pytest.mark.parametrize("dtype", [tg.float32, tg.float64])
@pytest.mark.parametrize("name", OPERATIONS)
def test_the_number_of_threads_changes_no_bit(name, dtype, computing):
    outcomes = []
    for n in (1, 2, 3):
        computing(n)
        outcomes.append(both(OPERATIONS[name], dtype))
    for y, gradient in outcomes:
        assert type(y) is type(gradient) is np.ndarray
        np.testing.assert_array_equal(y, outcomes[0][0])
        np.testing.assert_array_equal(gradient, outcomes[0][1])


def rule_of(call):
    """The rule that an operation applies: of those that compute in blocks, one around its own."""
    return dict(zip(call.__code__.co_freevars, call.__closure__, strict=True))["rule"].cell_contents


@pytest.mark.parametrize("name", [name for name in sorted(OPS) if rule_of(OPS[name]) is not OPS[name].__wrapped__])
def test_every_rule_works_in_blocks(name, small):
    rule = OPS[name].__wrapped__
    for case in TABLE[name].cases:
        inputs = case.draw(TABLE[name].domain)
        if not isinstance(inputs[0], np.ndarray):
            continue
        plain, wide = (r(*inputs, *case.args, **case.options) for r in (rule, rule_of(OPS[name])))
        g = np.random.default_rng(1).uniform(0.5, 2, np.shape(plain[0]))
        shares = [[vjp(g) for vjp, x in zip(vjps, inputs, strict=False) if x is not None] for _, *vjps in (plain, wide)]
        for wanted, got in zip((plain[0], *shares[0]), (wide[0], *shares[1]), strict=True):
            assert not isinstance(got, blocks.Wide), case
            np.testing.assert_allclose(got, wanted, 1e-14, 1e-15, err_msg=str(case))


@pytest.mark.parametrize(
    "view",
    [
        lambda x: x[::-1],
        lambda x: x.T,
        lambda x: x[:, ::2],
        lambda x: x[1:3],
        lambda x: np.broadcast_to(x[0], (5, 6)),
        lambda x: np.broadcast_to(x[0, 0], (5, 6)),
        lambda x: x.reshape(3, 10),
    ],
)
def test_arrays_of_any_layout(view, small):
    x = view(np.arange(30.0).reshape(5, 6))
    wide = x.view(blocks.Wide)
    np.testing.assert_array_equal(np.tanh(wide), np.tanh(x))
    np.testing.assert_array_equal(wide * x, x * x)
    np.testing.assert_array_equal(wide + x.copy(), x + x)
    np.testing.assert_array_equal(blocks.in_blocks(lambda x: (x, None))(x)[0], x)


def test_what_is_no_work_on_single_elements_is_done_at_once(small):
    x = np.random.default_rng(0).normal(size=(6, 6))
    wide = x.view(blocks.Wide)
    np.testing.assert_array_equal(wide @ x, x @ x)
    np.testing.assert_array_equal(np.add.reduce(wide, 1), x.sum(1))
    np.testing.assert_array_equal(np.add.outer(wide, x[0]), np.add.outer(x, x[0]))
    np.testing.assert_array_equal(np.divmod(wide, 2), np.divmod(x, 2))
    np.testing.assert_array_equal(np.multiply(wide, 2, dtype=np.float32), np.multiply(x, 2, dtype=np.float32))
    np.testing.assert_array_equal(wide + x[:, :1], x + x[:, :1])
    np.testing.assert_array_equal(np.exp(wide, where=wide > 0, out=x * 0), np.exp(x, where=x > 0, out=x * 0))
    wide *= 2.0
    np.testing.assert_array_equal(wide, x)
    assert type(wide) is blocks.Wide


def test_a_write_between_forward_and_backward_is_noticed(computing):
    computing(2)
    x = tg.ones(SIZE, requires_grad=True)
    y = x.exp()
    y.add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


def test_no_operation_on_small_arrays_asks_for_threads(monkeypatch):
    monkeypatch.setattr(blocks, "computing_threads", lambda: pytest.fail("it asked"))
    x = tg.ones(100, 100, requires_grad=True)
    (x.tanh() * x).sum().backward()


def test_warnings_are_those_of_the_caller(computing):
    computing(2)
    x = tg.zeros(SIZE)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert x.reciprocal().isinf().all()
        with np.errstate(divide="ignore"):
            assert (1 / x).isinf().all()
            assert (tg.ones(SIZE) / x).isinf().all()
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError, match="divide by zero"):
        tg.ones(SIZE) / x


def test_several_threads_take_part(computing):
    computing(3)
    present = threading.Barrier(3, timeout=30)
    threads.share(lambda part: present.wait(), 3)


def test_an_error_is_raised_when_all_is_tried(computing):
    computing(2)
    tried = []

    def work(part):
        tried.append(part)
        if part in (1, 3):
            raise ValueError(f"part {part}")

    with pytest.raises(ValueError, match=r"part [13]"):
        threads.share(work, 5)
    assert sorted(tried) == [0, 1, 2, 3, 4]


def test_where_no_thread_can_be_started_one_does_it_all(computing, monkeypatch):
    def start(thread):
        raise RuntimeError("can't start new thread")

    computing(3)
    monkeypatch.setattr(threads, "_helpers", [])
    monkeypatch.setattr(threads, "_jobs", SimpleQueue())  # in the other one, a helper may not have taken all yet
    monkeypatch.setattr(threading.Thread, "start", start)
    tried = []
    threads.share(tried.append, 4)
    assert tried == [0, 1, 2, 3]
    assert (threads._helpers, threads._jobs.empty()) == ([], True)


@pytest.mark.parametrize("operation", [lambda x: 1 - x, lambda x: 1 / x, lambda x: 2**x, lambda x: x - 1, lambda x: -x])
def test_operators_take_part(operation, monkeypatch):
    shared = []
    monkeypatch.setattr(threads, "_threads", 2)
    monkeypatch.setattr(blocks, "share", lambda work, parts: shared.append([work(i) for i in range(parts)]))
    operation(tg.ones(blocks.LARGE))
    assert shared


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_has_helpers_of_its_own(computing):
    computing(2)
    threads.share(lambda part: None, 2)  # the helper of this process
    child = os.fork()
    if not child:
        outcomes = []
        threads.share(outcomes.append, 4)
        os._exit(len(outcomes))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 4
