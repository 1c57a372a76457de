/** Questions to a PostgreSQL beside any session: is it up, take this away. */
import { HarnessError } from '../../core/errors.ts';
import type { Endpoint } from '../../core/system.ts';
import { PostgresConnection } from './connection.ts';
import type { Login } from './connection.ts';
import { quoted, table, tokens } from './statements.ts';

const probeMs = 3_000;

/** Throws E_ENDPOINT where no PostgreSQL answers that lets us in. */
export async function requirePostgres(endpoints: readonly Endpoint[], login: Login): Promise<void> {
  for (const endpoint of endpoints) {
    try {
      await once(endpoint, login, 'SELECT 1');
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new HarnessError(
        'E_ENDPOINT',
        `no PostgreSQL answers at ${endpoint.url} (${why}), wanted one that lets ${login.user} into ${login.database} without a password. Check --endpoint postgres://host:5432, --user and --database.`,
        { cause },
      );
    }
  }
}

/** Removes the rows of a run, and the table where it was the last; what never was there is no matter. */
export async function removeRows(endpoint: Endpoint, login: Login, prefix: string): Promise<void> {
  const isMine = `left(key, ${[...prefix].length}) = ${quoted(prefix)}`;
  await once(
    endpoint,
    login,
    `DO $$ BEGIN
      PERFORM pg_advisory_xact_lock(hashtextextended('${table}', 0));
      IF to_regclass('${table}') IS NULL THEN RETURN; END IF;
      DELETE FROM ${table} WHERE ${isMine};
      IF NOT EXISTS (SELECT FROM ${table}) THEN DROP TABLE ${table}; DROP SEQUENCE ${tokens}; END IF;
    END $$`,
  );
}

async function once(endpoint: Endpoint, login: Login, query: string): Promise<void> {
  const connection = await PostgresConnection.open(endpoint, login, AbortSignal.timeout(probeMs));
  const late = setTimeout(() => connection.close('no answer in time'), probeMs);
  try {
    await connection.ask(query);
  } finally {
    clearTimeout(late);
    connection.close();
  }
}
