import { z } from 'zod';
import { i18nWire } from './i18n.wire';
import { lenientInt, lenientString, listOf } from './lenient';

/**
 * `GET /open-apis/performance/v1/semesters` returns all review cycles of the tenant. It allows 10 calls a
 * minute and only the tenant token. There is no endpoint for one cycle. (fact 13)
 */
const semesterWire = z.object({
  id: lenientString,
  year: lenientInt,
  type_group: lenientString,
  type: lenientString,
  name: i18nWire,
  progress: lenientString,
  start_time: lenientString,
  end_time: lenientString,
  create_time: lenientString,
  modify_time: lenientString,
  create_user_id: lenientString,
  modify_user_id: lenientString,
});

/** An absent list is not an empty one: nothing is known of the cycles then. */
export const semestersDataWire = z.object({ items: listOf(semesterWire).nullish() });

export type SemesterWire = z.output<typeof semesterWire>;
export type SemestersDataWire = z.output<typeof semestersDataWire>;
