"""Every SELECT that becomes a Polars frame, one file a subject. Each reader declares its dtypes, also for an empty table.

What counts, and what speaks for an item, is decided in :mod:`labeling.facts`: nothing else reads annotations, golden labels
and rulings from here.
"""
