/** The parts of faults that all kinds share, as schemas. */
import { z } from 'zod';
import type { LinkTarget, NodeTarget } from '../core/fault.ts';

const node = z.number().int().nonnegative();

export const nodeTarget: z.ZodType<NodeTarget> = z.union([
  z.object({ of: z.literal('node'), node }),
  z.object({ of: z.literal('nodes'), nodes: z.array(node) }),
  z.object({ of: z.literal('role'), role: z.string() }),
  z.object({ of: z.literal('service'), service: z.string() }),
  z.object({ of: z.literal('zone'), zone: z.string() }),
  z.object({
    of: z.enum([
      'leader',
      'follower',
      'followers',
      'minority',
      'majority',
      'servers',
      'clients',
      'everyone',
    ]),
  }),
]);

const linkTarget: z.ZodType<LinkTarget> = z.object({
  from: nodeTarget,
  to: nodeTarget,
  bothWays: z.boolean(),
});

const wholeUs = z.number().int().nonnegative();
const interval = { atUs: wholeUs, untilUs: wholeUs };

/** Fields of a fault on links, and on nodes. */
export const onLinks = { ...interval, links: linkTarget };
export const onNodes = { ...interval, nodes: nodeTarget };
export const delay = wholeUs;
export const permille = z.number().int().min(0).max(1_000);
