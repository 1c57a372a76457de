import assert from 'node:assert/strict';
import { HarnessError } from '../../harness/core/errors.ts';
import { parseLaunch } from '../../harness/host/launch.ts';
import type { Launch } from '../../harness/host/launch.ts';

const address = { host: '127.0.0.1', port: 4000 };
const launch: Launch = {
  run: 'run',
  config: {
    id: 0,
    shape: {
      nodes: [
        { name: 'server-0', role: 'server', zone: 'a' },
        { name: 'back-0', role: 'service', zone: 'b', service: 'back', calls: ['side'] },
      ],
      clients: 1,
    },
    settings: { policyDivisor: 20, deadlineUs: 1_000_000, mutant: null, extra: { a: [1] } },
  },
  dataDir: '/tmp/antlion-x',
  listen: address,
  http: null,
  peers: { 1: address },
  originNs: '123456789012345678',
  seed: 42,
  endsWithStdin: true,
};

describe('launch value', () => {
  it('comes back as it was', () => {
    assert.deepEqual(parseLaunch(JSON.stringify(launch)), launch);
  });

  const wrong: readonly (readonly [string, string | undefined, RegExp])[] = [
    ['absent', undefined, /ANTLION_LAUNCH is not set/],
    ['no JSON', '{', /is not JSON/],
    ['a port out of range', text({ listen: { ...address, port: 70_000 } }), /: listen\.port: /],
    ['a wrong origin', text({ originNs: 'now' }), /: originNs: /],
    ['a missing peer', text({ peers: {} }), /peers\.1 is missing/],
    ['a client', text({ config: { ...launch.config, id: 2 } }), /config\.id is 2, wanted 0\.\.1/],
    ['an empty value', '{}', /: run: /],
  ];
  for (const [what, value, message] of wrong) {
    it(`is refused: ${what}`, () => {
      assert.throws(
        () => parseLaunch(value),
        (e) => e instanceof HarnessError && e.code === 'E_CONFIG' && message.test(e.message),
      );
    });
  }
});

function text(change: object): string {
  return JSON.stringify({ ...launch, ...change });
}
