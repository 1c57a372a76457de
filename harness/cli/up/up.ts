/** `antlion up`: a reference cluster in local processes, for people with curl, until Ctrl-C. */
import { readFileSync } from 'node:fs';
import { HarnessError, exitCodes } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Json } from '../../core/host.ts';
import type { Program, Shape } from '../../core/program.ts';
import { minutesUs } from '../../core/duration.ts';
import { ProcessDeployment } from '../../processes/deployment.ts';
import { sayRecord } from '../../report/json-lines.ts';
import { sayLines, warn } from '../../report/output.ts';
import { Progress } from '../../report/progress.ts';
import { requireMutant } from '../../runner/run-scenario.ts';
import { cluster } from '../../workload/cluster.ts';
import type { ServiceSpec } from '../../workload/cluster.ts';
import { reference } from '../../../reference-impl/system.ts';
import type { UpFlags } from '../commands.ts';
import { openDataFolder } from './data-folder.ts';
import { withInterrupt } from '../interrupt.ts';
import { Supervisor } from './supervisor.ts';
import { requireTemporaryFolder } from '../files/temporary-folder.ts';

export function upCommand(flags: UpFlags): Promise<number> {
  return withInterrupt(({ signal }) => {
    const program = programOf(flags);
    requireTemporaryFolder();
    if (flags.data !== undefined) openDataFolder(flags.data, program.shape);
    return keepUp(program, flags, signal);
  });
}

/** Until the signal comes, or the cluster cannot be kept up. */
async function keepUp(program: Program, flags: UpFlags, signal: AbortSignal): Promise<number> {
  const { machine } = reference;
  if (machine === undefined) throw new Error('the reference system is made of components');
  const { nodes } = program.shape;
  const progress = new Progress();
  let urls: readonly string[] = [];
  const deployment = new ProcessDeployment(machine, program, {
    ...(flags.port !== undefined && { firstPort: flags.port }),
    ...(flags.data !== undefined && { dataFolder: flags.data }),
    onUp: (all) => (urls = all),
  });
  const supervisor = new Supervisor({
    names: nodes.map((n) => n.name),
    isRestarted: flags.restart,
    restart: (node) => deployment.restart(node),
    tell: (what) => {
      if (flags.json) sayRecord('node', what);
      else warn(lineOf(what));
    },
  });
  try {
    progress.update('starting …');
    await deployment.start(supervisor);
    progress.update('waiting for a leader …');
    const leader = await supervisor.ready(urls, signal);
    progress.end();
    const name = leader === null ? null : (nodes[leader]?.name ?? null);
    if (flags.json) {
      const all = nodes.map((n, id) => ({ name: n.name, url: urls[id] ?? '' }));
      sayRecord('up', { nodes: all, leader: name, data: flags.data ?? null });
    } else sayLines(invitation(program.shape, urls, name, flags));
    await supervisor.untilLost(signal);
  } finally {
    progress.end();
    supervisor.stop();
    const left = await deployment.stop();
    for (const what of left) warn(`left behind: ${what}. Remove it by: antlion clean`);
    if (left.length > 0) process.exitCode = exitCodes.leftovers;
  }
  return exitCodes.holds;
}

function lineOf({ node, change, reason }: { node: string; change: string; reason: string | null }) {
  return change === 'ended' ? `${node} ended: ${reason}` : `${node} is started again`;
}

function programOf(flags: UpFlags): Program {
  const mutant = requireMutant(reference, flags.mutant);
  const shape = cluster({
    servers: flags.servers,
    services: servicesOf(flags.services),
    clients: 0,
    zones: flags.regions,
  });
  if (flags.regions > flags.servers) {
    throw new HarnessError(
      'E_USAGE',
      `there are ${flags.regions} regions for ${flags.servers} servers, wanted a server in each. Pass --servers ${flags.regions}.`,
    );
  }
  if (shape.nodes.length > limits.realNodesMax) {
    throw new HarnessError(
      'E_USAGE',
      `the cluster has ${shape.nodes.length} nodes, wanted at most ${limits.realNodesMax}. Pass fewer --servers or --services.`,
    );
  }
  return {
    scenario: 'up',
    shape,
    faults: [],
    clients: [],
    durationUs: minutesUs(24 * 60),
    noiseSeed: 1,
    settings: {
      policyDivisor: 1,
      deadlineUs: 2_000_000,
      mutant,
      extra: {
        trafficUs: 1_000_000,
        // Eureka's clients find peers at the servers; peers say nothing as long as nobody registers.
        eureka: {},
        layers: flags.defaults === undefined ? {} : { defaults: defaultsOf(flags.defaults) },
        ...(flags.regions > 1 && { pools: { zonesPerRegion: 1 } }),
        ...dnsOf(flags),
        ...(flags.xds !== undefined && { ads: { port: flags.xds } }),
      },
    },
  };
}

/** Throws E_USAGE. */
function dnsOf({ dns, dnsStale }: UpFlags): Readonly<Record<string, Json>> {
  if (dns !== undefined) {
    return {
      dns: dnsStale === undefined ? {} : { staleUsMax: dnsStale },
      dnsServer: { port: dns },
    };
  }
  if (dnsStale === undefined) return {};
  throw new HarnessError(
    'E_USAGE',
    '--dns-stale is of no use where nobody answers. Pass --dns 8600 too.',
  );
}

/** The lowest layer of the configuration. Throws E_USAGE. */
function defaultsOf(file: string): Readonly<Record<string, Json>> {
  let value: unknown;
  let why = 'it holds no JSON object';
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (e) {
    why = (e as Error).message;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, Json>>;
  }
  throw new HarnessError(
    'E_USAGE',
    `defaults is "${file}": ${why}, wanted a file with names and values. Write {"timeout": 30} into it.`,
  );
}

/** `front=1,back=2`: each calls the next. Throws E_USAGE. */
function servicesOf(text: string): ServiceSpec[] {
  if (text === 'none') return [];
  const parts = text.split(',').map((part) => /^([a-z][a-z0-9-]{0,30})=([1-9]\d?)$/.exec(part));
  const names = parts.map((m) => m?.[1] ?? '');
  const isWrong = parts.includes(null) || new Set(names).size < names.length;
  if (isWrong || names.includes('server')) {
    throw new HarnessError(
      'E_USAGE',
      `services is "${text}", wanted name=instances, each name once and none called server. Pass --services front=1,back=2, or none.`,
    );
  }
  return parts.map((m, i) => {
    const next = names[i + 1];
    const calls = next === undefined ? [] : [next];
    return { name: names[i] as string, instances: Number(m?.[2]), calls };
  });
}

function invitation(
  { nodes }: Shape,
  urls: readonly string[],
  leader: string | null,
  flags: UpFlags,
): string[] {
  const [first = '', second = first] = urls;
  const service = urls[nodes.findIndex((n) => n.service !== undefined)];
  const kept =
    flags.data === undefined ? 'removes all that it left' : `leaves its data in ${flags.data}`;
  return [
    `The cluster is up and ${leader ?? 'nobody'} leads. Ctrl-C takes it down and ${kept}.`,
    ...nodes.map((n, id) => `  ${n.name.padEnd(10)} ${urls[id]}`),
    'Try:',
    `  curl ${first}/health     curl ${first}/members     curl ${first}/services`,
    `  curl -X PUT -d '"red"' ${first}/kv/colour     curl ${second}/kv/colour`,
    `  curl -X PUT -d '{"address":"10.0.0.5","port":8080}' ${first}/services/web/web-1`,
    `  curl -N '${second}/watch/kv?prefix=colour'     (docs/reference/http-api.md has the rest)`,
    ...(service === undefined ? [] : [`  curl ${service}/mode     curl ${service}/evidence`]),
    `  antlion explain ${urls.join(' ')}`,
  ];
}
