/** Commands that run scenarios, or tell which there are. */
import { Argument } from '@commander-js/extra-typings';
import {
  artifactsHelp,
  collected,
  command,
  type FlagsOf,
  otlpHelp,
  positive,
  reporterHelp,
  seed,
} from './command.ts';

const workHelp =
  'instead of --runs: as many as fit into so many seconds of virtual time of one node, spread evenly over the scenarios';
const shrinkEventsHelp =
  'events of simulation that shrinking a violation may take; 5000000 by default';

const crashPointsHelp =
  'instead: kill a node at each record that it writes, when that is on its disk, and at each message that it sends, one run each';
const crashPairsHelp =
  'with --crash-points: then kill once more after each of those, at the first <n> of each of these points of each node';

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
    'run --work 100000 --shrink-events 1000000',
    'run --runs 100 --shard 1/4 --reporter json=shard-1.jsonl',
  ])
    .argument(
      '[names...]',
      'scenarios to run, * matches anything; or files and folders of your own; all by default',
    )
    .option(
      '--config <file>',
      'antlion.config.ts (or .js, .mjs, .json) of the current folder by default',
    )
    .option('--env <name>', 'simulation, processes, containers or swarm', 'simulation')
    .option('--seed <n>', 'seed of the first run; run k uses seed n+k', seed, 1)
    .option('--runs <n>', 'runs of each scenario', positive, 1)
    .option('--work <n>', workHelp, positive)
    .option('--shrink-events <n>', shrinkEventsHelp, positive)
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
    'explore lost-answers --crash-points',
  ])
    .argument('[names...]', 'scenarios to begin from, * matches anything; or files and folders')
    .option(
      '--config <file>',
      'antlion.config.ts (or .js, .mjs, .json) of the current folder by default',
    )
    .option('--budget <duration>', 'how long; by default it ends by work, not by time')
    .option('--runs <n>', 'how many runs; the same number gives the same result', positive)
    .option(
      '--events <n>',
      'how many events of simulation; likewise; 2000000 unless --runs or --budget is given',
      positive,
    )
    .option('--seed <n>', 'what all of it is drawn from', seed, 1)
    .option('--crash-points', crashPointsHelp, false)
    .option('--crash-pairs <n>', crashPairsHelp, positive)
    .option('--mutant <id>', 'explore a broken variant')
    .option('--json', 'print one object a line: states, violations, summary', false);
export type ExploreFlags = FlagsOf<typeof explore>;

export const demo = () =>
  command('demo', 'a first tour: every scenario once, and one broken node caught', ['demo']);

export const mutants = () =>
  command('mutants', 'search every broken variant of a system until it is caught', [
    'mutants',
    'mutants stale-read --runs 5',
    'mutants ./my-lock.ts',
    'mutants --bench --runs 20 --json',
  ])
    .argument(
      '[ids...]',
      'only these (* matches anything); or files of scenarios of your own system',
    )
    .option('--id <id>', 'only this one')
    .option('--system <name>', 'of this system; by default that of the files, or the reference')
    .option(
      '--config <file>',
      'antlion.config.ts (or .js, .mjs, .json) of the current folder by default',
    )
    .option(
      '--runs <n>',
      'seeds to try; each in every scenario, first where it is likely to show',
      positive,
      200,
    )
    .option('--bench', 'one search each, and how many steps are left of what is caught', false)
    .option('--json', 'print one object a line', false);
export type MutantFlags = FlagsOf<typeof mutants>;

export const list = () =>
  command('list', 'list scenarios, with their claims and where they run, and mutants', [
    'list',
    "list '*leader*'",
    'list --mechanisms',
    'list --faults',
    'list --json',
  ])
    .argument('[names...]', 'scenarios and mutants, * matches anything; or files and folders')
    .option(
      '--config <file>',
      'antlion.config.ts (or .js, .mjs, .json) of the current folder by default',
    )
    .option('--faults', 'kinds of fault, and where each can be done, instead', false)
    .option('--mechanisms', 'what the reference cluster consists of, instead', false)
    .option('--json', 'print one object a line', false);
export type ListFlags = FlagsOf<typeof list>;

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
