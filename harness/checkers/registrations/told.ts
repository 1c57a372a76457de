/** Which answers of a registry contradict what was registered: by brute force over overlaps, a service at a time. */
import { formatDuration } from '../../core/duration.ts';
import type { Judged } from '../judged.ts';
import { isCompleted, type Op } from '../operations.ts';
import { moment, nameOp } from '../words.ts';
import { type Registration, registrationsOf } from './registrations.ts';

/** What a registry promises beyond its leases, µs. */
export interface RegistryBounds {
  /** An answer may be older than its question by this: 0 where look-ups are linearizable. */
  readonly staleUs: number;
  /** How long after its end a lease may last, while nothing disturbs the registry. */
  readonly expiryUs: number;
  /**
   * Of a registry whose servers answer each by what it knows: for how long after a fault, and one lease, a look-up
   * may still miss who is registered, or find who has left. Absent: not even while a fault lasts.
   */
  readonly settleUs?: number;
}

/** When something was done to the system. */
export interface Span {
  readonly fromUs: number;
  readonly toUs: number;
}

/** Operations that contradict each other, in words. */
export interface RegistryFault {
  readonly ops: readonly Op[];
  readonly sentences: readonly string[];
}

export type RegistryResult = Judged<{ readonly checked: number }, RegistryFault>;

export interface RegistryCheck {
  readonly bounds: RegistryBounds;
  readonly driftPpm?: number;
  readonly faults?: readonly Span[];
}

/** Each instance that surely was registered is found. */
export function checkFound(
  ops: readonly Op[],
  { bounds, driftPpm, faults = [] }: RegistryCheck,
): RegistryResult {
  return judge(ops, driftPpm, (look, all) => {
    const found = new Set(look.output as readonly string[]);
    const missed = all.find(
      (r) =>
        !found.has(r.instance) &&
        r.surelyFromUs + bounds.staleUs < look.callUs &&
        look.retUs < r.surelyUntilUs &&
        !isUnsettled(r, look, bounds, faults),
    );
    if (missed === undefined) return null;
    const facts = [...new Set([missed.register, missed.renewed])];
    const lease = `Its lease of ${formatDuration(missed.ttlUs)} lasted until ${formatDuration(Math.round(missed.surelyUntilUs))} at least.`;
    return {
      ops: [...facts, look],
      sentences: [...facts.map(returned), lease, `${lookedUp(look)}, without ${missed.instance}.`],
    };
  });
}

/** Nobody is found who cannot be registered any more, or never was. */
export function checkGone(
  ops: readonly Op[],
  { bounds, driftPpm, faults = [] }: RegistryCheck,
): RegistryResult {
  return judge(ops, driftPpm, (look, all) => {
    for (const instance of look.output as readonly string[]) {
      const own = all.filter((r) => r.instance === instance && r.register.call < look.ret);
      if (own.some((r) => mayBeFound(r, look, bounds, faults))) continue;
      return ghost(look, instance, own);
    }
    return null;
  });
}

/** Was this look-up made, where every server answers by what it knows, before they could agree again? */
function isUnsettled(
  { ttlUs }: Registration,
  look: Op,
  { settleUs }: RegistryBounds,
  faults: readonly Span[],
): boolean {
  if (settleUs === undefined) return false;
  return faults.some((f) => f.fromUs < look.retUs && look.callUs <= f.toUs + ttlUs + settleUs);
}

function mayBeFound(
  r: Registration,
  look: Op,
  bounds: RegistryBounds,
  faults: readonly Span[],
): boolean {
  const { staleUs, expiryUs } = bounds;
  if (r.maybeUntilUs === Infinity || isUnsettled(r, look, bounds, faults)) return true;
  const isEnded = r.ended !== null && isCompleted(r.ended) && r.ended.retUs <= r.maybeUntilUs;
  if (isEnded) return look.callUs <= r.maybeUntilUs + staleUs;
  // Who takes over after a fault counts leases anew, and while one lasts nobody may be there to end them.
  const healed = faults.filter((f) => f.fromUs < look.retUs).map((f) => f.toUs + r.ttlUs);
  return look.callUs <= Math.max(r.maybeUntilUs, ...healed) + expiryUs + staleUs;
}

function ghost(look: Op, instance: string, own: readonly Registration[]): RegistryFault {
  const last = own.at(-1);
  const seen = `${lookedUp(look)}, with ${instance}.`;
  if (last === undefined) {
    return { ops: [look], sentences: [seen, `Nobody had registered ${instance} by then.`] };
  }
  const end = last.ended ?? last.renewed;
  const facts = [...new Set([last.register, end])];
  const until = formatDuration(Math.round(last.maybeUntilUs));
  const why = `It was registered until ${until} at most; nobody registered it again.`;
  return { ops: [...facts, look], sentences: [...facts.map(returned), why, seen] };
}

function judge(
  ops: readonly Op[],
  driftPpm: number | undefined,
  wrong: (look: Op, all: readonly Registration[]) => RegistryFault | null,
): RegistryResult {
  let checked = 0;
  for (const key of new Set(ops.map((op) => op.key))) {
    const own = ops.filter((op) => op.key === key);
    const all = registrationsOf(own, driftPpm);
    for (const look of own) {
      if (look.f !== 'discover' || !isCompleted(look)) continue;
      checked += 1;
      const fault = wrong(look, all);
      if (fault !== null) return { kind: 'violated', fault };
    }
  }
  if (checked === 0) return { kind: 'unknown', reason: 'no look-up succeeded' };
  return { kind: 'holds', checked };
}

function returned(op: Op): string {
  return `${nameOp(op)} returned ${moment(op.retUs, op.ret)}.`;
}

function lookedUp(op: Op): string {
  return `process ${op.process} looked up ${op.key} ${moment(op.callUs, op.call)} and was answered ${moment(op.retUs, op.ret)}`;
}
