/** Opens environments by name; each loads its own code, Docker's only when it is asked for. */
import { isSelfSimulated } from '../core/environment.ts';
import type { Environment, EnvironmentName, Run } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import type { System } from '../core/system.ts';
import { simulation } from '../simulation/environment.ts';
import { requireTemporaryFolder } from './files/temporary-folder.ts';

export type OpenEnvironment = Environment<Run> | Environment<Promise<Run>>;

export interface OpenOptions {
  /** Stops a run in real time. */
  readonly signal: AbortSignal;
  /** What takes long before a run begins: images that are fetched or built. */
  readonly onProgress?: (what: string) => void;
}

/** Throws E_USAGE for a name that is none, E_FOLDER when temporary files cannot be written. */
export async function openEnvironment(name: string, o: OpenOptions): Promise<OpenEnvironment> {
  const { signal, onProgress } = o;
  const known = environmentName(name);
  switch (known) {
    case 'simulation':
      return simulation();
    case 'processes': {
      requireTemporaryFolder();
      const { processes } = await import('../processes/environment.ts');
      return processes({ signal });
    }
    case 'containers':
    case 'swarm': {
      requireTemporaryFolder();
      const { containers } = await import('../containers/environment.ts');
      const isSwarm = known === 'swarm';
      return containers({ signal, isSwarm, ...(onProgress !== undefined && { onProgress }) });
    }
    case 'attached':
      throw new HarnessError(
        'E_USAGE',
        'env is "attached", wanted simulation, processes or containers. Use antlion verify for a running system.',
      );
  }
}

/** Where `system` runs when `environment` was asked for; null: it cannot run there. */
export function environmentOf(
  system: System,
  environment: OpenEnvironment,
): OpenEnvironment | null {
  if (!isSelfSimulated(system)) return environment;
  return environment.name === 'simulation' ? system.simulation : null;
}

/** Throws E_USAGE for a system whose runs take their time, where thousands of runs are searched. */
export function requirePlainSimulation(system: System, what: string): void {
  if (!isSelfSimulated(system)) return;
  throw new HarnessError(
    'E_USAGE',
    `${system.name} uses promises, and ${what} wants runs that are over at once. Use antlion run --runs.`,
  );
}

function environmentName(name: string): EnvironmentName {
  const real: readonly EnvironmentName[] = ['processes', 'containers', 'swarm', 'attached'];
  const found = [...real, 'simulation' as const].find((n) => n === name);
  if (found !== undefined) return found;
  throw new HarnessError(
    'E_USAGE',
    `env is "${name}", wanted simulation, processes, containers or swarm. Pass --env simulation.`,
  );
}
