"""Reads the IDX files in which MNIST and Fashion-MNIST are published."""

import gzip
from pathlib import Path

import numpy


def read_idx(path: Path) -> numpy.ndarray:
    """Bytes in the file's shape: two zero bytes, 0x08 for unsigned bytes, the rank, big-endian sizes, the data."""
    content = gzip.decompress(path.read_bytes())
    if content[:3] != b"\x00\x00\x08":
        raise ValueError(f"{path} is not an IDX file of unsigned bytes")
    rank = content[3]
    shape = numpy.frombuffer(content, dtype=">i4", count=rank, offset=4)
    return numpy.frombuffer(content, dtype=numpy.uint8, offset=4 + 4 * rank).reshape(shape)
