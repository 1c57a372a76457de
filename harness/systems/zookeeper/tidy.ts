/** Removes what a run has made, the innermost first. */
import type { Endpoint } from '../../core/system.ts';
import { ZkConnection } from './connection.ts';
import { getChildren, noNode, remove, ZkError } from './requests.ts';

const probeMs = 2_000;

/** Asks one server after the other; throws what the last one said when none did it. */
export async function removeTree(
  endpoints: readonly Endpoint[],
  root: string,
  digest: string | undefined,
): Promise<void> {
  let last: unknown = new Error('no endpoint');
  for (const endpoint of endpoints) {
    try {
      const signal = AbortSignal.timeout(probeMs);
      const connection = await ZkConnection.open(endpoint, { timeoutMs: 4_000, digest }, signal);
      signal.addEventListener('abort', () => connection.close('no answer in time'));
      try {
        return await removeBelow(connection, root);
      } finally {
        connection.close();
      }
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

async function removeBelow(connection: ZkConnection, path: string): Promise<void> {
  try {
    const children = await connection.ask(getChildren(path));
    await Promise.all(children.map((name) => removeBelow(connection, `${path}/${name}`)));
    await connection.ask(remove(path));
  } catch (error) {
    // Gone by itself, as what goes with a session does.
    if (!(error instanceof ZkError) || error.code !== noNode) throw error;
  }
}
