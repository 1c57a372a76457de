/** Changes of objects, each on condition that it is still as it was seen; one of a key at a time. */
import type { HandlerContext } from '../agent/handler-context.ts';
import type { StoreClient } from '../store-client/store-client.ts';
import type { TxnOp } from '../store/asked.ts';
import type { Change } from './reconcile.ts';

/** A change that nobody answered is worked out anew after this, µs. */
const patienceUs = 1_500_000;

export class Writer {
  private readonly io: HandlerContext;
  private readonly store: StoreClient;
  private readonly open = new Set<string>();

  constructor(io: HandlerContext, store: StoreClient) {
    this.io = io;
    this.store = store;
  }

  /** What is in the way of it shows in the objects, and the next look makes another change of it. */
  change({ key, version, value }: Change): void {
    if (this.open.has(key) || !this.store.hasRoom) return;
    this.open.add(key);
    const then: TxnOp = value === null ? { op: 'delete', key } : { op: 'put', key, value };
    const op = { f: 'txn', compare: [{ key, version }], then: [then], else: [] } as const;
    this.store.request(op, this.io.nowUs + patienceUs, () => void this.open.delete(key));
  }
}
