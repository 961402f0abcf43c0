import { setTimeout as delay } from 'node:timers/promises';
import { userKeysIn, userOfKey } from '../../src/batching/scope';
import { createMemoryCache } from '../../src/cache/memory.cache';
import type { SnapshotCache } from '../../src/cache/snapshot-cache';
import { parseExactJson } from '../../src/feishu/exact-json';
import { createPartReaders } from '../../src/feishu/part-readers';
import { toUserStageTasks } from '../../src/feishu/stage-task.mapping';
import { findByUserListDataWire } from '../../src/feishu/wire/stage-task.wire';

/** Measures the memory of 100,000 cached users with five tasks each. Fails if a bound is missed. */
const USERS = 100_000;
const USERS_PER_CALL = 50;
const TASKS_PER_USER = 5;
const SEMESTER_ID = '7406841555196582732';
/** Feishu documents nothing about links, so both cases have a bound. */
const BOUNDS = { 'links of stages': 700, 'links of users': 1_800 } as const;

const KEY_OF = userKeysIn({
  identity: { kind: 'app' },
  semesterId: SEMESTER_ID,
  idType: 'OPEN_ID',
  filter: {},
});

async function main(): Promise<void> {
  const rows: Record<string, object> = {};
  for (const [name, maxBytes] of Object.entries(BOUNDS)) {
    const { bytesPerUser, rssMb } = await measure(name === 'links of users');
    rows[name] = { 'bytes per user': Math.round(bytesPerUser), 'RSS MB': Math.round(rssMb) };
    if (bytesPerUser <= maxBytes) continue;
    const got = bytesPerUser.toFixed(0);
    console.error(`missed: ${name}: expected at most ${maxBytes} bytes per user, got ${got}`);
    process.exitCode = 1;
  }
  console.table(rows);
}

async function measure(linksOfUsers: boolean): Promise<{ bytesPerUser: number; rssMb: number }> {
  const before = await settledHeapBytes();
  const cache = createMemoryCache({ maxUsers: USERS, userOf: userOfKey });
  await fill(cache, linksOfUsers);
  const bytesPerUser = ((await settledHeapBytes()) - before) / USERS;
  const rssMb = process.memoryUsage().rss / 2 ** 20;
  // Reading it also keeps the cache until here.
  const [last] = await cache.getMany([keyOf(USERS - 1)], 0);
  if (!last) throw new Error(`cache: expected ${USERS} users, got fewer`);
  return { bytesPerUser, rssMb };
}

const idOf = (i: number) => `ou_${i.toString(16).padStart(32, '0')}`;
const keyOf = (i: number) => KEY_OF(idOf(i));

async function fill(cache: SnapshotCache, linksOfUsers: boolean): Promise<void> {
  const readers = createPartReaders();
  for (let first = 0; first < USERS; first += USERS_PER_CALL) {
    const items = Array.from({ length: USERS_PER_CALL }, (_, i) => itemOf(first + i, linksOfUsers));
    const { items: read } = findByUserListDataWire.parse(parseExactJson(JSON.stringify({ items })));
    await cache.setMany(
      read.map((item, i) => {
        const mapped = item && toUserStageTasks(item.user_id ?? '', item, () => undefined, readers);
        if (!mapped) throw new Error('items: expected readable ones, got another');
        return [keyOf(first + i), { stageTasks: mapped, semester: null, fetchedAtMs: 0.5 }];
      }),
    );
  }
}

function itemOf(user: number, linksOfUsers: boolean): object {
  return {
    user_id: idOf(user),
    stage_num_lists: [1, 2, 3].map((option) => ({ task_option_id: option, stage_num: option })),
    stage_task_info_lists: Array.from({ length: TASKS_PER_USER }, (_, stage) => ({
      stage_id: `735644860657663374${stage}`,
      name: { 'zh-CN': `360° 评估 ${stage}`, 'en-US': `360° review ${stage}` },
      deadline: String(1_795_190_399_000 + stage),
      need_todo_count: 1,
      finished_count: user % 7,
      jump_url: `https://performance.example.com/perf/${SEMESTER_ID}/${linksOfUsers ? user : stage}`,
      stage_task_status: 'need_todo',
      task_option_id: 1,
    })),
  };
}

/** The caches of earlier measurements are free after a turn of the event loop. */
async function settledHeapBytes(): Promise<number> {
  for (let i = 0; i < 4; i += 1) {
    globalThis.gc?.();
    await delay(20);
  }
  return process.memoryUsage().heapUsed;
}

void main();
