"""Which pages there are, where they stand in the address bar, and who is offered them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from db.vocabulary import LabelKind, Role
from labeling.people.sign_in import Reader
from labeling.projects.projects import Project

FOLDER = Path(__file__).parent.parent


@dataclass(frozen=True)
class Entry:
    """One page: its file below ``pages/``, its address, whose it is, and the door it stands behind. Its title is ``page.<url>``.

    ``also`` names further groups whose people are offered it; pages behind one ``door`` are one line of the menu and stand
    side by side on top of each of them; ``is_linked``: it stands in no menu, links lead there. ``kind``: only projects of such
    labels have it.
    """

    path: str
    url: str
    group: str
    door: str
    also: tuple[str, ...] = ()
    is_linked: bool = False
    kind: LabelKind | None = None


PAGES = (
    Entry("desk/label.py", "label", "assessor", "label"),
    Entry("desk/results.py", "results", "assessor", "results"),
    Entry("overview/overview.py", "overview", "lead", "overview"),
    Entry("overview/progress.py", "progress", "lead", "overview"),
    Entry("adjudication/adjudicate.py", "adjudicate", "expert", "adjudicate", also=("lead",)),
    Entry("review/suspicions.py", "review", "expert", "review", also=("lead",)),
    Entry("review/data_map.py", "map", "expert", "review", also=("lead",)),
    Entry("items/search.py", "search", "expert", "search", also=("lead",)),
    Entry("items/item.py", "item", "expert", "search", also=("lead",), is_linked=True),
    Entry("quality/agreement.py", "agreement", "lead", "agreement"),
    Entry("quality/consensus.py", "consensus", "lead", "agreement"),
    Entry("quality/ranking.py", "ranking", "lead", "agreement", kind=LabelKind.PAIR),
    Entry("quality/assessors.py", "assessors", "lead", "assessors"),
    Entry("quality/golden.py", "golden", "lead", "assessors", also=("expert",)),
    Entry("audit/audit.py", "audit", "lead", "audit", also=("expert",)),
    Entry("audit/gain.py", "gain", "lead", "audit", also=("expert",)),
    Entry("junior/junior.py", "junior", "lead", "junior"),
    Entry("junior/prompts.py", "prompts", "lead", "junior", also=("expert",)),
    Entry("junior/judging.py", "judging", "lead", "junior", also=("expert",)),
    Entry("junior/showing.py", "showing", "lead", "junior", also=("expert",)),
    Entry("junior/machine.py", "machine", "lead", "junior", also=("expert",)),
    Entry("junior/masking.py", "masking", "lead", "junior", also=("expert",)),
    Entry("project/import_page.py", "import", "lead", "data"),
    Entry("project/export_page.py", "export", "lead", "data"),
    Entry("project/snapshots.py", "snapshots", "lead", "data"),
    Entry("project/guidelines.py", "guidelines", "lead", "project", also=("assessor", "expert")),
    Entry("project/settings.py", "settings", "lead", "project"),
    Entry("project/class_changes.py", "classes", "lead", "project", is_linked=True),
    Entry("people/members.py", "members", "lead", "project"),
    Entry("project/start.py", "start", "starter", "start"),
    Entry("people/house.py", "people", "admin", "house"),
    Entry("project/projects.py", "projects", "admin", "house"),
    Entry("people/profile.py", "profile", "account", "profile"),
)


def doors(offered: Sequence[Entry]) -> dict[str, list[Entry]]:
    """The lines of the menu in their order, each with the pages that stand behind it for this reader.

    >>> {door: [entry.url for entry in pages] for door, pages in doors(PAGES[6:10]).items()}
    {'review': ['map'], 'search': ['search'], 'agreement': ['agreement']}
    """
    behind: dict[str, list[Entry]] = {}
    for entry in offered:
        if not entry.is_linked:
            behind.setdefault(entry.door, []).append(entry)
    return behind


def pages_for(reader: Reader, project: Project | None) -> list[Entry]:
    """The pages a reader is shown in the menu; what each page allows, it checks itself."""
    groups = _groups(reader, project)
    # Who is paused keeps their own pages, not those that others share with them.
    is_paused = project is not None and Role.ASSESSOR in reader.paused_in(project.id)
    shared = groups - {Role.ASSESSOR.value} if is_paused else groups
    of_kind = [entry for entry in PAGES if entry.kind is None or (project is not None and entry.kind is project.kind)]
    return [entry for entry in of_kind if entry.group in groups or shared.intersection(entry.also)]


def first_page(reader: Reader, project: Project | None) -> Entry:
    """Where the bare address leads: to a reader's own work before what they may look at besides."""
    groups, offered = _groups(reader, project), pages_for(reader, project)
    return next((entry for entry in offered if entry.group in groups), offered[0])


def _groups(reader: Reader, project: Project | None) -> set[str]:
    groups = {role.value for role in reader.roles_in(project.id)} if project else set()
    if project and Role.ASSESSOR in reader.paused_in(project.id):
        # Who is paused may read why: the briefing is the way back.
        groups.add(Role.ASSESSOR.value)
    groups.add("account")
    if reader.is_admin:
        groups |= {"admin", "lead"} if project else {"admin"}
    if reader.is_admin or reader.leads_any:
        groups.add("starter")
    if reader.must_change_password:
        groups = {"account"}
    return groups
