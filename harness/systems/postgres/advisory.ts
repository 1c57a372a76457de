/**
 * Advisory locks: each lasts as long as its session, and the server ends that when it has not heard of it for
 * the TTL (https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-IDLE-SESSION-TIMEOUT).
 */
import type { Operation } from '../../core/program.ts';
import type { Outcome } from '../../core/system.ts';
import type { PostgresConnection } from './connection.ts';
import { quoted, tokens, valueIn } from './statements.ts';

export class AdvisoryLocks {
  /** By lock and number of its grant. */
  private readonly held = new Map<string, PostgresConnection>();
  private readonly prefix: string;

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** By a session of its own, which it keeps where it is given the lock, and closes otherwise. */
  async acquire(key: string, own: PostgresConnection): Promise<Outcome> {
    const sql = `SELECT CASE WHEN pg_try_advisory_lock(${this.idOf(key)}) THEN nextval('${tokens}') END`;
    const token = valueIn((await own.ask(sql)).rows);
    if (token === null) {
      own.close();
      return { type: 'fail', error: 'held' };
    }
    this.held.set(`${key} ${JSON.stringify(token)}`, own);
    return { type: 'ok', value: token };
  }

  async release({ key, value }: Operation): Promise<Outcome> {
    const name = `${key} ${JSON.stringify(value)}`;
    const connection = this.held.get(name);
    this.held.delete(name);
    if (connection === undefined) return { type: 'fail', error: 'not-held' };
    try {
      const { rows } = await connection.ask(`SELECT pg_advisory_unlock(${this.idOf(key)})`);
      return rows[0]?.[0] === 't' ? { type: 'ok', value } : { type: 'fail', error: 'not-held' };
    } finally {
      connection.close();
    }
  }

  close(): void {
    for (const connection of this.held.values()) connection.close();
  }

  private idOf(key: string): string {
    return `hashtextextended(${quoted(`${this.prefix}lock/${key}`)}, 0)`;
  }
}
