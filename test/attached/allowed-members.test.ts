/** Members of a user's own cluster: never more than a minority, and a way back for each. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { AllowedMembers } from '../../harness/attached/allowed-members.ts';
import type { AllowedMembersOptions } from '../../harness/attached/allowed-members.ts';
import { listenerOf } from '../../harness/attached/listener.ts';
import type { Undo } from '../../harness/cleanup/undo.ts';
import { identify, isAlive } from '../../harness/cleanup/process-id.ts';

describe('members that may be killed', () => {
  let children: ChildProcess[];
  let folder: string;
  const open = new Map<number, Undo>();

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    children = [0, 1, 2].map(() => spawn('sleep', ['600']));
    await Promise.all(children.map((c) => once(c, 'spawn')));
    open.clear();
  });
  afterEach(() => {
    for (const c of children) c.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  const processOf = (i: number): NonNullable<ReturnType<typeof identify>> => {
    const found = identify(children[i]?.pid ?? 0);
    assert.ok(found !== null);
    return found;
  };
  const members = (
    restarts: readonly (string | null)[],
    options: Partial<AllowedMembersOptions> = {},
  ): AllowedMembers =>
    new AllowedMembers({
      names: ['n1', 'n2', 'n3'],
      allowed: new Map(restarts.map((restart, i) => [i, { process: processOf(i), restart }])),
      journal: {
        path: '',
        begin: (undo) => {
          open.set(open.size, undo);
          return open.size - 1;
        },
        done: (entry) => open.delete(entry),
        close: () => undefined,
      },
      isUp: () => Promise.resolve(true),
      find: () => null,
      mayStayDown: false,
      mayLoseQuorum: false,
      ...options,
    });

  it('are never taken down beyond a minority, paused ones counted', () => {
    const m = members(['true', 'true', 'true']);
    const release = m.reserve('pause', [0]);
    assert.ok(typeof release === 'function');
    assert.match(String(m.reserve('crash', [1])), /n1, n2 down or paused .* no majority of 3/);
    assert.ok(typeof m.reserve('crash', [0]) === 'function', 'the same member is no further one');
    assert.match(String(m.reserve('crash', [0, 1])), /no majority/);
    release();
    assert.match(String(m.reserve('crash', [1])), /no majority/, 'the crash still holds it');
  });

  it('without a way back are not killed, but may be paused', () => {
    const m = members([null, null, null]);
    assert.match(String(m.reserve('crash', [1])), /--restart n2='COMMAND', or --leave-down/);
    assert.ok(typeof m.reserve('pause', [1]) === 'function');
  });

  it('may stay down if the user says so: a minority over all, told as left behind', async () => {
    const m = members([null, null, null], { mayStayDown: true });
    const release = m.reserve('crash', [1]);
    assert.ok(typeof release === 'function');
    await m.crash(1);
    assert.equal(await m.restart(1), false);
    release();
    assert.deepEqual(m.leftBehind(), ['n2 is down: it was killed, and nobody starts it again']);
    assert.match(String(m.reserve('crash', [2])), /n2, n3 down or paused .* no majority/);
    assert.match(String(m.reserve('pause', [1])), /n2 is down already/);
  });

  it('come back by their command, when their fault is over', async () => {
    const file = join(folder, 'came');
    const isUp = (): Promise<boolean> => Promise.resolve(existsSync(file));
    const m = members([`echo back > ${file}`, null, null], { isUp, find: () => processOf(2) });
    await m.crash(0);
    assert.equal(isAlive(processOf(1)), true);
    assert.equal(identify(children[0]?.pid ?? 0), null, 'it is killed');
    assert.equal(existsSync(file), false, 'its fault is not over');
    assert.equal(await m.restart(0), true);
    assert.deepEqual(m.leftBehind(), []);
    assert.ok(typeof m.reserve('crash', [0]) === 'function', 'its new process is known');
  });

  it('come back when antlion is killed while they are down', async () => {
    const file = join(folder, 'came');
    const main = join(folder, 'killer.mts');
    const module = resolve('harness/attached/allowed-members.ts');
    writeFileSync(
      main,
      `import { AllowedMembers } from ${JSON.stringify(module)};
       const process_ = ${JSON.stringify(processOf(0))};
       const m = new AllowedMembers({
         names: ['n1', 'n2', 'n3'],
         allowed: new Map([[0, { process: process_, restart: 'echo back > ${file}' }]]),
         journal: null as never, isUp: async () => true, find: () => null, mayStayDown: false, mayLoseQuorum: false,
       });
       await m.crash(0);
       process.kill(process.pid, 'SIGKILL');`,
    );
    const child = spawn(process.execPath, ['--import', 'tsx', main]);
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    assert.equal(signal, 'SIGKILL');
    while (!existsSync(file)) await new Promise((wake) => setTimeout(wake, 50));
  });

  it('that do not come back are left behind, and may not be touched', async () => {
    const isUp = (): Promise<boolean> => Promise.resolve(false);
    const m = members(['false', null, null], { isUp, backWithinMs: 1 });
    await m.crash(0);
    assert.equal(await m.restart(0), false);
    assert.deepEqual(m.leftBehind(), ['n1 is down: it does not answer after: false']);
  });

  it('whose new process is not known are not killed again', async () => {
    const m = members(['true', null, null]);
    await m.crash(0);
    assert.equal(await m.restart(0), true);
    assert.match(String(m.reserve('pause', [0])), /in a process that is not known/);
  });

  it('are found by the port they listen on', async function () {
    if (process.platform !== 'linux') this.skip();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    assert.equal(listenerOf(port)?.pid, process.pid);
    server.close();
    await once(server, 'close');
    assert.equal(listenerOf(port), null);
  });
});
