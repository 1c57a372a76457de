import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openJournal } from '../../harness/cleanup/journal.ts';
import { identify, isAlive } from '../../harness/cleanup/process-id.ts';
import { startWatchdog } from '../../harness/cleanup/watchdog.ts';

const harness = fileURLToPath(new URL('./mortal-harness.ts', import.meta.url));

interface Told {
  readonly orphan: number;
  readonly folder: string;
}

describe('the watchdog', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Resolves once no journal is left: the watchdog's last deed. */
  function journalsGone(): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (readdirSync(folder).length > 0) return;
        watcher.close();
        resolve();
      };
      const watcher = watch(folder, look);
      look();
    });
  }

  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    it(`ends processes and removes folders of a harness that ${signal} ended`, async () => {
      const child = spawn(process.execPath, [...process.execArgv, harness, folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const told = await firstLine(child);
      const orphan = identify(told.orphan);
      assert.ok(orphan !== null && existsSync(told.folder));
      const exit = once(child, 'exit');
      child.kill(signal);
      await exit;
      await journalsGone();
      assert.equal(isAlive(orphan), false);
      assert.equal(existsSync(told.folder), false);
    });
  }

  it('goes without a deed when it is sent away, and leaves the journal to others', async () => {
    const journal = openJournal(folder);
    const own = identify(process.pid);
    assert.ok(own !== null);
    journal.begin({ kind: 'resume', process: own });
    const dog = await startWatchdog(journal);
    const id = identify(dog.pid);
    assert.ok(id !== null);
    await dog.close();
    assert.equal(isAlive(id), false);
    journal.close();
    assert.equal(existsSync(journal.path), true);
  });
});

async function firstLine(child: ChildProcess): Promise<Told> {
  assert.ok(child.stdout !== null);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return JSON.parse(line) as Told;
}
