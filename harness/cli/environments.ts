/** Opens environments by name; each loads its own code, Docker's only when it is asked for. */
import type { Environment, EnvironmentName, Run } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import { simulation } from '../simulation/environment.ts';

export type OpenEnvironment = Environment<Run> | Environment<Promise<Run>>;

/** Throws E_USAGE for a name that is none. */
export async function openEnvironment(name: string, signal: AbortSignal): Promise<OpenEnvironment> {
  switch (environmentName(name)) {
    case 'simulation':
      return simulation();
    case 'processes': {
      const { processes } = await import('../processes/environment.ts');
      return processes({ signal });
    }
    case 'containers': {
      const { containers } = await import('../containers/environment.ts');
      return containers({ signal });
    }
    case 'attached':
      throw new HarnessError(
        'E_USAGE',
        'env is "attached", wanted simulation, processes or containers. Use antlion verify for a running system.',
      );
  }
}

function environmentName(name: string): EnvironmentName {
  const names: readonly EnvironmentName[] = ['simulation', 'processes', 'containers', 'attached'];
  const found = names.find((n) => n === name);
  if (found !== undefined) return found;
  throw new HarnessError(
    'E_USAGE',
    `env is "${name}", wanted simulation, processes or containers. Pass --env simulation.`,
  );
}
