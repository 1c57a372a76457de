/**
 * Sides of nodes and clients that were ever out of the ordinary, a row each: circuits, what one believes of a member,
 * modes, and what was not confirmed in time.
 */
import type { History } from '../../core/history.ts';
import type { Observation } from '../../core/observation.ts';
import type { Shape } from '../../core/program.ts';
import type { Ageing, Confirmed, Facet, System } from '../../core/system.ts';
import { nodeName } from '../../faults/describe.ts';
import type { LaneView, SegmentView } from '../view.ts';

/** Rows of a page, those that went wrong first. */
const lanesMax = 16;
/** Of one side, as what is believed of members: many nodes say the same. */
const alikeMax = 4;

interface Aspect {
  readonly label: string;
  /** Of which facet, or what grows old. */
  readonly side: string;
  readonly segments: SegmentView[];
  /** Of what grows old: when its life is over. */
  dueUs: number;
  /** What holds until it is said otherwise. */
  open: { readonly fromUs: number; readonly text: string; readonly isOdd: boolean };
}

export function aspectLanes(
  history: History,
  shape: Shape,
  { facets = [], ageings = [] }: Pick<System, 'facets' | 'ageings'>,
): LaneView[] {
  const book = new AspectBook(shape, facets, ageings);
  for (const e of history.events) {
    if (e.type === 'observe') book.observe(e.node, e.timeUs, e.value);
    if (e.type === 'node' && e.change !== 'started') book.down(e.node, e.timeUs);
  }
  const firstOdd = ({ segments }: Aspect): number =>
    segments.find((s) => s.look === 'odd')?.fromUs ?? Infinity;
  return book
    .ended(history.endUs)
    .filter((a) => firstOdd(a) < Infinity)
    .sort((a, b) => firstOdd(a) - firstOdd(b))
    .filter(fewAlike())
    .slice(0, lanesMax)
    .map(({ label, segments }) => ({ label, kind: 'aspect', segments }));
}

function fewAlike(): (a: Aspect) => boolean {
  const seen = new Map<string, number>();
  return ({ side }) => {
    const n = (seen.get(side) ?? 0) + 1;
    seen.set(side, n);
    return n <= alikeMax;
  };
}

class AspectBook {
  private readonly shape: Shape;
  private readonly facets: readonly Facet[];
  private readonly ageings: readonly Ageing[];
  /** By node, and by what it is about. */
  private readonly aspects = new Map<number, Map<string, Aspect>>();

  constructor(shape: Shape, facets: readonly Facet[], ageings: readonly Ageing[]) {
    this.shape = shape;
    this.facets = facets;
    this.ageings = ageings;
  }

  observe(node: number, us: number, o: Observation): void {
    for (const { name, values, usual = [values[0]], read } of this.facets) {
      for (const { subject = '', value } of [read(o) ?? []].flat()) {
        const what = [name, this.subjectName(subject)].filter((part) => part !== '').join(' ');
        this.turn(node, us, { side: name, what }, value, !usual.includes(value));
      }
    }
    for (const { name, read } of this.ageings) {
      const confirmed = read(o);
      if (confirmed !== null) this.confirm(node, us, name, confirmed);
    }
  }

  /** Numbers of facets are members. */
  private subjectName(subject: string): string {
    return /^\d+$/.test(subject) ? nodeName(this.shape, Number(subject)) : subject;
  }

  private turn(
    node: number,
    us: number,
    { side, what }: { readonly side: string; readonly what: string },
    text: string,
    isOdd: boolean,
  ): void {
    const own = this.aspects.get(node) ?? new Map<string, Aspect>();
    this.aspects.set(node, own);
    const label = `${nodeName(this.shape, node)} ${what}`;
    const aspect = own.get(what);
    if (aspect === undefined)
      own.set(what, {
        label,
        side,
        segments: [],
        dueUs: Infinity,
        open: { fromUs: us, text, isOdd },
      });
    else if (aspect.open.text !== text) {
      close(aspect, us);
      aspect.open = { fromUs: us, text, isOdd };
    }
  }

  private confirm(node: number, us: number, what: string, told: Confirmed): void {
    const before = this.aspects.get(node)?.get(what);
    if (before === undefined) this.turn(node, us, { side: what, what }, 'in force', false);
    else {
      lapse(before, us);
      close(before, us);
      before.open = { fromUs: us, text: 'in force', isOdd: false };
    }
    const aspect = this.aspects.get(node)?.get(what);
    // What is told as expired surely is.
    if (aspect !== undefined) aspect.dueUs = us - told.ageUs + told.lifetimeUs + told.untoldUs;
  }

  down(node: number, us: number): void {
    for (const aspect of this.aspects.get(node)?.values() ?? []) {
      lapse(aspect, us);
      close(aspect, us);
      aspect.open = { fromUs: us, text: '', isOdd: false };
      aspect.dueUs = Infinity;
    }
  }

  ended(endUs: number): Aspect[] {
    const all = [...this.aspects.values()].flatMap((own) => [...own.values()]);
    for (const aspect of all) {
      lapse(aspect, endUs);
      close(aspect, endUs);
    }
    return all;
  }
}

/** What was not confirmed before its life was over lies expired until it is. */
function lapse(aspect: Aspect, us: number): void {
  const { dueUs } = aspect;
  if (us <= dueUs) return;
  close(aspect, dueUs);
  aspect.open = { fromUs: dueUs, text: 'expired', isOdd: true };
  aspect.dueUs = Infinity;
}

function close(aspect: Aspect, us: number): void {
  if (aspect.open.text !== '' && us > aspect.open.fromUs)
    aspect.segments.push(segmentOf(aspect, us));
}

function segmentOf({ open }: Aspect, us: number): SegmentView {
  const look = open.isOdd ? 'odd' : 'up';
  return { fromUs: open.fromUs, untilUs: us, look, text: open.text, more: '' };
}
