-- The device that shows a user's one-time codes: its sealed secret, since when it counts (null until a first code has
-- proven it), and the last step whose code was taken, so that each opens once.
create table authenticators (
    user_id uuid primary key references users (user_id) on delete cascade,
    secret bytea not null,
    since timestamptz,
    step bigint not null default 0
);

-- Codes that open once when the device is lost; only their hashes.
create table recovery_codes (
    user_id uuid not null references users (user_id) on delete cascade,
    hash bytea not null,
    primary key (user_id, hash)
);
