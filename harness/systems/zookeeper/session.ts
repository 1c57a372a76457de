/** A client of ZooKeeper: a session for keys, and one of its own for each lease. */
import { randomBytes } from 'node:crypto';
import { prefixOf, servedOf } from '../described.ts';
import { StickySession } from '../sticky-session.ts';
import type { Asked } from '../sticky-session.ts';
import type { Json } from '../../core/host.ts';
import type { Operation, Settings } from '../../core/program.ts';
import type { Endpoint, Outcome, Session } from '../../core/system.ts';
import { WireError } from '../wire.ts';
import { ZkConnection } from './connection.ts';
import { type BarrierAsked, enterBarrier, leaveBarrier } from './barriers.ts';
import { cas, freshRead, readKey, write, writeFenced } from './keys.ts';
import { Leases, renewals } from './leases.ts';
import { nameIn, pathsOf } from './paths.ts';
import type { Folder, Paths } from './paths.ts';
import {
  create,
  getChildren,
  getData,
  multi,
  nodeExists,
  noNode,
  remove,
  ZkError,
} from './requests.ts';

const reads: ReadonlySet<string> = new Set([
  ...['read', 'read-stale', 'leader', 'discover', 'serve-config'],
]);
/** Of the session for keys: longer than what faults of a story last. */
const keysTimeoutMs = 8_000;

export function openZkSession(
  endpoints: readonly Endpoint[],
  client: number,
  settings: Settings,
  digest: string | undefined,
): Session {
  const own = new ZkClient(endpoints, settings, digest);
  return new StickySession({
    members: endpoints.length,
    client,
    ask: (op, node, signal) => own.ask(op, node, signal),
    onClose: () => own.close(),
  });
}

class ZkClient {
  private readonly endpoints: readonly Endpoint[];
  private readonly paths: Paths;
  private readonly extra: Settings['extra'];
  private readonly leases: Leases;
  private readonly digest: string | undefined;
  /** For keys, with the member that it is asked by. */
  private main: { readonly node: number; readonly connection: ZkConnection } | null = null;

  constructor(endpoints: readonly Endpoint[], settings: Settings, digest: string | undefined) {
    this.endpoints = endpoints;
    this.digest = digest;
    this.paths = pathsOf(prefixOf(settings));
    this.extra = settings.extra;
    const asked = renewals.find((r) => r === settings.extra['renewals']);
    this.leases = new Leases({ renewals: asked ?? 'committed', digest });
  }

  /** Never rejects. */
  async ask(op: Operation, node: number, signal: AbortSignal): Promise<Asked> {
    const abort = (): void => this.drop(node);
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await this.request(op, node, signal);
    } catch (error) {
      const isLost = error instanceof WireError;
      if (isLost) this.drop(node);
      const isUnknown = isLost
        ? error.wasSent
        : !(error instanceof ZkError || error instanceof RangeError);
      const why = error instanceof Error ? error.message : String(error);
      return { type: isUnknown && !reads.has(op.f) ? 'info' : 'fail', error: why, isLost };
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  close(): void {
    this.main?.connection.close();
    this.leases.close();
  }

  private drop(node: number): void {
    if (this.main?.node !== node) return;
    this.main.connection.close();
    this.main = null;
  }

  private async request(op: Operation, node: number, signal: AbortSignal): Promise<Outcome> {
    const { paths } = this;
    const key = paths.of('keys', op.key);
    switch (op.f) {
      case 'read':
        return readKey(await this.connected(node, signal), key, this.freshness);
      case 'read-stale':
        return readKey(await this.connected(node, signal), key, { reads: 'local', scratch: '' });
      case 'write':
        return write(await this.connected(node, signal), key, op.value);
      case 'cas':
        return cas(await this.connected(node, signal), key, op.value);
      case 'acquire':
        return this.take(op, 'lock', node, signal);
      case 'release':
        return this.end(op, await this.connected(node, signal));
      case 'write-fenced':
        return this.writeFenced(op, await this.connected(node, signal));
      case 'acquire-permit':
        return this.takePermit(op, node, signal);
      case 'release-permit':
        return this.end(op, await this.connected(node, signal));
      case 'enter-barrier':
        return enterBarrier(await this.connected(node, signal), this.barrier(op));
      case 'leave-barrier':
        return leaveBarrier(await this.connected(node, signal), this.barrier(op));
      case 'publish-config':
        return write(await this.connected(node, signal), paths.of('config', op.key), op.value);
      case 'serve-config':
        return servedOf(
          await readKey(
            await this.connected(node, signal),
            paths.of('config', op.key),
            this.freshness,
          ),
        );
      case 'campaign':
        return this.take(op, 'election', node, signal);
      case 'resign':
        return this.end(op, await this.connected(node, signal));
      case 'leader':
        return this.leader(op, await this.connected(node, signal));
      case 'register':
        return this.take(op, 'registry', node, signal);
      case 'deregister':
        return this.end(op, await this.connected(node, signal));
      case 'renew':
      case 'renew-term':
        return this.renew(op, node, signal);
      case 'discover':
        return this.discover(op, await this.connected(node, signal));
      default:
        return { type: 'fail', error: `ZooKeeper has no operation ${op.f}` };
    }
  }

  private get freshness(): Parameters<typeof readKey>[2] {
    const { reads: how } = this.extra;
    const scratch = this.paths.of('scratch');
    return { reads: how === 'local' || how === 'sync' ? how : 'quorum', scratch };
  }

  private async take(
    { key, value }: Operation,
    folder: Folder,
    node: number,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const { ttlUs, instance } = value as { ttlUs: number; instance?: string };
    // The folders must be there before what goes with a session.
    await this.connected(node, signal);
    const path = this.paths.of(folder, instance === undefined ? key : `${key}/${instance}`);
    const proof = this.paths.of('scratch', randomBytes(12).toString('hex'));
    const to = this.endpoints[node] as Endpoint;
    const lease = await this.leases.take(to, { path, proof, ttlUs }, signal);
    if (lease === null) return { type: 'fail', error: 'held' };
    return { type: 'ok', value: lease.token, version: lease.token };
  }

  private barrier({ key, value }: Operation): BarrierAsked {
    const { party, parties } = value as { readonly party: string; readonly parties: number };
    return { path: this.paths.of('barrier', key), party, parties };
  }

  /** Its places, one after the other, until one is free. */
  private async takePermit(op: Operation, node: number, signal: AbortSignal): Promise<Outcome> {
    const { permits } = op.value as { readonly permits: number };
    for (let n = 0; n < permits; n++) {
      const place = { ...op, key: `${op.key}/${n}` };
      const outcome = await this.take(place, 'semaphore', node, signal);
      if (outcome.type !== 'fail') return outcome;
    }
    return { type: 'fail', error: 'held' };
  }

  private async end({ value }: Operation, connection: ZkConnection): Promise<Outcome> {
    const lease = this.leases.get(value);
    if (lease === null) return { type: 'fail', error: 'not-held' };
    const done = await connection.ask(multi([remove(lease.proof), remove(lease.path)]));
    if (!done.isDone && done.code !== noNode) return { type: 'info', error: `${done.code}` };
    this.leases.forget(lease.token);
    return done.isDone ? { type: 'ok', value } : { type: 'fail', error: 'not-held' };
  }

  private async renew({ value }: Operation, node: number, signal: AbortSignal): Promise<Outcome> {
    if (typeof value !== 'number') return { type: 'fail', error: 'nothing to renew' };
    await this.leases.renew(value, this.endpoints[node] as Endpoint, signal);
    return { type: 'ok', value };
  }

  private async writeFenced(
    { key, value: asked }: Operation,
    connection: ZkConnection,
  ): Promise<Outcome> {
    const { token, value } = asked as { readonly token: Json; readonly value: Json };
    const lease = this.leases.get(token);
    if (lease === null) return { type: 'fail', error: 'no token of this session' };
    const path = this.paths.of('keys', key);
    const outcome =
      this.extra['fencing'] === 'none'
        ? await write(connection, path, value)
        : await writeFenced(connection, { path, proof: lease.proof, value });
    return outcome.type === 'ok' ? { ...outcome, value: asked } : outcome;
  }

  private async leader({ key }: Operation, connection: ZkConnection): Promise<Outcome> {
    try {
      const path = this.paths.of('election', key);
      const { stat } = await freshRead(connection, getData(path), this.freshness);
      return { type: 'ok', value: stat.czxid };
    } catch (error) {
      if (!(error instanceof ZkError) || error.code !== noNode) throw error;
      return { type: 'ok', value: null };
    }
  }

  private async discover({ key }: Operation, connection: ZkConnection): Promise<Outcome> {
    const folder = getChildren(this.paths.of('registry'));
    const names = (await freshRead(connection, folder, this.freshness)).map(nameIn);
    const own = names.filter((name) => name.startsWith(`${key}/`));
    return { type: 'ok', value: own.map((name) => name.slice(key.length + 1)) };
  }

  private async connected(node: number, signal: AbortSignal): Promise<ZkConnection> {
    if (this.main?.node === node && this.main.connection.isOpen) return this.main.connection;
    this.main?.connection.close();
    this.main = null;
    const to = this.endpoints[node] as Endpoint;
    // As ZooKeeper's own client has it (ClientCnxn): then it is another's turn.
    const patience = AbortSignal.timeout(Math.ceil(keysTimeoutMs / this.endpoints.length));
    const connection = await ZkConnection.open(
      to,
      { timeoutMs: keysTimeoutMs, digest: this.digest },
      AbortSignal.any([signal, patience]),
    );
    try {
      await makeFolders(connection, this.paths);
    } catch (error) {
      connection.close();
      // Folders alone are nothing that anybody asked for.
      throw error instanceof WireError ? new WireError(error.message, false) : error;
    }
    if (signal.aborted) {
      connection.close();
      throw new WireError('given up', false);
    }
    connection.keepAlive();
    this.main = { node, connection };
    return connection;
  }
}

async function makeFolders(connection: ZkConnection, { all }: Paths): Promise<void> {
  const made = await Promise.allSettled(all.map((path) => connection.ask(create({ path }))));
  for (const one of made) {
    const why: unknown = one.status === 'rejected' ? one.reason : null;
    if (why !== null && !(why instanceof ZkError && why.code === nodeExists)) throw why;
  }
}
