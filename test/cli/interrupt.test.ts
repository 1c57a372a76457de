/** However a run ends, nothing of it stays: no process, no file (see `antlion` beside this file). */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { describe, it } from 'mocha';
import { whyNoDisks } from '../../harness/disks/support.ts';
import { whyNoNamespaces } from '../../harness/namespaces/support.ts';
import { skipUnless } from '../require.ts';
import { antlion, processesOf, skipUnlessBuilt, until } from './antlion.ts';

const processes = ['run', 'minority*', '--env', 'processes'];
const verify = ['verify', 'etcd'];

describe('a run that is stopped leaves nothing', function () {
  this.timeout(30_000);
  before(function () {
    skipUnlessBuilt(this);
  });

  /** Sends signals once `count` processes of the run are there. */
  function once(count: number, ...signals: NodeJS.Signals[]) {
    return async (child: ChildProcess, folder: string): Promise<void> => {
      await until(() => processesOf(folder).length >= count || child.exitCode !== null);
      for (const signal of signals) {
        child.kill(signal);
        // Two that are sent at once are seen as one.
        if (signals.length > 1) await new Promise((wake) => child.stderr?.once('data', wake));
      }
    };
  }

  it('in simulation, with what it has found so far', async () => {
    let sent = false;
    const ended = await antlion(['run', 'minority*', '--runs', '100000', '--json'], {
      meanwhile: async (child) => {
        await new Promise((wake) => child.stdout?.once('data', wake));
        sent = child.kill('SIGINT');
      },
    });
    assert.ok(sent);
    assert.equal(ended.code, 130);
    assert.ok(
      ended.stdout
        .trim()
        .split('\n')
        .every((line) => line.endsWith('}')),
    );
  });

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGKILL', 137],
  ] as const) {
    it(`in processes, by ${signal}`, async () => {
      // The command, its watchdog and five nodes.
      const ended = await antlion(processes, { meanwhile: once(7, signal) });
      assert.equal(ended.code, code, ended.stderr);
    });

    it(`in verify, its members in namespaces and on disks of ours, by ${signal}`, async function () {
      skipUnlessEtcd(this);
      skipUnless(this, 'namespaces', whyNoNamespaces());
      skipUnless(this, 'disks', whyNoDisks());
      const words = [...verify, '--network', 'namespaces', '--disk', 'fuse'];
      // Besides the processes that hold the network and the disks.
      const ended = await antlion(words, { meanwhile: once(7, signal) });
      assert.equal(ended.code, code, ended.stderr);
    });

    it(`in verify, by ${signal}`, async function () {
      skipUnlessEtcd(this);
      const ended = await antlion(verify, { meanwhile: once(5, signal) });
      assert.equal(ended.code, code, ended.stderr);
    });
  }

  it('in processes, by Ctrl-C and at once by a second one', async () => {
    const ended = await antlion(processes, { meanwhile: once(7, 'SIGINT', 'SIGINT') });
    assert.equal(ended.code, 130);
  });

  it('in verify, by Ctrl-C and at once by a second one', async function () {
    skipUnlessEtcd(this);
    const ended = await antlion(verify, { meanwhile: once(5, 'SIGINT', 'SIGINT') });
    assert.equal(ended.code, 130);
  });
});

function skipUnlessEtcd(test: Mocha.Context): void {
  const isHere = spawnSync('etcd', ['--version']).error === undefined;
  skipUnless(test, 'etcd', isHere ? null : 'apt-get install etcd-server');
}
