/** MODES: on the Floor every flag is off, and no mode but the Floor switches one off (C5, M1). */
import { formatDuration, nameNode, perNode } from '../../../harness/spec.ts';
import type {
  Explanation,
  Invariant,
  NodeId,
  NodeMonitor,
  ObservationEvent,
  Program,
} from '../../../harness/spec.ts';
import type { Evidence } from '../../evidence/observations.ts';
import type { Mode } from '../../mode/matrix.ts';
import { usualModes } from '../../mode/judge/parameters.ts';
import { ModeTrack } from '../../mode/judge/track.ts';
import type {} from '../observations.ts';

export function flagsByMode(): Invariant {
  return perNode({
    id: 'flags-by-mode',
    area: 'MODES',
    claim:
      'On the Floor a node serves flags as if all were off, and in no other mode for its sake.',
    faultModel: 'any faults; what was evaluated when the mode changed is not judged',
    withClients: false,
    unjudged: (program) =>
      program.settings.extra['flags'] === undefined ? 'the story has no flags' : null,
    open: (program) => (node) => new FlagMonitor(program, node),
    basis(monitors) {
      const seen = new Set(monitors.flatMap((m) => [...m.seen]));
      if (!seen.has('floor')) return { undecided: 'no flag was evaluated on the Floor' };
      return `flags in ${[...seen].sort().join(', ')}`;
    },
  });
}

class FlagMonitor implements NodeMonitor {
  private readonly program: Program;
  private readonly node: NodeId;
  private readonly track = new ModeTrack(usualModes.slackUs);
  readonly seen = new Set<Mode>();

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
    if (value.kind !== 'evidence' || value.evidence.kind !== 'flag-evaluation') return null;
    return this.evaluated(value.evidence, timeUs);
  }

  private evaluated(
    { subject, value, issuer }: Extract<Evidence, { kind: 'flag-evaluation' }>,
    timeUs: number,
  ): Explanation | null {
    const { mode, enteredUs } = this.track;
    if (issuer !== this.node || mode === null || timeUs <= enteredUs) return null;
    this.seen.add(mode);
    const { variant, reason } = value;
    const isRight =
      mode === 'floor' ? reason !== 'segment' && reason !== 'split' : reason !== 'floor';
    if (isRight) return null;
    return {
      atUs: timeUs,
      sentences: [
        `${nameNode(this.program, this.node)} is in ${mode} since ${formatDuration(enteredUs)}.`,
        `It served ${variant} of the flag ${subject}, for the reason ${reason}.`,
      ],
      ops: [],
    };
  }
}
