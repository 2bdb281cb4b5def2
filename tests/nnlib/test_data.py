"""Data: files and folders that are damaged, mirrors that are down, and the sets themselves."""

import gzip
import hashlib
import http.server
import re
import struct
import sys
import threading
from functools import partial

import numpy as np
import pytest
from sklearn.datasets import load_digits

import nnlib as nn
from nnlib.data import MNIST_FILES, DataUnavailable, _read_idx
from nnlib.data import MNIST_MIRRORS as MIRRORS

THREE_WAYS = "(?s)three ways.*1. .*2. .*NNLIB_DATA.*3. .*digits"
TWO_WAYS = "(?s)two ways.*1. .*folder `mnist` beside this notebook, upload .*2. .*digits"  # in a browser
WAYS = TWO_WAYS if nn.data.IN_BROWSER else THREE_WAYS


def idx(array):
    """An IDX file of bytes, gzipped: 0, 0, type 8, rank, big-endian sizes, entries."""
    head = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return gzip.compress(head + array.tobytes(), mtime=0)


def small_mnist():
    """The four files of a made-up MNIST: 5 training and 3 test images of 2x2 pixels."""
    rng = np.random.default_rng(0)
    sizes = {"train": 5, "t10k": 3}
    files = {}
    for name, m in sizes.items():
        files[f"{name}-images-idx3-ubyte.gz"] = idx(rng.integers(0, 256, (m, 2, 2), dtype=np.uint8))
        files[f"{name}-labels-idx1-ubyte.gz"] = idx(rng.integers(0, 10, m, dtype=np.uint8))
    return files


FILES = small_mnist()
IMAGES = "train-images-idx3-ubyte.gz"


def checksum(content):
    return hashlib.sha256(content).hexdigest()


def write(folder, files):
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(autouse=True)
def made_up(request, monkeypatch):
    """For tests on made-up files: their checksums in place of those of the originals."""
    if "mnist" not in request.fixturenames:
        monkeypatch.setattr(nn.data, "MNIST_FILES", {name: checksum(FILES[name]) for name in FILES})


@pytest.fixture
def given_folder(tmp_path, monkeypatch):
    """A folder with the four files, named by NNLIB_DATA."""
    monkeypatch.setenv("NNLIB_DATA", str(tmp_path / "given"))
    return write(tmp_path / "given", FILES)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The folder that stands for the user's cache, still to be made. NNLIB_DATA is not set."""
    monkeypatch.delenv("NNLIB_DATA", raising=False)
    monkeypatch.setattr(nn.data, "mnist_cache", lambda: tmp_path / "cache")
    return tmp_path / "cache"


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def serve():
    """A function that serves a folder here and returns (address, function to stop it)."""
    if nn.data.IN_BROWSER:
        pytest.skip("a browser gives Python no sockets")
    servers = []

    def start(folder):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/", partial(stop, server)

    def stop(server):
        if server in servers:
            servers.remove(server)
            server.shutdown()
            server.server_close()

    yield start
    for server in list(servers):
        stop(server)


@pytest.fixture
def nobody(serve, tmp_path):
    """An address on this machine where nobody answers."""
    address, stop = serve(tmp_path)
    stop()
    return address


def assert_is_small_mnist(data):
    for (x, y), name, m in zip(data, ("train", "t10k"), (5, 3)):
        images = np.frombuffer(gzip.decompress(FILES[f"{name}-images-idx3-ubyte.gz"])[16:], np.uint8).reshape(m, 4)
        np.testing.assert_array_equal(x, (images / 255).astype(np.float32))
        labels = np.frombuffer(gzip.decompress(FILES[f"{name}-labels-idx1-ubyte.gz"])[8:], np.uint8)
        np.testing.assert_array_equal(y, labels)


# ---- files


@pytest.mark.parametrize("shape", [(4,), (2, 3), (2, 3, 4)])
def test_idx_files_of_any_rank(shape, tmp_path, rng):
    array = rng.integers(0, 256, shape, dtype=np.uint8)
    (tmp_path / "a.gz").write_bytes(idx(array))
    np.testing.assert_array_equal(_read_idx(tmp_path / "a.gz"), array)


def test_sizes_in_idx_files_are_big_endian(tmp_path):
    (tmp_path / "a.gz").write_bytes(idx(np.zeros(300, np.uint8)))
    assert _read_idx(tmp_path / "a.gz").shape == (300,)


def test_the_originals_are_named_by_their_sums_and_fetched_over_https():
    assert MNIST_FILES.keys() == FILES.keys() and all(re.fullmatch("[0-9a-f]{64}", x) for x in MNIST_FILES.values())
    assert len(set(MNIST_FILES.values())) == 4 and all(re.fullmatch("https://[a-z0-9./-]+/mnist/", x) for x in MIRRORS)
    assert nn.data.IN_BROWSER is (sys.platform == "emscripten")


# ---- the folder that NNLIB_DATA names


def test_given_folder_is_read(given_folder):
    train, test = nn.data.mnist()
    assert_is_small_mnist((train, test))
    assert (train.x.dtype, train.y.dtype) == (np.float32, np.intp)
    assert 0 <= train.x.min() <= train.x.max() <= 1


def test_missing_file_is_named(given_folder):
    (given_folder / IMAGES).unlink()
    with pytest.raises(DataUnavailable, match=f"NNLIB_DATA names .*given, but {IMAGES} is not there") as caught:
        nn.data.mnist()
    assert caught.match(WAYS)


def test_missing_folder_is_named(given_folder, monkeypatch):
    monkeypatch.setenv("NNLIB_DATA", str(given_folder / "nowhere"))
    with pytest.raises(DataUnavailable, match="NNLIB_DATA names .*nowhere"):
        nn.data.mnist()


def truncated(content):
    return content[:-7]


def altered(content):
    return content[:20] + bytes([content[20] ^ 1]) + content[21:]


def test_a_name_of_nothing_names_no_folder(cache, monkeypatch):
    monkeypatch.setenv("NNLIB_DATA", "")
    write(cache, FILES)
    if nn.data.IN_BROWSER:
        pytest.skip("what is in a cache is checked by pooch")
    assert_is_small_mnist(nn.data.mnist())


@pytest.mark.parametrize("damage", [truncated, altered])
@pytest.mark.parametrize("name", FILES)
def test_damaged_file_is_named_with_its_checksum_and_the_good_ones_stay(damage, name, given_folder):
    bad = damage(FILES[name])
    (given_folder / name).write_bytes(bad)
    with pytest.raises(DataUnavailable, match=f"{name} is damaged or altered") as caught:
        nn.data.mnist()
    assert caught.match(checksum(bad))
    assert caught.match(checksum(FILES[name]))
    assert caught.match(WAYS)
    for other, content in FILES.items():
        assert (given_folder / other).read_bytes() == (bad if other == name else content)


def test_a_genuine_file_under_the_name_of_another_is_refused(given_folder):
    name, other = [name for name in FILES if "labels" in name]
    (given_folder / name).write_bytes(FILES[other])
    with pytest.raises(DataUnavailable, match=f"{name} is damaged or altered"):
        nn.data.mnist()


# ---- mirrors and the cache


def test_mirrors_are_folders_that_can_be_named():
    assert len(set(nn.data.MNIST_MIRRORS)) == 2
    for address in nn.data.MNIST_MIRRORS:
        assert re.fullmatch(r"https://[a-z0-9.-]+/(cvdf-datasets/)?mnist/", address)


def mirrors(monkeypatch, *addresses):
    monkeypatch.setattr(nn.data, "MNIST_MIRRORS", addresses)


def test_first_mirror_down_second_used_then_cached(cache, serve, nobody, tmp_path, monkeypatch):
    address, stop = serve(write(tmp_path / "mirror", FILES))
    mirrors(monkeypatch, nobody, address)
    assert_is_small_mnist(nn.data.mnist())
    assert {path.name: path.read_bytes() for path in cache.iterdir()} == FILES
    stop()
    assert_is_small_mnist(nn.data.mnist())


@pytest.mark.parametrize("damage", [truncated, altered])
def test_damaged_on_the_first_mirror_second_used(damage, cache, serve, tmp_path, monkeypatch):
    bad, _ = serve(write(tmp_path / "bad", FILES | {IMAGES: damage(FILES[IMAGES])}))
    good, _ = serve(write(tmp_path / "good", FILES))
    mirrors(monkeypatch, bad, good)
    assert_is_small_mnist(nn.data.mnist())
    assert (cache / IMAGES).read_bytes() == FILES[IMAGES]


def test_missing_on_the_first_mirror_second_used(cache, serve, tmp_path, monkeypatch):
    empty, _ = serve(write(tmp_path / "empty", {}))
    good, _ = serve(write(tmp_path / "good", FILES))
    mirrors(monkeypatch, empty, good)
    assert_is_small_mnist(nn.data.mnist())


def test_nothing_reachable_gives_three_ways_and_the_reasons(cache, nobody, monkeypatch):
    mirrors(monkeypatch, nobody)
    with pytest.raises(DataUnavailable, match=f"{IMAGES} can't be had") as caught:
        nn.data.mnist()
    assert caught.match(THREE_WAYS)
    assert caught.match(nobody)
    reason, *ways = str(caught.value).split("\n")[1:]  # what is wrong, then what to do, each in lines of its own
    assert reason.startswith(nobody) and ways[0] == "There are three ways to get MNIST:"
    assert ways[1].endswith(f"11.6 MB are fetched once and kept in {cache}")
    assert ways[3].split() == list(FILES)
    assert nn.data.digits.__name__ in ways[-1] and "{" not in str(caught.value)


def test_no_mirror_has_the_genuine_file_then_nothing_is_kept(cache, serve, tmp_path, monkeypatch):
    bad, _ = serve(write(tmp_path / "bad", FILES | {IMAGES: b"another file"}))
    mirrors(monkeypatch, bad)
    with pytest.raises(DataUnavailable, match=f"{IMAGES} can't be had") as caught:
        nn.data.mnist()
    assert caught.match(checksum(b"another file"))
    assert not (cache / IMAGES).exists()


def test_damaged_file_in_the_cache_is_replaced(cache, serve, tmp_path, monkeypatch):
    write(cache, FILES | {IMAGES: b"damaged"})
    good, _ = serve(write(tmp_path / "good", {IMAGES: FILES[IMAGES]}))
    mirrors(monkeypatch, good)
    assert_is_small_mnist(nn.data.mnist())
    assert (cache / IMAGES).read_bytes() == FILES[IMAGES]


def test_damaged_file_in_the_cache_is_named_when_it_cannot_be_replaced(cache, nobody, monkeypatch):
    write(cache, FILES | {IMAGES: b"damaged"})
    mirrors(monkeypatch, nobody)
    with pytest.raises(DataUnavailable, match=f"{IMAGES} is damaged or altered") as caught:
        nn.data.mnist()
    assert caught.match(checksum(b"damaged"))
    assert caught.match(THREE_WAYS)
    for name, content in FILES.items():
        assert name == IMAGES or (cache / name).read_bytes() == content


def test_without_tqdm_it_is_fetched_without_a_bar(cache, serve, tmp_path, monkeypatch, capsys):
    address, _ = serve(write(tmp_path / "mirror", FILES))
    mirrors(monkeypatch, address)
    monkeypatch.setattr(nn.data, "find_spec", lambda name: None)
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert_is_small_mnist(nn.data.mnist())
    assert capsys.readouterr() == ("", "")


def test_fetching_shows_a_bar_and_nothing_else(cache, serve, tmp_path, monkeypatch, capsys, caplog):
    address, _ = serve(write(tmp_path / "mirror", FILES))
    mirrors(monkeypatch, address)
    pooch = pytest.importorskip("pooch")
    pooch.get_logger().setLevel("INFO")  # as it is at first: where from and where to
    monkeypatch.setattr(pooch.get_logger(), "handlers", [caplog.handler])  # no other logger sees its messages
    nn.data.mnist()
    assert "100%" in capsys.readouterr().err
    assert not caplog.records


def test_an_address_where_nobody_answers_is_said_in_two_words(cache, nobody, monkeypatch):
    mirrors(monkeypatch, nobody)
    with pytest.raises(DataUnavailable, match=f"{nobody}{IMAGES}: not reachable\\n"):
        nn.data.mnist()


@pytest.mark.skipif(nn.data.IN_BROWSER, reason="a browser has no cache of files")
def test_what_is_fetched_is_kept_in_the_cache_of_the_user(monkeypatch, tmp_path):
    monkeypatch.setattr("pooch.os_cache", lambda name: tmp_path / name)
    assert nn.data.mnist_cache() == tmp_path / "nnlib" / "mnist"


# ---- the sets


def test_the_genuine_mnist(mnist):
    train, test = mnist
    assert (train.x.shape, test.x.shape) == ((60000, 784), (10000, 784))
    assert np.bincount(train.y).tolist() == [
        5923,
        6742,
        5958,
        6131,
        5842,
        5421,
        5918,
        6265,
        5851,
        5949,
    ]
    assert test.y[:5].tolist() == [7, 2, 1, 0, 4]
    assert train.x.mean() == pytest.approx(0.1307, abs=1e-4)
    assert (train.x.min(), train.x.max()) == (0, 1)


def test_digits_are_always_there():
    train, test = nn.data.digits()
    assert (train.x.shape, test.x.shape) == ((1437, 64), (360, 64))
    assert (train.x.dtype, train.x.min(), train.x.max()) == (np.float32, 0, 1)
    assert set(test.y) == set(range(10))
    again = nn.data.digits()[1]
    np.testing.assert_array_equal(test.x, again.x)
    assert (nn.data.digits(rng=np.random.default_rng(1))[1].y != test.y).any()


def test_the_digits_are_split_in_the_same_way_for_everybody():
    train, test = nn.data.digits()
    assert train.y[:8].tolist() == [6, 6, 6, 2, 5, 6, 6, 2]
    assert test.y[:8].tolist() == [0, 8, 8, 9, 8, 3, 7, 5]


@pytest.mark.parametrize("n_test", [1797, 1798])
def test_the_digits_leave_one_to_train_with(n_test):
    assert len(nn.data.digits(1796)[0].y) == 1
    with pytest.raises(ValueError, match=f"^n_test: expected 1 … 1796 of the 1797 examples, got {n_test}$"):
        nn.data.digits(n_test)


def numbered(m):
    """m examples whose label says which they are."""
    return nn.data.Dataset(np.arange(m, dtype=np.float32)[:, None], np.arange(m))


def test_split_keeps_every_example_once_with_its_label(rng):
    data = numbered(10)
    rest, part = nn.data.split(data, 3, rng)
    assert (len(rest.y), len(part.y)) == (7, 3)
    assert sorted([*rest.y, *part.y]) == list(range(10))
    for x, y in (rest, part):
        np.testing.assert_array_equal(x[:, 0], y)
        assert not np.shares_memory(x, data.x)
    np.testing.assert_array_equal(data.y, np.arange(10))


def test_counts_from_arrays_of_small_numbers_do_not_overflow(rng):
    """−5 would be 251 in such numbers, and 200 + 100 would be 44."""
    few, many = np.array([5, 100], np.uint8)
    rest, part = nn.data.split(numbered(300), few, rng)
    assert (len(rest.y), len(part.y)) == (295, 5) and len({*rest.y, *part.y}) == 300
    assert [len(y) for _, y in nn.data.minibatches(numbered(250), many, rng)] == [100, 100, 50]
    assert len(nn.Sequential(nn.Identity()).predict(np.ones((250, 1)), many)) == 250


@pytest.mark.parametrize("n", [0, 10, 11, -1, 2.5])
def test_split_refuses_a_part_that_is_empty_or_everything(n, rng):
    with pytest.raises(ValueError, match="^n: expected"):
        nn.data.split(numbered(10), n, rng)


@pytest.mark.parametrize(("m", "batch_size", "sizes"), [(10, 4, [4, 4, 2]), (8, 4, [4, 4]), (3, 10, [3]), (1, 1, [1])])
def test_minibatches_show_every_example_once(m, batch_size, sizes, rng):
    batches = list(nn.data.minibatches(numbered(m), batch_size, rng))
    assert [len(y) for _, y in batches] == sizes
    assert sorted(np.concatenate([y for _, y in batches])) == list(range(m))
    for x, y in batches:
        np.testing.assert_array_equal(x[:, 0], y)
        assert x.dtype == np.float32


@pytest.mark.parametrize(("x_shape", "y_shape"), [((7, 2), (7, 3)), ((7, 2, 3, 4), (7,)), ((7, 1), (7, 1))])
def test_minibatches_of_images_and_of_several_targets(x_shape, y_shape, rng):
    x, y = rng.standard_normal(x_shape), rng.standard_normal(y_shape)
    x[(..., *[0] * (x.ndim - 1))] = y[(..., *[0] * (y.ndim - 1))] = np.arange(7)
    for a, b in nn.data.minibatches((x, y), 3, rng):
        rows = a.reshape(len(a), -1)[:, 0].astype(int)
        np.testing.assert_array_equal(a, x[rows])
        np.testing.assert_array_equal(b, y[rows])


@pytest.mark.parametrize("size", [8, 50, 99])  # a batch of all examples is none other than the rest
def test_minibatches_are_copies_in_a_new_order_every_epoch(size, rng):
    data = numbered(50)
    first, second = (np.concatenate([y for _, y in nn.data.minibatches(data, size, rng)]) for _ in range(2))
    assert (first != second).any()
    for x, y in nn.data.minibatches(data, size, rng):
        x[...], y[...] = 0, 0
    np.testing.assert_array_equal(data.x, numbered(50).x)
    np.testing.assert_array_equal(data.y, np.arange(50))
    same = [np.concatenate([y for _, y in nn.data.minibatches(data, size, np.random.default_rng(3))]) for _ in range(2)]
    np.testing.assert_array_equal(*same)


def test_minibatches_refuse_in_words(rng):
    x, y = numbered(3)
    for data, batch_size, generator, error, message in [
        (
            (x, y[:2]),
            2,
            rng,
            ValueError,
            "^data: expected as many labels as examples, .* 3 examples and 2 labels",
        ),
        ((x[:0], y[:0]), 2, rng, ValueError, "at least one; got 0 examples"),
        ((x, [0, 1, 2]), 2, rng, TypeError, "^data: expected a pair of arrays .* y is list"),
        ((x, y), 0, rng, ValueError, "^batch_size: expected a whole number of at least 1, got 0"),
        ((x, y), 2, 0, TypeError, "^rng: expected np.random.default_rng"),
    ]:
        with pytest.raises(error, match=message):
            next(nn.data.minibatches(data, batch_size, generator))


def test_the_digits_are_those_of_scikit_learn_in_their_order():
    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(5).permutation(1797)
    for (ours_x, ours_y), part in zip(nn.data.digits(100, np.random.default_rng(5)), (order[:-100], order[-100:])):
        np.testing.assert_array_equal(ours_x * 16, x[part])
        np.testing.assert_array_equal(ours_y, y[part])
        assert (ours_x.dtype, ours_y.dtype) == (np.float32, np.intp)


# ---- in a browser


@pytest.fixture
def browser(tmp_path, monkeypatch):
    """A notebook's folder in a browser: no sockets, so no pooch."""
    monkeypatch.setattr(nn.data, "IN_BROWSER", True)
    monkeypatch.setitem(sys.modules, "pooch", None)
    monkeypatch.delenv("NNLIB_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_in_a_browser_mnist_is_read_from_a_folder_beside_the_notebook(browser):
    write(browser / "mnist", FILES)
    assert_is_small_mnist(nn.data.mnist())


def test_in_a_browser_another_folder_may_be_named(browser, monkeypatch):
    monkeypatch.setenv("NNLIB_DATA", str(write(browser / "other", FILES)))
    assert_is_small_mnist(nn.data.mnist())


def test_in_a_browser_it_says_what_to_upload_and_nothing_of_connections(browser):
    write(browser / "mnist", {name: FILES[name] for name in FILES if name != IMAGES})
    with pytest.raises(DataUnavailable, match=TWO_WAYS) as caught:
        nn.data.mnist()
    assert caught.match(f"^MNIST is read from the folder mnist, but {IMAGES} is not there")
    assert all(name in str(caught.value) for name in FILES)
    assert "internet" not in str(caught.value)


def test_in_a_browser_a_damaged_upload_is_named(browser):
    write(browser / "mnist", FILES | {IMAGES: truncated(FILES[IMAGES])})
    with pytest.raises(DataUnavailable, match=f"{IMAGES} is damaged or altered") as caught:
        nn.data.mnist()
    assert caught.match(TWO_WAYS)
