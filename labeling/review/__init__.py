"""Review: which labels are probably wrong, and why. Frames in, frames out; no database, no page."""
