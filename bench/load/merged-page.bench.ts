import { fork } from 'node:child_process';
import { join } from 'node:path';
import { Pool } from 'undici';
import { createApp } from '../../src/app';
import { loadConfig } from '../../src/config';
import { EMULATOR_APP_ID, EMULATOR_APP_SECRET } from '../../src/emulator/emulator';
import { nextMessage } from '../../test/support/next-message';
import { callFeishu, fetchToken, post } from './direct-calls';
import { median } from '../quantile';
import type { UpstreamDescription } from './emulator.process';

/**
 * Measures what the gateway costs in addition to its calls. It compares a page of 200 users through GraphQL
 * with the same four calls made directly, whose answers are not parsed. Both alternate in one run. The
 * result is the ratio, because the milliseconds depend on the machine.
 */
const USERS = 200;
const WARM_UP_ROUNDS = 20;
const ROUNDS = 100;

const PAGE = `query Page($semesterId: ID!, $userIds: [ID!]!) {
  semester(id: $semesterId) {
    name { zhCN enUS }
    userStageTasks(userIds: $userIds) {
      id
      user { id }
      counts { option count }
      stageTasks { id stageId name { zhCN enUS } deadline needTodoCount jumpUrl status option }
      fetchedAt
    }
  }
}`;

async function main(): Promise<void> {
  const child = fork(join(__dirname, 'emulator.process.js'));
  const upstream = await nextMessage<UpstreamDescription>(child);
  const app = await createApp(
    loadConfig({
      PORT: '0',
      FEISHU_APP_ID: EMULATOR_APP_ID,
      FEISHU_APP_SECRET: EMULATOR_APP_SECRET,
      FEISHU_BASE_URL: upstream.url,
      FEISHU_QUOTA_CALLS: '1000000',
      AUTH_ANONYMOUS: 'all',
      LOG_LEVEL: 'silent',
    }),
  );
  const gateway = new Pool(app.url);
  const feishu = new Pool(upstream.url);
  const token = await fetchToken(feishu);

  const throughGateway: number[] = [];
  const direct: number[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round += 1) {
    const first = (round * USERS) % upstream.userIds.length;
    const userIds = upstream.userIds.slice(first, first + USERS);
    const directMs = await timeMs(() => callFeishu(feishu, token, upstream.semesterId, userIds));
    const gatewayMs = await timeMs(() => requestPage(gateway, upstream.semesterId, userIds));
    if (round < WARM_UP_ROUNDS) continue;
    direct.push(directMs);
    throughGateway.push(gatewayMs);
  }
  report(direct, throughGateway);

  await Promise.all([gateway.close(), feishu.close()]);
  await app.close();
  child.kill();
}

async function timeMs(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

async function requestPage(pool: Pool, semesterId: string, userIds: readonly string[]) {
  const body = { query: PAGE, variables: { semesterId, userIds } };
  const text = await post(pool, '/graphql', body);
  if (text.includes('"errors"'))
    throw new Error(`gateway: expected data, got ${text.slice(0, 500)}`);
}

function report(direct: readonly number[], throughGateway: readonly number[]): void {
  const ratios = throughGateway.map((ms, i) => ms / (direct[i] ?? Number.NaN));
  console.log(`a page of ${USERS} users, ${ROUNDS} rounds, medians`);
  console.log(`  four direct calls    ${median(direct).toFixed(1)} ms`);
  console.log(`  through the gateway  ${median(throughGateway).toFixed(1)} ms`);
  console.log(`  ratio                ${median(ratios).toFixed(2)}`);
}

void main();
