/**
 * Barriers by ZooKeeper's recipe of double barriers: a node a party below that of the barrier, and one that says
 * that all have come (https://zookeeper.apache.org/doc/r3.8.0/recipes.html). Nodes of parties stay until these go,
 * so that a party whose connection is lost is not taken for one that has gone. Whoever changed a node sees, on
 * the same connection, all that was changed before it.
 */
import type { Outcome } from '../../core/system.ts';
import type { ZkConnection } from './connection.ts';
import { create, getChildren, nodeExists, noNode, remove, ZkError } from './requests.ts';
import type { ZkRequest } from './requests.ts';

export interface BarrierAsked {
  /** Of the barrier. */
  readonly path: string;
  readonly party: string;
  readonly parties: number;
}

/** No party is called so. */
const ready = '.ready';

export async function enterBarrier(
  connection: ZkConnection,
  { path, party, parties }: BarrierAsked,
): Promise<Outcome> {
  await unless(nodeExists, connection, create({ path }));
  await unless(nodeExists, connection, create({ path: `${path}/${encodeURIComponent(party)}` }));
  const inside = await connection.ask(getChildren(path));
  if (inside.includes(ready)) return { type: 'ok', value: true };
  if (inside.length < parties) return { type: 'ok', value: false };
  await unless(nodeExists, connection, create({ path: `${path}/${ready}` }));
  return { type: 'ok', value: true };
}

export async function leaveBarrier(
  connection: ZkConnection,
  { path, party }: BarrierAsked,
): Promise<Outcome> {
  await unless(noNode, connection, remove(`${path}/${encodeURIComponent(party)}`));
  const inside = await childrenOf(connection, path);
  return { type: 'ok', value: inside.every((name) => name === ready) };
}

async function childrenOf(connection: ZkConnection, path: string): Promise<readonly string[]> {
  try {
    return await connection.ask(getChildren(path));
  } catch (error) {
    if (error instanceof ZkError && error.code === noNode) return [];
    throw error;
  }
}

/** Done already is as good as done. */
async function unless<T>(
  code: number,
  connection: ZkConnection,
  request: ZkRequest<T>,
): Promise<void> {
  try {
    await connection.ask(request);
  } catch (error) {
    if (!(error instanceof ZkError) || error.code !== code) throw error;
  }
}
