-- As in extensions.sql, and besides: nothing at all in place of a start or end is an unknown one (`2022-03-10/`). It covers
-- no day, so only those of the date that is given are certain.
CREATE OR REPLACE FUNCTION extensions.edtf_range(written text) RETURNS daterange LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE
        WHEN written IS NULL THEN NULL
        WHEN strpos(written, '/') = 0 THEN extensions.edtf_day(written)
        WHEN written ~ '^[^/]+/$' OR written ~ '^/[^/]+$' THEN extensions.edtf_day(replace(written, '/', ''))
        WHEN written !~ '^[^/]+/[^/]+$' OR written = '../..' THEN NULL
        WHEN split_part(written, '/', 1) <> '..' AND extensions.edtf_day(split_part(written, '/', 1)) IS NULL THEN NULL
        WHEN split_part(written, '/', 2) <> '..' AND extensions.edtf_day(split_part(written, '/', 2)) IS NULL THEN NULL
        WHEN lower(extensions.edtf_day(nullif(split_part(written, '/', 1), '..')))
             >= upper(extensions.edtf_day(nullif(split_part(written, '/', 2), '..'))) THEN NULL
        ELSE daterange(lower(extensions.edtf_day(nullif(split_part(written, '/', 1), '..'))),
                       upper(extensions.edtf_day(nullif(split_part(written, '/', 2), '..'))), '[)')
    END;
END;
