"""A chart that is drawn while another thread loads pandas."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
# The loader of pandas is held up after the module stands among the loaded ones and before anything is in it.
SCRIPT = """
import sys, threading, time
from importlib.machinery import PathFinder

class Slow:
    def find_spec(self, name, path=None, target=None):
        if name != "pandas":
            return None
        spec = PathFinder.find_spec(name, path, target)
        run = spec.loader.exec_module
        def exec_module(module):
            time.sleep(1)
            run(module)
        spec.loader.exec_module = exec_module
        return spec

sys.meta_path.insert(0, Slow())
import plotly.graph_objects as go
thread = threading.Thread(target=__import__, args=("pandas",))
thread.start()
while "pandas" not in sys.modules:
    time.sleep(0.001)
import pages.ui.charts.drawing
go.Scatter(x=[1, 2], marker={"size": 5})
thread.join()
print("drawn")
"""


def test_a_chart_waits_for_whoever_loads_pandas() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "drawn\n", done.stderr
