"""What the job queues have to do for a prompt: mark it sent and write its message, in one transaction of its own."""

TABLES = """
DROP TABLE IF EXISTS prompts; DROP TABLE IF EXISTS posted;
CREATE TABLE prompts (id int PRIMARY KEY, state text NOT NULL DEFAULT 'planned', sent_at timestamptz);
CREATE TABLE posted (prompt_id int PRIMARY KEY, address text NOT NULL, facts jsonb NOT NULL);
"""
PLANT = "INSERT INTO prompts (id) SELECT number FROM generate_series(1, %s) AS number"
SEND = """
WITH sent AS (UPDATE prompts SET state = 'sent', sent_at = now() WHERE id = %s AND state = 'planned' RETURNING id)
INSERT INTO posted SELECT id, 'amir@example.org', jsonb_build_object('link', id) FROM sent
"""
COUNT = "SELECT count(*) FROM posted"
