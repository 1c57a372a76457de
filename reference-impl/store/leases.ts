/**
 * The leader's clock of leases (D1). Not replicated: a new leader starts every TTL anew, so that no
 * lease ends early because its renewals went to the leader before.
 */
import type { StoreRules } from './rules.ts';
import type { Change, Lease } from './tables/table.ts';

export class LeaseClock {
  private readonly renewedUs = new Map<number, number>();
  /** Leases whose end was proposed: until that is decided they cannot be renewed. */
  private readonly ending = new Set<number>();
  private sinceUs = 0;

  /** This node leads from now on. */
  restart(nowUs: number): void {
    this.sinceUs = nowUs;
    this.renewedUs.clear();
    this.ending.clear();
  }

  isEnding(lease: number): boolean {
    return this.ending.has(lease);
  }

  renew(lease: number, nowUs: number): void {
    this.renewedUs.set(lease, nowUs);
  }

  /** A lease was granted, or has ended. */
  changed(e: Change, nowUs: number): void {
    if (e.scope === 'kv') return;
    const { lease } = e.scope === 'lock' ? e.lock : e.scope === 'lease' ? e : e.entry;
    if (e.change === 'granted' || e.change === 'registered') this.renew(lease, nowUs);
    else {
      this.renewedUs.delete(lease);
      this.ending.delete(lease);
    }
  }

  /** Those whose end has to be proposed now; each is told once. */
  expired(leases: Iterable<Lease>, nowUs: number, rules: StoreRules): number[] {
    const found: number[] = [];
    for (const { of, lease, ttlUs } of leases) {
      const knownUs = this.renewedUs.get(lease);
      const [renewedUs, isInherited] = [knownUs ?? this.sinceUs, knownUs === undefined];
      const facts = { of, nowUs, renewedUs, ttlUs, isInherited };
      if (this.ending.has(lease) || !rules.isExpired(facts)) continue;
      this.ending.add(lease);
      found.push(lease);
    }
    return found;
  }
}
