/** Looks at a cluster at the end of each time in which nothing has disturbed it for long enough. */
import type {
  Explanation,
  History,
  HistoryEvent,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import { boundsOf } from './bounds.ts';
import type { Bounds } from './bounds.ts';
import { Cluster } from './cluster.ts';

/** What is wrong now, in sentences; null: nothing. */
export type Look = (cluster: Cluster, count: () => void) => readonly string[] | null;

export class QuietLooks implements RunMonitor {
  private readonly cluster: Cluster;
  private readonly bounds: Bounds | null;
  private readonly boundUs: (b: Bounds) => number;
  private readonly look: Look;
  private looks = 0;
  private lastUs = 0;

  constructor(program: Program, boundUs: (b: Bounds) => number, look: Look) {
    this.cluster = new Cluster(program);
    this.bounds = boundsOf(program);
    this.boundUs = boundUs;
    this.look = look;
  }

  event(e: HistoryEvent): Explanation | null {
    if (this.bounds === null) return null;
    this.lastUs = e.timeUs;
    const found = this.cluster.isDisturbing(e) ? this.lookAt(e.timeUs, this.bounds) : null;
    this.cluster.take(e);
    return found;
  }

  end(history: History): ReturnType<RunMonitor['end']> {
    if (this.bounds === null) return { undecided: 'the story has no controllers' };
    // What happens while the run is taken down is nobody's fault.
    const found = this.lookAt(Math.max(this.lastUs, history.endUs), this.bounds);
    if (found !== null) return found;
    return this.looks === 0
      ? { undecided: 'nothing was ever quiet for long enough' }
      : `${this.looks} looks at what had been left alone`;
  }

  private lookAt(atUs: number, bounds: Bounds): Explanation | null {
    const boundUs = this.boundUs(bounds);
    if (atUs - this.cluster.disturbedUs < boundUs) return null;
    const sentences = this.look(this.cluster, () => (this.looks += 1));
    return sentences && { atUs, sentences, ops: [] };
  }
}
