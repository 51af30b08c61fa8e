/** Every schema the one SQLite file has had, as the steps from each to the next. */

/** Applied in order, each once; an entry that has shipped is never edited. */
export const migrations: readonly string[] = [
  `CREATE TABLE activity (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     at INTEGER NOT NULL,
     kind TEXT NOT NULL,
     actor TEXT NOT NULL,
     host_id TEXT,
     model_name TEXT,
     reason TEXT,
     duration_ms REAL,
     bytes INTEGER,
     error TEXT
   ) STRICT;
   CREATE INDEX activity_at ON activity (at);
   CREATE TABLE model_facts (
     host_id TEXT NOT NULL,
     name TEXT NOT NULL,
     is_pinned INTEGER NOT NULL DEFAULT 0,
     keep_alive_seconds REAL,
     last_load_ms REAL,
     last_used_at INTEGER,
     PRIMARY KEY (host_id, name)
   ) STRICT;`,
  // What loads have measured, and what the engine has worked out without one. `parts` and `points` are JSON.
  `CREATE TABLE measured_needs (
     fingerprint TEXT NOT NULL,
     context_length INTEGER NOT NULL,
     cache_type TEXT NOT NULL,
     parallel INTEGER NOT NULL,
     engine_version TEXT NOT NULL,
     parts TEXT NOT NULL,
     measured_at INTEGER NOT NULL,
     PRIMARY KEY (fingerprint, context_length, cache_type, parallel, engine_version)
   ) STRICT;
   CREATE TABLE engine_estimates (
     fingerprint TEXT NOT NULL,
     cache_type TEXT NOT NULL,
     parallel INTEGER NOT NULL,
     engine_version TEXT NOT NULL,
     points TEXT NOT NULL,
     estimated_at INTEGER NOT NULL,
     PRIMARY KEY (fingerprint, cache_type, parallel, engine_version)
   ) STRICT;`,
  // The memory of the machine over time: samples as taken (span 0), and their means over a minute and longer. `held` is JSON: the
  // number of a model, its bytes, and so on; null: it was loaded, but nobody knows what it held.
  `CREATE TABLE memory_models (
     id INTEGER PRIMARY KEY,
     key TEXT NOT NULL UNIQUE
   ) STRICT;
   CREATE TABLE memory_rows (
     span_ms INTEGER NOT NULL,
     at INTEGER NOT NULL,
     sampled_ms INTEGER NOT NULL,
     used_bytes INTEGER,
     used_min_bytes INTEGER,
     used_max_bytes INTEGER,
     held_max_bytes INTEGER,
     other_bytes INTEGER,
     swap_used_bytes INTEGER,
     gpu_load_percent REAL,
     pressure TEXT,
     held TEXT NOT NULL,
     PRIMARY KEY (span_ms, at)
   ) STRICT, WITHOUT ROWID;`,
  // What was measured of a model on its host (phase: load, first_token, token_gap; the newest few are kept), what warmth has saved in
  // quarters of an hour, the rules of the schedule (JSON, in their order) with what became of them, and what the test bench found.
  `CREATE TABLE model_timings (
     host_id TEXT NOT NULL,
     name TEXT NOT NULL,
     phase TEXT NOT NULL,
     at INTEGER NOT NULL,
     duration_ms REAL NOT NULL,
     prompt_tokens INTEGER
   ) STRICT;
   CREATE INDEX model_timings_of ON model_timings (host_id, name, phase, at);
   CREATE TABLE saved_time (
     quarter_at INTEGER NOT NULL,
     host_id TEXT NOT NULL,
     name TEXT NOT NULL,
     cold_starts INTEGER NOT NULL,
     saved_ms REAL NOT NULL,
     PRIMARY KEY (quarter_at, host_id, name)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE warmup_rules (
     id TEXT PRIMARY KEY,
     position INTEGER NOT NULL,
     rule TEXT NOT NULL,
     handled_due_at INTEGER,
     last_run TEXT
   ) STRICT;
   CREATE TABLE bench_results (
     host_id TEXT NOT NULL,
     name TEXT NOT NULL,
     at INTEGER NOT NULL,
     result TEXT NOT NULL,
     PRIMARY KEY (host_id, name)
   ) STRICT;
   CREATE TABLE check_runs (
     at INTEGER PRIMARY KEY,
     run TEXT NOT NULL
   ) STRICT;`,
  // The rule for which alone a server was told to keep a model for ever.
  'ALTER TABLE model_facts ADD COLUMN kept_for_rule TEXT;',
  // Chains with their earlier states, batches of inputs, and runs. Rows name their run or batch by a number that is never used again;
  // whole texts lie in tables of their own, so that lists and counts pass over small rows. `removed_rows`: what is still to be cleared away.
  `CREATE TABLE chains (
     id TEXT PRIMARY KEY,
     document TEXT NOT NULL,
     saved_at INTEGER NOT NULL,
     last_run_at INTEGER
   ) STRICT;
   CREATE TABLE chain_versions (
     chain_id TEXT NOT NULL,
     saved_at INTEGER NOT NULL,
     document TEXT NOT NULL,
     UNIQUE (chain_id, saved_at)
   ) STRICT;
   CREATE TABLE inputs (
     number INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL UNIQUE,
     kind TEXT NOT NULL,
     item_count INTEGER NOT NULL,
     bytes INTEGER NOT NULL,
     letters INTEGER NOT NULL,
     read_lines INTEGER NOT NULL,
     column_names TEXT NOT NULL,
     problems TEXT NOT NULL,
     problem_count INTEGER NOT NULL,
     changed_at INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE input_items (
     input_number INTEGER NOT NULL,
     item INTEGER NOT NULL,
     name TEXT NOT NULL,
     preview TEXT NOT NULL,
     letters INTEGER NOT NULL,
     PRIMARY KEY (input_number, item)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE input_texts (
     input_number INTEGER NOT NULL,
     item INTEGER NOT NULL,
     column_values TEXT,
     text TEXT NOT NULL,
     UNIQUE (input_number, item)
   ) STRICT;
   CREATE TABLE runs (
     number INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL UNIQUE,
     chain_id TEXT NOT NULL,
     input_id TEXT NOT NULL,
     input_words TEXT NOT NULL,
     item_count INTEGER NOT NULL,
     plan_order TEXT NOT NULL,
     auto_unload INTEGER NOT NULL,
     status TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     started_at INTEGER,
     ended_at INTEGER,
     worked_ms REAL NOT NULL,
     loads INTEGER NOT NULL,
     planned_loads INTEGER,
     peak_bytes INTEGER,
     planned_peak_bytes INTEGER,
     error TEXT,
     items_done INTEGER NOT NULL DEFAULT 0,
     items_stopped INTEGER NOT NULL DEFAULT 0,
     items_failed INTEGER NOT NULL DEFAULT 0,
     steps_ended INTEGER NOT NULL DEFAULT 0,
     output_tokens INTEGER NOT NULL DEFAULT 0,
     answer_ms REAL NOT NULL DEFAULT 0,
     chain TEXT NOT NULL,
     progress TEXT NOT NULL
   ) STRICT;
   CREATE INDEX runs_created_at ON runs (created_at);
   CREATE INDEX runs_of_chain ON runs (chain_id, created_at);
   CREATE INDEX runs_of_input ON runs (input_id);
   CREATE TABLE run_items (
     run_number INTEGER NOT NULL,
     item INTEGER NOT NULL,
     status TEXT NOT NULL,
     reason TEXT,
     error TEXT,
     PRIMARY KEY (run_number, item)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE run_finals (
     run_number INTEGER NOT NULL,
     item INTEGER NOT NULL,
     final_output TEXT NOT NULL,
     UNIQUE (run_number, item)
   ) STRICT;
   CREATE TABLE run_steps (
     run_number INTEGER NOT NULL,
     item INTEGER NOT NULL,
     step_id TEXT NOT NULL,
     status TEXT NOT NULL,
     host_id TEXT,
     model_name TEXT,
     is_fallback INTEGER NOT NULL,
     attempts INTEGER NOT NULL,
     started_at INTEGER,
     duration_ms REAL,
     load_ms REAL,
     prompt_tokens INTEGER,
     output_tokens INTEGER,
     first_token_ms REAL,
     tokens_per_second REAL,
     held_bytes INTEGER,
     letters INTEGER NOT NULL,
     context_note TEXT,
     error TEXT,
     PRIMARY KEY (run_number, item, step_id)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE run_texts (
     run_number INTEGER NOT NULL,
     item INTEGER NOT NULL,
     step_id TEXT NOT NULL,
     text TEXT NOT NULL,
     system TEXT,
     prompt TEXT,
     UNIQUE (run_number, item, step_id)
   ) STRICT;
   CREATE TABLE removed_rows (
     kind TEXT NOT NULL,
     number INTEGER NOT NULL,
     PRIMARY KEY (kind, number)
   ) STRICT, WITHOUT ROWID;`,
  // Items of which something is to be told are found without going through their steps.
  `ALTER TABLE runs ADD COLUMN items_noted INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE run_items ADD COLUMN is_noted INTEGER NOT NULL DEFAULT 0;
   UPDATE run_items SET is_noted = 1 WHERE status IN ('done', 'stopped') AND EXISTS (
     SELECT 1 FROM run_steps WHERE run_number = run_items.run_number AND item = run_items.item
       AND (status = 'defaulted' OR (status = 'skipped' AND error IS NOT NULL)
         OR (status = 'done' AND (is_fallback = 1 OR context_note IS NOT NULL)))
   );
   UPDATE runs SET items_noted = (SELECT count(*) FROM run_items WHERE run_number = number AND is_noted = 1);
   UPDATE runs SET answer_ms = (
     SELECT coalesce(sum(CASE WHEN tokens_per_second > 0 THEN output_tokens * 1000.0 / tokens_per_second ELSE duration_ms END), 0)
     FROM run_steps WHERE run_number = number AND output_tokens IS NOT NULL
   );`
]
