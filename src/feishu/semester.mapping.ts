import {
  SemesterProgress,
  SemesterType,
  SemesterTypeGroup,
  type ListedSemester,
  type Semester,
} from '../domain/semester';
import { toDate, toLocalizedText, toText } from './wire-values';
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
export function fromListItem(wire: SemesterWire | null): ListedSemester | null {
  if (!wire?.id) return null;
  return {
    id: wire.id,
    name: toLocalizedText(wire.name),
    startTime: toDate(wire.start_time),
    endTime: toDate(wire.end_time),
    year: wire.year ?? null,
    typeGroup: toEnum(SemesterTypeGroup, wire.type_group),
    type: toEnum(SemesterType, wire.type),
    progress: toEnum(SemesterProgress, wire.progress),
    createdAt: toDate(wire.create_time),
    modifiedAt: toDate(wire.modify_time),
  };
}

/** Reads a word of Feishu, such as `Semi-annual`, as the enum value `SEMI_ANNUAL`. */
function toEnum<T extends string>(
  values: Readonly<Record<T | 'UNKNOWN', T | 'UNKNOWN'>>,
  wire: string | undefined,
): T | 'UNKNOWN' | null {
  const text = toText(wire);
  if (text === null) return null;
  const name = text.toUpperCase().replaceAll('-', '_');
  return Object.hasOwn(values, name) ? (name as T) : 'UNKNOWN';
}
