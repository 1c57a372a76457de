/** Questions to a PostgreSQL beside any session: is it up, take this away. */
import { HarnessError } from '../../core/errors.ts';
import type { Endpoint, Leader } from '../../core/system.ts';
import { keyTo as keyToTls } from '../door.ts';
import type { Login, Result } from './connection.ts';
import { openPrimary, type Primary } from './primary.ts';
import { quoted, table, tokens } from './statements.ts';

const probeMs = 3_000;

/** Throws E_ENDPOINT where no PostgreSQL answers that lets us in. */
export async function requirePostgres(endpoints: readonly Endpoint[], login: Login): Promise<void> {
  for (const endpoint of endpoints) {
    try {
      await once(endpoint, login, 'SHOW server_version');
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new HarnessError(
        'E_ENDPOINT',
        `no PostgreSQL answers at ${endpoint.url} (${why}), wanted one that lets ${login.user} into ${login.database}. ${keyTo(why)}.`,
        { cause },
      );
    }
  }
}

/** Null: none of them is, now. */
export async function primaryAmong(
  endpoints: readonly Endpoint[],
  login: Login,
): Promise<Leader | null> {
  // One alone is it, whether it answers or not.
  if (endpoints.length === 1) return { node: 0 };
  try {
    const found = await openPrimary(endpoints, login, AbortSignal.timeout(probeMs));
    found.connection.close();
    return { node: found.node };
  } catch {
    return null;
  }
}

/** Removes the rows of a run, and the table where it was the last; what never was there is no matter. */
export async function removeRows(
  endpoints: readonly Endpoint[],
  login: Login,
  prefix: string,
): Promise<void> {
  const isMine = `left(key, ${[...prefix].length}) = ${quoted(prefix)}`;
  await ask(
    await openPrimary(endpoints, login, AbortSignal.timeout(probeMs)),
    `DO $$ BEGIN
      PERFORM pg_advisory_xact_lock(hashtextextended('${table}', 0));
      IF to_regclass('${table}') IS NULL THEN RETURN; END IF;
      DELETE FROM ${table} WHERE ${isMine};
      IF NOT EXISTS (SELECT FROM ${table}) THEN DROP TABLE ${table}; DROP SEQUENCE ${tokens}; END IF;
    END $$`,
  );
}

/** What a server takes for the time, µs since 1970; a standby is asked as well. */
export async function wallClockOf(endpoint: Endpoint, login: Login): Promise<number> {
  const { rows } = await once(
    endpoint,
    login,
    'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000000)::bigint',
  );
  return Number(rows[0]?.[0]);
}

/** What to do about it, by what was said. */
function keyTo(why: string): string {
  if (/password/.test(why)) {
    return 'Say who asks: --user NAME with --password-file FILE or --password-env NAME';
  }
  if (/no encryption|SSL off|it speaks TLS/.test(why)) {
    return 'Pass --ssl on, and --cacert FILE where its signer is not known to all';
  }
  if (why.includes('speaks no TLS')) return 'Pass --ssl off, without --cacert';
  return keyToTls(why) ?? 'Check --endpoint postgres://host:5432, --user and --database';
}

async function once(endpoint: Endpoint, login: Login, query: string): Promise<Result> {
  return ask(await openPrimary([endpoint], login, AbortSignal.timeout(probeMs)), query);
}

/** And closes the connection. */
async function ask({ connection }: Primary, query: string): Promise<Result> {
  const late = setTimeout(() => connection.close('no answer in time'), probeMs);
  try {
    return await connection.ask(query);
  } finally {
    clearTimeout(late);
    connection.close();
  }
}
