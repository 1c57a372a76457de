/** What the layers decide. */
import type { Json } from '../../harness/core/host.ts';
import { hash32 } from '../hashing/hash.ts';
import type { Mode } from '../mode/matrix.ts';

/** What one layer says of a name. */
export interface Said {
  readonly layer: string;
  readonly value: Json;
}

export interface LayerRules {
  /** The one that is served, of those who say anything, from the general to the specific. */
  effective(said: readonly Said[]): Said;
  /** Are values served that were told by this layer? */
  isServed(layer: string, mode: Mode): boolean;
  /** What stands for a name and its value in the hash of the whole. */
  hashed(name: string, value: Json): string;
}

export const layerRules: LayerRules = {
  effective: (said) => said.at(-1) as Said,
  // On the Floor nobody knows what of the copy still holds: what came with the program does.
  isServed: (layer, mode) => mode !== 'floor' || layer === defaultLayer,
  hashed: (name, value) => JSON.stringify([name, value]),
};

export const defaultLayer = 'default';

/** Of 64 bits, as 16 digits; whatever the order of the parts. */
export function hashOf(parts: readonly string[]): string {
  const text = [...parts].sort().join('\n');
  return [0, 1].map((seed) => hash32(text, seed).toString(16).padStart(8, '0')).join('');
}
