"""A network with one hidden layer says which letter comes next, from the three letters before it.

A table of counts for three letters would have 27 * 27 * 27 rows, most of them empty. The network shares what it learns
instead: each letter has a place in a space of ten dimensions, a row of C, and letters that behave alike move close
together. The three rows side by side, (batch, 30), go through a layer of tanh, and a last layer gives a logit for each
letter.

Each step takes a few rows at random: a gradient that is nearly right and cheap beats one that is exact and slow. The
weights start as they come, from N(0, 1), so the first loss is far above log(27) = 3.30: the network is sure of itself
and wrong, and the first steps go into unlearning that. The next lesson starts better.

Source of the model: Bengio and others, "A neural probabilistic language model" (2003).
"""

import time

from names import contexts, draw, measure, options, read

import tensorgrad as tg

F = tg.nn.functional
BLOCK = 3  # letters of context
PLACES = 10  # numbers that describe a letter


def main(argv=None):
    args = options(__doc__, argv, steps=200_000, batch=32, hidden=200)
    letters, (train, dev, _) = read(args.names)
    (x, y), (dev_x, dev_y) = contexts(train, letters, BLOCK), contexts(dev, letters, BLOCK)

    generator = tg.Generator().manual_seed(1)
    C = tg.randn(len(letters), PLACES, generator=generator)
    W1 = tg.randn(BLOCK * PLACES, args.hidden, generator=generator)
    b1 = tg.randn(args.hidden, generator=generator)
    W2 = tg.randn(args.hidden, len(letters), generator=generator)
    b2 = tg.randn(len(letters), generator=generator)
    parameters = [C, W1, b1, W2, b2]
    for p in parameters:
        p.requires_grad = True
    print(f"{len(x)} contexts, {sum(p.numel() for p in parameters)} parameters")

    def logits_of(x):
        places = C[x].view(len(x), -1)  # (N, 3, 10) -> (N, 30)
        return tg.tanh(places @ W1 + b1) @ W2 + b2

    losses = [measure(logits_of, dev_x, dev_y)]
    print(f"step {0:6d}: dev loss {losses[0]:.4f}")
    start = time.perf_counter()
    for step in range(1, args.steps + 1):
        rows = tg.randint(0, len(x), (args.batch,), generator=generator)
        loss = F.cross_entropy(logits_of(x[rows]), y[rows])
        for p in parameters:
            p.grad = None
        loss.backward()
        rate = 0.1 if step <= args.steps // 2 else 0.01
        with tg.no_grad():
            for p in parameters:
                p -= rate * p.grad
        if step % max(1, args.steps // 10) == 0:
            losses.append(measure(logits_of, dev_x, dev_y))
            print(f"step {step:6d}: dev loss {losses[-1]:.4f}, {time.perf_counter() - start:.0f} s", flush=True)

    print("names:", *draw(logits_of, letters, BLOCK))
    return losses


if __name__ == "__main__":
    main()
