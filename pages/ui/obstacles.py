"""What keeps a model from being asked, said before anything is started, with the link for whoever can mend it."""

from __future__ import annotations

import streamlit as st

from db.engine import database
from labeling.junior.obstacles import Mender, Obstacle, obstacles
from labeling.people.people import admins
from pages.ui.access import Access
from pages.ui.session import now
from pages.ui.widgets import error_sentence, plain
from pages.ui.words import t

# The parts of the page "Junior" where it is mended.
MONEY, SERVER = "money", "server"


def draw_obstacles(access: Access, named: str | None = None) -> bool:
    """Draw what a request to the model ``named`` (None: the project's own) would be refused for; gives whether there is anything.

    Each with who can mend it, by name where that is an admin and the reader is none.
    """
    with database().snapshot() as connection:
        found = obstacles(connection, access.project, named, now=now())
        can_mend = admins(connection) if any(each.mender is Mender.ADMIN for each in found) else []
    for obstacle in found:
        with st.container(border=True, gap="xsmall"):
            st.markdown(f":material/block: {plain(error_sentence(obstacle.refusal))}")
            _draw_way_out(access, obstacle, can_mend)
    return bool(found)


def _draw_way_out(access: Access, obstacle: Obstacle, can_mend: list[str]) -> None:
    if obstacle.mender is Mender.OPERATOR:
        st.caption(plain(t("obstacle.operator")))
    elif obstacle.mender is Mender.ADMIN and not access.is_admin:
        st.caption(plain(t("obstacle.admin", n=len(can_mend), who=", ".join(can_mend))))
    else:
        part = SERVER if obstacle.refusal.code == "no_junior" else MONEY
        where = {"project": access.project.slug, "part": part}
        label = t("obstacle.mend", part=t(f"junior.part.{part}"))
        st.page_link("junior/junior.py", label=label, icon=":material/arrow_forward:", query_params=where)
