import assert from 'node:assert/strict';
import type { Component, Msg } from '../../harness/core/host.ts';
import { World } from '../../harness/simulation/world.ts';
import { Ticker, Once, Receiver, Sender } from './components.ts';
import { stage } from './probe.ts';

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
