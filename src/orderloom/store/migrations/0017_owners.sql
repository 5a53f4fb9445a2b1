-- Whose each customer is: "user/<login>" of its owner, "customer/<number>" for the dealer that it is. Who is limited to
-- own customers reaches those rows whose array meets his or hers.
alter table customers
    add column reached_by text[] not null
    generated always as (
        array['customer/' || customer_no, 'user/' || coalesce(data ->> 'owner', '')]
    ) stored;
create index customers_reached_by on customers using gin (reached_by);
