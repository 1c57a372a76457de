/** What DNS decides. */
import type { RoutingSource } from '../discovery/observations.ts';
import type { Mode } from '../mode/matrix.ts';
import type { DnsConfig } from './config.ts';
import type { Target } from './observations.ts';

export interface DnsRules {
  /** Since when its copy of the catalog counts its age. */
  sinceUs(copy: { readonly askedUs: number; readonly confirmedUs: number }): number;
  /** May a node whose copy of the catalog is `ageUs` old answer for it? */
  mayAnswer(ageUs: number, config: DnsConfig): boolean;
  /** How long an answer with these may be used, µs. */
  ttlUs(targets: readonly Target[], config: DnsConfig): number;
  /** May an answer that was good until `untilUs` be used? */
  mayUse(nowUs: number, untilUs: number): boolean;
  /** What is told of the time of an answer that has been kept, µs; it had `ttlUs` when it came. */
  left(nowUs: number, untilUs: number, ttlUs: number): number;
  /** Those that may be picked now. */
  first(targets: readonly Target[]): readonly Target[];
  /** Does a node in this mode, whose list rests on that, call whom DNS names? */
  fallsBack(mode: Mode, source: RoutingSource): boolean;
  /** How often a target is picked, beside others of the same priority. */
  weight(target: Target): number;
}

export const dnsRules: DnsRules = {
  // Whoever was stopped for a while finds answers to what it had asked before.
  sinceUs: ({ askedUs }) => askedUs,
  mayAnswer: (ageUs, { staleUsMax }) => ageUs < staleUsMax,
  ttlUs: (targets, { ttlUs, negativeTtlUs }) => (targets.length > 0 ? ttlUs : negativeTtlUs),
  mayUse: (nowUs, untilUs) => nowUs < untilUs,
  left: (nowUs, untilUs) => Math.max(0, untilUs - nowUs),
  first(targets) {
    const least = Math.min(...targets.map((t) => t.priority));
    return targets.filter((t) => t.priority === least);
  },
  fallsBack: (mode, source) => mode === 'degraded' && source === 'stale',
  weight: (t) => t.weight,
};

/**
 * One of `targets` by priority and weight (RFC 2782); null: there is none. `random(n)` draws from 0 … n-1. Weight 0
 * is for those that are taken only when there is nobody else.
 */
export function pickTarget(
  targets: readonly Target[],
  rules: Pick<DnsRules, 'first' | 'weight'>,
  random: (bound: number) => number,
): Target | null {
  const first = rules.first(targets);
  const total = first.reduce((sum, t) => sum + rules.weight(t), 0);
  if (total === 0) return first[first.length > 1 ? random(first.length) : 0] ?? null;
  let at = random(total);
  return first.find((t) => (at -= rules.weight(t)) < 0) ?? null;
}
