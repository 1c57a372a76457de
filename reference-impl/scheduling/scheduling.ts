/**
 * A scheduler with optimistic concurrency (W3; Omega, Schwarzkopf and others, 2013; Kubernetes' resource versions).
 *
 * It goes by a copy of all machines that may be old, and places a pod by a transaction on condition that the machine
 * has not changed since. If it has, the same transaction shows it as it is now, and the next attempt goes by that:
 * so several schedulers need no lock, and one of those that collide always succeeds.
 */
import type { Call, Json } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { StoreClient } from '../store-client/store-client.ts';
import type { KeyValue, StoreAnswer } from '../store/answered.ts';
import { machinePrefix, podPrefix } from './config.ts';
import type { SchedulingConfig } from './config.ts';
import { machineOf, podOf } from './pod.ts';
import type { Machine, PodSpec } from './pod.ts';
import type { SchedulingRules } from './rules.ts';

interface Known {
  readonly machine: Machine;
  readonly version: number;
}

interface Wanted {
  readonly key: string;
  readonly pod: PodSpec;
  readonly endsUs: number;
  readonly done: (o: Outcome) => void;
  tries: number;
  /** Was the copy read since it is wanted? */
  isFresh: boolean;
}

export class Scheduling implements Part {
  private readonly io: HandlerContext;
  private readonly store: StoreClient;
  private readonly config: SchedulingConfig | null;
  private readonly rules: SchedulingRules;
  /** Of the store's machines, by their key. */
  private readonly machines = new Map<string, Known>();

  constructor(
    io: HandlerContext,
    store: StoreClient,
    config: SchedulingConfig | null,
    rules: SchedulingRules,
  ) {
    this.io = io;
    this.store = store;
    this.config = config;
    this.rules = rules;
  }

  /** An operation: place the pod that `key` names; answers with its machine. */
  schedule({ key, value }: Call, done: (o: Outcome) => void): void {
    if (this.config === null) return done({ type: 'fail', error: 'nothing is scheduled here' });
    const pod = podOf(value);
    if (pod === null) return done({ type: 'fail', error: 'bad-request: wanted { app, cpu }' });
    const endsUs = this.store.operationEndsUs;
    this.place({ key: podPrefix + key, pod, endsUs, done, tries: 0, isFresh: false });
  }

  private place(w: Wanted): void {
    const { config, rules, io } = this;
    if (config === null || !this.store.hasRoom) return w.done({ type: 'fail', error: 'busy' });
    if (w.tries >= rules.triesMax(config))
      return w.done({ type: 'fail', error: 'others came before' });
    const best = this.roomiest(w.pod, config.choices);
    const target = best[best.length < 2 ? 0 : io.random(best.length)];
    if (target !== undefined) return this.bind(w, target);
    // What is known may be old.
    if (!w.isFresh) return this.read(w);
    w.done({ type: 'fail', error: 'no machine has room' });
  }

  /** Keys of machines on which it may be placed, those with the most room; at most `count`. */
  private roomiest(pod: PodSpec, count: number): string[] {
    const { rules } = this;
    const room = ({ cpu, pods }: Machine): number => pods.reduce((left, p) => left - p.cpu, cpu);
    return [...this.machines]
      .filter(
        ([, { machine: m }]) =>
          rules.isAllowed(pod, m) && rules.fits(pod, m) && rules.isApart(pod, m),
      )
      .sort(([a, x], [b, y]) => room(y.machine) - room(x.machine) || (a < b ? -1 : 1))
      .slice(0, count)
      .map(([key]) => key);
  }

  private read(w: Wanted): void {
    const op = { f: 'list', prefix: machinePrefix, consistency: 'consistent' } as const;
    this.store.request(op, w.endsUs, (answer) => {
      if (answer?.type !== 'entries') return w.done(ended(answer));
      this.machines.clear();
      for (const e of answer.entries) this.learn(e);
      w.isFresh = true;
      this.place(w);
    });
  }

  private bind(w: Wanted, machine: string): void {
    const known = this.machines.get(machine) as Known;
    const { app, cpu, isApart } = w.pod;
    const pods = [...known.machine.pods, { app, cpu, isApart }];
    w.tries += 1;
    const op = {
      f: 'txn',
      compare: [
        ...this.rules.guards({ key: machine, version: known.version }),
        { key: w.key, exists: false },
      ],
      then: [
        { op: 'put', key: machine, value: { ...known.machine, pods } as unknown as Json },
        { op: 'put', key: w.key, value: machine },
      ],
      else: [
        { op: 'get', key: machine },
        { op: 'get', key: w.key },
      ],
    } as const;
    this.store.request(op, w.endsUs, (answer, node) => {
      if (answer?.type !== 'txn') return w.done(ended(answer));
      const [now, own] = answer.results as readonly [KeyValue, KeyValue];
      this.learn(now);
      const isThere = answer.succeeded || own.value !== null;
      if (isThere) return w.done({ type: 'ok', value: own.value, node, version: own.version });
      this.place(w);
    });
  }

  private learn({ key, value, version }: KeyValue): void {
    const machine = machineOf(value);
    if (machine === null) this.machines.delete(key);
    else this.machines.set(key, { machine, version });
  }
}

function ended(answer: StoreAnswer | null): Outcome {
  if (answer?.type === 'error') return { type: 'fail', error: answer.error.code };
  return { type: 'info', error: 'no answer in time' };
}
