/** Keys as nodes: values are JSON, versions are transactions. */
import type { Json } from '../../core/host.ts';
import type { Outcome } from '../../core/system.ts';
import type { ZkConnection } from './connection.ts';
import {
  badVersion,
  check,
  create,
  getData,
  multi,
  nodeExists,
  noNode,
  setData,
  sync,
  ZkError,
  type ZkRequest,
} from './requests.ts';

/** How fresh a read has to be, and the node that a read of the quorum writes first. */
export interface Freshness {
  readonly reads: 'local' | 'sync' | 'quorum';
  readonly scratch: string;
}

/**
 * A read as fresh as asked. `sync` waits until the server has what its leader had, but a leader of the past
 * may take itself for one; what follows a write of one's own is after all that was committed before it.
 */
export async function freshRead<T>(
  connection: ZkConnection,
  request: ZkRequest<T>,
  { reads, scratch }: Freshness,
): Promise<T> {
  const before =
    reads === 'local'
      ? null
      : reads === 'sync'
        ? connection.ask(sync(scratch))
        : connection.ask(setData(scratch, ''));
  // Sent right behind it: the server carries out what one session asks in its order.
  const answer = connection.ask(request);
  const [read] = await Promise.all([answer, before]);
  return read;
}

export async function readKey(
  connection: ZkConnection,
  path: string,
  freshness: Freshness,
): Promise<Outcome> {
  try {
    const { data, stat } = await freshRead(connection, getData(path), freshness);
    return { type: 'ok', value: JSON.parse(data) as Json, version: stat.mzxid };
  } catch (error) {
    if (!isCode(error, noNode)) throw error;
    return { type: 'ok', value: null };
  }
}

/** Sets what is there, and makes what is not: a refusal says for sure that nothing was done. */
export async function write(connection: ZkConnection, path: string, value: Json): Promise<Outcome> {
  const data = JSON.stringify(value);
  for (let tries = 0; tries < triesMax; tries++) {
    try {
      const isThere = tries % 2 === 0;
      const { mzxid } = await connection.ask(
        isThere ? setData(path, data) : create({ path, data }),
      );
      return { type: 'ok', value, version: mzxid };
    } catch (error) {
      if (!isCode(error, noNode) && !isCode(error, nodeExists)) throw error;
    }
  }
  return { type: 'fail', error: 'made and removed by others' };
}

/** Nobody removes keys here: the second try finds what the first did not. */
const triesMax = 4;

/** By the version that was read: what somebody changed meanwhile is another version. */
export async function cas(connection: ZkConnection, path: string, asked: Json): Promise<Outcome> {
  const [from = null, to = null] = asked as readonly Json[];
  const mismatch: Outcome = { type: 'fail', error: 'cas-mismatch' };
  try {
    if (from === null) {
      const { mzxid } = await connection.ask(create({ path, data: JSON.stringify(to) }));
      return { type: 'ok', value: asked, version: mzxid };
    }
    const { data, stat } = await connection.ask(getData(path));
    if (data !== JSON.stringify(from)) return mismatch;
    const set = await connection.ask(setData(path, JSON.stringify(to), stat.version));
    return { type: 'ok', value: asked, version: set.mzxid };
  } catch (error) {
    if (isCode(error, noNode) || isCode(error, nodeExists) || isCode(error, badVersion)) {
      return mismatch;
    }
    throw error;
  }
}

/** A write that is carried out only while the node that proves a lease is there. */
export async function writeFenced(
  connection: ZkConnection,
  asked: { readonly path: string; readonly proof: string; readonly value: Json },
): Promise<Outcome> {
  const { path, proof, value } = asked;
  const data = JSON.stringify(value);
  for (let tries = 0; tries < triesMax; tries++) {
    const change = tries % 2 === 0 ? setData(path, data) : create({ path, data });
    const done = await connection.ask(multi([check(proof), change as ZkRequest<unknown>]));
    if (done.isDone) {
      return { type: 'ok', value, version: done.zxid };
    }
    if (done.at === 0) return { type: 'fail', error: 'fenced' };
    if (done.code !== noNode && done.code !== nodeExists) {
      return { type: 'fail', error: `refused with ${done.code}` };
    }
  }
  return { type: 'fail', error: 'made and removed by others' };
}

function isCode(error: unknown, code: number): boolean {
  return error instanceof ZkError && error.code === code;
}
