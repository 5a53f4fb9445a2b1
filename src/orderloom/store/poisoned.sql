-- name: insert
-- A command that broke the program, kept whole.
insert into poisoned (poisoned_id, command, reason, recorded_at)
values (%(poisoned_id)s::uuid, %(command)s::json, %(reason)s::text, %(at)s::timestamptz)
on conflict (poisoned_id) do nothing;
