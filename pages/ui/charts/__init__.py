"""The one door to Plotly."""

from importlib import import_module

# Plotly looks at pandas if it is among the loaded modules, even where another thread (Streamlit's tables, CleanLab) is only half
# through loading it; then a chart fails. To import it waits for that thread.
import_module("pandas")
