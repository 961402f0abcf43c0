import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGatewayProcess } from '../support/gateway-process';
import { startStoryWith, type StoryGateway } from '../support/story-gateway';
import { ANSWERED } from '../support/tasks-reader';

/**
 * V8 keeps a hidden class, and all that it refers to, until the next major garbage collection. A line of code that
 * makes one for each operation takes a fifth of the throughput (docs/decisions/0021-fast-path.md).
 */
const WARM_UP_REQUESTS = 300;
const REQUESTS = 300;
/** Timers and newly compiled code make a few hidden classes. */
const MAX_CLASSES = REQUESTS / 3;
const START_MS = 60_000;

let folder: string;
let story: StoryGateway;

/** The number of lines that V8 has logged, one for each hidden class, since the log was this long. */
function classesSince(bytes: number): number {
  const lines = readFileSync(join(folder, 'v8.log')).subarray(bytes).toString().split('\n');
  return lines.filter((line) => line.startsWith('map-create,')).length;
}

const logBytes = () => statSync(join(folder, 'v8.log')).size;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hidden-classes-'));
  const logging = ['--log-maps', `--logfile=${join(folder, 'v8.log')}`, '--no-logfile-per-isolate'];
  story = await startStoryWith((env) => startGatewayProcess(env, logging));
}, START_MS);

afterAll(async () => {
  await story.close();
  rmSync(folder, { recursive: true });
});

async function read(userIds: readonly string[], requests: number): Promise<void> {
  for (let i = 0; i < requests; i += 1) {
    expect(await story.client.read(userIds)).toBe(ANSWERED);
  }
}

test.each([1, 50])(
  'cached answers of %d users make no hidden classes',
  async (users) => {
    const userIds = story.people(users);
    await read(userIds, WARM_UP_REQUESTS);
    const before = logBytes();
    // V8 does log: the start makes thousands.
    expect(classesSince(0)).toBeGreaterThan(1_000);
    await read(userIds, REQUESTS);
    expect(classesSince(before)).toBeLessThan(MAX_CLASSES);
  },
  START_MS,
);
