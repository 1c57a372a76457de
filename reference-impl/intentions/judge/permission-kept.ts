/** SAFETY: nobody is served whose permission was taken back longer ago than intentions may be old (D10). */
import { formatDuration, monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type {} from '../../service-client/observations.ts';
import { boundOf } from './bound.ts';
import { Permissions } from './permissions.ts';

export function permissionKept(): Invariant {
  return monitored(
    {
      id: 'permission-kept',
      area: 'SAFETY',
      claim:
        'No call of a service is served that no intention has allowed at any time of the bound before it.',
      faultModel: "any faults; clocks within the plan's drift; stories with intentions",
    },
    (program) => new PermissionMonitor(program),
  );
}

class PermissionMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly boundUs: number | null;
  private readonly permissions: Permissions;
  private served = 0;
  private denied = 0;

  constructor(program: Program) {
    this.program = program;
    this.boundUs = boundOf(program);
    this.permissions = new Permissions(program);
  }

  event(e: HistoryEvent): Explanation | null {
    if (this.boundUs === null) return null;
    this.permissions.event(e);
    if (e.type !== 'observe') return null;
    const { value, node, timeUs } = e;
    if (value.kind === 'intention' && !value.isAllowed) this.denied += 1;
    if (value.kind !== 'routed' || value.outcome !== 'ok' || value.instance === null) return null;
    this.served += 1;
    const source = this.program.shape.nodes[node]?.service ?? 'outside';
    const fromUs = timeUs - value.tookUs - this.boundUs;
    if (this.permissions.between(source, value.service, fromUs, timeUs).allowed) return null;
    const name = (n: NodeId): string => nameNode(this.program, n);
    return {
      atUs: timeUs,
      sentences: [
        `${name(value.instance)} served ${name(node)} a call of ${value.service} that ended ${when(timeUs)}.`,
        `For ${formatDuration(this.boundUs)} before it no intention had allowed ${source} to call ${value.service}.`,
      ],
      ops: [],
    };
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.boundUs === null) return { undecided: 'the story has no intentions' };
    if (this.denied === 0) return { undecided: 'nobody was denied' };
    return `${this.served} calls served, ${this.denied} denials told`;
  }
}
