-- What is urgent is asked for every half minute on every open page.
create index notices_urgent on notices (at desc, notice_id desc) where level = 'urgent';
