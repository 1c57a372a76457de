import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { openEnvironment } from '../../harness/cli/environments.ts';
import { antlion, skipUnlessBuilt } from './antlion.ts';

describe('a swarm, as an environment', function () {
  this.timeout(60_000);

  it('goes by its own name, and runs what runs in containers', async function () {
    skipUnlessBuilt(this);
    const { signal } = new AbortController();
    const [swarm, containers] = [
      await openEnvironment('swarm', { signal }),
      await openEnvironment('containers', { signal }),
    ];
    assert.deepEqual([swarm.name, containers.name], ['swarm', 'containers']);
    assert.deepEqual(swarm.faults, containers.faults);
    const env = { DOCKER_HOST: 'unix:///nowhere.sock' };
    const args = ['run', 'minority-partition', '--env', 'swarm', '--json'];
    const { code, stderr, stdout } = await antlion(args, { env });
    // It was tried there, not skipped as a story for other places.
    assert.equal(code, 69);
    assert.match(stderr, /^E_NO_DOCKER/);
    assert.doesNotMatch(stdout, /does not run in/);
  });
});
