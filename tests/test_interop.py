"""Tensors and modules that cross to PyTorch and back, and files that either writes for the other."""

import subprocess
import sys

import numpy as np
import pytest
from expectations import refused

import tensorgrad as tg
from tensorgrad import interop

# (how it is made in either library, the shapes of its inputs); for every module that has a forward
MODULES = {
    "Identity": (lambda n: n.Identity(), [(2, 3)]),
    "ReLU": (lambda n: n.ReLU(), [(2, 3)]),
    "ReLU6": (lambda n: n.ReLU6(), [(2, 3)]),
    "LeakyReLU": (lambda n: n.LeakyReLU(0.3), [(2, 3)]),
    "ELU": (lambda n: n.ELU(0.7), [(2, 3)]),
    "GELU": (lambda n: n.GELU("tanh"), [(2, 3)]),
    "SiLU": (lambda n: n.SiLU(), [(2, 3)]),
    "Hardtanh": (lambda n: n.Hardtanh(-0.5, 0.25), [(2, 3)]),
    "Sigmoid": (lambda n: n.Sigmoid(), [(2, 3)]),
    "LogSigmoid": (lambda n: n.LogSigmoid(), [(2, 3)]),
    "Softplus": (lambda n: n.Softplus(2.0, 1.0), [(2, 3)]),
    "Tanh": (lambda n: n.Tanh(), [(2, 3)]),
    "Softmax": (lambda n: n.Softmax(dim=0), [(2, 3)]),
    "LogSoftmax": (lambda n: n.LogSoftmax(dim=0), [(2, 3)]),
    "Linear": (lambda n: n.Linear(3, 4, bias=False), [(2, 3)]),
    "Bilinear": (lambda n: n.Bilinear(3, 4, 2), [(2, 3), (2, 4)]),
    "Flatten": (lambda n: n.Flatten(0, 1), [(2, 3, 4)]),
    "Unflatten": (lambda n: n.Unflatten(1, (2, 2)), [(3, 4)]),
    "Dropout": (lambda n: n.Dropout(0.3).eval(), [(2, 3)]),
    "Embedding": (lambda n: n.Embedding(5, 3, padding_idx=1, max_norm=1.5), ["classes"]),
    "LayerNorm": (lambda n: n.LayerNorm((3,), eps=0.1, bias=False), [(2, 3)]),
    "RMSNorm": (lambda n: n.RMSNorm((3,), eps=0.1), [(2, 3)]),
    "GroupNorm": (lambda n: n.GroupNorm(2, 4, eps=0.1), [(3, 4, 2)]),
    "BatchNorm1d": (lambda n: n.BatchNorm1d(3, eps=0.1, momentum=0.4), [(5, 3)]),
    "BatchNorm2d": (lambda n: n.BatchNorm2d(3, affine=False), [(5, 3, 2, 2)]),
    "Conv1d": (lambda n: n.Conv1d(2, 4, 3, stride=2, padding=1, groups=2), [(2, 2, 7)]),
    "Conv2d": (lambda n: n.Conv2d(2, 3, (2, 3), dilation=(1, 2), bias=False), [(2, 2, 5, 7)]),
    "AvgPool1d": (lambda n: n.AvgPool1d(2), [(2, 3, 6)]),
    "AvgPool2d": (lambda n: n.AvgPool2d((2, 3)), [(2, 3, 6, 6)]),
    "MaxPool1d": (lambda n: n.MaxPool1d(3, stride=2), [(2, 3, 6)]),
    "MaxPool2d": (lambda n: n.MaxPool2d(2, padding=1), [(2, 3, 6, 6)]),
    "MSELoss": (lambda n: n.MSELoss(reduction="sum"), [(2, 3), (2, 3)]),
    "L1Loss": (lambda n: n.L1Loss(), [(2, 3), (2, 3)]),
    "SmoothL1Loss": (lambda n: n.SmoothL1Loss(beta=0.4), [(2, 3), (2, 3)]),
    "HuberLoss": (lambda n: n.HuberLoss(delta=0.4), [(2, 3), (2, 3)]),
    "CrossEntropyLoss": (lambda n: n.CrossEntropyLoss(label_smoothing=0.1, ignore_index=1), [(4, 5), "classes"]),
    "NLLLoss": (lambda n: n.NLLLoss(reduction="none"), [(4, 5), "classes"]),
    "BCELoss": (lambda n: n.BCELoss(), ["shares", "shares"]),
    "BCEWithLogitsLoss": (lambda n: n.BCEWithLogitsLoss(), [(3, 4), "shares"]),
    "KLDivLoss": (lambda n: n.KLDivLoss(reduction="batchmean", log_target=True), [(2, 3), (2, 3)]),
    "HingeEmbeddingLoss": (lambda n: n.HingeEmbeddingLoss(margin=0.3), [(4,), "signs"]),
    "MarginRankingLoss": (lambda n: n.MarginRankingLoss(margin=0.3), [(4,), (4,), "signs"]),
    "CosineEmbeddingLoss": (lambda n: n.CosineEmbeddingLoss(margin=0.3), [(4, 3), (4, 3), "signs"]),
    "CosineSimilarity": (lambda n: n.CosineSimilarity(dim=0, eps=1e-3), [(4, 3), (4, 3)]),
    "PairwiseDistance": (lambda n: n.PairwiseDistance(1, 0.1, keepdim=True), [(4, 3), (4, 3)]),
    "MultiMarginLoss": (lambda n: n.MultiMarginLoss(margin=0.3), [(4, 5), "classes"]),
}
NO_FORWARD = {"Module", "ModuleList", "ModuleDict", "ParameterList"}
CONTAINERS = {"MLP", "Sequential"}


def inputs_of(kinds):
    random = np.random.default_rng(5)
    special = {
        "classes": np.array([0, 4, 1, 2]),
        "shares": random.uniform(0.1, 0.9, (3, 4)).astype(np.float32),
        "signs": np.array([1.0, -1, -1, 1], np.float32),
    }
    return [
        special[kind] if isinstance(kind, str) else random.normal(size=kind).astype(np.float32).round(1)
        for kind in kinds
    ]


def numbers(tensors):
    return {name: x.detach().numpy() for name, x in tensors}


def share(own, theirs):
    """Whether two modules have the same parameters and buffers, in the same memory."""
    a = numbers([*own.named_parameters(), *own.named_buffers()])
    b = numbers([*theirs.named_parameters(), *theirs.named_buffers()])
    return list(a) == list(b) and all(np.shares_memory(a[name], b[name]) for name in a)


def test_every_module_has_a_row():
    kinds = {name for name, x in vars(tg.nn).items() if isinstance(x, type) and issubclass(x, tg.nn.Module)}
    assert kinds - NO_FORWARD - CONTAINERS == MODULES.keys()


@pytest.mark.parametrize("name", MODULES)
def test_a_module_crosses_with_its_settings_and_back(torch, name):
    make, kinds = MODULES[name]
    arrays = inputs_of(kinds)
    own = make(tg.nn)
    state = torch.get_rng_state(), tg.get_rng_state()
    theirs = interop.to_torch(own)
    back = interop.from_torch(theirs)
    assert torch.equal(torch.get_rng_state(), state[0])
    assert np.array_equal(tg.get_rng_state().numpy(), state[1].numpy())
    assert type(theirs) is getattr(torch.nn, name)
    assert type(back) is type(own)
    assert repr(own) == repr(back) == repr(theirs)
    assert own.training == back.training == theirs.training
    assert share(own, theirs)
    assert share(own, back)
    expected = theirs(*map(torch.tensor, arrays)).detach().numpy()
    for module in (own, back):
        np.testing.assert_allclose(module(*map(tg.tensor, arrays)).detach().numpy(), expected, 1e-5, 1e-6)


def test_a_module_of_torch_crosses_too(torch):
    theirs = torch.nn.Sequential(torch.nn.Conv1d(2, 4, 3), torch.nn.BatchNorm1d(4), torch.nn.ReLU(inplace=True))
    x = torch.randn(3, 2, 6)
    own = interop.from_torch(theirs)
    np.testing.assert_allclose(own(tg.from_numpy(x.numpy())).detach().numpy(), theirs(x).detach().numpy(), 1e-5, 1e-6)
    assert share(own, theirs)
    theirs[1].num_batches_tracked += 5
    assert own[1].num_batches_tracked.item() == 7  # each has seen one batch, and they count in the same memory


def test_a_tree_keeps_its_names_modes_ties_and_frozen_parameters(torch):
    n = tg.nn
    block = n.Linear(3, 3)
    model = n.Sequential(
        {
            "first": block,
            "act": n.Tanh(),
            "again": block,
            "norm": n.Sequential(n.LayerNorm(3), n.Linear(3, 3)),
            "out": n.MLP(3, [4, 2]),
        }
    )
    model.norm[1].weight = block.weight
    model.out.requires_grad_(False)
    model.norm.eval()
    theirs = interop.to_torch(model)
    assert theirs.first is theirs.again
    assert theirs.norm[1].weight is theirs.first.weight
    assert [m.training for m in theirs.modules()] == [m.training for m in model.modules()]
    assert [p.requires_grad for p in theirs.parameters()] == [p.requires_grad for p in model.parameters()]
    assert type(theirs.out) is torch.nn.Sequential
    assert theirs.state_dict().keys() == model.state_dict().keys()
    assert share(model, theirs)
    back = interop.from_torch(theirs)
    assert back.first is back.again
    assert back.norm[1].weight is back.first.weight
    modules = interop.to_torch(n.ModuleDict({"a": n.ModuleList([n.Linear(1, 1), n.ReLU()])}))
    assert repr(interop.from_torch(modules)) == repr(modules)


def test_what_torch_learns_is_learned_here(torch):
    own = tg.nn.Linear(2, 1)
    theirs = interop.to_torch(own)
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1)
    theirs(torch.ones(3, 2)).sum().backward()
    before = own.weight.tolist()
    optimizer.step()
    assert own.weight.tolist() == theirs.weight.tolist() != before
    before = own.weight.tolist()
    own(tg.ones(3, 2)).sum().backward()
    tg.optim.SGD(own.parameters(), lr=0.1).step()
    assert own.weight.tolist() == theirs.weight.tolist() != before


def test_a_loss_keeps_what_each_class_counts(torch):
    weight = tg.tensor([1.0, 2.0, 3.0])
    theirs = interop.to_torch(tg.nn.CrossEntropyLoss(weight))
    assert np.shares_memory(theirs.weight.numpy(), weight.numpy())
    assert interop.from_torch(theirs).weight.tolist() == [1, 2, 3]


DTYPES = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64", "complex64"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("cross", ["interop", "dlpack"])
def test_tensors_share_their_memory(torch, dtype, cross):
    there, here = (interop.to_torch, interop.from_torch) if cross == "interop" else (torch.from_dlpack, tg.from_dlpack)
    for shape in [(), (0, 3), (4,), (2, 3)]:
        own = tg.from_numpy(np.ones(shape, dtype))
        theirs = there(own)
        assert (str(theirs.dtype), tuple(theirs.shape)) == (f"torch.{dtype}", shape)
        back = here(theirs)
        assert (back.dtype, back.shape) == (own.dtype, shape)
        theirs.zero_()
        assert np.array_equal(own.numpy(), np.zeros(shape))
        assert np.array_equal(back.numpy(), np.zeros(shape))
        back += 1 if dtype != "bool" else True
        assert np.array_equal(theirs.numpy(), np.ones(shape))


@pytest.mark.parametrize("cross", ["interop", "dlpack"])
def test_views_share_their_memory(torch, cross):
    there, here = (interop.to_torch, interop.from_torch) if cross == "interop" else (torch.from_dlpack, tg.from_dlpack)
    base = tg.arange(12.0).reshape(3, 4)
    for view in (base.T, base[::2], base[:, 1]):
        theirs = there(view)
        assert theirs.tolist() == view.tolist()
        theirs += 100
        assert theirs.tolist() == view.tolist()
        back = here(theirs)
        assert np.shares_memory(back.numpy(), base.numpy())


def test_what_torch_cannot_share_is_copied(torch):
    array = np.arange(3.0)
    backwards, swapped = tg.from_numpy(array[::-1]), tg.from_numpy(array.astype(">f8"))
    array = array.copy()
    array.flags.writeable = False
    for own in (backwards, swapped, tg.from_numpy(array)):
        theirs = interop.to_torch(own)
        assert theirs.tolist() == own.tolist()
        theirs += 1
        assert theirs.tolist() != own.tolist()


def test_requires_grad_and_parameters_are_carried_over(torch):
    for flag in (True, False):
        theirs = interop.to_torch(tg.zeros(2, requires_grad=flag))
        assert (type(theirs), theirs.requires_grad) == (torch.Tensor, flag)
        own = interop.from_torch(theirs)
        assert (type(own), own.requires_grad) == (tg.Tensor, flag)
        theirs = interop.to_torch(tg.nn.Parameter(tg.zeros(2), flag))
        assert (type(theirs), theirs.requires_grad) == (torch.nn.Parameter, flag)
        own = interop.from_torch(theirs)
        assert (type(own), own.requires_grad) == (tg.nn.Parameter, flag)


def test_what_cannot_cross_is_one_sentence(torch):
    computed = "this tensor was computed, and a gradient cannot flow from one library to the other; detach() it"
    refused(RuntimeError, f"to_torch: {computed}", interop.to_torch, tg.ones(1, requires_grad=True) * 2)
    refused(RuntimeError, f"from_torch: {computed}", interop.from_torch, torch.ones(1, requires_grad=True) * 2)
    refused(TypeError, "to_torch: needs a Tensor or Module of tensorgrad, but got list", interop.to_torch, [1.0])
    refused(
        TypeError, "from_torch: needs a tensor or module of PyTorch, but got Tensor", interop.from_torch, tg.ones(1)
    )
    end = "; make it a dense one of float32 on the CPU"
    for theirs, kind in (
        (torch.ones(1, dtype=torch.bfloat16), "strided tensor of torch.bfloat16 on cpu"),
        (torch.ones(1).to_sparse(), "sparse_coo tensor of torch.float32 on cpu"),
        (torch.ones(1, device="meta"), "strided tensor of torch.float32 on meta"),
    ):
        refused(TypeError, f"from_torch: NumPy cannot share a {kind}{end}", interop.from_torch, theirs)


def test_a_module_that_cannot_cross_is_one_sentence(torch):
    class Own(tg.nn.Linear):
        def forward(self, x):
            return -super().forward(x)

    class Named(tg.nn.Linear):
        pass

    assert type(interop.to_torch(Named(1, 1))) is torch.nn.Linear
    end = "write its class there, too, and load its numbers from the state_dict()"
    refused(
        TypeError, f"to_torch: torch.nn has no module that computes what Own does; {end}", interop.to_torch, Own(1, 1)
    )
    sentence = f"from_torch: tensorgrad.nn has no module that computes what LSTM does; {end}"
    refused(TypeError, sentence, interop.from_torch, torch.nn.LSTM(1, 1))
    sentence = "from_torch: tensorgrad.nn.MaxPool2d takes no return_indices, but this MaxPool2d has return_indices=True"
    refused(ValueError, sentence, interop.from_torch, torch.nn.MaxPool2d(2, return_indices=True))
    changed = torch.nn.utils.parametrizations.weight_norm(torch.nn.Linear(1, 1))
    sentence = (
        "from_torch: this Linear holds bias, parametrizations.weight.original0, parametrizations.weight.original1, "
        "but tensorgrad.nn.Linear holds weight, bias; undo what was added to it"
    )
    refused(TypeError, sentence, interop.from_torch, changed)


# files


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_state_dict_saved_by_torch_is_loaded_here(torch, tmp_path, dtype):
    from safetensors.torch import save_file

    theirs = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4)).to(getattr(torch, dtype))
    save_file(theirs.state_dict(), tmp_path / "m.safetensors")
    own = tg.nn.Sequential(tg.nn.Linear(3, 4), tg.nn.BatchNorm1d(4)).to(getattr(tg, dtype))
    own.load_state_dict(tg.load(tmp_path / "m.safetensors"))
    assert {name: x.tolist() for name, x in own.state_dict().items()} == {
        name: x.tolist() for name, x in theirs.state_dict().items()
    }


def test_a_state_dict_saved_here_is_loaded_by_torch(torch, tmp_path):
    from safetensors.torch import load_file

    own = tg.nn.MLP(3, [4, 2])
    own[0].weight.data = tg.rand(3, 4).T  # a view whose bytes lie in another order
    own[2].bias.data = tg.rand(4)[::2]
    tg.save(own.state_dict(), tmp_path / "m.safetensors")
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))
    theirs.load_state_dict(load_file(tmp_path / "m.safetensors"))
    x = tg.rand(5, 3)
    np.testing.assert_allclose(theirs(interop.to_torch(x)).detach().numpy(), own(x).detach().numpy(), 1e-5, 1e-6)
    assert theirs[0].weight.tolist() == own[0].weight.tolist()
    assert theirs[2].bias.tolist() == own[2].bias.tolist()


def test_a_file_with_a_dtype_that_numpy_lacks_is_one_sentence(torch, tmp_path):
    from safetensors.torch import save_file

    save_file(torch.nn.Linear(1, 1).bfloat16().state_dict(), tmp_path / "m")
    sentence = f"{tmp_path / 'm'} holds the tensor 'bias' as BF16, which NumPy lacks: store it as F32 instead"
    refused(ValueError, sentence, tg.load, tmp_path / "m")


# without PyTorch


def without_torch(program):
    """What a program prints where PyTorch is not installed."""
    words = [sys.executable, "-c", "import sys; sys.modules['torch'] = None\n" + program]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert (done.stderr, done.returncode) == ("", 0)
    return done.stdout


def test_without_torch_a_sentence_says_how_to_install_it():
    program = """
import tensorgrad as tg
for call in (lambda: tg.interop.to_torch(tg.ones(1)), lambda: tg.interop.from_torch(None),
             lambda: tg.interop.compare(tg.nn.Linear(1, 1), (tg.ones(1, 1), tg.ones(1, 1)), tg.nn.MSELoss(), 1)):
    try:
        call()
    except ImportError as error:
        print(error)
"""
    sentence = 'this needs PyTorch, which is not installed: pip install "tensorgrad-numpy[torch]"\n'
    assert without_torch(program) == 3 * sentence


def test_importing_does_not_import_torch():
    program = "import sys, tensorgrad, tensorgrad.interop, tensorgrad.cli; print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "False\n"


def test_the_course_notes_run_in_pytorch_comes_out_without_it():
    """``torch.manual_seed(99)`` in the course notes: the loss and the predictions that PyTorch prints, to 1e-5."""
    program = """
import tensorgrad as torch
torch.manual_seed(99)
nn = torch.nn
model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 1))
xs = torch.tensor([[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]])
ys = torch.tensor([[1.0], [0.0], [0.0], [1.0]])
criterion = nn.MSELoss(reduction="sum")
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for _ in range(100):
    outputs = model(xs)
    loss = criterion(outputs, ys)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item(), *outputs.flatten().tolist())
"""
    printed = [float(word) for word in without_torch(program).split()]
    wanted = [0.06534025073051453, 1.130600094795227, 0.03639908879995346, 0.017568498849868774, 0.7840131521224976]
    np.testing.assert_allclose(printed, wanted, 0, 1e-5)
