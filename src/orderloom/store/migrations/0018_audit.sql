-- The trail is read from its end, whole, of one person, or about one thing.
create index audit_newest on audit (at desc, audit_id desc);
create index audit_actor on audit (actor, at desc, audit_id desc);
create index audit_subject on audit (subject, at desc, audit_id desc);
