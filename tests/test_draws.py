"""Drawing into memory, events with probabilities, multinomial: PyTorch's bits, gradients, and what is refused."""

import re

import numpy as np
import pytest
from test_random import SEEDS, SHAPES, bits

import tensorgrad as tg

torch = pytest.importorskip("torch")
torch.set_num_threads(1)
pytestmark = pytest.mark.skipif(
    torch.backends.cpu.get_cpu_capability() not in ("AVX2", "AVX512"),
    reason="PyTorch rounds float32 normal numbers in another way on this processor",
)


def chances(m, shape, dtype="float32"):
    """Numbers from 0 to 1, both included."""
    numbers = np.random.default_rng(int(np.prod(shape))).uniform(-0.2, 1.2, shape).clip(0, 1)
    return m.tensor(numbers.astype(dtype))


def kinds(m, g, shape, draw):
    """``draw`` into a Tensor of each floating dtype."""
    return [draw(m.zeros(shape, dtype=dtype)) for dtype in (m.float16, m.float32, m.float64)]


CALLS = {
    "uniform_": lambda m, g, s: kinds(m, g, s, lambda x: x.uniform_(-0.17, 0.23, generator=g)),
    "normal_": lambda m, g, s: kinds(m, g, s, lambda x: x.normal_(0.3, 0.02, generator=g)),
    "normal_, named": lambda m, g, s: kinds(m, g, s, lambda x: x.normal_(std=2, mean=-1, generator=g)),
    "exponential_": lambda m, g, s: kinds(m, g, s, lambda x: x.exponential_(generator=g)),
    "exponential_, rate": lambda m, g, s: kinds(m, g, s, lambda x: x.exponential_(lambd=0.7, generator=g)),
    "bernoulli_": lambda m, g, s: kinds(m, g, s, lambda x: x.bernoulli_(0.8, generator=g)),
    "bernoulli_, half": lambda m, g, s: [m.zeros(s, dtype=m.bool).bernoulli_(generator=g)],
    "bernoulli_ int64": lambda m, g, s: [m.zeros(s, dtype=m.int64).bernoulli_(0.3, generator=g)],
    "bernoulli_ of chances": lambda m, g, s: kinds(m, g, s, lambda x: x.bernoulli_(chances(m, s), generator=g)),
    "bernoulli_ of one": lambda m, g, s: [m.zeros(s, dtype=m.uint8).bernoulli_(m.tensor(0.4), generator=g)],
    "bernoulli": lambda m, g, s: [
        m.bernoulli(chances(m, s, dtype), generator=g) for dtype in ("float16", "float32", "float64")
    ],
    "bernoulli, p": lambda m, g, s: [m.bernoulli(m.zeros(s, dtype=m.int64), 0.4, generator=g)],
    "dropout": lambda m, g, s: [m.empty_like(m.zeros(s)).bernoulli_(1 - 0.2, generator=g) / (1 - 0.2)],
    "random_": lambda m, g, s: [
        m.zeros(s, dtype=dtype).random_(generator=g)
        for dtype in (m.float16, m.float32, m.float64, m.int64, m.int32, m.int16, m.int8, m.uint8, m.bool)
    ],
    "random_, to": lambda m, g, s: kinds(m, g, s, lambda x: x.random_(100, generator=g)),
    "random_, from and to": lambda m, g, s: [m.zeros(s, dtype=m.int64).random_(-(2**40), 2**50, generator=g)],
    "randint_like": lambda m, g, s: [m.randint_like(m.zeros(s), 9, generator=g)],
    "randint_like, low": lambda m, g, s: [m.randint_like(m.zeros(s), -3, 9, dtype=m.int32, generator=g)],
    "randint beyond 32 bits": lambda m, g, s: [m.randint(0, 2**33 + 1, s, generator=g)],
    "randperm int32": lambda m, g, s: [m.randperm(len(s) * 7, generator=g, dtype=m.int32)],
    "normal of means": lambda m, g, s: [m.normal(chances(m, s), 0.3, generator=g)],
    "normal of deviations": lambda m, g, s: [m.normal(2.0, chances(m, s, "float64"), generator=g)],
    "normal of both": lambda m, g, s: [m.normal(chances(m, s), chances(m, (1, *s)), generator=g)],
    "float16": lambda m, g, s: [
        m.rand(s, generator=g, dtype=m.float16),
        m.randn(s, generator=g, dtype=m.float16),
        m.normal(1.5, 0.3, s, generator=g, dtype=m.float16),
        m.randn_like(m.zeros(s), generator=g, dtype=m.float16),
        m.normal(chances(m, s, "float16"), chances(m, s, "float16"), generator=g),
        m.normal(chances(m, s, "float16"), 0.3, generator=g),
        m.normal(1e6, 1.0, s, generator=g, dtype=m.float16),
        m.zeros(2, *s, dtype=m.float16).movedim(0, -1).normal_(0.3, 0.7, generator=g),
    ],
    "like": lambda m, g, s: [m.rand_like(m.zeros(s), generator=g), m.randn_like(m.zeros(s), generator=g)],
    "multinomial": lambda m, g, s: [
        m.multinomial(chances(m, (27,), dtype) + 1e-3, n, replacement, generator=g)
        for dtype in ("float32", "float64")
        for n, replacement in [(1, True), (1, False), (27, False), (9, False), (100, True)]
    ],
}


@pytest.mark.parametrize("seed", SEEDS)
def test_sequences_of_calls_equal_pytorch(seed):
    theirs, ours = torch.Generator().manual_seed(seed), tg.Generator().manual_seed(seed)
    order = np.random.default_rng(abs(seed))
    for shape in SHAPES:
        for name in order.permutation(list(CALLS)):
            a, b = (CALLS[name](m, g, shape) for m, g in ((tg, ours), (torch, theirs)))
            assert [bits(x) for x in a] == [bits(x) for x in b], (name, shape)


@pytest.mark.parametrize("shape", [(3,), (27,), (1, 27), (1, 65), (10, 27), (40, 1000), (0, 5)])
def test_multinomial_rows_equal_pytorch(shape):
    weights = np.random.default_rng(0).random(shape, np.float32)
    theirs, ours = torch.Generator().manual_seed(7), tg.Generator().manual_seed(7)
    for count, replacement in [(1, True), (1, False), (3, False), (3, True), (100, True)] * 3:
        a = tg.multinomial(tg.tensor(weights), count, replacement, generator=ours)
        b = torch.multinomial(torch.tensor(weights), count, replacement, generator=theirs)
        assert bits(a) == bits(b)


def test_the_same_name_is_sampled_as_in_the_lecture():
    """One row of weights at a time, through the default generator, as a bigram model samples."""
    table = np.random.default_rng(0).random((27, 27), np.float32)
    walks = []
    with torch.random.fork_rng():
        for m in (torch, tg):
            m.manual_seed(1337)
            at, walk, weights = 0, [], m.tensor(table)
            for _ in range(50):
                row = weights[at] / weights[at].sum()
                at = m.multinomial(row, num_samples=1, replacement=True).item()
                walk.append(at)
            walks.append(walk)
    assert walks[0] == walks[1]


def layouts(m):
    """Memory that is not in the order of the elements, or has gaps."""
    return [
        m.zeros(8, 4).t(),
        m.zeros(8, 8)[:, ::2],
        m.zeros(3, 4, 5).permute(2, 0, 1),
        m.zeros(4, 5, 6)[1:3, :, 2:].transpose(0, 2),
        m.zeros(2, 3).t()[:1],
        m.zeros(6, 1).t(),
        m.zeros(4, 6, dtype=m.float64).t(),
    ]


LAYOUT_CALLS = {
    "uniform_": lambda m, x, g: x.uniform_(generator=g),
    "normal_": lambda m, x, g: x.normal_(generator=g),
    "exponential_": lambda m, x, g: x.exponential_(generator=g),
    "random_": lambda m, x, g: x.random_(1000, generator=g),
    "bernoulli_": lambda m, x, g: x.bernoulli_(0.3, generator=g),
    "bernoulli_ of chances": lambda m, x, g: x.bernoulli_(chances(m, tuple(x.shape)), generator=g),
    "bernoulli_ of a row": lambda m, x, g: x.bernoulli_(chances(m, (x.shape[-1],)), generator=g),
    "bernoulli": lambda m, x, g: m.bernoulli(x + 0.4, generator=g),
    "rand_like": lambda m, x, g: m.rand_like(x, generator=g),
    "randn_like": lambda m, x, g: m.randn_like(x, generator=g),
    "multinomial": lambda m, x, g: m.multinomial(x[..., 0] + 1, 2, generator=g) if x.shape[0] > 1 else x,
}


@pytest.mark.parametrize("name", LAYOUT_CALLS)
def test_memory_out_of_order_is_filled_as_pytorch_fills_it(name):
    theirs, ours = torch.Generator().manual_seed(2), tg.Generator().manual_seed(2)
    for place, (a, b) in enumerate(zip(layouts(tg), layouts(torch), strict=True)):
        a, b = LAYOUT_CALLS[name](tg, a, ours), LAYOUT_CALLS[name](torch, b, theirs)
        assert bits(a) == bits(b), place


def test_what_is_drawn_into_a_view_is_seen_in_the_whole():
    x = tg.zeros(4, 3)
    assert x[1].uniform_(1, 2) is not x
    assert (x[1] >= 1).all()
    assert not x[0].any()


IN_PLACE = {
    "uniform_": lambda x: x.uniform_(),
    "normal_": lambda x: x.normal_(),
    "exponential_": lambda x: x.exponential_(),
    "random_": lambda x: x.random_(),
    "bernoulli_": lambda x: x.bernoulli_(),
    "bernoulli_ of chances": lambda x: x.bernoulli_(x.detach() * 0),
}


@pytest.mark.parametrize("name", IN_PLACE)
def test_what_was_drawn_over_gets_no_gradient(name):
    gradients = []
    for m in (tg, torch):
        w = m.tensor([1.0, 2.0], requires_grad=True)
        x = w * 2
        assert IN_PLACE[name](x) is x
        (x * 3 + w).sum().backward()
        gradients.append(w.grad.tolist())
        with pytest.raises(RuntimeError, match="a leaf Variable that requires grad is being used in an in-place"):
            IN_PLACE[name](w)
        with m.no_grad():
            assert IN_PLACE[name](w) is w
            assert w.requires_grad
    assert gradients == [[1, 1], [1, 1]]


def test_a_write_by_drawing_is_noticed_in_backward():
    w = tg.tensor([1.0, 2.0], requires_grad=True)
    x = w * 1
    y = x * x
    x.uniform_()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


def test_events_have_the_gradient_zero():
    for m in (tg, torch):
        p = m.tensor([0.2, 0.9], requires_grad=True)
        y = m.bernoulli(p)
        assert y.requires_grad
        y.sum().backward()
        assert p.grad.tolist() == [0, 0]
        assert not m.multinomial(p, 1).requires_grad


def test_seed_starts_the_default_stream():
    before = tg.get_rng_state()
    assert tg.seed() == tg.initial_seed()
    tg.set_rng_state(before)


def test_a_cloned_state_goes_on_alone():
    for m in (tg, torch):
        g = m.Generator().manual_seed(3)
        m.randn(3, generator=g)
        twin = g.clone_state()
        assert twin.initial_seed() == 3
        assert m.randn(3, generator=g).tolist() == m.randn(3, generator=twin).tolist()
        assert str(g.device) == "cpu"


@pytest.mark.parametrize("n", [0, 1, 15, 16, 17])
def test_options_of_every_kind_of_draw(n):
    g = tg.Generator().manual_seed(0)
    for options in ({"requires_grad": True}, {"dtype": tg.float64, "requires_grad": True, "device": "cpu"}):
        made = [
            tg.rand(n, generator=g, **options),
            tg.randn((n,), generator=g, **options),
            tg.rand_like(tg.zeros(n), generator=g, **options),
            tg.randn_like(tg.zeros(n), generator=g, **options),
            tg.normal(0.0, 1.0, (n,), generator=g, **options),
            tg.randint(0, 5, (n,), generator=g, **{"dtype": tg.float32} | options),
            tg.randint_like(tg.zeros(n), 5, generator=g, **options),
            tg.randperm(n, generator=g, **{"dtype": tg.float32} | options),
        ]
        assert [(x.dtype, x.requires_grad, x.shape) for x in made] == [
            (options.get("dtype", tg.float32), True, (n,))
        ] * 8


LARGEST = float(np.finfo(np.float32).max)
# (call of the library m, the text of our error); PyTorch raises the same kind
ERRORS = [
    (lambda m: m.bernoulli(m.tensor([1, 0])), "random fractions come as float32 or float64, but got dtype=int64"),
    (lambda m: m.bernoulli(m.tensor([0.5, 1.5])), "bernoulli needs probabilities from 0 to 1, but got 1.5"),
    (lambda m: m.bernoulli(m.tensor([float("nan")])), "bernoulli needs probabilities from 0 to 1, but got nan"),
    (lambda m: m.zeros(3).bernoulli_(-0.5), "bernoulli needs probabilities from 0 to 1, but got -0.5"),
    (lambda m: m.bernoulli([0.5]), "bernoulli: argument 1 must be a Tensor, but it is a list; make one with tensor"),
    (
        lambda m: m.zeros(3).bernoulli_(m.zeros(2)),
        "bernoulli_: probabilities of shape (2,) cannot be broadcast to shape (3,)",
    ),
    (lambda m: m.zeros(3, dtype=m.int64).uniform_(), "but got dtype=int64; draw one and convert it with .to()"),
    (lambda m: m.zeros(3, dtype=m.int64).normal_(), "but got dtype=int64; draw one and convert it with .to()"),
    (lambda m: m.zeros(3, dtype=m.bool).exponential_(), "but got dtype=bool; draw one and convert it with .to()"),
    (lambda m: m.zeros(3).exponential_(0), "exponential needs rate > 0, but got 0"),
    (lambda m: m.zeros(3).exponential_(float("nan")), "exponential needs rate > 0, but got nan"),
    (lambda m: m.zeros(3).uniform_(2, 1), "uniform needs low <= high with both and high - low in the range of float32"),
    (
        lambda m: m.zeros(3, dtype=m.float16).uniform_(0, 1e5),
        "uniform needs low <= high with both and high - low in the range of float16",
    ),
    (lambda m: m.zeros(3).normal_(0, -1), "normal needs mean and std in the range of float32 and std >= 0"),
    (lambda m: m.zeros(3).random_(5, 2), "but got low=5, high=2"),
    (lambda m: m.zeros(3).random_(0), "but got low=0, high=0"),
    (lambda m: m.zeros(3).random_(1, 2, 3), "random_ takes at most two bounds, from and to, but got (1, 2, 3)"),
    (lambda m: m.zeros(3).random_(2.5), "random_: a bound must be an integer, but got 2.5"),
    (lambda m: m.zeros(3, dtype=m.uint8).random_(0, 300), "high <= 256 for uint8, but got low=0, high=300"),
    (lambda m: m.zeros(2).expand(3, 2).uniform_(), "more than one element of the written-to tensor refers to a single"),
    (
        lambda m: m.multinomial(m.tensor([1, 2]), 1),
        "multinomial needs weights of dtype float32 or float64, but got int",
    ),
    (lambda m: m.multinomial([0.5], 1), "multinomial: argument 1 must be a Tensor, but it is a list"),
    (
        lambda m: m.multinomial(m.ones(2), 3),
        "multinomial cannot draw num_samples=3 from 2 weights without replacement",
    ),
    (lambda m: m.multinomial(m.ones(2), 0, True), "multinomial cannot draw num_samples=0 from 2 weights"),
    (lambda m: m.multinomial(m.ones(3, 0), 1), "multinomial cannot draw num_samples=1 from 0 weights"),
    (lambda m: m.multinomial(m.ones(2), 1.0), "multinomial: num_samples must be an integer, but got 1.0"),
    (lambda m: m.multinomial(m.tensor([0.5, -1]), 1), "weights that are finite and not negative, but got -1.0"),
    (lambda m: m.multinomial(m.tensor([0.5, -1]), 5, True), "weights that are finite and not negative, but got -1.0"),
    (lambda m: m.multinomial(m.tensor([float("inf")]), 1), "weights that are finite and not negative, but got inf"),
    (lambda m: m.multinomial(m.tensor([float("nan")]), 1), "weights that are finite and not negative, but got nan"),
    (lambda m: m.multinomial(m.tensor([[1.0], [0.0]]), 1), "a weight above 0 in each row, but got a row of zeros"),
    (lambda m: m.multinomial(m.zeros(2), 2, True), "a weight above 0 in each row, but got a row of zeros"),
    (lambda m: m.multinomial(m.tensor(1.0), 1), "weights of shape (n,) or (rows, n), but got shape ()"),
    (lambda m: m.multinomial(m.ones(2, 2, 2), 1), "weights of shape (n,) or (rows, n), but got shape (2, 2, 2)"),
    (lambda m: m.normal(m.zeros(3), -m.ones(3)), "normal needs every std to be 0 or above, but got -1.0"),
    (lambda m: m.normal(m.zeros(3), m.ones(2)), "add: shapes (3,) and (2,) do not fit together"),
    (lambda m: m.normal(0.0, 1.0), "normal: a size is needed where mean and std are numbers, and only there, but got"),
    (lambda m: m.normal(m.zeros(3), 1.0, (3,)), "but got size=(3,), with mean and std a Tensor and a float"),
    (lambda m: m.randperm(300, dtype=m.uint8), "randperm: uint8 holds the integers up to 255, but got n=300"),
    (lambda m: m.randint(0, 5, (3,), requires_grad=True), "only Tensors of floating point dtype can require gradients"),
    (lambda m: m.randint(5, 3, (2,)), "randint needs low < high"),
    (lambda m: m.randint_like(m.zeros(2)), "randint_like: a bound is needed, as in randint_like(input, high)"),
    (lambda m: m.rand(2, dtype=m.int64), "random fractions come as float32 or float64, but got dtype=int64"),
    (lambda m: m.rand(-1), "rand: sizes must be 0 or above, but got (-1,)"),
    (lambda m: m.rand(2, device="tpu"), "there is no device 'tpu' here"),
    (lambda m: m.Generator("tpu"), "there is no device 'tpu' here"),
]


@pytest.mark.parametrize(("call", "text"), ERRORS, ids=[text for _, text in ERRORS])
def test_errors_are_of_the_kind_of_pytorch(call, text):
    with pytest.raises(Exception, match=re.escape(text)) as ours:
        call(tg)
    with pytest.raises(Exception) as theirs:  # noqa: PT011  # the kind is what is compared
        call(torch)
    kind = type(theirs.value)
    assert isinstance(ours.value, kind)


def test_a_sum_that_overflows_is_refused():
    with pytest.raises(RuntimeError, match="weights whose sum is finite, but got a row whose sum overflows"):
        tg.multinomial(tg.full((9,), LARGEST), 2, True)
    assert tg.multinomial(tg.full((9,), LARGEST), 1, True).shape == (1,)
