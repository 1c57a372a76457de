/** CONSISTENCY: what a copy remembers of keys that are gone does not grow for ever (C4). */
import {
  driftFactor,
  faultSpans,
  formatDuration,
  lastHealUs,
  nameNode,
  nodeCount,
  processes,
  secondsUs,
  stillBroken,
  when,
} from '../../../harness/spec.ts';
import type { History, Invariant, NodeId, Program, Verdict } from '../../../harness/spec.ts';
import { textOf } from './writes.ts';
import type { Version } from './writes.ts';

const id = 'deletions-forgotten';
const claim =
  'Where deletions are forgotten, no copy remembers one for longer than the bound, counted from the last heal and from when all nodes were up.';

export function deletionsForgotten(boundUs = secondsUs(60)): Invariant {
  return {
    id,
    area: 'CONSISTENCY',
    claim,
    faultModel: 'any faults that are healed; nodes that are all up and free of faults from then on',
    judge: (history, program) => judge(history, program, boundUs),
  };
}

/** One copy remembers that a key is gone, from then until then. */
interface Memory extends Version {
  readonly node: NodeId;
  readonly key: string;
  readonly fromUs: number;
  readonly untilUs: number;
}

function judge(history: History, program: Program, usualUs: number): Verdict {
  const unknown = (reason: string): Verdict => ({ kind: 'unknown', invariant: id, reason });
  if (!forgets(program)) return unknown('nothing is to be forgotten in this run');
  const spans = faultSpans(history, program);
  const { startedUs, down } = processes(history);
  if (down.size > 0 || stillBroken(spans).size > 0) {
    return unknown('a node was down or in trouble at the end, and may have what was deleted');
  }
  const nodes = Array.from({ length: nodeCount(program.shape) }, (_, node) => node);
  const calmUs = Math.max(
    lastHealUs(history, spans),
    ...nodes.map((node) => startedUs.get(node) ?? 0),
  );
  const boundUs = usualUs * driftFactor(program);
  const all = memories(history).filter(({ untilUs }) => untilUs > calmUs);
  const dueUs = ({ fromUs }: Memory): number => Math.max(fromUs, calmUs) + boundUs;
  const late = all.find((m) => dueUs(m) < Math.min(m.untilUs, history.endUs));
  if (late !== undefined) {
    const sentences = [
      `${nameNode(program, late.node)} heard ${when(late.fromUs)} that ${late.key} was deleted by version ${textOf(late)}.`,
      `Nothing was wrong any more ${when(calmUs)}, and it still remembers ${when(dueUs(late))}, ${formatDuration(boundUs)} later.`,
    ];
    return {
      kind: 'violated',
      invariant: id,
      claim,
      explanation: { atUs: dueUs(late), sentences, ops: [] },
    };
  }
  const forgotten = history.events.filter(
    (e) => e.type === 'observe' && e.value.kind === 'deletion-forgotten',
  ).length;
  if (forgotten === 0) return unknown('no copy had a deletion to forget for so long');
  return {
    kind: 'holds',
    invariant: id,
    basis: `deletions were forgotten ${forgotten} times, and ${all.length} were looked at after the last heal`,
  };
}

function forgets({ settings: { extra } }: Program): boolean {
  const asked = extra['regionConfig'];
  return (
    typeof asked === 'object' &&
    asked !== null &&
    (asked as { readonly forgetsDeletions?: unknown }).forgetsDeletions === true
  );
}

function memories({ events, endUs }: History): Memory[] {
  const open = new Map<string, Omit<Memory, 'untilUs'>>();
  const all: Memory[] = [];
  const close = (name: string, untilUs: number): void => {
    const memory = open.get(name);
    if (memory === undefined) return;
    open.delete(name);
    all.push({ ...memory, untilUs });
  };
  for (const e of events) {
    if (e.type === 'node') {
      // What it remembers it says anew when it starts.
      for (const [name, { node }] of open) if (node === e.node) close(name, e.timeUs);
    }
    if (e.type !== 'observe') continue;
    const { node, timeUs, value } = e;
    if (value.kind !== 'regional' && value.kind !== 'deletion-forgotten') continue;
    const { key, stamp, writer } = value;
    const name = `${node} ${key}`;
    close(name, timeUs);
    if (value.kind === 'regional' && value.isDeleted) {
      open.set(name, { node, key, stamp, writer, fromUs: timeUs });
    }
  }
  for (const name of open.keys()) close(name, endUs);
  return all;
}
