/**
 * MODES: an instance fills as many of its places as its mode allows, and tells its callers what its mode says (R5, M1).
 *
 * Judged on counts that were made within one mode, and in Recovery within one of its steps.
 */
import { formatDuration, nameNode, perNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  Invariant,
  Json,
  NodeId,
  NodeMonitor,
  ObservationEvent,
  Program,
} from '../../../harness/spec.ts';
import { recoverySteps } from '../../mode/matrix.ts';
import type { Mode } from '../../mode/matrix.ts';
import { usualModes } from '../../mode/judge/parameters.ts';
import { ModeTrack } from '../../mode/judge/track.ts';
import type { ModeCounts, QueueObservation } from '../observations.ts';

/** What the matrix says, once more: of its places, per thousand; of what it tells its callers, what it never says. */
const matrix = {
  target: { placesPermille: 800, never: [] },
  degraded: { placesPermille: 950, never: ['ok'] },
  floor: { placesPermille: 0, never: ['ok', 'slow-down'] },
  recovery: { placesPermille: 800, never: ['ok'] },
} as const satisfies Record<Mode, object>;

const { slackUs } = usualModes;

export function admissionByMode(): Invariant {
  return perNode({
    id: 'admission-by-mode',
    area: 'MODES',
    claim:
      'In each mode an instance fills no more of its places than the mode allows and tells its callers what the mode says; on the Floor and early in Recovery nobody is let in to wait.',
    faultModel:
      'any faults; what was counted while the mode or the step of Recovery changed is not judged',
    withClients: false,
    unjudged: (program) => (workersOf(program) === null ? 'work costs nothing' : null),
    open: (program) => (node) => new PlacesMonitor(program, node),
    basis(monitors) {
      const judged = monitors.reduce((n, m) => n + m.judged, 0);
      const modes = new Set(monitors.flatMap((m) => [...m.seen]));
      if (modes.size < 2) return { undecided: 'no instance was at work in two modes' };
      return `${judged} counts in ${[...modes].sort().join(', ')}`;
    },
  });
}

class PlacesMonitor implements NodeMonitor {
  private readonly program: Program;
  private readonly node: NodeId;
  private readonly track = new ModeTrack(slackUs);
  /** Of Recovery: the share of the step, and since when. */
  private sharePermille = 0;
  private stepUs = 0;
  judged = 0;
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
    if (value.kind === 'mode') this.sharePermille = 0;
    if (value.kind === 'evidence' && value.evidence.kind === 'recovery') {
      const step = recoverySteps.find((s) => s.step === value.evidence.subject);
      // Steps of one share are one stretch.
      if (step?.sharePermille === this.sharePermille) return null;
      this.sharePermille = step?.sharePermille ?? 0;
      this.stepUs = timeUs;
    }
    if (value.kind !== 'queue' || value.byMode === undefined) return null;
    return this.counted(value, value.byMode, timeUs);
  }

  private counted(q: QueueObservation, counts: ModeCounts, timeUs: number): Explanation | null {
    const { mode, enteredUs } = this.track;
    const sinceUs = mode === 'recovery' ? Math.max(enteredUs, this.stepUs) : enteredUs;
    if (mode === null || timeUs - counts.spanUs <= sinceUs + slackUs) return null;
    this.judged += 1;
    this.seen.add(mode);
    const wrong = this.wrong(counts, mode, q.depth + q.expired > 0);
    if (wrong === null) return null;
    const who = nameNode(this.program, this.node);
    const sentence = `${who} is in ${mode} ${when(timeUs)}, since ${formatDuration(enteredUs)}.`;
    return { atUs: timeUs, sentences: [sentence, wrong], ops: [] };
  }

  private wrong({ used, waited, said }: ModeCounts, mode: Mode, hasQueue: boolean): string | null {
    const workers = workersOf(this.program) ?? 1;
    const isRamped = mode === 'recovery' && this.sharePermille < 1_000;
    const { placesPermille, never } = matrix[mode];
    const share = isRamped ? this.sharePermille : 1_000;
    const places = Math.max(1, Math.floor((workers * placesPermille * share) / 1_000_000));
    if (used > places) return `It had ${used} of its ${workers} places filled, ${places} may be.`;
    const wrongly = never.find((signal) => said[signal] > 0);
    if (wrongly !== undefined) return `It told ${said[wrongly]} callers ${wrongly}.`;
    if (waited > 0 && (mode === 'floor' || isRamped)) return `It let ${waited} calls in to wait.`;
    const isIdle = mode === 'target' && used < places && waited === 0 && !hasQueue;
    const slow = said['slow-down'] + said.reject;
    return isIdle && slow > 0
      ? `It told ${slow} callers to slow down, with ${used} of ${places} places filled.`
      : null;
  }
}

function workersOf({ settings }: Program): number | null {
  const asked: Json | undefined = settings.extra['admission'];
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) return null;
  const { workers = 4 } = asked as Readonly<Record<string, Json>>;
  return typeof workers === 'number' ? workers : null;
}
