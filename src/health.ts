import { get } from 'node:http';
import { readLocalAddress } from './config.address';

/** Shorter than the timeout of the image's health check, so that its result has the reason. */
const TIMEOUT_MS = 2_000;

/** The health check of the container image, which has neither a shell nor curl. The exit code is 0 or 1. */
function checkHealth(): void {
  const { host, port } = readLocalAddress();
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  get({ host, port, path: '/livez', agent: false, signal }, (response) => {
    response.resume();
    report(response.statusCode === 200, `status ${response.statusCode ?? ''}`);
  }).on('error', (error: NodeJS.ErrnoException) => {
    report(
      false,
      signal.aborted ? `no answer within ${TIMEOUT_MS} ms` : (error.code ?? error.name),
    );
  });
}

function report(isAlive: boolean, reason: string): void {
  console.log(`gateway ${isAlive ? 'alive' : 'not alive'}: ${reason}`);
  process.exitCode = isAlive ? 0 : 1;
}

checkHealth();
