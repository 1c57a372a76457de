/** Instances of services, each with a lease (requirement D1). */
import type { Json } from '../../../harness/core/host.ts';
import { Digest, hashOfEntry } from '../digest.ts';
import type { StoreError, WatchEvent } from '../answered.ts';
import type { CatalogEntry, ChangeOp, InstanceId } from '../asked.ts';
import { RowsDigest } from './rows-digest.ts';
import type { Applied, Lease, Table } from './table.ts';

type RegisterOp = ChangeOp & { readonly f: 'register' };

export class Registry implements Table {
  readonly name = 'registry';
  readonly executes = ['register', 'deregister'] as const;
  /** As those who keep a copy of the catalog work it out. */
  readonly copyDigest = new Digest();
  private readonly byLease = new Map<number, CatalogEntry>();
  private readonly hashes = new RowsDigest<number>(this.name, (lease) => {
    const entry = this.byLease.get(lease);
    return entry === undefined ? undefined : { ...entry };
  });
  private readonly services = new Map<string, Map<InstanceId, CatalogEntry>>();

  get(lease: number): CatalogEntry | undefined {
    return this.byLease.get(lease);
  }

  /** Instances of `service`, or of all when it is empty; ordered by service, then instance. */
  lookup(service: string): readonly CatalogEntry[] {
    const names = service === '' ? [...this.services.keys()].sort() : [service];
    return names.flatMap((name) => [...(this.services.get(name)?.values() ?? [])].sort(byInstance));
  }

  check(op: ChangeOp): StoreError | null {
    if (op.f !== 'deregister' || this.byLease.has(op.lease)) return null;
    return { code: 'unknown-lease', lease: op.lease };
  }

  apply(op: ChangeOp, revision: number): Applied {
    if (op.f === 'register') return this.register(op, revision);
    const { lease } = op as ChangeOp & { readonly f: 'deregister' };
    const { ttlUs } = this.byLease.get(lease) as CatalogEntry;
    const change = this.end(lease, 'deregistered', revision);
    return {
      answer: { type: 'lease', lease, ttlUs, revision },
      changes: change === null ? [] : [change],
    };
  }

  *expirable(): Generator<Lease> {
    for (const { lease, ttlUs } of this.byLease.values()) {
      yield { of: 'registration', lease, ttlUs };
    }
  }

  expire(lease: number, revision: number): readonly WatchEvent[] | null {
    const change = this.end(lease, 'expired', revision);
    return change && [change];
  }

  digest(): number {
    return this.hashes.value;
  }

  rows(): Iterator<Json> {
    return [...this.byLease.values()].map((e): Json => ({ ...e })).values();
  }

  restore(row: Json): void {
    this.add(row as unknown as CatalogEntry);
  }

  /** The same instance again: the lease it had before is unknown from now on. */
  private register(op: RegisterOp, revision: number): Applied {
    const { f: _, ...registered } = op;
    const entry: CatalogEntry = { ...registered, lease: revision };
    this.add(entry);
    return {
      answer: { type: 'lease', lease: revision, ttlUs: op.ttlUs, revision },
      changes: [{ scope: 'registry', revision, change: 'registered', entry }],
    };
  }

  private add(entry: CatalogEntry): void {
    const instances = this.services.get(entry.service) ?? new Map<InstanceId, CatalogEntry>();
    this.services.set(entry.service, instances);
    const replaced = instances.get(entry.instance);
    if (replaced !== undefined) {
      this.byLease.delete(replaced.lease);
      this.hashes.touch(replaced.lease);
      this.copyDigest.remove(hashOfEntry(replaced));
    }
    this.copyDigest.add(hashOfEntry(entry));
    instances.set(entry.instance, entry);
    this.byLease.set(entry.lease, entry);
    this.hashes.touch(entry.lease);
  }

  private end(
    lease: number,
    change: 'deregistered' | 'expired',
    revision: number,
  ): WatchEvent | null {
    const entry = this.byLease.get(lease);
    if (entry === undefined) return null;
    this.byLease.delete(lease);
    this.hashes.touch(lease);
    this.copyDigest.remove(hashOfEntry(entry));
    const instances = this.services.get(entry.service);
    instances?.delete(entry.instance);
    if (instances?.size === 0) this.services.delete(entry.service);
    return { scope: 'registry', revision, change, entry };
  }
}

/** Nodes by their number, then the others by their name. */
export function byInstance(a: CatalogEntry, b: CatalogEntry): number {
  const [x, y] = [a.instance, b.instance];
  if (typeof x === 'number' && typeof y === 'number') return x - y;
  if (typeof x !== typeof y) return typeof x === 'number' ? -1 : 1;
  return x < y ? -1 : x > y ? 1 : 0;
}
