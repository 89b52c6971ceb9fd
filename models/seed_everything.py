"""Makes a run repeatable."""

import random

import numpy
import torch


def seed_everything(seed: int) -> None:
    """Seeds every generator in use, takes one thread and asks torch for deterministic kernels.

    Two runs with one torch version on one kind of CPU give the same bits: with one thread, sums are always made in the same
    order. Another CPU or torch version may take another order; the metrics then move by some thousandths.
    """
    random.seed(seed)
    numpy.random.seed(seed)
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
