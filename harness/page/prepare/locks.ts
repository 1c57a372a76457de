/**
 * Who believed to hold each lock, and to lead in each election, for sure: a row for each client that did. Where
 * two overlap is the contradiction.
 */
import { grantOf } from '../../checkers/locks/lock-operations.ts';
import { operationsOf, isCompleted, type Op } from '../../checkers/operations.ts';
import type { HistoryEvent } from '../../core/history.ts';
import type { LaneView, SegmentView } from '../view.ts';

const asked: ReadonlySet<string> = new Set([
  'acquire',
  'release',
  'campaign',
  'renew-term',
  'resign',
]);
const ending: ReadonlySet<string> = new Set(['release', 'resign']);

/** Keys of locks and elections, in the order in which they were first asked for. */
export function heldKeys(events: readonly HistoryEvent[]): readonly string[] {
  const begin = events.filter(
    (e) => e.type === 'invoke' && (e.f === 'acquire' || e.f === 'campaign'),
  );
  return [...new Set(begin.flatMap((e) => (e.type === 'invoke' ? [e.key] : [])))];
}

/**
 * From the return of what was granted to the call of its process's next `release` or `resign`, and no longer than
 * the TTL counted from the call that began the lease last. `names` are those of the clients.
 */
export function lockLanes(
  events: readonly HistoryEvent[],
  key: string,
  names: readonly string[],
  endUs: number,
): LaneView[] {
  // What is granted with the end of the run has it for a moment all the same.
  const overUs = endUs + 1;
  // What failed to end it was called all the same: its process holds it no more.
  const told = events.filter((e) => !(e.type === 'fail' && ending.has(e.f)));
  const ops = operationsOf(told, (f) => asked.has(f)).filter((o) => o.key === key);
  const byProcess = new Map<number, Op[]>();
  for (const op of ops) {
    const own = byProcess.get(op.process);
    if (own === undefined) byProcess.set(op.process, [op]);
    else own.push(op);
  }
  const lanes = new Map<string, SegmentView[]>();
  for (const op of ops) {
    const segment = holdOf(op, byProcess.get(op.process) ?? [], overUs);
    if (segment === null) continue;
    const name = names[op.process % Math.max(1, names.length)] ?? `process ${op.process}`;
    const segments = lanes.get(name) ?? [];
    lanes.set(name, segments);
    segments.push(segment);
  }
  const all = [...lanes.values()].flat();
  return [...lanes].map(([name, segments]) => ({
    label: key === '' ? name : `${key}: ${name}`,
    kind: 'object',
    segments: segments.map((s) => {
      const meets = all.some(
        (o) => !segments.includes(o) && o.fromUs < s.untilUs && o.untilUs > s.fromUs,
      );
      return meets ? { ...s, look: 'clash', text: `${s.text}, as another does` } : s;
    }),
  }));
}

/** `own` are all of its process on that key, in order of their calls. */
function holdOf(op: Op, own: readonly Op[], endUs: number): SegmentView | null {
  const won = wonBy(op);
  if (won === null) return null;
  const later = own.filter((o) => o.call > op.ret);
  const end = later.find((o) => ending.has(o.f) || o.f === op.f);
  const release = end !== undefined && ending.has(end.f) ? end.callUs : endUs;
  const renewed = later.filter(
    (o) => o.f === 'renew-term' && isCompleted(o) && o.call < (end?.call ?? Infinity),
  );
  const beganUs = renewed.at(-1)?.callUs ?? op.callUs;
  const leaseEndsUs = beganUs + (won.ttlUs ?? Infinity);
  const untilUs = Math.min(release, leaseEndsUs, endUs);
  if (untilUs <= op.retUs) return null;
  const what = op.f === 'campaign' ? `leads in term ${won.token ?? '?'}` : heldText(won.token);
  const text = untilUs === leaseEndsUs ? `${what}, until its lease ends` : what;
  return { fromUs: op.retUs, untilUs, look: 'held', text, more: '' };
}

function heldText(token: number | null): string {
  return token === null ? 'holds it' : `holds it by token ${token}`;
}

function wonBy(op: Op): { readonly token: number | null; readonly ttlUs: number | null } | null {
  if (op.output === null || !isCompleted(op)) return null;
  if (op.f !== 'campaign') return grantOf(op);
  const { ttlUs } = Object(op.input) as { readonly ttlUs?: unknown };
  const token = typeof op.output === 'number' ? op.output : null;
  return { token, ttlUs: typeof ttlUs === 'number' ? ttlUs : null };
}
