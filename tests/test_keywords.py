"""Arguments by keyword: each function and method takes PyTorch's names for them, in PyTorch's order.

CALLS says what to call each function with, and the test fails if a public function that PyTorch has is missing there.
"""

import ast
import inspect
import re

import numpy as np
import pytest
from against_torch import same, torch

import tensorgrad as tg

pytestmark = pytest.mark.filterwarnings("ignore:torch.cholesky is deprecated")

X = np.array([[0.5, -1.25, 2.0], [0.25, 3.0, -0.75]])
DATA = {
    "x": X, "y": X[::-1] * 2, "p": X * X / 9, "big": np.abs(X) + 1, "k": np.array([[2, 0, 1], [1, 1, 0]]),
    "mask": X > 0, "v": np.array([1.0, -2.0, 3.0]), "w": np.array([0.5, 0.25, 2.0]), "n": np.array([2, 0]),
    "s": np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.25], [0.5, 0.25, 2.0]]), "six": np.arange(6.0),
    "one": np.array([2.0]), "square": np.array([[1.5, 2.5], [0.0, -2.0]]),
    "row": np.array([[1.5, 2.5, -3.5]]), "b": np.arange(12.0).reshape(2, 2, 3), "c": np.arange(12.0).reshape(2, 3, 2),
    "image": np.arange(32.0).reshape(1, 2, 4, 4) % 5, "signal": np.arange(16.0).reshape(1, 2, 8) % 5,
    "kernel": np.arange(36.0).reshape(2, 2, 3, 3) % 3, "line": np.arange(12.0).reshape(2, 2, 3) % 3,
    "sign": np.array([1.0, -1.0]), "cube": np.arange(18.0).reshape(2, 3, 3), "two": np.ones(2),
}  # fmt: skip

# What to call functions with; the words after the star have no place, they go by keyword alone.
CALLS = {
    "input=x": """
        abs absolute ceil cos cosh erf exp exp2 expm1 fix floor frac isfinite isinf isnan sigmoid relu sign sin sinh
        square tan tanh trunc neg negative positive asinh arcsinh atan arctan numel is_floating_point clone t
        fliplr flipud logical_not ravel unique detach detach_ zero_
        F.logsigmoid F.sigmoid F.tanh F.relu6""",
    "input=p": "sqrt rsqrt reciprocal log log1p log2 log10 asin arcsin acos arccos atanh arctanh bernoulli",
    "input=big": "acosh arccosh",
    "input=s": "det slogdet inverse linalg.cholesky",
    "input=s, upper=True": "cholesky",
    "A=s": "linalg.inv linalg.det linalg.slogdet linalg.svdvals",
    "A=s, B=s, *, left=False": "linalg.solve",
    "input=x, other=y": """
        mul multiply true_divide floor_divide remainder fmod maximum minimum max min atan2 arctan2 logaddexp
        eq ne lt le gt ge not_equal less less_equal greater greater_equal equal logical_and logical_or logical_xor""",
    "input=x, other=y, *, alpha=2": "add sub subtract",
    "input=x, other=y, *, rounding_mode='floor'": "div divide",
    "input=x, other=y, rtol=0.5, atol=0.25, equal_nan=True": "isclose allclose",
    "input=p, exponent=2": "pow",
    "input=x, min=y, max=big": "clamp clip clamp_",
    "input=x, min=y": "clamp_min",
    "input=x, max=y": "clamp_max",
    "input=x, value=2.0": "fill_",
    "input=x, nan=1.0, posinf=2.0, neginf=3.0": "nan_to_num",
    "input=one": "is_nonzero",
    "input=x, *, dim=1, keepdim=True": "aminmax",
    "elements=k, test_elements=n, *, assume_unique=True, invert=True": "isin",
    "from_=float32, to=float64": "can_cast",
    "input=x, end=y, weight=0.25": "lerp",
    "input=x, tensor1=y, tensor2=big, *, value=2": "addcmul addcdiv",
    "input=x, *, decimals=1": "round",
    "condition=mask, input=x, other=y": "where",
    "input=x, dim=1, keepdim=True, *, dtype=float64": "sum mean prod",
    "input=x, dim=1, keepdim=True": "amax amin argmax argmin all any logsumexp max min median",
    "input=x, dim=1, *, correction=0, keepdim=True": "var std var_mean std_mean",
    "input=x, p=3, dim=1, keepdim=True": "norm",
    "input=x, ord=2, dim=1, keepdim=True": "linalg.norm",
    "x=x, ord=3, dim=1, keepdim=True": "linalg.vector_norm",
    "input=x, ord='nuc', dim=(0, 1), keepdim=True": "linalg.matrix_norm",
    "input=x, dim=1": "cumsum cumprod count_nonzero unsqueeze unbind",
    "input=x, dim=1, dtype=float64": "softmax log_softmax",
    "input=x, dim=1, *, dtype=float64": "F.softmax F.log_softmax",
    "input=x, dim=1, descending=True": "sort argsort",
    "input=x, *, stable=True, dim=0": "sort argsort",
    "input=x, k=2, dim=1, largest=False, sorted=True": "topk",
    "input=n, weights=two, minlength=4": "bincount",
    "input=x, bins=4, min=-1, max=1": "histc",
    "input=six, bins=4, *, range=(0.0, 4.0), density=True": "histogram",
    "input=b, mat2=c": "bmm",
    "input=s, mat2=s": "mm",
    "input=s, other=v": "matmul linalg.matmul",
    "input=s, vec=v": "mv",
    "input=v, tensor=w": "dot",
    "input=v, vec2=w": "outer",
    "input=v, mat1=x, mat2=s, *, beta=2, alpha=3": "addmm",
    "input=two, batch1=b, batch2=c, *, beta=2, alpha=3": "baddbmm",
    "a=x, b=s, dims=1": "tensordot",
    "input=x, shape=(3, 2)": "reshape",
    "input=x, dims=(1, 0)": "permute flip tile",
    "input=x, dim0=0, dim1=1": "transpose swapdims",
    "input=x, axis0=0, axis1=1": "swapaxes",
    "input=b, start_dim=1, end_dim=2": "flatten",
    "input=row, dim=0": "squeeze",
    "input=x, source=0, destination=1": "movedim moveaxis",
    "input=x, dim=1, sizes=(3, 1)": "unflatten",
    "input=x, size=(2, 2, 3)": "broadcast_to",
    "input=x, dim=1, index=2": "select",
    "input=x, dim=1, start=1, length=2": "narrow",
    "tensor=x, split_size_or_sections=2, dim=1": "split",
    "input=x, chunks=2, dim=1": "chunk",
    "input=x, indices_or_sections=(1, 2), dim=1": "tensor_split",
    "input=b, offset=1, dim1=1, dim2=2": "diagonal",
    "input=x, offset=1, dim1=0, dim2=1": "diag_embed",
    "input=x, diagonal=1": "tril triu diag",
    "input=x, shifts=1, dims=1": "roll",
    "input=x, repeats=2, dim=1, *, output_size=6": "repeat_interleave",
    "input=x, dim=1, index=n": "index_select",
    "input=x, dim=1, index=k": "gather",
    "input=x, indices=k, dim=1": "take_along_dim",
    "input=x, dim=1, index=k, src=y": "scatter scatter_add",
    "input=x, dim=1, index=k, *, value=2.0": "scatter",
    "input=s, dim=0, index=n, source=x, *, alpha=2": "index_add",
    "input=x, index=n": "take",
    "input=x, mask=mask, value=7.0": "masked_fill",
    "input=x, mask=mask": "masked_select",
    "input=x, *, as_tuple=True": "nonzero",
    "tensors=(x, y), dim=1": "cat concat concatenate stack",
    "tensors=(x, y)": "hstack vstack dstack",
    # creation, and random numbers: both libraries start from one seed
    "data=1.5, *, dtype=float64, requires_grad=True": "tensor",
    "data=x, *, dtype=float64": "as_tensor",
    "*, size=(2, 3), dtype=float64": "zeros ones rand randn",
    "size=(2, 3), fill_value=7.0, *, dtype=float64": "full",
    "start=1, end=5, step=2, *, dtype=float64": "arange",
    "start=1, end=5, steps=3, *, dtype=float64": "linspace",
    "start=0, end=2, steps=3, base=2.0, *, dtype=float64": "logspace",
    "n=2, m=3, *, dtype=float64": "eye",
    "row=2, col=3, offset=1": "tril_indices triu_indices",
    "input=x, *, dtype=float32": "zeros_like ones_like rand_like randn_like",
    "input=x, fill_value=7": "full_like",
    "low=2, high=9, size=(4,)": "randint",
    "*, high=9, size=(4,)": "randint",
    "input=x, low=2, high=9": "randint_like",
    "*, input=x, high=9": "randint_like",
    "n=5": "randperm",
    "mean=x, std=big": "normal",
    "mean=1.0, std=2.0, size=(3,)": "normal",
    "input=big, num_samples=2, replacement=False": "multinomial",
    # functions behind the modules
    "input=x, *, approximate='tanh'": "F.gelu",
    "input=x, beta=2.0, threshold=3.0": "F.softplus",
    "input=x, inplace=False": "F.relu F.silu",
    "input=x, negative_slope=0.5, inplace=False": "F.leaky_relu",
    "input=x, alpha=0.5, inplace=False": "F.elu",
    "input=x, min_val=-0.5, max_val=0.5, inplace=False": "F.hardtanh",
    "input=x, weight=s, bias=v": "F.linear",
    "*, bias=v, weight=s, input=x": "F.linear",
    "input=n, weight=s, padding_idx=0, max_norm=1.5, norm_type=3.0, scale_grad_by_freq=True, sparse=False":
        "F.embedding",
    "weight=s, indices=n, padding_idx=0, scale_grad_by_freq=True, sparse=False": "embedding",
    "weight=s, indices=n": "embedding",
    "input=n, num_classes=4": "F.one_hot",
    "input=x, p=0.5, training=True, inplace=False": "F.dropout",
    "input=x, p=0.5, train=True": "dropout",
    "input1=x, input2=y, weight=cube, bias=two": "bilinear F.bilinear",
    "query=b, key=b, value=b, attn_mask=None, dropout_p=0.0, is_causal=True, *, scale=0.5":
        "F.scaled_dot_product_attention",
    "input=x, normalized_shape=(3,), weight=v, bias=w, eps=0.5": "layer_norm F.layer_norm",
    "input=x, normalized_shape=(3,), weight=v, eps=0.5": "rms_norm F.rms_norm",
    "input=image, num_groups=2, weight=two, bias=two, eps=0.5": "group_norm F.group_norm",
    "input=x, running_mean=v, running_var=w, weight=v, bias=w, training=False, momentum=0.5, eps=0.5": "F.batch_norm",
    "input=x, weight=v, bias=w, running_mean=v, running_var=w, training=False, momentum=0.5, eps=0.5,"
    "cudnn_enabled=True": "batch_norm",
    "input=signal, weight=line, bias=two, stride=2, padding=1, dilation=2, groups=1": "conv1d F.conv1d",
    "input=image, weight=kernel, bias=two, stride=2, padding=1, dilation=1, groups=1": "conv2d F.conv2d",
    "input=x, pad=(1, 2), mode='constant', value=7.0": "F.pad",
    "input=signal, kernel_size=3, stride=2, padding=1, dilation=1, ceil_mode=True": "max_pool1d F.max_pool1d",
    "input=image, kernel_size=3, stride=2, padding=1, dilation=1, ceil_mode=True": "max_pool2d F.max_pool2d",
    "input=signal, kernel_size=3, stride=2, padding=1, ceil_mode=True, count_include_pad=True":
        "avg_pool1d F.avg_pool1d",
    "input=image, kernel_size=3, stride=2, padding=1, ceil_mode=True, count_include_pad=False": "F.avg_pool2d",
    "input=x, target=y, *, reduction='sum'": "F.mse_loss F.l1_loss",
    "input=x, target=y, *, reduction='sum', beta=0.5": "F.smooth_l1_loss",
    "input=x, target=y, reduction='sum', delta=0.5": "F.huber_loss",
    "input=x, target=y, *, reduction='sum', log_target=True": "F.kl_div",
    "input=p, target=p, weight=big, *, reduction='sum'": "F.binary_cross_entropy",
    "input=x, target=p, weight=big, *, reduction='sum', pos_weight=w": "F.binary_cross_entropy_with_logits",
    "input=x, target=n, weight=w, *, ignore_index=1, reduction='sum', label_smoothing=0.5": "F.cross_entropy",
    "input=x, target=n, weight=w, *, ignore_index=1, reduction='sum'": "F.nll_loss",
    "input=x, target=n, p=2, margin=0.5, weight=w, *, reduction='sum'": "F.multi_margin_loss",
    "input=two, target=sign, margin=3.0, *, reduction='sum'": "F.hinge_embedding_loss",
    "input1=two, input2=two, target=sign, margin=0.5, *, reduction='sum'": "F.margin_ranking_loss",
    "input=x, p=3.0, dim=0, eps=0.5": "F.normalize",
    "x1=x, x2=y, p=3.0, eps=0.5, keepdim=True": "pairwise_distance F.pairwise_distance",
    "x1=x, x2=y, dim=0, eps=0.5": "cosine_similarity F.cosine_similarity",
    "input1=x, input2=y, target=sign, margin=0.5, *, reduction='sum'": "F.cosine_embedding_loss",
}  # fmt: skip

# Methods that are no functions of the same name, or have other words.
METHODS = {
    "size=(3, 2)": "view",
    "size=(2, 2, 3)": "expand",
    "repeats=(2, 1)": "repeat",
    "split_size=2, dim=1": "split",
    "condition=mask, other=y": "where",
    "dim=1": "size",
    "other=y": "expand_as view_as reshape_as type_as mul_ div_",
    "other=y, *, alpha=2": "add_ sub_",
    "exponent=2": "pow_",
    "other=row": "copy_",
    "dtype=float32": "to type",
    "*, size=(4,), dtype=float32": "new_zeros new_ones",
    "size=(4,), fill_value=7.0": "new_full",
    "mean=1.0, std=2.0": "normal_",
    "lambd=2.0": "exponential_",
    "p=0.25": "bernoulli_",
    "mask=mask, value=7.0": "masked_fill_",
    "dim=1, index=k, src=y": "scatter_ scatter_add_",
    "dim=1, index=k, *, value=7.0": "scatter_",
    "dim=1, index=n, source=square, *, alpha=2": "index_add_",
    "data=[1.5, 2.5], *, dtype=float32": "new_tensor",
    "requires_grad=True": "requires_grad_",
}  # fmt: skip

# Functions of PyTorch's that take no tensor by keyword there, or leave nothing to compare.
OTHERS = """
    einsum meshgrid broadcast_tensors from_numpy from_dlpack is_tensor empty empty_like load save seed manual_seed
    initial_seed get_rng_state set_rng_state get_default_dtype set_default_dtype set_num_threads get_num_threads
    set_printoptions is_grad_enabled
    no_grad enable_grad inference_mode set_grad_enabled promote_types result_type"""  # fmt: skip
# Methods that have no numbers to compare, or whose words Python cannot say: PyTorch's "from".
OTHER_METHODS = {
    "backward", "cuda", "register_hook", "register_post_accumulate_grad_hook", "stride", "new_empty", "random_",
    "uniform_",
}  # fmt: skip


def parsed(library, text):
    """The words before the star and those after it, with what stands for each in the library."""
    names = {word: library.tensor(array) for word, array in DATA.items()}
    names |= {"float32": library.float32, "float64": library.float64}
    placed, _, named = text.partition("*, ")
    return [
        {k.arg: eval(ast.unparse(k.value), names) for k in ast.parse(f"f({part})", mode="eval").body.keywords}
        for part in (placed, named)
    ]


def found(library, name):
    for part in name.replace("F.", "nn.functional.").split("."):
        library = getattr(library, part)
    return library


def results(library, call, text):
    """What comes of the call by position, and of that by keyword."""
    for by_keyword in (False, True):
        placed, named = parsed(library, text)
        library.manual_seed(7)
        if by_keyword and not (library is torch and "indices_or_sections" in placed):  # documented, and not known there
            yield call(**placed, **named)
        else:
            yield call(*placed.values(), **named)


def check(ours, theirs, about):
    if isinstance(theirs, tuple):
        assert len(ours) == len(theirs), about
        for a, b in zip(ours, theirs, strict=True):
            check(a, b, about)
    elif isinstance(theirs, torch.Tensor):
        same(ours, theirs, about)
    else:
        assert ours == theirs, about


def compare(ours, theirs, text):
    for mine, reference in zip(results(tg, ours, text), results(torch, theirs, text), strict=True):
        check(mine, reference, text)


ROWS = [(name, text) for text, names in CALLS.items() for name in names.split()]


@pytest.mark.parametrize(("name", "text"), ROWS, ids=[f"{name}({text})" for name, text in ROWS])
def test_functions_by_position_and_by_keyword(name, text):
    compare(found(tg, name), found(torch, name), text)


def methods():
    """(name, the word for the Tensor itself, what else the method is called with)."""
    for text, names in METHODS.items():
        yield from ((name, "x", text) for name in names.split())
    for name, text in ROWS:
        own, _, rest = text.removeprefix("*, ").partition(", ")
        if own.startswith("input=") and hasattr(torch.Tensor, name):
            yield name, own.removeprefix("input="), rest


@pytest.mark.parametrize(("name", "own", "text"), list(methods()))
def test_methods_by_position_and_by_keyword(name, own, text):
    def method(library):
        return lambda *args, **options: getattr(library.tensor(DATA[own]), name)(*args, **options)

    compare(method(tg), method(torch), text)


def test_every_function_has_a_row():
    rows = {name for name, _ in ROWS}
    for prefix, ours, theirs in (
        ("", tg, torch), ("linalg.", tg.linalg, torch.linalg), ("F.", tg.nn.functional, torch.nn.functional)
    ):  # fmt: skip
        functions = {
            name for name, x in vars(ours).items()
            if name[0] != "_" and callable(x) and not isinstance(x, type) and hasattr(theirs, name)
        }  # fmt: skip
        missing = {prefix + name for name in functions} - rows - {*OTHERS.split()}
        assert not missing, "give each of these a row in CALLS"


def test_every_method_that_takes_arguments_has_a_row():
    named = {name for name, *_ in methods()} | OTHER_METHODS
    missing = {
        name for name in dir(tg.Tensor)
        if name[0] != "_" and name not in named and callable(x := getattr(tg.Tensor, name))
        and hasattr(torch.Tensor, name) and len(inspect.signature(x).parameters) > 1
    }  # fmt: skip
    assert not missing, "give each of these a row in METHODS"


@pytest.mark.parametrize("name", sorted({name for name, _ in ROWS}))
def test_an_unknown_keyword_and_no_tensor_are_type_errors_that_name_the_function(name):
    function = found(tg, name)
    placed, named = parsed(tg, dict(ROWS)[name])
    known = inspect.unwrap(function).__name__
    for call in (lambda: function(**placed, **named, wrong=1), lambda: function(wrong=1), lambda: function()):
        with pytest.raises(TypeError) as raised:
            call()
        message = str(raised.value)
        assert known.strip("_") in message, message
        assert "\n" not in message


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: tg.softmax(dim=1), "Softmax.softmax() missing 1 required positional argument: 'input'"),
        (
            lambda: tg.lerp(tg.ones(2), weight=0.5),
            "lerp: the argument end is missing, though what comes after it is given",
        ),
        (
            lambda: tg.lerp(input=tg.ones(2)),
            "Elementwise.lerp() missing 2 required positional arguments: 'end' and 'wei",
        ),
        (lambda: tg.ones(2).softmax(dim=0, input=tg.ones(2)), "Softmax.softmax() got multiple values for arg"),
        (lambda: tg.add(tg.ones(2), other=2.0, beta=1), "Elementwise.add() got an unexpected keyword argument 'beta'"),
        (lambda: tg.eq(input=tg.ones(2)), "eq() missing 1 required positional argument: 'other'"),
        (lambda: tg.zeros(2, size=(2,)), "zeros: sizes and dimensions came twice, as (2,) and, by name, as (2,); give"),
        (lambda: tg.arange(), "arange: needs an end, the number before which to stop, but got none"),
    ],
)
def test_errors(call, text):
    with pytest.raises(TypeError, match=re.escape(text)):
        call()
