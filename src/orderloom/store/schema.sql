-- What the migrations make, for reading. Written by `make schema`; a test compares it with the migrations.

-- The system schema: orderloom

CREATE TABLE api_keys (
    key_id uuid NOT NULL,
    hash bytea NOT NULL,
    prefix text NOT NULL,
    workspace text NOT NULL,
    name text NOT NULL,
    verbs text[] NOT NULL,
    scope jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone
);

CREATE TABLE authenticators (
    user_id uuid NOT NULL,
    secret bytea NOT NULL,
    since timestamp with time zone,
    step bigint DEFAULT 0 NOT NULL
);

CREATE TABLE beats (
    worker text NOT NULL,
    loop text NOT NULL,
    beat_at timestamp with time zone NOT NULL,
    turns bigint NOT NULL,
    failures integer NOT NULL,
    problem text DEFAULT ''::text NOT NULL
);

CREATE TABLE identities (
    issuer text NOT NULL,
    subject text NOT NULL,
    user_id uuid NOT NULL,
    linked_at timestamp with time zone NOT NULL
);

CREATE TABLE job_schema (
    piece text NOT NULL,
    applied_at timestamp with time zone NOT NULL
);

CREATE TABLE logouts (
    hash bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE memberships (
    user_id uuid NOT NULL,
    workspace text NOT NULL,
    roles text[] NOT NULL,
    customer_no text DEFAULT ''::text NOT NULL,
    since timestamp with time zone NOT NULL,
    disabled_at timestamp with time zone
);

CREATE TABLE migrations (
    number integer NOT NULL,
    name text NOT NULL,
    hash bytea NOT NULL,
    applied_at timestamp with time zone NOT NULL
);

CREATE TABLE provider_sessions (
    session_id uuid NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    sid text NOT NULL,
    leaving bytea NOT NULL
);

CREATE TABLE providers (
    name text NOT NULL,
    title text NOT NULL,
    issuer text NOT NULL,
    client_id text NOT NULL,
    secret bytea NOT NULL,
    domains text[] NOT NULL,
    by_email boolean NOT NULL,
    vouches boolean NOT NULL,
    private boolean NOT NULL,
    workspace text,
    roles text[] NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE recovery_codes (
    user_id uuid NOT NULL,
    hash bytea NOT NULL
);

CREATE TABLE sessions (
    session_id uuid NOT NULL,
    hash bytea NOT NULL,
    user_id uuid NOT NULL,
    workspace text NOT NULL,
    way text NOT NULL,
    address text NOT NULL,
    agent text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    proven boolean DEFAULT false NOT NULL
);

CREATE TABLE sign_in_rounds (
    hash bytea NOT NULL,
    browser bytea NOT NULL,
    provider text NOT NULL,
    sealed bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE sign_in_tries (
    subject text NOT NULL,
    since timestamp with time zone NOT NULL,
    tries integer NOT NULL
);

CREATE TABLE users (
    user_id uuid NOT NULL,
    login text NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    locale text DEFAULT ''::text NOT NULL,
    password text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE welcomes (
    hash bytea NOT NULL,
    user_id uuid NOT NULL,
    workspace text NOT NULL,
    made_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);

CREATE TABLE workspaces (
    name text NOT NULL,
    title text NOT NULL,
    schema text NOT NULL,
    sandbox_of text,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY api_keys
    ADD CONSTRAINT api_keys_hash_key UNIQUE (hash);

ALTER TABLE ONLY api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (key_id);

ALTER TABLE ONLY authenticators
    ADD CONSTRAINT authenticators_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY beats
    ADD CONSTRAINT beats_pkey PRIMARY KEY (worker, loop);

ALTER TABLE ONLY identities
    ADD CONSTRAINT identities_pkey PRIMARY KEY (issuer, subject);

ALTER TABLE ONLY job_schema
    ADD CONSTRAINT job_schema_pkey PRIMARY KEY (piece);

ALTER TABLE ONLY logouts
    ADD CONSTRAINT logouts_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY memberships
    ADD CONSTRAINT memberships_pkey PRIMARY KEY (user_id, workspace);

ALTER TABLE ONLY migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (number);

ALTER TABLE ONLY provider_sessions
    ADD CONSTRAINT provider_sessions_pkey PRIMARY KEY (session_id);

ALTER TABLE ONLY providers
    ADD CONSTRAINT providers_pkey PRIMARY KEY (name);

ALTER TABLE ONLY recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (user_id, hash);

ALTER TABLE ONLY sessions
    ADD CONSTRAINT sessions_hash_key UNIQUE (hash);

ALTER TABLE ONLY sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (session_id);

ALTER TABLE ONLY sign_in_rounds
    ADD CONSTRAINT sign_in_rounds_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY sign_in_tries
    ADD CONSTRAINT sign_in_tries_pkey PRIMARY KEY (subject);

ALTER TABLE ONLY users
    ADD CONSTRAINT users_login_key UNIQUE (login);

ALTER TABLE ONLY users
    ADD CONSTRAINT users_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY welcomes
    ADD CONSTRAINT welcomes_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY workspaces
    ADD CONSTRAINT workspaces_pkey PRIMARY KEY (name);

ALTER TABLE ONLY workspaces
    ADD CONSTRAINT workspaces_schema_key UNIQUE (schema);

CREATE INDEX api_keys_workspace ON api_keys USING btree (workspace, created_at);

CREATE INDEX identities_user ON identities USING btree (user_id);

CREATE INDEX logouts_expired ON logouts USING btree (expires_at);

CREATE INDEX memberships_workspace ON memberships USING btree (workspace, user_id);

CREATE INDEX provider_sessions_sid ON provider_sessions USING btree (issuer, sid) WHERE (sid <> ''::text);

CREATE INDEX provider_sessions_subject ON provider_sessions USING btree (issuer, subject);

CREATE INDEX sessions_expired ON sessions USING btree (expires_at);

CREATE INDEX sessions_user ON sessions USING btree (user_id, created_at);

CREATE INDEX sign_in_rounds_expired ON sign_in_rounds USING btree (expires_at);

CREATE INDEX sign_in_tries_since ON sign_in_tries USING btree (since);

CREATE UNIQUE INDEX users_email ON users USING btree (email) WHERE (email <> ''::text);

CREATE INDEX welcomes_user ON welcomes USING btree (user_id);

ALTER TABLE ONLY api_keys
    ADD CONSTRAINT api_keys_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspaces(name) ON DELETE CASCADE;

ALTER TABLE ONLY authenticators
    ADD CONSTRAINT authenticators_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY identities
    ADD CONSTRAINT identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY memberships
    ADD CONSTRAINT memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY memberships
    ADD CONSTRAINT memberships_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspaces(name) ON DELETE CASCADE;

ALTER TABLE ONLY provider_sessions
    ADD CONSTRAINT provider_sessions_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(session_id) ON DELETE CASCADE;

ALTER TABLE ONLY providers
    ADD CONSTRAINT providers_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspaces(name) ON DELETE SET NULL;

ALTER TABLE ONLY recovery_codes
    ADD CONSTRAINT recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY sessions
    ADD CONSTRAINT sessions_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspaces(name) ON DELETE CASCADE;

ALTER TABLE ONLY sign_in_rounds
    ADD CONSTRAINT sign_in_rounds_provider_fkey FOREIGN KEY (provider) REFERENCES providers(name) ON DELETE CASCADE;

ALTER TABLE ONLY welcomes
    ADD CONSTRAINT welcomes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY welcomes
    ADD CONSTRAINT welcomes_workspace_fkey FOREIGN KEY (workspace) REFERENCES workspaces(name) ON DELETE CASCADE;

ALTER TABLE ONLY workspaces
    ADD CONSTRAINT workspaces_sandbox_of_fkey FOREIGN KEY (sandbox_of) REFERENCES workspaces(name) ON DELETE SET NULL;

-- A workspace: w_<name>

CREATE TABLE account_moves (
    account text NOT NULL,
    amount_minor bigint NOT NULL,
    reference text NOT NULL,
    subject uuid NOT NULL,
    n integer NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

CREATE TABLE accounts (
    account text NOT NULL,
    subject uuid NOT NULL,
    currency text NOT NULL,
    limit_minor bigint NOT NULL,
    used_minor bigint DEFAULT 0 NOT NULL,
    reserved_minor bigint DEFAULT 0 NOT NULL,
    CONSTRAINT accounts_reserved_minor_check CHECK ((reserved_minor >= 0))
)
WITH (fillfactor='60');

CREATE TABLE advices (
    advice_id uuid NOT NULL,
    order_id uuid NOT NULL,
    rule text NOT NULL,
    version integer NOT NULL,
    said json NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    proposed_to text NOT NULL,
    accepted_at timestamp with time zone,
    accepted_by text
);

CREATE TABLE alert_looks (
    alert text NOT NULL,
    looked_at timestamp with time zone NOT NULL
);

CREATE TABLE alert_states (
    alert text NOT NULL,
    key text NOT NULL,
    since timestamp with time zone NOT NULL,
    told_at timestamp with time zone,
    value double precision NOT NULL
);

CREATE TABLE approval_asked (
    kind text NOT NULL,
    name text NOT NULL,
    approval_id uuid NOT NULL
);

CREATE TABLE approvals (
    approval_id uuid NOT NULL,
    subject text NOT NULL,
    kind text NOT NULL,
    channel text NOT NULL,
    state text NOT NULL,
    n integer NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    decided_at timestamp with time zone,
    body text NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE audit (
    audit_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    origin text NOT NULL,
    what text NOT NULL,
    subject text NOT NULL,
    before json,
    after json,
    hash bytea NOT NULL,
    n bigint,
    chain bytea
);

CREATE TABLE backorders (
    sku text NOT NULL,
    order_id uuid NOT NULL,
    line_no integer NOT NULL,
    quantity bigint NOT NULL,
    CONSTRAINT backorders_quantity_check CHECK ((quantity > 0))
);

CREATE TABLE breakers (
    breaker_id uuid NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    reason text NOT NULL,
    owner text NOT NULL,
    tripped_by text NOT NULL,
    tripped_at timestamp with time zone NOT NULL,
    until timestamp with time zone,
    lifted_at timestamp with time zone,
    lifted_by text
);

CREATE TABLE calendars (
    calendar text NOT NULL,
    data json NOT NULL,
    valid_from timestamp with time zone NOT NULL
);

CREATE TABLE catch_ups (
    run_id uuid NOT NULL,
    channel text NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone NOT NULL,
    listed bigint NOT NULL,
    known bigint NOT NULL,
    missed bigint NOT NULL,
    refused bigint NOT NULL,
    problem text DEFAULT ''::text NOT NULL
);

CREATE TABLE channel_accounts (
    channel text NOT NULL,
    connector text NOT NULL,
    sealed bytea NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamp with time zone NOT NULL
);

CREATE TABLE channel_signatures (
    channel text NOT NULL,
    sealed bytea NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamp with time zone NOT NULL
);

CREATE TABLE channel_states (
    channel text NOT NULL,
    caught_up_to timestamp with time zone,
    due_at timestamp with time zone NOT NULL,
    claimed_until timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    problem text DEFAULT ''::text NOT NULL
)
WITH (fillfactor='70');

CREATE TABLE channels (
    channel text NOT NULL,
    data json NOT NULL,
    valid_from timestamp with time zone NOT NULL
);

CREATE TABLE cursors (
    name text NOT NULL,
    "position" bigint NOT NULL,
    changed_at timestamp with time zone NOT NULL
);

CREATE TABLE customers (
    customer_no text NOT NULL,
    account text DEFAULT ''::text NOT NULL,
    phone_key bytea,
    data json NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    reached_by text[] GENERATED ALWAYS AS (ARRAY[('customer/'::text || customer_no), ('user/'::text || COALESCE((data ->> 'owner'::text), ''::text))]) STORED NOT NULL,
    name_parts text[] GENERATED ALWAYS AS (((string_to_array(lower(COALESCE((data ->> 'name'::text), ''::text)), NULL::text) || string_to_array(regexp_replace(lower(COALESCE((data ->> 'name'::text), ''::text)), '(..)'::text, ('\1'::text || chr(31)), 'g'::text), chr(31))) || string_to_array(regexp_replace(substr(lower(COALESCE((data ->> 'name'::text), ''::text)), 2), '(..)'::text, ('\1'::text || chr(31)), 'g'::text), chr(31)))) STORED NOT NULL
);

CREATE TABLE document_drafts (
    kind text NOT NULL,
    name text NOT NULL,
    edition integer NOT NULL,
    base_version integer NOT NULL,
    content json NOT NULL,
    cases json NOT NULL,
    edited_by text NOT NULL,
    edited_at timestamp with time zone NOT NULL
);

CREATE TABLE documents (
    kind text NOT NULL,
    name text NOT NULL,
    version integer NOT NULL,
    content json NOT NULL,
    cases json DEFAULT '[]'::json NOT NULL,
    comment text DEFAULT ''::text NOT NULL,
    published_at timestamp with time zone,
    published_by text DEFAULT ''::text NOT NULL,
    retired_at timestamp with time zone,
    revision integer DEFAULT 0 NOT NULL,
    retired_by text DEFAULT ''::text NOT NULL,
    retired_because text DEFAULT ''::text NOT NULL
);

CREATE TABLE drafts (
    draft_id uuid NOT NULL,
    door text NOT NULL,
    customer_no text NOT NULL,
    sealed bytea NOT NULL,
    refusal json NOT NULL,
    created_at timestamp with time zone NOT NULL,
    resumed_at timestamp with time zone,
    order_id uuid
);

CREATE TABLE errands (
    errand_id uuid NOT NULL,
    n integer NOT NULL,
    state text NOT NULL
)
WITH (fillfactor='85');

CREATE TABLE facets (
    field text NOT NULL COLLATE pg_catalog."C",
    value text NOT NULL COLLATE pg_catalog."C",
    subject uuid NOT NULL
);

CREATE TABLE failures (
    failure_id uuid NOT NULL,
    what text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE file_shapes (
    channel text NOT NULL,
    shape bytea NOT NULL,
    mapping json NOT NULL,
    used_at timestamp with time zone NOT NULL
);

CREATE TABLE files (
    file_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size_bytes bigint NOT NULL,
    sha256 bytea NOT NULL,
    origin text NOT NULL,
    uploaded_by text NOT NULL,
    uploaded_at timestamp with time zone NOT NULL,
    used_by text DEFAULT ''::text NOT NULL,
    used_at timestamp with time zone
);

CREATE TABLE flow_runs (
    run_id uuid NOT NULL,
    subject uuid CONSTRAINT flow_runs_order_id_not_null NOT NULL,
    flow text NOT NULL,
    version integer NOT NULL,
    state text NOT NULL,
    steps integer NOT NULL,
    nodes text[] NOT NULL,
    waits text[] NOT NULL,
    due_at timestamp with time zone,
    parent uuid,
    started_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    of text DEFAULT 'order'::text NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE flow_schedules (
    flow text NOT NULL,
    trigger text NOT NULL,
    done_until timestamp with time zone NOT NULL,
    after uuid
);

CREATE TABLE form_links (
    link_id uuid NOT NULL,
    form text NOT NULL,
    kind text NOT NULL,
    token_hash bytea NOT NULL,
    label text NOT NULL,
    customer_no text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    expires_at timestamp with time zone,
    uses_max integer,
    uses integer DEFAULT 0 NOT NULL,
    minute timestamp with time zone,
    minute_uses integer DEFAULT 0 NOT NULL,
    revoked_at timestamp with time zone
);

CREATE TABLE form_submissions (
    form text NOT NULL,
    submission_id text NOT NULL COLLATE pg_catalog."C",
    link_id uuid,
    body_hash bytea NOT NULL,
    received_at timestamp with time zone NOT NULL,
    subject text DEFAULT ''::text NOT NULL
);

CREATE TABLE grants (
    grant_id uuid NOT NULL,
    account text NOT NULL,
    amount_minor bigint NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    granted_by text NOT NULL,
    scope text DEFAULT ''::text NOT NULL,
    withdrawn_at timestamp with time zone,
    CONSTRAINT grants_amount_minor_check CHECK ((amount_minor > 0))
);

CREATE TABLE heads (
    subject uuid NOT NULL,
    n integer NOT NULL,
    hash bytea NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE idempotency (
    caller text NOT NULL,
    key text NOT NULL,
    body_hash bytea NOT NULL,
    answer json NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

CREATE TABLE imports (
    import_id uuid NOT NULL,
    channel text NOT NULL,
    file_name text NOT NULL,
    fingerprint bytea NOT NULL,
    shape bytea NOT NULL,
    mapping json NOT NULL,
    state text NOT NULL,
    rows_total bigint DEFAULT 0 NOT NULL,
    rows_done bigint DEFAULT 0 NOT NULL,
    counts json DEFAULT '{}'::json NOT NULL,
    created_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    reason json,
    actor text DEFAULT ''::text NOT NULL
);

CREATE TABLE indexings (
    field text NOT NULL,
    subject text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    xid bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    after_id uuid,
    done bigint DEFAULT 0 NOT NULL,
    total bigint,
    finished_at timestamp with time zone
)
WITH (fillfactor='70');

CREATE TABLE input_shapes (
    shape_id bigint NOT NULL,
    names text NOT NULL
);

CREATE TABLE inputs (
    recorded_at timestamp with time zone NOT NULL,
    subject uuid NOT NULL,
    n integer NOT NULL,
    revision integer NOT NULL,
    shape_id bigint NOT NULL,
    body text NOT NULL
)
PARTITION BY RANGE (recorded_at);

CREATE TABLE inputs_default (
    recorded_at timestamp with time zone CONSTRAINT inputs_recorded_at_not_null NOT NULL,
    subject uuid CONSTRAINT inputs_subject_not_null NOT NULL,
    n integer CONSTRAINT inputs_n_not_null NOT NULL,
    revision integer CONSTRAINT inputs_revision_not_null NOT NULL,
    shape_id bigint CONSTRAINT inputs_shape_id_not_null NOT NULL,
    body text CONSTRAINT inputs_body_not_null NOT NULL
);

CREATE TABLE leases (
    name text NOT NULL,
    holder uuid NOT NULL,
    until timestamp with time zone NOT NULL
);

CREATE TABLE log (
    xid bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    i integer NOT NULL,
    kind text NOT NULL,
    subject uuid NOT NULL,
    n integer NOT NULL,
    count integer NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    body text NOT NULL,
    hash bytea NOT NULL
)
PARTITION BY RANGE (recorded_at);

CREATE TABLE log_default (
    xid bigint DEFAULT ((pg_current_xact_id())::text)::bigint CONSTRAINT log_xid_not_null NOT NULL,
    i integer CONSTRAINT log_i_not_null NOT NULL,
    kind text CONSTRAINT log_kind_not_null NOT NULL,
    subject uuid CONSTRAINT log_subject_not_null NOT NULL,
    n integer CONSTRAINT log_n_not_null NOT NULL,
    count integer CONSTRAINT log_count_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT log_recorded_at_not_null NOT NULL,
    body text CONSTRAINT log_body_not_null NOT NULL,
    hash bytea CONSTRAINT log_hash_not_null NOT NULL
);

CREATE TABLE messages (
    message_id uuid NOT NULL,
    channel text NOT NULL,
    external_no text NOT NULL,
    door text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    intent text DEFAULT 'order'::text NOT NULL,
    became text DEFAULT ''::text NOT NULL,
    order_id uuid,
    order_n integer DEFAULT 0 NOT NULL,
    import_id uuid,
    row_from bigint,
    row_count bigint DEFAULT 1 NOT NULL,
    rows_refused bigint DEFAULT 0 NOT NULL,
    awaits text DEFAULT ''::text NOT NULL,
    reason json,
    sealed bytea
);

CREATE TABLE migrations (
    number integer NOT NULL,
    name text NOT NULL,
    hash bytea NOT NULL,
    applied_at timestamp with time zone NOT NULL
);

CREATE TABLE movements (
    sku text NOT NULL,
    warehouse text NOT NULL,
    pool text NOT NULL,
    lot text NOT NULL,
    bin text NOT NULL,
    quantity bigint NOT NULL,
    kind text NOT NULL,
    subject uuid NOT NULL,
    n integer NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

CREATE TABLE notice_marks (
    person text NOT NULL,
    notice_id uuid NOT NULL,
    seen_at timestamp with time zone NOT NULL
);

CREATE TABLE notices (
    notice_id uuid NOT NULL,
    topic text NOT NULL,
    subject text NOT NULL,
    audience text NOT NULL,
    payload json NOT NULL,
    at timestamp with time zone NOT NULL,
    said json DEFAULT '{}'::json NOT NULL,
    level text DEFAULT 'info'::text NOT NULL
);

CREATE TABLE numbers (
    series text NOT NULL,
    next bigint NOT NULL
);

CREATE TABLE orders (
    order_id uuid NOT NULL,
    order_no text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL,
    external_no text NOT NULL COLLATE pg_catalog."C",
    n integer NOT NULL,
    stage text NOT NULL,
    furthest text NOT NULL,
    grade text NOT NULL,
    priority integer NOT NULL,
    held boolean NOT NULL,
    cancelled boolean NOT NULL,
    customer_no text NOT NULL,
    account text NOT NULL,
    province text NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    paid_at timestamp with time zone,
    promised_at timestamp with time zone,
    currency text NOT NULL,
    goods_minor bigint NOT NULL,
    discount_minor bigint NOT NULL,
    freight_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    adjustment_minor bigint NOT NULL,
    total_minor bigint NOT NULL,
    paid_minor bigint NOT NULL,
    credit_reserved_minor bigint NOT NULL,
    credit_used_minor bigint NOT NULL,
    state text NOT NULL,
    hold_codes text GENERATED ALWAYS AS (
CASE
    WHEN held THEN (jsonb_path_query_array((state)::jsonb, '$."holds"[*]."code"'::jsonpath))::text
    ELSE NULL::text
END) STORED,
    CONSTRAINT orders_credit_reserved_minor_check CHECK ((credit_reserved_minor >= 0)),
    CONSTRAINT orders_money CHECK ((((((goods_minor - discount_minor) + freight_minor) + tax_minor) + adjustment_minor) = total_minor))
)
WITH (fillfactor='85');

CREATE TABLE outbox (
    outbox_id uuid NOT NULL,
    topic text NOT NULL,
    subject text NOT NULL,
    number bigint NOT NULL,
    key text NOT NULL,
    payload json NOT NULL,
    due_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    claimed_until timestamp with time zone,
    result json,
    done_at timestamp with time zone
)
WITH (fillfactor='80');

CREATE TABLE paces (
    messenger text NOT NULL,
    taken timestamp with time zone[] NOT NULL,
    blocked_until timestamp with time zone
)
WITH (fillfactor='60');

CREATE TABLE persons (
    person uuid NOT NULL,
    version integer NOT NULL,
    sealed bytea,
    commitment bytea NOT NULL,
    erased_at timestamp with time zone
);

CREATE TABLE poisoned (
    poisoned_id uuid NOT NULL,
    command json NOT NULL,
    reason text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    solved_at timestamp with time zone
);

CREATE TABLE proofs (
    proof_id uuid NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone NOT NULL,
    "position" bigint NOT NULL,
    whole boolean NOT NULL,
    counts json NOT NULL,
    findings json NOT NULL
);

CREATE TABLE push_refusals (
    channel text NOT NULL,
    hour timestamp with time zone NOT NULL,
    refused bigint NOT NULL,
    last_at timestamp with time zone NOT NULL
)
WITH (fillfactor='70');

CREATE TABLE rates (
    carrier text NOT NULL,
    service text NOT NULL,
    warehouse text NOT NULL,
    province text NOT NULL,
    data json NOT NULL,
    valid_from timestamp with time zone NOT NULL
);

CREATE TABLE record_links (
    target text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    record_id uuid NOT NULL
);

CREATE TABLE record_uniques (
    field text NOT NULL COLLATE pg_catalog."C",
    value text NOT NULL COLLATE pg_catalog."C",
    record_id uuid NOT NULL
);

CREATE TABLE records (
    record_id uuid NOT NULL,
    type text NOT NULL COLLATE pg_catalog."C",
    record_no text NOT NULL COLLATE pg_catalog."C",
    n integer NOT NULL,
    title text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    state text NOT NULL
)
WITH (fillfactor='85');

CREATE TABLE reference_versions (
    kind text NOT NULL,
    key text NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    actor text NOT NULL,
    data json
);

CREATE TABLE reservations (
    sku text NOT NULL,
    warehouse text NOT NULL,
    pool text NOT NULL,
    order_id uuid NOT NULL,
    line_no integer NOT NULL,
    quantity bigint NOT NULL,
    CONSTRAINT reservations_quantity_check CHECK ((quantity > 0))
);

CREATE TABLE seals (
    first_position bigint NOT NULL,
    last_position bigint NOT NULL,
    xid_from bigint NOT NULL,
    xid_to bigint NOT NULL,
    entries bigint NOT NULL,
    root bytea NOT NULL,
    chain bytea NOT NULL,
    sealed_at timestamp with time zone NOT NULL
);

CREATE TABLE search_keys (
    order_id uuid CONSTRAINT search_rows_order_id_not_null NOT NULL,
    placed_at timestamp with time zone CONSTRAINT search_rows_placed_at_not_null NOT NULL,
    lasting smallint CONSTRAINT search_rows_lasting_not_null NOT NULL,
    tokens bigint[] CONSTRAINT search_rows_tokens_not_null NOT NULL
);

CREATE TABLE settings (
    key text NOT NULL,
    value json NOT NULL
);

CREATE TABLE shadow_changes (
    shadow_id uuid NOT NULL,
    order_id uuid NOT NULL,
    order_no text NOT NULL,
    at timestamp with time zone NOT NULL,
    fields json NOT NULL
);

CREATE TABLE shadows (
    shadow_id uuid NOT NULL,
    documents json NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    begun_by text NOT NULL,
    ended_at timestamp with time zone,
    ended_because text DEFAULT ''::text NOT NULL,
    "position" bigint NOT NULL,
    orders bigint DEFAULT 0 NOT NULL,
    changed bigint DEFAULT 0 NOT NULL,
    not_comparable bigint DEFAULT 0 NOT NULL
);

CREATE TABLE shipments (
    shipment_no text NOT NULL COLLATE pg_catalog."C",
    order_id uuid NOT NULL,
    warehouse text NOT NULL,
    stage text NOT NULL,
    carrier text NOT NULL,
    planned_at timestamp with time zone NOT NULL,
    stage_at timestamp with time zone NOT NULL,
    freight_cost_minor bigint DEFAULT 0 NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE skus (
    sku text NOT NULL,
    barcode text DEFAULT ''::text NOT NULL,
    data json NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    name_parts text[] GENERATED ALWAYS AS (((string_to_array(lower(COALESCE((data ->> 'name'::text), ''::text)), NULL::text) || string_to_array(regexp_replace(lower(COALESCE((data ->> 'name'::text), ''::text)), '(..)'::text, ('\1'::text || chr(31)), 'g'::text), chr(31))) || string_to_array(regexp_replace(substr(lower(COALESCE((data ->> 'name'::text), ''::text)), 2), '(..)'::text, ('\1'::text || chr(31)), 'g'::text), chr(31)))) STORED NOT NULL
);

CREATE TABLE stock_lots (
    sku text NOT NULL,
    warehouse text NOT NULL,
    lot text NOT NULL,
    bin text NOT NULL,
    on_hand bigint DEFAULT 0 NOT NULL,
    reserved bigint DEFAULT 0 NOT NULL,
    manufactured_on date,
    expires_on date,
    received_at timestamp with time zone,
    CONSTRAINT stock_lots_never_oversold CHECK ((reserved <= on_hand)),
    CONSTRAINT stock_lots_on_hand_check CHECK ((on_hand >= 0)),
    CONSTRAINT stock_lots_reserved_check CHECK ((reserved >= 0))
)
WITH (fillfactor='60');

CREATE TABLE stock_pools (
    sku text NOT NULL,
    warehouse text NOT NULL,
    pool text NOT NULL,
    on_hand bigint DEFAULT 0 NOT NULL,
    reserved bigint DEFAULT 0 NOT NULL,
    safety bigint DEFAULT 0 NOT NULL,
    expected_at timestamp with time zone,
    CONSTRAINT stock_pools_never_oversold CHECK ((reserved <= on_hand)),
    CONSTRAINT stock_pools_on_hand_check CHECK ((on_hand >= 0)),
    CONSTRAINT stock_pools_reserved_check CHECK ((reserved >= 0))
)
WITH (fillfactor='60');

CREATE TABLE stock_snapshot_rows (
    snapshot_id uuid NOT NULL,
    sku text NOT NULL,
    warehouse text NOT NULL,
    pool text NOT NULL,
    on_hand bigint NOT NULL,
    reserved bigint NOT NULL
);

CREATE TABLE stock_snapshots (
    snapshot_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    seen pg_snapshot NOT NULL
);

CREATE TABLE sums (
    metric text NOT NULL,
    bucket timestamp with time zone NOT NULL,
    channel text NOT NULL,
    key text NOT NULL,
    value bigint NOT NULL
)
WITH (fillfactor='70');

CREATE TABLE tallied (
    order_id uuid NOT NULL,
    facts text NOT NULL,
    intercepted boolean NOT NULL,
    touched boolean NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE tallies (
    cut text NOT NULL,
    at timestamp with time zone NOT NULL,
    channel text NOT NULL,
    province text NOT NULL,
    grade text NOT NULL,
    stage text NOT NULL,
    furthest text NOT NULL,
    paid boolean NOT NULL,
    held boolean NOT NULL,
    cancelled boolean NOT NULL,
    intercepted boolean NOT NULL,
    touched boolean NOT NULL,
    currency text NOT NULL,
    warehouse text NOT NULL,
    carrier text NOT NULL,
    code text NOT NULL,
    weight bigint NOT NULL,
    total_minor bigint NOT NULL,
    paid_minor bigint NOT NULL,
    cost_minor bigint NOT NULL,
    picked boolean NOT NULL,
    shipped boolean NOT NULL,
    signed boolean NOT NULL,
    promise text NOT NULL,
    picked_ms bigint NOT NULL,
    paid_picked_ms bigint NOT NULL,
    shipped_ms bigint NOT NULL,
    signed_ms bigint NOT NULL,
    staged_ms bigint NOT NULL
)
WITH (fillfactor='70');

CREATE TABLE timers (
    due_at timestamp with time zone NOT NULL,
    timer_id uuid NOT NULL,
    kind text NOT NULL,
    subject uuid NOT NULL,
    data json NOT NULL
);

CREATE TABLE tracking_links (
    link_id uuid NOT NULL,
    order_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    minute timestamp with time zone,
    minute_uses integer DEFAULT 0 NOT NULL
);

CREATE TABLE transits (
    carrier text NOT NULL,
    service text NOT NULL,
    warehouse text NOT NULL,
    province text NOT NULL,
    hours integer NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    CONSTRAINT transits_hours_check CHECK ((hours >= 0))
);

CREATE TABLE upload_parts (
    import_id uuid NOT NULL,
    n integer NOT NULL,
    sealed bytea NOT NULL
);

CREATE TABLE uploads (
    import_id uuid NOT NULL,
    wanted json NOT NULL,
    bytes bigint NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE views (
    view_id uuid NOT NULL,
    list text NOT NULL,
    owner text NOT NULL,
    name text NOT NULL,
    search json NOT NULL,
    shared boolean DEFAULT false NOT NULL,
    changed_at timestamp with time zone NOT NULL
);

CREATE TABLE warehouses (
    warehouse text NOT NULL,
    data json NOT NULL,
    valid_from timestamp with time zone NOT NULL
);

CREATE TABLE webhook_states (
    webhook text NOT NULL,
    failing_since timestamp with time zone NOT NULL
);

CREATE TABLE windows (
    key text NOT NULL,
    entries json NOT NULL,
    changed_at timestamp with time zone NOT NULL
)
WITH (fillfactor='80');

ALTER TABLE ONLY inputs ATTACH PARTITION inputs_default DEFAULT;

ALTER TABLE ONLY log ATTACH PARTITION log_default DEFAULT;

ALTER TABLE ONLY accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (account);

ALTER TABLE ONLY accounts
    ADD CONSTRAINT accounts_subject_key UNIQUE (subject);

ALTER TABLE ONLY advices
    ADD CONSTRAINT advices_pkey PRIMARY KEY (advice_id);

ALTER TABLE ONLY alert_looks
    ADD CONSTRAINT alert_looks_pkey PRIMARY KEY (alert);

ALTER TABLE ONLY alert_states
    ADD CONSTRAINT alert_states_pkey PRIMARY KEY (alert, key);

ALTER TABLE ONLY approval_asked
    ADD CONSTRAINT approval_asked_pkey PRIMARY KEY (kind, name, approval_id);

ALTER TABLE ONLY approvals
    ADD CONSTRAINT approvals_pkey PRIMARY KEY (approval_id);

ALTER TABLE ONLY audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (audit_id);

ALTER TABLE ONLY backorders
    ADD CONSTRAINT backorders_pkey PRIMARY KEY (sku, order_id, line_no);

ALTER TABLE ONLY breakers
    ADD CONSTRAINT breakers_pkey PRIMARY KEY (breaker_id);

ALTER TABLE ONLY calendars
    ADD CONSTRAINT calendars_pkey PRIMARY KEY (calendar);

ALTER TABLE ONLY catch_ups
    ADD CONSTRAINT catch_ups_pkey PRIMARY KEY (run_id);

ALTER TABLE ONLY channel_accounts
    ADD CONSTRAINT channel_accounts_pkey PRIMARY KEY (channel);

ALTER TABLE ONLY channel_signatures
    ADD CONSTRAINT channel_signatures_pkey PRIMARY KEY (channel);

ALTER TABLE ONLY channel_states
    ADD CONSTRAINT channel_states_pkey PRIMARY KEY (channel);

ALTER TABLE ONLY channels
    ADD CONSTRAINT channels_pkey PRIMARY KEY (channel);

ALTER TABLE ONLY cursors
    ADD CONSTRAINT cursors_pkey PRIMARY KEY (name);

ALTER TABLE ONLY customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (customer_no);

ALTER TABLE ONLY document_drafts
    ADD CONSTRAINT document_drafts_pkey PRIMARY KEY (kind, name);

ALTER TABLE ONLY documents
    ADD CONSTRAINT documents_pkey PRIMARY KEY (kind, name, version);

ALTER TABLE ONLY drafts
    ADD CONSTRAINT drafts_pkey PRIMARY KEY (draft_id);

ALTER TABLE ONLY errands
    ADD CONSTRAINT errands_pkey PRIMARY KEY (errand_id);

ALTER TABLE ONLY facets
    ADD CONSTRAINT facets_pkey PRIMARY KEY (field, value, subject);

ALTER TABLE ONLY failures
    ADD CONSTRAINT failures_pkey PRIMARY KEY (failure_id);

ALTER TABLE ONLY file_shapes
    ADD CONSTRAINT file_shapes_pkey PRIMARY KEY (channel, shape);

ALTER TABLE ONLY files
    ADD CONSTRAINT files_pkey PRIMARY KEY (file_id);

ALTER TABLE ONLY files
    ADD CONSTRAINT files_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY flow_runs
    ADD CONSTRAINT flow_runs_pkey PRIMARY KEY (run_id);

ALTER TABLE ONLY flow_schedules
    ADD CONSTRAINT flow_schedules_pkey PRIMARY KEY (flow, trigger);

ALTER TABLE ONLY form_links
    ADD CONSTRAINT form_links_pkey PRIMARY KEY (link_id);

ALTER TABLE ONLY form_links
    ADD CONSTRAINT form_links_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY form_submissions
    ADD CONSTRAINT form_submissions_pkey PRIMARY KEY (form, submission_id);

ALTER TABLE ONLY grants
    ADD CONSTRAINT grants_pkey PRIMARY KEY (grant_id);

ALTER TABLE ONLY heads
    ADD CONSTRAINT heads_pkey PRIMARY KEY (subject);

ALTER TABLE ONLY idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (caller, key);

ALTER TABLE ONLY imports
    ADD CONSTRAINT imports_once UNIQUE (channel, fingerprint);

ALTER TABLE ONLY imports
    ADD CONSTRAINT imports_pkey PRIMARY KEY (import_id);

ALTER TABLE ONLY indexings
    ADD CONSTRAINT indexings_pkey PRIMARY KEY (field);

ALTER TABLE ONLY input_shapes
    ADD CONSTRAINT input_shapes_pkey PRIMARY KEY (shape_id);

ALTER TABLE ONLY leases
    ADD CONSTRAINT leases_pkey PRIMARY KEY (name);

ALTER TABLE ONLY messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (message_id);

ALTER TABLE ONLY migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (number);

ALTER TABLE ONLY notice_marks
    ADD CONSTRAINT notice_marks_pkey PRIMARY KEY (person, notice_id);

ALTER TABLE ONLY notices
    ADD CONSTRAINT notices_pkey PRIMARY KEY (notice_id);

ALTER TABLE ONLY numbers
    ADD CONSTRAINT numbers_pkey PRIMARY KEY (series);

ALTER TABLE ONLY orders
    ADD CONSTRAINT orders_once UNIQUE (external_no, channel);

ALTER TABLE ONLY orders
    ADD CONSTRAINT orders_order_no_key UNIQUE (order_no);

ALTER TABLE ONLY orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (order_id);

ALTER TABLE ONLY outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (outbox_id);

ALTER TABLE ONLY paces
    ADD CONSTRAINT paces_pkey PRIMARY KEY (messenger);

ALTER TABLE ONLY persons
    ADD CONSTRAINT persons_pkey PRIMARY KEY (person, version);

ALTER TABLE ONLY poisoned
    ADD CONSTRAINT poisoned_pkey PRIMARY KEY (poisoned_id);

ALTER TABLE ONLY proofs
    ADD CONSTRAINT proofs_pkey PRIMARY KEY (proof_id);

ALTER TABLE ONLY push_refusals
    ADD CONSTRAINT push_refusals_pkey PRIMARY KEY (channel, hour);

ALTER TABLE ONLY rates
    ADD CONSTRAINT rates_pkey PRIMARY KEY (carrier, service, warehouse, province);

ALTER TABLE ONLY record_links
    ADD CONSTRAINT record_links_pkey PRIMARY KEY (target, name, record_id);

ALTER TABLE ONLY record_uniques
    ADD CONSTRAINT record_uniques_pkey PRIMARY KEY (field, value);

ALTER TABLE ONLY records
    ADD CONSTRAINT records_pkey PRIMARY KEY (record_id);

ALTER TABLE ONLY records
    ADD CONSTRAINT records_record_no_key UNIQUE (record_no);

ALTER TABLE ONLY reference_versions
    ADD CONSTRAINT reference_versions_pkey PRIMARY KEY (kind, key, valid_from);

ALTER TABLE ONLY reservations
    ADD CONSTRAINT reservations_pkey PRIMARY KEY (sku, warehouse, pool, order_id, line_no);

ALTER TABLE ONLY seals
    ADD CONSTRAINT seals_pkey PRIMARY KEY (first_position);

ALTER TABLE ONLY seals
    ADD CONSTRAINT seals_xid_to_key UNIQUE (xid_to);

ALTER TABLE ONLY search_keys
    ADD CONSTRAINT search_keys_pkey PRIMARY KEY (order_id);

ALTER TABLE ONLY settings
    ADD CONSTRAINT settings_pkey PRIMARY KEY (key);

ALTER TABLE ONLY shadow_changes
    ADD CONSTRAINT shadow_changes_pkey PRIMARY KEY (shadow_id, order_id);

ALTER TABLE ONLY shadows
    ADD CONSTRAINT shadows_pkey PRIMARY KEY (shadow_id);

ALTER TABLE ONLY shipments
    ADD CONSTRAINT shipments_pkey PRIMARY KEY (shipment_no);

ALTER TABLE ONLY skus
    ADD CONSTRAINT skus_pkey PRIMARY KEY (sku);

ALTER TABLE ONLY stock_lots
    ADD CONSTRAINT stock_lots_pkey PRIMARY KEY (sku, warehouse, lot, bin);

ALTER TABLE ONLY stock_pools
    ADD CONSTRAINT stock_pools_pkey PRIMARY KEY (sku, warehouse, pool);

ALTER TABLE ONLY stock_snapshot_rows
    ADD CONSTRAINT stock_snapshot_rows_pkey PRIMARY KEY (snapshot_id, sku, warehouse, pool);

ALTER TABLE ONLY stock_snapshots
    ADD CONSTRAINT stock_snapshots_pkey PRIMARY KEY (snapshot_id);

ALTER TABLE ONLY sums
    ADD CONSTRAINT sums_pkey PRIMARY KEY (metric, bucket, channel, key);

ALTER TABLE ONLY tallied
    ADD CONSTRAINT tallied_pkey PRIMARY KEY (order_id);

ALTER TABLE ONLY tallies
    ADD CONSTRAINT tallies_pkey PRIMARY KEY (cut, at, channel, province, grade, stage, furthest, paid, held, cancelled, intercepted, touched, currency, warehouse, carrier, code, picked, shipped, signed, promise);

ALTER TABLE ONLY timers
    ADD CONSTRAINT timers_pkey PRIMARY KEY (due_at, timer_id);

ALTER TABLE ONLY tracking_links
    ADD CONSTRAINT tracking_links_pkey PRIMARY KEY (link_id);

ALTER TABLE ONLY tracking_links
    ADD CONSTRAINT tracking_links_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY transits
    ADD CONSTRAINT transits_pkey PRIMARY KEY (carrier, service, warehouse, province);

ALTER TABLE ONLY upload_parts
    ADD CONSTRAINT upload_parts_pkey PRIMARY KEY (import_id, n);

ALTER TABLE ONLY uploads
    ADD CONSTRAINT uploads_pkey PRIMARY KEY (import_id);

ALTER TABLE ONLY views
    ADD CONSTRAINT views_named UNIQUE (list, owner, name);

ALTER TABLE ONLY views
    ADD CONSTRAINT views_pkey PRIMARY KEY (view_id);

ALTER TABLE ONLY warehouses
    ADD CONSTRAINT warehouses_pkey PRIMARY KEY (warehouse);

ALTER TABLE ONLY webhook_states
    ADD CONSTRAINT webhook_states_pkey PRIMARY KEY (webhook);

ALTER TABLE ONLY windows
    ADD CONSTRAINT windows_pkey PRIMARY KEY (key);

CREATE INDEX account_moves_account ON account_moves USING btree (account);

CREATE UNIQUE INDEX advices_once ON advices USING btree (order_id, rule, version);

CREATE INDEX advices_proposed_at ON advices USING btree (proposed_at);

CREATE INDEX approval_asked_approval ON approval_asked USING btree (approval_id);

CREATE INDEX approvals_asked_at ON approvals USING btree (asked_at, approval_id);

CREATE INDEX approvals_open ON approvals USING btree (asked_at, approval_id) WHERE (state = 'open'::text);

CREATE INDEX approvals_subject ON approvals USING btree (subject, asked_at);

CREATE INDEX audit_actor ON audit USING btree (actor, at DESC, audit_id DESC);

CREATE UNIQUE INDEX audit_chained ON audit USING btree (n);

CREATE INDEX audit_loose ON audit USING btree (at, audit_id) WHERE (n IS NULL);

CREATE INDEX audit_newest ON audit USING btree (at DESC, audit_id DESC);

CREATE INDEX audit_subject ON audit USING btree (subject, at DESC, audit_id DESC);

CREATE UNIQUE INDEX breakers_open ON breakers USING btree (kind, name) WHERE (lifted_at IS NULL);

CREATE INDEX breakers_tripped ON breakers USING btree (tripped_at, breaker_id);

CREATE INDEX catch_ups_channel ON catch_ups USING btree (channel, started_at DESC);

CREATE INDEX customers_begun ON customers USING btree (lower(customer_no) COLLATE "C");

CREATE INDEX customers_name_parts ON customers USING gin (name_parts) WITH (gin_pending_list_limit='1024');

CREATE INDEX customers_phone ON customers USING btree (phone_key) WHERE (phone_key IS NOT NULL);

CREATE INDEX customers_reached_by ON customers USING gin (reached_by);

CREATE INDEX facets_subject ON facets USING btree (subject, field) INCLUDE (value);

CREATE INDEX failures_at ON failures USING btree (at);

CREATE INDEX failures_counted ON failures USING btree (what, kind, name, at);

CREATE INDEX files_unused ON files USING btree (uploaded_at) WHERE (used_at IS NULL);

CREATE INDEX flow_runs_failed ON flow_runs USING btree (changed_at DESC) WHERE (state = 'failed'::text);

CREATE INDEX flow_runs_listed ON flow_runs USING btree (changed_at DESC, run_id DESC);

CREATE INDEX flow_runs_open ON flow_runs USING btree (flow, version) WHERE (state = 'waiting'::text);

CREATE INDEX flow_runs_order ON flow_runs USING btree (subject);

CREATE INDEX form_links_form ON form_links USING btree (form, created_at);

CREATE INDEX grants_account ON grants USING btree (account);

CREATE INDEX idempotency_age ON idempotency USING btree (recorded_at);

CREATE INDEX inputs_subject ON ONLY inputs USING btree (subject, n);

CREATE INDEX inputs_default_subject_n_idx ON inputs_default USING btree (subject, n);

CREATE INDEX log_subject ON ONLY log USING btree (subject, n);

CREATE INDEX log_default_subject_n_idx ON log_default USING btree (subject, n);

CREATE INDEX log_order ON ONLY log USING btree (xid, i) INCLUDE (count);

CREATE INDEX log_default_xid_i_count_idx ON log_default USING btree (xid, i) INCLUDE (count);

CREATE INDEX messages_import ON messages USING btree (import_id, row_from) WHERE (import_id IS NOT NULL);

CREATE INDEX messages_import_waiting ON messages USING btree (import_id, row_from, message_id) INCLUDE (rows_refused) WHERE ((state = 'quarantined'::text) AND (rows_refused > 0) AND (import_id IS NOT NULL));

CREATE INDEX messages_notes ON messages USING btree (channel, external_no) WHERE (intent <> 'order'::text);

CREATE INDEX messages_order ON messages USING btree (order_id) WHERE (order_id IS NOT NULL);

CREATE INDEX messages_quarantined ON messages USING btree (received_at) WHERE (state = 'quarantined'::text);

CREATE INDEX messages_received ON messages USING brin (received_at);

CREATE INDEX messages_sent_again ON messages USING btree ((((reason -> 'data'::text) ->> 'message_id'::text))) WHERE (state = 'sent_again'::text);

CREATE INDEX messages_waiting ON messages USING btree (channel, awaits) WHERE (awaits <> ''::text);

CREATE INDEX movements_pool ON movements USING btree (sku, warehouse);

CREATE INDEX movements_subject ON movements USING btree (subject);

CREATE INDEX notice_marks_notice ON notice_marks USING btree (notice_id);

CREATE INDEX notices_age ON notices USING btree (at);

CREATE INDEX notices_audience ON notices USING btree (audience, at DESC, notice_id DESC);

CREATE INDEX notices_of_alerts ON notices USING btree (subject, at) WHERE starts_with(subject, 'alert/'::text);

CREATE INDEX notices_urgent ON notices USING btree (at DESC, notice_id DESC) WHERE (level = 'urgent'::text);

CREATE INDEX orders_cancelled ON orders USING btree (placed_at DESC, order_id DESC) WHERE cancelled;

CREATE INDEX orders_channel ON orders USING btree (channel, placed_at DESC);

CREATE INDEX orders_customer ON orders USING btree (customer_no, placed_at DESC);

CREATE INDEX orders_grade ON orders USING btree (grade, placed_at DESC);

CREATE INDEX orders_held ON orders USING btree (placed_at DESC) WHERE held;

CREATE INDEX orders_hold_codes ON orders USING btree (channel) INCLUDE (hold_codes) WHERE held;

CREATE INDEX orders_paid ON orders USING btree (placed_at DESC, order_id DESC) WHERE (paid_at IS NOT NULL);

CREATE INDEX orders_paid_unshipped ON orders USING btree (placed_at DESC, order_id DESC) WHERE ((paid_at IS NOT NULL) AND (furthest <> ALL (ARRAY['shipped'::text, 'delivered'::text])));

CREATE INDEX orders_placed ON orders USING btree (placed_at DESC, order_id DESC);

CREATE INDEX orders_province ON orders USING btree (province, placed_at DESC);

CREATE INDEX orders_stage ON orders USING btree (stage, placed_at DESC);

CREATE INDEX outbox_due ON outbox USING btree (due_at) WHERE (state = 'waiting'::text);

CREATE INDEX outbox_messengers ON outbox USING btree (((payload ->> 'messenger'::text)), outbox_id DESC) WHERE (topic = 'messenger'::text);

CREATE INDEX outbox_undone ON outbox USING btree (topic, subject, number, outbox_id) WHERE (state = ANY (ARRAY['waiting'::text, 'dead'::text]));

CREATE INDEX outbox_webhooks ON outbox USING btree (((payload ->> 'webhook'::text)), outbox_id DESC) WHERE (topic = 'webhook'::text);

CREATE INDEX record_links_record ON record_links USING btree (record_id);

CREATE INDEX record_uniques_record ON record_uniques USING btree (record_id);

CREATE INDEX records_newest ON records USING btree (type, record_id DESC);

CREATE INDEX search_keys_tokens ON search_keys USING gin (tokens) WITH (gin_pending_list_limit='1024');

CREATE INDEX search_keys_young ON search_keys USING btree (placed_at) WHERE (cardinality(tokens) > lasting);

CREATE INDEX shadow_changes_at ON shadow_changes USING btree (shadow_id, at DESC, order_id DESC);

CREATE INDEX shipments_open ON shipments USING btree (warehouse, stage, planned_at) WHERE ((stage <> 'delivered'::text) AND (stage <> 'cancelled'::text));

CREATE INDEX shipments_order ON shipments USING btree (order_id);

CREATE INDEX shipments_warehouse ON shipments USING btree (warehouse, order_id);

CREATE INDEX skus_barcode ON skus USING btree (barcode) WHERE (barcode <> ''::text);

CREATE INDEX skus_begun ON skus USING btree (lower(sku) COLLATE "C");

CREATE INDEX skus_name_parts ON skus USING gin (name_parts) WITH (gin_pending_list_limit='1024');

CREATE INDEX stock_snapshots_at ON stock_snapshots USING btree (at);

CREATE INDEX tallies_empty ON tallies USING btree (cut) WHERE (weight = 0);

CREATE INDEX tracking_links_order ON tracking_links USING btree (order_id, created_at);

CREATE INDEX views_shared ON views USING btree (list) WHERE shared;

ALTER INDEX inputs_subject ATTACH PARTITION inputs_default_subject_n_idx;

ALTER INDEX log_subject ATTACH PARTITION log_default_subject_n_idx;

ALTER INDEX log_order ATTACH PARTITION log_default_xid_i_count_idx;

ALTER TABLE ONLY shadow_changes
    ADD CONSTRAINT shadow_changes_shadow_id_fkey FOREIGN KEY (shadow_id) REFERENCES shadows(shadow_id) ON DELETE CASCADE;

ALTER TABLE ONLY stock_snapshot_rows
    ADD CONSTRAINT stock_snapshot_rows_snapshot_id_fkey FOREIGN KEY (snapshot_id) REFERENCES stock_snapshots(snapshot_id) ON DELETE CASCADE;
