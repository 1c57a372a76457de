/** What becomes of packets that faults are on, with a clock and a dice that are made up. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { noMessageFaults } from '../../harness/faults/overlap.ts';
import { PacketFates } from '../../harness/namespaces/packet-fates.ts';
import { hasActed, packetRuleOf } from '../../harness/namespaces/packet-rule.ts';
import type { PacketRule, Steered } from '../../harness/namespaces/packet-rule.ts';

const sound: PacketRule = { ...noMessageFaults, delayUs: 0, jitterUs: 0, rate: null };
const on = (fault: string, rule: Partial<PacketRule>, pairs = ['a . b']): Steered => ({
  fault,
  pairs,
  rule: { ...sound, ...rule },
});
const times = (fates: ReturnType<PacketFates['fates']>): number[] => fates.map((d) => d.atUs);

describe('packets that faults are on', () => {
  const open = (all: readonly Steered[], dice = 0.5): PacketFates => {
    const fates = new PacketFates(() => dice);
    fates.set(all);
    return fates;
  };

  it('go on at once where none is, also when a rule is on another pair', () => {
    const fates = open([on('f', { delayUs: 9_000 }, ['b . a'])]);
    assert.deepEqual(times(fates.fates('a . b', 100, 7)), [7]);
    assert.equal(fates.counts()['f']?.met, 0);
  });

  it('are kept for the sum of all delays, within the jitter of each', () => {
    const all = [on('f', { delayUs: 30_000, jitterUs: 20_000 }), on('g', { delayUs: 5_000 })];
    assert.deepEqual(times(open(all, 0).fates('a . b', 100, 0)), [15_000]);
    assert.deepEqual(times(open(all, 0.5).fates('a . b', 100, 0)), [35_000]);
  });

  it('wait behind those before them on a narrow link, and are lost behind ten seconds', () => {
    const fates = open([on('f', { rate: 10 })]);
    const waits = [0, 1, 2].map(() => times(fates.fates('a . b', 1_000, 0))[0]);
    assert.deepEqual(waits, [100_000, 200_000, 300_000]);
    let taken = 3;
    while (fates.fates('a . b', 1_000, 0).length > 0) taken += 1;
    assert.equal(taken, 101);
    assert.equal(fates.counts()['f']?.lost, 1);
  });

  it('meet the chances of all faults, in the order of the field', () => {
    assert.deepEqual(open([on('f', { lossPermille: 501 })]).fates('a . b', 9, 0), []);
    const twice = [on('f', { duplicatePermille: 1_000, reorderPermille: 1_000 })];
    const [copy, original] = open(twice).fates('a . b', 9, 0);
    assert.equal(copy?.atUs, 0);
    assert.equal(copy?.mayOvertake, false);
    assert.ok((original?.atUs ?? 0) > 1_000, 'the original waits, its copy does not');
    assert.equal(original?.mayOvertake, true);
    assert.deepEqual(open([on('f', { lossPermille: 500 })]).fates('a . b', 9, 0).length, 1);
    const all = open([on('f', { corruptPermille: 1_000 })]);
    const damaged = [true, false].map((is) => all.fates('a . b', 9, 0, is)[0]?.isDamaged);
    assert.deepEqual(damaged, [true, false]);
  });

  it('are damaged once they left as others, not by the word of who damages them', () => {
    const rule = { ...sound, corruptPermille: 1_000 };
    const all = open([on('f', rule)]);
    const hasDamaged = (): boolean => hasActed(rule, all.counts()['f'] ?? assert.fail());
    all.fates('a . b', 9, 0, true)[0]?.left(0, false);
    assert.equal(hasDamaged(), false);
    all.fates('a . b', 9, 0, true)[0]?.left(0, true);
    assert.equal(hasDamaged(), true);
  });

  it('keep the counts of a fault that goes on while others come and go', () => {
    const fates = open([on('f', { delayUs: 5 })]);
    fates.fates('a . b', 9, 0);
    fates.set([on('f', { delayUs: 5 }), on('g', { delayUs: 5 })]);
    fates.fates('a . b', 9, 0);
    assert.deepEqual(
      Object.entries(fates.counts()).map(([name, { met }]) => [name, met]),
      [
        ['f', 2],
        ['g', 1],
      ],
    );
  });

  it('have met a delay only when they were kept for it', () => {
    const rule = { ...sound, delayUs: 30_000, jitterUs: 10_000 };
    const fates = open([on('f', rule)]);
    const [departure] = fates.fates('a . b', 9, 0);
    const acted = (): boolean => hasActed(rule, fates.counts()['f'] as never);
    assert.equal(acted(), false, 'it has not left yet');
    departure?.left(25_000, false);
    assert.equal(acted(), true);
    departure?.left(19_000, false);
    assert.equal(acted(), false, 'one left too early');
  });

  it('are done what proxies do to bytes, and no more', () => {
    const toxic = (type: string, attributes: Record<string, number>) =>
      packetRuleOf({ toxics: [{ type, attributes }] });
    assert.equal(toxic('latency', { latency: 20, jitter: 5 })?.delayUs, 20_000);
    assert.equal(toxic('bandwidth', { rate: 10 })?.rate, 10);
    assert.equal(
      packetRuleOf({ packets: { ...noMessageFaults, lossPermille: 3 } })?.lossPermille,
      3,
    );
    assert.equal(toxic('bandwidth', { rate: 0 }), null);
    assert.equal(toxic('reset_peer', { timeout: 0 }), null);
    assert.equal(packetRuleOf({ listener: 'off' }), null);
  });
});
