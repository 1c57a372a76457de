/**
 * What the harness itself measures of a node, from what the node observed: the second opinion.
 *
 * Each figure is known at its best and at its worst. The triggers' own conditions, asked with the
 * worst, say what may have held; with the best, what held for sure. So every trigger is judged both
 * ways, and none can be forgotten.
 */
import { driftFactor } from '../../../harness/spec.ts';
import type { ObservationEvent } from '../../../harness/spec.ts';
import type { FigureMeasure, ModeInputs, Modes, ModeTrigger, Side, Writable } from '../member.ts';
import { Ages } from './ages.ts';
import type { JudgedNode, ModeParameters } from './parameters.ts';

export class Measure {
  private readonly p: ModeParameters;
  private readonly matrix: readonly ModeTrigger[];
  private readonly measures: readonly FigureMeasure[];
  private readonly contacts: Ages;
  /** Written anew at each look. */
  private readonly figures = {} as Writable<ModeInputs>;
  /** True time minus the node's clock, as last seen. */
  private offsetUs = 0;

  constructor({ node, p, program }: Omit<JudgedNode, 'stopped'>, bornUs: number, modes: Modes) {
    this.p = p;
    this.matrix = modes.matrix;
    const trueUs = (localUs: number): number => this.trueUs(localUs);
    const of = { node, program, p, bornUs, stretch: driftFactor(program), trueUs };
    this.measures = modes.figures.map((f) => f.measure(of));
    this.contacts = new Ages(of);
  }

  observe(e: ObservationEvent): void {
    const { value, timeUs, node } = e;
    if (value.kind === 'evidence' && value.evidence.kind === 'registry-contact') {
      if (value.evidence.issuer === node) this.contact(value.evidence, timeUs);
    }
    for (const m of this.measures) m.observe(e);
  }

  /** The true time of what the node stamped with its own clock. */
  trueUs(localUs: number): number {
    return localUs + this.offsetUs;
  }

  /** When the registry was last in contact, by what had been seen at `atUs`. */
  contactUs(atUs: number): number {
    return this.contacts.lastUs(atUs);
  }

  /** Might `t` have held at `atUs`? */
  mayHold(t: ModeTrigger, atUs: number): boolean {
    return this.mayAnyHold([t], atUs);
  }

  /** Might any of `triggers` have held at `atUs`? */
  mayAnyHold(triggers: readonly ModeTrigger[], atUs: number): boolean {
    const { policy } = this.p;
    const i = this.look('worst', atUs);
    return (
      triggers.some((t) => t.holds(i, policy)) ||
      this.others('worst', atUs, i).some((other) => triggers.some((t) => t.holds(other, policy)))
    );
  }

  /** Triggers that held at `atUs` whatever slack decides, in the matrix's order. */
  heldForSure(atUs: number): readonly ModeTrigger[] {
    const { policy } = this.p;
    const i = this.look('best', atUs);
    const others = this.others('best', atUs, i);
    return this.matrix.filter(
      (t) => t.holds(i, policy) || (others.length > 0 && others.every((o) => t.holds(o, policy))),
    );
  }

  /** Instants after which an age makes a trigger hold though nothing is observed. */
  thresholdsUs(): number[] {
    return this.measures.flatMap((m) => m.thresholdsUs?.() ?? []);
  }

  private look(side: Side, atUs: number): ModeInputs {
    for (const m of this.measures) m.fill(this.figures, side, atUs);
    return this.figures;
  }

  private others(side: Side, atUs: number, i: ModeInputs): readonly ModeInputs[] {
    return this.measures.flatMap((m) =>
      (m.others?.(side, atUs) ?? []).map((other) => ({ ...i, ...other })),
    );
  }

  private contact(e: Parameters<Ages['confirmed']>[0], timeUs: number): void {
    this.offsetUs = timeUs - (e.issuedUs + e.staleUsMax);
    this.contacts.confirmed(e, timeUs);
  }
}
