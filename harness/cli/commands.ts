/**
 * Every command with its arguments and flags, declared once: the types of what a command gets are
 * those of its declaration. What they do is in a file each; `bin.ts` joins the two.
 */
import { Argument, Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { terminalWidth, writeRaw } from '../report/output.ts';

/** What the flags of a declared command are. */
type FlagsOf<C extends () => { opts(): unknown }> = Readonly<ReturnType<ReturnType<C>['opts']>>;

const exitCodesHelp = `
--no-color, or NO_COLOR: no colours.
Exit codes: 0 holds, 1 violated, 2 unknown, 5 something left behind, 64 usage, 69 something missing,
70 internal error, 74 output cannot be written, 77 refused for safety, 128 + n signal n.`;

/** A command whose errors of usage name its own help, and whose help ends with examples. */
function command<const Name extends string>(name: Name, description: string, examples: string[]) {
  const lines = examples.map((line) => `  $ antlion ${line}`);
  return new Command(name.slice(name.lastIndexOf(' ') + 1))
    .description(description)
    .exitOverride()
    .configureOutput(commandOutput)
    .showHelpAfterError(`Run "antlion ${name} --help" to see its arguments and flags.`)
    .addHelpText('after', `\nExamples:\n${lines.join('\n')}\n${exitCodesHelp}`);
}

/** Of every command that judges. */
export const reporterHelp = 'junit=FILE, github, json=FILE, html=FOLDER or line; repeat it';

/** Of every command that runs scenarios. */
export const artifactsHelp = 'keep there all that is known of each run that is not green';
export const otlpHelp = 'write each run as a trace: a file, or the URL of a collector';

/** What commander itself says goes the way of all that is said. */
export const commandOutput = {
  writeOut: (text: string) => writeRaw('stdout', text),
  writeErr: (text: string) => writeRaw('stderr', text),
  getOutHelpWidth: () => terminalWidth('stdout') ?? 80,
  getErrHelpWidth: () => terminalWidth('stderr') ?? 80,
};

export const run = () =>
  command('run', 'run scenarios and judge them', [
    'run',
    "run 'minority*' leader-crash --seed 7 --runs 100",
    'run key-value --env processes',
    'run ./my-scenarios',
    'run --mutant stale-read --runs 200',
    'run key-value --env processes --history histories',
    'run key-value --plan plan.yaml --runs 20',
    'run --runs 20 --report report',
    'run key-value --otlp http://127.0.0.1:4318',
    'run --runs 100 --reporter junit=antlion.xml --reporter github --artifacts artifacts',
    'run --runs 100 --shard 1/4 --reporter json=shard-1.jsonl',
  ])
    .argument(
      '[names...]',
      'scenarios to run, * matches anything; or files and folders of your own; all unless told',
    )
    .option('--config <file>', 'antlion.config.ts (or .js, .mjs) of the current folder unless told')
    .option('--env <name>', 'simulation, processes or containers', 'simulation')
    .option('--seed <n>', 'seed of the first run; run k uses seed n+k', seed, 1)
    .option('--runs <n>', 'runs of each scenario', positive, 1)
    .option('--plan <file>', 'faults of this plan instead of their own: YAML, JSON or a module')
    .option('--mutant <id>', 'run a broken variant and stop at the first violation')
    .option('--history <folder>', 'write the history of each run there, for antlion check')
    .option('--report <folder>', 'write one page there that shows all of it: index.html')
    .option('--metrics <file>', 'write figures of all runs there, as Prometheus reads them')
    .option('--reporter <name>', reporterHelp, collected, [])
    .option('--artifacts <folder>', artifactsHelp)
    .option('--otlp <place>', otlpHelp)
    .option('--shard <i/n>', 'only this part of all runs; antlion merge puts the parts together')
    .option('--last-failed', 'only what was red when run ended last in this folder', false)
    .option('--max-failures <n>', 'stop when so many runs are violated', positive)
    .option('--verbose', 'explain each verdict: what was checked, and what would break it', false)
    .option('--json', 'print one object a line', false);
export type RunFlags = FlagsOf<typeof run>;

export const init = () =>
  command('init', 'begin: a few files, a run that is green and one that is red', [
    'init my-tests',
    'init my-tests --template system',
    'init my-tests --template property --runner mocha --language ts',
  ])
    .argument('[folder]', 'a new one, or one that is empty', '.')
    .addOption(
      new Option('--template <name>', 'what is put to the test')
        .choices(['scenario', 'property', 'system', 'library'] as const)
        .default('scenario' as const),
    )
    .addOption(
      new Option('--language <name>', 'JavaScript or TypeScript')
        .choices(['js', 'ts'] as const)
        .default('js' as const),
    )
    .addOption(
      new Option('--runner <name>', 'of the template property: what runs its tests')
        .choices(['node', 'mocha', 'vitest'] as const)
        .default('node' as const),
    )
    .option('--no-run', 'write the files, and run nothing');
export type InitFlags = FlagsOf<typeof init>;

export const merge = () =>
  command('merge', 'put together what the shards of a run have written', [
    'merge shard-*.jsonl',
    'merge shard-*.jsonl --reporter junit=antlion.xml --reporter json=all.jsonl',
  ])
    .argument('<file...>', 'what run --shard i/n --reporter json=FILE wrote, of all shards')
    .option('--reporter <name>', reporterHelp, collected, [])
    .option('--json', 'print one object a line', false);
export type MergeFlags = FlagsOf<typeof merge>;

export const explore = () =>
  command('explore', 'look for states that no run has reached, and for violations on the way', [
    'explore --budget 60s',
    "explore 'leader*' --runs 500 --seed 3",
  ])
    .argument('[names...]', 'scenarios to begin from, * matches anything; or files and folders')
    .option('--config <file>', 'antlion.config.ts (or .js, .mjs) of the current folder unless told')
    .option('--budget <duration>', 'how long: 60s unless --runs is given')
    .option('--runs <n>', 'how many runs; the same number gives the same result', positive)
    .option('--seed <n>', 'what all of it is drawn from', seed, 1)
    .option('--mutant <id>', 'explore a broken variant')
    .option('--json', 'print one object a line: states, violations, summary', false);
export type ExploreFlags = FlagsOf<typeof explore>;

export const demo = () =>
  command('demo', 'a first tour: every scenario once, and one broken node caught', ['demo']);

export const list = () =>
  command('list', 'list scenarios, with their claims and where they run, and mutants', [
    'list',
    "list '*leader*'",
    'list --mechanisms',
    'list --faults',
    'list --json',
  ])
    .argument('[names...]', 'scenarios and mutants, * matches anything; or files and folders')
    .option('--config <file>', 'antlion.config.ts (or .js, .mjs) of the current folder unless told')
    .option('--faults', 'kinds of fault, and where each can be done, instead', false)
    .option('--mechanisms', 'what the reference cluster consists of, instead', false)
    .option('--json', 'print one object a line', false);
export type ListFlags = FlagsOf<typeof list>;

export const mutants = () =>
  command('mutants', 'search every broken variant of a system until it is caught', [
    'mutants',
    'mutants stale-read --runs 5',
    'mutants ./my-lock.ts',
  ])
    .argument(
      '[ids...]',
      'only these (* matches anything); or files of scenarios of your own system',
    )
    .option('--id <id>', 'only this one')
    .option('--system <name>', 'of this system; unless told that of the files, or the reference')
    .option('--config <file>', 'antlion.config.ts (or .js, .mjs) of the current folder unless told')
    .option('--runs <n>', 'seeds to try; each is tried in every scenario', positive, 200)
    .option('--json', 'print one object a line', false);
export type MutantFlags = FlagsOf<typeof mutants>;

export const trophy = () =>
  command(
    'trophy',
    'a defect of a released library, shown in simulation; without a name: list them',
    ['trophies', 'trophy etcd3'],
  )
    .alias('trophies')
    .argument('[library]', 'the npm package, installed beside antlion')
    .option('--report <folder>', 'write one page there that shows all of it: index.html')
    .option('--json', 'print one object a line', false);
export type TrophyFlags = FlagsOf<typeof trophy>;

export const replay = () =>
  command('replay', 'run a counterexample again', [
    'replay antlion2.…',
    'replay antlion2.… --env processes --times 20',
    'replay .antlion/counterexamples/0123456789ab.json',
    'replay antlion2.… --until 4.5s --node server-1',
    'replay antlion2.… --explain k0',
    'replay antlion2.… --why',
  ])
    .argument('<counterexample>', 'a token, a file that holds one, or - for what is piped in')
    .option('--env <name>', 'simulation, processes or containers', 'simulation')
    .option('--system <file>', 'the file of a system that is not built in; it runs in processes')
    .option('--config <file>', 'antlion.config.ts (or .js, .mjs) of the current folder unless told')
    .option('--times <n>', 'tries; outside simulation it may need several', positive)
    .option('--history <folder>', 'keep there what happened in the last try, for check')
    .option('--report <file>', 'show there what happened in the last try, as one page')
    .option('--until <time>', 'print what every node was at that moment since the run began')
    .option('--node <name>', 'with --until: of this node alone')
    .option('--explain <name>', 'tell the story of one key or service')
    .option('--why', 'which fault mattered, and what to change')
    .option('--cause', 'from which moment on it was likely, by hundreds of runs with other noise')
    .option('--json', 'print one object', false);
export type ReplayFlags = FlagsOf<typeof replay>;

export const explain = () =>
  command(
    'explain',
    'why is a service not found, does configuration differ, do failures spread, is load uneven?',
    [
      'explain antlion2.…',
      'explain failing-dependency --mutant breaker-never-opens --at 60s',
      'explain http://127.0.0.1:8500 http://127.0.0.1:8501 --question drift',
    ],
  )
    .argument('<source...>', 'a token, a file that holds one, a scenario, or addresses of nodes')
    .option('--question <name>', 'not-found, drift, cascade or imbalance; all unless told')
    .option('--service <name>', 'of this service; of all unless told')
    .option('--key <key>', 'of this key of the configuration')
    .option('--at <time>', 'of a run: that moment since it began; its end unless told')
    .option('--seed <n>', 'of a scenario', seed, 1)
    .option('--mutant <id>', 'of a scenario: run a broken variant')
    .option('--json', 'print one object a question', false);
export type ExplainFlags = FlagsOf<typeof explain>;

export const up = () =>
  command('up', 'bring up a reference cluster in local processes, to look at with curl', [
    'up',
    'up --servers 5 --services front=1,back=3 --port 8000',
    'up --data ./cluster --mutant stale-read',
  ])
    .option('--servers <n>', 'voters of consensus: 1, 3, 5 …', positive, 3)
    .option(
      '--services <list>',
      'name=instances, comma between; each calls the next one; none: no service',
      'front=1,back=2',
    )
    .option('--port <n>', 'first HTTP port, one a node; any that are free unless told', port)
    .option('--dns <n>', 'answer DNS at this port, one a node, by UDP and TCP; 0: any', anyPort)
    .option(
      '--xds <port>',
      'the first server serves Envoy and gRPC there, the next ones after it',
      port,
    )
    .option('--data <folder>', 'keep what nodes store there, and begin with it')
    .option('--defaults <file>', 'the lowest layer of the configuration: names and values, in JSON')
    .option('--mutant <id>', 'run a broken variant')
    .option('--no-restart', 'leave a node that ended where it is')
    .option('--json', 'print one object a line', false);
export type UpFlags = FlagsOf<typeof up>;

export const plan = () =>
  command('plan', 'tell whether a plan of faults can be done, and what it would do', [
    'plan check plan.yaml',
    'plan show plan.yaml --scenario key-value --seed 7',
    'plan schema',
  ])
    .addArgument(
      new Argument('<what>', 'check, show: each step, its target and its undo; or schema').choices([
        'check',
        'show',
        'schema',
      ] as const),
    )
    .argument('[file]', 'the plan: YAML, JSON or a module')
    .option('--scenario <name>', 'whose cluster it is for', 'minority-partition')
    .option('--seed <n>', 'of a plan that names none: what is random in it', seed, 1)
    .option('--json', 'print one object a fault', false);
export type PlanFlags = FlagsOf<typeof plan>;

export const proxy = () =>
  command('proxy', "run the fault proxy alone, for Toxiproxy's clients and command line", [
    'proxy --config toxiproxy.json',
    'proxy --host 0.0.0.0 --port 8474 --seed 7',
  ])
    .option('--host <address>', 'where its API listens', '127.0.0.1')
    .option('--port <n>', 'port of its API; 0: any free one', anyPort, 8474)
    .option('--config <file>', "proxies to begin with, in Toxiproxy's JSON")
    .option('--runtime-metrics', 'also show figures of its own process at /metrics', false)
    .option('--seed <n>', 'what jitter, slices and toxicity are drawn from', seed, 1);
export type ProxyFlags = FlagsOf<typeof proxy>;

/** A system has flags of its own: what follows its name is read by `verify-flags.ts`. */
export const verify = () =>
  command('verify', 'put somebody else’s running system to the test', [])
    .argument('[system]', 'its name, or a file that exports one; --help tells of each')
    .argument('[words...]', 'flags')
    .helpOption(false)
    .allowUnknownOption();

/** A command that reads recorded histories. */
function historyCommand<const Name extends string>(
  name: Name,
  description: string,
  examples: string[],
) {
  return command(name, description, examples)
    .option(
      '--format <name>',
      'jsonl (lines or one array), edn, otlp, etcd-report or porcupine-log; otherwise as the file is named',
    )
    .option('--consistency <level>', 'for transactions: read-uncommitted … strict-serializable')
    .option('--drift <ppm>', "for lock: how wrong a clock's rate may be, parts per million", ppm)
    .option('--skew <duration>', 'for lock: how far apart two readings of one moment may be')
    .option('--scope <name>', 'for sessions: key (each by itself, unless told) or store')
    .option('--budget <n>', 'configurations that a search may look at', positive)
    .option('--independent', 'every value is [key, value], as in independent tests', false)
    .option('--init <json>', 'the state before the first operation; null unless told');
}

export const check = () =>
  historyCommand('check', 'check histories that somebody recorded', [
    'check history.edn --model cas-register --init 0',
    'check h.jsonl --model list-append --consistency serializable --explain',
    'check h.edn --model set-full,total-queue --explain',
    'check h.jsonl --model cas-register --follow',
    'check h.jsonl --model ./my-model.mjs',
  ])
    .argument('<file...>', 'JSON lines, one JSON array, or EDN as Jepsen writes it')
    .requiredOption(
      '--model <name>',
      'what the operations are about, as register or list-append; several with commas, auto, or a file',
    )
    .option('--limit <duration>', 'the longest that one file may take', '5 min')
    .option('--follow', 'judge a file that grows, or a pipe, until it ends', false)
    .option('--idle <duration>', 'with --follow: end when nothing was written for so long')
    .option('--certificate <file>', 'write what the verdict rests on, where it holds')
    .option('--reporter <name>', reporterHelp, collected, [])
    .option('--json', 'print one object a file and line', false)
    .option('--explain', 'say why, a sentence a fact', false);
export type CheckFlags = FlagsOf<typeof check>;

/** What is read with `--model` has the flags of `check`. */
export const report = () =>
  historyCommand('report', 'show a counterexample, or a recorded history, as one page', [
    'report antlion2.…',
    'report .antlion/counterexamples/0123456789ab.json --out found.html',
    'report history.edn --model cas-register --init 0',
  ])
    .argument('<source>', 'a token, a file that holds one, or with --model a history')
    .option('--out <file>', 'the page', 'antlion-report.html')
    .option(
      '--env <name>',
      'of a counterexample: simulation, processes or containers',
      'simulation',
    )
    .option('--system <file>', 'of a counterexample: the file of a system that is not built in')
    .option('--config <file>', 'antlion.config.ts (or .js, .mjs) of the current folder unless told')
    .option('--times <n>', 'tries of a counterexample', positive)
    .option('--model <name>', 'of a history: what its operations are about; or a file')
    .option('--limit <duration>', 'the longest that the check may take', '5 min');
export type ReportFlags = FlagsOf<typeof report>;

export const analyse = () =>
  command('analyse', 'figures of one or many runs: latencies, failover, drift, what it costs', [
    'analyse instance-crash --runs 20',
    'analyse antlion2.… --json',
    'analyse histories/*.jsonl --csv figures.csv',
  ])
    .argument(
      '<sources...>',
      'tokens, files that hold one, histories of --history, or scenarios (* matches anything)',
    )
    .option('--config <file>', 'antlion.config.ts (or .js, .mjs) of the current folder unless told')
    .option('--seed <n>', 'of scenarios: seed of the first run; run k uses seed n+k', seed, 1)
    .option('--runs <n>', 'of scenarios: runs of each', positive, 1)
    .option('--mutant <id>', 'of scenarios: a broken variant')
    .option('--csv <file>', 'write the figures there as well, one a line')
    .option('--json', 'print one object a figure', false);
export type AnalyseFlags = FlagsOf<typeof analyse>;

export const monitoring = () =>
  command(
    'monitoring',
    'write alert rules for Prometheus, made of promises, and a dashboard for Grafana',
    ['monitoring', 'monitoring ./monitoring'],
  ).argument('[folder]', 'where alerts.yaml and dashboard.json go', 'monitoring');

export const systems = () =>
  command('systems', 'tell of the products that can be put to the test', [
    'systems',
    'systems --json',
  ]).option('--json', 'print one object a line', false);

export const installSystems = () =>
  command(
    'systems install',
    'make releases of products on this machine, for antlion verify NAME@VERSION',
    ['systems install etcd@3.5.2 etcd@3.5.35'],
  ).argument('<name@version...>', 'a product and which release of it');

export const doctor = () =>
  command('doctor', 'tell what can run here, and what to do about the rest', ['doctor']).option(
    '--json',
    'print one object a line',
    false,
  );
export type DoctorFlags = FlagsOf<typeof doctor>;

export const clean = () =>
  command('clean', 'remove what a run that died has left behind', ['clean', 'clean --images'])
    .option('--images', 'also remove the images that were built for containers')
    .option('--json', 'print one object a line', false);
export type CleanFlags = FlagsOf<typeof clean>;

const seedMax = 2 ** 32 - 1;

function collected(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

function seed(text: string): number {
  const n = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (n >= 0 && n <= seedMax) return n;
  throw new InvalidArgumentError(`It is no whole number from 0 to ${seedMax}. Pass --seed 42.`);
}

function anyPort(text: string): number {
  const n = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (n >= 0 && n <= 65_535) return n;
  throw new InvalidArgumentError('It is no port from 0 to 65535.');
}

function ppm(text: string): number {
  const n = /^\d{1,6}$/.test(text) ? Number(text) : -1;
  if (n < 0) throw new InvalidArgumentError('It is no whole number below 1000000.');
  return n;
}

function port(text: string): number {
  const n = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (n >= 1_024 && n <= 65_000) return n;
  throw new InvalidArgumentError('It is no port from 1024 to 65000. Pass --port 8000.');
}

const positiveMax = 999_999_999;

function positive(text: string): number {
  const n = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (n < 1) throw new InvalidArgumentError(`It is no whole number from 1 to ${positiveMax}.`);
  return n;
}
