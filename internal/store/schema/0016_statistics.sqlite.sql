-- As in 0003: what the planner believes of templates, documents, drafts of targets and copies of papers.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('form_template', 'sqlite_autoindex_form_template_1', '300 300 4 1'),
  ('document', 'sqlite_autoindex_document_1', '20000 20000 1'),
  ('document', 'document_ident', '20000 20000 20 1'),
  ('document', 'document_dated', '20000 20000 6 1'),
  ('document_clause', 'sqlite_autoindex_document_clause_1', '400000 400000 20 1'),
  ('document_link', 'sqlite_autoindex_document_link_1', '40000 40000 2 1 1 1'),
  ('document_link', 'document_link_to', '40000 40000 20'),
  ('document_figure', 'sqlite_autoindex_document_figure_1', '100000 100000 1'),
  ('document_figure', 'document_figure_document', '100000 100000 5 2 1'),
  ('indicator', 'sqlite_autoindex_indicator_1', '200 200 1'),
  ('finding_seen', 'sqlite_autoindex_finding_seen_1', '5000 5000 2 1'),
  ('target_draft', 'sqlite_autoindex_target_draft_1', '30000 30000 6 3 1 1'),
  ('target_draft', 'target_draft_giver', '30000 30000 30 15'),
  ('target_issue', 'sqlite_autoindex_target_issue_1', '5000 5000 1'),
  ('target_issue', 'target_issue_unit', '5000 5000 5 2 1'),
  ('dossier_scan', 'sqlite_autoindex_dossier_scan_1', '200000 200000 8 1'),
  ('dossier_scan_body', 'sqlite_autoindex_dossier_scan_body_1', '200000 200000 1');
ANALYZE sqlite_schema;
