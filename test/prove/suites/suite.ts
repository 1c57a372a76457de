/** What published suites of Toxiproxy's clients have in common: they are fetched as anybody fetches them, and run. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Suite {
  /** Package and version, and what in it. */
  readonly name: string;
  /** Fetches it and runs it against `antlion proxy`; gives what it says. `folder` is its own, for the time of the run. */
  run(folder: string): Promise<string>;
  /** The names of its tests that passed, and of those that did not, in what it said. */
  read(said: string): Tests;
  /** Tests that cannot pass here, and why. */
  readonly inapplicable: ReadonlyMap<string, string>;
}

interface Tests {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
}

interface SuiteRun extends Tests {
  /** Those that failed as they must, each with its reason. */
  readonly inapplicable: readonly string[];
  /** The last lines that it said. */
  readonly tail: string;
}

export async function runSuite(suite: Suite): Promise<SuiteRun> {
  const folder = mkdtempSync(join(tmpdir(), 'antlion-clients-'));
  try {
    // What cannot be fetched, or not be started, has no test that passed.
    const said = await suite.run(folder).catch((e: Error) => e.message);
    const { passed, failed } = suite.read(said);
    const cannot = (test: string): boolean => suite.inapplicable.has(test);
    return {
      passed,
      failed: failed.filter((test) => !cannot(test)),
      inapplicable: failed.filter(cannot).map((t) => `${t}: ${suite.inapplicable.get(t)}`),
      tail: said.trim().split('\n').slice(-8).join('\n'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first group of every match. */
export function named(pattern: RegExp, said: string): string[] {
  return [...said.matchAll(pattern)].map((m) => m[1] ?? '');
}

/** What a command says, also when tests of it fail. It leads a group of processes of its own. */
export async function output(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  for (const out of [child.stdout, child.stderr]) {
    out.setEncoding('utf8').on('data', (text: string) => (said += text));
  }
  await new Promise<void>((done) => {
    child.once('close', () => done());
    child.once('error', (e) => {
      said += `${command}: ${e.message}`;
      done();
    });
  });
  return said;
}
