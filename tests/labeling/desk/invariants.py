"""The house's invariants as queries: each says nothing when it holds."""

from __future__ import annotations

from sqlalchemy import Connection, text

# A golden item that was retired keeps the answers it had from everybody, and they may be more than an item wants.
_DUE = """
    SELECT q.item_id, q.places, q.wanted
      - (SELECT count(*) FROM lease l WHERE l.item_id = q.item_id AND l.state = 'open' AND NOT l.repeat)
      - (SELECT count(DISTINCT a.assessor_id) FROM annotation a WHERE a.item_id = q.item_id AND NOT a.surplus
         AND NOT EXISTS (SELECT 1 FROM chunk c WHERE c.id = a.chunk_id AND c.outcome = 'suspended')) AS due,
      EXISTS (SELECT 1 FROM golden g WHERE g.item_id = q.item_id) AS retired
    FROM queue q WHERE NOT q.golden
"""
BROKEN = {
    "more leases and answers than wanted": f"""
        SELECT item_id FROM ({_DUE}) t WHERE due < 0 AND NOT retired
    """,
    "open places that the facts don't bear out": f"""
        SELECT item_id FROM ({_DUE}) t WHERE places <> due AND NOT (retired AND places = 0 AND due < 0)
    """,
    "a lease with two annotations": """
        SELECT lease_id FROM annotation WHERE lease_id IS NOT NULL GROUP BY lease_id HAVING count(*) > 1
    """,
    "a golden item handed to somebody who had seen it": """
        SELECT l.item_id FROM lease l JOIN queue q ON q.item_id = l.item_id JOIN lease earlier
          ON earlier.item_id = l.item_id AND earlier.assessor_id = l.assessor_id AND earlier.id < l.id
        WHERE q.golden AND earlier.state IN ('answered', 'skipped') AND earlier.closed_at <= l.opened_at
          AND l.opened_at > (SELECT max(g.created_at) FROM golden g WHERE g.item_id = l.item_id)
    """,
    "an item that came back twice to one person": """
        SELECT item_id FROM lease WHERE repeat GROUP BY item_id, assessor_id HAVING count(*) > 1
    """,
    "an item that came back too soon, or to whom it was new": """
        SELECT l.id FROM lease l JOIN chunk c ON c.id = l.chunk_id WHERE l.repeat AND NOT EXISTS
          (SELECT 1 FROM lease f JOIN chunk o ON o.id = f.chunk_id JOIN chunk b
             ON b.assessor_id = c.assessor_id AND b.project_id = c.project_id AND b.ordinal = c.ordinal - 1
           WHERE f.item_id = l.item_id AND f.assessor_id = l.assessor_id AND f.id < l.id AND f.state = 'answered'
             AND NOT f.repeat AND o.ordinal < c.ordinal - 1 AND o.closed_at IS NOT NULL AND f.closed_at <= b.opened_at)
    """,
    "a repeat in a qualification": """
        SELECT l.id FROM lease l JOIN chunk c ON c.id = l.chunk_id WHERE l.repeat AND c.kind <> 'work'
    """,
    "an answer of a repeat among the annotations": """
        SELECT a.id FROM annotation a JOIN lease l ON l.id = a.lease_id WHERE l.repeat
    """,
    "an answer of a repeat that isn't one, or isn't its assessor's": """
        SELECT r.lease_id FROM repeat r JOIN lease l ON l.id = r.lease_id JOIN annotation a ON a.id = r.annotation_id
        WHERE NOT l.repeat OR l.state <> 'answered' OR r.assessor_id <> l.assessor_id
          OR a.item_id <> l.item_id OR a.assessor_id <> l.assessor_id
    """,
    "gaps in the revisions of a repeat's answer": """
        SELECT lease_id FROM repeat GROUP BY lease_id HAVING max(revision) <> count(*)
    """,
    "two live leases on one item for one person": """
        SELECT item_id FROM lease WHERE state = 'open' GROUP BY item_id, assessor_id HAVING count(*) > 1
    """,
    "more on a desk than it looks ahead": """
        SELECT l.assessor_id FROM lease l JOIN project p ON p.id = l.project_id WHERE l.state = 'open'
        GROUP BY l.assessor_id, p.id, p.look_ahead HAVING count(*) > p.look_ahead + 1
    """,
    "a slot of a chunk filled twice": """
        SELECT chunk_id FROM lease WHERE state IN ('open', 'answered', 'skipped')
        GROUP BY chunk_id, slot HAVING count(*) > 1
    """,
    "an answer to an item that was skipped or never leased": """
        SELECT a.id FROM annotation a WHERE a.revision = 1 AND NOT EXISTS
          (SELECT 1 FROM lease l WHERE l.id = a.lease_id AND l.state = 'answered' AND l.assessor_id = a.assessor_id)
    """,
    "an open lease in a closed chunk": """
        SELECT l.id FROM lease l JOIN chunk c ON c.id = l.chunk_id WHERE l.state = 'open' AND c.closed_at IS NOT NULL
    """,
    "gaps in the revisions of an answer": """
        SELECT item_id FROM annotation GROUP BY item_id, assessor_id HAVING max(revision) <> count(*)
    """,
}


def check(connection: Connection) -> None:
    """Raise AssertionError naming the first invariant that doesn't hold."""
    for name, query in BROKEN.items():
        found = connection.execute(text(query)).all()
        assert not found, f"{name}: {found[:5]}"
