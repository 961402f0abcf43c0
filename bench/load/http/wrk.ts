import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { CONNECTIONS, type Bodies, type Measured, type RequestPlan } from './request-plan';

const run = promisify(execFile);

export const hasWrk = () => spawnSync('wrk', ['--version']).error === undefined;

/** Runs `wrk` with one thread, so that the server has the other core of a machine with two. */
export async function loadWithWrk(
  url: string,
  plan: RequestPlan,
  seconds: number,
  scriptPath: string,
): Promise<Measured> {
  writeFileSync(scriptPath, toLua(plan));
  const { stdout } = await run('wrk', [
    ...['--threads', '1', '--connections', String(CONNECTIONS), '--timeout', '30s'],
    ...['--duration', `${seconds}s`, '--script', scriptPath, `${url}/graphql`],
  ]);
  const line = stdout.split('\n').find((text) => text.startsWith('{'));
  if (!line) throw new Error(`wrk: expected a summary, got ${stdout}`);
  return JSON.parse(line) as Measured;
}

function toLua({ headers, bodies }: RequestPlan): string {
  const setHeaders = Object.entries(headers).map(
    ([name, value]) => `wrk.headers[ ${literal(name)} ] = ${literal(value)}`,
  );
  return ['wrk.method = "POST"', ...setHeaders, toRequestFunction(bodies), SUMMARY].join('\n');
}

function toRequestFunction(bodies: Bodies): string {
  if (bodies.kind === 'cycle') {
    return `
local bodies = { ${bodies.texts.map(literal).join(',\n')} }
local requests, turn = {}, 0
function init()
  for i, body in ipairs(bodies) do requests[i] = wrk.format(nil, nil, nil, body) end
end
function request()
  turn = turn % #requests + 1
  return requests[turn]
end`;
  }
  return `
local names = { ${bodies.names.map(literal).join(',\n')} }
local prefix, suffix = ${literal(bodies.prefix)}, ${literal(bodies.suffix)}
math.randomseed(os.time())
function request()
  for i = 1, ${bodies.count} do
    local j = math.random(i, #names)
    names[i], names[j] = names[j], names[i]
  end
  return wrk.format(nil, nil, nil, prefix .. table.concat(names, ',', 1, ${bodies.count}) .. suffix)
end`;
}

/** `wrk` counts each status above 399 as an error, and measures in microseconds. */
const SUMMARY = `
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\\n{"requests":%d,"requestsPerSecond":%f,"p50Ms":%f,"p99Ms":%f,"bytesPerAnswer":%f,"failures":%d}\\n',
    summary.requests, summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, summary.bytes / summary.requests,
    e.connect + e.read + e.write + e.status + e.timeout))
end`;

/** A long string of Lua, which has no escape sequences. */
const literal = (text: string) => `[==[${text}]==]`;
