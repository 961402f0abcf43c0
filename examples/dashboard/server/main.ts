import { join } from 'node:path';
import { startDashboardServer, type DashboardServer } from './dashboard-server';
import { readDirectory } from './read-directory';
import { startDemo } from './start';

const FOLDER = join(process.cwd(), 'examples/dashboard/dist');
const DEFAULT_PORT = 4_100;

/** The process of `npm run example:dashboard`. Without `GATEWAY_URL` it runs the gateway on the emulator. */
async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const port = Number(env['PORT'] ?? DEFAULT_PORT);
  const server = await start(env, port);
  console.log(`The dashboard is at ${server.url}\n\nCtrl-C stops it.`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void server.close());
  }
}

async function start(env: NodeJS.ProcessEnv, port: number): Promise<DashboardServer> {
  const graphqlUrl = env['GATEWAY_URL'];
  if (graphqlUrl === undefined) return startDemo({ folder: FOLDER, port });
  return startDashboardServer({
    folder: FOLDER,
    graphqlUrl,
    token: env['GATEWAY_TOKEN'],
    config: {
      nameField: env['NAME_FIELD'] ?? null,
      directory: readDirectory(env['DIRECTORY_FILE']),
    },
    port,
  });
}

main(process.env).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
