/**
 * How fast the simulation's engine is, in CPU seconds: bare, and with drivers, network and nodes.
 *
 * Run alone: `npx tsx test/bench/engine.ts`, or `node dist/test/bench/engine.js`.
 */
import { fileURLToPath } from 'node:url';
import type { Component, Effects, World as Instant, Msg, Rec } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';
import { Trace } from '../../harness/simulation/trace.ts';
import { Wheel } from '../../harness/simulation/wheel.ts';
import { World } from '../../harness/simulation/world.ts';

export interface EngineFigure {
  readonly name: string;
  readonly events: number;
  readonly cpuSeconds: number;
  readonly eventsPerSecond: number;
  readonly nanosecondsPerEvent: number;
}

/** The best of `rounds` of each measurement: others may load the machine. */
export function benchEngine(rounds = 3): EngineFigure[] {
  return [
    best('bare engine: pop, dispatch, random, hash, push; 10,000 pending', rounds, () =>
      bareEngine(10_000, 5_000_000),
    ),
    best('heartbeats in a ring of 5 nodes: driver, network, strict copies', rounds, () =>
      ring(5, 400_000_000),
    ),
    best('heartbeats in a ring of 10,000 nodes', rounds, () => ring(10_000, 40_000_000)),
  ];
}

/** Each of `nodes` has one event pending: when it comes, one follows within two seconds. */
function bareEngine(nodes: number, events: number): number {
  const wheel = new Wheel();
  const draw = new Prng(1);
  const trace = new Trace();
  for (let id = 0; id < nodes; id++) wheel.post(draw.below(2_000_000), 1, id, 0, 0, null);
  let timers = 0;
  for (let i = 0; i < events && wheel.pop(Wheel.endUs); i++) {
    const { code, node, a } = wheel;
    trace.add(code, node, wheel.nowUs | 0, a);
    switch (code) {
      case 1:
        timers += 1;
        wheel.post(wheel.nowUs + 1 + draw.below(2_000_000), 2, node, a + 1, 0, null);
        break;
      default:
        wheel.post(wheel.nowUs + 1 + draw.below(2_000_000), 1, node, a + 1, 0, null);
    }
  }
  return timers < events ? events : 0;
}

function ring(nodes: number, untilUs: number): number {
  const model = nodes > 100 ? { strictEvery: 0 } : {};
  const world = new World({ nodes, seed: 1, model, make: (id) => [new Beater(id, nodes)] });
  for (let id = 0; id < nodes; id++) world.start(id);
  world.runUntil(untilUs);
  return world.events;
}

const beat: Msg = { kind: 'beat' };
const ack: Msg = { kind: 'ack' };

/** A beat a second to the next node, which acknowledges it. */
class Beater implements Component {
  private readonly next: number;
  private acks = 0;

  constructor(id: number, nodes: number) {
    this.next = (id + 1) % nodes;
  }

  start(_records: Iterable<Rec>, w: Instant, fx: Effects): void {
    fx.setTimer(0, w.random(1_000));
  }

  message(from: number, m: Msg, _w: Instant, fx: Effects): void {
    if (m.kind === 'beat') fx.send(from, ack);
    else this.acks += 1;
  }

  timer(_kind: number, _arg: number, _w: Instant, fx: Effects): void {
    fx.send(this.next, beat);
    fx.setTimer(0, this.next < 5 ? 1_000 : 1_000_000);
  }

  call(): void {}
  durable(): void {}
}

function best(name: string, rounds: number, run: () => number): EngineFigure {
  let figure: EngineFigure | undefined;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    const events = run();
    const { user, system } = process.cpuUsage(before);
    const cpuSeconds = (user + system) / 1e6;
    const eventsPerSecond = Math.round(events / cpuSeconds);
    if (figure !== undefined && figure.eventsPerSecond > eventsPerSecond) continue;
    const nanosecondsPerEvent = Math.round((cpuSeconds / events) * 1e9);
    figure = { name, events, cpuSeconds, eventsPerSecond, nanosecondsPerEvent };
  }
  return figure as EngineFigure;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const f of benchEngine()) {
    const million = (f.eventsPerSecond / 1e6).toFixed(2);
    process.stdout.write(`${million} M events/CPU s  ${f.nanosecondsPerEvent} ns  ${f.name}\n`);
  }
}
