import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The parts of V8's profile that this bench reads. Times are in microseconds on the monotonic clock. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const TOP = 20;
const IDLE = '(idle)';

/**
 * The functions with the most self time, from the only profile in a directory.
 * @returns lines with the share of the busy time, milliseconds, and the function
 */
export function topSelfTimes(directory: string, fromUs: number, toUs: number): string[] {
  const file = readdirSync(directory).find((name) => name.endsWith('.cpuprofile'));
  if (!file) throw new Error('the gateway: expected a CPU profile, got none');
  const profile = JSON.parse(readFileSync(join(directory, file), 'utf8')) as CpuProfile;
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const selfUs = new Map<string, number>();
  let atUs = profile.startTime;
  for (const [i, id] of profile.samples.entries()) {
    const deltaUs = profile.timeDeltas[i] ?? 0;
    atUs += deltaUs;
    const name = names.get(id) ?? '';
    if (atUs < fromUs || atUs > toUs || name === IDLE) continue;
    selfUs.set(name, (selfUs.get(name) ?? 0) + deltaUs);
  }
  const busyUs = [...selfUs.values()].reduce((sum, us) => sum + us, 0);
  return [...selfUs]
    .sort(([, a], [, b]) => b - a)
    .slice(0, TOP)
    .map(([name, us]) => {
      const share = ((us / busyUs) * 100).toFixed(1).padStart(5);
      return `${share} % ${(us / 1e3).toFixed(0).padStart(6)} ms  ${name}`;
    });
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']) {
  const name = functionName || '(anonymous)';
  if (url === '') return name;
  const file = url.replace(/^file:\/\//, '').replace(/^.*\/node_modules\//, '');
  return `${name}  ${file.replace(`${process.cwd()}/`, '')}:${lineNumber + 1}`;
}
