/** Records of what there is: of `list`, `systems`, `doctor` and `clean`. */
import { z } from 'zod';
import { productFields } from './product-fields.ts';
import { head } from './record-parts.ts';

export const listRecords = {
  /** `systems`. */
  product: z.strictObject({ ...head, type: z.literal('product'), ...productFields }),
  /** `doctor`. */
  requirement: z.strictObject({
    ...head,
    type: z.literal('requirement'),
    name: z.string(),
    isRequired: z.boolean(),
    /** What is there; null: it is missing, and `advice` says what to do. */
    found: z.string().nullable(),
    advice: z.string(),
  }),
  /** `clean`: one for each thing that a dead run had left. */
  leftover: z.strictObject({
    ...head,
    type: z.literal('leftover'),
    what: z.string(),
    isRemoved: z.boolean(),
  }),
  /** `list`. */
  scenario: z.strictObject({
    ...head,
    type: z.literal('scenario'),
    scenario: z.string(),
    claim: z.string(),
    promises: z.array(z.string()),
    environments: z.array(z.string()),
  }),
  /** `list`: what `verify` knows. */
  system: z.strictObject({
    ...head,
    type: z.literal('system'),
    system: z.string(),
    operations: z.array(z.string()),
  }),
  /** `list`. */
  mutant: z.strictObject({
    ...head,
    type: z.literal('mutant'),
    mutant: z.string(),
    /** The rule that is broken. */
    line: z.string(),
  }),
  /** `list --faults`: one a kind. */
  fault: z.strictObject({
    ...head,
    type: z.literal('fault'),
    fault: z.string(),
    line: z.string(),
    on: z.enum(['links', 'nodes']),
    /** Beside kind, interval and target. */
    fields: z.array(z.string()),
    /** What it does to whom it meets: by these promises go. */
    harms: z.array(z.string()),
    environments: z.array(z.string()),
    /** Not antlion's: `defineFault` made it. */
    isOwn: z.boolean(),
  }),
  /** `list --mechanisms`. */
  mechanism: z.strictObject({
    ...head,
    type: z.literal('mechanism'),
    mechanism: z.string(),
    shape: z.enum(['lane', 'table', 'part', 'front']),
    what: z.string(),
    requirements: z.array(z.string()),
    operations: z.array(z.string()),
    promises: z.array(z.string()),
    mutants: z.array(z.string()),
    triggers: z.array(z.string()),
    scenarios: z.array(z.string()),
  }),
};
