/**
 * One client's session with etcd. A write whose answer is lost is `info`; a read that brought no
 * answer is `fail`, for it changed nothing.
 */
import type { Json } from '../../core/host.ts';
import type { Operation, Settings } from '../../core/program.ts';
import type { Endpoint, Outcome, Session } from '../../core/system.ts';
import { GatewayError, decodeFirst, encode, post } from './gateway.ts';
import type { Answer } from './gateway.ts';

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
      if (outcome.type === 'info' && node === this.at) this.moveOn();
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
      const isRead = op.f === 'read' || op.f === 'read-stale';
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
      case 'delete':
        return written(await post(url, '/v3/kv/deleterange', { key }, signal), null);
      case 'cas': {
        const answer = await post(url, '/v3/kv/txn', casBody(key, op.value), signal);
        if (answer.body.succeeded === true) return written(answer, op.value);
        return { type: 'fail', error: 'cas-mismatch' };
      }
      default:
        return { type: 'fail', error: `etcd has no operation ${op.f}` };
    }
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
  const put = { requestPut: { key, value: encode(JSON.stringify(to)) } };
  return { compare: [compare], success: [put] };
}
