/** Which keys are there with which lease, as far as those know who wrote them. */
import { formatDuration, when } from '../../../harness/spec.ts';
import type { Json, OperationEvent } from '../../../harness/spec.ts';

/** A lease that has run out ends within this, while nothing disturbs the store, µs. */
const expiryUs = 3_000_000;
/** What nobody answered may still be done so long after it was given up, µs. */
const lateUs = 3_000_000;

export interface HeldKey {
  readonly key: string;
  readonly value: Json;
  readonly lease: number | null;
  /** When its last change was acknowledged, and by which operation. */
  readonly sinceUs: number;
  readonly op: number;
  /** What is known of its lease, as a sentence. */
  readonly why: () => string;
}

interface Lease {
  readonly ttlUs: number;
  /** It was renewed at this moment or later. */
  surelyUs: number;
  /** And not after this one; infinite while a renewal is open. */
  possiblyUs: number;
  readonly open: Set<number>;
  /** When somebody asked for its end first; and when that was acknowledged. */
  revokedUs: number;
  endedUs: number;
}

export class HeldKeys {
  private readonly drift: number;
  private readonly keys = new Map<string, HeldKey>();
  /** Changes whose end is open or unknown, by key: nothing is sure of it meanwhile. */
  private readonly doubts = new Map<string, Set<number>>();
  private readonly leases = new Map<number, Lease>();
  private readonly askedUs = new Map<number, number>();
  /** By operation: the TTL that was asked for. */
  private readonly ttls = new Map<number, number>();
  private disturbedUs = 0;

  constructor(drift: number) {
    this.drift = drift;
  }

  /** Whoever leads next counts leases anew. */
  disturbed(timeUs: number): void {
    this.disturbedUs = timeUs;
  }

  operation(e: OperationEvent): void {
    if (e.type === 'invoke') this.askedUs.set(e.op, e.timeUs);
    if (e.f === 'grant') this.granted(e);
    else if (e.f === 'renew-keys') this.renewed(e);
    else if (e.f === 'revoke') this.revoked(e);
    else for (const [key, value] of changesOf(e)) this.changed(e, key, value);
  }

  /** Those below `prefix` that nobody has changed since `askedUs`, ascending. */
  settledBy(askedUs: number, prefix: string): readonly HeldKey[] {
    return [...this.keys.values()]
      .filter(({ key, sinceUs }) => {
        const isSure = (this.doubts.get(key)?.size ?? 0) === 0;
        return isSure && sinceUs <= askedUs && key.startsWith(prefix);
      })
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Must it be in a list that was asked for, and told, then? Null: nobody can know. */
  isThere({ lease }: HeldKey, askedUs: number, toldUs: number): boolean | null {
    if (lease === null) return true;
    const l = this.leases.get(lease);
    if (l === undefined) return null;
    if (l.endedUs < askedUs) return false;
    const isSurelyThere = toldUs < l.surelyUs + l.ttlUs / this.drift && toldUs < l.revokedUs;
    if (isSurelyThere) return true;
    const restartedUs = Math.max(l.possiblyUs, this.disturbedUs);
    return askedUs > restartedUs + l.ttlUs * this.drift + expiryUs ? false : null;
  }

  private granted({ type, op, value, timeUs }: OperationEvent): void {
    if (type === 'invoke') {
      const { ttlUs } = Object(value) as { readonly ttlUs?: number };
      if (ttlUs !== undefined) this.ttls.set(op, ttlUs);
    }
    if (type !== 'ok' || typeof value !== 'number') return;
    const asked = this.ttls.get(op);
    if (asked === undefined) return;
    this.leases.set(value, {
      ttlUs: asked,
      surelyUs: this.askedUs.get(op) ?? timeUs,
      possiblyUs: timeUs,
      open: new Set(),
      revokedUs: Infinity,
      endedUs: Infinity,
    });
  }

  private renewed(e: OperationEvent): void {
    const of = typeof e.value === 'number' ? this.leases.get(e.value) : undefined;
    if (of === undefined) return;
    if (e.type === 'invoke') {
      of.open.add(e.op);
      of.possiblyUs = Infinity;
      return;
    }
    of.open.delete(e.op);
    if (e.type === 'ok') of.surelyUs = Math.max(of.surelyUs, this.askedUs.get(e.op) ?? 0);
    if (of.open.size > 0) return;
    of.possiblyUs = e.timeUs + (e.type === 'info' ? lateUs : 0);
  }

  private revoked(e: OperationEvent): void {
    const of = typeof e.value === 'number' ? this.leases.get(e.value) : undefined;
    if (of === undefined) return;
    if (e.type === 'invoke') of.revokedUs = Math.min(of.revokedUs, e.timeUs);
    else if (e.type === 'ok') of.endedUs = e.timeUs;
  }

  private changed(e: OperationEvent, key: string, value: Json): void {
    const doubts = this.doubts.get(key) ?? new Set<number>();
    this.doubts.set(key, doubts);
    if (e.type === 'invoke') doubts.add(e.op);
    else if (e.type !== 'info') doubts.delete(e.op);
    if (e.type !== 'ok') return;
    if (value === null) {
      this.keys.delete(key);
      return;
    }
    const { lease = null } = Object(e.f === 'write-leased' ? e.value : null) as {
      readonly lease?: number | null;
    };
    const why = (): string => this.sentence(lease);
    this.keys.set(key, { key, value, lease, sinceUs: e.timeUs, op: e.op, why });
  }

  private sentence(lease: number | null): string {
    const l = lease === null ? undefined : this.leases.get(lease);
    if (l === undefined) return 'Nothing is known of its lease.';
    if (l.endedUs !== Infinity) return `The lease was given back ${when(l.endedUs)}.`;
    return `The lease of ${formatDuration(l.ttlUs)} was last renewed ${when(l.surelyUs)}.`;
  }
}

/** What an operation makes of which keys; null: it removes them. */
function changesOf({ f, key, value }: OperationEvent): readonly (readonly [string, Json])[] {
  if (f === 'write') return [[key, value]];
  if (f === 'delete') return [[key, null]];
  if (f !== 'write-leased') return [];
  const { values } = Object(value) as { readonly values?: Readonly<Record<string, Json>> };
  return Object.entries(values ?? {});
}
