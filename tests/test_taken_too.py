"""What PyTorch takes is taken here: keywords, decorators, and arguments that other code gives by habit."""

import collections

import numpy as np
import pytest
from against_torch import error_of, same, torch
from expectations import refused

import tensorgrad as tg

BOTH = (tg, torch)


def in_both(call):
    """``call(library)`` gives the same Tensor, or list of them, in either."""
    ours, theirs = call(tg), call(torch)
    for a, b in zip(ours, theirs, strict=True) if isinstance(ours, (list, tuple)) else [(ours, theirs)]:
        same(a, b)


# writes and conversions


@pytest.mark.parametrize("mode", [None, "floor", "trunc"])
def test_div_in_place(mode):
    in_both(lambda t: t.tensor([7.0, -7.0]).div_(2, rounding_mode=mode))
    if mode:
        in_both(lambda t: t.tensor([7, -7]).div_(t.tensor([2, 2]), rounding_mode=mode))


def test_contains():
    for t in BOTH:
        x = t.tensor([[1.0, 2.0], [3.0, 4.0]])
        assert 2 in x
        assert 5.0 not in x
        assert t.tensor([1.0, 9.0]) in x
        assert t.tensor(4.0) in x
        assert True in t.tensor([False, True])
    refused(
        RuntimeError,
        "Tensor.__contains__ only supports Tensor or scalar, but you passed in a str",
        tg.ones(2).__contains__,
        "a",
    )


# random numbers


@pytest.mark.parametrize("shape", [(), (5,), (40,), (300, 300)])
def test_half_precision_random_numbers(shape):
    def draw(t):
        t.manual_seed(3)
        return [t.rand(*shape, dtype=t.float16) if shape else t.rand((), dtype=t.float16), t.rand(2)]

    in_both(draw)
    assert (tg.rand(100_000, dtype=tg.float16) < 1).all()


@pytest.mark.parametrize("seed", [2.5, "7", True, np.int64(4)])
def test_seeds_of_other_kinds(seed):
    def draw(t):
        t.manual_seed(seed)
        return t.rand(3)

    in_both(draw)


# what is recorded


def test_set_grad_enabled_as_a_decorator():
    for t in BOTH:
        w = t.ones(2, requires_grad=True)

        @t.set_grad_enabled(False)
        def doubled(w):
            return w * 2

        assert t.is_grad_enabled()
        assert not doubled(w).requires_grad
        assert t.is_grad_enabled()


@pytest.mark.parametrize("retain", [None, False, True])
def test_backward_towards_some_inputs(retain):
    def gradients(t, whose, backward):
        a, b = (t.tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
        c = a * b
        loss = (c * c + a).sum()
        wanted = {"a": a, "b": b, "c": c, "loss": loss}
        inputs = [wanted[name] for name in whose]
        if backward:
            t.autograd.backward(loss, retain_graph=retain, inputs=inputs if len(inputs) > 1 else inputs[0])
        else:
            loss.backward(None, retain, False, inputs)
        if retain and "c" not in whose:  # else PyTorch would add to c.grad again
            loss.backward(inputs=[a])
        elif not retain:
            with pytest.raises(RuntimeError):
                loss.backward()
        return [x.grad for x in (a, b, c if "c" in whose else a)]

    for whose in (["a"], ["b"], ["a", "c"], ["c"], ["loss", "a"]):
        for backward in (False, True):
            in_both(lambda t, whose=whose, backward=backward: gradients(t, whose, backward))


def test_backward_towards_itself():
    def gradient(t):
        x = t.ones(2, requires_grad=True)
        x.backward(t.ones(2), inputs=[x])
        return x.grad

    in_both(gradient)


def test_options_of_backward():
    x = tg.ones(2, requires_grad=True)
    assert tg.autograd.grad(x.sum(), x, only_inputs=True)[0].tolist() == [1, 1]
    x.sum().backward(create_graph=False)
    refused(
        RuntimeError,
        "backward: create_graph=True is not possible, it records nothing here; leave it out",
        x.sum().backward,
        create_graph=True,
    )


class Scaled:
    """A Function for either library: scale x, with a default, by the arguments' names."""

    @staticmethod
    def of(t):
        class Scale(t.autograd.Function):
            @staticmethod
            def forward(x, scale=3.0):
                return x * scale

            @staticmethod
            def setup_context(ctx, inputs, output):
                ctx.scale = inputs[1]

            @staticmethod
            def backward(ctx, g):
                return g * ctx.scale, None

        return Scale


@pytest.mark.parametrize(("args", "options"), [(1, {}), (1, {"scale": 2.0}), (0, {"scale": 2.0})])
def test_function_with_keywords(args, options):
    def gradient(t):
        x = t.tensor([1.0, 2.0], requires_grad=True)
        y = Scaled.of(t).apply(*[x][:args], **({} if args else {"x": x}), **options)
        y.sum().backward()
        return [y, x.grad]

    in_both(gradient)


def test_function_without_a_context_of_its_own_takes_no_keywords():
    class Double(tg.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

    refused(
        TypeError,
        "Double.apply: arguments go by position, but x came by name, which needs a setup_context, and a forward "
        "without a * among its arguments",
        Double.apply,
        x=tg.ones(2),
    )


def increment(t, returned=True):
    class Increment(t.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            x.add_(1)
            ctx.mark_dirty(x)
            return x if returned else x * 1

        @staticmethod
        def backward(ctx, g):
            return g * 5

    return Increment


def test_mark_dirty():
    def gradient(t, view):
        x = t.tensor([1.0, 2.0], requires_grad=True)
        y = x * 1
        part = y[:1] if view else y
        assert increment(t).apply(part) is part
        (y * 2).sum().backward()
        return [y, x.grad]

    for view in (False, True):
        in_both(lambda t, view=view: gradient(t, view))
    for t in BOTH:
        with pytest.raises(RuntimeError, match="a leaf Variable that requires grad"):
            increment(t).apply(t.ones(2, requires_grad=True))
        assert increment(t).apply(t.ones(2)).tolist() == [2, 2]
    assert isinstance(
        error_of(lambda t: increment(t, False).apply(t.ones(2, requires_grad=True) * 1), torch), RuntimeError
    )
    refused(
        RuntimeError,
        "Increment: what is marked as dirty must be among the outputs of forward",
        increment(tg, False).apply,
        tg.ones(2, requires_grad=True) * 1,
    )


def test_a_dirty_input_counts_as_written():
    x = tg.ones(2, requires_grad=True)
    y = x * 1
    z = y * y
    increment(tg).apply(y)
    with pytest.raises(RuntimeError, match=r"modified by an inplace operation|written to"):
        z.sum().backward()


# optimizers

OPTIMIZERS = ["SGD", "Adam", "AdamW", "Adagrad", "RMSprop"]


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("options", [{"foreach": None}, {"foreach": True}, {"foreach": False, "differentiable": False}])
def test_how_a_step_is_computed_does_not_matter(name, options):
    def trained(t):
        w = t.tensor([1.0, -2.0], requires_grad=True)
        optimizer = getattr(t.optim, name)([w], lr=0.1, **options)
        for _ in range(3):
            optimizer.zero_grad()
            (w**2).sum().backward()
            optimizer.step()
        return w

    in_both(trained)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_how_a_step_is_computed_is_shown_and_kept(name):
    found = []
    for t in BOTH:
        optimizer = getattr(t.optim, name)(
            [{"params": t.ones(1), "foreach": False}, {"params": t.ones(1)}], foreach=True
        )
        other = getattr(t.optim, name)([{"params": t.ones(1)}, {"params": t.ones(1)}])
        other.load_state_dict(optimizer.state_dict())
        found.append((repr(optimizer), repr(other), optimizer.state_dict()["param_groups"]))
    assert found[0] == found[1]
    saved = optimizer.state_dict()
    ours = getattr(tg.optim, name)([{"params": tg.ones(1)}, {"params": tg.ones(1)}])
    expected = ours.param_groups[0]["differentiable"]
    for group in saved["param_groups"]:  # of a run on a GPU
        group |= {"differentiable": True} | ({"capturable": True} if "capturable" in group else {})
    ours.load_state_dict(saved)
    assert {group[key] for group in ours.param_groups for key in ("differentiable", "capturable") if key in group} == {
        expected
    }


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_what_of_it_is_refused(name):
    kind, w = getattr(tg.optim, name), [tg.ones(1)]
    refused(
        RuntimeError,
        "differentiable=True is not possible: steps are neither recorded nor run on a GPU; leave it out",
        kind,
        w,
        differentiable=True,
    )
    with pytest.raises(RuntimeError, match="differentiable=True is not possible"):
        kind([{"params": w, "differentiable": True}])
    if name != "RMSprop":
        refused(
            RuntimeError,
            "`fused` and `foreach`, or `differentiable`, cannot be True together; give one of them",
            kind,
            w,
            fused=True,
            foreach=True,
        )


def test_named_parameters():
    for t in BOTH:
        layer = t.nn.Linear(2, 1)
        optimizer = t.optim.SGD(layer.named_parameters(), lr=0.1)
        assert optimizer.param_groups[0]["param_names"] == ["weight", "bias"]
        assert "param_names: ['weight', 'bias']" in repr(optimizer)
        assert optimizer.state_dict()["param_groups"][0]["param_names"] == ["weight", "bias"]
        layer(t.ones(1, 2)).sum().backward()
        before = layer.bias.item()
        optimizer.step()
        assert layer.bias.item() == pytest.approx(before - 0.1)
        for group in ({"params": [t.ones(1)]}, {"params": [("a", t.ones(1)), t.ones(1)]}):
            with pytest.raises(ValueError, match=r"all optimizer param.* should be with/without names"):
                optimizer.add_param_group(group)


def test_a_parameter_given_twice_is_moved_twice():
    def trained(t):
        w = t.tensor([1.0, -2.0], requires_grad=True)
        with pytest.warns(UserWarning, match="optimizer contains a parameter group with duplicate parameters"):
            optimizer = t.optim.SGD([w, w], lr=0.1)
        (w**2).sum().backward()
        optimizer.step()
        return w

    in_both(trained)


# loaders

Pair = collections.namedtuple("Pair", ["a", "b"])
SAMPLES = [
    [1, 2.5, "a", None],
    [np.ones(2, dtype=np.float32), np.float64(2.0), np.array(["a"])],
    [(np.ones(2), 1), (np.zeros(2), 2)],
    [{"a": np.ones(1), "b": [1, np.zeros(2)]}],
    [Pair(np.ones(1), "b")],
]


def plain(x):
    """A sample in words of both libraries."""
    if hasattr(x, "tolist") and not isinstance(x, np.ndarray):
        return ["Tensor", str(x.dtype), x.tolist()]
    if isinstance(x, dict):
        return {key: plain(value) for key, value in x.items()}
    if isinstance(x, (tuple, list)):
        return [type(x).__name__, *map(plain, x)]
    return [type(x).__name__, str(x)]


@pytest.mark.parametrize("samples", SAMPLES)
def test_samples_without_batches(samples):
    loaders = [t.utils.data.DataLoader(samples, batch_size=None) for t in BOTH]
    assert len(loaders[0]) == len(loaders[1]) == len(samples)
    assert plain(list(loaders[0])) == plain(list(loaders[1]))


def test_samples_without_batches_in_random_order():
    orders = []
    for t in BOTH:
        t.manual_seed(3)
        loader = t.utils.data.DataLoader(range(6), None, True, collate_fn=lambda x: x + 1)
        orders.append([*loader, *loader])
    assert orders[0] == orders[1]


def test_batch_sampler():
    for t in BOTH:
        data = t.utils.data.TensorDataset(t.arange(4))
        loader = t.utils.data.DataLoader(data, batch_sampler=[[0, 2], [3]])
        assert [batch.tolist() for (batch,) in loader] == [[0, 2], [3]]
        assert len(loader) == 2
        assert loader.batch_size is None
        for options in ({"batch_size": 2}, {"shuffle": True}, {"sampler": [0]}, {"drop_last": True}):
            with pytest.raises(ValueError, match="batch_sampler option is mutually exclusive with batch_size, shuffle"):
                t.utils.data.DataLoader(data, batch_sampler=[[0]], **options)
        with pytest.raises(ValueError, match="batch_size=None option disables auto-batching and is mutually exclusive"):
            t.utils.data.DataLoader(data, batch_size=None, drop_last=True)


def test_options_about_workers():
    for t in BOTH:
        t.utils.data.DataLoader(
            [1], 1, False, None, None, 0, None, False, False, 0, print, prefetch_factor=None, persistent_workers=False
        )
        for options in ({"prefetch_factor": 2}, {"persistent_workers": True}, {"timeout": -1}):
            with pytest.raises(ValueError, match=r"workers|timeout option should be non-negative"):
                t.utils.data.DataLoader([1], **options)
