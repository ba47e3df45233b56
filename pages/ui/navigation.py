"""Which pages there are, where they stand in the address bar, and who is offered them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from db.vocabulary import Role
from labeling.tasks.projects import Project
from labeling.tasks.sign_in import Reader

FOLDER = Path(__file__).parent.parent


@dataclass(frozen=True)
class Entry:
    """One page: its file below ``pages/``, its address, the group it stands in. Its title is ``page.<url>``.

    ``also`` names further groups whose people are offered it; ``section`` is the heading it stands under in the menu, where
    that isn't its group's.
    """

    path: str
    url: str
    group: str
    also: tuple[str, ...] = ()
    section: str = ""

    @property
    def heading(self) -> str:
        """The catalog key of the heading it stands under."""
        return f"group.{self.section or self.group}"


PAGES = (
    Entry("assessor/label.py", "label", "assessor"),
    Entry("assessor/results.py", "results", "assessor"),
    Entry("expert/adjudicate.py", "adjudicate", "expert", also=("lead",)),
    Entry("expert/review.py", "review", "expert", also=("lead",)),
    Entry("expert/data_map.py", "map", "expert", also=("lead",)),
    Entry("lead/progress.py", "progress", "lead", section="quality"),
    Entry("lead/agreement.py", "agreement", "lead", section="quality"),
    Entry("lead/assessors.py", "assessors", "lead", section="quality"),
    Entry("lead/consensus.py", "consensus", "lead", section="quality"),
    Entry("lead/golden.py", "golden", "lead", also=("expert",), section="quality"),
    Entry("lead/audit.py", "audit", "lead", also=("expert",), section="quality"),
    Entry("lead/gain.py", "gain", "lead", also=("expert",), section="quality"),
    Entry("lead/junior.py", "junior", "lead", section="junior"),
    Entry("lead/prompts.py", "prompts", "lead", also=("expert",), section="junior"),
    Entry("lead/judging.py", "judging", "lead", also=("expert",), section="junior"),
    Entry("lead/showing.py", "showing", "lead", also=("expert",), section="junior"),
    Entry("lead/machine.py", "machine", "lead", also=("expert",), section="junior"),
    Entry("lead/masking.py", "masking", "lead", also=("expert",), section="junior"),
    Entry("lead/import_page.py", "import", "lead"),
    Entry("lead/export_page.py", "export", "lead"),
    Entry("lead/guidelines.py", "guidelines", "lead", also=("assessor", "expert")),
    Entry("lead/settings.py", "settings", "lead"),
    Entry("lead/people.py", "members", "lead"),
    Entry("admin/people.py", "people", "admin"),
    Entry("admin/projects.py", "projects", "admin"),
    Entry("account/profile.py", "profile", "account"),
)


def pages_for(reader: Reader, project: Project | None) -> list[Entry]:
    """The pages a reader is shown in the menu; what each page allows, it checks itself."""
    groups = _groups(reader, project)
    return [entry for entry in PAGES if groups.intersection({entry.group, *entry.also})]


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
    if reader.must_change_password:
        groups = {"account"}
    return groups
