/** Carries out a fault plan in a simulated world, and records when each fault begins, takes effect and ends. */
import { assert } from '../core/assert.ts';
import type { Pins, SkippedFault } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import type { Fault } from '../core/fault.ts';
import type { HistoryEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Program } from '../core/program.ts';
import { aimFault } from '../faults/aim.ts';
import type { Aim } from '../faults/aim.ts';
import { kindOf } from '../faults/kinds.ts';
import type { CrashPoint } from '../faults/crash-point.ts';
import type { DiskTrouble } from '../faults/disk-trouble.ts';
import type { LinkRule } from '../faults/link-rule.ts';
import type { SimulatedPorts } from '../faults/ports.ts';
import { describeFault } from '../faults/describe.ts';
import { processState } from '../faults/overlap.ts';
import type { RoleBook } from '../faults/resolve.ts';
import type { ClockSkew } from './clock.ts';
import type { World } from './world.ts';

export interface FaultsOptions {
  readonly world: World;
  readonly program: Program;
  readonly roles: RoleBook;
  /** Roles resolved in an earlier run. */
  readonly pins: Pins;
  readonly record: (e: HistoryEvent) => void;
  readonly start: (node: NodeId) => void;
}

/** What an active fault needs for its end. */
interface Active {
  readonly nodes: readonly NodeId[];
  readonly end: () => void;
}

/** Crashes and pauses in force at one node, and the pauses that wait for a process to stop. */
interface ProcessFaults {
  crashes: number;
  /** Clean stops, which are no crashes. */
  stops: number;
  /** Cuts the goodbye that is being said short. */
  hurry: (() => void) | null;
  readonly pauses: (() => void)[];
  /** Troubles of its disk, of which it may end. */
  troubles: number;
  /** A crash took it down: only that brings it up again. */
  isDown: boolean;
}

export class Faults {
  /** What roles were resolved to in this run, in the form of the option. */
  readonly pins: Record<number, readonly NodeId[]> = {};
  private readonly o: FaultsOptions;
  private readonly active = new Map<number, Active>();
  private readonly effective = new Set<number>();
  private readonly processes = new Map<NodeId, ProcessFaults>();
  /** Faults that hit nobody, with the reason. */
  readonly skipped: SkippedFault[] = [];

  constructor(options: FaultsOptions) {
    this.o = options;
  }

  /** Schedules every fault; the plan's times count from `readyUs`. */
  schedule(readyUs: number): void {
    const { faults } = this.o.program;
    for (let i = 0; i < faults.length; i++) {
      const fault = faults[i] as Fault;
      this.o.world.at(readyUs + fault.atUs, () => this.begin(i, fault));
      this.o.world.at(readyUs + Math.max(fault.untilUs, fault.atUs), () => this.end(i, fault));
    }
  }

  /** Heals whatever is left, in the order of the plan. */
  endAll(): void {
    this.o.program.faults.forEach((fault, i) => this.end(i, fault));
    assert(this.active.size === 0 && this.o.world.network.faults === 0, 'not everything is healed');
  }

  private begin(i: number, fault: Fault): void {
    const { shape } = this.o.program;
    const { aim, pin } = aimFault(fault, shape, this.o.roles, this.o.pins[i]);
    if (pin !== null) this.pins[i] = pin;
    if (typeof aim === 'string') {
      this.skip(i, fault, aim);
      return;
    }
    const { kind, simulate } = kindOf(fault);
    if (simulate === undefined) {
      this.skip(i, fault, `${kind} cannot be done here`);
      return;
    }
    const { nodes } = aim;
    this.note(i, fault, 'begin', nodes);
    const onEffect = (): void => this.tookEffect(i, fault, nodes);
    const end: unknown = simulate(fault, this.ports(i, kind, aim, onEffect));
    if (typeof end !== 'function') {
      throw wrong(kind, `simulate gave ${String(end)}`, 'what ends the fault', 'Return it');
    }
    this.active.set(i, { nodes, end: end as () => void });
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
      crash: () => onNodes((id) => this.takeDown(id, 'crashes', onEffect)),
      crashUpon: (point) => onNodes((id) => this.crashUpon(id, point, onEffect)),
      stop: () => onNodes((id) => this.takeDown(id, 'stops', onEffect)),
      pause: () => onNodes((id) => this.pause(id, onEffect)),
      skewClock: ({ jumpUs, driftPpm }) =>
        onNodes((id) => this.skew(id, { ppm: driftPpm, jumpUs }, onEffect)),
      slowDisk: (delayUs) => onNodes((id) => this.slow(id, delayUs, onEffect)),
      troubleDisk: (what) => onNodes((id) => this.trouble(id, what, onEffect)),
    };
  }

  private takeDown(id: NodeId, by: 'crashes' | 'stops', onEffect: () => void): () => void {
    const faults = this.processFaults(id);
    const wasUp = this.o.world.isUp(id);
    faults[by] += 1;
    this.reconcile(id, faults);
    if (wasUp) onEffect();
    return () => {
      faults[by] -= 1;
      this.reconcile(id, faults);
    };
  }

  private crashUpon(id: NodeId, point: CrashPoint, onEffect: () => void): () => void {
    const { world } = this.o;
    let restart: (() => void) | null = null;
    const end = (): void => {
      restart?.();
      restart = null;
    };
    const disarm = world.node(id).watch(point, () => {
      // Not from within what the node does: the message has left, the record is not on the disk.
      world.at(world.nowUs, () => {
        restart = this.takeDown(id, 'crashes', onEffect);
        world.at(world.nowUs + point.downUs, end);
      });
    });
    return () => {
      disarm();
      end();
    };
  }

  private pause(id: NodeId, onEffect: () => void): () => void {
    const faults = this.processFaults(id);
    faults.pauses.push(onEffect);
    this.reconcile(id, faults);
    return () => {
      faults.pauses.splice(faults.pauses.indexOf(onEffect), 1);
      this.reconcile(id, faults);
    };
  }

  /** Makes the process what the crashes and pauses in force make of it. */
  private reconcile(id: NodeId, faults: ProcessFaults): void {
    const { world } = this.o;
    const { crashes, stops, pauses } = faults;
    const state = processState(crashes + stops, pauses.length);
    if (state === 'down') {
      faults.isDown = true;
      if (!world.isUp(id)) return;
      if (crashes === 0 && world.node(id).pauses === 0) return this.shutDown(id, faults);
      faults.hurry = null;
      world.crash(id);
      this.o.record({ type: 'node', timeUs: world.nowUs, node: id, change: 'crashed' });
      return;
    }
    if (faults.isDown) {
      faults.hurry?.();
      this.o.start(id);
    }
    faults.isDown = false;
    // Who ended by itself can neither be stopped nor let go.
    if (!world.isUp(id)) return;
    const isPaused = world.node(id).pauses > 0;
    if (state === 'stands still' && !isPaused) world.pause(id);
    if (state === 'runs' && isPaused) world.resume(id);
    for (const onEffect of pauses) onEffect();
  }

  private shutDown(id: NodeId, faults: ProcessFaults): void {
    const { world } = this.o;
    if (faults.hurry !== null) return;
    faults.hurry = world.shutDown(id, () => {
      faults.hurry = null;
      this.o.record({ type: 'node', timeUs: world.nowUs, node: id, change: 'stopped' });
    });
  }

  private processFaults(id: NodeId): ProcessFaults {
    let faults = this.processes.get(id);
    if (faults === undefined) {
      faults = { crashes: 0, stops: 0, hurry: null, pauses: [], troubles: 0, isDown: false };
      this.processes.set(id, faults);
    }
    return faults;
  }

  private skew(id: NodeId, by: ClockSkew, onEffect: () => void): () => void {
    const node = this.o.world.node(id);
    node.skew(by, onEffect);
    return () => node.unskew(by, onEffect);
  }

  private slow(id: NodeId, delayUs: number, onEffect: () => void): () => void {
    const { disk } = this.o.world.node(id);
    disk.slow(delayUs, onEffect);
    return () => disk.hasten(delayUs, onEffect);
  }

  /** A node that ended of it is started again once its disk is sound. */
  private trouble(id: NodeId, what: DiskTrouble, onEffect: () => void): () => void {
    const { world } = this.o;
    const end = world.node(id).disk.trouble(what, onEffect);
    const faults = this.processFaults(id);
    faults.troubles += 1;
    return () => {
      end();
      faults.troubles -= 1;
      const wanted = processState(faults.crashes + faults.stops, faults.pauses.length);
      const hasEnded = !world.isUp(id) && wanted !== 'down' && faults.troubles === 0;
      if (!hasEnded) return;
      this.o.start(id);
      this.reconcile(id, faults);
    };
  }
}

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
