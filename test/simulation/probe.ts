/** A component for tests of the simulated world: it does what a message says and keeps a diary. */
import type { Call, Component, Effects, Msg, NodeId, Rec, World } from '../../harness/core/host.ts';
import type { WorldModel } from '../../harness/simulation/options.ts';
import { World as SimulatedWorld } from '../../harness/simulation/world.ts';

/** Each link takes 1 ms, each sync 2 ms, and nothing is drawn. */
export const exact: Partial<WorldModel> = {
  latency: () => 1_000,
  sync: () => 2_000,
  strictEvery: 0,
};

interface Order extends Msg {
  readonly kind: string;
  readonly n: number;
}

class Probe implements Component {
  private readonly id: NodeId;
  private readonly diary: string[];

  constructor(id: NodeId, diary: string[]) {
    this.id = id;
    this.diary = diary;
  }

  start(records: Iterable<Rec>, w: World): void {
    const count = [...records].length;
    this.write(w, `starts with ${count}`);
  }

  message(from: NodeId, m: Msg, w: World, fx: Effects): void {
    this.write(w, `${m.kind} from ${from}`);
    this.obey(m as Order, w, fx);
  }

  call(c: Call, w: World, fx: Effects): void {
    this.obey({ kind: c.f, n: c.value as number }, w, fx);
  }

  timer(kind: number, arg: number, w: World): void {
    this.write(w, `timer ${kind} ${arg}`);
  }

  durable(index: number, w: World): void {
    this.write(w, `durable ${index}`);
  }

  private obey(o: Order, w: World, fx: Effects): void {
    if (o.kind === 'persist') for (let i = 0; i < o.n; i++) fx.persist({ kind: 'r' });
    else if (o.kind === 'send') fx.send(o.n, { kind: 'hello' });
    else if (o.kind === 'timer') fx.setTimer(1, o.n, 7);
    else if (o.kind === 'big-timer') fx.setTimer(2, o.n, 2 ** 40);
    else if (o.kind === 'clock') this.write(w, `reads ${w.wallUs - 1_700_000_000_000_000} wall`);
    else if (o.kind === 'draw') this.write(w, `draws ${w.random(o.n)}`);
  }

  private write(w: World, text: string): void {
    this.diary.push(`${w.nowUs} n${this.id} ${text}`);
  }
}

export interface Stage {
  readonly world: SimulatedWorld;
  /** Tells a node what to do, now. */
  readonly tell: (node: NodeId, f: string, n?: number) => void;
  /** Lets time pass and hands over what was written until then. */
  readonly until: (timeUs: number) => string[];
}

/** Probes 0…nodes-1, started. */
export function stage(nodes: number, model = exact, seed = 1): Stage {
  const diary: string[] = [];
  const world = new SimulatedWorld({ nodes, seed, model, make: (id) => [new Probe(id, diary)] });
  for (let id = 0; id < nodes; id++) world.start(id);
  diary.length = 0;
  let calls = 0;
  return {
    world,
    tell: (node, f, n = 0) => {
      calls += 1;
      world.call(node, 0, { id: calls, f, key: '', value: n });
    },
    until: (timeUs) => {
      world.runUntil(timeUs);
      return diary.splice(0);
    },
  };
}
