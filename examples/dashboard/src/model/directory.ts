import type { UserIdType } from '../operations';

export const ID_TYPES = [
  'OPEN_ID',
  'UNION_ID',
  'USER_ID',
  'PEOPLE_ADMIN_ID',
] as const satisfies readonly UserIdType[];

/** A text in both languages of the dashboard. */
export interface Bilingual {
  readonly zhCN: string | null;
  readonly enUS: string | null;
}

export interface DirectoryPerson {
  readonly id: string;
  readonly name: Bilingual;
}

export interface Team {
  readonly id: string;
  readonly name: Bilingual;
  readonly userIds: readonly string[];
}

/** The company's people, for their names and to choose from. It may be empty. */
export interface Directory {
  readonly idType: UserIdType;
  readonly people: readonly DirectoryPerson[];
  readonly teams: readonly Team[];
}

/** `config.json`, which the server writes. */
export interface DashboardConfig {
  /** The field of the supergraph's `User` that has the name, such as `name`; `null` without a supergraph. */
  readonly nameField: string | null;
  readonly directory: Directory;
}

/** The people whose tasks are shown. */
export interface Selection {
  readonly idType: UserIdType;
  readonly userIds: readonly string[];
  /** The team that these people are, if they were chosen as one. */
  readonly teamId: string | null;
}

/** The gateway's limit for one operation. */
export const MAX_PEOPLE = 1_000;

/** The IDs in a pasted text, each once, in their order. */
export function readIds(text: string): string[] {
  return [...new Set(text.split(/[\s,;，；、"']+/).filter((id) => id !== ''))];
}
