/** DISCOVERY: a goodbye strikes nobody off who has registered anew since it was said (D6). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, HistoryEvent, Invariant, NodeId } from '../../../harness/spec.ts';
import type { Program, RunMonitor } from '../../../harness/spec.ts';
import type {} from '../observations.ts';

export function returnKept(): Invariant {
  return monitored(
    {
      id: 'return-kept',
      area: 'DISCOVERY',
      claim:
        'No peer strikes an instance off for a goodbye that it said before it registered anew.',
      faultModel: 'any faults; clocks of instances that do not go back',
    },
    (program) => new ReturnMonitor(program),
  );
}

class ReturnMonitor implements RunMonitor {
  private readonly program: Program;
  /** By peer and instance, its last word that the peer has taken. */
  private readonly words = new Map<NodeId, Map<string, number>>();
  private goodbyes = 0;

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'node') this.words.delete(e.node);
    if (e.type !== 'observe' || e.value.kind !== 'eureka-lease') return null;
    const { change, instance, saidUs } = e.value;
    const words = this.words.get(e.node) ?? new Map<string, number>();
    this.words.set(e.node, words);
    const wordUs = words.get(instance);
    if (change === 'registered') words.set(instance, Math.max(saidUs, wordUs ?? 0));
    if (change !== 'cancelled') return null;
    this.goodbyes += 1;
    if (wordUs === undefined || saidUs >= wordUs) return null;
    return {
      atUs: e.timeUs,
      sentences: [
        `${nameNode(this.program, e.node)} struck ${instance} off ${when(e.timeUs)}, for a goodbye that came late.`,
        'It had registered anew by then, and is there.',
      ],
      ops: [],
    };
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.goodbyes === 0) return { undecided: 'nobody said goodbye' };
    return `${this.goodbyes} goodbyes, none for who had come back`;
  }
}
