/**
 * `antlion verify`: somebody else's system. Without an endpoint it starts a cluster of its own from
 * the installed program; with endpoints it touches nothing but its own clients, and members only
 * that were allowed by name.
 */
import { randomBytes } from 'node:crypto';
import { attached } from '../attached/environment.ts';
import { hostOf } from '../core/address.ts';
import { launched } from '../attached/launched.ts';
import { openCleanup } from '../cleanup/session.ts';
import type { Environment, Run } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import { doesAny } from '../faults/harms.ts';
import { allKinds, definitionOf } from '../faults/kinds.ts';
import type { LaunchPlan } from '../core/launch-plan.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Endpoint } from '../core/system.ts';
import { say, sayLines, warn } from '../report/output.ts';
import { Progress } from '../report/progress.ts';
import type { OpenSystem } from '../systems/define-system.ts';
import { allowedAccess, allowedOf, requireWayBack, warningOf } from './allowed.ts';
import { dryRunLines } from './dry-run.ts';
import { openHistoryFolder } from './history-file.ts';
import { withInterrupt } from './interrupt.ts';
import { runOnce } from './run-once.ts';
import { RunOutput } from './run-output.ts';
import { Summary, exitCodeOf } from './summary.ts';
import { builtIns, systemOf } from './systems.ts';
import { parseVerify, sameAgain, verifyHelp } from './verify-flags.ts';
import type { VerifyCall, VerifyFlags } from './verify-flags.ts';
import { scenariosFor } from './verify-scenarios.ts';
import { without } from './without.ts';

/** What is to be verified, and how, as it was asked for. */
interface Task extends VerifyCall {
  /** Name or path, as it was given. */
  readonly asked: string;
  readonly open: OpenSystem;
  readonly signal: AbortSignal;
  /** That came with the system. */
  readonly scenarios: readonly Scenario[];
}

/** `words` are all that follows `verify`. */
export async function verifyCommand(words: readonly string[]): Promise<number> {
  const [asked] = words;
  if (asked === undefined || asked === '--help' || asked === '-h') {
    say(verifyHelp(builtIns).trimEnd());
    return 0;
  }
  const { manifest, scenarios } = await systemOf(asked);
  const call = parseVerify(manifest, words.slice(1));
  requireSense(call.flags);
  const open = manifest.open(call.own);
  return withInterrupt(({ signal }) => verify({ ...call, asked, open, signal, scenarios }));
}

async function verify(task: Task): Promise<number> {
  const { flags, open, signal } = task;
  if (flags.endpoint.length === 0) return verifyOwn(task);
  const endpoints = endpointsOf(flags.endpoint);
  const members = allowedOf(endpoints, flags);
  const scenarios = await scenariosFor(open.system, 'attached', task.scenarios, flags);
  const kills = scenarios.some((s) => [...s.kinds].some((kind) => doesAny(kind, 'ends-nodes')));
  if (members.size > 0 && kills) requireWayBack(endpoints, members, flags);
  if (members.size === 0) {
    return search(attached({ endpoints, signal }), scenarios, task, endpoints);
  }
  if (!flags.dryRun) warn(warningOf(endpoints, members).join('\n'));
  await using guard = await openCleanup();
  const adapter = open.system.adapter;
  if (adapter === undefined) throw new Error(`${open.system.name} has no adapter`);
  const { leaveDown } = flags;
  const { journal } = guard;
  const access = allowedAccess({ endpoints, members, adapter, journal, leaveDown });
  return await search(attached({ endpoints, access, signal }), scenarios, task, endpoints);
}

async function verifyOwn(task: Task): Promise<number> {
  const { flags, open, signal } = task;
  if (open.launch === null) {
    throw new HarnessError(
      'E_USAGE',
      `${open.system.name} does not say how its members are started, wanted where they answer. Pass --endpoint name=url for each.`,
    );
  }
  const plan = planOf(open.launch, flags);
  const environment = launched({
    plan,
    signal,
    ...(flags.members !== undefined && { members: flags.members }),
    ...(flags.keep && { onKept: (folder) => warn(`kept: ${folder}`) }),
  });
  const scenarios = await scenariosFor(open.system, 'processes', task.scenarios, flags);
  return search(environment, scenarios, task, []);
}

/** The plan with the program and the flags that the user wants. */
function planOf(plan: LaunchPlan, { binary, memberFlag }: VerifyFlags): LaunchPlan {
  const [program, ...args] = plan.command;
  return { ...plan, command: [binary ?? program ?? '', ...args, ...memberFlag] };
}

async function search(
  plain: Environment<Promise<Run>>,
  scenarios: readonly { readonly scenario: Scenario }[],
  task: Task,
  endpoints: readonly Endpoint[],
): Promise<number> {
  const { flags, open, signal, asked } = task;
  const environment = without(plain, flags.without);
  if (flags.dryRun) {
    sayLines(dryRunLines(environment, scenarios, task, endpoints));
    return 0;
  }
  const summaries = scenarios.map(({ scenario }) => new Summary(scenario));
  const progress = new Progress();
  const { name } = open.system;
  const isOwn = endpoints.length === 0;
  const out = new RunOutput(flags.json);
  const begunMs = performance.now();
  if (flags.history !== undefined) openHistoryFolder(flags.history);
  for (const [i, { scenario }] of scenarios.entries()) {
    const summary = summaries[i] as Summary;
    for (let k = 0; k < flags.runs && !signal.aborted && summary.violated === 0; k++) {
      const seed = flags.seed + k;
      progress.update(`${scenario.name} against ${name}, seed ${seed}`);
      const report = await runOnce(environment, open.system, scenario, {
        seed,
        mutant: null,
        isShrunk: false,
        signal,
        historyFolder: flags.history,
        onProgress: (what) => progress.update(`${scenario.name} against ${name}: ${what}`),
        again: sameAgain(asked, task, scenario.name, seed),
        // Its own keys: nobody else's are read or written. Members of our own start with nothing.
        extra: { ...open.extra, prefix: isOwn ? '' : `antlion/${randomBytes(6).toString('hex')}/` },
      });
      progress.end();
      summary.add(report);
      out.run(report);
    }
    out.scenario(summary);
  }
  const isInterrupted = signal.aborted;
  out.end(summaries, 0, performance.now() - begunMs, {
    coverage: null,
    mutant: null,
    isInterrupted,
  });
  return exitCodeOf(summaries);
}

function requireSense(flags: VerifyFlags): void {
  const unknown = flags.without.find((kind) => definitionOf(kind) === undefined);
  if (unknown !== undefined) {
    throw new HarnessError(
      'E_USAGE',
      `without is "${unknown}", wanted one of ${allKinds()
        .map((d) => d.kind)
        .join(', ')}. Pass --without crash.`,
    );
  }
  const isOwn = flags.endpoint.length === 0;
  if (isOwn && (flags.allowCrash.length > 0 || flags.restart.length > 0)) {
    throw new HarnessError(
      'E_USAGE',
      'allow-crash and restart name members of a running system, and no endpoint is given. Pass --endpoint n1=http://… for each member, or leave them out.',
    );
  }
  const own = [
    ['members', flags.members !== undefined],
    ['binary', flags.binary !== undefined],
    ['member-flag', flags.memberFlag.length > 0],
    ['keep', flags.keep],
  ] as const;
  const misplaced = own.find(([, isGiven]) => isGiven);
  if (isOwn || misplaced === undefined) return;
  throw new HarnessError(
    'E_USAGE',
    `${misplaced[0]} is about members that antlion starts, and endpoints are given. Leave out --${misplaced[0]} or --endpoint.`,
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
  const m = /^(?:([A-Za-z0-9_.-]+)=)?([a-z][a-z0-9+.-]*:\/\/[^/\s@]+)\/?$/.exec(text);
  if (m !== null && URL.canParse(m[2] as string)) {
    const endpoint = { name: m[1] ?? `n${i}`, url: m[2] as string };
    hostOf(endpoint);
    return endpoint;
  }
  const secret = text.includes('@')
    ? ', without user and password: these have flags of their own'
    : '';
  throw new HarnessError(
    'E_USAGE',
    `endpoint is "${text}", wanted [name=]http://host:port${secret}. Pass --endpoint http://127.0.0.1:2379.`,
  );
}
