-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('course', 'course', '2000 2000 1'),
  ('course', 'course_begins', '2000 2000 4 1'),
  ('course', 'course_unit', '2000 2000 12 1 1'),
  ('course_seat', 'course_seat', '160000 160000 80 1'),
  ('course_seat', 'course_seat_person', '160000 160000 1 1'),
  ('course_seat', 'course_seat_unit', '160000 160000 16 1'),
  ('course_cert', 'course_cert', '150000 150000 1'),
  ('course_cert', 'course_cert_number', '150000 150000 3000 1'),
  ('course_cert', 'course_cert_person', '150000 150000 1 1'),
  ('course_reissue', 'course_reissue', '1000 1000 1 1'),
  ('handover', 'handover', '20000 20000 1'),
  ('handover', 'handover_open', '500 500 1'),
  ('handover', 'handover_desk', '20000 20000 500 2 1'),
  ('handover', 'handover_from', '20000 20000 10 4 1'),
  ('handover', 'handover_person', '20000 20000 1 1');
ANALYZE sqlite_schema;
