"""Who may do what: permissions as ``scope:resource:action``, and one map from roles to them."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is in one tenant; everyone is at least a visitor. The operator belongs to no tenant."""

    VISITOR = "visitor"
    ACCOUNT = "account"
    EDITOR = "editor"
    OWNER = "owner"
    MODERATOR = "moderator"
    ADMIN = "admin"
    OPERATOR = "operator"


class Permission(StrEnum):
    """What can be allowed.

    ``public`` is for everybody, ``own`` for a person's own things, ``club`` within the person's organisation,
    ``tenant`` within the municipality, ``installation`` across all of them.
    """

    PUBLIC_CATALOGUE_READ = "public:catalogue:read"
    PUBLIC_APPLICATION_CREATE = "public:application:create"
    PUBLIC_ACCOUNT_CREATE = "public:account:create"
    OWN_ACCOUNT_MANAGE = "own:account:manage"
    OWN_APPLICATION_MANAGE = "own:application:manage"
    OWN_ORGANISATION_CREATE = "own:organisation:create"
    CLUB_ORGANISATION_EDIT = "club:organisation:edit"
    CLUB_OPPORTUNITY_MANAGE = "club:opportunity:manage"
    CLUB_APPLICATION_ANSWER = "club:application:answer"
    CLUB_MEMBER_MANAGE = "club:member:manage"
    TENANT_TODAY_READ = "tenant:today:read"
    TENANT_ORGANISATION_VERIFY = "tenant:organisation:verify"
    TENANT_ORGANISATION_MANAGE = "tenant:organisation:manage"
    TENANT_ORGANISATION_EXPORT = "tenant:organisation:export"
    TENANT_OPPORTUNITY_MODERATE = "tenant:opportunity:moderate"
    TENANT_REPORT_ANSWER = "tenant:report:answer"
    TENANT_MAIL_READ = "tenant:mail:read"
    TENANT_FIGURES_READ = "tenant:figures:read"
    TENANT_CONTENT_EDIT = "tenant:content:edit"
    TENANT_BRANDING_EDIT = "tenant:branding:edit"
    TENANT_VOCABULARY_EDIT = "tenant:vocabulary:edit"
    TENANT_SETTINGS_EDIT = "tenant:settings:edit"
    TENANT_NEIGHBOUR_MANAGE = "tenant:neighbour:manage"
    TENANT_STAFF_MANAGE = "tenant:staff:manage"
    TENANT_AUDIT_READ = "tenant:audit:read"
    INSTALLATION_TENANT_MANAGE = "installation:tenant:manage"


_VISITOR = frozenset(
    {
        Permission.PUBLIC_CATALOGUE_READ,
        Permission.PUBLIC_APPLICATION_CREATE,
        Permission.PUBLIC_ACCOUNT_CREATE,
    }
)
_ACCOUNT = _VISITOR | {
    Permission.OWN_ACCOUNT_MANAGE,
    Permission.OWN_APPLICATION_MANAGE,
    Permission.OWN_ORGANISATION_CREATE,
}
_EDITOR = frozenset(
    {
        Permission.CLUB_ORGANISATION_EDIT,
        Permission.CLUB_OPPORTUNITY_MANAGE,
        Permission.CLUB_APPLICATION_ANSWER,
    }
)
_MODERATOR = frozenset(
    {
        Permission.TENANT_TODAY_READ,
        Permission.TENANT_ORGANISATION_VERIFY,
        Permission.TENANT_ORGANISATION_MANAGE,
        Permission.TENANT_ORGANISATION_EXPORT,
        Permission.TENANT_OPPORTUNITY_MODERATE,
        Permission.TENANT_REPORT_ANSWER,
        Permission.TENANT_MAIL_READ,
        Permission.TENANT_FIGURES_READ,
    }
)
_ADMIN = _MODERATOR | {
    Permission.TENANT_CONTENT_EDIT,
    Permission.TENANT_BRANDING_EDIT,
    Permission.TENANT_VOCABULARY_EDIT,
    Permission.TENANT_SETTINGS_EDIT,
    Permission.TENANT_NEIGHBOUR_MANAGE,
    Permission.TENANT_STAFF_MANAGE,
    Permission.TENANT_AUDIT_READ,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VISITOR: _VISITOR,
    Role.ACCOUNT: frozenset(_ACCOUNT),
    Role.EDITOR: _EDITOR,
    Role.OWNER: _EDITOR | {Permission.CLUB_MEMBER_MANAGE},
    Role.MODERATOR: _MODERATOR,
    Role.ADMIN: _ADMIN,
    Role.OPERATOR: frozenset({Permission.INSTALLATION_TENANT_MANAGE}),
}


def allows(roles: frozenset[Role], permission: Permission) -> bool:
    """Tell whether any of ``roles`` carries ``permission``."""
    return any(permission in PERMISSIONS[role] for role in roles)
