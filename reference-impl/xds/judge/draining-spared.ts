/** DISCOVERY: who drains gets nothing new, and who has stopped after that is not called (D8). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import { AtProxies } from './at-proxies.ts';

export function drainingSpared(): Invariant {
  return monitored(
    {
      id: 'draining-spared',
      area: 'DISCOVERY',
      claim:
        'A proxy sends calls only to endpoints that it was told are healthy, and none to an instance that has stopped cleanly.',
      faultModel: 'any faults; who has stopped is judged where clean stops are the only ones',
    },
    (program) => new DrainingMonitor(program),
  );
}

class DrainingMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly isCleanOnly: boolean;
  private readonly proxies = new AtProxies();
  private readonly stopped = new Map<NodeId, number>();
  private calls = 0;

  constructor(program: Program) {
    this.program = program;
    this.isCleanOnly = program.faults.every((f) => f.kind === 'crash' && f.clean === true);
  }

  event(e: HistoryEvent): Explanation | null {
    this.proxies.take(e);
    if (e.type === 'node') {
      if (e.change === 'started') this.stopped.delete(e.node);
      else if (e.change === 'stopped') this.stopped.set(e.node, e.timeUs);
    }
    if (e.type !== 'observe' || e.value.kind !== 'proxied') return null;
    this.calls += 1;
    const { cluster, instance } = e.value;
    const { endpoints } = this.proxies.of(e.node);
    const of = endpoints.find((x) => x.cluster === cluster);
    const name = nameNode(this.program, instance);
    const stoppedUs = this.stopped.get(instance);
    if (of !== undefined && !of.usable.includes(instance)) {
      const why = of.draining.includes(instance) ? 'drains' : 'is not healthy';
      return this.wrong(e, instance, `Its proxy was told before that ${name} ${why}.`);
    }
    if (!this.isCleanOnly || stoppedUs === undefined) return null;
    return this.wrong(e, instance, `${name} had stopped ${when(stoppedUs)}.`);
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.calls === 0) return { undecided: 'no call went through a proxy' };
    return `${this.calls} calls through proxies`;
  }

  private wrong(
    { node, timeUs }: { readonly node: NodeId; readonly timeUs: number },
    instance: NodeId,
    why: string,
  ): Explanation {
    const [from, to] = [node, instance].map((n) => nameNode(this.program, n));
    const sentences = [`${from} began a call of ${to} ${when(timeUs)}.`, why];
    return { atUs: timeUs, sentences, ops: [] };
  }
}
