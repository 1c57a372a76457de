/** DISCOVERY: servers of several regions do not suspect each other because links between them are slow (D7). */
import { formatDuration, monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type {} from '../observations.ts';
import { hasPools, numbers } from './numbers.ts';
import { Truth } from './truth.ts';

export function wanPatient(): Invariant {
  return monitored(
    {
      id: 'wan-patient',
      area: 'DISCOVERY',
      claim:
        'In the pool of all regions no server is suspected while all servers are up and no link is cut, however slow the links, once what was wrong before is settled.',
      faultModel: 'any faults; one that adds 1.5 s to round trips at most counts as none',
    },
    (program) => new PatientMonitor(program),
  );
}

class PatientMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly truth: Truth;
  private news = 0;
  private calmUs = 0;
  private nowUs = 0;

  constructor(program: Program) {
    this.program = program;
    this.truth = new Truth(program);
  }

  event(e: HistoryEvent): Explanation | null {
    if (this.isCalm(e.timeUs)) this.calmUs += e.timeUs - this.nowUs;
    this.nowUs = e.timeUs;
    this.truth.take(e);
    if (e.type !== 'observe' || e.value.kind !== 'wan-members') return null;
    this.news += e.value.news.length;
    const doubted = e.value.news.find(({ status }) => status === 'suspect' || status === 'dead');
    if (doubted === undefined || !this.isCalm(e.timeUs)) return null;
    return this.broken(e.node, doubted.member, doubted.status);
  }

  end({ endUs }: Parameters<RunMonitor['end']>[0]): ReturnType<RunMonitor['end']> {
    if (this.isCalm(endUs)) this.calmUs += endUs - this.nowUs;
    if (!hasPools(this.program)) return { undecided: 'there is no pool of all regions' };
    if (this.news === 0) return { undecided: 'no server said what it believes of others' };
    if (this.calmUs === 0) return { undecided: 'at no time all servers were up and in reach' };
    return `nobody was suspected in ${formatDuration(this.calmUs)} in which all were in reach`;
  }

  private isCalm(nowUs: number): boolean {
    const sinceUs = this.truth.calmSinceUs();
    return sinceUs !== null && nowUs > sinceUs + numbers.backUs;
  }

  private broken(by: NodeId, member: NodeId, status: string): Explanation {
    const name = nameNode(this.program, member);
    const did = status === 'dead' ? `declared ${name} dead` : `suspected ${name}`;
    const sinceUs = this.truth.calmSinceUs() ?? -Infinity;
    const since = sinceUs === -Infinity ? 'the whole run' : `since ${when(sinceUs).slice(3)}`;
    return {
      atUs: this.nowUs,
      sentences: [
        `${nameNode(this.program, by)} ${did} in the pool of all regions ${when(this.nowUs)}.`,
        `All servers had been up and in reach of each other ${since}: slow links are no reason.`,
      ],
      ops: [],
    };
  }
}
