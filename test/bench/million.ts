/**
 * A million list-append transactions: checked in a fresh process, so that its memory is its own, and
 * given to the command in a file, which is read and checked in another.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkTransactions } from '../../harness/checkers/transactions/check.ts';
import { tableOf } from '../../harness/checkers/transactions/table/from-operations.ts';
import { makeTransactions, transactionEvents } from './transactions.ts';

const shape = { count: 1_000_000, clients: 10, appendsMax: 100, seed: 1 };

interface MillionBench {
  readonly verdict: string;
  readonly cpuSeconds: number;
  /** Of the whole process: with the history itself. */
  readonly rssMib: number;
}

export interface CommandBench extends MillionBench {
  readonly wallSeconds: number;
  /** Of the check alone, as the command tells it. */
  readonly checkSeconds: number;
  readonly fileMib: number;
}

export function benchMillion(): MillionBench {
  const self = fileURLToPath(import.meta.url);
  const out = execFileSync(process.execPath, [...process.execArgv, self, 'measure']);
  return JSON.parse(out.toString('utf8')) as MillionBench;
}

/** The file lies in the folder for temporary files as long as it takes. */
export function benchMillionCommand(): CommandBench {
  const folder = mkdtempSync(join(tmpdir(), 'antlion-million-'));
  try {
    const file = join(folder, 'history.jsonl');
    writeHistory(file);
    return runCommand(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measure(): MillionBench {
  const table = tableOf(makeTransactions(shape), [], 'list-append');
  const before = process.cpuUsage();
  const { kind: verdict } = checkTransactions(table, 'strict-serializable');
  const { user, system } = process.cpuUsage(before);
  const rssMib = process.resourceUsage().maxRSS / 1_024;
  return { verdict, cpuSeconds: (user + system) / 1e6, rssMib };
}

function writeHistory(path: string): void {
  const file = openSync(path, 'w');
  let lines: string[] = [];
  for (const event of transactionEvents(shape)) {
    lines.push(`${JSON.stringify(event)}\n`);
    if (lines.length < 10_000) continue;
    writeSync(file, lines.join(''));
    lines = [];
  }
  writeSync(file, lines.join(''));
  closeSync(file);
}

/** The command in a process that tells on its way out what it has used, as the last line on stderr. */
function runCommand(file: string): CommandBench {
  const { href } = new URL(`../../harness/cli/bin${extname(import.meta.url)}`, import.meta.url);
  const args = ['check', file, '--model', 'list-append', '--json'];
  const source = `
    process.argv = [process.execPath, ...${JSON.stringify(args)}];
    process.on('exit', () => console.error(JSON.stringify(process.resourceUsage())));
    await import(${JSON.stringify(href)});`;
  const start = performance.now();
  const { execArgv, execPath } = process;
  const options = ['--input-type=module', '--eval', source];
  const run = spawnSync(execPath, [...execArgv, ...options], { encoding: 'utf8' });
  const wallSeconds = (performance.now() - start) / 1_000;
  const [checked] = JSON.parse(run.stdout) as { verdict: string; elapsedMs: number }[];
  const usage = JSON.parse(run.stderr.trim().split('\n').at(-1) ?? '') as NodeJS.ResourceUsage;
  return {
    verdict: checked?.verdict ?? 'none',
    wallSeconds,
    cpuSeconds: (usage.userCPUTime + usage.systemCPUTime) / 1e6,
    checkSeconds: (checked?.elapsedMs ?? 0) / 1_000,
    rssMib: usage.maxRSS / 1_024,
    fileMib: statSync(file).size / 1_024 ** 2,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2] === 'measure') {
  process.stdout.write(JSON.stringify(measure()));
}
