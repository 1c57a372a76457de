import assert from 'node:assert/strict';
import type { ProbeArrival, Probed } from '../../harness/host/probe.ts';
import { LinkProbes } from '../../harness/realtime/link-probes.ts';
import type { Both } from '../../harness/realtime/link-probes.ts';

describe('a probe of a link', () => {
  const asked = {
    to: 1,
    outcome: 'silent',
    sentUs: null,
    arrivedUs: null,
    answeredUs: null,
  } as const;

  /** What is made of these answers by node 0, told at 500,000 µs, and of what node 1 says arrived. */
  async function madeOf(answers: Probed[], arrivals: ProbeArrival[] | null): Promise<Both> {
    const probes = new LinkProbes({
      ask: () => Promise.resolve(answers),
      arrivals: () =>
        arrivals === null ? Promise.reject(new Error('down')) : Promise.resolve(arrivals),
      trueUs: () => 500_000,
    });
    const round = await probes.round([[0, 1]], { way: 'new', bytes: 0, waitUs: 300_000 });
    return round.get('0>1') as Both;
  }

  it('passed when its nodes say, however long before they were asked to send it', async () => {
    const answered = { ...asked, outcome: 'answered' } as const;
    const { upstream, downstream } = await madeOf(
      [
        { ...answered, sentUs: 400_000, arrivedUs: 430_000, answeredUs: 431_000 },
        { ...answered, sentUs: 400_000, arrivedUs: 410_000, answeredUs: 415_000 },
      ],
      [],
    );
    assert.deepEqual(upstream, { passage: { state: 'passed', tookUs: 10_000 }, atUs: 410_000 });
    assert.deepEqual(downstream, { passage: { state: 'passed', tookUs: 1_000 }, atUs: 431_000 });
  });

  it('is stopped on the way back where it arrived and nobody heard of that', async () => {
    const { upstream, downstream } = await madeOf(
      [{ ...asked, sentUs: 200_000 }],
      [{ from: 0, id: 1, atUs: 220_000 }],
    );
    assert.deepEqual(upstream, { passage: { state: 'passed', tookUs: 20_000 }, atUs: 220_000 });
    assert.deepEqual(downstream, {
      passage: { state: 'stopped', waitedUs: 280_000 },
      atUs: 500_000,
    });
  });

  it('is stopped where nothing arrived, and unknown where nobody can be asked', async () => {
    const sent = { ...asked, sentUs: 200_000 };
    assert.equal((await madeOf([sent], [])).upstream.passage.state, 'stopped');
    assert.equal((await madeOf([sent], null)).upstream.passage.state, 'unknown');
    assert.equal((await madeOf([], [])).upstream.passage.state, 'unknown');
  });
});
