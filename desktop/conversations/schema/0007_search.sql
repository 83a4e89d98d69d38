-- Which messages hold which three letters, of texts as folding.py folds them. Without the texts themselves, so that what is deleted must
-- be folded once more; indexed(), which the application brings along, does that.
CREATE VIRTUAL TABLE message_index USING fts5 (
    text, content = '', detail = none, columnsize = 0, tokenize = 'trigram case_sensitive 1'
);
CREATE VIRTUAL TABLE message_index_term USING fts5vocab (message_index, row);

-- Messages that are not in the index yet.
CREATE TABLE message_unindexed (message_id INTEGER PRIMARY KEY);
INSERT INTO message_unindexed SELECT id FROM message WHERE status <> 'streaming';

-- Deleted messages of which the index still has traces.
CREATE TABLE message_unpurged (message_id INTEGER PRIMARY KEY);

CREATE TRIGGER message_added AFTER INSERT ON message WHEN NEW.status <> 'streaming'
BEGIN
    INSERT INTO message_unindexed (message_id) VALUES (NEW.id);
END;

CREATE TRIGGER message_finished AFTER UPDATE OF status ON message WHEN NEW.status <> 'streaming'
BEGIN
    INSERT OR IGNORE INTO message_unindexed (message_id) VALUES (NEW.id);
END;

CREATE TRIGGER message_deleted AFTER DELETE ON message WHEN OLD.status <> 'streaming'
BEGIN
    INSERT INTO message_index (message_index, rowid, text)
    SELECT 'delete', OLD.id, indexed(OLD.text) WHERE NOT EXISTS (SELECT 1 FROM message_unindexed WHERE message_id = OLD.id);
    INSERT INTO message_unpurged (message_id)
    SELECT OLD.id WHERE NOT EXISTS (SELECT 1 FROM message_unindexed WHERE message_id = OLD.id);
    DELETE FROM message_unindexed WHERE message_id = OLD.id;
END;
