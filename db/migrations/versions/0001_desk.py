"""desk: people, projects, items, leases and annotations"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.types import Json, Key, UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


FACTS = ("guideline", "item", "golden", "annotation", "adjudication", "event")


def append_only(table: str, dialect: str) -> list[str]:
    """The triggers as they were at this revision; batch operations on these tables must put them back."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    function = (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    trigger = (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    return [function, trigger]


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", Key, nullable=False),
        sa.Column("login", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("issuer", sa.String(length=300), nullable=True),
        sa.Column("subject", sa.String(length=300), nullable=True),
        sa.Column("locale", sa.String(length=2), server_default="ru", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_simulated", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("failed_sign_ins", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until", UtcTime(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.CheckConstraint("locale IN ('ru', 'en')", name=op.f("ck_person_locale")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_person_issuer_subject")),
        sa.UniqueConstraint("login", name=op.f("uq_person_login")),
    )
    op.create_table(
        "project",
        sa.Column("id", Key, nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("title_ru", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("overlap", sa.Integer(), server_default="3", nullable=False),
        sa.Column("chunk_size", sa.Integer(), server_default="50", nullable=False),
        sa.Column("golden_per_chunk", sa.Integer(), server_default="5", nullable=False),
        sa.Column("qualification_size", sa.Integer(), server_default="0", nullable=False),
        sa.Column("accuracy_floor", sa.Float(), server_default="0.7", nullable=False),
        sa.Column("lease_minutes", sa.Integer(), server_default="30", nullable=False),
        sa.Column("look_ahead", sa.Integer(), server_default="6", nullable=False),
        sa.Column("suggestion_policy", sa.String(length=120), server_default="hidden", nullable=False),
        sa.Column("pii_policy", sa.String(length=120), server_default="keep", nullable=False),
        sa.Column("shown_metadata", Json, nullable=True),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("is_simulated", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("archived_at", UtcTime(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.CheckConstraint("pii_policy IN ('keep', 'mask')", name=op.f("ck_project_pii_policy")),
        sa.CheckConstraint(
            "suggestion_policy IN ('hidden', 'before', 'after', 'experiment')",
            name=op.f("ck_project_suggestion_policy"),
        ),
        sa.CheckConstraint("accuracy_floor >= 0 AND accuracy_floor <= 1", name=op.f("ck_project_accuracy_floor")),
        sa.CheckConstraint("chunk_size >= 1", name=op.f("ck_project_chunk_size")),
        sa.CheckConstraint(
            "golden_per_chunk >= 0 AND golden_per_chunk <= chunk_size",
            name=op.f("ck_project_golden_per_chunk"),
        ),
        sa.CheckConstraint("lease_minutes >= 1", name=op.f("ck_project_lease_minutes")),
        sa.CheckConstraint("look_ahead >= 0 AND look_ahead <= 20", name=op.f("ck_project_look_ahead")),
        sa.CheckConstraint("overlap >= 1", name=op.f("ck_project_overlap")),
        sa.CheckConstraint("qualification_size >= 0", name=op.f("ck_project_qualification_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("slug", name=op.f("uq_project_slug")),
    )
    op.create_table(
        "chunk",
        sa.Column("id", Key, nullable=False),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("assessor_id", Key, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcTime(), nullable=False),
        sa.Column("closed_at", UtcTime(), nullable=True),
        sa.Column("outcome", sa.String(length=120), nullable=True),
        sa.Column("golden_right", sa.Integer(), nullable=True),
        sa.Column("golden_n", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('work', 'qualification')", name=op.f("ck_chunk_kind")),
        sa.CheckConstraint("outcome IN ('accepted', 'suspended', 'passed', 'failed')", name=op.f("ck_chunk_outcome")),
        sa.ForeignKeyConstraint(["assessor_id"], ["person.id"], name=op.f("fk_chunk_assessor_id_person")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_chunk_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chunk")),
        sa.UniqueConstraint(
            "project_id", "assessor_id", "ordinal", name=op.f("uq_chunk_project_id_assessor_id_ordinal")
        ),
    )
    with op.batch_alter_table("chunk", schema=None) as batch_op:
        batch_op.create_index(
            "uq_chunk_open",
            ["project_id", "assessor_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "desk",
        sa.Column("project_id", Key, nullable=False),
        sa.Column("assessor_id", Key, nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["assessor_id"], ["person.id"], name=op.f("fk_desk_assessor_id_person")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_desk_project_id_project")),
        sa.PrimaryKeyConstraint("project_id", "assessor_id", name=op.f("pk_desk")),
    )
    op.create_table(
        "event",
        sa.Column("id", Key, nullable=False),
        sa.Column("project_id", Key, nullable=True),
        sa.Column("person_id", Key, nullable=True),
        sa.Column("verb", sa.String(length=120), nullable=False),
        sa.Column("target", sa.String(length=400), server_default="", nullable=False),
        sa.Column("details", Json, nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_event_person_id_person")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_event_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_project_id"), ["project_id"], unique=False)

    op.create_table(
        "guideline",
        sa.Column("project_id", Key, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body_ru", sa.Text(), server_default="", nullable=False),
        sa.Column("body_en", sa.Text(), server_default="", nullable=False),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_guideline_author_id_person")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_guideline_project_id_project")),
        sa.PrimaryKeyConstraint("project_id", "version", name=op.f("pk_guideline")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", Key, nullable=False),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("person_id", Key, nullable=True),
        sa.Column("started_at", UtcTime(), nullable=False),
        sa.Column("finished_at", UtcTime(), nullable=True),
        sa.Column("report", Json, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_import_run_person_id_person")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_import_run_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_run_project_id"), ["project_id"], unique=False)

    op.create_table(
        "item",
        sa.Column("id", Key, nullable=False),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("external_id", sa.String(length=400), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("context", sa.Text(), nullable=True),
        sa.Column("metadata", Json, nullable=True),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.Column("fingerprint", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_item_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("project_id", "external_id", name=op.f("uq_item_project_id_external_id")),
    )
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.create_index("ix_item_fingerprint", ["project_id", "fingerprint"], unique=False)

    op.create_table(
        "label_class",
        sa.Column("project_id", Key, nullable=False),
        sa.Column("code", sa.String(length=120), nullable=False),
        sa.Column("title_ru", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("hotkey", sa.String(length=1), nullable=True),
        sa.Column("colour", sa.String(length=7), nullable=False),
        sa.Column("description_ru", sa.Text(), server_default="", nullable=False),
        sa.Column("description_en", sa.Text(), server_default="", nullable=False),
        sa.Column("class_group", sa.String(length=120), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_label_class_project_id_project")),
        sa.PrimaryKeyConstraint("project_id", "code", name=op.f("pk_label_class")),
        sa.UniqueConstraint("project_id", "hotkey", name=op.f("uq_label_class_project_id_hotkey")),
    )
    op.create_table(
        "membership",
        sa.Column("project_id", Key, nullable=False),
        sa.Column("person_id", Key, nullable=False),
        sa.Column("role", sa.String(length=120), nullable=False),
        sa.Column("standing", sa.String(length=120), server_default="active", nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.CheckConstraint("role IN ('assessor', 'expert', 'lead')", name=op.f("ck_membership_role")),
        sa.CheckConstraint("standing IN ('active', 'paused', 'banned')", name=op.f("ck_membership_standing")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id_person")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_membership_project_id_project")),
        sa.PrimaryKeyConstraint("project_id", "person_id", "role", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_person_id"), ["person_id"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", Key, nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id_person")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_person_id"), ["person_id"], unique=False)

    op.create_table(
        "adjudication",
        sa.Column("item_id", Key, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("label", sa.String(length=120), nullable=True),
        sa.Column("rationale", sa.Text(), server_default="", nullable=False),
        sa.Column("blind", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("suspicion", sa.String(length=120), nullable=True),
        sa.Column("expert_id", Key, nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["expert_id"], ["person.id"], name=op.f("fk_adjudication_expert_id_person")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_adjudication_item_id_item")),
        sa.ForeignKeyConstraint(
            ["project_id", "label"],
            ["label_class.project_id", "label_class.code"],
            name=op.f("fk_adjudication_project_id_label_label_class"),
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_adjudication_project_id_project")),
        sa.PrimaryKeyConstraint("item_id", "revision", name=op.f("pk_adjudication")),
    )
    with op.batch_alter_table("adjudication", schema=None) as batch_op:
        batch_op.create_index("ix_adjudication_project_id", ["project_id"], unique=False)

    op.create_table(
        "golden",
        sa.Column("item_id", Key, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("label", sa.String(length=120), nullable=True),
        sa.Column("explanation", sa.Text(), server_default="", nullable=False),
        sa.Column("appointed_by", Key, nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["appointed_by"], ["person.id"], name=op.f("fk_golden_appointed_by_person")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_golden_item_id_item")),
        sa.ForeignKeyConstraint(
            ["project_id", "label"],
            ["label_class.project_id", "label_class.code"],
            name=op.f("fk_golden_project_id_label_label_class"),
        ),
        sa.PrimaryKeyConstraint("item_id", "revision", name=op.f("pk_golden")),
    )
    with op.batch_alter_table("golden", schema=None) as batch_op:
        batch_op.create_index("ix_golden_project_id", ["project_id"], unique=False)

    op.create_table(
        "lease",
        sa.Column("id", Key, nullable=False),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("item_id", Key, nullable=False),
        sa.Column("assessor_id", Key, nullable=False),
        sa.Column("chunk_id", Key, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=120), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("skip_reason", sa.String(length=120), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("opened_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("closed_at", UtcTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'skipped', 'expired', 'released')", name=op.f("ck_lease_state")
        ),
        sa.ForeignKeyConstraint(["assessor_id"], ["person.id"], name=op.f("fk_lease_assessor_id_person")),
        sa.ForeignKeyConstraint(["chunk_id"], ["chunk.id"], name=op.f("fk_lease_chunk_id_chunk")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_lease_item_id_item")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_lease_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lease")),
        sa.UniqueConstraint("token", name=op.f("uq_lease_token")),
    )
    with op.batch_alter_table("lease", schema=None) as batch_op:
        batch_op.create_index("ix_lease_assessor_id_item_id", ["assessor_id", "item_id"], unique=False)
        batch_op.create_index("ix_lease_chunk_id_slot", ["chunk_id", "slot"], unique=False)
        batch_op.create_index(
            "ix_lease_expiring",
            ["project_id", "expires_at"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(
            "uq_lease_open",
            ["item_id", "assessor_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "queue",
        sa.Column("item_id", Key, autoincrement=False, nullable=False),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("golden", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("spin", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("NOT (golden AND places > 0)", name=op.f("ck_queue_golden_has_no_places")),
        sa.CheckConstraint("places >= 0", name=op.f("ck_queue_places")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_queue_item_id_item")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_queue_project_id_project")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_queue")),
    )
    with op.batch_alter_table("queue", schema=None) as batch_op:
        batch_op.create_index(
            "ix_queue_golden",
            ["project_id", "spin"],
            unique=False,
            sqlite_where=sa.text("golden"),
            postgresql_where=sa.text("golden"),
        )
        batch_op.create_index(
            "ix_queue_open",
            ["project_id", "position"],
            unique=False,
            sqlite_where=sa.text("places > 0"),
            postgresql_where=sa.text("places > 0"),
        )
        batch_op.create_index(
            "ix_queue_returned",
            ["project_id", "position"],
            unique=False,
            sqlite_where=sa.text("returned AND places > 0"),
            postgresql_where=sa.text("returned AND places > 0"),
        )

    op.create_table(
        "annotation",
        sa.Column("id", Key, nullable=False),
        sa.Column("project_id", Key, nullable=False),
        sa.Column("item_id", Key, nullable=False),
        sa.Column("assessor_id", Key, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("chunk_id", Key, nullable=True),
        sa.Column("lease_id", Key, nullable=True),
        sa.Column("label", sa.String(length=120), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("flagged", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("arm", sa.String(length=120), nullable=True),
        sa.Column("suggestion", sa.String(length=120), nullable=True),
        sa.Column("guideline_version", sa.Integer(), nullable=True),
        sa.Column("surplus", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_annotation_revision")),
        sa.ForeignKeyConstraint(["assessor_id"], ["person.id"], name=op.f("fk_annotation_assessor_id_person")),
        sa.ForeignKeyConstraint(["chunk_id"], ["chunk.id"], name=op.f("fk_annotation_chunk_id_chunk")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_annotation_item_id_item")),
        sa.ForeignKeyConstraint(["lease_id"], ["lease.id"], name=op.f("fk_annotation_lease_id_lease")),
        sa.ForeignKeyConstraint(
            ["project_id", "label"],
            ["label_class.project_id", "label_class.code"],
            name=op.f("fk_annotation_project_id_label_label_class"),
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_annotation_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotation")),
        sa.UniqueConstraint(
            "item_id", "assessor_id", "revision", name=op.f("uq_annotation_item_id_assessor_id_revision")
        ),
        sa.UniqueConstraint("lease_id", name=op.f("uq_annotation_lease_id")),
    )
    with op.batch_alter_table("annotation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_annotation_assessor", ["project_id", "assessor_id", "created_at", "revision"], unique=False
        )

    dialect = op.get_bind().dialect.name
    for table in FACTS:
        for statement in append_only(table, dialect):
            op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("annotation", schema=None) as batch_op:
        batch_op.drop_index("ix_annotation_assessor")

    op.drop_table("annotation")
    with op.batch_alter_table("queue", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_queue_returned",
            sqlite_where=sa.text("returned AND places > 0"),
            postgresql_where=sa.text("returned AND places > 0"),
        )
        batch_op.drop_index("ix_queue_open", sqlite_where=sa.text("places > 0"), postgresql_where=sa.text("places > 0"))
        batch_op.drop_index("ix_queue_golden", sqlite_where=sa.text("golden"), postgresql_where=sa.text("golden"))

    op.drop_table("queue")
    with op.batch_alter_table("lease", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_lease_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index(
            "ix_lease_expiring",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index("ix_lease_chunk_id_slot")
        batch_op.drop_index("ix_lease_assessor_id_item_id")

    op.drop_table("lease")
    with op.batch_alter_table("golden", schema=None) as batch_op:
        batch_op.drop_index("ix_golden_project_id")

    op.drop_table("golden")
    with op.batch_alter_table("adjudication", schema=None) as batch_op:
        batch_op.drop_index("ix_adjudication_project_id")

    op.drop_table("adjudication")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_person_id"))

    op.drop_table("sign_in")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_person_id"))

    op.drop_table("membership")
    op.drop_table("label_class")
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_index("ix_item_fingerprint")

    op.drop_table("item")
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_run_project_id"))

    op.drop_table("import_run")
    op.drop_table("guideline")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_project_id"))

    op.drop_table("event")
    op.drop_table("desk")
    with op.batch_alter_table("chunk", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_chunk_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.drop_table("chunk")
    op.drop_table("project")
    op.drop_table("person")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
