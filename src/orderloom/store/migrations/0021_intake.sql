-- Lists that people come back to: what a list is narrowed to, under a name. `shared` ones are everybody's to see.
create table views (
    view_id uuid primary key,
    list text not null,
    owner text not null,
    name text not null,
    search json not null,
    shared boolean not null default false,
    changed_at timestamptz not null,
    constraint views_named unique (list, owner, name)
);
create index views_shared on views (list) where shared;

-- Who sent a file.
alter table imports add column actor text not null default '';
-- How many rows of an import wait, and which, without its other messages.
create index messages_import_waiting on messages (import_id, row_from, message_id) include (rows_refused)
    where state = 'quarantined' and rows_refused > 0 and import_id is not null;
-- From a message back to the one that it repairs.
create index messages_sent_again on messages ((reason -> 'data' ->> 'message_id')) where state = 'sent_again';

-- Parts of names are found by their single characters and their pairs: pairs that begin at odd places, then at even
-- ones. Chinese names have no words, and an index of words would find none of their parts.
alter table customers
    add column name_parts text[] not null
    generated always as (
        string_to_array(lower(coalesce(data ->> 'name', '')), null)
        || string_to_array(regexp_replace(lower(coalesce(data ->> 'name', '')), '(..)', '\1' || chr(31), 'g'), chr(31))
        || string_to_array(
            regexp_replace(substr(lower(coalesce(data ->> 'name', '')), 2), '(..)', '\1' || chr(31), 'g'), chr(31)
        )
    ) stored;
create index customers_name_parts on customers using gin (name_parts) with (gin_pending_list_limit = 1024);
create index customers_begun on customers ((lower(customer_no)) collate "C");
alter table skus
    add column name_parts text[] not null
    generated always as (
        string_to_array(lower(coalesce(data ->> 'name', '')), null)
        || string_to_array(regexp_replace(lower(coalesce(data ->> 'name', '')), '(..)', '\1' || chr(31), 'g'), chr(31))
        || string_to_array(
            regexp_replace(substr(lower(coalesce(data ->> 'name', '')), 2), '(..)', '\1' || chr(31), 'g'), chr(31)
        )
    ) stored;
create index skus_name_parts on skus using gin (name_parts) with (gin_pending_list_limit = 1024);
create index skus_barcode on skus (barcode) where barcode <> '';
create index skus_begun on skus ((lower(sku)) collate "C");
