"""Data: the genuine MNIST, the small digits of UCI, made-up points, and mini-batches.

Every data set is a pair (x, y): x is (m, n) float32 with one example per row, y are m labels, np.intp:
they are used as indices. Pixels run from 0, white, to 1, black.
"""

import gzip
import hashlib
import os
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from nnlib.arguments import need_count
from nnlib.dataset import Dataset, minibatches, split
from nnlib.toys import blobs, circles, half_planes, moons, spirals, truth_table

__all__ = [
    "DataUnavailable",
    "Dataset",
    "blobs",
    "circles",
    "digits",
    "half_planes",
    "minibatches",
    "mnist",
    "mnist_cache",
    "moons",
    "spirals",
    "split",
    "truth_table",
]

MNIST_FILES = {  # name of the original file: its SHA-256
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
MNIST_MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)
IN_BROWSER = sys.platform == "emscripten"  # Python in a browser has no sockets: what it reads was put there
MNIST_ADVICE = """There are three ways to get MNIST:
  1. Connect to the internet and run this again: 11.6 MB are fetched once and kept in {cache}
  2. Put the four original files into a folder and name it before Python starts: NNLIB_DATA=/that/folder
       {names}
  3. Do without: nnlib.data.digits() gives 1,797 real digits of 8x8 pixels, which are always there."""
BROWSER_ADVICE = """There are two ways, because Python in a browser can't fetch it by itself:
  1. Make a folder `mnist` beside this notebook, upload the four original files into it, and run this again:
       {names}
  2. Do without: nnlib.data.digits() gives 1,797 real digits of 8x8 pixels, which are always there."""


class DataUnavailable(OSError):
    """The data can't be had, or is not what it should be. The message says what to do."""


def mnist():
    """(train, test): the 60,000 and 10,000 handwritten digits, x in [0, 1] of shape (m, 784).

    Reads the folder that the environment variable NNLIB_DATA names; without it the user's cache
    folder, after fetching what is missing there; in a browser the folder `mnist` beside the notebook.
    Every file must have the checksum of the original; DataUnavailable says which one has not, or how
    to get them. Source: LeCun et al. 1998.
    """
    given = os.environ.get("NNLIB_DATA")
    locate = _given_file(Path(given or mnist_cache())) if given or IN_BROWSER else _cached_file
    images_train, labels_train, images_test, labels_test = map(_read_idx, map(locate, MNIST_FILES))
    return _flatten(images_train, labels_train), _flatten(images_test, labels_test)


def digits(n_test=360, rng=None):
    """(train, test): 1,797 real digits of 8x8 pixels, x in [0, 1] of shape (m, 64). They come with nnlib.

    Shuffled by `rng` before `n_test` are set aside, without one in the same way for everybody; an `n_test`
    other than 1 … 1,796 is refused.
    Source: Alpaydin & Kaynak 1998, UCI, CC BY 4.0; more in digits.txt beside the file.
    """
    with np.load(Path(__file__).with_name("digits.npz")) as file:
        x, y = file["x"], file["y"].astype(np.intp)
    if need_count("n_test", n_test) >= len(y):
        raise ValueError(f"n_test: expected 1 … {len(y) - 1} of the {len(y)} examples, got {n_test}")
    return split(Dataset((x / 16).astype(np.float32), y), n_test, np.random.default_rng(0) if rng is None else rng)


def _given_file(folder):
    """A function from a file's name to its path in `folder`, which must hold the genuine file."""

    def locate(name):
        path = folder / name
        if not path.is_file():
            asked = "NNLIB_DATA names" if os.environ.get("NNLIB_DATA") else "MNIST is read from the folder"
            raise DataUnavailable(_advice(f"{asked} {folder}, but {name} is not there."))
        if (found := _sha256(path)) != MNIST_FILES[name]:
            raise DataUnavailable(_advice(_altered(path, found)))
        return path

    return locate


def _cached_file(name):
    """The path of a genuine file in the user's cache folder, fetched from a mirror if it is not there yet."""
    import pooch
    from requests import ConnectionError

    pooch.get_logger().setLevel("WARNING")  # the progress bar says enough
    path, problems, bar = mnist_cache() / name, [], find_spec("tqdm") is not None  # pooch fails without it
    if path.is_file() and (found := _sha256(path)) != MNIST_FILES[name]:
        problems.append(_altered(path, found))
    for mirror in MNIST_MIRRORS:
        try:
            # pooch fetches into a temporary file and moves it only when the checksum is right
            return pooch.retrieve(mirror + name, MNIST_FILES[name], name, mnist_cache(), progressbar=bar)
        except (OSError, ValueError) as error:  # no network, refused, or another file than the genuine one
            problems.append(f"{mirror + name}: {'not reachable' if isinstance(error, ConnectionError) else error}")
    raise DataUnavailable(_advice(f"{name} can't be had.", *problems))


def mnist_cache():
    """Where MNIST is kept: `nnlib/mnist` in the user's cache folder; in a browser, `mnist` beside the notebook."""
    if IN_BROWSER:
        return Path("mnist")
    import pooch

    return Path(pooch.os_cache("nnlib")) / "mnist"


def _sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _altered(path, found):
    expected = MNIST_FILES[path.name]
    return f"{path} is damaged or altered: its SHA-256 is {found}, that of the original is {expected}."


def _advice(*problems):
    names, advice = "  ".join(MNIST_FILES), BROWSER_ADVICE if IN_BROWSER else MNIST_ADVICE
    return "\n".join(problems) + "\n" + advice.format(cache=mnist_cache(), names=names)


def _read_idx(path):
    """The array in an IDX file: two zero bytes, type 8 (byte), rank, the sizes (big-endian), the bytes."""
    raw = gzip.decompress(Path(path).read_bytes())
    rank = raw[3]
    shape = np.frombuffer(raw, ">u4", count=rank, offset=4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape)


def _flatten(images, labels):
    x = images.reshape(len(images), -1).astype(np.float32)
    x /= 255
    return Dataset(x, labels.astype(np.intp))
