/**
 * The leader's clock of leases (D1). Not replicated: a new leader starts every TTL anew, so that no
 * lease ends early because its renewals went to the leader before.
 */
import type { CatalogEntry } from './protocol.ts';
import type { StoreRules } from './rules.ts';

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

  forget(lease: number): void {
    this.renewedUs.delete(lease);
    this.ending.delete(lease);
  }

  /** Those whose end has to be proposed now; each is told once. */
  expired(leases: Iterable<CatalogEntry>, nowUs: number, rules: StoreRules): number[] {
    const found: number[] = [];
    for (const { lease, ttlUs } of leases) {
      const renewedUs = this.renewedUs.get(lease) ?? this.sinceUs;
      if (this.ending.has(lease) || !rules.isExpired({ nowUs, renewedUs, ttlUs })) continue;
      this.ending.add(lease);
      found.push(lease);
    }
    return found;
  }
}
