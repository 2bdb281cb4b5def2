"""What a cell shows, in the form in which notebooks keep it, up to a limit; tracebacks of the student's own lines."""

import base64
import contextlib
import io
import json
import linecache
import sys
import traceback

CUT = "\n… the rest of the output is cut."


class Recorder:
    """Records the outputs of one cell after the other. Output beyond the limit is dropped; the cell runs on."""

    def __init__(self):
        self.cell, self.cells, self.outputs, self.left, self.running = "", set(), [], 0, False

    @contextlib.contextmanager
    def recording(self, cell, most_bytes):
        """Record what happens inside the `with` as the outputs of `cell`."""
        self.cell, self.outputs, self.left = cell, [], most_bytes
        self.cells.add(cell)
        kept = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = self._stream("stdout"), self._stream("stderr")
        self.running = True
        try:
            yield
        finally:
            self.running = False
            sys.stdout, sys.stderr = kept

    def interrupt(self, *_):
        """SIGINT: stop the cell, if one runs."""
        if self.running:
            self.running = False
            raise KeyboardInterrupt("this cell took too long and was stopped")

    def write(self, name, text):
        """Record text that was printed to the stream of this name."""
        if not self._room(len(text)):
            return
        if self.outputs and self.outputs[-1].get("name") == name:
            self.outputs[-1]["text"] += text
        else:
            self.outputs.append({"output_type": "stream", "name": name, "text": text})

    def display(self, data, metadata, count, display_id=None, update=False):
        """Record what is shown, as {kind: content}; with a count it is the value of the last line."""
        data = {kind: _text(content) for kind, content in data.items()}
        if not self._room(sum(map(len, data.values()))):
            return
        output = {"output_type": "display_data", "data": data, "metadata": {}}
        if count is not None:
            output |= {"output_type": "execute_result", "execution_count": count}
        for old in self.outputs if update else ():
            if display_id is not None and old.get("id") == display_id:
                old["data"] = data
        if not update:
            self.outputs.append(output | ({"id": display_id} if display_id else {}))

    def error(self, error):
        """Record an exception: what it says, and the student's own lines that led to it."""
        name, text, lines = type(error).__name__, message(error), []
        if name == "CheckFailed":  # of nnlib.checks: its words are all there is to say
            self.outputs.append({"output_type": "error", "ename": name, "evalue": text, "traceback": [f"✗ {text}"]})
            return
        for file, line in own_lines(error, self.cells):
            lines += [f"  {file}, line {line}", f"    {linecache.getline(file, line).strip()}"]
        lines = lines if len(lines) < 40 else [*lines[:20], "  …", *lines[-20:]]
        self.outputs.append(
            {"output_type": "error", "ename": name, "evalue": text, "traceback": [*lines, f"{name}: {text}"]}
        )

    def clear(self):
        """Forget what was shown, as clear_output() asks."""
        self.outputs.clear()

    def _room(self, size):
        if self.left <= 0:
            return False
        self.left -= size
        if self.left <= 0:
            self.outputs.append({"output_type": "stream", "name": "stderr", "text": CUT})
        return self.left > 0

    def _stream(self, name):
        return io.TextIOWrapper(_Raw(self, name), "utf-8", "replace", newline="", write_through=True)


class _Raw(io.RawIOBase):
    """The bytes under sys.stdout and sys.stderr."""

    def __init__(self, recorder, name):
        self.recorder, self.channel = recorder, name

    def writable(self):
        return True

    def write(self, data):
        self.recorder.write(self.channel, bytes(data).decode("utf-8", "replace"))
        return len(data)


def message(error):
    """What an exception says, cut to a reasonable length."""
    try:
        return str(error)[:2000]
    except BaseException:
        return ""


def own_lines(error, cells):
    """[(cell, line)] of a traceback, outermost first: the student's own lines and nothing else."""
    frames = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.lineno:
        frames.append((error.filename, error.lineno))
    return [(file, line) for file, line in frames if file in cells][-100:]


def _text(content):
    if isinstance(content, bytes):
        return base64.b64encode(content).decode()
    return content if isinstance(content, str) else json.dumps(content, default=repr)
