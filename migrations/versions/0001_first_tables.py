"""First tables, the walls between tenants, and what the web role may do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WEB = "engagement_web"
CURRENT = "nullif(current_setting('app.tenant_id', true), '')::integer"
NO_TENANT = "coalesce(current_setting('app.tenant_id', true), '') = ''"

WALLED = (
    "account", "application", "application_message", "category", "district", "membership", "opportunity",
    "opportunity_category", "opportunity_target_group", "organisation", "organisation_kind", "outgoing_mail",
    "sign_in_link", "sign_up", "staff_role", "stored_file", "target_group",
)  # fmt: skip
PUBLIC_READ = ("catalogue_entry", "catalogue_stem")
SEARCH = """
CREATE TEXT SEARCH DICTIONARY engagement_german_stem (TEMPLATE = snowball, Language = german);
CREATE TEXT SEARCH CONFIGURATION engagement_german (COPY = german);
ALTER TEXT SEARCH CONFIGURATION engagement_german
    ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part WITH engagement_german_stem;
"""


def wall(table: str) -> None:
    """Rows of the transaction's tenant only, to read and to write."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON {table} USING (tenant_id = {CURRENT}) WITH CHECK (tenant_id = {CURRENT})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {WEB}")


def wall_for_writing(table: str) -> None:
    """Everyone reads, the transaction's tenant writes; no condition on reading, so that every index can serve."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY read ON {table} FOR SELECT USING (true)")
    op.execute(f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK (tenant_id = {CURRENT})")
    op.execute(f"CREATE POLICY change ON {table} FOR UPDATE USING (tenant_id = {CURRENT})")
    op.execute(f"CREATE POLICY remove ON {table} FOR DELETE USING (tenant_id = {CURRENT})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {WEB}")


def protect() -> None:
    for table in WALLED:
        wall(table)
    for table in PUBLIC_READ:
        wall_for_writing(table)
    protect_audit()
    protect_installation()
    op.execute(f"GRANT USAGE ON SCHEMA public TO {WEB}")
    op.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {WEB}")
    op.execute(f"GRANT SELECT ON alembic_version TO {WEB}")


def protect_audit() -> None:
    """The web role adds to the audit trail and reads it; it can neither change nor remove a record."""
    wall("audit_record")
    op.execute(f"REVOKE UPDATE, DELETE ON audit_record FROM {WEB}")


def protect_installation() -> None:
    """Every request looks up its tenant; a tenant changes itself; new ones are made outside all tenants."""
    for table, key in (("tenant", "id"), ("tenant_host", "tenant_id")):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY read ON {table} FOR SELECT USING (true)")
        op.execute(f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK ({NO_TENANT})")
        op.execute(f"CREATE POLICY change ON {table} FOR UPDATE USING ({key} = {CURRENT} OR {NO_TENANT})")
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {WEB}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON rate_count TO {WEB}")
    op.execute("ALTER TABLE rate_count SET UNLOGGED")


def upgrade() -> None:
    op.create_table(
        "rate_count",
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "window_start", name=op.f("pk_rate_count")),
        comment="installation",
    )
    op.create_table(
        "tenant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("platform_name", sa.String(length=120), nullable=False),
        sa.Column("claim", sa.String(length=200), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("brand_colour", sa.String(length=7), nullable=False),
        sa.Column("accent_colour", sa.String(length=7), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.String(length=5)), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("mail_from", sa.String(length=254), nullable=False),
        sa.Column("postal_address", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("official_key", sa.String(length=8), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("brand_colour ~ '^#[0-9a-f]{6}$'", name=op.f("ck_tenant_brand_colour")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant")),
        sa.UniqueConstraint("slug", name=op.f("uq_tenant_slug")),
        comment="installation",
    )
    op.create_table(
        "account",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("email_proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_account_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_account")),
        sa.UniqueConstraint("tenant_id", "email", name=op.f("uq_account_tenant_id_email")),
    )
    op.create_table(
        "audit_record",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("actor_account_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_audit_record_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_audit_record")),
    )
    op.create_index(op.f("ix_audit_record_tenant_id_at"), "audit_record", ["tenant_id", "at"], unique=False)
    op.create_index(
        op.f("ix_audit_record_tenant_id_subject_kind_subject_id"),
        "audit_record",
        ["tenant_id", "subject_kind", "subject_id"],
        unique=False,
    )
    op.create_table(
        "catalogue_entry",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("summary", sa.String(length=400), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_name", sa.String(length=200), nullable=False),
        sa.Column("organisation_slug", sa.String(length=63), nullable=False),
        sa.Column("category_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("target_group_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("district_id", sa.BigInteger(), nullable=True),
        sa.Column("district_name", sa.String(length=120), nullable=False),
        sa.Column("place_kind", sa.String(length=20), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("time_kind", sa.String(length=20), nullable=False),
        sa.Column("slots", postgresql.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("hours", sa.Numeric(), nullable=True),
        sa.Column("hours_per", sa.String(length=20), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("places_taken", sa.Integer(), nullable=False),
        sa.Column("picture_sha256", sa.String(length=64), nullable=True),
        sa.Column("picture_alt", sa.String(length=300), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("document", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_catalogue_entry_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "opportunity_id", name=op.f("pk_catalogue_entry")),
        comment="public read model",
    )
    op.create_index(
        "ix_catalogue_entry_document",
        "catalogue_entry",
        ["tenant_id", "document"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        op.f("ix_catalogue_entry_tenant_id_organisation_id"),
        "catalogue_entry",
        ["tenant_id", "organisation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_catalogue_entry_tenant_id_published_at"),
        "catalogue_entry",
        ["tenant_id", "published_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_catalogue_entry_tenant_id_starts_at"), "catalogue_entry", ["tenant_id", "starts_at"], unique=False
    )
    op.create_table(
        "catalogue_stem",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_catalogue_stem_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "stem", name=op.f("pk_catalogue_stem")),
        comment="public read model",
    )
    op.create_index(
        "ix_catalogue_stem_trigrams",
        "catalogue_stem",
        ["tenant_id", "stem"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"stem": "gin_trgm_ops"},
    )
    op.create_table(
        "category",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_category_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_category")),
        sa.UniqueConstraint("tenant_id", "slug", name=op.f("uq_category_tenant_id_slug")),
    )
    op.create_table(
        "district",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("postcode", sa.String(length=5), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_district_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_district")),
        sa.UniqueConstraint("tenant_id", "slug", name=op.f("uq_district_tenant_id_slug")),
    )
    op.create_table(
        "organisation_kind",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_organisation_kind_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_organisation_kind")),
        sa.UniqueConstraint("tenant_id", "slug", name=op.f("uq_organisation_kind_tenant_id_slug")),
    )
    op.create_table(
        "outgoing_mail",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("from_name", sa.String(length=200), nullable=False),
        sa.Column("from_address", sa.String(length=254), nullable=False),
        sa.Column("to_name", sa.String(length=200), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("reply_to", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum("queued", "sent", "failed", name="mailstate", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_outgoing_mail_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_outgoing_mail")),
    )
    op.create_index(
        op.f("ix_outgoing_mail_tenant_id_state_queued_at"),
        "outgoing_mail",
        ["tenant_id", "state", "queued_at"],
        unique=False,
    )
    op.create_table(
        "stored_file",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_stored_file_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("tenant_id", "sha256", name=op.f("uq_stored_file_tenant_id_sha256")),
    )
    op.create_table(
        "target_group",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_target_group_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_target_group")),
        sa.UniqueConstraint("tenant_id", "slug", name=op.f("uq_target_group_tenant_id_slug")),
    )
    op.create_table(
        "tenant_host",
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_tenant_host_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_tenant_host")),
        comment="installation",
    )
    op.create_index(
        op.f("ix_tenant_host_tenant_id"),
        "tenant_host",
        ["tenant_id"],
        unique=True,
        postgresql_where=sa.text("is_primary"),
    )
    op.create_table(
        "organisation",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("kind_id", sa.BigInteger(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=5), nullable=False),
        sa.Column("city", sa.String(length=120), nullable=False),
        sa.Column("district_id", sa.BigInteger(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=False),
        sa.Column("logo_file_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "verification",
            sa.Enum(
                "pending",
                "verified",
                "rejected",
                name="verification",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("verification_note", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("external_id", sa.String(length=80), nullable=True),
        sa.Column("source_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "district_id"],
            ["district.tenant_id", "district.id"],
            name=op.f("fk_organisation_tenant_id_district_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "kind_id"],
            ["organisation_kind.tenant_id", "organisation_kind.id"],
            name=op.f("fk_organisation_tenant_id_kind_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "logo_file_id"],
            ["stored_file.tenant_id", "stored_file.id"],
            name=op.f("fk_organisation_tenant_id_logo_file_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_organisation_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_organisation")),
    )
    op.create_index(
        op.f("ix_organisation_tenant_id_source_external_id"),
        "organisation",
        ["tenant_id", "source", "external_id"],
        unique=True,
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_organisation_tenant_id_verification"), "organisation", ["tenant_id", "verification"], unique=False
    )
    op.create_table(
        "sign_in_link",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("nonce_digest", sa.String(length=64), nullable=False),
        sa.Column("keeps_password", sa.Boolean(), nullable=False),
        sa.Column("new_email", sa.String(length=254), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("good_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["account.tenant_id", "account.id"],
            name=op.f("fk_sign_in_link_tenant_id_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_sign_in_link_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sign_in_link")),
    )
    op.create_index(
        op.f("ix_sign_in_link_tenant_id_account_id"), "sign_in_link", ["tenant_id", "account_id"], unique=False
    )
    op.create_table(
        "staff_role",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "visitor",
                "account",
                "editor",
                "owner",
                "moderator",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["account.tenant_id", "account.id"],
            name=op.f("fk_staff_role_tenant_id_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_staff_role_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_staff_role")),
        sa.UniqueConstraint("tenant_id", "account_id", name=op.f("uq_staff_role_tenant_id_account_id")),
    )
    op.create_table(
        "membership",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "visitor",
                "account",
                "editor",
                "owner",
                "moderator",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["account.tenant_id", "account.id"],
            name=op.f("fk_membership_tenant_id_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_membership_tenant_id_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_membership_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "tenant_id",
            "organisation_id",
            "account_id",
            name=op.f("uq_membership_tenant_id_organisation_id_account_id"),
        ),
    )
    op.create_index(op.f("ix_membership_tenant_id_account_id"), "membership", ["tenant_id", "account_id"], unique=False)
    op.create_table(
        "opportunity",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("summary", sa.String(length=400), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "in_review",
                "published",
                "paused",
                "closed",
                "archived",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("review_note", sa.Text(), nullable=False),
        sa.Column(
            "place_kind",
            sa.Enum(
                "address", "district", "remote", name="placekind", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=5), nullable=False),
        sa.Column("city", sa.String(length=120), nullable=False),
        sa.Column("district_id", sa.BigInteger(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column(
            "time_kind",
            sa.Enum("ongoing", "dated", name="timekind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("slots", postgresql.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("hours", sa.Numeric(precision=5, scale=1), nullable=True),
        sa.Column(
            "hours_per",
            sa.Enum("week", "month", "occasion", name="hoursper", native_enum=False, create_constraint=True, length=20),
            nullable=True,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("time_note", sa.String(length=300), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("places_taken", sa.Integer(), nullable=False),
        sa.Column("skills", postgresql.ARRAY(sa.String(length=80)), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.String(length=5)), nullable=False),
        sa.Column("minimum_age", sa.Integer(), nullable=True),
        sa.Column("driving_licence", sa.String(length=20), nullable=False),
        sa.Column("certificate_of_conduct", sa.Boolean(), nullable=False),
        sa.Column("training", sa.String(length=300), nullable=False),
        sa.Column("insurance", sa.Boolean(), nullable=False),
        sa.Column("expenses", sa.String(length=300), nullable=False),
        sa.Column("allowance", sa.String(length=300), nullable=False),
        sa.Column("step_free", sa.Boolean(), nullable=True),
        sa.Column("accessible_toilet", sa.Boolean(), nullable=True),
        sa.Column("public_transport", sa.Boolean(), nullable=True),
        sa.Column("hearing_support", sa.Boolean(), nullable=True),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("contact_phone", sa.String(length=40), nullable=False),
        sa.Column("picture_file_id", sa.BigInteger(), nullable=True),
        sa.Column("picture_alt", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("external_id", sa.String(length=80), nullable=True),
        sa.Column("source_digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "time_kind <> 'dated' OR starts_at IS NOT NULL OR state IN ('draft', 'archived')",
            name=op.f("ck_opportunity_dated_has_start"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_opportunity_ends_after_start")),
        sa.CheckConstraint("places > 0", name=op.f("ck_opportunity_places_positive")),
        sa.CheckConstraint("places_taken >= 0", name=op.f("ck_opportunity_places_taken_not_negative")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "district_id"],
            ["district.tenant_id", "district.id"],
            name=op.f("fk_opportunity_tenant_id_district_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_opportunity_tenant_id_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "picture_file_id"],
            ["stored_file.tenant_id", "stored_file.id"],
            name=op.f("fk_opportunity_tenant_id_picture_file_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_opportunity_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_opportunity")),
    )
    op.create_index(
        op.f("ix_opportunity_tenant_id_organisation_id_state"),
        "opportunity",
        ["tenant_id", "organisation_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_opportunity_tenant_id_source_external_id"),
        "opportunity",
        ["tenant_id", "source", "external_id"],
        unique=True,
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_opportunity_tenant_id_state_expires_at"),
        "opportunity",
        ["tenant_id", "state", "expires_at"],
        unique=False,
    )
    op.create_table(
        "application",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("opportunity_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "in_contact",
                "accepted",
                "declined",
                "withdrawn",
                name="applicationstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["account.tenant_id", "account.id"],
            name=op.f("fk_application_tenant_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "opportunity_id"],
            ["opportunity.tenant_id", "opportunity.id"],
            name=op.f("fk_application_tenant_id_opportunity_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_application_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_application")),
    )
    op.create_index(
        op.f("ix_application_tenant_id_account_id"), "application", ["tenant_id", "account_id"], unique=False
    )
    op.create_index(
        op.f("ix_application_tenant_id_opportunity_id_state"),
        "application",
        ["tenant_id", "opportunity_id", "state"],
        unique=False,
    )
    op.create_index(
        "uq_application_live",
        "application",
        ["tenant_id", "opportunity_id", "email"],
        unique=True,
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.create_table(
        "opportunity_category",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.BigInteger(), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "category_id"],
            ["category.tenant_id", "category.id"],
            name=op.f("fk_opportunity_category_tenant_id_category_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "opportunity_id"],
            ["opportunity.tenant_id", "opportunity.id"],
            name=op.f("fk_opportunity_category_tenant_id_opportunity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "opportunity_id", "category_id", name=op.f("pk_opportunity_category")),
    )
    op.create_index(
        op.f("ix_opportunity_category_tenant_id_category_id"),
        "opportunity_category",
        ["tenant_id", "category_id"],
        unique=False,
    )
    op.create_table(
        "opportunity_target_group",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.BigInteger(), nullable=False),
        sa.Column("target_group_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "opportunity_id"],
            ["opportunity.tenant_id", "opportunity.id"],
            name=op.f("fk_opportunity_target_group_tenant_id_opportunity_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "target_group_id"],
            ["target_group.tenant_id", "target_group.id"],
            name=op.f("fk_opportunity_target_group_tenant_id_target_group_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "opportunity_id", "target_group_id", name=op.f("pk_opportunity_target_group")
        ),
    )
    op.create_index(
        op.f("ix_opportunity_target_group_tenant_id_target_group_id"),
        "opportunity_target_group",
        ["tenant_id", "target_group_id"],
        unique=False,
    )
    op.create_table(
        "application_message",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "author",
            sa.Enum("club", "applicant", name="author", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["account.tenant_id", "account.id"],
            name=op.f("fk_application_message_tenant_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "application_id"],
            ["application.tenant_id", "application.id"],
            name=op.f("fk_application_message_tenant_id_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_application_message_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_application_message")),
    )
    op.create_index(
        op.f("ix_application_message_tenant_id_application_id"),
        "application_message",
        ["tenant_id", "application_id"],
        unique=False,
    )
    op.create_table(
        "sign_up",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("opportunity_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("application_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "application_id"],
            ["application.tenant_id", "application.id"],
            name=op.f("fk_sign_up_tenant_id_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "opportunity_id"],
            ["opportunity.tenant_id", "opportunity.id"],
            name=op.f("fk_sign_up_tenant_id_opportunity_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_sign_up_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sign_up")),
    )
    op.create_index(op.f("ix_sign_up_tenant_id_created_at"), "sign_up", ["tenant_id", "created_at"], unique=False)
    op.execute(SEARCH)
    protect()


def downgrade() -> None:
    op.drop_index(op.f("ix_sign_up_tenant_id_created_at"), table_name="sign_up")
    op.drop_table("sign_up")
    op.drop_index(op.f("ix_application_message_tenant_id_application_id"), table_name="application_message")
    op.drop_table("application_message")
    op.drop_index(op.f("ix_opportunity_target_group_tenant_id_target_group_id"), table_name="opportunity_target_group")
    op.drop_table("opportunity_target_group")
    op.drop_index(op.f("ix_opportunity_category_tenant_id_category_id"), table_name="opportunity_category")
    op.drop_table("opportunity_category")
    op.drop_index("uq_application_live", table_name="application", postgresql_where=sa.text("state <> 'withdrawn'"))
    op.drop_index(op.f("ix_application_tenant_id_opportunity_id_state"), table_name="application")
    op.drop_index(op.f("ix_application_tenant_id_account_id"), table_name="application")
    op.drop_table("application")
    op.drop_index(op.f("ix_opportunity_tenant_id_state_expires_at"), table_name="opportunity")
    op.drop_index(
        op.f("ix_opportunity_tenant_id_source_external_id"),
        table_name="opportunity",
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_opportunity_tenant_id_organisation_id_state"), table_name="opportunity")
    op.drop_table("opportunity")
    op.drop_index(op.f("ix_membership_tenant_id_account_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_table("staff_role")
    op.drop_index(op.f("ix_sign_in_link_tenant_id_account_id"), table_name="sign_in_link")
    op.drop_table("sign_in_link")
    op.drop_index(op.f("ix_organisation_tenant_id_verification"), table_name="organisation")
    op.drop_index(
        op.f("ix_organisation_tenant_id_source_external_id"),
        table_name="organisation",
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.drop_table("organisation")
    op.drop_index(op.f("ix_tenant_host_tenant_id"), table_name="tenant_host", postgresql_where=sa.text("is_primary"))
    op.drop_table("tenant_host")
    op.drop_table("target_group")
    op.drop_table("stored_file")
    op.drop_index(op.f("ix_outgoing_mail_tenant_id_state_queued_at"), table_name="outgoing_mail")
    op.drop_table("outgoing_mail")
    op.drop_table("organisation_kind")
    op.drop_table("district")
    op.drop_table("category")
    op.drop_index(
        "ix_catalogue_stem_trigrams",
        table_name="catalogue_stem",
        postgresql_using="gin",
        postgresql_ops={"stem": "gin_trgm_ops"},
    )
    op.drop_table("catalogue_stem")
    op.drop_index(op.f("ix_catalogue_entry_tenant_id_starts_at"), table_name="catalogue_entry")
    op.drop_index(op.f("ix_catalogue_entry_tenant_id_published_at"), table_name="catalogue_entry")
    op.drop_index(op.f("ix_catalogue_entry_tenant_id_organisation_id"), table_name="catalogue_entry")
    op.drop_index("ix_catalogue_entry_document", table_name="catalogue_entry", postgresql_using="gin")
    op.drop_table("catalogue_entry")
    op.drop_index(op.f("ix_audit_record_tenant_id_subject_kind_subject_id"), table_name="audit_record")
    op.drop_index(op.f("ix_audit_record_tenant_id_at"), table_name="audit_record")
    op.drop_table("audit_record")
    op.drop_table("account")
    op.drop_table("tenant")
    op.drop_table("rate_count")
    op.execute("DROP TEXT SEARCH CONFIGURATION engagement_german")
    op.execute("DROP TEXT SEARCH DICTIONARY engagement_german_stem")
