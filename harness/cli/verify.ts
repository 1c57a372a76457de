/**
 * `antlion verify`: somebody else's system. Without an endpoint it starts a cluster of its own from
 * the installed program; with endpoints it touches nothing but its own clients, and members only
 * that were allowed by name.
 */
import { randomBytes } from 'node:crypto';
import type { Environment, Run } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Endpoint } from '../core/system.ts';
import { openCleanup } from '../cleanup/session.ts';
import { attached } from '../attached/environment.ts';
import { sayJson, sayLines } from '../report/output.ts';
import { Progress } from '../report/progress.ts';
import { scenarioLines, violationLines } from '../report/terminal.ts';
import { LocalEtcd } from '../systems/etcd/launch.ts';
import { etcd } from '../systems/etcd/system.ts';
import type { VerifyFlags } from './commands.ts';
import { allowedHands, allowedPids, localHands } from './member-hands.ts';
import { withInterrupt } from './interrupt.ts';
import { jsonOf, exitCodeOf } from './run.ts';
import { scenariosMatching } from './scenarios.ts';
import { Summary } from './summary.ts';
import { runOnce } from './run-once.ts';

export async function verifyCommand(system: string, flags: VerifyFlags): Promise<number> {
  requireKnown(system, flags);
  return withInterrupt(({ signal }) => verifyEtcd(flags, signal));
}

async function verifyEtcd(flags: VerifyFlags, signal: AbortSignal): Promise<number> {
  const scenarios = attachable(flags.scenario);
  if (flags.endpoint.length === 0) {
    await using own = await LocalEtcd.start({ signal });
    const hands = localHands(own);
    return await search(
      attached({ endpoints: own.endpoints, hands, signal }),
      scenarios,
      flags,
      signal,
    );
  }
  const endpoints = endpointsOf(flags.endpoint);
  const members = allowedPids(endpoints, flags.allowCrash);
  if (members.size === 0) return search(attached({ endpoints, signal }), scenarios, flags, signal);
  await using guard = await openCleanup();
  const hands = allowedHands(members, guard.journal);
  return await search(attached({ endpoints, hands, signal }), scenarios, flags, signal);
}

/** Throws E_USAGE when none that matches can run against members that are not ours. */
function attachable(pattern: string): readonly Scenario[] {
  const found = scenariosMatching([pattern]);
  const fit = found.filter((s) => s.environments.includes('attached'));
  if (fit.length > 0) return fit;
  const all = scenariosMatching([]).filter((s) => s.environments.includes('attached'));
  throw new HarnessError(
    'E_USAGE',
    `scenario is "${pattern}", which hurts more than a running system's clients and processes, wanted one of ${all.map((s) => s.name).join(', ')}. Pass --scenario key-value.`,
  );
}

async function search(
  environment: Environment<Promise<Run>>,
  scenarios: readonly Scenario[],
  flags: VerifyFlags,
  signal: AbortSignal,
): Promise<number> {
  const summaries = scenarios.map((s) => new Summary(s));
  const progress = new Progress();
  for (const [i, scenario] of scenarios.entries()) {
    const summary = summaries[i] as Summary;
    for (let k = 0; k < flags.runs && !signal.aborted && summary.violated === 0; k++) {
      progress.update(`${scenario.name} against etcd, seed ${flags.seed + k}`);
      const report = await runOnce(environment, etcd, scenario, {
        seed: flags.seed + k,
        mutant: null,
        isShrunk: false,
        onProgress: (what) => progress.update(`${scenario.name} against etcd: ${what}`),
        again: againOf(flags, scenario, flags.seed + k),
        // Its own keys: nobody else's are read or written, and a run starts from nothing.
        extra: {
          prefix: `antlion/${randomBytes(6).toString('hex')}/`,
          reads: flags.reads,
          progress: flags.progress,
        },
      });
      progress.end();
      summary.add(report);
      if (flags.json) sayJson(jsonOf(report));
      else if (report.story !== null) sayLines(violationLines(report.story));
    }
    if (!flags.json) sayLines(scenarioLines(summary.figures()));
  }
  return exitCodeOf(summaries);
}

function againOf({ reads, progress }: VerifyFlags, { name }: Scenario, seed: number): string {
  const how = `--reads ${reads} --progress ${progress}`;
  return `antlion verify etcd ${how} --scenario ${name} --seed ${seed}`;
}

function requireKnown(system: string, flags: VerifyFlags): void {
  if (system !== etcd.name) {
    throw new HarnessError('E_USAGE', `system is "${system}", wanted etcd. Pass: verify etcd.`);
  }
  requireOneOf('reads', flags.reads, 'linearizable', 'serializable');
  requireOneOf('progress', flags.progress, 'periodic', 'requested');
  if (flags.endpoint.length === 0 && flags.allowCrash.length > 0) {
    throw new HarnessError(
      'E_USAGE',
      'allow-crash names members of a running system, and no endpoint is given. Pass --endpoint n1=http://… for each member, or leave --allow-crash out.',
    );
  }
}

function requireOneOf(flag: string, value: string, usual: string, other: string): void {
  if (value === usual || value === other) return;
  throw new HarnessError(
    'E_USAGE',
    `${flag} is "${value}", wanted ${usual} or ${other}. Pass --${flag} ${usual}.`,
  );
}

/** Throws E_USAGE when two members have one name: a name must say who may be killed. */
function endpointsOf(texts: readonly string[]): readonly Endpoint[] {
  const endpoints = texts.map(endpointOf);
  const names = endpoints.map((e) => e.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return endpoints;
  throw new HarnessError(
    'E_USAGE',
    `two endpoints are called "${twice}", wanted a name for each. Pass --endpoint n0=http://… --endpoint n1=http://….`,
  );
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
