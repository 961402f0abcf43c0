import type { Semester } from '../domain/semester';
import { toDate, toLocalizedText } from './wire-values';
import type { SemesterWire } from './wire/semester.wire';
import type { SemesterBaseWire } from './wire/stage-task.wire';

/** Reads the cycle from an answer with stage tasks; `null` if it is missing or has another ID. */
export function fromBase(id: string, wire: SemesterBaseWire | undefined): Semester | null {
  if (!wire || (wire.semester_id !== undefined && wire.semester_id !== id)) return null;
  return {
    id,
    name: toLocalizedText(wire.semester_name),
    startTime: toDate(wire.start_time),
    endTime: toDate(wire.end_time),
  };
}

/** Reads a cycle from the list of all cycles; `null` if it has no ID. */
export function fromListItem(wire: SemesterWire | null): Semester | null {
  if (!wire?.id) return null;
  return {
    id: wire.id,
    name: toLocalizedText(wire.name),
    startTime: toDate(wire.start_time),
    endTime: toDate(wire.end_time),
  };
}
