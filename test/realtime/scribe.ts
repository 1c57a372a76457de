/** A deployment for tests of runs in real time, and a program for it. */
import type { Fault, FaultKind } from '../../harness/core/fault.ts';
import type { NodeId } from '../../harness/core/host.ts';
import type { Program } from '../../harness/core/program.ts';
import type { Outcome, System } from '../../harness/core/system.ts';
import { faultKinds } from '../../harness/faults/kinds.ts';
import type { LinkEffect } from '../../harness/faults/ports.ts';
import type {
  ControlRequest,
  NodeCounters,
  NodeFaults,
} from '../../harness/host/control-protocol.ts';
import type { Links } from '../../harness/links/links.ts';
import type { Deployment, RealtimeClient, Sink } from '../../harness/realtime/deployment.ts';

export const nodes = ['a', 'b', 'c'].map((name) => ({ name, role: 'server', zone: 'z' }));
export const system: System = {
  name: 'fake',
  operations: new Set(['read']),
  promises: [],
  mutants: {},
};

export function program(faults: readonly Fault[], durationUs = 150_000): Program {
  return {
    scenario: 'live',
    shape: { nodes, clients: 1 },
    faults,
    clients: [[{ id: 0, afterUs: 0, f: 'read', key: 'x', value: null }]],
    durationUs,
    noiseSeed: 1,
    settings: { policyDivisor: 20, deadlineUs: 50_000, mutant: null, extra: {} },
  };
}

/** A deployment that does nothing but write down what it is told; every fault takes effect. */
export class Scribe implements Deployment {
  readonly said: string[] = [];
  readonly faults: ReadonlySet<FaultKind>;
  readonly links: Links;
  readonly told = new Map<NodeId, NodeFaults>();
  sink: Sink | null = null;
  answer: Outcome | null = { type: 'ok', value: 1 };
  private nowUs = 0;
  private asked = 0;

  constructor(faults: readonly FaultKind[] = faultKinds) {
    this.faults = new Set(faults);
    this.links = this.makeLinks();
  }

  /** Never the same twice, so that stamps are ordered. */
  trueUs(): number {
    this.nowUs = Math.max(this.nowUs + 1, Math.floor(performance.now() * 1_000));
    return this.nowUs;
  }

  start(sink: Sink): Promise<void> {
    this.sink = sink;
    for (const node of nodes.keys()) this.started(node);
    return Promise.resolve();
  }

  openClient(): RealtimeClient {
    return {
      start: (_op, done) => {
        if (this.answer !== null) done(this.answer);
      },
      close: () => this.said.push('client closed'),
    };
  }

  crash(node: NodeId): Promise<void> {
    return this.say(`crash ${node}`);
  }

  restart(node: NodeId): Promise<void> {
    queueMicrotask(() => this.started(node));
    return this.say(`restart ${node}`);
  }

  pause(node: NodeId): Promise<void> {
    return this.say(`pause ${node}`);
  }

  resume(node: NodeId): Promise<void> {
    return this.say(`resume ${node}`);
  }

  setFaults(node: NodeId, { faults }: ControlRequest): Promise<void> {
    this.told.set(node, faults);
    return Promise.resolve();
  }

  counters(): Promise<NodeCounters> {
    const n = ++this.asked;
    const count = { dropped: n, duplicated: n, reordered: n };
    const links = Object.fromEntries([...nodes.keys()].map((to) => [to, count]));
    return Promise.resolve({ sent: {}, links, skewedReads: n, delayedSyncs: n, dropped: 0 });
  }

  logTail(node: NodeId): readonly string[] {
    return [`${node} is tired`];
  }

  stop(): Promise<readonly string[]> {
    this.said.push('stop');
    return Promise.resolve([]);
  }

  private started(node: NodeId): void {
    this.sink?.event({ type: 'node', timeUs: this.trueUs(), node, change: 'started' });
  }

  private say(what: string): Promise<void> {
    this.said.push(what);
    return Promise.resolve();
  }

  private makeLinks(): Links {
    return {
      has: () => true,
      create: () => Promise.resolve(new Map()),
      inject: (fault, on, effect: LinkEffect) =>
        this.say(`${fault} ${toxicsOf(effect)} ${on.map((d) => `${d.link} ${d.stream}`).join()}`),
      heal: (fault) => this.say(`heal ${fault}`),
      healAll: () => this.say('heal all'),
      verify: () => Promise.resolve([]),
      effect: () => Promise.resolve('yes'),
      counters: () => Promise.resolve(null),
      close: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
}

function toxicsOf(effect: LinkEffect): string {
  return 'toxics' in effect ? effect.toxics.map((t) => t.type).join(' ') : 'off';
}
