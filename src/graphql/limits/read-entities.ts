import { getOrCreate } from '../../domain/collections';
import type { UserIdType } from '../../domain/user';
import type { Representation } from '../entities/representation';
import { fromUserStageTasksId, type StageTasksKey } from '../opaque-id';
import type { CostRules } from './reach';
import { textOf } from './valid-or-empty';

/** What the representations of one field name. */
export interface Entities {
  readonly userIdsByType: ReadonlyMap<UserIdType, readonly string[]>;
  readonly semesterIds: readonly string[];
  readonly keys: readonly StageTasksKey[];
  /** How many cannot be read. Each becomes an error at its path and loads nothing. */
  readonly errors: number;
}

export function readEntities(
  representations: readonly unknown[],
  { userOfReference }: Pick<CostRules, 'userOfReference'>,
): Entities {
  const userIdsByType = new Map<UserIdType, string[]>();
  const semesterIds: string[] = [];
  const keys: StageTasksKey[] = [];
  let errors = 0;

  function read(representation: Representation, type: unknown): void {
    if (type === 'User') {
      const { id, idType } = userOfReference(representation);
      getOrCreate(userIdsByType, idType, () => []).push(id);
    } else if (type === 'Semester') {
      semesterIds.push(textOf(representation['id']));
    } else if (type === 'UserStageTasks') {
      keys.push(fromUserStageTasksId('id', textOf(representation['id'])));
    }
  }

  for (const one of representations) {
    try {
      read(one as Representation, typeOf(one));
    } catch {
      errors += 1;
    }
  }
  return { userIdsByType, semesterIds, keys, errors };
}

/** The `__typename` of a representation, which can be any value. */
export function typeOf(representation: unknown): unknown {
  return (representation as Representation | null)?.['__typename'];
}
