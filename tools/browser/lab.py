"""The live notebooks in a browser, with every other host out of reach: open, run all cells, look."""

import contextlib
import functools
import gzip
import sys
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

import nbformat
from browsers import HERE

MINUTE = 60_000  # milliseconds
COMPRESSED = {".html", ".js", ".json", ".css", ".svg", ".wasm", ".ipynb"}


class Handler(SimpleHTTPRequestHandler):
    """Sends files, compressed as hosts do, and notes their sizes in `server.sent`."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if path.suffix not in COMPRESSED or not path.is_file():
            return super().do_GET()
        data = compressed(path)
        self.server.sent.append(len(data))
        self.send_response(200)
        for name, value in {"Type": self.guess_type(path), "Encoding": "gzip", "Length": len(data)}.items():
            self.send_header(f"Content-{name}", value)
        self.end_headers()
        self.wfile.write(data)

    def copyfile(self, source, outputfile):
        data = source.read()
        self.server.sent.append(len(data))
        outputfile.write(data)


@functools.cache
def compressed(path):
    return gzip.compress(path.read_bytes(), 6)


@contextlib.contextmanager
def served(folder):
    """A server of the folder's files; `sent` are the sizes of those that were asked for."""
    server = ThreadingHTTPServer((HERE, 0), functools.partial(Handler, directory=str(folder)))
    server.sent, server.address = [], f"http://{HERE}:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def address(server, path):
    """Of a notebook of the course, given as lectures/01_perceptron.ipynb."""
    return f"{server.address}/lab/index.html?path={path}"


class Notebook:
    """A notebook in JupyterLab; `elsewhere` are the addresses of other hosts that were asked for."""

    def __init__(self, context, address, button=None):
        """Open the notebook at the address; with a button, the notebook that it leads to from the page there."""
        self.page, self.elsewhere, self.opened = context.new_page(), [], time.perf_counter()
        here = "/".join(address.split("/")[:3])
        context.on("request", lambda request: self._note(request.url, here))
        self.page.set_default_timeout(10 * MINUTE)
        self.page.goto(address)
        if button:
            self.page.locator(button).click()
        self.page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext")
        self.page.evaluate("window.jupyterapp.shell.currentWidget.context.ready")

    def _note(self, url, here):
        if not url.startswith((here, "data:", "blob:")):
            self.elsewhere.append(url)

    def start(self):
        """Wait for Python; the seconds since opening. A kernel that is not idle yet drops cells without a word."""
        self.page.evaluate(READY)
        return time.perf_counter() - self.opened

    def run_all(self):
        """Run all cells: [(name of the cell, seconds, what it stopped with or "")] of those with code."""
        return [tuple(cell) for cell in self.page.evaluate(RUN_ALL)]

    def insert(self, source):
        """Put a code cell on top."""
        self.page.evaluate(INSERT, source)

    def content(self):
        """The notebook with its outputs, as JupyterLab would save it."""
        text = self.page.evaluate("JSON.stringify(window.jupyterapp.shell.currentWidget.context.model.toJSON())")
        return nbformat.reads(text, as_version=4)

    def show(self, text):
        """Scroll to the first cell with this text in its source: JupyterLab draws no cells that are out of sight."""
        self.page.evaluate(SHOW, text)

    def do(self, command):
        """A command of JupyterLab, such as docmanager:save."""
        self.page.evaluate("command => window.jupyterapp.commands.execute(command).then(() => null)", command)


READY = """async () => {
  const { sessionContext } = window.jupyterapp.shell.currentWidget;
  await sessionContext.ready;
  while (sessionContext.session?.kernel?.status !== "idle") await new Promise(done => setTimeout(done, 100));
  await sessionContext.session.kernel.requestExecute({ code: "" }).done;
}"""
INSERT = """source => window.jupyterapp.shell.currentWidget.content.model.sharedModel.insertCell(
  0, { cell_type: "code", source, metadata: {} }) && null"""
SHOW = """async text => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = notebook.widgets.findIndex(cell => cell.model.sharedModel.getSource().includes(text));
  await notebook.scrollToItem(notebook.activeCellIndex, "start");
}"""
RUN_ALL = """async () => {
  const { content, sessionContext } = window.jupyterapp.shell.currentWidget;
  const cellOf = new Map(), times = new Map();
  sessionContext.session.kernel.anyMessage.connect((_, { msg, direction }) => {
    if (direction === "send" && msg.header.msg_type === "execute_request")
      cellOf.set(msg.header.msg_id, msg.metadata.cellId);
    const cell = cellOf.get(msg.parent_header?.msg_id);
    if (cell && msg.header.msg_type === "status") times.set(cell, [...(times.get(cell) ?? []), Date.now()]);
  });
  await window.jupyterapp.commands.execute("notebook:run-all-cells").catch(() => null);
  await sessionContext.session.kernel.requestExecute({ code: "" }).done; // an error ends the command, not the queue
  const cells = [];
  for (const { model } of content.widgets) {
    if (model.type !== "code" || !model.sharedModel.getSource().trim()) continue;
    const mayFail = model.getMetadata("tags")?.includes("raises-exception");
    const error = !mayFail && model.sharedModel.outputs.find(output => output.output_type === "error");
    const failed = error ? `${error.ename}: ${error.evalue}` : model.executionCount ? "" : "was not run";
    const seen = times.get(model.id) ?? [0];
    cells.push([model.id, (seen.at(-1) - seen[0]) / 1000, failed]);
  }
  return cells;
}"""
