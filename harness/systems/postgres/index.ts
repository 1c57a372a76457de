/** PostgreSQL, 14 and later: rows, transactions at each isolation level, advisory locks. */
import { z } from 'zod';
import { prefixOf } from '../described.ts';
import { defineSystem } from '../define-system.ts';
import { type DoorFlags, doorFlags, doorOf } from '../door.ts';
import { primaryAmong, removeRows, requirePostgres, wallClockOf } from './ask.ts';
import type { Login } from './connection.ts';
import { launchPostgres, postgresServer } from './launch.ts';
import { PostgresSession } from './session.ts';

const isolationDocument = 'https://www.postgresql.org/docs/current/transaction-iso.html';

const lockDocument = 'https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS';

export const postgres = defineSystem({
  name: 'postgres',
  flags: z.object({
    isolation: z
      .enum(['serializable', 'repeatable-read', 'read-committed'])
      .default('serializable')
      .describe('of every transaction'),
    synchronousCommit: z
      .enum(['on', 'off'])
      .default('on')
      .describe('of members of our own: is it on the disk before it is answered'),
    locks: z
      .enum(['rows', 'advisory'])
      .default('rows')
      .describe('a row with an end, or an advisory lock of a session of its own'),
    standby: z
      .enum(['off', 'on'])
      .default('off')
      .describe(
        'of members of our own: a second one that has what is answered, and takes the place of the first',
      ),
    fencing: z
      .enum(['token', 'none'])
      .default('token')
      .describe('of writes that a lock protects: by the number of the grant, or not at all'),
    user: z.string().default('postgres').describe('who logs in'),
    passwordFile: doorFlags.passwordFile,
    passwordEnv: doorFlags.passwordEnv,
    ssl: z
      .enum(['off', 'on'])
      .default('off')
      .describe('on: speak TLS, as it does by itself where --cacert is given'),
    cacert: doorFlags.cacert,
    cert: doorFlags.cert,
    key: doorFlags.key,
    database: z.string().default('postgres').describe('where its rows are'),
  }),
  operations: [
    ...['read', 'write', 'cas', 'delete', 'txn', 'txn-append'],
    ...['acquire', 'release', 'write-fenced', 'enqueue', 'dequeue'],
  ],
  // What is stricter than asked for is promised all the same, so that what is missing shows.
  promises: ({ isolation }) => [
    ...['linearizable', 'strict-serializable', ...promisedBy[isolation], 'definite-failures'],
    ...['mutual-exclusion', 'fencing', 'job-once', 'job-kept'],
  ],
  documents: [
    {
      promises: ['strict-serializable', 'linearizable'],
      says: 'Serializable transactions have the effect of one after the other in some order; what is committed is on the disk.',
      source: isolationDocument,
      weakenedBy:
        '--isolation repeatable-read (write skew) or read-committed (also values that change in between); --synchronous-commit off (a crash loses what was answered last)',
    },
    {
      promises: ['serializable', 'snapshot-isolation', 'read-committed'],
      says: 'Repeatable read is snapshot isolation here; read committed sees what was committed before each statement began.',
      source: isolationDocument,
    },
    {
      promises: ['mutual-exclusion'],
      says: 'A row is taken by one statement, as a whole, and is on the disk. An advisory lock is held until it is released or its session ends, here by idle_session_timeout.',
      source: lockDocument,
      weakenedBy:
        '--locks advisory, where the server restarts, or a standby takes its place: they are in its memory alone; --locks rows, where its clock jumps ahead',
    },
    {
      promises: ['job-once', 'job-kept'],
      says: 'A row is removed and returned by one statement; rows that another is just taking are skipped (FOR UPDATE SKIP LOCKED), as its documentation has it for tables that are queues. What is committed is on the disk.',
      source: 'https://www.postgresql.org/docs/current/sql-select.html#SQL-FOR-UPDATE-SHARE',
      weakenedBy: '--synchronous-commit off (a crash brings back jobs that were handed out)',
    },
    {
      promises: ['fencing'],
      says: 'Nothing: the lock has no token. Here a sequence gives one, and the row that is written looks at it.',
      source: 'https://www.postgresql.org/docs/current/functions-sequence.html',
      weakenedBy: '--fencing none',
    },
  ],
  anomalies: [
    {
      what: 'Write skew: each of two transactions reads what the other overwrites, and both are committed.',
      flags: { isolation: 'repeatable-read' },
      scenario: 'transactions',
      breaks: 'strict-serializable',
      source: isolationDocument,
    },
    {
      what: 'A transaction that reads a row twice sees the write of another between.',
      flags: { isolation: 'read-committed' },
      scenario: 'transactions',
      breaks: 'strict-serializable',
      source: isolationDocument,
    },
    {
      what: 'Write skew on lists: each of two transactions reads what the other appends to, and both are committed.',
      flags: { isolation: 'repeatable-read' },
      scenario: 'lists-calm',
      breaks: 'strict-serializable',
      source: isolationDocument,
    },
    {
      what: 'A transaction that reads a list twice sees what another appended between.',
      flags: { isolation: 'read-committed' },
      scenario: 'lists-calm',
      breaks: 'strict-serializable',
      source: isolationDocument,
    },
    {
      what: 'Writes that were answered just before a crash are gone after it.',
      flags: { synchronousCommit: 'off' },
      scenario: 'keys-kill',
      breaks: 'linearizable',
      source: 'https://www.postgresql.org/docs/current/wal-async-commit.html',
    },
    {
      what: 'Jobs that were handed out just before a crash are handed out again after it, or were never put in.',
      flags: { synchronousCommit: 'off' },
      scenario: 'jobs-kill',
      breaks: 'job-once',
      source: 'https://www.postgresql.org/docs/current/wal-async-commit.html',
    },
    {
      what: 'An advisory lock is gone when the server was killed, and whoever held it does not know.',
      flags: { locks: 'advisory' },
      scenario: 'lock-restart',
      breaks: 'mutual-exclusion',
      source: lockDocument,
    },
    {
      what: 'An advisory lock is gone when the standby takes the place of a primary that was killed: replicas know of none.',
      flags: { locks: 'advisory', standby: 'on' },
      scenario: 'lock-failover',
      breaks: 'mutual-exclusion',
      safe: { standby: 'on' },
      source: lockDocument,
    },
    {
      what: 'The clock of the server jumps ahead, and a row has ended as a lock while its holder counts on it.',
      flags: {},
      scenario: 'lock-clock',
      breaks: 'mutual-exclusion',
      elsewhere: 'locks-clock',
      safe: { locks: 'advisory' },
      source: 'https://www.postgresql.org/docs/current/functions-datetime.html',
    },
  ],
  launch: launchPostgres,
  adapter: (flags) => {
    const login = loginOf(flags);
    return {
      connect: (endpoints, _client, settings) => new PostgresSession(endpoints, login, settings),
      ready: (endpoints) => requirePostgres(endpoints, login),
      leader: (endpoints) => primaryAmong(endpoints, login),
      wallClock: (endpoint) => wallClockOf(endpoint, login),
      tidy: (endpoints, settings) => removeRows(endpoints, login, prefixOf(settings)),
      severalRequests: ['txn', 'txn-append'],
    };
  },
  settings: ({ isolation, synchronousCommit, locks, standby, fencing, user, database }) => {
    return { isolation, synchronousCommit, locks, standby, fencing, user, database };
  },
  requires: [postgresServer],
});

const promisedBy = {
  serializable: ['serializable', 'snapshot-isolation', 'read-committed'],
  'repeatable-read': ['snapshot-isolation', 'read-committed'],
  'read-committed': ['read-committed'],
} as const;

interface LoginFlags extends DoorFlags {
  readonly user: string;
  readonly database: string;
  readonly isolation: string;
  readonly ssl: 'off' | 'on';
}

function loginOf(flags: LoginFlags): Login {
  const door = { ...doorOf({ ...flags, user: undefined }), user: flags.user };
  const isSecure = flags.ssl === 'on' || flags.cacert !== undefined;
  const settings = {
    // Blanks are written with a backslash in what a session begins with.
    default_transaction_isolation: flags.isolation.replace('-', '\\ '),
    // A plan that reads a small table whole would conflict with every write of another row.
    enable_seqscan: 'off',
  };
  return { user: flags.user, database: flags.database, settings, door, isSecure };
}
