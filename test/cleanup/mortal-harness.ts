/**
 * What a harness does, for a test to kill: `mortal-harness JOURNALS`. Starts a watchdog, a process that
 * would live on and a folder, tells of them in one line, and waits.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../harness/cleanup/journal.ts';
import { identify } from '../../harness/cleanup/process-id.ts';
import { startWatchdog } from '../../harness/cleanup/watchdog.ts';

const journal = openJournal(process.argv[2]);
await startWatchdog(journal);
const folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
journal.begin({ kind: 'remove-folder', path: folder });
const orphan = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
const id = identify(orphan.pid ?? 0);
if (id !== null) journal.begin({ kind: 'kill', process: id });
console.log(JSON.stringify({ orphan: orphan.pid, folder }));
process.stdin.resume();
setInterval(() => {}, 60_000);
