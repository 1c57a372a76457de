/** RESILIENCE: one slow instance among many shows in hardly any call (R6). */
import { formatDuration, isOperation, likelyAtMost } from '../../../harness/spec.ts';
import type { Fault, History, Invariant, Program, Verdict } from '../../../harness/spec.ts';

const id = 'tail-cut';
const claim =
  'While one instance of several is slow, at most 2 % of the requests take as long as it adds.';

const share = 0.02;
/** Callers learn for so long what is slow, µs. */
const learningUs = 2_000_000;

/** Alarms falsely at most once in 10⁹ runs where requests are slow independently of one another. */
export function tailCut(): Invariant {
  return {
    id,
    area: 'RESILIENCE',
    claim,
    faultModel:
      'latency towards one instance, for longer than callers take to learn; nothing else meanwhile',
    judge,
  };
}

function judge(history: History, program: Program): Verdict {
  const windows = program.faults.flatMap((fault, i) => {
    const delayUs = delayOf(fault, program);
    return delayUs === null ? [] : spanOf(history, i, delayUs);
  });
  const begun = new Map<number, number>();
  let requests = 0;
  const slow: { readonly op: number; readonly tookUs: number }[] = [];
  for (const e of history.events) {
    if (!isOperation(e) || e.f !== 'request') continue;
    if (e.type === 'invoke') begun.set(e.op, e.timeUs);
    const fromUs = begun.get(e.op);
    if (e.type === 'invoke' || fromUs === undefined) continue;
    const w = windows.find((x) => fromUs >= x.fromUs && e.timeUs <= x.toUs);
    if (w === undefined) continue;
    requests += 1;
    if (e.timeUs - fromUs >= w.delayUs) slow.push({ op: e.op, tookUs: e.timeUs - fromUs });
  }
  if (requests < 200) {
    return { kind: 'unknown', invariant: id, reason: `${requests} requests while one was slow` };
  }
  const bound = likelyAtMost(requests, share, 1);
  const counts = `${slow.length} of ${requests} requests took as long as one slow instance adds`;
  if (slow.length <= bound) return { kind: 'holds', invariant: id, basis: counts };
  const [first] = slow;
  const sentences = [
    `${counts}, for instance ${formatDuration(first?.tookUs ?? 0)}.`,
    `At most ${Math.floor(bound)} may, but for a chance of one in a billion.`,
  ];
  const ops = first === undefined ? [] : [first.op];
  return {
    kind: 'violated',
    invariant: id,
    claim,
    explanation: { atUs: history.endUs, sentences, ops },
  };
}

/** What a fault adds to the calls of one instance of several; null: it is none of these. */
function delayOf(fault: Fault, { shape }: Program): number | null {
  if (fault.kind !== 'latency' || fault.links.to.of !== 'node') return null;
  return shape.nodes[fault.links.to.node]?.service === undefined
    ? null
    : fault.delayUs - fault.jitterUs;
}

function spanOf(
  { events }: History,
  fault: number,
  delayUs: number,
): { readonly fromUs: number; readonly toUs: number; readonly delayUs: number }[] {
  const at = (phase: 'begin' | 'end'): number | undefined =>
    events.find((e) => e.type === 'fault' && e.fault === fault && e.phase === phase)?.timeUs;
  const [begin, end] = [at('begin'), at('end')];
  return begin === undefined || end === undefined
    ? []
    : [{ fromUs: begin + learningUs, toUs: end, delayUs }];
}
