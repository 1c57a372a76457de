/** As much of etcd's store as its JavaScript client needs: keys with revisions, leases, watches. One member, in memory. */

export interface KeyValue {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly create_revision: number;
  readonly mod_revision: number;
  readonly version: number;
  readonly lease: number;
}

export interface Change {
  readonly type: 'Put' | 'Delete';
  readonly kv: KeyValue;
}

/** `end` empty: the key alone; one zero byte: all from the key on. */
export interface Range {
  readonly key: Buffer;
  readonly end: Buffer;
}

interface Lease {
  readonly ttlS: number;
  timer: NodeJS.Timeout;
}

const nothing = Buffer.alloc(0);

export class SmallStore {
  revision = 1;
  private readonly keys = new Map<string, KeyValue>();
  private readonly changes: Change[] = [];
  private readonly leases = new Map<number, Lease>();
  private readonly listeners = new Set<(changes: readonly Change[]) => void>();

  /** In the order of keys. */
  range(range: Range): KeyValue[] {
    const found = [...this.keys.values()].filter((kv) => covers(range, kv.key));
    return found.sort((a, b) => a.key.compare(b.key));
  }

  /** All of `work` is one revision, if it changes anything. */
  commit<T>(work: () => T): T {
    const before = this.changes.length;
    this.revision += 1;
    const result = work();
    const made = this.changes.slice(before);
    if (made.length === 0) this.revision -= 1;
    else for (const listener of this.listeners) listener(made);
    return result;
  }

  put(key: Buffer, value: Buffer, lease: number): void {
    const name = key.toString('latin1');
    const before = this.keys.get(name);
    const kv = {
      key,
      value,
      lease,
      create_revision: before?.create_revision ?? this.revision,
      mod_revision: this.revision,
      version: (before?.version ?? 0) + 1,
    };
    this.keys.set(name, kv);
    this.changes.push({ type: 'Put', kv });
  }

  remove(range: Range): number {
    const gone = this.range(range);
    for (const { key } of gone) {
      this.keys.delete(key.toString('latin1'));
      const marks = { create_revision: 0, mod_revision: this.revision, version: 0, lease: 0 };
      this.changes.push({ type: 'Delete', kv: { key, value: nothing, ...marks } });
    }
    return gone.length;
  }

  /** Changes of `range` from this revision on, those of before at once; gives what ends it. */
  watch(
    range: Range,
    fromRevision: number,
    told: (changes: readonly Change[]) => void,
  ): () => void {
    const tell = (changes: readonly Change[]): void => {
      const seen = changes.filter(
        ({ kv }) => kv.mod_revision >= fromRevision && covers(range, kv.key),
      );
      if (seen.length > 0) told(seen);
    };
    if (fromRevision > 0) tell(this.changes);
    this.listeners.add(tell);
    return () => this.listeners.delete(tell);
  }

  grant(id: number, ttlS: number): void {
    this.leases.set(id, { ttlS, timer: this.expiry(id, ttlS) });
  }

  has(id: number): boolean {
    return this.leases.has(id);
  }

  /** Gives its seconds; 0: there is none. */
  renew(id: number): number {
    const lease = this.leases.get(id);
    if (lease === undefined) return 0;
    clearTimeout(lease.timer);
    lease.timer = this.expiry(id, lease.ttlS);
    return lease.ttlS;
  }

  /** Its keys go with it. False: there was none. */
  revoke(id: number): boolean {
    const lease = this.leases.get(id);
    if (lease === undefined) return false;
    clearTimeout(lease.timer);
    this.leases.delete(id);
    this.commit(() => {
      const held = [...this.keys.values()].filter((kv) => kv.lease === id);
      for (const { key } of held) this.remove({ key, end: nothing });
    });
    return true;
  }

  private expiry(id: number, ttlS: number): NodeJS.Timeout {
    return setTimeout(() => this.revoke(id), ttlS * 1_000);
  }
}

function covers({ key, end }: Range, candidate: Buffer): boolean {
  if (end.length === 0) return key.equals(candidate);
  if (key.compare(candidate) > 0) return false;
  return (end.length === 1 && end[0] === 0) || candidate.compare(end) < 0;
}
