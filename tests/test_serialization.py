"""save and load: what comes back, what other programs see, and what stays when writing fails."""

from __future__ import annotations

import errno
import json
import math
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

import tensorgrad as tg


def back(obj: Any, folder: Path) -> Any:
    tg.save(obj, folder / "file.safetensors")
    return tg.load(folder / "file.safetensors")


def equal(left: Any, right: Any) -> bool:
    if isinstance(left, tg.Tensor):
        a, b = left.detach().numpy(), right.detach().numpy()
        return type(right) is tg.Tensor and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(left, dict):
        return list(left) == list(right) and all(equal(left[key], right[key]) for key in left)
    if isinstance(left, list | tuple):
        return type(left) is type(right) and len(left) == len(right) and all(map(equal, left, right))
    return type(left) is type(right) and (left == right or (left != left and right != right))


# ---------------------------------------------------------------- what comes back


DTYPES = ["bool", "float16", "float32", "float64"] + [
    f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1,), (2, 3)])
def test_every_dtype_and_shape_comes_back(tmp_path: Path, dtype: str, shape: tuple[int, ...]) -> None:
    values = np.asarray(np.random.default_rng(0).integers(0, 2, shape)).astype(dtype)
    tensor = tg.from_numpy(values)
    assert equal(tensor, back(tensor, tmp_path))


def test_special_floats_come_back_bit_by_bit(tmp_path: Path) -> None:
    tensor = tg.tensor([math.nan, math.inf, -math.inf, -0.0, 5e-324, 0.1], dtype=tg.float64)
    assert equal(tensor, back(tensor, tmp_path))


@pytest.mark.parametrize(
    "obj",
    [
        None, True, 0, -5, 2**80, 0.1, -0.0, math.inf, -math.inf, math.nan, "", "text \u03b1 \n \"\\", {}, [], (),
        {"a": [1, (2.5, None), {"b": "c"}], 3: {"4": 4, 5: [()]}, "tensor": "tensor", "dict": [["a", 1]]},
        {"float": "nan", "tuple": [1]}, [[[]], ({},)],
    ],
    ids=repr,
)  # fmt: skip
def test_plain_values_come_back(tmp_path: Path, obj: Any) -> None:
    assert equal(obj, back(obj, tmp_path))
    assert repr(obj) == repr(back(obj, tmp_path))


def test_tensors_come_back_in_their_places(tmp_path: Path) -> None:
    obj = {
        "model": {"0.weight": tg.ones(2, 3), "0.bias": tg.zeros(2)},
        "optimizer": {"state": {0: {"momentum_buffer": tg.full((2,), 0.5)}, 1: {"momentum_buffer": None}},
                      "param_groups": [{"lr": 0.1, "params": [0, 1], "betas": (0.9, 0.999)}]},
        "a.b": tg.tensor(1), "a": {"b": tg.tensor(2), "": tg.tensor(3)}, "__metadata__": tg.tensor(4), "": tg.tensor(5),
        "tensor": (tg.tensor(6), [tg.tensor(7)]), 1: tg.tensor(8), "1": tg.tensor(9),
    }  # fmt: skip
    assert equal(obj, back(obj, tmp_path))


def test_numpy_numbers_come_back_as_python_numbers(tmp_path: Path) -> None:
    obj = [np.float32(0.1), np.float64(0.1), np.int64(7), np.uint8(8), np.bool_(True), np.float16(np.inf)]
    expected = [float(np.float32(0.1)), 0.1, 7, 8, True, math.inf]
    assert equal(expected, back(obj, tmp_path))


def test_views_are_stored_as_they_look(tmp_path: Path) -> None:
    base = np.arange(24, dtype=np.float32).reshape(4, 6)
    views = [base.T, base[::2], base[:, 1], base[::-1], np.broadcast_to(base[0], (3, 6)), base.astype(">f4")]
    for loaded, view in zip(back([tg.from_numpy(view) for view in views], tmp_path), views, strict=True):
        assert np.array_equal(loaded.numpy(), view)
    tensor = tg.from_numpy(base)
    for loaded, view in zip(back([tensor.T, tensor[::2], tensor[:, 1]], tmp_path), views, strict=False):
        assert np.array_equal(loaded.numpy(), view)


def test_shared_memory_is_stored_for_each(tmp_path: Path) -> None:
    weight = tg.ones(2)
    first, second = back([weight, weight], tmp_path)
    first += 1
    assert second.tolist() == [1, 1]


def test_loaded_tensors_are_plain_leaves_that_can_be_written_to(tmp_path: Path) -> None:
    layer = tg.nn.Linear(2, 2)
    product = tg.ones(2, requires_grad=True) * 3
    parameter, inner = back([layer.weight, product], tmp_path)
    assert type(parameter) is tg.Tensor
    assert not parameter.requires_grad
    assert not inner.requires_grad
    parameter += 1
    assert np.array_equal(parameter.numpy(), layer.weight.detach().numpy() + 1)


def test_a_model_and_its_optimizer_go_on_as_if_never_stopped(tmp_path: Path) -> None:
    def make() -> tuple[tg.nn.Module, tg.optim.Optimizer]:
        model = tg.nn.Sequential(tg.nn.Linear(3, 4), tg.nn.Tanh(), tg.nn.Linear(4, 2))
        return model, tg.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

    def step(model: tg.nn.Module, optimizer: tg.optim.Optimizer) -> None:
        optimizer.zero_grad()
        (model(tg.ones(5, 3)) ** 2).mean().backward()
        optimizer.step()

    model, optimizer = make()
    step(model, optimizer)
    loaded = back({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 1}, tmp_path)
    other, other_optimizer = make()
    other.load_state_dict(loaded["model"])
    other_optimizer.load_state_dict(loaded["optimizer"])
    step(model, optimizer)
    step(other, other_optimizer)
    for left, right in zip(model.parameters(), other.parameters(), strict=True):
        assert np.array_equal(left.detach().numpy(), right.detach().numpy())


# ---------------------------------------------------------------- other programs


def test_a_dict_of_tensors_is_a_plain_safetensors_file(tmp_path: Path) -> None:
    state = {"0.weight": tg.rand(2, 3).T, "0.bias": tg.arange(4), "mask": tg.tensor(True)}
    tg.save(state, tmp_path / "m.safetensors")
    arrays = load_file(tmp_path / "m.safetensors")
    assert set(arrays) == set(state)
    assert all(np.array_equal(arrays[name], state[name].numpy()) for name in state)
    with safe_open(tmp_path / "m.safetensors", "np") as file:
        assert set(file.metadata()) == {"tensorgrad"}
        json.loads(file.metadata()["tensorgrad"], parse_constant=pytest.fail)


def test_torch_reads_it(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from safetensors.torch import load_file as torch_load_file

    tg.save({"w": tg.arange(6).reshape(2, 3).T}, tmp_path / "m.safetensors")
    assert torch_load_file(tmp_path / "m.safetensors")["w"].tolist() == [[0, 3], [1, 4], [2, 5]]


@pytest.mark.parametrize("metadata", [None, {"format": "pt"}])
def test_a_plain_safetensors_file_loads_as_a_dict_of_tensors(tmp_path: Path, metadata: dict[str, str] | None) -> None:
    save_file({"a": np.ones((2, 2)), "b": np.array(3)}, tmp_path / "m.safetensors", metadata)
    loaded = tg.load(tmp_path / "m.safetensors", map_location="cpu", weights_only=True)
    assert equal(dict(sorted(loaded.items())), {"a": tg.ones(2, 2, dtype=tg.float64), "b": tg.tensor(3)})
    tg.save({}, tmp_path / "empty")
    assert tg.load(str(tmp_path / "empty"), map_location=None, weights_only=False) == {}


# ---------------------------------------------------------------- a write that fails


def failing(kind: type[BaseException], *arguments: Any) -> Any:
    def fail(*_: Any) -> None:
        raise kind(*arguments)

    return fail


@pytest.mark.parametrize("name", ["fsync", "replace"])
@pytest.mark.parametrize("there", [False, True])
def test_a_failed_write_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, there: bool
) -> None:
    path = tmp_path / "m.safetensors"
    if there:
        tg.save(1, path)
    monkeypatch.setattr(os, name, failing(OSError, errno.ENOSPC, "No space left on device"))
    text = f"[Errno {errno.ENOSPC}] cannot write m.safetensors in the folder {tmp_path}: No space left on device"
    with pytest.raises(OSError, match=f"^{re.escape(text)}$"):
        tg.save(2, path)
    monkeypatch.undo()
    assert os.listdir(tmp_path) == ["m.safetensors"] * there
    assert not there or tg.load(path) == 1


@pytest.mark.parametrize("name", ["fsync", "replace"])
def test_an_interrupted_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    tg.save(1, tmp_path / "m.safetensors")
    monkeypatch.setattr(os, name, failing(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        tg.save(2, tmp_path / "m.safetensors")
    monkeypatch.undo()
    assert os.listdir(tmp_path) == ["m.safetensors"]
    assert tg.load(tmp_path / "m.safetensors") == 1


def test_a_process_killed_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    tg.save(1, path)
    script = "import os, sys, tensorgrad; os.fsync = lambda _: os._exit(9); tensorgrad.save(2, sys.argv[1])"
    assert subprocess.run([sys.executable, "-c", script, str(path)]).returncode == 9
    assert tg.load(path) == 1


def test_the_bytes_are_on_the_disk_before_the_name_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    sync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda file: (calls.append("sync"), sync(file)))
    monkeypatch.setattr(os, "replace", lambda *names: (calls.append("replace"), replace(*names)))
    tg.save(1, tmp_path / "m.safetensors")
    assert calls[:2] == ["sync", "replace"]


def test_a_folder_that_cannot_be_synced_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "open", failing(PermissionError, errno.EACCES, "Permission denied"))
    assert back([1], tmp_path) == [1]


def test_a_missing_folder_and_a_folder_as_path_are_said(tmp_path: Path) -> None:
    text = f"cannot write m in the folder {tmp_path / 'nowhere'}: No such file or directory"
    with pytest.raises(FileNotFoundError, match=f"{re.escape(text)}$"):
        tg.save(1, tmp_path / "nowhere" / "m")
    text = f"cannot write {tmp_path.name} in the folder {tmp_path.parent}: it is there and not a regular file"
    with pytest.raises(IsADirectoryError, match=f"{re.escape(text)}$"):
        tg.save(1, tmp_path)
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no devices among its files")
def test_a_device_is_not_replaced() -> None:
    with pytest.raises(
        FileExistsError, match=r"cannot write null in the folder /dev: it is there and not a regular file$"
    ):
        tg.save(1, "/dev/null")


@pytest.mark.skipif(os.name == "nt", reason="links and modes are those of POSIX")
def test_a_link_is_written_through_and_the_mode_is_an_ordinary_one(tmp_path: Path) -> None:
    tg.save(1, tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    tg.save(2, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert tg.load(tmp_path / "real") == 2
    (tmp_path / "other").touch()
    assert stat.S_IMODE((tmp_path / "real").stat().st_mode) == stat.S_IMODE((tmp_path / "other").stat().st_mode)


# ---------------------------------------------------------------- errors


KINDS = (
    "but only tensors, dicts, lists, tuples, None, bool, int, float and str can be stored: turn it into one of these"
)


@pytest.mark.parametrize(
    ("obj", "text"),
    [
        ({"optimizer": {"f": len}}, f"obj['optimizer']['f'] is a builtin_function_or_method, {KINDS}"),
        ([1, ({2: {1, 2}},)], f"obj[1][0][2] is a set, {KINDS}"),
        (1j, f"obj is a complex, {KINDS}"),
        ([np.complex64(1)], f"obj[0] is a complex, {KINDS}"),
        ({"x": np.ones(2)}, f"obj['x'] is a ndarray, {KINDS}"),
        (b"raw", f"obj is a bytes, {KINDS}"),
        ({"x": {1.5: 0}}, "obj['x'] has the key 1.5, but only strings and integers can be stored as keys"),
    ],
)
def test_what_cannot_be_stored_is_named_with_its_place(tmp_path: Path, obj: Any, text: str) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(text)}$"):
        tg.save(obj, tmp_path / "m")
    assert os.listdir(tmp_path) == []


def test_a_tensor_of_a_dtype_that_cannot_be_stored(tmp_path: Path) -> None:
    text = "obj['z'] is a tensor of complex128, but only these can be stored: bool, float16, "
    with pytest.raises(TypeError, match=f"^{re.escape(text)}"):
        tg.save({"z": tg.from_numpy(np.ones(2, complex))}, tmp_path / "m")


def test_an_object_that_contains_itself(tmp_path: Path) -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(ValueError, match=r"^obj cannot be stored, because it contains itself or is nested too deeply$"):
        tg.save(loop, tmp_path / "m")


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        tg.load(tmp_path / "nowhere")
    with pytest.raises(OSError, match=re.escape(repr(str(tmp_path)))):  # a folder: each system has its own kind
        tg.load(tmp_path)


def test_a_foreign_or_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "m"
    tg.save({"a": tg.ones(4)}, path)
    whole = path.read_bytes()
    for content in (b"", b"text that is no tensor", b"PK\x03\x04" + bytes(60), whole[:-1], whole + b"!", whole[:20]):
        path.write_bytes(content)
        text = f"{path} is not a safetensors file, or is damaged: "
        with pytest.raises(ValueError, match=f"^{re.escape(text)}."):
            tg.load(path)


def test_a_dtype_that_numpy_lacks(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from safetensors.torch import save_file as torch_save_file

    for name, dtype in (("BF16", torch.bfloat16), ("F8_E4M3", torch.float8_e4m3fn)):
        torch_save_file({"w": torch.ones(2).to(dtype)}, tmp_path / "m")
        text = f"{tmp_path / 'm'} holds the tensor 'w' as {name}, which NumPy lacks: store it as F32 instead"
        with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
            tg.load(tmp_path / "m")


@pytest.mark.parametrize(
    "structure",
    ["not json", '{"tensor": "b"}', '{"other": 1}', '{"tensor": "a", "dict": []}',
     '{"dict": [1]}', '{"dict": [[[], 1]]}',
     '{"float": "x"}', '{"tuple": 1}', "[" * 100_000],
)  # fmt: skip
def test_metadata_that_does_not_fit_is_said(tmp_path: Path, structure: str) -> None:
    save_file({"a": np.ones(1)}, tmp_path / "m", {"tensorgrad": structure})
    text = f"{tmp_path / 'm'} is damaged: its tensors do not fit the structure in its metadata"
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        tg.load(tmp_path / "m")


def test_the_only_device_is_the_cpu(tmp_path: Path) -> None:
    tg.save(1, tmp_path / "m")
    with pytest.raises(ValueError, match=r"^map_location must be 'cpu', the only device there is, but got 'cuda'$"):
        tg.load(tmp_path / "m", map_location="cuda")
