/**
 * The one description of a program that came from outside: in a token, a regression, a counterexample's
 * file. It takes what the types of `core/program.ts` say, to the letter, and nothing else.
 */
import { z } from 'zod';
import type { Program } from '../core/program.ts';
import { seedMax } from '../core/prng.ts';
import { faultSchema } from '../faults/plan.ts';

const us = z.int().min(0);
const seed = z.int().min(0).max(seedMax);

export const programSchema = z.strictObject({
  scenario: z.string(),
  shape: z.strictObject({
    nodes: z.array(
      z.strictObject({
        name: z.string(),
        role: z.string(),
        zone: z.string(),
        service: z.string().exactOptional(),
        calls: z.array(z.string()).exactOptional(),
      }),
    ),
    clients: z.int().min(0),
  }),
  faults: z.array(faultSchema),
  clients: z.array(
    z.array(
      z.strictObject({
        id: z.int().min(0),
        afterUs: us,
        f: z.string(),
        key: z.string(),
        value: z.json(),
      }),
    ),
  ),
  durationUs: us,
  noiseSeed: seed,
  noise: z
    .strictObject({
      by: z.enum(['time', 'priorities']).exactOptional(),
      turns: z.array(z.strictObject({ fromUs: us, seed })).exactOptional(),
    })
    .exactOptional(),
  settings: z.strictObject({
    policyDivisor: z.number().positive(),
    deadlineUs: us,
    mutant: z.string().nullable(),
    extra: z.record(z.string(), z.json()),
  }),
}) satisfies z.ZodType<Program>;
