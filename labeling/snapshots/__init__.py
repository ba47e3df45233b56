"""Snapshots: the final labels of a project kept under a name, with a hash that anybody can compute and the figures of then."""
