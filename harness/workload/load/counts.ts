/** How the requests ended that one request stood for. */
import { HarnessError } from '../../core/errors.ts';
import type { Json } from '../../core/host.ts';
import type { Outcome } from '../../core/system.ts';

export interface Counts {
  readonly ok: number;
  readonly fail: number;
  readonly info: number;
  /** Why, of those that did not end `ok`. */
  readonly reasons: readonly (readonly [string, number])[];
}

/**
 * All `count` alike, unless the result has `counts: { ok?, fail?, info?, reasons? }`. Those of which it says
 * nothing may have happened or not. Throws E_CONFIG when it speaks of more than there were.
 */
export function countsOf(outcome: Outcome, count: number): Counts {
  const none = { ok: 0, fail: 0, info: 0 };
  if (outcome.type !== 'ok') {
    return { ...none, [outcome.type]: count, reasons: [[outcome.error, count]] };
  }
  const told = field(outcome.value, 'counts');
  if (told === undefined || told === null) return { ...none, ok: count, reasons: [] };
  const [ok, fail, info] = ['ok', 'fail', 'info'].map((name) => whole(field(told, name)));
  const silent = count - (ok ?? NaN) - (fail ?? NaN) - (info ?? NaN);
  if (!(silent >= 0)) {
    throw new HarnessError(
      'E_CONFIG',
      `a request that stood for ${count} ended with counts ${JSON.stringify(told)}, wanted whole numbers that come to ${count} at most. Mend what the system answers.`,
    );
  }
  const reasons = Object.entries(Object(field(told, 'reasons')) as Readonly<Record<string, Json>>)
    .map(([reason, n]) => [reason, whole(n)] as const)
    .filter(([, n]) => n > 0);
  return {
    ok: ok as number,
    fail: fail as number,
    info: (info as number) + silent,
    reasons: silent === 0 ? reasons : [...reasons, ['nothing was said of it', silent]],
  };
}

function field(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return (value as Readonly<Record<string, Json>>)[name];
}

/** Absent: 0; what is no count: NaN. */
function whole(value: Json | undefined): number {
  if (value === undefined) return 0;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : NaN;
}
