/**
 * One client's session with etcd. A write whose answer is lost is `info`; a read or a watch that
 * brought no answer is `fail`, for it changed nothing.
 */
import type { Json } from '../../core/host.ts';
import type { Operation, Settings } from '../../core/program.ts';
import type { Outcome, Session } from '../../core/system.ts';
import type { WatchRequest } from '../../core/watch.ts';
import { servedOf } from '../described.ts';
import { askBarrier } from './barriers.ts';
import { encode } from './codec.ts';
import { Leases } from './leased.ts';
import { GatewayError, decodeFirst, post } from './gateway.ts';
import type { Answer, Target } from './gateway.ts';
import type { Access } from './access.ts';
import { watch } from './watch.ts';
import type { EtcdWatch } from './watch.ts';

/** Where a run keeps its keys: `extra.prefix`, so that nobody else's are touched. */
export function prefixOf(settings: Settings): string {
  const prefix = settings.extra['prefix'];
  return typeof prefix === 'string' ? prefix : 'antlion/';
}

export class EtcdSession implements Session {
  private readonly access: Access;
  private readonly targets: readonly Target[];
  private readonly settings: Settings;
  /** The member asked now; the next one after an operation that brought no answer. */
  private at: number;
  private readonly open = new Set<AbortController>();
  private readonly leases = new Leases();
  /** As etcd knows us; anew after a member that has forgotten it. */
  private token: string | null;
  private isClosed = false;

  /** `targets` are the endpoints by way of the client's links, `token` null where nobody is asked. */
  constructor(
    access: Access,
    targets: readonly Target[],
    token: string | null,
    client: number,
    settings: Settings,
  ) {
    this.access = access;
    this.targets = targets;
    this.token = token;
    this.settings = settings;
    this.at = client % targets.length;
  }

  start(op: Operation, done: (outcome: Outcome) => void): void {
    const node = this.at;
    const abort = new AbortController();
    this.open.add(abort);
    void this.perform(op, node, abort.signal).then(({ isLost, ...outcome }) => {
      this.open.delete(abort);
      if (isLost && node === this.at) this.moveOn();
      if (!this.isClosed) done(outcome);
    });
  }

  /** No answer before its deadline: this member may be cut off, ask another. */
  abandon(): void {
    this.moveOn();
  }

  close(): void {
    this.isClosed = true;
    for (const abort of this.open) abort.abort();
    for (const { dispatcher } of this.targets) void dispatcher?.destroy();
  }

  private moveOn(): void {
    for (const abort of this.open) abort.abort();
    this.open.clear();
    this.at = (this.at + 1) % this.targets.length;
  }

  private async perform(op: Operation, node: number, signal: AbortSignal): Promise<Performed> {
    const key = encode(`${prefixOf(this.settings)}${op.key}`);
    try {
      const target = await this.signedIn(this.targets[node] as Target, signal);
      return { ...(await this.request(op, target, key, signal)), node, isLost: false };
    } catch (error) {
      if (error instanceof GatewayError && error.isStranger) this.token = null;
      const isDefinite = reads.has(op.f) || (error instanceof GatewayError && error.isDefinite);
      const why = error instanceof Error ? error.message : String(error);
      // To be compacted is an answer; anything else looks as if the member were gone.
      const isLost = why !== 'compacted';
      return { type: isDefinite ? 'fail' : 'info', error: why, node, isLost };
    }
  }

  private async signedIn(target: Target, signal: AbortSignal): Promise<Target> {
    if (this.access.user === null) return target;
    this.token ??= await this.access.signIn(target, signal);
    return { ...target, token: this.token };
  }

  private async request(
    op: Operation,
    to: Target,
    key: string,
    signal: AbortSignal,
  ): Promise<Outcome> {
    switch (op.f) {
      case 'read':
      case 'read-stale':
        return this.read(to, key, op.f === 'read-stale', signal);
      case 'publish-config': {
        const name = encode(`${prefixOf(this.settings)}config/${op.key}`);
        const value = encode(JSON.stringify(op.value));
        return written(await post(to, '/v3/kv/put', { key: name, value }, signal), op.value);
      }
      case 'serve-config': {
        const name = encode(`${prefixOf(this.settings)}config/${op.key}`);
        return servedOf(await this.read(to, name, false, signal));
      }
      case 'enter-barrier':
      case 'leave-barrier':
        return askBarrier({ op, prefix: prefixOf(this.settings), to, signal });
      case 'read-at':
        return refusedOf(() => readAt(to, key, op.value, signal));
      case 'write': {
        const value = encode(JSON.stringify(op.value));
        return written(await post(to, '/v3/kv/put', { key, value }, signal), op.value);
      }
      case 'delete': {
        const answer = await post(to, '/v3/kv/deleterange', { key }, signal);
        // What was not there has no revision at which it went: the header's is another change's.
        if (answer.body.deleted === undefined) return { type: 'ok', value: null };
        return written(answer, null);
      }
      case 'write-all': {
        const answer = await post(to, '/v3/kv/txn', this.putsBody(op.value), signal);
        return written(answer, op.value);
      }
      case 'watch': {
        const told = await watch(to, this.watchOf(op), signal);
        return { type: 'ok', value: told as unknown as Json };
      }
      case 'cas': {
        const answer = await post(to, '/v3/kv/txn', casBody(key, op.value), signal);
        if (answer.body.succeeded === true) return written(answer, op.value);
        return { type: 'fail', error: 'cas-mismatch' };
      }
      case 'compact': {
        if (op.value === null) return { type: 'fail', error: 'nothing was watched yet' };
        return refusedOf(() => compact(to, op.value, signal));
      }
      case 'write-if-known': {
        return refusedOf(() => writeIfKnown(to, key, op.value, signal));
      }
      case 'defrag': {
        await post(to, '/v3/maintenance/defragment', {}, signal);
        return { type: 'ok', value: null };
      }
      default: {
        const { extra } = this.settings;
        const leased = await this.leases.request({
          op,
          prefix: prefixOf(this.settings),
          isFenced: extra['fencing'] !== 'none',
          serializable: extra['reads'] === 'serializable',
          to,
          signal,
        });
        return leased ?? { type: 'fail', error: `etcd has no operation ${op.f}` };
      }
    }
  }

  private async read(
    to: Target,
    key: string,
    isStale: boolean,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const serializable = isStale || this.settings.extra['reads'] === 'serializable';
    const answer = await post(to, '/v3/kv/range', { key, serializable }, signal);
    const { value, modRevision } = decodeFirst(answer.body);
    return { type: 'ok', value, ...(modRevision > 0 && { version: modRevision }) };
  }

  private watchOf({ key, value }: Operation): EtcdWatch {
    const { forUs, after } = value as unknown as WatchRequest;
    const hidden = prefixOf(this.settings);
    const isProgressRequested = this.settings.extra['progress'] === 'requested';
    return { prefix: `${hidden}${key}`, hidden, forUs, after, isProgressRequested };
  }

  private putsBody(values: Json): Readonly<Record<string, Json>> {
    const hidden = prefixOf(this.settings);
    const success = Object.entries(values as Readonly<Record<string, Json>>).map(
      ([key, value]): Json => put(encode(`${hidden}${key}`), value),
    );
    return { compare: [], success };
  }
}

/** They change nothing: one without an answer did not happen. */
const reads: ReadonlySet<string> = new Set([
  ...['read', 'read-stale', 'read-at', 'watch', 'leader', 'discover', 'serve-config'],
]);

type Performed = Outcome & {
  /** The next operation asks another member. */
  readonly isLost: boolean;
};

async function compact(to: Target, revision: Json, signal: AbortSignal): Promise<Outcome> {
  await post(to, '/v3/kv/compaction', { revision }, signal);
  return { type: 'ok', value: revision };
}

async function readAt(
  to: Target,
  key: string,
  revision: Json,
  signal: AbortSignal,
): Promise<Outcome> {
  const answer = await post(to, '/v3/kv/range', { key, revision: String(revision) }, signal);
  const { value, modRevision } = decodeFirst(answer.body);
  return { type: 'ok', value, ...(modRevision > 0 && { version: modRevision }) };
}

async function writeIfKnown(
  to: Target,
  key: string,
  asked: Json,
  signal: AbortSignal,
): Promise<Outcome> {
  const { value, revision } = asked as { readonly value: Json; readonly revision: number };
  const success = [{ requestRange: { key, revision: String(revision) } }, put(key, value)];
  return written(await post(to, '/v3/kv/txn', { compare: [], success }, signal), value);
}

/** Somebody has forgotten that revision, or this member does not know so much yet: nothing was done. */
async function refusedOf(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    const why = /required revision .*/.exec(error instanceof Error ? error.message : '')?.[0];
    if (why === undefined) throw error;
    return { type: 'fail', error: why };
  }
}

function written(answer: Answer, value: Json): Outcome {
  return { type: 'ok', value, version: answer.revision };
}

/** `[from, to]`; from null means that the key does not exist. */
function casBody(key: string, value: Json): Readonly<Record<string, Json>> {
  const [from, to] = value as readonly [Json, Json];
  const compare =
    from === null
      ? { key, target: 'VERSION', result: 'EQUAL', version: '0' }
      : { key, target: 'VALUE', result: 'EQUAL', value: encode(JSON.stringify(from)) };
  return { compare: [compare], success: [put(key, to)] };
}

function put(key: string, value: Json): Json {
  return { requestPut: { key, value: encode(JSON.stringify(value)) } };
}
