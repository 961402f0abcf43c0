import { createHash, randomBytes } from 'node:crypto';
import { createApp } from '../../src/app';
import { loadConfig } from '../../src/config';
import {
  EMULATOR_APP_ID,
  EMULATOR_APP_SECRET,
  startEmulator,
  type Emulator,
} from '../../src/emulator/emulator';
import { startApolloRouter } from './apollo-router';
import { composeSupergraph } from './compose';
import { startDirectory } from './directory';
import { startHiveRouter } from './hive-router';
import type { RunningServer } from './running-server';

export const ROUTERS = { apollo: startApolloRouter, hive: startHiveRouter };
export type RouterName = keyof typeof ROUTERS;

export interface Supergraph extends RunningServer {
  readonly emulator: Emulator;
  /** The token of a service that may read all users, for `Authorization: Bearer …`. */
  readonly token: string;
}

/** Starts an emulated Feishu, the gateway, a company directory, and a router for both subgraphs. */
export async function startSupergraph(router: RouterName): Promise<Supergraph> {
  const emulator = await startEmulator();
  const token = randomBytes(32).toString('base64url');
  const sha256 = createHash('sha256').update(token).digest('hex');
  const tasks = await createApp(
    loadConfig({
      PORT: '0',
      FEISHU_APP_ID: EMULATOR_APP_ID,
      FEISHU_APP_SECRET: EMULATOR_APP_SECRET,
      FEISHU_BASE_URL: emulator.url,
      AUTH_SERVICE_TOKENS: `dashboard:${sha256}`,
      // The directory has a `Query.user` of its own.
      FEDERATION_USER_ROOT_FIELDS: 'off',
      LOG_LEVEL: 'warn',
    }),
  );
  const directory = await startDirectory(
    emulator.people.map(({ openId, name }) => ({ id: openId, name: name['en-US'] })),
  );
  const sdl = await composeSupergraph([
    {
      name: 'tasks',
      url: `${tasks.url}/graphql`,
      headers: { authorization: `Bearer ${token}` },
    },
    { name: 'directory', url: directory.url },
  ]);
  const running = await ROUTERS[router](sdl);
  return {
    url: running.url,
    emulator,
    token,
    async close() {
      await running.close();
      await directory.close();
      await tasks.close();
      await emulator.close();
    },
  };
}
