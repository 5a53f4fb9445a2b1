-- When an alert told people last is asked beside every figure that it watches.
create index notices_of_alerts on notices (subject, at) where starts_with(subject, 'alert/');
