import type { StageTasksKey } from '../opaque-id';
import type { CostRules, Group, Reach, Reached } from './reach';
import { readEntities, typeOf, type Entities } from './read-entities';

/** The entities that a router asks for. */
export function toEntities(representations: readonly unknown[], rules: CostRules): Reach {
  let read: Entities | undefined;
  const entities = () => (read ??= readEntities(representations, rules));
  return {
    length: representations.length,
    loads: representations.filter((one) => typeOf(one) === 'UserStageTasks').length,
    errors: () => entities().errors,
    from(root) {
      const { userIdsByType, semesterIds, keys } = entities();
      return [
        ...Array.from(userIdsByType, ([idType, userIds]) => ({
          type: 'User',
          group: { ...root, idType, userIds },
        })),
        ...semesterIds.map((semesterId) => ({ type: 'Semester', group: { ...root, semesterId } })),
        ...keys.map((key) => toView(root, key)),
      ];
    },
  };
}

function toView(root: Group, { user: { id, idType }, semesterId, filter }: StageTasksKey): Reached {
  const group = { ...root, idType, userIds: [id], semesterId };
  return { type: 'UserStageTasks', group, view: { filter } };
}
