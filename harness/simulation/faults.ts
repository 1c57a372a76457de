/** Carries out a fault plan in a simulated world, and records when each fault begins, takes effect and ends. */
import { assert } from '../core/assert.ts';
import type { FaultNote, Pins, SkippedFault } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import type { Fault } from '../core/fault.ts';
import type { HistoryEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Program } from '../core/program.ts';
import { aimFault } from '../faults/aim.ts';
import type { Aim } from '../faults/aim.ts';
import { linksNotMade } from '../faults/connection-trouble.ts';
import { kindOf } from '../faults/kinds.ts';
import type { LinkRule } from '../faults/link-rule.ts';
import type { SimulatedPorts } from '../faults/ports.ts';
import { describeFault } from '../faults/describe.ts';
import { Gain } from '../faults/sooner.ts';
import { insist, notAsked, type Asking } from '../faults/taking-out.ts';
import { Lookout } from '../faults/sighting.ts';
import type { RoleBook } from '../faults/resolve.ts';
import { whyNoVersion } from '../faults/versions.ts';
import type { ClockSkew } from './clock.ts';
import { ProcessFaults } from './process-faults.ts';
import type { World } from './world.ts';

export interface FaultsOptions {
  readonly world: World;
  readonly program: Program;
  readonly roles: RoleBook;
  /** Roles resolved in an earlier run. */
  readonly pins: Pins;
  readonly record: (e: HistoryEvent) => void;
  readonly start: (node: NodeId) => void;
  /** Null: the system has no operation that changes its members, or there is no client. */
  readonly asking: Asking | null;
  /** Of the system's program, beside the usual one. */
  readonly versions: readonly string[];
}

/** What an active fault needs for its end. */
interface Active {
  readonly nodes: readonly NodeId[];
  readonly end: () => void;
  /** Null: it ends on time. */
  readonly lookout: Lookout | null;
}

export class Faults {
  /** What roles were resolved to in this run, in the form of the option. */
  readonly pins: Record<number, readonly NodeId[]> = {};
  private readonly o: FaultsOptions;
  private readonly active = new Map<number, Active>();
  private readonly effective = new Set<number>();
  private readonly processes: ProcessFaults;
  /** Faults that hit nobody, with the reason. */
  readonly skipped: SkippedFault[] = [];
  /** Of ends that were not seen in time. */
  readonly notes: FaultNote[] = [];
  /** Faults in force that end when something is seen. */
  private waiting = 0;
  /** Those that may come sooner than planned. */
  private readonly hastened = new Map<number, Gain>();
  /** Of those, which have begun: their planned time comes all the same. */
  private readonly begun = new Set<number>();
  private readyUs = 0;

  constructor(options: FaultsOptions) {
    this.o = options;
    this.processes = new ProcessFaults(options);
  }

  /** Schedules every fault; the plan's times count from `readyUs`. */
  schedule(readyUs: number): void {
    const { faults } = this.o.program;
    this.readyUs = readyUs;
    for (let i = 0; i < faults.length; i++) {
      const fault = faults[i] as Fault;
      if (fault.sooner !== undefined) this.hastened.set(i, new Gain(fault.sooner, readyUs));
      this.o.world.at(readyUs + fault.atUs, () => this.begin(i, fault));
      this.o.world.at(readyUs + Math.max(fault.untilUs, fault.atUs), () => this.end(i, fault));
    }
  }

  /** Heals whatever is left, in the order of the plan. */
  endAll(): void {
    this.o.program.faults.forEach((fault, i) => this.end(i, fault));
    assert(this.active.size === 0 && this.o.world.network.faults === 0, 'not everything is healed');
  }

  /** What a node that starts now is; null: what the run began with. */
  versionOf(node: NodeId): string | null {
    return this.processes.versionOf(node);
  }

  /** To be called with every event of the run, in order. */
  event(e: HistoryEvent): void {
    const { world, asking } = this.o;
    asking?.said?.event(e);
    for (const [i, gain] of this.hastened) {
      if (!gain.event(e)) continue;
      const fault = this.o.program.faults[i] as Fault;
      const at = (us: number): number => Math.max(world.nowUs, this.readyUs + us - gain.byUs);
      world.at(at(fault.atUs), () => this.begin(i, fault));
      world.at(at(Math.max(fault.untilUs, fault.atUs)), () => this.end(i, fault));
    }
    if (this.waiting === 0) return;
    for (const [i, { lookout }] of this.active) {
      if (lookout?.event(e) !== true) continue;
      // Not from within what is going on: it ends in the same microsecond.
      world.at(world.nowUs, () => this.end(i, this.o.program.faults[i] as Fault));
    }
  }

  private begin(i: number, fault: Fault): void {
    if (fault.sooner !== undefined) {
      if (this.begun.has(i)) return;
      this.begun.add(i);
      this.hastened.delete(i);
    }
    const { shape } = this.o.program;
    const { aim, pin } = aimFault(fault, shape, this.o.roles, this.o.pins[i]);
    if (pin !== null) this.pins[i] = pin;
    if (typeof aim === 'string') {
      this.skip(i, fault, aim);
      return;
    }
    const { kind, simulate, asksSystem, version } = kindOf(fault);
    if (simulate === undefined) {
      this.skip(i, fault, `${kind} cannot be done here`);
      return;
    }
    if (asksSystem === true && this.o.asking === null) {
      this.skip(i, fault, notAsked);
      return;
    }
    const other = version?.(fault);
    const whyNot = other === undefined ? null : whyNoVersion(other, this.o.versions);
    if (whyNot !== null) {
      this.skip(i, fault, whyNot);
      return;
    }
    const { nodes } = aim;
    this.note(i, fault, 'begin', nodes);
    const onEffect = (): void => this.tookEffect(i, fault, nodes);
    const end: unknown = simulate(fault, this.ports(i, kind, aim, onEffect));
    if (typeof end !== 'function') {
      throw wrong(kind, `simulate gave ${String(end)}`, 'what ends the fault', 'Return it');
    }
    const lookout = fault.until === undefined ? null : new Lookout(fault.until, this.o.world.nowUs);
    if (lookout !== null) this.waiting += 1;
    this.active.set(i, { nodes, end: end as () => void, lookout });
  }

  private skip(i: number, fault: Fault, reason: string): void {
    this.skipped.push({ fault: i, what: describeFault(fault, this.o.program.shape), reason });
  }

  private end(i: number, fault: Fault): void {
    const active = this.active.get(i);
    if (active === undefined) return;
    this.active.delete(i);
    active.end();
    this.note(i, fault, 'end', active.nodes);
    if (active.lookout === null) return;
    this.waiting -= 1;
    const text = active.lookout.whatIsMissing;
    const what = describeFault(fault, this.o.program.shape);
    if (text !== null) this.notes.push({ fault: i, what, about: 'odd', text });
  }

  private tookEffect(i: number, fault: Fault, nodes: readonly NodeId[]): void {
    if (this.effective.has(i)) return;
    this.effective.add(i);
    this.note(i, fault, 'effective', nodes);
  }

  private note(
    i: number,
    fault: Fault,
    phase: 'begin' | 'effective' | 'end',
    nodes: readonly NodeId[],
  ): void {
    const timeUs = this.o.world.nowUs;
    this.o.record({ type: 'fault', timeUs, phase, fault: i, kind: fault.kind, nodes });
  }

  private ports(
    i: number,
    kind: string,
    { links, nodes }: Aim,
    onEffect: () => void,
  ): SimulatedPorts {
    const { network } = this.o.world;
    const { processes } = this;
    const onNodes = (begin: (id: NodeId) => () => void) => {
      const ends = nodes.map(begin);
      return () => ends.forEach((end) => end());
    };
    return {
      nodes,
      links,
      onLinks(rule) {
        const handle = network.begin(checked(kind, rule), links, onEffect, i);
        return () => network.end(handle);
      },
      crash: () => onNodes((id) => processes.takeDown(id, 'crashes', onEffect)),
      crashUpon: (point) => onNodes((id) => processes.crashUpon(id, point, onEffect)),
      stop: () => onNodes((id) => processes.takeDown(id, 'stops', onEffect)),
      pause: () => onNodes((id) => processes.pause(id, onEffect)),
      throttle: (turns) => onNodes((id) => processes.throttle(id, turns, onEffect)),
      skewClock: ({ jumpUs, driftPpm }) =>
        onNodes((id) => this.skew(id, { ppm: driftPpm, jumpUs }, onEffect)),
      slowDisk: (delayUs) => onNodes((id) => this.slow(id, delayUs, onEffect)),
      troubleDisk: (what) => onNodes((id) => processes.trouble(id, what, onEffect)),
      takeOut: () => this.takeOut(nodes, onEffect),
      runAs: (version, stays) => onNodes((id) => processes.runAs(id, { version, stays, onEffect })),
      limitMemory: (roomBytes) =>
        onNodes((id) => processes.limitMemory(id, roomBytes, { fault: i, onEffect })),
      troubleConnections: (what) =>
        onNodes((id) => {
          const those = linksNotMade(id, what, this.o.program.shape);
          const handle = network.begin({ partition: 'refuse', of: 'new' }, those, onEffect, i);
          return () => network.end(handle);
        }),
    };
  }

  private takeOut(nodes: readonly NodeId[], onEffect: () => void): () => void {
    const { asking } = this.o;
    assert(asking !== null, 'a fault that asks the system is skipped where it cannot');
    const giveUp = insist(asking, { add: [], remove: nodes }, (what) => {
      if (what === 'shown') onEffect();
    });
    return () => {
      giveUp();
      // What was asked last may still be done.
      insist(asking, { add: nodes, remove: [] }, () => undefined);
    };
  }

  private skew(id: NodeId, by: ClockSkew, onEffect: () => void): () => void {
    const node = this.o.world.node(id);
    const met = by.ppm !== 0 || by.jumpUs !== 0 ? onEffect : nobodyMet;
    node.skew(by, met);
    return () => node.unskew(by, met);
  }

  private slow(id: NodeId, delayUs: number, onEffect: () => void): () => void {
    const { disk } = this.o.world.node(id);
    const met = delayUs > 0 ? onEffect : nobodyMet;
    disk.slow(delayUs, met);
    return () => disk.hasten(delayUs, met);
  }
}

/** Of a fault that changes nothing: whoever reads that clock or waits for that disk has not met it. */
const nobodyMet = (): void => undefined;

/** The rule of somebody's kind: what it makes of a message is looked at before the network believes it. */
function checked(kind: string, rule: LinkRule): LinkRule {
  const { pass } = rule;
  if (pass === undefined) return rule;
  return {
    ...rule,
    pass(m, draw) {
      const passage = pass(m, draw);
      if (passage === 'lost' || passage === 'reset') return passage;
      if (Number.isSafeInteger(passage) && passage >= 0) return passage;
      const wanted = 'whole µs ≥ 0 of delay, "lost" or "reset"';
      throw wrong(kind, `pass gave ${String(passage)}`, wanted, 'Correct its simulate');
    },
  };
}

function wrong(kind: string, got: string, wanted: string, next: string): HarnessError {
  return new HarnessError('E_CONFIG', `fault "${kind}": ${got}, wanted ${wanted}. ${next}.`);
}
