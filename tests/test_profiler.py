"""profile: the numbers of its table, and that nothing of it stays behind."""

import gc
import threading
import types

import numpy as np
import pytest

import tensorgrad as tg
from tensorgrad import operation, profiler
from tensorgrad.engine import FREED
from tensorgrad.graph import inputs_of
from tensorgrad.nn.functional import cross_entropy


class Clock:
    """A clock that goes only when it is told to, in seconds."""

    now = 0.0

    def __call__(self):
        return self.now

    def work(self, seconds, outcome=None):
        self.now += seconds
        return outcome


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(profiler, "perf_counter", clock)
    return clock


@pytest.fixture
def slow(clock, monkeypatch):
    """An operation that takes 3 s, and 5 s backward."""
    monkeypatch.setitem(operation.OPS, "slow", None)  # so that it is taken out again

    @operation.op
    def slow(x, /):
        return clock.work(3, x * 2), lambda g: clock.work(5, g * 2)

    return slow


def parameter(*shape):
    return tg.ones(*shape).requires_grad_()


def seconds(prof):
    return {row.key: row.self_cpu_time_total / 1e6 for row in prof.rows if row.self_cpu_time_total}


def counts(prof):
    return {row.key: row.count for row in prof.rows if row.count}


def memory(prof):
    return {row.key: row.self_cpu_memory_usage for row in prof.rows if row.self_cpu_memory_usage}


def replaced():
    """What a profile replaces, as it is now."""
    forms = {call.__code__ for call in operation.OPS.values()}
    calls = [f for f in gc.get_objects() if type(f) is types.FunctionType and f.__code__ in forms]
    cells = [(call, dict(zip(call.__code__.co_freevars, call.__closure__, strict=True))["rule"]) for call in calls]
    kinds = (tg.optim.Optimizer, tg.optim.SGD, tg.optim.Adam, tg.nn.Module)
    callers = (tg.Tensor.backward, tg.autograd.grad, tg.graph.sweep_towards)
    return {
        **{call: cell.cell_contents for call, cell in cells if call.__module__.startswith("tensorgrad")},
        **{(kind, name): vars(kind).get(name) for kind in kinds for name in ("step", "zero_grad")},
        **{caller: caller.__globals__["sweep"] for caller in callers},
    }


def test_forward_backward_and_the_rest_add_up(clock, slow):
    x = parameter(2)
    x.register_hook(lambda g: clock.work(0.5))
    with tg.profile() as prof:
        y = slow(slow(x))
        clock.work(7)
        y.sum().backward()
    assert seconds(prof) == {"slow": 16, "elsewhere": 7, "backward": 0.5}
    (row,) = (row for row in prof.rows if row.key == "slow")
    assert (row.count, row.forward_time, row.backward_time, row.other_time) == (2, 6e6, 10e6, 0)
    assert str(prof).splitlines() == [
        "Name       Self CPU %  Self CPU  Forward  Backward  CPU Mem  # of Calls",
        "-----------------------------------------------------------------------",
        "slow           68.09%    16.00s    6.00s    10.00s     32 B           2",
        "backward        2.13%  500.00ms           500.00ms                    1",
        "sum             0.00%                                   4 B           1",
        "elsewhere      29.79%     7.00s",
        "-----------------------------------------------------------------------",
        "Self CPU time total: 23.50s",
    ]


def test_while_it_is_active_it_shows_what_there_is_so_far(clock, slow):
    with tg.profile() as prof:
        slow(tg.ones(2))
        clock.work(1)
        assert seconds(prof) == {"slow": 3, "elsewhere": 1}


def test_to_enter_it_again_goes_on(clock, slow):
    prof = tg.profile()
    for _ in range(2):
        with prof:
            slow(tg.ones(2))
            clock.work(1)
        clock.work(100)
    assert seconds(prof) == {"slow": 6, "elsewhere": 2}


def test_optimizers_and_modules_by_their_names(clock, monkeypatch):
    class Slow(tg.optim.SGD):
        def step(self, closure=None):
            clock.work(2)
            return super().step(closure)

        def update(self, *args, **options):
            clock.work(1)

    model = tg.nn.Linear(2, 3)
    adam, own = tg.optim.Adam(model.parameters()), Slow(model.parameters(), lr=0.1)
    with tg.profile() as prof:
        for _ in range(2):
            adam.zero_grad()
            model(tg.ones(1, 2)).sum().backward()
            adam.step()
        model.zero_grad()
        own.step(lambda: model(tg.ones(1, 2)).sum().backward())
    assert seconds(prof) == {"Slow.step": 4}
    assert counts(prof) == {
        "linear": 3, "sum": 3, "backward": 3, "Adam.step": 2, "Adam.zero_grad": 2, "Linear.zero_grad": 1, "Slow.step": 2
    }  # fmt: skip


def test_an_operation_of_ones_own_has_its_backward_and_what_it_calls(clock, slow):
    class Twice(tg.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return slow(x)

        @staticmethod
        def backward(ctx, g):
            clock.work(1)
            return slow(g)

    x = parameter(2)
    with tg.profile() as prof:
        Twice.apply(x).sum().backward()
    assert seconds(prof) == {"slow": 6, "Twice": 1}
    assert x.grad.tolist() == [2, 2]


def test_gradients_without_grad_and_towards_some_inputs(clock, slow):
    x = parameter(2)
    with tg.profile() as prof:
        tg.autograd.grad(slow(x).sum(), x)
        slow(x).sum().backward(inputs=x)
    assert seconds(prof) == {"slow": 16}
    assert counts(prof) == {"slow": 2, "sum": 2, "backward": 2}


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("sub", lambda x: 1 - x),
        ("div", lambda x: 1 / x),
        ("pow", lambda x: 2**x),
        ("add", lambda x: 1 + x),
        ("mul", lambda x: np.ones((2, 2), np.float32) * x),
        ("matmul", lambda x: np.ones((2, 2), np.float32) @ x),
        ("getitem", lambda x: x[0]),
        ("where", lambda x: tg.where(x > 0, x, 0.0)),
        ("cat", lambda x: tg.cat([x, x])),
        ("softmax", lambda x: tg.softmax(x, dim=1)),
    ],
)
def test_every_way_to_call_an_operation_is_counted(name, call):
    for x in (parameter(2, 2), tg.ones(2, 2)):
        with tg.profile() as prof:
            call(x)
        assert counts(prof) == {name: 1}


def test_every_operation_there_is_has_a_clock():
    before = replaced()
    with tg.profile():
        during = replaced()
    assert before.keys() == during.keys()
    assert len(before) > len(operation.OPS)
    missed = [what for what, was in before.items() if was is not None and during[what] is was]
    assert missed == []


def test_nothing_stays_behind_even_after_an_exception():
    before = replaced()
    with tg.profile():
        y = parameter(2).exp()
    total = y.sum()

    def fail():
        total.backward(retain_graph=True)
        raise KeyError("own")

    with pytest.raises(KeyError, match="own"), tg.profile():
        fail()
    after = replaced()
    assert all(after[what] is was for what, was in before.items())
    assert [vjp.__module__ for _, vjp in inputs_of(y.grad_fn)] == ["tensorgrad.ops.exponential"]


def test_the_edges_are_as_before_after_every_kind_of_sweep():
    def bad(g):
        raise ValueError("in a hook")

    x, w = parameter(2), parameter(2)
    middle = x * w
    last = (middle * middle).sum()
    edges = {node: node.edge for node in (last.grad_fn, last.grad_fn.edge[0], middle.grad_fn)}
    with tg.profile():
        last.backward(retain_graph=True)
        assert all(node.edge == edge for node, edge in edges.items())
        handle = middle.register_hook(bad)
        with pytest.raises(ValueError, match="in a hook"):
            last.backward()
        handle.remove()
    assert all(
        node.edge is FREED or not any(type(vjp) is profiler._Timed for _, vjp in inputs_of(node)) for node in edges
    )


def test_a_graph_may_be_older_or_younger_than_the_profile(clock, slow):
    x = parameter(2)
    y = slow(x).sum()
    with tg.profile() as prof:
        y.backward()
        z = slow(x).sum()
    z.backward()
    assert seconds(prof) == {"slow": 8}
    assert x.grad.tolist() == [4, 4]


def test_one_at_a_time():
    sentence = "profile: one is active already, here or in another thread; leave its with block first"
    with tg.profile() as prof:
        with pytest.raises(RuntimeError) as error, tg.profile():
            pass
        assert str(error.value) == sentence
        with pytest.raises(RuntimeError, match="one is active already"):
            prof.__enter__()
        tg.ones(2).exp()
    assert counts(prof) == {"exp": 1}
    with tg.profile() as prof:
        tg.ones(2).exp()
    assert counts(prof) == {"exp": 1}


def test_other_threads_are_not_measured(clock, slow):
    def other():
        tg.optim.SGD([x], lr=1.0).zero_grad()
        slow(x).sum().backward()

    x = parameter(2)
    with tg.profile() as prof:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert x.grad.tolist() == [2, 2]
    assert seconds(prof) == {"elsewhere": 8}


def train(steps):
    tg.manual_seed(0)
    model = tg.nn.Sequential(tg.nn.Linear(3, 8), tg.nn.LayerNorm(8), tg.nn.Tanh(), tg.nn.Linear(8, 2))
    optimizer = tg.optim.Adam(model.parameters(), lr=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = cross_entropy(model(tg.rand(16, 3)), tg.randint(0, 2, (16,)))
        (loss + 0.01 * sum((p * p).sum() for p in model.parameters())).backward()
        optimizer.step()
    return np.concatenate([p.detach().numpy().ravel() for p in model.parameters()])


def test_the_numbers_of_a_program_are_the_same_to_the_last_bit():
    expected = train(5)
    with tg.profile() as prof:
        assert train(5).tobytes() == expected.tobytes()
    assert counts(prof)["linear"] == 10
    assert sum(row.self_cpu_time_total for row in prof.rows) == pytest.approx(prof._seconds * 1e6)
    assert min(row.self_cpu_time_total for row in prof.rows) >= 0


def test_bytes_of_results_and_gradients():
    x = parameter(3, 4)
    with tg.profile() as prof:
        x.exp()
    assert memory(prof) == {"exp": 48}
    with tg.profile() as prof:
        x.exp().backward(tg.ones(3, 4))
    assert memory(prof) == {"exp": 96}
    with tg.profile() as prof:
        (x + x).backward(tg.ones(3, 4))  # whose gradients are the one it is given
    assert memory(prof) == {"add": 48}
    with tg.profile() as prof:  # a sum's gradient is one number seen twelve times, what only rearranges has no memory
        x.reshape(4, 3).T.sum().backward()
    assert memory(prof) == {"sum": 4}
    with tg.profile() as prof:
        cross_entropy(x, tg.zeros(3, dtype=tg.int64)).backward()
    assert memory(prof) == {"cross_entropy": 4 + 48}


def test_gradients_that_are_written_into_buffers_are_not_allocated():
    model = tg.nn.Linear(3, 5)
    optimizer = tg.optim.SGD(model.parameters(), lr=0.1)

    def step():
        optimizer.zero_grad()
        model(tg.ones(2, 3)).sum().backward()
        optimizer.step()

    step()
    with tg.profile() as prof:
        step()
    assert memory(prof) == {"linear": 2 * 5 * 4, "sum": 4}


def test_what_was_written_to_since_is_still_noticed():
    x = parameter(2)
    with tg.profile():
        y = x.exp()
        total = y.sum()
        y.detach().zero_()
        with pytest.raises(RuntimeError, match=r"shape \(2,\) that exp kept"):
            total.backward()
        loss = (x * 2).sum()
        loss.backward()
        with pytest.raises(RuntimeError, match="what an earlier one freed"):
            loss.backward()


def test_inputs_by_keyword_and_errors_are_as_ever():
    x = parameter(2, 3)
    with tg.profile() as prof:
        assert tg.cumsum(input=x, dim=0).shape == (2, 3)
        assert tg.nn.functional.linear(input=x, weight=tg.ones(4, 3)).shape == (2, 4)
        with pytest.raises(tg.errors.ShapeError, match=r"add: shapes \(2, 3\) and \(4,\)"):
            x + tg.ones(4)
    assert counts(prof) == {"cumsum": 1, "linear": 1}


def test_the_table_is_sorted_as_asked(clock, slow):
    with tg.profile() as prof:
        slow(tg.ones(2))
        tg.ones(100).exp().exp()
        clock.work(50)

    def first(**options):
        return [line.split()[0] for line in prof.table(**options).splitlines()[2:-2]]

    assert first() == ["slow", "exp", "elsewhere"]
    assert first(sort_by="forward_time") == ["slow", "exp", "elsewhere"]
    assert first(sort_by="count") == first(sort_by="self_cpu_memory_usage") == ["exp", "slow", "elsewhere"]
    with pytest.raises(ValueError, match="sort_by") as error:
        prof.table(sort_by="name")
    assert str(error.value) == (
        "table: sort_by must be self_cpu_time_total, count, forward_time, backward_time, other_time or "
        "self_cpu_memory_usage, but got 'name'"
    )


def test_times_and_bytes_are_short():
    shown = [profiler._shown_time(time) for time in (0.0, 0.25, 999.0, 1000.0, 2.5e6, 3.6e9)]
    assert shown == ["", "0.25us", "999.00us", "1.00ms", "2.50s", "3600.00s"]
    shown = [profiler._shown_bytes(count) for count in (0, 1023, 1024, 2**20, 3 * 2**30, 2**42)]
    assert shown == ["", "1023 B", "1.00 KB", "1.00 MB", "3.00 GB", "4.00 TB"]


def test_a_table_fits_a_terminal():
    with tg.profile() as prof:
        train(3)
    lines = str(prof).splitlines()
    assert max(map(len, lines)) <= 80
    assert all(line == line.rstrip() for line in lines)


def test_a_profile_of_nothing(clock):
    with tg.profile() as prof:
        pass
    assert [row.key for row in prof.rows] == ["elsewhere"]
    assert str(prof).splitlines()[2] == "elsewhere"
