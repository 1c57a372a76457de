/** Server-sent events of a stream of bytes, as far as our own watches use them. */
export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

/** Ends with the stream. Comments are left out. */
export async function* dataOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of body) {
    text += decoder.decode(bytes, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string): string =>
        block
          .split('\n')
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).trimStart())
          .join('\n');
      if (field('data') !== '') yield { event: field('event') || 'message', data: field('data') };
    }
  }
}
