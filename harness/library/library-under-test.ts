/**
 * Somebody's library (a breaker, a limiter, a lock or election client) as the client of a simulated
 * cluster: its time, timers, chance and messages are those of the run. It is used as it is, with its
 * promises; a run with the same seed is the same run.
 */
import type { Environment, Run, SelfSimulated } from '../core/environment.ts';
import { simulationInTurns } from '../simulation/environment.ts';
import { lanesBeneath, lanesLeftEmpty, serviceLane } from './beneath.ts';
import type { LibraryDefinition } from './definition.ts';
import { LibraryClient } from './library-client.ts';
import { ServiceNode } from './service-node.ts';
import { Turns } from './turns.ts';
import { installGlobals } from './virtual-globals.ts';

export interface LibraryUnderTest {
  readonly system: SelfSimulated;
  /** Where it runs: the simulation, in turns with the library's promises. */
  readonly environment: Environment<Promise<Run>>;
}

export interface LibraryOptions {
  /**
   * Rounds of the event loop that code with promises is given to come to rest at one moment; 8 by default.
   * Where more give another trace hash, it needs more.
   */
  readonly rounds?: number;
  /** How much dearer a run is than one of plain components: shrinking tries so many fewer. 1 by default. */
  readonly workFactor?: number;
}

/**
 * While a run goes on, `Date`, `performance.now`, `process.hrtime`, timers, chance, random bytes, `fetch`,
 * `net` and `dns` are the client's for code that it calls; for all other code they are the real ones. A
 * library that keeps what it took out of such a module when it was loaded is loaded by `loadForRuns`.
 *
 * @example
 * ```ts
 * const { system, environment } = libraryUnderTest({
 *   name: 'breaker',
 *   operations: ['call'],
 *   promises: [myInvariant],
 *   service: () => () => 'pong',
 *   client(host) {
 *     const breaker = new Breaker(() => host.request('server-0', 'ping'), { timeout: 500 });
 *     return { perform: () => breaker.fire() };
 *   },
 * });
 * const run = await environment.run(system, program);
 * ```
 */
export function libraryUnderTest(
  definition: LibraryDefinition,
  options: LibraryOptions = {},
): LibraryUnderTest {
  const turns = new Turns(options.rounds);
  const inTurns = simulationInTurns(turns);
  const environment: LibraryUnderTest['environment'] = {
    ...inTurns,
    async run(system, program, options) {
      const uninstall = installGlobals();
      try {
        return await inTurns.run(system, program, options);
      } finally {
        uninstall();
      }
    },
  };
  return {
    environment,
    system: {
      name: definition.name,
      operations: new Set(definition.operations),
      promises: definition.promises,
      mutants: {},
      ...(definition.readiness !== undefined && { readiness: definition.readiness }),
      machine: {
        node: (config) => [
          ...lanesBeneath(definition, config),
          { name: 'service', component: new ServiceNode(definition, config, turns) },
        ],
        client: (config) => [
          ...lanesLeftEmpty(definition),
          { name: 'library', component: new LibraryClient(definition, config, turns) },
        ],
        callLane: serviceLane(definition.beneath),
        entry: '',
      },
      simulation: environment,
      workFactor: options.workFactor ?? 1,
    },
  };
}
