/** Commands for clusters and products that stay up. */
import { anyPort, command, type FlagsOf, port, positive, seed, staleness } from './command.ts';

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
    .option(
      '--regions <n>',
      'deal nodes to so many regions, each with a pool of gossip',
      positive,
      1,
    )
    .option('--port <n>', 'first HTTP port, one a node; any that are free by default', port)
    .option('--dns <n>', 'answer DNS at this port, one a node, by UDP and TCP; 0: any', anyPort)
    .option(
      '--dns-stale <time>',
      'whose copy of the catalog was not confirmed for so long answers SERVFAIL; 60s by default',
      staleness,
    )
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

export const monitoring = () =>
  command(
    'monitoring',
    'write alert rules for Prometheus, made of promises, and a dashboard for Grafana',
    ['monitoring', 'monitoring ./monitoring'],
  ).argument('[folder]', 'where alerts.yaml and dashboard.json go', 'monitoring');
