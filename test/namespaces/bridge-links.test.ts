/** Cuts on a bridge that is made up: what overlaps, what resists, and what counts as an effect. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { LinkEffect } from '../../harness/faults/ports.ts';
import { BridgeLinks } from '../../harness/namespaces/bridge-links.ts';
import type { Bridge } from '../../harness/namespaces/bridge-links.ts';
import { changeScript, pairKey } from '../../harness/namespaces/layout.ts';
import type { PairCount } from '../../harness/namespaces/layout.ts';

const cut: LinkEffect = { toxics: [{ type: 'timeout', attributes: { timeout: 0 } }] };
const up = (link: string) => ({ link, stream: 'upstream' }) as const;

class FakeBridge implements Bridge {
  readonly cuts = new Set<string>();
  readonly asked: string[] = [];
  isStuck = false;
  private readonly seen = new Map<string, PairCount>();

  change(add: readonly string[], remove: readonly string[]): Promise<void> {
    if (this.isStuck) return Promise.reject(new Error('busy'));
    this.asked.push(`+${add.length} -${remove.length}`);
    for (const pair of add) this.cuts.add(pair);
    for (const pair of remove) this.cuts.delete(pair);
    return Promise.resolve();
  }

  counts() {
    const pairs = Object.fromEntries(this.seen);
    return Promise.resolve({ cut: [...this.cuts], pairs });
  }

  send(from: number, to: number, gets: 'passed' | 'dropped'): void {
    const pair = pairKey([from, to]);
    const zero = { passedPackets: 0, passedBytes: 0, droppedPackets: 0, droppedBytes: 0 };
    const count = this.seen.get(pair) ?? zero;
    const [packets, bytes] = [`${gets}Packets`, `${gets}Bytes`] as const;
    this.seen.set(pair, { ...count, [packets]: count[packets] + 1, [bytes]: count[bytes] + 60 });
  }
}

describe('links on a bridge', () => {
  const open = (): { bridge: FakeBridge; links: BridgeLinks } => {
    const bridge = new FakeBridge();
    return { bridge, links: new BridgeLinks(bridge, ['a', 'b', 'c']) };
  };

  it('cut any number of pairs by one command, each once', async () => {
    const { bridge, links } = open();
    const all = ['a->b', 'a->c', 'b->a', 'b->c', 'c->a', 'c->b'].flatMap((link) => [
      up(link),
      { link, stream: 'downstream' } as const,
    ]);
    await links.inject('f', all, cut);
    await links.healAll();
    assert.deepEqual(bridge.asked, ['+6 -0', '+0 -6']);
  });

  it('did nothing when nothing came, and when something got past', async () => {
    const { bridge, links } = open();
    bridge.send(0, 1, 'dropped');
    await links.inject('f', [up('a->b')], cut);
    assert.equal(await links.effect('f'), 'no');
    bridge.send(0, 1, 'dropped');
    assert.equal(await links.effect('f'), 'yes');
    bridge.send(0, 1, 'passed');
    assert.equal(await links.effect('f'), 'no', 'a cut that leaks is none');
  });

  it('do not count what comes after the heal', async () => {
    const { bridge, links } = open();
    await links.inject('f', [up('a->b')], cut);
    await links.heal('f');
    bridge.send(0, 1, 'passed');
    bridge.send(0, 1, 'dropped');
    assert.equal(await links.effect('f'), 'no');
  });

  it('that cannot be healed are told, and are healed when asked again', async () => {
    const { bridge, links } = open();
    await links.inject('f', [up('a->b')], cut);
    bridge.isStuck = true;
    await links.heal('f');
    assert.deepEqual(await links.verify(), ['link a->b is cut']);
    bridge.isStuck = false;
    await links.heal('f');
    assert.deepEqual(await links.verify(), []);
  });

  it('do nothing but cut', () => {
    const { links } = open();
    const why = (effect: LinkEffect): boolean => links.whyNot([up('a->b')], effect) === null;
    const rate = (r: number) => ({ toxics: [{ type: 'bandwidth', attributes: { rate: r } }] });
    assert.equal(why(cut), true);
    assert.equal(why(rate(0)), true);
    assert.equal(why(rate(10)), false);
    assert.equal(why({ toxics: [{ type: 'latency', attributes: { latency: 5 } }] }), false);
    assert.equal(why({ toxics: [{ type: 'timeout', attributes: { timeout: 7 } }] }), false);
    assert.equal(why({ listener: 'off' }), false);
  });

  it('cut and heal in one command', () => {
    assert.equal(
      changeScript([pairKey([0, 1]), pairKey([1, 0])], [pairKey([2, 0])]),
      'add element bridge antlion cut { 10.77.0.11 . 10.77.0.12, 10.77.0.12 . 10.77.0.11 }; delete element bridge antlion cut { 10.77.0.13 . 10.77.0.11 }',
    );
  });
});
