-- What searching reads words and names by. Bodies are BEGIN ATOMIC, so that a restored database finds what they call.

-- English words by their stems, others as they are, all of them without accents.
CREATE TEXT SEARCH CONFIGURATION extensions.texts (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION extensions.texts
    ALTER MAPPING FOR word, hword, hword_part WITH extensions.unaccent, pg_catalog.english_stem;

-- The words of a record's own texts, of which the first is its title.
CREATE FUNCTION extensions.words(VARIADIC texts text[]) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT setweight(to_tsvector('extensions.texts'::regconfig, coalesce(texts[1], '')), 'A')
        || setweight(to_tsvector('extensions.texts'::regconfig, array_to_string(texts[2:], ' ')), 'B');
END;

-- A name as it sounds, roughly, in small Latin letters: so spellings of one name come out alike, in Latin, Cyrillic and
-- Turkish letters and in any transliteration. Cyrillic letters as Ukraine writes them abroad (Cabinet of Ministers,
-- resolution 55 of 2010), but what other tables write in their place is one: H, G and KH; Y, I and J; V and W; IE and E.
CREATE FUNCTION extensions.folded(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
BEGIN ATOMIC
    SELECT replace(regexp_replace(replace(translate(
        replace(replace(replace(replace(replace(replace(replace(replace(replace(
            lower(extensions.unaccent('extensions.unaccent'::regdictionary, name)),
            'щ', 'shch'), 'ж', 'zh'), 'ц', 'ts'), 'ч', 'ch'), 'ш', 'sh'), 'ю', 'iu'), 'я', 'ia'), 'є', 'ie'), 'џ', 'dzh'),
        'абвгґдеёзийіїклмнопрстуўфхыэјљњћќѓyjgwьъ''’ʼ`', 'abvhhdeeziiiiklmnoprstuufhieilnckhiihv'),
        'kh', 'h'), 'i+', 'i', 'g'), 'ie', 'e');
END;
