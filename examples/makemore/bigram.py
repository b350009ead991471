"""Two letters at a time: a table of counts, and the same table found by gradient descent.

How often does b follow a? Count all pairs, divide each row by its sum, and the table is a model: row a holds the
chances of the letter after a. Its loss is the mean of -log(chance) over the letters that really came.

A network with one layer and no hidden ones can say no more than that: a letter goes in as a one-hot vector, which picks
a row of W, and the softmax of the row are the chances. So its loss cannot fall below that of the counts, and the lesson
is that gradient descent, which knows nothing about counting, ends up there. (The counts have one added to each, so that
no pair is impossible; the network, trained on the bare counts, may come out a hair lower.)

The names it draws are poor: one letter of memory is not enough. The next lesson gives the model three.
"""

from names import contexts, draw, measure, options, read

import tensorgrad as tg

F = tg.nn.functional


def main(argv=None):
    args = options(__doc__, argv, steps=5000)
    letters, (train, dev, _) = read(args.names)
    size = len(letters)
    (x, y), (dev_x, dev_y) = contexts(train, letters, 1), contexts(dev, letters, 1)

    counts = tg.bincount(x[:, 0] * size + y, minlength=size * size).view(size, size).float()
    chances = (counts + 1) / (counts + 1).sum(1, keepdim=True)
    counted = chances.log()  # the softmax of the logs of the chances is the chances

    def logits_of_counts(x):
        return counted[x[:, 0]]

    goal = measure(logits_of_counts, dev_x, dev_y)
    print(f"{len(train)} names, {len(x)} pairs of {size} letters")
    print(f"counted: train loss {measure(logits_of_counts, x, y):.4f}, dev loss {goal:.4f}")

    W = tg.zeros(size, size, requires_grad=True)  # all letters alike, so the loss begins at log(size)

    def logits_of(x):
        return F.one_hot(x[:, 0], size).float() @ W

    losses = [measure(logits_of, dev_x, dev_y)]
    print(f"step {0:5d}: dev loss {losses[0]:.4f}")
    for step in range(1, args.steps + 1):
        # Equal pairs have equal losses: one per cell of the table, weighted by its count, is the mean over all pairs.
        loss = -(counts * F.log_softmax(W, dim=1)).sum() / counts.sum()
        W.grad = None
        loss.backward()
        with tg.no_grad():
            W -= 50 * W.grad
        if step % max(1, args.steps // 10) == 0:
            losses.append(measure(logits_of, dev_x, dev_y))
            print(f"step {step:5d}: train loss {loss.item():.4f}, dev loss {losses[-1]:.4f}")

    print(f"largest difference of a chance: {(W.softmax(1) - chances).abs().max().item():.4f}")
    print("names:", *draw(logits_of, letters, block=1))
    return losses, goal


if __name__ == "__main__":
    main()
