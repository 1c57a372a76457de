/** DISCOVERY: the accrual detector errs as seldom as its threshold says (D7). */
import { faultSpans, likelyAtMost, nodeCount } from '../../../harness/spec.ts';
import type { FaultSpan, History, Invariant, Program, Verdict } from '../../../harness/spec.ts';
import type {} from '../observations.ts';
import { heartbeatNumbers } from './numbers.ts';

const id = 'false-alarms-rare';
const claim =
  'Of living neighbours the accrual detector suspects one in 10^phi heartbeats at most, however uneven their links.';

/** A link that has just changed is learned anew for so long, µs; so is a watcher that has just started. */
const learningUs = 5_000_000;

/** Alarms falsely at most once in 10⁹ runs where intervals are no likelier to be long than normal ones. */
export function falseAlarmsRare(): Invariant {
  return {
    id,
    area: 'DISCOVERY',
    claim,
    faultModel:
      'jitter that lasts; not within 5 s of a fault of links or processes, nor while messages get lost or a process stands still',
    judge,
  };
}

function judge(history: History, program: Program): Verdict {
  const numbers = heartbeatNumbers(program);
  if (numbers === null) {
    return { kind: 'unknown', invariant: id, reason: 'the story has no heartbeats' };
  }
  const disturbed = disturbances(faultSpans(history, program));
  const isQuiet = (us: number): boolean =>
    us > history.readyUs + learningUs && disturbed.every((s) => us < s.fromUs || us > s.toUs);
  const alarms = { fixed: 0, accrual: 0 };
  for (const e of history.events) {
    if (e.type !== 'observe' || e.value.kind !== 'heartbeat' || !e.value.isSuspected) continue;
    if (isQuiet(e.timeUs)) alarms[e.value.detector] += 1;
  }
  const quietUs = quietTime(history, disturbed);
  const beats = Math.floor(quietUs / numbers.everyUs) * numbers.watchers * nodeCount(program.shape);
  if (beats < 1_000) {
    return { kind: 'unknown', invariant: id, reason: `${beats} heartbeats while all was well` };
  }
  const share = 1 / 10 ** numbers.phi;
  const bound = likelyAtMost(beats, share, 1);
  const counts = `${alarms.accrual} false alarms of the accrual detector and ${alarms.fixed} of the fixed one in ${beats} heartbeats`;
  if (alarms.accrual <= bound) return { kind: 'holds', invariant: id, basis: counts };
  const sentences = [
    `${counts}.`,
    `Phi is ${numbers.phi}: ${Math.floor(bound)} at most, but for a chance of one in a billion.`,
  ];
  const explanation = { atUs: history.endUs, sentences, ops: [] };
  return { kind: 'violated', invariant: id, claim, explanation };
}

interface Span {
  readonly fromUs: number;
  readonly toUs: number;
}

/** A change of the links' jitter disturbs at its begin and end alone; all else while it lasts. */
function disturbances(spans: readonly FaultSpan[]): Span[] {
  return spans.flatMap(({ kind, fromUs, toUs }) => {
    const around = (us: number): Span => ({ fromUs: us, toUs: us + learningUs });
    return kind === 'latency'
      ? [around(fromUs), around(toUs)]
      : [{ fromUs, toUs: toUs + learningUs }];
  });
}

function quietTime(history: History, disturbed: readonly Span[]): number {
  let quietUs = 0;
  let fromUs = history.readyUs + learningUs;
  for (const s of [...disturbed].sort((a, b) => a.fromUs - b.fromUs)) {
    quietUs += Math.max(0, Math.min(s.fromUs, history.endUs) - fromUs);
    fromUs = Math.max(fromUs, s.toUs);
  }
  return quietUs + Math.max(0, history.endUs - fromUs);
}
