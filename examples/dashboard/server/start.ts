import { createHash, randomBytes } from 'node:crypto';
import { createApp, type Overrides } from '../../../src/app';
import { loadConfig } from '../../../src/config';
import {
  EMULATOR_APP_ID,
  EMULATOR_APP_SECRET,
  startEmulator,
  type Emulator,
  type EmulatorOptions,
} from '../../../src/emulator/emulator';
import { startDashboardServer, type DashboardServer } from './dashboard-server';
import { directoryOf } from './directory';

export interface Demo extends DashboardServer {
  readonly emulator: Emulator;
}

export interface DemoOptions {
  readonly folder: string;
  readonly port: number;
  readonly emulator?: EmulatorOptions;
  /** Further settings of the gateway. */
  readonly env?: Record<string, string>;
  readonly overrides?: Overrides;
}

/** Starts an emulated Feishu, the gateway, and the dashboard in front of both. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const emulator = await startEmulator(options.emulator);
  const token = randomBytes(32).toString('base64url');
  const sha256 = createHash('sha256').update(token).digest('hex');
  const gateway = await createApp(
    loadConfig({
      PORT: '0',
      FEISHU_APP_ID: EMULATOR_APP_ID,
      FEISHU_APP_SECRET: EMULATOR_APP_SECRET,
      FEISHU_BASE_URL: emulator.url,
      AUTH_SERVICE_TOKENS: `dashboard:${sha256}`,
      LOG_LEVEL: 'warn',
      ...options.env,
    }),
    options.overrides,
  );
  const server = await startDashboardServer({
    folder: options.folder,
    graphqlUrl: `${gateway.url}/graphql`,
    token,
    config: { nameField: null, directory: directoryOf(emulator) },
    port: options.port,
  });
  return {
    url: server.url,
    emulator,
    async close() {
      await server.close();
      await gateway.close();
      await emulator.close();
    },
  };
}
