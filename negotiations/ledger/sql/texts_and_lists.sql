-- What may stand in texts and lists, beyond sql/extensions.sql. Both doors may call it; it holds no row.

-- A text is empty or has something to see: not blanks alone, nor signs without a shape.
ALTER DOMAIN extensions.line ADD CONSTRAINT line_is_not_of_blanks_alone
    CHECK (VALUE = '' OR VALUE ~ '[^\s\u00a0\u1680\u2000-\u200f\u202f\u205f-\u2064\u3000\ufeff]');
ALTER DOMAIN extensions.prose ADD CONSTRAINT prose_is_not_of_blanks_alone
    CHECK (VALUE = '' OR VALUE ~ '[^\s\u00a0\u1680\u2000-\u200f\u202f\u205f-\u2064\u3000\ufeff]');

-- Whether a list is a plain one, not a list of lists, in which no item stands twice, capitals or not.
CREATE FUNCTION extensions.holds_each_once(items text[]) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(array_ndims(items), 1) = 1 AND count(item) = count(DISTINCT lower(item)) FROM unnest(items) AS item;
END;
