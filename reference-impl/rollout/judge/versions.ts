/** The steps of rollouts as servers applied them. */
import type { History, HistoryEvent, Program } from '../../../harness/spec.ts';
import type {} from '../../config-copy/observations.ts';

export interface Step {
  readonly service: string;
  readonly to: string;
  readonly step: number;
  readonly state: string;
  readonly revision: number;
  readonly appliedUs: number;
}

const prefix = 'config/rollouts/';

/** What a server applied, if it is the first to say so. */
export class Steps {
  private readonly known = new Set<number>();
  readonly all: Step[] = [];
  private readonly program: Program;

  constructor(program: Program) {
    this.program = program;
  }

  take(e: HistoryEvent): Step | null {
    if (e.type !== 'observe' || e.value.kind !== 'config') return null;
    const { key, value, revision } = e.value;
    if (!key.startsWith(prefix) || value === null || this.known.has(revision)) return null;
    if (this.program.shape.nodes[e.node]?.role !== 'server') return null;
    this.known.add(revision);
    const { to, step, state } = JSON.parse(value) as Pick<Step, 'to' | 'step' | 'state'>;
    const service = key.slice(prefix.length);
    const taken = { service, to, step, state, revision, appliedUs: e.timeUs };
    this.all.push(taken);
    return taken;
  }

  /** Each by its revision, ascending. */
  static of({ events }: History, program: Program): Step[] {
    const steps = new Steps(program);
    for (const e of events) steps.take(e);
    return steps.all.sort((a, b) => a.revision - b.revision);
  }
}

export function instancesIn({ shape }: Program, service: string): number {
  return shape.nodes.filter((n) => n.service === service).length;
}

/** A number that the story gives the mechanism. */
export function numberOf(program: Program, name: string, usual: number): number {
  const asked = program.settings.extra['rollout'] as Record<string, unknown> | null | undefined;
  const value = asked?.[name];
  return typeof value === 'number' ? value : usual;
}
