-- Notices say themselves what they tell, in both languages, and each person sees them for themselves.
drop index notices_unseen;
alter table notices drop column seen_at;
alter table notices add column said json not null default '{}';
alter table notices add column level text not null default 'info';
create index notices_audience on notices (audience, at desc, notice_id desc);
create index notices_age on notices (at);

create table notice_marks (
    person text not null,
    notice_id uuid not null,
    seen_at timestamptz not null,
    primary key (person, notice_id)
);
create index notice_marks_notice on notice_marks (notice_id);

-- How fast each messenger was used of late, so that none is used faster than it allows, by whichever process.
create table paces (
    messenger text primary key,
    taken timestamptz[] not null,
    blocked_until timestamptz
) with (fillfactor = 60);

-- Since when nothing has reached a webhook.
create table webhook_states (
    webhook text primary key,
    failing_since timestamptz not null
);

-- Who follows the positions outside any transaction, and until when.
create table leases (
    name text primary key,
    holder uuid not null,
    until timestamptz not null
);

-- The logs of what was handed over, by partner.
create index outbox_webhooks on outbox ((payload ->> 'webhook'), outbox_id desc) where topic = 'webhook';
create index outbox_messengers on outbox ((payload ->> 'messenger'), outbox_id desc) where topic = 'messenger';
