import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ID_TYPES, MAX_PEOPLE, type Directory } from '../src/model/directory';

const TEXT = z
  .string()
  .nullish()
  .transform((text) => text ?? null);
const NAME = z.object({ zhCN: TEXT, enUS: TEXT });
const ID = z.string().min(1);
const DIRECTORY = z.object({
  idType: z.enum(ID_TYPES),
  people: z.array(z.object({ id: ID, name: NAME })).default([]),
  teams: z
    .array(z.object({ id: ID, name: NAME, userIds: z.array(ID).min(1).max(MAX_PEOPLE) }))
    .default([]),
});

/** Reads the file of people and teams; without one, the directory is empty. @throws Error that names the fault */
export function readDirectory(file: string | undefined): Directory {
  if (file === undefined) return { idType: 'OPEN_ID', people: [], teams: [] };
  try {
    const { data, error } = DIRECTORY.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (data) return data;
    throw new Error(z.prettifyError(error));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`DIRECTORY_FILE: expected a directory as in docs/dashboard.md, got ${reason}`, {
      cause: error,
    });
  }
}
