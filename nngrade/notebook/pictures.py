"""What a picture of a student's costs whoever looks at it. Only headers are read here, nothing is decoded."""

import base64
import binascii
import math
import struct

STARTS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
PIXELS = 4  # count as much as a byte: a figure of Matplotlib's has five or more of them in a byte
SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # markers of a JPEG that its size stands behind


def cost(kind, picture):
    """Bytes that a picture, in base 64, counts for; infinite if it is not of this kind.

    A few kilobytes can hold gigabytes of one colour, so its pixels count as well.
    """
    try:
        data = base64.b64decode("".join(picture.split()), validate=True)
    except (binascii.Error, ValueError):
        return math.inf
    return max(len(picture), _pixels(kind, data) / PIXELS) if data.startswith(STARTS[kind]) else math.inf


def _pixels(kind, data):
    try:
        width, height = struct.unpack(">II", data[16:24]) if kind == "image/png" else _size_of_jpeg(data)
    except (struct.error, IndexError):
        return math.inf
    return width * height


def _size_of_jpeg(data):
    place = 2
    while data[place + 1] not in SIZES:
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return struct.unpack(">HH", data[place + 5 : place + 9])
