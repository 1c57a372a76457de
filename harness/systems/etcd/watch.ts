/**
 * One bounded watch through etcd's JSON gateway: an answer without end, one JSON object a line.
 *
 * Traps: the revision in the header of a batch is the member's present, not how far the watch has come;
 * only its last event says that. Without events it is a progress notification, which claims all up to
 * the header's revision. A member that lags behind may name one before that which the watch began after.
 */
import type { Json } from '../../core/host.ts';
import type { WatchBatch, WatchedChange, WatchRequest, WatchResult } from '../../core/watch.ts';
import { withSignal } from '../../host/signals.ts';
import { decodeKey, decodeValue, rangeOf } from './codec.ts';
import type { KeyValue } from './codec.ts';
import { GatewayError, open } from './gateway.ts';
import type { Target } from './gateway.ts';

export interface EtcdWatch extends WatchRequest {
  /** Of the keys in etcd. */
  readonly prefix: string;
  /** What `prefix` begins with and the keys of the result do not. */
  readonly hidden: string;
  /** Ask at once how far it has come, beside what the member tells by itself. */
  readonly isProgressRequested: boolean;
}

interface Line {
  readonly result?: Answer;
  readonly error?: { readonly message?: string };
}

interface Answer {
  readonly header?: { readonly revision?: string };
  readonly created?: boolean;
  readonly canceled?: boolean;
  readonly compact_revision?: string;
  readonly events?: readonly {
    readonly type?: 'PUT' | 'DELETE';
    readonly kv: KeyValue;
    readonly prev_kv?: KeyValue;
  }[];
}

/**
 * What a watch of this length is told; less when its stream breaks, which the next one makes good.
 * Throws `GatewayError`: `compacted`, or why no watch came about. All of it is definite.
 */
export async function watch(
  to: Target,
  request: EtcdWatch,
  signal: AbortSignal,
): Promise<WatchResult> {
  const told = new Told(request);
  return withSignal([signal], Math.ceil(request.forUs / 1_000), async (ends) => {
    try {
      for await (const line of linesOf(await open(to, '/v3/watch', bodyOf(request), ends))) {
        if (!told.line(JSON.parse(line) as Line)) break;
      }
    } catch (error) {
      if (error instanceof SyntaxError) throw error;
      // Its time is over, or the member is gone: what was told remains told.
      if (told.after === null && !ends.aborted) throw error;
    }
    return told.result();
  });
}

/** What came so far. */
class Told {
  after: number | null = null;
  private readonly request: EtcdWatch;
  private readonly batches: WatchBatch[] = [];
  private why = 'the watch was not created in its time';

  constructor(request: EtcdWatch) {
    this.request = request;
  }

  /** False when nothing will follow. */
  line({ result, error }: Line): boolean {
    if (result === undefined || result.canceled === true) {
      const isCompacted = Number(result?.compact_revision ?? 0) > 0;
      this.why = isCompacted ? 'compacted' : (error?.message ?? 'the watch was cancelled');
      if (this.batches.length === 0) this.after = null;
      return false;
    }
    const revision = Number(result.header?.revision ?? 0);
    if (result.created === true) this.after = this.request.after ?? revision;
    else this.batch(revision, result.events ?? []);
    return true;
  }

  result(): WatchResult {
    if (this.after === null) throw new GatewayError(this.why, true);
    return { after: this.after, batches: this.batches };
  }

  private batch(revision: number, told: NonNullable<Answer['events']>): void {
    const events = told.map((e) => this.event(e));
    const claimed = events.at(-1)?.revision ?? revision;
    // The same bookmark again and again is no news.
    if (events.length === 0 && this.batches.at(-1)?.revision === claimed) return;
    this.batches.push({ revision: claimed, events });
  }

  private event({
    type,
    kv,
    prev_kv: before,
  }: NonNullable<Answer['events']>[number]): WatchedChange {
    const revision = Number(kv.mod_revision ?? 0);
    const isDelete = type === 'DELETE';
    const isCreate = !isDelete && kv.create_revision === kv.mod_revision;
    const key = decodeKey(kv);
    const { hidden } = this.request;
    return {
      key: key.startsWith(hidden) ? key.slice(hidden.length) : key,
      value: isDelete ? null : decodeValue(kv),
      revision,
      ...previousOf(before, isCreate),
      ...(!isDelete && { isCreate }),
    };
  }
}

/** Compaction may take it away: only of a creation does its absence say that nothing was there. */
function previousOf(
  before: KeyValue | undefined,
  isCreate: boolean,
): Pick<WatchedChange, 'previous'> {
  if (before === undefined) return isCreate ? { previous: null } : {};
  return { previous: { value: decodeValue(before), revision: Number(before.mod_revision ?? 0) } };
}

function bodyOf({ prefix, after, isProgressRequested }: EtcdWatch): string {
  const create: Readonly<Record<string, Json>> = {
    ...rangeOf(prefix),
    prev_kv: true,
    progress_notify: true,
    ...(after !== null && { start_revision: String(after + 1) }),
  };
  const progress = isProgressRequested ? JSON.stringify({ progress_request: {} }) : '';
  return `${JSON.stringify({ create_request: create })}${progress}`;
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line !== '');
  }
}
