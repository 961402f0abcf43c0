import { z } from 'zod';
import { StageTaskStatus, TaskOption } from '../domain/stage-task';

/** Increase it with every change of the stored format, together with the key prefix. */
export const SNAPSHOT_VERSION = 1;

const text = z.string().nullable();
const count = z.number().nullable();
/** A time as `Date.toJSON` writes it. From the year 10000 on it has a sign and six digits, which `z.iso` rejects. */
const time = z
  .string()
  .transform((iso) => new Date(iso))
  .refine((date) => !Number.isNaN(date.getTime()))
  .nullable();
const localizedText = z.object({ zhCN: text, enUS: text }).nullable();

const stageTask = z.object({
  stageId: z.string(),
  name: localizedText,
  deadline: time,
  needTodoCount: count,
  finishedCount: count,
  jumpUrl: text,
  status: z.enum(StageTaskStatus),
  option: z.enum(TaskOption),
  ordinal: z.number().exactOptional(),
});

/** An answer as Redis stores it, in JSON. */
export const storedSnapshot = z.object({
  version: z.literal(SNAPSHOT_VERSION),
  /** Scope, ID type and ID of the user. */
  key: z.string(),
  /** On the clock of Redis. */
  fetchedAtMs: z.number(),
  /** On the clock of Redis. */
  askedAtMs: z.number().optional(),
  stageTasks: z
    .object({
      userId: z.string(),
      counts: z.array(z.object({ option: z.enum(TaskOption), count: z.number() })),
      stageTasks: z.array(stageTask),
    })
    .nullable(),
  semester: z
    .object({ id: z.string(), name: localizedText, startTime: time, endTime: time })
    .nullable(),
});
