"""A stand-in for the student's side: runs the Python it is sent, and answers what `answer` holds then.

The doctor and the tests use it to find out what code can do in a sandbox.
"""

import json


def main(sock):
    """Answer one JSON line for each JSON line, until the other end closes."""
    lines, names = sock.makefile("rw", encoding="utf-8"), {}
    for line in lines:
        names["answer"] = None
        try:
            exec(json.loads(line), names)
            reply = {"answer": names["answer"]}
        except BaseException as error:
            reply = {"error": type(error).__name__, "text": str(error)}
        lines.write(json.dumps(reply, default=repr) + "\n")
        lines.flush()


def ask(child, source, timeout=60):
    """What `answer` is after the source has run in the child; an error there is a dict with "error" and "text"."""
    child.sock.settimeout(timeout)
    child.sock.sendall(json.dumps(source).encode() + b"\n")
    text = b""
    while not text.endswith(b"\n"):
        piece = child.sock.recv(1 << 16)
        if not piece:
            raise EOFError("the student's process has ended")
        text += piece
    reply = json.loads(text)
    return reply if "error" in reply else reply["answer"]
