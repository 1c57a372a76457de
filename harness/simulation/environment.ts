/** The simulation as an environment: runs a program in a simulated world, synchronously. */
import { assert } from '../core/assert.ts';
import { formatDuration, minutesUs } from '../core/duration.ts';
import type { Environment, Run, RunOptions } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import { carefulDisk } from '../core/disk-care.ts';
import { kindsWith } from '../faults/kinds.ts';
import type { HistoryEvent } from '../core/history.ts';
import type { Call, CallId, Component, Json, NodeId } from '../core/host.ts';
import type { Monitor } from '../core/invariant.ts';
import { limits } from '../core/limits.ts';
import { clientId } from '../core/program.ts';
import type { Operation, Program } from '../core/program.ts';
import type { MachineForm, Outcome, Readiness, System } from '../core/system.ts';
import { requirePlan } from '../faults/plan.ts';
import { MembersSaid } from '../faults/members-said.ts';
import type { Asked, Asking } from '../faults/taking-out.ts';
import { RoleBook } from '../faults/resolve.ts';
import { asVersion } from '../faults/versions.ts';
import { WorkloadClient } from '../workload/client.ts';
import { Faults } from './faults.ts';
import type { WorldModel } from './options.ts';
import type { Watcher } from './watcher.ts';
import { World } from './world.ts';
import type { Look } from './world.ts';

export interface SimulationOptions {
  /** What differs from the model `lan`. */
  readonly model?: Partial<WorldModel>;
  /** A cluster that is not ready by then throws E_NOT_READY; simulated µs. */
  readonly readyWithinUs?: number;
  /** Events of one run; `limits.eventsMax` by default. */
  readonly eventsMax?: number;
  /** Lets somebody see single events. */
  readonly look?: Look;
  /** Sees what becomes of nodes and messages; is given the world before anything happens. */
  readonly watch?: (world: World) => Watcher;
}

/**
 * An environment that simulates systems with a machine form. Same program, same history and hash.
 *
 * A run ends after the program's duration, at the first violation that a monitor saw, or at the
 * limit of events, which `limitReached` then names; all faults are ended with it. Throws E_CONFIG
 * for a system that has no machine form, and E_NOT_READY.
 */
export function simulation(options: SimulationOptions = {}): Environment<Run> {
  return {
    name: 'simulation',
    time: 'virtual',
    isSynchronous: true,
    get faults() {
      return kindsWith((k) => k.simulate !== undefined);
    },
    run: (system, program, runOptions = {}) =>
      new Simulation(system, program, options, runOptions).run(),
  };
}

/** Code with promises in a component asks for turns, in which these come to rest at one instant. */
export interface TurnTaking {
  /** A run begins; `stop` ends the event that is being performed. */
  begin(stop: () => void): void;
  /** Was a turn asked for since the last question? */
  take(): boolean;
  rest(): Promise<void>;
  /** What to call when all is at rest, before time goes on. */
  calls(): readonly (readonly [NodeId, Call])[];
}

/** As `simulation`, for a system whose components ask for turns. Same program, same history and hash. */
export function simulationInTurns(
  turns: TurnTaking,
  options: SimulationOptions = {},
): Environment<Promise<Run>> {
  return {
    name: 'simulation',
    time: 'virtual',
    isSynchronous: false,
    get faults() {
      return kindsWith((k) => k.simulate !== undefined);
    },
    async run(system, program, runOptions = {}) {
      const simulated = new Simulation(system, program, options, runOptions, turns);
      const phases = simulated.phases();
      for (;;) {
        const phase = phases.next();
        if (phase.done === true) return phase.value;
        await turns.rest();
      }
    },
  };
}

class Simulation {
  private readonly turns: TurnTaking | null;
  private readonly machine: MachineForm;
  private readonly program: Program;
  private readonly options: SimulationOptions;
  private readonly runOptions: RunOptions;
  private readonly world: World;
  private readonly roles: RoleBook;
  private readonly faults: Faults;
  private readonly clients: WorkloadClient[];
  private readonly monitors: Monitor[];
  private readonly readiness: Readiness | undefined;
  private readonly events: HistoryEvent[] = [];
  private readonly replies = new Map<CallId, (v: Json) => void>();
  private calls = 0;
  private isViolated = false;
  /** An event is on its way to those who judge: what is thrown meanwhile is not the node's fault. */
  private isRecording = false;
  private readyUs: number | null = null;

  constructor(
    system: System,
    program: Program,
    options: SimulationOptions,
    runOptions: RunOptions,
    turns: TurnTaking | null = null,
  ) {
    this.turns = turns;
    if (system.machine === undefined) {
      throw new HarnessError(
        'E_CONFIG',
        `${system.name} is reached by its own protocol, wanted a system made of components. ` +
          'Choose another environment.',
      );
    }
    requirePlan(program.faults);
    this.machine = system.machine;
    this.program = program;
    this.options = options;
    this.runOptions = runOptions;
    this.roles = new RoleBook(program.shape);
    this.readiness = system.readiness?.(program);
    this.monitors = (runOptions.monitors ?? []).flatMap((i) => i.monitor?.(program) ?? []);
    this.world = this.openWorld();
    this.world.network.watcher = options.watch?.(this.world) ?? null;
    this.faults = new Faults({
      world: this.world,
      program,
      roles: this.roles,
      pins: runOptions.pins ?? {},
      record: (e) => this.record(e),
      start: (node) => this.start(node),
      asking: this.asking(system),
      versions: this.machine.versions ?? [],
    });
    this.clients = program.clients.map((operations, client) => this.client(operations, client));
  }

  run(): Run {
    const phase = this.phases().next();
    assert(phase.done === true, 'without turns a run has one phase');
    return phase.value;
  }

  /** Stops wherever a turn was asked for. */
  *phases(): Generator<void, Run> {
    const { world, program } = this;
    this.turns?.begin(() => world.stop());
    const nodes = program.shape.nodes.length;
    for (let id = 0; id < nodes + program.shape.clients; id++) this.start(id);
    if (this.readiness === undefined) this.beReady();
    const readyWithinUs = this.options.readyWithinUs ?? minutesUs(30);
    if (this.readyUs === null) yield* this.until(readyWithinUs);
    if (this.readyUs === null && !world.isFull && !this.isViolated) throw notReady(readyWithinUs);
    if (this.readyUs !== null && !this.isViolated) {
      yield* this.story(this.readyUs, this.readyUs + program.durationUs);
    }
    for (const client of this.clients) client.stop();
    this.faults.endAll();
    return {
      history: {
        events: this.events,
        readyUs: this.readyUs ?? world.nowUs,
        endUs: world.nowUs,
      },
      pins: this.faults.pins,
      traceHash: world.traceHash,
      simulatedEvents: world.events,
      skippedFaults: this.faults.skipped,
      leftovers: [],
      ...(this.faults.notes.length > 0 && { faultNotes: this.faults.notes }),
      ...(world.isFull && { limitReached: 'eventsMax' }),
    };
  }

  /** As far as each moment at which noise is drawn anew, and then to the end. */
  private *story(readyUs: number, endUs: number): Generator<void, void> {
    for (const { fromUs, seed } of this.program.noise?.turns ?? []) {
      const turnUs = readyUs + fromUs;
      if (turnUs >= endUs || this.isViolated) break;
      yield* this.until(turnUs);
      this.world.noise.turn(seed);
    }
    if (!this.isViolated) yield* this.until(endUs);
  }

  private *until(limitUs: number): Generator<void, void> {
    const { world, turns } = this;
    const wasReady = this.readyUs !== null;
    for (;;) {
      while (turns?.take() === true) {
        yield;
        for (const [id, call] of turns.calls()) world.call(id, this.machine.callLane, call);
      }
      // Who was waited for is ready, or it is all over.
      if (this.isViolated || (this.readyUs !== null) !== wasReady) return;
      if (world.nowUs >= limitUs || world.isFull) return;
      world.runUntil(limitUs);
    }
  }

  private openWorld(): World {
    const { shape, noiseSeed, noise } = this.program;
    return new World({
      nodes: shape.nodes.length + shape.clients,
      machines: shape.nodes.length,
      seed: noiseSeed,
      ...(noise !== undefined && { noise }),
      make: (id) => this.components(id),
      diskCare: (id) => ({
        ...carefulDisk,
        ...this.machine.diskCare?.({ id, shape, settings: this.program.settings }),
      }),
      checksMessages: (id) =>
        this.machine.checksMessages?.({ id, shape, settings: this.program.settings }) ?? true,
      eventsMax: this.options.eventsMax ?? limits.eventsMax,
      ...(this.options.model !== undefined && { model: this.options.model }),
      ...(this.options.look !== undefined && { look: this.options.look }),
      onObserve: (node, e) => {
        const timeUs = this.world.nowUs;
        this.record({ type: 'observe', timeUs, node, value: e });
      },
      onFailure: (node, error) => this.failed(node, error),
      onReply: (_, call, v) => {
        const reply = this.replies.get(call);
        this.replies.delete(call);
        reply?.(v);
      },
    });
  }

  private components(id: NodeId): readonly Component[] {
    const { shape, settings } = this.program;
    const version = this.faults.versionOf(id);
    const config = { id, shape, settings, ...(version !== null && { version }) };
    const lanes = id < shape.nodes.length ? this.machine.node(config) : this.machine.client(config);
    return lanes.map((lane) => lane.component);
  }

  private client(operations: readonly Operation[], client: number): WorkloadClient {
    const { world } = this;
    const id = clientId(this.program.shape, client);
    return new WorkloadClient({
      client,
      clients: this.program.shape.clients,
      operations,
      deadlineUs: this.program.settings.deadlineUs,
      scheduler: {
        nowUs: () => world.nowUs,
        after: (delayUs, f) => world.at(world.nowUs + delayUs, f),
      },
      start: (op, done) => this.ask(id, op, done),
      record: (e) => this.record(e),
    });
  }

  private ask(client: NodeId, { f, key, value }: Asked, done: (outcome: Outcome) => void): void {
    const call = this.calls;
    this.calls += 1;
    this.replies.set(call, (v) => done(v as unknown as Outcome));
    this.world.call(client, this.machine.callLane, { id: call, f, key, value });
  }

  /** By the first client, beside what that has to do. */
  private asking(system: System): Asking | null {
    const { world, program } = this;
    const change = system.reconfigure;
    if (change === undefined || program.shape.clients === 0) return null;
    return {
      change: (c) => change(c),
      said:
        system.membersSaid === undefined
          ? null
          : new MembersSaid((o) => system.membersSaid?.(o) ?? null),
      ask: (asked, done) => this.ask(clientId(program.shape, 0), asked, done),
      after: (delayUs, f) => {
        let isWanted = true;
        world.at(world.nowUs + delayUs, () => isWanted && f());
        return () => {
          isWanted = false;
        };
      },
    };
  }

  private start(node: NodeId): void {
    if (node < this.program.shape.nodes.length) {
      const timeUs = this.world.nowUs;
      const version = this.faults.versionOf(node);
      this.record({ type: 'node', timeUs, node, change: 'started', ...asVersion(version) });
    }
    this.world.start(node);
  }

  /** A node ends by itself. A client cannot: it is a part of the harness in every environment. */
  private failed(node: NodeId, error: unknown): void {
    const isNodes = !this.isRecording && node < this.program.shape.nodes.length;
    if (!isNodes || error instanceof HarnessError) throw error;
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.record({ type: 'node', timeUs: this.world.nowUs, node, change: 'failed', reason });
    if (this.readyUs !== null) return;
    const name = this.program.shape.nodes[node]?.name ?? `node ${node}`;
    throw new HarnessError(
      'E_NOT_READY',
      `${name} ended before the cluster was ready: ${reason}. Mend what it says and run again.`,
      { cause: error },
    );
  }

  /** Every event of the history passes here, in order. */
  private record(e: HistoryEvent): void {
    const before = this.isRecording;
    this.isRecording = true;
    this.tell(e);
    this.isRecording = before;
  }

  private tell(e: HistoryEvent): void {
    this.events.push(e);
    this.roles.event(e);
    this.faults.event(e);
    this.runOptions.onEvent?.(e);
    if (!this.isViolated && this.monitors.some((m) => m.event(e) !== null)) {
      this.isViolated = true;
      this.world.stop();
    }
    if (this.readyUs === null && this.readiness?.event(e) === true) this.beReady();
  }

  /** The program's times count from now. */
  private beReady(): void {
    const { world } = this;
    this.readyUs = world.nowUs;
    this.faults.schedule(world.nowUs);
    for (const client of this.clients) client.begin();
    // The end of the run is known only now: leave the wait for readiness.
    world.stop();
  }
}

function notReady(readyWithinUs: number): HarnessError {
  return new HarnessError(
    'E_NOT_READY',
    `the simulated cluster is not ready after ${formatDuration(readyWithinUs)} of its own time. ` +
      'Look at what its nodes observed, or raise readyWithinUs.',
  );
}
