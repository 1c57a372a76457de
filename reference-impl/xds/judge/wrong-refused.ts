/** DISCOVERY: what cannot work takes effect at no proxy, whoever planned it (D8). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  Json,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type { XdsAppliedObservation } from '../observations.ts';

const prefix = 'config/mesh/routes/';

export function wrongRefused(): Invariant {
  return monitored(
    {
      id: 'wrong-refused',
      area: 'DISCOVERY',
      claim:
        'No proxy accepts a cluster without time to connect, nor a route whose weights are 0 in all.',
      faultModel: 'any faults; clusters that were never planned right',
    },
    (program) => new WrongMonitor(program),
  );
}

/** What was asked for of one cluster, in all writes so far. */
interface Asked {
  isRouteWrong: boolean;
  isClusterWrong: boolean;
}

class WrongMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly asked = new Map<string, Asked>();
  private wrong = 0;

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'invoke' && e.f === 'write' && e.key.startsWith(prefix)) {
      this.ask(e.key.slice(prefix.length), e.value);
    }
    if (e.type !== 'observe') return null;
    if (e.value.kind === 'xds-refused') this.wrong += 1;
    if (e.value.kind !== 'xds-applied') return null;
    const found = this.accepted(e.value);
    if (found === null) return null;
    const who = nameNode(this.program, e.node);
    const sentences = [`The proxy of ${who} accepted ${found} ${when(e.timeUs)}.`];
    return { atUs: e.timeUs, sentences, ops: [] };
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.wrong === 0) return { undecided: 'nothing was wrong' };
    return `${this.wrong} responses that were refused`;
  }

  private ask(service: string, value: Json): void {
    const { set, weight = 1, connectMs = 500 } = Object(value) as Readonly<Record<string, Json>>;
    const cluster = typeof set === 'string' && set !== '' ? `${service}/${set}` : service;
    const before = this.asked.get(cluster) ?? { isRouteWrong: true, isClusterWrong: true };
    this.asked.set(cluster, {
      isRouteWrong: before.isRouteWrong && Number(weight) <= 0,
      isClusterWrong: before.isClusterWrong && Number(connectMs) <= 0,
    });
  }

  private accepted({ type, resources, uses }: XdsAppliedObservation): string | null {
    if (type === 'rds') {
      const wrong = uses.find((cluster) => this.asked.get(cluster)?.isRouteWrong === true);
      return wrong === undefined ? null : `a route to ${wrong} that leads nowhere: its weight is 0`;
    }
    if (type !== 'cds') return null;
    const names = resources.map((r) => r.slice(0, r.lastIndexOf('@')));
    const wrong = names.find((cluster) => this.asked.get(cluster)?.isClusterWrong === true);
    return wrong === undefined ? null : `cluster ${wrong}, which leaves no time to connect`;
  }
}
