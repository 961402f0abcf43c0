import type { Person } from '../../src/emulator/emulator';
import type { TestGateway } from './gateway';

/** People of the emulator with tasks in all these cycles, by default in the running one. */
export function participantsOf(
  { emulator, semesterId }: TestGateway,
  semesterIds: readonly string[] = [semesterId],
): Person[] {
  return emulator.people.filter(({ openId }) =>
    semesterIds.every((id) =>
      emulator.expectedTasks({ semesterId: id, userIdType: 'open_id', userId: openId }),
    ),
  );
}
