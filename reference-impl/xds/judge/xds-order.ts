/** DISCOVERY: make before break: a route never leads to a cluster that its proxy does not have (D8). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  ObservationEvent,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type { XdsAppliedObservation } from '../observations.ts';
import { AtProxies, namesOf } from './at-proxies.ts';

export function xdsOrder(): Invariant {
  return monitored(
    {
      id: 'xds-order',
      area: 'DISCOVERY',
      claim:
        'A proxy gets no route to a cluster that it has not got with its endpoints, and loses no cluster to which a route leads.',
      faultModel: 'any faults; what a stream brought, not what came before it',
    },
    (program) => new OrderMonitor(program),
  );
}

class OrderMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly proxies = new AtProxies();
  private judged = 0;

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): Explanation | null {
    const isApplied = e.type === 'observe' && e.value.kind === 'xds-applied';
    const wrong = isApplied ? this.judge(e, e.value) : null;
    this.proxies.take(e);
    return wrong;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.judged === 0) return { undecided: 'no route was changed' };
    return `${this.judged} responses that changed routes or clusters`;
  }

  private judge(e: ObservationEvent, a: XdsAppliedObservation): Explanation | null {
    const { held, uses, brought, stream } = this.proxies.of(e.node);
    if (a.type === 'rds') {
      const news = a.uses.filter((cluster) => !uses.includes(cluster));
      this.judged += news.length > 0 ? 1 : 0;
      const [clusters, endpoints] = [namesOf(held.cds), namesOf(held.eds)];
      const missing = news.find((c) => !clusters.has(c) || !endpoints.has(c));
      if (missing === undefined) return null;
      const what = clusters.has(missing) ? 'whose endpoints it has not' : 'which it has not';
      return this.wrong(e, `got a route to cluster ${missing}, ${what}`);
    }
    if (a.type !== 'cds' || stream !== a.stream || brought.length === 0) return null;
    this.judged += 1;
    const now = namesOf(a.resources);
    const before = namesOf(held.cds);
    const lost = brought.find((cluster) => before.has(cluster) && !now.has(cluster));
    return lost === undefined
      ? null
      : this.wrong(e, `lost cluster ${lost}, to which one of its routes leads`);
  }

  private wrong({ node, timeUs }: ObservationEvent, what: string): Explanation {
    const sentences = [
      `The proxy of ${nameNode(this.program, node)} ${what}, ${when(timeUs)}.`,
      'Until that is mended its calls have nowhere to go.',
    ];
    return { atUs: timeUs, sentences, ops: [] };
  }
}
