/**
 * Leases that keys go with, as etcd has them: one lease, any number of keys, which end together. Part of the
 * replicated state of keys; the leader's clock decides when one has expired.
 */
import type { Json } from '../../../harness/core/host.ts';
import type { KeyLease } from '../answered.ts';
import { RowsDigest } from './rows-digest.ts';
import type { Kept, Lease } from './table.ts';

type Row = readonly [lease: number, ttlUs: number, keys: readonly string[]];

interface Held {
  readonly ttlUs: number;
  readonly keys: Set<string>;
}

export class KeyLeases implements Kept {
  readonly name = 'leases';
  private readonly held = new Map<number, Held>();
  /** By key: the lease that it goes with. */
  private readonly of = new Map<string, number>();
  private readonly hashes = new RowsDigest<number>(this.name, (lease) => this.row(lease));

  get(lease: number): KeyLease | undefined {
    const held = this.held.get(lease);
    return held && { lease, ttlUs: held.ttlUs };
  }

  /** How many keys go with it. */
  sizeOf(lease: number): number {
    return this.held.get(lease)?.keys.size ?? 0;
  }

  grant(lease: number, ttlUs: number): void {
    this.held.set(lease, { ttlUs, keys: new Set() });
    this.hashes.touch(lease);
  }

  attach(key: string, lease: number): void {
    this.held.get(lease)?.keys.add(key);
    this.of.set(key, lease);
    this.hashes.touch(lease);
  }

  detach(key: string): void {
    const lease = this.of.get(key);
    if (lease === undefined) return;
    this.of.delete(key);
    this.held.get(lease)?.keys.delete(key);
    this.hashes.touch(lease);
  }

  /** Ends it; gives the keys that went with it, ascending. */
  end(lease: number): readonly string[] {
    const keys = this.keysOf(lease);
    this.held.delete(lease);
    for (const key of keys) this.of.delete(key);
    this.hashes.touch(lease);
    return keys;
  }

  *expirable(): Generator<Lease> {
    for (const [lease, { ttlUs }] of this.held) yield { of: 'keys', lease, ttlUs };
  }

  digest(): number {
    return this.hashes.value;
  }

  rows(): Iterator<Json> {
    return [...this.held.keys()].map((lease) => this.row(lease) as unknown as Json).values();
  }

  restore(row: Json): void {
    const [lease, ttlUs, keys] = row as unknown as Row;
    this.grant(lease, ttlUs);
    for (const key of keys) this.attach(key, lease);
    this.hashes.restored(lease);
  }

  private row(lease: number): Json | undefined {
    const held = this.held.get(lease);
    return held && ([lease, held.ttlUs, this.keysOf(lease)] satisfies Row as unknown as Json);
  }

  private keysOf(lease: number): readonly string[] {
    return [...(this.held.get(lease)?.keys ?? [])].sort();
  }
}
