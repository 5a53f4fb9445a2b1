-- The tables of one workspace. Every statement runs with the workspace's schema as search_path.

-- JSON that the hub wrote itself and mostly reads whole (`body`, `state`) is text: PostgreSQL would parse it again for
-- every row, which cost a fifth of what storing an order costs. Statements that look inside say `::json`.

-- The log: the truth. One row is one entry: all that one transaction said of one subject.
-- (xid, i) is the order of entries; the relay seals ranges of it and so gives events their gapless position.
create table log (
    xid bigint not null default (pg_current_xact_id()::text::bigint),
    i integer not null,
    kind text not null,
    subject uuid not null,
    n integer not null,
    count integer not null,
    recorded_at timestamptz not null,
    body text not null,
    hash bytea not null
) partition by range (recorded_at);
create index log_subject on log (subject, n);
create index log_order on log (xid, i) include (count); -- Counting alone gives a position.
create table log_default partition of log default;

-- Order and uniqueness of each subject's entries, and the end of its hash chain.
create table heads (
    subject uuid primary key,
    n integer not null,
    hash bytea not null
) with (fillfactor = 80);

-- What the rules were asked, by entry: kept for back-tests. `body` holds, by stage, the values alone;
-- their names stand once in `input_shapes`.
create table inputs (
    recorded_at timestamptz not null,
    subject uuid not null,
    n integer not null,
    revision integer not null,
    shape_id bigint not null,
    body text not null
) partition by range (recorded_at);
create index inputs_subject on inputs (subject, n);
create table inputs_default partition of inputs default;

create table input_shapes (
    shape_id bigint primary key,
    names text not null
);

-- The fold of each order's events; columns beside `state` are for lists and checks.
create table orders (
    order_id uuid primary key,
    order_no text collate "C" not null unique, -- In byte order, so that its start finds it.
    channel text not null,
    external_no text collate "C" not null,
    n integer not null,
    stage text not null,
    furthest text not null,
    grade text not null,
    priority integer not null,
    held boolean not null,
    cancelled boolean not null,
    customer_no text not null,
    account text not null,
    province text not null,
    placed_at timestamptz not null,
    received_at timestamptz not null,
    paid_at timestamptz,
    promised_at timestamptz,
    currency text not null,
    goods_minor bigint not null,
    discount_minor bigint not null,
    freight_minor bigint not null,
    tax_minor bigint not null,
    adjustment_minor bigint not null,
    total_minor bigint not null,
    paid_minor bigint not null,
    credit_reserved_minor bigint not null check (credit_reserved_minor >= 0),
    credit_used_minor bigint not null,
    state text not null,
    constraint orders_once unique (external_no, channel),
    constraint orders_money check (
        goods_minor - discount_minor + freight_minor + tax_minor + adjustment_minor = total_minor
    )
) with (fillfactor = 85);
-- Lists show the newest first; each filter of a list has an index in that order.
create index orders_placed on orders (placed_at desc, order_id desc);
create index orders_customer on orders (customer_no, placed_at desc);
create index orders_stage on orders (stage, placed_at desc);
create index orders_channel on orders (channel, placed_at desc);
create index orders_grade on orders (grade, placed_at desc);
create index orders_province on orders (province, placed_at desc);
create index orders_held on orders (placed_at desc) where held;

create table shipments (
    shipment_no text collate "C" primary key,
    order_id uuid not null,
    warehouse text not null,
    stage text not null,
    carrier text not null,
    planned_at timestamptz not null,
    stage_at timestamptz not null,
    freight_cost_minor bigint not null default 0
) with (fillfactor = 80);
create index shipments_order on shipments (order_id);
create index shipments_open on shipments (warehouse, stage, planned_at)
    where stage <> 'delivered' and stage <> 'cancelled';

create table reservations (
    sku text not null,
    warehouse text not null,
    pool text not null,
    order_id uuid not null,
    line_no integer not null,
    quantity bigint not null check (quantity > 0),
    primary key (sku, warehouse, pool, order_id, line_no)
);

-- Units of orders that nothing covers, by SKU: who is to be asked again when some come in.
create table backorders (
    sku text not null,
    order_id uuid not null,
    line_no integer not null,
    quantity bigint not null check (quantity > 0),
    primary key (sku, order_id, line_no)
);

create table movements (
    sku text not null,
    warehouse text not null,
    pool text not null,
    lot text not null,
    bin text not null,
    quantity bigint not null,
    kind text not null,
    subject uuid not null,
    n integer not null,
    recorded_at timestamptz not null
);
create index movements_pool on movements (sku, warehouse);
create index movements_subject on movements (subject);

create table stock_pools (
    sku text not null,
    warehouse text not null,
    pool text not null,
    on_hand bigint not null default 0 check (on_hand >= 0),
    reserved bigint not null default 0 check (reserved >= 0),
    safety bigint not null default 0,
    expected_at timestamptz,
    primary key (sku, warehouse, pool),
    constraint stock_pools_never_oversold check (reserved <= on_hand)
) with (fillfactor = 60);

create table stock_lots (
    sku text not null,
    warehouse text not null,
    lot text not null,
    bin text not null,
    on_hand bigint not null default 0 check (on_hand >= 0),
    reserved bigint not null default 0 check (reserved >= 0),
    manufactured_on date,
    expires_on date,
    received_at timestamptz,
    primary key (sku, warehouse, lot, bin),
    constraint stock_lots_never_oversold check (reserved <= on_hand)
) with (fillfactor = 60);

create table accounts (
    account text primary key,
    subject uuid not null unique,
    currency text not null,
    limit_minor bigint not null,
    used_minor bigint not null default 0,
    reserved_minor bigint not null default 0 check (reserved_minor >= 0)
) with (fillfactor = 60);

create table account_moves (
    account text not null,
    amount_minor bigint not null,
    reference text not null,
    subject uuid not null,
    n integer not null,
    recorded_at timestamptz not null
);
create index account_moves_account on account_moves (account);

create table grants (
    grant_id uuid primary key,
    account text not null,
    amount_minor bigint not null check (amount_minor > 0),
    valid_from timestamptz not null,
    expires_at timestamptz not null,
    granted_by text not null,
    scope text not null default '',
    withdrawn_at timestamptz
);
create index grants_account on grants (account);

-- Checks across orders lock one row per key, like stock.
create table windows (
    key text primary key,
    entries json not null,
    changed_at timestamptz not null
) with (fillfactor = 80);

-- Personal text, sealed under a key of its own that is itself sealed in `sealed`; erasing deletes the row's seal.
create table persons (
    person uuid not null,
    version integer not null,
    sealed bytea,
    commitment bytea not null,
    erased_at timestamptz,
    primary key (person, version)
);

-- Reference data: plain rows with an audit trail.
create table customers (
    customer_no text primary key,
    account text not null default '',
    phone_key bytea,
    data json not null,
    valid_from timestamptz not null
);
create index customers_phone on customers (phone_key) where phone_key is not null;

create table skus (
    sku text primary key,
    barcode text not null default '',
    data json not null,
    valid_from timestamptz not null
);

create table warehouses (
    warehouse text primary key,
    data json not null,
    valid_from timestamptz not null
);

create table calendars (
    calendar text primary key,
    data json not null,
    valid_from timestamptz not null
);

create table rates (
    carrier text not null,
    service text not null,
    warehouse text not null,
    province text not null,
    data json not null,
    valid_from timestamptz not null,
    primary key (carrier, service, warehouse, province)
);

create table transits (
    carrier text not null,
    service text not null,
    warehouse text not null,
    province text not null,
    hours integer not null check (hours >= 0),
    valid_from timestamptz not null,
    primary key (carrier, service, warehouse, province)
);

create table channels (
    channel text primary key,
    data json not null,
    valid_from timestamptz not null
);

-- What reference data said before, for back-tests and the audit trail.
create table reference_versions (
    kind text not null,
    key text not null,
    valid_from timestamptz not null,
    actor text not null,
    data json,
    primary key (kind, key, valid_from)
);

-- Settings of the workspace (zone, currency, number format …) and its revision.
create table settings (
    key text primary key,
    value json not null
);

create table documents (
    kind text not null,
    name text not null,
    version integer not null,
    content json not null,
    cases json not null default '[]',
    comment text not null default '',
    published_at timestamptz,
    published_by text not null default '',
    retired_at timestamptz,
    primary key (kind, name, version)
);

create table numbers (
    series text primary key,
    next bigint not null
);

-- Every raw message, kept first. message_id is derived from channel, external number and content: the same
-- message is the same row, however often it comes.
create table messages (
    message_id uuid primary key,
    channel text not null,
    external_no text not null,
    door text not null,
    received_at timestamptz not null,
    state text not null,
    intent text not null default 'order', -- What it wants: order, credit_note, cancel.
    became text not null default '', -- What its rows are in: an order, an amendment, a cancellation.
    order_id uuid,
    order_n integer not null default 0, -- The order's last event when this message was applied: the latest is the base.
    import_id uuid,
    row_from bigint,
    row_count bigint not null default 1,
    rows_refused bigint not null default 0, -- How many of its rows wait in quarantine.
    awaits text not null default '', -- What would let it be tried again: "order <external_no>", "customer <no>".
    reason json,
    sealed bytea
);
create index messages_order on messages (order_id) where order_id is not null;
create index messages_quarantined on messages (received_at) where state = 'quarantined';
create index messages_import on messages (import_id, row_from) where import_id is not null;
create index messages_notes on messages (channel, external_no) where intent <> 'order';
create index messages_waiting on messages (channel, awaits) where awaits <> '';

create table imports (
    import_id uuid primary key,
    channel text not null,
    file_name text not null,
    fingerprint bytea not null,
    shape bytea not null,
    mapping json not null,
    state text not null,
    rows_total bigint not null default 0,
    rows_done bigint not null default 0,
    counts json not null default '{}',
    created_at timestamptz not null,
    finished_at timestamptz,
    constraint imports_once unique (channel, fingerprint)
);

create table file_shapes (
    channel text not null,
    shape bytea not null,
    mapping json not null,
    used_at timestamptz not null,
    primary key (channel, shape)
);

create table idempotency (
    caller text not null,
    key text not null,
    body_hash bytea not null,
    answer json not null,
    recorded_at timestamptz not null,
    primary key (caller, key)
);
create index idempotency_age on idempotency (recorded_at);

-- Attempts that a rule refused where a person waited; a grant or a correction resumes them.
create table drafts (
    draft_id uuid primary key,
    door text not null,
    customer_no text not null,
    sealed bytea not null,
    refusal json not null,
    created_at timestamptz not null,
    resumed_at timestamptz,
    order_id uuid
);

-- Commands that broke the program; nothing is lost, someone looks.
create table poisoned (
    poisoned_id uuid primary key,
    command json not null,
    reason text not null,
    recorded_at timestamptz not null,
    solved_at timestamptz
);

create table outbox (
    outbox_id uuid primary key,
    topic text not null,
    subject text not null,
    number bigint not null, -- Order within topic and subject: the number of the event that asked for it.
    key text not null,
    payload json not null,
    due_at timestamptz not null,
    attempts integer not null default 0,
    state text not null default 'waiting',
    claimed_until timestamptz,
    result json,
    done_at timestamptz
) with (fillfactor = 80);
create index outbox_undone on outbox (topic, subject, number, outbox_id) where state in ('waiting', 'dead');
create index outbox_due on outbox (due_at) where state = 'waiting';

-- What people of the house are told: reminders, shipments to pick, units to plan.
create table notices (
    notice_id uuid primary key,
    topic text not null,
    subject text not null,
    audience text not null,
    payload json not null,
    at timestamptz not null,
    seen_at timestamptz
);
create index notices_unseen on notices (audience, at) where seen_at is null;

create table timers (
    due_at timestamptz not null,
    timer_id uuid not null,
    kind text not null,
    subject uuid not null,
    data json not null,
    primary key (due_at, timer_id)
);

-- The relay's seals: positions [first_position, last_position] are the entries with xid in [xid_from, xid_to).
create table seals (
    first_position bigint primary key,
    last_position bigint not null,
    xid_from bigint not null,
    xid_to bigint not null unique,
    entries bigint not null,
    root bytea not null,
    chain bytea not null,
    sealed_at timestamptz not null
);

create table cursors (
    name text primary key,
    position bigint not null,
    changed_at timestamptz not null
);

create table search_keys (
    token bigint not null,
    order_id uuid not null,
    kind smallint not null,
    placed_at timestamptz not null,
    primary key (token, order_id, kind)
);

create table facets (
    subject uuid not null,
    field text not null,
    text_value text,
    number_value numeric,
    time_value timestamptz,
    primary key (field, subject)
);

create table sums (
    metric text not null,
    bucket timestamptz not null,
    key text not null,
    value bigint not null,
    primary key (metric, bucket, key)
) with (fillfactor = 70);

create table proofs (
    proof_id uuid primary key,
    started_at timestamptz not null,
    finished_at timestamptz not null,
    position bigint not null,
    whole boolean not null,
    counts json not null,
    findings json not null
);

create table audit (
    audit_id uuid primary key,
    at timestamptz not null,
    actor text not null,
    origin text not null,
    what text not null,
    subject text not null,
    before json,
    after json,
    hash bytea not null
);
