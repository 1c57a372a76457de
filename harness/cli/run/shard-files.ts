/** Reads what the shards of a run have written, and puts it in the order of the whole. */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { HarnessError } from '../../core/errors.ts';
import { records } from '../../report/records.ts';
import type { RecordOf } from '../../report/records.ts';
import type { Said } from '../../report/reporter.ts';

type Plan = RecordOf<'plan'>;

export interface RunAndPart {
  readonly run: RecordOf<'run'>;
  readonly part: RecordOf<'part'>;
}

export interface Shards {
  /** Of the whole. */
  readonly plan: Plan;
  readonly runs: readonly RunAndPart[];
  /** How many runs the whole has. */
  readonly total: number;
  /** What is missing; null: nothing. */
  readonly stoppedBy: string | null;
  /** Was a shard stopped by a signal? */
  readonly isInterrupted: boolean;
}

interface ShardFile {
  readonly file: string;
  readonly plan: Plan;
  readonly index: number;
  readonly runs: readonly RunAndPart[];
  readonly summary: RecordOf<'summary'> | null;
}

/** Throws E_FILE for what no shard wrote, E_USAGE for shards that are not of one run. */
export function readShards(files: readonly string[]): Shards {
  const shards = files.map(readOne).sort((a, b) => a.index - b.index);
  const [first] = shards;
  if (first === undefined) throw new Error('a command without its argument');
  const plan = wholeOf(first.plan);
  for (const s of shards) {
    if (isDeepStrictEqual(wholeOf(s.plan), plan) && ofOf(s) === ofOf(first)) continue;
    throw usage(`${first.file} and ${s.file} are shards of different runs`);
  }
  const twice = shards.find((s, i) => shards[i - 1]?.index === s.index);
  if (twice !== undefined)
    throw usage(`shard ${twice.index} is given twice, also as ${twice.file}`);
  const of = ofOf(first);
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter(
    (index) => !shards.some((s) => s.index === index),
  );
  const broken = shards.find((s) => s.summary === null || s.summary.stoppedBy !== null);
  const why = broken?.summary?.stoppedBy ?? 'it has no summary';
  return {
    plan,
    runs: shards.flatMap((s) => s.runs),
    total: plan.scenarios.reduce(
      (n, s) => n + (s.skipped === null ? (s.seeds?.length ?? plan.runs) : 0),
      0,
    ),
    stoppedBy:
      missing.length > 0
        ? `of ${of} shards these are missing: ${missing.join(', ')}`
        : broken === undefined
          ? null
          : `shard ${broken.index} was not finished: ${why}`,
    isInterrupted: shards.some((s) => s.summary?.isInterrupted === true),
  };
}

function readOne(file: string): ShardFile {
  const all = textOf(file)
    .split('\n')
    .flatMap((line, i) => (line === '' ? [] : [recordOf(line, file, i + 1)]));
  const [plan] = all;
  if (plan?.type !== 'plan' || plan.shard === null) {
    throw fileError(file, 'does not begin with the plan of a shard');
  }
  const runs: RunAndPart[] = [];
  let run: RecordOf<'run'> | null = null;
  let summary: RecordOf<'summary'> | null = null;
  for (const said of all) {
    if (said.type === 'run') run = withoutType(said);
    if (said.type === 'summary') summary = said;
    if (said.type === 'part' && run !== null) runs.push({ run, part: said });
  }
  return { file, plan: withoutType(plan), index: plan.shard.index, runs, summary };
}

function withoutType<T extends Said>({ type: _, ...record }: T): Omit<T, 'type'> {
  return record;
}

function recordOf(line: string, file: string, number: number): Said {
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch {
    throw fileError(file, `is no JSON in line ${number}`);
  }
  const type = (raw as { readonly type?: unknown } | null)?.type;
  if (typeof type !== 'string' || !Object.hasOwn(records, type)) {
    throw fileError(file, `has no record of antlion in line ${number}`);
  }
  const parsed = records[type as keyof typeof records].safeParse(raw);
  if (parsed.success) {
    // As it was written, and not as it was read: fields keep their order.
    const { schemaVersion: _, ...said } = raw as Said & { readonly schemaVersion: number };
    return said;
  }
  const [issue] = parsed.error.issues;
  throw fileError(
    file,
    `has another ${type} than this antlion in line ${number}: ${issue?.path.join('.')} ${issue?.message}`,
  );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw fileError(file, `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}

function wholeOf(plan: Plan): Plan {
  return { ...plan, shard: null, only: null };
}

function ofOf({ plan }: ShardFile): number {
  return plan.shard?.of ?? 1;
}

function fileError(file: string, what: string): HarnessError {
  return new HarnessError(
    'E_FILE',
    `${file} ${what}, wanted what run --shard i/n --reporter json=FILE wrote. Pass such files alone.`,
  );
}

function usage(what: string): HarnessError {
  return new HarnessError(
    'E_USAGE',
    `${what}, wanted each shard of one run once. Pass what one run wrote.`,
  );
}
