-- name: reachable
-- Whether a file is one's own upload, or used by an order in scope, or by a record that no order outside of it hangs on.
select exists (
    select 1
    from files
    where files.file_id = %(file_id)s::uuid
        and (
            files.origin = %(origin)s::text
            or exists (
                select 1
                from orders
                where orders.order_no = files.used_by
                    and {{viewer.order_in_scope}}
            )
            or exists (
                select 1
                from records
                where records.record_no = files.used_by
                    and not exists (
                        select 1
                        from record_links
                        where record_links.record_id = records.record_id
                            and record_links.target like 'order/%%'
                            and not exists (
                                select 1
                                from orders
                                where orders.order_no = substr(record_links.target, 7)
                                    and {{viewer.order_in_scope}}
                            )
                    )
            )
        )
);
