/** CONSISTENCY: a new version comes to no more instances than its step allows, and a step at a time (C6). */
import {
  driftFactor,
  formatDuration,
  minutesUs,
  monitored,
  nameNode,
  when,
} from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type { ServingObservation } from '../observations.ts';
import { instancesIn, numberOf, Steps } from './versions.ts';
import type { Step } from './versions.ts';

export function rolloutShare(): Invariant {
  return monitored(
    {
      id: 'rollout-share',
      area: 'CONSISTENCY',
      claim:
        'No more instances serve a new version than the share of its step, and each step comes one after the other, none too soon.',
      faultModel: "any faults; clocks within the plan's drift",
    },
    (program) => new ShareMonitor(program),
  );
}

class ShareMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly steps: Steps;
  /** The newest of each service, and the highest step of its version so far. */
  private readonly newest = new Map<string, Step>();
  private readonly highest = new Map<string, number>();
  /** By service and version: who serves it now. */
  private readonly serving = new Map<NodeId, ServingObservation>();
  private served = 0;

  constructor(program: Program) {
    this.program = program;
    this.steps = new Steps(program);
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'node') this.serving.delete(e.node);
    const step = this.steps.take(e);
    if (step !== null) return this.stepped(step);
    if (e.type !== 'observe' || e.value.kind !== 'serving') return null;
    this.serving.set(e.node, e.value);
    this.served += 1;
    return this.counted(e.value, e.node, e.timeUs);
  }

  private stepped(step: Step): Explanation | null {
    const { service, to } = step;
    const before = this.newest.get(service);
    this.newest.set(service, step);
    const key = `${service} ${to}`;
    this.highest.set(key, Math.max(this.highest.get(key) ?? 0, step.step));
    if (before === undefined || before.to !== to || step.step <= before.step) return null;
    const stepUs = numberOf(this.program, 'stepUs', minutesUs(5));
    const { policyDivisor } = this.program.settings;
    const leastUs = Math.floor(stepUs / policyDivisor / driftFactor(this.program));
    const tookUs = step.appliedUs - before.appliedUs;
    const isInOrder = step.step === before.step + 1 && before.state === 'rolling';
    if (isInOrder && tookUs >= leastUs) return null;
    return {
      atUs: step.appliedUs,
      sentences: [
        `The rollout of ${to} to ${service} went from step ${before.step} (${before.state}) to ${step.step} ${when(step.appliedUs)}, ${formatDuration(tookUs)} after the one before.`,
        `It goes up one step at a time, ${formatDuration(leastUs)} apart, and never once it returns.`,
      ],
      ops: [],
    };
  }

  private counted(o: ServingObservation, node: NodeId, atUs: number): Explanation | null {
    const { service, version } = o;
    const highest = this.highest.get(`${service} ${version}`);
    if (highest === undefined) return null;
    const most = Math.floor((instancesIn(this.program, service) * highest) / 10);
    const all = [...this.serving.values()].filter(
      (s) => s.service === service && s.version === version,
    );
    if (all.length <= most) return null;
    return {
      atUs,
      sentences: [
        `${nameNode(this.program, node)} is the ${all.length}th instance of ${service} that serves ${version}, ${when(atUs)}.`,
        `No step of its rollout so far allows more than ${most}.`,
      ],
      ops: [],
    };
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.served === 0) return { undecided: 'no instance served a version of a rollout' };
    return `${this.served} changes of version, ${this.steps.all.length} steps`;
  }
}
