import assert from 'node:assert/strict';
import { Driver } from '../../harness/core/driver.ts';
import type { Ports } from '../../harness/core/driver.ts';
import type { Component, Effects, Json, Msg, Rec, World } from '../../harness/core/host.ts';
import { limits } from '../../harness/core/limits.ts';

/** Does what a message's kind says, letter by letter, and numbers what it does. */
declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly puppet: { readonly kind: `o${number}` | 'again' };
  }
}

class Puppet implements Component {
  private count = 0;
  private readonly log: string[];
  private readonly name: string;

  constructor(log: string[], name: string) {
    this.log = log;
    this.name = name;
  }

  start(records: Iterable<Rec>, _w: World, fx: Effects): void {
    const kinds = [...records].map((r) => r.kind);
    if (kinds.length > 0) this.log.push(`${this.name} starts with ${kinds.join(' ')}`);
    this.act('', fx);
  }

  message(_from: number, m: Msg, _w: World, fx: Effects): void {
    this.act(m.kind, fx);
  }

  call(c: { id: number }, _w: World, fx: Effects): void {
    fx.reply(c.id, 'answer');
  }

  timer(kind: number, arg: number, _w: World, fx: Effects): void {
    this.log.push(`${this.name} timer ${kind} ${arg}`);
    this.act('s', fx);
  }

  durable(index: number, _w: World, fx: Effects): void {
    this.log.push(`${this.name} durable ${index}`);
    fx.send(9, { kind: `after-durable-${index}` });
  }

  private act(letters: string, fx: Effects): void {
    for (const letter of letters) {
      this.count += 1;
      if (letter === 'p')
        this.log.push(`${this.name} takes ${fx.persist({ kind: `r${this.count}` })}`);
      else if (letter === 'o') fx.observe({ kind: `o${this.count}` });
      else if (letter === 's') fx.send(9, { kind: `m${this.count}` });
      else if (letter === 'x') fx.send(9, { kind: `m${this.count}` }, 1);
      else if (letter === 'r') fx.reply(this.count, this.count);
      else if (letter === 't') fx.cancelTimer(fx.setTimer(3, 10));
    }
  }
}

/** A puppet that tells what its siblings observed, and observes once itself. */
class Listener extends Puppet {
  observed(e: { kind: string }, _w: World, fx: Effects): void {
    fx.send(8, { kind: `heard-${e.kind}` });
    if (e.kind === 'o1') fx.observe({ kind: 'again' });
  }
}

const idle: Component = {
  start: () => undefined,
  message: () => undefined,
  call: () => undefined,
  timer: () => undefined,
  durable: () => undefined,
};
const deaf: Ports = {
  append: () => undefined,
  observe: () => undefined,
  send: () => undefined,
  reply: () => undefined,
  setTimer: () => 1,
  cancelTimer: () => undefined,
};
const still: World = { nowUs: 0, wallUs: 0, random: () => 0 };

function open(makes: readonly ((log: string[]) => Component)[]): {
  log: string[];
  driver: Driver;
  take: () => string[];
} {
  const log: string[] = [];
  const ports: Ports = {
    append: (lane, index, r) => log.push(`append ${lane}:${index} ${r.kind}`),
    observe: (lane, e) => log.push(`observe ${lane} ${e.kind}`),
    send: (to, lane, m) => log.push(`send ${to}/${lane} ${m.kind}`),
    reply: (call, v: Json) => log.push(`reply ${call} ${JSON.stringify(v)}`),
    setTimer: (lane, kind, delayUs, arg) => log.push(`timer ${lane} ${kind} ${delayUs} ${arg}`),
    cancelTimer: (id) => log.push(`cancel ${id > 0}`),
  };
  const world: World = { nowUs: 0, wallUs: 0, random: () => 0 };
  const driver = new Driver(
    makes.map((make) => make(log)),
    ports,
    world,
  );
  return { log, driver, take: () => log.splice(0) };
}

const puppet = (name: string) => (log: string[]) => new Puppet(log, name);
const listener = (name: string) => (log: string[]) => new Listener(log, name);

describe('driver', () => {
  it('performs observations before messages and replies, each in order', () => {
    const { driver, take } = open([puppet('a')]);
    driver.start([]);
    driver.message(1, 0, { kind: 'sosrxo' });
    assert.deepEqual(take(), [
      'observe 0 o2',
      'observe 0 o6',
      'send 9/0 m1',
      'send 9/0 m3',
      'reply 4 4',
      'send 9/1 m5',
    ]);
  });

  it('begins to write at once, and holds everything else until it is durable', () => {
    const { driver, take } = open([puppet('a')]);
    driver.start([]);
    driver.message(1, 0, { kind: 'spors' });
    assert.deepEqual(take(), ['append 0:0 r2', 'a takes 0']);
    driver.synced(0, 0);
    assert.deepEqual(take(), [
      'observe 0 o3',
      'send 9/0 m1',
      'reply 4 4',
      'send 9/0 m5',
      'a durable 0',
      'send 9/0 after-durable-0',
    ]);
  });

  it('lets no later handler leak what is not yet durable, and releases step by step', () => {
    const { driver, take } = open([puppet('a')]);
    driver.start([]);
    driver.message(1, 0, { kind: 'ps' });
    driver.message(1, 0, { kind: 'os' });
    driver.message(1, 0, { kind: 'ps' });
    driver.timer(0, 4, 5);
    take();
    driver.synced(0, 0);
    // What `durable` asks for waits for the second record, behind what was asked before.
    assert.deepEqual(take(), ['send 9/0 m2', 'observe 0 o3', 'send 9/0 m4', 'a durable 0']);
    driver.synced(0, 1);
    assert.deepEqual(take(), [
      'send 9/0 m6',
      'send 9/0 m7',
      'send 9/0 after-durable-0',
      'a durable 1',
      'send 9/0 after-durable-1',
    ]);
    driver.synced(0, 1);
    assert.deepEqual(take(), [], 'the same again changes nothing');
  });

  it('keeps lanes apart: one that waits for its disk does not silence another', () => {
    const { driver, take } = open([puppet('a'), puppet('b')]);
    driver.start([]);
    driver.message(1, 0, { kind: 'ps' });
    driver.message(1, 1, { kind: 'os' });
    assert.deepEqual(take(), ['append 0:0 r1', 'a takes 0', 'observe 1 o1', 'send 9/1 m2']);
  });

  it('shows observations to siblings once they are out, not to their author', () => {
    const { driver, take } = open([puppet('a'), listener('b'), listener('c')]);
    driver.start([]);
    driver.message(1, 0, { kind: 'po' });
    take();
    driver.synced(0, 0);
    assert.deepEqual(take(), [
      'observe 0 o2',
      'a durable 0',
      'send 9/0 after-durable-0',
      'send 8/1 heard-o2',
      'send 8/2 heard-o2',
    ]);
    driver.message(1, 0, { kind: '' });
    driver.message(1, 2, { kind: 'o' });
    assert.deepEqual(take(), [
      'observe 2 o1',
      'observe 1 again',
      'send 8/1 heard-o1',
      'send 8/2 heard-again',
    ]);
  });

  it('numbers records over all boots', () => {
    const { driver, take } = open([puppet('a')]);
    driver.start([[{ kind: 'old0' }, { kind: 'old1' }]]);
    driver.message(1, 0, { kind: 'p' });
    assert.deepEqual(take(), ['a starts with old0 old1', 'append 0:2 r1', 'a takes 2']);
  });

  it('passes timers through, and answers calls', () => {
    const { driver, take } = open([puppet('a')]);
    driver.start([]);
    driver.message(1, 0, { kind: 't' });
    driver.timer(0, 4, 5);
    driver.call(0, { id: 7, f: 'f', key: 'k', value: null });
    assert.deepEqual(take(), [
      'timer 0 3 10 0',
      'cancel true',
      'a timer 4 5',
      'send 9/0 m2',
      'reply 7 "answer"',
    ]);
  });

  it('lets a lane gather what is at hand where events come several at a time, and not where one by one', () => {
    const proposed: string[] = [];
    const told: string[] = [];
    const component: Component = {
      ...idle,
      message(_from, m, _w, fx) {
        proposed.push(m.kind);
        if (fx.gather?.() !== true) told.push(proposed.splice(0).join());
      },
      gathered: () => void told.push(proposed.splice(0).join()),
    };
    const asked: number[] = [];
    const several = new Driver([idle, component], { ...deaf, gather: (l) => asked.push(l) }, still);
    for (const kind of ['a', 'b', 'c']) several.message(7, 1, { kind });
    assert.deepEqual([asked, told], [[1], []]);
    several.gathered(1);
    several.message(7, 1, { kind: 'd' });
    several.gathered(1);
    assert.deepEqual(
      [asked, told.splice(0)],
      [
        [1, 1],
        ['a,b,c', 'd'],
      ],
    );

    const single = new Driver([component], deaf, still);
    for (const kind of ['a', 'b']) single.message(7, 0, { kind });
    assert.deepEqual(told.splice(0), ['a', 'b']);

    // A component around it that hands `gathered` on to nobody must not be kept waiting.
    const { gathered: _none, ...around } = component;
    const wrapped = new Driver([around], { ...deaf, gather: (l) => asked.push(l) }, still);
    wrapped.message(7, 0, { kind: 'a' });
    assert.deepEqual([asked.length, told], [2, ['a']]);
  });

  it('drops and counts messages past the limit of what a lane holds, never replies', () => {
    const { driver, take } = open([puppet('a')]);
    driver.start([]);
    driver.message(1, 0, { kind: 'p' });
    for (let i = 0; i < limits.heldEffectsMax; i++) driver.message(1, 0, { kind: 's' });
    driver.message(1, 0, { kind: 'sro' });
    assert.equal(driver.dropped, 1);
    take();
    driver.synced(0, 0);
    const left = take();
    assert.equal(left.filter((l) => l.startsWith('send 9/0 m')).length, limits.heldEffectsMax);
    assert.equal(left.filter((l) => l.startsWith('reply')).length, 1);
    assert.equal(left.filter((l) => l.startsWith('observe')).length, 1);
  });

  it('stands a reply that makes another driver run', () => {
    const inner = open([puppet('inner')]);
    const log: string[] = [];
    const never = (): never => assert.fail('not asked for');
    const outer = new Driver(
      [new Puppet(log, 'outer')],
      {
        append: never,
        observe: (_, e) => log.push(e.kind),
        send: (_to, _lane, m) => log.push(m.kind),
        reply: () => inner.driver.message(1, 0, { kind: 'ssssss' }),
        setTimer: never,
        cancelTimer: never,
      },
      { nowUs: 0, wallUs: 0, random: () => 0 },
    );
    outer.message(1, 0, { kind: 'srsors' });
    assert.deepEqual(log, ['o4', 'm1', 'm3', 'm6']);
    const sends = Array.from({ length: 12 }, (_, i) => `send 9/0 m${i + 1}`);
    assert.deepEqual(inner.take(), sends);
  });

  it('asserts what only a bug can bring', () => {
    const { driver } = open([puppet('a')]);
    driver.start([]);
    assert.throws(() => driver.synced(0, 0), /never appended/);
    assert.throws(() => driver.message(1, 5, { kind: '' }), /no such lane/);
    assert.throws(() => open([]), /at least one/);
  });
});
