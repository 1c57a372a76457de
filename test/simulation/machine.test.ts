/** What happens to a machine: it crashes, stops, pauses; its disk is slow, its clock is wrong. */
import assert from 'node:assert/strict';
import type { Component } from '../../harness/core/host.ts';
import type { CrashPoint } from '../../harness/faults/crash-point.ts';
import { ProcessFaults } from '../../harness/simulation/process-faults.ts';
import { World } from '../../harness/simulation/world.ts';
import { Receiver, Leaver } from './components.ts';
import { exact, stage } from './probe.ts';

describe('simulated machine', () => {
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

  it('is killed where a record is on its disk and what waits for it has not left', () => {
    /** What the other hears, and with how many records it starts again; a sync takes 2 ms. */
    const killedUpon = (of: CrashPoint['of']): string[] => {
      const { world, tell, until } = stage(2);
      const start = (id: number): void => world.start(id);
      const faults = new ProcessFaults({ world, start, record: () => undefined });
      faults.crashUpon(0, { of, like: {}, nth: 1, downUs: 100 }, () => undefined);
      tell(0, 'persist', 1);
      tell(0, 'send', 1);
      return until(9_000);
    };
    assert.deepEqual(killedUpon('synced'), ['2100 n0 starts with 1']);
    assert.deepEqual(killedUpon('message').slice(1), [
      '2100 n0 starts with 1',
      '3000 n1 hello from 0',
    ]);
    // A prefix of what was being written is there, or nothing.
    assert.match(killedUpon('record').join(), /^100 n0 starts with [01]$/);
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
});
