/** Makes faults of a plan, for one cluster. The same plan, cluster and stream give the same faults. */
import type { z } from 'zod';
import type {
  Awaited,
  Fault,
  FaultInterval,
  LinkTarget,
  NodeTarget,
  Sighting,
} from '../core/fault.ts';
import type { Prng } from '../core/prng.ts';
import type { Shape } from '../core/program.ts';
import type { FaultDefinition } from '../faults/kind.ts';
import { allKinds, definitionOf } from '../faults/kinds.ts';
import { schemaOf } from '../faults/schema.ts';
import type { FaultStep, MonkeyStep, RandomStep, RollingStep, Step } from './form.ts';
import { type PlanFile, refused } from './read.ts';
import { linksOfShape, membersOf, targetOf, WrongTarget } from './targets.ts';

/** A fault, and the step that it comes from. */
export interface PlannedFault {
  readonly fault: Fault;
  readonly path: readonly PropertyKey[];
}

/** Faults that one plan may come to. */
const faultsMax = 2_000;

/** In order of their beginning. Throws E_PLAN with the place of what cannot be done here. */
export function compilePlan(file: PlanFile, shape: Shape, draw: Prng): readonly PlannedFault[] {
  const compiler = new Compiler(file, shape);
  compiler.together(file.plan.steps, 0, ['steps'], draw);
  return compiler.faults.toSorted((a, b) => a.fault.atUs - b.fault.atUs);
}

type Path = readonly PropertyKey[];

class Compiler {
  readonly faults: PlannedFault[] = [];
  private readonly file: PlanFile;
  private readonly shape: Shape;
  private readonly scale: number;
  /** What ends faults of the sequence that is being compiled: those after them come sooner with it. */
  private sooner: readonly Awaited[] = [];

  constructor(file: PlanFile, shape: Shape) {
    this.file = file;
    this.shape = shape;
    this.scale = file.plan.scale ?? 1;
  }

  /** All from `beginUs` on; gives when the last of them ends. */
  together(steps: readonly Step[], beginUs: number, path: Path, draw: Prng): number {
    const { sooner } = this;
    const ends = steps.map((step, i) => {
      const endUs = this.step(step, beginUs, [...path, i], draw.fork(i));
      this.sooner = sooner;
      return endUs;
    });
    return Math.max(beginUs, ...ends);
  }

  private step(step: Step, beginUs: number, path: Path, draw: Prng): number {
    const atUs = beginUs + this.time(step.at as number | undefined);
    if ('sequence' in step) {
      return (step.sequence as readonly Step[]).reduce(
        (us, s, i) => this.step(s, us, [...path, 'sequence', i], draw.fork(i)),
        atUs,
      );
    }
    if ('together' in step) {
      return this.together(step.together as readonly Step[], atUs, [...path, 'together'], draw);
    }
    if ('random' in step) return this.random(step as RandomStep, atUs, path, draw);
    if ('rolling' in step) return this.rolling(step as RollingStep, atUs, path, draw);
    if ('monkey' in step) return this.monkey(step as MonkeyStep, atUs, path, draw);
    return this.again(step as FaultStep, atUs, path, draw);
  }

  private again(step: FaultStep, atUs: number, path: Path, draw: Prng): number {
    const { every, times = 1, spread } = step;
    if (times > 1 && every === undefined) {
      throw this.wrong([...path, 'times'], 'times is given, and every is not: say how often');
    }
    const until = this.until(step, path, draw);
    const before = this.faults.length;
    let endUs = atUs;
    for (let i = 0; i < times; i++) {
      const stream = draw.fork(i);
      const late = spread === undefined ? 0 : stream.between(0, this.time(spread));
      const begin = atUs + i * this.time(every) + late;
      const untilUs = begin + this.time(step.for);
      for (const interval of this.flaps(step, { atUs: begin, untilUs }, path))
        this.fault(step, { ...interval, ...until }, path, stream);
      endUs = Math.max(endUs, untilUs);
    }
    // Of one that comes again and again nobody waits for a single end.
    const [first] = this.faults.slice(before);
    if (until.until !== undefined && times === 1 && first !== undefined) {
      const { atUs: fromUs, untilUs } = first.fault;
      this.sooner = [...this.sooner, { sighting: until.until, fromUs, untilUs }];
    }
    return endUs;
  }

  private until({ until, flap }: FaultStep, path: Path, draw: Prng): { until?: Sighting } {
    if (until === undefined) return {};
    if (flap !== undefined) {
      throw this.wrong(
        [...path, 'until'],
        'a fault that flaps ends at its times alone: leave out one',
      );
    }
    const { by, ...rest } = until;
    if (by === undefined) return { until: rest };
    const node = this.target(by, [...path, 'until', 'by'], draw);
    if (node.of === 'node') return { until: { ...rest, by: node.node } };
    throw this.wrong([...path, 'until', 'by'], `"${by}" is no single node, wanted the name of one`);
  }

  /** The times at which a fault that flaps is there; otherwise the whole. */
  private flaps({ flap }: FaultStep, whole: FaultInterval, path: Path): readonly FaultInterval[] {
    if (flap === undefined) return [whole];
    const [onUs, offUs] = [this.time(flap.on), this.time(flap.off)];
    if (onUs === 0 || offUs === 0) throw this.wrong([...path, 'flap'], 'wanted on and off above 0');
    const all: FaultInterval[] = [];
    for (let atUs = whole.atUs; atUs < whole.untilUs; atUs += onUs + offUs) {
      if (all.length >= faultsMax) break;
      all.push({ atUs, untilUs: Math.min(whole.untilUs, atUs + onUs) });
    }
    return all;
  }

  /** A restart of all, or an upgrade, in turn. Gives when the last of them ends. */
  private rolling({ rolling }: RollingStep, atUs: number, path: Path, draw: Prng): number {
    const within = [...path, 'rolling'];
    const { fault, on, for: long, pause, ...fields } = rolling;
    const kind = this.kind(fault, [...within, 'fault']);
    if (kind.on !== 'nodes')
      throw this.wrong([...within, 'fault'], `${fault} hits links, wanted nodes`);
    const group = this.here([...within, 'on'], () => membersOf(on, this.shape, draw));
    let begin = atUs;
    for (const node of group) {
      const untilUs = begin + this.time(long);
      const nodes: NodeTarget = { of: 'node', node };
      this.make(kind, { atUs: begin, untilUs, nodes }, fields, within);
      begin = untilUs + this.time(pause);
    }
    return begin - this.time(pause);
  }

  private random({ random }: RandomStep, atUs: number, path: Path, draw: Prng): number {
    const duringUs = this.time(random.during);
    const longestUs = Math.min(duringUs, this.time(random.longest ?? random.during / 4));
    const kinds = random.kinds.map((kind) => this.kind(kind, [...path, 'random', 'kinds']));
    for (let i = 0; i < random.count; i++) {
      const stream = draw.fork(i);
      const lengthUs = stream.between(Math.ceil(longestUs / 10), longestUs);
      const begin = atUs + stream.between(0, duringUs - lengthUs);
      const interval = { atUs: begin, untilUs: begin + lengthUs };
      this.add(stream.pick(kinds).draw(stream, this.shape, interval) as Fault, path);
    }
    return atUs + duringUs;
  }

  private monkey({ monkey }: MonkeyStep, atUs: number, path: Path, draw: Prng): number {
    const within = [...path, 'monkey'];
    const untilUs = atUs + this.time(monkey.during);
    const group = this.here([...within, 'on'], () => membersOf(monkey.on, this.shape, draw));
    const spared = this.here([...within, 'optOut'], () =>
      monkey.optOut === undefined ? [] : membersOf(monkey.optOut, this.shape, draw),
    );
    const victims = group.filter((node) => !spared.includes(node));
    if (victims.length === 0) throw this.wrong(within, 'everybody opted out, nobody is left');
    const most = monkey.atMost ?? Infinity;
    let done = 0;
    for (let at = atUs; at + this.time(monkey.for) <= untilUs; at += this.time(monkey.every)) {
      const stream = draw.fork(at);
      if (done >= most || !stream.chance(monkey.chance ?? 1_000)) continue;
      done += 1;
      const nodes: NodeTarget = { of: 'node', node: stream.pick(victims) };
      const { fault } = monkey;
      const interval = { atUs: at, untilUs: at + this.time(monkey.for) };
      this.make(this.kind(fault, [...within, 'fault']), { ...interval, nodes }, {}, within);
      if (this.time(monkey.every) === 0) break;
    }
    return untilUs;
  }

  private fault(step: FaultStep, interval: FaultInterval, path: Path, draw: Prng): void {
    const { fault, at: _at, for: _for, until: _u, every: _e, times: _t, ...timeless } = step;
    const { spread: _s, flap: _f, ...rest } = timeless;
    const { on, from, to, oneWay, shape, ...fields } = rest;
    const kind = this.kind(fault, [...path, 'fault']);
    if (kind.on === 'nodes') {
      const stray = Object.entries({ from, to, oneWay, shape }).find(([, v]) => v !== undefined);
      if (stray !== undefined) throw this.wrong([...path, stray[0]], `${fault} hits nodes: say on`);
      if (on === undefined) throw this.wrong(path, `${fault} hits nodes, wanted on: whom`);
      const nodes = this.target(on, [...path, 'on'], draw);
      this.make(kind, { ...interval, nodes }, fields, path);
      return;
    }
    for (const links of this.links({ on, from, to, oneWay, shape }, fault, path, draw)) {
      this.make(kind, { ...interval, links }, fields, path);
    }
  }

  private links(
    { on, from, to, oneWay, shape }: Pick<FaultStep, 'on' | 'from' | 'to' | 'oneWay' | 'shape'>,
    fault: string,
    path: Path,
    draw: Prng,
  ): readonly LinkTarget[] {
    if (on !== undefined) {
      throw this.wrong([...path, 'on'], `${fault} hits links: say from and to, or shape`);
    }
    if (shape !== undefined) {
      return this.here([...path, 'shape'], () => linksOfShape(shape, this.shape, draw));
    }
    if (from === undefined || to === undefined) {
      throw this.wrong(path, `${fault} hits links, wanted from and to, or shape`);
    }
    const bothWays = oneWay !== true;
    return [
      {
        from: this.target(from, [...path, 'from'], draw.fork('from')),
        to: this.target(to, [...path, 'to'], draw.fork('to')),
        bothWays,
      },
    ];
  }

  /** Times of a kind's own fields are written as durations, without `Us`: `delay: 200ms`. */
  private make(
    kind: FaultDefinition,
    where: FaultInterval & ({ readonly nodes: NodeTarget } | { readonly links: LinkTarget }),
    given: Readonly<Record<string, unknown>>,
    path: Path,
  ): void {
    const fields: Record<string, unknown> = {};
    for (const [name, schema] of Object.entries<z.ZodType>(kind.fields)) {
      const own = name.endsWith('Us') ? name.slice(0, -2) : name;
      const value = given[own];
      if (value !== undefined) {
        fields[name] = own === name ? value : this.ownTime(value, [...path, own]);
      } else if (own !== name && !schema.safeParse(undefined).success) fields[name] = 0;
    }
    const known = Object.keys(kind.fields).map((n) => (n.endsWith('Us') ? n.slice(0, -2) : n));
    const stray = Object.keys(given).find((name) => !known.includes(name));
    if (stray !== undefined) {
      const wanted = known.length === 0 ? 'no field of its own' : `one of ${known.join(', ')}`;
      throw this.wrong([...path, stray], `${kind.kind} has no field ${stray}, wanted ${wanted}`);
    }
    const fault = { kind: kind.kind, ...where, ...fields };
    const [issue] = schemaOf(kind).safeParse(fault).error?.issues ?? [];
    if (issue !== undefined) {
      const field = String(issue.path[0] ?? '').replace(/Us$/, '');
      throw this.wrong([...path, field], `${kind.kind}: ${field}: ${issue.message}`);
    }
    this.add(fault as unknown as Fault, path);
  }

  private add(fault: Fault, path: Path): void {
    if (this.faults.length >= faultsMax) {
      throw this.wrong(path, `the plan comes to more than ${faultsMax} faults, wanted fewer`);
    }
    const { sooner } = this;
    this.faults.push({ fault: sooner.length === 0 ? fault : { ...fault, sooner }, path });
  }

  /** May be negative, as a jump of a clock is. */
  private ownTime(value: unknown, path: Path): number {
    const m = /^\s*(-?)\s*(\d+(?:\.\d+)?)\s*(us|ms|s|min|h)\s*$/.exec(String(value));
    if (m === null) throw this.wrong(path, `is ${JSON.stringify(value)}, wanted a duration: 200ms`);
    const us = Number(m[2]) * ({ us: 1, ms: 1e3, s: 1e6, min: 6e7, h: 3.6e9 }[m[3] ?? ''] ?? 0);
    return Math.round(m[1] === '-' ? -us : us);
  }

  private target(form: string | string[], path: Path, draw: Prng): NodeTarget {
    return this.here(path, () => targetOf(form, this.shape, draw));
  }

  private kind(name: string, path: Path): FaultDefinition {
    const kind = definitionOf(name);
    if (kind !== undefined) return kind;
    const all = allKinds().map((k) => k.kind);
    throw this.wrong(path, `there is no fault "${name}", wanted one of ${all.join(', ')}`);
  }

  private here<T>(path: Path, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof WrongTarget) throw this.wrong(path, error.message);
      throw error;
    }
  }

  private wrong(path: Path, why: string): Error {
    return refused(this.file.where(path), why);
  }

  /** Scaled, whole µs. */
  private time(us: number | undefined): number {
    return Math.round((us ?? 0) * this.scale);
  }
}
