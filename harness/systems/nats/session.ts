/** A client of a bucket by one server at a time. */
import type { Json, NodeId } from '../../core/host.ts';
import type { Operation, Settings } from '../../core/program.ts';
import type { Endpoint, Session } from '../../core/system.ts';
import type { Door } from '../door.ts';
import { StickySession } from '../sticky-session.ts';
import type { Asked } from '../sticky-session.ts';
import { WireError } from '../wire.ts';
import { Bucket, bucketOf, JetStreamError } from './bucket.ts';
import type { Entry } from './bucket.ts';
import { NatsConnection } from './connection.ts';

const changesNothing: ReadonlySet<string> = new Set(['read', 'serve-config']);

export interface NatsManner {
  readonly reads: 'confirmed' | 'leader' | 'direct';
  /** On how many servers the bucket is. */
  readonly replicas: number;
  readonly door: Door;
}

export function openNatsSession(
  endpoints: readonly Endpoint[],
  client: number,
  settings: Settings,
  manner: NatsManner,
): Session {
  const keys = new Keys(endpoints, settings, manner);
  return new StickySession({
    members: endpoints.length,
    client,
    ask: (op, node, signal) => keys.ask(op, node, signal),
    onClose: () => keys.close(),
  });
}

function configOf(key: string): string {
  return `config-${key}`;
}

class Keys {
  private readonly endpoints: readonly Endpoint[];
  private readonly manner: NatsManner;
  private readonly bucket: Bucket;
  private readonly connections = new Map<NodeId, NatsConnection>();
  private isMade = false;

  constructor(endpoints: readonly Endpoint[], settings: Settings, manner: NatsManner) {
    this.endpoints = endpoints;
    this.manner = manner;
    this.bucket = new Bucket(bucketOf(settings));
  }

  async ask(op: Operation, node: NodeId, signal: AbortSignal): Promise<Asked> {
    let isSent = false;
    const abort = (): void => this.connections.get(node)?.close();
    signal.addEventListener('abort', abort, { once: true });
    try {
      const by = await this.connected(node, signal);
      isSent = true;
      return await this.perform(by, op);
    } catch (error) {
      const isLost = error instanceof WireError;
      const isRefused = error instanceof JetStreamError;
      const isDefinite = !isSent || isRefused || (isLost && !error.wasSent);
      const type = isDefinite || changesNothing.has(op.f) ? 'fail' : 'info';
      return { type, error: (error as Error).message, isLost };
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  close(): void {
    for (const connection of this.connections.values()) connection.close();
  }

  private async perform(by: NatsConnection, { f, key, value }: Operation): Promise<Asked> {
    switch (f) {
      case 'read':
        return { type: 'ok', value: (await this.read(by, key)).value };
      case 'publish-config':
        return { type: 'ok', value, version: await this.bucket.put(by, configOf(key), value) };
      case 'serve-config': {
        const { value: text, since } = await this.read(by, configOf(key));
        return { type: 'ok', value: { revision: since, value: text } };
      }
      case 'write':
        await this.bucket.put(by, key, value);
        return { type: 'ok', value };
      case 'delete':
        await this.bucket.put(by, key, undefined);
        return { type: 'ok', value: null };
      case 'cas': {
        const [from = null, to = null] = value as readonly Json[];
        const is = await this.bucket.get(by, key, 'leader');
        if (JSON.stringify(is.value) !== JSON.stringify(from)) {
          return { type: 'fail', error: 'cas-mismatch' };
        }
        await this.bucket.put(by, key, to, { expected: is.revision });
        return { type: 'ok', value };
      }
      default:
        return { type: 'fail', error: `NATS has no operation ${f}` };
    }
  }

  /** What is written anew with the revision that it had was still there then. */
  private async read(by: NatsConnection, key: string): Promise<Entry> {
    const { reads } = this.manner;
    if (reads !== 'confirmed') return this.bucket.get(by, key, reads);
    const entry = await this.bucket.get(by, key, 'leader');
    const { value, revision: expected, since } = entry;
    await this.bucket.put(by, key, value === null ? undefined : value, { expected, since });
    return entry;
  }

  /** Throws what says that the operation was not asked. */
  private async connected(node: NodeId, signal: AbortSignal): Promise<NatsConnection> {
    const old = this.connections.get(node);
    const by =
      old?.isOpen === true
        ? old
        : await NatsConnection.open(this.endpoints[node] as Endpoint, signal, this.manner.door);
    this.connections.set(node, by);
    if (signal.aborted) by.close();
    if (!this.isMade) await this.bucket.create(by, this.manner.replicas);
    this.isMade = true;
    return by;
  }
}
