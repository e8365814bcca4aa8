-- Schema `extensions`: what both doors may use, and nothing that holds a row.
-- Function bodies are BEGIN ATOMIC, so that a restored database finds what they call.
CREATE SCHEMA IF NOT EXISTS extensions;
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA extensions;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA extensions;
CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA extensions;

-- Texts without control characters or characters that override the direction of writing.
CREATE DOMAIN extensions.line AS text
    CONSTRAINT line_has_no_hidden_characters
    CHECK (VALUE !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]');
CREATE DOMAIN extensions.lines AS text[]
    CONSTRAINT lines_have_no_hidden_characters
    CHECK (array_to_string(VALUE, '') !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]');
CREATE DOMAIN extensions.prose AS text
    CONSTRAINT prose_has_no_hidden_characters
    CHECK (VALUE !~ '[\u0001-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]');

-- The days that one date without interval covers; null when it cannot be read. `2025-05~` covers the whole of May.
CREATE FUNCTION extensions.edtf_day(written text) RETURNS daterange LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE
        WHEN written !~ '^[0-2][0-9]{3}(-[0-9]{2}){0,2}[~?%]?$' THEN NULL
        WHEN NOT pg_input_is_valid(rpad(rtrim(written, '~?%'), 10, '-01'), 'date') THEN NULL
        WHEN length(rtrim(written, '~?%')) = 10
            THEN daterange(rtrim(written, '~?%')::date, rtrim(written, '~?%')::date, '[]')
        WHEN length(rtrim(written, '~?%')) = 7
            THEN daterange((rtrim(written, '~?%') || '-01')::date,
                           ((rtrim(written, '~?%') || '-01')::date + interval '1 month')::date, '[)')
        ELSE daterange((rtrim(written, '~?%') || '-01-01')::date,
                       ((rtrim(written, '~?%') || '-01-01')::date + interval '1 year')::date, '[)')
    END;
END;

-- The days that a date or an interval covers; `..` is an open end; null when it cannot be read. Since 0007 as in
-- unknown_ends.sql.
CREATE FUNCTION extensions.edtf_range(written text) RETURNS daterange LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE
        WHEN written IS NULL THEN NULL
        WHEN strpos(written, '/') = 0 THEN extensions.edtf_day(written)
        WHEN written !~ '^[^/]+/[^/]+$' OR written = '../..' THEN NULL
        WHEN split_part(written, '/', 1) <> '..' AND extensions.edtf_day(split_part(written, '/', 1)) IS NULL THEN NULL
        WHEN split_part(written, '/', 2) <> '..' AND extensions.edtf_day(split_part(written, '/', 2)) IS NULL THEN NULL
        WHEN lower(extensions.edtf_day(nullif(split_part(written, '/', 1), '..')))
             >= upper(extensions.edtf_day(nullif(split_part(written, '/', 2), '..'))) THEN NULL
        ELSE daterange(lower(extensions.edtf_day(nullif(split_part(written, '/', 1), '..'))),
                       upper(extensions.edtf_day(nullif(split_part(written, '/', 2), '..'))), '[)')
    END;
END;

-- The days from the first of `begun` to the last of `ended`; without an end those of `begun`, without a start unknown.
CREATE FUNCTION extensions.edtf_range(begun text, ended text) RETURNS daterange LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE
        WHEN ended IS NULL THEN extensions.edtf_range(begun)
        WHEN extensions.edtf_range(ended) IS NULL THEN NULL
        WHEN begun IS NULL THEN daterange(NULL, upper(extensions.edtf_range(ended)), '[)')
        WHEN extensions.edtf_range(begun) IS NULL THEN NULL
        WHEN lower(extensions.edtf_range(begun)) >= upper(extensions.edtf_range(ended)) THEN NULL
        ELSE daterange(lower(extensions.edtf_range(begun)), upper(extensions.edtf_range(ended)), '[)')
    END;
END;
