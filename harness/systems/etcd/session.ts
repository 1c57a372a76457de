/**
 * One client's session with etcd. A write whose answer is lost is `info`; a read or a watch that
 * brought no answer is `fail`, for it changed nothing.
 */
import type { Json } from '../../core/host.ts';
import type { Operation, Settings } from '../../core/program.ts';
import type { Endpoint, Outcome, Session } from '../../core/system.ts';
import type { WatchRequest } from '../../core/watch.ts';
import { encode } from './codec.ts';
import { GatewayError, decodeFirst, post } from './gateway.ts';
import type { Answer } from './gateway.ts';
import { watch } from './watch.ts';
import type { EtcdWatch } from './watch.ts';

/** Where a run keeps its keys: `extra.prefix`, so that nobody else's are touched. */
export function prefixOf(settings: Settings): string {
  const prefix = settings.extra['prefix'];
  return typeof prefix === 'string' ? prefix : 'antlion/';
}

export class EtcdSession implements Session {
  private readonly endpoints: readonly Endpoint[];
  private readonly settings: Settings;
  /** The member asked now; the next one after an operation that brought no answer. */
  private at: number;
  private readonly open = new Set<AbortController>();
  private isClosed = false;

  constructor(endpoints: readonly Endpoint[], client: number, settings: Settings) {
    this.endpoints = endpoints;
    this.settings = settings;
    this.at = client % endpoints.length;
  }

  start(op: Operation, done: (outcome: Outcome) => void): void {
    // The last one got no answer before its deadline: this member may be cut off, ask another.
    if (this.open.size > 0) this.moveOn();
    const node = this.at;
    const abort = new AbortController();
    this.open.add(abort);
    void this.perform(op, node, abort.signal).then((outcome) => {
      this.open.delete(abort);
      if (isLost(op, outcome) && node === this.at) this.moveOn();
      if (!this.isClosed) done(outcome);
    });
  }

  close(): void {
    this.isClosed = true;
    for (const abort of this.open) abort.abort();
  }

  private moveOn(): void {
    for (const abort of this.open) abort.abort();
    this.open.clear();
    this.at = (this.at + 1) % this.endpoints.length;
  }

  private async perform(op: Operation, node: number, signal: AbortSignal): Promise<Outcome> {
    const url = this.endpoints[node]?.url ?? '';
    const key = encode(`${prefixOf(this.settings)}${op.key}`);
    try {
      return { ...(await this.request(op, url, key, signal)), node };
    } catch (error) {
      const isRead = op.f === 'read' || op.f === 'read-stale' || op.f === 'watch';
      const isDefinite = isRead || (error instanceof GatewayError && error.isDefinite);
      const why = error instanceof Error ? error.message : String(error);
      return { type: isDefinite ? 'fail' : 'info', error: why, node };
    }
  }

  private async request(
    op: Operation,
    url: string,
    key: string,
    signal: AbortSignal,
  ): Promise<Outcome> {
    switch (op.f) {
      case 'read':
      case 'read-stale': {
        const serializable =
          op.f === 'read-stale' || this.settings.extra['reads'] === 'serializable';
        const answer = await post(url, '/v3/kv/range', { key, serializable }, signal);
        const { value, modRevision } = decodeFirst(answer.body);
        return { type: 'ok', value, ...(modRevision > 0 && { version: modRevision }) };
      }
      case 'write': {
        const value = encode(JSON.stringify(op.value));
        return written(await post(url, '/v3/kv/put', { key, value }, signal), op.value);
      }
      case 'delete': {
        const answer = await post(url, '/v3/kv/deleterange', { key }, signal);
        // What was not there has no revision at which it went: the header's is another change's.
        if (answer.body.deleted === undefined) return { type: 'ok', value: null };
        return written(answer, null);
      }
      case 'write-all': {
        const answer = await post(url, '/v3/kv/txn', this.putsBody(op.value), signal);
        return written(answer, op.value);
      }
      case 'watch': {
        const told = await watch(url, this.watchOf(op), signal);
        return { type: 'ok', value: told as unknown as Json };
      }
      case 'cas': {
        const answer = await post(url, '/v3/kv/txn', casBody(key, op.value), signal);
        if (answer.body.succeeded === true) return written(answer, op.value);
        return { type: 'fail', error: 'cas-mismatch' };
      }
      default:
        return { type: 'fail', error: `etcd has no operation ${op.f}` };
    }
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

/** Does this outcome look as if the member were gone? To be compacted is an answer. */
function isLost(op: Operation, outcome: Outcome): boolean {
  if (outcome.type === 'fail') return op.f === 'watch' && outcome.error !== 'compacted';
  return outcome.type === 'info';
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
