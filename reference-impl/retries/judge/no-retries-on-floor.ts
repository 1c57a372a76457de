/** MODES: on the Floor a call that failed is not tried again (R6, M1). */
import { formatDuration, nameNode, perNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  Invariant,
  NodeId,
  NodeMonitor,
  ObservationEvent,
  Program,
} from '../../../harness/spec.ts';
import { usualModes } from '../../mode/judge/parameters.ts';
import { ModeTrack } from '../../mode/judge/track.ts';
import type {} from '../../service-client/observations.ts';

const { slackUs } = usualModes;

export function noRetriesOnFloor(): Invariant {
  return perNode({
    id: 'no-retries-on-floor',
    area: 'MODES',
    claim: 'A node on the Floor sends each call once.',
    faultModel: 'any faults; what was sent when the mode changed is not judged',
    withClients: false,
    unjudged: (program) =>
      program.settings.extra['retries'] === undefined ? 'nobody tries again' : null,
    open: (program) => (node) => new AttemptMonitor(program, node),
    basis(monitors) {
      const failed = monitors.reduce((n, m) => n + m.failed, 0);
      if (failed === 0) return { undecided: 'no call of a node on the Floor failed' };
      return `${failed} calls that failed on the Floor`;
    },
  });
}

class AttemptMonitor implements NodeMonitor {
  private readonly program: Program;
  private readonly node: NodeId;
  private readonly track = new ModeTrack(slackUs);
  failed = 0;

  constructor(program: Program, node: NodeId) {
    this.program = program;
    this.node = node;
  }

  process(isUp: boolean, timeUs: number): void {
    this.track.process(isUp, timeUs);
  }

  observe(e: ObservationEvent): Explanation | null {
    const { value, timeUs } = e;
    this.track.observe(e);
    if (value.kind !== 'routed' || value.instance === null) return null;
    const { mode, enteredUs } = this.track;
    const sentUs = timeUs - value.tookUs;
    if (mode !== 'floor' || sentUs <= enteredUs + slackUs) return null;
    if (value.outcome !== 'ok') this.failed += 1;
    if (value.attempt === undefined) return null;
    const who = nameNode(this.program, this.node);
    return {
      atUs: timeUs,
      sentences: [
        `${who} is on the Floor since ${formatDuration(enteredUs)}.`,
        `${when(sentUs)[0]?.toUpperCase()}${when(sentUs).slice(1)} it sent attempt ${value.attempt} of a call of ${value.service}.`,
      ],
      ops: [],
    };
  }
}
