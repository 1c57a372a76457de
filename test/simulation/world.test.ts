import assert from 'node:assert/strict';
import type { Component, Effects, World as Instant, Msg, Rec } from '../../harness/core/host.ts';
import { World } from '../../harness/simulation/world.ts';
import { exact, stage } from './probe.ts';

describe('simulated world', () => {
  it('delivers after the latency of the link, to oneself in the next microsecond', () => {
    const { tell, until } = stage(2);
    tell(0, 'send', 1);
    tell(0, 'send', 0);
    assert.deepEqual(until(2_000), ['1 n0 hello from 0', '1000 n1 hello from 0']);
  });

  it('fires timers with their argument, whole numbers of any size', () => {
    const { world, tell, until } = stage(1);
    tell(0, 'timer', 500);
    tell(0, 'big-timer', 5_000_000_000);
    assert.equal(world.wheel.pending, 2);
    assert.deepEqual(until(5_000_000_000), [
      '500 n0 timer 1 7',
      `5000000000 n0 timer 2 ${2 ** 40}`,
    ]);
  });

  it('fires a timer without delay at once by a slow clock that stands still for a microsecond', () => {
    const { world, tell, until } = stage(1);
    world.node(0).skew({ ppm: -400_000, jumpUs: 0 }, () => undefined);
    for (let us = 1_000; us < 1_020; us++) {
      until(us);
      tell(0, 'timer', 0);
      assert.match(until(us).join(), /timer 1 7$/);
    }
  });

  it('tells when a node reaches a point in its work, once, at the right one of many', () => {
    const { world, tell, until } = stage(2);
    const reached: number[] = [];
    const note = (): void => void reached.push(world.nowUs);
    world.node(0).watch({ of: 'message', like: { kind: 'hello' }, nth: 2, downUs: 0 }, note);
    world.node(0).watch({ of: 'record', like: {}, nth: 1, downUs: 0 }, note);
    const giveUp = world.node(0).watch({ of: 'message', like: {}, nth: 1, downUs: 0 }, note);
    giveUp();
    for (const us of [10, 20, 30]) {
      until(us);
      tell(0, 'send', 1);
    }
    until(40);
    tell(0, 'persist', 1);
    assert.deepEqual(reached, [20, 40]);
  });

  it('a crash loses timers and messages under way to it; a restart reads the disk', () => {
    const { world, tell, until } = stage(2);
    tell(1, 'persist', 1);
    tell(1, 'timer', 5_000);
    assert.deepEqual(until(3_000), ['2000 n1 durable 0']);
    tell(0, 'send', 1);
    world.crash(1);
    assert.ok(!world.isUp(1));
    until(4_500);
    world.start(1);
    assert.deepEqual(until(9_000), ['4500 n1 starts with 1']);
    assert.throws(() => world.start(1), /started twice/);
  });

  it('a clean stop lets a machine say goodbye, for a bounded time, and keeps its disk', () => {
    const told: string[] = [];
    const heard: number[] = [];
    const made: Leaver[] = [];
    const make = (id: number): Component[] => [
      id === 0 ? new Leaver(made) : new Receiver(() => heard.push(world.nowUs)),
    ];
    const world: World = new World({ nodes: 2, seed: 1, model: exact, make });
    world.start(0);
    world.start(1);
    const stop = (what: string): (() => void) =>
      world.shutDown(0, () => told.push(`${world.nowUs} ${what}`));
    stop('said all');
    world.runUntil(10_000);
    // The last word waits for the disk, which takes 2 ms; it arrives after the machine is down.
    assert.deepEqual([told.splice(0), heard], [['2000 said all'], [3_000]]);
    assert.ok(!world.isUp(0));
    world.start(0);
    assert.equal(made[1]?.found, 1);
    (made[1] as Leaver).isSilent = true;
    stop('too slow');
    world.runUntil(3_000_000);
    assert.deepEqual(told.splice(0), ['2010000 too slow']);
    world.start(0);
    assert.equal(made[2]?.found, 2, 'what was written stays');
    (made[2] as Leaver).isSilent = true;
    stop('in a hurry')();
    assert.deepEqual(told.splice(0), ['3000000 in a hurry']);
    world.start(0);
    (made[3] as Leaver).isSilent = true;
    stop('never');
    world.crash(0);
    world.start(0);
    world.runUntil(9_000_000);
    assert.deepEqual(told, [], 'a crash ends the goodbye');
    assert.ok(world.isUp(0), 'and the limit of an earlier life is none of the next');
  });

  it('a crash keeps what was synced and some prefix of the rest, drawn from the seed', () => {
    const kept = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const { world, tell, until } = stage(1, exact, seed);
      tell(0, 'persist', 2);
      assert.deepEqual(until(2_500), ['2000 n0 durable 1'], 'one sync for the group');
      tell(0, 'persist', 3);
      world.crash(0);
      world.start(0);
      kept.add(until(2_500)[0] ?? '');
    }
    assert.deepEqual(
      [...kept].sort(),
      [2, 3, 4, 5].map((n) => `2500 n0 starts with ${n}`),
    );
  });

  it('syncs in groups: what comes during a sync shares the next one', () => {
    const { tell, until } = stage(1);
    tell(0, 'persist', 1);
    until(500);
    tell(0, 'persist', 1);
    until(900);
    tell(0, 'persist', 1);
    assert.deepEqual(until(9_000), ['2000 n0 durable 0', '4000 n0 durable 2']);
  });

  it('a sync that a crash cut short tells nobody, and shortens no later one', () => {
    const { world, tell, until } = stage(1, { ...exact, sync: () => 5_000 });
    tell(0, 'persist', 1);
    until(1_000);
    world.crash(0);
    world.start(0);
    tell(0, 'persist', 1);
    assert.match(until(6_000).join(), /^1000 n0 starts with \d,6000 n0 durable \d$/);
  });

  it('a slow disk delays the running sync too, and lets it go when healed', () => {
    const { world, tell, until } = stage(1);
    let effective = 0;
    const onEffect = (): void => void (effective += 1);
    tell(0, 'persist', 1);
    world.node(0).disk.slow(10_000, onEffect);
    assert.deepEqual(until(12_000), ['12000 n0 durable 0']);
    tell(0, 'persist', 1);
    until(15_000);
    world.node(0).disk.hasten(10_000, onEffect);
    assert.deepEqual(until(15_000), ['15000 n0 durable 1'], 'not later than without the fault');
    assert.equal(effective, 2);
  });

  it('a pause keeps everything waiting in order, timers under their ids', () => {
    const { world, tell, until } = stage(2);
    tell(1, 'timer', 1_500);
    world.pause(1);
    world.pause(1);
    tell(0, 'send', 1);
    until(4_000);
    tell(0, 'send', 1);
    assert.deepEqual(until(9_000), []);
    world.resume(1);
    assert.deepEqual(until(9_500), [], 'two pauses, one resume');
    world.resume(1);
    assert.deepEqual(until(9_500), [
      '9500 n1 hello from 0',
      '9500 n1 timer 1 7',
      '9500 n1 hello from 0',
    ]);
  });

  it('a disk that gets slow leaves alone the sync that ended while its node was paused', () => {
    const { world, tell, until } = stage(1);
    tell(0, 'persist', 1);
    until(1);
    world.pause(0);
    until(5_000);
    let effective = 0;
    const onEffect = (): void => void (effective += 1);
    world.node(0).disk.slow(10_000, onEffect);
    world.node(0).disk.hasten(10_000, onEffect);
    assert.deepEqual(until(6_000), []);
    world.resume(0);
    assert.deepEqual(until(6_000), ['6000 n0 durable 0']);
    assert.equal(effective, 0);
  });

  it('a crash ends a pause, and what waited is gone', () => {
    const { world, tell, until } = stage(2);
    world.pause(1);
    tell(0, 'send', 1);
    until(2_000);
    world.crash(1);
    world.start(1);
    tell(0, 'send', 1);
    assert.deepEqual(until(9_000), ['2000 n1 starts with 0', '3000 n1 hello from 0']);
    assert.equal(world.wheel.pending, 0);
  });

  it('a fast clock fires early, also timers set before; later it keeps its lead', () => {
    const { world, tell, until } = stage(1);
    const drift = { ppm: 250_000, jumpUs: 70 };
    tell(0, 'timer', 2_000_000);
    until(1_000_000);
    let effective = 0;
    const onEffect = (): void => void (effective += 1);
    world.node(0).skew(drift, onEffect);
    tell(0, 'clock');
    assert.deepEqual(until(1_800_000), ['1000000 n0 reads 1000070 wall', '2000000 n0 timer 1 7']);
    assert.equal(effective, 2);
    world.node(0).unskew(drift, onEffect);
    until(3_000_000);
    tell(0, 'timer', 100);
    assert.deepEqual(until(3_000_099), []);
    assert.deepEqual(until(3_000_100), ['3200100 n0 timer 1 7']);
    tell(0, 'clock');
    assert.deepEqual(until(3_000_100), ['3200100 n0 reads 3200100 wall']);
  });

  it('a slow clock makes timers late', () => {
    const { world, tell, until } = stage(1);
    world.node(0).skew({ ppm: -500_000, jumpUs: 0 }, () => {});
    tell(0, 'timer', 1_001);
    assert.deepEqual(until(2_001), []);
    assert.deepEqual(until(2_002), ['1001 n0 timer 1 7']);
  });

  it('gives each node its own stream: what one draws changes nothing for another', () => {
    const alone = stage(2);
    alone.tell(1, 'draw', 1_000_000);
    const both = stage(2);
    both.tell(0, 'draw', 1_000_000);
    both.tell(0, 'draw', 1_000_000);
    both.tell(1, 'draw', 1_000_000);
    assert.equal(alone.until(1)[0], both.until(1)[2]);
  });

  it('stops at its limit of events', () => {
    const world = new World({
      nodes: 1,
      seed: 1,
      eventsMax: 10,
      make: () => [new Ticker()],
    });
    world.start(0);
    world.runUntil(1_000_000);
    assert.ok(world.isFull);
    assert.deepEqual([world.events, world.nowUs], [10, 1_000]);
  });

  it('stops when told, and goes on', () => {
    const world = new World({ nodes: 1, seed: 1, make: () => [new Ticker()] });
    world.start(0);
    world.at(450, () => world.stop());
    world.runUntil(1_000);
    assert.equal(world.nowUs, 450);
    world.runUntil(1_000);
    assert.equal(world.nowUs, 1_000);
  });

  it('catches a component that changes what it has sent, or sends what JSON loses', () => {
    const send = (m: Msg, after: () => void): (() => void) => {
      const world = new World({
        nodes: 2,
        seed: 1,
        model: { strictEvery: 1 },
        make: () => [new Sender(m, after)],
      });
      return () => {
        world.start(0);
        world.runUntil(1_000);
      };
    };
    const list = [1];
    const aliased = { kind: 'list', list };
    assert.throws(
      send(aliased, () => list.push(2)),
      /not extensible/,
    );
    const map = { kind: 'map', map: new Map() } as Msg;
    assert.throws(
      send(map, () => {}),
      /does not survive JSON {"at":".map"}/,
    );
    const fine = { kind: 'fine', a: [1, { b: null }] } as Msg;
    assert.doesNotThrow(send(fine, () => {}));
  });

  for (const [name, value] of [
    ['NaN', NaN],
    ['an infinity', 1e400],
    ['-0', -0],
    ['undefined', undefined],
    ['a hole in a list', [1, undefined]],
    ['a date', new Date(0)],
    ['an instance of a class', new (class {})()],
    ['a typed array', new Uint8Array(1)],
    ['a big whole number', 1n],
  ] as const) {
    it(`refuses ${name} in the first message of its kind, also to oneself`, () => {
      for (const to of [0, 1]) {
        const m = { kind: 'odd', inside: [{ value }] } as unknown as Msg;
        const make = (id: number): Component[] => [id === 0 ? new Once(to, m) : new Ticker()];
        const world = new World({ nodes: 2, seed: 1, make });
        world.start(0);
        assert.throws(() => world.runUntil(1_000), /does not survive JSON|BigInt/);
      }
    });
  }

  it('loses what no frame holds, as connections do, and counts it', () => {
    const frameBytesMax = 1_000;
    const got: number[] = [];
    /** `{"lane":0,"m":{"kind":"long","text":"…"}}` is 40 bytes and the text. */
    for (const length of [960, 961]) {
      const m = { kind: 'long', text: 'x'.repeat(length) } as Msg;
      const make = (id: number): Component[] => [
        id === 0 ? new Once(1, m) : new Receiver(() => got.push(length)),
      ];
      const world = new World({ nodes: 2, seed: 1, make, model: { frameBytesMax } });
      for (const id of [0, 1]) world.start(id);
      world.runUntil(100_000);
      assert.equal(world.network.tooLong, length === 960 ? 0 : 1);
    }
    assert.deepEqual(got, [960]);
  });
});

/** A timer every 100 µs. */
class Ticker implements Component {
  start(_records: Iterable<Rec>, _w: Instant, fx: Effects): void {
    fx.setTimer(0, 100);
  }
  message(): void {}
  call(): void {}
  durable(): void {}
  timer(_kind: number, _arg: number, _w: Instant, fx: Effects): void {
    fx.setTimer(0, 100);
  }
}

/** Sends `m` to `to` at its first timer. */
class Once extends Ticker {
  private readonly to: number;
  private m: Msg | null;

  constructor(to: number, m: Msg) {
    super();
    this.to = to;
    this.m = m;
  }

  override timer(_kind: number, _arg: number, _w: Instant, fx: Effects): void {
    if (this.m !== null) fx.send(this.to, this.m);
    this.m = null;
  }
}

class Receiver extends Ticker {
  private readonly received: () => void;

  constructor(received: () => void) {
    super();
    this.received = received;
  }

  override message(): void {
    this.received();
  }
}

/** Sends once, and does something a little later. */
class Sender extends Ticker {
  private readonly m: Msg;
  private readonly after: () => void;

  constructor(m: Msg, after: () => void) {
    super();
    this.m = m;
    this.after = after;
  }

  override start(_records: Iterable<Rec>, _w: Instant, fx: Effects): void {
    fx.send(1, this.m);
    fx.setTimer(0, 100);
  }

  override timer(): void {
    this.after();
  }
}

/** Writes its last word, and sends it when it is told to stop. */
class Leaver extends Ticker {
  found = 0;
  isSilent = false;

  constructor(made: Leaver[]) {
    super();
    made.push(this);
  }

  override start(records: Iterable<Rec>): void {
    this.found = [...records].length;
  }

  stop(_w: Instant, fx: Effects): void {
    fx.persist({ kind: 'last' });
    fx.send(1, { kind: 'bye' });
  }

  hasStopped(): boolean {
    return !this.isSilent;
  }
}
