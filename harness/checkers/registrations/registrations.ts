/**
 * What operations say of a registry. The key names the service; times are whole microseconds.
 *
 * `register` asks with `{instance, ttlUs}` and answers with what it was given, by which `renew` and
 * `deregister` name it; `discover` answers with the names of the instances.
 *
 * Of every registration two times are worked out. It is there **for sure** from its return until its end is
 * called, and no longer than its lease from the call of whatever renewed it last. It **may** be there from its
 * call until its end is answered, and no longer than its lease from the *return* of that; a renewal of
 * unknown fate may have come at any time while it was there, and so lengthens it by one lease.
 */
import { driftFactorOf, leaseAtLeastUs } from '../locks/hold.ts';
import { isCompleted, type Op } from '../operations.ts';

export interface Registration {
  readonly register: Op;
  readonly instance: string;
  readonly ttlUs: number;
  /** What renewed it last and was answered; the registration itself where nothing did. */
  readonly renewed: Op;
  /** What ended it by name, answered first, or of unknown fate; null: nothing. */
  readonly ended: Op | null;
  /** It is there for sure in this time, if there is any. */
  readonly surelyFromUs: number;
  readonly surelyUntilUs: number;
  /** It is there no longer than until then, if nothing disturbs the registry. Infinity: not known. */
  readonly maybeUntilUs: number;
}

/** In order of their calls. */
export function registrationsOf(ops: readonly Op[], driftPpm = 0): Registration[] {
  const later = new Map<string, Op[]>();
  for (const op of ops) {
    if (op.f !== 'renew' && op.f !== 'deregister') continue;
    const name = `${JSON.stringify(op.input)} ${op.key}`;
    later.set(name, [...(later.get(name) ?? []), op]);
  }
  const registers = ops.filter((op) => op.f === 'register').sort((a, b) => a.call - b.call);
  return registers.map((register) => {
    const { instance, ttlUs } = register.input as { instance: string; ttlUs: number };
    const name = `${JSON.stringify(register.output)} ${register.key}`;
    // Of one that was not answered nobody knows the name: nothing is known to renew or end it.
    const known = isCompleted(register) ? (later.get(name) ?? []) : [];
    const own = known.filter((op) => op.call > register.ret);
    const ends = own.filter((op) => op.f === 'deregister');
    const ended = ends.toSorted((a, b) => a.ret - b.ret)[0] ?? null;
    const renewals = own.filter((op) => op.f === 'renew');
    const renewed = renewals.findLast(isCompleted) ?? register;
    const leaseEndsUs = renewed.callUs + leaseAtLeastUs(ttlUs, { driftPpm });
    // Registered anew it is there under another name: that one is judged by itself.
    const anew = registers.find(
      (r) => r.call > register.call && instanceOf(r) === instance && r.key === register.key,
    );
    const stops = [ends[0]?.callUs, anew?.callUs].map((us) => us ?? Infinity);
    return {
      register,
      instance,
      ttlUs,
      renewed,
      ended,
      surelyFromUs: register.retUs,
      surelyUntilUs: Math.min(leaseEndsUs, ...stops),
      maybeUntilUs: maybeUntil(register, renewals, ended, ttlUs * driftFactorOf(driftPpm)),
    };
  });
}

function maybeUntil(
  register: Op,
  renewals: readonly Op[],
  ended: Op | null,
  ttlUs: number,
): number {
  let untilUs = register.retUs + ttlUs;
  for (const op of renewals) if (isCompleted(op)) untilUs = Math.max(untilUs, op.retUs + ttlUs);
  // What was not answered may come as late as the lease lasts by then, after all that was.
  for (const op of renewals) {
    if (!isCompleted(op) && op.callUs <= untilUs) untilUs += ttlUs;
  }
  return Math.min(untilUs, ended?.retUs ?? Infinity);
}

function instanceOf({ input }: Op): string {
  return (input as { readonly instance: string }).instance;
}
