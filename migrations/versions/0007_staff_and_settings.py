"""Invited staff, a tenant's own mail server, and an audit trail that stays fast and can be forgotten in time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engagement.kernel.roles import WEB
from engagement.kernel.walls import wall

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INDEXES = (
    ("tenant_id", "at", "id"),
    ("tenant_id", "actor_account_id", "at", "id"),
    ("tenant_id", "action", "at", "id"),
    ("tenant_id", "subject_kind", "subject_id", "at", "id"),
)
FORMER_INDEXES = (("tenant_id", "at"), ("tenant_id", "subject_kind", "subject_id"))

# Runs as the owner of the table, whom row-level security does not hold: it must therefore name the tenant itself. It
# cuts at the beginning of a day, so that the record of a forgetting is written once a day and not at each upkeep.
FORGET = """
CREATE FUNCTION forget_audit_records(months integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    mine integer := nullif(current_setting('app.tenant_id', true), '')::integer;
    gone bigint;
BEGIN
    IF mine IS NULL THEN
        RAISE EXCEPTION 'no tenant is set' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM public.audit_record
    WHERE tenant_id = mine
      AND at < date_trunc('day', now()) - make_interval(months => greatest(months, 6));
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$
"""


def upgrade() -> None:
    _add_mail_account()
    _add_staff_invitation()
    _index_anew(FORMER_INDEXES, INDEXES)
    op.execute(FORGET)
    op.execute("REVOKE ALL ON FUNCTION forget_audit_records(integer) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION forget_audit_records(integer) TO {WEB}")


def downgrade() -> None:
    op.execute("DROP FUNCTION forget_audit_records(integer)")
    _index_anew(INDEXES, FORMER_INDEXES)
    op.drop_table("staff_invitation")
    op.drop_table("mail_account")


def _add_mail_account() -> None:
    op.create_table(
        "mail_account",
        *_key("mail_account"),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("security", sa.String(length=20), nullable=False),
        sa.Column("login", sa.String(length=254), nullable=False),
        sa.Column("sealed_password", sa.LargeBinary(), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("security IN ('starttls', 'tls', 'none')", name=op.f("ck_mail_account_linesecurity")),
        sa.UniqueConstraint("tenant_id", name=op.f("uq_mail_account_tenant_id")),
    )
    _wall("mail_account")


def _add_staff_invitation() -> None:
    op.create_table(
        "staff_invitation",
        *_key("staff_invitation"),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("nonce_digest", sa.String(length=64), nullable=False),
        sa.Column("invited_by", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("good_until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('visitor', 'account', 'editor', 'owner', 'moderator', 'admin', 'operator')",
            name=op.f("ck_staff_invitation_role"),
        ),
        sa.UniqueConstraint("tenant_id", "email", name=op.f("uq_staff_invitation_tenant_id_email")),
    )
    _wall("staff_invitation")


def _key(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"fk_{table}_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    ]


def _wall(table: str) -> None:
    for statement in wall(table):
        op.execute(statement)


def _index_anew(former: tuple[tuple[str, ...], ...], wanted: tuple[tuple[str, ...], ...]) -> None:
    for columns in former:
        op.drop_index(op.f(_name(columns)), table_name="audit_record")
    for columns in wanted:
        op.create_index(op.f(_name(columns)), "audit_record", list(columns))


def _name(columns: tuple[str, ...]) -> str:
    return f"ix_audit_record_{'_'.join(columns)}"
