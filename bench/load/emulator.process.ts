import { startEmulator } from '../../src/emulator/emulator';

/** Runs the upstream of a benchmark in a separate process, so that it does not share the gateway's core. */
const UNLIMITED_CALLS = 100_000_000;

export interface UpstreamDescription {
  readonly url: string;
  /** The running cycle. */
  readonly semesterId: string;
  /** All cycles, the running one first. */
  readonly semesterIds: readonly string[];
  readonly userIds: readonly string[];
}

async function main(): Promise<void> {
  const quotaCalls = Number(process.argv[2] ?? UNLIMITED_CALLS);
  const emulator = await startEmulator({ quotaCalls });
  const description: UpstreamDescription = {
    url: emulator.url,
    semesterId: emulator.semesters.at(-1)?.id ?? '',
    semesterIds: emulator.semesters.map(({ id }) => id).reverse(),
    userIds: emulator.people.map((person) => person.openId),
  };
  process.send?.(description);
}

void main();
