-- Values that a way through another language's numbers, times and JSON would change.
INSERT INTO category (tenant_id, slug, name, position)
VALUES (:id, 'odd', E'\U0001F600 „Ä\tß“ \\ " '' \u2028 e\u0301 null', -1), (:id, '', ' ', -2147483648);
UPDATE opportunity
SET hours = 0.10, latitude = 'Infinity', longitude = 0.1::float8 + 0.2::float8, expires_at = 'infinity',
    slots = ARRAY['a,b', '', '"', 'NULL'], languages = '{}'
WHERE tenant_id = :id AND id = (SELECT min(id) FROM opportunity WHERE tenant_id = :id AND state = 'draft');
INSERT INTO audit_record (tenant_id, id, at, actor_kind, action, subject_kind, subject_id, before, after) VALUES
    (:id, 9007199254740993, '2026-03-29 01:59:59.999999+00', 'x', 'odd', 'x', 9223372036854775807, 'null', NULL),
    (:id, 9007199254740994, '-infinity', 'x', 'odd', 'x', NULL, NULL, 'null'),
    (:id, 9007199254740995, '0044-03-15 12:00:00+00 BC', 'x', 'odd', 'x', 0, '{"a": 1.10, "b": [null, "", 1e400]}', '[]');
