/** What a file of a plan may say: its schema, from which the published JSON schema is made. */
import { z } from 'zod';
import { parseDuration } from '../core/duration.ts';

const durationPattern = /^\s*\d+(\.\d+)?\s*(us|ms|s|min|h)\s*$/;

/** `200ms`, `1.5 s` → whole µs. */
const duration = z
  .string()
  .regex(durationPattern, 'expected a duration such as 200ms or "5 min"')
  .transform(parseDuration);

const count = z.int().min(1).max(1_000);
const share = z
  .string()
  .regex(/^(100|\d{1,2})\s*%$/, 'expected a share such as 50%')
  .transform((text) => Number.parseInt(text, 10) * 10);

/** Of nodes: in words, or names. */
const target = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
export type TargetForm = z.infer<typeof target>;

const shapes = z.enum(['halves', 'one-against-all', 'ring', 'bridge']);
export type ShapeForm = z.infer<typeof shapes>;

/** Ends a fault before its time: the first event of this kind, or the `nth`, of node `by` where it is named. */
const sighting = z.strictObject({
  observed: z.string().min(1),
  like: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  by: z.string().min(1).optional(),
  nth: count.optional(),
});

/** A fault, once or again and again. Fields of its kind stand beside these. */
const faultStep = z.looseObject({
  fault: z.string(),
  at: duration.optional(),
  for: duration,
  until: sighting.optional(),
  every: duration.optional(),
  times: count.optional(),
  /** Each time up to so much later, drawn. */
  spread: duration.optional(),
  on: target.optional(),
  from: target.optional(),
  to: target.optional(),
  oneWay: z.boolean().optional(),
  shape: shapes.optional(),
  /** Within `for`: there for `on`, gone for `off`, and again. */
  flap: z.strictObject({ on: duration, off: duration }).optional(),
});
export type FaultStep = z.infer<typeof faultStep>;

const randomStep = z.strictObject({
  random: z.strictObject({
    count,
    kinds: z.array(z.string()).min(1),
    during: duration,
    longest: duration.optional(),
  }),
  at: duration.optional(),
});
export type RandomStep = z.infer<typeof randomStep>;

/** One node of a group after the other, each once. */
const rollingStep = z.strictObject({
  rolling: z.looseObject({
    fault: z.string(),
    on: target,
    for: duration,
    /** From the end of one to the beginning of the next. */
    pause: duration.optional(),
  }),
  at: duration.optional(),
});
export type RollingStep = z.infer<typeof rollingStep>;

/** As Chaos Monkey does it: every so often, perhaps, one node of a group. */
const monkeyStep = z.strictObject({
  monkey: z.strictObject({
    fault: z.string(),
    on: target,
    optOut: z.array(z.string()).optional(),
    every: duration,
    chance: share.optional(),
    for: duration,
    during: duration,
    atMost: count.optional(),
  }),
  at: duration.optional(),
});
export type MonkeyStep = z.infer<typeof monkeyStep>;

export interface SequenceStep {
  readonly sequence: readonly Step[];
  readonly at?: number | undefined;
}
export interface TogetherStep {
  readonly together: readonly Step[];
  readonly at?: number | undefined;
}
export type Step = FaultStep | RandomStep | RollingStep | MonkeyStep | SequenceStep | TogetherStep;

const step: z.ZodType<Step, unknown> = z.lazy(() =>
  z.union([
    z.strictObject({ sequence: z.array(step).min(1), at: duration.optional() }),
    z.strictObject({ together: z.array(step).min(1), at: duration.optional() }),
    randomStep,
    rollingStep,
    monkeyStep,
    faultStep,
  ]),
);

const forms: Readonly<Record<string, z.ZodType>> = {
  sequence: z.strictObject({ sequence: z.array(z.unknown()).min(1), at: duration.optional() }),
  together: z.strictObject({ together: z.array(z.unknown()).min(1), at: duration.optional() }),
  random: randomStep,
  rolling: rollingStep,
  monkey: monkeyStep,
  fault: faultStep,
};

/** The form that this step means to have, so that an error speaks of that one alone; null: none. */
export function formOf(value: unknown): z.ZodType | null {
  const isObject = typeof value === 'object' && value !== null;
  const name = isObject ? Object.keys(forms).find((key) => key in value) : undefined;
  return name === undefined ? null : (forms[name] ?? null);
}

const head = {
  /** For editors. */
  $schema: z.string().optional(),
  version: z.literal(1),
  seed: z.int().min(0).optional(),
  scale: z.number().positive().max(1_000).optional(),
  limit: z.enum(['minority', 'none']).optional(),
  steady: z
    .strictObject({ before: z.boolean(), during: duration, after: duration })
    .partial()
    .optional(),
};

export const planForm = z.strictObject({ ...head, steps: z.array(step).min(1) });
/** Without what its steps are: those are read one by one. */
export const planHead = z.strictObject({ ...head, steps: z.array(z.unknown()).min(1) });
export type PlanForm = z.infer<typeof planForm>;

/** For editors: `docs/reference/plan.schema.json`. */
export function planJsonSchema(): object {
  return z.toJSONSchema(planForm, { io: 'input', unrepresentable: 'any' });
}
