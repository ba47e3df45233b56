"""The corpora, filled once for all tests."""

from __future__ import annotations

from tests.labeling.junior import calls
from tests.labeling.privacy import develop, judge, support, unseen, unseen_again
from tests.labeling.privacy.corpus import CHATTY, corpus

JUDGED = corpus(judge.TEMPLATES, judge.POOL, seed=2026, rounds=4)
DEVELOPED = corpus(develop.TEMPLATES, develop.POOL, seed=2026, rounds=4)
CALLED = corpus(calls.TEMPLATES, calls.POOL, seed=2026, rounds=4)
SUPPORTED = corpus(support.TEMPLATES, support.POOL, seed=2026, rounds=4, disguises=CHATTY)
UNSEEN = corpus(unseen.TEMPLATES, unseen.POOL, seed=2026, rounds=4, disguises=CHATTY)
AGAIN = corpus(unseen_again.TEMPLATES, unseen_again.POOL, seed=2026, rounds=4, disguises=CHATTY)

ALL = {
    "judge": JUDGED,
    "develop": DEVELOPED,
    "calls": CALLED,
    "support": SUPPORTED,
    "unseen": UNSEEN,
    "unseen_again": AGAIN,
}
