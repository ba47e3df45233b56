"""Single items of a project, by the id they came with."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from db import schema

_item = schema.item.c


@dataclass(frozen=True)
class Item:
    """One text to label: ``external_id`` is its id in the file it came with."""

    id: int
    external_id: str
    text: str


def find_item(connection: Connection, project_id: int, external_id: str) -> Item | None:
    """The item that came with this id; None where the project has none."""
    return _one(connection, (_item.project_id == project_id) & (_item.external_id == external_id))


def first_item(connection: Connection, project_id: int) -> Item | None:
    """The item that came first; None in an empty project."""
    return _one(connection, _item.project_id == project_id)


def _one(connection: Connection, where: ColumnElement[bool]) -> Item | None:
    query = select(_item.id, _item.external_id, _item.text).where(where).order_by(_item.id).limit(1)
    row = connection.execute(query).first()
    return None if row is None else Item(*row)
