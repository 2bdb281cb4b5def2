"""Messages between the grader and the warm process: JSON, compressed, in one packet, with open files beside it."""

import array
import contextlib
import json
import os
import socket
import time
import zlib

LARGEST = 1 << 16
SECONDS_BETWEEN_LOOKS = 0.1  # at whether a program still runs


def pair():
    """Two connected ends; each message arrives whole or not at all."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def listener(path):
    """A socket at which one other process can ask for a connection."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listening.bind(path)
    listening.listen(1)
    return listening


def accepted(listening, program, seconds):
    """Our end of the connection that this program asks for; where it ends instead, one with nobody at its other end."""
    listening.settimeout(SECONDS_BETWEEN_LOOKS)
    end = time.monotonic() + seconds
    while program.poll() is None and time.monotonic() < end:
        with contextlib.suppress(TimeoutError):
            return listening.accept()[0]
    nobody, far = pair()
    far.close()
    return nobody


def send(end, message, files=()):
    """Send, unless the other end is gone."""
    beside = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", files))] if files else []
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        end.sendmsg([zlib.compress(json.dumps(message).encode(), 1)], beside, socket.MSG_NOSIGNAL)


def receive(end, most_files=2):
    """(message, open files); (None, []) when the other end is gone, or silent and not to be waited for."""
    try:
        text, beside, _, _ = end.recvmsg(LARGEST, socket.CMSG_SPACE(4 * most_files), socket.MSG_CMSG_CLOEXEC)
    except ConnectionResetError:  # it went without reading something of ours; what it said before is still there
        return receive(end, most_files)
    except BlockingIOError:
        return None, []
    files = [file for _, _, data in beside for file in array.array("i", data[: len(data) // 4 * 4])]
    if text:
        return json.loads(zlib.decompress(text)), files
    for file in files:
        os.close(file)
    return None, []
