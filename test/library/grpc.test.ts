/** gRPC over HTTP/2 over sockets of the run: the longest chain of promises, ticks and native callbacks. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { libraryUnderTest } from '../../harness/index.ts';
import { programOf } from '../../harness/runner/run-scenario.ts';
import { definition, etcd3 } from '../../scenarios/libraries/etcd3.ts';

describe('etcd3 on a small etcd', () => {
  it('comes to rest at each moment: more rounds of the event loop change nothing', async () => {
    const program = programOf(etcd3.scenario, 5, 'virtual', null);
    const hash = async (rounds?: number): Promise<string | null> => {
      const options = rounds === undefined ? {} : { rounds };
      const { system, environment } = libraryUnderTest(definition, options);
      return (await environment.run(system, program)).traceHash;
    };
    const usual = await hash();
    assert.ok(usual !== null);
    assert.equal(await hash(40), usual);
    assert.notEqual(await hash(1), usual, 'one round is too few, so this can fail');
  });
});
