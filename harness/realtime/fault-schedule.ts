/**
 * The fault plan against real time: begins, watches and ends each fault, and heals all in the end.
 *
 * A fault is an interval: its `begin` is stamped before anything is done, its `end` after the
 * last, so that it was in force nowhere outside the two stamps.
 */
import type { FaultNote, Pins, SkippedFault } from '../core/environment.ts';
import { formatDuration } from '../core/duration.ts';
import { HarnessError } from '../core/errors.ts';
import type { Fault, FaultPlan } from '../core/fault.ts';
import type { FaultEvent, HistoryEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import { aimFault } from '../faults/aim.ts';
import { describeFault } from '../faults/describe.ts';
import type { RoleBook } from '../faults/resolve.ts';
import { Gain } from '../faults/sooner.ts';
import { Lookout } from '../faults/sighting.ts';
import { inject } from './inject.ts';
import type { FaultAccess, MeasuredInjection } from './fault-access.ts';

export interface FaultScheduleOptions {
  readonly plan: FaultPlan;
  readonly pins: Pins;
  readonly roles: RoleBook;
  readonly access: FaultAccess;
  /** Why this environment cannot do a kind of fault, or null. */
  readonly skip: (fault: Fault) => string | null;
  readonly trueUs: () => number;
  readonly record: (e: HistoryEvent) => void;
  readonly onError: (error: Error) => void;
}

interface Active {
  readonly injection: MeasuredInjection;
  readonly nodes: readonly NodeId[];
  /** Ends when it has begun. */
  readonly begun: Promise<void>;
  isEffective: boolean;
  isOver: boolean;
  /** When it was in force, µs of the run; Infinity: it is not yet. */
  begunUs: number;
  /** Null: it ends on time. */
  readonly lookout: Lookout | null;
}

/** A fault that begins or ends so much later than planned is told. */
const lateUs = 1_000_000;
/** How often it is asked whether a fault in force took effect. */
const watchMs = 100;

export class FaultSchedule {
  readonly pins: Record<number, readonly NodeId[]> = {};
  readonly skipped: SkippedFault[] = [];
  readonly notes: FaultNote[] = [];
  private readonly o: FaultScheduleOptions;
  private readonly active = new Map<number, Active>();
  /** The end of each fault that was ended, under way or done. */
  private readonly ends = new Map<number, Promise<void>>();
  private readonly alarms = new Set<NodeJS.Timeout>();
  /** Faults that may come sooner than planned; those that have begun are gone. */
  private readonly hastened = new Map<number, Gain>();
  private isOver = false;
  private readyUs = 0;

  constructor(options: FaultScheduleOptions) {
    this.o = options;
  }

  /** The plan's times count from now. */
  begin(): void {
    this.readyUs = this.o.trueUs();
    this.o.plan.forEach((fault, i) => {
      const reason = this.o.skip(fault);
      if (reason !== null) {
        this.skip(i, fault, reason);
        return;
      }
      if (fault.sooner !== undefined) this.hastened.set(i, new Gain(fault.sooner, this.readyUs));
      this.at(fault.atUs, () => this.beginOne(i, fault));
      this.at(Math.max(fault.untilUs, fault.atUs), () => this.endOne(i, fault));
    });
  }

  /** Ends every fault that is in force; begins none any more. */
  async endAll(): Promise<void> {
    this.isOver = true;
    for (const alarm of this.alarms) clearTimeout(alarm);
    for (const i of this.active.keys()) void this.endOne(i, this.o.plan[i] as Fault);
    // Each is given its chance, whatever becomes of the others.
    const ended = await Promise.allSettled(this.ends.values());
    const failed = ended.find((r) => r.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** To be called with every event of the run, as it comes. */
  event(e: HistoryEvent): void {
    for (const [i, gain] of this.hastened) {
      if (!gain.event(e)) continue;
      const fault = this.o.plan[i] as Fault;
      const inUs = (us: number): number =>
        Math.max(0, this.readyUs + us - gain.byUs - this.o.trueUs());
      this.at(inUs(fault.atUs), () => this.beginOne(i, fault));
      this.at(inUs(Math.max(fault.untilUs, fault.atUs)), () => this.endOne(i, fault));
    }
    for (const [i, { lookout }] of this.active) {
      if (lookout?.event(e) === true) this.at(0, () => this.endOne(i, this.o.plan[i] as Fault));
    }
  }

  private at(delayUs: number, work: () => Promise<void>): void {
    const alarm = setTimeout(() => {
      this.alarms.delete(alarm);
      work().catch((e: unknown) => this.o.onError(e instanceof Error ? e : new Error(String(e))));
    }, delayUs / 1_000);
    this.alarms.add(alarm);
  }

  private async beginOne(i: number, fault: Fault): Promise<void> {
    // It has begun before its planned time, which comes all the same.
    if (fault.sooner !== undefined && !this.hastened.delete(i)) return;
    const { aim, pin } = aimFault(fault, this.o.access.shape, this.o.roles, this.o.pins[i]);
    if (pin !== null) this.pins[i] = pin;
    const work = typeof aim === 'string' ? aim : inject(i, fault, aim, this.o.access);
    if (typeof aim === 'string' || typeof work === 'string') {
      this.skip(i, fault, work as string);
      return;
    }
    this.note(i, fault, 'begin', aim.nodes);
    const begun = work.begin();
    const a: Active = {
      injection: work,
      nodes: aim.nodes,
      begun,
      isEffective: false,
      isOver: false,
      begunUs: Infinity,
      lookout: fault.until === undefined ? null : new Lookout(fault.until, this.o.trueUs()),
    };
    this.active.set(i, a);
    await begun.catch((e: unknown) => {
      throw this.failure(fault, 'cannot begin', e);
    });
    a.begunUs = this.o.trueUs();
    await this.look(i, fault, a);
    if (!a.isEffective) this.watch(i, fault);
  }

  private endOne(i: number, fault: Fault): Promise<void> {
    const a = this.active.get(i);
    if (a === undefined) return Promise.resolve();
    this.active.delete(i);
    const end = this.finish(i, fault, a);
    this.ends.set(i, end);
    return end;
  }

  private async finish(i: number, fault: Fault, a: Active): Promise<void> {
    // A beginning that failed is reported by itself; what it did is undone all the same.
    const hasBegun = await a.begun.then(
      () => true,
      () => false,
    );
    const { hurry } = this.o.access;
    if (hasBegun && !hurry.aborted) await this.look(i, fault, a);
    await a.injection.end().catch((e: unknown) => {
      throw this.failure(fault, 'cannot be ended', e);
    });
    const endUs = this.o.trueUs();
    if (hasBegun && !hurry.aborted) await this.look(i, fault, a, endUs);
    a.isOver = true;
    this.note(i, fault, 'end', a.nodes, endUs);
    if (hasBegun) this.tell(i, fault, a, endUs);
  }

  /** What was not as planned. */
  private tell(
    i: number,
    fault: Fault,
    { injection, isEffective, begunUs, lookout }: Active,
    endUs: number,
  ): void {
    const what = describeFault(fault, this.o.access.shape);
    const note = (about: FaultNote['about'], text: string): void => {
      this.notes.push({ fault: i, what, about, text });
    };
    const notOver = injection.notOver?.() ?? null;
    if (notOver !== null) note('not-over', notOver);
    if (!isEffective) note('no-effect', injection.whyNot?.() ?? 'it met nothing');
    else for (const text of injection.oddities?.() ?? []) note('odd', text);
    const missing = lookout?.whatIsMissing ?? null;
    if (missing !== null) note('odd', missing);
    const [fromUs, untilUs] = [begunUs - this.readyUs, endUs - this.readyUs];
    // What lasts until the end of the run ends when that does.
    const wantedUs = this.isOver ? untilUs : Math.max(fault.untilUs, fault.atUs);
    if (fromUs - fault.atUs < lateUs && untilUs - wantedUs < lateUs) return;
    const span = (a: number, b: number): string => `${formatDuration(a)} to ${formatDuration(b)}`;
    note('late', `in force from ${span(fromUs, untilUs)} instead of ${span(fault.atUs, wantedUs)}`);
  }

  private watch(i: number, fault: Fault): void {
    this.at(watchMs * 1_000, async () => {
      const a = this.active.get(i);
      if (a === undefined || this.isOver) return;
      await this.look(i, fault, a);
      if (!a.isEffective) this.watch(i, fault);
    });
  }

  /** `endUs`: when the fault was over, after which nothing takes effect. */
  private async look(i: number, fault: Fault, a: Active, endUs?: number): Promise<void> {
    if (a.isEffective) return;
    // Who cannot tell now is asked again; what was never told leaves the run without proof, not lost.
    if (!(await a.injection.isEffective().catch(() => false))) return;
    // Another look may have been quicker, and nothing takes effect after the end.
    if (a.isEffective || a.isOver) return;
    a.isEffective = true;
    this.note(i, fault, 'effective', a.nodes, endUs);
  }

  private skip(i: number, fault: Fault, reason: string): void {
    this.skipped.push({ fault: i, what: describeFault(fault, this.o.access.shape), reason });
  }

  /** What failed, by the name of the fault. */
  private failure(fault: Fault, what: string, e: unknown): Error {
    if (e instanceof HarnessError) return e;
    const why = e instanceof Error ? e.message : String(e);
    const name = describeFault(fault, this.o.access.shape);
    return new HarnessError(
      'E_FAULT',
      `${name} ${what}: ${why}. Run it again; if it stays, look at the machine's load and logs.`,
      { cause: e },
    );
  }

  private note(
    i: number,
    { kind }: Fault,
    phase: FaultEvent['phase'],
    nodes: readonly NodeId[],
    timeUs = this.o.trueUs(),
  ): void {
    this.o.record({ type: 'fault', timeUs, phase, fault: i, kind, nodes });
  }
}
