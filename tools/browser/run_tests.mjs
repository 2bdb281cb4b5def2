// Runs tests/nnlib in Pyodide: node run_tests.mjs PYODIDE WHEELS TESTS [options of pytest]
import { pathToFileURL } from "node:url";

const [folder, wheels, tests, ...options] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const python = await loadPyodide({ indexURL: folder, env: { HOME: "/home/pyodide", MPLBACKEND: "agg" } });
await python.loadPackage(["numpy", "matplotlib", "scipy", "scikit-learn", "ipython"], { messageCallback: () => {} });
for (const [place, root] of [["/wheels", wheels], ["/tests", tests]]) {
  python.FS.mkdir(place);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, place);
}
python.globals.set("options", python.toPy(options));

// Plugins that need threads or signals stay away, and the settings that belong to them.
const code = await python.runPythonAsync(`
import glob, importlib, os, shutil, site, zipfile

for wheel in glob.glob("/wheels/*.whl"):
    zipfile.ZipFile(wheel).extractall(site.getsitepackages()[0])
importlib.invalidate_caches()
os.makedirs("/course/tests")
os.chdir("/course")
other_programs = ("test_against_torch.py", "test_in_a_browser.py")  # that they are tests of: PyTorch, Chromium
for name in ("__init__.py", "conftest.py"):
    shutil.copy(f"/tests/{name}", "tests")
shutil.copytree("/tests/nnlib", "tests/nnlib", ignore=shutil.ignore_patterns("__pycache__", *other_programs))
with open("pytest.ini", "w") as file:
    file.write("[pytest]\\nmarkers = slow\\nfilterwarnings = error\\npythonpath = .\\n")

import pytest

plugins = ["-p", "no:cacheprovider", "-p", "no:faulthandler", "--import-mode=importlib"]
int(pytest.main(["tests/nnlib", "-q", "-m", "not slow", *plugins, *options]))
`);
process.exit(code);
