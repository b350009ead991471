"""The call forms of the lectures that follow micrograd, as they stand there but in our own words, in either library."""

from itertools import pairwise

import numpy as np
import pytest
from against_torch import of, same, torch

import tensorgrad as tg

RNG = np.random.default_rng(11)
LOGITS = RNG.normal(size=(4, 5)).astype(np.float32)
TABLE = RNG.normal(size=(5, 2)).astype(np.float32)
TEXT = np.array([0, 1, 3, 2, 1, 4, 4, 0])


def count_pairs(t, logits, table, text):
    counts = t.zeros((5, 5), dtype=t.int32)
    for a, b in pairwise(text):
        counts[a, b] += 1
    for a, b in pairwise(text.tolist()):
        counts[a, b] += 1
    return counts, counts[0], (counts + 1).float() / counts.sum(1, keepdims=True)


def rows_added_by_index(t, logits, table, text):
    gradient, chosen = t.zeros_like(table.detach()), t.stack([text[:4], text[4:]])
    for k in range(chosen.shape[0]):
        for j in range(chosen.shape[1]):
            ix = chosen[k, j]
            gradient[ix] += table.detach()[chosen[k, j]] * 2
    return gradient, table[chosen], table[chosen].view(2, -1), table[text[:4]].view(-1, 8)


def slices_by_tensors(t, logits, table, text):
    places = t.tensor([0, 2, 4])
    batch = t.stack([text[i : i + 3] for i in places])
    return batch, t.stack([text[i + 1 : i + 4] for i in places]), text[places[0] : places[1]], text[: t.tensor(3)]


def chosen_by_range(t, logits, table, text):
    n, y = 4, text[:4]
    chosen = logits[range(n), y]
    probs = logits.softmax(1)
    loss = -probs[t.arange(4), y].log().mean()
    d = logits.detach().clone()
    d[range(n), y] = 0.5
    d[range(n), y] -= 1
    d[t.arange(4), y] += 0.25
    return chosen, loss, d, logits[[3]], text[[1]], logits[:, [-1]]


def tracked_row_into_a_buffer(t, logits, table, text):
    buffer = t.zeros(3, 5)
    for i in range(3):
        buffer[i] = logits[i : i + 1] * 2
    return buffer, buffer.sum(0)


def added_to_a_result(t, logits, table, text):
    out = logits @ table
    out += table[0]
    total = t.zeros(())
    total += out.sum()
    total += out.mean()
    log_likelihood = 0.0
    log_likelihood += logits[0, 1]
    log_likelihood += logits[1, 1]
    return out, total, log_likelihood, -log_likelihood / 2


def leaves_through_data(t, logits, table, text):
    p = t.tensor(TABLE, requires_grad=True)
    for _ in range(2):
        p.grad = None
        (p * p).sum().backward()
        p.data += -0.1 * p.grad
    with t.no_grad():
        p *= 0.1
        p -= 0.5 * p.grad
    return p.detach(), p.grad, p.data[:, 0]


def masked(t, logits, table, text):
    cut, values = logits.detach().clone(), logits.detach().sort(1).values
    cut[cut < values[:, [-2]]] = -float("Inf")
    causal = t.tril(t.ones(4, 5)).view(1, 1, 4, 5)
    scores = logits.view(1, 1, 4, 5).masked_fill(causal[:, :, :4, :5] == 0, float("-inf"))
    also = logits.masked_fill(t.tril(t.ones(4, 5)) == 0, float("-inf")).softmax(-1)
    return cut, scores.softmax(-1), also


def attention_shapes(t, logits, table, text):
    x = t.cat([logits, logits * 2], dim=0).view(2, 4, 5)
    q, k, v = t.cat([x, x, x], dim=2)[:, :, :12].split(4, dim=2)
    q, k, v = (z.view(2, 4, 2, 2).transpose(1, 2) for z in (q, k, v))
    y = (q @ k.transpose(-2, -1) / 2.0).softmax(-1) @ v
    y = y.transpose(1, 2).contiguous().view(2, 4, 4)
    return y, y[:, -1, :], x[:, :, None].expand((-1, -1, 3, -1)), t.roll(text.view(2, 4), 1, 1)


def consecutive_parts(t, logits, table, text):
    x = t.stack([logits, logits + 1], 1).view(2, 4, 5)
    flat = x.view(2, 2, 10)
    return flat, x.view(-1, 5), flat[:, :1].squeeze(1), x.view(x.shape[0] * 2, -1), x.unsqueeze(0)


def shifted_targets(t, logits, table, text):
    ids = text.view(2, 4).clone()
    ids[:, 1:] = ids[:, :-1].clone()
    ids[:, 0] = 7
    grown = t.cat((ids, t.tensor([[1], [2]])), dim=1)
    return ids, grown[:, -3:], grown[0, 1:]


PROGRAMS = [
    count_pairs, rows_added_by_index, slices_by_tensors, chosen_by_range, tracked_row_into_a_buffer, added_to_a_result,
    leaves_through_data, masked, attention_shapes, consecutive_parts, shifted_targets,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_program(program):
    """Every result, its dtype and shape; and the gradients of the sum of the squares of those that have one."""
    outcomes = []
    for t in (tg, torch):
        given = of(t, (LOGITS, TABLE, TEXT))
        results = program(t, *given)
        total = sum((y * y).sum() for y in results if y.requires_grad)
        if not isinstance(total, int):
            total.backward()
        outcomes.append((*results, given[0].grad, given[1].grad))
    for i, (ours, theirs) in enumerate(zip(*outcomes, strict=True)):
        same(ours, theirs, f"result {i}")
