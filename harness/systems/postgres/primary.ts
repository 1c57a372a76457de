/** Which of several is the primary, as clients of PostgreSQL find it (`target_session_attrs`): asked one after the other. */
import type { Endpoint } from '../../core/system.ts';
import { WireError } from '../wire.ts';
import { PostgresConnection } from './connection.ts';
import type { Login } from './connection.ts';

export interface Primary {
  readonly node: number;
  readonly connection: PostgresConnection;
}

/** One alone is not asked. Throws `WireError` where none is, of nothing that was asked. */
export async function openPrimary(
  endpoints: readonly Endpoint[],
  login: Login,
  signal: AbortSignal,
): Promise<Primary> {
  let why: unknown = new WireError('no endpoint', false);
  for (const [node, endpoint] of endpoints.entries()) {
    try {
      const connection = await PostgresConnection.open(endpoint, login, signal);
      if (endpoints.length === 1 || (await isPrimary(connection, signal))) {
        return { node, connection };
      }
      connection.close();
      why = new WireError('no primary', false);
    } catch (error) {
      why = error;
    }
  }
  throw why;
}

async function isPrimary(connection: PostgresConnection, signal: AbortSignal): Promise<boolean> {
  const abort = (): void => connection.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    if (signal.aborted) abort();
    // No question of a table: a standby refuses these where transactions are serializable.
    const { rows } = await connection.ask('SHOW in_hot_standby');
    return rows[0]?.[0] === 'off';
  } catch (error) {
    abort();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
