// `npm run mocha`: all tests in two lanes at once, one for each of two processors: what waits for real
// nodes and products, and, with what that leaves, what computes. The second lane's lines come after the
// first's, then what failed in either, once more, for who sees the end alone, and the totals of both.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

const all = 'test/**/*.test.ts';
/** Real time: a busy machine is felt here first. */
const real = [
  'test/{attached,cleanup,containers,disks,links,namespaces,processes,proxy,realtime,systems}/**/*.test.ts',
  'test/docs/{http-api,ten-minutes,tutorial}*.test.ts',
  'test/cli/{broken-off,ending,init,interrupt,terminal,up,verify}*.test.ts',
];
const bin = fileURLToPath(new URL('../../node_modules/mocha/bin/mocha.js', import.meta.url));
/** Mocha's list of what failed, with what was thrown, after its last line of success. */
const failing = /^ {2}(\S*)\d+ failing[^]*/m;
/** As long as this a lane may take to end. */
const endingMs = 60_000;
const totals = /^(\d+) passed, (\d+) failed, (\d+) skipped$/gm;
/** Process groups of their own, which no terminal's Ctrl-C reaches. */
const behind = [];
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    for (const pid of behind) process.kill(-pid, signal);
    process.kill(process.pid, signal);
  });
}

const lanes = await Promise.all([
  run(real, { isFirst: true }),
  run([all, ...real.flatMap((glob) => ['--ignore', glob])], { isFirst: false }),
]);
process.stdout.write(lanes[1].text);
for (const { text } of lanes) process.stdout.write(failing.exec(text)?.[0] ?? '');
const sum = (n) => lanes.reduce((total, { counts }) => total + counts[n], 0);
process.stdout.write(`${sum(0)} passed, ${sum(1)} failed, ${sum(2)} skipped\n`);
// A lane that broke off is no success, whatever it had counted.
process.exitCode = lanes.every(({ code }) => code === 0) ? 0 : 1;

/** How mocha ended, what it wrote, and its totals; the first lane is seen as it goes. */
async function run(args, { isFirst }) {
  const stdio = ['ignore', 'pipe', 'inherit'];
  const child = spawn(process.execPath, [bin, ...args], { stdio, detached: !isFirst });
  if (!isFirst) stepBack(child.pid);
  let text = '';
  let ending = null;
  child.stdout.setEncoding('utf8').on('data', (part) => {
    text += part;
    if (isFirst) process.stdout.write(part);
    if (part.match(totals) === null) return;
    // It ends by itself, unless a test left something open, which is an error of that test.
    ending ??= setTimeout(() => {
      process.stdout.write(
        `not ended ${endingMs / 1_000} s after its last test: something is open\n`,
      );
      child.kill('SIGINT');
    }, endingMs);
  });
  const [code] = await once(child, 'close');
  clearTimeout(ending);
  const counts = [...text.matchAll(totals)].at(-1)?.slice(1).map(Number) ?? [0, 0, 0];
  return { code, text, counts };
}

/** Leaves the processor to the other lane whenever that wants it, and to the nodes that it started. */
function stepBack(pid) {
  behind.push(pid);
  setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  try {
    // Where Linux shares out by session first, a process's own priority counts within its session alone.
    writeFileSync(`/proc/${pid}/autogroup`, '10');
  } catch {
    // It does not.
  }
}
