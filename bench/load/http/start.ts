import { Pool } from 'undici';
import { median } from '../../quantile';
import { DOCUMENTS } from './documents';
import { HEADERS, startGateway } from './gateway';
import { readAnswer, send } from './operation';
import { cpuMsOf } from './process-usage';
import type { World } from './world';

const USERS = 50;
/** The first start, which also reads the files from disk, is not measured. */
const WARM_UP_STARTS = 1;
const STARTS = 8;

/** From `node dist/main.js` on. The first answer needs calls to Feishu. Medians. */
export interface Start {
  readonly listeningMs: number;
  readonly answeredMs: number;
  /** Until the first answer. Other programs on the machine hardly change it. */
  readonly cpuMs: number;
}

export async function measureStarts(world: World): Promise<Start> {
  const starts: Start[] = [];
  for (let i = 0; i < STARTS; i += 1) {
    const start = await measureStart(world);
    if (i >= WARM_UP_STARTS) starts.push(start);
  }
  return {
    listeningMs: median(starts.map(({ listeningMs }) => listeningMs)),
    answeredMs: median(starts.map(({ answeredMs }) => answeredMs)),
    cpuMs: median(starts.map(({ cpuMs }) => cpuMs)),
  };
}

async function measureStart({ directory, upstream, semesterId }: World): Promise<Start> {
  const userIds = upstream.userIds.slice(0, USERS);
  const operation = { document: DOCUMENTS.PAGE, semesterId, userIds, headers: HEADERS.service };
  const startedMs = performance.now();
  const gateway = await startGateway({ name: 'start', directory, upstreamUrl: upstream.url });
  const listeningMs = performance.now() - startedMs;
  const pool = new Pool(gateway.url);
  const text = await send(pool, operation);
  const answeredMs = performance.now() - startedMs;
  const cpuMs = cpuMsOf(gateway.pid);
  await pool.close();
  gateway.kill();
  readAnswer(operation, text);
  return { listeningMs, answeredMs, cpuMs };
}
