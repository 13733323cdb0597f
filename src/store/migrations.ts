/**
 * The store's tables, in the order in which they came. A migration that has been released is never edited. Statements can
 * be repeated, since a server that dies in the middle of one keeps the tables that it has made.
 */
export interface Migration {
  readonly name: string;
  readonly statements: readonly string[];
}

const text = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
const ascii = 'CHARACTER SET ascii COLLATE ascii_bin';

/** Unless it is there already. A server that can't do nothing in a prepared statement can still set a variable. */
function addKey(table: string, name: string, columns: string): readonly string[] {
  return [
    `SET @queuekeeper_key = IF((SELECT COUNT(*) FROM information_schema.statistics
        WHERE table_schema = DATABASE() AND table_name = '${table}' AND index_name = '${name}') = 0,
      'ALTER TABLE ${table} ADD KEY ${name} ${columns}', 'SET @queuekeeper_key = NULL')`,
    'PREPARE queuekeeper_key FROM @queuekeeper_key',
    'EXECUTE queuekeeper_key',
    'DEALLOCATE PREPARE queuekeeper_key',
  ];
}

/** The same for a column, which new rows have and old ones may lack. */
function addColumn(table: string, name: string, type: string): readonly string[] {
  return [
    `SET @queuekeeper_column = IF((SELECT COUNT(*) FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = '${table}' AND column_name = '${name}') = 0,
      'ALTER TABLE ${table} ADD COLUMN ${name} ${type}', 'SET @queuekeeper_column = NULL')`,
    'PREPARE queuekeeper_column FROM @queuekeeper_column',
    'EXECUTE queuekeeper_column',
    'DEALLOCATE PREPARE queuekeeper_column',
  ];
}

export const migrations: readonly Migration[] = [
  {
    name: '2026-11-25-requests',
    statements: [
      `CREATE TABLE IF NOT EXISTS numbers (
        number BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        kind VARCHAR(16) ${ascii} NOT NULL
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS approvals (
        id CHAR(26) ${ascii} NOT NULL PRIMARY KEY,
        number BIGINT UNSIGNED NOT NULL,
        verb VARCHAR(32) ${ascii} NOT NULL,
        words TEXT ${text} NOT NULL,
        app VARCHAR(64) ${text} NOT NULL,
        host VARCHAR(128) ${text} NOT NULL,
        template VARCHAR(32) ${ascii} NOT NULL,
        takes_slot TINYINT NOT NULL,
        digest CHAR(64) ${ascii} NOT NULL,
        count INT UNSIGNED NOT NULL,
        highest_id BIGINT UNSIGNED NOT NULL,
        facts MEDIUMTEXT ${text} NOT NULL,
        requester_person VARCHAR(32) ${ascii} NOT NULL,
        requester TEXT ${text} NOT NULL,
        reason TEXT ${text} NULL,
        quorum SMALLINT UNSIGNED NOT NULL DEFAULT 0,
        policy_version CHAR(64) ${ascii} NOT NULL,
        state VARCHAR(16) ${ascii} NOT NULL,
        version INT UNSIGNED NOT NULL DEFAULT 1,
        requested_at DATETIME(6) NOT NULL,
        expires_at DATETIME(6) NULL,
        run_by DATETIME(6) NULL,
        team_id VARCHAR(32) ${ascii} NOT NULL,
        channel VARCHAR(32) ${ascii} NOT NULL,
        thread_ts VARCHAR(32) ${ascii} NULL,
        UNIQUE KEY approvals_number (number),
        KEY approvals_person (requester_person, requested_at)
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS approval_targets (
        request_id CHAR(26) ${ascii} NOT NULL,
        failed_id BIGINT UNSIGNED NOT NULL,
        uuid VARCHAR(255) ${text} NULL,
        job_uuid CHAR(36) ${ascii} NULL,
        connection VARCHAR(255) ${text} NOT NULL,
        queue VARCHAR(255) ${text} NOT NULL,
        payload_sha256 CHAR(64) ${ascii} NOT NULL,
        job_class VARCHAR(255) ${text} NOT NULL,
        business_key VARCHAR(255) ${text} NULL,
        state VARCHAR(16) ${ascii} NOT NULL DEFAULT 'frozen',
        failed_again_as BIGINT UNSIGNED NULL,
        PRIMARY KEY (request_id, failed_id),
        KEY approval_targets_failed_id (failed_id),
        KEY approval_targets_uuid (uuid(64))
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS executions (
        id CHAR(26) ${ascii} NOT NULL PRIMARY KEY,
        request_id CHAR(26) ${ascii} NOT NULL,
        lease_token CHAR(26) ${ascii} NOT NULL,
        lease_until DATETIME(6) NOT NULL,
        state VARCHAR(16) ${ascii} NOT NULL,
        host VARCHAR(128) ${text} NOT NULL,
        was_suspect TINYINT NOT NULL DEFAULT 0,
        detail MEDIUMTEXT ${text} NOT NULL,
        started_at DATETIME(6) NOT NULL,
        finished_at DATETIME(6) NULL,
        UNIQUE KEY executions_request (request_id),
        KEY executions_open (state, lease_until)
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS artisan_calls (
        run_id VARCHAR(64) ${ascii} NOT NULL PRIMARY KEY,
        execution_id CHAR(26) ${ascii} NOT NULL,
        failed_ids MEDIUMTEXT ${ascii} NOT NULL,
        state VARCHAR(16) ${ascii} NOT NULL,
        intended_at DATETIME(6) NOT NULL,
        life_ends_at DATETIME(6) NOT NULL,
        rc INT NULL,
        counts_before TEXT ${text} NOT NULL,
        counts_after TEXT ${text} NULL,
        output TEXT ${text} NOT NULL,
        KEY artisan_calls_execution (execution_id)
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS double_risks (
        app VARCHAR(64) ${text} NOT NULL,
        failed_id BIGINT UNSIGNED NOT NULL,
        uuid VARCHAR(255) ${text} NOT NULL DEFAULT '',
        request_id CHAR(26) ${ascii} NOT NULL,
        PRIMARY KEY (app, failed_id, uuid)
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS archived_failed_jobs (
        request_id CHAR(26) ${ascii} NOT NULL,
        failed_id BIGINT UNSIGNED NOT NULL,
        uuid VARCHAR(255) ${text} NULL,
        connection BLOB NOT NULL,
        queue BLOB NOT NULL,
        payload LONGBLOB NOT NULL,
        exception LONGBLOB NOT NULL,
        failed_at VARCHAR(32) ${ascii} NOT NULL,
        sha256 CHAR(64) ${ascii} NOT NULL,
        restored_at DATETIME(6) NULL,
        PRIMARY KEY (request_id, failed_id)
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS cards (
        request_id CHAR(26) ${ascii} NOT NULL,
        channel VARCHAR(32) ${ascii} NOT NULL,
        thread_ts VARCHAR(32) ${ascii} NOT NULL DEFAULT '',
        message_ts VARCHAR(32) ${ascii} NULL,
        version INT UNSIGNED NOT NULL DEFAULT 0,
        wanted_version INT UNSIGNED NOT NULL DEFAULT 1,
        behind TINYINT NOT NULL DEFAULT 1,
        attempted_at DATETIME(6) NULL,
        PRIMARY KEY (request_id, channel, thread_ts),
        KEY cards_behind (behind, request_id)
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS leases (
        name VARCHAR(191) ${text} NOT NULL PRIMARY KEY,
        token VARCHAR(64) ${ascii} NULL,
        until DATETIME(6) NULL
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS inbound (
        dedupe_key VARCHAR(191) ${text} NOT NULL PRIMARY KEY,
        at DATETIME(6) NOT NULL,
        KEY inbound_at (at)
      ) ENGINE=InnoDB`,
    ],
  },
  {
    name: '2026-11-25-audit',
    statements: [
      // Text, never JSON: a JSON column rewrites what was sealed.
      `CREATE TABLE IF NOT EXISTS audit_log (
        seq BIGINT UNSIGNED NOT NULL PRIMARY KEY,
        at DATETIME(6) NOT NULL,
        event VARCHAR(32) ${ascii} NOT NULL,
        actor TEXT ${text} NOT NULL,
        verb VARCHAR(32) ${text} NOT NULL,
        app VARCHAR(64) ${text} NOT NULL,
        target TEXT ${text} NOT NULL,
        reason TEXT ${text} NULL,
        request_id CHAR(26) ${ascii} NULL,
        run_id VARCHAR(64) ${ascii} NULL,
        outcome VARCHAR(64) ${text} NULL,
        detail MEDIUMTEXT ${text} NOT NULL,
        prev_hash CHAR(64) ${ascii} NOT NULL,
        hash CHAR(64) ${ascii} NOT NULL,
        UNIQUE KEY audit_log_no_fork (prev_hash),
        UNIQUE KEY audit_log_once (run_id, event),
        KEY audit_log_request (request_id),
        KEY audit_log_verb (verb, seq),
        KEY audit_log_target (target(48), seq)
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS audit_head (
        one TINYINT NOT NULL PRIMARY KEY,
        seq BIGINT UNSIGNED NOT NULL,
        hash CHAR(64) ${ascii} NOT NULL
      ) ENGINE=InnoDB`,
      `INSERT IGNORE INTO audit_head (one, seq, hash) VALUES (1, 0, REPEAT('0', 64))`,
    ],
  },
  {
    // Side tables, since a column can't be added twice without asking on every server.
    name: '2026-11-25-two-persons',
    statements: [
      `CREATE TABLE IF NOT EXISTS approval_terms (
        request_id CHAR(26) ${ascii} NOT NULL PRIMARY KEY,
        app VARCHAR(64) ${text} NOT NULL,
        target TEXT ${text} NOT NULL,
        -- Hash of the target while the request is open: two of the same can't be.
        open_target CHAR(64) ${ascii} NULL,
        run_within INT UNSIGNED NOT NULL,
        -- Once approved: run_by is moved while another execution holds the slot, but never beyond this.
        run_latest DATETIME(6) NULL,
        preapproval_id CHAR(26) ${ascii} NULL,
        decision MEDIUMTEXT ${text} NULL,
        remind_at DATETIME(6) NULL,
        -- Of the main card; what is said about the request is said in its thread.
        card_channel VARCHAR(32) ${ascii} NOT NULL,
        UNIQUE KEY approval_terms_open (app, open_target),
        KEY approval_terms_are_open (open_target),
        KEY approval_terms_newest (app, request_id)
      ) ENGINE=InnoDB`,
      // Requests whose rows are being frozen and that are not asked yet.
      `CREATE TABLE IF NOT EXISTS approval_freezes (
        request_id CHAR(26) ${ascii} NOT NULL PRIMARY KEY,
        batches INT UNSIGNED NOT NULL DEFAULT 0,
        at DATETIME(6) NOT NULL,
        KEY approval_freezes_at (at)
      ) ENGINE=InnoDB`,
      ...addKey('approval_targets', 'approval_targets_state', '(request_id, state, failed_id)'),
      `CREATE TABLE IF NOT EXISTS approval_votes (
        request_id CHAR(26) ${ascii} NOT NULL,
        person VARCHAR(32) ${ascii} NOT NULL,
        decision VARCHAR(16) ${ascii} NOT NULL,
        team_id VARCHAR(32) ${ascii} NOT NULL,
        slack_user VARCHAR(32) ${ascii} NOT NULL,
        actor TEXT ${text} NOT NULL,
        at DATETIME(6) NOT NULL,
        -- Of its sealed row, without which it counts nothing.
        audit_seq BIGINT UNSIGNED NOT NULL,
        voided TINYINT NOT NULL DEFAULT 0,
        PRIMARY KEY (request_id, person)
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS execution_runs (
        execution_id CHAR(26) ${ascii} NOT NULL PRIMARY KEY,
        progress MEDIUMTEXT ${text} NULL,
        stopped_by TEXT ${text} NULL,
        continued_by TEXT ${text} NULL,
        follow_state VARCHAR(16) ${ascii} NOT NULL DEFAULT 'none',
        follow_token CHAR(26) ${ascii} NULL,
        follow_until DATETIME(6) NULL,
        KEY execution_runs_follow (follow_state, follow_until)
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS kill_switches (
        app VARCHAR(64) ${text} NOT NULL PRIMARY KEY,
        reason TEXT ${text} NOT NULL,
        actor TEXT ${text} NOT NULL,
        at DATETIME(6) NOT NULL
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS preapprovals (
        id CHAR(26) ${ascii} NOT NULL PRIMARY KEY,
        number BIGINT UNSIGNED NOT NULL,
        app VARCHAR(64) ${text} NOT NULL,
        signer_person VARCHAR(32) ${ascii} NOT NULL,
        signer TEXT ${text} NOT NULL,
        filter TEXT ${text} NOT NULL,
        most INT UNSIGNED NOT NULL,
        used INT UNSIGNED NOT NULL DEFAULT 0,
        reason TEXT ${text} NOT NULL,
        policy_version CHAR(64) ${ascii} NOT NULL,
        signed_at DATETIME(6) NOT NULL,
        ends_at DATETIME(6) NOT NULL,
        withdrawn_at DATETIME(6) NULL,
        withdrawn_by TEXT ${text} NULL,
        team_id VARCHAR(32) ${ascii} NOT NULL,
        channel VARCHAR(32) ${ascii} NOT NULL,
        thread_ts VARCHAR(32) ${ascii} NULL,
        -- Its card has been told that its end has come.
        end_told TINYINT NOT NULL DEFAULT 0,
        -- Of its sealed row, without which it approves nothing.
        audit_seq BIGINT UNSIGNED NOT NULL,
        UNIQUE KEY preapprovals_number (number),
        KEY preapprovals_live (app, ends_at)
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS policies (
        one TINYINT NOT NULL PRIMARY KEY,
        version CHAR(64) ${ascii} NOT NULL,
        at DATETIME(6) NOT NULL
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS outbox (
        id CHAR(26) ${ascii} NOT NULL PRIMARY KEY,
        lane VARCHAR(16) ${ascii} NOT NULL,
        kind VARCHAR(32) ${ascii} NOT NULL,
        request_id CHAR(26) ${ascii} NOT NULL,
        channel VARCHAR(32) ${ascii} NOT NULL,
        thread_ts VARCHAR(32) ${ascii} NULL,
        under_card TINYINT NOT NULL DEFAULT 0,
        state VARCHAR(16) ${ascii} NOT NULL DEFAULT 'waiting',
        attempted_at DATETIME(6) NULL,
        message_ts VARCHAR(32) ${ascii} NULL,
        detail MEDIUMTEXT ${text} NULL,
        at DATETIME(6) NOT NULL,
        UNIQUE KEY outbox_once (request_id, kind, channel),
        KEY outbox_waiting (state, lane, id)
      ) ENGINE=InnoDB`,
    ],
  },
  {
    name: '2026-11-26-pauses',
    statements: [
      `CREATE TABLE IF NOT EXISTS queue_pauses (
        request_id CHAR(26) ${ascii} NOT NULL PRIMARY KEY,
        app VARCHAR(64) ${text} NOT NULL,
        queue VARCHAR(170) ${ascii} NOT NULL,
        -- 1 while it is in force, NULL afterwards: two of one queue can't be in force.
        live TINYINT NULL,
        began_at DATETIME(6) NOT NULL,
        until_at DATETIME(6) NULL,
        -- The request that lifts it.
        lifting CHAR(26) ${ascii} NULL,
        -- Who found it due has this long to lift it.
        lease_until DATETIME(6) NULL,
        tries INT UNSIGNED NOT NULL DEFAULT 0,
        ended_at DATETIME(6) NULL,
        ended VARCHAR(16) ${ascii} NULL,
        ended_number BIGINT UNSIGNED NULL,
        ended_by TEXT ${text} NULL,
        UNIQUE KEY queue_pauses_live (app, queue, live),
        KEY queue_pauses_due (live, until_at)
      ) ENGINE=InnoDB`,
    ],
  },
  {
    name: '2026-11-26-drills',
    statements: [
      `CREATE TABLE IF NOT EXISTS drills (
        request_id CHAR(26) ${ascii} NOT NULL PRIMARY KEY,
        number BIGINT UNSIGNED NOT NULL,
        app VARCHAR(64) ${text} NOT NULL,
        -- The app while it is under way: two at once can't be.
        open_app VARCHAR(64) ${text} NULL,
        queue VARCHAR(255) ${text} NOT NULL,
        person VARCHAR(32) ${ascii} NOT NULL,
        actor TEXT ${text} NOT NULL,
        began_at DATETIME(6) NOT NULL,
        ended_at DATETIME(6) NULL,
        -- passed, failed, stopped, cut-short; NULL while it is under way.
        conclusion VARCHAR(16) ${ascii} NULL,
        -- The step at which it ended without passing, from 1.
        step TINYINT UNSIGNED NULL,
        steps MEDIUMTEXT ${text} NOT NULL,
        left_behind TEXT ${ascii} NOT NULL,
        UNIQUE KEY drills_number (number),
        UNIQUE KEY drills_open (open_app),
        KEY drills_newest (app, queue, began_at)
      ) ENGINE=InnoDB`,
    ],
  },
  {
    name: '2026-11-26-alerts',
    statements: [
      `CREATE TABLE IF NOT EXISTS incidents (
        -- The episode: one episode of one rule is one incident.
        id CHAR(26) ${ascii} NOT NULL PRIMARY KEY,
        number BIGINT UNSIGNED NOT NULL,
        rule VARCHAR(128) ${text} NOT NULL,
        fingerprint VARCHAR(460) ${text} NOT NULL,
        -- The fingerprint until it is resolved: two at once can't be.
        open_fingerprint VARCHAR(460) ${text} NULL,
        app VARCHAR(64) ${text} NOT NULL,
        queue VARCHAR(255) ${text} NULL,
        severity VARCHAR(16) ${ascii} NOT NULL,
        state VARCHAR(16) ${ascii} NOT NULL,
        breached_at DATETIME(6) NOT NULL,
        fired_at DATETIME(6) NOT NULL,
        resolved_at DATETIME(6) NULL,
        acknowledgement TEXT ${text} NULL,
        value DOUBLE NULL,
        worst DOUBLE NULL,
        facts MEDIUMTEXT ${text} NOT NULL,
        flapping TINYINT NOT NULL DEFAULT 0,
        steps VARCHAR(255) ${ascii} NOT NULL,
        hushed TINYINT NOT NULL,
        gathered_in CHAR(26) ${ascii} NULL,
        entries INT UNSIGNED NOT NULL DEFAULT 0,
        version INT UNSIGNED NOT NULL DEFAULT 1,
        -- What its root said when it was first posted.
        first_shown INT UNSIGNED NULL,
        UNIQUE KEY incidents_number (number),
        UNIQUE KEY incidents_once (rule, fingerprint, id),
        UNIQUE KEY incidents_open (open_fingerprint),
        KEY incidents_newest (app, state, number),
        KEY incidents_resolved (resolved_at),
        KEY incidents_fired (fired_at),
        KEY incidents_gathered (gathered_in, number)
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS incident_entries (
        incident_id CHAR(26) ${ascii} NOT NULL,
        number INT UNSIGNED NOT NULL,
        version INT UNSIGNED NOT NULL,
        kind VARCHAR(32) ${ascii} NOT NULL,
        at DATETIME(6) NOT NULL,
        facts MEDIUMTEXT ${text} NOT NULL,
        -- What is told once whoever tells it: an operation's beginning, its end.
        once_key VARCHAR(64) ${ascii} NULL,
        PRIMARY KEY (incident_id, number),
        UNIQUE KEY incident_entries_once (once_key, incident_id)
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS gatherings (
        id CHAR(26) ${ascii} NOT NULL PRIMARY KEY,
        at DATETIME(6) NOT NULL,
        version INT UNSIGNED NOT NULL DEFAULT 1
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS rule_states (
        fingerprint VARCHAR(460) ${text} NOT NULL PRIMARY KEY,
        rule VARCHAR(128) ${text} NOT NULL,
        app VARCHAR(64) ${text} NOT NULL,
        queue VARCHAR(255) ${text} NULL,
        state VARCHAR(16) ${ascii} NOT NULL,
        active_at DATETIME(3) NULL,
        last_eval_at DATETIME(3) NULL,
        last_value DOUBLE NULL,
        episode_id CHAR(26) ${ascii} NULL,
        rule_hash VARCHAR(64) ${ascii} NOT NULL,
        -- All of it, as the evaluator left it; the columns above are for people.
        whole TEXT ${ascii} NOT NULL,
        KEY rule_states_app (app)
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS silences (
        id CHAR(26) ${ascii} NOT NULL PRIMARY KEY,
        app VARCHAR(64) ${text} NOT NULL,
        rule VARCHAR(128) ${text} NOT NULL,
        queue VARCHAR(255) ${text} NULL,
        from_at DATETIME(6) NOT NULL,
        until_at DATETIME(6) NOT NULL,
        reason TEXT ${text} NOT NULL,
        actor TEXT ${text} NOT NULL,
        critical TINYINT NOT NULL,
        -- Its end is sealed and announced.
        ended TINYINT NOT NULL DEFAULT 0,
        KEY silences_live (ended, until_at)
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS accepted_failures (
        app VARCHAR(64) ${text} NOT NULL,
        -- Empty: all of them.
        queue VARCHAR(255) ${text} NOT NULL,
        job_class VARCHAR(255) ${text} NOT NULL,
        up_to BIGINT UNSIGNED NOT NULL,
        at DATETIME(6) NOT NULL,
        reason TEXT ${text} NOT NULL,
        actor TEXT ${text} NOT NULL,
        PRIMARY KEY (app, queue, job_class)
      ) ENGINE=InnoDB`,
      // Names are long and samples are many: a number stands for the name.
      `CREATE TABLE IF NOT EXISTS sample_series (
        id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        name VARCHAR(460) ${text} NOT NULL,
        -- Milliseconds since 1970: what is older was thinned.
        thinned_to BIGINT UNSIGNED NOT NULL DEFAULT 0,
        UNIQUE KEY sample_series_name (name),
        KEY sample_series_thin (thinned_to)
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS samples (
        series INT UNSIGNED NOT NULL,
        -- Milliseconds since 1970.
        at BIGINT UNSIGNED NOT NULL,
        value DOUBLE NOT NULL,
        PRIMARY KEY (series, at)
      ) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS alert_evaluator (
        one TINYINT NOT NULL PRIMARY KEY,
        token BIGINT UNSIGNED NOT NULL,
        holder VARCHAR(191) ${text} NULL,
        until DATETIME(6) NOT NULL,
        ticked_at DATETIME(6) NULL,
        cost_ms INT UNSIGNED NULL
      ) ENGINE=InnoDB`,
      `INSERT IGNORE INTO alert_evaluator (one, token, until) VALUES (1, 0, '2000-01-01')`,
      ...addKey('cards', 'cards_message', '(channel, message_ts)'),
      ...addKey('executions', 'executions_finished', '(finished_at)'),
    ],
  },
  {
    // What people say of incidents and failures has a number like every other request.
    name: '2026-11-27-records',
    statements: [
      `CREATE TABLE IF NOT EXISTS records (
        id CHAR(26) ${ascii} NOT NULL PRIMARY KEY,
        number BIGINT UNSIGNED NOT NULL,
        verb VARCHAR(32) ${ascii} NOT NULL,
        app VARCHAR(64) ${text} NOT NULL,
        target TEXT ${text} NOT NULL,
        UNIQUE KEY records_number (number)
      ) ENGINE=InnoDB`,
      // The incidents that one was about: its rows in the audit are theirs, too.
      `CREATE TABLE IF NOT EXISTS record_incidents (
        incident_id CHAR(26) ${ascii} NOT NULL,
        record_id CHAR(26) ${ascii} NOT NULL,
        PRIMARY KEY (incident_id, record_id)
      ) ENGINE=InnoDB`,
      ...addColumn('silences', 'request_number', 'BIGINT UNSIGNED NULL'),
      ...addColumn('accepted_failures', 'request_number', 'BIGINT UNSIGNED NULL'),
    ],
  },
  {
    name: '2026-11-27-pictures',
    // Of an incident's root: the picture that Slack shows and the one that shall be shown, as JSON; since when the latter
    // is tried and how often it was. Then the last try to make one: which it was, of which state, begun when, until when
    // its process has it to itself (NULL: ended), and how many failed in a row.
    statements: Object.entries({
      ...{ picture: `TEXT ${text} NULL`, next_picture: `TEXT ${text} NULL` },
      ...{ picture_from: 'DATETIME(6) NULL', picture_tries: 'TINYINT UNSIGNED NOT NULL DEFAULT 0' },
      ...{ picture_turn: 'INT UNSIGNED NOT NULL DEFAULT 0', picture_of: `VARCHAR(64) ${ascii} NULL` },
      ...{ picture_at: 'DATETIME(6) NULL', picture_until: 'DATETIME(6) NULL' },
      picture_failures: 'SMALLINT UNSIGNED NOT NULL DEFAULT 0',
    }).flatMap(([name, type]) => addColumn('cards', name, type)),
  },
  {
    // How many of a request's rows restores have put back: its card offers no restore of what is back.
    name: '2026-11-27-restored',
    statements: addColumn('approvals', 'restored', 'INT UNSIGNED NOT NULL DEFAULT 0'),
  },
];
