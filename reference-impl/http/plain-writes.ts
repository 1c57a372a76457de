/**
 * `PUT /kv/KEY` without parameters, most of what a busy node is asked, past the routes: the same answers
 * as `keyRoutes` gives, at half the cost.
 */
import type { StraightPath } from '../../harness/host/node-http.ts';
import { lanes } from '../lanes.ts';
import { failure, Refusal, replyTo, type Ask, type Reply } from './answers.ts';
import { bodyBytesMax, requireName, valueIn } from './input.ts';
import { noLeader } from './status.ts';

/** A key that no browser or server would write in another way; whatever else there is, the routes know. */
const plain = /^\/kv\/((?!\.)[\w.:-]+(?:\/(?!\.)[\w.:-]+)*)$/;

export function plainWrites(isLed: () => Promise<boolean>, ask: Ask): StraightPath {
  const write = async (key: string, body: Uint8Array): Promise<Reply> => {
    if (!(await isLed())) return failure(noLeader);
    try {
      requireName('key', key);
      return replyTo('PUT', await ask(lanes.agent, 'write', key, valueIn(body)));
    } catch (e) {
      if (e instanceof Refusal) return failure(e);
      throw e;
    }
  };
  return {
    bodyBytesMax,
    take(method, url) {
      const key = method === 'PUT' ? plain.exec(url)?.[1] : undefined;
      return key === undefined ? null : (body) => write(key, body);
    },
  };
}
