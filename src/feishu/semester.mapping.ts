import type { Semester } from '../domain/semester';
import { toDate, toLocalizedText } from './wire-values';
import type { SemesterWire } from './wire/semester.wire';
import type { SemesterBaseWire } from './wire/stage-task.wire';

/** The cycle as each call for stage tasks describes it; none if that is not the one asked about. */
export function fromBase(id: string, wire: SemesterBaseWire | undefined): Semester | null {
  if (!wire || (wire.semester_id !== undefined && wire.semester_id !== id)) return null;
  return {
    id,
    name: toLocalizedText(wire.semester_name),
    startTime: toDate(wire.start_time),
    endTime: toDate(wire.end_time),
  };
}

/** The cycle as the list of all cycles describes it; `null` without an ID. */
export function fromListItem(wire: SemesterWire | null): Semester | null {
  if (!wire?.id) return null;
  return {
    id: wire.id,
    name: toLocalizedText(wire.name),
    startTime: toDate(wire.start_time),
    endTime: toDate(wire.end_time),
  };
}
