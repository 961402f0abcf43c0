import { startEmulator, type Emulator } from '../../src/emulator/emulator';

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
  const latencyMs = Number(process.argv[3] ?? 0);
  const emulator = await startEmulator({ quotaCalls, latencyMs });
  makeAllTasks(emulator);
  const description: UpstreamDescription = {
    url: emulator.url,
    semesterId: emulator.semesters.at(-1)?.id ?? '',
    semesterIds: emulator.semesters.map(({ id }) => id).reverse(),
    userIds: emulator.people.map((person) => person.openId),
  };
  process.send?.(description);
}

/** The emulator makes tasks when they are first asked for, which no measurement should pay. */
function makeAllTasks({ people, semesters, expectedTasks }: Emulator): void {
  for (const { id: semesterId } of semesters) {
    for (const { openId } of people) {
      expectedTasks({ semesterId, userIdType: 'open_id', userId: openId });
    }
  }
}

void main();
