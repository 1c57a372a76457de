/** A store that always leads, for transcripts about what lies above it. */
import type { Msg } from '../../../harness/core/host.ts';
import { hashOfEntry } from '../../../reference-impl/store/digest.ts';
import type { StoreAnswer } from '../../../reference-impl/store/answered.ts';
import type { CatalogEntry } from '../../../reference-impl/store/asked.ts';
import type { StoreRequest } from '../../../reference-impl/store/protocol.ts';

export class FakeStore {
  private readonly instances: CatalogEntry[];
  private readonly revision: number;

  constructor(instances: CatalogEntry[], revision: number) {
    this.instances = instances;
    this.revision = revision;
  }

  /** The answer to a request; null to whatever else was said. */
  answer(m: Msg): Msg | null {
    if (m.kind !== 'request') return null;
    const { session, id, op } = m as StoreRequest;
    return { kind: 'response', session, id, answer: this.toOp(op) } as Msg;
  }

  private toOp(op: StoreRequest['op']): StoreAnswer {
    const { revision, instances } = this;
    if (op.f === 'changes') return this.changes(op);
    if (op.f === 'lookup') return { type: 'instances', instances, revision, ageUs: 0 };
    if (op.f === 'list') return { type: 'entries', entries: [], revision, ageUs: 0 };
    if (op.f === 'register') return { type: 'lease', lease: 1, ttlUs: op.ttlUs, revision };
    if (op.f === 'renew') return { type: 'lease', lease: op.lease, ttlUs: 30_000_000, revision };
    return { type: 'done', revision };
  }

  /** It keeps no history: who holds something else has to load. */
  private changes({ scope, after, digest }: StoreRequest['op'] & { f: 'changes' }): StoreAnswer {
    const { revision, instances } = this;
    const all = scope === 'kv' ? [] : instances;
    const now = all.reduce((sum, e) => (sum + hashOfEntry(e)) >>> 0, 0);
    if (digest === now) return { type: 'changes', after, events: [], revision, digest, ageUs: 0 };
    return { type: 'error', error: { code: 'compacted', compacted: revision, revision } };
  }
}
