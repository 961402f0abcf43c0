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

/** Starts an emulated Feishu, the gateway, and the dashboard in front of both. @throws if a port is taken */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const closes: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closeOne of closes.splice(0).reverse()) await closeOne();
  };
  try {
    const emulator = await startEmulator(options.emulator);
    closes.push(() => emulator.close());
    const token = randomBytes(32).toString('base64url');
    const gateway = await startGateway(emulator, token, options);
    closes.push(() => gateway.close());
    const server = await startDashboardServer({
      folder: options.folder,
      graphqlUrl: `${gateway.url}/graphql`,
      token,
      config: { nameField: null, directory: directoryOf(emulator) },
      port: options.port,
    });
    closes.push(() => server.close());
    return { url: server.url, emulator, close };
  } catch (error) {
    // Whatever still listens would keep the process alive.
    await close();
    throw error;
  }
}

function startGateway(emulator: Emulator, token: string, { env, overrides }: DemoOptions) {
  const sha256 = createHash('sha256').update(token).digest('hex');
  const config = loadConfig({
    PORT: '0',
    FEISHU_APP_ID: EMULATOR_APP_ID,
    FEISHU_APP_SECRET: EMULATOR_APP_SECRET,
    FEISHU_BASE_URL: emulator.url,
    AUTH_SERVICE_TOKENS: `dashboard:${sha256}`,
    LOG_LEVEL: 'warn',
    ...env,
  });
  return createApp(config, overrides);
}
