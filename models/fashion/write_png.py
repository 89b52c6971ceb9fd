"""Writes a grey picture as a PNG file without an imaging library."""

import struct
import zlib
from pathlib import Path

import numpy


def write_png(pixels: numpy.ndarray, path: Path) -> None:
    """`pixels`: unsigned bytes, height x width, 0 black to 255 white. 8-bit grey, no filter (PNG spec, section 11)."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    height, width = pixels.shape
    rows = b"".join(b"\x00" + row.tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    )
