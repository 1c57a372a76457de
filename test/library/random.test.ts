/** Chance that a library draws from `node:crypto`: the run's, too. */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, it } from 'mocha';
import { cluster, libraryUnderTest } from '../../harness/index.ts';
import type { Program } from '../../harness/index.ts';

const { system, environment } = libraryUnderTest({
  name: 'drawing',
  operations: ['draw'],
  promises: [],
  service: () => () => null,
  client: () => ({
    perform: () => Promise.resolve(`${randomBytes(8).toString('hex')} ${randomUUID()}`),
  }),
});

function program(noiseSeed: number): Program {
  return {
    scenario: 'drawing',
    shape: cluster({ servers: 1, clients: 1 }),
    faults: [],
    clients: [[{ id: 0, afterUs: 1_000, f: 'draw', key: 'x', value: null }]],
    durationUs: 1_000_000,
    noiseSeed,
    settings: { policyDivisor: 1, deadlineUs: 500_000, mutant: null, extra: {} },
  };
}

async function drawn(noiseSeed: number): Promise<string> {
  const { history } = await environment.run(system, program(noiseSeed));
  return String(history.events.flatMap((e) => (e.type === 'ok' ? [e.value] : []))[0]);
}

describe('random bytes of a library under test', () => {
  it('are those of the seed, and a UUID is one of version 4', async () => {
    const first = await drawn(1);
    assert.equal(await drawn(1), first);
    assert.notEqual(await drawn(2), first);
    assert.match(
      first,
      /^[0-9a-f]{16} [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it('are real ones again after the run', async () => {
    await drawn(1);
    assert.notEqual(randomBytes(8).toString('hex'), randomBytes(8).toString('hex'));
  });
});
