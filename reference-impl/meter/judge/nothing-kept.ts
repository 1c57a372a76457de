/**
 * EFFICIENCY: nothing is kept of what has ended. What was begun for somebody ends by its deadline, whatever happens;
 * so, of what is open, there is never more than was begun a deadline ago. More of it is a leak.
 */
import { formatDuration, nameNode, when } from '../../../harness/spec.ts';
import type { History, Invariant, NodeId, Program, Verdict } from '../../../harness/spec.ts';
import type { Traffic, TrafficObservation } from '../observations.ts';

const id = 'nothing-kept';
const claim =
  'No node keeps what it began for somebody when that has ended: no more is open than was asked for since two deadlines ago.';
/** An answer that is given to nobody any more is given up by then, µs. */
const deadlines = 2;

export function nothingKept(): Invariant {
  return {
    id,
    area: 'EFFICIENCY',
    claim,
    faultModel: 'any faults; stories that have messages counted',
    judge,
  };
}

interface Report {
  readonly timeUs: number;
  readonly said: TrafficObservation;
}

function judge({ events }: History, program: Program): Verdict {
  const lately = new Map<string, Report[]>();
  const forUs = deadlines * program.settings.deadlineUs;
  let [looks, most] = [0, 0];
  for (const e of events) {
    if (e.type === 'node') forget(lately, e.node);
    if (e.type !== 'observe' || e.value.kind !== 'traffic' || e.value.unfinished === undefined)
      continue;
    const { unfinished, lane, untilUs } = e.value;
    const key = `${e.node} ${lane}`;
    const before = (lately.get(key) ?? []).filter((r) => untilUs - r.said.untilUs < forUs);
    const reports = [...before, { timeUs: e.timeUs, said: e.value }];
    lately.set(key, reports);
    for (const [kind, count] of Object.entries(unfinished)) {
      looks += 1;
      most = Math.max(most, count);
      const asked = reports.reduce((n, r) => n + messages(r.said.received, kind), 0);
      if (count <= asked) continue;
      const since = formatDuration(untilUs - (reports[0]?.said.fromUs ?? untilUs));
      const sentences = [
        `${count} of what ${nameNode(program, e.node)} was asked for by \`${kind}\` (${lane}) had not ended ${when(e.timeUs)}.`,
        `For ${since} it had been asked ${asked} times, and what was asked before that has long had its time.`,
      ];
      const explanation = { atUs: e.timeUs, sentences, ops: [] };
      return { kind: 'violated', invariant: id, claim, explanation };
    }
  }
  if (looks === 0) {
    return { kind: 'unknown', invariant: id, reason: 'nobody counted what is open' };
  }
  return { kind: 'holds', invariant: id, basis: `${looks} looks, ${most} open at the most` };
}

function forget(lately: Map<string, Report[]>, node: NodeId): void {
  for (const key of lately.keys()) if (key.startsWith(`${node} `)) lately.delete(key);
}

function messages(of: Readonly<Record<string, Traffic>>, kind: string): number {
  return of[kind]?.messages ?? 0;
}
