/** What the catalog says, as DNS says it. */
import type { CatalogEntry } from '../store/asked.ts';
import type { Target } from './observations.ts';

/** Of an instance that does not say otherwise; as Consul has them. */
const usual = { priority: 1, weight: 1 };
/** Both are 16 bits on the wire. */
const max = 65_535;

/** Its line, by what it registered as `dns-priority` and `dns-weight`; null: it is critical, nobody is sent there. */
export function targetOf({ instance, health, meta }: CatalogEntry): Target | null {
  if (health === 'critical') return null;
  return {
    instance,
    priority: whole(meta?.['dns-priority'], usual.priority),
    weight: whole(meta?.['dns-weight'], usual.weight),
  };
}

function whole(text: string | undefined, otherwise: number): number {
  return text !== undefined && /^\d{1,5}$/.test(text) ? Math.min(Number(text), max) : otherwise;
}
