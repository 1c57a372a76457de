/**
 * Sends 101 requests to a server with Toxiproxy's API and prints the answers, so that any two can be compared:
 * node test/proxy/golden-requests.mjs http://127.0.0.1:8474 | diff fixtures/toxiproxy/answers-2.12.0.txt -
 * All proxies are deleted first. Ports from 32000 on print as <port>; errors keep their text.
 */
import http from 'node:http';
const api = new URL(process.argv[2] ?? 'http://127.0.0.1:8474');
const send = (method, path, body, headers = {}) =>
  new Promise((res, rej) => {
    const r = http.request(
      {
        host: api.hostname,
        port: api.port,
        method,
        path,
        headers: {
          'User-Agent': 'golden',
          ...(body !== undefined ? { 'Content-Length': Buffer.byteLength(body) } : {}),
          ...headers,
        },
      },
      (m) => {
        let s = '';
        m.on('data', (d) => (s += d));
        m.on('end', () =>
          res({
            status: m.statusCode,
            ct: m.headers['content-type'] ?? '-',
            id: 'x-toxiproxy-request-id' in m.headers,
            nosniff: m.headers['x-content-type-options'] === 'nosniff',
            body: s,
          }),
        );
      },
    );
    r.on('error', rej);
    r.setTimeout(10000, () => r.destroy(new Error('timeout')));
    r.end(body);
  });
const norm = (s) =>
  s
    .replace(/(127\.0\.0\.1|\[::\]):(3[2-9]|[4-6]\d)\d{3}/g, '$1:<port>')
    .replace(/on [\d.]+:53: /, 'on <dns>: ')
    .replace(/\n$/, '\\n');
const P = '/proxies',
  T = '/proxies/c/toxics';
const cases = [
  ['GET', '/version'],
  ['POST', '/version'],
  ['HEAD', '/version'],
  ['GET', '/nope'],
  ['GET', P],
  ['GET', P + '/'],
  ['GET', P, undefined, { 'User-Agent': 'Mozilla/5.0' }],
  ['GET', '/nope', undefined, { 'User-Agent': 'Mozilla/5.0' }],
  ['GET', P, undefined, { 'User-Agent': 'mozilla/5.0' }],
  ['POST', P, ''],
  ['POST', P, '{bad'],
  ['POST', P, '[]'],
  ['POST', P, '{"name":5}'],
  ['POST', P, '{}'],
  ['POST', P, '{"name":"a"}'],
  ['POST', P, '{"name":"a","upstream":"127.0.0.1:1"}'],
  ['POST', P, '{"name":"a","upstream":"127.0.0.1:1"}'],
  [
    'POST',
    P,
    '{"name":"b","upstream":"127.0.0.1:1","listen":"localhost:0","enabled":false,"toxics":[{"type":"latency"}],"zzz":1}',
  ],
  ['POST', P, '{"NAME":"c","Upstream":"x","LISTEN":"localhost:21001"}trailing'],
  ['POST', P, '{"name":"d","upstream":"x","listen":"localhost:21001"}'],
  ['POST', P, '{"name":"d","upstream":"x","listen":"local373"}'],
  ['POST', P, '{"name":"d","upstream":"x","listen":"127.0.0.1:99999"}'],
  ['POST', P, '{"name":"ct","upstream":"x","enabled":false}', { 'Content-Type': 'text/plain' }],
  ['DELETE', P + '/ct'],
  ['DELETE', P + '/ct'],
  ['GET', P],
  ['GET', P + '/zz'],
  ['POST', P + '/zz', '{}'],
  ['PUT', P + '/c', '{}'],
  ['PATCH', P + '/c', '{}'],
  ['PATCH', P + '/c', ''],
  ['PATCH', P + '/c', '{"name":"renamed","enabled":false}'],
  ['PATCH', P + '/c', '{"enabled":true,"listen":"localhost:0"}'],
  ['POST', P + '/c', `{"listen":"127.0.0.1:${api.port}"}`],
  ['GET', P + '/c'],
  ['PATCH', P + '/c', '{"listen":"127.0.0.1:21001"}'],
  ['PATCH', P + '/c', '{"enabled":true}'],
  ['PATCH', P + '/c', '{"upstream":""}'],
  ['PATCH', P + '/c', '{"upstream":"127.0.0.1:5"}'],
  ['PATCH', P + '/c', '{"listen":"nope"}'],
  ['GET', T],
  ['GET', P + '/zz/toxics'],
  ['POST', P + '/zz/toxics', '{}'],
  ['POST', T, ''],
  ['POST', T, '{}'],
  ['POST', T, '{"type":"nope"}'],
  ['POST', T, '{"type":"latency","stream":"side"}'],
  ['POST', T, '{"type":"latency"}'],
  ['POST', T, '{"type":"latency"}'],
  ['POST', T, '{"type":"latency","stream":"UPSTREAM"}'],
  ['POST', T, '{"type":"latency","stream":"","name":"e"}'],
  ['POST', T, '{"type":"latency","name":"f","attributes":{"latency":1.5}}'],
  ['POST', T, '{"type":"latency","name":"f","attributes":{"latency":"5"}}'],
  ['POST', T, '{"type":"latency","name":"f","attributes":{"latency":5,"unknown":1},"toxicity":7}'],
  ['POST', T, '{"type":"latency","name":"g","attributes":null,"toxicity":-1}'],
  ['POST', T, '{"type":"latency","name":"h","attributes":[1]}'],
  ['POST', T, '{"type":"latency","name":"h","toxicity":"1"}'],
  ['POST', T, '{"type":"noop","toxicity":0.1}'],
  ...['bandwidth', 'slow_close', 'timeout', 'reset_peer', 'slicer', 'limit_data'].map((t) => [
    'POST',
    T,
    `{"type":"${t}","stream":"upstream"}`,
  ]),
  ['GET', T],
  ['GET', T + '/zz'],
  ['GET', T + '/latency_downstream'],
  ['PUT', T + '/latency_downstream', '{}'],
  ['PATCH', T + '/zz', '{}'],
  ['PATCH', T + '/latency_downstream', ''],
  [
    'PATCH',
    T + '/latency_downstream',
    '{"attributes":{"jitter":3},"toxicity":0.25,"stream":"upstream","type":"timeout","name":"new"}',
  ],
  ['POST', T + '/latency_downstream', '{"attributes":{"latency":9,"jitter":"x"}}'],
  ['GET', T + '/latency_downstream'],
  ['DELETE', T + '/zz'],
  ['DELETE', T + '/latency_downstream'],
  ['PATCH', P + '/c', '{"upstream":"127.0.0.1:6"}'],
  ['GET', '/reset'],
  ['POST', '/reset'],
  ['GET', P],
  ['GET', '/populate'],
  ['POST', '/populate', '[]'],
  ['POST', '/populate', ''],
  ['POST', '/populate', '{}'],
  [
    'POST',
    '/populate',
    '[{"name":"p1","upstream":"u:1","listen":"localhost:22001"},{"name":"","upstream":"u:2"}]',
  ],
  ['POST', '/populate', '[{"name":"p1","upstream":"u:1","listen":"localhost:22001"},{"name":"q"}]'],
  ['GET', P + '/p1'],
  [
    'POST',
    '/populate',
    '[{"name":"p1","upstream":"u:1","listen":"localhost:22001"},{"name":"p2","upstream":"u:2","listen":"localhost:22002","enabled":false}]',
  ],
  ['POST', P + '/p1/toxics', '{"type":"latency"}'],
  [
    'POST',
    '/populate',
    '[{"name":"p1","upstream":"u:1","listen":"localhost:22001","enabled":false}]',
  ],
  [
    'POST',
    '/populate',
    '[{"name":"p2","upstream":"u:2","listen":"localhost:22002","enabled":true}]',
  ],
  ['POST', '/populate', '[{"name":"p1","upstream":"u:9","listen":"localhost:22001"}]'],
  [
    'POST',
    '/populate',
    '[{"name":"p1","upstream":"u:1","listen":"localhost:22001"},{"name":"p3","upstream":"u:1","listen":"local"},{"name":"p4","upstream":"u","listen":"localhost:0"}]',
  ],
  ['GET', P + '/p4'],
  ['POST', '/populate', `[{"name":"p1","upstream":"u:7","listen":"127.0.0.1:${api.port}"}]`],
  ['GET', P + '/p1'],
  ['POST', P, '{"name":"a b","upstream":"x","enabled":false}'],
  ['GET', P + '/a%20b'],
  ['POST', P, '{"name":"\u00e9","upstream":"x","enabled":false}'],
  ['GET', P + '/%C3%A9'],
  ['POST', P, '{"name":"<h&>","upstream":"x","enabled":false}'],
  ['POST', P, '{"name":"v6","upstream":"x","listen":"[::1]:0"}'],
];
const wipe = async () => {
  for (const k of Object.keys(JSON.parse((await send('GET', P)).body)))
    await send('DELETE', `${P}/${encodeURIComponent(k)}`);
};
await wipe();
for (const [m, p, b, h] of cases) {
  let r;
  try {
    r = await send(m, p, b, h);
  } catch (e) {
    r = { status: 'ERR', ct: e.message, body: '' };
  }
  console.log(
    `${m} ${p} ${(b ?? '').replaceAll(`:${api.port}"`, ':<api>"')}${h ? ' ' + JSON.stringify(h) : ''}\n  ${r.status} ${r.ct}${r.nosniff ? ' nosniff' : ''}${r.id ? ' +request-id' : ''} ${norm(
      r.body,
    )
      .replaceAll(`127.0.0.1:${api.port}`, '127.0.0.1:<api>')
      .replace(/\[::1\]:\d+/, '[::1]:<port>')}`,
  );
}
await wipe();
