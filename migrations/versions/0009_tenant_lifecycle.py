"""The life of a tenant: suspended, deleted after a waiting period, moved; its key; what happened to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from engagement.kernel.roles import OWNER, WEB
from engagement.kernel.walls import NO_TENANT, wall

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LIFECYCLE = ("suspended_at", "suspension_reason", "resumed_at", "deletion_requested_at", "delete_after")

GUARD = f"""
CREATE FUNCTION guard_tenant_lifecycle() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT ({NO_TENANT}) THEN
        RAISE insufficient_privilege USING MESSAGE = 'a tenant can neither suspend nor delete itself';
    END IF;
    IF NEW.delete_after IS DISTINCT FROM OLD.delete_after AND current_user <> '{OWNER}'
       AND NEW.delete_after < now() + interval '23 hours' THEN
        RAISE insufficient_privilege USING MESSAGE = 'a tenant is deleted a day from now at the earliest';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_lifecycle BEFORE UPDATE ON tenant FOR EACH ROW
WHEN ((OLD.suspended_at, OLD.suspension_reason, OLD.resumed_at, OLD.deletion_requested_at, OLD.delete_after)
      IS DISTINCT FROM
      (NEW.suspended_at, NEW.suspension_reason, NEW.resumed_at, NEW.deletion_requested_at, NEW.delete_after))
EXECUTE FUNCTION guard_tenant_lifecycle();
"""
"""The web role may ask for a deletion, but neither from inside a tenant nor for at once."""

TABLES = """
CREATE FUNCTION tenant_tables() RETURNS SETOF name LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
      AND EXISTS (SELECT FROM pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f'
                  AND f.confrelid = 'tenant'::regclass AND f.conkey = ARRAY[a.attnum])
    ORDER BY c.relname
$$;
"""
"""Every table that belongs to tenants, taken from the database's own catalogue, so that none can be forgotten."""

ERASE = """
CREATE FUNCTION erase_tenant(which integer, who text, who_id bigint) RETURNS jsonb
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    erased tenant%ROWTYPE;
    counts jsonb := '{}';
    left_over name[] := ARRAY(SELECT tenant_tables());
    put_off name[];
    one name;
    rows_there bigint;
BEGIN
    SELECT * INTO erased FROM tenant WHERE id = which FOR UPDATE;
    IF NOT FOUND THEN
        RAISE no_data_found USING MESSAGE = 'there is no such tenant';
    END IF;
    FOREACH one IN ARRAY left_over LOOP
        EXECUTE format('SELECT count(*) FROM %I WHERE tenant_id = $1', one) INTO rows_there USING which;
        counts := counts || jsonb_build_object(one, rows_there);
    END LOOP;
    -- What others point to has to wait for them: whatever is refused comes again in the next round.
    WHILE cardinality(left_over) > 0 LOOP
        put_off := '{}';
        FOREACH one IN ARRAY left_over LOOP
            BEGIN
                EXECUTE format('DELETE FROM %I WHERE tenant_id = $1', one) USING which;
            EXCEPTION WHEN foreign_key_violation THEN
                put_off := put_off || one;
            END;
        END LOOP;
        IF cardinality(put_off) = cardinality(left_over) THEN
            RAISE foreign_key_violation USING MESSAGE = format('these tables hold each other: %s', put_off);
        END IF;
        left_over := put_off;
    END LOOP;
    DELETE FROM procrastinate_jobs WHERE args ->> 'tenant_id' = which::text AND status <> 'doing';
    DELETE FROM tenant WHERE id = which;
    INSERT INTO installation_record (at, actor_kind, actor_account_id, action, tenant_id, tenant_slug, details)
    VALUES (clock_timestamp(), who, who_id, 'tenant.purge', which, erased.slug, jsonb_build_object(
        'name', erased.name, 'rows', counts,
        'requested_at', erased.deletion_requested_at, 'delete_after', erased.delete_after));
    RETURN counts;
END $$;
"""
"""Only the owner of the tables may call this one: the web role can remove no record of the audit trail."""

PURGE = """
CREATE FUNCTION purge_tenant(which integer, who text, who_id bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF coalesce(current_setting('app.tenant_id', true), '') <> '' THEN
        RAISE insufficient_privilege USING MESSAGE = 'a tenant does not remove others';
    END IF;
    PERFORM FROM tenant WHERE id = which AND delete_after <= now() FOR UPDATE;
    IF NOT FOUND THEN
        RAISE insufficient_privilege USING MESSAGE = 'the waiting period of this tenant is not over';
    END IF;
    RETURN erase_tenant(which, who, who_id);
END $$;
"""

SIZES = """
CREATE FUNCTION tenant_sizes(which integer[])
RETURNS TABLE (tenant_id integer, table_name name, row_count bigint, byte_count bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    one record;
BEGIN
    IF coalesce(current_setting('app.tenant_id', true), '') <> '' THEN
        RAISE insufficient_privilege USING MESSAGE = 'a tenant does not look into others';
    END IF;
    FOR one IN
        SELECT c.relname AS name,
               string_agg(format('coalesce(pg_column_size(t.%I), 0)', a.attname), ' + ' ORDER BY a.attnum) AS size
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relnamespace = 'public'::regnamespace AND c.relname IN (SELECT tenant_tables())
        GROUP BY c.relname
    LOOP
        RETURN QUERY EXECUTE format(
            'SELECT t.tenant_id, %L::name, count(*), sum(24 + %s)::bigint FROM %I t '
            'WHERE t.tenant_id = ANY ($1) GROUP BY t.tenant_id', one.name, one.size, one.name) USING which;
    END LOOP;
END $$;
"""
"""Numbers only; 24 bytes are a row's own header. Each column as it is stored: a picture need not be read for it."""

HEALTH = """
CREATE FUNCTION tenant_health(which integer[])
RETURNS TABLE (tenant_id integer, last_activity timestamptz, failed_mails bigint, waiting_mails bigint,
               waiting_since timestamptz, waiting_jobs bigint, failed_jobs bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF coalesce(current_setting('app.tenant_id', true), '') <> '' THEN
        RAISE insufficient_privilege USING MESSAGE = 'a tenant does not look into others';
    END IF;
    RETURN QUERY
        SELECT one.id,
               (SELECT max(a.at) FROM audit_record a WHERE a.tenant_id = one.id),
               (SELECT count(*) FROM outgoing_mail m
                WHERE m.tenant_id = one.id AND m.state = 'failed' AND m.dismissed_at IS NULL),
               (SELECT count(*) FROM outgoing_mail m WHERE m.tenant_id = one.id AND m.state = 'queued'),
               (SELECT min(m.queued_at) FROM outgoing_mail m WHERE m.tenant_id = one.id AND m.state = 'queued'),
               coalesce(j.waiting, 0), coalesce(j.failed, 0)
        FROM unnest(which) AS one (id)
        LEFT JOIN (
            SELECT args ->> 'tenant_id' AS id, count(*) FILTER (WHERE status IN ('todo', 'doing')) AS waiting,
                   count(*) FILTER (WHERE status = 'failed') AS failed
            FROM procrastinate_jobs WHERE args ? 'tenant_id' GROUP BY 1
        ) j ON j.id = one.id::text;
END $$;
"""

IDENTITIES = """
CREATE FUNCTION advance_identities() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    mine integer := nullif(current_setting('app.tenant_id', true), '')::integer;
    one name;
    numbers text;
    highest bigint;
BEGIN
    FOR one IN SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND a.attname = 'id' AND a.attidentity <> ''
          AND c.relname IN (SELECT tenant_tables())
    LOOP
        numbers := pg_get_serial_sequence(quote_ident(one), 'id');
        EXECUTE format('SELECT max(id) FROM %I WHERE tenant_id = $1', one) INTO highest USING mine;
        IF highest > nextval(numbers) THEN
            PERFORM setval(numbers, highest);
        END IF;
    END LOOP;
END $$;
"""
"""A tenant that moves in keeps its ids; new rows of it must come after them. Forward only."""

FOR_WEB = (
    "tenant_tables()",
    "purge_tenant(integer, text, bigint)",
    "tenant_sizes(integer[])",
    "tenant_health(integer[])",
    "advance_identities()",
)
FOR_OWNER = ("erase_tenant(integer, text, bigint)",)


def add_columns() -> None:
    for name in ("suspended_at", "resumed_at", "deletion_requested_at", "delete_after"):
        op.add_column("tenant", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("tenant", sa.Column("suspension_reason", sa.String(length=300), server_default="", nullable=False))
    op.create_check_constraint(
        op.f("ck_tenant_deletion_has_a_day"), "tenant", "(deletion_requested_at IS NULL) = (delete_after IS NULL)"
    )
    op.create_index(
        op.f("ix_tenant_delete_after"), "tenant", ["delete_after"], postgresql_where=sa.text("delete_after IS NOT NULL")
    )
    op.create_index("ix_tenant_host_of_tenant", "tenant_host", ["tenant_id"])


def add_keys() -> None:
    op.create_table(
        "tenant_key",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_tenant_key_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tenant_key")),
        sa.UniqueConstraint("tenant_id", name=op.f("uq_tenant_key_tenant_id")),
    )
    # gen_random_uuid() takes its 122 bits from the operating system's generator for secrets
    op.execute(
        "INSERT INTO tenant_key (tenant_id, secret, created_at) "
        "SELECT id, replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), now() FROM tenant"
    )
    for statement in wall("tenant_key"):
        op.execute(statement)


def add_record() -> None:
    op.create_table(
        "installation_record",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("actor_account_id", sa.BigInteger(), nullable=True),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.Column("operator_name", sa.String(length=120), nullable=True),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=True),
        sa.Column("tenant_slug", sa.String(length=63), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation_record")),
        comment="installation",
    )
    op.create_index(op.f("ix_installation_record_tenant_id_at"), "installation_record", ["tenant_id", "at"])
    op.create_index(op.f("ix_installation_record_at"), "installation_record", ["at"])
    op.execute("ALTER TABLE installation_record ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY read ON installation_record FOR SELECT USING ({NO_TENANT})")
    op.execute(f"CREATE POLICY add ON installation_record FOR INSERT WITH CHECK ({NO_TENANT})")
    op.execute(f"GRANT SELECT, INSERT ON installation_record TO {WEB}")


def upgrade() -> None:
    add_columns()
    add_keys()
    add_record()
    op.execute(f"CREATE POLICY remove ON tenant_host FOR DELETE USING ({NO_TENANT})")
    op.execute(f"GRANT DELETE ON tenant_host TO {WEB}")
    op.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {WEB}")
    for function in (GUARD, TABLES, ERASE, PURGE, SIZES, HEALTH, IDENTITIES):
        op.execute(function)
    for name in (*FOR_WEB, *FOR_OWNER):
        op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
    for name in FOR_WEB:
        op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO {WEB}")


def downgrade() -> None:
    for function in (*FOR_WEB[1:], *FOR_OWNER, FOR_WEB[0]):
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP TRIGGER guard_lifecycle ON tenant")
    op.execute("DROP FUNCTION guard_tenant_lifecycle()")
    op.execute(f"REVOKE DELETE ON tenant_host FROM {WEB}")
    op.execute("DROP POLICY remove ON tenant_host")
    op.drop_table("installation_record")
    op.drop_table("tenant_key")
    op.drop_index("ix_tenant_host_of_tenant", table_name="tenant_host")
    op.drop_index(op.f("ix_tenant_delete_after"), table_name="tenant")
    op.drop_constraint(op.f("ck_tenant_deletion_has_a_day"), "tenant", type_="check")
    for name in LIFECYCLE:
        op.drop_column("tenant", name)
