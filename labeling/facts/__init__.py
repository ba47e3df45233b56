"""The one truth: which answers count, what is settled, what the votes add up to, which label an item has and in which state
it is, now and as of any moment. Pages, exports, audits, analyses and commands read their facts here and nowhere else.

As of a past moment the facts up to then are read by today's settings: the classes, the overlap and whether junior votes are
how the project looks at facts, not facts.
"""
