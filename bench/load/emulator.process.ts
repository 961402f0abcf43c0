import { startEmulator } from '../../src/emulator/emulator';

/** The upstream of a benchmark, in a process of its own so that it does not share the gateway's core. */
const PLENTY_OF_CALLS = 100_000_000;

export interface UpstreamDescription {
  readonly url: string;
  /** The running cycle. */
  readonly semesterId: string;
  /** All cycles, that one first. */
  readonly semesterIds: readonly string[];
  readonly userIds: readonly string[];
}

async function main(): Promise<void> {
  const quotaCalls = Number(process.argv[2] ?? PLENTY_OF_CALLS);
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
