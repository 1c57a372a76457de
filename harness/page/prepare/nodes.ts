/** What each node was at each time: a row of segments that follow one another. */
import type { History, HistoryEvent } from '../../core/history.ts';
import type { Program } from '../../core/program.ts';
import type { Facet } from '../../core/system.ts';
import { NodeState, facetsOf } from '../../runner/node-state.ts';
import type { LaneView, MomentView, SegmentView } from '../view.ts';

/** One row a node, in the order of the shape. */
export function nodeLanes(
  history: History,
  { shape, faults }: Program,
  facets: readonly Facet[] = [],
): LaneView[] {
  const books = shape.nodes.map(({ role }) => new NodeBook(role, facets));
  for (const e of history.events) {
    if (e.type === 'observe' || e.type === 'node') books[e.node]?.event(e);
    if (e.type !== 'fault' || faults[e.fault]?.kind !== 'pause' || e.phase === 'effective')
      continue;
    for (const node of e.nodes) books[node]?.pause(e.timeUs, e.phase === 'begin');
  }
  return shape.nodes.map(({ name }, i) => ({
    label: name,
    kind: 'node',
    segments: (books[i] as NodeBook).end(history.endUs),
  }));
}

/** Starts, ends and elections, as single moments. */
export function nodeMoments(history: History, { shape }: Program): MomentView[] {
  const moments: MomentView[] = [];
  for (const e of history.events) {
    const text = momentText(e);
    if (text === null || !('node' in e) || typeof e.node !== 'number') continue;
    const where = shape.nodes[e.node]?.name;
    if (where !== undefined) moments.push({ atUs: e.timeUs, where, text });
  }
  return moments;
}

function momentText(e: HistoryEvent): string | null {
  if (e.type === 'node') return e.reason === undefined ? e.change : `${e.change}: ${e.reason}`;
  if (e.type !== 'observe' || e.value.kind !== 'role') return null;
  if (e.value.role === 'leader') return `leads (term ${e.value.term})`;
  return e.value.role === 'candidate' ? `stands for election (term ${e.value.term})` : null;
}

/** Gathers the segments of one node. */
export class NodeBook {
  private readonly state: NodeState;
  private readonly facets: readonly Facet[];
  private readonly segments: SegmentView[] = [];
  private term = 0;
  private pauses = 0;
  private isUp = false;
  private role = '';
  private open: Omit<SegmentView, 'untilUs'> | null = null;

  constructor(place: string, facets: readonly Facet[]) {
    this.facets = facetsOf(facets);
    this.state = new NodeState(place, this.facets);
  }

  event(e: HistoryEvent): void {
    if (!this.state.event(e)) return;
    if (e.type === 'node') {
      this.isUp = e.change === 'started';
      this.role = '';
    } else if (e.type === 'observe') {
      this.isUp = true;
      if (e.value.kind === 'role') {
        this.role = e.value.role;
        this.term = e.value.term;
      }
    }
    this.turn(e.timeUs);
  }

  pause(atUs: number, begins: boolean): void {
    this.pauses += begins ? 1 : -1;
    this.turn(atUs);
  }

  /** A new segment, if anything that is shown has changed. */
  private turn(atUs: number): void {
    const now = { fromUs: atUs, ...this.shown() };
    const { open } = this;
    if (open !== null && open.text === now.text && open.more === now.more) return;
    this.close(atUs);
    this.open = now;
  }

  /** As it is now. */
  shown(): Pick<SegmentView, 'look' | 'text' | 'more'> {
    if (!this.isUp) return { look: 'down', text: 'down', more: '' };
    // The first facet is the role, which is told by look and text.
    const more = this.state
      .sides()
      .map((side, i) => (i === 0 || side === null || this.isUsual(i, side) ? '' : side))
      .filter((side) => side !== '')
      .join(', ');
    if (this.pauses > 0) return { look: 'paused', text: 'paused', more };
    const term = this.role === '' ? '' : ` t${this.term}`;
    const look = this.role === 'leader' || this.role === 'candidate' ? this.role : 'up';
    return { look, text: `${this.role === '' ? 'up' : this.role}${term}`, more };
  }

  private isUsual(facet: number, side: string): boolean {
    const { name, values, usual = [values[0]] } = this.facets[facet] as Facet;
    return usual.some((value) => side === (name === '' ? value : `${name} ${value}`));
  }

  private close(atUs: number): void {
    if (this.open !== null && atUs > this.open.fromUs) {
      this.segments.push({ ...this.open, untilUs: atUs });
    }
    this.open = null;
  }

  end(endUs: number): readonly SegmentView[] {
    this.close(endUs);
    return this.segments;
  }
}
