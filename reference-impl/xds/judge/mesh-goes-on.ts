/** DISCOVERY: a proxy goes on with what it accepted last, whatever becomes of its control plane (D8). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type {} from '../../service-client/observations.ts';
import { AtProxies } from './at-proxies.ts';

export function meshGoesOn(): Invariant {
  return monitored(
    {
      id: 'mesh-goes-on',
      area: 'DISCOVERY',
      claim:
        'A call finds an instance wherever the endpoints that its proxy accepted last name one that may be called.',
      faultModel: 'any faults',
    },
    (program) => new GoesOnMonitor(program),
  );
}

class GoesOnMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly proxies = new AtProxies();
  private calls = 0;

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): Explanation | null {
    this.proxies.take(e);
    if (e.type !== 'observe' || e.value.kind !== 'routed') return null;
    const { service, outcome } = e.value;
    const { endpoints, uses } = this.proxies.of(e.node);
    const known = endpoints.find(
      ({ cluster, usable }) =>
        usable.length > 0 && uses.includes(cluster) && cluster.replace(/\/.*/, '') === service,
    );
    if (known === undefined) return null;
    this.calls += 1;
    if (outcome !== 'no-instance') return null;
    const some = known.usable.map((i) => nameNode(this.program, i)).join(', ');
    return {
      atUs: e.timeUs,
      sentences: [
        `A call of ${service} by ${nameNode(this.program, e.node)} found no instance, ${when(e.timeUs)}.`,
        `The endpoints that its proxy accepted last name ${some}.`,
      ],
      ops: [],
    };
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.calls === 0) return { undecided: 'no call went through a proxy' };
    return `${this.calls} calls with known endpoints`;
  }
}
