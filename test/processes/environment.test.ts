import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FaultPlan } from '../../harness/core/fault.ts';
import type { System } from '../../harness/core/system.ts';
import { processes } from '../../harness/processes/environment.ts';
import { countOperations } from '../../harness/core/history.ts';
import { echoSystem, inTypeScript } from '../conformance/echo-system.ts';
import { environmentConformance } from '../conformance/environment.ts';
import { timetable } from '../conformance/script.ts';

environmentConformance({ name: 'processes', open: () => processes(), skip: [] });

const one = { faults: [], lines: [[10, 0, 'write', '1', 'a']] } as const;
const quick = timetable({ name: 'quick', durationMs: 200, deadlineMs: 100, ...one });
/** Long enough for an answer on a busy machine. */
const answered = timetable({ name: 'answered', durationMs: 2_500, deadlineMs: 2_400, ...one });

describe('processes', function () {
  this.timeout(30_000);

  it('say that the project must be built', async () => {
    const system = withEntry('/nowhere/main.js');
    await assert.rejects(processes().run(system, quick), /E_NOT_BUILT: \/nowhere\/main\.js/);
  });

  it('run a node that is written in TypeScript, as it is', async () => {
    const { history } = await processes().run(inTypeScript, answered);
    assert.equal(countOperations(history).ok, 1);
  });

  it('name the node whose port is in use, and leave nothing', async () => {
    await using taken = await listen();
    const environment = processes({ firstPort: taken.port - 1 });
    await leavesNothing(() =>
      assert.rejects(environment.run(echoSystem, quick), (e: Error) => {
        assert.match(e.message, /^E_PORT_IN_USE: echo-1 cannot listen: port \d+/);
        assert.ok(e.message.includes(String(taken.port)));
        return true;
      }),
    );
  });

  it('tell what the nodes said last when they do not become ready', async () => {
    const never: System = { ...echoSystem, readiness: () => ({ event: () => false }) };
    const environment = processes({ readyWithinUs: 6_000_000 });
    await leavesNothing(() =>
      assert.rejects(environment.run(never, quick), /E_NOT_READY[^]*echo-0: \{.*"started"/),
    );
  });

  it('give up at once when a node ends before the cluster is ready', async () => {
    const system = withEntry(fileURLToPath(import.meta.url));
    await leavesNothing(() =>
      assert.rejects(processes().run(system, quick), /E_NOT_READY: echo-\d ended before/),
    );
  });

  it('stop early at a signal, heal, and leave nothing', async () => {
    const stop = new AbortController();
    const environment = processes({ signal: stop.signal });
    const faults: FaultPlan = [
      { kind: 'pause', atUs: 0, untilUs: 60_000_000, nodes: { of: 'everyone' } },
    ];
    const long = { ...quick, faults, durationUs: 60_000_000 };
    await leavesNothing(() =>
      assert.rejects(
        environment.run(echoSystem, long, {
          onEvent: (e) => {
            if (e.type === 'fault' && e.phase === 'effective') stop.abort(new Error('enough'));
          },
        }),
        /^Error: enough$/,
      ),
    );
  });

  it('leave nothing behind when the harness is killed, not even a stopped node', async () => {
    const kind = extname(import.meta.url);
    const source = fileURLToPath(new URL('./doomed-main.ts', import.meta.url));
    const main = source.replace(/\.ts$/, kind);
    const loader = kind === '.ts' ? process.execArgv : [];
    const harness = spawn(process.execPath, [...loader, main], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: harness.stdout }), 'line')) as [string];
    const made = JSON.parse(line) as string[];
    assert.ok(made.length >= 5, `three nodes, a watchdog and a folder: ${line}`);
    assert.deepEqual(made.filter(exists), made);
    harness.kill('SIGKILL');
    // Orphans have no exit event for us; the mocha timeout is the limit.
    while (made.some(exists)) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it('keep no history of a run that nobody judges', async () => {
    const seen: string[] = [];
    const { history } = await processes().run(echoSystem, answered, {
      isHistoryKept: false,
      onEvent: (e) => seen.push(e.type),
    });
    assert.ok(seen.includes('ok') && history.events.length === 0);
  });

  it('keep the run folder when asked to', async () => {
    const kept: string[] = [];
    await processes({ onKept: (folder) => kept.push(folder) }).run(echoSystem, quick);
    const [folder = ''] = kept;
    assert.ok(existsSync(`${folder}/echo-1/echo.log.1`) && existsSync(`${folder}/echo-1.out`));
    await rm(folder, { recursive: true });
  });
});

/** A process counts as gone when only its entry in the table is left. */
function exists(path: string): boolean {
  if (!existsSync(path)) return false;
  if (!path.startsWith('/proc/')) return true;
  try {
    return !/^State:\s+Z/m.test(readFileSync(`${path}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function withEntry(entry: string): System {
  assert.ok(echoSystem.machine);
  return { ...echoSystem, machine: { ...echoSystem.machine, entry } };
}

async function listen(): Promise<AsyncDisposable & { port: number }> {
  const server: Server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** No run folder and no process of ours is there afterwards that was not before. */
async function leavesNothing(work: () => Promise<unknown>): Promise<void> {
  const before = traces();
  await work();
  assert.deepEqual(
    traces().filter((t) => !before.includes(t)),
    [],
  );
}

function traces(): string[] {
  const folders = readdirSync(tmpdir()).filter((n) => n.startsWith(`antlion-run-${process.pid}-`));
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim();
  return [...folders, ...children.split(' ')];
}
