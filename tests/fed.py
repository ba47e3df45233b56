"""What feeds the f-strings of catalog keys where it can't be read off their own file: the pattern, and what its places can be.

Each value comes from where it is decided, not from a list kept here: what is added there without words fails here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from itertools import product

from db.frames.guidelines import GUIDELINES
from db.vocabulary import (
    CallPurpose,
    ChangeKind,
    ChunkOutcome,
    ContestOutcome,
    ItemState,
    LabelSource,
    Part,
    PauseReason,
    PiiPolicy,
    Role,
    RunState,
    Standing,
    SuggestionPolicy,
    Teacher,
    Verdict,
)  # fmt: skip
from labeling.exchange import delimited
from labeling.exchange.blocks import Omitted
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat
from labeling.exchange.limits import Limits
from labeling.facts import kind_agreement
from labeling.facts.changes import Cause
from labeling.items.search import LabelOf
from labeling.jobs import analyse, comparing_sources, gain
from labeling.privacy import KINDS
from labeling.projects.classes import PALETTE
from labeling.projects.languages import LOCALES
from labeling.projects.settings import Kind, named
from labeling.quality import kinds as quality_kinds
from labeling.quality import showing
from labeling.quality.consensus import Warned
from labeling.quality.figures import Band
from labeling.quality.kinds.consensus import methods_of
from labeling.quality.kinds.score import Scoring
from labeling.quality.progress import UNCERTAIN
from labeling.review.audited import FLAGS
from labeling.review.data_map import REGIONS
from labeling.review.estimates import Estimated
from labeling.review.triage import Reason, Wanted
from labeling.runs import claims
from labeling.snapshots.comparing import Change
from pages.junior.run import ITEMS
from pages.overview import stages
from pages.project.setting_fields import GROUPED, PLAIN
from pages.project.start_steps import STEPS as STARTING
from pages.review.map_data import CORRECTNESS, DISAGREEMENT, DYNAMICS
from pages.ui import audit_data, measuring, progress
from pages.ui.navigation import PAGES, doors
from pages.ui.tour import STEPS as TOUR
from pages.ui.words import catalog
from tests.reach import passed, returned, spoken, strings_of

AUTO, JUNIOR, EXCHANGE = "labeling/quality/consensus/auto.py", "labeling/junior", "labeling/exchange"

STEPS, AUDIT_STEPS = returned(progress.next_step, 0), returned(audit_data.next_step, 0)
WAYS = returned(measuring.way_to_tests, 0)
SIGNALS = passed("labeling/quality", {"report": 1})
REFUSED = {code.removeprefix("reply_") for code in passed(f"{JUNIOR}/completion.py", {"LabelingError": 0})}
LEFT_OUT = (
    passed(EXCHANGE, {"BadRow": 1, "strings": 2, "parsed": 2, "_refuse": 1})
    | spoken(EXCHANGE, "refused")
    | spoken(f"{EXCHANGE}/delimited.py", "reason")
    | returned(delimited._Lines._judge)
)
# The beginnings of the keys of each panel of runs, and with them all that any panel says.
PANELS = passed("pages", {"Panel": 1})
OWN = set(product(PANELS, passed("pages/ui/run_panel.py", {"key_of": 0})))

# What fills the places of a pattern: strings for one place, tuples for more.
FED: dict[str, Iterable[str | tuple[str, ...]]] = {
    # Where a panel has no words of its own, those of runs stand in; what stopping does is said where there is more to say.
    "{}.{}": {(panel, name) for panel, name in OWN if f"{panel}.{name}" in catalog()}
    | set(product(("gain", "machine"), passed("pages/ui/measuring.py", {"key_of": 0}))),
    "adjudicate.verdict.{}": strings_of(Verdict) - {Verdict.LABEL.value},
    "adjudicate.{}": {each.name for each in fields(Wanted)},
    "agreement.answer.{}": returned(progress.verdict),
    "agreement.answer_in_part.{}": returned(progress.verdict),
    "agreement.band.{}": strings_of(Band) | {"none"},
    "assessors.paused_by.{}": strings_of(PauseReason),
    "audit.flag.{}": FLAGS,
    # Before an audit's first analysis its page has a sentence of its own; the way on is given where it leads elsewhere.
    "audit.said.{}": {"within", "above", "open", "unset", "part", "whole"},
    "audit.next.{}": AUDIT_STEPS - {"analyse"},
    "audit.next.{}.go": AUDIT_STEPS - {"analyse", "draw", "more"},
    "agreement.kind.{}": kind_agreement.FIGURES,
    "agreement.kind.{}.about": kind_agreement.FIGURES,
    "band.{}": strings_of(Band),
    "export.about.{}": strings_of(ExportContent),
    "export.format_about.{}": strings_of(ExportFormat),
    "chunk.{}": strings_of(ChunkOutcome),
    "colour.{}": {str(at) for at in range(len(PALETTE))},
    "class_changes.named.{}": strings_of(ChangeKind) - {ChangeKind.UNDO.value},
    "consensus.auto.{}": spoken(AUTO, "reason") | passed(AUTO, {"Choice": 0, "majority_alone": 0}),
    # An item that votes stand on isn't unlabeled.
    "consensus.is.{}": strings_of(ItemState) - {ItemState.UNLABELED.value} | {UNCERTAIN},
    "consensus.warning.{}": strings_of(Warned),
    "contest.{}": strings_of(ContestOutcome) | {"waits"},
    "desk.paused.{}": strings_of(PauseReason),
    "error.{}": passed("labeling", {"LabelingError": 0, "SchemaError": 0}) | passed("pages", {"LabelingError": 0})
    | {claims.BROKEN_OFF, claims.FAILED}
    | {f"file_too_large_{limit.name}" for limit in fields(Limits)},
    "excluded.{}": passed(AUTO, {"fromkeys": 1}),
    "found.said_by.{}": strings_of(LabelOf),
    "door.{}": {door for door, behind in doors(PAGES).items() if len(behind) > 1},
    "gain.tests.{}": WAYS,
    "gain.tests.{}.go": WAYS,
    "guidelines.{}": GUIDELINES,
    "import.left_out.{}": strings_of(Omitted),
    "import.reason.{}": LEFT_OUT - {""},
    "item.answer.{}": strings_of(LabelSource),
    "item.source.{}": strings_of(LabelSource),
    "item.state.{}": strings_of(ItemState),
    "judging.about.{}": strings_of(Part),
    "judging.answer.{}.none": strings_of(Part),
    "judging.answer.{}.{}": set(product(strings_of(Part), ("few", "done"))),
    "junior.items.{}": ITEMS,
    "junior.outcome.{}": passed(JUNIOR, {"Bill": 3}) | spoken(JUNIOR, "outcome") | REFUSED,
    "junior.purpose.{}": strings_of(CallPurpose),
    "junior.state.{}": strings_of(RunState),
    "junior.{}": named(Kind.MONEY),
    "junior.{}.about": named(Kind.MONEY),
    "language.{}": LOCALES,
    "machine.source.{}": strings_of(Teacher),
    "map.dynamics.{}": DYNAMICS,
    "map.why.only_{}": DYNAMICS,
    "map.why.{}.{}": set(product(DYNAMICS, ("by_heart", "not_by_heart"))),
    "map.{}.{}": {*product(["correctness"], CORRECTNESS), *product(["disagreement"], DISAGREEMENT)},
    "masking.answer.{}": strings_of(PiiPolicy),
    "masking.kind.{}": KINDS,
    "method.{}": {method for kind in quality_kinds.Kind for method in methods_of(kind)},
    "overview.stage.{}": set(stages.PAGES_OF),
    "page.{}": {entry.url for entry in PAGES},
    "progress.next.{}": STEPS,
    "progress.next.{}.go": STEPS - {"carry_on", "first"},
    "scored.about.{}": [kind.value for kind in quality_kinds.Kind if Scoring(kind).is_graded],
    "progress.trust.{}": returned(progress.verdict),
    "progress.trust_in_part.{}": returned(progress.verdict),
    "promotion.{}": returned(progress.verdict),
    "prompts.role.{}": spoken(f"{JUNIOR}/request.py", "role"),
    "reason.name.{}": strings_of(Reason),
    "reason.{}": strings_of(Reason),
    "region.{}": REGIONS,
    "results.answer.{}": returned(progress.verdict),
    "review.estimate.{}": strings_of(Estimated),
    "role.{}": strings_of(Role),
    "runs.state.{}": strings_of(RunState),
    # Asking junior has a progress of its own, a consensus is watched by nobody.
    "runs.step.{}": {*analyse.STEPS, *gain.STEPS, *comparing_sources.STEPS},
    "runs.{}": {name for panel, name in OWN if f"{panel}.{name}" not in catalog()} - {"cancel_about"},
    "start.answer.{}": {*STARTING} - {"file"},
    "settings.then.pii_{}": strings_of(PiiPolicy),
    "settings.then.{}": PLAIN,
    "settings.{}": GROUPED,
    "settings.{}.about": GROUPED,
    "shell.refused.{}": strings_of(Standing) - {Standing.ACTIVE.value},
    "showing.answer.harmful.{}": showing.ARMS[1:],
    "showing.answer.{}": (showing.SHOW_BEFORE, showing.SHOW_AFTER, showing.HIDE, showing.UNDECIDED),
    "showing.arm.{}": showing.ARMS,
    "showing.policy.{}": strings_of(SuggestionPolicy),
    "showing.verdict.{}": (showing.GOOD, showing.HARMFUL, showing.UNCLEAR),
    "sign_in.{}": passed("labeling/people/sign_in.py", {"SignedIn": 1}) - {"sign_in_locked"},
    "signal.{}": SIGNALS,
    "signal.{}.said": SIGNALS,
    "snapshots.cause.{}": strings_of(Cause),
    "snapshots.change.{}": strings_of(Change),
    "standing.{}": strings_of(Standing),
    "state.{}": strings_of(ItemState) | {UNCERTAIN},
    "state.{}.about": strings_of(ItemState) | {UNCERTAIN},
    "tour.{}.{}": {(role.value, str(n)) for role, pages in TOUR.items() for n in range(1, len(pages) + 1)},
    "verdict.{}": (Verdict.UNCLEAR.value, Verdict.SENT_BACK.value),
}  # fmt: skip
