/** Which path each configuration key travels. */
import { HarnessError } from '../../harness/core/errors.ts';
import type { Json } from '../../harness/core/host.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

/**
 * - `consensus`: a change is in one order with all others, a read tells the latest; both need a majority of the
 *   servers. For what must not differ: limits, roles, where data lies.
 * - `gossip`: any node that is up takes a change and tells what it holds, whatever it is cut off from; regions differ
 *   for a while, and of two changes in conflict one is dropped. For what may: log levels, timeouts.
 */
export type ConfigPath = 'consensus' | 'gossip';

export interface PathRule {
  /** Of all keys that begin with it, unless a rule with a longer prefix is about them too. */
  readonly prefix: string;
  readonly path: ConfigPath;
}

export interface ConfigPathsConfig {
  /** In any order: the longest prefix decides. A key of which none speaks travels by consensus: to differ has to be asked for. */
  readonly rules: readonly PathRule[];
}

/** Source: chapter 9, "Eventually Consistent Settings": acceptable for non-critical settings. */
const usual: ConfigPathsConfig = { rules: [{ prefix: 'config/log/', path: 'gossip' }] };

/** Null where the story (`extra.configPaths`) asks for none. Throws E_CONFIG. */
export function configPathsOf(settings: Settings): ConfigPathsConfig | null {
  const config = extraOf(settings, 'configPaths', usual);
  if (config === null) return null;
  const problem = problemWith(config.rules as unknown as Json);
  if (problem !== null) throw new HarnessError('E_CONFIG', `configPaths.rules: ${problem}`);
  const isSpread = config.rules.some(({ path }) => path === 'gossip');
  if (isSpread && (settings.extra['regionConfig'] ?? null) === null) {
    const why = 'configPaths has keys that travel by gossip, and there is no gossip.';
    throw new HarnessError('E_CONFIG', `${why} Pass regionConfig: {} too.`);
  }
  return config;
}

function problemWith(rules: Json): string | null {
  const wanted = '[{ "prefix": "config/log/", "path": "gossip" }], path consensus or gossip';
  if (!Array.isArray(rules)) return `got ${JSON.stringify(rules)}, wanted ${wanted}.`;
  const seen = new Set<string>();
  for (const rule of rules as readonly Json[]) {
    const { prefix, path } = (rule ?? {}) as Readonly<Record<string, Json | undefined>>;
    const isPath = path === 'consensus' || path === 'gossip';
    if (typeof prefix !== 'string' || !isPath) {
      return `got ${JSON.stringify(rule)}, wanted ${wanted}.`;
    }
    if (seen.has(prefix)) return `${JSON.stringify(prefix)} is there twice. Leave one of them out.`;
    seen.add(prefix);
  }
  return null;
}
