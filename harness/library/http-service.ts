/** A service that speaks HTTP/1.1 over the connections of a run, as a node's own server does over real ones. */
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { ServiceForm } from './definition.ts';

/** `answer` is a `fetch` the other way round, as an application of Hono has one. */
export function httpService(
  answer: (request: Request) => Response | Promise<Response>,
): ServiceForm {
  const listener = getRequestListener(answer, { overrideGlobalObjects: false });
  const server = createServer((request, response) => {
    // Node's own clock: the same run would not be the same again.
    response.sendDate = false;
    void listener(request, response);
  });
  // Whoever is gone is gone by the rules of the run's connections.
  server.on('clientError', (_, socket) => socket.destroy());
  return { accept: (socket) => void server.emit('connection', socket) };
}
