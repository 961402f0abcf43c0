import { loadConfig } from '../../src/config';
import { read } from './pages';

/** How long the process may take from SIGTERM to its exit, with the default deadline. */
export function longestStopMs(): number {
  const marginMs = constantIn('src/main.ts', 'DRAIN_MARGIN_MS');
  const flushMs = constantIn('src/main.ts', 'FLUSH_TIMEOUT_MS');
  return loadConfig({}).requestDeadlineMs + marginMs + flushMs;
}

function constantIn(file: string, name: string): number {
  const digits = new RegExp(`const ${name} = ([\\d_]+);`).exec(read(file))?.[1];
  if (digits === undefined) throw new Error(`${file}: expected ${name}, got none`);
  return Number(digits.replaceAll('_', ''));
}
