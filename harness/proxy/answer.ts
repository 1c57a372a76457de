/** Answers of the API: what a handler returns, and the errors it throws. */
import { encodeGo } from './go-json.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An error that the client is told with this status. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function json(status: number, value: unknown): Answer {
  return { status, headers: { 'Content-Type': 'application/json' }, body: encodeGo(value) };
}

export const noContent: Answer = { status: 204, headers: {}, body: '' };

/** Go's http.Error: plain text, whatever is in it. */
export function plainError(status: number, text: string): Answer {
  return {
    status,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
    },
    body: `${text}\n`,
  };
}

/** What the API says of any error; one without a status is the server's. */
export function errorBody(e: unknown): { readonly error: string; readonly status: number } {
  const status = e instanceof ApiError ? e.status : 500;
  return { error: e instanceof Error ? e.message : String(e), status };
}
