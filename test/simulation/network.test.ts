import assert from 'node:assert/strict';
import { NoiseOf } from '../../harness/simulation/noise.ts';
import type { LinkRule } from '../../harness/faults/link-rule.ts';
import { noMessageFaults } from '../../harness/faults/overlap.ts';
import type { MessageFaults } from '../../harness/faults/overlap.ts';
import { kindOf } from '../../harness/faults/kinds.ts';
import type { Fault } from '../../harness/core/fault.ts';
import { Network } from '../../harness/simulation/network.ts';
import { lan } from '../../harness/simulation/options.ts';
import { Wheel } from '../../harness/simulation/wheel.ts';
import { exact } from './probe.ts';

const everyone = { of: 'everyone' } as const;
const interval = {
  atUs: 0,
  untilUs: 0,
  links: { from: everyone, to: everyone, bothWays: false },
};
const latency = { ...interval, kind: 'latency', delayUs: 5_000, jitterUs: 0 } as const;

const drop: LinkRule = { partition: 'drop' };
const stall: LinkRule = { partition: 'stall' };
const slow: LinkRule = { pass: () => 5_000 };
const twice: LinkRule = { messages: { ...noMessageFaults, duplicatePermille: 1_000 } };

/** The rule that a fault puts on its links. */
function ruleOf(fault: Fault): LinkRule {
  const rules: LinkRule[] = [];
  const unused = (): never => assert.fail('not a link fault');
  kindOf(fault).simulate?.(fault, {
    nodes: [],
    links: [],
    onLinks(rule) {
      rules.push(rule);
      return () => undefined;
    },
    crash: unused,
    crashUpon: unused,
    stop: unused,
    pause: unused,
    throttle: unused,
    skewClock: unused,
    slowDisk: unused,
    troubleDisk: unused,
    troubleConnections: unused,
    limitMemory: unused,
    takeOut: unused,
    runAs: unused,
  });
  return rules[0] as LinkRule;
}

/** A network without nodes: what arrives is noted as `time from>to kind`. */
function open(
  seed = 1,
  machines = 3,
): {
  network: Network;
  send: (from: number, to: number, kind: string) => void;
  until: (timeUs: number) => string[];
} {
  const wheel = new Wheel();
  const network = new Network(
    wheel,
    new NoiseOf(seed, 3, undefined),
    3,
    { ...lan, ...exact },
    machines,
  );
  return {
    network,
    send: (from, to, kind) => network.send(from, to, 0, { kind }),
    until: (timeUs) => {
      const arrived: string[] = [];
      while (wheel.pop(timeUs)) {
        const m = wheel.payload as { kind: string };
        const { a: from, b: epoch, node: to } = wheel;
        if (network.arrives(from, to, 0, epoch, m)) {
          arrived.push(`${wheel.nowUs} ${from}>${to} ${m.kind}`);
        }
      }
      return arrived;
    },
  };
}

describe('simulated network', () => {
  it('a cut is directed, takes effect, and hits what is under way', () => {
    const { network, send, until } = open();
    let effective = 0;
    send(0, 1, 'under way');
    const cut = network.begin(drop, [[0, 1]], () => void (effective += 1));
    send(0, 1, 'sent meanwhile');
    send(1, 0, 'back');
    send(0, 2, 'beside');
    assert.deepEqual(until(2_000), ['1000 1>0 back', '1000 0>2 beside']);
    network.end(cut);
    send(0, 1, 'healed');
    assert.deepEqual(until(5_000), ['3000 0>1 healed']);
    assert.deepEqual([effective, network.dropped, network.faults], [2, 2, 0]);
  });

  it('a stalled link holds back in order, also what was under way', () => {
    const { network, send, until } = open();
    send(0, 1, 'a');
    const held = network.begin(stall, [[0, 1]], () => {});
    send(0, 1, 'b');
    until(1_500);
    send(0, 1, 'c');
    assert.deepEqual(until(9_000), []);
    network.end(held);
    // What met the fault when it was sent was held before what met it on arrival.
    assert.deepEqual(until(20_000), ['10000 0>1 b', '10000 0>1 a', '10000 0>1 c']);
  });

  it('open connections are dead until they are broken, new ones are sound', () => {
    const { network, send, until } = open();
    const dead = network.begin({ partition: 'drop', of: 'open' }, [[0, 1]], () => {});
    send(0, 1, 'a');
    assert.deepEqual(until(5_000), []);
    network.breakLinksTo(0);
    send(0, 1, 'b');
    assert.deepEqual(until(10_000), ['6000 0>1 b']);
    network.end(dead);
  });

  it('new connections wait until somebody takes them, open ones go on', () => {
    const { network, send, until } = open();
    const stalled = network.begin({ partition: 'stall', of: 'new' }, [[0, 1]], () => {});
    send(0, 1, 'a');
    assert.deepEqual(until(5_000), ['1000 0>1 a']);
    network.breakLinksTo(1);
    send(0, 1, 'b');
    assert.deepEqual(until(10_000), []);
    network.end(stalled);
    assert.deepEqual(until(20_000), ['11000 0>1 b']);
  });

  it('what is sent on a connection that has ended is lost until that is told', () => {
    const { network, send, until } = open();
    let effective = 0;
    const late = network.begin({ toldLateUs: 5_000 }, [[0, 1]], () => void (effective += 1));
    send(0, 1, 'a');
    assert.deepEqual(until(2_000), ['1000 0>1 a']);
    network.breakLinksTo(1);
    network.startAgain(1);
    send(0, 1, 'b');
    send(2, 1, 'by another way');
    send(1, 0, 'by who started');
    assert.deepEqual(until(6_999), ['3000 2>1 by another way', '3000 1>0 by who started']);
    assert.equal(effective, 1);
    until(7_000);
    send(0, 1, 'c');
    assert.deepEqual(until(9_000), ['8000 0>1 c']);
    network.breakLinksTo(1);
    network.end(late);
    send(0, 1, 'd');
    assert.deepEqual(until(20_000), ['10000 0>1 d']);
  });

  it('a cut that loses data ends the connection when it is over, which is told late', () => {
    const { network, send, until } = open();
    const cut = network.begin(drop, [[0, 1]], () => {});
    network.begin({ toldLateUs: 5_000 }, [[0, 1]], () => {});
    until(10_000);
    network.end(cut);
    send(0, 1, 'a');
    assert.deepEqual(until(15_000), []);
    send(0, 1, 'b');
    assert.deepEqual(until(20_000), ['16000 0>1 b']);
  });

  it('faults of one link compose: healing one does not heal another', () => {
    const { network, send, until } = open();
    const first = network.begin(drop, [[0, 1]], () => {});
    const second = network.begin(drop, [[0, 1]], () => {});
    network.begin(slow, [[0, 1]], () => {});
    network.end(first);
    send(0, 1, 'a');
    assert.deepEqual(until(20_000), []);
    network.end(second);
    send(0, 1, 'b');
    assert.deepEqual(until(40_000), ['26000 0>1 b']);
    assert.throws(() => network.end(second), /not active/);
  });

  it('what a stalled link held meets the faults that are left', () => {
    const { network, send, until } = open();
    const held = network.begin(stall, [[0, 1]], () => {});
    const cut = network.begin(drop, [[0, 1]], () => {});
    send(0, 1, 'a');
    network.end(held);
    network.end(cut);
    assert.deepEqual(until(9_000), []);
  });

  it('delays what is sent, and once what is under way', () => {
    const { network, send, until } = open();
    send(0, 1, 'a');
    network.begin(slow, [[0, 1]], () => {});
    send(0, 1, 'b');
    assert.deepEqual(until(20_000), ['6000 0>1 b', '6000 0>1 a']);
  });

  it('does not meet the same fault again because another begins elsewhere', () => {
    const { network, send, until } = open();
    network.begin(slow, [[0, 1]], () => {});
    send(0, 1, 'a');
    network.begin(drop, [[1, 0]], () => {});
    assert.deepEqual(until(20_000), ['6000 0>1 a']);
  });

  it('jitter spreads around the delay', () => {
    const { network, send, until } = open();
    network.begin(ruleOf({ ...latency, jitterUs: 2_000 }), [[0, 1]], () => {});
    for (let i = 0; i < 500; i++) send(0, 1, 'x');
    const times = until(20_000).map((line) => Number.parseInt(line, 10));
    const [low, high] = [Math.min(...times), Math.max(...times)];
    assert.ok(low >= 4_000 && low < 4_100 && high <= 8_000 && high > 7_900, `${low} ${high}`);
  });

  it('loses, repeats and reorders the given share', () => {
    const share = (field: keyof MessageFaults): string[] => {
      const { network, send, until } = open();
      network.begin({ messages: { ...noMessageFaults, [field]: 250 } }, [[0, 1]], () => {});
      for (let i = 0; i < 2_000; i++) send(0, 1, 'x');
      return until(1_000_000);
    };
    const near = (n: number, wanted: number): void => assert.ok(Math.abs(n - wanted) < 100, `${n}`);
    near(share('lossPermille').length, 1_500);
    near(share('duplicatePermille').length, 2_500);
    const reordered = share('reorderPermille');
    assert.equal(reordered.length, 2_000);
    near(reordered.filter((line) => !line.startsWith('1000 ')).length, 500);
  });

  it('a reset loses what meets it and what is under way on the connection, and no more', () => {
    // A hundred bytes each: the third is one too many, and the next connection begins with the fourth.
    const letters = [1, 2, 3, 4, 5].map((n) => `${n}${'x'.repeat(88)}`);
    for (const machines of [3, 2]) {
      const { network, send, until } = open(1, machines);
      let resets = 0;
      const rule = ruleOf({ ...interval, kind: 'reset', afterBytes: 250 });
      const fault = network.begin(rule, [[2, 0]], () => void (resets += 1));
      send(0, 2, 'answer');
      for (const letter of letters) send(2, 0, letter);
      send(2, 1, 'elsewhere');
      const arrived = until(9_000).map((line) => line.replaceAll('x', ''));
      const rest = ['1000 2>0 4', '1000 2>0 5', '1000 2>1 elsewhere'];
      // With two machines node 2 is a client: its one connection to node 0 goes both ways.
      assert.deepEqual(arrived, machines === 3 ? ['1000 0>2 answer', ...rest] : rest);
      network.end(fault);
      assert.deepEqual([resets, network.faults], [1, 0]);
    }
  });

  it('a narrow link sends one after the other, and drops past its backlog', () => {
    const { network, send, until } = open();
    network.begin(ruleOf({ ...interval, kind: 'bandwidth', rate: 1 }), [[0, 1]], () => {});
    // {"kind":"x…"} is 100 bytes: 100 ms at a kilobyte a second.
    const kind = 'x'.repeat(89);
    for (let i = 0; i < 150; i++) send(0, 1, kind);
    const arrived = until(60_000_000).map((line) => Number.parseInt(line, 10));
    assert.deepEqual(arrived.slice(0, 3), [101_000, 201_000, 301_000]);
    assert.equal(arrived.length, 101);
  });

  for (const [name, first, second] of [
    ['after', twice, drop],
    ['before', drop, twice],
  ] as const) {
    it(`a cut that began ${name} duplication lets no copy pass`, () => {
      const { network, send, until } = open();
      network.begin(first, [[0, 1]], () => {});
      network.begin(second, [[0, 1]], () => {});
      for (let i = 0; i < 100; i++) send(0, 1, 'x');
      assert.deepEqual(until(1_000_000), []);
      assert.equal(network.dropped, 200);
    });
  }

  it('a copy is delayed, held back and let go as the original', () => {
    const { network, send, until } = open();
    network.begin(twice, [[0, 1]], () => {});
    const delayed = network.begin(slow, [[0, 1]], () => {});
    send(0, 1, 'a');
    assert.deepEqual(until(9_000), ['6000 0>1 a', '6000 0>1 a']);
    network.end(delayed);
    const held = network.begin(stall, [[0, 1]], () => {});
    send(0, 1, 'b');
    assert.deepEqual(until(20_000), []);
    network.end(held);
    assert.deepEqual(until(30_000), ['21000 0>1 b', '21000 0>1 b']);
  });

  it('a cut loses what a stall holds back, whoever began or ended first', () => {
    for (const order of ['stall first', 'cut first'] as const) {
      for (const ends of ['stall', 'cut'] as const) {
        const { network, send, until } = open();
        const rules = order === 'stall first' ? [stall, drop] : [drop, stall];
        const [a, b] = rules.map((rule) => network.begin(rule, [[0, 1]], () => {}));
        send(0, 1, 'a');
        const [held, cut] = order === 'stall first' ? [a, b] : [b, a];
        network.end((ends === 'stall' ? held : cut) as number);
        network.end((ends === 'stall' ? cut : held) as number);
        assert.deepEqual(until(50_000), [], `${order}, ${ends} ends first`);
      }
    }
    const { network, send, until } = open();
    const held = network.begin(stall, [[0, 1]], () => {});
    send(0, 1, 'a');
    network.end(network.begin(drop, [[0, 1]], () => {}));
    network.end(held);
    assert.deepEqual([until(50_000), network.dropped], [[], 1]);
  });

  it('a cut loses what is under way, even when it is over before that would arrive', () => {
    const { network, send, until } = open();
    network.begin(slow, [[0, 1]], () => {});
    send(0, 1, 'a');
    network.end(network.begin(drop, [[0, 1]], () => {}));
    send(0, 1, 'b');
    assert.deepEqual(until(50_000), ['6000 0>1 b']);
  });

  it('chances are drawn where a message leaves, not of what is under way', () => {
    const { network, send, until } = open();
    send(0, 1, 'a');
    network.begin({ messages: { ...noMessageFaults, lossPermille: 1_000 } }, [[0, 1]], () => {});
    send(0, 1, 'b');
    assert.deepEqual(until(50_000), ['1000 0>1 a']);
  });

  it('asserts that a receiver exists', () => {
    assert.throws(() => open().send(0, 3, 'x'), /nobody/);
  });
});
