import type { Semester } from '../domain/semester';
import { toDate, toLocalizedText } from './wire-values';
import type { SemesterWire } from './wire/semester.wire';
import type { SemesterBaseWire } from './wire/stage-task.wire';

/** The cycle as each call for stage tasks describes it. */
export function fromBase(id: string, wire: SemesterBaseWire): Semester {
  return {
    id,
    name: toLocalizedText(wire.semester_name),
    startTime: toDate(wire.start_time),
    endTime: toDate(wire.end_time),
  };
}

/** The cycle as the list of all cycles describes it; none without an ID. */
export function fromListItem(wire: SemesterWire): Semester[] {
  if (!wire.id) return [];
  return [
    {
      id: wire.id,
      name: toLocalizedText(wire.name),
      startTime: toDate(wire.start_time),
      endTime: toDate(wire.end_time),
    },
  ];
}
