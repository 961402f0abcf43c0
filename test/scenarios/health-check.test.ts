import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startGatewayProcess } from '../support/gateway-process';

/** Runs the health check as the container image does: without a shell. */
function checkHealth(port: string): Promise<{ exitCode: number; output: string }> {
  const file = join(process.cwd(), 'dist/health.js');
  return new Promise((resolve) => {
    execFile(process.execPath, [file], { env: { PORT: port } }, (error, stdout, stderr) => {
      resolve({ exitCode: error ? Number(error.code) : 0, output: stdout + stderr });
    });
  });
}

test('The health check succeeds while the gateway answers, and fails when it has stopped', async () => {
  const gateway = await startGatewayProcess();
  const { port } = new URL(gateway.url);
  expect(await checkHealth(port)).toEqual({ exitCode: 0, output: 'gateway alive: status 200\n' });

  gateway.process.kill('SIGTERM');
  expect(await gateway.exit).toBe(0);

  expect(await checkHealth(port)).toEqual({
    exitCode: 1,
    output: 'gateway not alive: ECONNREFUSED\n',
  });
});

test('The health check fails when the port accepts connections and never answers', async () => {
  const silent = createServer((socket) => socket.on('error', () => undefined)).listen(
    0,
    '127.0.0.1',
  );
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;

  expect(await checkHealth(String(port))).toEqual({
    exitCode: 1,
    output: 'gateway not alive: no answer within 2000 ms\n',
  });
  silent.close();
});
