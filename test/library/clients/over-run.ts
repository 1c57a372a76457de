/** HTTP over the connections of a run, for programs that set what others read. */
import { request } from 'node:http';
import { Readable } from 'node:stream';

/** A `fetch` over the connections of the run: that of the globals asks services which speak no HTTP. */
export function fetched(url: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', body, signal } = init;
    const asked = request(String(url), { method, ...(signal && { signal }) }, (answer) => {
      const text = Readable.toWeb(answer) as ReadableStream<Uint8Array>;
      resolve(new Response(text, { status: answer.statusCode ?? 500 }));
    });
    asked.on('error', reject);
    asked.end(typeof body === 'string' ? body : undefined);
  });
}

/** Puts a key of the store by whichever of these servers takes it; which one did. Rejects where none does. */
export async function putKey(
  urls: readonly string[],
  key: string,
  value: unknown,
): Promise<string> {
  const body = JSON.stringify(value);
  for (const url of urls) {
    const answer = await fetched(`${url}/kv/${key}`, { method: 'PUT', body }).catch(() => null);
    if (answer?.ok === true) return url;
  }
  throw new Error('no server took it');
}
