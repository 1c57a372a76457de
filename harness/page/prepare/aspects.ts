/**
 * Sides of nodes and clients that were ever out of the ordinary, a row each: circuits, what one believes of a member,
 * modes, and evidence that was not renewed in time.
 */
import type { History } from '../../core/history.ts';
import type { Observation } from '../../core/observation.ts';
import type { Shape } from '../../core/program.ts';
import type { Facet } from '../../core/system.ts';
import { nodeName } from '../../faults/describe.ts';
import type { LaneView, SegmentView } from '../view.ts';

/** Rows of a page, those that went wrong first. */
const lanesMax = 16;
/** Of one side, as what is believed of members: many nodes say the same. */
const alikeMax = 4;

interface Aspect {
  readonly label: string;
  /** Of which facet, or `evidence`. */
  readonly side: string;
  readonly segments: SegmentView[];
  /** Of evidence: when its life is over. */
  dueUs: number;
  /** What holds until it is said otherwise. */
  open: { readonly fromUs: number; readonly text: string; readonly isOdd: boolean };
}

export function aspectLanes(history: History, shape: Shape, facets: readonly Facet[]): LaneView[] {
  const book = new AspectBook(shape, facets);
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
  /** By node, and by what it is about. */
  private readonly aspects = new Map<number, Map<string, Aspect>>();

  constructor(shape: Shape, facets: readonly Facet[]) {
    this.shape = shape;
    this.facets = facets;
  }

  observe(node: number, us: number, o: Observation): void {
    for (const { name, values, usual = [values[0]], read } of this.facets) {
      for (const { subject = '', value } of [read(o) ?? []].flat()) {
        const what = [name, this.subjectName(subject)].filter((part) => part !== '').join(' ');
        this.turn(node, us, { side: name, what }, value, !usual.includes(value));
      }
    }
    const claim = claimOf(o);
    if (claim !== null) this.renew(node, us, claim);
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

  private renew(node: number, us: number, { what, lifetimeUs }: Claim): void {
    const before = this.aspects.get(node)?.get(what);
    if (before === undefined) this.turn(node, us, { side: 'evidence', what }, 'in force', false);
    else {
      lapse(before, us);
      close(before, us);
      before.open = { fromUs: us, text: 'in force', isOdd: false };
    }
    const aspect = this.aspects.get(node)?.get(what);
    if (aspect !== undefined) aspect.dueUs = us + lifetimeUs;
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

interface Claim {
  readonly what: string;
  readonly lifetimeUs: number;
}

/** Evidence as the reference cluster tells it: a claim of some kind, about something, with a lifetime. */
function claimOf(o: Observation): Claim | null {
  if ((o.kind as string) !== 'evidence') return null;
  const { evidence } = o as unknown as { readonly evidence?: Readonly<Record<string, unknown>> };
  const { kind, subject, lifetimeUs } = evidence ?? {};
  if (typeof kind !== 'string' || typeof lifetimeUs !== 'number') return null;
  // A circuit and a mode are told by a facet of their own.
  if (kind === 'circuit' || kind === 'mode' || kind === 'recovery') return null;
  return { what: `evidence ${kind} ${String(subject)}`, lifetimeUs };
}

/** Evidence that was not renewed before its life was over lies expired until it is. */
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
