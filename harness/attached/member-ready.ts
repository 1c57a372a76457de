/** Waits until a member that was started is up, by its output, its port or its HTTP answer. */
import { connect } from 'node:net';
import { HarnessError } from '../core/errors.ts';
import type { ReadyPlan } from '../core/launch-plan.ts';

export interface Awaited {
  readonly name: string;
  readonly url: string;
  /** Does its port take connections? */
  readonly connects: () => Promise<boolean>;
  /** Its last lines. */
  readonly output: () => readonly string[];
  readonly isGone: () => boolean;
  /** How long it is waited for, µs; half a minute by default. */
  readonly usMax?: number | undefined;
  readonly signal: AbortSignal;
}

const usualUsMax = 30_000_000;
const everyMs = 50;
const answerMs = 1_000;

/** Throws E_NOT_READY with what the member said last; the signal's reason when that comes. */
export async function untilReady(plan: ReadyPlan, member: Awaited): Promise<void> {
  const { usMax = usualUsMax } = member;
  const endMs = performance.now() + usMax / 1_000;
  for (;;) {
    member.signal.throwIfAborted();
    if (await isReady(plan, member)) return;
    if (member.isGone()) throw notReady(member, 'it ended');
    if (performance.now() > endMs) throw notReady(member, `not within ${usMax / 1_000_000} s`);
    await new Promise((wake) => setTimeout(wake, everyMs));
  }
}

async function isReady(plan: ReadyPlan, { output, url, ...member }: Awaited): Promise<boolean> {
  if ('log' in plan) {
    const wanted = new RegExp(plan.log);
    return output().some((line) => wanted.test(line));
  }
  if ('tcp' in plan) return member.connects();
  try {
    const answer = await fetch(new URL(plan.http, url), { signal: AbortSignal.timeout(answerMs) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

export function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: answerMs });
    const end = (is: boolean) => (): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}

function notReady({ name, output }: Awaited, why: string): HarnessError {
  const said = output()
    .slice(-8)
    .map((line) => `\n  ${line}`)
    .join('');
  return new HarnessError(
    'E_NOT_READY',
    `${name} did not come up: ${why}. ${said === '' ? 'It said nothing. Check the command that starts it.' : `Read what it said last:${said}`}`,
  );
}
