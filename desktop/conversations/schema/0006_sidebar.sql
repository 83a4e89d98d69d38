-- How the person ordered their chats.
CREATE TABLE folder (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    position INTEGER NOT NULL, -- from the top
    is_folded INTEGER NOT NULL DEFAULT 0 CHECK (is_folded IN (0, 1)) -- its chats are not listed
);
ALTER TABLE conversation ADD COLUMN is_pinned INTEGER NOT NULL DEFAULT 0 CHECK (is_pinned IN (0, 1));
ALTER TABLE conversation ADD COLUMN folder_id INTEGER REFERENCES folder (id) ON DELETE SET NULL;
ALTER TABLE conversation ADD COLUMN is_folded INTEGER NOT NULL DEFAULT 0 CHECK (is_folded IN (0, 1)); -- its forks are not listed
CREATE INDEX conversation_folder ON conversation (folder_id);

-- 1: the person named it. Who did so before this column is not known: what does not look made by the application is theirs.
ALTER TABLE conversation ADD COLUMN is_title_chosen INTEGER NOT NULL DEFAULT 0 CHECK (is_title_chosen IN (0, 1));
UPDATE conversation SET is_title_chosen = 1 WHERE title <> 'New chat' AND title NOT LIKE 'Fork%of %';
