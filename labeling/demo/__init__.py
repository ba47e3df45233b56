"""The demo project: its texts, its guide and its simulated assessors."""
