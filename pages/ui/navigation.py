"""Which pages there are, where they stand in the address bar, and who is offered them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from db.vocabulary import Role
from labeling.people.sign_in import Reader
from labeling.projects.projects import Project

FOLDER = Path(__file__).parent.parent


@dataclass(frozen=True)
class Entry:
    """One page: its file below ``pages/``, its address, the group it stands in. Its title is ``page.<url>``.

    ``also`` names further groups whose people are offered it; ``section`` is the heading it stands under in the menu, where
    that isn't its group's; ``is_linked``: it stands in no menu, links lead there.
    """

    path: str
    url: str
    group: str
    also: tuple[str, ...] = ()
    section: str = ""
    is_linked: bool = False

    @property
    def heading(self) -> str:
        """The catalog key of the heading it stands under."""
        return f"group.{self.section or self.group}"


PAGES = (
    Entry("desk/label.py", "label", "assessor"),
    Entry("desk/results.py", "results", "assessor"),
    Entry("adjudication/adjudicate.py", "adjudicate", "expert", also=("lead",)),
    Entry("review/suspicions.py", "review", "expert", also=("lead",)),
    Entry("review/data_map.py", "map", "expert", also=("lead",)),
    Entry("items/search.py", "search", "expert", also=("lead",)),
    Entry("items/item.py", "item", "expert", also=("lead",), is_linked=True),
    Entry("overview/progress.py", "progress", "lead", section="quality"),
    Entry("quality/agreement.py", "agreement", "lead", section="quality"),
    Entry("quality/assessors.py", "assessors", "lead", section="quality"),
    Entry("quality/consensus.py", "consensus", "lead", section="quality"),
    Entry("quality/golden.py", "golden", "lead", also=("expert",), section="quality"),
    Entry("audit/audit.py", "audit", "lead", also=("expert",), section="quality"),
    Entry("audit/gain.py", "gain", "lead", also=("expert",), section="quality"),
    Entry("junior/junior.py", "junior", "lead", section="junior"),
    Entry("junior/prompts.py", "prompts", "lead", also=("expert",), section="junior"),
    Entry("junior/judging.py", "judging", "lead", also=("expert",), section="junior"),
    Entry("junior/showing.py", "showing", "lead", also=("expert",), section="junior"),
    Entry("junior/machine.py", "machine", "lead", also=("expert",), section="junior"),
    Entry("junior/masking.py", "masking", "lead", also=("expert",), section="junior"),
    Entry("project/start.py", "start", "starter", section="lead"),
    Entry("project/import_page.py", "import", "lead"),
    Entry("project/export_page.py", "export", "lead"),
    Entry("project/snapshots.py", "snapshots", "lead"),
    Entry("project/guidelines.py", "guidelines", "lead", also=("assessor", "expert")),
    Entry("project/settings.py", "settings", "lead"),
    Entry("people/members.py", "members", "lead"),
    Entry("people/house.py", "people", "admin"),
    Entry("project/projects.py", "projects", "admin"),
    Entry("people/profile.py", "profile", "account"),
)


def pages_for(reader: Reader, project: Project | None) -> list[Entry]:
    """The pages a reader is shown in the menu; what each page allows, it checks itself."""
    groups = _groups(reader, project)
    # Who is paused keeps their own pages, not those that others share with them.
    is_paused = project is not None and Role.ASSESSOR in reader.paused_in(project.id)
    shared = groups - {Role.ASSESSOR.value} if is_paused else groups
    return [entry for entry in PAGES if entry.group in groups or shared.intersection(entry.also)]


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
