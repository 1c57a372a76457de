/** Hono's limit of a body, at less cost where the request says how long its body is. */
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';

export interface LimitOptions {
  readonly maxSize: number;
  /** The answer to a body that is longer. */
  readonly onError: (c: Context) => Response | Promise<Response>;
}

/**
 * Node's server ends a body where its length says. Hono would make a stream of it to look whether there
 * is one, which costs more than all else of a short request.
 */
export function limitedBody(options: LimitOptions): MiddlewareHandler {
  const counted = bodyLimit(options);
  return (c, next) => {
    const length = c.req.header('content-length');
    if (length === undefined || c.req.header('transfer-encoding') !== undefined) {
      return counted(c, next);
    }
    if (Number(length) > options.maxSize) return Promise.resolve(options.onError(c));
    return next();
  };
}
