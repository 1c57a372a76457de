/** Faults as they come from outside: in plans, tokens, files. */
import { z } from 'zod';
import type { LinkTarget, NodeTarget, Sighting } from '../core/fault.ts';
import type { FaultDefinition } from './kind.ts';

const node = z.int().min(0);

const nodes: z.ZodType<NodeTarget> = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('node'), node }),
  z.strictObject({ of: z.literal('nodes'), nodes: z.array(node) }),
  z.strictObject({ of: z.enum(['leader', 'follower', 'followers', 'minority', 'majority']) }),
  z.strictObject({ of: z.literal('holder'), lock: z.string().optional() }),
  z.strictObject({ of: z.literal('role'), role: z.string() }),
  z.strictObject({ of: z.literal('service'), service: z.string() }),
  z.strictObject({ of: z.literal('zone'), zone: z.string() }),
  z.strictObject({ of: z.enum(['servers', 'clients', 'everyone']) }),
]);
const links: z.ZodType<LinkTarget> = z.strictObject({
  from: nodes,
  to: nodes,
  bothWays: z.boolean(),
});

const sighting: z.ZodType<Sighting> = z.strictObject({
  observed: z.string().min(1),
  like: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  by: node.optional(),
  nth: z.int().min(1).optional(),
});

const sooner = z.array(
  z.strictObject({ sighting, fromUs: z.int().min(0), untilUs: z.int().min(0) }),
);

/** Fields that many kinds have: a time in µs, a share in thousandths. */
export const delay = z.int().min(0);
export const permille = z.int().min(0).max(1_000);

/** Made once a kind: a schema that is made takes longer than a plan to check. */
const known = new WeakMap<FaultDefinition, z.ZodType>();

/** All of a fault of this kind, to the letter. */
export function schemaOf(definition: FaultDefinition): z.ZodType {
  const before = known.get(definition);
  if (before !== undefined) return before;
  const { kind, on, fields } = definition;
  const target = on === 'links' ? { links } : { nodes };
  const interval = {
    atUs: delay,
    untilUs: delay,
    until: sighting.optional(),
    sooner: sooner.optional(),
  };
  const made = z.strictObject({ kind: z.literal(kind), ...interval, ...target, ...fields });
  known.set(definition, made);
  return made;
}
