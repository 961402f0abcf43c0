/** What a story does to the gateway, and what the docs promise for that case. */
export interface StoryPlan {
  readonly given: string;
  readonly promised: string;
}

/** Counts and times by name, in the order in which they are printed. */
export type Figures = Record<string, string | number>;

export interface StoryContext {
  /** What the story has seen. It is printed at the end, also if the story fails. */
  readonly seen: Figures;
  /** Closes the resource when the story ends, the newest first. */
  readonly use: <T extends { close(): unknown }>(resource: T) => T;
}

/** A story that hangs fails. On a quiet machine each takes a small part of this. */
const TIMEOUT_MS = 300_000;

/** A test that drives the built gateway through one bad night, and prints what was done, promised and seen. */
export function story(
  name: string,
  plan: StoryPlan,
  run: (context: StoryContext) => Promise<void>,
): void {
  test(
    name,
    async () => {
      const seen: Figures = {};
      const opened: { close(): unknown }[] = [];
      const use = <T extends { close(): unknown }>(resource: T): T => {
        opened.push(resource);
        return resource;
      };
      try {
        await run({ seen, use });
      } finally {
        print(name, plan, seen);
        for (const resource of opened.reverse()) await resource.close();
      }
    },
    TIMEOUT_MS,
  );
}

/** Without `console`, which adds the place of the call to each text. */
function print(name: string, { given, promised }: StoryPlan, seen: Figures): void {
  const figures = Object.entries(seen).map(([what, figure]) => `${what}: ${figure}`);
  const lines = [
    `\n■ ${name}`,
    `  done      ${given}`,
    `  promised  ${promised}`,
    `  seen      ${figures.join('; ')}\n`,
  ];
  process.stderr.write(lines.join('\n'));
}
