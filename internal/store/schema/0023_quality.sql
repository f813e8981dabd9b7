-- What the way of new members shows: admissions, recognitions and exits in the order of their days. The numbers are causes of the
-- ledger (kết nạp, kết nạp lại, công nhận, khai trừ, xóa tên, xin ra, hủy quyết định). Everything that is read stands in the index.
CREATE INDEX movement_turn ON movement (province_id, effective, cause, person_id, id, from_unit, to_unit, reverses, decided_on) WHERE cause IN (9, 10, 11, 17, 18, 19, 20);
