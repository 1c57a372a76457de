/**
 * `antlion verify`: somebody else's system. Without an endpoint it starts a cluster of its own from
 * the installed program; with endpoints it touches nothing but its own clients, and members only
 * that were allowed by name.
 */
import { randomBytes } from 'node:crypto';
import type { Environment, Run } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import type { Endpoint } from '../core/system.ts';
import { attached } from '../attached/environment.ts';
import { scenarioLines, violationLines } from '../report/terminal.ts';
import { Progress } from '../report/terminal.ts';
import { LocalEtcd } from '../systems/etcd/launch.ts';
import { etcd } from '../systems/etcd/system.ts';
import { allowedPids, localHands } from './member-hands.ts';
import { untilInterrupted } from './interrupt.ts';
import { jsonOf, tallyExit } from './run.ts';
import { scenariosMatching } from './scenarios.ts';
import { Tally } from './tally.ts';
import { tryOnce } from './try-once.ts';

export interface VerifyFlags {
  readonly endpoint: readonly string[];
  readonly allowCrash: readonly string[];
  readonly reads: string;
  readonly scenario: string;
  readonly seed: number;
  readonly runs: number;
  readonly json: boolean;
}

export async function verifyCommand(system: string, flags: VerifyFlags): Promise<number> {
  requireKnown(system, flags);
  return untilInterrupted(({ signal }) => verifyEtcd(flags, signal));
}

async function verifyEtcd(flags: VerifyFlags, signal: AbortSignal): Promise<number> {
  await using own = flags.endpoint.length === 0 ? await LocalEtcd.start() : null;
  const endpoints = own?.endpoints ?? flags.endpoint.map(endpointOf);
  const hands = own === null ? allowedPids(endpoints, flags.allowCrash) : localHands(own);
  const environment = attached({
    endpoints,
    signal,
    ...(hands !== null && { hands }),
  });
  return await search(environment, flags, signal);
}

async function search(
  environment: Environment<Promise<Run>>,
  flags: VerifyFlags,
  signal: AbortSignal,
): Promise<number> {
  const scenarios = scenariosMatching(flags.scenario).filter((s) =>
    s.environments.includes('attached'),
  );
  const tallies = scenarios.map((s) => new Tally(s));
  const progress = new Progress(process.stderr);
  for (const [i, scenario] of scenarios.entries()) {
    const tally = tallies[i] as Tally;
    for (let k = 0; k < flags.runs && !signal.aborted && tally.violated === 0; k++) {
      progress.update(`${scenario.name} against etcd, seed ${flags.seed + k}`);
      const tried = await tryOnce(environment, etcd, scenario, {
        seed: flags.seed + k,
        mutant: null,
        isShrunk: false,
        onProgress: (what) => progress.update(`${scenario.name} against etcd: ${what}`),
        again: `antlion verify etcd --reads ${flags.reads} --scenario ${scenario.name} --seed ${flags.seed + k}`,
        // Its own keys: nobody else's are read or written, and a run starts from nothing.
        extra: { prefix: `antlion/${randomBytes(6).toString('hex')}/`, reads: flags.reads },
      });
      progress.end();
      tally.add(tried);
      if (flags.json) process.stdout.write(`${JSON.stringify(jsonOf(tried))}\n`);
      else if (tried.story !== null) print(violationLines(tried.story));
    }
    if (!flags.json) print(scenarioLines(tally.summary()));
  }
  return tallyExit(tallies);
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

function requireKnown(system: string, flags: VerifyFlags): void {
  if (system !== etcd.name) {
    throw new HarnessError('E_USAGE', `system is "${system}", wanted etcd. Pass: verify etcd.`);
  }
  if (flags.reads !== 'linearizable' && flags.reads !== 'serializable') {
    throw new HarnessError(
      'E_USAGE',
      `reads is "${flags.reads}", wanted linearizable or serializable. Pass --reads linearizable.`,
    );
  }
}

/** `n1=http://127.0.0.1:2379`, or the address alone. */
function endpointOf(text: string, i: number): Endpoint {
  const m = /^(?:([A-Za-z0-9_.-]+)=)?(https?:\/\/[^/\s]+)\/?$/.exec(text);
  if (m !== null && URL.canParse(m[2] as string)) {
    return { name: m[1] ?? `n${i}`, url: m[2] as string };
  }
  throw new HarnessError(
    'E_USAGE',
    `endpoint is "${text}", wanted [name=]http://host:port. Pass --endpoint http://127.0.0.1:2379.`,
  );
}
