/** What requests bring along: values, names, durations. Throws a `Refusal` for what makes no sense. */
import type { Context, MiddlewareHandler } from 'hono';
import { z } from 'zod';
import { parseDuration } from '../../harness/core/duration.ts';
import type { Json } from '../../harness/core/host.ts';
import { limitedBody } from '../../harness/host/body-limit.ts';
import { problemWithName, problemWithValues, valueBytesMax } from '../store/sizes.ts';
import { Refusal } from './answers.ts';

/** A value may be written with more bytes than its JSON has at last: as escapes, with spaces. */
export const bodyBytesMax = 8 * valueBytesMax;

export const limitBody: MiddlewareHandler = limitedBody({
  maxSize: bodyBytesMax,
  onError: () => {
    throw new Refusal(413, 'too-large', `the body is too long, at most ${bodyBytesMax} bytes`);
  },
});

/** A part of the path. `what` names it. */
export function nameIn(c: Context, parameter: string, what = parameter): string {
  return requireName(what, c.req.param(parameter) ?? '');
}

/** A parameter of the query, or a part of a body, that names something. */
export function requireName(what: string, name: string): string {
  const problem = problemWithName(what, name);
  if (problem !== null) throw new Refusal(413, 'too-large', problem);
  return name;
}

/** A whole number from `min`; null when it is not there. */
export function numberIn(c: Context, parameter: string, min = 0): number | null {
  const text = c.req.query(parameter);
  if (text === undefined) return null;
  const n = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(n) && n >= min) return n;
  throw badRequest(`${parameter} is "${text}", wanted a whole number from ${min}`);
}

/** Throws when it is not there. */
export function requireNumber(c: Context, parameter: string): number {
  const n = numberIn(c, parameter);
  if (n === null) throw badRequest(`?${parameter}= is missing`);
  return n;
}

/** The body as JSON, which `schema` takes. */
export async function bodyOf<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const text = textOf(await c.req.arrayBuffer());
  const parsed = schema.safeParse(text === '' ? {} : jsonOf(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badRequest([...(issue?.path ?? []), issue?.message].join(' '));
}

/** `30s`, from `min` to `max`; whole µs. */
export function duration(min: string, max: string): z.ZodType<number, string> {
  const message = `expected a duration from ${min} to ${max}`;
  return z.string().transform((text, context) => {
    try {
      const us = parseDuration(text);
      if (us >= parseDuration(min) && us <= parseDuration(max)) return us;
    } catch {
      // Said below.
    }
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

export function textOf(bytes: ArrayBuffer | Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw badRequest('the body is not UTF-8: send bytes as a text, in base64 for instance');
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The value that a body stands for. */
export function valueIn(bytes: ArrayBuffer | Uint8Array): Json {
  const value = valueOf(textOf(bytes));
  if (value === null) throw badRequest('null is no value: DELETE the key to remove it');
  return value;
}

/** What begins like JSON has to be JSON; `red` is the same as `"red"`. */
export function valueOf(text: string): Json {
  const value = looksLikeJson.test(text) ? jsonOf(text) : text;
  const problem = problemWithValues([value]);
  if (problem === null) return value;
  if (problem.includes('at most')) throw new Refusal(413, 'too-large', problem);
  throw badRequest(problem);
}

const looksLikeJson = /^\s*(["[{]|-?\d|(true|false|null)\s*$)/;

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (e) {
    const why = e instanceof Error ? e.message : String(e);
    throw badRequest(`this is not JSON (${why}): quote a value to send it as a text`);
  }
}

export function badRequest(message: string): Refusal {
  return new Refusal(400, 'bad-request', message);
}
