/** Commands that look at what a run has found. */
import { command, type FlagsOf, positive, seed } from './command.ts';

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
    .argument(
      '<counterexample>',
      'a token, a file that holds one, a run of --artifacts, or - for what is piped in',
    )
    .option('--env <name>', 'simulation, processes, containers or swarm', 'simulation')
    .option('--system <file>', 'the file of a system that is not built in; it runs in processes')
    .option(
      '--config <file>',
      'antlion.config.ts (or .js, .mjs, .json) of the current folder by default',
    )
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
    .option('--question <name>', 'not-found, drift, cascade or imbalance; all by default')
    .option('--service <name>', 'of this service; of all by default')
    .option('--key <key>', 'of this key of the configuration')
    .option('--at <time>', 'of a run: that moment since it began; its end by default')
    .option('--seed <n>', 'of a scenario', seed, 1)
    .option('--mutant <id>', 'of a scenario: run a broken variant')
    .option('--json', 'print one object a question', false);
export type ExplainFlags = FlagsOf<typeof explain>;

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
    .option(
      '--config <file>',
      'antlion.config.ts (or .js, .mjs, .json) of the current folder by default',
    )
    .option('--seed <n>', 'of scenarios: seed of the first run; run k uses seed n+k', seed, 1)
    .option('--runs <n>', 'of scenarios: runs of each', positive, 1)
    .option('--mutant <id>', 'of scenarios: a broken variant')
    .option('--csv <file>', 'write the figures there as well, one a line')
    .option('--json', 'print one object a figure', false);
export type AnalyseFlags = FlagsOf<typeof analyse>;
