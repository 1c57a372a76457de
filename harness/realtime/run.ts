/**
 * The timeline of a run with real parts: start, readiness, clients and faults, heal, stop.
 *
 * Whatever happens on the way, a limit, a failed node, Ctrl-C, everything is healed and taken down
 * before this returns or throws.
 */
import { setMaxListeners } from 'node:events';
import type { Run, RunOptions } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import { formatDuration } from '../core/duration.ts';
import type { Fault } from '../core/fault.ts';
import type { NodeId } from '../core/host.ts';
import { limits } from '../core/limits.ts';
import { clientId } from '../core/program.ts';
import type { Program } from '../core/program.ts';
import type { System } from '../core/system.ts';
import { MembersSaid } from '../faults/members-said.ts';
import type { Asking } from '../faults/taking-out.ts';
import { requirePlan } from '../faults/plan.ts';
import { WorkloadClient } from '../workload/client.ts';
import type { ProbeArrival, Probed, ProbeRequest } from '../host/probe.ts';
import type { Deployment, RealtimeClient } from './deployment.ts';
import { rejectOn, unlessAborted } from './abort.ts';
import { DiskControl } from './disk-control.ts';
import type { VersionAccess } from './fault-access.ts';
import { FaultSchedule } from './fault-schedule.ts';
import { hostName } from './link-names.ts';
import { LinkProbes } from './link-probes.ts';
import { EffectsInForce } from './link-proof.ts';
import { Membership } from './membership.ts';
import { NodeFaultControl } from './node-faults.ts';
import { NodeLifecycle } from './node-lifecycle.ts';
import { Recorder } from './recorder.ts';

export interface LiveOptions extends RunOptions {
  /** Stops the run early; it is healed and taken down, then its reason is thrown. */
  readonly signal?: AbortSignal;
  /** The cluster must be ready after this; default 30 s. */
  readonly readyWithinUs?: number;
}

const readyWithinUsDefault = 30_000_000;
/** Lines of each node's output in a message about a cluster that did not come up. */
const tailLinesMax = 8;

/** Runs `program` on a fresh deployment. Throws `HarnessError` when it cannot be brought up. */
export async function runRealtime(
  deployment: Deployment,
  system: System,
  program: Program,
  options: LiveOptions = {},
): Promise<Run> {
  checkSize(program);
  requirePlan(program.faults);
  const run = new LiveRun(deployment, system, program, options);
  const clean = async (): Promise<readonly string[]> => [
    ...(await run.heal()),
    ...(await deployment.stop()),
  ];
  let result: Omit<Run, 'leftovers'>;
  try {
    result = await run.toTheEnd();
  } catch (e) {
    run.breakOff();
    const leftovers = await clean();
    if (e instanceof Error && leftovers.length > 0) {
      e.message += ` Left behind: ${leftovers.join(', ')}. Remove it by: antlion clean.`;
    }
    throw e;
  }
  const before = run.logs();
  const leftovers = await clean();
  // The last lines of the nodes arrive as they stop; what has none any more had them before.
  const logs = run.logs().map((lines, node) => (lines.length > 0 ? lines : (before[node] ?? [])));
  return { ...result, history: run.history(), leftovers, logs };
}

class LiveRun {
  private readonly deployment: Deployment;
  private readonly system: System;
  private readonly program: Program;
  private readonly options: LiveOptions;
  private readonly recorder: Recorder;
  private readonly clients = new Map<NodeId, RealtimeClient>();
  private readonly workload: WorkloadClient[] = [];
  private readonly alarms = new Set<NodeJS.Timeout>();
  private readonly hurry = new AbortController();
  private readonly said: MembersSaid | null;
  private schedule: FaultSchedule | null = null;
  private readyUs = 0;
  private endUs = 0;

  constructor(deployment: Deployment, system: System, program: Program, options: LiveOptions) {
    // All that waits listens to it.
    setMaxListeners(0, this.hurry.signal);
    this.deployment = deployment;
    this.system = system;
    this.program = program;
    this.options = options;
    const { membersSaid } = system;
    this.said = membersSaid === undefined ? null : new MembersSaid((o) => membersSaid(o));
    this.recorder = new Recorder({
      shape: program.shape,
      trueUs: () => deployment.trueUs(),
      readiness: system.readiness?.(program) ?? null,
      onEvent: (e) => {
        this.said?.event(e);
        this.schedule?.event(e);
        options.onEvent?.(e);
      },
      isHistoryKept: options.isHistoryKept,
    });
  }

  async toTheEnd(): Promise<Omit<Run, 'leftovers'>> {
    const { deployment, program, recorder } = this;
    const stopped = rejectOn(this.options.signal);
    const lost = [recorder.broken, stopped.promise];
    try {
      await Promise.race([deployment.start(recorder), ...lost]);
      this.openClients();
      this.readyUs = await Promise.race([this.ready(), ...lost]);
      this.schedule = this.openSchedule();
      this.schedule.begin();
      for (const client of this.workload) client.begin();
      await Promise.race([this.sleep(program.durationUs), ...lost]);
    } finally {
      stopped.forget();
      for (const client of this.workload) client.stop();
      for (const alarm of this.alarms) clearTimeout(alarm);
    }
    await this.schedule.endAll();
    this.endUs = deployment.trueUs();
    const { pins, skipped, notes } = this.schedule;
    return {
      history: this.history(),
      pins,
      traceHash: null,
      skippedFaults: skipped,
      faultNotes: notes,
    };
  }

  /** What is healed from now on is not looked at any more: the run proves nothing. */
  breakOff(): void {
    this.hurry.abort();
  }

  /** Ends every fault and checks it; says what is still broken. Harmless when it was done before. */
  async heal(): Promise<readonly string[]> {
    const broken: string[] = [];
    const note = (e: unknown): void => {
      broken.push(`not healed: ${e instanceof Error ? e.message : String(e)}`);
    };
    const { links } = this.deployment;
    await this.schedule?.endAll().catch(note);
    await links?.healAll().catch(note);
    broken.push(...((await links?.verify().catch(note)) ?? []));
    for (const [id, client] of this.clients) {
      try {
        client.close();
      } catch (e) {
        const what = `session of client ${id - this.program.shape.nodes.length}`;
        broken.push(`${what}: ${e instanceof Error ? e.message : String(e)}`);
      }
    }
    this.clients.clear();
    return broken;
  }

  history(): Run['history'] {
    return this.recorder.history(this.readyUs, this.endUs);
  }

  logs(): string[][] {
    return this.program.shape.nodes.map((_, node) => [...this.deployment.logTail(node)]);
  }

  private openClients(): void {
    const { shape, settings, clients } = this.program;
    const { deployment, recorder } = this;
    clients.forEach((operations, client) => {
      const session = deployment.openClient(client);
      this.clients.set(clientId(shape, client), session);
      this.workload.push(
        new WorkloadClient({
          client,
          clients: shape.clients,
          operations,
          deadlineUs: settings.deadlineUs,
          scheduler: {
            nowUs: () => deployment.trueUs(),
            after: (delayUs, f) => this.after(delayUs, f),
          },
          start: (op, done) => session.start(op, done),
          abandon: (op) => session.abandon?.(op),
          record: (e) => recorder.event(e),
        }),
      );
    });
  }

  private openSchedule(): FaultSchedule {
    const { deployment, program, recorder } = this;
    const { shape } = program;
    const { disks = null, members } = deployment;
    const hurry = this.hurry.signal;
    // Those that stay are put right whatever became of the run.
    const leave = deployment.areNodesForeign === true ? new AbortController().signal : hurry;
    const nodes = new NodeLifecycle({
      deployment,
      record: (e) => recorder.event(e),
      started: (node) => recorder.nextStart(node),
      isGone: (node) => recorder.isGone(node),
      leaveDown: leave,
      onBack: async (node, isNew) => {
        if (isNew) controls.restarted(node);
        await controls.sync();
      },
    });
    const controls = new NodeFaultControl({
      deployment: {
        setFaults: (node, request) => unlessAborted(leave, deployment.setFaults(node, request)),
        counters: (node) => unlessAborted(hurry, deployment.counters(node)),
      },
      clients: this.clients,
      isReachable: (node) => nodes.isReachable(node),
      leaveUntold: leave,
    });
    return new FaultSchedule({
      plan: program.faults,
      pins: this.options.pins ?? {},
      roles: recorder.roles,
      access: {
        shape,
        links: deployment.links,
        areLinksTwoWay: deployment.areLinksTwoWay ?? false,
        areMessagesPackets: deployment.areMessagesPackets ?? false,
        canStop: deployment.shutDown !== undefined,
        nodes,
        controls,
        hurry,
        disks: disks === null ? null : new DiskControl(disks),
        probes: this.openProbes(),
        asking: this.asking(),
        pidOf: deployment.pidOf === undefined ? null : (node) => deployment.pidOf?.(node) ?? null,
        membership: members === undefined ? null : new Membership(members),
        versions: this.versions(),
        inForce: new EffectsInForce(),
        trueUs: () => deployment.trueUs(),
        reserve: (kind, of) => deployment.reserve?.(kind, of) ?? (() => undefined),
      },
      skip: (fault: Fault) =>
        deployment.faults.has(fault.kind)
          ? null
          : (deployment.missing?.get(fault.kind) ?? `${fault.kind} cannot be done here`),
      trueUs: () => deployment.trueUs(),
      record: (e) => recorder.event(e),
      onError: (e) => recorder.failed(e),
    });
  }

  private versions(): VersionAccess | null {
    const { deployment } = this;
    if (deployment.versions === undefined) return null;
    const { signal } = this.hurry;
    const told = (node: NodeId): Promise<string | null> =>
      unlessAborted(signal, deployment.versionTold?.(node) ?? Promise.resolve(null));
    return { known: deployment.versions, told };
  }

  /** By the first client, beside what that has to do. */
  private asking(): Asking | null {
    const { system, clients, program } = this;
    const client = clients.get(clientId(program.shape, 0));
    const change = system.reconfigure;
    if (change === undefined || client === undefined) return null;
    let asked = 0;
    return {
      change: (c) => change(c),
      said: this.said,
      ask: (what, done) => {
        asked += 1;
        client.start({ ...what, id: -asked, afterUs: 0 }, done);
      },
      after: (delayUs, f) => {
        const alarm = setTimeout(f, delayUs / 1_000);
        return () => clearTimeout(alarm);
      },
    };
  }

  /** Null where nodes are not ours to ask. */
  private openProbes(): LinkProbes | null {
    const { deployment, clients } = this;
    if (deployment.probe === undefined) return null;
    const ask = async (from: NodeId, request: ProbeRequest): Promise<readonly Probed[]> => {
      const client = clients.get(from);
      return client === undefined
        ? ((await deployment.probe?.(from, request)) ?? [])
        : ((await client.probe?.(request)) ?? []);
    };
    const arrivals = async (node: NodeId): Promise<readonly ProbeArrival[]> =>
      (await deployment.counters(node)).probes ?? [];
    // Nobody waits for answers of a run that is broken off.
    const { signal } = this.hurry;
    return new LinkProbes({
      ask: (from, request) => unlessAborted(signal, ask(from, request)),
      arrivals: (node) => unlessAborted(signal, arrivals(node)),
      trueUs: () => deployment.trueUs(),
    });
  }

  private ready(): Promise<number> {
    const withinUs = this.options.readyWithinUs ?? readyWithinUsDefault;
    const tooLate = this.sleep(withinUs).then(() => {
      throw new HarnessError(
        'E_NOT_READY',
        `the cluster is not ready after ${formatDuration(withinUs)}. ` +
          `Read what its nodes said last:\n${this.tails()}`,
      );
    });
    return Promise.race([this.recorder.ready, tooLate]);
  }

  private tails(): string {
    const { shape } = this.program;
    return shape.nodes
      .flatMap((_, id) =>
        this.deployment
          .logTail(id)
          .slice(-tailLinesMax)
          .map((line) => `  ${hostName(shape, id)}: ${line}`),
      )
      .join('\n');
  }

  private sleep(delayUs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayUs, resolve));
  }

  /** Never early: a timer of Node's may fire up to a millisecond before its time. */
  private after(delayUs: number, f: () => void): void {
    const dueUs = this.deployment.trueUs() + delayUs;
    const wait = (restUs: number): void => {
      const alarm = setTimeout(
        () => {
          this.alarms.delete(alarm);
          const leftUs = dueUs - this.deployment.trueUs();
          if (leftUs > 0) wait(leftUs);
          else f();
        },
        // Past this Node's timers strike at once: the rest is waited for anew.
        Math.min(Math.ceil(restUs / 1_000), 2 ** 31 - 1),
      );
      this.alarms.add(alarm);
    };
    wait(delayUs);
  }
}

function checkSize({ shape }: Program): void {
  if (shape.nodes.length <= limits.realNodesMax) return;
  throw new HarnessError(
    'E_CONFIG',
    `the shape has ${shape.nodes.length} nodes, at most ${limits.realNodesMax} outside simulation ` +
      '(one proxy a directed link). Use --env simulation.',
  );
}
