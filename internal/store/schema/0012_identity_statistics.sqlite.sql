INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('app_passkey', 'app_passkey', '2000 1'),
  ('app_passkey', 'app_passkey_user', '2000 2'),
  ('app_totp', 'app_totp', '1000 1'),
  ('app_recovery', 'app_recovery', '10000 10 1'),
  ('app_pending', 'app_pending', '100 1'),
  ('app_pending', 'app_pending_user', '100 2 1'),
  ('app_device', 'app_device', '3000 1'),
  ('app_device', 'app_device_user', '3000 3'),
  ('app_guess', 'app_guess', '100 1');
